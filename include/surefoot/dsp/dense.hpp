// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/arena.hpp>
#include <surefoot/base/types.hpp>

namespace surefoot::dsp {

/// Columns of a dense matrix are rounded up to this, so that no vector crosses the end of a row.
inline constexpr Index dense_columns = 16;
[[nodiscard]] constexpr Index padded(Index n) noexcept {
  return (n + dense_columns - 1) / dense_columns * dense_columns;
}

/// A view of a matrix in double: rows one after the other, each `stride` = padded(columns) long and zero beyond `columns`.
struct Dense {
  double* data = nullptr;
  Index rows = 0;
  Index columns = 0;

  [[nodiscard]] Index stride() const noexcept { return padded(columns); }
  [[nodiscard]] double* row(Index i) const noexcept { return data + i * stride(); }
};

/// out = a b.
///
/// Shape     a (rows, inner), b (inner, columns), out (rows, columns). out must not overlap a or b.
/// Exact     each number is one sum over the inner index from its beginning; the same bits at every vector width.
/// Cost      2 rows inner columns operations; allocates nothing.
void multiply(const Dense& a, const Dense& b, const Dense& out) noexcept;

/// to = transpose of from.
void transpose(const Dense& from, const Dense& to) noexcept;

/// The matrix of all products of the columns of a matrix, G = A^T A, in double.
///
/// Shape     A (any number of rows, columns <= most_columns), G (columns, columns), both halves.
/// Exact     each number is summed in blocks of 64 rows, in the order of the rows; the same bits at every vector width.
/// Cost      rows columns^2 operations; 64 most_columns doubles.
/// @source   blocking and packing after Goto and van de Geijn, ACM TOMS 34(3), 2008
class Gram {
 public:
  Gram(Index most_columns, Arena& arena) noexcept;
  void of(const Dense& a, const Dense& g) noexcept;

 private:
  std::span<double> packed_;
};

}  // namespace surefoot::dsp
