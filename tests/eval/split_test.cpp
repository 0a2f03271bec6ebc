// SPDX-License-Identifier: MIT
#include <surefoot/eval/split.hpp>

#include <surefoot/base/error.hpp>

#include "trial.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace surefoot::eval {
namespace {

using test::alarm_at;
using test::line_of;
using test::target_at;

constexpr double inf = std::numeric_limits<double>::infinity();

// Three lanes of 10.3 m with one target each: 10 m of other ground. Scores of targets 9, 5, 3; of false alarms 6 | 4, 1 | 8, 2.
Matched three_lanes() {
  return match(
      {{line_of({alarm_at(1.0, 9.0F), alarm_at(5.0, 6.0F)}, 10.3, "a"),
        line_of({alarm_at(1.0, 5.0F), alarm_at(5.0, 4.0F), alarm_at(6.0, 1.0F)}, 10.3, "b"),
        line_of({alarm_at(1.0, 3.0F), alarm_at(5.0, 8.0F), alarm_at(6.0, 2.0F)}, 10.3, "c")},
       {target_at(1.0, 0.1, "mine-AP", "a"), target_at(1.0, 0.1, "mine-AT", "b"), target_at(1.0, 0.1, "ordnance", "c")},
       {}});
}

TEST(Split, TheThresholdIsThatOfTheOtherLanes) {
  // One false alarm in 20 m may be sounded: trained without a the second highest is 4, without b 6, without c 4.
  const HoldOut h = leave_one_lane_out(three_lanes(), {Criterion::Kind::far, 0.05});
  ASSERT_EQ(h.parts.size(), 3U);
  EXPECT_EQ(h.parts[0].name, "a");
  EXPECT_EQ(h.parts[0].training.threshold, std::nextafter(4.0, inf));
  EXPECT_EQ(h.parts[1].training.threshold, std::nextafter(6.0, inf));
  EXPECT_EQ(h.parts[2].training.threshold, std::nextafter(4.0, inf));
  for (const HeldOut& part : h.parts) {
    EXPECT_LE(part.training.far, 0.05);
    EXPECT_NEAR(part.exposure, 10.0, 1e-12);
  }
  // a: its target and its 6; b: nothing; c: its 8 only.
  EXPECT_EQ(h.parts[0].test.detected, 1);
  EXPECT_EQ(h.parts[0].test.false_alarms, 1);
  EXPECT_EQ(h.parts[1].test.detected + h.parts[1].test.false_alarms, 0);
  EXPECT_EQ(h.parts[2].test.false_alarms, 1);
  EXPECT_EQ(h.achieved.detected, 1);
  EXPECT_EQ(h.achieved.false_alarms, 2);
  EXPECT_NEAR(h.achieved.far, 2.0 / 30.0, 1e-12);  // more than was trained for: it is reported, not hidden
  EXPECT_EQ(h.achieved.pd_interval.low, clopper_pearson(1, 3).low);
  EXPECT_EQ(h.missed, (std::vector<Index>{1, 2}));
  EXPECT_TRUE(std::isnan(h.achieved.threshold));
}

TEST(Split, LanesByTheirScoresAloneAreHeldOutAlike) {
  const Matched matched = three_lanes();
  const std::vector<LaneScores> lanes = scores_of(matched);
  for (const Criterion& criterion : {Criterion{Criterion::Kind::far, 0.05}, Criterion{Criterion::Kind::pd, 1.0}}) {
    const HoldOut whole = leave_one_group_out(matched, {"x", "y", "x"}, criterion);
    const HoldOut alone = leave_one_group_out(lanes, {"x", "y", "x"}, criterion);
    ASSERT_EQ(alone.parts.size(), 2U);
    for (std::size_t k = 0; k < 2; ++k) {
      EXPECT_EQ(alone.parts[k].name, whole.parts[k].name);
      EXPECT_EQ(alone.parts[k].training.threshold, whole.parts[k].training.threshold);
    }
    EXPECT_EQ(alone.achieved.detected, whole.achieved.detected);
    EXPECT_EQ(alone.achieved.far, whole.achieved.far);
    EXPECT_TRUE(alone.missed.empty());
    EXPECT_EQ(static_cast<Index>(whole.missed.size()), whole.n_targets - whole.achieved.detected);
  }
  // By hand: targets 9 | 5, false alarms 6 | 7, 4, 2 m each: at one in 2 m the second says "above 4", the first "everything".
  const std::vector<LaneScores> two{{{9.0}, {6.0}, 2.0}, {{5.0}, {7.0, 4.0}, 2.0}};
  const HoldOut h = leave_one_group_out(two, {"a", "b"}, {Criterion::Kind::far, 0.5});
  EXPECT_EQ(h.parts[0].training.threshold, std::nextafter(4.0, inf));
  EXPECT_EQ(h.parts[1].training.threshold, -inf);
  EXPECT_EQ(h.achieved.detected, 2);
  EXPECT_EQ(h.achieved.false_alarms, 3);
  EXPECT_EQ(h.achieved.far, 0.75);
  EXPECT_THROW((void)leave_one_group_out(std::vector<LaneScores>{{{1.0}, {}, unknown}, {{1.0}, {}, 1.0}}, {"a", "b"},
                                         {Criterion::Kind::far, 0.5}),
               ConfigError);
}

TEST(Split, AProbabilityOfDetectionAsCriterion) {
  const HoldOut h = leave_one_lane_out(three_lanes(), {Criterion::Kind::pd, 1.0});
  EXPECT_EQ(h.parts[0].training.threshold, 3.0);
  EXPECT_EQ(h.parts[1].training.threshold, 3.0);
  EXPECT_EQ(h.parts[2].training.threshold, 5.0);
  EXPECT_EQ(h.achieved.detected, 2);
  EXPECT_EQ(h.achieved.false_alarms, 1 + 1 + 1);
  const LaneScores never{{1.0, -inf}, {2.0}, 10.0};
  EXPECT_EQ(threshold_for(never, {Criterion::Kind::pd, 0.9}), -inf);
  EXPECT_EQ(threshold_for(never, {Criterion::Kind::far, 1.0}), -inf);
  EXPECT_EQ(threshold_for({{}, {}, 10.0}, {Criterion::Kind::far, 0.0}), -inf);
}

TEST(Split, GroupsOfLanes) {
  const HoldOut h = leave_one_group_out(three_lanes(), {"sand", "clay", "sand"}, {Criterion::Kind::far, 0.1});
  ASSERT_EQ(h.parts.size(), 2U);
  EXPECT_EQ(h.parts[0].name, "sand");
  EXPECT_EQ(h.parts[0].n_targets, 2);
  EXPECT_EQ(h.parts[0].training.threshold, std::nextafter(1.0, inf));  // b alone: 1 false alarm in 10 m, not 2
  EXPECT_EQ(h.parts[1].training.threshold, std::nextafter(2.0, inf));
  EXPECT_EQ(h.achieved.detected, 3);
}

TEST(Split, WhatCannotBeHeldOut) {
  const Matched one = match({{line_of({alarm_at(1.0)})}, {target_at(1.0)}, {}});
  EXPECT_THROW((void)leave_one_lane_out(one, {Criterion::Kind::far, 0.1}), ConfigError);
  const Matched three = three_lanes();
  EXPECT_THROW((void)leave_one_lane_out(three, {Criterion::Kind::far, -0.1}), ConfigError);
  EXPECT_THROW((void)leave_one_lane_out(three, {Criterion::Kind::pd, 0.0}), ConfigError);
  EXPECT_THROW((void)leave_one_group_out(three, {"x", "x", "x"}, {Criterion::Kind::far, 0.1}), ConfigError);
  EXPECT_THROW((void)leave_one_group_out(three, {"x", "y"}, {Criterion::Kind::far, 0.1}), ConfigError);
  const Matched unknown_ground =
      match({{line_of({}, 0.0, "a"), line_of({}, 0.0, "b")}, {target_at(1.0, 0.1, "mine-AP", "a")}, {}});
  EXPECT_THROW((void)leave_one_lane_out(unknown_ground, {Criterion::Kind::far, 0.1}), ConfigError);
}

}  // namespace
}  // namespace surefoot::eval
