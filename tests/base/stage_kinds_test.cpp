// SPDX-License-Identifier: MIT
#include <surefoot/base/stage_kinds.hpp>

#include "support/small_stage.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <limits>
#include <vector>

namespace surefoot {
namespace {

using namespace test::small;

// Output = sum of all usable traces so far.
class Adder final : public CausalStage {
 public:
  explicit Adder(Arena& arena) noexcept : CausalStage(spec, spec, arena) {}

 private:
  void step(ConstTraceRef in, TraceRef out, TraceTag&) noexcept override {
    for (std::size_t i = 0; i < 2; ++i) out[i] = sum_[i] += in[i];
  }
  void forget() noexcept override { sum_ = {}; }
  void remember(StateArchive& archive) noexcept override { archive(sum_); }
  std::array<Sample, 2> sum_{};
};

// Output = the numbers of the usable traces in the window, as bits.
class Looker final : public WindowStage {
 public:
  Looker(Index before, Index after, Arena& arena) noexcept
      : WindowStage(spec, spec, before, after, arena), before_(before), after_(after) {}

 private:
  void look(const TraceWindow& window, TraceRef out, TraceTag& tag) noexcept override {
    ++looks_;
    double seen = 0.0;
    for (Index k = -before_ - 3; k <= after_ + 3; ++k)
      if (window.usable(k)) seen += std::exp2(static_cast<double>(window.trace(k)[0]));
    out[0] = static_cast<Sample>(seen);
    out[1] = static_cast<Sample>(looks_);
    EXPECT_EQ(window.tag(0).index, tag.index);
  }
  void forget() noexcept override { looks_ = 0; }
  void remember(StateArchive& archive) noexcept override { archive(looks_); }
  Index before_;
  Index after_;
  std::int32_t looks_ = 0;
};

TEST(CausalStage, AnswersEachTraceOnce) {
  Memory memory;
  Adder stage(memory.arena);
  EXPECT_FALSE(pull(stage).ready);
  stage.push(Trace{1.0F, 2.0F}, tag_of(7, Quality::saturated));
  const Pulled out = pull(stage);
  EXPECT_TRUE(out.ready);
  EXPECT_EQ(out.tag.index, 7);
  EXPECT_EQ(out.tag.quality, Quality::saturated);
  EXPECT_EQ(out.samples, (Trace{1.0F, 2.0F}));
  EXPECT_FALSE(pull(stage).ready);
  stage.finish();
  EXPECT_FALSE(pull(stage).ready);
}

TEST(CausalStage, BadTracesAreZeroFlaggedAndForgotten) {
  Memory memory;
  Adder stage(memory.arena);
  const auto bad = [&stage](const Trace& trace, Quality given, Quality expected) {
    stage.push(trace, tag_of(0, given));
    const Pulled out = pull(stage);
    EXPECT_TRUE(out.ready);
    EXPECT_EQ(out.tag.quality, expected);
    EXPECT_EQ(out.samples, (Trace{0.0F, 0.0F}));
  };
  bad({1.0F}, Quality::good, Quality::dropped);              // too short
  bad({1.0F, 2.0F, 3.0F}, Quality::good, Quality::dropped);  // too long
  bad({}, Quality::saturated, Quality::dropped | Quality::saturated);
  bad({1.0F, std::numeric_limits<Sample>::quiet_NaN()}, Quality::good, Quality::non_finite);
  bad({std::numeric_limits<Sample>::infinity(), 0.0F}, Quality::warming_up, Quality::non_finite | Quality::warming_up);
  bad({5.0F, 5.0F}, Quality::dropped, Quality::dropped);  // lost before
  stage.push(Trace{1.0F, 2.0F}, tag_of(1));
  EXPECT_EQ(pull(stage).samples, (Trace{1.0F, 2.0F}));
}

TEST(CausalStage, ATraceBeforeTheLastResultWasPulledComesOutAsDropped) {
  Memory memory;
  Adder stage(memory.arena);
  stage.push(Trace{1.0F, 1.0F}, tag_of(0));
  stage.push(Trace{2.0F, 2.0F}, tag_of(1));
  const Pulled out = pull(stage);
  EXPECT_EQ(out.tag.index, 1);
  EXPECT_EQ(out.tag.quality, Quality::dropped);
  EXPECT_EQ(out.samples, (Trace{0.0F, 0.0F}));
  EXPECT_FALSE(pull(stage).ready);
}

TEST(CausalStage, PullingIntoAWrongLengthSaysSo) {
  Memory memory;
  Adder stage(memory.arena);
  stage.push(Trace{1.0F, 1.0F}, tag_of(0));
  Trace wrong(3, 9.0F);
  TraceTag tag;
  EXPECT_TRUE(stage.pull(wrong, tag));
  EXPECT_EQ(tag.quality, Quality::dropped);
  EXPECT_EQ(wrong, (Trace{0.0F, 0.0F, 0.0F}));
}

TEST(CausalStage, ResetForgetsAlsoWhatWaits) {
  Memory memory;
  Adder stage(memory.arena);
  stage.push(Trace{1.0F, 1.0F}, tag_of(0));
  stage.reset();
  EXPECT_FALSE(pull(stage).ready);
  stage.push(Trace{2.0F, 3.0F}, tag_of(1));
  EXPECT_EQ(pull(stage).samples, (Trace{2.0F, 3.0F}));
}

TEST(WindowStage, SeesExactlyItsWindow) {
  for (const Index before : {0, 1, 3})
    for (const Index after : {0, 1, 2}) {
      Memory memory;
      Looker stage(before, after, memory.arena);
      EXPECT_EQ(stage.latency(), after);
      constexpr int n = 9;
      constexpr int bad = 4;
      std::vector<Pulled> out;
      const auto drain = [&] {
        for (Pulled p = pull(stage); p.ready; p = pull(stage)) out.push_back(p);
      };
      for (int k = 0; k < n; ++k) {
        stage.push(number(k), tag_of(k, k == bad ? Quality::dropped : Quality::good));
        drain();
        EXPECT_EQ(static_cast<Index>(out.size()), std::max<Index>(0, k + 1 - after));
      }
      stage.finish();
      drain();
      ASSERT_EQ(out.size(), static_cast<std::size_t>(n));
      for (int k = 0; k < n; ++k) {
        const Pulled& p = out[static_cast<std::size_t>(k)];
        EXPECT_EQ(p.tag.index, k);
        if (k == bad) {
          EXPECT_EQ(p.samples, (Trace{0.0F, 0.0F}));
          continue;
        }
        double expected = 0.0;
        for (Index j = std::max<Index>(0, k - before); j <= std::min<Index>(n - 1, k + after); ++j)
          if (j != bad) expected += std::exp2(static_cast<double>(j));
        EXPECT_EQ(p.samples[0], static_cast<Sample>(expected)) << before << " " << after << " at " << k;
        EXPECT_EQ(p.samples[1], static_cast<Sample>(k + 1));  // also the bad one was looked at
      }
    }
}

TEST(WindowStage, ALineShorterThanTheLatencyComesOutWhole) {
  Memory memory;
  Looker stage(2, 5, memory.arena);
  stage.finish();
  EXPECT_FALSE(pull(stage).ready);
  stage.reset();
  stage.push(number(0), tag_of(0));
  stage.push(number(1), tag_of(1));
  EXPECT_FALSE(pull(stage).ready);
  stage.finish();
  EXPECT_EQ(pull(stage).tag.index, 0);
  EXPECT_EQ(pull(stage).tag.index, 1);
  EXPECT_FALSE(pull(stage).ready);
}

TEST(WindowStage, ResumesInTheMiddleAndWhileDraining) {
  for (int cut = 0; cut <= 8; ++cut) {
    Memory one;
    Memory two;
    Looker a(2, 3, one.arena);
    Looker b(2, 3, two.arena);
    std::vector<Trace> expected;
    std::vector<Trace> resumed;
    const auto feed = [](Looker& stage, int k, std::vector<Trace>& out) {
      if (k < 6) stage.push(number(k), tag_of(k));
      if (k == 6) stage.finish();
      if (const Pulled p = pull(stage); p.ready) out.push_back(p.samples);
    };
    for (int k = 0; k < 12; ++k) {
      if (k == cut) {
        StateArchive measure;
        a.state(measure);
        std::vector<std::byte> bytes(measure.size());
        StateArchive save = StateArchive::saving(bytes);
        a.state(save);
        StateArchive load = StateArchive::loading(bytes);
        b.state(load);
        ASSERT_TRUE(load.ok());
        resumed = expected;
      }
      feed(a, k, expected);
      if (k >= cut) feed(b, k, resumed);
    }
    EXPECT_EQ(expected.size(), 6U);
    EXPECT_EQ(resumed, expected) << cut;
  }
}

TEST(WindowStage, AForgedStateFails) {
  Memory memory;
  Looker stage(1, 1, memory.arena);
  StateArchive measure;
  stage.state(measure);
  const std::vector<std::byte> forged(measure.size(), std::byte{1});  // positions of 0x0101...
  StateArchive load = StateArchive::loading(forged);
  stage.state(load);
  EXPECT_FALSE(load.ok());
}

}  // namespace
}  // namespace surefoot
