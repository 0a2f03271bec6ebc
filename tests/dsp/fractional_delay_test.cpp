// SPDX-License-Identifier: MIT
#include <surefoot/dsp/fractional_delay.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <numbers>
#include <vector>

namespace surefoot::dsp {
namespace {

struct Owned {
  explicit Owned(Index n) : block(1 << 16), arena(block), it(n, arena) { EXPECT_TRUE(arena.ok()); }
  std::vector<std::byte> block;
  Arena arena;
  FractionalDelay it;
};

// The largest error on a sine of unit amplitude, away from the ends.
double worst_error(double nyquist_fraction) {
  constexpr Index n = 400;
  Owned delay(n);
  std::vector<Sample> x(n);
  std::vector<Sample> y(n);
  const double w = std::numbers::pi * nyquist_fraction;
  double worst = 0.0;
  for (const double start : {0.0, 0.7}) {
    for (Index i = 0; i < n; ++i) x[to_size(i)] = static_cast<Sample>(std::sin(w * static_cast<double>(i) + start));
    delay.it.load(x);
    for (int k = 0; k < 97; ++k) {
      const double by = 3.0 + k / 97.0;
      delay.it.read(by, y);
      for (Index i = 10; i < n - 20; ++i)
        worst = std::max(
            worst, std::abs(static_cast<double>(y[to_size(i)]) - std::sin(w * (static_cast<double>(i) + by) + start)));
    }
  }
  return worst;
}

TEST(FractionalDelay, HoldsItsPassBand) {
  EXPECT_LT(worst_error(0.0), 1e-6);
  EXPECT_LT(worst_error(0.1), 1e-4);
  EXPECT_LT(worst_error(0.3), 1e-4);
  EXPECT_LT(worst_error(0.5), 3e-4);
  EXPECT_LT(worst_error(0.6), 4e-4);
  EXPECT_LT(worst_error(0.7), 3e-2);
}

TEST(FractionalDelay, CopiesAtWholePositions) {
  Owned delay(50);
  std::vector<Sample> x(50);
  for (std::size_t i = 0; i < 50; ++i) x[i] = static_cast<Sample>(i * i) * 0.37F - 11.0F;
  delay.it.load(x);
  std::vector<Sample> y(50);
  for (const int by : {0, 1, 17, 49, 50, 51, 1000, -1, -30, -49, -50, -51, -1000}) {
    delay.it.read(by, y);
    for (int i = 0; i < 50; ++i) {
      const int from = i + by;
      ASSERT_EQ(y[static_cast<std::size_t>(i)], from >= 0 && from < 50 ? x[static_cast<std::size_t>(from)] : 0.0F);
    }
  }
}

TEST(FractionalDelay, GivesZeroBeyondTheEnds) {
  Owned delay(30);
  const std::vector<Sample> x(30, 5.0F);
  delay.it.load(x);
  std::vector<Sample> y(40);
  delay.it.read(-4.25, y);
  for (std::size_t i = 0; i < 40; ++i) {
    const double at = static_cast<double>(i) - 4.25;
    if (at < 0.0 || at > 29.0) EXPECT_EQ(y[i], 0.0F) << i;
    else if (at > 6.0 && at < 23.0) EXPECT_NEAR(y[i], 5.0F, 1e-5F) << i;
    else EXPECT_NEAR(y[i], 5.0F, 1.0F) << i;
  }
  for (const double nowhere : {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity(),
                               -std::numeric_limits<double>::infinity(), 1e300, -1e300}) {
    std::fill(y.begin(), y.end(), 1.0F);
    delay.it.read(nowhere, y);
    EXPECT_EQ(std::count(y.begin(), y.end(), 0.0F), 40);
  }
}

TEST(FractionalDelay, ReadsAPartAsItReadsTheWhole) {
  Owned delay(64);
  std::vector<Sample> x(64);
  for (std::size_t i = 0; i < 64; ++i) x[i] = static_cast<Sample>(std::sin(0.3 * static_cast<double>(i)));
  delay.it.load(x);
  std::vector<Sample> whole(64);
  std::vector<Sample> part(9);
  delay.it.read(0.625, whole);
  delay.it.read(20.625, part);
  for (std::size_t i = 0; i < 9; ++i) EXPECT_EQ(part[i], whole[20 + i]);
}

TEST(FractionalDelay, ForgetsTheTraceBefore) {
  Owned delay(8);
  delay.it.load(std::vector<Sample>(8, 9.0F));
  delay.it.load(std::vector<Sample>(3, 1.0F));  // a shorter one: the rest is zero
  std::vector<Sample> y(8);
  delay.it.read(0.0, y);
  EXPECT_EQ(y, (std::vector<Sample>{1, 1, 1, 0, 0, 0, 0, 0}));
}

}  // namespace
}  // namespace surefoot::dsp
