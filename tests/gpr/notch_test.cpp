// SPDX-License-Identifier: MIT
#include <surefoot/gpr/notch.hpp>

#include "support/columns.hpp"
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

std::vector<Sample> notched(const std::vector<Sample>& x, const NotchOptions& options) {
  EXPECT_FALSE(validate(options, spec_of(x.size())));
  Single<Notch> stage(options, spec_of(x.size()));
  stage.push(x);
  return stage.traces.at(0);
}

TEST(Notch, IsSciPys) {
  auto golden = test::read_golden_columns("filter_families.csv");
  const std::vector<Sample> x = test::to_samples(golden.at("input"));
  const auto check = [&](const NotchOptions& options, const std::string& column) {
    const std::vector<Sample> y = notched(x, options);
    const std::vector<double>& want = golden.at(column);
    double largest = 0.0;
    for (const double v : want) largest = std::max(largest, std::abs(v));
    for (std::size_t i = 0; i < x.size(); ++i)
      EXPECT_NEAR(static_cast<double>(y[i]), want[i], 2e-7 * largest) << column << " " << i;
  };
  for (const auto& [f, q, name] : {std::tuple{1e9, 3.0, "notch_1000_"}, std::tuple{4e7, 0.5, "notch_40_"}}) {
    check({.frequency_hz = f, .quality = q}, std::string(name) + "zero_phase");
    check({.frequency_hz = f, .quality = q, .method = FilterMethod::causal, .start = FilterStart::rest},
          std::string(name) + "rest");
  }
}

// A sine at the notch dies out, one far from it and an offset pass.
TEST(Notch, RemovesItsFrequencyAlone) {
  const auto sine = [](double f) {
    std::vector<Sample> x;
    for (int i = 0; i < 2000; ++i)
      x.push_back(static_cast<Sample>(10.0 + std::sin(2.0 * std::numbers::pi * f * 1e-10 * i)));
    return x;
  };
  for (const FilterMethod method : {FilterMethod::zero_phase, FilterMethod::causal}) {
    const NotchOptions options{.frequency_hz = 9e8, .quality = 5.0, .method = method};
    const std::vector<Sample> at = notched(sine(9e8), options);
    for (std::size_t i = 800; i < 1200; ++i) EXPECT_NEAR(at[i], 10.0F, 1e-5F);
    const std::vector<Sample> far = notched(sine(4.5e9), options);
    for (std::size_t i = 800; i < 1200; ++i)
      EXPECT_NEAR(static_cast<double>(far[i]), 10.0 + std::sin(0.9 * std::numbers::pi * static_cast<double>(i)), 2e-2);
  }
}

TEST(Notch, PreviousTraceRunsOn) {
  // One long sine, cut into traces: with the memory of the previous trace the cuts do not show.
  std::vector<Sample> whole;
  for (int i = 0; i < 600; ++i) whole.push_back(static_cast<Sample>(std::sin(0.3 * i) + 0.1 * std::cos(1.7 * i)));
  const NotchOptions options{.method = FilterMethod::causal, .start = FilterStart::previous_trace};
  const std::vector<Sample> want = notched(whole, options);
  Single<Notch> stage(options, spec_of(100));
  for (std::size_t k = 0; k < 6; ++k) stage.push(std::span<const Sample>(whole).subspan(100 * k, 100));
  for (std::size_t i = 0; i < 600; ++i) EXPECT_EQ(stage.traces.at(i / 100)[i % 100], want[i]) << i;
}

TEST(Notch, ZeroConstantAndNonFinite) {
  for (const FilterMethod method : {FilterMethod::zero_phase, FilterMethod::causal}) {
    EXPECT_EQ(notched(std::vector<Sample>(64, 0.0F), {.method = method}), std::vector<Sample>(64, 0.0F));
    for (const Sample v : notched(std::vector<Sample>(64, 100.0F), {.method = method})) EXPECT_NEAR(v, 100.0F, 1e-4F);
    std::vector<Sample> x(64, 1.0F);
    x[10] = std::numeric_limits<Sample>::quiet_NaN();
    Single<Notch> stage(NotchOptions{.method = method}, spec_of(64));
    stage.push(x);
    EXPECT_TRUE(has(stage.tags.at(0).quality, Quality::non_finite));
    EXPECT_EQ(stage.traces.at(0), std::vector<Sample>(64, 0.0F));
  }
}

TEST(Notch, RefusesWhatItCannotDo) {
  const StreamSpec in = spec_of(512);
  EXPECT_FALSE(validate(NotchOptions{}, in));
  const Problem above_nyquist = validate(NotchOptions{.frequency_hz = 5e9}, in);
  EXPECT_STREQ(above_nyquist.field, "frequency_hz");
  EXPECT_EQ(above_nyquist.allowed.high, 5e9);
  EXPECT_STREQ(validate(NotchOptions{.frequency_hz = -1.0}, in).field, "frequency_hz");
  EXPECT_STREQ(validate(NotchOptions{.frequency_hz = 4e9, .quality = 0.7}, in).field, "quality");
  EXPECT_STREQ(validate(NotchOptions{.quality = 0.0}, in).field, "quality");
  EXPECT_STREQ(validate(NotchOptions{.frequency_hz = 1e3, .quality = 1e4}, in).field, "quality");
  EXPECT_STREQ(validate(NotchOptions{}, spec_of(9)).field, "method");
  EXPECT_FALSE(validate(NotchOptions{}, spec_of(10)));
  EXPECT_FALSE(validate(NotchOptions{.method = FilterMethod::causal}, spec_of(1)));
  StreamSpec gates = in;
  gates.axis.kind = AxisKind::gate_time;
  EXPECT_TRUE(validate(NotchOptions{}, gates));
}

}  // namespace
}  // namespace surefoot::gpr
