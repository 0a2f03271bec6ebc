// SPDX-License-Identifier: MIT
#include <surefoot/dsp/convolve.hpp>

#include "support/lines.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

namespace surefoot::dsp {
namespace {

std::vector<double> correlated(const std::vector<double>& x, const std::vector<double>& taps) {
  std::vector<double> y(x.size() + 1 - taps.size());
  correlate(x, taps, y);
  return y;
}

// Its own promise: the products of one output are added one after the other, so the plain loop has the same bits.
TEST(Correlate, IsTheSumInItsOrder) {
  test::Random random(3);
  for (std::size_t n = 1; n <= 90; ++n)
    for (const std::size_t m : {1U, 2U, 3U, 4U, 7U, 16U, 33U, 101U}) {
      std::vector<double> x(n + m - 1);
      std::vector<double> taps(m);
      for (double& v : x) v = 1e4 * random.normal();
      for (double& v : taps) v = random.normal();
      const std::vector<double> y = correlated(x, taps);
      for (std::size_t i = 0; i < n; ++i) {
        double sum = 0.0;
        for (std::size_t j = 0; j < m; ++j) sum += taps[j] * x[i + j];
        ASSERT_EQ(y[i], sum) << n << " samples, " << m << " taps, at " << i;
      }
    }
}

TEST(Correlate, ASpikeReadsTheTapsBackwards) {
  const std::vector<double> taps{1.0, -2.0, 3.0, 0.5};
  std::vector<double> x(11, 0.0);
  x[5] = 2.0;
  const std::vector<double> y = correlated(x, taps);
  ASSERT_EQ(y.size(), 8U);
  for (std::size_t i = 0; i < y.size(); ++i) EXPECT_EQ(y[i], i >= 2 && i <= 5 ? 2.0 * taps[5 - i] : 0.0) << i;
}

TEST(Correlate, OneTapScalesAndAConstantGivesTheSumOfTheTaps) {
  EXPECT_EQ(correlated({1.0, 2.0, 4.0}, {0.5}), (std::vector<double>{0.5, 1.0, 2.0}));
  EXPECT_EQ(correlated(std::vector<double>(40, 8.0), {0.25, 0.5, 1.0}), std::vector<double>(38, 14.0));
  EXPECT_EQ(correlated(std::vector<double>(40, 0.0), {0.25, 0.5, 1.0}), std::vector<double>(38, 0.0));
}

// A filter that stops an offset must not leave the rounding of float32 in its place.
TEST(Correlate, KeepsASmallEchoOnALargeOffset) {
  const std::vector<double> difference{-1.0, 1.0};
  std::vector<double> x(20, 1e9);
  x[10] += 1e-3;
  const std::vector<double> y = correlated(x, difference);
  EXPECT_NEAR(y[9], 1e-3, 1.2e-7);
  EXPECT_NEAR(y[10], -1e-3, 1.2e-7);
}

// NaN reaches the outputs that read it and no other.
TEST(Correlate, NanStaysInItsWindow) {
  std::vector<double> x(60, 1.0);
  x[30] = std::numeric_limits<double>::quiet_NaN();
  const std::vector<double> y = correlated(x, {1.0, 1.0, 1.0});
  for (std::size_t i = 0; i < y.size(); ++i) EXPECT_EQ(std::isnan(y[i]), i >= 28 && i <= 30) << i;
}

}  // namespace
}  // namespace surefoot::dsp
