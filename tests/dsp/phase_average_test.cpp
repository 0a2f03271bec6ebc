// SPDX-License-Identifier: MIT
#include <surefoot/dsp/phase_average.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace surefoot::dsp {
namespace {

TEST(PhaseAverage, FollowsThroughTheWholeCircle) {
  PhaseAverage mean(0.5);
  EXPECT_EQ(mean.phase_rad(), 0.0);
  EXPECT_EQ(mean.steadiness(), 0.0);
  // A phase that turns by 0.01 rad a step lags behind by arctan(q sin / (1 - q cos)), q = 1 - alpha.
  double phase = 0.0;
  for (int i = 0; i < 2000; ++i) {
    phase = 0.01 * i;
    mean.add(std::cos(phase), std::sin(phase));
  }
  const double lag = std::atan2(0.5 * std::sin(0.01), 1.0 - 0.5 * std::cos(0.01));
  EXPECT_NEAR(std::remainder(mean.phase_rad() - (phase - lag), 2.0 * pi), 0.0, 1e-12);
  EXPECT_NEAR(mean.steadiness(), 0.5 / std::hypot(1.0 - 0.5 * std::cos(0.01), 0.5 * std::sin(0.01)), 1e-12);
}

TEST(PhaseAverage, BeginsAsAPlainMeanAndLeavesOutWhatIsNotFinite) {
  PhaseAverage mean(0.001);
  mean.add(3.0, 0.0);
  mean.add(std::numeric_limits<double>::quiet_NaN(), 1.0);
  mean.add(0.0, std::numeric_limits<double>::infinity());
  mean.add(0.0, 3.0);
  EXPECT_NEAR(mean.phase_rad(), pi / 4.0, 1e-15);
  EXPECT_NEAR(mean.steadiness(), std::sqrt(0.5), 1e-15);
  PhaseAverage opposed(0.5);
  opposed.add(1.0, 0.0);
  opposed.add(-1.0, 0.0);
  EXPECT_EQ(opposed.steadiness(), 0.0);
}

}  // namespace
}  // namespace surefoot::dsp
