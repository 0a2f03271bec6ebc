// SPDX-License-Identifier: MIT
#include <surefoot/dsp/sliding_median.hpp>

#include "support/lines.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace surefoot::dsp {
namespace {

double by_sorting(std::vector<Sample> x) {
  std::sort(x.begin(), x.end());
  return 0.5 * (static_cast<double>(x[(x.size() - 1) / 2]) + static_cast<double>(x[x.size() / 2]));
}

// Few values, so that many are equal; zeros of both signs among them.
std::vector<Sample> trace(test::Random& random, std::size_t n, bool coarse) {
  std::vector<Sample> x(n);
  for (Sample& v : x)
    v = coarse ? static_cast<Sample>(static_cast<double>(random.below(7)) - 3.0) * (random.below(2) == 0 ? 1.0F : -1.0F)
               : static_cast<Sample>(random.normal());
  return x;
}

TEST(Median, IsTheMiddleOfTheSortedNumbers) {
  test::Random random(1);
  for (std::size_t n = 1; n <= 70; ++n)
    for (const bool coarse : {false, true}) {
      std::vector<Sample> x = trace(random, n, coarse);
      const double want = by_sorting(x);
      EXPECT_EQ(median(x), want) << n;
    }
  EXPECT_EQ(median({}), 0.0);
  std::vector<Sample> zeros{-0.0F, -0.0F, -0.0F};
  EXPECT_FALSE(std::signbit(median(zeros)));
}

TEST(SlidingMedian, IsTheMedianOfEachWindowForEveryLength) {
  test::Random random(2);
  std::vector<std::byte> block(1 << 16);
  for (std::size_t n = 1; n <= 40; ++n)
    for (Index h = 0; h <= 45; ++h) {
      Arena arena(block);
      SlidingMedian sliding(static_cast<Index>(n), h, arena);
      ASSERT_TRUE(arena.ok());
      std::vector<double> got(n);
      for (const bool coarse : {false, true, false}) {  // and the same object again
        const std::vector<Sample> x = trace(random, n, coarse);
        sliding.run(x, got);
        for (std::size_t i = 0; i < n; ++i) {
          const std::size_t a = i < to_size(h) ? 0 : i - to_size(h);
          const std::size_t b = std::min(n, i + to_size(h) + 1);
          const auto at = [&](std::size_t k) { return x.begin() + static_cast<std::ptrdiff_t>(k); };
          ASSERT_EQ(got[i], by_sorting({at(a), at(b)})) << n << " " << h << " " << i;
        }
      }
    }
}

}  // namespace
}  // namespace surefoot::dsp
