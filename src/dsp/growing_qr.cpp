// SPDX-License-Identifier: MIT
#include <surefoot/dsp/growing_qr.hpp>

#include "scalar.hpp"

#include <algorithm>

namespace surefoot::dsp {

GrowingQr::GrowingQr(Index rows, Index most_columns, Arena& arena) noexcept
    : rows_(rows),
      most_(most_columns),
      q_(arena.take<double>(rows * most_columns)),
      r_(arena.take<double>(most_columns * most_columns)),
      work_(arena.take<double>(most_columns)) {}

bool GrowingQr::append(std::span<const double> column, double least) noexcept {
  if (used_ == most_) return false;
  double* const q = q_.data() + used_ * rows_;
  double* const r = r_.data() + used_ * most_;
  std::copy_n(column.begin(), rows_, q);
  const double length = std::sqrt(square_norm(q, rows_));
  if (!(length > 0.0) || !std::isfinite(length)) return false;
  std::fill_n(r, used_, 0.0);
  for (int turn = 0; turn < 2; ++turn) take_out({q, to_size(rows_)}, {r, to_size(used_)});
  const double left = std::sqrt(square_norm(q, rows_));
  if (!(left > least * length)) return false;
  for (Index i = 0; i < rows_; ++i) q[i] /= left;
  r[used_] = left;
  ++used_;
  return true;
}

void GrowingQr::remove(Index place, std::span<double> with) noexcept {
  --used_;
  for (Index k = place; k < used_; ++k) std::copy_n(r_.data() + (k + 1) * most_, k + 2, r_.data() + k * most_);
  // R now has one number below its diagonal in each column from here on; turn it away.
  for (Index k = place; k < used_; ++k) {
    double* const r = r_.data() + k * most_;
    const double length = std::sqrt(r[k] * r[k] + r[k + 1] * r[k + 1]);
    const double c = r[k] / length;
    const double s = r[k + 1] / length;
    const auto turn = [c, s](double& a, double& b) noexcept {
      const double old = a;
      a = c * old + s * b;
      b = c * b - s * old;
    };
    for (Index j = k; j < used_; ++j) turn(r_[to_size(j * most_ + k)], r_[to_size(j * most_ + k + 1)]);
    double* const q = q_.data() + k * rows_;
    for (Index i = 0; i < rows_; ++i) turn(q[i], q[rows_ + i]);
    turn(with[to_size(k)], with[to_size(k + 1)]);
  }
}

void GrowingQr::take_out(std::span<double> v, std::span<double> shares) const noexcept {
  double* const to = v.data();
  for (Index k = 0; k < used_; ++k) {
    const double* const from = q(k);
    const double share = inner(from, to, rows_);
    if (!shares.empty()) shares[to_size(k)] += share;
    for (Index i = 0; i < rows_; ++i) to[i] -= share * from[i];
  }
}

void GrowingQr::solve(std::span<double> x) const noexcept {
  for (Index k = used_ - 1; k >= 0; --k) {
    const double* const r = r_.data() + k * most_;
    const double value = x[to_size(k)] / r[k];
    x[to_size(k)] = value;
    for (Index i = 0; i < k; ++i) x[to_size(i)] -= r[i] * value;
  }
}

void GrowingQr::errors(std::span<double> out) noexcept {
  std::fill_n(out.begin(), used_, 0.0);
  for (Index j = 0; j < used_; ++j) {  // column j of R^-1
    std::fill_n(work_.begin(), used_, 0.0);
    work_[to_size(j)] = 1.0;
    solve(work_);
    for (Index i = 0; i <= j; ++i) out[to_size(i)] += work_[to_size(i)] * work_[to_size(i)];
  }
  for (Index i = 0; i < used_; ++i) out[to_size(i)] = std::sqrt(out[to_size(i)]);
}

}  // namespace surefoot::dsp
