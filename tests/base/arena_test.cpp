// SPDX-License-Identifier: MIT
#include <surefoot/base/arena.hpp>

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

namespace surefoot {
namespace {

struct Thing {
  explicit Thing(Arena& arena, Index n) noexcept : numbers(arena.take<double>(n)), letters(arena.take<char>(n)) {}
  std::span<double> numbers;
  std::span<char> letters;
};

TEST(Arena, CountsExactlyWhatItGives) {
  for (const Index n : {0, 1, 7, 8, 63, 64, 65, 1000}) {
    alignas(Arena::alignment) std::array<std::byte, 256> scratch{};
    Arena counting = Arena::counting(scratch);
    const Thing* counted = counting.emplace<Thing>(counting, n);
    ASSERT_NE(counted, nullptr);
    EXPECT_TRUE(counted->numbers.empty());
    EXPECT_FALSE(counting.ok());
    for (const std::size_t lead : {0U, 1U, 17U, 63U}) {  // wherever the block begins
      std::vector<std::byte> memory(counting.needed() + lead);
      Arena arena(std::span<std::byte>(memory).subspan(lead));
      const Thing* thing = arena.emplace<Thing>(arena, n);
      ASSERT_NE(thing, nullptr);
      EXPECT_TRUE(arena.ok()) << n << " at " << lead;
      EXPECT_EQ(arena.needed(), counting.needed());
      EXPECT_EQ(thing->numbers.size(), to_size(n));
      EXPECT_EQ(thing->letters.size(), to_size(n));
    }
  }
}

TEST(Arena, EveryBufferIsAlignedZeroAndApart) {
  std::vector<std::byte> memory(4096, std::byte{0xAA});
  Arena arena(memory);
  const auto a = arena.take<float>(3);
  const auto b = arena.take<unsigned char>(65);
  const auto c = arena.take<double>(2);
  for (const void* p :
       {static_cast<const void*>(a.data()), static_cast<const void*>(b.data()), static_cast<const void*>(c.data())})
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(p) % Arena::alignment, 0U);
  for (const float x : a) EXPECT_EQ(x, 0.0F);
  for (const unsigned char x : b) EXPECT_EQ(x, 0);
  EXPECT_GE(reinterpret_cast<std::uintptr_t>(b.data()), reinterpret_cast<std::uintptr_t>(a.data() + a.size()));
  EXPECT_GE(reinterpret_cast<std::uintptr_t>(c.data()), reinterpret_cast<std::uintptr_t>(b.data() + b.size()));
}

TEST(Arena, LeavesNumbersAsTheyAreWhereAsked) {
  std::vector<std::byte> memory(1024, std::byte{7});
  Arena arena(memory);
  const auto unset = arena.take_unset<std::uint8_t>(100);
  const auto zeros = arena.take<std::uint8_t>(100);
  ASSERT_TRUE(arena.ok());
  for (const std::uint8_t x : unset) EXPECT_EQ(x, 7) << "not written to";
  for (const std::uint8_t x : zeros) EXPECT_EQ(x, 0);
  alignas(Arena::alignment) std::array<std::byte, 64> scratch{};
  Arena counting = Arena::counting(scratch);
  EXPECT_TRUE(counting.take_unset<double>(10).empty());
  EXPECT_GE(counting.needed(), 80U);
}

TEST(Arena, SaysWhenTheBlockIsTooSmallAndCountsOn) {
  std::vector<std::byte> memory(256);
  Arena arena(memory);
  EXPECT_EQ(arena.take<double>(8).size(), 8U);
  EXPECT_TRUE(arena.take<double>(1000).empty());
  EXPECT_FALSE(arena.ok());
  EXPECT_TRUE(arena.take<double>(1).empty());  // never again, even if it would fit
  EXPECT_EQ(arena.needed(), 64U + 8000U + 64U + Arena::alignment);
  Arena none(std::span<std::byte>{});
  EXPECT_TRUE(none.take<char>(1).empty());
  EXPECT_FALSE(none.ok());
}

TEST(Arena, NothingIsTakenForNothing) {
  Arena arena = Arena::counting({});
  EXPECT_TRUE(arena.take<double>(0).empty());
  EXPECT_TRUE(arena.take<double>(-5).empty());
  EXPECT_EQ(arena.needed(), Arena::alignment);
}

TEST(Arena, AbsurdSizesDoNotWrap) {
  std::vector<std::byte> memory(1024);
  Arena arena(memory);
  const Index absurd = std::numeric_limits<Index>::max();
  EXPECT_TRUE(arena.take<double>(absurd).empty());
  EXPECT_TRUE(arena.take<double>(absurd / 4).empty());
  EXPECT_TRUE(arena.take<char>(absurd).empty());
  EXPECT_FALSE(arena.ok());
  EXPECT_GE(arena.needed(), memory.size());
}

}  // namespace
}  // namespace surefoot
