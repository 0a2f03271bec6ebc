// SPDX-License-Identifier: MIT
#include <surefoot/detect/peak_alarm.hpp>

#include "support/lines.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <map>
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
  /// The last record of each id of all that was told so far.
  std::vector<Alarm> latest(const std::vector<Alarm>& records) {
    std::map<std::int64_t, Alarm> of;
    for (const Alarm& x : records) of[x.id] = x;
    std::vector<Alarm> out;
    for (const auto& [id, x] : of) out.push_back(x);
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

// Farther apart than the suppression, and nothing at all between them: neither hides the other, whichever is higher.
TEST(PeakAlarm, TwoObjectsJustBeyondTheSuppressionAreTwoAlarms) {
  for (const auto& [first, second] : {std::pair{20.0, 14.0}, std::pair{14.0, 20.0}, std::pair{20.0, 20.0}}) {
    for (const int gap : {7, 9, 12, 20}) {
      Alarms a({.threshold = 6.0, .suppression_m = 0.25});
      a.quiet(20);
      a.bump(first, 9);  // centre 29
      a.quiet(gap);
      a.bump(second, 9);  // centre 29 + 19 + gap: 0.26 m to 0.39 m on
      a.quiet(60);
      const auto told = a.latest(a.finish());
      ASSERT_EQ(told.size(), 2U) << first << ", " << second << ", " << 19 + gap << " cm apart";
      EXPECT_EQ(told[0].trace_index, 29);
      EXPECT_EQ(told[1].trace_index, 48 + gap);
      EXPECT_NEAR(told[0].distance_m, 0.29, 1e-9) << "the footprint of each is its own";
      EXPECT_NEAR(told[1].distance_m, 0.48 + 0.01 * gap, 1e-9);
    }
  }
}

// A strong object with a null and a weak lobe on either side, as coils see one: no objects of their own.
TEST(PeakAlarm, LobesOfAStrongObjectAreNoObjects) {
  Alarms a({.threshold = 5.0, .suppression_m = 0.25});
  a.quiet(20);
  a.bump(24.0, 7);
  a.quiet(3);
  a.bump(19000.0, 15);  // centre 53, 26 on
  a.quiet(3);
  a.bump(26.0, 7);  // centre 79
  a.quiet(60);
  const auto told = a.latest(a.finish());
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0].trace_index, 53);
}

// Rows of objects of all heights and widths, each beyond the suppression of the next, the ground between them seen: all are told.
TEST(PeakAlarm, NoObjectOfARowIsLost) {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    test::Random random(seed);
    Alarms a({.threshold = 6.0, .suppression_m = 0.25});
    a.quiet(20);
    std::vector<Index> centres;
    Index at = 20;
    for (int i = 0; i < 12; ++i) {
      const int half = 3 + static_cast<int>(random.below(10));
      const int least = centres.empty() ? 0 : static_cast<int>(centres.back()) + 26 - static_cast<int>(at) - half;
      const int gap = std::max(least, 1) + static_cast<int>(random.below(8));
      a.quiet(gap);
      a.bump(7.0 + 25.0 * random.uniform(), half);
      centres.push_back(at + gap + half);
      at += gap + 2 * half + 1;
    }
    a.quiet(60);
    const auto told = a.latest(a.finish());
    ASSERT_EQ(told.size(), centres.size()) << "seed " << seed;
    for (std::size_t i = 0; i < centres.size(); ++i) EXPECT_EQ(told[i].trace_index, centres[i]) << "seed " << seed;
  }
}

