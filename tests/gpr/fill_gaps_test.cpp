// SPDX-License-Identifier: MIT
#include <surefoot/gpr/fill_gaps.hpp>

#include "support/golden.hpp"
#include "support/stage_run.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace surefoot::gpr {
namespace {

using test::Single;

StreamSpec spec_of(Index max_traces = 0) { return {{AxisKind::two_way_time, 0.0, 1e-10}, 2, 0.01, 0.02, max_traces}; }

// Push a trace with the number k, of the values (k, -k), at 0.02 k metres.
void push(Single<FillGaps>& stage, std::int64_t k, Quality quality = Quality::good) {
  TraceTag tag;
  tag.index = k;
  tag.quality = quality;
  tag.distance_m = 0.02 * static_cast<double>(k);
  const auto v = static_cast<Sample>(k);
  stage->push(std::vector<Sample>{v, -v}, tag);
  stage.pull();
}

TEST(FillGaps, ZeroTracesStandWhereTracesAreMissing) {
  Single<FillGaps> stage(FillGapsOptions{}, spec_of(10));
  EXPECT_EQ(stage->output().max_traces, 1010);
  EXPECT_EQ(stage->most_at_once(), 11);
  for (const std::int64_t k : {3, 4, 8, 9}) push(stage, k);
  ASSERT_EQ(stage.traces.size(), 7U);
  for (std::size_t j = 0; j < 7; ++j) {
    const auto index = static_cast<std::int64_t>(j) + 3;
    EXPECT_EQ(stage.tags[j].index, index);
    EXPECT_NEAR(stage.tags[j].distance_m, 0.02 * static_cast<double>(index), 1e-15);
    const bool filled = index > 4 && index < 8;
    EXPECT_EQ(stage.tags[j].quality, filled ? Quality::dropped : Quality::good);
    EXPECT_EQ(stage.traces[j][0], filled ? 0.0F : static_cast<Sample>(index));
  }
}

TEST(FillGaps, InterpolatedTracesLieOnAStraightLine) {
  Single<FillGaps> stage(FillGapsOptions{.method = FillMethod::interpolate}, spec_of());
  push(stage, 0, Quality::saturated);
  push(stage, 4);
  ASSERT_EQ(stage.traces.size(), 5U);
  for (std::size_t j = 1; j < 4; ++j) {
    EXPECT_EQ(stage.traces[j], (std::vector<Sample>{static_cast<Sample>(j), -static_cast<Sample>(j)}));
    EXPECT_EQ(stage.tags[j].quality, Quality::saturated | Quality::repaired);
  }
}

TEST(FillGaps, IsNumPysInterpolationOverTheNumbers) {
  const test::GoldenArray input = test::read_golden_npy("editing_input.npy");
  const test::GoldenArray golden = test::read_golden_npy("editing_fill.npy");
  StreamSpec in = spec_of();
  in.n_samples = 30;
  Single<FillGaps> stage(FillGapsOptions{.method = FillMethod::interpolate}, in);
  for (std::size_t k = 0; k < 8; ++k) {
    TraceTag tag;
    tag.distance_m = input.at(k, 30);
    tag.index = static_cast<std::int64_t>(input.at(k, 31));
    const std::vector<Sample> row = input.row(k);
    stage->push(ConstTraceRef(row).first(30), tag);
    stage.pull();
  }
  ASSERT_EQ(stage.traces.size(), golden.shape[0]);
  for (std::size_t k = 0; k < stage.traces.size(); ++k) {
    for (std::size_t i = 0; i < 30; ++i)
      EXPECT_NEAR(static_cast<double>(stage.traces[k][i]), golden.at(k, i), 6.1e-8 * std::abs(golden.at(k, i)) + 1e-9);
    EXPECT_NEAR(stage.tags[k].distance_m, golden.at(k, 30), 1e-14);
    EXPECT_EQ(stage.tags[k].index, 3 + static_cast<std::int64_t>(k));
  }
}

TEST(FillGaps, ALongGapIsNotBridgedAndTheJumpStaysVisible) {
  Single<FillGaps> stage(FillGapsOptions{.method = FillMethod::interpolate, .max_gap_traces = 3}, spec_of());
  push(stage, 0);
  push(stage, 1000000000000);
  ASSERT_EQ(stage.traces.size(), 5U);
  for (std::size_t j = 1; j < 4; ++j) {
    EXPECT_EQ(stage.tags[j].quality, Quality::dropped);
    EXPECT_EQ(stage.tags[j].index, static_cast<std::int64_t>(j));
  }
  EXPECT_EQ(stage.tags[4].index, 1000000000000);
}

TEST(FillGaps, BesideAnUnusableTraceNothingIsInvented) {
  Single<FillGaps> stage(FillGapsOptions{.method = FillMethod::interpolate}, spec_of());
  push(stage, 0, Quality::dropped);
  push(stage, 2);
  TraceTag tag;
  tag.index = 4;
  stage->push(std::vector<Sample>{std::numeric_limits<Sample>::quiet_NaN(), 0.0F}, tag);
  stage.pull();
  ASSERT_EQ(stage.traces.size(), 5U);
  for (const std::size_t j : {0U, 1U, 3U}) EXPECT_EQ(stage.tags[j].quality, Quality::dropped);
  EXPECT_EQ(stage.tags[4].quality, Quality::non_finite);
  for (const std::size_t j : {0U, 1U, 3U, 4U}) EXPECT_EQ(stage.traces[j], std::vector<Sample>(2, 0.0F));
}

TEST(FillGaps, ANumberThatStandsOrGoesBackIsNoGap) {
  Single<FillGaps> stage(FillGapsOptions{}, spec_of());
  for (const std::int64_t k :
       std::initializer_list<std::int64_t>{5, 5, 2, 3, -7, std::numeric_limits<std::int64_t>::min()})
    push(stage, k);
  EXPECT_EQ(stage.traces.size(), 6U);
  push(stage, std::numeric_limits<std::int64_t>::max());  // a gap of nearly 2^64
  EXPECT_EQ(stage.traces.size(), 17U);
}

TEST(FillGaps, RefusesWhatItCannotDo) {
  EXPECT_FALSE(validate(FillGapsOptions{}, spec_of()));
  EXPECT_STREQ(validate(FillGapsOptions{.max_gap_traces = 0}, spec_of()).field, "max_gap_traces");
  EXPECT_STREQ(validate(FillGapsOptions{.added_traces = -1}, spec_of()).field, "added_traces");
}

}  // namespace
}  // namespace surefoot::gpr
