// SPDX-License-Identifier: MIT
#include <surefoot/dsp/complex_fft.hpp>

#include "support/lines.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace surefoot::dsp {
namespace {

using Values = std::vector<std::complex<float>>;

Values noise(Index n) {
  test::Random random(static_cast<std::uint64_t>(n));
  Values x(to_size(n));
  for (auto& v : x) v = {static_cast<float>(random.normal()), static_cast<float>(random.normal())};
  return x;
}

// The definition, in double.
std::vector<std::complex<double>> brute_force(const Values& x) {
  const std::size_t n = x.size();
  std::vector<std::complex<double>> out(n);
  for (std::size_t k = 0; k < n; ++k)
    for (std::size_t i = 0; i < n; ++i)
      out[k] += std::complex<double>(x[i]) *
                std::polar(1.0, -2.0 * std::numbers::pi * static_cast<double>(i * k % n) / static_cast<double>(n));
  return out;
}

TEST(ComplexFft, IsItsDefinitionAndComesBack) {
  for (const Index n : {1, 2, 3, 5, 8, 15, 30, 64, 100, 243, 256, 540, 1024}) {
    ComplexFft fft(n);
    ASSERT_TRUE(fft.ok()) << n;
    EXPECT_EQ(fft.n(), n);
    const Values x = noise(n);
    Values y = x;
    fft.forward(y);
    const auto want = brute_force(x);
    const double tolerance = 1e-6 * std::sqrt(static_cast<double>(n)) * std::log2(static_cast<double>(n) + 1.0);
    for (std::size_t k = 0; k < want.size(); ++k)
      EXPECT_LT(std::abs(std::complex<double>(y[k]) - want[k]), tolerance) << n << " at " << k;
    fft.inverse(y);
    for (std::size_t i = 0; i < x.size(); ++i) EXPECT_LT(std::abs(y[i] - x[i]), 4e-6F) << n << " at " << i;
  }
}

TEST(ComplexFft, RefusesLengthsThatItCannotHave) {
  EXPECT_FALSE(ComplexFft(0).ok());
  EXPECT_FALSE(ComplexFft(-4).ok());
  EXPECT_FALSE(ComplexFft((Index{1} << 24) + 1).ok());
}

}  // namespace
}  // namespace surefoot::dsp
