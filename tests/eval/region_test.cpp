// SPDX-License-Identifier: MIT
#include <surefoot/eval/region.hpp>

#include "support/golden.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numbers>

namespace surefoot::eval {
namespace {

using std::numbers::pi;

TEST(Stretches, JoinAndSubtract) {
  const Stretches a({{3.0, 4.0}, {0.0, 1.0}, {0.5, 2.0}, {5.0, 5.0}, {7.0, 6.0}, {std::nan(""), 9.0}});
  ASSERT_EQ(a.pieces().size(), 2U);
  EXPECT_DOUBLE_EQ(a.length(), 3.0);
  EXPECT_TRUE(a.contains(2.0));
  EXPECT_FALSE(a.contains(2.5));
  EXPECT_TRUE(a.meets(2.5, 3.0));
  const Stretches left = a.without(Stretches({{-1.0, 0.5}, {1.0, 1.5}, {1.9, 3.5}}));
  ASSERT_EQ(left.pieces().size(), 3U);
  EXPECT_DOUBLE_EQ(left.pieces()[0].low, 0.5);
  EXPECT_DOUBLE_EQ(left.pieces()[1].high, 1.9);
  EXPECT_DOUBLE_EQ(left.length(), 0.5 + 0.4 + 0.5);
  EXPECT_TRUE(a.without(a).empty());
}

TEST(Region, AreasInClosedForm) {
  const std::vector<Swath> capsule{{{{{0.0, 0.0}, {3.0, 4.0}}}, 0.6}};
  EXPECT_NEAR(area(capsule, {}, {}), 5.0 * 0.6 + pi * 0.09, 1e-4);
  EXPECT_NEAR(area({{{{{1.0, 2.0}}}, 0.5}}, {}, {}), pi * 0.0625, 1e-4);  // a head that never moved
  EXPECT_NEAR(area({{{{{0.0, 0.0}, {5.0, 0.0}}, {{1.0, 0.0}, {2.0, 0.0}}}, 1.0}}, {}, {}), 5.0 + pi / 4, 1e-4);
  // A disc inside is taken off, one outside is not, half of one on the edge.
  const std::vector<Swath> lane{{{{{0.0, 0.0}, {10.0, 0.0}}}, 1.0}};
  const double whole = area(lane, {}, {});
  EXPECT_NEAR(whole - area(lane, {{{3.0, 0.0}, 0.2, 0.0, 0.1}}, {}), pi * 0.04, 1e-4);
  EXPECT_NEAR(whole - area(lane, {{{3.0, 5.0}, 0.2, 0.0, 0.1}}, {}), 0.0, 1e-12);
  EXPECT_NEAR(whole - area(lane, {{{3.0, 0.5}, 0.2, 0.0, 0.1}}, {}), pi * 0.02, 1e-4);
  EXPECT_NEAR(whole - area(lane, {}, {{{4.0, -9.0}, {6.0, -9.0}, {6.0, 9.0}, {4.0, 9.0}}}), 2.0, 1e-4);
  // A box with rounded corners.
  EXPECT_NEAR(area({{{0.0, 0.0}, 0.4, 0.2, 0.1}}), 0.4 * 0.2 + 2 * 0.1 * 0.6 + pi * 0.01, 1e-4);
  EXPECT_EQ(area({}, {}, {}), 0.0);
}

TEST(Region, AreaOfACrookedPathAgreesWithARaster) {
  const std::vector<Swath> swath{{{{{0.0, 0.0}, {1.0, 0.2}, {1.5, 1.0}, {0.4, 1.1}, {0.4, 0.1}}}, 0.3}};
  const Polygon zone{{0.2, 0.4}, {0.7, 0.4}, {0.5, 0.9}};
  for (const auto& row : test::read_golden_csv("scoring_areas.csv")) {
    const std::vector<Outline> halos{
        {{0.5, 0.1}, 0.1, 0.0, row[0]}, {{1.4, 0.9}, 0.3, 0.0, row[0]}, {{0.9, 1.05}, 0.2, 0.1, row[0]}};
    EXPECT_NEAR(area(swath, halos, {zone}), row[1], 2e-4);
  }
}

TEST(Region, DistanceToAnOutline) {
  const Outline disc{{1.0, 1.0}, 0.4, 0.0, 0.0};
  EXPECT_NEAR(disc.distance({1.0, 1.5}), 0.3, 1e-12);
  EXPECT_EQ(disc.distance({1.1, 1.1}), 0.0);
  const Outline box{{0.0, 0.0}, 2.0, 1.0, 0.0};
  EXPECT_NEAR(box.distance({1.3, 0.9}), 0.5, 1e-12);
  EXPECT_NEAR(box.distance({0.0, 0.7}), 0.2, 1e-12);
}

TEST(Region, WhatASwathMeets) {
  const Swath swath{{{{0.0, 0.0}, {10.0, 0.0}}}, 0.4};
  EXPECT_TRUE(swath.meets({{5.0, 0.29}, 0.2, 0.0, 0.0}));
  EXPECT_FALSE(swath.meets({{5.0, 0.31}, 0.2, 0.0, 0.0}));
  EXPECT_TRUE(swath.meets({{5.0, 0.69}, 8.0, 1.0, 0.0}));
  EXPECT_FALSE(swath.meets({{5.0, 0.71}, 8.0, 1.0, 0.0}));
  EXPECT_FALSE(swath.meets({{11.1, 1.1}, 1.9, 1.9, 0.0}));
}

TEST(Region, APathWithoutWidthMeetsWhatItGoesOver) {
  for (int i = 0; i < 100; ++i) {
    const double x = 0.3 + 0.094 * i;
    EXPECT_TRUE((Swath{{{{0.0, 0.0}, {10.0, 0.0}}}, 0.0}.meets({{x, 0.04}, 0.1, 0.0, 0.0}))) << x;
    EXPECT_TRUE((Swath{{{{0.0, 0.0}, {10.0, 0.0}}}, 0.0}.meets({{x, 0.04}, 0.1, 0.1, 0.0}))) << x;
    EXPECT_FALSE((Swath{{{{0.0, 0.0}, {10.0, 0.0}}}, 0.0}.meets({{x, 0.06}, 0.1, 0.0, 0.0}))) << x;
  }
}

TEST(Region, PointsInAPolygon) {
  const Polygon notched{{0, 0}, {4, 0}, {4, 4}, {2, 1}, {0, 4}};
  EXPECT_TRUE(inside(notched, {1.0, 1.0}));
  EXPECT_FALSE(inside(notched, {2.0, 2.0}));
  EXPECT_FALSE(inside(notched, {5.0, 1.0}));
}

TEST(Region, AScanEndsWhereTracesAreMissing) {
  Line line;
  line.tags.resize(101);
  for (std::size_t i = 0; i <= 100; ++i) {
    line.tags[i].distance_m = 0.05 * static_cast<double>(i);
    line.tags[i].position_m = {0.05 * static_cast<double>(i), 2.0, 0.0};
  }
  line.tags[40].quality = Quality::dropped;
  for (std::size_t i = 70; i <= 100; ++i) line.tags[i].distance_m += 1.0;
  const Scan scan = scan_of(line, 0.25);
  ASSERT_EQ(scan.along.size(), 3U);
  EXPECT_DOUBLE_EQ(scan.along[0].high, 0.05 * 39);
  EXPECT_DOUBLE_EQ(scan.along[1].low, 0.05 * 41);
  EXPECT_DOUBLE_EQ(scan.along[2].low, 0.05 * 70 + 1.0);
  ASSERT_EQ(scan.paths.size(), 2U);
  EXPECT_EQ(scan.paths[0].size(), 2U);  // straight: its ends say it all
  EXPECT_DOUBLE_EQ(scan.paths[1].front().x_m, 0.05 * 41);
  EXPECT_DOUBLE_EQ(scan.paths[1].back().x_m, 5.0);
  EXPECT_TRUE(scan_of(Line{}, 0.25).along.empty());
}

TEST(Region, APathThatBendsKeepsItsBends) {
  Line line;
  line.tags.resize(200);
  for (std::size_t i = 0; i < 200; ++i) {
    const double a = 0.01 * static_cast<double>(i);
    line.tags[i].position_m = {std::cos(a), std::sin(a), 0.0};
  }
  const Scan scan = scan_of(line, 0.25);
  ASSERT_EQ(scan.paths.size(), 1U);
  EXPECT_LT(scan.paths[0].size(), 40U);
  EXPECT_NEAR(area({{scan.paths, 0.2}}, {}, {}), 1.99 * 0.2 + pi * 0.01, 1e-3);
}

}  // namespace
}  // namespace surefoot::eval
