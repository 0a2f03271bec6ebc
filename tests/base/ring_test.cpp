// SPDX-License-Identifier: MIT
#include <surefoot/base/ring.hpp>

#include <gtest/gtest.h>

#include <cstddef>
#include <deque>
#include <utility>
#include <vector>

namespace surefoot {
namespace {

struct Owned {
  Owned(Index n_samples, Index capacity) : block(1 << 16), arena(block), it(n_samples, capacity, arena) {
    EXPECT_TRUE(arena.ok());
  }
  std::vector<std::byte> block;
  Arena arena;
  ColumnRing it;
};

std::vector<Sample> column(std::int64_t k) {
  return {static_cast<Sample>(k), static_cast<Sample>(2 * k), static_cast<Sample>(3 * k)};
}

TEST(ColumnRing, BehavesLikeABoundedQueue) {
  for (Index capacity = 1; capacity <= 5; ++capacity) {
    Owned ring(3, capacity);
    std::deque<std::int64_t> expected;
    unsigned seed = 1;
    for (std::int64_t k = 0; k < 300; ++k) {
      seed = seed * 1664525U + 1013904223U;
      if ((seed >> 30U) == 0) {
        ring.it.pop();
        if (!expected.empty()) expected.pop_front();
      } else {
        ring.it.push(column(k), TraceTag{.index = k});
        expected.push_back(k);
        if (static_cast<Index>(expected.size()) > capacity) expected.pop_front();
      }
      ASSERT_EQ(ring.it.size(), static_cast<Index>(expected.size()));
      ASSERT_EQ(ring.it.full(), static_cast<Index>(expected.size()) == capacity);
      ASSERT_EQ(ring.it.empty(), expected.empty());
      for (std::size_t i = 0; i < expected.size(); ++i) {
        const ConstTraceRef seen = std::as_const(ring.it).column(static_cast<Index>(i));
        ASSERT_EQ(std::vector<Sample>(seen.begin(), seen.end()), column(expected[i]));
        ASSERT_EQ(ring.it.tag(static_cast<Index>(i)).index, expected[i]);
      }
    }
    ring.it.clear();
    EXPECT_TRUE(ring.it.empty());
  }
}

TEST(ColumnRing, StateGoesRoundAndForgedOnesFail) {
  Owned ring(3, 4);
  for (std::int64_t k = 0; k < 7; ++k) ring.it.push(column(k), TraceTag{.index = k});
  ring.it.pop();
  StateArchive measure;
  ring.it.state(measure);
  std::vector<std::byte> bytes(measure.size());
  StateArchive save = StateArchive::saving(bytes);
  ring.it.state(save);
  Owned other(3, 4);
  StateArchive load = StateArchive::loading(bytes);
  other.it.state(load);
  ASSERT_TRUE(load.ok());
  ASSERT_EQ(other.it.size(), 3);
  for (Index i = 0; i < 3; ++i) EXPECT_EQ(other.it.tag(i).index, 4 + i);
  for (Index i = 0; i < 3; ++i) EXPECT_EQ(other.it.column(i)[2], static_cast<Sample>(3 * (4 + i)));
  for (const std::size_t at : {std::size_t{0}, sizeof(Index)}) {  // the first column, the size
    auto forged = bytes;
    forged[at] = std::byte{99};
    StateArchive bad = StateArchive::loading(forged);
    other.it.state(bad);
    EXPECT_FALSE(bad.ok());
    EXPECT_LE(other.it.size(), other.it.capacity());
  }
}

TEST(ColumnRing, ARingWithoutRoomHoldsNothing) {
  Owned none(3, 0);
  none.it.pop();
  EXPECT_TRUE(none.it.empty());
  EXPECT_TRUE(none.it.full());
  none.it.clear();
  StateArchive measure;
  none.it.state(measure);
  std::vector<std::byte> bytes(measure.size());
  StateArchive save = StateArchive::saving(bytes);
  none.it.state(save);
  StateArchive load = StateArchive::loading(bytes);
  none.it.state(load);
  EXPECT_TRUE(load.ok());  // a whole-line stage on a live spec is planned before it is refused
}

}  // namespace
}  // namespace surefoot
