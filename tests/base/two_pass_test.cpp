// SPDX-License-Identifier: MIT
#include <surefoot/base/two_pass.hpp>

#include "support/stage_run.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <vector>

namespace surefoot {
namespace {

struct NoOptions {};

// Takes off the largest first sample of the line.
class LessTheLargest final : public TwoPass {
 public:
  LessTheLargest(const NoOptions&, const StreamSpec& in, Arena& arena) noexcept : TwoPass(in, arena) {}
  int looked = 0;

 private:
  void see(ConstTraceRef trace) noexcept override { largest_ = std::max(largest_, trace[0]); }
  void learn(KeptColumns& line) noexcept override {
    ++looked;
    offset_ = largest_;
    for (Index k = 0; k < line.size(); ++k)
      if (line.usable(k) && line.column(k)[0] == largest_) line.tag(k).quality |= Quality::repaired;
  }
  void map(Index k, ConstTraceRef in, TraceRef out) noexcept override {
    out[0] = in[0] - offset_;
    out[1] = static_cast<Sample>(k);
  }
  void forget() noexcept override { largest_ = 0.0F; }
  void remember(StateArchive& archive) noexcept override { archive(largest_); }

  Sample largest_ = 0.0F;
  Sample offset_ = 0.0F;
};

StreamSpec spec_of(Index max_traces, bool stays) {
  return {{AxisKind::two_way_time, 0.0, 1e-10}, 2, 0.0, 0.0, max_traces, stays};
}

const std::vector<std::vector<Sample>> line{
    {1.0F, 0.0F}, {5.0F, 0.0F}, {std::numeric_limits<Sample>::quiet_NaN(), 0.0F}, {9.0F}, {3.0F, 0.0F}};

TEST(TwoPass, SeesTheLineAndThenAnswers) {
  for (const bool stays : {false, true}) {
    test::Single<LessTheLargest> stage(NoOptions{}, spec_of(5, stays));
    EXPECT_EQ(stage->latency(), whole_line);
    EXPECT_FALSE(stage->output().stays);
    for (int again = 0; again < 2; ++again) {
      stage.traces.clear();
      stage.tags.clear();
      for (const auto& trace : line) stage.push(trace);
      EXPECT_TRUE(stage.traces.empty()) << "nothing before the end";
      stage->finish();
      stage->finish();
      stage.pull();
      ASSERT_EQ(stage.traces.size(), 5U);
      EXPECT_EQ(stage.traces[0], (std::vector<Sample>{-4.0F, 0.0F}));
      EXPECT_EQ(stage.traces[1], (std::vector<Sample>{0.0F, 1.0F}));
      EXPECT_EQ(stage.traces[2], (std::vector<Sample>{0.0F, 0.0F}));
      EXPECT_EQ(stage.traces[3], (std::vector<Sample>{0.0F, 0.0F}));
      EXPECT_EQ(stage.traces[4], (std::vector<Sample>{-2.0F, 2.0F})) << "the third of those that can be used";
      EXPECT_EQ(stage.tags[1].quality, Quality::repaired);
      EXPECT_EQ(stage.tags[2].quality, Quality::non_finite);
      EXPECT_EQ(stage.tags[3].quality, Quality::dropped);
      EXPECT_EQ(stage->looked, again + 1);
      stage->reset();
    }
  }
}

TEST(TwoPass, WhatDoesNotFitIsFlagged) {
  test::Single<LessTheLargest> stage(NoOptions{}, spec_of(2, false));
  for (const auto& trace : line) stage.push(trace);
  stage->finish();
  stage.pull();
  ASSERT_EQ(stage.tags.size(), 2U);
  EXPECT_FALSE(has(stage.tags[0].quality, Quality::dropped));
  EXPECT_TRUE(has(stage.tags[1].quality, Quality::dropped));
  EXPECT_EQ(stage.traces[0][0], 0.0F) << "the flagged trace, which is larger, does not count";
  EXPECT_EQ(stage.traces[1], std::vector<Sample>(2, 0.0F));

  test::Single<LessTheLargest> none(NoOptions{}, spec_of(0, false));
  none.push(line[0]);
  none->finish();
  none.pull();
  EXPECT_TRUE(none.traces.empty());
}

// A usable trace that is pulled into room of another length is lost; those after it keep their numbers.
TEST(TwoPass, AWrongPullCostsOneTraceOnly) {
  test::Single<LessTheLargest> stage(NoOptions{}, spec_of(5, false));
  for (const auto& trace : line) stage.push(trace);
  stage->finish();
  std::vector<Sample> room(3, 7.0F);
  TraceTag tag;
  ASSERT_TRUE(stage->pull(std::span<Sample>(room), tag));
  EXPECT_TRUE(has(tag.quality, Quality::dropped));
  EXPECT_EQ(room, std::vector<Sample>(3, 0.0F));
  stage.pull();
  ASSERT_EQ(stage.traces.size(), 4U);
  EXPECT_EQ(stage.traces[0], (std::vector<Sample>{0.0F, 1.0F}));
  EXPECT_EQ(stage.traces[3], (std::vector<Sample>{-2.0F, 2.0F}));
}

TEST(TwoPass, WhatCarriesNothingHasNoScore) {
  test::Single<LessTheLargest> stage(NoOptions{}, spec_of(2, false));
  TraceTag scored;
  scored.score = 9.0F;
  scored.score_time_s = 1e-9;
  stage.push(line[1], scored);
  stage.push(line[2], scored);
  stage->finish();
  stage.pull();
  ASSERT_EQ(stage.tags.size(), 2U);
  EXPECT_EQ(stage.tags[0].score, 9.0F);
  EXPECT_EQ(stage.tags[1].score, 0.0F);
  EXPECT_TRUE(std::isnan(stage.tags[1].score_time_s));
}

// A copy: the host may write over what it pushed. A promise: the stage looks where it lies.
TEST(TwoPass, KeepsACopyUnlessTheLineStays) {
  for (const bool stays : {false, true}) {
    std::vector<Sample> trace{2.0F, 0.0F};
    test::Single<LessTheLargest> stage(NoOptions{}, spec_of(2, stays));
    stage.push(trace);
    trace[0] = 7.0F;
    stage->finish();
    stage.pull();
    EXPECT_EQ(stage.traces[0][0], stays ? 5.0F : 0.0F);
  }
}

TEST(TwoPass, GoesOnFromAState) {
  test::Single<LessTheLargest> whole(NoOptions{}, spec_of(5, false));
  test::Single<LessTheLargest> cut(NoOptions{}, spec_of(5, false));
  for (const auto& trace : line) whole.push(trace);
  whole->finish();
  Sample out[2];
  TraceTag tag;
  ASSERT_TRUE(whole->pull(std::span<Sample>(out), tag));
  StateArchive measure;
  whole->state(measure);
  std::vector<std::byte> bytes(measure.size());
  StateArchive save = StateArchive::saving(bytes);
  whole->state(save);
  StateArchive load = StateArchive::loading(bytes);
  cut->state(load);
  ASSERT_TRUE(load.ok());
  whole.pull();
  cut.pull();
  EXPECT_EQ(cut.traces, whole.traces);
  EXPECT_EQ(cut.traces.size(), 4U);

  // No state brings in what push() would not have let in.
  const Sample in_line = 3.0F;
  const Sample forged = std::numeric_limits<Sample>::quiet_NaN();
  std::size_t at = 0;
  while (std::memcmp(bytes.data() + at, &in_line, sizeof in_line) != 0) ++at;
  std::memcpy(bytes.data() + at, &forged, sizeof forged);
  StateArchive load_forged = StateArchive::loading(bytes);
  cut->state(load_forged);
  EXPECT_FALSE(load_forged.ok());

  test::Single<LessTheLargest> staying(NoOptions{}, spec_of(5, true));
  StateArchive size;
  staying->state(size);
  bytes.assign(size.size(), std::byte{});
  StateArchive refused = StateArchive::loading(bytes);
  staying->state(refused);
  EXPECT_FALSE(refused.ok()) << "places mean nothing elsewhere";
}

}  // namespace
}  // namespace surefoot
