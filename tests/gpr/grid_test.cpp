// SPDX-License-Identifier: MIT
#include <surefoot/gpr/grid.hpp>

#include "support/golden.hpp"
#include "support/stage_run.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace surefoot::gpr {
namespace {

using test::Single;

StreamSpec spec_of(Index n, Index max_traces = 100) {
  return {{AxisKind::two_way_time, 0.0, 1e-10}, n, 0.01, 0.02, max_traces};
}
TraceTag at(double x, double y, Quality quality = Quality::good) {
  TraceTag tag;
  tag.position_m = {x, y, 1.0};
  tag.quality = quality;
  return tag;
}

TEST(Grid, IsNumPys) {
  const test::GoldenArray input = test::read_golden_npy("grid_input.npy");
  const test::GoldenArray golden = test::read_golden_npy("grid.npy");
  GridOptions options{
      .step_x_m = 0.1, .step_y_m = 0.15, .length_x_m = 1.0, .length_y_m = 0.9, .fit = false, .radius_m = 0.22};
  std::size_t row = 0;
  for (int round = 0; round < 3; ++round) {
    options.power = round == 1 ? 3.0 : 2.0;
    options.method = round == 2 ? GridMethod::nearest : GridMethod::inverse_distance;
    Single<Grid> stage(options, spec_of(4));
    ASSERT_EQ(stage->output().max_traces, 77);
    for (std::size_t k = 0; k < 60; ++k) {
      std::vector<Sample> x;
      for (std::size_t i = 2; i < 6; ++i) x.push_back(static_cast<Sample>(input.at(k, i)));
      stage.push(x, at(input.at(k, 0), input.at(k, 1)));
    }
    stage->finish();
    stage.pull();
    ASSERT_EQ(stage.traces.size(), 77U);
    for (std::size_t p = 0; p < 77; ++p, ++row) {
      EXPECT_EQ(stage.tags[p].index, static_cast<std::int64_t>(p));
      EXPECT_NEAR(stage.tags[p].position_m[0], 0.1 * static_cast<double>(p % 11), 1e-12);
      EXPECT_NEAR(stage.tags[p].position_m[1], 0.15 * static_cast<double>(p / 11), 1e-12);
      const bool empty = std::isnan(golden.at(row, 0));
      EXPECT_EQ(stage.tags[p].quality, empty ? Quality::dropped : Quality::good) << p;
      for (std::size_t i = 0; i < 4; ++i)
        EXPECT_NEAR(static_cast<double>(stage.traces[p][i]), empty ? 0.0 : golden.at(row, i), 1e-5)
            << round << " " << p;
    }
  }
}

TEST(Grid, FitsItselfToTheTraces) {
  Single<Grid> stage(GridOptions{.step_x_m = 0.5, .step_y_m = 0.5, .radius_m = 0.4}, spec_of(1));
  for (const double y : {-0.6, 0.4})
    for (int k = 0; k < 5; ++k)
      stage.push(std::vector<Sample>{static_cast<Sample>(10.0 * y + k)}, at(10.1 + 0.5 * k, y));
  stage->finish();
  stage.pull();
  // x 10.0 ... 12.5, y -1.0 ... 0.5
  ASSERT_EQ(stage.traces.size(), 6U * 4U);
  EXPECT_NEAR(stage.tags[0].position_m[0], 10.0, 1e-12);
  EXPECT_NEAR(stage.tags[23].position_m[0], 12.5, 1e-12);
  EXPECT_NEAR(stage.tags[23].position_m[1], 0.5, 1e-12);
  EXPECT_EQ(stage.traces[6][0], -6.0F) << "0.14 m beside the first trace";
  EXPECT_EQ(stage.tags[6].position_m[2], 1.0);
  EXPECT_EQ(stage.tags[0].quality, Quality::dropped) << "0.41 m away";
  std::array<Note, to_size(most_notes)> notes{};
  ASSERT_EQ(stage->notes(notes), 5);
  EXPECT_EQ(notes[0].value, 6.0);
  EXPECT_EQ(notes[1].value, 4.0);
  EXPECT_EQ(notes[3].warning, nullptr);
}

TEST(Grid, UnusableTracesAreToldAndDoNotCount) {
  Single<Grid> stage(GridOptions{.step_x_m = 0.1, .step_y_m = 0.1, .radius_m = 0.08}, spec_of(1));
  stage.push(std::vector<Sample>{4.0F}, at(0.0, 0.0, Quality::saturated));
  stage.push(std::vector<Sample>{std::numeric_limits<Sample>::quiet_NaN()}, at(0.01, 0.0));
  stage.push(std::vector<Sample>{7.0F}, at(0.2, 0.0, Quality::dropped));
  stage.push(std::vector<Sample>{7.0F}, at(unknown, 0.0));
  stage->finish();
  stage.pull();
  ASSERT_EQ(stage.traces.size(), 3U);
  EXPECT_EQ(stage.tags[0].quality, Quality::saturated | Quality::repaired);
  EXPECT_EQ(stage.traces[0][0], 4.0F);
  EXPECT_EQ(stage.tags[1].quality, Quality::dropped);
  EXPECT_EQ(stage.tags[2].quality, Quality::dropped);
  std::array<Note, to_size(most_notes)> notes{};
  ASSERT_EQ(stage->notes(notes), 5);
  EXPECT_EQ(notes[2].value, 2.0);
  EXPECT_EQ(notes[4].value, 1.0);
  EXPECT_NE(notes[4].warning, nullptr);
}

TEST(Grid, WithoutPositionsOneTraceSaysSo) {
  Single<Grid> stage(GridOptions{}, spec_of(2));
  TraceTag tag;
  tag.quality = Quality::saturated;
  stage.push(std::vector<Sample>(2, 1.0F), tag);
  stage.push(std::vector<Sample>(2, 1.0F));
  stage->finish();
  stage.pull();
  ASSERT_EQ(stage.traces.size(), 1U);
  EXPECT_EQ(stage.tags[0].quality, Quality::dropped | Quality::saturated);
  Single<Grid> none(GridOptions{}, spec_of(2));
  none->finish();
  none.pull();
  EXPECT_TRUE(none.traces.empty());
  Single<Grid> one(GridOptions{}, spec_of(2));
  one.push(std::vector<Sample>{1.0F, 2.0F}, at(3.0, 5.0));
  one->finish();
  one.pull();
  ASSERT_EQ(one.traces.size(), 1U);
  EXPECT_EQ(one.traces[0], (std::vector<Sample>{1.0F, 2.0F}));
}

TEST(Grid, TracesBeyondTheMemoryAreCounted) {
  Single<Grid> stage(GridOptions{.length_x_m = 1.0, .length_y_m = 1.0}, spec_of(1));
  stage.push(std::vector<Sample>{1.0F}, at(0.0, 0.0));
  stage.push(std::vector<Sample>{1.0F}, at(5.0, 0.0));
  stage->finish();
  stage.pull();
  EXPECT_EQ(stage.traces.size(), 21U);
  std::array<Note, to_size(most_notes)> notes{};
  ASSERT_EQ(stage->notes(notes), 5);
  EXPECT_EQ(notes[3].value, 1.0);
  EXPECT_NE(notes[3].warning, nullptr);
}

TEST(Grid, RefusesWhatItCannotDo) {
  EXPECT_FALSE(validate(GridOptions{}, spec_of(2)));
  EXPECT_STREQ(validate(GridOptions{.step_x_m = 0.0}, spec_of(2)).field, "step_x_m");
  EXPECT_STREQ(validate(GridOptions{.length_x_m = 1e5, .length_y_m = 1e5}, spec_of(2)).field, "length_y_m");
  EXPECT_STREQ(validate(GridOptions{.step_x_m = 1e-3, .length_x_m = 1e5}, spec_of(2)).field, "length_x_m");
  const Problem radius = validate(GridOptions{.radius_m = 0.03}, spec_of(2));
  EXPECT_STREQ(radius.field, "radius_m");
  EXPECT_NEAR(radius.allowed.low, 0.05 / std::sqrt(2.0), 1e-12);
}

}  // namespace
}  // namespace surefoot::gpr
