// SPDX-License-Identifier: MIT
#include <surefoot/dsp/low_rank.hpp>

#include <surefoot/dsp/reduce.hpp>

#include "../base/lanes.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>

namespace surefoot::dsp {
namespace {

constexpr Index directions = dense_columns;  // twice most_leading: the spare ones make the others converge
constexpr Index rows_a_pass = 8;
constexpr Index most_passes = 7;
// Converged when |X^T X v - value v| is this small beside the gap to the next value: the angle of the error.
constexpr double largest_angle = 1e-9;
// Hopeless when after a few passes it is still this large.
constexpr Index hopeful_passes = 3;
constexpr double hopeless_angle = 1e-2;

// w (n, 16) += x^T c for eight rows of x and of c.
struct AddProducts {
  template <int Bytes>
  [[gnu::always_inline]] static inline void run(const double* const* x, const double* c, double* w, Index n) noexcept {
    using V = Lanes<double, Bytes>;
    constexpr Index lanes = Bytes / static_cast<Index>(sizeof(double));
    for (Index column = 0; column < directions; column += lanes) {
      V c0, c1, c2, c3, c4, c5, c6, c7;
      const double* from = c + column;
      load(c0, from);
      load(c1, from + directions);
      load(c2, from + 2 * directions);
      load(c3, from + 3 * directions);
      load(c4, from + 4 * directions);
      load(c5, from + 5 * directions);
      load(c6, from + 6 * directions);
      load(c7, from + 7 * directions);
      double* to = w + column;
      for (Index j = 0; j < n; ++j, to += directions) {
        V sum;
        load(sum, to);
        sum += (x[0][j] * c0 + x[1][j] * c1 + (x[2][j] * c2 + x[3][j] * c3)) +
               (x[4][j] * c4 + x[5][j] * c5 + (x[6][j] * c6 + x[7][j] * c7));
        store(to, sum);
      }
    }
  }
};

// Each row of a (n, 16) becomes row times s (16, 16).
void rotate(const Dense& a, const Dense& s) noexcept {
  std::array<double, directions> row{};
  for (Index i = 0; i < a.rows; ++i) {
    std::copy(a.row(i), a.row(i) + directions, row.begin());
    std::fill(a.row(i), a.row(i) + directions, 0.0);
    for (Index k = 0; k < directions; ++k)
      for (Index q = 0; q < directions; ++q) a.row(i)[q] += row[to_size(k)] * s.row(k)[q];
  }
}

}  // namespace

LowRank::LowRank(Index most_columns, Index most_rank, Arena& arena) noexcept
    : gram_matrix_(arena.take<double>(most_columns * padded(most_columns))),
      vector_values_(arena.take<double>(most_columns * padded(most_rank))),
      weighted_values_(arena.take<double>(most_rank * padded(most_columns))),
      coefficients_(arena.take<double>(rows_at_once * padded(most_rank))),
      direction_values_(arena.take<double>(most_rank <= most_leading ? most_columns * directions : 0)),
      product_values_(arena.take<double>(most_rank <= most_leading ? most_columns * directions : 0)),
      gram_(most_columns, arena),
      eigen_(most_columns, arena),
      leading_(directions, arena) {}

bool LowRank::decompose(const Dense& x) noexcept {
  const Dense g{gram_matrix_.data(), x.columns, x.columns};
  led_ = false;
  columns_ = x.columns;
  gram_.of(x, g);
  energy_ = 0.0;
  for (Index i = 0; i < x.columns; ++i) energy_ += g.row(i)[i];
  return eigen_.decompose(g);
}

bool LowRank::decompose_leading(const Dense& x, Index first, Index count) noexcept {
  columns_ = x.columns;
  led_ = first + count <= most_leading && !direction_values_.empty() && x.columns >= 4 * directions &&
         iterate(x, first, count);
  return led_ || decompose(x);
}

// Gram and Schmidt, twice, column by column; the rows are short.
void LowRank::orthonormalise(const Dense& v) noexcept {
  for (Index q = 0; q < directions; ++q) {
    for (int twice = 0; twice < 2; ++twice) {
      std::array<double, directions> along{};
      for (Index i = 0; i < v.rows; ++i)
        for (Index k = 0; k < q; ++k) along[to_size(k)] += v.row(i)[k] * v.row(i)[q];
      for (Index i = 0; i < v.rows; ++i)
        for (Index k = 0; k < q; ++k) v.row(i)[q] -= along[to_size(k)] * v.row(i)[k];
      const double square = reduce(v.rows, [&](Index i) noexcept { return v.row(i)[q] * v.row(i)[q]; });
      const double share = square > 0.0 ? 1.0 / std::sqrt(square) : 0.0;
      for (Index i = 0; i < v.rows; ++i) v.row(i)[q] *= share;
    }
  }
}

bool LowRank::iterate(const Dense& x, Index first, Index count) noexcept {
  const Dense v{direction_values_.data(), x.columns, directions};
  const Dense w{product_values_.data(), x.columns, directions};
  std::uint32_t seed = 1;
  for (Index i = 0; i < v.rows * directions; ++i) {
    seed = seed * 1664525U + 1013904223U;
    v.data[i] = static_cast<double>(seed >> 8U) * 0x1p-24 - 0.5;
  }
  energy_ = 0.0;
  for (Index r = 0; r < x.rows; ++r) {
    const double* const row = x.row(r);
    energy_ += reduce(x.columns, [row](Index i) noexcept { return row[i] * row[i]; });
  }
  for (Index pass = 0; pass < most_passes; ++pass) {
    orthonormalise(v);
    std::fill(w.data, w.data + w.rows * directions, 0.0);
    alignas(64) std::array<double, rows_a_pass * directions> products{};
    for (Index r = 0; r < x.rows; r += rows_a_pass) {
      const Index n = std::min(rows_a_pass, x.rows - r);
      std::array<const double*, rows_a_pass> rows{};
      for (Index k = 0; k < rows_a_pass; ++k) rows[to_size(k)] = x.row(std::min(r + k, x.rows - 1));
      // Rows beyond the end count with nothing.
      if (n < rows_a_pass) products.fill(0.0);
      multiply({x.row(r), n, x.columns}, v, {products.data(), n, directions});
      dispatch<AddProducts, const double* const*, const double*, double*, Index>(rows.data(), products.data(), w.data,
                                                                                 x.columns);
    }
    // Rayleigh and Ritz: the best approximations in the span of v.
    std::array<double, directions * directions> quotient{};
    std::array<double, directions * directions> turn{};
    const Dense t{quotient.data(), directions, directions};
    const Dense s{turn.data(), directions, directions};
    for (Index j = 0; j < v.rows; ++j)
      for (Index a = 0; a < directions; ++a)
        for (Index b = 0; b < directions; ++b) t.row(a)[b] += v.row(j)[a] * w.row(j)[b];
    for (Index a = 0; a < directions; ++a)
      for (Index b = 0; b < a; ++b) t.row(a)[b] = t.row(b)[a] = 0.5 * (t.row(a)[b] + t.row(b)[a]);
    if (!leading_.decompose(t)) return false;
    leading_.vectors(0, directions, s);
    rotate(v, s);
    rotate(w, s);
    const std::span<const double> values = leading_.values();
    const Index end = first + count;
    double gap = values[to_size(end - 1)] - values[to_size(end)];
    if (first > 0) gap = std::min(gap, values[to_size(first - 1)] - values[to_size(first)]);
    double largest = 0.0;
    for (Index q = 0; q < end; ++q) {
      const double value = values[to_size(q)];
      const double square = reduce(v.rows, [&](Index j) noexcept {
        const double rest = w.row(j)[q] - value * v.row(j)[q];
        return rest * rest;
      });
      largest = std::max(largest, square);
    }
    const double error = std::sqrt(largest);
    if (error <= largest_angle * gap) return true;
    if (pass + 1 >= hopeful_passes && error > hopeless_angle * gap) return false;
    std::copy(w.data, w.data + w.rows * directions, v.data);
  }
  return false;
}

void LowRank::find(Index first, Index count) noexcept {
  vectors_ = {vector_values_.data(), columns_, count};
  weighted_ = {weighted_values_.data(), count, columns_};
  if (count == 0) return;
  if (led_) {
    for (Index j = 0; j < columns_; ++j) {
      const double* const from = direction_values_.data() + j * directions + first;
      std::fill(vectors_.row(j), vectors_.row(j) + vectors_.stride(), 0.0);
      std::copy(from, from + count, vectors_.row(j));
    }
  } else {
    eigen_.vectors(first, count, vectors_);
  }
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
