// SPDX-License-Identifier: MIT
#include <surefoot/emi/pulse_gates.hpp>

#include "support/golden.hpp"
#include "support/lines.hpp"
#include "support/stage_run.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace surefoot::emi {
namespace {

using test::Single;

StreamSpec decay_spec(Index n, double start_s = 1e-5, double step_s = 1e-6, Index n_channels = 1) {
  return {{AxisKind::gate_time, start_s, step_s}, n * n_channels, 1e-3, 0.0, 0, false, n_channels};
}

template <class F>
std::vector<Sample> decay(const StreamSpec& spec, F&& f) {
  std::vector<Sample> out;
  for (Index c = 0; c < spec.n_channels; ++c)
    for (Index i = 0; i < spec.channel_samples(); ++i) out.push_back(static_cast<Sample>(f(spec.axis.at(i), c)));
  return out;
}

TEST(PulseGates, AStraightLineGivesItsMeanAtAnyEdges) {
  const StreamSpec spec = decay_spec(200, 1e-5, 1e-6, 2);
  const PulseGatesOptions options{.edges_s{1.05e-5, 1.173e-5, 2e-5, 2.11119e-5, 2.0e-4}};
  ASSERT_FALSE(validate(options, spec));
  Single<PulseGates> stage(options, spec);
  stage.push(decay(spec, [](double t, Index c) { return c == 0 ? 8.0 + 64.0 * t / 1e-4 : -128.0 * t / 1e-4; }));
  EXPECT_EQ(stage->output().axis.kind, AxisKind::gates);
  EXPECT_EQ(stage->output().axis.places, options.edges_s);
  ASSERT_EQ(stage.traces.at(0).size(), 8U);
  for (std::size_t g = 0; g < 4; ++g) {
    const double middle = 0.5 * (options.edges_s[static_cast<Index>(g)] + options.edges_s[static_cast<Index>(g) + 1]);
    EXPECT_NEAR(stage.traces[0][g], 8.0 + 64.0 * middle / 1e-4, 1e-5);
    EXPECT_NEAR(stage.traces[0][4 + g], -128.0 * middle / 1e-4, 2e-5);
  }
}

TEST(PulseGates, IsSciPysIntegral) {
  const auto want = test::read_golden_csv("pulse_gates.csv");
  const StreamSpec spec = decay_spec(400, 8e-6, 0.5e-6);
  std::vector<Sample> x;
  std::uint32_t state = 7;
  for (int i = 0; i < 400; ++i) {
    state = state * 1664525U + 1013904223U;
    x.push_back(static_cast<Sample>(1000.0 * std::exp(-i / 90.0) + static_cast<double>(state >> 16U) / 655.36 - 50.0));
  }
  PulseGatesOptions options{.delay_s = 1.25e-6};
  for (const auto& row : want) options.edges_s.values[to_size(options.edges_s.count++)] = row.at(0);
  options.edges_s.values[to_size(options.edges_s.count++)] = want.back().at(1);
  ASSERT_FALSE(validate(options, spec));
  Single<PulseGates> listed(options, spec);
  Single<PulseGates> spaced(PulseGatesOptions{.first_s = 10e-6, .last_s = 190e-6, .n_gates = 20, .delay_s = 1.25e-6},
                            spec);
  listed.push(x);
  spaced.push(x);
  for (std::size_t g = 0; g < 20; ++g) {
    EXPECT_NEAR(static_cast<double>(listed.traces.at(0)[g]), want[g].at(2), 2e-7 * std::abs(want[g].at(2)) + 1e-9) << g;
    EXPECT_NEAR(spaced.traces.at(0)[g], listed.traces[0][g], 2e-4F);
  }
}

TEST(PulseGates, GatesThatMeetAddUpToTheWhole) {
  const StreamSpec spec = decay_spec(300);
  test::Random random(3);
  const std::vector<Sample> x = decay(spec, [&](double, Index) { return random.normal(); });
  Single<PulseGates> parts(PulseGatesOptions{.edges_s{2.03e-5, 3.71e-5, 9.999e-5, 2.5e-4}}, spec);
  Single<PulseGates> whole(PulseGatesOptions{.edges_s{2.03e-5, 2.5e-4}}, spec);
  parts.push(x);
  whole.push(x);
  const std::vector<double> p(parts.traces.at(0).begin(), parts.traces.at(0).end());
  const double sum = p[0] * 1.68e-5 + p[1] * 6.289e-5 + p[2] * 1.5001e-4;
  EXPECT_NEAR(sum / 2.297e-4, static_cast<double>(whole.traces.at(0)[0]), 1e-8);
}

TEST(PulseGates, NoiseIsThatOfTheWeights) {
  const StreamSpec spec = decay_spec(256);
  const PulseGatesOptions options{};
  ASSERT_FALSE(validate(options, spec));
  std::vector<double> noise(16);
  pulse_gate_noise(options, spec, noise);
  constexpr std::uint64_t seed = 9;
  test::Random random(seed);
  Single<PulseGates> stage(options, spec);
  std::vector<double> squares(16);
  constexpr int n = 4000;
  for (int k = 0; k < n; ++k) {
    stage.push(decay(spec, [&](double, Index) { return random.normal(); }));
    for (std::size_t g = 0; g < 16; ++g)
      squares[g] += static_cast<double>(stage.traces.back()[g]) * static_cast<double>(stage.traces.back()[g]);
  }
  for (std::size_t g = 0; g < 16; ++g)
    EXPECT_NEAR(squares[g] / n / (noise[g] * noise[g]), 1.0, 3.0 * std::sqrt(2.0 / n)) << g << ", seed " << seed;
  EXPECT_LT(noise[15], noise[0]);
}

TEST(PulseGates, ClippedSamplesOfAGateAreFlaggedAndOthersAreNot) {
  const StreamSpec spec = decay_spec(100);
  const PulseGatesOptions options{.edges_s{2e-5, 3e-5, 5e-5, 9e-5}, .rail = 100.0};
  Single<PulseGates> stage(options, spec);
  const auto clipped_until = [&](double t_s) {
    return decay(spec, [&](double t, Index) { return t <= t_s ? 100.0 : 1.0; });
  };
  stage.push(clipped_until(1.95e-5));
  stage.push(clipped_until(2.05e-5));
  stage.push(clipped_until(4.05e-5));
  stage.push(clipped_until(0.0));
  EXPECT_EQ(stage.tags.at(0).quality, Quality::good);
  EXPECT_EQ(stage.tags.at(1).quality, Quality::saturated);
  EXPECT_EQ(stage.tags.at(2).quality, Quality::saturated);
  EXPECT_EQ(stage.tags.at(3).quality, Quality::good);
  std::array<Note, most_notes> notes{};
  ASSERT_EQ(stage->notes(notes), 1);
  EXPECT_EQ(notes[0].value, 2.0);
  EXPECT_NE(notes[0].warning, nullptr);
}

TEST(PulseGates, NaNZeroAndConstant) {
  const StreamSpec spec = decay_spec(256);
  Single<PulseGates> stage(PulseGatesOptions{}, spec);
  std::vector<Sample> x(256, 0.0F);
  stage.push(x);
  std::fill(x.begin(), x.end(), 3.5F);
  stage.push(x);
  x[200] = std::numeric_limits<Sample>::quiet_NaN();
  stage.push(x);
  for (const Sample v : stage.traces.at(0)) EXPECT_EQ(v, 0.0F);
  for (const Sample v : stage.traces.at(1)) EXPECT_NEAR(v, 3.5F, 5e-7F);
  EXPECT_TRUE(has(stage.tags.at(2).quality, Quality::non_finite));
  for (const Sample v : stage.traces.at(2)) EXPECT_EQ(v, 0.0F);
}

TEST(PulseGates, RefusesWhatItCannotDo) {
  const StreamSpec spec = decay_spec(256);
  const auto field = [&](const PulseGatesOptions& o) { return validate(o, spec).field; };
  EXPECT_EQ(field({}), nullptr);
  EXPECT_EQ(field({.edges_s{1e-5, 2.65e-4}}), nullptr);  // both ends of the record
  EXPECT_STREQ(field({.edges_s{1e-5, 2.66e-4}}), "edges_s");
  EXPECT_STREQ(field({.edges_s{0.9e-5, 2e-5}}), "edges_s");
  EXPECT_STREQ(field({.edges_s{2e-5}}), "edges_s");
  EXPECT_STREQ(field({.edges_s{2e-5, 2.05e-5}}), "edges_s");  // less than a sample
  EXPECT_STREQ(field({.edges_s{3e-5, 2e-5}}), "edges_s");
  EXPECT_STREQ(field({.first_s = 1e-6}), "first_s");
  EXPECT_STREQ(field({.last_s = 1e-3}), "last_s");
  EXPECT_STREQ(field({.first_s = 1e-4, .last_s = 5e-5}), "last_s");
  EXPECT_STREQ(field({.first_s = 2e-5, .last_s = 4e-5, .n_gates = 31}), "n_gates");
  EXPECT_STREQ(field({.n_gates = 0}), "n_gates");
  EXPECT_STREQ(field({.delay_s = -15e-6}), "first_s");
  StreamSpec other = spec;
  other.axis.kind = AxisKind::sample_time;
  EXPECT_TRUE(validate(PulseGatesOptions{}, other));
}

}  // namespace
}  // namespace surefoot::emi
