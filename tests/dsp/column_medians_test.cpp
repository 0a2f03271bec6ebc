// SPDX-License-Identifier: MIT
#include <surefoot/dsp/column_medians.hpp>

#include "support/lines.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace surefoot::dsp {
namespace {

constexpr auto width = to_size(column_medians_at_once);

// By sorting.
double sorted_median(const std::vector<Sample>& block, std::size_t column) {
  std::vector<double> x;
  for (std::size_t k = column; k < block.size(); k += width) x.push_back(static_cast<double>(block[k]));
  if (x.empty()) return 0.0;
  std::sort(x.begin(), x.end());
  return 0.5 * (x[(x.size() - 1) / 2] + x[x.size() / 2]);
}

void check(const std::vector<Sample>& block) {
  const ColumnMedians medians = column_medians(block);
  for (std::size_t c = 0; c < width; ++c) {
    EXPECT_EQ(medians[c], sorted_median(block, c)) << block.size() / width << " rows, column " << c;
    EXPECT_FALSE(std::signbit(medians[c]) && medians[c] == 0.0);
  }
}

TEST(ColumnMedians, AreThoseOfSorting) {
  test::Random random(3);
  for (const std::size_t rows : {0U, 1U, 2U, 3U, 4U, 5U, 100U, 101U, 4096U}) {
    std::vector<Sample> block(rows * width);
    for (Sample& x : block) x = static_cast<Sample>(random.normal());
    check(block);
    for (Sample& x : block) x = static_cast<Sample>(std::floor(3.0 * random.normal()));  // many that are equal
    check(block);
    for (Sample& x : block) x = static_cast<Sample>(std::exp(20.0 * random.normal()) * (random.below(2) == 0 ? 1 : -1));
    check(block);
  }
}

TEST(ColumnMedians, ZerosOfBothSignsEndsOfTheRangeAndNeighbours) {
  using Limits = std::numeric_limits<Sample>;
  const Sample one = 1.0F;
  const Sample next = std::nextafter(one, 2.0F);
  const std::vector<std::vector<Sample>> columns{
      {0.0F, -0.0F, -0.0F},
      {-0.0F, -0.0F},
      {Limits::max(), Limits::lowest()},
      {Limits::max(), Limits::max(), Limits::lowest()},
      {one, next},
      {one, next, next},
      {Limits::denorm_min(), -Limits::denorm_min(), 0.0F},
      {-3.0F, -3.0F, -1.0F, -2.0F},
  };
  for (const auto& column : columns) {
    std::vector<Sample> block;
    for (const Sample x : column) block.insert(block.end(), width, x);
    check(block);
  }
}

}  // namespace
}  // namespace surefoot::dsp
