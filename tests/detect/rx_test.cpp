// SPDX-License-Identifier: MIT
#include <surefoot/detect/rx.hpp>

#include "support/golden.hpp"
#include "support/lines.hpp"
#include "support/realtime_guard.hpp"
#include "support/stage_run.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <set>
#include <string>

namespace surefoot::detect {
namespace {

using Single = test::Single<Rx>;

StreamSpec spec_of(Index n_samples) { return {{AxisKind::two_way_time, 0.0, 1.0}, n_samples, 0.0, 0.0, 0}; }

RxOptions golden_case(int k) {
  RxOptions o;
  o.guard_traces = 4;
  o.least_traces = 15;
  o.depth = {.start_s = 0,
             .end_s = 1000,
             .segment_s = 8,
             .rate = 0.05,
             .limit_z = 1.0,
             .freeze_z = 3.0,
             .freeze_limit_traces = 12,
             .hover_limit_s = 0.0,
             .warm_up_traces = 20};
  switch (k) {
    case 0: o.background_traces = 40; break;
    case 1:
      o.background_traces = 30;
      o.one_sided = false;
      o.shrinkage = dsp::Shrinkage::none;
      break;
    case 2:
      o.background_traces = 25;
      o.ahead_traces = 20;
      o.shrinkage = dsp::Shrinkage::ledoit_wolf;
      o.trim = 0.1;
      break;
    default:
      o.background_traces = 40;
      o.ahead_traces = 10;
      o.features = RxFeatures::z;
      o.shrinkage = dsp::Shrinkage::fixed;
      break;
  }
  return o;
}

std::vector<TraceTag> run_over(Single& run, const test::GoldenArray& input, float factor = 1.0F) {
  for (std::size_t n = 0; n < input.shape[0]; ++n) {
    std::vector<Sample> trace = input.row(n);
    for (Sample& v : trace) v *= factor;
    run.push(std::span<const Sample>(trace));
  }
  run->finish();
  run.pull();
  return run.tags;
}

// tests/golden/rx.py: an implementation in NumPy, in double, that forms every background anew.
class RxGolden : public testing::TestWithParam<int> {};
INSTANTIATE_TEST_SUITE_P(Case, RxGolden, testing::Values(0, 1, 2, 3));

TEST_P(RxGolden, MatchesTheNumPyReference) {
  const auto input = test::read_golden_npy("rx_input.npy");
  const auto expected = test::read_golden_csv("rx_expected.csv");
  Single run(golden_case(GetParam()), spec_of(48));
  const std::vector<TraceTag> tags = run_over(run, input);
  ASSERT_EQ(tags.size(), expected.size());
  EXPECT_EQ(run->latency(), GetParam() < 2 ? 0 : GetParam() == 2 ? 24 : 14);
  int scored = 0;
  for (std::size_t n = 0; n < tags.size(); ++n) {
    ASSERT_NEAR(static_cast<double>(tags[n].score), expected[n][to_size(2 * GetParam())], 2e-3) << n;
    scored += tags[n].score != 0.0F ? 1 : 0;
  }
  EXPECT_GT(scored, 180);
  // The strongest part of the target at 103 lies in segments 2 and 3.
  EXPECT_TRUE(tags[103].score_time_s == 19.5 || tags[103].score_time_s == 27.5);
  EXPECT_GT(tags[103].score, 5.0F);
}

TEST(Rx, ScalingTheInputLeavesTheScoresUnchanged) {
  const auto input = test::read_golden_npy("rx_input.npy");
  Single base(golden_case(0), spec_of(48));
  const auto one = run_over(base, input);
  for (const float factor : {0x1p-40F, 3e-9F, 1e9F}) {
    Single run(golden_case(0), spec_of(48));
    const auto scaled = run_over(run, input, factor);
    for (std::size_t n = 0; n < one.size(); ++n) ASSERT_NEAR(scaled[n].score, one[n].score, 2e-3F) << n;
  }
}

// With 200 traces of background, unshrunk: the median of D^2 / p is that of chi-square, so the marginals and D^2 are in true units,
// and two thirds of the marginal z lie within one.
TEST(Rx, EmitsDeviationsInStandardDeviations) {
  RxOptions o;
  o.background_traces = 200;
  o.least_traces = 200;
  o.shrinkage = dsp::Shrinkage::none;
  o.depth.segment_s = 16;
  o.depth.end_s = 1000;
  o.depth.emit = Emit::z;
  Single run(o, spec_of(64));
  test::Random random(4);
  std::vector<Sample> trace(64);
  for (int n = 0; n < 2200; ++n) {
    for (Sample& v : trace) v = static_cast<Sample>(random.normal());
    run.push(std::span<const Sample>(trace));
  }
  double square = 0.0;
  double count = 0.0;
  for (std::size_t n = 300; n < run.traces.size(); ++n)
    for (const Sample v : run.traces[n]) {
      square += static_cast<double>(v) * static_cast<double>(v);
      count += 1.0;
    }
  EXPECT_NEAR(square / count, 1.0, 0.05);
  EXPECT_EQ(run->output().n_samples, 4);
  o.depth.emit = Emit::log_energy;
  Single logs(o, spec_of(64));
  std::fill(trace.begin(), trace.end(), 0.0F);
  trace[20] = 8.0F;
  for (int n = 0; n < 220; ++n) logs.push(std::span<const Sample>(trace));
  EXPECT_FLOAT_EQ(logs.traces.back()[1], static_cast<float>(std::log(4.0)));
  EXPECT_EQ(logs.traces.back()[0], std::numeric_limits<float>::lowest());
  for (const TraceTag& t : logs.tags) EXPECT_TRUE(std::isfinite(t.score));
}

// Thirty seconds over a target: as long as the freeze lasts, the background is that of before.
TEST(Rx, ATargetDoesNotBecomeBackground) {
  RxOptions o;
  o.depth.segment_s = 8;
  o.depth.end_s = 1000;
  o.depth.freeze_limit_traces = 400;
  o.guard_traces = 2;
  Single run(o, spec_of(64));
  test::Random random(11);
  std::vector<Sample> trace(64);
  const auto push = [&](int n, float gain) {
    for (int k = 0; k < n; ++k) {
      for (Sample& v : trace) v = static_cast<Sample>(random.normal());
      for (std::size_t i = 24; i < 40; ++i) trace[i] *= gain;
      run.push(std::span<const Sample>(trace));
    }
  };
  push(200, 1.0F);
  push(300, 5.0F);
  for (std::size_t n = 200; n < 500; ++n) EXPECT_GT(run.tags[n].score, 4.0F) << n;
  push(400, 5.0F);  // longer than the limit: it is the new soil
  EXPECT_LT(run.tags.back().score, 3.0F);
}

TEST(Rx, QuietGroundIsNoAnomalyOneSided) {
  for (const bool one_sided : {true, false}) {
    RxOptions o;
    o.one_sided = one_sided;
    o.depth.segment_s = 8;
    o.depth.end_s = 1000;
    Single run(o, spec_of(64));
    test::Random random(12);
    std::vector<Sample> trace(64);
    for (int n = 0; n < 201; ++n) {
      for (Sample& v : trace) v = static_cast<Sample>(random.normal() * (n == 200 ? 0.1 : 1.0));
      run.push(std::span<const Sample>(trace));
    }
    if (one_sided) EXPECT_LT(run.tags.back().score, 1.0F);
    else EXPECT_GT(run.tags.back().score, 5.0F);
  }
}

// Constant, silent, saturated and single traces: a finite score, or a flag.
TEST(Rx, DegenerateInputIsDefined) {
  RxOptions o;
  o.depth.segment_s = 8;
  o.depth.end_s = 1000;
  o.depth.freeze_limit_traces = 5;
  o.shrinkage = dsp::Shrinkage::none;
  o.background_traces = 30;
  for (const float level : {0.0F, 1.0F, 3e9F}) {
    Single run(o, spec_of(64));
    const std::vector<Sample> trace(64, level);
    for (int n = 0; n < 100; ++n) run.push(std::span<const Sample>(trace));
    for (const TraceTag& t : run.tags) EXPECT_LT(std::abs(t.score), 0.2F);
    EXPECT_TRUE(has(run.tags[5].quality, Quality::warming_up));
    // What comes after a long silence is heard without the silence counting as quiet ground for ever.
    test::Random random(2);
    std::vector<Sample> noise(64);
    for (int n = 0; n < 200; ++n) {
      for (Sample& v : noise) v = static_cast<Sample>(random.normal());
      run.push(std::span<const Sample>(noise));
      EXPECT_TRUE(std::isfinite(run.tags.back().score));
    }
    EXPECT_LT(std::abs(run.tags.back().score), 5.0F) << level;
  }
  Single one(o, spec_of(64));
  one.push(std::span<const Sample>(std::vector<Sample>(64, 1.0F)));
  EXPECT_TRUE(has(one.tags[0].quality, Quality::warming_up));
  std::vector<Sample> bad(64, 1.0F);
  bad[3] = std::numeric_limits<float>::quiet_NaN();
  TraceTag tag;
  tag.score = 50.0F;
  one.push(std::span<const Sample>(bad), tag);
  EXPECT_TRUE(has(one.tags[1].quality, Quality::non_finite));
  EXPECT_EQ(one.tags[1].score, 0.0F);
}

// Exact silence has no log energy to be exceeded: what is first heard of it stands out all the same, and so does the next.
// d = 7 ln 10 in one of 8 segments, 0 in the others, S* = s I: D^2 / p = d^2 / (8 s) with s = psi_1(4), before the calibration.
TEST(Rx, ATargetStandsOutOfSilence) {
  RxOptions o;
  o.depth.segment_s = 8;
  o.depth.end_s = 1000;
  o.depth.emit = Emit::z;
  Single run(o, spec_of(64));
  std::vector<Sample> trace(64);
  for (int n = 0; n < 400; ++n) {
    const bool first = n >= 150 && n < 160;
    const bool second = n >= 300 && n < 310;
    for (std::size_t i = 24; i < 32; ++i) trace[i] = first ? 3e-4F : second ? 1e-4F : 0.0F;
    run.push(std::span<const Sample>(trace));
    if (first || second) {
      EXPECT_GT(run.tags.back().score, 5.0F) << n;
      EXPECT_EQ(run.tags.back().score_time_s, 27.5) << n;
    } else EXPECT_LT(std::abs(run.tags.back().score), 0.2F) << n;
  }
  const double spread = std::sqrt(std::numbers::pi * std::numbers::pi / 6.0 - 49.0 / 36.0);  // psi_1(4)
  const double of_70_db = 7.0 * std::numbers::ln10 / spread;
  EXPECT_NEAR(static_cast<double>(run.traces[150][3]), of_70_db, 1e-3);
  EXPECT_NEAR(static_cast<double>(run.traces[300][3]), of_70_db - 2.0 * std::numbers::ln10 * std::log10(3.0) / spread,
              1e-3);
  EXPECT_EQ(run.traces[150][2], 0.0F);
  // One step of a converter in a segment that is mostly silent is no target under a loud direct wave.
  Single loud(o, spec_of(64));
  for (int n = 0; n < 200; ++n) {
    std::fill(trace.begin(), trace.end(), 0.0F);
    for (std::size_t i = 0; i < 8; ++i) trace[i] = 8000.0F;
    trace[27] = n == 150 ? 1.0F : 0.0F;
    loud.push(std::span<const Sample>(trace));
    EXPECT_LT(std::abs(loud.tags.back().score), 0.2F) << n;
  }
}

// Two segments that are always the same have no inverse: said, and scored all the same.
TEST(Rx, ASingularCovarianceIsFlagged) {
  RxOptions o;
  o.shrinkage = dsp::Shrinkage::none;
  o.depth.segment_s = 8;
  o.depth.end_s = 1000;
  Single run(o, spec_of(32));
  test::Random random(6);
  std::vector<Sample> trace(32);
  for (int n = 0; n < 150; ++n) {
    const double gain = std::exp(random.normal());  // above the least variance
    for (std::size_t i = 0; i < 32; ++i) trace[i] = static_cast<Sample>(gain * (i % 2 == 0 ? 1.0 : -1.0));
    run.push(std::span<const Sample>(trace));
  }
  EXPECT_TRUE(has(run.tags.back().quality, Quality::not_converged));
  for (Sample& v : trace) v = 1000.0F;
  run.push(std::span<const Sample>(trace));
  EXPECT_GT(run.tags.back().score, 3.0F);
}

// The profile of an alarm shows the channel that the target is in.
TEST(Rx, TheProfileIsTheHighestOfTheChannels) {
  RxOptions o;
  o.depth.segment_s = 8;
  o.depth.end_s = 1000;
  StreamSpec spec = spec_of(96);
  spec.n_channels = 3;
  Single run(o, spec);
  test::Random random(3);
  std::vector<Sample> trace(96);
  for (int n = 0; n < 100; ++n) {
    for (Sample& v : trace) v = static_cast<Sample>(random.normal());
    for (std::size_t i = 48; n == 99 && i < 56; ++i) trace[i] *= 10.0F;  // segment 2 of channel 1
    run.push(std::span<const Sample>(trace));
  }
  const TraceTag& tag = run.tags.back();
  EXPECT_GT(tag.score, 4.0F);
  EXPECT_EQ(tag.score_time_s, 19.5);
  ASSERT_EQ(tag.evidence.profile_count, 4);
  EXPECT_GT(tag.evidence.profile_z[2], 5.0F);
  EXPECT_LT(tag.evidence.profile_z[0], 4.0F);
}

// Of two traces one is left: it has no covariance, and the share that is fitted to it must not be a ratio of zeros.
TEST(Rx, TrimmingToASingleTraceIsDefined) {
  for (const dsp::Shrinkage shrinkage : {dsp::Shrinkage::oas, dsp::Shrinkage::ledoit_wolf})
    for (std::uint64_t seed = 0; seed < 12; ++seed) {
      RxOptions o;
      o.background_traces = 4;
      o.guard_traces = 0;
      o.least_traces = 2;
      o.trim = 0.5;
      o.shrinkage = shrinkage;
      o.depth.segment_s = 8;
      o.depth.end_s = 1000;
      Single run(o, spec_of(64));
      test::Random random(seed);
      std::vector<Sample> trace(64);
      for (int n = 0; n < 6; ++n) {
        for (Sample& v : trace) v = static_cast<Sample>(random.normal());
        run.push(std::span<const Sample>(trace));
        EXPECT_TRUE(std::isfinite(run.tags.back().score));
        for (const float z : run.tags.back().evidence.profile_z) EXPECT_TRUE(std::isfinite(z)) << seed << " " << n;
      }
    }
}

// Whatever it makes of the segments, `combine` has no part in it, and is no option of it.
TEST(Rx, HasNoOptionThatItIgnores) {
  RxOptions o;
  std::set<std::string> names;
  const auto collect = [&names](auto&, const char* name, const auto&...) { names.insert(name); };
  fields(collect, o);
  EXPECT_EQ(names.count("combine"), 0U);
  EXPECT_EQ(names.count("top_segments"), 1U);
}

TEST(Rx, RefusesWhatCannotWork) {
  RxOptions o;
  o.depth.segment_s = 1.0;
  o.depth.end_s = 100.0;
  EXPECT_STREQ(validate(o, spec_of(100)).field, "segment_s");
  o.depth.segment_s = 2.0;
  o.shrinkage = dsp::Shrinkage::none;
  EXPECT_STREQ(validate(o, spec_of(100)).field, "least_traces");  // 50 segments
  o.shrinkage = dsp::Shrinkage::oas;
  EXPECT_FALSE(validate(o, spec_of(100)));
  o.least_traces = 61;
  EXPECT_STREQ(validate(o, spec_of(100)).field, "least_traces");
  o = {};
  o.trim = 0.6;
  EXPECT_STREQ(validate(o, spec_of(100)).field, "trim");
}

TEST(Rx, NothingAllocates) {
  if (!test::RealtimeGuard::available()) GTEST_SKIP();
  RxOptions o = golden_case(2);
  Single run(o, spec_of(48));
  const std::vector<Sample> trace(48, 1.0F);
  std::vector<Sample> out(48);
  TraceTag tag;
  const test::RealtimeGuard guard;
  for (int n = 0; n < 200; ++n) {
    run->push(std::span<const Sample>(trace), {});
    while (run->pull(std::span<Sample>(out), tag)) {
    }
  }
  EXPECT_EQ(guard.calls(), 0) << guard.last();
}

}  // namespace
}  // namespace surefoot::detect
