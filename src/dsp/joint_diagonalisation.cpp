// SPDX-License-Identifier: MIT
#include <surefoot/dsp/joint_diagonalisation.hpp>

#include <surefoot/dsp/math.hpp>

#include <algorithm>
#include <cmath>
#include <utility>

namespace surefoot::dsp {
namespace {

constexpr Index most_sweeps = 100;
constexpr double small_angle = 1e-15;  // turns the last digit at most

// Columns p and q of a matrix by rows turned by an angle.
void turn_columns(double* m, Index n, Index p, Index q, double c, double s) noexcept {
  for (Index i = 0; i < n; ++i) {
    double* const row = m + i * n;
    const double x = row[p];
    const double y = row[q];
    row[p] = c * x + s * y;
    row[q] = c * y - s * x;
  }
}

void turn_rows(double* m, Index n, Index p, Index q, double c, double s) noexcept {
  for (Index i = 0; i < n; ++i) {
    const double x = m[p * n + i];
    const double y = m[q * n + i];
    m[p * n + i] = c * x + s * y;
    m[q * n + i] = c * y - s * x;
  }
}

void swap_axes(std::span<double> matrices, Index n, std::span<double> axes, Index p, Index q) noexcept {
  const Index size = n * n;
  for (Index at = 0; at < static_cast<Index>(matrices.size()); at += size) {
    double* const m = matrices.data() + at;
    for (Index i = 0; i < n; ++i) std::swap(m[i * n + p], m[i * n + q]);
    for (Index i = 0; i < n; ++i) std::swap(m[p * n + i], m[q * n + i]);
  }
  for (Index i = 0; i < n; ++i) std::swap(axes[to_size(i * n + p)], axes[to_size(i * n + q)]);
}

double diagonal_energy(std::span<const double> matrices, Index n, Index axis) noexcept {
  double sum = 0.0;
  for (Index at = 0; at < static_cast<Index>(matrices.size()); at += n * n) {
    const double x = matrices[to_size(at + axis * n + axis)];
    sum += x * x;
  }
  return sum;
}

// One sweep; true if some rotation counted.
bool sweep(std::span<double> matrices, Index n, std::span<double> axes) noexcept {
  const Index size = n * n;
  bool turned = false;
  for (Index p = 0; p + 1 < n; ++p)
    for (Index q = p + 1; q < n; ++q) {
      double cross = 0.0;       // 2 G_01
      double difference = 0.0;  // G_00 - G_11
      for (Index at = 0; at < static_cast<Index>(matrices.size()); at += size) {
        const double* const m = matrices.data() + at;
        const double g0 = m[p * n + p] - m[q * n + q];
        const double g1 = m[p * n + q] + m[q * n + p];
        cross += 2.0 * g0 * g1;
        difference += (g0 - g1) * (g0 + g1);
      }
      const double angle = 0.25 * atan2(cross, difference);
      if (!(std::abs(angle) > small_angle)) continue;
      turned = true;
      const double c = cos(angle);
      const double s = sin(angle);
      for (Index at = 0; at < static_cast<Index>(matrices.size()); at += size) {
        turn_columns(matrices.data() + at, n, p, q, c, s);
        turn_rows(matrices.data() + at, n, p, q, c, s);
      }
      turn_columns(axes.data(), n, p, q, c, s);
    }
  return turned;
}

}  // namespace

JointDiagonal joint_diagonalise(std::span<double> matrices, Index n, std::span<double> axes) noexcept {
  for (Index i = 0; i < n; ++i)
    for (Index j = 0; j < n; ++j) axes[to_size(i * n + j)] = i == j ? 1.0 : 0.0;
  double largest = 0.0;
  for (const double x : matrices) {
    if (!std::isfinite(x)) return {.residual = 1.0, .sweeps = 0, .converged = false};
    largest = std::max(largest, std::abs(x));
  }
  if (!(largest > 0.0)) return {.residual = 0.0, .sweeps = 0, .converged = true};
  // To magnitude 1, by a power of two: squares of polarizabilities would otherwise leave the range of double.
  int exponent = 0;
  (void)std::frexp(largest, &exponent);
  for (double& x : matrices) x = std::ldexp(x, -exponent);

  JointDiagonal result;
  while (!result.converged && result.sweeps < most_sweeps) {
    result.converged = !sweep(matrices, n, axes);
    ++result.sweeps;
  }

  for (Index p = 0; p + 1 < n; ++p) {
    Index best = p;
    for (Index q = p + 1; q < n; ++q)
      if (diagonal_energy(matrices, n, q) > diagonal_energy(matrices, n, best)) best = q;
    if (best != p) swap_axes(matrices, n, axes, p, best);
  }
  for (Index j = 0; j < n; ++j) {
    Index most = 0;
    for (Index i = 1; i < n; ++i)
      if (std::abs(axes[to_size(i * n + j)]) > std::abs(axes[to_size(most * n + j)])) most = i;
    if (axes[to_size(most * n + j)] >= 0.0) continue;
    for (Index i = 0; i < n; ++i) axes[to_size(i * n + j)] = -axes[to_size(i * n + j)];
    for (Index at = 0; at < static_cast<Index>(matrices.size()); at += n * n)
      for (Index i = 0; i < n; ++i) {
        if (i == j) continue;
        matrices[to_size(at + i * n + j)] = -matrices[to_size(at + i * n + j)];
        matrices[to_size(at + j * n + i)] = -matrices[to_size(at + j * n + i)];
      }
  }

  double off = 0.0;
  double whole = 0.0;
  for (Index at = 0; at < static_cast<Index>(matrices.size()); at += n * n)
    for (Index i = 0; i < n; ++i)
      for (Index j = 0; j < n; ++j) {
        const double x = matrices[to_size(at + i * n + j)];
        whole += x * x;
        if (i != j) off += x * x;
      }
  result.residual = std::sqrt(off / whole);
  for (double& x : matrices) x = std::ldexp(x, exponent);
  return result;
}

}  // namespace surefoot::dsp
