// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/arena.hpp>
#include <surefoot/base/types.hpp>
#include <surefoot/dsp/growing_qr.hpp>

namespace surefoot::dsp {

/// Least squares with numbers that must not be negative: minimise |A x - b| with x_i >= 0, except for the first `free` of them.
///
///   active sets: columns enter by the steepest gradient per length, leave where the unconstrained answer turns negative;
///   A_P = Q R of the columns in use is kept up to date (Gram-Schmidt twice when one enters, Givens rotations when one leaves)
///
/// Shape     A (rows, columns) by columns, one after the other; it is not copied and must outlive the object's use of it.
/// Units     any; scaling of a column only scales its x.
/// Edges     a column of zeros, or one within 1e-10 of the span of those in use, stays out (x = 0). b = 0 gives 0. NaN or
///           infinity in A or b: x = 0 and false.
/// Accuracy  of a QR factorisation: backward stable. At the answer no gradient is above 1e-13 |b| |a_i|.
/// Cost      about (columns + 6 k) rows operations an entry or exit, k columns in use; rows = 42, columns = 102 and a handful
///           in use: some 60 us from nothing, 10 us from a good guess. (columns + 2 k) rows doubles, k = min(rows, columns). No
///           allocation after construction. The same bits everywhere.
/// Not       for answers that are not sparse and large: each column is entered by itself.
/// @source   Lawson and Hanson, Solving Least Squares Problems (1974), chapter 23; updates: Golub and Van Loan, Matrix
///           Computations (2013), 6.5
class Nnls {
 public:
  Nnls(Index rows, Index columns, Index free, Arena& arena) noexcept;

  /// Use this matrix from now on.
  void set_matrix(std::span<const double> a) noexcept;
  /// Find x. With warm, x is a guess (>= 0 but for the free ones) and its positive places are where the search begins.
  /// False if it did not converge within 3 columns + 10 steps; x is then the best so far and still allowed.
  [[nodiscard]] bool solve(std::span<const double> b, std::span<double> x, bool warm = false) noexcept;

  /// b - A x of the last answer.
  [[nodiscard]] std::span<const double> residual() const noexcept { return residual_; }
  /// Entries of columns in the last search.
  [[nodiscard]] Index entries() const noexcept { return entries_; }

 private:
  [[nodiscard]] bool enter(Index column) noexcept;
  void leave(Index place) noexcept;
  void find_candidate() noexcept;
  [[nodiscard]] bool make_feasible(std::span<double> x) noexcept;
  void find_residual(std::span<const double> b) noexcept;

  Index rows_;
  Index columns_;
  Index free_;
  Index entries_ = 0;
  std::span<const double> a_;
  GrowingQr qr_;                 // of the columns in use
  std::span<double> by_rows_;    // A, rows one after the other
  std::span<double> slope_;      // A^T residual
  std::span<double> length_;     // of all columns
  std::span<double> with_b_;     // Q^T b
  std::span<double> candidate_;  // R^-1 Q^T b
  std::span<double> residual_;
  std::span<Index> in_use_;          // columns, in the order of Q
  std::span<unsigned char> barred_;  // columns that may not enter now
};

}  // namespace surefoot::dsp
