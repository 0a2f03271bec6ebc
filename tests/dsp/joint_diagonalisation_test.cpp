// SPDX-License-Identifier: MIT
#include <surefoot/dsp/joint_diagonalisation.hpp>

#include "support/lines.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace surefoot::dsp {
namespace {

using Matrix = std::vector<double>;

// A random rotation of n dimensions: Gram and Schmidt on normal numbers.
Matrix rotation(Index n, test::Random& random) {
  Matrix v(to_size(n * n));
  for (Index j = 0; j < n; ++j) {
    for (Index i = 0; i < n; ++i) v[to_size(i * n + j)] = random.normal();
    for (int twice = 0; twice < 2; ++twice)
      for (Index k = 0; k < j; ++k) {
        double dot = 0.0;
        for (Index i = 0; i < n; ++i) dot += v[to_size(i * n + j)] * v[to_size(i * n + k)];
        for (Index i = 0; i < n; ++i) v[to_size(i * n + j)] -= dot * v[to_size(i * n + k)];
      }
    double square = 0.0;
    for (Index i = 0; i < n; ++i) square += v[to_size(i * n + j)] * v[to_size(i * n + j)];
    for (Index i = 0; i < n; ++i) v[to_size(i * n + j)] /= std::sqrt(square);
  }
  return v;
}

// V diag(d) V^T appended.
void append(Matrix& to, const Matrix& v, const std::vector<double>& d) {
  const auto n = d.size();
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < n; ++j) {
      double x = 0.0;
      for (std::size_t k = 0; k < n; ++k) x += v[i * n + k] * d[k] * v[j * n + k];
      to.push_back(x);
    }
}

double off_energy(const Matrix& m, Index n, const Matrix& v) {
  double sum = 0.0;
  for (std::size_t at = 0; at < m.size(); at += to_size(n * n))
    for (Index p = 0; p < n; ++p)
      for (Index q = 0; q < n; ++q) {
        if (p == q) continue;
        double x = 0.0;
        for (Index i = 0; i < n; ++i)
          for (Index j = 0; j < n; ++j) x += v[to_size(i * n + p)] * m[at + to_size(i * n + j)] * v[to_size(j * n + q)];
        sum += x * x;
      }
  return sum;
}

TEST(JointDiagonalisation, FindsCommonAxesWhoseCurvesCross) {
  test::Random random(1);
  for (const Index n : {2, 3, 4, 7}) {
    const Matrix v = rotation(n, random);
    Matrix m;
    std::vector<std::vector<double>> curves;
    for (int t = 0; t < 20; ++t) {
      std::vector<double> d;
      // Slower decays begin lower: the curves cross.
      for (Index k = 0; k < n; ++k)
        d.push_back(1e-6 * std::exp(-0.1 * t / (1.0 + static_cast<double>(k))) / (1.0 + static_cast<double>(k)));
      curves.push_back(d);
      append(m, v, d);
    }
    Matrix axes(to_size(n * n));
    const JointDiagonal found = joint_diagonalise(m, n, axes);
    EXPECT_TRUE(found.converged);
    EXPECT_LT(found.residual, 1e-14);
    EXPECT_LE(found.sweeps, 12);
    // Each axis found is one of the true ones, for every t the same one.
    for (Index j = 0; j < n; ++j) {
      Index which = -1;
      for (Index k = 0; k < n; ++k) {
        double dot = 0.0;
        for (Index i = 0; i < n; ++i) dot += axes[to_size(i * n + j)] * v[to_size(i * n + k)];
        if (std::abs(std::abs(dot) - 1.0) < 1e-12) which = k;
      }
      ASSERT_GE(which, 0) << n;
      for (std::size_t t = 0; t < curves.size(); ++t)
        EXPECT_NEAR(m[t * to_size(n * n) + to_size(j * n + j)], curves[t][to_size(which)], 1e-20);
    }
  }
}

