// SPDX-License-Identifier: MIT
// Residuals of clutter models as scores: what a low-rank part does not explain, scored by its energy.
#include <surefoot/pipeline/apply.hpp>

#include "support/lines.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <string>

namespace surefoot {
namespace {

class ResidualScores : public testing::TestWithParam<const char*> {};
INSTANTIATE_TEST_SUITE_P(Clutter, ResidualScores,
                         testing::Values("use = \"gpr.rpca_clutter\"",
                                         // noise is in neither part: its share of the energy is what must be allowed
                                         "use = \"gpr.rpca_clutter\", method = \"godec\", residual_share = 1e-2",
                                         "use = \"gpr.online_rpca\"", "use = \"gpr.svd_clutter\""));

// A direct wave and a layer, of rank one but for noise, and a point 15 cm under trace 100 whose echo fades to both sides.
TEST_P(ResidualScores, StandOutOverTheTarget) {
  Line line = test::radar_line(200, 256);
  test::Random random(5);
  for (Index n = 0; n < 200; ++n)
    for (Index i = 0; i < 256; ++i) {
      const double t = line.axis.at(i);
      const double r = std::hypot(0.01 * static_cast<double>(n - 100), 0.15);
      line.samples(i, n) = static_cast<Sample>(100.0 * test::ricker(t, 1e9) + 20.0 * test::ricker(t - 8e-9, 0.8e9) +
                                               0.5 * random.normal() +
                                               15.0 * std::pow(0.15 / r, 4) * test::ricker(t - 2.0 * r / 1e8, 0.9e9));
    }
  const std::string score = "{ use = \"detect.energy_score\", start_s = 0.5e-9, top_segments = 1 }";
  const std::string text = "surefoot = 1\nstage = [{ " + std::string(GetParam()) + " }, " + score + "]";
  const surefoot::Run r = surefoot::run(text, line);
  ASSERT_EQ(r.traces.n_traces(), 200);
  std::size_t best = 20;
  for (std::size_t k = 20; k < r.traces.tags.size(); ++k)
    if (r.traces.tags[k].score > r.traces.tags[best].score) best = k;
  EXPECT_NEAR(static_cast<double>(best), 100.0, 6.0);
  EXPECT_GT(r.traces.tags[best].score, 5.0F);
  EXPECT_NEAR(r.traces.tags[best].score_time_s, 3e-9, 0.6e-9);
  for (const StageNote& note : r.notes) EXPECT_EQ(note.note.warning, nullptr) << note.note.name;
}

}  // namespace
}  // namespace surefoot
