// SPDX-License-Identifier: MIT
#include <surefoot/dsp/hilbert.hpp>

#include <surefoot/dsp/fft_size.hpp>

#include "support/lines.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstddef>
#include <numbers>
#include <vector>

namespace surefoot::dsp {
namespace {

std::vector<Sample> quadrature_of(const std::vector<Sample>& x) {
  std::vector<std::byte> memory(1 << 18);
  Arena arena(memory);
  Hilbert hilbert(static_cast<Index>(x.size()), arena);
  EXPECT_TRUE(hilbert.ok());
  EXPECT_TRUE(arena.ok());
  std::vector<Sample> q(x.size());
  hilbert.run(x, q);
  return q;
}

// The kernel of the periodic transform of even length N, written out: 2/N sum over odd distances of x cot(pi d / N).
TEST(Hilbert, IsTheSumOverOddDistances) {
  test::Random random(8);
  for (const std::size_t n : {2U, 7U, 16U, 60U, 97U, 240U}) {
    std::vector<Sample> x(n);
    for (Sample& v : x) v = static_cast<Sample>(100.0 * random.normal());
    const std::vector<Sample> q = quadrature_of(x);
    const auto period = static_cast<double>(fft_size(static_cast<Index>(n)));
    for (std::size_t i = 0; i < n; ++i) {
      double sum = 0.0;
      for (std::size_t j = 0; j < n; ++j) {
        const auto d = static_cast<std::ptrdiff_t>(i) - static_cast<std::ptrdiff_t>(j);
        if (d % 2 != 0)
          sum +=
              2.0 / period * static_cast<double>(x[j]) / std::tan(std::numbers::pi * static_cast<double>(d) / period);
      }
      EXPECT_NEAR(static_cast<double>(q[i]), sum, 3e-7 * 400.0) << n << " " << i;
    }
  }
}

TEST(Hilbert, TurnsACosineIntoASineAndAConstantIntoNothing) {
  constexpr std::size_t n = 120;
  std::vector<Sample> x(n);
  std::vector<Sample> alternating(n);
  for (std::size_t i = 0; i < n; ++i) {
    x[i] = static_cast<Sample>(50.0 + 200.0 * std::cos(2.0 * std::numbers::pi * 7.0 * static_cast<double>(i) / n));
    alternating[i] = i % 2 == 0 ? 30.0F : -30.0F;
  }
  const std::vector<Sample> q = quadrature_of(x);
  for (std::size_t i = 0; i < n; ++i)
    EXPECT_NEAR(static_cast<double>(q[i]), 200.0 * std::sin(2.0 * std::numbers::pi * 7.0 * static_cast<double>(i) / n),
                2e-4);
  for (const Sample v : quadrature_of(alternating)) EXPECT_NEAR(v, 0.0F, 1e-4F) << "the Nyquist frequency has no sine";
  EXPECT_EQ(quadrature_of(std::vector<Sample>(n, 0.0F)), std::vector<Sample>(n, 0.0F));
}

}  // namespace
}  // namespace surefoot::dsp