TEST(PeakAlarm, OneWideObjectIsOneAlarmNotASeries) {
  Alarms a({.threshold = 6.0, .suppression_m = 0.25});
  a.quiet(20);
  a.bump(12.0, 60);  // 1.2 m long
  a.quiet(100);
  const auto records = a.finish();
  ASSERT_EQ(records.size(), 2U) << "told while the head is over it, and when that ends";
  EXPECT_EQ(records[0].active, 1U);
  EXPECT_EQ(records[1].active, 0U);
  ASSERT_EQ(a.latest(records).size(), 1U);
  EXPECT_EQ(records[1].trace_index, 80);
  EXPECT_EQ(records[1].first_index, 50) << "12 (1 - 30/61) = 6.1, more than half of the peak";
  EXPECT_EQ(records[1].last_index, 110);
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

// A minute over the target at 50 traces/s, the distance known and standing still: one alarm, active all the time.
TEST(PeakAlarm, AHeadThatStandsStillStillAlarms) {
  Alarms a({.threshold = 6.0, .hold_traces = 60, .hold_s = 0.8, .repeat_traces = 25});
  a.quiet(20);
  TraceTag tag = a.next(0.5);
  bool active = false;
  std::int64_t revision = -1;
  int since = 0;
  for (int i = 0; i < 3000; ++i) {
    tag.index++;
    tag.score = i < 2000 ? 9.0F + 0.1F * static_cast<float>(i % 7) : 0.5F;
    a.push(tag);
    ++since;
    for (const Alarm& x : a.pull()) {
      EXPECT_EQ(x.id, 1);
      EXPECT_EQ(x.revision, ++revision) << "no record is left out";
      active = x.active != 0;
      since = 0;
      EXPECT_NEAR(x.distance_m, 0.2, 1e-9);
      EXPECT_EQ(x.first_index, 21);
      if (i < 2000) {
        EXPECT_EQ(x.last_index, 21 + i);
      }
    }
    EXPECT_EQ(active, i >= 40 && i < 2000) << i;
    if (active) {
      EXPECT_LT(since, 25) << i;
    }
  }
  EXPECT_EQ(revision, 79) << "at 40, each 25 from there up to 1990, and the end";
  EXPECT_TRUE(a.finish().empty());
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

// A converter at its rail, or a score at its limit: the alarm lies in the middle of it.
// One trace without a position: the spread of counted places is not one in metres.
TEST(PeakAlarm, AMissingPositionDoesNotSpreadThePlaceByCounts) {
  Alarms a({.threshold = 6.0, .position_error_m = 0.05}, 0.0);
  a.with_distance = false;
  a.quiet(20);
  for (int i = -9; i <= 9; ++i) {
    TraceTag tag = a.next(10.0 * (1.0 - std::abs(i) / 10.0));
    if (i != 2) tag.position_m = {0.01 * i, 0.0, 0.0};
    a.push(tag);
  }
  a.quiet(60);
  const auto alarms = a.finish();
  ASSERT_FALSE(alarms.empty());
  EXPECT_GE(alarms[0].covariance_m2[0], 0.05 * 0.05 * (1.0 - 1e-12));
  EXPECT_LT(alarms[0].covariance_m2[0], 0.1 * 0.1) << "a footprint of 9 cm";
}

TEST(PeakAlarm, APlateauIsPlacedInItsMiddle) {
  Alarms a({.threshold = 6.0});
  a.quiet(20);
  for (int i = 0; i < 21; ++i) a.push(1e6);  // 20..40
  a.quiet(60);
  const auto alarms = a.finish();
  ASSERT_EQ(alarms.size(), 1U);
  EXPECT_NEAR(alarms[0].distance_m, 0.30, 1e-12);
  EXPECT_EQ(alarms[0].trace_index, 20) << "of equal scores the first";
  EXPECT_EQ(alarms[0].hits, 21);
}

// w is the score times half the way to either neighbour: uneven steps, weights and variance by hand.
TEST(PeakAlarm, CentreAndVarianceAreThoseOfTheWeights) {
  Alarms a({.threshold = 6.0, .footprint = 0.5, .position_error_m = 0.04});
  a.quiet(20);  // up to 0.19 m
  const double at[] = {0.20, 0.23, 0.24, 0.24, 0.30};
  const double score[] = {6.0, 8.0, 10.0, 9.0, 7.0};
  double w[5];
  double sum = 0.0;
  double mean = 0.0;
  for (int i = 0; i < 5; ++i) {
    const double before = i > 0 ? at[i] - at[i - 1] : 0.0;
    const double after = i < 4 ? at[i + 1] - at[i] : 0.0;
    w[i] = score[i] * 0.5 * (before + after);
    sum += w[i];
    mean += w[i] * at[i];
  }
  mean /= sum;
  double variance = 0.0;
  for (int i = 0; i < 5; ++i) variance += w[i] * (at[i] - mean) * (at[i] - mean) / sum;
  for (const bool placed : {false, true}) {
    Alarms b({.threshold = 6.0, .footprint = 0.5, .position_error_m = 0.04});
    TraceTag tag;
    const auto push = [&](double x, double z) {
      ++tag.index;
      tag.distance_m = placed ? unknown : x;
      // Along a line at 37 degrees: both ways of the position together are the way along the line.
      if (placed) tag.position_m = {5.0 + 0.8 * x, -2.0 - 0.6 * x, 0.0};
      tag.score = static_cast<float>(z);
      b.push(tag);
    };
    for (int i = 0; i < 20; ++i) push(0.01 * i, 0.5);
    for (int i = 0; i < 5; ++i) push(at[i], score[i]);
    for (int i = 0; i < 60; ++i) push(0.35 + 0.01 * i, 0.5);
    const auto alarms = b.finish();
    ASSERT_EQ(alarms.size(), 1U);
    const Alarm& x = alarms[0];
    if (placed) {
      EXPECT_NEAR(x.position_m[0], 5.0 + 0.8 * mean, 1e-12);
      EXPECT_NEAR(x.position_m[1], -2.0 - 0.6 * mean, 1e-12);
      EXPECT_NEAR(x.extent_m, 0.11, 1e-12) << "and one spacing";
    } else {
      EXPECT_NEAR(x.distance_m, mean, 1e-12);
    }
    EXPECT_NEAR(x.covariance_m2[0], variance + 0.0016, 1e-12);
    EXPECT_EQ(x.covariance_m2[1], 0.0);
    EXPECT_EQ(x.covariance_m2[2], x.covariance_m2[0]);
    EXPECT_EQ(x.hits, 5);
  }
}

// Ten seconds on the flank of a target do not draw the alarm there.
TEST(PeakAlarm, StandingStillDoesNotMoveThePlace) {
  std::vector<double> places;
  for (const int stand : {0, 500}) {
    Alarms a({.threshold = 6.0});
    TraceTag tag;
    const auto push = [&](int at, double z) {
      tag.distance_m = 0.01 * at;
      tag.score = static_cast<float>(z);
      a.push(tag);
      ++tag.index;
    };
    const auto bump = [](int at) { return std::max(0.5, 20.0 * (1.0 - std::abs(at - 60) / 10.0)); };
    for (int at = 0; at < 64; ++at) push(at, bump(at));
    for (int i = 0; i < stand; ++i) push(63, bump(63));
    for (int at = 64; at < 120; ++at) push(at, bump(at));
    const auto alarms = a.latest(a.finish());
    ASSERT_EQ(alarms.size(), 1U);
    EXPECT_EQ(alarms[0].active, 0U);
    places.push_back(alarms[0].distance_m);
  }
  EXPECT_NEAR(places[0], 0.60, 1e-9);
  EXPECT_NEAR(places[1], places[0], 1e-9);
}

// The head goes back over the same object: the alarm is told again, not anew. Then over another one: that is new.
TEST(PeakAlarm, ComingBackUpdatesTheSameAlarm) {
  for (const bool placed : {false, true}) {
    Alarms a({.threshold = 6.0, .suppression_m = 0.25});
    TraceTag tag;
    std::vector<Alarm> records;
    const auto push = [&](double at, double z) {
      if (placed) tag.position_m = {at, 3.0, 0.0};
      tag.distance_m = placed ? 0.01 * static_cast<double>(tag.index) : at;  // a wheel only counts up
      tag.score = static_cast<float>(z);
      a.push(tag);
      ++tag.index;
      for (const Alarm& x : a.pull()) records.push_back(x);
    };
    const auto walk = [&](double from, double to, double height) {
      const int n = static_cast<int>(std::abs(to - from) * 100 + 0.5);
      for (int i = 0; i <= n; ++i) {
        const double at = from + (to - from) * i / n;
        push(at, std::max(0.5, height * (1.0 - std::abs(at - 1.0) / 0.1)));
      }
    };
    walk(0.0, 2.0, 10.0);
    ASSERT_EQ(records.size(), 1U);
    walk(2.0, 0.0, 8.0);
    ASSERT_EQ(records.size(), 2U) << placed;
    EXPECT_EQ(records[1].id, 1);
    EXPECT_EQ(records[1].revision, 1);
    EXPECT_EQ(records[1].passes, 2U);
    EXPECT_EQ(records[1].hits, records[0].hits + records[0].hits);
    EXPECT_EQ(records[1].score, records[0].score) << "that of the higher pass";
    EXPECT_EQ(records[1].trace_index, records[0].trace_index);
    walk(0.0, 2.0, 30.0);
    ASSERT_GE(records.size(), 3U);
    const Alarm last = records.back();
    EXPECT_EQ(last.id, 1);
    EXPECT_EQ(last.passes, 3U);
    EXPECT_FLOAT_EQ(last.score, 30.0F);
    EXPECT_GT(last.trace_index, records[0].trace_index);
    EXPECT_NEAR(placed ? last.position_m[0] : last.distance_m, 1.0, 1e-9);
    EXPECT_EQ(last.active, 0U);
  }
}

// Told because the head is slow, then a higher peak close by: the same alarm, at the higher place.
TEST(PeakAlarm, AHigherPeakNearbyUpdatesTheAlarm) {
  Alarms a({.threshold = 6.0, .suppression_m = 0.25, .hold_traces = 10});
  a.quiet(20);
  for (int i = 0; i < 10; ++i) a.push(7.0);  // 20..29
  auto records = a.pull();
  EXPECT_TRUE(records.empty());
  a.push(7.0);
  records = a.pull();
  ASSERT_EQ(records.size(), 1U);
  EXPECT_EQ(records[0].active, 1U);
  for (int i = 0; i < 3; ++i) a.push(20.0);  // 31..33
  a.quiet(60);
  records = a.finish();
  ASSERT_EQ(records.size(), 1U);
  EXPECT_EQ(records[0].id, 1);
  EXPECT_EQ(records[0].revision, 1);
  EXPECT_EQ(records[0].active, 0U);
  EXPECT_FLOAT_EQ(records[0].score, 20.0F);
  EXPECT_EQ(records[0].trace_index, 31);
  EXPECT_NEAR(records[0].distance_m, 0.32, 1e-12);
  EXPECT_EQ(records[0].first_index, 20) << "an update never shrinks";
  EXPECT_EQ(records[0].last_index, 33);
  EXPECT_NEAR(records[0].extent_m, 0.14, 1e-12);
}

// Nobody says where the head is: it stands, and the score does not fall. One alarm, active to the end.
TEST(PeakAlarm, WithoutAPlaceAStandingHeadHasOneActiveAlarm) {
  Alarms a({.threshold = 6.0}, 0.0);
  a.with_distance = false;
  a.quiet(20);
  std::vector<Alarm> records;
  for (int i = 0; i < 1500; ++i) {
    a.push(9.0 + (i % 5) * 0.3);
    for (const Alarm& x : a.pull()) records.push_back(x);
    if (i >= 50) {
      ASSERT_FALSE(records.empty()) << i;
      EXPECT_EQ(records.back().active, 1U) << i;
    }
  }
  a.quiet(60);
  for (const Alarm& x : a.finish()) records.push_back(x);
  EXPECT_EQ(records.back().id, 1);
  EXPECT_EQ(records.back().active, 0U);
}

// A random walk of scores and places, with turns, stops, flags and gaps: what every run of records must keep to.
struct Walk {
  std::vector<TraceTag> tags;

  explicit Walk(std::uint64_t seed, int n = 3000) {
    test::Random random(seed);
    double at = 0.0;
    double speed = 0.01;
    for (int i = 0; i < n; ++i) {
      if (random.below(150) == 0) speed = 0.01 * (static_cast<double>(random.below(4)) - 1.0);
      at += speed;
      TraceTag tag;
      tag.index = i;
      tag.time_s = 0.02 * i;
      if (random.below(60) != 0) tag.distance_m = at;
      if (seed % 2 == 0 && random.below(40) != 0) tag.position_m = {at, 1.0, 0.0};
      tag.score = static_cast<float>(2.0 + 9.0 * std::abs(std::sin(7.0 * at)) + random.normal());
      if (random.below(50) == 0) tag.quality = random.below(2) == 0 ? Quality::saturated : Quality::dropped;
      if (unusable(tag.quality)) tag.score = 0.0F;
      tag.evidence.background_traces = i;
      tags.push_back(tag);
    }
  }
};

void expect_same_bytes(const std::vector<Alarm>& x, const std::vector<Alarm>& y) {
  ASSERT_EQ(x.size(), y.size());
  for (std::size_t i = 0; i < x.size(); ++i) ASSERT_EQ(std::memcmp(&x[i], &y[i], sizeof(Alarm)), 0) << i;
}

TEST(PeakAlarm, EachAlarmIsToldOnceAndThenUpdated) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    Alarms a({.threshold = 8.0, .hold_traces = 30});
    std::vector<Alarm> records;
    const Walk walk(seed);
    for (const TraceTag& tag : walk.tags) {
      a.push(tag);
      for (const Alarm& x : a.pull()) records.push_back(x);
    }
    for (const Alarm& x : a.finish()) records.push_back(x);
    std::map<std::int64_t, Alarm> last;
    std::int64_t newest = 0;
    for (const Alarm& x : records) {
      if (x.revision == 0) {
        EXPECT_EQ(x.id, ++newest) << "ids in order, each told first once";
      } else {
        ASSERT_TRUE(last.contains(x.id));
        const Alarm& before = last[x.id];
        EXPECT_EQ(x.revision, before.revision + 1);
        EXPECT_GE(x.score, before.score);
        EXPECT_GE(x.hits, before.hits);
        EXPECT_GE(x.passes, before.passes);
        EXPECT_FALSE(x.extent_m < before.extent_m);
        EXPECT_EQ(x.quality & before.quality, before.quality);
      }
      EXPECT_GE(x.score, 8.0F);
      EXPECT_LE(x.first_index, x.last_index);
      EXPECT_GE(x.hits, 1);
      last[x.id] = x;
    }
    EXPECT_GE(newest, 5);
    for (const auto& [id, x] : last) EXPECT_EQ(x.active, 0U) << "seed " << seed << ", id " << id;
    EXPECT_EQ(a.detector().overflow(), 0);
  }
}

