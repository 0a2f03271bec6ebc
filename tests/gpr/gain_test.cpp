// SPDX-License-Identifier: MIT
#include <surefoot/gpr/gain.hpp>

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
  check({.method = agc, .window_s = 24e-9}, "agc_24ns_60", 5e-7);
  const auto spherical = GainMethod::spherical;
  check({.method = spherical, .exponent = 1.2, .reference_s = 4e-9}, "spherical", 3e-7);
  check({.method = spherical,
         .reference_s = 4e-9,
         .rate_per_s = 0.0,
         .max_gain_db = 40,
         .attenuation_db_per_m = 14.0,
         .velocity_m_per_s = 0.9e8},
        "spherical_db_per_m", 3e-7);
  const NumberList points{-6.0, 20.0, 44.0, 47.0, 60.0};
  check({.method = GainMethod::range_gain, .points_db = points}, "range_gain_remove", 3e-7);
  check({.method = GainMethod::range_gain, .points_db = points, .sense = RangeGainSense::apply}, "range_gain_apply",
        3e-7);
}

TEST(Gain, EnvelopeIsNumPysOverSeveralTraces) {
  auto golden = test::read_golden_columns("gain.csv");
  const std::vector<Sample> traces[] = {test::to_samples(golden.at("input")), test::to_samples(golden.at("second")),
                                        test::to_samples(golden.at("third"))};
  for (const auto& [share, db, name] :
       {std::tuple{0.4, 60.0, "envelope_0.4_"}, std::tuple{0.02, 12.0, "envelope_0.02_"},
        std::tuple{1.0, 60.0, "envelope_1.0_"}}) {
    const GainOptions options{.method = GainMethod::envelope, .window_s = 2e-9, .max_gain_db = db, .share = share};
    ASSERT_FALSE(validate(options, spec_of(120)));
    Single<Gain> stage(options, spec_of(120));
    for (std::size_t k = 0; k < 3; ++k) {
      stage.push(traces[k]);
      const std::vector<double>& want = golden.at(name + std::to_string(k));
      for (std::size_t i = 0; i < 120; ++i)
        EXPECT_NEAR(static_cast<double>(stage.traces[k][i]), want[i], 5e-7 * std::abs(want[i]))
            << name << k << " " << i;
      const bool warming_up = static_cast<double>(k + 1) < 1.0 / share;
      EXPECT_EQ(has(stage.tags[k].quality, Quality::warming_up), warming_up) << name << k;
    }
  }
}

// The line's decay is undone, the noise below it is not raised further, and a late target keeps its height over the soil.
TEST(Gain, EnvelopeFlattensADecayAndStopsAtTheNoise) {
  const auto decay = [](int i) { return std::max(1e-2, std::exp(-0.08 * i)); };  // -40 dB at sample 58
  Single<Gain> stage(GainOptions{.method = GainMethod::envelope, .window_s = 2e-9, .share = 0.02}, spec_of(120));
  for (int k = 0; k < 60; ++k) {
    std::vector<Sample> x;
    for (int i = 0; i < 120; ++i) x.push_back(static_cast<Sample>(decay(i) * ((i + k) % 2 == 0 ? 1.0 : -1.0)));
    if (k == 59) x[90] *= 5.0F;
    stage.push(x);
  }
  const std::vector<Sample>& y = stage.traces.back();
  const Sample level = std::abs(y[30]);
  for (std::size_t i = 8; i < 50; ++i) EXPECT_NEAR(std::abs(y[i]), level, 0.02F * level) << i;
  const Sample noise = std::abs(y[110]);
  EXPECT_NEAR(noise, level, 0.15F * level);
  EXPECT_NEAR(std::abs(y[90]), 5.0F * noise, 1.0F * noise);
}

TEST(Gain, EnvelopeForgetsAndTeachesNothingByBadTraces) {
  const GainOptions options{.method = GainMethod::envelope, .window_s = 2e-9, .share = 0.3};
  std::vector<Sample> a(120);
  for (std::size_t i = 0; i < 120; ++i) a[i] = static_cast<Sample>(100.0 * std::exp(-0.05 * static_cast<double>(i)));
  std::vector<Sample> b(120, 3.0F);
  std::vector<Sample> bad = b;
  bad[5] = std::numeric_limits<Sample>::infinity();
  Single<Gain> with(options, spec_of(120));
  Single<Gain> without(options, spec_of(120));
  with.push(a);
  with.push(bad);
  with.push(b);
  without.push(a);
  without.push(b);
  EXPECT_EQ(with.traces.at(1), std::vector<Sample>(120, 0.0F));
  EXPECT_TRUE(has(with.tags.at(1).quality, Quality::non_finite));
  EXPECT_EQ(with.traces.at(2), without.traces.at(1));
  with->reset();
  with.push(a);
  EXPECT_EQ(with.traces.at(3), with.traces.at(0));
  // Silence stays silence, and what comes after it is not blown up beyond max_gain_db.
  Single<Gain> silent(options, spec_of(120));
  silent.push(std::vector<Sample>(120, 0.0F));
  silent.push(b);
  EXPECT_EQ(silent.traces.at(0), std::vector<Sample>(120, 0.0F));
  EXPECT_EQ(silent.traces.at(1), b);
}

