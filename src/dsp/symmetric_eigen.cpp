// SPDX-License-Identifier: MIT
#include <surefoot/dsp/symmetric_eigen.hpp>

#include <surefoot/dsp/reduce.hpp>

#include "../base/lanes.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>

namespace surefoot::dsp {
namespace {

// Square of what is nothing beside a matrix of magnitude 1: rounding errors of rounding errors.
constexpr double negligible = 1e-60;
constexpr double epsilon = std::numeric_limits<double>::epsilon();

// Four rows of the matrix: a -= v_i w + w_i v, and p += u_i a with what they have become. A row may be a scratch row.
struct UpdateRows {
  template <int Bytes>
  [[gnu::always_inline]] static inline void run(double* const* a, const double* v, const double* w, double* p, Index n,
                                                const double* factors) noexcept {
    using V = Lanes<double, Bytes>;
    constexpr Index lanes = Bytes / static_cast<Index>(sizeof(double));
    for (Index i = 0; i < n; i += lanes) {
      V along_v;
      V along_w;
      V product;
      load(along_v, v + i);
      load(along_w, w + i);
      load(product, p + i);
      for (int r = 0; r < 4; ++r) {
        V row;
        load(row, a[r] + i);
        row -= factors[r] * along_w + factors[4 + r] * along_v;
        store(a[r] + i, row);
        product += factors[8 + r] * row;
      }
      store(p + i, product);
    }
  }
};

// Sixteen vectors side by side: z -= tau v (v^T z).
struct Reflect {
  template <int Bytes>
  [[gnu::always_inline]] static inline void run(const double* v, Index n, double tau, double* z,
                                                Index stride) noexcept {
    using V = Lanes<double, Bytes>;
    constexpr Index lanes = Bytes / static_cast<Index>(sizeof(double));
    for (Index c = 0; c < dense_columns; c += 2 * lanes) {
      V low{};
      V high{};
      double* at = z + c;
      for (Index i = 0; i < n; ++i, at += stride) {
        V x;
        V y;
        load(x, at);
        load(y, at + lanes);
        low += v[i] * x;
        high += v[i] * y;
      }
      low *= tau;
      high *= tau;
      at = z + c;
      for (Index i = 0; i < n; ++i, at += stride) {
        V x;
        V y;
        load(x, at);
        load(y, at + lanes);
        x -= v[i] * low;
        y -= v[i] * high;
        store(at, x);
        store(at + lanes, y);
      }
    }
  }
};

}  // namespace

SymmetricEigen::SymmetricEigen(Index most_rows, Arena& arena) noexcept
    : values_(arena.take<double>(most_rows)),
      diagonal_(arena.take<double>(most_rows)),
      beside_(arena.take<double>(most_rows)),
      tau_(arena.take<double>(most_rows)),
      v_(arena.take<double>(padded(most_rows))),
      w_(arena.take<double>(padded(most_rows))),
      p_(arena.take<double>(padded(most_rows))),
      work_(arena.take<double>(padded(most_rows))),
      pad_(arena.take<double>(padded(most_rows))),
      pivot_(arena.take<double>(most_rows)),
      upper_(arena.take<double>(most_rows)),
      second_(arena.take<double>(most_rows)),
      lower_(arena.take<double>(most_rows)),
      swapped_(arena.take<unsigned char>(most_rows)),
      x_(arena.take<double>(most_rows)) {}

bool SymmetricEigen::decompose(const Dense& a) noexcept {
  a_ = a;
  const auto n = to_size(a.rows);
  const Index n_numbers = a.rows * a.stride();
  // To magnitude 1, so that no product of it leaves the range of double.
  double largest = 0.0;
  for (Index i = 0; i < n_numbers; ++i) largest = std::max(largest, std::abs(a.data[i]));
  scale_ = largest;
  if (!(largest > 0.0)) {
    std::fill(values_.begin(), values_.begin() + a.rows, 0.0);
    return true;
  }
  for (Index i = 0; i < n_numbers; ++i) a.data[i] /= largest;
  tridiagonalise();
  double norm = 0.0;
  for (std::size_t i = 0; i < n; ++i) {
    const double row = std::abs(diagonal_[i]) + (i > 0 ? std::abs(beside_[i - 1]) : 0.0) + std::abs(beside_[i]);
    norm = std::max(norm, row);
  }
  for (std::size_t i = 0; i < n; ++i) {
    diagonal_[i] /= norm;
    beside_[i] /= norm;
  }
  scale_ = largest * norm;
  const bool converged = find_values();
  std::sort(values_.begin(), values_.begin() + a.rows, [](double x, double y) noexcept { return x > y; });
  for (std::size_t i = 0; i < n; ++i) values_[i] *= scale_;
  return converged;
}

// Row `row` is final: take the diagonals from it and make of the rest the reflector that clears it, in v_.
void SymmetricEigen::reflect_next(Index row) noexcept {
  const Index n = a_.rows;
  const auto k = to_size(row);
  double* const x = a_.row(row);
  diagonal_[k] = x[k];
  tau_[k] = 0.0;
  std::fill(v_.begin(), v_.begin() + a_.stride(), 0.0);
  if (row + 1 >= n) {
    beside_[k] = 0.0;
    return;
  }
  const double first = x[k + 1];
  const std::span<const double> rest(x + row + 2, to_size(std::max<Index>(n - row - 2, 0)));
  const double square = dot(rest, rest);
  beside_[k] = first;
  if (square < negligible) {
    x[k + 1] = 0.0;
    return;
  }
  const double length = std::sqrt(first * first + square);
  beside_[k] = first > 0.0 ? -length : length;
  x[k + 1] = first - beside_[k];
  tau_[k] = 2.0 / (square + x[k + 1] * x[k + 1]);
  std::copy(x + row + 1, x + n, v_.begin() + row + 1);
}

// In step k the reflector of row k is applied from both sides, A -= v w^T + w v^T, and in the same pass over the rows the
// product of the result with the next reflector is formed.
void SymmetricEigen::tridiagonalise() noexcept {
  const Index n = a_.rows;
  const Index stride = a_.stride();
  std::fill(w_.begin(), w_.end(), 0.0);
  std::fill(work_.begin(), work_.end(), 0.0);
  for (Index row = 0; row < n; ++row) {
    // work_ and w_ hold v and w of the row before; this row takes part in that update first.
    const double factor_w = work_[to_size(row)];
    const double factor_v = w_[to_size(row)];
    double* const own = a_.row(row);
    for (Index i = row; i < n; ++i) own[i] -= factor_w * w_[to_size(i)] + factor_v * work_[to_size(i)];
    reflect_next(row);

    const Index from = (row + 1) / 8 * 8;
    std::fill(p_.begin(), p_.begin() + stride, 0.0);
    for (Index first = row + 1; first < n; first += 4) {
      double* rows[4];
      double factors[12] = {};
      for (Index r = 0; r < 4; ++r) {
        const Index i = first + r;
        // Beyond the end: a scratch row that is multiplied by zeros.
        rows[r] = i < n ? a_.row(i) + from : pad_.data() + from;
        if (i >= n) continue;
        factors[r] = work_[to_size(i)];
        factors[4 + r] = w_[to_size(i)];
        factors[8 + r] = v_[to_size(i)];
      }
      dispatch<UpdateRows, double* const*, const double*, const double*, double*, Index, const double*>(
          rows, work_.data() + from, w_.data() + from, p_.data() + from, stride - from, factors);
    }
    const double tau = tau_[to_size(row)];
    std::fill(p_.begin(), p_.begin() + row + 1, 0.0);
    const double shift = 0.5 * tau * tau * dot(p_.first(to_size(n)), v_.first(to_size(n)));
    for (std::size_t i = 0; i < to_size(n); ++i) w_[i] = tau * p_[i] - shift * v_[i];
    std::copy(v_.begin(), v_.begin() + stride, work_.begin());
  }
}

// Implicit QL with Wilkinson's shift, without vectors, on copies of the diagonals.
bool SymmetricEigen::find_values() noexcept {
  const Index n = a_.rows;
  double* const d = values_.data();
  double* const e = work_.data();
  std::copy(diagonal_.begin(), diagonal_.begin() + n, d);
  std::copy(beside_.begin(), beside_.begin() + n, e);
  constexpr int most_steps = 60;
  for (Index first = 0; first < n; ++first) {
    for (int step = 0;; ++step) {
      Index last = first;
      // The matrix has norm 1: what is below the rounding errors of that counts as zero.
      while (last + 1 < n && std::abs(e[last]) > epsilon) ++last;
      if (last == first) break;
      if (step == most_steps) return false;
      const double half = (d[first + 1] - d[first]) / (2.0 * e[first]);
      const double root = std::sqrt(half * half + 1.0);
      double g = d[last] - d[first] + e[first] / (half + (half < 0.0 ? -root : root));
      double sine = 1.0;
      double cosine = 1.0;
      double shift = 0.0;
      Index i = last - 1;
      for (; i >= first; --i) {
        const double f = sine * e[i];
        const double b = cosine * e[i];
        const double r = std::sqrt(f * f + g * g);
        e[i + 1] = r;
        if (!(r > 0.0)) {
          d[i + 1] -= shift;
          e[last] = 0.0;
          break;
        }
        sine = f / r;
        cosine = g / r;
        g = d[i + 1] - shift;
        const double turned = (d[i] - g) * sine + 2.0 * cosine * b;
        shift = sine * turned;
        d[i + 1] = g + shift;
        g = cosine * turned - b;
      }
      if (i >= first) continue;
      d[first] -= shift;
      e[first] = g;
      e[last] = 0.0;
    }
  }
  return true;
}

// T - value = P L U, rows exchanged where the pivot would be the smaller one.
void SymmetricEigen::factor(double value) noexcept {
  const auto n = to_size(a_.rows);
  double pivot = diagonal_[0] - value;
  double above = beside_[0];
  for (std::size_t i = 0; i + 1 < n; ++i) {
    const double below = beside_[i];
    const double next = diagonal_[i + 1] - value;
    const double next_above = beside_[i + 1];
    if (std::abs(pivot) >= std::abs(below)) {
      if (pivot == 0.0) pivot = epsilon;
      swapped_[i] = 0;
      lower_[i] = below / pivot;
      pivot_[i] = 1.0 / pivot;
      upper_[i] = above;
      second_[i] = 0.0;
      pivot = next - lower_[i] * above;
      above = next_above;
    } else {
      swapped_[i] = 1;
      lower_[i] = pivot / below;
      pivot_[i] = 1.0 / below;
      upper_[i] = next;
      second_[i] = next_above;
      pivot = above - lower_[i] * next;
      above = -lower_[i] * next_above;
    }
  }
  pivot_[n - 1] = 1.0 / (std::abs(pivot) < epsilon ? (pivot < 0.0 ? -epsilon : epsilon) : pivot);
}

void SymmetricEigen::solve(std::span<double> x) const noexcept {
  const std::size_t n = x.size();
  for (std::size_t i = 0; i + 1 < n; ++i) {
    if (swapped_[i] != 0) std::swap(x[i], x[i + 1]);
    x[i + 1] -= lower_[i] * x[i];
  }
  for (std::size_t i = n; i-- > 0;) {
    double rest = x[i];
    if (i + 1 < n) rest -= upper_[i] * x[i + 1];
    if (i + 2 < n) rest -= second_[i] * x[i + 2];
    x[i] = rest * pivot_[i];
  }
}

void SymmetricEigen::vectors(Index first, Index count, const Dense& v) noexcept {
  const auto n = to_size(a_.rows);
  std::fill(v.data, v.data + v.rows * v.stride(), 0.0);
  if (!(scale_ > 0.0)) {
    for (Index q = 0; q < count; ++q) v.row(first + q)[q] = 1.0;
    return;
  }
  constexpr int most_solutions = 5;
  constexpr double gap = 10.0 * epsilon;  // values nearer than this are pulled apart for the factors
  const std::span<double> x = x_.first(n);
  double value = 0.0;
  std::uint32_t seed = 1;
  for (Index q = 0; q < count; ++q) {
    const double found = values_[to_size(first + q)] / scale_;
    value = q > 0 && found > value - gap ? value - gap : found;
    factor(value);
    for (double& xi : x) {
      seed = seed * 1664525U + 1013904223U;
      xi = 0.5 + static_cast<double>(seed >> 8U) * 0x1p-24;
    }
    for (int k = 0; k < most_solutions; ++k) {
      solve(x);
      double largest = 0.0;
      for (const double xi : x) largest = std::max(largest, std::abs(xi));
      for (double& xi : x) xi /= largest;
      for (int twice = 0; twice < 2; ++twice) {
        // Against all vectors before it: p_ = V^T x, then x -= V p_.
        double* const p = p_.data();
        std::fill(p_.begin(), p_.begin() + q, 0.0);
        for (std::size_t i = 0; i < n; ++i) {
          const double* const row = v.row(static_cast<Index>(i));
          for (Index j = 0; j < q; ++j) p[j] += row[j] * x[i];
        }
        for (std::size_t i = 0; i < n; ++i) {
          const double* const row = v.row(static_cast<Index>(i));
          double along = 0.0;
          for (Index j = 0; j < q; ++j) along += row[j] * p[j];
          x[i] -= along;
        }
      }
      const double length = std::sqrt(dot(x, x));
      for (double& xi : x) xi /= length;
      if (1.0 / largest < 1e-13) break;
    }
    for (std::size_t i = 0; i < n; ++i) v.row(static_cast<Index>(i))[q] = x[i];
  }
  apply_reflections(v);
}

// From eigenvectors of the tridiagonal matrix to those of a.
void SymmetricEigen::apply_reflections(const Dense& v) noexcept {
  const Index n = a_.rows;
  for (Index c = 0; c < v.stride(); c += dense_columns)
    for (Index k = n - 3; k >= 0; --k) {
      if (tau_[to_size(k)] == 0.0) continue;
      dispatch<Reflect, const double*, Index, double, double*, Index>(a_.row(k) + k + 1, n - k - 1, tau_[to_size(k)],
                                                                      v.row(k + 1) + c, v.stride());
    }
}

}  // namespace surefoot::dsp
