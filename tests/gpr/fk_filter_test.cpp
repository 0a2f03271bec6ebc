// SPDX-License-Identifier: MIT
#include <surefoot/gpr/fk_filter.hpp>

#include "support/golden.hpp"
#include "support/lines.hpp"
#include "support/whole_line_run.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace surefoot::gpr {
namespace {

using Line = std::vector<std::vector<Sample>>;

StreamSpec spec_of(std::size_t n_samples, std::size_t n_traces, double step_s = 0.1e-9, double spacing_m = 0.02) {
  return {{AxisKind::two_way_time, 0.0, step_s},
          static_cast<Index>(n_samples),
          0.01,
          spacing_m,
          static_cast<Index>(n_traces)};
}

test::WholeLineResult run(const FkFilterOptions& options, const Line& line, double step_s = 0.1e-9,
                          const std::vector<std::size_t>& dropped = {}) {
  const StreamSpec in = spec_of(line[0].size(), line.size(), step_s);
  EXPECT_FALSE(validate(options, in));
  return test::run_whole_line<FkFilter>(options, in, line, dropped);
}

// A pulse of frequency f and wavenumber k (cycles per metre) in the middle of the line, tapered to nothing before its ends.
Line wave_packet(std::size_t n_samples, std::size_t n_traces, double f_hz, double k_per_m) {
  Line line(n_traces, std::vector<Sample>(n_samples));
  for (std::size_t j = 0; j < n_traces; ++j)
    for (std::size_t i = 0; i < n_samples; ++i) {
      const double u = (static_cast<double>(i) / static_cast<double>(n_samples) - 0.5) * 7.0;
      const double v = (static_cast<double>(j) / static_cast<double>(n_traces) - 0.5) * 7.0;
      const double phase = f_hz * 0.1e-9 * static_cast<double>(i) - k_per_m * 0.02 * static_cast<double>(j);
      line[j][i] = static_cast<Sample>(100.0 * std::exp(-u * u - v * v) * std::cos(2.0 * std::numbers::pi * phase));
    }
  return line;
}

double rms(const Line& line) {
  double sum = 0.0;
  for (const auto& trace : line)
    for (const Sample x : trace) sum += static_cast<double>(x) * static_cast<double>(x);
  return std::sqrt(sum);
}

double rms_of_difference(const Line& a, const Line& b) {
  Line c = a;
  for (std::size_t k = 0; k < a.size(); ++k)
    for (std::size_t i = 0; i < a[k].size(); ++i) c[k][i] -= b[k][i];
  return rms(c);
}

TEST(FkFilter, IsNumPys) {
  const auto input = test::read_golden_npy("fk_filter_input.npy");
  Line line;
  for (std::size_t k = 0; k < input.shape[0]; ++k) line.push_back(input.row(k));
  const auto expect = [&](const FkFilterOptions& options, const std::string& name) {
    const auto expected = test::read_golden_npy("fk_filter_" + name + ".npy");
    const auto out = run(options, line);
    for (std::size_t k = 0; k < line.size(); ++k)
      for (std::size_t i = 0; i < line[0].size(); ++i)
        ASSERT_NEAR(static_cast<double>(out.traces[k][i]), expected.at(k, i), 2e-6 * 150.0) << name << k << " " << i;
  };
  expect({.min_velocity_m_per_s = 0.05e9, .max_velocity_m_per_s = 0.4e9}, "fan");
  expect({.keep = FkKeep::outside, .min_velocity_m_per_s = 0.3e9, .taper = 0.5}, "flat");
  expect({.domain = FkDomain::wavenumber, .min_wavenumber_per_m = 4.0, .taper = 0.3}, "high_pass");
  expect({.domain = FkDomain::wavenumber,
          .keep = FkKeep::outside,
          .min_wavenumber_per_m = 2.0,
          .max_wavenumber_per_m = 7.0,
          .taper = 0.2},
         "band_stop");
}

// 1 GHz at 10 cycles per metre is 0.1 m/ns: inside 0.07 .. 0.15, outside the others; both signs of the dip alike.
TEST(FkFilter, AFanKeepsItsDipsAndRemovesTheOthers) {
  FkFilterOptions options{.min_velocity_m_per_s = 0.07e9, .max_velocity_m_per_s = 0.15e9};
  for (const double sign : {1.0, -1.0}) {
    const Line inside = wave_packet(256, 200, 1e9, sign * 10.0);
    const Line steep = wave_packet(256, 200, 1e9, sign * 22.0);
    const Line shallow = wave_packet(256, 200, 1e9, sign * 3.0);
    options.keep = FkKeep::inside;
    EXPECT_LT(rms_of_difference(run(options, inside).traces, inside), 1e-3 * rms(inside));
    EXPECT_LT(rms(run(options, steep).traces), 1e-3 * rms(steep));
    EXPECT_LT(rms(run(options, shallow).traces), 1e-3 * rms(shallow));
    options.keep = FkKeep::outside;
    EXPECT_LT(rms(run(options, inside).traces), 1e-3 * rms(inside));
    EXPECT_LT(rms_of_difference(run(options, steep).traces, steep), 1e-3 * rms(steep));
  }
}

TEST(FkFilter, WhatIsFlatGoesToZeroUpToTheEnds) {
  test::Random random(61);
  std::vector<Sample> trace(100);
  for (Sample& x : trace) x = static_cast<Sample>(1000.0 + 300.0 * random.normal());
  const Line line(70, trace);
  for (const FkFilterOptions& options :
       {FkFilterOptions{.keep = FkKeep::outside, .min_velocity_m_per_s = 0.5e9},
        FkFilterOptions{.domain = FkDomain::wavenumber, .min_wavenumber_per_m = 1.0}}) {
    const auto out = run(options, line);
    for (const auto& y : out.traces)
      for (const Sample x : y) ASSERT_NEAR(x, 0.0F, 2e-3F);
  }
}

// The corner is in cycles per metre across traces. Scaled by the sampling along time, as in a peer, it would move with dt.
TEST(FkFilter, TheCornerAcrossTracesDoesNotDependOnTheSamplingAlongTime) {
  const FkFilterOptions options{.domain = FkDomain::wavenumber, .min_wavenumber_per_m = 5.0};
  const Line above = wave_packet(128, 200, 1e9, 8.0);
  const Line below = wave_packet(128, 200, 1e9, 2.0);
  for (const double step_s : {0.02e-9, 0.1e-9, 1e-9}) {
    const auto kept = run(options, above, step_s);
    EXPECT_LT(rms_of_difference(kept.traces, above), 1e-3 * rms(above)) << step_s;
    EXPECT_LT(rms(run(options, below, step_s).traces), 1e-3 * rms(below)) << step_s;
    EXPECT_EQ(kept.traces, run(options, above).traces);
  }
  // In the edge, between 4 and 5 cycles per metre, the amplitude is half a cosine in log k: here at 54 cycles in the 600
  // traces (12 m) to which the line is continued.
  Line line(400, std::vector<Sample>(8));
  for (std::size_t j = 0; j < line.size(); ++j)
    for (std::size_t i = 0; i < 8; ++i) {
      const double v = (static_cast<double>(j) - 199.5) / 80.0;
      const double phase = 2.0 * std::numbers::pi * 54.0 * static_cast<double>(j) / 600.0;
      line[j][i] = static_cast<Sample>(100.0 * std::exp(-v * v) * std::cos(phase));
    }
  const double expected = 0.5 * (1.0 + std::cos(std::numbers::pi * std::log(5.0 / 4.5) / std::log(1.25)));
  EXPECT_NEAR(rms(run(options, line).traces) / rms(line), expected, 0.03);
}

TEST(FkFilter, UnusableTracesAreBridgedAndComeOutAsZero) {
  const std::vector<Sample> ground(40, 500.0F);
  Line line(30, ground);
  const std::vector<std::size_t> gone{0, 1, 12, 13, 29};
  for (const std::size_t k : gone) line[k][3] = std::numeric_limits<Sample>::quiet_NaN();
  const auto out = run({.domain = FkDomain::wavenumber, .min_wavenumber_per_m = 1.0}, line);
  for (std::size_t k = 0; k < line.size(); ++k) {
    const bool unusable_one = std::find(gone.begin(), gone.end(), k) != gone.end();
    EXPECT_EQ(has(out.tags[k].quality, Quality::non_finite), unusable_one);
    for (const Sample x : out.traces[k]) ASSERT_NEAR(x, 0.0F, unusable_one ? 0.0F : 1e-3F) << k;
  }
}

TEST(FkFilter, ZeroSingleAndNoTraces) {
  const auto zero = run({}, Line(20, std::vector<Sample>(30, 0.0F)));
  for (const auto& y : zero.traces) EXPECT_EQ(y, std::vector<Sample>(30, 0.0F));
  // One trace is flat: it passes a fan without upper bound and not one with.
  const auto single = run({}, Line(1, std::vector<Sample>(30, 7.0F)));
  for (const Sample x : single.traces.at(0)) EXPECT_NEAR(x, 7.0F, 1e-4F);
  const auto removed = run({.max_velocity_m_per_s = 1e9}, Line(1, std::vector<Sample>(30, 7.0F)));
  for (const Sample x : removed.traces.at(0)) EXPECT_NEAR(x, 0.0F, 1e-4F);
  const auto none = run({}, Line(2, std::vector<Sample>(30, 7.0F)), 0.1e-9, {0, 1});
  for (const auto& y : none.traces) EXPECT_EQ(y, std::vector<Sample>(30, 0.0F));
}

TEST(FkFilter, RefusesWhatItCannotDo) {
  const StreamSpec in = spec_of(64, 40);
  EXPECT_FALSE(validate(FkFilterOptions{}, in));
  const Problem no_spacing = validate(FkFilterOptions{}, spec_of(64, 40, 0.1e-9, 0.0));
  EXPECT_STREQ(no_spacing.field, "min_velocity_m_per_s");
  EXPECT_EQ(no_spacing.unit, Unit::metre) << "what is wrong is the spacing, not the velocity";
  EXPECT_FALSE(no_spacing.allowed.contains(no_spacing.value));
  StreamSpec depth = in;
  depth.axis.kind = AxisKind::depth;
  EXPECT_TRUE(validate(FkFilterOptions{}, depth));
  EXPECT_STREQ(validate(FkFilterOptions{.min_velocity_m_per_s = -1.0}, in).field, "min_velocity_m_per_s");
  EXPECT_STREQ(validate(FkFilterOptions{.min_velocity_m_per_s = 0.0}, in).field, "min_velocity_m_per_s");
  EXPECT_STREQ(validate(FkFilterOptions{.max_velocity_m_per_s = 0.02e9}, in).field, "max_velocity_m_per_s");
  FkFilterOptions band{.domain = FkDomain::wavenumber, .max_wavenumber_per_m = 24.9};
  EXPECT_FALSE(validate(band, in));
  band.max_wavenumber_per_m = 25.0;
  EXPECT_STREQ(validate(band, in).field, "max_wavenumber_per_m");
  EXPECT_EQ(validate(band, in).allowed.high, 25.0);
  band = {.domain = FkDomain::wavenumber, .min_wavenumber_per_m = 30.0};
  EXPECT_STREQ(validate(band, in).field, "min_wavenumber_per_m");
}

}  // namespace
}  // namespace surefoot::gpr
