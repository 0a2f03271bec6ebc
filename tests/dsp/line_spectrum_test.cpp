// SPDX-License-Identifier: MIT
#include <surefoot/dsp/line_spectrum.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

namespace surefoot::dsp {
namespace {

// Gaussian bumps of width 1 in ln place, seen at 40 points: a family that has nothing to do with relaxations.
constexpr Index rows = 40;
void bump(const void*, double log_place, std::span<double> value, std::span<double> slope) noexcept {
  for (std::size_t i = 0; i < value.size(); ++i) {
    const double d = 0.25 * static_cast<double>(i) - log_place;
    value[i] = std::exp(-0.5 * d * d);
    slope[i] = d * value[i];
  }
}

struct Bumps {
  explicit Bumps(LineSpectrumOptions options, Index free = 1)
      : memory(1 << 20), arena(memory), spectrum(rows, free, filled(options), arena) {
    EXPECT_TRUE(arena.ok());
    spectrum.prepare({&bump, nullptr}, std::vector<double>(to_size(rows * free), 1.0),
                     std::vector<double>(to_size(rows), 1.0));
  }
  static LineSpectrumOptions filled(LineSpectrumOptions o) {
    o.log_first = 0.0;
    o.log_last = 9.75;
    return o;
  }
  std::vector<std::byte> memory;
  Arena arena;
  LineSpectrum spectrum;
};

std::vector<double> sum_of(const std::vector<std::pair<double, double>>& lines, double offset) {
  std::vector<double> y(to_size(rows), offset);
  std::vector<double> value(y.size());
  std::vector<double> slope(y.size());
  for (const auto& [place, strength] : lines) {
    bump(nullptr, place, value, slope);
    for (std::size_t i = 0; i < y.size(); ++i) y[i] += strength * value[i];
  }
  return y;
}

TEST(LineSpectrum, FindsLinesOffTheGridWithoutNoise) {
  Bumps bumps({});
  ASSERT_TRUE(bumps.spectrum.fit(sum_of({{2.123, 1.5}, {4.077, 0.3}, {7.3, 2.0}}, -0.7)));
  ASSERT_EQ(bumps.spectrum.lines().size(), 3U);
  EXPECT_NEAR(bumps.spectrum.lines()[0].log_place, 2.123, 1e-9);
  EXPECT_NEAR(bumps.spectrum.lines()[1].log_place, 4.077, 1e-9);
  EXPECT_NEAR(bumps.spectrum.lines()[1].strength, 0.3, 1e-9);
  EXPECT_NEAR(bumps.spectrum.lines()[2].log_place, 7.3, 1e-9);
  EXPECT_NEAR(bumps.spectrum.free()[0], -0.7, 1e-9);
  EXPECT_EQ(bumps.spectrum.degrees(), rows - 1 - 6);
}

TEST(LineSpectrum, AnySignTakesNegativeLines) {
  LineSpectrumOptions options;
  Bumps positive(options);
  options.any_sign = true;
  Bumps any(options);
  const auto y = sum_of({{2.5, 1.0}, {5.1, -0.8}, {8.0, 0.5}}, 0.1);
  ASSERT_TRUE(any.spectrum.fit(y));
  ASSERT_EQ(any.spectrum.lines().size(), 3U);
  EXPECT_NEAR(any.spectrum.lines()[1].log_place, 5.1, 1e-9);
  EXPECT_NEAR(any.spectrum.lines()[1].strength, -0.8, 1e-9);
  ASSERT_TRUE(positive.spectrum.fit(y));
  for (const SpectrumLine& line : positive.spectrum.lines()) EXPECT_GT(line.strength, 0.0);
  EXPECT_GT(positive.spectrum.rest(), 1e-3);
}

TEST(LineSpectrum, EdgesAreDefined) {
  Bumps bumps({});
  std::vector<double> y(to_size(rows), 3.0);
  ASSERT_TRUE(bumps.spectrum.fit(y));  // a constant has no line
  EXPECT_TRUE(bumps.spectrum.lines().empty());
  EXPECT_NEAR(bumps.spectrum.free()[0], 3.0, 1e-14);
  y.assign(to_size(rows), 0.0);
  ASSERT_TRUE(bumps.spectrum.fit(y));
  EXPECT_TRUE(bumps.spectrum.lines().empty());
  EXPECT_EQ(bumps.spectrum.free()[0], 0.0);
  y[3] = std::numeric_limits<double>::quiet_NaN();
  EXPECT_FALSE(bumps.spectrum.fit(y));
  EXPECT_TRUE(bumps.spectrum.lines().empty());
  // Negative bumps alone: nothing positive fits better than the constant.
  ASSERT_TRUE(bumps.spectrum.fit(sum_of({{5.0, -1.0}}, 0.0)));
  for (const SpectrumLine& line : bumps.spectrum.lines()) EXPECT_GT(line.strength, 0.0);
  // A line beyond the grid: its place stays at the end.
  ASSERT_TRUE(bumps.spectrum.fit(sum_of({{10.4, 1.0}}, 0.0)));
  for (const SpectrumLine& line : bumps.spectrum.lines()) EXPECT_LE(line.log_place, 9.75);
}

TEST(LineSpectrum, KnownNoiseGivesSigmasOfTheWeights) {
  LineSpectrumOptions options;
  options.known_noise = true;
  Bumps bumps(options, 0);
  const std::vector<double> weights(to_size(rows), 100.0);  // sigma 0.01
  bumps.spectrum.prepare({&bump, nullptr}, {}, weights);
  ASSERT_TRUE(bumps.spectrum.fit(sum_of({{5.0, 2.0}}, 0.0)));
  ASSERT_EQ(bumps.spectrum.lines().size(), 1U);
  // A bump in the middle, points every 0.25: sum of squares sqrt(pi) / 0.25, of slopes half that; both are independent.
  const double whole = std::sqrt(std::acos(-1.0)) / 0.25;
  EXPECT_NEAR(bumps.spectrum.lines()[0].strength_sigma, 0.01 / std::sqrt(whole), 1e-8);
  EXPECT_NEAR(bumps.spectrum.lines()[0].log_place_sigma, 0.01 / (2.0 * std::sqrt(0.5 * whole)), 1e-8);
}

}  // namespace
}  // namespace surefoot::dsp
