// SPDX-License-Identifier: MIT
#include <surefoot/dsp/leading_vectors.hpp>

#include "../base/lanes.hpp"
#include "tidy_scan.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>

namespace surefoot::dsp {
namespace {

constexpr Index lanes = 8;  // of every sum along a row: the same at any vector width
constexpr Index block_step = 4;
constexpr Index rows_at_once = 4;
// Found when |X^T X v - value v| is this small beside the gap to the next value: the angle of the error.
constexpr double largest_angle = 3e-8;
// Hopeless when all directions are used up for the first time and it is still this large.
constexpr double hopeless_angle = 0.3;

double sum_of(const double* lane) noexcept {
  return ((lane[0] + lane[4]) + (lane[2] + lane[6])) + ((lane[1] + lane[5]) + (lane[3] + lane[7]));
}

// sum a[i] b[i] over whole vectors.
struct Dot {
  template <int Bytes>
  [[gnu::always_inline]] static inline void run(const double* a, const double* b, Index n, double* sum) noexcept {
    using V = Lanes<double, Bytes>;
    constexpr Index width = Bytes / static_cast<Index>(sizeof(double));
    std::array<double, lanes> lane{};
    for (Index c = 0; c < lanes; c += width) {
      V total{};
      for (Index i = c; i < n; i += lanes) {
        V x;
        V y;
        load(x, a + i);
        load(y, b + i);
        total += x * y;
      }
      store(lane.data() + c, total);
    }
    *sum = sum_of(lane.data());
  }
};

// y += factor x, a plain loop.
struct AddMultiple {
  template <int>
  [[gnu::always_inline]] static inline void run(const double* x, double factor, double* y, Index n) noexcept {
    for (Index i = 0; i < n; ++i) y[i] += factor * x[i];
  }
};

// One pass over four rows x and four directions v: c = x . v, then w += c x.
struct FourByFour {
  template <int Bytes>
  [[gnu::always_inline]] static inline void run(const double* x, const double* v, double* w, Index n) noexcept {
    using V = Lanes<double, Bytes>;
    constexpr Index width = Bytes / static_cast<Index>(sizeof(double));
    alignas(64) std::array<std::array<double, lanes>, 16> lane{};
    for (Index c = 0; c < lanes; c += width) {
      V s00{}, s01{}, s02{}, s03{}, s10{}, s11{}, s12{}, s13{}, s20{}, s21{}, s22{}, s23{}, s30{}, s31{}, s32{}, s33{};
      for (Index i = c; i < n; i += lanes) {
        V x0, x1, x2, x3, y;
        load(x0, x + i);
        load(x1, x + n + i);
        load(x2, x + 2 * n + i);
        load(x3, x + 3 * n + i);
        load(y, v + i);
        s00 += x0 * y;
        s10 += x1 * y;
        s20 += x2 * y;
        s30 += x3 * y;
        load(y, v + n + i);
        s01 += x0 * y;
        s11 += x1 * y;
        s21 += x2 * y;
        s31 += x3 * y;
        load(y, v + 2 * n + i);
        s02 += x0 * y;
        s12 += x1 * y;
        s22 += x2 * y;
        s32 += x3 * y;
        load(y, v + 3 * n + i);
        s03 += x0 * y;
        s13 += x1 * y;
        s23 += x2 * y;
        s33 += x3 * y;
      }
      store(lane[0].data() + c, s00);
      store(lane[1].data() + c, s01);
      store(lane[2].data() + c, s02);
      store(lane[3].data() + c, s03);
      store(lane[4].data() + c, s10);
      store(lane[5].data() + c, s11);
      store(lane[6].data() + c, s12);
      store(lane[7].data() + c, s13);
      store(lane[8].data() + c, s20);
      store(lane[9].data() + c, s21);
      store(lane[10].data() + c, s22);
      store(lane[11].data() + c, s23);
      store(lane[12].data() + c, s30);
      store(lane[13].data() + c, s31);
      store(lane[14].data() + c, s32);
      store(lane[15].data() + c, s33);
    }
    std::array<double, 16> along{};
    for (std::size_t k = 0; k < 16; ++k) along[k] = sum_of(lane[k].data());
    for (Index i = 0; i < n; i += width) {
      V x0, x1, x2, x3;
      load(x0, x + i);
      load(x1, x + n + i);
      load(x2, x + 2 * n + i);
      load(x3, x + 3 * n + i);
      for (std::size_t q = 0; q < 4; ++q) {
        double* const to = w + static_cast<Index>(q) * n + i;
        V sum;
        load(sum, to);
        sum += (along[q] * x0 + along[4 + q] * x1) + (along[8 + q] * x2 + along[12 + q] * x3);
        store(to, sum);
      }
    }
  }
};

struct ToDouble {
  template <int>
  [[gnu::always_inline]] static inline void run(const Sample* x, double* y, Index n) noexcept {
    for (Index i = 0; i < n; ++i) y[i] = static_cast<double>(x[i]);
  }
};

struct ToSample {
  template <int>
  [[gnu::always_inline]] static inline void run(const double* x, Sample* y, std::size_t n) noexcept {
    TidyScan scan;
    for (std::size_t i = 0; i < n; ++i) scan.see(y[i] = static_cast<Sample>(x[i]));
    if (!scan.tidy()) TidyScan::repair(y, n);
  }
};

double dot(const double* a, const double* b, Index n) noexcept {
  double sum = 0.0;
  dispatch<Dot>(a, b, n, &sum);
  return sum;
}

void add(const double* x, double factor, double* y, Index n) noexcept { dispatch<AddMultiple>(x, factor, y, n); }

}  // namespace

LeadingVectors::LeadingVectors(Index n, Arena& arena) noexcept
    : n_(n),
      stride_((n + lanes - 1) / lanes * lanes),
      direction_(arena.take<double>(directions * stride_)),
      product_(arena.take<double>(directions * stride_)),
      row_(arena.take<double>(rows_at_once * stride_)),
      turned_(arena.take<double>(directions)),
      quotient_(arena.take<double>(directions * padded(directions))),
      work_(arena.take<double>(directions * padded(directions))),
      ritz_(arena.take<double>(directions * padded(directions))),
      eigen_(directions, arena) {}

// Take out of direction q what lies along those before it, twice. False, and zero, if nothing else is left.
bool LeadingVectors::orthonormalise(Index q) noexcept {
  double* const v = direction(q);
  const double before = dot(v, v, stride_);
  for (int twice = 0; twice < 2; ++twice)
    for (Index k = 0; k < q; ++k) add(direction(k), -dot(direction(k), v, stride_), v, stride_);
  const double square = dot(v, v, stride_);
  constexpr double nothing = 1e-26;  // of its square: what rounding leaves
  const bool left = square > nothing * before && square > 0.0;
  const double share = left ? 1.0 / std::sqrt(square) : 0.0;
  for (Index i = 0; i < stride_; ++i) v[i] *= share;
  return left;
}

// product = X^T X direction, for a block of directions.
void LeadingVectors::multiply(std::span<const Sample* const> rows, Index from, Index block) noexcept {
  std::fill(product(from), product(from) + block * stride_, 0.0);
  const bool measure = energy_ < 0.0;
  double energy = 0.0;
  std::fill(row_.begin(), row_.end(), 0.0);
  for (std::size_t r = 0; r < rows.size(); r += rows_at_once) {
    for (std::size_t k = 0; k < rows_at_once; ++k) {
      double* const row = row_.data() + static_cast<Index>(k) * stride_;
      if (r + k < rows.size()) dispatch<ToDouble>(rows[r + k], row, n_);
      else std::fill(row, row + stride_, 0.0);
      if (measure) energy += dot(row, row, stride_);
    }
    for (Index q = from; q < from + block; q += block_step)
      dispatch<FourByFour, const double*, const double*, double*, Index>(row_.data(), direction(q), product(q),
                                                                         stride_);
  }
  if (measure) energy_ = energy;
}

// Rayleigh and Ritz: the best approximations within the basis.
bool LeadingVectors::approximate(Index followed) noexcept {
  const Dense t{work_.data(), followed, followed};
  std::fill(work_.begin(), work_.end(), 0.0);
  for (Index a = 0; a < followed; ++a)
    for (Index b = 0; b < followed; ++b)
      t.row(a)[b] = 0.5 * (quotient_[to_size(a * directions + b)] + quotient_[to_size(b * directions + a)]);
  if (!eigen_.decompose(t)) return false;
  const Dense s{ritz_.data(), followed, followed};
  std::fill(ritz_.begin(), ritz_.end(), 0.0);
  eigen_.vectors(0, followed, s);
  return true;
}

// The first `kept` of what the basis, or its products, become when turned to the approximations.
void LeadingVectors::turn(Index followed, Index kept, std::span<double> of) noexcept {
  const Dense s{ritz_.data(), followed, followed};
  for (Index i = 0; i < stride_; ++i) {
    std::fill(turned_.begin(), turned_.end(), 0.0);
    for (Index k = 0; k < followed; ++k) {
      const double x = of[to_size(k * stride_ + i)];
      for (Index q = 0; q < kept; ++q) turned_[to_size(q)] += x * s.row(k)[q];
    }
    for (Index q = 0; q < kept; ++q) of[to_size(q * stride_ + i)] = turned_[to_size(q)];
  }
}

// |X^T X v - value v| of approximation q.
double LeadingVectors::residual(Index q, Index followed) noexcept {
  const Dense s{ritz_.data(), followed, followed};
  const double value = eigen_.values()[to_size(q)];
  double* const rest = row_.data();
  std::fill(rest, rest + stride_, 0.0);
  for (Index k = 0; k < followed; ++k) {
    add(product(k), s.row(k)[q], rest, stride_);
    add(direction(k), -value * s.row(k)[q], rest, stride_);
  }
  return std::sqrt(dot(rest, rest, stride_));
}

bool LeadingVectors::find(std::span<const Sample* const> rows, Index first, Index count) noexcept {
  const Index end = first + count;
  first_ = count_ = 0;
  if (count < 1 || end > most || n_ < 4 * directions || static_cast<Index>(rows.size()) < directions) return false;
  const Index block = (end + block_step) / block_step * block_step;  // one more than asked for, at least
  energy_ = -1.0;
  std::uint32_t seed = 1;
  std::fill(direction_.begin(), direction_.end(), 0.0);
  for (Index q = 0; q < block; ++q) {
    for (Index i = 0; i < n_; ++i) {
      seed = seed * 1664525U + 1013904223U;
      direction(q)[i] = static_cast<double>(seed >> 8U) * 0x1p-24 - 0.5;
    }
    (void)orthonormalise(q);
  }
  Index from = 0;  // the block whose products are not known
  for (Index pass = 0; pass < most_passes; ++pass) {
    multiply(rows, from, block);
    const Index followed = from + block;
    for (Index a = from; a < followed; ++a)
      for (Index b = 0; b < followed; ++b)
        quotient_[to_size(a * directions + b)] = quotient_[to_size(b * directions + a)] =
            dot(product(a), direction(b), stride_);
    if (!approximate(followed)) return false;
    const std::span<const double> values = eigen_.values();
    double gap = values[to_size(end - 1)] - values[to_size(end)];
    if (first > 0) gap = std::min(gap, values[to_size(first - 1)] - values[to_size(first)]);
    double error = 0.0;
    for (Index q = 0; q < end; ++q) error = std::max(error, residual(q, followed));
    const bool found = pass > 0 && error <= largest_angle * gap;
    const bool full = followed + block > directions;
    if (full && !found && pass < directions / block && error > hopeless_angle * gap) return false;
    if (found || full) {
      turn(followed, block, direction_);
      if (found) {
        squares_ = values.first(to_size(end));
        first_ = first;
        count_ = count;
        return true;
      }
      // Start again from the best: their products are known, and what is wrong with them is the next block.
      turn(followed, block, product_);
      std::fill(quotient_.begin(), quotient_.end(), 0.0);
      for (Index q = 0; q < block; ++q) quotient_[to_size(q * directions + q)] = values[to_size(q)];
      from = 0;
    }
    const Index next = from + block;
    std::copy(product(from), product(from) + block * stride_, direction(next));
    for (Index q = next; q < next + block; ++q) (void)orthonormalise(q);
    from = next;
  }
  return false;
}

void LeadingVectors::subtract_from(ConstTraceRef x, TraceRef out) noexcept {
  double* const row = row_.data();
  dispatch<ToDouble>(x.data(), row, n_);
  for (Index q = first_; q < first_ + count_; ++q) add(direction(q), -dot(direction(q), row, stride_), row, stride_);
  dispatch<ToSample>(row, out.data(), out.size());
}

}  // namespace surefoot::dsp
