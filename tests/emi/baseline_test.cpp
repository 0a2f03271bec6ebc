// SPDX-License-Identifier: MIT
#include <surefoot/emi/baseline.hpp>

#include <surefoot/sim/random.hpp>

#include "support/stage_run.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace surefoot::emi {
namespace {

using test::Single;

constexpr double interval_s = 0.01;

StreamSpec spec_of(Index n) {
  StreamSpec spec{{AxisKind::sweep, 0.0, 0.0, {1000.0, 5000.0}}, n, interval_s, 0.0, 0};
  return spec;
}
// No guard, no stop: the plain recursion.
constexpr BaselineOptions plain{
    .time_constant_s = 0.5, .freeze_z = 1e6, .hold_s = 0.0, .guard_s = 0.0, .freeze_limit_s = 0.0, .warm_up_s = 0.0};

TEST(Baseline, IsTheMeanAtFirstAndExponentialThen) {
  Single<Baseline> stage(plain, spec_of(4));
  sim::Random random(1);
  std::vector<double> mean(4, 0.0);
  const double gain = -std::expm1(-interval_s / 0.5);
  for (int n = 0; n < 300; ++n) {
    std::vector<Sample> x(4);
    for (Sample& s : x) s = static_cast<Sample>(100.0 + random.normal());
    stage.push(x);
    const double rate = std::max(gain, 1.0 / (n + 1));
    for (std::size_t i = 0; i < 4; ++i) {
      const double want = n == 0 ? 0.0 : static_cast<double>(x[i]) - mean[i];
      EXPECT_NEAR(static_cast<double>(stage.traces.back()[i]), want, 1e-5);
      mean[i] += rate * (static_cast<double>(x[i]) - mean[i]);
    }
  }
}

TEST(Baseline, AStepIsFollowedTo63PercentInTheTimeConstant) {
  Single<Baseline> stage(plain, spec_of(1));
  for (int n = 0; n < 2000; ++n) stage.push(std::vector<Sample>{0.0F});
  for (int n = 0; n <= 50; ++n) stage.push(std::vector<Sample>{1.0F});
  EXPECT_NEAR(static_cast<double>(stage.traces.back()[0]), std::exp(-1.0), 1e-6);
}

// The noise of the baseline is sqrt(a / (2 - a)) of that of the samples: seed 2, 20,000 traces of 64 samples.
TEST(Baseline, ItsNoiseIsWhatTheHeaderSays) {
  Single<Baseline> stage(plain, spec_of(64));
  sim::Random random(2);
  double square = 0.0;
  double n_values = 0.0;
  std::vector<Sample> x(64);
  for (int n = 0; n < 20000; ++n) {
    for (Sample& s : x) s = static_cast<Sample>(random.normal());
    stage.push(x);
    if (n < 500) continue;
    for (std::size_t i = 0; i < 64; ++i) {
      const double b = static_cast<double>(x[i]) - static_cast<double>(stage.traces.back()[i]);
      square += b * b;
      n_values += 1.0;
    }
    stage.traces.clear();
  }
  const double gain = -std::expm1(-interval_s / 0.5);
  EXPECT_NEAR(std::sqrt(square / n_values) / std::sqrt(gain / (2.0 - gain)), 1.0, 0.02);
}

// A target of one second on a slow drift: with the stop it keeps all of its signal, without it would lose 1 - e^(-t/T).
TEST(Baseline, StandsStillOverATarget) {
  const auto left_of = [](double freeze_z) {
    Single<Baseline> stage(BaselineOptions{.time_constant_s = 2.0, .freeze_z = freeze_z}, spec_of(4));
    sim::Random random(3);
    double last = 0.0;
    for (int n = 0; n < 3000; ++n) {
      const double t = n * interval_s;
      const double target = t > 20.0 && t < 24.0 ? 50.0 : 0.0;
      std::vector<Sample> x(4);
      for (Sample& s : x) s = static_cast<Sample>(1000.0 + 0.01 * t + target + 0.5 * random.normal());
      stage.push(x);
      if (n == 2395) last = static_cast<double>(stage.traces.back()[0]);
    }
    return last;
  };
  EXPECT_NEAR(left_of(5.0), 50.0, 2.0);
  EXPECT_NEAR(left_of(1e6), 50.0 * std::exp(-3.95 / 2.0), 5.0);
}

TEST(Baseline, TheRiseOfATargetIsNotLearnt) {
  // A ramp that reaches the stop only late: what came guard_s before it was not learnt either.
  const auto error_of = [](double guard_s) {
    Single<Baseline> stage(
        BaselineOptions{.time_constant_s = 0.5, .freeze_z = 8.0, .guard_s = guard_s, .warm_up_s = 1.0}, spec_of(1));
    sim::Random random(4);
    double zero = 0.0;
    for (int n = 0; n < 1000; ++n) {
      const double ramp = n > 600 ? 0.2 * (n - 600) : 0.0;
      const auto noise = static_cast<Sample>(random.normal());
      const auto x = static_cast<Sample>(ramp) + noise;
      stage.push(std::vector<Sample>{x});
      zero = static_cast<double>(x) - static_cast<double>(stage.traces.back()[0]);
      if (n == 660) break;
    }
    return std::abs(zero);
  };
  EXPECT_LT(error_of(0.5), 0.6);
  EXPECT_GT(error_of(0.0), 1.5);
}

TEST(Baseline, AHeadPutDownElsewhereFindsItsZeroAgain) {
  Single<Baseline> stage(BaselineOptions{.time_constant_s = 0.5, .freeze_limit_s = 3.0}, spec_of(4));
  sim::Random random(5);
  double at_2_s = 0.0;
  for (int n = 0; n < 1500; ++n) {
    std::vector<Sample> x(4);
    for (Sample& s : x) s = static_cast<Sample>((n > 500 ? 100.0 : 0.0) + 0.1 * random.normal());
    stage.push(x);
    if (n == 700) at_2_s = static_cast<double>(stage.traces.back()[0]);
  }
  EXPECT_NEAR(at_2_s, 100.0, 1.0);
  EXPECT_NEAR(static_cast<double>(stage.traces.back()[0]), 0.0, 1.0);
}

TEST(Baseline, LearnsNothingFromTracesThatAreNotFit) {
  Single<Baseline> clean(BaselineOptions{}, spec_of(4));
  Single<Baseline> stage(BaselineOptions{}, spec_of(4));
  sim::Random random(6);
  for (int n = 0; n < 400; ++n) {
    std::vector<Sample> x(4);
    for (Sample& s : x) s = static_cast<Sample>(5.0 + random.normal());
    clean.push(x);
    stage.push(x);
    if (n % 7 != 3) continue;
    const std::vector<Sample> rail(4, 32767.0F);
    TraceTag tag;
    tag.quality = n % 2 == 0 ? Quality::saturated : Quality::out_of_order;
    stage.push(rail, tag);
    EXPECT_TRUE(has(stage.tags.back().quality, tag.quality));
    stage.traces.pop_back();
    std::vector<Sample> broken(4, 1.0F);
    broken[2] = std::numeric_limits<Sample>::quiet_NaN();
    stage.push(broken);
    EXPECT_TRUE(has(stage.tags.back().quality, Quality::non_finite));
    EXPECT_EQ(stage.traces.back(), std::vector<Sample>(4, 0.0F));
    stage.traces.pop_back();
  }
  for (std::size_t n = 100; n < clean.traces.size(); ++n) EXPECT_EQ(clean.traces[n], stage.traces[n]) << n;
}

TEST(Baseline, ConstantAndZeroInputGiveZero) {
  for (const float level : {0.0F, 1e20F, -3.25F}) {
    Single<Baseline> stage(BaselineOptions{}, spec_of(4));
    for (int n = 0; n < 500; ++n) stage.push(std::vector<Sample>(4, level));
    for (const auto& y : stage.traces)
      for (const Sample s : y) EXPECT_LE(std::abs(s), std::abs(level) * 1e-7F);
  }
}

// 48 channels of 30 gates, 7.5 traces a second: of so many samples one is always far off while few traces show the noise. The
// zero must follow a slow drift all the same, and be no noisier than its header says: seed 7.
TEST(Baseline, AnArrayIsNotStoppedByItsOwnNoise) {
  for (const double warm_up_s : {0.0, 1.0}) {
    StreamSpec spec = spec_of(1440);
    spec.trace_interval_s = 0.1333;
    Single<Baseline> stage(BaselineOptions{.warm_up_s = warm_up_s}, spec);
    sim::Random random(7);
    constexpr double drift = 0.02;  // deviations of the noise in a second; 0.2 in the time constant
    std::vector<Sample> x(1440);
    for (int n = 0; n < 450; ++n) {
      for (Sample& s : x) s = static_cast<Sample>(100.0 + drift * spec.trace_interval_s * n + random.normal());
      stage.push(x);
      if (n < 200) continue;
      double mean = 0.0;
      for (const Sample s : stage.traces.back()) mean += static_cast<double>(s) / 1440.0;
      ASSERT_LT(std::abs(mean), 0.2 + 5.0 / std::sqrt(1440.0)) << "trace " << n << ", warm-up " << warm_up_s << " s";
    }
  }
}

TEST(Baseline, RefusesWhatDoesNotFit) {
  StreamSpec unknown_time = spec_of(4);
  unknown_time.trace_interval_s = 0.0;
  EXPECT_STREQ(validate(BaselineOptions{}, unknown_time).field, "time_constant_s");
  StreamSpec fast = spec_of(4);
  fast.trace_interval_s = 1e-6;
  EXPECT_STREQ(validate(BaselineOptions{.guard_s = 1.0}, fast).field, "guard_s");
  EXPECT_STREQ(validate(BaselineOptions{.time_constant_s = 0.0}, spec_of(4)).field, "time_constant_s");
  EXPECT_FALSE(validate(BaselineOptions{}, spec_of(4)));
}

}  // namespace
}  // namespace surefoot::emi
