// SPDX-License-Identifier: MIT
#include <surefoot/dsp/low_rank.hpp>

#include <algorithm>

namespace surefoot::dsp {

LowRank::LowRank(Index most_columns, Index most_rank, Arena& arena) noexcept
    : gram_matrix_(arena.take<double>(most_columns * padded(most_columns))),
      vector_values_(arena.take<double>(most_columns * padded(most_rank))),
      weighted_values_(arena.take<double>(most_rank * padded(most_columns))),
      coefficients_(arena.take<double>(rows_at_once * padded(most_rank))),
      gram_(most_columns, arena),
      eigen_(most_columns, arena) {}

bool LowRank::decompose(const Dense& x) noexcept {
  const Dense g{gram_matrix_.data(), x.columns, x.columns};
  columns_ = x.columns;
  gram_.of(x, g);
  energy_ = 0.0;
  for (Index i = 0; i < x.columns; ++i) energy_ += g.row(i)[i];
  return eigen_.decompose(g);
}

void LowRank::find(Index first, Index count) noexcept {
  vectors_ = {vector_values_.data(), columns_, count};
  weighted_ = {weighted_values_.data(), count, columns_};
  if (count == 0) return;
  eigen_.vectors(first, count, vectors_);
  std::fill(weighted_.data, weighted_.data + count * weighted_.stride(), 0.0);
  transpose(vectors_, weighted_);
}

void LowRank::scale(Index q, double weight) noexcept {
  double* const row = weighted_.row(q);
  for (Index i = 0; i < weighted_.columns; ++i) row[i] *= weight;
}

void LowRank::apply(const Dense& x, const Dense& part) noexcept {
  if (rank() == 0) {
    std::fill(part.data, part.data + part.rows * part.stride(), 0.0);
    return;
  }
  const Dense coefficients{coefficients_.data(), x.rows, rank()};
  multiply(x, vectors_, coefficients);
  multiply(coefficients, weighted_, part);
}

}  // namespace surefoot::dsp
