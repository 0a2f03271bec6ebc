// SPDX-License-Identifier: MIT
#include <surefoot/emi/noise.hpp>

#include <surefoot/sim/random.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numbers>
#include <vector>

namespace surefoot::emi {
namespace {

constexpr double pi = std::numbers::pi;

std::vector<Sample> tone(std::size_t n, double amplitude, double cycles_a_sample, double phase, double offset) {
  std::vector<Sample> x;
  for (std::size_t i = 0; i < n; ++i)
    x.push_back(static_cast<Sample>(offset +
                                    amplitude * std::cos(2.0 * pi * cycles_a_sample * static_cast<double>(i) + phase)));
  return x;
}

TEST(Noise, OfWhiteNoise) {
  constexpr std::uint64_t seed = 61;
  constexpr std::size_t n = 40000;
  sim::Random random(seed);
  std::vector<Sample> x;
  for (std::size_t i = 0; i < n; ++i) x.push_back(static_cast<Sample>(5.0 + 2.0 * random.normal()));
  std::vector<Sample> work(n);
  const NoiseFigures quiet = noise_of(x, 8000.0, work);
  EXPECT_NEAR(quiet.mean, 5.0, 3.0 * 2.0 / std::sqrt(double{n})) << "seed " << seed;
  EXPECT_NEAR(quiet.rms, 2.0, 3.0 * 2.0 / std::sqrt(2.0 * n)) << "seed " << seed;
  EXPECT_NEAR(quiet.robust_rms, 2.0, 3.0 * 2.0 * 1.17 / std::sqrt(double{n})) << "seed " << seed;  // efficiency 37 %
  EXPECT_NEAR(quiet.density_per_root_hz, quiet.rms / std::sqrt(4000.0), 1e-12);
  // Clicks spoil one and not the other; gaps count nowhere.
  for (std::size_t i = 0; i < n; i += 100) x[i] = 1e4F;
  x[7] = std::numeric_limits<Sample>::quiet_NaN();
  const NoiseFigures clicks = noise_of(x, 8000.0, work);
  EXPECT_GT(clicks.rms, 500.0);
  EXPECT_NEAR(clicks.robust_rms, 2.0, 0.1);
  EXPECT_EQ(clicks.samples, static_cast<Index>(n) - 1);
}

TEST(Noise, ClosedFormsAndEdges) {
  std::vector<Sample> work(4);
  const std::vector<Sample> four{1.0F, 2.0F, 4.0F, 9.0F};
  const NoiseFigures f = noise_of(four, 2.0, work);
  EXPECT_DOUBLE_EQ(f.mean, 4.0);
  EXPECT_DOUBLE_EQ(f.rms, std::sqrt((9.0 + 4.0 + 0.0 + 25.0) / 3.0));
  EXPECT_NEAR(f.robust_rms, 1.482602218505602 * 1.5, 1e-12);  // deviations from 3: 2 1 1 6
  EXPECT_EQ(noise_of(std::vector<Sample>{3.0F}, 1.0, work).samples, 0);
  EXPECT_EQ(noise_of({}, 1.0, work).rms, 0.0);
  EXPECT_EQ(noise_of(std::vector<Sample>(4, 7.0F), 1.0, work).rms, 0.0);
}

TEST(ToneFigures, FindATone) {
  constexpr std::uint64_t seed = 62;
  sim::Random random(seed);
  constexpr std::size_t n = 5000;
  const double cycles = 0.0371234;
  auto x = tone(n, 0.8, cycles, 1.2, 0.05);
  for (Sample& v : x) v += static_cast<Sample>(0.01 * random.normal());
  const double rate = 1e5;
  const ToneFigures f = tone_figures(x, rate, (cycles + 0.2 / n) * rate, 1.0);  // a fifth of a cycle off over the block
  ASSERT_TRUE(f.usable);
  const double sigma = 0.01 * std::sqrt(2.0 / n);
  EXPECT_NEAR(f.amplitude, 0.8, 4.0 * sigma) << "seed " << seed;
  EXPECT_NEAR(f.offset, 0.05, 4.0 * sigma);
  EXPECT_NEAR(f.phase_rad, 1.2, 4.0 * 2.0 * sigma / 0.8);
  EXPECT_NEAR(f.frequency_hz / rate, cycles, 4.0 * std::sqrt(12.0) * sigma / (0.8 * 2.0 * pi * n));
  EXPECT_NEAR(f.rest_rms, 0.01, 4.0 * 0.01 / std::sqrt(2.0 * n));
  EXPECT_NEAR(f.sinad_db, 20.0 * std::log10(0.8 / std::sqrt(2.0) / 0.01), 0.2);
  EXPECT_EQ(f.clipped, 0);
}

// An ideal converter of B bits has B effective ones, to what a sine that is not uniform leaves.
TEST(ToneFigures, IdealConverterHasItsBits) {
  for (const int bits : {8, 12, 16}) {
    const double step = 2.0 / std::pow(2.0, bits);
    std::vector<Sample> x;
    for (int i = 0; i < 8192; ++i) {
      const double v = 0.999 * std::sin(2.0 * pi * 0.1236067977 * i + 0.3);
      x.push_back(static_cast<Sample>(step * (std::floor(v / step) + 0.5)));
    }
    const ToneFigures f = tone_figures(x, 1.0, 0.1236067977, 1.0);
    ASSERT_TRUE(f.usable);
    EXPECT_NEAR(f.enob, bits, 0.05);
    EXPECT_NEAR((f.sinad_db - 20.0 * std::log10(0.999) - 1.7609) / 6.0206, f.enob, 1e-3);
  }
}

TEST(ToneFigures, SayWhenTheyCannot) {
  auto x = tone(1000, 1.5, 0.1, 0.0, 0.0);
  for (Sample& v : x) v = std::min(std::max(v, -1.0F), 1.0F);
  EXPECT_GT(tone_figures(x, 1.0, 0.1, 1.0).clipped, 100);
  EXPECT_FALSE(tone_figures(x, 1.0, 0.6, 1.0).usable);
  EXPECT_FALSE(tone_figures(x, 1.0, 0.0, 1.0).usable);
  EXPECT_FALSE(tone_figures(std::vector<Sample>(5, 1.0F), 1.0, 0.4, 1.0).usable);
  EXPECT_FALSE(tone_figures(std::vector<Sample>(1000), 1.0, 0.1, 1.0).usable);
  sim::Random random(9);
  std::vector<Sample> noise;
  for (int i = 0; i < 1000; ++i) noise.push_back(static_cast<Sample>(random.normal()));
  EXPECT_FALSE(tone_figures(noise, 1.0, 0.1, 1.0).usable);
  x[3] = std::numeric_limits<Sample>::infinity();
  EXPECT_FALSE(tone_figures(x, 1.0, 0.1, 1.0).usable);
}

// Noise gain of each filter by the sum over its impulse response: sum h^2 / (sum h)^2 of rate / 2.
TEST(Enbw, IsTheSumOverTheImpulseResponse) {
  constexpr double rate = 2e5;
  double squares = 0.0;
  const double alpha = 0.03;
  double h = alpha;
  for (int i = 0; i < 5000; ++i, h *= 1.0 - alpha) squares += h * h;
  EXPECT_NEAR(enbw_exponential_hz(rate, alpha) / (0.5 * rate * squares), 1.0, 1e-12);
  EXPECT_NEAR(enbw_mean_hz(rate, 400) / enbw_weights_hz(rate, std::vector<double>(400, 3.0)), 1.0, 1e-12);
  std::vector<double> hann;
  for (int i = 0; i < 1000; ++i) hann.push_back(1.0 - std::cos(2.0 * pi * i / 1000.0));
  EXPECT_NEAR(enbw_weights_hz(rate, hann) / enbw_mean_hz(rate, 1000), 1.5, 1e-12);  // Harris' table
}

// A lock-in over n samples of white noise, many times.
TEST(Enbw, LockInScattersAsItSays) {
  constexpr std::uint64_t seed = 63;
  constexpr int n = 64;
  constexpr int trials = 20000;
  sim::Random random(seed);
  double square = 0.0;
  for (int t = 0; t < trials; ++t) {
    double in_phase = 0.0;
    for (int i = 0; i < n; ++i) in_phase += 2.0 / n * random.normal() * std::cos(2.0 * pi * 5.0 * i / n);
    square += in_phase * in_phase / trials;
  }
  EXPECT_NEAR(std::sqrt(square) / lock_in_sigma(1.0, n), 1.0, 3.0 / std::sqrt(2.0 * trials)) << "seed " << seed;
  EXPECT_NEAR(snr_db(10.0, 1.0), 20.0, 1e-13);
}

}  // namespace
}  // namespace surefoot::emi
