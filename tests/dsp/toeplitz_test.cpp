// SPDX-License-Identifier: MIT
#include <surefoot/dsp/toeplitz.hpp>

#include "support/golden.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace surefoot::dsp {
namespace {

TEST(Toeplitz, IsSciPys) {
  const auto rows = test::read_golden_csv("toeplitz.csv");
  ASSERT_EQ(rows.size(), 49U);
  for (std::size_t begin = 0; begin < rows.size();) {
    const auto n = static_cast<std::size_t>(rows[begin][0]);
    std::vector<double> r;
    std::vector<double> b;
    std::vector<double> want;
    for (std::size_t i = 0; i < n; ++i) {
      r.push_back(rows[begin + i][2]);
      b.push_back(rows[begin + i][3]);
      want.push_back(rows[begin + i][4]);
    }
    std::vector<double> x(n);
    std::vector<double> work(2 * n);
    EXPECT_TRUE(solve_toeplitz(r, b, x, work));
    double largest = 0.0;
    for (const double v : want) largest = std::max(largest, std::abs(v));
    for (std::size_t i = 0; i < n; ++i) EXPECT_NEAR(x[i], want[i], 1e-9 * largest) << n << " " << i;
    begin += n;
  }
}

// r[k] = p^k: the inverse has three diagonals, 1/(1-p^2) times (1, 1+p^2, ..., 1+p^2, 1) and -p beside it.
TEST(Toeplitz, SolvesAnExponentialCorrelationExactly) {
  for (const double p : {0.5, -0.9, 0.999}) {
    constexpr std::size_t n = 12;
    std::vector<double> r(n);
    std::vector<double> b(n);
    std::vector<double> x(n);
    std::vector<double> work(2 * n);
    for (std::size_t i = 0; i < n; ++i) {
      r[i] = std::pow(p, static_cast<double>(i));
      b[i] = std::sin(static_cast<double>(3 * i + 1));
    }
    ASSERT_TRUE(solve_toeplitz(r, b, x, work));
    for (std::size_t i = 0; i < n; ++i) {
      const bool end = i == 0 || i + 1 == n;
      double want = (end ? 1.0 : 1.0 + p * p) * b[i];
      if (i > 0) want -= p * b[i - 1];
      if (i + 1 < n) want -= p * b[i + 1];
      EXPECT_NEAR(x[i], want / (1.0 - p * p), 1e-11 / (1.0 - p * p)) << p << " " << i;
    }
  }
}

TEST(Toeplitz, SaysWhereThereIsNoSolution) {
  std::vector<double> x(3, 7.0);
  std::vector<double> work(6);
  const std::vector<double> b{1.0, 2.0, 3.0};
  for (const std::vector<double>& r :
       {std::vector<double>{0.0, 0.0, 0.0}, {1.0, 1.0, 1.0}, {1.0, 2.0, 0.0}, {-1.0, 0.0, 0.0}, {1.0, 0.0, -1.0}}) {
    EXPECT_FALSE(solve_toeplitz(r, b, x, work));
    EXPECT_EQ(x, std::vector<double>(3, 0.0));
  }
  EXPECT_TRUE(solve_toeplitz({}, {}, {}, {}));
}

}  // namespace
}  // namespace surefoot::dsp
