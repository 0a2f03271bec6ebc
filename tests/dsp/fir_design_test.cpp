// SPDX-License-Identifier: MIT
#include <surefoot/dsp/fir_design.hpp>

#include "support/columns.hpp"

#include <surefoot/dsp/convolve.hpp>

#include "support/lines.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

namespace surefoot::dsp {
namespace {

constexpr double rate = 10e9;
const char* const bands[] = {"bandpass", "lowpass", "highpass", "bandstop"};

TEST(FirDesign, TapsAreSciPys) {
  auto golden = test::read_golden_columns("fir_taps.csv");
  for (std::size_t band = 0; band < 4; ++band)
    for (std::size_t window = 1; window < window_words.size(); ++window) {
      std::vector<double> taps(41);
      fir({static_cast<FirBand>(band), static_cast<Window>(window), 300e6, 2.2e9, 6.5}, rate, taps);
      const std::string name = std::string(bands[band]) + "_" + window_words[window];
      for (std::size_t i = 0; i < 41; ++i) EXPECT_NEAR(taps[i], golden.at(name)[i], 1e-13) << name << " " << i;
    }
}

// Symmetric, so no frequency is delayed against another; and the gain is what a filter of this band has.
TEST(FirDesign, HasLinearPhaseAndItsBand) {
  const auto gain = [](const std::vector<double>& taps, double f) {
    double sum = 0.0;
    const double half = 0.5 * static_cast<double>(taps.size() - 1);
    for (std::size_t i = 0; i < taps.size(); ++i)
      sum += taps[i] * std::cos(2.0 * std::numbers::pi * f / rate * (static_cast<double>(i) - half));
    return sum;
  };
  for (std::size_t band = 0; band < 4; ++band)
    for (std::size_t window = 1; window < window_words.size(); ++window) {
      std::vector<double> taps(201);
      fir({static_cast<FirBand>(band), static_cast<Window>(window), 1e9, 3e9, 8.6}, rate, taps);
      for (std::size_t i = 0; i < 100; ++i) EXPECT_NEAR(taps[i], taps[200 - i], 1e-16);
      const bool low = band == 1 || band == 3;
      const bool middle = band != 3;
      const bool high = band == 2 || band == 3;
      EXPECT_NEAR(gain(taps, 2e8), low ? 1.0 : 0.0, 1e-2) << bands[band] << window_words[window];
      EXPECT_NEAR(gain(taps, 2e9), middle ? 1.0 : 0.0, 1e-2) << bands[band] << window_words[window];
      EXPECT_NEAR(gain(taps, 4.8e9), high ? 1.0 : 0.0, 1e-2) << bands[band] << window_words[window];
      if (band != 1) {
        EXPECT_NEAR(gain(taps, 1e9), 0.5, 1e-2) << bands[band] << window_words[window];
      }
      if (band != 2) {
        EXPECT_NEAR(gain(taps, 3e9), 0.5, 1e-2) << bands[band] << window_words[window];
      }
    }
}

TEST(Correlate, IsTheSumOfProductsForEveryLength) {
  test::Random random(8);
  for (std::size_t m = 1; m <= 20; ++m)
    for (std::size_t n = 0; n <= 40; ++n) {
      std::vector<double> x(n + m - 1);
      std::vector<double> taps(m);
      std::vector<double> y(n);
      for (double& v : x) v = random.normal();
      for (double& v : taps) v = random.normal();
      correlate(x, taps, y);
      for (std::size_t i = 0; i < n; ++i) {
        double sum = 0.0;
        for (std::size_t k = 0; k < m; ++k) sum += taps[k] * x[i + k];
        ASSERT_EQ(y[i], sum) << m << " " << n << " " << i;
      }
    }
}

}  // namespace
}  // namespace surefoot::dsp
