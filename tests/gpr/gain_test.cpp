// SPDX-License-Identifier: MIT
#include <surefoot/gpr/gain.hpp>

#include "support/columns.hpp"
#include "support/lines.hpp"
#include "support/stage_run.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numbers>

namespace surefoot::gpr {
namespace {

using test::Single;

StreamSpec spec_of(std::size_t n) {
  return {{AxisKind::two_way_time, -2e-9, 0.2e-9}, static_cast<Index>(n), 0.0, 0.0, 0};
}

std::vector<Sample> gained(const std::vector<Sample>& x, const GainOptions& options) {
  EXPECT_FALSE(validate(options, spec_of(x.size())));
  Single<Gain> stage(options, spec_of(x.size()));
  stage.push(x);
  return stage.traces.at(0);
}

TEST(Gain, IsNumPys) {
  auto golden = test::read_golden_columns("gain.csv");
  const std::vector<Sample> x = test::to_samples(golden.at("input"));
  const auto check = [&](const GainOptions& options, const std::string& column, double tolerance) {
    const std::vector<Sample> y = gained(x, options);
    const std::vector<double>& want = golden.at(column);
    for (std::size_t i = 0; i < x.size(); ++i)
      EXPECT_NEAR(static_cast<double>(y[i]), want[i], tolerance * std::abs(want[i])) << column << " " << i;
  };
  const auto power = GainMethod::power;
  const auto exponential = GainMethod::exponential;
  const auto agc = GainMethod::agc;
  check({.method = power, .exponent = 1.7, .reference_s = 4e-9}, "power_1.7", 3e-7);
  check({.method = power, .exponent = 8, .reference_s = 4e-9, .max_gain_db = 20}, "power_8_limit_20", 3e-7);
  check({.method = exponential, .rate_per_s = 3e8}, "exponential_3e8", 3e-7);
  check({.method = exponential, .rate_per_s = 3e8, .max_gain_db = 20}, "exponential_3e8_limit_20", 3e-7);
  check({.method = agc, .window_s = 2e-9}, "agc_2ns_60", 5e-7);
  check({.method = agc, .window_s = 2e-9, .max_gain_db = 6}, "agc_2ns_6", 5e-7);
  check({.method = agc, .window_s = 15e-9}, "agc_15ns_60", 5e-7);
  check({.method = agc, .window_s = 1e-6}, "agc_1us_60", 5e-7);
}

TEST(Gain, PowerUndoesSpreadingAndSilencesWhatLiesBeforeTimeZero) {
  std::vector<Sample> x;
  for (int i = 0; i < 100; ++i) x.push_back(i <= 10 ? 5.0F : static_cast<Sample>(1e-8 / (-2e-9 + 0.2e-9 * i)));
  const std::vector<Sample> y = gained(x, {.exponent = 1.0, .reference_s = 1e-8});
  for (std::size_t i = 0; i <= 10; ++i) EXPECT_NEAR(y[i], 0.0F, 1e-6F) << i;  // sample 10 is time zero, up to rounding
  for (std::size_t i = 11; i < 100; ++i) EXPECT_NEAR(y[i], 1.0F, 1e-6F) << i;
  // Exponent 0 is no gain, anywhere.
  EXPECT_EQ(gained(x, {.exponent = 0.0}), x);
}

TEST(Gain, ExponentialUndoesAttenuation) {
  std::vector<Sample> x;
  for (int i = 0; i < 100; ++i) x.push_back(static_cast<Sample>(std::exp(-2e8 * std::max(0.0, -2e-9 + 0.2e-9 * i))));
  for (const Sample v : gained(x, {.method = GainMethod::exponential, .rate_per_s = 2e8})) EXPECT_NEAR(v, 1.0F, 1e-6F);
}

// A sine has the RMS a / sqrt(2) over whole periods, however strong it is.
TEST(Gain, AgcMakesTheLevelOne) {
  for (const double a : {1e-20, 1.0, 3e4, 1e15}) {
    std::vector<Sample> x;
    for (int i = 0; i < 400; ++i)
      x.push_back(static_cast<Sample>(a * std::sin(2.0 * std::numbers::pi * (i + 0.5) / 41.0)));
    const std::vector<Sample> y = gained(x, {.method = GainMethod::agc, .window_s = 8e-9, .max_gain_db = 100.0});
    for (std::size_t i = 20; i < 380; ++i)
      EXPECT_NEAR(static_cast<double>(y[i]),
                  std::numbers::sqrt2 * std::sin(2.0 * std::numbers::pi * (static_cast<double>(i) + 0.5) / 41.0), 1e-5);
  }
}

TEST(Gain, AgcDoesNotBlowUpSilence) {
  std::vector<Sample> x(300, 1e-6F);
  x[20] = 1e4F;
  const double rms = 1e4 / std::sqrt(300.0);
  const std::vector<Sample> y = gained(x, {.method = GainMethod::agc, .window_s = 2e-9, .max_gain_db = 40.0});
  for (std::size_t i = 100; i < 300; ++i) EXPECT_NEAR(static_cast<double>(y[i]), 1e-6 / rms * 100.0, 1e-12);
  // A window beside an echo 200 dB stronger keeps its digits: the sums know no subtraction.
  const std::vector<Sample> z = gained(x, {.method = GainMethod::agc, .window_s = 2e-9, .max_gain_db = 100.0});
  for (std::size_t i = 100; i < 300; ++i) EXPECT_NEAR(static_cast<double>(z[i]), 1e-6 / rms * 1e5, 1e-9);
  EXPECT_EQ(gained(std::vector<Sample>(50, 0.0F), {.method = GainMethod::agc}), std::vector<Sample>(50, 0.0F));
}

TEST(Gain, AgcIsItsDefinitionForEveryLengthAndWindow) {
  test::Random random(4);
  for (std::size_t n = 1; n <= 30; ++n) {
    std::vector<Sample> x(n);
    for (Sample& v : x) v = static_cast<Sample>(random.normal());
    double total = 0.0;
    for (const Sample v : x) total += static_cast<double>(v) * static_cast<double>(v) / static_cast<double>(n);
    for (Index h = 1; h <= 33; ++h) {
      const std::vector<Sample> y =
          gained(x, {.method = GainMethod::agc, .window_s = 0.4e-9 * static_cast<double>(h), .max_gain_db = 20.0});
      for (Index i = 0; i < static_cast<Index>(n); ++i) {
        double sum = 0.0;
        Index count = 0;
        for (Index k = std::max<Index>(0, i - h); k <= std::min(static_cast<Index>(n) - 1, i + h); ++k, ++count)
          sum += static_cast<double>(x[to_size(k)]) * static_cast<double>(x[to_size(k)]);
        const double want =
            static_cast<double>(x[to_size(i)]) / std::sqrt(sum / static_cast<double>(count) + total / 100.0);
        EXPECT_NEAR(static_cast<double>(y[to_size(i)]), want, 1e-6 * (1.0 + std::abs(want)))
            << n << " " << h << " " << i;
      }
    }
  }
}

TEST(Gain, StaysFiniteAtTheLargestSamplesAndFlags) {
  std::vector<Sample> x(60, 8e15F);
  for (const Sample v : gained(x, {.exponent = 4.0, .reference_s = 1e-9})) EXPECT_TRUE(std::isfinite(v));
  x[3] = std::numeric_limits<Sample>::quiet_NaN();
  Single<Gain> stage(GainOptions{}, spec_of(60));
  stage.push(x);
  EXPECT_TRUE(has(stage.tags.at(0).quality, Quality::non_finite));
  EXPECT_EQ(stage.traces.at(0), std::vector<Sample>(60, 0.0F));
}

TEST(Gain, RefusesWhatItCannotDo) {
  EXPECT_STREQ(validate(GainOptions{.exponent = -1.0}, spec_of(60)).field, "exponent");
  EXPECT_STREQ(validate(GainOptions{.max_gain_db = 120.0}, spec_of(60)).field, "max_gain_db");
  EXPECT_STREQ(validate(GainOptions{.method = GainMethod::agc, .window_s = 0.3e-9}, spec_of(60)).field, "window_s");
  EXPECT_FALSE(validate(GainOptions{.window_s = 0.3e-9}, spec_of(60)));
  StreamSpec channels = spec_of(60);
  channels.axis.kind = AxisKind::channel;
  EXPECT_STREQ(validate(GainOptions{}, channels).field, "method");
}

}  // namespace
}  // namespace surefoot::gpr
