// SPDX-License-Identifier: MIT
#include <surefoot/dsp/dense.hpp>

#include <surefoot/dsp/low_rank.hpp>

#include "support/lines.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstddef>
#include <vector>

namespace surefoot::dsp {
namespace {

struct Owned {
  Owned(Index rows, Index columns) : values(to_size(rows * padded(columns))), view{values.data(), rows, columns} {}
  void fill(test::Random& random) {
    for (Index i = 0; i < view.rows; ++i)
      for (Index j = 0; j < view.columns; ++j) view.row(i)[j] = random.normal();
  }
  std::vector<double> values;
  Dense view;
};

// Against the triple loop, at sizes around the widths of blocks and panels.
TEST(Dense, ProductsAreTheSums) {
  test::Random random(6);
  std::vector<std::byte> memory(1 << 20);
  for (const Index rows : {1, 3, 4, 5, 64, 65, 130})
    for (const Index inner : {1, 15, 16, 17, 40})
      for (const Index columns : {1, 16, 33}) {
        Owned a(rows, inner);
        Owned b(inner, columns);
        Owned c(rows, columns);
        Owned g(inner, inner);
        a.fill(random);
        b.fill(random);
        multiply(a.view, b.view, c.view);
        Arena arena(memory);
        Gram gram(inner, arena);
        gram.of(a.view, g.view);
        for (Index i = 0; i < rows; ++i)
          for (Index j = 0; j < padded(columns); ++j) {
            double sum = 0.0;
            for (Index k = 0; k < inner && j < columns; ++k) sum += a.view.row(i)[k] * b.view.row(k)[j];
            ASSERT_NEAR(c.view.row(i)[j], sum, 1e-12) << rows << " " << inner << " " << columns;
          }
        for (Index i = 0; i < inner; ++i)
          for (Index j = 0; j < inner; ++j) {
            double sum = 0.0;
            for (Index k = 0; k < rows; ++k) sum += a.view.row(k)[i] * a.view.row(k)[j];
            ASSERT_NEAR(g.view.row(i)[j], sum, 1e-11);
          }
      }
}

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
