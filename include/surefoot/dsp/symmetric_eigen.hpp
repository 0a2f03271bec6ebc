// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/arena.hpp>
#include <surefoot/base/types.hpp>
#include <surefoot/dsp/dense.hpp>

namespace surefoot::dsp {

/// Eigenvalues of a real symmetric matrix, and the eigenvectors of those that are asked for.
///
///   A = V diag(values) V^T;  Householder reflections to a tridiagonal matrix, implicit QL for its eigenvalues, inverse
///   iteration for eigenvectors, each kept orthogonal to those before it
///
/// Accuracy  values: a few rounding errors of the largest of them, so that small ones are not relatively exact. Vectors:
///           orthonormal to about 1e-12; |A v - value v| about 1e-13 of the largest value.
/// Edges     a zero matrix gives zeros and unit vectors. Equal values: any orthonormal basis of their space.
///           NaN or infinity must not come in.
/// Cost      4/3 n^3 operations for the values, 2 n^2 more a vector, and their mutual orthogonality. No allocation after
///           construction; 16 n doubles.
/// Not       for all vectors of a large matrix: their orthogonalisation then outweighs the rest.
/// @source   Golub and Van Loan, Matrix Computations, 4th ed., 8.3.1 and 8.3.3; Wilkinson and Reinsch, Handbook for Automatic
///           Computation II (1971), II/4 and II/18
class SymmetricEigen {
 public:
  SymmetricEigen(Index most_rows, Arena& arena) noexcept;

  /// Find the eigenvalues of a, which is overwritten and must be kept for vectors(). False if the iteration did not converge.
  [[nodiscard]] bool decompose(const Dense& a) noexcept;
  /// In descending order.
  [[nodiscard]] std::span<const double> values() const noexcept { return values_.first(to_size(a_.rows)); }
  /// Columns 0 .. count - 1 of v (rows of a, count) become the eigenvectors of values()[first ..].
  void vectors(Index first, Index count, const Dense& v) noexcept;

 private:
  void tridiagonalise() noexcept;
  void reflect_next(Index row) noexcept;
  [[nodiscard]] bool find_values() noexcept;
  void factor(double value) noexcept;
  void solve(std::span<double> x) const noexcept;
  void apply_reflections(const Dense& v) noexcept;

  Dense a_;           // row k holds reflector k behind its diagonal
  double scale_ = 0;  // largest row sum of the tridiagonal matrix, which is kept divided by it
  std::span<double> values_;
  std::span<double> diagonal_;
  std::span<double> beside_;  // the diagonal next to it
  std::span<double> tau_;     // reflector k is 1 - tau v v^T
  std::span<double> v_;
  std::span<double> w_;
  std::span<double> p_;
  std::span<double> work_;   // v_ of the step before
  std::span<double> pad_;    // a row of zeros
  std::span<double> pivot_;  // factors of the tridiagonal matrix less a value: reciprocal pivots,
  std::span<double> upper_;  // the two diagonals above them,
  std::span<double> second_;
  std::span<double> lower_;           // multipliers,
  std::span<unsigned char> swapped_;  // and where rows changed places
  std::span<double> x_;
};

}  // namespace surefoot::dsp
