// SPDX-License-Identifier: MIT
#include <surefoot/dsp/nnls.hpp>

#include <surefoot/sim/random.hpp>

#include "support/columns.hpp"
#include "support/realtime_guard.hpp"
#include "support/vector_width.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

namespace surefoot::dsp {
namespace {

struct Problem {
  Index rows;
  Index columns;
  std::vector<double> a;  // by columns
  std::vector<double> b;
};

Problem problem_of(const test::GoldenArray& both) {
  Problem p{static_cast<Index>(both.shape[0]), static_cast<Index>(both.shape[1]) - 1, {}, {}};
  for (std::size_t j = 0; j < both.shape[1]; ++j)
    for (std::size_t i = 0; i < both.shape[0]; ++i) (j + 1 < both.shape[1] ? p.a : p.b).push_back(both.at(i, j));
  return p;
}

struct Solver {
  explicit Solver(const Problem& p, Index free = 0)
      : memory(std::size_t{4} << 20U), arena(memory), nnls(p.rows, p.columns, free, arena) {
    EXPECT_TRUE(arena.ok());
    nnls.set_matrix(p.a);
  }
  std::vector<std::byte> memory;
  Arena arena;
  Nnls nnls;
};

// x >= 0, no gradient above zero where x = 0, none at all where x > 0 or free. Gradients by plain sums from A, x and b.
void expect_optimal(const Problem& p, const std::vector<double>& x, Index free = 0) {
  std::vector<double> rest = p.b;
  double size = 0.0;
  for (const double v : p.b) size += v * v;
  for (Index j = 0; j < p.columns; ++j)
    for (Index i = 0; i < p.rows; ++i) rest[to_size(i)] -= p.a[to_size(j * p.rows + i)] * x[to_size(j)];
  for (Index j = 0; j < p.columns; ++j) {
    double gradient = 0.0;
    double length = 0.0;
    for (Index i = 0; i < p.rows; ++i) {
      const double v = p.a[to_size(j * p.rows + i)];
      gradient += v * rest[to_size(i)];
      length += v * v;
    }
    gradient /= std::sqrt(length * size);
    if (j >= free) {
      EXPECT_GE(x[to_size(j)], 0.0) << j;
    }
    EXPECT_LE(gradient, 1e-11) << j;
    if (x[to_size(j)] != 0.0) {
      EXPECT_GE(gradient, -1e-11) << j;
    }
  }
}

TEST(Nnls, IsSciPys) {
  auto golden = test::read_golden_columns("nnls.csv");
  const char* const names[] = {"nnls_tall.npy", "nnls_wide.npy", "nnls_relaxation.npy"};
  for (std::size_t number = 0; number < 3; ++number) {
    const Problem p = problem_of(test::read_golden_npy(names[number]));
    Solver solver(p);
    std::vector<double> x(to_size(p.columns));
    ASSERT_TRUE(solver.nnls.solve(p.b, x));
    expect_optimal(p, x);
    double rest = 0.0;
    for (const double v : solver.nnls.residual()) rest += v * v;
    for (std::size_t i = 0; i < golden.at("case").size(); ++i) {
      if (golden.at("case")[i] != static_cast<double>(number)) continue;
      const double expected = golden.at("x")[i];
      if (golden.at("place")[i] < 0.0) {
        EXPECT_NEAR(std::sqrt(rest) / expected, 1.0, 1e-11) << names[number];
      } else {
        // The relaxations have a condition number of some 1e4 among those in use.
        EXPECT_NEAR(x[static_cast<std::size_t>(golden.at("place")[i])], expected, number == 2 ? 1e-9 : 1e-12)
            << names[number];
      }
    }
  }
}

TEST(Nnls, MeetsItsConditionsWarmOrCold) {
  constexpr std::uint64_t seed = 31;
  for (std::uint64_t trial = 0; trial < 200; ++trial) {
    sim::Random random(seed, trial);
    Problem p{5 + static_cast<Index>(random.uniform() * 30.0), 1 + static_cast<Index>(random.uniform() * 40.0), {}, {}};
    const double common = trial % 3 == 0 ? 3.0 : 0.0;  // nearly parallel columns
    for (Index i = 0; i < p.rows * p.columns; ++i) p.a.push_back(common + random.normal());
    for (Index i = 0; i < p.rows; ++i) p.b.push_back(common + random.normal());
    const Index free = trial % 2 == 0 ? 0 : std::min<Index>(2, p.columns);
    Solver solver(p, free);
    std::vector<double> cold(to_size(p.columns));
    ASSERT_TRUE(solver.nnls.solve(p.b, cold)) << trial << " seed " << seed;
    expect_optimal(p, cold, free);
    // From the answer there is nothing to do; from nonsense the answer is the same.
    std::vector<double> warm = cold;
    ASSERT_TRUE(solver.nnls.solve(p.b, warm, true));
    std::vector<double> wild(to_size(p.columns));
    for (double& v : wild) v = random.uniform();
    ASSERT_TRUE(solver.nnls.solve(p.b, wild, true));
    expect_optimal(p, wild, free);
    double fit_cold = 0.0;
    double fit_wild = 0.0;
    for (Index i = 0; i < p.rows; ++i) {
      double a = p.b[to_size(i)];
      double b = a;
      for (Index j = 0; j < p.columns; ++j) {
        a -= p.a[to_size(j * p.rows + i)] * cold[to_size(j)];
        b -= p.a[to_size(j * p.rows + i)] * wild[to_size(j)];
      }
      fit_cold += a * a;
      fit_wild += b * b;
    }
    EXPECT_NEAR(fit_cold, fit_wild, 1e-9 * (1.0 + fit_cold)) << trial << " seed " << seed;
    for (std::size_t j = 0; j < cold.size(); ++j) EXPECT_NEAR(warm[j], cold[j], 1e-9 * (1.0 + std::abs(cold[j])));
  }
}

TEST(Nnls, ClosedForms) {
  // Unit columns: the positive part. A free one keeps its sign.
  Problem p{3, 3, {2.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0}, {-4.0, -5.0, 6.0}};
  std::vector<double> x(3);
  Solver all(p);
  ASSERT_TRUE(all.nnls.solve(p.b, x));
  EXPECT_EQ(x, (std::vector<double>{0.0, 0.0, 6.0}));
  Solver one_free(p, 1);
  ASSERT_TRUE(one_free.nnls.solve(p.b, x));
  EXPECT_EQ(x, (std::vector<double>{-2.0, 0.0, 6.0}));
}

TEST(Nnls, EdgesAreDefined) {
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  Problem p{2, 3, {1.0, 0.0, 0.0, 0.0, 1.0, 0.0}, {3.0, 1.0}};  // a column of zeros, and one twice
  Solver solver(p);
  std::vector<double> x(3, 7.0);
  ASSERT_TRUE(solver.nnls.solve(p.b, x));
  EXPECT_EQ(x, (std::vector<double>{3.0, 0.0, 0.0}));
  ASSERT_TRUE(solver.nnls.solve(std::vector<double>{0.0, 0.0}, x));
  EXPECT_EQ(x, (std::vector<double>{0.0, 0.0, 0.0}));
  x.assign(3, 1.0);
  EXPECT_FALSE(solver.nnls.solve(std::vector<double>{nan, 0.0}, x, true));
  EXPECT_EQ(x, (std::vector<double>{0.0, 0.0, 0.0}));
  p.a[0] = std::numeric_limits<double>::infinity();
  solver.nnls.set_matrix(p.a);
  EXPECT_FALSE(solver.nnls.solve(p.b, x));
  EXPECT_EQ(x[0], 0.0);
}

TEST(Nnls, HasTheSameBitsAtEachVectorWidth) {
  const Problem p = problem_of(test::read_golden_npy("nnls_relaxation.npy"));
  std::vector<double> expected;
  for (const int bytes : test::vector_widths()) {
    const test::VectorWidth width(bytes);
    Solver solver(p);
    std::vector<double> x(to_size(p.columns));
    ASSERT_TRUE(solver.nnls.solve(p.b, x));
    if (expected.empty()) expected = x;
    EXPECT_EQ(x, expected) << bytes;
  }
}

TEST(Nnls, NothingAllocates) {
  const Problem p = problem_of(test::read_golden_npy("nnls_relaxation.npy"));
  Solver solver(p);
  std::vector<double> x(to_size(p.columns));
  std::int64_t calls = 0;
  bool solved = false;
  {
    const test::RealtimeGuard guard;
    solved = solver.nnls.solve(p.b, x);
    calls = guard.calls();
  }
  EXPECT_TRUE(solved);
  EXPECT_EQ(calls, 0);
}

}  // namespace
}  // namespace surefoot::dsp
