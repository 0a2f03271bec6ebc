// SPDX-License-Identifier: MIT
#include <surefoot/eval/match.hpp>

#include <surefoot/base/error.hpp>
#include <surefoot/eval/strata.hpp>

#include "trial.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace surefoot::eval {
namespace {

using test::alarm_at;
using test::alarm_on_ground;
using test::line_of;
using test::target_at;
using test::target_on_ground;

Index found(const Matched& m) {
  return static_cast<Index>(std::count_if(m.outcomes.begin(), m.outcomes.end(),
                                          [](const Outcome& o) { return Matched::counts(o) && bool(o.alarm); }));
}
Index missed(const Matched& m) {
  return static_cast<Index>(std::count_if(m.outcomes.begin(), m.outcomes.end(),
                                          [](const Outcome& o) { return Matched::counts(o) && !o.alarm; }));
}

std::string error_of(const Trial& trial, const MatchOptions& options = {}) {
  try {
    (void)match(trial, options);
  } catch (const ConfigError& e) {
    return e.what();
  }
  return "no error";
}

TEST(Match, TheHaloEndsATenthOfAMetreFromTheEdge) {
  const std::vector<std::pair<double, Index>> cases{{1.0, 1}, {1.15, 1}, {0.85, 1}, {1.1501, 0}, {0.8499, 0}, {1.3, 0}};
  for (const auto& [at, hit] : cases) {
    const Matched m = match({{line_of({alarm_at(at)})}, {target_at(1.0)}, {}});
    EXPECT_EQ(found(m), hit) << at;
    EXPECT_EQ(missed(m), 1 - hit) << at;
    EXPECT_EQ(m.false_alarms.size(), 1U - static_cast<std::size_t>(hit)) << at;
  }
  EXPECT_EQ(found(match({{line_of({alarm_at(2.25)})}, {target_at(2.0, 0.32)}, {}})), 1);
  EXPECT_EQ(found(match({{line_of({alarm_at(2.27)})}, {target_at(2.0, 0.32)}, {}})), 0);
}

TEST(Match, SeveralAlarmsInAHaloAreOneDetectionAndTheHighestCounts) {
  const Matched m =
      match({{line_of({alarm_at(0.95, 5.0F), alarm_at(1.02, 9.0F), alarm_at(1.1, 7.0F)})}, {target_at(1.0)}, {}});
  EXPECT_EQ(found(m), 1);
  EXPECT_TRUE(m.false_alarms.empty());
  EXPECT_EQ(m.outcomes[0].alarm.alarm, 1);
  EXPECT_EQ(m.outcomes[0].score, 9.0);
  EXPECT_EQ(m.outcomes[0].extra, 2);
  EXPECT_NEAR(m.outcomes[0].offset_m, 0.02, 1e-12);
}

TEST(Match, AnAlarmInTwoHalosBelongsToTheNearerEdgeInsideBothToTheNearerCentre) {
  const Matched m = match({{line_of({alarm_at(1.12)})}, {target_at(1.0), target_at(1.2)}, {}});
  EXPECT_FALSE(m.outcomes[0].alarm);
  EXPECT_TRUE(m.outcomes[1].alarm);
  const Matched n = match({{line_of({alarm_at(1.1)})}, {target_at(1.0, 1.0), target_at(1.12, 0.3)}, {}});
  EXPECT_FALSE(n.outcomes[0].alarm);
  EXPECT_TRUE(n.outcomes[1].alarm);
}

TEST(Match, ClutterIsAClassOfItsOwnOrFalseAsAsked) {
  const Trial trial{
      {line_of({alarm_at(1.0), alarm_at(1.05)})}, {target_at(1.0, 0.1, "clutter"), target_at(3.0, 0.1, "clutter")}, {}};
  const Matched own = match(trial);
  EXPECT_EQ(found(own) + missed(own), 0);
  EXPECT_TRUE(own.false_alarms.empty());
  EXPECT_EQ(own.on_clutter.size(), 2U);
  EXPECT_TRUE(own.outcomes[0].alarm);
  const Matched dug = match(trial, {.clutter = ClutterRule::false_alarm});
  ASSERT_EQ(dug.false_alarms.size(), 2U);  // each of them is dug
  EXPECT_EQ(dug.false_alarms[0].clutter, 0);
  EXPECT_TRUE(dug.on_clutter.empty());
  // Its halo hides no ground then.
  EXPECT_NEAR(own.exposure, 10.0 - 2 * 0.3, 1e-12);
  EXPECT_NEAR(dug.exposure, 10.0, 1e-12);
}

TEST(Match, AnAlarmWithoutAPlaceIsFalse) {
  const Matched m = match({{line_of({alarm_at(std::nan(""))})}, {target_at(1.0)}, {}}, {.edge_m = 0.5});
  EXPECT_EQ(missed(m), 1);
  ASSERT_EQ(m.false_alarms.size(), 1U);
  EXPECT_FALSE(m.false_alarms[0].placed);
  EXPECT_EQ(m.notes.size(), 1U);
}

TEST(Match, ALaterRecordReplacesTheAlarmAndAnotherAlarmWithItsNumberDoesNot) {
  std::vector<Alarm> records{alarm_at(5.0, 3.0F), alarm_at(1.0, 4.0F), alarm_at(1.02, 8.0F), alarm_at(7.0, 2.0F)};
  for (Alarm& a : records) a.id = 1;
  records[1].id = records[2].id = 2;
  records[2].revision = 1;
  const Matched m = match({{line_of(records)}, {target_at(1.0)}, {}});
  EXPECT_EQ(m.n_alarms, 3);
  EXPECT_EQ(m.outcomes[0].score, 8.0);
  EXPECT_EQ(m.outcomes[0].extra, 0);
  EXPECT_EQ(m.false_alarms.size(), 2U);  // two lists put together
}

TEST(Match, ALineThatStartsElsewhere) {
  Trial trial{{line_of({alarm_at(0.5), alarm_at(3.0)}, 5.0)}, {target_at(2.5), target_at(1.9), target_at(6.9)}, {}};
  trial.lines[0].start_m = 2.0;
  trial.lines[0].ignored = {{4.5, 5.5}};
  const Matched m = match(trial);
  EXPECT_TRUE(m.outcomes[0].alarm);
  EXPECT_NEAR(m.outcomes[0].offset_m, 0.0, 1e-12);
  EXPECT_EQ(m.outcomes[1].coverage, Coverage::uncovered);
  EXPECT_EQ(m.outcomes[2].coverage, Coverage::covered);
  EXPECT_EQ(m.ignored.size(), 1U);
  EXPECT_NEAR(m.exposure, 5.0 - 1.0 - 0.3 - 0.25 - 0.05, 1e-12);
}

TEST(Match, ZonesAndEndsAreIgnoredAndCountedSeparately) {
  Trial trial{{line_of({alarm_at(0.1), alarm_at(4.5), alarm_at(7.0), alarm_at(9.95)})},
              {target_at(0.2), target_at(4.5), target_at(8.0)},
              {}};
  trial.lines[0].ignored = {{4.0, 5.0}};
  const Matched m = match(trial, {.edge_m = 0.3});
  EXPECT_EQ(m.ignored.size(), 3U);
  EXPECT_EQ(m.false_alarms.size(), 1U);
  EXPECT_EQ(m.outcomes[0].coverage, Coverage::ignored);
  EXPECT_EQ(m.outcomes[1].coverage, Coverage::ignored);
  EXPECT_EQ(missed(m), 1);
  // 10 m less both ends, the zone and the halo of the third; the first two halos reach beyond 0.3 m by 0.05 m, and not at all.
  EXPECT_NEAR(m.exposure, 10.0 - 0.6 - 1.0 - 0.3 - 0.05, 1e-12);
}

TEST(Match, WhatWasNotScannedIsListedAndCountsNeitherWay) {
  Trial trial{{line_of({alarm_at(11.02)})}, {target_at(10.04), target_at(10.1), target_at(11.0), target_at(1.0)}, {}};
  const Matched m = match(trial);
  EXPECT_EQ(m.outcomes[0].coverage, Coverage::covered);  // a part of it was passed over
  EXPECT_EQ(m.outcomes[1].coverage, Coverage::uncovered);
  EXPECT_EQ(m.outcomes[2].coverage, Coverage::uncovered);
  EXPECT_EQ(found(m), 0);
  EXPECT_EQ(missed(m), 2);
  EXPECT_TRUE(m.false_alarms.empty());
  const Matched wide = match(trial, {.footprint_m = 0.2});
  EXPECT_EQ(wide.outcomes[1].coverage, Coverage::covered);
  trial.truth.push_back(target_at(2.0, 0.1, "mine-AP", "never walked"));
  const Matched n = match(trial);
  EXPECT_EQ(n.outcomes.back().coverage, Coverage::uncovered);
  EXPECT_EQ(n.outcomes.back().lane, -1);
}

TEST(Match, OneObjectOnManyPassesIsOneTargetAndItsLinesOneLane) {
  Trial trial{{line_of({alarm_at(1.0, 4.0F)}, 10.0, "a"), line_of({}, 10.0, "b"),
               line_of({alarm_at(1.3, 8.0F)}, 10.0, "c"), line_of({alarm_at(5.0)}, 10.0, "d")},
              {},
              {}};
  for (const auto& [line, x] : {std::pair{"a", 1.0}, std::pair{"b", 1.1}, std::pair{"c", 1.3}}) {
    Target t = target_at(x, 0.1, "mine-AP", line);
    t.id = "m1";
    t.name = "PMN";
    trial.truth.push_back(t);
  }
  const Matched m = match(trial);
  ASSERT_EQ(m.outcomes.size(), 1U);
  EXPECT_EQ(m.outcomes[0].score, 8.0);
  EXPECT_EQ(m.outcomes[0].passes, 3);
  EXPECT_EQ(m.outcomes[0].detected_passes, 2);
  EXPECT_EQ(m.outcomes[0].extra, 1);
  ASSERT_EQ(m.lanes.size(), 2U);
  EXPECT_EQ(m.lanes[0].lines, (std::vector<std::string>{"a", "b", "c"}));
  EXPECT_NEAR(m.lanes[0].exposure, 3 * 9.7, 1e-12);
  EXPECT_EQ(m.false_alarms.at(0).lane, 1);
  trial.truth[1].kind = "clutter";
  EXPECT_NE(error_of(trial).find("the id 'm1' stands for"), std::string::npos);
}

TEST(Match, LinesThatSayTheirLaneShareIt) {
  Trial trial{{line_of({}, 10.0, "a"), line_of({}, 10.0, "b"), line_of({}, 5.0, "c")},
              {target_at(1.0, 0.1, "mine-AP", "a")},
              {}};
  trial.truth[0].lane = "north";
  trial.lines[2].lane = "north";
  const Matched m = match(trial);
  ASSERT_EQ(m.lanes.size(), 2U);
  EXPECT_EQ(m.lanes[0].name, "north");
  EXPECT_EQ(m.lanes[0].lines.size(), 2U);
}

TEST(Match, OnTheGround) {
  Trial trial{{line_of({alarm_on_ground(1.0, 0.14), alarm_on_ground(1.0, 0.16), alarm_on_ground(3.3, 0.38)}, 0.0)},
              {target_on_ground(1.0, 0.0), target_on_ground(3.0, 0.0, 0.4), target_on_ground(5.0, 0.6)},
              {}};
  trial.truth[1].length_m = 0.6;
  trial.lines[0].scan.paths = {{{0.0, 0.0}, {10.0, 0.0}}};
  const Matched m = match(trial, {.footprint_m = 1.0});
  EXPECT_EQ(m.frame, Frame::ground);
  EXPECT_EQ(m.unit, ExposureUnit::square_metre);
  EXPECT_EQ(found(m), 1);
  EXPECT_EQ(m.false_alarms.size(), 2U);  // the corner is 0.128 m away, though 0.1 and 0.08 along the axes
  EXPECT_NEAR(m.outcomes[0].offset_m, 0.14, 1e-12);
  EXPECT_EQ(m.outcomes[1].coverage, Coverage::covered);
  EXPECT_EQ(m.outcomes[2].coverage, Coverage::uncovered);
  using std::numbers::pi;
  const double discs = pi * 0.15 * 0.15;
  const double box = 0.4 * 0.6 + 2 * 0.1 * (0.4 + 0.6) + pi * 0.01;
  // The third halo reaches 0.05 m into the swath: a segment of its disc.
  const double segment = 0.15 * 0.15 * std::acos(0.1 / 0.15) - 0.1 * std::sqrt(0.15 * 0.15 - 0.01);
  EXPECT_NEAR(m.exposure, 10.0 + pi * 0.25 - discs - box - segment, 2e-3);
  trial.ignored = {{{0.5, -1.0}, {1.5, -1.0}, {1.5, 1.0}, {0.5, 1.0}}};
  const Matched zoned = match(trial, {.footprint_m = 1.0});
  EXPECT_EQ(zoned.ignored.size(), 2U);
  EXPECT_EQ(zoned.outcomes[0].coverage, Coverage::ignored);
  EXPECT_NEAR(m.exposure - zoned.exposure, 1.0 - discs, 1e-3);
}

TEST(Match, ATargetWithoutALineBelongsToAllOnTheGround) {
  Trial trial{{line_of({alarm_on_ground(1.0, 0.0, 3.0F)}, 0.0, "a"),
               line_of({alarm_on_ground(1.0, 0.1, 6.0F)}, 0.0, "b"), line_of({alarm_on_ground(1.0, 9.0)}, 0.0, "c")},
              {target_on_ground(1.0, 0.0, 0.1, "")},
              {}};
  for (std::size_t i = 0; i < 3; ++i) {
    const double y = i == 2 ? 9.0 : 0.1 * static_cast<double>(i);
    trial.lines[i].scan.paths = {{{0.0, y}, {2.0, y}}};
  }
  const Matched m = match(trial, {.footprint_m = 0.3});
  EXPECT_EQ(m.outcomes[0].score, 6.0);
  EXPECT_EQ(m.outcomes[0].passes, 2);
  ASSERT_EQ(m.lanes.size(), 2U);
  EXPECT_EQ(m.lanes[1].lines, std::vector<std::string>{"c"});
}

TEST(Match, GivenGround) {
  Trial trial{{line_of({}, 0.0)}, {target_at(1.0), target_at(2.0)}, {}};
  EXPECT_TRUE(std::isnan(match(trial).exposure));
  trial.lines[0].length_m = 12.0;
  EXPECT_NEAR(match(trial).exposure, 12.0 - 0.6, 1e-12);
  trial.lines[0].area_m2 = 12.0;
  EXPECT_NEAR(match(trial).exposure, 12.0 - 2 * std::numbers::pi * 0.15 * 0.15, 1e-4);
  trial.lines[0].scan.along = {{0.0, 6.0}};  // its width is then 2 m, and false alarms have no room beside a target
  EXPECT_NEAR(match(trial).exposure, 2.0 * (6.0 - 0.6), 1e-12);
  EXPECT_EQ(match(trial).unit, ExposureUnit::square_metre);
}

TEST(Match, GivenGroundIsLessByTheHalosOfItsOwnLaneOnly) {
  // Five lanes of 10 m2 in one field, whose targets name no line: a lane is not smaller by halos that lie in others.
  Trial trial;
  for (int i = 0; i < 5; ++i) {
    trial.lines.push_back(line_of({alarm_on_ground(5.0, 10.0 * i)}, 0.0, std::to_string(i)));
    trial.lines.back().scan.paths = {{{0.0, 10.0 * i}, {10.0, 10.0 * i}}};
    trial.lines.back().area_m2 = 10.0;
    for (int k = 0; k < 8; ++k) trial.truth.push_back(target_on_ground(1.0 + k, 10.0 * i, 0.1, ""));
  }
  const double halos = 8 * std::numbers::pi * 0.25 * 0.25;
  const Matched m = match(trial, {.halo_m = 0.2});
  ASSERT_EQ(m.lanes.size(), 5U);
  for (const Lane& lane : m.lanes) EXPECT_NEAR(lane.exposure, 10.0 - halos, 1e-3);
}

TEST(Strata, ADepthThatIsNotSaidIsNoneAtTheSurface) {
  Target t = target_at(1.0);
  EXPECT_EQ(depth_class_of(t), "0-5 cm");
  t.depth_m = std::nan("");
  EXPECT_EQ(depth_class_of(t), "not said");
}

TEST(Match, OverlappingHalosCountOnce) {
  const Matched m = match({{line_of({})}, {target_at(1.0), target_at(1.1), target_at(9.95)}, {}});
  EXPECT_NEAR(m.exposure, 10.0 - 0.4 - 0.2, 1e-12);
}

TEST(Match, TheRateOverAllScannedGround) {
  const Trial trial{{line_of({})}, {target_at(1.0), target_at(9.95)}, {}};
  EXPECT_NEAR(match(trial, {.exposure = ExposureRule::scanned}).exposure, 10.0, 1e-12);
  EXPECT_NEAR(match(trial, {.exposure = ExposureRule::scanned, .edge_m = 1.0}).exposure, 8.0, 1e-12);
}

TEST(Match, NothingAtAll) {
  const Matched m = match({});
  EXPECT_TRUE(m.outcomes.empty());
  EXPECT_TRUE(std::isnan(m.exposure));
  const Matched blank = match({{line_of({alarm_at(1.0)})}, {}, {}});
  EXPECT_EQ(blank.false_alarms.size(), 1U);
  EXPECT_NEAR(blank.exposure, 10.0, 1e-12);
}

TEST(Match, SaysWhatIsWrong) {
  const Trial good{{line_of({alarm_at(1.0)})}, {target_at(1.0)}, {}};
  EXPECT_EQ(error_of(good), "no error");
  EXPECT_EQ(error_of(good, {.halo_m = -0.1}), "halo_m: -0.1 is out of its range: 0 to 100 m");
  EXPECT_NE(error_of(good, {.halo_m = std::nan("")}).find("halo_m"), std::string::npos);
  Trial bad = good;
  bad.lines[0].alarms[0].score = std::numeric_limits<float>::quiet_NaN();
  EXPECT_NE(error_of(bad).find("score"), std::string::npos);
  bad = good;
  bad.lines.push_back(bad.lines[0]);
  EXPECT_NE(error_of(bad).find("two lines are called 'lane'"), std::string::npos);
  bad = good;
  bad.truth[0].line = "other";
  EXPECT_NE(error_of(bad).find("no line in common: 'other'"), std::string::npos);
  bad = good;
  bad.truth[0].x_m = std::nan("");
  EXPECT_NE(error_of(bad).find("no sound place"), std::string::npos);
  bad = good;
  bad.ignored = {{{0, 0}, {1, 0}, {1, 1}}};
  EXPECT_NE(error_of(bad).find("polygons"), std::string::npos);
  EXPECT_NE(error_of(good, {.frame = Frame::ground}).find("no y_m"), std::string::npos);
  bad = good;
  bad.lines.push_back(line_of({}, 5.0, "second"));
  bad.lines[0].area_m2 = 3.0;
  EXPECT_NE(error_of(bad).find("in m2 and of others in m"), std::string::npos);
  bad.lines[0].area_m2 = -3.0;
  EXPECT_NE(error_of(bad).find("must be above 0"), std::string::npos);
}

}  // namespace
}  // namespace surefoot::eval