// A recorder applied a gain of straight lines in dB: taken off, the echoes of before are back.
TEST(Gain, RangeGainIsUndone) {
  test::Random random(11);
  std::vector<Sample> echoes(121);
  for (Sample& v : echoes) v = static_cast<Sample>(random.normal());
  std::vector<Sample> recorded(121);
  for (std::size_t i = 0; i < 121; ++i) {  // 0, 30, 60, 60 dB at samples 0, 40, 80, 120
    const double db = std::min(60.0, 0.75 * static_cast<double>(i));
    recorded[i] = static_cast<Sample>(static_cast<double>(echoes[i]) * std::pow(10.0, db / 20.0));
  }
  const std::vector<Sample> y =
      gained(recorded, {.method = GainMethod::range_gain, .points_db = {0.0, 30.0, 60.0, 60.0}});
  for (std::size_t i = 0; i < 121; ++i) EXPECT_NEAR(y[i], echoes[i], 3e-7F * std::abs(echoes[i])) << i;
  EXPECT_EQ(gained({2.0F}, {.method = GainMethod::range_gain, .points_db = {20.0, 40.0}}), std::vector<Sample>{0.2F});
  EXPECT_STREQ(validate(GainOptions{.method = GainMethod::range_gain, .points_db = {20.0}}, spec_of(60)).field,
               "points_db");
  EXPECT_STREQ(validate(GainOptions{.points_db = {0.0, 1e3}}, spec_of(60)).field, "points_db");
}

// A point reflector in a lossy soil: spreading as 1/t, 20 dB/m along the path.
TEST(Gain, SphericalUndoesSpreadingAndAttenuation) {
  std::vector<Sample> x;
  for (int i = 0; i < 100; ++i) {
    const double t = -2e-9 + 0.2e-9 * i;
    x.push_back(t < 0.1e-9 ? 1.0F : static_cast<Sample>(1e-9 / t * std::pow(10.0, -20.0 * 1e8 * t / 20.0)));
  }
  const std::vector<Sample> y = gained(x, {.method = GainMethod::spherical,
                                           .reference_s = 1e-9,
                                           .rate_per_s = 0.0,
                                           .max_gain_db = 100.0,
                                           .attenuation_db_per_m = 20.0});
  for (std::size_t i = 0; i < 10; ++i) EXPECT_EQ(y[i], 0.0F) << i;
  for (std::size_t i = 11; i < 100; ++i) EXPECT_NEAR(y[i], 1.0F, 1e-6F) << i;
  EXPECT_STREQ(validate(GainOptions{.velocity_m_per_s = 3e8}, spec_of(60)).field, "velocity_m_per_s");
  EXPECT_STREQ(validate(GainOptions{.attenuation_db_per_m = -1.0}, spec_of(60)).field, "attenuation_db_per_m");
  // However extreme, a gain is a number.
  for (const double rate : {0.0, 1e300})
    for (const double reference : {1e-300, 1e300})
      for (const Sample v :
           gained(x, {.method = GainMethod::spherical, .exponent = 8.0, .reference_s = reference, .rate_per_s = rate}))
        EXPECT_TRUE(std::isfinite(v));
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
    for (Index h = 1; h <= std::max<Index>(1, static_cast<Index>(n) / 2); ++h) {
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
  EXPECT_STREQ(validate(GainOptions{.method = GainMethod::envelope, .window_s = 0.3e-9}, spec_of(60)).field,
               "window_s");
  const Problem too_long = validate(GainOptions{.method = GainMethod::agc, .window_s = 13e-9}, spec_of(60));
  EXPECT_STREQ(too_long.field, "window_s");
  EXPECT_DOUBLE_EQ(too_long.allowed.high, 12e-9);
  EXPECT_FALSE(validate(GainOptions{.window_s = 0.3e-9}, spec_of(60)));
  StreamSpec channels = spec_of(60);
  channels.axis.kind = AxisKind::channel;
  EXPECT_STREQ(validate(GainOptions{}, channels).field, "method");
}

}  // namespace
}  // namespace surefoot::gpr
