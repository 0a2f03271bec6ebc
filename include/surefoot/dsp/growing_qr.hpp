// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/arena.hpp>
#include <surefoot/base/types.hpp>

namespace surefoot::dsp {

/// A = Q R of a few columns that come and go one at a time.
///
/// Accuracy  of Householder's factorisation: each column is made orthogonal twice.
/// Edges     a column of which less than `least` of its length sticks out of the span of the others is refused, as is one that
///           is zero or not finite.
/// Cost      append 4 rows k operations, remove 3 (rows + k) (k - place). No allocation after construction. The same bits
///           everywhere.
/// Not       a matrix that is known whole: tall_qr.hpp.
/// @source   Giraud, Langou and Rozloznik, Computers & Mathematics with Applications 50, 2005; Golub and Van Loan, Matrix
///           Computations (2013), 6.5.2
class GrowingQr {
 public:
  GrowingQr(Index rows, Index most_columns, Arena& arena) noexcept;

  void clear() noexcept { used_ = 0; }
  [[nodiscard]] Index columns() const noexcept { return used_; }
  [[nodiscard]] bool full() const noexcept { return used_ == most_; }
  /// Column k of Q.
  [[nodiscard]] const double* q(Index k) const noexcept { return q_.data() + k * rows_; }

  [[nodiscard]] bool append(std::span<const double> column, double least) noexcept;
  /// Take out column `place`; `with` (Q^T b of something, in all columns) is turned along.
  void remove(Index place, std::span<double> with) noexcept;
  /// v less its part in the span; the shares Q^T v are added to `shares` if it is not empty.
  void take_out(std::span<double> v, std::span<double> shares = {}) const noexcept;
  /// x becomes R^-1 x.
  void solve(std::span<double> x) const noexcept;
  /// Lengths of the rows of R^-1: the standard errors of the numbers that solve() gives, for noise of 1.
  void errors(std::span<double> out) noexcept;

 private:
  Index rows_;
  Index most_;
  Index used_ = 0;
  std::span<double> q_;  // rows numbers a column
  std::span<double> r_;  // column k begins at k most_
  std::span<double> work_;
};

}  // namespace surefoot::dsp
