// SPDX-License-Identifier: MIT
#include <surefoot/emi/polarizability.hpp>

#include "support/lines.hpp"
#include "support/metal_array.hpp"
#include "support/realtime_guard.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace surefoot::emi {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

physics::Matrix3 random_rotation(test::Random& random) {
  const double u = random.uniform();
  const double v = random.uniform();
  return test::rotation_of(u, v, random.uniform());
}

// A random least-squares problem of k matrices: H = A^T A of condition about 1e3, c = A^T y.
struct Problem6 {
  std::vector<double> h, c;
};
Problem6 random_problem(std::size_t k, const std::vector<Symmetric3>& truth, double noise, test::Random& random) {
  const std::size_t n = 6 * k;
  const std::size_t rows = 3 * n;
  std::vector<double> a(rows * n);
  for (std::size_t i = 0; i < rows; ++i)
    for (std::size_t j = 0; j < n; ++j)
      a[i * n + j] = random.normal() * std::pow(10.0, -0.3 * static_cast<double>(j % 6));
  std::vector<double> y(rows);
  for (std::size_t i = 0; i < rows; ++i) {
    y[i] = noise * random.normal();
    for (std::size_t j = 0; j < n; ++j) y[i] += a[i * n + j] * truth[j / 6][j % 6];
  }
  Problem6 p{std::vector<double>(n * n), std::vector<double>(n)};
  for (std::size_t r = 0; r < rows; ++r)
    for (std::size_t i = 0; i < n; ++i) {
      p.c[i] += a[r * n + i] * y[r];
      for (std::size_t j = 0; j < n; ++j) p.h[i * n + j] += a[r * n + i] * a[r * n + j];
    }
  return p;
}

double cost_of(const Problem6& p, const std::vector<Symmetric3>& q) {
  const std::size_t n = p.c.size();
  double sum = 0.0;
  for (std::size_t i = 0; i < n; ++i) {
    double hx = 0.0;
    for (std::size_t j = 0; j < n; ++j) hx += p.h[i * n + j] * q[j / 6][j % 6];
    sum += q[i / 6][i % 6] * (0.5 * hx - p.c[i]);
  }
  return sum;
}

// The same minimum by another road: accelerated projected gradient, the projection by eigenvalues.
std::vector<Symmetric3> projected_gradient(const Problem6& p, std::size_t k, int steps) {
  const std::size_t n = 6 * k;
  double trace = 0.0;
  for (std::size_t i = 0; i < n; ++i) trace += p.h[i * n + i];
  const double length =
      0.5 / trace;  // below 1 / largest eigenvalue in the metric of vech, where off-diagonals count twice
  std::vector<Symmetric3> x(k);
  std::vector<Symmetric3> before(k);
  double t = 1.0;
  for (int s = 0; s < steps; ++s) {
    const double next = 0.5 * (1.0 + std::sqrt(1.0 + 4.0 * t * t));
    std::vector<Symmetric3> y(k);
    for (std::size_t b = 0; b < k; ++b)
      for (std::size_t i = 0; i < 6; ++i) y[b][i] = x[b][i] + (t - 1.0) / next * (x[b][i] - before[b][i]);
    before = x;
    for (std::size_t i = 0; i < n; ++i) {
      double g = -p.c[i];
      for (std::size_t j = 0; j < n; ++j) g += p.h[i * n + j] * y[j / 6][j % 6];
      const std::size_t e = i % 6;
      const double metric = e == 0 || e == 3 || e == 5 ? 1.0 : 0.5;
      x[i / 6][e] = y[i / 6][e] - length * metric * g;
    }
    for (Symmetric3& m : x) m = nearest_psd(m);
    t = next;
  }
  return x;
}

TEST(Polarizability, EigenvaluesAndNearestPositiveMatrix) {
  test::Random random(11);
  for (int trial = 0; trial < 50; ++trial) {
    const physics::Matrix3 r = random_rotation(random);
    const Vector3 l{2.0 + random.uniform(), random.uniform(), -1.5 * random.uniform()};
    const Symmetric3 m = test::turned(r, l);
    const Eigen3 e = eigen_of(m);
    for (std::size_t k = 0; k < 3; ++k) EXPECT_NEAR(e.values[k], l[k], 3e-15);
    const Symmetric3 back = test::turned(e.axes, e.values);
    const Symmetric3 near = nearest_psd(m);
    const Symmetric3 expected = test::turned(r, {l[0], l[1], 0.0});
    for (std::size_t i = 0; i < 6; ++i) {
      EXPECT_NEAR(back[i], m[i], 3e-15);
      EXPECT_NEAR(near[i], expected[i], 3e-15);
    }
  }
  const Symmetric3 good{2.0, 0.1, 0.0, 1.0, 0.0, 1.0};
  EXPECT_EQ(nearest_psd(good), good);
  EXPECT_TRUE(std::isnan(nearest_psd({nan, 0, 0, 1, 0, 1})[3]));
}

