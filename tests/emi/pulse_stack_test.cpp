// SPDX-License-Identifier: MIT
#include <surefoot/emi/pulse_stack.hpp>

#include "support/lines.hpp"
#include "support/stage_run.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <numbers>

namespace surefoot::emi {
namespace {

using test::Single;
constexpr double two_pi = 2.0 * std::numbers::pi;

StreamSpec decay_spec(double interval_s, Index n = 40) {
  return {{AxisKind::gate_time, 1e-5, 1e-5}, n, interval_s, 0.0, 0};
}

double target(Index i) { return 5.0 * std::exp(-static_cast<double>(i) / 12.0); }
double sign(std::int64_t index) { return index % 2 == 0 ? 1.0 : -1.0; }

void push(Single<PulseStack>& stage, const StreamSpec& spec, std::int64_t index,
          const std::function<double(std::int64_t, Index)>& x, Quality quality = Quality::good) {
  std::vector<Sample> trace;
  for (Index i = 0; i < spec.n_samples; ++i) trace.push_back(static_cast<Sample>(x(index, i)));
  TraceTag tag;
  tag.index = index;
  tag.time_s = spec.trace_interval_s * static_cast<double>(index);
  tag.quality = quality;
  stage->push(trace, tag);
  stage.pull();
}

std::function<double(std::int64_t, Index)> with_hum(const StreamSpec& spec, double hum_hz) {
  return [&spec, hum_hz](std::int64_t k, Index i) {
    const double t = spec.trace_interval_s * static_cast<double>(k) + spec.axis.at(i);
    return sign(k) * target(i) + 3.0 * std::cos(two_pi * hum_hz * t + 0.4) + 7.0;
  };
}

// A half-period of one whole mains cycle: hum and all harmonics cancel, with an even count of pulses.
TEST(PulseStack, WholeCyclesOfHumCancelWithEveryHarmonic) {
  for (const double mains : {50.0, 60.0}) {
    const StreamSpec spec = decay_spec(1.0 / mains);
    for (const double harmonic : {1.0, 2.0, 3.0, 7.0, 20.0}) {
      Single<PulseStack> stage(PulseStackOptions{.rejection = StackRejection::none, .mains_hz = mains}, spec);
      for (std::int64_t k = 0; k < 16; ++k) push(stage, spec, k, with_hum(spec, harmonic * mains));
      ASSERT_EQ(stage.traces.size(), 2U);
      for (std::size_t i = 0; i < 40; ++i)
        EXPECT_NEAR(stage.traces[1][i], target(static_cast<Index>(i)), 2e-6) << mains << " " << harmonic;
      std::array<Note, most_notes> notes{};
      ASSERT_EQ(stage->notes(notes), 1);
      EXPECT_LT(notes[0].value, -200.0);
      EXPECT_EQ(notes[0].warning, nullptr);
    }
  }
}

// An odd multiple of half a cycle: the hum turns its sign with the pulses, and comes through as it is.
TEST(PulseStack, HalfCyclesOfHumAddUpInFull) {
  for (const double halves : {1.0, 3.0, 5.0}) {
    const StreamSpec spec = decay_spec(halves * 0.01);
    Single<PulseStack> stage(PulseStackOptions{.rejection = StackRejection::none}, spec);
    for (std::int64_t k = 0; k < 8; ++k) push(stage, spec, k, with_hum(spec, 50.0));
    for (std::size_t i = 0; i < 40; ++i) {
      const double hum = 3.0 * std::cos(two_pi * 50.0 * spec.axis.at(static_cast<Index>(i)) + 0.4);
      EXPECT_NEAR(stage.traces.at(0)[i], target(static_cast<Index>(i)) + hum, 5e-6);
    }
    std::array<Note, most_notes> notes{};
    ASSERT_EQ(stage->notes(notes), 1);
    EXPECT_STREQ(notes[0].name, "mains_gain");
    EXPECT_NEAR(notes[0].value, 0.0, 1e-9);
    EXPECT_NE(notes[0].warning, nullptr);
  }
}

TEST(PulseStack, ResponseIsTheSumOfTheSigns) {
  for (const bool bipolar : {false, true})
    for (const double hz : {0.0, 13.0, 49.3, 50.0, 321.0}) {
      double re = 0.0;
      double im = 0.0;
      for (int j = 0; j < 12; ++j) {
        const double s = bipolar && j % 2 != 0 ? -1.0 : 1.0;
        re += s * std::cos(two_pi * hz * 0.0031 * j) / 12.0;
        im += s * std::sin(two_pi * hz * 0.0031 * j) / 12.0;
      }
      EXPECT_NEAR(pulse_stack_response(12, bipolar, 0.0031, hz), std::hypot(re, im), 1e-13);
    }
}

TEST(PulseStack, SignsFollowTheIndexNotTheCount) {
  const StreamSpec spec = decay_spec(0.02);
  for (const StackRejection rejection : {StackRejection::none, StackRejection::clip, StackRejection::biweight}) {
    Single<PulseStack> stage(PulseStackOptions{.length_traces = 10, .rejection = rejection}, spec);
    for (std::int64_t k = 0; k < 30; ++k)
      if (k != 12 && k != 15 && k != 17) push(stage, spec, k, with_hum(spec, 50.0));
    ASSERT_EQ(stage.traces.size(), 3U);
    for (std::size_t r = 0; r < 3; ++r) {
      EXPECT_EQ(stage.tags[r].index, static_cast<std::int64_t>(r));
      EXPECT_EQ(stage.tags[r].quality, r == 1 ? Quality::repaired : Quality::good);
      for (std::size_t i = 0; i < 40; ++i) EXPECT_NEAR(stage.traces[r][i], target(static_cast<Index>(i)), 4e-6);
    }
  }
}

TEST(PulseStack, SpikesAreRejectedAndCounted) {
  constexpr std::uint64_t seed = 5;
  const StreamSpec spec = decay_spec(0.02);
  for (const StackRejection rejection : {StackRejection::none, StackRejection::clip, StackRejection::biweight}) {
    Single<PulseStack> stage(PulseStackOptions{.length_traces = 64, .rejection = rejection}, spec);
    test::Random random(seed);
    for (std::int64_t k = 0; k < 64; ++k)
      push(stage, spec, k, [&](std::int64_t n, Index i) {
        const double spike = n % 13 == 4 && i < 20 ? 400.0 : 0.0;
        return sign(n) * target(i) + 2.0 + 0.1 * random.normal() + spike;
      });
    double worst = 0.0;
    double square = 0.0;
    for (std::size_t i = 0; i < 40; ++i) {
      const double error = static_cast<double>(stage.traces.at(0)[i]) - target(static_cast<Index>(i));
      worst = std::max(worst, std::abs(error));
      square += error * error / 40.0;
    }
    if (rejection == StackRejection::none) {
      EXPECT_GT(worst, 5.0);
      EXPECT_EQ(stage.tags[0].quality, Quality::good);
      continue;
    }
    // sigma / sqrt(n), 59 of 64 for half of the samples; 40 samples: 3 sigma of the variance are 67 %.
    EXPECT_NEAR(square / (0.1 * 0.1 / 61.0), 1.0, 0.67 + 0.1) << "seed " << seed;
    EXPECT_TRUE(has(stage.tags[0].quality, Quality::repaired));
    std::array<Note, most_notes> notes{};
    ASSERT_EQ(stage->notes(notes), 2);
    EXPECT_STREQ(notes[0].name, "rejected_share");
    EXPECT_GE(notes[0].value, 5.0 * 20.0 / (64.0 * 40.0));
    EXPECT_LE(notes[0].value, 5.0 * 20.0 / (64.0 * 40.0) + 0.002);
  }
}

// The same by a plain definition: iterated weights in long double.
TEST(PulseStack, BiweightIsItsDefinition) {
  const StreamSpec spec = decay_spec(0.02, 20);
  test::Random random(21);
  std::vector<std::vector<Sample>> x(12, std::vector<Sample>(20));
  for (auto& row : x)
    for (Sample& v : row) v = static_cast<Sample>(random.normal() * (random.below(6) == 0 ? 30.0 : 1.0));
  Single<PulseStack> stage(
      PulseStackOptions{.length_traces = 12, .bipolar = false, .rejection = StackRejection::biweight, .reject_z = 4.0},
      spec);
  for (std::int64_t k = 0; k < 12; ++k)
    push(stage, spec, k, [&](std::int64_t n, Index i) { return x[static_cast<std::size_t>(n)][to_size(i)]; });
  const auto median = [](std::vector<long double> v) {
    std::sort(v.begin(), v.end());
    return 0.5L * (v[v.size() / 2 - 1] + v[v.size() / 2]);
  };
  for (std::size_t i = 0; i < 20; ++i) {
    std::vector<long double> v;
    for (const auto& row : x) v.push_back(static_cast<long double>(row[i]));
    const long double m = median(v);
    std::vector<long double> d;
    for (const long double a : v) d.push_back(std::fabs(a - m));
    const long double reach = 4.0L * 1.4826L * median(d);
    long double now = m;
    for (int s = 0; s < 5; ++s) {
      long double sum = 0.0L;
      long double weights = 0.0L;
      for (const long double a : v) {
        const long double u = (a - now) / reach;
        const long double w = std::fabs(u) < 1.0L ? (1.0L - u * u) * (1.0L - u * u) : 0.0L;
        sum += w * a;
        weights += w;
      }
      now = sum / weights;
    }
    EXPECT_NEAR(static_cast<double>(stage.traces.at(0)[i]), static_cast<double>(now), 3e-7);
  }
}

TEST(PulseStack, StacksWithTooFewPulsesOrOneSignAreDropped) {
  const StreamSpec spec = decay_spec(0.02);
  Single<PulseStack> stage(PulseStackOptions{}, spec);
  for (std::int64_t k = 0; k < 40; ++k) {
    const bool few = k >= 8 && k < 16 && k > 10;
    const bool one_sign = k >= 24 && k < 32 && k % 2 != 0;
    if (!few && !one_sign) push(stage, spec, k, with_hum(spec, 50.0));
  }
  ASSERT_EQ(stage.traces.size(), 5U);
  for (std::size_t r = 0; r < 5; ++r) {
    const bool bad = r == 1 || r == 3;
    EXPECT_EQ(has(stage.tags[r].quality, Quality::dropped), bad) << r;
    EXPECT_NEAR(stage.traces[r][0], bad ? 0.0 : target(0), 2e-6);
  }
}

TEST(PulseStack, ZeroConstantAndSinglePulse) {
  const StreamSpec spec = decay_spec(0.02);
  for (const double level : {0.0, 4.0}) {
    Single<PulseStack> stage(PulseStackOptions{}, spec);
    for (std::int64_t k = 0; k < 8; ++k) push(stage, spec, k, [&](std::int64_t, Index) { return level; });
    EXPECT_EQ(stage.tags.at(0).quality, Quality::good);
    for (const Sample v : stage.traces.at(0)) EXPECT_EQ(v, 0.0F);
  }
  Single<PulseStack> single(PulseStackOptions{}, spec);
  push(
      single, spec, 0, [](std::int64_t, Index) { return 1.0; }, Quality::saturated);
  single->finish();
  single.pull();
  ASSERT_EQ(single.traces.size(), 1U);
  EXPECT_TRUE(has(single.tags[0].quality, Quality::dropped) && has(single.tags[0].quality, Quality::saturated) &&
              has(single.tags[0].quality, Quality::warming_up));
}

TEST(PulseStack, RefusesWhatItCannotDo) {
  const StreamSpec spec = decay_spec(0.02);
  EXPECT_FALSE(validate(PulseStackOptions{}, spec));
  EXPECT_STREQ(validate(PulseStackOptions{.length_traces = 7}, spec).field, "length_traces");
  EXPECT_FALSE(validate(PulseStackOptions{.length_traces = 7, .bipolar = false}, spec));
  EXPECT_STREQ(validate(PulseStackOptions{.reject_z = 0.5}, spec).field, "reject_z");
  EXPECT_STREQ(validate(PulseStackOptions{.least_share = 1.5}, spec).field, "least_share");
  StreamSpec other = spec;
  other.axis.kind = AxisKind::two_way_time;
  EXPECT_TRUE(validate(PulseStackOptions{}, other));
}

}  // namespace
}  // namespace surefoot::emi
