// SPDX-License-Identifier: MIT
#include <surefoot/dsp/lane_sort.hpp>

#include "support/lines.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace surefoot::dsp {
namespace {

// The zero-one principle: a network that sorts all sequences of zeros and ones sorts everything. 16 of them at a time.
TEST(LaneSort, SortsEverySequenceOfZerosAndOnes) {
  for (Index n = 0; n <= 12; ++n)
    for (std::size_t first = 0; first < (std::size_t{1} << to_size(n)); first += to_size(sort_lanes)) {
      std::vector<float> rows(to_size(n * sort_lanes));
      for (Index r = 0; r < n; ++r)
        for (Index l = 0; l < sort_lanes; ++l)
          rows[to_size(r * sort_lanes + l)] = static_cast<float>(((first + to_size(l)) >> to_size(r)) & 1U);
      sort_in_lanes(rows.data(), n);
      for (Index r = 1; r < n; ++r)
        for (Index l = 0; l < sort_lanes; ++l)
          ASSERT_LE(rows[to_size((r - 1) * sort_lanes + l)], rows[to_size(r * sort_lanes + l)]) << n;
    }
}

TEST(LaneSort, IsStdSortForAnyLength) {
  test::Random random(3);
  for (const Index n : {1, 2, 3, 17, 64, 100, 255, 1001}) {
    std::vector<float> rows(to_size(n * sort_lanes));
    for (float& x : rows) x = static_cast<float>(random.normal());
    std::vector<std::vector<float>> lanes(to_size(sort_lanes));
    for (std::size_t i = 0; i < rows.size(); ++i) lanes[i % to_size(sort_lanes)].push_back(rows[i]);
    sort_in_lanes(rows.data(), n);
    std::array<float, to_size(sort_lanes)> median{};
    median_of_lanes(rows.data(), n, median);
    for (std::size_t l = 0; l < lanes.size(); ++l) {
      std::sort(lanes[l].begin(), lanes[l].end());
      for (Index r = 0; r < n; ++r) ASSERT_EQ(rows[to_size(r * sort_lanes) + l], lanes[l][to_size(r)]);
      const double middle =
          0.5 * (static_cast<double>(lanes[l][to_size((n - 1) / 2)]) + static_cast<double>(lanes[l][to_size(n / 2)]));
      EXPECT_EQ(median[l], static_cast<float>(middle));
    }
  }
  std::array<float, to_size(sort_lanes)> none{};
  none.fill(1.0F);
  median_of_lanes(nullptr, 0, none);
  EXPECT_EQ(none[0], 0.0F);
}

}  // namespace
}  // namespace surefoot::dsp