TEST(Polarizability, AxesDoNotSwapWhereCurvesCross) {
  test::Random random(12);
  const physics::Matrix3 r = random_rotation(random);
  std::vector<Symmetric3> m;
  std::vector<double> weight;
  for (int g = 0; g < 30; ++g) {
    // The second axis begins lower and decays slower: it crosses the first at gate 12.
    const double t = 0.1 * g;
    m.push_back(test::turned(r, {2e-6 * std::exp(-2.0 * t), 1e-6 * std::exp(-1.42 * t), 2e-7 * std::exp(-0.5 * t)}));
    weight.push_back(1.0 / (1e-9 * std::exp(-t)));
  }
  m[7][2] = nan;
  weight[9] = 0.0;
  std::vector<Vector3> curves(30);
  std::vector<double> scratch(9 * 30);
  const PrincipalCurves found = principal_curves(m, weight, curves, scratch);
  EXPECT_TRUE(found.converged);
  EXPECT_LT(found.residual, 1e-14);
  for (int g = 0; g < 30; ++g) {
    const Vector3& c = curves[static_cast<std::size_t>(g)];
    if (g == 7 || g == 9) {
      EXPECT_TRUE(std::isnan(c[0]));
      continue;
    }
    const double t = 0.1 * g;
    EXPECT_NEAR(c[0], 2e-6 * std::exp(-2.0 * t), 1e-20);
    EXPECT_NEAR(c[1], 1e-6 * std::exp(-1.42 * t), 1e-20);
    EXPECT_NEAR(c[2], 2e-7 * std::exp(-0.5 * t), 1e-20);
  }
}

TEST(Polarizability, RealAndImaginaryPartsOfATensorShareTheirAxes) {
  // M = M0 - sum A_k i w tau_k / (1 + i w tau_k) along each axis: the real part changes its sign, the order by size differs
  // between real and imaginary part.
  test::Random random(13);
  const physics::Matrix3 r = random_rotation(random);
  std::vector<Symmetric3> parts;
  std::vector<Vector3> truth;
  for (int k = 0; k < 21; ++k) {
    const double w = 2e3 * std::pow(10.0, 0.12 * k);
    Vector3 re{};
    Vector3 im{};
    const double m0[] = {1.0, 0.2, -0.3};
    const double a[] = {1.3, 0.9, 0.4};
    const double tau[] = {1e-4, 2e-5, 5e-6};
    for (std::size_t i = 0; i < 3; ++i) {
      const double x = w * tau[i];
      re[i] = m0[i] - a[i] * x * x / (1.0 + x * x);
      im[i] = -a[i] * x / (1.0 + x * x);
    }
    parts.push_back(test::turned(r, re));
    parts.push_back(test::turned(r, im));
    truth.push_back(re);
    truth.push_back(im);
  }
  std::vector<Vector3> curves(42);
  std::vector<double> scratch(9 * 42);
  const PrincipalCurves found = principal_curves(parts, {}, curves, scratch);
  EXPECT_LT(found.residual, 1e-14);
  // Which true axis each one is, by the first tone; then the same at all tones and for both parts.
  for (std::size_t i = 0; i < 3; ++i) {
    std::size_t which = 3;
    for (std::size_t j = 0; j < 3; ++j)
      if (std::abs(curves[0][i] - truth[0][j]) < 1e-12) which = j;
    ASSERT_LT(which, 3U);
    for (std::size_t k = 0; k < 42; ++k) EXPECT_NEAR(curves[k][i], truth[k][which], 1e-14) << k;
  }
}

TEST(Polarizability, DeviationAlongAnAxis) {
  std::vector<double> covariance(36);
  for (std::size_t i = 0; i < 6; ++i) covariance[7 * i] = static_cast<double>(i + 1);
  EXPECT_NEAR(deviation_along({1, 0, 0}, covariance), 1.0, 1e-15);
  EXPECT_NEAR(deviation_along({0, 0, 1}, covariance), std::sqrt(6.0), 1e-15);
  // (xx + yy + 2 xy)/2 along (1, 1, 0)/sqrt 2.
  EXPECT_NEAR(deviation_along({std::sqrt(0.5), std::sqrt(0.5), 0}, covariance), std::sqrt((1.0 + 4.0) / 4.0 + 2.0),
              1e-14);
}

