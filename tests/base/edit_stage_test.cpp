// SPDX-License-Identifier: MIT
#include <surefoot/base/edit_stage.hpp>
#include <surefoot/base/tag_between.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace surefoot {
namespace {

const StreamSpec spec{{AxisKind::two_way_time, 0.0, 1e-10}, 2, 0.0, 0.0, 6};
using Trace = std::vector<Sample>;

// Trace k comes out k times; an empty one once; after close() one more trace of the value 99.
class Repeater final : public EditStage {
 public:
  explicit Repeater(Arena& arena) noexcept : EditStage(spec, spec, arena) {}
  [[nodiscard]] Index latency() const noexcept override { return 0; }
  int closed = 0;

 private:
  void take(ConstTraceRef trace, const TraceTag& tag) noexcept override {
    tag_ = tag;
    EXPECT_EQ(trace.empty(), unusable(tag.quality));
    value_ = trace.empty() ? 0.0F : trace[0];
    left_ = trace.empty() ? 1 : static_cast<Index>(trace[0]);
  }
  [[nodiscard]] bool ready() const noexcept override { return left_ > 0; }
  void give(TraceRef out, TraceTag& tag) noexcept override {
    tag = tag_;
    std::fill(out.begin(), out.end(), value_);
    --left_;
  }
  void close() noexcept override {
    ++closed;
    tag_ = {};
    value_ = 99.0F;
    left_ = 1;
  }
  void forget() noexcept override { left_ = 0; }
  void remember(StateArchive& archive) noexcept override {
    archive(tag_);
    archive(value_);
    archive.index(left_, 100);
  }
  TraceTag tag_;
  Sample value_ = 0.0F;
  Index left_ = 0;
};

struct Out {
  Trace samples = Trace(2, -1.0F);
  TraceTag tag{};
};
std::vector<Out> drain(Stage& stage) {
  std::vector<Out> all;
  for (Out o; stage.pull(o.samples, o.tag); o = {}) all.push_back(o);
  return all;
}

class EditStageTest : public testing::Test {
 protected:
  std::vector<std::byte> block_ = std::vector<std::byte>(4096);
  Arena arena_{block_};
  Repeater stage_{arena_};
};

TEST_F(EditStageTest, GivesNoneOrMany) {
  EXPECT_FALSE(stage_.one_to_one());
  for (const int k : {3, 0, 1, 5}) {
    stage_.push(Trace(2, static_cast<Sample>(k)), {});
    const std::vector<Out> out = drain(stage_);
    ASSERT_EQ(out.size(), static_cast<std::size_t>(k));
    for (const Out& o : out) EXPECT_EQ(o.samples, Trace(2, static_cast<Sample>(k)));
  }
  stage_.finish();
  stage_.finish();
  EXPECT_EQ(stage_.closed, 1);
  ASSERT_EQ(drain(stage_).size(), 1U);
}

TEST_F(EditStageTest, AnUnusableTraceComesEmptyAndGoesOutZero) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  for (const Trace& bad : {Trace{1.0F}, Trace{}, Trace{nan, 1.0F}}) {
    TraceTag tag;
    tag.quality = Quality::saturated;
    tag.score = 3.0F;
    stage_.push(bad, tag);
    const std::vector<Out> out = drain(stage_);
    ASSERT_EQ(out.size(), 1U);
    EXPECT_TRUE(unusable(out[0].tag.quality));
    EXPECT_TRUE(has(out[0].tag.quality, Quality::saturated));
    EXPECT_EQ(out[0].tag.score, 0.0F);
    EXPECT_EQ(out[0].samples, Trace(2, 0.0F));
  }
}

TEST_F(EditStageTest, ResultsThatNobodyPulledMakeTheNextOneDropped) {
  stage_.push(Trace(2, 3.0F), {});
  stage_.push(Trace(2, 2.0F), {});
  std::vector<Out> out = drain(stage_);
  ASSERT_EQ(out.size(), 2U);
  EXPECT_EQ(out[0].tag.quality, Quality::dropped);
  EXPECT_EQ(out[0].samples, Trace(2, 0.0F));
  EXPECT_EQ(out[1].tag.quality, Quality::good);
  stage_.push(Trace(2, 1.0F), {});
  stage_.finish();
  out = drain(stage_);
  ASSERT_EQ(out.size(), 1U);
  EXPECT_EQ(out[0].tag.quality, Quality::dropped);
}

TEST_F(EditStageTest, PullingIntoAWrongLengthSaysSo) {
  stage_.push(Trace(2, 1.0F), {});
  Trace wrong(3, 9.0F);
  TraceTag tag;
  EXPECT_TRUE(stage_.pull(wrong, tag));
  EXPECT_EQ(tag.quality, Quality::dropped);
  EXPECT_EQ(wrong, Trace(3, 0.0F));
}

TEST_F(EditStageTest, StateAndReset) {
  stage_.push(Trace(2, 3.0F), {});
  stage_.push(Trace(2, 2.0F), {});
  StateArchive measure;
  stage_.state(measure);
  std::vector<std::byte> bytes(measure.size());
  StateArchive save = StateArchive::saving(bytes);
  stage_.state(save);
  std::vector<std::byte> block(4096);
  Arena arena(block);
  Repeater other(arena);
  StateArchive load = StateArchive::loading(bytes);
  other.state(load);
  ASSERT_TRUE(load.ok());
  const std::vector<Out> out = drain(other);
  ASSERT_EQ(out.size(), 2U);
  EXPECT_EQ(out[0].tag.quality, Quality::dropped);
  stage_.reset();
  EXPECT_TRUE(drain(stage_).empty());
  stage_.push(Trace(2, 1.0F), {});
  EXPECT_EQ(drain(stage_).at(0).tag.quality, Quality::good);
}

TEST(MergedQuality, TheUsableOnesDecide) {
  MergedQuality q;
  EXPECT_EQ(q.value(), Quality::good);
  q.add(Quality::dropped | Quality::saturated);
  EXPECT_EQ(q.value(), Quality::dropped | Quality::saturated);
  q.add(Quality::warming_up);
  EXPECT_EQ(q.value(), Quality::repaired | Quality::saturated | Quality::warming_up);
  q.clear();
  q.add(Quality::saturated);
  EXPECT_EQ(q.value(), Quality::saturated);
}

TEST(TagBetween, FollowsAStraightLineAndKeepsWhatIsUnknown) {
  TraceTag a;
  a.time_s = 1.0;
  a.distance_m = 0.1;
  a.position_m = {1.0, 2.0, unknown};
  TraceTag b = a;
  b.time_s = 2.0;
  b.distance_m = 0.3;
  b.position_m = {3.0, 2.0, 5.0};
  const TraceTag half = tag_between(a, b, 0.5);
  EXPECT_DOUBLE_EQ(half.time_s, 1.5);
  EXPECT_DOUBLE_EQ(half.distance_m, 0.2);
  EXPECT_DOUBLE_EQ(half.position_m[0], 2.0);
  EXPECT_TRUE(std::isnan(half.position_m[2]));
  b.time_s = unknown;
  EXPECT_EQ(tag_between(a, b, 0.0).time_s, 1.0);
  EXPECT_TRUE(std::isnan(tag_between(a, b, 0.1).time_s));
}

}  // namespace
}  // namespace surefoot
