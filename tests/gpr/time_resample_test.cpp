// SPDX-License-Identifier: MIT
#include <surefoot/gpr/time_resample.hpp>

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

StreamSpec spec_of(Index n, double step = 0.1e-9) { return {{AxisKind::two_way_time, -1e-9, step}, n, 0.0, 0.0, 0}; }

TEST(TimeResample, IsSciPys) {
  auto golden = test::read_golden_columns("time_resample.csv");
  const std::vector<Sample> input = [&] {
    std::vector<Sample> x = test::to_samples(golden.at("input"));
    x.resize(200);
    return x;
  }();
  const std::pair<const char*, double> cases[] = {
      {"finer_2", 0.05e-9}, {"coarser_3_2", 0.15e-9}, {"coarser_2", 0.2e-9}, {"finer_5_2", 0.04e-9}};
  for (const auto& [name, step] : cases) {
    Single<TimeResample> stage(TimeResampleOptions{.sample_interval_s = step}, spec_of(200));
    stage.push(input);
    const std::vector<Sample>& y = stage.traces.at(0);
    EXPECT_EQ(stage->output().axis.step, step);
    EXPECT_EQ(stage->output().axis.start, -1e-9);
    std::size_t n = 0;
    while (n < golden.at(name).size() && !std::isnan(golden.at(name)[n])) ++n;
    ASSERT_EQ(y.size(), n) << name;
    for (std::size_t i = 0; i < n; ++i)
      EXPECT_NEAR(static_cast<double>(y[i]), golden.at(name)[i], 5e-7 * 5000.0) << name << " " << i;
  }
}

// A tone far from the ends: what comes out is the tone at the new times, or nothing if it lies above the new Nyquist frequency.
double worst_error(double frequency_hz, double new_step, bool gone) {
  const Index n = 1200;
  std::vector<Sample> x(to_size(n));
  const double w = 2.0 * std::numbers::pi * frequency_hz;
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = static_cast<Sample>(std::cos(w * 1e-10 * static_cast<double>(i)));
  Single<TimeResample> stage(TimeResampleOptions{.sample_interval_s = new_step}, spec_of(n));
  stage.push(x);
  double worst = 0.0;
  const std::vector<Sample>& y = stage.traces.at(0);
  for (std::size_t i = 0; i < y.size(); ++i) {
    const double t = new_step * static_cast<double>(i);
    if (t < 30e-9 || t > 90e-9) continue;
    worst = std::max(worst, std::abs(static_cast<double>(y[i]) - (gone ? 0.0 : std::cos(w * t))));
  }
  return worst;
}

TEST(TimeResample, HasTheAccuracyThatIsStated) {
  // Finer: up to 0.8 of the input's Nyquist frequency of 5 GHz. An interval without a common measure is one of them.
  for (const double step : {0.05e-9, 0.03e-9, 0.0731e-9})
    for (const double share : {0.0, 0.1, 0.5, 0.8})
      EXPECT_LT(worst_error(share * 5e9, step, false), 2e-4) << step << share;
  // Coarser: up to 0.67 of the output's; nothing from above it.
  for (const double step : {0.2e-9, 0.15e-9, 0.2718e-9, 0.4e-9}) {
    const double nyquist = 0.5 / step;
    for (const double share : {0.1, 0.5, 0.67}) EXPECT_LT(worst_error(share * nyquist, step, false), 2e-4) << step;
    for (const double share : {1.0, 1.1, 1.19})
      EXPECT_LT(worst_error(share * nyquist, step, true), 1.2e-4) << step << " " << share;
  }
}

TEST(TimeResample, ThereAndBackIsTheTraceAgain) {
  const Index n = 256;
  std::vector<Sample> x(to_size(n));
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double a = std::pow(std::numbers::pi * (static_cast<double>(i) - 120.3) / 11.0, 2);
    x[i] = static_cast<Sample>(1000.0 * (1.0 - 2.0 * a) * std::exp(-a));
  }
  Single<TimeResample> finer(TimeResampleOptions{.sample_interval_s = 0.05e-9}, spec_of(n));
  finer.push(x);
  Single<TimeResample> back(TimeResampleOptions{.sample_interval_s = 0.1e-9}, finer->output());
  back.push(finer.traces.at(0));
  ASSERT_EQ(back.traces.at(0).size(), x.size());
  for (std::size_t i = 0; i < x.size(); ++i) {
    EXPECT_NEAR(finer.traces[0][2 * i], x[i], 3e-4F) << "samples in common are kept";
    EXPECT_NEAR(back.traces[0][i], x[i], 0.1F);
  }
  Single<TimeResample> same(TimeResampleOptions{.sample_interval_s = 0.1e-9}, spec_of(n));
  same.push(x);
  for (std::size_t i = 0; i < x.size(); ++i) EXPECT_NEAR(same.traces[0][i], x[i], 3e-4F);
}

TEST(TimeResample, ConstantsStayAlsoAtTheEnds) {
  for (const double step : {0.05e-9, 0.07e-9, 0.3e-9, 6.4e-9, 0.1e-9 / 64.0}) {
    for (const Index n : {1, 2, 7, 300}) {
      Single<TimeResample> stage(TimeResampleOptions{.sample_interval_s = step}, spec_of(n));
      stage.push(std::vector<Sample>(to_size(n), 30000.0F));
      ASSERT_GE(stage->output().n_samples, 1);
      for (const Sample y : stage.traces.at(0)) EXPECT_NEAR(y, 30000.0F, 0.02F) << step << " " << n;
      const double last = stage->output().axis.at(stage->output().n_samples - 1);
      EXPECT_LE(last, spec_of(n).axis.at(n - 1) + 1e-6 * step);
    }
  }
}

TEST(TimeResample, AHugeTraceStaysFiniteAndABadOneIsZero) {
  std::vector<Sample> x(64);
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = i % 2 == 0 ? 9e15F : -9e15F;
  Single<TimeResample> stage(TimeResampleOptions{.sample_interval_s = 0.05e-9}, spec_of(64));
  stage.push(x);
  for (const Sample y : stage.traces.at(0)) EXPECT_TRUE(std::isfinite(y));
  x[3] = std::numeric_limits<Sample>::infinity();
  stage.push(x);
  EXPECT_EQ(stage.tags.at(1).quality, Quality::non_finite);
  EXPECT_EQ(stage.traces.at(1), std::vector<Sample>(127, 0.0F));
}

TEST(TimeResample, RefusesWhatItCannotDo) {
  const StreamSpec in = spec_of(100);
  EXPECT_FALSE(validate(TimeResampleOptions{}, in));
  EXPECT_STREQ(validate(TimeResampleOptions{.sample_interval_s = 0.0}, in).field, "sample_interval_s");
  const Problem coarse = validate(TimeResampleOptions{.sample_interval_s = 7e-9}, in);
  EXPECT_STREQ(coarse.field, "sample_interval_s");
  EXPECT_NEAR(coarse.allowed.high, 6.4e-9, 1e-20);
  EXPECT_TRUE(validate(TimeResampleOptions{.sample_interval_s = 1e-12}, in));
  EXPECT_TRUE(validate(TimeResampleOptions{.sample_interval_s = 0.05e-9}, spec_of(1000000)));
  StreamSpec depth = in;
  depth.axis.kind = AxisKind::depth;
  EXPECT_TRUE(validate(TimeResampleOptions{}, depth));
}

}  // namespace
}  // namespace surefoot::gpr
