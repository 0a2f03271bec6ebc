// SPDX-License-Identifier: MIT
#include <surefoot/detect/nlms.hpp>

#include "support/golden.hpp"
#include "support/lines.hpp"
#include "support/stage_run.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace surefoot::detect {
namespace {

using Single = test::Single<Nlms>;

// Sample interval 1 s, so that segment_s counts samples.
StreamSpec spec_of(Index n_samples) { return {{AxisKind::two_way_time, 0.0, 1.0}, n_samples, 0.0, 0.0, 0}; }

NlmsOptions golden_options() {
  NlmsOptions o{.order = 6, .guard_traces = 3, .step = 0.2, .depth = {}};
  o.depth = {.start_s = 10,
             .end_s = 1000,
             .segment_s = 8,
             .top_segments = 3,
             .rate = 0.05,
             .limit_z = 1000.0,
             .freeze_z = 3.0,
             .freeze_limit_traces = 12,
             .warm_up_traces = 20,
             .emit = Emit::log_energy};
  return o;
}

// tests/golden/nlms.py: an implementation in NumPy, in double, with and without limited teaching.
class NlmsGolden : public testing::TestWithParam<double> {};
INSTANTIATE_TEST_SUITE_P(Limit, NlmsGolden, testing::Values(1000.0, 1.0));

TEST_P(NlmsGolden, MatchesTheNumPyReference) {
  const auto input = test::read_golden_npy("nlms_input.npy");
  const auto expected = test::read_golden_csv(GetParam() < 10.0 ? "nlms_limited_expected.csv" : "nlms_expected.csv");
  NlmsOptions options = golden_options();
  options.depth.limit_z = GetParam();
  Single run(options, spec_of(100));
  for (std::size_t n = 0; n < input.shape[0]; ++n) run.push(std::span<const Sample>(input.row(n)));
  ASSERT_EQ(run.tags.size(), expected.size());
  for (std::size_t n = 0; n < expected.size(); ++n) {
    EXPECT_NEAR(static_cast<double>(run.tags[n].score), expected[n][0], 2e-4) << n;
    if (n < 9) {
      EXPECT_TRUE(has(run.tags[n].quality, Quality::warming_up));
      continue;
    }
    EXPECT_NEAR(static_cast<double>(run.traces[n][0]), expected[n][2], 2e-4) << n;
    EXPECT_NEAR(static_cast<double>(run.traces[n][5]), expected[n][3], 2e-4) << n;
    const double centre = 10 + 8 * expected[n][1] + 3.5;
    EXPECT_NEAR(run.tags[n].score_time_s, centre, 1e-9) << n;
  }
}

// With mu = 0 the residual is the guarded moving average removed.
TEST(Nlms, WithoutAdaptationItIsTheGuardedMovingAverage) {
  constexpr Index n_samples = 40;
  constexpr Index order = 8;
  constexpr Index guard = 4;
  NlmsOptions o{.order = order, .guard_traces = guard, .step = 0.0, .depth = {}};
  o.depth.segment_s = 5;
  o.depth.end_s = 100;
  o.depth.emit = Emit::log_energy;
  Single run(o, spec_of(n_samples));
  test::Random random(3);
  std::vector<std::vector<Sample>> x(60, std::vector<Sample>(n_samples));
  for (auto& trace : x)
    for (Sample& v : trace) v = static_cast<Sample>(10.0 + random.normal());
  for (const auto& trace : x) run.push(std::span<const Sample>(trace));
  for (std::size_t n = order + guard; n < x.size(); ++n)
    for (std::size_t k = 0; k < 8; ++k) {
      double energy = 0.0;
      for (std::size_t i = 5 * k; i < 5 * k + 5; ++i) {
        double mean = 0.0;
        for (std::size_t j = 1; j <= order; ++j) mean += static_cast<double>(x[n - guard - j][i]) / order;
        energy += std::pow(static_cast<double>(x[n][i]) - mean, 2) / 5.0;
      }
      ASSERT_NEAR(static_cast<double>(run.traces[n][k]), std::log(energy), 2e-5) << n << " " << k;
    }
}

// A constant factor on the input changes nothing.
TEST(Nlms, ScalingTheInputLeavesTheScoresUnchanged) {
  const auto input = test::read_golden_npy("nlms_input.npy");
  const auto scores = [&](float factor) {
    NlmsOptions o = golden_options();
    o.depth.emit = Emit::z;
    Single run(o, spec_of(100));
    for (std::size_t n = 0; n < input.shape[0]; ++n) {
      std::vector<Sample> trace = input.row(n);
      for (Sample& v : trace) v *= factor;
      run.push(std::span<const Sample>(trace));
    }
    std::vector<double> out;
    for (const TraceTag& t : run.tags) out.push_back(static_cast<double>(t.score));
    return out;
  };
  const std::vector<double> base = scores(1.0F);
  for (const float factor : {0x1p-60F, 0x1p20F, 3e-9F, 1e6F}) {
    const std::vector<double> scaled = scores(factor);
    for (std::size_t n = 0; n < base.size(); ++n) ASSERT_NEAR(scaled[n], base[n], 1e-3) << n << " factor " << factor;
  }
}

// Also proved for the whole registry by the contract test.
TEST(Nlms, StateReproducesTheNextScoresBitForBit) {
  const auto input = test::read_golden_npy("nlms_input.npy");
  Single one(golden_options(), spec_of(100));
  Single two(golden_options(), spec_of(100));
  for (std::size_t n = 0; n < 70; ++n) one.push(std::span<const Sample>(input.row(n)));
  StateArchive measure;
  one->state(measure);
  std::vector<std::byte> state(measure.size());
  StateArchive save = StateArchive::saving(state);
  one->state(save);
  StateArchive load = StateArchive::loading(state);
  two->state(load);
  ASSERT_TRUE(load.ok());
  for (std::size_t n = 70; n < input.shape[0]; ++n) {
    one.push(std::span<const Sample>(input.row(n)));
    two.push(std::span<const Sample>(input.row(n)));
    EXPECT_EQ(one.tags.back().score, two.tags.back().score);
    EXPECT_EQ(one.traces.back(), two.traces.back());
  }
}

TEST(Nlms, ASilentPastDoesNotMoveTheWeights) {
  NlmsOptions o = golden_options();
  Single run(o, spec_of(100));
  const std::vector<Sample> zero(100, 0.0F);
  const std::vector<Sample> one(100, 1.0F);
  for (int i = 0; i < 30; ++i) run.push(std::span<const Sample>(zero));
  for (const TraceTag& t : run.tags) EXPECT_EQ(t.score, 0.0F);
  for (int i = 0; i < 30; ++i) run.push(std::span<const Sample>(one));
  for (const TraceTag& t : run.tags) EXPECT_TRUE(std::isfinite(t.score));
}

// Twenty-six orders of magnitude up and down again: the weights must come back, with a flag, and find a target.
TEST(Nlms, AJumpOfTheInputDoesNotDeafenItForEver) {
  for (const double loud : {1e14, 1e8}) {
    NlmsOptions o;
    o.depth.segment_s = 8;
    o.depth.end_s = 1000;
    o.depth.warm_up_traces = 0;
    Single run(o, spec_of(100));
    test::Random random(9);
    std::vector<Sample> trace(100);
    const auto push = [&](double level, int n) {
      for (int k = 0; k < n; ++k) {
        for (Sample& v : trace) v = static_cast<Sample>(level * random.normal());
        run.push(std::span<const Sample>(trace));
      }
    };
    push(1e-12, 20);
    push(loud, 20);
    push(1.0, 2500);
    bool flagged = false;
    for (std::size_t k = 20; k < run.tags.size(); ++k) {
      EXPECT_TRUE(std::isfinite(run.tags[k].score)) << k;
      flagged = flagged || (has(run.tags[k].quality, Quality::warming_up));
    }
    EXPECT_TRUE(flagged);
    push(100.0, 1);
    EXPECT_GT(run.tags.back().score, 5.0F) << loud;
  }
}

// A score that came in with the tag is not this stage's.
TEST(Nlms, AnOldScoreDoesNotSurvive) {
  Single run(golden_options(), spec_of(100));
  std::vector<Sample> trace(100, 1.0F);
  for (int k = 0; k < 12; ++k) {
    trace[50] = k == 11 ? std::numeric_limits<float>::quiet_NaN() : 1.0F;
    TraceTag tag;
    tag.score = 50.0F;
    run.push(std::span<const Sample>(trace), tag);
    EXPECT_NE(run.tags.back().score, 50.0F) << k;
  }
  EXPECT_EQ(run.tags.back().score, 0.0F);
}

TEST(Nlms, RefusesWhatCannotWork) {
  NlmsOptions o;
  o.depth.segment_s = 200.0;
  EXPECT_STREQ(validate(o, spec_of(100)).field, "segment_s");
  o = {};
  o.step = 2.0;
  EXPECT_STREQ(validate(o, spec_of(100)).field, "step");
  o = {};
  o.depth.start_s = 5.0;
  o.depth.end_s = 4.0;
  EXPECT_STREQ(validate(o, spec_of(100)).field, "end_s");
  o.depth.start_s = 200.0;
  o.depth.end_s = 300.0;
  EXPECT_STREQ(validate(o, spec_of(100)).field, "start_s");
}

}  // namespace
}  // namespace surefoot::detect
