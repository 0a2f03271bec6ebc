// SPDX-License-Identifier: MIT
#include <surefoot/base/note.hpp>

#include <surefoot/base/stage.hpp>

#include <gtest/gtest.h>

#include <array>
#include <type_traits>

namespace surefoot {
namespace {

// Notes cross the C face and are copied under push and pull: nothing in them may own memory.
static_assert(std::is_trivially_copyable_v<Note> && std::is_trivially_destructible_v<Note>);
static_assert(std::is_nothrow_default_constructible_v<Note>);

TEST(Note, IsEmptyAndWithoutWarningUnlessSaid) {
  const Note note;
  EXPECT_STREQ(note.name, "");
  EXPECT_EQ(note.value, 0.0);
  EXPECT_EQ(note.unit, Unit::none);
  EXPECT_EQ(note.warning, nullptr);
  const Note rank{"rank", 3.0, Unit::none, "more than half of what there is"};
  EXPECT_STREQ(rank.name, "rank");
  EXPECT_EQ(rank.value, 3.0);
  EXPECT_STREQ(rank.warning, "more than half of what there is");
}

struct Silent final : Stage {
  [[nodiscard]] const StreamSpec& output() const noexcept override { return spec; }
  [[nodiscard]] Index latency() const noexcept override { return 0; }
  void push(ConstTraceRef, const TraceTag&) noexcept override {}
  bool pull(TraceRef, TraceTag&) noexcept override { return false; }
  void finish() noexcept override {}
  void reset() noexcept override {}
  void state(StateArchive&) noexcept override {}
  StreamSpec spec;
};

TEST(Note, AStageThatHasNothingToSayFillsNone) {
  const Silent silent;
  std::array<Note, most_notes> notes;
  notes.fill({"before", 1.0, Unit::hertz, nullptr});
  EXPECT_EQ(silent.notes(notes), 0);
  for (const Note& note : notes) EXPECT_STREQ(note.name, "before");
}

}  // namespace
}  // namespace surefoot
