// SPDX-License-Identifier: MIT
#include <surefoot/gpr/crop.hpp>

#include "support/golden.hpp"
#include "support/stage_run.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace surefoot::gpr {
namespace {

using test::Single;

// Samples at -1, 0, ... 8 ns.
StreamSpec spec_of(Index max_traces = 20) { return {{AxisKind::two_way_time, -1e-9, 1e-9}, 10, 0.1, 0.02, max_traces}; }

std::vector<Sample> ramp(double offset) {
  std::vector<Sample> x(10);
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = static_cast<Sample>(offset + static_cast<double>(i));
  return x;
}

TEST(Crop, KeepsTheStretchOfSamplesAndOfTraces) {
  Single<Crop> stage(CropOptions{.start_s = 0.0, .end_s = 3e-9, .first_trace = 2, .last_trace = 4}, spec_of());
  EXPECT_EQ(stage->output().n_samples, 4);
  EXPECT_DOUBLE_EQ(stage->output().axis.start, 0.0);
  EXPECT_EQ(stage->output().max_traces, 3);
  EXPECT_EQ(stage->output().trace_spacing_m, 0.02);
  for (int k = 0; k < 8; ++k) stage.push(ramp(100.0 * k));
  stage->finish();
  stage.pull();
  ASSERT_EQ(stage.traces.size(), 3U);
  for (std::size_t k = 0; k < 3; ++k) {
    EXPECT_EQ(stage.tags[k].index, static_cast<std::int64_t>(k + 2)) << "the number that the trace had";
    const auto first = 100.0F * static_cast<Sample>(k + 2) + 1.0F;
    EXPECT_EQ(stage.traces[k], (std::vector<Sample>{first, first + 1.0F, first + 2.0F, first + 3.0F}));
  }
}

TEST(Crop, IsNumPysSlice) {
  const test::GoldenArray input = test::read_golden_npy("editing_input.npy");
  const test::GoldenArray golden = test::read_golden_npy("editing_crop.npy");
  const StreamSpec in{{AxisKind::two_way_time, -0.4e-9, 0.1e-9}, 30, 0.1, 0.02, 8};
  Single<Crop> stage(CropOptions{.start_s = 0.5e-9, .end_s = 1.6e-9, .first_trace = 2, .last_trace = 5}, in);
  for (std::size_t k = 0; k < 8; ++k) stage.push(ConstTraceRef(input.row(k)).first(30));
  ASSERT_EQ(stage.traces.size(), golden.shape[0]);
  for (std::size_t k = 0; k < stage.traces.size(); ++k) EXPECT_EQ(stage.traces[k], golden.row(k)) << k;
  EXPECT_NEAR(stage->output().axis.start, 0.5e-9, 1e-21);
}

TEST(Crop, BordersBetweenSamplesKeepWhatLiesInside) {
  Single<Crop> inside(CropOptions{.start_s = 0.2e-9, .end_s = 2.9e-9}, spec_of());
  EXPECT_EQ(inside->output().n_samples, 2);
  EXPECT_NEAR(inside->output().axis.start, 1e-9, 1e-24);
  Single<Crop> all(CropOptions{}, spec_of());
  EXPECT_EQ(all->output(), spec_of());
  Single<Crop> live(CropOptions{.first_trace = 5}, spec_of(0));
  EXPECT_EQ(live->output().max_traces, 0);
}

TEST(Crop, WorksInDepth) {
  StreamSpec in = spec_of();
  in.axis = {AxisKind::depth, 0.0, 0.01};
  Single<Crop> stage(CropOptions{.start_s = 5.0, .start_m = 0.02, .end_m = 0.05}, in);
  EXPECT_EQ(stage->output().n_samples, 4);
  EXPECT_EQ(stage->output().axis.kind, AxisKind::depth);
  EXPECT_NEAR(stage->output().axis.start, 0.02, 1e-12);
}

TEST(Crop, AnUnusableTraceIsZeroAndFlaggedAlsoWhereItWasCutAway) {
  Single<Crop> stage(CropOptions{.start_s = 0.0, .end_s = 3e-9}, spec_of());
  std::vector<Sample> x = ramp(1.0);
  x[9] = std::numeric_limits<Sample>::quiet_NaN();
  stage.push(x);
  stage.push(ramp(0.0));
  EXPECT_EQ(stage.tags[0].quality, Quality::non_finite);
  EXPECT_EQ(stage.traces[0], std::vector<Sample>(4, 0.0F));
  EXPECT_EQ(stage.tags[1].quality, Quality::good);
}

TEST(Crop, RefusesToLeaveNothing) {
  const StreamSpec in = spec_of();
  EXPECT_FALSE(validate(CropOptions{}, in));
  EXPECT_STREQ(validate(CropOptions{.start_s = 9e-9}, in).field, "start_s");
  EXPECT_NEAR(validate(CropOptions{.start_s = 9e-9}, in).allowed.high, 8e-9, 1e-20);
  EXPECT_STREQ(validate(CropOptions{.end_s = -2e-9}, in).field, "end_s");
  EXPECT_STREQ(validate(CropOptions{.start_s = 0.2e-9, .end_s = 0.8e-9}, in).field, "end_s");
  EXPECT_STREQ(validate(CropOptions{.first_trace = 4, .last_trace = 3}, in).field, "last_trace");
  EXPECT_STREQ(validate(CropOptions{.first_trace = 20}, in).field, "first_trace");
  EXPECT_EQ(validate(CropOptions{.first_trace = 20}, in).allowed.high, 19.0);
  EXPECT_FALSE(validate(CropOptions{.first_trace = 20}, spec_of(0)));
  EXPECT_STREQ(validate(CropOptions{.first_trace = -1}, in).field, "first_trace");
  EXPECT_STREQ(validate(CropOptions{.start_s = std::numeric_limits<double>::quiet_NaN()}, in).field, "start_s");
  StreamSpec channels = in;
  channels.axis.kind = AxisKind::channel;
  EXPECT_TRUE(validate(CropOptions{}, channels));
}

}  // namespace
}  // namespace surefoot::gpr
