// SPDX-License-Identifier: MIT
#include <surefoot/dsp/analytic.hpp>

#include <surefoot/dsp/phase.hpp>

#include "support/lines.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <complex>
#include <vector>

namespace surefoot::dsp {
namespace {

// The plain loops, sample by sample: what runs at the processor's width must have their bits, for every length.
TEST(Analytic, HasTheBitsOfThePlainLoops) {
  test::Random random(5);
  for (std::size_t n = 1; n <= 70; ++n) {
    std::vector<Sample> re(n);
    std::vector<Sample> im(n);
    for (Sample& v : re) v = static_cast<Sample>(random.normal() * std::pow(10.0, 12.0 * random.uniform() - 6.0));
    for (Sample& v : im) v = static_cast<Sample>(random.normal());
    re[n / 2] = im[n / 2] = 0.0F;
    std::vector<Sample> y(n);
    const auto r = [&](std::size_t i) { return static_cast<double>(re[i]); };
    const auto q = [&](std::size_t i) { return static_cast<double>(im[i]); };
    const auto magnitude = [&](std::size_t i) { return std::sqrt(r(i) * r(i) + q(i) * q(i)); };
    magnitudes(re, im, y);
    for (std::size_t i = 0; i < n; ++i) ASSERT_EQ(y[i], static_cast<Sample>(magnitude(i))) << n << " " << i;
    phases(re, im, y);
    for (std::size_t i = 0; i < n; ++i) ASSERT_EQ(y[i], static_cast<Sample>(phase_of(q(i), r(i)))) << n << " " << i;
    cosines(re, im, y);
    for (std::size_t i = 0; i < n; ++i)
      ASSERT_EQ(y[i], magnitude(i) > 0.0 ? static_cast<Sample>(r(i) / magnitude(i)) : 0.0F) << n << " " << i;
  }
}

TEST(Analytic, TurnsAreThoseOfComplexNumbers) {
  test::Random random(6);
  for (std::size_t n = 1; n <= 40; ++n) {
    std::vector<Sample> re(n);
    std::vector<Sample> im(n);
    for (Sample& v : re) v = static_cast<Sample>(random.normal());
    for (Sample& v : im) v = static_cast<Sample>(random.normal());
    const auto z = [&](std::size_t i) {
      return std::complex<double>(static_cast<double>(re[i]), static_cast<double>(im[i]));
    };
    std::vector<Sample> y(n, 9.0F);
    turns(re, im, 2.0, y);
    for (std::size_t i = 0; i < n; ++i) {
      std::complex<double> sum;
      if (i + 1 < n) sum += z(i + 1) * std::conj(z(i));
      if (i > 0) sum += z(i) * std::conj(z(i - 1));
      EXPECT_NEAR(static_cast<double>(y[i]), n == 1 ? 0.0 : 2.0 * std::arg(sum), 1e-6) << n << " " << i;
    }
  }
}

}  // namespace
}  // namespace surefoot::dsp
