// SPDX-License-Identifier: MIT
#include <surefoot/dsp/symmetric_eigen.hpp>

#include "support/golden.hpp"
#include "support/lines.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

namespace surefoot::dsp {
namespace {

// A symmetric matrix as plain rows, and its decomposition with k vectors.
struct Case {
  explicit Case(Index rows) : n(rows), a(to_size(rows * rows)) {}
  double& at(Index i, Index j) { return a[to_size(i * n + j)]; }
  [[nodiscard]] double at(Index i, Index j) const { return a[to_size(i * n + j)]; }
  void set(Index i, Index j, double x) { at(i, j) = at(j, i) = x; }

  void decompose(Index k) {
    alignas(Arena::alignment) std::byte scratch[sizeof(SymmetricEigen) + 2 * Arena::alignment];
    Arena counting = Arena::counting(scratch);
    (void)counting.emplace<SymmetricEigen>(n, counting);
    std::vector<std::byte> memory(counting.needed());
    Arena arena(memory);
    auto* eigen = arena.emplace<SymmetricEigen>(n, arena);
    std::vector<double> copy(to_size(n * padded(n)));
    for (Index i = 0; i < n; ++i)
      for (Index j = 0; j < n; ++j) copy[to_size(i * padded(n) + j)] = at(i, j);
    ASSERT_TRUE(eigen->decompose({copy.data(), n, n}));
    values.assign(eigen->values().begin(), eigen->values().end());
    std::vector<double> v(to_size(n * padded(k)));
    eigen->vectors(0, k, {v.data(), n, k});
    vectors.assign(to_size(k), {});
    for (Index q = 0; q < k; ++q)
      for (Index i = 0; i < n; ++i) vectors[to_size(q)].push_back(v[to_size(i * padded(k) + q)]);
  }
  // By definition: A v = value v, V^T V = 1, the trace and the sum of squares.
  void expect_right(const char* what) const {
    double largest = 0.0;
    double trace = 0.0;
    double square = 0.0;
    double sum = 0.0;
    double sum_of_squares = 0.0;
    for (Index i = 0; i < n; ++i) trace += at(i, i);
    for (const double x : a) square += x * x;
    for (const double w : values) {
      largest = std::max(largest, std::abs(w));
      sum += w;
      sum_of_squares += w * w;
    }
    EXPECT_NEAR(sum, trace, 1e-13 * largest * static_cast<double>(n) + 1e-300) << what;
    EXPECT_NEAR(sum_of_squares, square, 1e-12 * square + 1e-300) << what;
    for (std::size_t q = 0; q < vectors.size(); ++q) {
      for (std::size_t r = 0; r <= q; ++r) {
        double product = 0.0;
        for (std::size_t i = 0; i < to_size(n); ++i) product += vectors[q][i] * vectors[r][i];
        ASSERT_NEAR(product, q == r ? 1.0 : 0.0, 1e-12) << what << " " << q << " " << r;
      }
      for (Index i = 0; i < n; ++i) {
        double x = 0.0;
        for (Index j = 0; j < n; ++j) x += at(i, j) * vectors[q][to_size(j)];
        ASSERT_NEAR(x, values[q] * vectors[q][to_size(i)], 3e-12 * largest + 1e-300) << what << " " << q;
      }
    }
  }

  Index n;
  std::vector<double> a;
  std::vector<double> values;
  std::vector<std::vector<double>> vectors;
};

TEST(SymmetricEigen, IsNumPys) {
  const auto input = test::read_golden_npy("symmetric_eigen_input.npy");
  const auto expected = test::read_golden_npy("symmetric_eigen.npy");
  const auto n = static_cast<Index>(input.shape[0]);
  Case c(n);
  c.a = input.values;
  c.decompose(n);
  const double tolerance = 1e-12 * std::abs(expected.at(0, 0)) + 1e-12 * std::abs(expected.at(0, to_size(n) - 1));
  for (std::size_t q = 0; q < to_size(n); ++q) EXPECT_NEAR(c.values[q], expected.at(0, q), tolerance) << q;
  for (std::size_t q = 0; q < to_size(n); ++q) {
    // |projection onto NumPy's vectors of the same value| = 1.
    double square = 0.0;
    for (std::size_t r = 0; r < to_size(n); ++r) {
      if (std::abs(expected.at(0, r) - expected.at(0, q)) > 1e-3 * std::abs(expected.at(0, q))) continue;
      double product = 0.0;
      for (std::size_t i = 0; i < to_size(n); ++i) product += c.vectors[q][i] * expected.at(1 + i, r);
      square += product * product;
    }
    EXPECT_NEAR(square, 1.0, 1e-6) << q;
  }
  c.expect_right("golden");
}

TEST(SymmetricEigen, AnySizeAndRank) {
  test::Random random(5);
  for (const Index n : {1, 2, 3, 4, 5, 8, 15, 16, 17, 33, 70}) {
    Case full(n);
    for (Index i = 0; i < n; ++i)
      for (Index j = 0; j <= i; ++j) full.set(i, j, random.normal());
    full.decompose(n);
    full.expect_right("random");
    // A Gram matrix of rank 2 whose parts lie ten decades apart: the rest is rounding.
    Case low(n);
    for (int part = 0; part < 2; ++part) {
      std::vector<double> x(to_size(n));
      for (double& v : x) v = (part == 0 ? 1e5 : 1.0) * random.normal();
      for (Index i = 0; i < n; ++i)
        for (Index j = 0; j < n; ++j) low.at(i, j) += x[to_size(i)] * x[to_size(j)];
    }
    low.decompose(n);
    low.expect_right("rank 2");
  }
}

TEST(SymmetricEigen, EqualValuesAndTinyAndHugeOnes) {
  constexpr Index n = 24;
  Case zero(n);
  zero.decompose(n);
  zero.expect_right("zero");
  Case one(n);
  for (Index i = 0; i < n; ++i) one.set(i, i, 1.0);
  one.decompose(n);
  one.expect_right("identity");
  for (const double scale : {1e-70, 1.0, 1e70}) {
    Case ones(n);
    for (double& x : ones.a) x = scale;
    ones.decompose(n);
    ones.expect_right("ones");
    EXPECT_NEAR(ones.values[0] / scale, static_cast<double>(n), 1e-12);
  }
}

// Wilkinson's W21+: pairs of values that agree to 14 digits; and five of them in a chain, hardly coupled.
TEST(SymmetricEigen, WilkinsonsMatrices) {
  for (const Index copies : {1, 5}) {
    Case w(21 * copies);
    for (Index i = 0; i < w.n; ++i) {
      w.set(i, i, std::abs(10.0 - static_cast<double>(i % 21)));
      if (i > 0) w.set(i, i - 1, i % 21 == 0 ? 1e-7 : 1.0);
    }
    w.decompose(w.n);
    w.expect_right("W21");
    EXPECT_NEAR(w.values[0], 10.746194182903393, 1e-7);  // Wilkinson, The Algebraic Eigenvalue Problem, p. 309
  }
}

}  // namespace
}  // namespace surefoot::dsp