// No trace at or above the threshold is left without an alarm that was told or becomes one within the hold.
TEST(PeakAlarm, NothingAboveTheThresholdIsPassedOver) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    Alarms a({.threshold = 8.0, .suppression_m = 0.25, .hold_traces = 30});
    const Walk walk(seed);
    std::vector<Alarm> told;
    for (const TraceTag& tag : walk.tags) {
      a.push(tag);
      for (const Alarm& x : a.pull()) told.push_back(x);
    }
    for (const Alarm& x : a.finish()) told.push_back(x);
    for (const TraceTag& tag : walk.tags) {
      if (tag.score < 8.0F || std::isnan(tag.distance_m)) continue;
      const bool covered = std::any_of(told.begin(), told.end(), [&](const Alarm& x) {
        const double half = 0.5 * x.extent_m;
        const double there = std::isnan(x.distance_m) ? x.position_m[0] : x.distance_m;
        return std::abs(tag.distance_m - there) <= half + 0.25 + 0.31;  // a suppression, and what is passed in a hold
      });
      EXPECT_TRUE(covered) << "seed " << seed << " trace " << tag.index << " at " << tag.distance_m;
    }
  }
}

TEST(PeakAlarm, WhenItIsPulledChangesNothing) {
  const Walk walk(2);
  const PeakAlarmOptions o{.threshold = 8.0, .hold_traces = 30, .capacity = 5000};
  const auto drive = [&](std::size_t every) {
    Alarms a(o);
    std::vector<Alarm> records;
    std::size_t i = 0;
    for (const TraceTag& tag : walk.tags) {
      a.push(tag);
      if (++i % every == 0)
        for (const Alarm& x : a.pull()) records.push_back(x);
    }
    for (const Alarm& x : a.finish()) records.push_back(x);
    return records;
  };
  const auto each = drive(1);
  ASSERT_GT(each.size(), 20U);
  for (const std::size_t every : {std::size_t{2}, std::size_t{7}, std::size_t{64}, std::size_t{100000}})
    expect_same_bytes(drive(every), each);
}

