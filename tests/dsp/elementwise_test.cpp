// SPDX-License-Identifier: MIT
#include <surefoot/dsp/elementwise.hpp>

#include "support/lines.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

namespace surefoot::dsp {
namespace {

constexpr double half_ulp = 0x1p-24;

std::vector<Sample> noise(std::size_t n, double offset, double size, std::uint64_t seed = 1) {
  test::Random random(seed);
  std::vector<Sample> x(n);
  for (Sample& v : x) v = static_cast<Sample>(offset + size * random.normal());
  return x;
}

TEST(Elementwise, ProductsAreRoundedOnce) {
  for (const std::size_t n : {0U, 1U, 15U, 16U, 17U, 512U}) {
    const auto x = noise(n, 0.0, 1000.0);
    const auto factor = noise(n, 2.0, 1.0, 2);
    std::vector<Sample> y(n);
    multiply(x, factor, std::span<Sample>(y));
    for (std::size_t i = 0; i < n; ++i) EXPECT_EQ(y[i], x[i] * factor[i]);
  }
}

// A large offset, as of raw counts: the small difference keeps all the digits that the samples have.
TEST(Elementwise, DifferencesAreAsGoodAsInDouble) {
  for (const double offset : {0.0, 32768.4, -1e6 - 1.0 / 3.0, 1e-3}) {
    for (const double size : {1e-3, 1.0, 1e5}) {
      const auto x = noise(513, offset, size);
      std::vector<Sample> y(x.size());
      subtract(x, offset, std::span<Sample>(y));
      std::vector<std::byte> memory(1 << 14);
      Arena arena(memory);
      SplitOffsets offsets(513, arena);
      std::vector<Sample> z(x.size());
      for (std::size_t i = 0; i < x.size(); ++i) offsets.set(i, offset);
      offsets.subtract_from(x, std::span<Sample>(z));
      EXPECT_EQ(y, z);
      for (std::size_t i = 0; i < x.size(); ++i) {
        const double want = static_cast<double>(x[i]) - offset;
        // Two roundings, and what two float32 leave of the offset.
        ASSERT_NEAR(static_cast<double>(y[i]), want, 2.0 * half_ulp * std::abs(want) + 0x1p-48 * std::abs(offset));
      }
    }
  }
  const std::vector<Sample> constant(40, 1234.567F);
  std::vector<Sample> y(constant.size());
  subtract(constant, static_cast<double>(1234.567F), std::span<Sample>(y));
  EXPECT_EQ(y, std::vector<Sample>(40, 0.0F));
}

// In the same pass: infinities become the largest number, subnormal numbers zero.
TEST(Elementwise, ResultsAreTidy) {
  using Limits = std::numeric_limits<Sample>;
  for (std::size_t at = 0; at < 40; ++at) {
    std::vector<Sample> x(40, 2.0F);
    const std::vector<Sample> factor(40, 1e-30F);
    x[at] = 1e-12F;
    std::vector<Sample> y(40);
    multiply(x, factor, std::span<Sample>(y));
    EXPECT_EQ(y[at], 0.0F) << at;
    EXPECT_EQ(y[(at + 1) % 40], 2.0F * 1e-30F);
    const std::vector<Sample> loud(40, 1e30F);
    x[at] = -1e15F;
    multiply(x, loud, std::span<Sample>(y));
    EXPECT_EQ(y[at], Limits::lowest()) << at;
    x.assign(40, 1.0F);
    x[at] = Limits::min() * 1.5F;
    subtract(x, static_cast<double>(Limits::min()), std::span<Sample>(y));
    EXPECT_EQ(y[at], 0.0F) << at;
  }
}

TEST(Elementwise, SumsAgreeWithLongDouble) {
  for (const std::size_t n : {0U, 1U, 63U, 64U, 65U, 512U, 1000U}) {
    const auto x = noise(n, 1e4, 1.0);
    std::vector<double> sum(n, 0.5);
    long double total = 0.0L;
    for (const Sample v : x) total += static_cast<long double>(v);
    EXPECT_NEAR(sum_in_double(x), static_cast<double>(total), 1e-15 * static_cast<double>(n) * 1e4 * 8.0);
    add(x, sum);
    for (std::size_t i = 0; i < n; ++i) EXPECT_EQ(sum[i], 0.5 + static_cast<double>(x[i]));
  }
}

}  // namespace
}  // namespace surefoot::dsp
