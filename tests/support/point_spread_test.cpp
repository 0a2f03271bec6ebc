// SPDX-License-Identifier: MIT
#include "support/point_spread.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace surefoot::test {
namespace {

constexpr double row = 60.3;
constexpr double column = 40.6;
constexpr double sigma_rows = 5.0;
constexpr double sigma_columns = 3.0;

double bell(Index i, Index j) {
  const double a = (static_cast<double>(i) - row) / sigma_rows;
  const double b = (static_cast<double>(j) - column) / sigma_columns;
  return std::exp(-0.5 * (a * a + b * b));
}

// A bell on a carrier of a quarter of the sampling rate: its envelope is the bell.
Image spot() {
  Image out(128, 96);
  for (Index j = 0; j < out.cols(); ++j)
    for (Index i = 0; i < out.rows(); ++i)
      out(i, j) = bell(i, j) * std::cos(0.5 * std::numbers::pi * static_cast<double>(i) + 0.4);
  return out;
}

TEST(PointSpread, EnvelopeOfABellOnACarrierIsTheBell) {
  const Image e = envelope(spot());
  for (Index j = 0; j < e.cols(); ++j)
    for (Index i = 0; i < e.rows(); ++i) ASSERT_NEAR(e(i, j), bell(i, j), 1e-6) << i << " " << j;
}

TEST(PointSpread, FindsPeakAndWidthsBetweenThePixels) {
  const Image e = envelope(spot());
  const Peak peak = peak_of(e);
  EXPECT_NEAR(peak.row, row, 0.01);
  EXPECT_NEAR(peak.column, column, 0.02);
  EXPECT_NEAR(peak.value, 1.0, 0.005);
  for (const double level : {0.5, 0.7079}) {
    const double width = 2.0 * std::sqrt(-2.0 * std::log(level));
    EXPECT_NEAR(width_along_depth(e, peak, level), width * sigma_rows, 0.01 * width * sigma_rows);
    EXPECT_NEAR(width_across_traces(e, peak, level), width * sigma_columns, 0.01 * width * sigma_columns);
  }
  const Image flat = Image::Ones(8, 8);
  EXPECT_TRUE(std::isnan(width_across_traces(flat, peak_of(flat), 0.5))) << "it never falls";
}

TEST(PointSpread, LooksOnlyIntoTheBoxAndOnlyOutsideIt) {
  Image e = envelope(spot());
  e(5, 90) = 0.25;
  const Peak other = peak_of(e, {.last_row = 20});
  EXPECT_EQ(std::lround(other.row), 5);
  EXPECT_EQ(std::lround(other.column), 90);
  EXPECT_EQ(largest_outside(e, peak_of(e), 30.0, 20.0), 0.25);
  e(5, 90) = 0.0;
  EXPECT_LT(largest_outside(e, peak_of(e), 30.0, 20.0), 1e-6);
}

TEST(PointSpread, AsymmetryIsZeroForAMirrorImageOnly) {
  Image e(4, 7);
  for (Index j = 0; j < 7; ++j) e.col(j).setConstant(static_cast<double>(std::abs(2 * j - 7)));  // about column 3.5
  EXPECT_EQ(asymmetry(e, 3.5), 0.0);
  EXPECT_NEAR(asymmetry(e, 3.0), 2.0 / 7.0, 1e-12);
}

}  // namespace
}  // namespace surefoot::test
