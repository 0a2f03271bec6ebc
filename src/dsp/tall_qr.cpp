// SPDX-License-Identifier: MIT
#include <surefoot/dsp/tall_qr.hpp>

#include <surefoot/dsp/reduce.hpp>

#include <algorithm>
#include <cmath>

namespace surefoot::dsp {
namespace {

// One reflection, v = (1, tail), of the column x that begins at the same row.
inline void reflect(const double* tail, Index n, double tau, double* x) noexcept {
  const double s = tau * (x[0] + dot(tail, x + 1, n));
  x[0] -= s;
  for (Index i = 0; i < n; ++i) x[1 + i] -= s * tail[i];
}

}  // namespace

void factor_qr(const Columns& a, std::span<double> tau) noexcept {
  for (Index k = 0; k < a.columns; ++k) {
    double* const head = a.column(k) + k;
    double* const tail = head + 1;
    const Index n = a.rows - k - 1;
    const double below = dot(tail, tail, n);
    double& t = tau[to_size(k)];
    t = 0.0;
    if (!(below > 0.0)) continue;  // already triangular here
    const double norm = std::sqrt(head[0] * head[0] + below);
    // v_0 without cancellation for either sign; R_kk = +norm.
    const double v0 = head[0] <= 0.0 ? head[0] - norm : -below / (head[0] + norm);
    t = 2.0 * v0 * v0 / (below + v0 * v0);
    for (Index i = 0; i < n; ++i) tail[i] /= v0;
    head[0] = norm;
    for (Index j = k + 1; j < a.columns; ++j) reflect(tail, n, t, a.column(j) + k);
  }
}

void apply_qt(const Columns& qr, std::span<const double> tau, const Columns& b) noexcept {
  for (Index j = 0; j < b.columns; ++j)
    for (Index k = 0; k < qr.columns; ++k)
      if (tau[to_size(k)] != 0.0) reflect(qr.column(k) + k + 1, qr.rows - k - 1, tau[to_size(k)], b.column(j) + k);
}

void apply_q(const Columns& qr, std::span<const double> tau, const Columns& b) noexcept {
  for (Index j = 0; j < b.columns; ++j)
    for (Index k = qr.columns - 1; k >= 0; --k)
      if (tau[to_size(k)] != 0.0) reflect(qr.column(k) + k + 1, qr.rows - k - 1, tau[to_size(k)], b.column(j) + k);
}

void solve_r(const Columns& qr, const Columns& x) noexcept {
  for (Index c = 0; c < x.columns; ++c)
    for (Index i = qr.columns - 1; i >= 0; --i) {
      double s = x.at(i, c);
      for (Index j = i + 1; j < qr.columns; ++j) s -= qr.at(i, j) * x.at(j, c);
      x.at(i, c) = s / qr.at(i, i);
    }
}

void solve_rt(const Columns& qr, const Columns& x) noexcept {
  for (Index c = 0; c < x.columns; ++c)
    for (Index i = 0; i < qr.columns; ++i) {
      double s = x.at(i, c);
      for (Index j = 0; j < i; ++j) s -= qr.at(j, i) * x.at(j, c);
      x.at(i, c) = s / qr.at(i, i);
    }
}

double least_diagonal(const Columns& qr) noexcept {
  double least = 0.0;
  double most = 0.0;
  for (Index i = 0; i < qr.columns; ++i) {
    const double d = std::abs(qr.at(i, i));
    least = i == 0 ? d : std::min(least, d);
    most = std::max(most, d);
  }
  return most > 0.0 ? least / most : 0.0;
}

}  // namespace surefoot::dsp
