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
                         testing::Values("gpr.rpca_clutter", "gpr.rpca_clutter\", method = \"godec", "gpr.online_rpca",
                                         "gpr.svd_clutter"));

// A direct wave and a layer, of rank one, and a diffraction under trace 100 that only its hyperbola tells from them.
TEST_P(ResidualScores, StandOutOverTheTarget) {
  const Line line = test::radar_line(200, 256);
  const std::string score = "{ use = \"detect.energy_score\", start_s = 0.5e-9, top_segments = 1 }";
  const std::string text = "surefoot = 1\nstage = [{ use = \"" + std::string(GetParam()) + "\" }, " + score + "]";
  const surefoot::Run r = surefoot::run(text, line);
  ASSERT_EQ(r.traces.n_traces(), 200);
  std::size_t best = 20;
  for (std::size_t k = 20; k < r.traces.tags.size(); ++k)
    if (r.traces.tags[k].score > r.traces.tags[best].score) best = k;
  // The flanks of the hyperbola reach 25 traces to either side before they meet the layer.
  EXPECT_NEAR(static_cast<double>(best), 100.0, 25.0);
  EXPECT_GT(r.traces.tags[best].score, 5.0F);
  for (const StageNote& note : r.notes) EXPECT_EQ(note.note.warning, nullptr) << note.note.name;
}

}  // namespace
}  // namespace surefoot
