// SPDX-License-Identifier: MIT
#include <surefoot/dsp/window_sum.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <limits>
#include <random>
#include <vector>

namespace surefoot::dsp {
namespace {

struct Owned {
  Owned(Index n_samples, Index length) : block(1 << 22), arena(block), it(n_samples, length, arena) {
    EXPECT_TRUE(arena.ok());
  }
  std::vector<std::byte> block;
  Arena arena;
  WindowSum it;
};

// The caller's columns: the newest first.
struct Columns {
  explicit Columns(Index most) : length(most) {}
  void push(std::vector<Sample> column) {
    kept.push_front(std::move(column));
    if (static_cast<Index>(kept.size()) > length) kept.pop_back();
  }
  auto look() const {
    return [this](Index age) -> ConstTraceRef {
      EXPECT_GE(age, 0);
      EXPECT_LT(age, length);
      if (age >= static_cast<Index>(kept.size())) return {};
      return std::span<const Sample>(kept[to_size(age)]);
    };
  }
  Index length;
  std::deque<std::vector<Sample>> kept;
};

// Whole numbers: every order of addition gives the same, so the comparison is exact.
TEST(WindowSum, IsTheSumOfTheWindowForEveryLength) {
  for (Index length = 1; length <= 60; ++length) {
    Owned sum(3, length);
    Columns columns(length);
    std::mt19937 engine(static_cast<unsigned>(length));
    std::uniform_int_distribution<int> number(-1000000, 1000000);
    for (Index step = 0; step < 5 * length + 7; ++step) {
      std::vector<Sample> column;
      if (number(engine) < 800000)
        for (int i = 0; i < 3; ++i) column.push_back(static_cast<Sample>(number(engine)));
      columns.push(column);
      sum.it.step(columns.look());
      Index count = 0;
      std::vector<double> expected(3, 0.0);
      for (const auto& c : columns.kept) {
        count += c.empty() ? 0 : 1;
        for (std::size_t i = 0; i < c.size(); ++i) expected[i] += static_cast<double>(c[i]);
      }
      ASSERT_EQ(sum.it.count(), count) << length << " at " << step;
      for (std::size_t i = 0; i < 3; ++i) ASSERT_EQ(sum.it[i], expected[i]) << length << " at " << step;
    }
  }
}

std::int32_t ordered(float x) noexcept {
  const auto bits = std::bit_cast<std::int32_t>(x);
  return bits < 0 ? std::numeric_limits<std::int32_t>::min() - bits : bits;
}

// 1e8 updates of samples over twelve decades, an outlier of 1e30 now and then: at the end and whenever looked at, the sum is
// within 2 units of the last place of float32 of an exact one.
TEST(WindowSum, DoesNotDriftOverAHundredMillionUpdates) {
  constexpr Index n = 500;
  constexpr Index length = 200;
  constexpr Index steps = 200000;
  Owned sum(n, length);
  std::vector<Sample> ring(to_size(n * length));
  std::uint64_t seed = 1;
  const auto random = [&seed]() noexcept {
    seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
    return static_cast<float>(static_cast<std::int32_t>(seed >> 32U)) * 0x1p-31F;
  };
  std::vector<Sample> pool(1 << 16);
  for (std::size_t i = 0; i < pool.size(); ++i) {
    const float x = random();
    pool[i] = x * x * x * x * x * (i % 2 == 0 ? 1.0F : 1e-4F) + 1e-3F;
  }
  std::int64_t worst = 0;
  for (Index step = 0; step < steps; ++step) {
    const Index slot = step % length;
    const auto from = to_size((step * 7919) % static_cast<Index>(pool.size() - to_size(n)));
    const auto column = std::span(ring).subspan(to_size(slot * n), to_size(n));
    std::copy_n(pool.begin() + static_cast<std::ptrdiff_t>(from), n, column.begin());
    if (step % 1000 == 7) column[to_size(step / 1000 % n)] = 1e30F;
    sum.it.step([&](Index age) -> ConstTraceRef {
      if (age > step) return {};
      return std::span<const Sample>(ring).subspan(to_size((step - age) % length * n), to_size(n));
    });
    if (step % 997 != 0 && step + 50 < steps) continue;
    for (Index i = 0; i < n; ++i) {
      long double exact = 0.0L;  // 64 bits: 11 more than the sum under test
      for (Index t = 0; t < length; ++t) exact += static_cast<long double>(ring[to_size(t * n + i)]);
      const auto a = static_cast<float>(sum.it[to_size(i)]);
      const std::int64_t distance = static_cast<std::int64_t>(ordered(a)) - ordered(static_cast<float>(exact));
      worst = std::max(worst, std::abs(distance));
    }
  }
  EXPECT_LE(worst, 2);
}

TEST(WindowSum, AnOutlierLeavesNoTrace) {
  Owned sum(1, 10);
  Columns columns(10);
  for (int i = 0; i < 100; ++i) {
    columns.push({i == 37 ? 1e30F : 0.1F});
    sum.it.step(columns.look());
    if (i >= 37 && i < 47) {
      EXPECT_GT(sum.it[0], 9e29);
    } else if (i >= 9) {
      EXPECT_FLOAT_EQ(static_cast<float>(sum.it[0]), 1.0F) << i;
    }
  }
}

TEST(WindowSum, ClearForgetsAndStateResumesExactly) {
  constexpr Index length = 23;
  Owned a(2, length);
  Columns columns(length);
  std::mt19937 engine(5);
  std::normal_distribution<float> normal;
  std::vector<double> first;
  const auto run = [&](Owned& sum, int steps) {
    std::vector<double> out;
    for (int i = 0; i < steps; ++i) {
      columns.push({normal(engine), normal(engine)});
      sum.it.step(columns.look());
      for (std::size_t k = 0; k < 2; ++k) out.push_back(sum.it[k]);
    }
    return out;
  };
  const auto start = run(a, 61);
  StateArchive measure;
  a.it.state(measure);
  std::vector<std::byte> bytes(measure.size());
  StateArchive save = StateArchive::saving(bytes);
  a.it.state(save);
  ASSERT_TRUE(save.ok());
  Owned b(2, length);
  StateArchive load = StateArchive::loading(bytes);
  b.it.state(load);
  ASSERT_TRUE(load.ok());
  EXPECT_EQ(b.it.count(), a.it.count());
  const auto kept_engine = engine;
  const auto kept_columns = columns;
  const auto one = run(a, 100);
  engine = kept_engine;
  columns = kept_columns;
  EXPECT_EQ(run(b, 100), one);

  b.it.clear();
  engine.seed(5);
  normal.reset();
  columns.kept.clear();
  EXPECT_EQ(run(b, 61), start);

  std::vector<std::byte> forged(measure.size(), std::byte{0x33});
  StateArchive bad = StateArchive::loading(forged);
  b.it.state(bad);
  EXPECT_FALSE(bad.ok());
}

}  // namespace
}  // namespace surefoot::dsp
