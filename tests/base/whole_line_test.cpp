// SPDX-License-Identifier: MIT
#include <surefoot/base/whole_line.hpp>

#include "support/small_stage.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstddef>
#include <vector>

namespace surefoot {
namespace {

using namespace test::small;

// Output = input with the length of the line as its second sample.
class Whole final : public WholeLine {
 public:
  explicit Whole(Arena& arena, const StreamSpec& in = spec) noexcept : WholeLine(in, arena) {}
  int calls = 0;

 private:
  [[nodiscard]] Index findings(std::span<Note> out) const noexcept override {
    out[0] = {"calls", static_cast<double>(calls), Unit::none, nullptr};
    return 1;
  }
  void process(ColumnRing& line) noexcept override {
    ++calls;
    for (Index k = 0; k < line.size(); ++k) line.column(k)[1] = static_cast<Sample>(line.size());
  }
};

// Every second usable trace, with its square as a third sample.
class EverySecond final : public WholeLineTo {
 public:
  explicit EverySecond(Arena& arena) noexcept
      : WholeLineTo(
            spec,
            [] {
              StreamSpec out = spec;
              out.n_samples = 3;
              out.max_traces = 3;
              return out;
            }(),
            arena) {}

 private:
  void process(ColumnRing& line, ColumnRing& made) noexcept override {
    Index n = 0;
    for (Index k = 0; k < line.size(); ++k) {
      if (unusable(line.tag(k).quality) || n++ % 2 != 0) continue;
      const TraceRef to = made.push(line.tag(k));
      to[0] = line.column(k)[0];
      to[1] = line.column(k)[1];
      to[2] = to[0] * to[0];
    }
  }
};

TEST(WholeLine, AnswersAtTheEndInOrder) {
  Memory memory;
  Whole stage(memory.arena);
  EXPECT_EQ(stage.latency(), whole_line);
  for (int k = 0; k < 4; ++k) {
    stage.push(number(k), tag_of(k, k == 2 ? Quality::non_finite : Quality::saturated));
    EXPECT_FALSE(pull(stage).ready);
  }
  stage.finish();
  stage.finish();
  EXPECT_EQ(stage.calls, 1);
  for (int k = 0; k < 4; ++k) {
    const Pulled p = pull(stage);
    EXPECT_TRUE(p.ready);
    EXPECT_EQ(p.tag.index, k);
    EXPECT_EQ(p.samples, k == 2 ? (Trace{0.0F, 0.0F}) : (Trace{static_cast<Sample>(k), 4.0F}));
  }
  EXPECT_FALSE(pull(stage).ready);
}

TEST(WholeLine, MoreTracesThanPromisedAreReported) {
  Memory memory;
  Whole stage(memory.arena);
  for (int k = 0; k < 8; ++k) stage.push(number(k), tag_of(k));  // max_traces = 6
  stage.finish();
  for (int k = 0; k < 6; ++k) EXPECT_EQ(pull(stage).tag.quality, k == 5 ? Quality::dropped : Quality::good);
  EXPECT_FALSE(pull(stage).ready);
  StreamSpec none = spec;
  none.max_traces = 0;
  Whole nothing(memory.arena, none);
  nothing.push(number(0), tag_of(0));
  nothing.finish();
  EXPECT_FALSE(pull(nothing).ready);
}

// Output = sum of the first samples of all columns, as imaging adds columns up without looking at their tags.
class Summed final : public WholeLine {
 public:
  explicit Summed(Arena& arena) noexcept : WholeLine(spec, arena) {}

