// SPDX-License-Identifier: MIT
#include <surefoot/eval/roc.hpp>

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

// Four targets, one never alarmed; three false alarms in 10 m, one with the score of a target.
const LaneScores scores{{9.0, 5.0, 3.0, -inf}, {7.0, 5.0, 1.0}, 10.0};

TEST(Roc, ByHand) {
  const Roc curve = roc(scores);
  const std::vector<std::tuple<double, Index, Index>> expected{{inf, 0, 0}, {9.0, 1, 0}, {7.0, 1, 1},
                                                               {5.0, 2, 2}, {3.0, 3, 2}, {1.0, 3, 3}};
  ASSERT_EQ(curve.points.size(), expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const OperatingPoint& p = curve.points[i];
    EXPECT_EQ(std::tuple(p.threshold, p.detected, p.false_alarms), expected[i]);
    EXPECT_DOUBLE_EQ(p.pd, static_cast<double>(p.detected) / 4.0);
    EXPECT_DOUBLE_EQ(p.far, static_cast<double>(p.false_alarms) / 10.0);
    EXPECT_EQ(p.pd_interval.high, clopper_pearson(p.detected, 4).high);
    EXPECT_EQ(p.far_interval.low, poisson_rate(p.false_alarms, 10.0).low);
  }
  EXPECT_EQ(curve.at_far(0.0).threshold, 9.0);
  EXPECT_EQ(curve.at_far(0.1).threshold, 7.0);
  EXPECT_EQ(curve.at_far(0.19).detected, 1);
  EXPECT_EQ(curve.at_far(0.2).detected, 3);
  EXPECT_EQ(curve.at_far(5.0).false_alarms, 3);
  EXPECT_EQ(curve.at_pd(0.25)->false_alarms, 0);
  EXPECT_EQ(curve.at_pd(0.75)->false_alarms, 2);
  EXPECT_EQ(curve.at_pd(0.76), nullptr);
  EXPECT_EQ(curve.at_threshold(4.0).detected, 2);
  EXPECT_EQ(curve.at_threshold(100.0).detected, 0);
  EXPECT_EQ(curve.at_threshold(-inf).detected, 3);
  // Steps: 1/4 to 0.2 a metre, 3/4 from there on.
  EXPECT_DOUBLE_EQ(curve.partial_area(0.2), 0.25);
  EXPECT_DOUBLE_EQ(curve.partial_area(1.0), 0.25 * 0.2 + 0.75 * 0.8);
}

TEST(Roc, WithoutGroundTargetsOrAlarms) {
  const Roc blind = roc({{1.0}, {2.0, 0.5}, unknown});
  EXPECT_TRUE(std::isnan(blind.points.back().far));
  EXPECT_TRUE(std::isnan(blind.partial_area(1.0)));
  EXPECT_EQ(blind.at_far(1.0).false_alarms, 0);  // no rate is known, so none is exceeded only where there is no alarm
  const Roc blank = roc({{}, {2.0, 0.5}, 10.0});
  EXPECT_TRUE(std::isnan(blank.points.back().pd));
  EXPECT_EQ(blank.at_pd(0.5), nullptr);
  EXPECT_TRUE(std::isnan(blank.partial_area(1.0)));
  const Roc silent = roc({{-inf, -inf}, {}, 10.0});
  EXPECT_EQ(silent.points.size(), 1U);
  EXPECT_EQ(silent.partial_area(1.0), 0.0);
  EXPECT_THROW((void)roc(scores, 1.0), ConfigError);
}

TEST(Roc, AnAreaDoesNotChangeWithTheScaleOfTheScores) {
  LaneScores other = scores;
  for (double& s : other.targets) s = std::exp(0.3 * s);
  for (double& s : other.false_alarms) s = std::exp(0.3 * s);
  other.targets[3] = -inf;
  EXPECT_EQ(partial_area(other, 0.7), partial_area(scores, 0.7));
}

TEST(Roc, LanesPool) {
  const LaneScores all = pooled({scores, {{4.0}, {8.0}, 5.0}});
  EXPECT_EQ(all.targets.size(), 5U);
  EXPECT_EQ(all.exposure, 15.0);
  EXPECT_TRUE(std::isnan(pooled({scores, {{}, {}, unknown}}).exposure));
}

