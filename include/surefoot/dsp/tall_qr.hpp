// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/types.hpp>

#include <span>

namespace surefoot::dsp {

/// A view of a small matrix by columns, each `rows` numbers one after the other.
struct Columns {
  double* data = nullptr;
  Index rows = 0;
  Index columns = 0;

  [[nodiscard]] double* column(Index j) const noexcept { return data + j * rows; }
  [[nodiscard]] double& at(Index i, Index j) const noexcept { return data[j * rows + i]; }
};

/// A = Q R by Householder reflections, in place: R on and above the diagonal, reflector k below it, 1 - tau v v^T with v_k = 1.
///
/// Shape     a (rows >= columns), tau (columns). Every diagonal element of R is >= 0 or that of a column left alone.
/// Edges     a column that is zero below and on the diagonal gets tau = 0 and a zero in R: the matrix has no full rank.
/// Cost      2 rows columns^2 operations; allocates nothing. Sums in the fixed order of dsp::reduce.
/// @source   Golub and Van Loan, Matrix Computations, 4th ed., 5.2.2
void factor_qr(const Columns& a, std::span<double> tau) noexcept;

/// b = Q^T b, with what factor_qr left. Rows from qr.columns on are then the part of b that A cannot reach.
void apply_qt(const Columns& qr, std::span<const double> tau, const Columns& b) noexcept;
/// b = Q b.
void apply_q(const Columns& qr, std::span<const double> tau, const Columns& b) noexcept;

/// x = R^-1 x and x = R^-T x on the first qr.columns numbers of each column of x.
/// Edges     a zero on the diagonal of R gives infinities: look at least_diagonal() first.
void solve_r(const Columns& qr, const Columns& x) noexcept;
void solve_rt(const Columns& qr, const Columns& x) noexcept;

/// Smallest over largest absolute diagonal element of R: an upper bound of 1 / condition; 0 where the rank is not full.
[[nodiscard]] double least_diagonal(const Columns& qr) noexcept;

}  // namespace surefoot::dsp