 private:
  void process(ColumnRing& line) noexcept override {
    Sample sum = 0.0F;
    for (Index k = 0; k < line.size(); ++k) sum += line.column(k)[0];
    for (Index k = 0; k < line.size(); ++k) line.column(k)[0] = sum;
  }
};

TEST(WholeLine, ColumnsThatCarryNothingAreZero) {
  Memory memory;
  Summed stage(memory.arena);
  for (int k = 1; k <= 7; ++k) stage.push(number(k), tag_of(k, k == 2 ? Quality::dropped : Quality::good));
  stage.finish();
  const Pulled first = pull(stage);
  EXPECT_EQ(first.samples[0], 1.0F + 3.0F + 4.0F + 5.0F) << "the sixth was flagged when a seventh came";
}

TEST(WholeLine, WhatCarriesNothingHasNoScore) {
  Memory memory;
  Whole stage(memory.arena);
  for (const Quality quality : {Quality::good, Quality::non_finite}) {
    TraceTag tag = tag_of(0, quality);
    tag.score = 9.0F;
    tag.score_time_s = 1e-9;
    stage.push(number(1), tag);
  }
  stage.finish();
  EXPECT_EQ(pull(stage).tag.score, 9.0F);
  const Pulled lost = pull(stage);
  EXPECT_EQ(lost.tag.score, 0.0F);
  EXPECT_TRUE(std::isnan(lost.tag.score_time_s));
}

TEST(WholeLine, NotesAreThoseOfTheLineThatWasJustWorkedOn) {
  Memory memory;
  Whole stage(memory.arena);
  std::vector<Note> notes(to_size(most_notes));
  for (int round = 1; round <= 2; ++round) {
    EXPECT_EQ(stage.notes(notes), 0);
    for (int k = 0; k < 3; ++k) stage.push(number(k), tag_of(k));
    EXPECT_EQ(stage.notes(notes), 0) << "not before the end";
    stage.finish();
    ASSERT_EQ(stage.notes(notes), 1);
    EXPECT_EQ(notes[0].value, round);
    if (round == 1) stage.reset();
  }
  // What another object found is not in its state.
  std::vector<std::byte> state(4096);
  StateArchive save = StateArchive::saving(state);
  stage.state(save);
  EXPECT_EQ(stage.notes(notes), 1) << "saving changes nothing";
  StateArchive load = StateArchive::loading(std::span<const std::byte>(state).first(save.size()));
  stage.state(load);
  ASSERT_TRUE(load.ok());
  EXPECT_EQ(stage.notes(notes), 0);
}

TEST(WholeLineTo, WhatComesAfterTheEndIsReported) {
  Memory memory;
  EverySecond stage(memory.arena);
  for (int k = 1; k <= 4; ++k) stage.push(number(k), tag_of(k));
  stage.finish();
  stage.push(number(5), tag_of(5));
  std::vector<Sample> out(3, -1.0F);
  TraceTag tag;
  ASSERT_TRUE(stage.pull(out, tag));
  EXPECT_EQ(tag.quality, Quality::good);
  ASSERT_TRUE(stage.pull(out, tag));
  EXPECT_EQ(tag.index, 3);
  EXPECT_EQ(tag.quality, Quality::dropped);
  EXPECT_EQ(out, Trace(3, 0.0F));
  EXPECT_FALSE(stage.pull(out, tag));
}

TEST(WholeLineTo, MakesALineOfItsOwnShape) {
  Memory memory;
  EverySecond stage(memory.arena);
  EXPECT_EQ(stage.latency(), whole_line);
  EXPECT_FALSE(stage.one_to_one());
  for (int round = 0; round < 2; ++round) {
    for (int k = 0; k < 6; ++k) stage.push(number(k), tag_of(k, k == 1 ? Quality::dropped : Quality::saturated));
    std::vector<Sample> out(3, -1.0F);
    TraceTag tag;
    EXPECT_FALSE(stage.pull(out, tag)) << "not before the end";
    stage.finish();
    stage.finish();
    std::vector<std::byte> state(4096);
    for (const int k : {0, 3, 5}) {
      ASSERT_TRUE(stage.pull(out, tag));
      EXPECT_EQ(tag.index, k);
      EXPECT_EQ(tag.quality, Quality::saturated);
      EXPECT_EQ(out, (Trace{static_cast<Sample>(k), 1.0F, static_cast<Sample>(k * k)}));
      // The rest survives being saved and loaded.
      StateArchive save = StateArchive::saving(state);
      stage.state(save);
      ASSERT_TRUE(save.ok());
      stage.reset();
      EXPECT_FALSE(stage.pull(out, tag));
      StateArchive load = StateArchive::loading(std::span<const std::byte>(state).first(save.size()));
      stage.state(load);
      ASSERT_TRUE(load.ok());
    }
    EXPECT_FALSE(stage.pull(out, tag));
    stage.reset();
  }
}

}  // namespace
}  // namespace surefoot
