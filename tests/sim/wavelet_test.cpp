// SPDX-License-Identifier: MIT
#include <surefoot/sim/wavelet.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <complex>
#include <numbers>

namespace surefoot::sim {
namespace {

constexpr double f = 1e9;
constexpr double pi = std::numbers::pi;

TEST(Wavelet, RickerHasItsClosedForm) {
  EXPECT_EQ(wavelet(WaveletKind::ricker, 0.0, f), 1.0);
  EXPECT_NEAR(wavelet(WaveletKind::ricker, 1.0 / (pi * f * std::numbers::sqrt2), f), 0.0, 1e-15);
  // The two troughs of -2 exp(-3/2) stand at a = 3/2.
  EXPECT_NEAR(wavelet(WaveletKind::ricker, std::sqrt(1.5) / (pi * f), f), -2.0 * std::exp(-1.5), 1e-15);
  EXPECT_EQ(wavelet(WaveletKind::ricker, 3e-10, f), wavelet(WaveletKind::ricker, -3e-10, f));
}

TEST(Wavelet, GaussianDerivativeHasItsClosedForm) {
  const double t = 1.0 / (2.0 * pi * f);
  EXPECT_EQ(wavelet(WaveletKind::gaussian_derivative, 0.0, f), 0.0);
  EXPECT_NEAR(wavelet(WaveletKind::gaussian_derivative, -t, f), 1.0, 1e-15);
  EXPECT_NEAR(wavelet(WaveletKind::gaussian_derivative, t, f), -1.0, 1e-15);
}

TEST(Wavelet, IsStrongestAtItsCentreFrequency) {
  for (const WaveletKind kind : {WaveletKind::ricker, WaveletKind::gaussian_derivative}) {
    double best = 0.0;
    double best_frequency = 0.0;
    for (double frequency = 0.5e9; frequency < 1.6e9; frequency += 1e7) {
      std::complex<double> sum = 0.0;
      for (double t = -3e-9; t < 3e-9; t += 1e-11)
        sum += wavelet(kind, t, f) * std::polar(1.0, -2.0 * pi * frequency * t);
      if (std::abs(sum) > best) {
        best = std::abs(sum);
        best_frequency = frequency;
      }
    }
    EXPECT_NEAR(best_frequency, f, 1.01e7);
  }
}

TEST(Wavelet, IsNegligibleBeyondItsHalfLength) {
  for (const WaveletKind kind : {WaveletKind::ricker, WaveletKind::gaussian_derivative})
    for (const double side : {-1.0, 1.0}) EXPECT_LT(std::abs(wavelet(kind, side * wavelet_half_length_s(f), f)), 1e-8);
}

}  // namespace
}  // namespace surefoot::sim
