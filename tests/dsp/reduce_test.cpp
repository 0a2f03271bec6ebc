// SPDX-License-Identifier: MIT
#include <surefoot/dsp/prefix_sum.hpp>
#include <surefoot/dsp/reduce.hpp>
#include <surefoot/dsp/tidy.hpp>

#include "support/lines.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <limits>
#include <vector>

namespace surefoot::dsp {
namespace {

std::vector<Sample> noise(std::size_t n) {
  test::Random random(n + 1);
  std::vector<Sample> x(n);
  for (Sample& v : x) v = static_cast<Sample>(1000.0 * random.normal());
  return x;
}

// Each of the 8 lanes makes n / 8 roundings, and the tree 3 more.
TEST(Reduce, AgreesWithLongDouble) {
  for (const std::size_t n : {0U, 1U, 7U, 8U, 9U, 63U, 512U, 2048U, 100003U}) {
    const std::vector<Sample> x = noise(n);
    const std::vector<Sample> y = noise(n);
    long double s = 0.0L;
    long double absolute = 0.0L;
    long double squares = 0.0L;
    long double product = 0.0L;
    for (std::size_t i = 0; i < n; ++i) {
      const auto a = static_cast<long double>(x[i]);
      s += a;
      absolute += std::fabs(a);
      squares += a * a;
      product += a * static_cast<long double>(y[i]);
    }
    const long double unit = 0x1p-24L * static_cast<long double>(n / 8 + 4);
    EXPECT_LE(std::fabs(static_cast<long double>(sum(x)) - s), unit * absolute);
    EXPECT_LE(std::fabs(static_cast<long double>(sum_of_squares(x)) - squares), unit * squares);
    EXPECT_LE(std::fabs(static_cast<long double>(dot(x, y)) - product), unit * squares);
  }
}

// The order itself, spelled out: a lane that took another element would change bits.
TEST(Reduce, AddsInItsOneOrder) {
  const std::vector<Sample> x = noise(1003);
  std::array<float, 8> lane{};
  for (std::size_t i = 0; i < x.size(); ++i) lane[i % 8] += x[i];
  const float want = ((lane[0] + lane[4]) + (lane[2] + lane[6])) + ((lane[1] + lane[5]) + (lane[3] + lane[7]));
  EXPECT_EQ(sum(x), want);
}

TEST(Reduce, DotTakesTheShorterLength) {
  const std::vector<Sample> x{1.0F, 2.0F, 3.0F};
  const std::vector<Sample> y{4.0F, 5.0F};
  EXPECT_EQ(dot(x, y), 14.0F);
  EXPECT_EQ(dot(y, x), 14.0F);
}

TEST(PrefixSums, AgreeWithLongDouble) {
  for (const std::size_t n : {1U, 2U, 7U, 8U, 9U, 17U, 512U, 2047U}) {
    const std::vector<Sample> x = noise(n);
    std::vector<double> sums(n + 1, -1.0);
    prefix_sums(x, sums);
    long double s = 0.0L;
    long double absolute = 0.0L;
    EXPECT_EQ(sums[0], 0.0);
    for (std::size_t i = 0; i < n; ++i) {
      s += static_cast<long double>(x[i]);
      absolute += std::fabs(static_cast<long double>(x[i]));
      EXPECT_LE(std::fabs(static_cast<long double>(sums[i + 1]) - s), 0x1p-50L * absolute) << n << " " << i;
    }
  }
}

TEST(Tidy, CutsInfinitiesAndFlushesSubnormals) {
  using Limits = std::numeric_limits<Sample>;
  std::vector<Sample> x{1.0F,
                        -2.5F,
                        0.0F,
                        Limits::infinity(),
                        -Limits::infinity(),
                        Limits::max(),
                        Limits::lowest(),
                        Limits::min(),
                        -Limits::min(),
                        Limits::denorm_min(),
                        -Limits::min() / 2.0F};
  const std::vector<Sample> want{
      1.0F,          -2.5F,          0.0F, Limits::max(), Limits::lowest(), Limits::max(), Limits::lowest(),
      Limits::min(), -Limits::min(), 0.0F, 0.0F};
  tidy(std::span<Sample>(x));
  EXPECT_EQ(x, want);
  // One bad value alone is found wherever it stands.
  for (std::size_t i = 0; i < 37; ++i)
    for (const Sample bad : {Limits::infinity(), -Limits::infinity(), Limits::denorm_min(), -Limits::min() / 4.0F}) {
      std::vector<Sample> y(37, 3.0F);
      y[i] = bad;
      tidy(std::span<Sample>(y));
      EXPECT_TRUE(std::isfinite(y[i]));
      EXPECT_NE(std::fpclassify(y[i]), FP_SUBNORMAL);
    }
}

}  // namespace
}  // namespace surefoot::dsp
