// SPDX-License-Identifier: MIT
#include <surefoot/dsp/harmonic_fit.hpp>

#include "support/golden.hpp"
#include "support/lines.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <numbers>
#include <vector>

namespace surefoot::dsp {
namespace {

constexpr double two_pi = 2.0 * std::numbers::pi;

struct Fit {
  std::vector<std::byte> memory = std::vector<std::byte>(std::size_t{1} << 20U);
  Arena arena{memory};
  HarmonicFit fit;
  Fit(Index n_harmonics, Index n_channels) : fit(n_harmonics, n_channels, arena) {}
};

TEST(HarmonicFit, IsSciPysLeastSquares) {
  const auto want = test::read_golden_csv("harmonic_fit.csv");
  constexpr Index n = 3000;
  constexpr double rate = 5000.0;
  std::vector<Sample> x(2 * n);
  std::uint32_t state = 99;
  for (Index i = 0; i < n; ++i)
    for (Index c = 0; c < 2; ++c) {
      state = state * 1664525U + 1013904223U;
      const double t = static_cast<double>(i) / rate;
      const double hum =
          5.0 * std::cos(two_pi * 49.97 * t + static_cast<double>(c)) + 2.0 * std::cos(two_pi * 3.0 * 49.97 * t - 0.5);
      x[to_size(c * n + i)] = static_cast<Sample>(hum + static_cast<double>(state >> 16U) / 32768.0 + 3.0);
    }
  // A gap from 900 to 1310; runs that meet.
  const std::array runs{HarmonicRun{x.data(), n, 0, 400}, HarmonicRun{x.data() + 400, n, 400, 500},
                        HarmonicRun{x.data() + 1310, n, 1310, 1390}};
  Fit f(3, 2);
  ASSERT_TRUE(f.fit.fit(runs, rate, 50.0, 0.5));
  EXPECT_NEAR(f.fit.frequency_hz(), want[0].at(0), 2e-8);
  for (Index c = 0; c < 2; ++c)
    for (Index h = 1; h <= 3; ++h) {
      EXPECT_NEAR(f.fit.cosine(c, h), want[to_size(c)].at(to_size(2 * h - 1)), 2e-7);
      EXPECT_NEAR(f.fit.sine(c, h), want[to_size(c)].at(to_size(2 * h)), 2e-7);
    }
}

TEST(HarmonicFit, WithoutNoiseNothingIsLeft) {
  constexpr double rate = 20000.0;
  constexpr Index n = 4000;
  for (const double hz : {49.5, 49.96, 50.0, 50.0417, 50.5}) {
    std::vector<Sample> x(n);
    for (Index i = 0; i < n; ++i) {
      double v = 0.25;
      for (int h = 1; h <= 9; h += 2)
        v += 8.0 / h * std::cos(two_pi * h * hz * static_cast<double>(i) / rate + 0.3 * h);
      x[to_size(i)] = static_cast<Sample>(v);
    }
    const std::array runs{HarmonicRun{x.data(), n, 0, n}};
    Fit f(9, 1);
    ASSERT_TRUE(f.fit.fit(runs, rate, 50.0, 0.6));
    EXPECT_NEAR(f.fit.frequency_hz(), hz, 3e-8);
    EXPECT_LT(f.fit.left(), 1e-12);
    std::vector<Sample> y(n);
    f.fit.subtract(runs[0], y.data());
    for (const Sample v : y) EXPECT_NEAR(v, 0.25F, 2e-6F);
  }
}

// One strong harmonic, the highest: nothing broad leads to its lobe. Anywhere within any reach it is found.
TEST(HarmonicFit, TheHighestHarmonicAloneIsFoundAnywhere) {
  constexpr double rate = 10000.0;
  constexpr Index n = 4000;
  for (const Index h : {1, 3}) {
    const double lobe_hz = rate / static_cast<double>(n * h);
    for (const double reach : {0.19, 0.39, 0.6, 0.79, 1.19, 3.5}) {
      for (int i = -9; i <= 9; ++i) {
        const double hz = 50.0 + 0.11 * i * reach * lobe_hz;
        std::vector<Sample> x(n);
        for (Index k = 0; k < n; ++k)
          x[to_size(k)] =
              static_cast<Sample>(std::cos(two_pi * static_cast<double>(h) * hz * static_cast<double>(k) / rate + 0.3));
        const std::array runs{HarmonicRun{x.data(), n, 0, n}};
        Fit f(h, 1);
        ASSERT_TRUE(f.fit.fit(runs, rate, 50.0, reach * lobe_hz));
        EXPECT_NEAR(f.fit.frequency_hz(), hz, 1e-7 * lobe_hz) << h << " harmonics, reach " << reach << " lobes, " << i;
      }
    }
  }
}

// The frequency of one line in white noise: no estimator can do better than 24 sigma^2 / (A^2 N (N^2 - 1)) (rad/sample)^2.
TEST(HarmonicFit, FrequencyIsAtTheCramerRaoBound) {
  constexpr double rate = 2000.0;
  constexpr Index n = 600;
  constexpr double amplitude = 1.0;
  constexpr double sigma = 0.3;
  constexpr int trials = 300;
  constexpr std::uint64_t seed = 12;
  test::Random random(seed);
  Fit f(1, 1);
  double square = 0.0;
  std::vector<Sample> x(n);
  for (int k = 0; k < trials; ++k) {
    const double hz = 50.0 + 0.2 * (2.0 * random.uniform() - 1.0);
    const double phase = two_pi * random.uniform();
    for (Index i = 0; i < n; ++i)
      x[to_size(i)] = static_cast<Sample>(amplitude * std::cos(two_pi * hz * static_cast<double>(i) / rate + phase) +
                                          sigma * random.normal());
    const std::array runs{HarmonicRun{x.data(), n, 0, n}};
    ASSERT_TRUE(f.fit.fit(runs, rate, 50.0, 1.0));
    square += (f.fit.frequency_hz() - hz) * (f.fit.frequency_hz() - hz) / trials;
  }
  const double size = static_cast<double>(n);
  const double bound =
      24.0 * sigma * sigma / (amplitude * amplitude * size * (size * size - 1.0)) * (rate / two_pi) * (rate / two_pi);
  EXPECT_NEAR(square / bound, 1.0, 3.0 * std::sqrt(2.0 / trials)) << "seed " << seed;
}

TEST(HarmonicFit, TooLittleIsRefused) {
  std::vector<Sample> x(1000, 1.0F);
  Fit f(5, 1);
  const std::array short_run{HarmonicRun{x.data(), 1000, 0, 99}};
  EXPECT_FALSE(f.fit.fit(short_run, 5000.0, 50.0, 0.0));  // less than a cycle
  const std::array comb{HarmonicRun{x.data(), 1000, 0, 60}, HarmonicRun{x.data(), 1000, 100, 60}};
  Fit many(40, 1);
  EXPECT_FALSE(many.fit.fit(comb, 5000.0, 50.0, 0.0));  // the same part of two cycles
}

}  // namespace
}  // namespace surefoot::dsp
