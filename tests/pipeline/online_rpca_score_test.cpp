// SPDX-License-Identifier: MIT
// The residual of online robust PCA as a score: gpr.online_rpca, then detect.energy_score.
#include <surefoot/pipeline/apply.hpp>

#include "support/golden.hpp"
#include "support/lines.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>

namespace surefoot {
namespace {

Line line_of(Index n_samples, Index n_traces, double step_s) {
  Line line;
  line.axis = {AxisKind::two_way_time, 0.0, step_s};
  line.trace_spacing_m = 0.02;
  line.samples.resize(n_samples, n_traces);
  line.tags.resize(to_size(n_traces));
  for (Index k = 0; k < n_traces; ++k) line.tags[to_size(k)].index = k;
  return line;
}

// Log energies of the segments are those of the residual in NumPy (tests/golden/online_rpca.py).
TEST(OnlineRpcaScore, EnergiesAreThoseOfTheResidual) {
  const auto input = test::read_golden_npy("online_rpca_input.npy");
  const auto residual = test::read_golden_npy("online_rpca_residual.npy");
  Line line = line_of(static_cast<Index>(input.shape[1]), static_cast<Index>(input.shape[0]), 1e-9);
  for (std::size_t k = 0; k < input.shape[0]; ++k)
    for (std::size_t i = 0; i < input.shape[1]; ++i)
      line.samples(static_cast<Index>(i), static_cast<Index>(k)) = static_cast<Sample>(input.at(k, i));
  const surefoot::Run r =
      run(parse_description("surefoot = 1\nstage = [\n"
                            "  { use = \"gpr.online_rpca\", low_rank_scale = 1.0, forgetting = 0.95, "
                            "most_iterations = 10000, freeze_limit_traces = 0 },\n"
                            "  { use = \"detect.energy_score\", segment_s = 8e-9, emit = \"log_energy\" } ]\n"),
          line);
  for (std::size_t k = 2; k < input.shape[0]; ++k)
    for (std::size_t s = 0; s < 4; ++s) {
      double energy = 0.0;
      for (std::size_t i = 8 * s; i < 8 * s + 8; ++i) energy += residual.at(k, i) * residual.at(k, i) / 8.0;
      // The split stops at 1e-6, the residual at 1e-4 of the first trace: a few hundredths of what is a hundredth of that.
      const double got = static_cast<double>(r.traces.samples(static_cast<Index>(s), static_cast<Index>(k)));
      EXPECT_NEAR(got, std::log(energy), 0.03) << k << " " << s;
    }
}

// Clutter of two drifting directions, far above a target: its score stands out with the clutter taken out, and only then.
TEST(OnlineRpcaScore, FindsWhatTheClutterHides) {
  constexpr Index target = 300;
  Line line = line_of(200, 420, 0.1e-9);
  test::Random random(7);
  for (Index k = 0; k < line.n_traces(); ++k)
    for (Index i = 0; i < line.n_samples(); ++i) {
      const auto t = static_cast<double>(i);
      const auto x = static_cast<double>(k);
      double v = 1000.0 * std::cos(0.3 * t) * (1.0 + 0.1 * std::sin(0.02 * x)) +
                 200.0 * std::sin(0.11 * t) * std::cos(0.013 * x);
      const double away = std::hypot(60.0, 4.0 * (x - target)) - 60.0;  // a hyperbola, apex at sample 60
      v += 100.0 * std::exp(-std::pow((x - target) / 6.0, 2)) * test::ricker((t - 60.0 - away) * 0.1e-9, 1e9);
      line.samples(i, k) = static_cast<Sample>(v + random.normal());
    }
  const auto scores = [&](const std::string& first) {
    const surefoot::Run r =
        run(parse_description("surefoot = 1\nstage = [ " + first +
                              "{ use = \"detect.energy_score\", segment_s = 1e-9, top_segments = 2 } ]\n"),
            line);
    std::vector<float> out;
    for (const TraceTag& tag : r.traces.tags) out.push_back(tag.score);
    return out;
  };
  const auto highest = [](const std::vector<float>& s, Index from, Index to) {
    return *std::max_element(s.begin() + from, s.begin() + to);
  };
  const auto with = scores("{ use = \"gpr.online_rpca\" }, ");
  EXPECT_GT(highest(with, target - 4, target + 5), 5.0F);
  EXPECT_LT(std::max(highest(with, 100, target - 25), highest(with, target + 25, 420)), 3.5F);
  const auto without = scores("");
  EXPECT_LT(highest(without, target - 4, target + 5), 3.5F);
}

}  // namespace
}  // namespace surefoot
