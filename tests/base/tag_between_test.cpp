// SPDX-License-Identifier: MIT
#include <surefoot/base/tag_between.hpp>

#include <gtest/gtest.h>

#include <cmath>

namespace surefoot {
namespace {

TraceTag tag_of(double base) {
  TraceTag tag;
  tag.index = 7;
  tag.time_s = base;
  tag.position_m = {base + 1.0, base + 2.0, base + 3.0};
  tag.distance_m = base + 4.0;
  tag.standoff_m = base + 5.0;
  tag.quality = Quality::saturated;
  tag.score = 9.0F;
  tag.score_time_s = 1e-9;
  return tag;
}

TEST(Between, IsTheStraightLine) {
  EXPECT_EQ(between(2.0, 6.0, 0.25), 3.0);
  EXPECT_EQ(between(2.0, 6.0, 1.0), 6.0);
  EXPECT_EQ(between(2.0, 6.0, -0.5), 0.0) << "beyond the ends it goes on";
  EXPECT_EQ(between(2.0, 6.0, 1.5), 8.0);
}

// With share 0 the other end does not matter, not even where it is not known.
TEST(Between, ShareZeroIsExactlyTheFirst) {
  EXPECT_EQ(between(0.1, unknown, 0.0), 0.1);
  EXPECT_EQ(between(1e300, -1e300, 0.0), 1e300);
  EXPECT_TRUE(std::isnan(between(unknown, 1.0, 0.0)));
}

TEST(Between, IsUnknownWhereOneEndIs) {
  EXPECT_TRUE(std::isnan(between(unknown, 1.0, 0.5)));
  EXPECT_TRUE(std::isnan(between(1.0, unknown, 0.5)));
  EXPECT_TRUE(std::isnan(between(unknown, 1.0, 1.0)));
}

TEST(TagBetween, FollowsTheLineInEveryCoordinate) {
  const TraceTag a = tag_of(10.0);
  const TraceTag b = tag_of(30.0);
  for (const double share : {0.0, 0.125, 0.5, 1.0}) {
    const TraceTag c = tag_between(a, b, share);
    const double at = 10.0 + 20.0 * share;
    EXPECT_EQ(c.time_s, at);
    EXPECT_EQ(c.position_m[0], at + 1.0);
    EXPECT_EQ(c.position_m[1], at + 2.0);
    EXPECT_EQ(c.position_m[2], at + 3.0);
    EXPECT_EQ(c.distance_m, at + 4.0);
    EXPECT_EQ(c.standoff_m, at + 5.0);
  }
}

// Number, flags and score belong to a trace, not to a place.
TEST(TagBetween, LeavesTheRestAsInAFreshTag) {
  const TraceTag c = tag_between(tag_of(10.0), tag_of(30.0), 0.5);
  const TraceTag fresh;
  EXPECT_EQ(c.index, fresh.index);
  EXPECT_EQ(c.quality, fresh.quality);
  EXPECT_EQ(c.score, fresh.score);
  EXPECT_TRUE(std::isnan(c.score_time_s));
}

TEST(TagBetween, OneUnknownCoordinateDoesNotSpoilTheOthers) {
  TraceTag a = tag_of(10.0);
  a.position_m[1] = unknown;
  TraceTag b = tag_of(30.0);
  b.standoff_m = unknown;
  const TraceTag c = tag_between(a, b, 0.25);
  EXPECT_EQ(c.time_s, 15.0);
  EXPECT_EQ(c.position_m[0], 16.0);
  EXPECT_TRUE(std::isnan(c.position_m[1]));
  EXPECT_EQ(c.position_m[2], 18.0);
  EXPECT_TRUE(std::isnan(c.standoff_m));
  EXPECT_EQ(tag_between(a, b, 0.0).standoff_m, 15.0) << "at a itself b is not asked";
}

}  // namespace
}  // namespace surefoot
