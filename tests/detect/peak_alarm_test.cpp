// SPDX-License-Identifier: MIT
#include <surefoot/detect/peak_alarm.hpp>

#include "support/lines.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <memory>
#include <vector>

namespace surefoot::detect {
namespace {

// A detector with its memory; push scores, collect alarms.
class Alarms {
 public:
  explicit Alarms(const PeakAlarmOptions& o = {}, double spacing_m = 0.01) {
    const StreamSpec spec{{AxisKind::two_way_time, 0.0, 1e-10}, 16, 0.02, spacing_m, 0};
    alignas(Arena::alignment) std::byte scratch[4096];
    Arena counting = Arena::counting(scratch);
    counting.emplace<PeakAlarm>(o, spec, counting)->~PeakAlarm();
    memory_.resize(counting.needed());
    arena_ = std::make_unique<Arena>(memory_);
    detector_ = arena_->emplace<PeakAlarm>(o, spec, *arena_);
  }
  ~Alarms() { detector_->~PeakAlarm(); }
  Alarms(const Alarms&) = delete;
  Alarms& operator=(const Alarms&) = delete;

  TraceTag next(double score) {
    TraceTag tag;
    tag.index = index_;
    tag.time_s = 0.02 * static_cast<double>(index_);
    if (with_distance) tag.distance_m = 0.01 * static_cast<double>(index_);
    tag.score = static_cast<float>(score);
    tag.score_time_s = 4e-9;
    ++index_;
    return tag;
  }
  void push(const TraceTag& tag) { detector_->push({}, tag); }
  void push(double score) { push(next(score)); }
  void quiet(int n) {
    for (int i = 0; i < n; ++i) push(0.5);
  }
  /// A triangle of the given height and half width in traces.
  void bump(double height, int half) {
    for (int i = -half; i <= half; ++i) push(height * (1.0 - std::abs(i) / (half + 1.0)));
  }
  std::vector<Alarm> pull() {
    std::vector<Alarm> out;
    Alarm a;
    while (detector_->pull(a)) out.push_back(a);
    return out;
  }
  std::vector<Alarm> finish() {
    detector_->finish();
    return pull();
  }
  PeakAlarm& detector() { return *detector_; }
  bool with_distance = true;

