// SPDX-License-Identifier: MIT
#include <surefoot/gpr/whiten.hpp>

#include "support/columns.hpp"
#include "support/lines.hpp"
#include "support/stage_run.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace surefoot::gpr {
namespace {

using test::Single;

StreamSpec spec_of(std::size_t n) {
  return {{AxisKind::two_way_time, 0.0, 0.1e-9}, static_cast<Index>(n), 0.0, 0.0, 0};
}

std::vector<Sample> whitened(const std::vector<Sample>& x, const WhitenOptions& options) {
  EXPECT_FALSE(validate(options, spec_of(x.size())));
  Single<Whiten> stage(options, spec_of(x.size()));
  stage.push(x);
  return stage.traces.at(0);
}

TEST(Whiten, IsNumPys) {
  auto golden = test::read_golden_columns("whiten.csv");
  const std::vector<Sample> x = test::to_samples(golden.at("input"));
  const auto check = [&](const WhitenOptions& options, const std::string& column) {
    const std::vector<Sample> y = whitened(x, options);
    const std::vector<double>& want = golden.at(column);
    double largest = 0.0;
    for (const double v : want) largest = std::max(largest, std::abs(v));
    for (std::size_t i = 0; i < x.size(); ++i)
      EXPECT_NEAR(static_cast<double>(y[i]), want[i], 2e-6 * largest) << column << " " << i;
  };
  check({}, "defaults");
  check({.low_hz = 510e6, .high_hz = 2.01e9, .width_hz = 0.0, .taper_hz = 0.0, .stabilisation = 0.05}, "pure");
  check({.low_hz = 300e6, .high_hz = 4.5e9, .width_hz = 1e9, .taper_hz = 600e6, .stabilisation = 0.001}, "wide");
}

double amplitude_at(const std::vector<Sample>& x, double f) {
  double re = 0.0;
  double im = 0.0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double angle = 2.0 * std::numbers::pi * f * 0.1e-9 * static_cast<double>(i);
    re += static_cast<double>(x[i]) * std::cos(angle);
    im += static_cast<double>(x[i]) * std::sin(angle);
  }
  return std::sqrt(re * re + im * im);
}

// A pulse whose spectrum falls by 25 dB across the band becomes one of level spectrum, in its place.
TEST(Whiten, FlattensTheBandAndMovesNothing) {
  std::vector<Sample> x(400);
  for (std::size_t i = 0; i < 400; ++i)
    x[i] = static_cast<Sample>(100.0 * test::ricker(1e-10 * (static_cast<double>(i) - 200.0), 0.8e9));
  const WhitenOptions options{.low_hz = 0.4e9, .high_hz = 2.0e9, .stabilisation = 1e-3};
  EXPECT_GT(amplitude_at(x, 0.8e9) / amplitude_at(x, 2.0e9), 10.0);
  const std::vector<Sample> y = whitened(x, options);
  const double level = amplitude_at(y, 1e9);
  for (double f = 0.6e9; f <= 1.8e9; f += 0.1e9) EXPECT_NEAR(amplitude_at(y, f) / level, 1.0, 0.15) << f;
  EXPECT_LT(amplitude_at(y, 2.6e9) / level, 0.02);
  EXPECT_EQ(std::max_element(y.begin(), y.end()) - y.begin(), 200);
  for (std::size_t i = 1; i < 200; ++i) EXPECT_NEAR(y[200 - i], y[200 + i], 1e-3F) << i;
}

TEST(Whiten, ZeroConstantAndNonFinite) {
  for (const std::size_t n : {64U, 61U}) {
    EXPECT_EQ(whitened(std::vector<Sample>(n, 0.0F), {}), std::vector<Sample>(n, 0.0F));
    for (const Sample v : whitened(std::vector<Sample>(n, 8e15F), {})) EXPECT_TRUE(std::isfinite(v));
    std::vector<Sample> x(n, 1.0F);
    x[7] = std::numeric_limits<Sample>::quiet_NaN();
    Single<Whiten> stage(WhitenOptions{}, spec_of(n));
    stage.push(x);
    EXPECT_TRUE(has(stage.tags.at(0).quality, Quality::non_finite));
    EXPECT_EQ(stage.traces.at(0), std::vector<Sample>(n, 0.0F));
  }
}

TEST(Whiten, RefusesWhatItCannotDo) {
  const StreamSpec in = spec_of(256);
  EXPECT_FALSE(validate(WhitenOptions{}, in));
  EXPECT_STREQ(validate(WhitenOptions{.high_hz = 5e9}, in).field, "high_hz");
  EXPECT_EQ(validate(WhitenOptions{.high_hz = 5e9}, in).allowed.high, 5e9);
  EXPECT_STREQ(validate(WhitenOptions{.low_hz = 2.6e9}, in).field, "low_hz");
  EXPECT_STREQ(validate(WhitenOptions{.width_hz = -1.0}, in).field, "width_hz");
  EXPECT_STREQ(validate(WhitenOptions{.width_hz = 6e9}, in).field, "width_hz");
  EXPECT_STREQ(validate(WhitenOptions{.taper_hz = 6e9}, in).field, "taper_hz");
  EXPECT_STREQ(validate(WhitenOptions{.stabilisation = 0.0}, in).field, "stabilisation");
  EXPECT_STREQ(validate(WhitenOptions{.low_hz = 1.02e9, .high_hz = 1.03e9}, in).field, "low_hz");
  EXPECT_STREQ(validate(WhitenOptions{}, spec_of(1)).field, "low_hz");
  StreamSpec gates = in;
  gates.axis.kind = AxisKind::gate_time;
  EXPECT_TRUE(validate(WhitenOptions{}, gates));
}

}  // namespace
}  // namespace surefoot::gpr