// Stop and go on elsewhere at any trace: over a footprint, in the middle of a stand, beside an alarm.
TEST(PeakAlarm, ResetAndStateRepeatExactly) {
  for (const std::uint64_t seed : {3U, 4U}) {
    const PeakAlarmOptions o{.threshold = 8.0, .hold_traces = 30};
    const Walk walk(seed, 1200);
    const auto drive = [&](Alarms& a, std::size_t from, std::size_t to, std::vector<Alarm>& records) {
      for (std::size_t i = from; i < to; ++i) {
        a.push(walk.tags[i]);
        for (const Alarm& x : a.pull()) records.push_back(x);
      }
    };
    Alarms one(o);
    std::vector<Alarm> all;
    drive(one, 0, walk.tags.size(), all);
    for (const Alarm& x : one.finish()) all.push_back(x);
    ASSERT_GT(all.size(), 10U);
    one.detector().reset();
    std::vector<Alarm> again;
    drive(one, 0, walk.tags.size(), again);
    for (const Alarm& x : one.finish()) again.push_back(x);
    expect_same_bytes(again, all);

    Alarms first(o);
    std::vector<Alarm> head;
    for (std::size_t cut = 0; cut < walk.tags.size(); cut += 7) {
      StateArchive measure;
      first.detector().state(measure);
      std::vector<std::byte> bytes(measure.size());
      StateArchive save = StateArchive::saving(bytes);
      first.detector().state(save);
      Alarms second(o);
      StateArchive load = StateArchive::loading(bytes);
      second.detector().state(load);
      ASSERT_TRUE(load.ok());
      std::vector<Alarm> records = head;
      const std::size_t end = std::min(cut + 200, walk.tags.size());
      drive(second, cut, end, records);
      for (std::size_t i = 0; i < records.size(); ++i)
        ASSERT_EQ(std::memcmp(&records[i], &all[i], sizeof(Alarm)), 0) << "cut at " << cut << ", record " << i;
      drive(first, cut, std::min(cut + 7, walk.tags.size()), head);
    }
  }
}

// Where records are not pulled, a later one of the same alarm takes the place of the one that waits; another alarm is counted.
TEST(PeakAlarm, AFullQueueKeepsTheLatestOfAnAlarm) {
  Alarms a({.threshold = 6.0, .hold_traces = 10, .repeat_traces = 5, .capacity = 1});
  a.quiet(20);
  TraceTag tag = a.next(9.0);
  for (int i = 0; i < 200; ++i) {
    ++tag.index;
    a.push(tag);
  }
  EXPECT_EQ(a.detector().overflow(), 0);
  auto records = a.pull();
  ASSERT_EQ(records.size(), 1U);
  EXPECT_GT(records[0].revision, 30);
  EXPECT_GT(records[0].last_index, tag.index - 6) << "the newest";
  for (int k = 0; k < 3; ++k) {
    for (int i = 0; i < 60; ++i) {
      ++tag.index;
      tag.distance_m += 0.01;
      tag.score = i == 30 ? 9.0F : 0.5F;
      a.push(tag);
    }
  }
  EXPECT_EQ(a.detector().overflow(), 3) << "the end of the first waits; three more have no room";
}

}  // namespace
}  // namespace surefoot::detect