 private:
  std::vector<std::byte> memory_;
  std::unique_ptr<Arena> arena_;
  PeakAlarm* detector_ = nullptr;
  std::int64_t index_ = 0;
};

TEST(PeakAlarm, PlacesASymmetricPeakAtItsCentre) {
  Alarms a({.threshold = 6.0, .footprint = 0.5, .velocity_m_per_s = 1e8, .ground_time_s = 1e-9});
  a.quiet(50);
  a.bump(10.0, 9);  // centre at trace 59
  a.quiet(40);
  const auto alarms = a.pull();
  ASSERT_EQ(alarms.size(), 1U);
  const Alarm& x = alarms[0];
  EXPECT_EQ(x.id, 1);
  EXPECT_EQ(x.trace_index, 59);
  EXPECT_NEAR(x.distance_m, 0.59, 1e-12);
  EXPECT_FLOAT_EQ(x.score, 10.0F);
  EXPECT_FLOAT_EQ(x.threshold, 6.0F);
  EXPECT_EQ(x.first_index, 54);  // 10 (1 - 5/10) = 5 = half of the peak
  EXPECT_EQ(x.last_index, 64);
  EXPECT_NEAR(x.extent_m, 0.11, 1e-12);
  EXPECT_NEAR(x.depth_m, 0.5 * 1e8 * 3e-9, 1e-12);
  EXPECT_NEAR(x.time_s, 59 * 0.02, 1e-12);
  EXPECT_TRUE(std::isnan(x.position_m[0]));
  EXPECT_EQ(x.quality, Quality::good);
}

TEST(PeakAlarm, GivesItExactlyOnceWhenTheHeadIsPastIt) {
  Alarms a({.threshold = 6.0, .suppression_m = 0.25});
  a.quiet(50);
  a.bump(10.0, 9);  // peak at 59; the head has now reached 68
  for (int i = 69; i <= 83; ++i) {
    a.push(0.5);
    EXPECT_TRUE(a.pull().empty()) << "only at 0.25 m past the peak, trace 84; this is " << i;
  }
  a.push(0.5);
  EXPECT_EQ(a.pull().size(), 1U);
  a.quiet(200);
  EXPECT_TRUE(a.finish().empty());
}

TEST(PeakAlarm, BelowTheThresholdNothing) {
  Alarms a({.threshold = 6.0});
  a.quiet(20);
  a.bump(5.99, 9);
  a.quiet(60);
  EXPECT_TRUE(a.finish().empty());
}

TEST(PeakAlarm, OfTwoClosePeaksOnlyTheHigher) {
  Alarms a({.threshold = 6.0, .suppression_m = 0.25});
  a.quiet(20);
  a.bump(8.0, 4);   // centre 24
  a.bump(12.0, 4);  // centre 33, 0.09 m on
  a.quiet(60);
  const auto alarms = a.finish();
  ASSERT_EQ(alarms.size(), 1U);
  EXPECT_EQ(alarms[0].trace_index, 33);
}

TEST(PeakAlarm, TwoDistantPeaksAreTwoAlarmsEvenOverAHighFloor) {
  Alarms a({.threshold = 6.0, .release = 0.7, .suppression_m = 0.25});
  a.quiet(20);
  a.bump(20.0, 9);                           // centre 29
  for (int i = 0; i < 21; ++i) a.push(6.5);  // the score never falls below the threshold
  a.bump(18.0, 9);                           // centre 69
  a.quiet(60);
  const auto alarms = a.finish();
  ASSERT_EQ(alarms.size(), 2U);
  EXPECT_EQ(alarms[0].trace_index, 29);
  EXPECT_EQ(alarms[1].trace_index, 69);
  EXPECT_EQ(alarms[1].id, 2);
}

TEST(PeakAlarm, OneWideObjectIsOneAlarmNotASeries) {
  Alarms a({.threshold = 6.0, .suppression_m = 0.25});
  a.quiet(20);
  a.bump(12.0, 60);  // 1.2 m long
  a.quiet(100);
  EXPECT_EQ(a.finish().size(), 1U);
}

TEST(PeakAlarm, OfEqualScoresTheFirstWinsAndTheCentreIsTheirMiddle) {
  Alarms a({.threshold = 6.0});
  a.quiet(20);
  for (int i = 0; i < 11; ++i) a.push(9.0);  // 20..30
  a.quiet(60);
  const auto alarms = a.finish();
  ASSERT_EQ(alarms.size(), 1U);
  EXPECT_EQ(alarms[0].trace_index, 20);
  EXPECT_NEAR(alarms[0].distance_m, 0.25, 1e-12);
}

TEST(PeakAlarm, AHeadThatStandsStillStillAlarms) {
  Alarms a({.threshold = 6.0, .hold_traces = 60});
  a.quiet(20);
  TraceTag tag = a.next(0.5);
  int given = 0;
  for (int i = 0; i < 3000; ++i) {  // a minute over the target at 50 traces/s
    tag.index++;
    tag.score = i < 2000 ? 9.0F + 0.1F * static_cast<float>(i % 7) : 0.5F;
    a.push(tag);
    const auto alarms = a.pull();
    given += static_cast<int>(alarms.size());
    if (i < 60) {
      EXPECT_EQ(given, 0) << i;
    } else {
      EXPECT_EQ(given, 1) << i;
    }
  }
}

TEST(PeakAlarm, FlagsOfTheFootprintReachTheAlarm) {
  Alarms a({.threshold = 6.0});
  a.quiet(20);
  for (int i = -9; i <= 9; ++i) {
    TraceTag tag = a.next(10.0 * (1.0 - std::abs(i) / 10.0));
    if (i == 2) tag.quality = Quality::saturated;
    if (i == -3) {
      tag.quality = Quality::non_finite;
      tag.score = 0.0F;
    }
    if (i == 9) tag.quality = Quality::ground_balance_lost;  // outside the footprint
    a.push(tag);
  }
  a.quiet(60);
  const auto alarms = a.finish();
  ASSERT_EQ(alarms.size(), 1U);
  EXPECT_EQ(alarms[0].quality, Quality::saturated | Quality::non_finite);
  EXPECT_EQ(alarms[0].first_index, 24) << "an unusable trace does not cut the footprint";
}

TEST(PeakAlarm, FinishGivesWhatIsStillFollowed) {
  Alarms a({.threshold = 6.0});
  a.quiet(20);
  a.bump(10.0, 3);
  EXPECT_TRUE(a.pull().empty());
  EXPECT_EQ(a.finish().size(), 1U);
}

TEST(PeakAlarm, CountsWhatNobodyPulls) {
  Alarms a({.threshold = 6.0, .capacity = 2});
  for (int i = 0; i < 5; ++i) {
    a.quiet(40);
    a.bump(10.0, 5);
  }
  a.quiet(60);
  EXPECT_EQ(a.detector().overflow(), 3);
  EXPECT_EQ(a.pull().size(), 2U);
}

TEST(PeakAlarm, WithoutDistanceItCountsTraces) {
  Alarms spacing({.threshold = 6.0, .suppression_m = 0.25}, 0.02);
  spacing.with_distance = false;
  spacing.quiet(50);
  spacing.bump(10.0, 9);
  spacing.quiet(40);
  auto alarms = spacing.finish();
  ASSERT_EQ(alarms.size(), 1U);
  EXPECT_NEAR(alarms[0].distance_m, 59 * 0.02, 1e-9) << "trace count times the spacing";

  Alarms none({.threshold = 6.0, .suppression_traces = 12}, 0.0);
  none.with_distance = false;
  none.quiet(50);
  none.bump(10.0, 2);  // centre 52
  none.quiet(9);
  none.bump(9.0, 2);  // centre 66: more than 12 traces on
  none.quiet(40);
  alarms = none.finish();
  ASSERT_EQ(alarms.size(), 2U);
  EXPECT_TRUE(std::isnan(alarms[0].distance_m));
  EXPECT_TRUE(std::isnan(alarms[0].extent_m));
  EXPECT_EQ(alarms[1].trace_index, 66);
}

// Distance known from the start, then lost; no spacing: three targets are three alarms, places unknown after the loss.
TEST(PeakAlarm, ALostDistanceHidesNoTarget) {
  for (const int lost_at : {103, 200}) {
    Alarms a({.threshold = 6.0}, 0.0);
    int n = 0;
    const auto push = [&](double score) {
      TraceTag tag = a.next(score);
      if (n++ >= lost_at) tag.distance_m = unknown;
      a.push(tag);
    };
    for (const double peak : {20.0, 10.0, 10.0}) {
      for (int i = 0; i < 90; ++i) push(0.5);
      for (int i = -9; i <= 9; ++i) push(peak * (1.0 - std::abs(i) / 10.0));
    }
    for (int i = 0; i < 90; ++i) push(0.5);
    const auto alarms = a.finish();
    ASSERT_EQ(alarms.size(), 3U) << lost_at;
    EXPECT_TRUE(std::isnan(alarms[2].distance_m));
    EXPECT_TRUE(std::isnan(alarms[2].extent_m));
  }
}

// Distance first known while a target is under the head, with and without a spacing.
TEST(PeakAlarm, ADistanceThatBeginsInAFootprintLosesNoAlarm) {
  for (const double spacing_m : {0.0, 0.02}) {
    Alarms a({.threshold = 6.0}, spacing_m);
    int n = 0;
    const auto push = [&](double score) {
      TraceTag tag = a.next(score);
      tag.distance_m = n++ < 60 ? unknown : 500.0 + 0.01 * n;
      a.push(tag);
    };
    for (int i = 0; i < 50; ++i) push(0.5);
    for (int i = -9; i <= 9; ++i) push(20.0 * (1.0 - std::abs(i) / 10.0));
    for (int i = 0; i < 90; ++i) push(0.5);
    const auto alarms = a.finish();
    ASSERT_GE(alarms.size(), 1U) << spacing_m;
    EXPECT_FLOAT_EQ(alarms[0].score, 20.0F);
    for (const Alarm& x : alarms) EXPECT_FALSE(x.extent_m > 1.0) << x.extent_m;
  }
}

TEST(PeakAlarm, TheFootprintIsWholeBeforeTheAlarmIsGiven) {
  Alarms a({.threshold = 4.0, .footprint = 0.5, .suppression_m = 0.25});
  a.quiet(20);
  for (int i = 0; i < 20; ++i) a.push(8.0);
  for (int i = 0; i < 25; ++i) a.push(7.0);  // still above half of the peak when the head is 0.25 m past it
  a.quiet(60);
  const auto alarms = a.finish();
  ASSERT_EQ(alarms.size(), 1U);
  EXPECT_EQ(alarms[0].first_index, 20);
  EXPECT_EQ(alarms[0].last_index, 64);
}

TEST(PeakAlarm, NothingAboveTheThresholdStaysWithoutAnAlarm) {
  Alarms a({.threshold = 4.0, .suppression_m = 0.25, .hold_traces = 60});
  a.quiet(20);
  a.bump(30.0, 5);
  for (int i = 0; i < 300; ++i) a.push(9.0);  // 3 m: never half of the peak, never below the threshold
  a.quiet(60);
  const auto alarms = a.finish();
  ASSERT_GE(alarms.size(), 3U);
  std::int64_t covered = alarms[0].last_index;
  for (const Alarm& x : alarms) {
    EXPECT_LE(x.first_index, covered + 61) << "at most hold_traces and a suppression apart";
    covered = x.last_index;
  }
}

TEST(PeakAlarm, PositionIsTheWeightedCentre) {
  Alarms a({.threshold = 6.0});
  a.quiet(20);
  for (int i = -9; i <= 9; ++i) {
    TraceTag tag = a.next(10.0 * (1.0 - std::abs(i) / 10.0));
    tag.position_m = {100.0 + 0.01 * i, 7.0, -0.5};
    a.push(tag);
  }
  a.quiet(60);
  const auto alarms = a.finish();
  ASSERT_EQ(alarms.size(), 1U);
  EXPECT_NEAR(alarms[0].position_m[0], 100.0, 1e-9);
  EXPECT_NEAR(alarms[0].position_m[1], 7.0, 1e-9);
  EXPECT_NEAR(alarms[0].position_m[2], -0.5, 1e-9);
}

TEST(PeakAlarm, ResetAndStateRepeatExactly) {
  const auto drive = [](Alarms& a, int from, int to) {
    std::vector<Alarm> out;
    test::Random random(4);
    for (int i = 0; i < to; ++i) {
      const double score = 4.0 + 3.0 * random.normal();
      if (i < from) continue;
      TraceTag tag;
      tag.index = i;
      tag.distance_m = 0.01 * i;
      tag.score = static_cast<float>(score);
      a.push(tag);
      for (const Alarm& x : a.pull()) out.push_back(x);
    }
    return out;
  };
  const auto same = [](const std::vector<Alarm>& x, const std::vector<Alarm>& y) {
    ASSERT_EQ(x.size(), y.size());
    for (std::size_t i = 0; i < x.size(); ++i) {
      EXPECT_EQ(x[i].id, y[i].id);
      EXPECT_EQ(x[i].trace_index, y[i].trace_index);
      EXPECT_EQ(x[i].score, y[i].score);
      EXPECT_EQ(x[i].distance_m, y[i].distance_m);
    }
  };
  Alarms one;
  const auto all = drive(one, 0, 2000);
  ASSERT_GT(all.size(), 10U);
  one.detector().reset();
  same(all, drive(one, 0, 2000));

  Alarms first;
  Alarms second;
  auto head = drive(first, 0, 777);
  StateArchive measure;
  first.detector().state(measure);
  std::vector<std::byte> bytes(measure.size());
  StateArchive save = StateArchive::saving(bytes);
  first.detector().state(save);
  StateArchive load = StateArchive::loading(bytes);
  second.detector().state(load);
  ASSERT_TRUE(load.ok());
  for (const Alarm& x : drive(second, 777, 2000)) head.push_back(x);
  same(all, head);
}

}  // namespace
}  // namespace surefoot::detect