TEST(PsdFit, MeetsTheConditionsOfAMinimumAndThatOfAnotherMethod) {
  test::Random random(14);
  for (const std::size_t k : {1U, 2U, 4U}) {
    test::InArena<PsdFit> fit(Index{4});
    ASSERT_TRUE(fit.fits());
    for (int trial = 0; trial < 6; ++trial) {
      std::vector<Symmetric3> truth;
      // Some of full rank, some of rank 1, some that are zero.
      for (std::size_t b = 0; b < k; ++b)
        truth.push_back(test::turned(random_rotation(random),
                                     {1e-6 * random.uniform(), trial % 2 == 0 ? 0.0 : 1e-7 * random.uniform(), 0.0}));
      if (trial == 5) truth[0].fill(0.0);
      const Problem6 p = random_problem(k, truth, 3e-7, random);
      std::vector<Symmetric3> q(k);
      const PsdSolution solution = fit->solve(p.h, p.c, q);
      ASSERT_TRUE(solution.converged);
      EXPECT_LT(solution.steps, 150);
      const double cost = cost_of(p, q);
      EXPECT_NEAR(solution.cost, cost, 1e-9 * std::abs(cost));
      // Multiplier S = gradient as a matrix: S >= 0 and <S, Q> = 0 up to the gap.
      double product = 0.0;
      for (std::size_t b = 0; b < k; ++b) {
        EXPECT_GE(eigen_of(q[b]).values[2], 0.0);
        Symmetric3 s{};
        double size = 0.0;
        for (std::size_t i = 0; i < 6; ++i) {
          double g = -p.c[6 * b + i];
          for (std::size_t j = 0; j < 6 * k; ++j) g += p.h[(6 * b + i) * 6 * k + j] * q[j / 6][j % 6];
          product += g * q[b][i];
          s[i] = (i == 0 || i == 3 || i == 5 ? 1.0 : 0.5) * g;
          size = std::max(size, std::abs(p.c[6 * b + i]));
        }
        EXPECT_GE(eigen_of(s).values[2], -1e-8 * size) << k << " " << trial;
      }
      EXPECT_NEAR(product, 0.0, 1e-8 * std::abs(cost));
      const std::vector<Symmetric3> other = projected_gradient(p, k, 4000);
      EXPECT_LE(cost, cost_of(p, other) + 1e-9 * std::abs(cost)) << k << " " << trial;
      EXPECT_NEAR(cost, cost_of(p, other), 1e-5 * std::abs(cost)) << k << " " << trial;
    }
  }
}

TEST(PsdFit, LeavesAPositiveSolutionAlone) {
  test::Random random(15);
  const std::vector<Symmetric3> truth{test::turned(random_rotation(random), {3e-6, 2e-6, 1e-6})};
  const Problem6 p = random_problem(1, truth, 0.0, random);
  test::InArena<PsdFit> fit(Index{1});
  std::vector<Symmetric3> q(1);
  const PsdSolution solution = fit->solve(p.h, p.c, q);
  EXPECT_TRUE(solution.converged);
  for (std::size_t i = 0; i < 6; ++i) EXPECT_NEAR(q[0][i], truth[0][i], 1e-11 * 3e-6);
}

TEST(PsdFit, IsBetterThanCuttingNegativeEigenvaluesOff) {
  // Errors of the elements are not equal: the nearest matrix is not the best fit. Truth of rank one.
  test::Random random(16);
  test::InArena<PsdFit> fit(Index{1});
  int better = 0;
  for (int trial = 0; trial < 20; ++trial) {
    const std::vector<Symmetric3> truth{test::turned(random_rotation(random), {1e-6, 0.0, 0.0})};
    const Problem6 p = random_problem(1, truth, 3e-7, random);
    std::vector<Symmetric3> free(1);
    // Unconstrained solution by Gauss and Seidel.
    for (int s = 0; s < 20000; ++s)
      for (std::size_t i = 0; i < 6; ++i) {
        double g = p.c[i];
        for (std::size_t j = 0; j < 6; ++j)
          if (j != i) g -= p.h[6 * i + j] * free[0][j];
        free[0][i] = g / p.h[7 * i];
      }
    std::vector<Symmetric3> q(1);
    ASSERT_TRUE(fit->solve(p.h, p.c, q).converged);
    const std::vector<Symmetric3> cut{nearest_psd(free[0])};
    EXPECT_LE(cost_of(p, q), cost_of(p, cut) + 1e-12 * std::abs(cost_of(p, cut)));
    better += cost_of(p, q) < cost_of(p, cut) - 1e-3 * std::abs(cost_of(p, cut)) ? 1 : 0;
  }
  EXPECT_GE(better, 5);
}

