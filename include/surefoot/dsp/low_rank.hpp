// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/arena.hpp>
#include <surefoot/dsp/dense.hpp>
#include <surefoot/dsp/symmetric_eigen.hpp>

namespace surefoot::dsp {

/// Parts of a matrix that belong to chosen singular values, by way of its Gram matrix.
///
///   X^T X = V diag(s^2) V^T;   apply() gives  X V_chosen diag(weights) V_chosen^T = sum over chosen q of w_q s_q u_q v_q^T
///
/// Shape     X (any rows, columns): let the columns be the shorter side. Rows are treated in blocks, so that X may be
///           changed row by row while its parts are taken.
/// Accuracy  as a full SVD in double for what is above about 1e-8 of the largest singular value; the rest is noise.
/// Cost      rows columns^2 + 4/3 columns^3 operations for decompose(), 4 rows columns rank for all of apply().
/// @source   Golub and Van Loan, Matrix Computations, 4th ed., 8.6.1
class LowRank {
 public:
  static constexpr Index rows_at_once = 16;

  LowRank(Index most_columns, Index most_rank, Arena& arena) noexcept;

  /// Find the singular values. False if the eigenvalue iteration did not converge.
  [[nodiscard]] bool decompose(const Dense& x) noexcept;
  /// Squares of the singular values, descending; rounding may leave small ones below zero.
  [[nodiscard]] std::span<const double> squares() const noexcept { return eigen_.values(); }
  /// Sum of the squares of x: of all singular values.
  [[nodiscard]] double energy() const noexcept { return energy_; }
  /// Choose the singular values first .. first + count - 1 (at most most_rank), each with weight(q), q from 0.
  template <class Weight>
  void choose(Index first, Index count, Weight&& weight) noexcept {
    find(first, count);
    for (Index q = 0; q < count; ++q) scale(q, weight(q));
  }
  [[nodiscard]] Index rank() const noexcept { return vectors_.columns; }
  /// part (rows as x, columns of X) becomes the chosen part of the rows x, at most rows_at_once of them.
  void apply(const Dense& x, const Dense& part) noexcept;

 private:
  void find(Index first, Index count) noexcept;
  void scale(Index q, double weight) noexcept;

  std::span<double> gram_matrix_;
  std::span<double> vector_values_;
  std::span<double> weighted_values_;
  std::span<double> coefficients_;
  Index columns_ = 0;
  double energy_ = 0.0;
  Dense vectors_;   // (columns, rank)
  Dense weighted_;  // (rank, columns), times the weights
  Gram gram_;
  SymmetricEigen eigen_;
};

}  // namespace surefoot::dsp
