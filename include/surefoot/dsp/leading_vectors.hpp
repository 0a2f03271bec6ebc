// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/arena.hpp>
#include <surefoot/dsp/dense.hpp>
#include <surefoot/dsp/symmetric_eigen.hpp>

namespace surefoot::dsp {

/// The first few right singular vectors of a matrix in float32, found by reading its rows a few times: its Gram matrix is never
/// made.
///
///   X^T X v_q = s_q^2 v_q,  s_0 >= s_1 >= ...
///
/// Shape     X (any number of rows, n columns), given by where its rows lie.
/// Accuracy  each vector found lies within an angle of 3e-8 (half a rounding of float32) of the space of the true ones; where
///           their values are nearly equal it may be another basis of that space. Products in double.
/// Edges     false if the vectors do not stand out enough to be found in most_passes passes, if they end beyond most, or if the
///           matrix is too small to be worth it: then use the Gram matrix (LowRank).
/// Cost      16 rows n operations a pass for up to 3 vectors, 32 for up to 7, 48 for 8; four to ten passes. No allocation after
///           construction: about 50 n doubles.
/// @source   block Lanczos with full orthogonalisation and thick restart: Golub and Van Loan, Matrix Computations, 4th ed.,
///           10.3.6; Wu and Simon, SIAM J. Matrix Anal. Appl. 22(2), 2000; Musco and Musco, NeurIPS 2015
class LeadingVectors {
 public:
  static constexpr Index most = 8;
  static constexpr Index most_passes = 24;

  /// For matrices of at most n columns.
  LeadingVectors(Index n, Arena& arena) noexcept;

  /// Find vectors first .. first + count - 1.
  [[nodiscard]] bool find(std::span<const Sample* const> rows, Index first, Index count) noexcept;
  /// s_0^2, s_1^2, ... as far as they were looked for.
  [[nodiscard]] std::span<const double> squares() const noexcept { return squares_; }
  /// Sum of the squares of X: of all singular values.
  [[nodiscard]] double energy() const noexcept { return energy_; }
  /// out = x - sum over the vectors of (x . v) v, rounded once; what find() was asked for, x of n samples.
  void subtract_from(ConstTraceRef x, TraceRef out) noexcept;

 private:
  static constexpr Index directions = 24;  // that are followed at a time, in blocks of 4, 8 or 12

  [[nodiscard]] double* direction(Index q) const noexcept { return direction_.data() + q * stride_; }
  [[nodiscard]] double* product(Index q) const noexcept { return product_.data() + q * stride_; }
  [[nodiscard]] bool orthonormalise(Index q) noexcept;
  void multiply(std::span<const Sample* const> rows, Index from, Index block) noexcept;
  [[nodiscard]] bool approximate(Index followed) noexcept;
  void turn(Index followed, Index kept, std::span<double> of) noexcept;
  [[nodiscard]] double residual(Index q, Index followed) noexcept;

  Index n_;
  Index stride_;                 // n in whole vectors, zeros behind
  std::span<double> direction_;  // (directions, stride): an orthonormal basis,
  std::span<double> product_;    // and X^T X times it
  std::span<double> row_;        // four rows of X in double
  std::span<double> turned_;     // (directions) of one column
  std::span<double> quotient_;   // (directions, directions) products . directions,
  std::span<double> work_;       // for its decomposition,
  std::span<double> ritz_;       // and its eigenvectors, a column each
  SymmetricEigen eigen_;
  std::span<const double> squares_;
  double energy_ = 0.0;
  Index first_ = 0;
  Index count_ = 0;
};

}  // namespace surefoot::dsp
