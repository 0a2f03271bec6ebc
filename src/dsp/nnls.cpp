// SPDX-License-Identifier: MIT
#include <surefoot/dsp/nnls.hpp>

#include <surefoot/dsp/dense.hpp>

#include "../base/lanes.hpp"
#include "scalar.hpp"

#include <algorithm>

namespace surefoot::dsp {
namespace {

constexpr double least_angle = 1e-10;     // to the span of the columns in use
constexpr double least_gradient = 1e-13;  // of |b|

// out = A^T r: a whole panel of columns at a time, each summed over the rows in order.
struct AllProducts {
  template <int Bytes>
  [[gnu::always_inline]] static inline void run(const double* a, Index rows, Index stride, const double* r,
                                                double* out) noexcept {
    using V = Lanes<double, Bytes>;
    constexpr Index lanes = Bytes / static_cast<Index>(sizeof(double));
    for (Index c = 0; c < stride; c += 2 * lanes) {
      V low{};
      V high{};
      const double* from = a + c;
      for (Index i = 0; i < rows; ++i, from += stride) {
        V x;
        V y;
        load(x, from);
        load(y, from + lanes);
        low += r[i] * x;
        high += r[i] * y;
      }
      store(out + c, low);
      store(out + c + lanes, high);
    }
  }
};

}  // namespace

Nnls::Nnls(Index rows, Index columns, Index free, Arena& arena) noexcept
    : rows_(rows),
      columns_(columns),
      free_(std::min(free, columns)),
      qr_(rows, std::min(rows, columns), arena),
      by_rows_(arena.take<double>(rows * padded(columns))),
      slope_(arena.take<double>(padded(columns))),
      length_(arena.take<double>(columns)),
      with_b_(arena.take<double>(std::min(rows, columns))),
      candidate_(arena.take<double>(std::min(rows, columns))),
      residual_(arena.take<double>(rows)),
      in_use_(arena.take<Index>(std::min(rows, columns))),
      barred_(arena.take<unsigned char>(columns)) {}

void Nnls::set_matrix(std::span<const double> a) noexcept {
  a_ = a;
  for (Index j = 0; j < columns_; ++j) {
    const double* const column = a.data() + j * rows_;
    length_[to_size(j)] = std::sqrt(square_norm(column, rows_));
    for (Index i = 0; i < rows_; ++i) by_rows_[to_size(i * padded(columns_) + j)] = column[i];
  }
}

bool Nnls::enter(Index column) noexcept {
  const Index place = qr_.columns();
  if (!qr_.append(a_.subspan(to_size(column * rows_), to_size(rows_)), least_angle)) return false;
  // b less its part in the columns before is as good as b here, and rounds less.
  with_b_[to_size(place)] = inner(qr_.q(place), residual_.data(), rows_);
  in_use_[to_size(place)] = column;
  ++entries_;
  return true;
}

void Nnls::leave(Index place) noexcept {
  std::copy(in_use_.begin() + place + 1, in_use_.begin() + qr_.columns(), in_use_.begin() + place);
  qr_.remove(place, with_b_);
}

void Nnls::find_candidate() noexcept {
  std::copy_n(with_b_.begin(), qr_.columns(), candidate_.begin());
  qr_.solve(candidate_);
}

void Nnls::find_residual(std::span<const double> b) noexcept {
  std::copy(b.begin(), b.end(), residual_.begin());
  qr_.take_out(residual_);
}

// Go from x towards the unconstrained answer, and let go of the columns that reach zero on the way. True if any did.
bool Nnls::make_feasible(std::span<double> x) noexcept {
  bool left = false;
  while (true) {
    find_candidate();
    double share = 1.0;
    Index first = -1;
    for (Index k = 0; k < qr_.columns(); ++k) {
      const Index j = in_use_[to_size(k)];
      if (j < free_ || candidate_[to_size(k)] > 0.0) continue;
      const double now = x[to_size(j)];
      const double until = now > 0.0 ? now / (now - candidate_[to_size(k)]) : 0.0;
      if (first < 0 || until < share) {
        share = until;
        first = k;
      }
    }
    for (Index k = 0; k < qr_.columns(); ++k) {
      double& value = x[to_size(in_use_[to_size(k)])];
      value = first < 0 ? candidate_[to_size(k)] : value + share * (candidate_[to_size(k)] - value);
    }
    if (first < 0) return left;
    left = true;
    x[to_size(in_use_[to_size(first)])] = 0.0;
    for (Index k = qr_.columns() - 1; k >= 0; --k) {
      const Index j = in_use_[to_size(k)];
      if (j < free_ || x[to_size(j)] > 0.0) continue;
      x[to_size(j)] = 0.0;
      leave(k);
    }
  }
}

bool Nnls::solve(std::span<const double> b, std::span<double> x, bool warm) noexcept {
  qr_.clear();
  entries_ = 0;
  std::copy(b.begin(), b.end(), residual_.begin());
  const double length = std::sqrt(square_norm(b.data(), rows_));
  const double all = length + sum_of<double>(columns_, [this](Index j) noexcept { return length_[to_size(j)]; });
  if (!std::isfinite(all)) {
    std::fill(x.begin(), x.end(), 0.0);
    return false;
  }
  for (Index j = 0; j < columns_; ++j) {
    double& value = x[to_size(j)];
    const bool wanted = j < free_ || (warm && value > 0.0);
    if (!warm) value = 0.0;
    if (wanted && enter(j)) {
      find_residual(b);
      continue;
    }
    value = 0.0;
  }
  (void)make_feasible(x);
  find_residual(b);

  std::fill(barred_.begin(), barred_.end(), static_cast<unsigned char>(0));
  const Index most_entries = 3 * columns_ + 10 + entries_;
  while (entries_ < most_entries) {
    for (Index k = 0; k < qr_.columns(); ++k) barred_[to_size(in_use_[to_size(k)])] = 1;
    dispatch<AllProducts, const double*, Index, Index, const double*, double*>(by_rows_.data(), rows_, padded(columns_),
                                                                               residual_.data(), slope_.data());
    Index best = -1;
    double steepest = least_gradient * length;
    for (Index j = free_; j < columns_; ++j) {
      if (barred_[to_size(j)] != 0 || !(length_[to_size(j)] > 0.0)) continue;
      const double slope = slope_[to_size(j)] / length_[to_size(j)];
      if (slope > steepest) {
        steepest = slope;
        best = j;
      }
    }
    if (best < 0) return true;
    barred_[to_size(best)] = 1;
    if (!enter(best)) continue;
    find_candidate();
    if (!(candidate_[to_size(qr_.columns() - 1)] > 0.0)) {  // its gradient was rounding
      leave(qr_.columns() - 1);
      continue;
    }
    (void)make_feasible(x);
    find_residual(b);
    std::fill(barred_.begin(), barred_.end(), static_cast<unsigned char>(0));
  }
  return false;
}

}  // namespace surefoot::dsp
