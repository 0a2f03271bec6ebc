// SPDX-License-Identifier: MIT
#include <surefoot/base/error.hpp>
#include <surefoot/pipeline/apply.hpp>
#include <surefoot/pipeline/volume.hpp>

#include "support/golden.hpp"
#include "support/lines.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace surefoot {
namespace {

// A volume whose sample i at place (i_x, i_y) is 100 i_y + 10 i_x + i.
Line volume(Index n_x, Index n_y, Index n_samples = 5) {
  Line line;
  line.axis = {AxisKind::two_way_time, 1e-9, 1e-9};
  line.samples.resize(n_samples, n_x * n_y);
  line.tags.resize(to_size(n_x * n_y));
  for (Index k = 0; k < n_x * n_y; ++k) {
    const Index i = k % n_x;
    const Index j = k / n_x;
    line.tags[to_size(k)].index = k;
    line.tags[to_size(k)].position_m = {5.0 + 0.1 * static_cast<double>(i), -2.0 + 0.25 * static_cast<double>(j), 0.0};
    for (Index s = 0; s < n_samples; ++s) line.samples(s, k) = static_cast<Sample>(100 * j + 10 * i + s);
  }
  return line;
}

TEST(Volume, TheGridIsFound) {
  for (const Index n_x : {1, 2, 7})
    for (const Index n_y : {1, 2, 5}) {
      const std::optional<GridShape> grid = grid_of(volume(n_x, n_y));
      ASSERT_TRUE(grid.has_value());
      EXPECT_EQ(grid->n_x, n_x);
      EXPECT_EQ(grid->n_y, n_y);
      EXPECT_EQ(grid->x_start_m, 5.0);
      EXPECT_EQ(grid->y_start_m, -2.0);
      EXPECT_NEAR(grid->step_x_m, n_x > 1 ? 0.1 : 0.0, 1e-12);
      EXPECT_NEAR(grid->step_y_m, n_y > 1 ? 0.25 : 0.0, 1e-12);
    }
}

TEST(Volume, WhatIsNoGridIsNone) {
  Line line = volume(4, 3);
  line.tags[6].position_m[0] += 1e-3;
  EXPECT_FALSE(grid_of(line).has_value());
  line = volume(4, 3);
  line.tags[6].position_m[1] = unknown;
  EXPECT_FALSE(grid_of(line).has_value());
  line = volume(4, 3);
  line.samples.conservativeResize(Eigen::NoChange, 11);
  line.tags.pop_back();
  EXPECT_FALSE(grid_of(line).has_value());
  EXPECT_FALSE(grid_of(Line{}).has_value());
  EXPECT_FALSE(grid_of(test::radar_line(10, 16)).has_value()) << "no positions";
}

TEST(Slice, IsTheMeanOfWhatLiesBetween) {
  Line line = volume(3, 2);
  line.samples(2, 4) = -500.0F;
  line.tags[5].quality = Quality::dropped;
  const auto expect = [&](SliceMeasure measure, const std::vector<double>& wanted) {
    // Times 2, 3 and 4 ns: samples 1, 2, 3.
    const std::vector<float> got = slice(line, 2e-9, 4.4e-9, measure);
    ASSERT_EQ(got.size(), 6U);
    for (std::size_t k = 0; k < 5; ++k) EXPECT_EQ(got[k], static_cast<float>(wanted[k])) << k;
    EXPECT_TRUE(std::isnan(got[5])) << "an empty place is not a quiet one";
  };
  expect(SliceMeasure::mean, {2.0, 12.0, 22.0, 102.0, (111.0 - 500.0 + 113.0) / 3.0});
  expect(SliceMeasure::magnitude, {2.0, 12.0, 22.0, 102.0, (111.0 + 500.0 + 113.0) / 3.0});
  expect(SliceMeasure::energy,
         {14.0 / 3.0, 434.0 / 3.0, 1454.0 / 3.0, 31214.0 / 3.0, (12321.0 + 250000.0 + 12769.0) / 3.0});
  expect(SliceMeasure::peak, {3.0, 13.0, 23.0, 103.0, -500.0});
  EXPECT_EQ(slice(line, -1.0, 1.0, SliceMeasure::mean)[0], 2.0F) << "cut to the trace";
  EXPECT_EQ(slice(line, 3e-9, 3e-9, SliceMeasure::mean)[0], 2.0F) << "one sample";
}

TEST(Slice, IsNumPys) {
  const test::GoldenArray in = test::read_golden_npy("volume_input.npy");
  const test::GoldenArray golden = test::read_golden_npy("slices.npy");
  Line line;
  line.axis = {AxisKind::two_way_time, 0.0, 0.08e-9};
  line.samples.resize(96, 6);
  line.tags.resize(6);
  for (std::size_t m = 0; m < 6; ++m)
    for (std::size_t i = 0; i < 96; ++i)
      line.samples(static_cast<Index>(i), static_cast<Index>(m)) = static_cast<Sample>(in.at(m, i + 2));
  std::size_t row = 0;
  for (const SliceMeasure measure :
       {SliceMeasure::energy, SliceMeasure::magnitude, SliceMeasure::mean, SliceMeasure::peak}) {
    const std::vector<float> got = slice(line, 1.2e-9, 4e-9, measure);
    ASSERT_EQ(got.size(), 6U);
    for (std::size_t k = 0; k < 6; ++k)
      EXPECT_NEAR(static_cast<double>(got[k]), golden.at(row, k), 6.1e-8 * std::abs(golden.at(row, k)) + 1e-15) << row;
    ++row;
  }
}

TEST(Slice, RefusesALineWithoutATagForEachTrace) {
  Line line = volume(4, 3);
  line.tags.pop_back();
  EXPECT_THROW((void)slice(line, 1e-9, 3e-9, SliceMeasure::mean), ConfigError);
}

TEST(Slice, RefusesToSliceNothing) {
  const Line line = volume(2, 2);
  for (const auto& [a, b] : {std::pair{6e-9, 7e-9}, {4e-9, 2e-9}, {2.2e-9, 2.8e-9}, {-3.0, 0.0}, {std::nan(""), 1.0}})
    EXPECT_THROW((void)slice(line, a, b, SliceMeasure::energy), ConfigError);
}

TEST(Join, PutsLinesBesideEachOther) {
  Line a = test::radar_line(4, 16);
  Line b = test::radar_line(3, 16, 2);
  a.assumptions = {"one", "two"};
  b.assumptions = {"two", "three"};
  b.tags[1].quality = Quality::saturated;
  const Line* const both[] = {&a, &b};
  const double y[] = {0.0, 0.5};
  const Line out = join(both, y);
  ASSERT_EQ(out.n_traces(), 7);
  EXPECT_EQ(out.axis, a.axis);
  EXPECT_EQ(out.assumptions, (std::vector<std::string>{"one", "two", "three"}));
  for (Index k = 0; k < 7; ++k) {
    const Line& from = k < 4 ? a : b;
    const Index i = k < 4 ? k : k - 4;
    EXPECT_EQ(out.samples.col(k), from.samples.col(i));
    EXPECT_EQ(out.tags[to_size(k)].index, k);
    EXPECT_EQ(out.tags[to_size(k)].position_m[0], from.tags[to_size(i)].distance_m);
    EXPECT_EQ(out.tags[to_size(k)].position_m[1], k < 4 ? 0.0 : 0.5);
    EXPECT_EQ(out.tags[to_size(k)].quality, from.tags[to_size(i)].quality);
  }
  EXPECT_TRUE(std::isnan(join(both).tags[0].position_m[0]));
}

TEST(Join, RefusesLinesThatDoNotFit) {
  Line a = test::radar_line(4, 16);
  Line b = test::radar_line(3, 17);
  const Line* const both[] = {&a, &b};
  const double y[] = {0.0};
  const auto path_of = [&](std::span<const double> offsets) -> std::string {
    try {
      (void)join(both, offsets);
    } catch (const ConfigError& e) {
      return e.path();
    }
    return "";
  };
  EXPECT_EQ(path_of({}), "join.lines[1]");
  EXPECT_EQ(path_of(y), "join.y_m");
  b = test::radar_line(3, 16);
  EXPECT_EQ(path_of({}), "");
  b.axis.start += 1e-10;
  EXPECT_EQ(path_of({}), "join.lines[1]");
  b = test::radar_line(3, 16);
  b.origin = GeoOrigin{50.0, 8.0, 100.0};
  EXPECT_EQ(path_of({}), "join.lines[1]");
  EXPECT_THROW((void)join({}), ConfigError);
}

// Lines over a point: joined, gridded and sliced, the energy is largest above it.
TEST(Volume, LinesBecomeASliceThatShowsTheTarget) {
  std::vector<Line> lines;
  std::vector<double> y;
  for (int k = 0; k < 9; ++k) {
    y.push_back(0.1 * k);
    Line line = test::radar_line(81, 200);
    for (Index j = 0; j < 81; ++j) {
      const double dx = 0.01 * static_cast<double>(j) - 0.4;
      const double dy = y.back() - 0.5;
      const double t = 2.0 * std::sqrt(0.1 * 0.1 + dx * dx + dy * dy) / 1e8;
      for (Index i = 0; i < 200; ++i)
        line.samples(i, j) = static_cast<Sample>(50.0 * test::ricker(line.axis.at(i) - t, 0.9e9));
    }
    lines.push_back(line);
  }
  std::vector<const Line*> all;
  for (const Line& line : lines) all.push_back(&line);
  const surefoot::Run run = surefoot::run(
      parse_description(
          "surefoot = 1\nstage = [ { use = \"gpr.grid\", step_x_m = 0.1, step_y_m = 0.1, radius_m = 0.08 } ]\n"),
      join(all, y));
  const std::optional<GridShape> grid = grid_of(run.traces);
  ASSERT_TRUE(grid.has_value());
  EXPECT_EQ(grid->n_x, 9);
  EXPECT_EQ(grid->n_y, 9);
  const std::vector<float> energy = slice(run.traces, 1.5e-9, 2.5e-9, SliceMeasure::energy);
  const auto top = std::max_element(energy.begin(), energy.end()) - energy.begin();
  EXPECT_EQ(top % 9, 4);
  EXPECT_EQ(top / 9, 5);
}

}  // namespace
}  // namespace surefoot
