// SPDX-License-Identifier: MIT
#include <surefoot/dsp/running_median.hpp>

#include "support/lines.hpp"
#include "support/plain_median.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <deque>
#include <vector>

namespace surefoot::dsp {
namespace {

struct Owned {
  Owned(Index n_samples, Index capacity) : memory(size_of(n_samples, capacity)), arena(memory) {
    median = arena.emplace<RunningMedian>(n_samples, capacity, arena);
  }
  static std::size_t size_of(Index n_samples, Index capacity) {
    alignas(Arena::alignment) std::byte scratch[sizeof(RunningMedian) + 2 * Arena::alignment];
    Arena counting = Arena::counting(scratch);
    (void)counting.emplace<RunningMedian>(n_samples, capacity, counting);
    return counting.needed();
  }
  std::vector<std::byte> memory;
  Arena arena;
  RunningMedian* median;
};

using Column = std::vector<Sample>;

ConstTraceRef view(const Column& c) { return std::span<const Sample>(c); }

void expect_medians(const RunningMedian& median, const std::deque<Column>& set, const Column& x, int step) {
  Column y(x.size());
  median.subtract_from(view(x), std::span<Sample>(y));
  for (std::size_t i = 0; i < x.size(); ++i) {
    std::vector<double> values;
    for (const Column& c : set) values.push_back(static_cast<double>(c[i]));
    ASSERT_EQ(y[i], static_cast<Sample>(static_cast<double>(x[i]) - test::plain_median(values))) << step << " " << i;
  }
}

// Additions, removals and exchanges in any order; values that repeat, so that ties are met all the time.
TEST(RunningMedian, EqualsSortingForAnySetAndWidth) {
  test::Random random(31);
  for (const Index n_samples : {1, 15, 16, 17, 40})
    for (const Index capacity : {1, 2, 7, 20}) {
      Owned owned(n_samples, capacity);
      std::deque<Column> set;
      for (int step = 0; step < 200; ++step) {
        Column fresh(to_size(n_samples));
        for (Sample& x : fresh)
          x = random.below(2) == 0 ? static_cast<Sample>(random.below(5)) - 2.0F : static_cast<Sample>(random.normal());
        const std::size_t dice = random.below(8);
        const bool full = static_cast<Index>(set.size()) == capacity;
        if (dice == 0 && !set.empty()) {
          owned.median->replace(view(set.front()), {});
          set.pop_front();
        } else if (!full) {
          owned.median->replace({}, view(fresh));
          set.push_back(fresh);
        } else {
          owned.median->replace(view(set.front()), view(fresh));
          set.pop_front();
          set.push_back(fresh);
        }
        if (dice == 1) owned.median->replace({}, {});
        ASSERT_EQ(owned.median->count(), static_cast<Index>(set.size()));
        expect_medians(*owned.median, set, fresh, step);
      }
    }
}

TEST(RunningMedian, AnEmptySetHasTheMedianZero) {
  Owned owned(5, 3);
  const Column x{1.0F, -2.0F, 3.0F, 0.0F, 5.0F};
  expect_medians(*owned.median, {}, x, 0);
  owned.median->replace({}, view(x));
  owned.median->replace(view(x), {});
  expect_medians(*owned.median, {}, x, 1);
  owned.median->replace({}, view(x));
  owned.median->clear();
  EXPECT_EQ(owned.median->count(), 0);
  expect_medians(*owned.median, {}, x, 2);
}

}  // namespace
}  // namespace surefoot::dsp
