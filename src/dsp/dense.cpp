// SPDX-License-Identifier: MIT
#include <surefoot/dsp/dense.hpp>

#include "../base/lanes.hpp"

#include <algorithm>

namespace surefoot::dsp {
namespace {

constexpr Index rows_at_once = 64;  // of A in a packed block: with 512 columns it stays in the second cache
constexpr Index panel = dense_columns;

// Four rows of out = a b, two vectors of columns at a time.
struct FourRows {
  template <int Bytes>
  [[gnu::always_inline]] static inline void run(const double* const* a, Index inner, const double* b, Index stride,
                                                double* const* out) noexcept {
    using V = Lanes<double, Bytes>;
    constexpr Index lanes = Bytes / static_cast<Index>(sizeof(double));
    for (Index c = 0; c < stride; c += 2 * lanes) {
      V l0{}, l1{}, l2{}, l3{}, h0{}, h1{}, h2{}, h3{};
      const double* from = b + c;
      for (Index k = 0; k < inner; ++k, from += stride) {
        V low;
        V high;
        load(low, from);
        load(high, from + lanes);
        l0 += a[0][k] * low;
        h0 += a[0][k] * high;
        l1 += a[1][k] * low;
        h1 += a[1][k] * high;
        l2 += a[2][k] * low;
        h2 += a[2][k] * high;
        l3 += a[3][k] * low;
        h3 += a[3][k] * high;
      }
      store(out[0] + c, l0);
      store(out[0] + c + lanes, h0);
      store(out[1] + c, l1);
      store(out[1] + c + lanes, h1);
      store(out[2] + c, l2);
      store(out[2] + c + lanes, h2);
      store(out[3] + c, l3);
      store(out[3] + c + lanes, h3);
    }
  }
};

template <class V>
[[gnu::always_inline]] inline void add_to(double* to, const V& x) noexcept {
  V sum;
  load(sum, to);
  sum += x;
  store(to, sum);
}

// g += a^T b for two panels of 16 columns and n rows.
struct GramTile {
  template <int Bytes>
  [[gnu::always_inline]] static inline void run(const double* a, const double* b, Index n, double* g,
                                                Index stride) noexcept {
    using V = Lanes<double, Bytes>;
    constexpr Index lanes = Bytes / static_cast<Index>(sizeof(double));
    for (Index r = 0; r < panel; r += 4)
      for (Index c = 0; c < panel; c += 2 * lanes) {
        V l0{}, l1{}, l2{}, l3{}, h0{}, h1{}, h2{}, h3{};
        const double* x = a + r;
        const double* y = b + c;
        for (Index k = 0; k < n; ++k, x += panel, y += panel) {
          V low;
          V high;
          load(low, y);
          load(high, y + lanes);
          l0 += x[0] * low;
          h0 += x[0] * high;
          l1 += x[1] * low;
          h1 += x[1] * high;
          l2 += x[2] * low;
          h2 += x[2] * high;
          l3 += x[3] * low;
          h3 += x[3] * high;
        }
        double* to = g + r * stride + c;
        add_to(to, l0);
        add_to(to + lanes, h0);
        add_to(to + stride, l1);
        add_to(to + stride + lanes, h1);
        add_to(to + 2 * stride, l2);
        add_to(to + 2 * stride + lanes, h2);
        add_to(to + 3 * stride, l3);
        add_to(to + 3 * stride + lanes, h3);
      }
  }
};

}  // namespace

void multiply(const Dense& a, const Dense& b, const Dense& out) noexcept {
  for (Index first = 0; first < a.rows; first += 4) {
    const double* from[4];
    double* to[4];
    // At the end a row is computed more than once, with the same result.
    for (Index r = 0; r < 4; ++r) {
      from[r] = a.row(std::min(first + r, a.rows - 1));
      to[r] = out.row(std::min(first + r, a.rows - 1));
    }
    dispatch<FourRows, const double* const*, Index, const double*, Index, double* const*>(from, a.columns, b.data,
                                                                                          b.stride(), to);
  }
}

void transpose(const Dense& from, const Dense& to) noexcept {
  constexpr Index tile = 16;
  for (Index i = 0; i < from.rows; i += tile)
    for (Index j = 0; j < from.columns; j += tile)
      for (Index r = i; r < std::min(i + tile, from.rows); ++r)
        for (Index c = j; c < std::min(j + tile, from.columns); ++c) to.row(c)[r] = from.row(r)[c];
}

Gram::Gram(Index most_columns, Arena& arena) noexcept
    : packed_(arena.take<double>(rows_at_once * padded(most_columns))) {}

void Gram::of(const Dense& a, const Dense& g) noexcept {
  const Index stride = a.stride();
  std::fill(g.data, g.data + g.rows * stride, 0.0);
  for (Index first = 0; first < a.rows; first += rows_at_once) {
    const Index n = std::min(rows_at_once, a.rows - first);
    for (Index k = 0; k < n; ++k) {
      const double* const row = a.row(first + k);
      for (Index c = 0; c < stride; c += panel) {
        double* const to = packed_.data() + c * n + k * panel;
        for (Index i = 0; i < panel; ++i) to[i] = row[c + i];
      }
    }
    for (Index i = 0; i < stride; i += panel)
      for (Index j = i; j < stride; j += panel) {
        if (i + panel > g.rows) {
          // The last panel has fewer rows in G than 16: by way of a tile.
          double tile[panel * panel] = {};
          dispatch<GramTile, const double*, const double*, Index, double*, Index>(
              packed_.data() + i * n, packed_.data() + j * n, n, tile, panel);
          for (Index r = 0; i + r < g.rows; ++r)
            for (Index c = 0; c < panel; ++c) g.row(i + r)[j + c] += tile[r * panel + c];
        } else {
          dispatch<GramTile, const double*, const double*, Index, double*, Index>(
              packed_.data() + i * n, packed_.data() + j * n, n, g.row(i) + j, stride);
        }
      }
  }
  for (Index i = 0; i < g.rows; ++i)
    for (Index j = 0; j < i; ++j) g.row(i)[j] = g.row(j)[i];
}

}  // namespace surefoot::dsp
