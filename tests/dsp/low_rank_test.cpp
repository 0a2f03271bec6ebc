// SPDX-License-Identifier: MIT
#include <surefoot/dsp/low_rank.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <cstddef>
#include <numbers>
#include <vector>

namespace surefoot::dsp {
namespace {

struct Owned {
  Owned(Index rows, Index columns) : values(to_size(rows * padded(columns))), view{values.data(), rows, columns} {}
  std::vector<double> values;
  Dense view;
};

// What is chosen of a matrix made of three orthogonal parts is those parts.
TEST(LowRank, TakesTheChosenParts) {
  constexpr Index rows = 40;
  constexpr Index columns = 20;
  std::vector<std::byte> memory(1 << 20);
  Arena arena(memory);
  LowRank low_rank(columns, 3, arena);
  Owned x(rows, columns);
  // cosines of different whole periods are orthogonal over the rows and over the columns
  const auto part = [](Index q, Index i, Index j) {
    const double a = 2.0 * std::numbers::pi * static_cast<double>(q);
    return std::pow(10.0, 3.0 - static_cast<double>(q)) * std::cos(a * static_cast<double>(i) / rows) *
           std::cos(a * static_cast<double>(j) / columns);
  };
  for (Index i = 0; i < rows; ++i)
    for (Index j = 0; j < columns; ++j) x.view.row(i)[j] = part(1, i, j) + part(2, i, j) + part(3, i, j);
  ASSERT_TRUE(low_rank.decompose(x.view));
  for (Index q = 0; q < 3; ++q) {
    const double expected = std::pow(10.0, 2.0 - static_cast<double>(q)) * std::sqrt(rows * columns / 4.0);
    EXPECT_NEAR(std::sqrt(low_rank.squares()[to_size(q)]), expected, 1e-6 * expected);
  }
  low_rank.choose(1, 2, [](Index q) noexcept { return q == 0 ? 1.0 : 0.5; });
  Owned out(LowRank::rows_at_once, columns);
  low_rank.apply({x.view.row(5), LowRank::rows_at_once, columns}, out.view);
  for (Index i = 0; i < LowRank::rows_at_once; ++i)
    for (Index j = 0; j < columns; ++j)
      EXPECT_NEAR(out.view.row(i)[j], part(2, i + 5, j) + 0.5 * part(3, i + 5, j), 1e-9);
}

}  // namespace
}  // namespace surefoot::dsp