TEST(JointDiagonalisation, IsTheBestOfAllRotationsThatASearchFinds) {
  // No common axes exist: the least off-diagonal energy over a fine grid of rotations of the plane, and in space over
  // turns of 1e-4 and 0.3 rad about random axes.
  test::Random random(2);
  Matrix plane;
  for (int t = 0; t < 5; ++t) append(plane, rotation(2, random), {random.normal(), random.normal()});
  Matrix copy = plane;
  Matrix axes(4);
  ASSERT_TRUE(joint_diagonalise(copy, 2, axes).converged);
  double least = std::numeric_limits<double>::infinity();
  for (int k = 0; k < 20000; ++k) {
    const double a = 1.5707963267948966 * k / 20000.0;
    least = std::min(least, off_energy(plane, 2, {std::cos(a), -std::sin(a), std::sin(a), std::cos(a)}));
  }
  EXPECT_LE(off_energy(plane, 2, axes), least * (1.0 + 1e-12));
  EXPECT_GE(off_energy(plane, 2, axes), least * (1.0 - 1e-6));

  Matrix space;
  for (int t = 0; t < 6; ++t) append(space, rotation(3, random), {2.0 + random.normal(), random.normal(), 0.3});
  copy = space;
  axes.assign(9, 0.0);
  const JointDiagonal found = joint_diagonalise(copy, 3, axes);
  ASSERT_TRUE(found.converged);
  const double ours = off_energy(space, 3, axes);
  double whole = 0.0;
  for (const double x : space) whole += x * x;
  EXPECT_NEAR(found.residual, std::sqrt(ours / whole), 1e-12);
  for (const double size : {1e-4, 0.3})
    for (int k = 0; k < 500; ++k) {
      Matrix turned = axes;
      for (int pair = 0; pair < 3; ++pair) {
        const double a = size * random.normal();
        const std::size_t p = pair == 2 ? 1 : 0;
        const std::size_t q = pair == 0 ? 1 : 2;
        for (std::size_t i = 0; i < 3; ++i) {
          const double x = turned[3 * i + p];
          const double y = turned[3 * i + q];
          turned[3 * i + p] = std::cos(a) * x + std::sin(a) * y;
          turned[3 * i + q] = std::cos(a) * y - std::sin(a) * x;
        }
      }
      EXPECT_GE(off_energy(space, 3, turned), ours * (1.0 - 1e-12));
    }
}

TEST(JointDiagonalisation, OneMatrixIsItsEigenvectorsInOrderAndSign) {
  test::Random random(3);
  const Matrix v = rotation(3, random);
  Matrix m;
  append(m, v, {1.0, -3.0, 2.0});
  Matrix axes(9);
  ASSERT_TRUE(joint_diagonalise(m, 3, axes).converged);
  EXPECT_NEAR(m[0], -3.0, 1e-14);
  EXPECT_NEAR(m[4], 2.0, 1e-14);
  EXPECT_NEAR(m[8], 1.0, 1e-14);
  for (std::size_t j = 0; j < 3; ++j) {
    double most = 0.0;
    for (std::size_t i = 0; i < 3; ++i)
      if (std::abs(axes[3 * i + j]) > std::abs(most)) most = axes[3 * i + j];
    EXPECT_GT(most, 0.0);
  }
  // The same matrix again, its axes in another order: the same bits of result up to rounding.
  Matrix again;
  append(again, {v[2], v[0], v[1], v[5], v[3], v[4], v[8], v[6], v[7]}, {2.0, 1.0, -3.0});
  Matrix other(9);
  ASSERT_TRUE(joint_diagonalise(again, 3, other).converged);
  for (std::size_t i = 0; i < 9; ++i) EXPECT_NEAR(other[i], axes[i], 1e-13);
}

TEST(JointDiagonalisation, EqualElementsWithAFortyFiveDegreeTurn) {
  Matrix m{1.0, 0.5, 0.5, 1.0};  // G_01 = 0 and G_00 < G_11: the angle must be pi/4, not 0
  Matrix axes(4);
  ASSERT_TRUE(joint_diagonalise(m, 2, axes).converged);
  EXPECT_NEAR(m[0], 1.5, 1e-15);
  EXPECT_NEAR(m[3], 0.5, 1e-15);
}

TEST(JointDiagonalisation, TinyHugeZeroAndNonFinite) {
  for (const double scale : {1e-200, 1e200}) {
    Matrix m{2.0 * scale, scale, scale, 2.0 * scale};
    Matrix axes(4);
    EXPECT_TRUE(joint_diagonalise(m, 2, axes).converged);
    EXPECT_NEAR(m[0] / scale, 3.0, 1e-14);
    EXPECT_NEAR(m[3] / scale, 1.0, 1e-14);
  }
  Matrix zero(18);
  Matrix axes(9, 7.0);
  const JointDiagonal of_zero = joint_diagonalise(zero, 3, axes);
  EXPECT_TRUE(of_zero.converged);
  EXPECT_EQ(of_zero.residual, 0.0);
  EXPECT_EQ(axes, (Matrix{1, 0, 0, 0, 1, 0, 0, 0, 1}));
  for (const double bad : {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
    Matrix m{2.0, 1.0, 1.0, bad};
    axes.assign(4, 7.0);
    const JointDiagonal found = joint_diagonalise(m, 2, axes);
    EXPECT_FALSE(found.converged);
    EXPECT_EQ(found.residual, 1.0);
    EXPECT_EQ(axes, (Matrix{1, 0, 0, 1}));
    EXPECT_EQ(m[0], 2.0);
  }
  EXPECT_TRUE(joint_diagonalise({}, 2, axes).converged);
}

}  // namespace
}  // namespace surefoot::dsp