TEST(PsdFit, DecaysAreMonotoneAndWithinTheNoise) {
  // Two true modes on a grid of 8 time constants; each gate has noise of its own.
  test::Random random(17);
  const physics::Matrix3 r = random_rotation(random);
  constexpr std::size_t gates = 30;
  constexpr std::size_t k = 8;
  std::vector<double> t, weight, basis(k * gates);
  std::vector<Symmetric3> clean, noisy;
  for (std::size_t g = 0; g < gates; ++g) {
    t.push_back(1e-4 * std::pow(250.0, static_cast<double>(g) / 29.0));
    const Symmetric3 a = test::turned(r, {1.0, 0.3, 0.1});
    const Symmetric3 b = test::turned(r, {0.1, 0.5, 0.0});
    const double sigma = 0.003;
    weight.push_back(1.0 / sigma);
    Symmetric3 q{};
    for (std::size_t i = 0; i < 6; ++i) q[i] = a[i] * std::exp(-t[g] / 3e-4) + b[i] * std::exp(-t[g] / 3e-3);
    clean.push_back(q);
    for (double& x : q) x += sigma * random.normal();
    noisy.push_back(q);
  }
  for (std::size_t m = 0; m < k; ++m)
    for (std::size_t g = 0; g < gates; ++g)
      basis[m * gates + g] = std::exp(-t[g] / (1e-4 * std::pow(10.0, 0.25 * static_cast<double>(m))));
  std::vector<double> information(36), h(36 * k * k), c(6 * k);
  for (std::size_t i = 0; i < 6; ++i) information[7 * i] = 1.0;
  noisy[4][3] = nan;  // left out
  decay_normal_equations(noisy, weight, basis, information, h, c);
  test::InArena<PsdFit> fit(static_cast<Index>(k));
  std::vector<Symmetric3> modes(k);
  const test::RealtimeGuard guard;
  const PsdSolution solution = fit->solve(h, c, modes);
  if (test::RealtimeGuard::available()) {
    EXPECT_EQ(guard.calls(), 0) << guard.last();
  }
  ASSERT_TRUE(solution.converged);
  double square_fit = 0.0;
  double square_raw = 0.0;
  std::vector<Symmetric3> fitted(gates);
  for (std::size_t g = 0; g < gates; ++g) {
    for (std::size_t m = 0; m < k; ++m)
      for (std::size_t i = 0; i < 6; ++i) fitted[g][i] += modes[m][i] * basis[m * gates + g];
    for (std::size_t i = 0; i < 6; ++i) {
      square_fit += (fitted[g][i] - clean[g][i]) * (fitted[g][i] - clean[g][i]);
      if (g != 4) square_raw += (noisy[g][i] - clean[g][i]) * (noisy[g][i] - clean[g][i]);
    }
    EXPECT_GE(eigen_of(fitted[g]).values[2], 0.0);
    // Monotone along every direction: q(t_g) - q(t_g+1) >= 0.
    if (g > 0) {
      Symmetric3 fall{};
      for (std::size_t i = 0; i < 6; ++i) fall[i] = fitted[g - 1][i] - fitted[g][i];
      EXPECT_GE(eigen_of(fall).values[2], -1e-14);
    }
  }
  EXPECT_LT(square_fit, 0.25 * square_raw);
}

TEST(PsdFit, NothingUsable) {
  test::InArena<PsdFit> fit(Index{1});
  std::vector<double> h(36), c(6);
  std::vector<Symmetric3> q(1, Symmetric3{1, 1, 1, 1, 1, 1});
  EXPECT_FALSE(fit->solve(h, c, q).converged);
  EXPECT_EQ(q[0], Symmetric3{});
  for (std::size_t i = 0; i < 6; ++i) h[7 * i] = 1.0;
  EXPECT_TRUE(fit->solve(h, c, q).converged);
  EXPECT_EQ(q[0], Symmetric3{});
  c[0] = nan;
  EXPECT_FALSE(fit->solve(h, c, q).converged);
  // Data that ask for a negative matrix: zero, from inside.
  c = {-1.0, 0.0, 0.0, -1.0, 0.0, -1.0};
  EXPECT_TRUE(fit->solve(h, c, q).converged);
  for (const double x : q[0]) EXPECT_NEAR(x, 0.0, 1e-10);
}

}  // namespace
}  // namespace surefoot::emi
