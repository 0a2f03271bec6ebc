// SPDX-License-Identifier: MIT
#include <surefoot/gpr/trace_resample.hpp>

#include "support/golden.hpp"
#include "support/lines.hpp"
#include "support/stage_run.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstring>
#include <limits>
#include <memory>

namespace surefoot::gpr {
namespace {

using test::Single;

StreamSpec spec_of(Index n, Index max_traces = 0, double spacing = 0.0) {
  return {{AxisKind::two_way_time, 0.0, 1e-10}, n, 0.1, spacing, max_traces};
}
constexpr double nowhere = std::numeric_limits<double>::quiet_NaN();

// A stage for traces of one sample.
class Walk {
 public:
  explicit Walk(const TraceResampleOptions& options) : stage(options, spec_of(1)) {}
  Walk& at(double s, double value, Quality quality = Quality::good) {
    TraceTag tag;
    tag.distance_m = s;
    tag.time_s = value;
    tag.quality = quality;
    stage.push(std::vector<Sample>{static_cast<Sample>(value)}, tag);
    return *this;
  }
  Walk& end() {
    stage->finish();
    stage.pull();
    return *this;
  }
  void expect(std::size_t k, double s, double value, Quality quality = Quality::good) {
    ASSERT_LT(k, stage.traces.size());
    EXPECT_NEAR(stage.tags[k].distance_m, s, 1e-9) << k;
    EXPECT_NEAR(static_cast<double>(stage.traces[k][0]), value, 1e-5) << k;
    EXPECT_EQ(stage.tags[k].quality, quality) << k;
    EXPECT_EQ(stage.tags[k].index, static_cast<std::int64_t>(k));
  }
  std::size_t size() const { return stage.traces.size(); }
  Single<TraceResample> stage;
};

TEST(TraceResample, IsNumPysAndSciPys) {
  const test::GoldenArray input = test::read_golden_npy("trace_resample_input.npy");
  const test::GoldenArray golden = test::read_golden_npy("trace_resample.npy");
  const std::size_t n = golden.shape[0] / 2;
  for (const ResampleMethod method : {ResampleMethod::linear, ResampleMethod::cubic}) {
    Single<TraceResample> stage(TraceResampleOptions{.spacing_m = 0.02, .method = method}, spec_of(8));
    for (std::size_t k = 0; k < input.shape[0]; ++k) {
      TraceTag tag;
      tag.distance_m = input.at(k, 0);
      std::vector<Sample> x;
      for (std::size_t i = 0; i < 8; ++i) x.push_back(static_cast<Sample>(input.at(k, i + 1)));
      stage.push(x, tag);
    }
    stage->finish();
    stage.pull();
    ASSERT_EQ(stage.traces.size(), n);
    const std::size_t first = method == ResampleMethod::linear ? 0 : n;
    for (std::size_t k = 0; k < n; ++k) {
      EXPECT_EQ(stage.tags[k].quality, Quality::good);
      for (std::size_t i = 0; i < 8; ++i)
        EXPECT_NEAR(static_cast<double>(stage.traces[k][i]), golden.at(first + k, i), 1e-5) << k;
    }
  }
}

TEST(TraceResample, AlongAPathIsNumPys) {
  const test::GoldenArray golden = test::read_golden_npy("trace_resample_path.npy");
  StreamSpec in = spec_of(8);
  Single<TraceResample> stage(TraceResampleOptions{.spacing_m = 0.02, .along = ResampleAlong::positions}, in);
  for (std::size_t k = 0; k < 40; ++k) {
    TraceTag tag;
    tag.position_m = {golden.at(k, 0), golden.at(k, 1), 0.0};
    const std::vector<Sample> row = golden.row(k);
    stage.push(ConstTraceRef(row).subspan(2), tag);
  }
  stage->finish();
  stage.pull();
  ASSERT_EQ(stage.traces.size() + 40, golden.shape[0]);
  for (std::size_t k = 0; k < stage.traces.size(); ++k) {
    EXPECT_NEAR(stage.tags[k].position_m[0], golden.at(40 + k, 0), 1e-12);
    EXPECT_NEAR(stage.tags[k].position_m[1], golden.at(40 + k, 1), 1e-12);
    for (std::size_t i = 0; i < 8; ++i)
      EXPECT_NEAR(static_cast<double>(stage.traces[k][i]), golden.at(40 + k, i + 2), 1e-5) << k << " " << i;
  }
}

TEST(TraceResample, TracesOnTheGridComeThroughUnchanged) {
  for (const ResampleMethod method : {ResampleMethod::linear, ResampleMethod::cubic}) {
    Walk walk(TraceResampleOptions{.method = method});
    for (int k = 0; k < 50; ++k) walk.at(7.0 + 0.02 * k, k * k, k == 5 ? Quality::saturated : Quality::good);
    walk.end();
    ASSERT_EQ(walk.size(), 50U);
    for (int k = 0; k < 50; ++k) {
      walk.expect(to_size(k), 7.0 + 0.02 * k, k * k, k == 5 ? Quality::saturated : Quality::good);
      EXPECT_EQ(walk.stage.tags[to_size(k)].time_s, k * k);
    }
  }
}

TEST(TraceResample, ACubicKeepsAParabola) {
  Walk walk(TraceResampleOptions{.spacing_m = 0.005, .method = ResampleMethod::cubic, .standing_m = 0.001});
  for (int k = 0; k < 20; ++k) {
    const double s = 0.013 * k + 0.003 * (k % 3);
    walk.at(s, 1000.0 * s * s);
  }
  walk.end();
  for (std::size_t k = 8; k + 12 < walk.size(); ++k)
    walk.expect(k, 0.005 * static_cast<double>(k), 0.025 * static_cast<double>(k * k));
}

// Nothing is lost in silence: a line whose distances fall keeps its first place, and the note says what became of the rest.
TEST(TraceResample, SaysHowManyTracesWereLeftOut) {
  const auto left_out = [](Walk& walk) {
    std::array<Note, most_notes> notes{};
    EXPECT_EQ(walk.stage->notes(notes), 1);
    EXPECT_STREQ(notes[0].name, "traces_behind");
    EXPECT_EQ(notes[0].warning != nullptr, notes[0].value > 0.0);
    return notes[0].value;
  };
  Walk falls(TraceResampleOptions{});
  for (int k = 0; k < 50; ++k) falls.at(1.0 - 0.02 * k, k, k == 9 ? Quality::dropped : Quality::good);
  falls.end();
  EXPECT_EQ(falls.size(), 1U);
  EXPECT_EQ(left_out(falls), 48.0) << "all but the first and the one that was dropped";
  falls.stage->reset();
  EXPECT_EQ(left_out(falls), 0.0);
  Walk rises(TraceResampleOptions{});
  for (int k = 0; k < 50; ++k) rises.at(0.02 * k, k);
  rises.end();
  EXPECT_EQ(left_out(rises), 0.0);
}

TEST(TraceResample, StandingIsAveragedAndWalkingBackIsLeftOut) {
  Walk walk(TraceResampleOptions{});
  walk.at(0.0, 0.0).at(0.04, 4.0).at(0.042, 6.0).at(0.038, 8.0);  // mean 6 at 0.04
  walk.at(0.03, 100.0).at(0.02, 100.0, Quality::time_zero_lost).at(0.03, 100.0).at(0.041, 6.0);
  walk.at(0.08, 10.0).end();
  ASSERT_EQ(walk.size(), 5U);
  walk.expect(0, 0.0, 0.0);
  walk.expect(1, 0.02, 3.0, Quality::time_zero_lost);
  walk.expect(2, 0.04, 6.0, Quality::time_zero_lost);
  walk.expect(3, 0.06, 8.0, Quality::time_zero_lost);
  walk.expect(4, 0.08, 10.0);
}

TEST(TraceResample, AnUnusableTraceIsBridgedAndTheOutputSaysSo) {
  for (const ResampleMethod method : {ResampleMethod::linear, ResampleMethod::cubic}) {
    Walk walk(TraceResampleOptions{.method = method});
    for (int k = 0; k < 12; ++k)
      walk.at(0.02 * k, k, k == 5 || k == 6 ? Quality::dropped | Quality::saturated : Quality::good);
    walk.end();
    ASSERT_EQ(walk.size(), 12U);
    for (int k = 0; k < 12; ++k)
      walk.expect(to_size(k), 0.02 * k, k, k == 5 || k == 6 ? Quality::repaired | Quality::saturated : Quality::good);
  }
}

TEST(TraceResample, LongGapsComeOutAsDroppedTraces) {
  // Nobody there for 0.5 m, and then unusable traces for 0.5 m.
  Walk walk(TraceResampleOptions{.spacing_m = 0.1, .max_gap_m = 0.3});
  walk.at(0.0, 1.0).at(0.1, 1.0).at(0.6, 2.0);
  for (int k = 7; k < 11; ++k) walk.at(0.1 * k, 9.0, Quality::non_finite);
  walk.at(1.1, 3.0).at(1.2, 3.0).end();
  ASSERT_EQ(walk.size(), 13U);
  for (std::size_t k = 0; k < 13; ++k) {
    const double s = 0.1 * static_cast<double>(k);
    if (k > 1 && k < 6) walk.expect(k, s, 0.0, Quality::dropped);
    else if (k > 6 && k < 11) EXPECT_TRUE(unusable(walk.stage.tags[k].quality)) << k;
    else walk.expect(k, s, k < 2 ? 1.0 : k == 6 ? 2.0 : 3.0);
  }
  EXPECT_TRUE(has(walk.stage.tags[9].quality, Quality::non_finite));
}

TEST(TraceResample, UnusableTracesAtBothEndsKeepTheirPlaces) {
  Walk walk(TraceResampleOptions{.spacing_m = 0.1, .max_gap_m = 0.3});
  walk.at(0.0, 1.0, Quality::dropped).at(0.1, 1.0, Quality::dropped).at(0.2, 5.0).at(0.3, 6.0);
  walk.at(0.4, 1.0, Quality::dropped).end();
  ASSERT_EQ(walk.size(), 5U);
  walk.expect(0, 0.0, 0.0, Quality::dropped);
  walk.expect(1, 0.1, 0.0, Quality::dropped);
  walk.expect(2, 0.2, 5.0);
  walk.expect(3, 0.3, 6.0);
  walk.expect(4, 0.4, 0.0, Quality::dropped);
  Walk none(TraceResampleOptions{.spacing_m = 0.1});
  none.at(0.0, 1.0, Quality::dropped).at(0.1, 1.0, Quality::non_finite).end();
  ASSERT_EQ(none.size(), 2U);
  EXPECT_TRUE(unusable(none.stage.tags[0].quality) && unusable(none.stage.tags[1].quality));
}

TEST(TraceResample, BetweenMarksTracesLieAtEqualSteps) {
  Walk walk(TraceResampleOptions{.spacing_m = 0.1});
  walk.at(nowhere, 50.0, Quality::saturated).at(nowhere, 50.0);  // before the first mark: no place
  walk.at(1.0, 0.0);
  for (int k = 1; k < 10; ++k) walk.at(nowhere, k);
  EXPECT_EQ(walk.size(), 1U) << "they wait for the next mark";
  walk.at(2.0, 10.0).at(nowhere, 70.0).end();
  ASSERT_EQ(walk.size(), 13U);
  EXPECT_EQ(walk.stage.tags[0].quality, Quality::dropped | Quality::saturated);
  EXPECT_TRUE(std::isnan(walk.stage.tags[0].distance_m));
  for (std::size_t k = 0; k <= 10; ++k) walk.expect(k + 1, 1.0 + 0.1 * static_cast<double>(k), static_cast<double>(k));
  EXPECT_EQ(walk.stage.tags[12].quality, Quality::dropped);
}

TEST(TraceResample, TooManyTracesWithoutAPlaceAreMissedNotHidden) {
  Walk walk(TraceResampleOptions{.spacing_m = 0.1, .max_gap_m = 1.0, .unplaced_traces = 3});
  walk.at(0.0, 0.0);
  for (int k = 1; k < 10; ++k) walk.at(nowhere, k, k == 2 ? Quality::saturated : Quality::good);
  walk.at(1.0, 10.0).end();
  ASSERT_EQ(walk.size(), 11U);
  for (std::size_t k = 0; k <= 10; ++k)
    walk.expect(k, 0.1 * static_cast<double>(k), static_cast<double>(k),
                k > 0 && k < 7 ? Quality::repaired | Quality::saturated : Quality::good);
  Walk marks_only(TraceResampleOptions{.spacing_m = 0.1, .max_gap_m = 1.0, .unplaced_traces = 0});
  marks_only.at(nowhere, 3.0).at(0.0, 0.0).at(nowhere, 1.0).at(0.2, 2.0).at(nowhere, 1.0).end();
  ASSERT_EQ(marks_only.size(), 5U);
  EXPECT_EQ(marks_only.stage.tags[0].quality, Quality::dropped);
  marks_only.expect(2, 0.1, 1.0, Quality::repaired);
  EXPECT_EQ(marks_only.stage.tags[4].quality, Quality::dropped);
}

TEST(TraceResample, FollowsThePathThroughThePositions) {
  // A quarter circle of radius 1 m, at steps of one degree, standing on the way; then a straight line.
  Single<TraceResample> stage(TraceResampleOptions{.spacing_m = 0.05, .along = ResampleAlong::positions}, spec_of(1));
  const double degree = std::acos(-1.0) / 180.0;
  const double chord = 2.0 * std::sin(0.5 * degree);
  for (int k = 0; k <= 90; ++k)
    for (int again = 0; again < (k == 40 ? 5 : 1); ++again) {
      TraceTag tag;
      tag.position_m = {std::cos(k * degree), std::sin(k * degree), 0.1 * k};
      stage.push(std::vector<Sample>{static_cast<Sample>(k * chord)}, tag);
    }
  stage->finish();
  stage.pull();
  ASSERT_EQ(stage.traces.size(), static_cast<std::size_t>(std::floor(90 * chord / 0.05)) + 1);
  for (std::size_t k = 0; k < stage.traces.size(); ++k) {
    EXPECT_NEAR(static_cast<double>(stage.traces[k][0]), 0.05 * static_cast<double>(k), 1e-6);
    EXPECT_DOUBLE_EQ(stage.tags[k].distance_m, 0.05 * static_cast<double>(k));
    EXPECT_NEAR(std::hypot(stage.tags[k].position_m[0], stage.tags[k].position_m[1]), 1.0, 1e-4);
  }
}

TEST(TraceResample, AJumpBeginsANewLine) {
  Walk walk(TraceResampleOptions{.spacing_m = 0.1});
  walk.at(0.0, 0.0).at(0.1, 1.0).at(0.2, 2.0);
  walk.at(1e300, 50.0).at(1e8, 7.0).at(5.03, 3.0).at(5.13, 4.0).end();
  ASSERT_EQ(walk.size(), 6U);
  walk.expect(2, 0.2, 2.0);
  EXPECT_EQ(walk.stage.tags[3].distance_m, 1e8);
  walk.expect(4, 5.03, 3.0);
  walk.expect(5, 5.13, 4.0);
}

TEST(TraceResample, ASingleTraceAndNone) {
  Walk one(TraceResampleOptions{});
  one.at(3.0, 8.0, Quality::saturated).end();
  ASSERT_EQ(one.size(), 1U);
  one.expect(0, 3.0, 8.0, Quality::saturated);
  Walk lost(TraceResampleOptions{});
  lost.at(nowhere, 1.0).at(nowhere, 2.0, Quality::saturated).end();
  ASSERT_EQ(lost.size(), 1U);
  EXPECT_EQ(lost.stage.tags[0].quality, Quality::dropped | Quality::saturated);
  Walk none(TraceResampleOptions{});
  none.end();
  EXPECT_EQ(none.size(), 0U);
}

// Anything may come: the grid stays a grid, flags are told, no push gives more than was announced, and a state that was saved
// at any time goes on with the same bits.
TEST(TraceResample, SurvivesAnyWalk) {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    test::Random random(seed);
    const TraceResampleOptions options{.spacing_m = 0.03,
                                       .method = seed % 2 == 0 ? ResampleMethod::cubic : ResampleMethod::linear,
                                       .max_gap_m = 0.1,
                                       .max_jump_m = 0.5,
                                       .unplaced_traces = static_cast<Index>(seed % 4)};
    auto stage = std::make_unique<Single<TraceResample>>(options, spec_of(3));
    double s = 0.0;
    std::vector<TraceTag> tags;
    std::vector<std::vector<Sample>> traces;
    Quality in = Quality::good;
    const auto pull_from = [&](Single<TraceResample>& from) {
      std::size_t n = 0;
      std::vector<Sample> x(3);
      for (TraceTag tag; from->pull(std::span<Sample>(x), tag); ++n) {
        for (const Sample v : x) ASSERT_TRUE(std::isfinite(v));
        if (!tags.empty()) {
          EXPECT_EQ(tag.index, tags.back().index + 1);
        }
        tags.push_back(tag);
        traces.push_back(x);
        if (random.below(10) == 0) {  // in the middle of what one push gave
          StateArchive measure;
          from->state(measure);
          std::vector<std::byte> bytes(measure.size());
          StateArchive save = StateArchive::saving(bytes);
          from->state(save);
          Single<TraceResample> copy(options, spec_of(3));
          StateArchive load = StateArchive::loading(bytes);
          copy->state(load);
          ASSERT_TRUE(load.ok());
          std::vector<Sample> a(3);
          std::vector<Sample> b(3);
          TraceTag ta;
          TraceTag tb;
          const bool more = copy->pull(std::span<Sample>(b), tb);
          const bool more_too = from->pull(std::span<Sample>(a), ta);
          ASSERT_EQ(more, more_too);
          if (!more) break;
          ASSERT_EQ(a, b);
          ASSERT_EQ(std::memcmp(&ta, &tb, sizeof ta), 0);
          tags.push_back(ta);
          traces.push_back(a);
          ++n;
        }
      }
      ASSERT_LE(static_cast<Index>(n), from->most_at_once());
    };
    for (int k = 0; k < 200; ++k) {
      const std::size_t dice = random.below(20);
      if (dice == 0) s += 0.3 * random.uniform();
      else if (dice == 1) s -= 0.05 * random.uniform();
      else if (dice == 2) s += 10.0 * (random.uniform() - 0.5);
      else if (dice > 4) s += 0.02 * random.uniform();
      TraceTag tag;
      tag.distance_m = random.below(6) == 0 ? nowhere : s;
      if (random.below(12) == 0) tag.quality = Quality::dropped;
      if (random.below(12) == 0) tag.quality |= Quality::saturated;
      in |= tag.quality;
      (*stage)->push(std::vector<Sample>(3, static_cast<Sample>(k)), tag);
      pull_from(*stage);
    }
    (*stage)->finish();
    pull_from(*stage);
    ASSERT_GT(tags.size(), 10U);
    Quality out = Quality::good;
    for (std::size_t k = 0; k < tags.size(); ++k) {
      out |= tags[k].quality;
      if (unusable(tags[k].quality)) {
        EXPECT_EQ(traces[k], std::vector<Sample>(3, 0.0F));
      }
    }
    EXPECT_TRUE(has(out, Quality::saturated) || !has(in, Quality::saturated));
    EXPECT_TRUE(has(out, Quality::repaired | Quality::dropped) || !has(in, Quality::dropped));
  }
}

TEST(TraceResample, SaysHowManyTracesThereMayBe) {
  Single<TraceResample> known(TraceResampleOptions{.spacing_m = 0.02}, spec_of(4, 100, 0.01));
  EXPECT_EQ(known->output().max_traces, 91);
  EXPECT_EQ(known->output().trace_spacing_m, 0.02);
  EXPECT_DOUBLE_EQ(known->output().trace_interval_s, 0.2);
  Single<TraceResample> unknown_spacing(TraceResampleOptions{}, spec_of(4, 100));
  EXPECT_EQ(unknown_spacing->output().max_traces, 216);
  Single<TraceResample> told(TraceResampleOptions{.most_traces = 7}, spec_of(4, 100));
  EXPECT_EQ(told->output().max_traces, 7);
  Single<TraceResample> live(TraceResampleOptions{.most_traces = 7}, spec_of(4));
  EXPECT_EQ(live->output().max_traces, 0);
}

TEST(TraceResample, RefusesWhatItCannotDo) {
  EXPECT_FALSE(validate(TraceResampleOptions{}, spec_of(4)));
  EXPECT_STREQ(validate(TraceResampleOptions{.spacing_m = 0.0}, spec_of(4)).field, "spacing_m");
  const Problem jump = validate(TraceResampleOptions{.max_gap_m = 2.0, .max_jump_m = 1.0}, spec_of(4));
  EXPECT_STREQ(jump.field, "max_jump_m");
  EXPECT_EQ(jump.allowed.low, 2.0);
  EXPECT_STREQ(validate(TraceResampleOptions{.spacing_m = 1e-4, .max_jump_m = 1e3}, spec_of(4)).field, "max_jump_m");
  EXPECT_STREQ(validate(TraceResampleOptions{.standing_m = -1.0}, spec_of(4)).field, "standing_m");
}

}  // namespace
}  // namespace surefoot::gpr
