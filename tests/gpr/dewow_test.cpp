// SPDX-License-Identifier: MIT
#include <surefoot/gpr/dewow.hpp>

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

constexpr double step_s = 0.1e-9;

StreamSpec spec_of(std::size_t n) {
  return {{AxisKind::two_way_time, 0.0, step_s}, static_cast<Index>(n), 0.0, 0.0, 0};
}
DewowOptions half_window(Index h, DewowMethod method = DewowMethod::mean) {
  return {.window_s = 2.0 * static_cast<double>(h) * step_s, .method = method};
}

std::vector<Sample> dewowed(const std::vector<Sample>& x, Index h, DewowMethod method = DewowMethod::mean) {
  Single<Dewow> stage(half_window(h, method), spec_of(x.size()));
  stage.push(x);
  return stage.traces.at(0);
}

TEST(Dewow, IsTheMeanOfEachWindow) {
  auto golden = test::read_golden_columns("dewow.csv");
  const std::vector<Sample> x = test::to_samples(golden.at("input"));
  for (const Index h : {1, 7, 49, 50, 60, 200}) {
    const std::vector<Sample> y = dewowed(x, h);
    const std::vector<double>& want = golden.at("half_" + std::to_string(h));
    for (std::size_t i = 0; i < x.size(); ++i)
      EXPECT_NEAR(static_cast<double>(y[i]), want[i], 1e-7 * 3.4e4) << h << " " << i;
  }
}

TEST(Dewow, IsTheMedianOfEachWindow) {
  auto golden = test::read_golden_columns("dewow.csv");
  const std::vector<Sample> x = test::to_samples(golden.at("input"));
  for (const Index h : {1, 7, 49, 50, 60, 200}) {
    const std::vector<Sample> y = dewowed(x, h, DewowMethod::median);
    const std::vector<double>& want = golden.at("median_" + std::to_string(h));
    for (std::size_t i = 0; i < x.size(); ++i) EXPECT_EQ(y[i], static_cast<Sample>(want[i])) << h << " " << i;
  }
}

// A pulse shorter than half the window is kept whole by the median and leaves no dip beside it; the mean digs one.
TEST(Dewow, TheMedianLeavesNoDipsBesideAnEcho) {
  std::vector<Sample> x(200, 500.0F);
  for (std::size_t i = 100; i < 105; ++i) x[i] += 1000.0F;
  const std::vector<Sample> y = dewowed(x, 10, DewowMethod::median);
  for (std::size_t i = 0; i < 200; ++i) EXPECT_EQ(y[i], i >= 100 && i < 105 ? 1000.0F : 0.0F) << i;
  EXPECT_LT(dewowed(x, 10)[95], -100.0F);
}

TEST(Dewow, ZeroAndConstantTracesBecomeZero) {
  for (const DewowMethod method : {DewowMethod::mean, DewowMethod::median})
    for (const Sample level : {0.0F, -0.0F, -7.5F}) {
      const std::vector<Sample> y = dewowed(std::vector<Sample>(64, level), 5, method);
      for (const Sample v : y) EXPECT_EQ(v, 0.0F);
    }
}

// Every length and window up to 40, against the definition.
TEST(Dewow, HasNoSeamBetweenItsEdgesAndItsMiddle) {
  test::Random random(3);
  for (std::size_t n = 1; n <= 40; ++n) {
    std::vector<Sample> x(n);
    for (Sample& v : x) v = static_cast<Sample>(random.normal());
    for (Index h = 1; h <= 45; ++h) {
      const std::vector<Sample> y = dewowed(x, h);
      for (Index i = 0; i < static_cast<Index>(n); ++i) {
        double sum = 0.0;
        Index count = 0;
        for (Index k = std::max<Index>(0, i - h); k <= std::min(static_cast<Index>(n) - 1, i + h); ++k, ++count)
          sum += static_cast<double>(x[to_size(k)]);
        EXPECT_NEAR(static_cast<double>(y[to_size(i)]),
                    static_cast<double>(x[to_size(i)]) - sum / static_cast<double>(count), 1e-6)
            << n << " " << h << " " << i;
      }
    }
  }
}

// A cosine whose period is the window has mean 1/(2h+1) of a sample: the middle passes with a known gain.
TEST(Dewow, PassesASineWithTheGainOfItsWindow) {
  const Index h = 12;
  for (const double f : {0.01, 0.03, 0.08, 0.2}) {  // cycles per sample
    std::vector<Sample> x;
    for (int i = 0; i < 300; ++i) x.push_back(static_cast<Sample>(std::cos(2.0 * std::numbers::pi * f * i)));
    const double dirichlet =
        std::sin(std::numbers::pi * f * (2 * h + 1)) / ((2 * h + 1) * std::sin(std::numbers::pi * f));
    const std::vector<Sample> y = dewowed(x, h);
    for (std::size_t i = 12; i < 288; ++i)
      EXPECT_NEAR(static_cast<double>(y[i]), static_cast<double>(x[i]) * (1.0 - dirichlet), 1e-6);
  }
}

TEST(Dewow, RemovesAnOffsetAtTheLargestSamples) {
  const std::vector<Sample> x(200, 8.0e15F);
  for (const Sample v : dewowed(x, 15)) EXPECT_NEAR(v, 0.0F, 1e3F);
  std::vector<Sample> swing(200, 8e15F);
  for (std::size_t i = 1; i < 200; i += 2) swing[i] = -8e15F;
  for (const Sample v : dewowed(swing, 3)) EXPECT_TRUE(std::isfinite(v));
}

TEST(Dewow, FlagsNonFiniteInput) {
  std::vector<Sample> x(64, 1.0F);
  x[10] = std::numeric_limits<Sample>::infinity();
  Single<Dewow> stage(half_window(5), spec_of(64));
  stage.push(x);
  EXPECT_TRUE(has(stage.tags.at(0).quality, Quality::non_finite));
  EXPECT_EQ(stage.traces.at(0), std::vector<Sample>(64, 0.0F));
}

TEST(Dewow, NeedsAWindowOfTwoSamples) {
  EXPECT_FALSE(validate(DewowOptions{.window_s = 2.0 * step_s}, spec_of(64)));
  EXPECT_STREQ(validate(DewowOptions{.window_s = 1.9 * step_s}, spec_of(64)).field, "window_s");
  EXPECT_STREQ(validate(DewowOptions{.window_s = -1.0}, spec_of(64)).field, "window_s");
  // Nor may it be longer than the trace; the problem says what is allowed.
  EXPECT_FALSE(validate(DewowOptions{.window_s = 64.0 * step_s}, spec_of(64)));
  const Problem too_long = validate(DewowOptions{.window_s = 65.0 * step_s}, spec_of(64));
  EXPECT_STREQ(too_long.field, "window_s");
  EXPECT_DOUBLE_EQ(too_long.allowed.low, 2.0 * step_s);
  EXPECT_DOUBLE_EQ(too_long.allowed.high, 64.0 * step_s);
}

}  // namespace
}  // namespace surefoot::gpr