TEST(HaloSweep, ShowsThePlaceErrors) {
  Trial trial{{line_of({alarm_at(1.0, 5.0F), alarm_at(3.27, 5.0F), alarm_at(8.0, 2.0F)})},
              {target_at(1.0), target_at(3.0)},
              {}};
  const auto points = halo_sweep(trial, {}, usual_halos(), 3.0, 1.0);
  ASSERT_EQ(points.size(), 10U);
  EXPECT_DOUBLE_EQ(points[0].halo_m, 0.05);
  EXPECT_DOUBLE_EQ(points[9].halo_m, 0.5);
  EXPECT_EQ(points[3].point.detected, 1);  // 0.20 m
  EXPECT_EQ(points[3].point.false_alarms, 1);
  EXPECT_EQ(points[4].point.detected, 2);  // 0.25 m: 0.22 from the edge
  EXPECT_EQ(points[4].point.false_alarms, 0);
  EXPECT_LT(points[3].partial_area, points[4].partial_area);
}

TEST(ClutterRejection, SilencesWhatTheSecondScoreDoesNotConfirm) {
  // Metal: three mines found, a fourth not; four clutter alarms, one of them on emplaced clutter.
  const Truth truth{target_at(1.0), target_at(2.0), target_at(3.0), target_at(4.0), target_at(5.0, 0.1, "clutter")};
  const Trial metal{{line_of({alarm_at(1.0), alarm_at(2.0), alarm_at(3.0), alarm_at(5.0), alarm_at(6.0), alarm_at(7.0),
                              alarm_at(8.0)})},
                    truth,
                    {}};
  Trial ranked{{line_of({alarm_at(1.05, 9.0F), alarm_at(2.0, 8.0F), alarm_at(3.0, 2.0F), alarm_at(4.0, 1.0F),
                         alarm_at(5.0, 1.5F), alarm_at(6.05, 8.5F), alarm_at(7.2, 9.5F)})},
               truth,
               {}};
  const ClutterRejection all = clutter_rejection(metal, ranked, {}, 0.1, 1.0);
  EXPECT_EQ(all.mines, 3);
  EXPECT_EQ(all.mines_kept, 3);
  EXPECT_EQ(all.threshold, 2.0);
  EXPECT_EQ(all.clutter_alarms, 4);
  EXPECT_EQ(all.rejected, 3);  // at 5 m too low, at 7 m too far away, at 8 m none
  EXPECT_DOUBLE_EQ(all.share, 0.75);
  EXPECT_EQ(all.interval.low, clopper_pearson(3, 4).low);
  EXPECT_NEAR(all.kept_shows, zero_miss_shows(3), 1e-12);
  const ClutterRejection two = clutter_rejection(metal, ranked, {}, 0.1, 0.66);
  EXPECT_EQ(two.mines_kept, 2);
  EXPECT_EQ(two.threshold, 8.0);
  // A mine that the second score does not see at all: nothing may be silenced.
  ranked.lines[0].alarms.erase(ranked.lines[0].alarms.begin() + 2);
  const ClutterRejection none = clutter_rejection(metal, ranked, {}, 0.1, 1.0);
  EXPECT_EQ(none.threshold, -inf);
  EXPECT_EQ(none.rejected, 0);
  EXPECT_EQ(none.mines_kept, 3);
  // A run that ranks its own alarms.
  EXPECT_EQ(clutter_rejection(ranked, ranked, {}, 0.1, 1.0).mines, 3);
  EXPECT_THROW((void)clutter_rejection(metal, ranked, {}, 0.1, 0.0), ConfigError);
  ranked.lines[0].line = "other";
  EXPECT_THROW((void)clutter_rejection(metal, ranked, {}, 0.1, 1.0), ConfigError);
}

TEST(ClutterRejection, AReplacedRecordConfirmsNothing) {
  const Truth truth{target_at(1.0)};
  const Trial metal{{line_of({alarm_at(1.0), alarm_at(6.0)})}, truth, {}};
  Trial ranked{{line_of({alarm_at(1.0, 5.0F), alarm_at(6.0, 9.0F), alarm_at(6.0, 1.0F)})}, truth, {}};
  for (std::size_t i = 0; i < 3; ++i) ranked.lines[0].alarms[i].id = i == 0 ? 1 : 2;
  ranked.lines[0].alarms[2].revision = 1;  // it was told first, before the other sensor had passed
  const ClutterRejection r = clutter_rejection(metal, ranked, {}, 0.1, 1.0);
  EXPECT_EQ(r.threshold, 5.0);
  EXPECT_EQ(r.clutter_alarms, 1);
  EXPECT_EQ(r.rejected, 1);
}

}  // namespace
}  // namespace surefoot::eval
