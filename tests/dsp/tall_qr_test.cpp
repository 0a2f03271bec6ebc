// SPDX-License-Identifier: MIT
#include <surefoot/dsp/tall_qr.hpp>

#include "support/lines.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace surefoot::dsp {
namespace {

std::vector<double> random_matrix(Index n, test::Random& random) {
  std::vector<double> a(to_size(n));
  for (double& x : a) x = random.normal();
  return a;
}

TEST(TallQr, IsAProductOfAnOrthogonalAndATriangularMatrix) {
  test::Random random(4);
  for (const Index n : {6, 7, 48, 50})
    for (const Index m : {1, 2, 6}) {
      const std::vector<double> a = random_matrix(n * m, random);
      std::vector<double> f = a;
      std::vector<double> tau(to_size(m));
      const Columns qr{f.data(), n, m};
      factor_qr(qr, tau);
      // Q R = A.
      std::vector<double> product(to_size(n * m));
      const Columns p{product.data(), n, m};
      for (Index j = 0; j < m; ++j)
        for (Index i = 0; i <= j; ++i) p.at(i, j) = qr.at(i, j);
      apply_q(qr, tau, p);
      for (std::size_t i = 0; i < a.size(); ++i) EXPECT_NEAR(product[i], a[i], 1e-14 * 10);
      for (Index j = 0; j < m; ++j) EXPECT_GT(qr.at(j, j), 0.0);
      // Q^T Q = 1 and lengths stay.
      const std::vector<double> b = random_matrix(n * 3, random);
      std::vector<double> c = b;
      apply_qt(qr, tau, {c.data(), n, 3});
      double before = 0.0;
      double after = 0.0;
      for (std::size_t i = 0; i < b.size(); ++i) {
        before += b[i] * b[i];
        after += c[i] * c[i];
      }
      EXPECT_NEAR(after, before, 1e-12 * before);
      apply_q(qr, tau, {c.data(), n, 3});
      for (std::size_t i = 0; i < b.size(); ++i) EXPECT_NEAR(c[i], b[i], 1e-13);
    }
}

TEST(TallQr, SolvesLeastSquares) {
  // Residual orthogonal to the columns: the normal equations hold.
  test::Random random(5);
  const Index n = 48;
  const Index m = 6;
  const std::vector<double> a = random_matrix(n * m, random);
  const std::vector<double> y = random_matrix(n, random);
  std::vector<double> f = a;
  std::vector<double> tau(to_size(m));
  factor_qr({f.data(), n, m}, tau);
  std::vector<double> x = y;
  apply_qt({f.data(), n, m}, tau, {x.data(), n, 1});
  double rest = 0.0;
  for (Index i = m; i < n; ++i) rest += x[to_size(i)] * x[to_size(i)];
  solve_r({f.data(), n, m}, {x.data(), n, 1});
  std::vector<double> r = y;
  for (Index j = 0; j < m; ++j)
    for (Index i = 0; i < n; ++i) r[to_size(i)] -= a[to_size(j * n + i)] * x[to_size(j)];
  double square = 0.0;
  for (const double v : r) square += v * v;
  EXPECT_NEAR(rest, square, 1e-12 * square);
  for (Index j = 0; j < m; ++j) {
    double dot = 0.0;
    for (Index i = 0; i < n; ++i) dot += a[to_size(j * n + i)] * r[to_size(i)];
    EXPECT_NEAR(dot, 0.0, 1e-13);
  }
  // R^T R = A^T A: R^-T (R^-1 b) solves the normal equations.
  std::vector<double> b = random_matrix(m, random);
  std::vector<double> z = b;
  solve_rt({f.data(), n, m}, {z.data(), m, 1});
  solve_r({f.data(), n, m}, {z.data(), m, 1});
  for (Index i = 0; i < m; ++i) {
    double sum = 0.0;
    for (Index j = 0; j < m; ++j) {
      double g = 0.0;
      for (Index k = 0; k < n; ++k) g += a[to_size(i * n + k)] * a[to_size(j * n + k)];
      sum += g * z[to_size(j)];
    }
    EXPECT_NEAR(sum, b[to_size(i)], 1e-12);
  }
}

TEST(TallQr, ColumnsWithoutFullRankShow) {
  std::vector<double> f{0.0, 0.0, 0.0, 1.0, 2.0, 3.0};
  std::vector<double> tau(2);
  factor_qr({f.data(), 3, 2}, tau);
  EXPECT_EQ(least_diagonal({f.data(), 3, 2}), 0.0);
  std::vector<double> zero(6);
  factor_qr({zero.data(), 3, 2}, tau);
  EXPECT_EQ(least_diagonal({zero.data(), 3, 2}), 0.0);
  std::vector<double> unit{1.0, 0.0, 0.0, 0.0, 4.0, 0.0};
  factor_qr({unit.data(), 3, 2}, tau);
  EXPECT_EQ(least_diagonal({unit.data(), 3, 2}), 0.25);
}

TEST(TallQr, AColumnThatPointsAgainstItsAxisKeepsItsDigits) {
  // v_0 = x_0 - |x| cancels for x_0 > 0 and a small rest: R is known exactly here.
  std::vector<double> f{1.0, 1e-9, 0.0, -1.0, 1e-9, 0.0};
  std::vector<double> tau(2);
  factor_qr({f.data(), 3, 2}, tau);
  EXPECT_NEAR(f[0], 1.0, 1e-15);
  EXPECT_NEAR(f[3], -1.0, 1e-15);
  EXPECT_NEAR(std::abs(f[4]), 2e-9, 1e-24);
}

}  // namespace
}  // namespace surefoot::dsp
