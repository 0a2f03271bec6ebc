// SPDX-License-Identifier: MIT
#include <surefoot/dsp/cholesky.hpp>

#include "scalar.hpp"

#include <algorithm>

namespace surefoot::dsp {

template <class T>
bool cholesky(std::span<T> a, Index n) noexcept {
  const double least = 0x1p-52 * static_cast<double>(n);
  for (Index i = 0; i < n; ++i) {
    T* const row = a.data() + i * n;
    for (Index j = 0; j < i; ++j) {
      const T* const other = a.data() + j * n;
      const T sum = sum_of<T>(j, [=](Index k) noexcept { return conj_product(other[k], row[k]); });
      row[j] = (row[j] - sum) / real_part(other[j]);
    }
    const double whole = real_part(row[i]);
    const double pivot = whole - square_norm(row, i);
    if (!(pivot > least * whole) || !std::isfinite(pivot)) return false;
    row[i] = std::sqrt(pivot);
  }
  return true;
}

template <class T>
void solve_lower(std::span<const T> l, Index n, std::span<T> x) noexcept {
  T* const y = x.data();
  for (Index i = 0; i < n; ++i) {
    const T* const row = l.data() + i * n;
    const T sum = sum_of<T>(i, [=](Index k) noexcept { return product(row[k], y[k]); });
    y[i] = (y[i] - sum) / real_part(row[i]);
  }
}

template <class T>
void solve_lower_adjoint(std::span<const T> l, Index n, std::span<T> x) noexcept {
  for (Index i = n - 1; i >= 0; --i) {
    const T* const row = l.data() + i * n;
    const T value = x[to_size(i)] / real_part(row[i]);
    x[to_size(i)] = value;
    for (Index j = 0; j < i; ++j) x[to_size(j)] -= conj_product(row[j], value);
  }
}

template <class T>
void invert_from_cholesky(std::span<const T> l, Index n, std::span<T> a) noexcept {
  // Row i of a holds L^-1 first; A^-1 = L^-H L^-1 then needs only rows from its own on.
  for (Index i = 0; i < n; ++i)
    for (Index j = 0; j <= i; ++j) {
      T sum = i == j ? T(1.0) : T(0.0);
      for (Index k = j; k < i; ++k) sum -= product(l[to_size(i * n + k)], a[to_size(k * n + j)]);
      a[to_size(i * n + j)] = sum / real_part(l[to_size(i * n + i)]);
    }
  for (Index i = 0; i < n; ++i)
    for (Index j = 0; j <= i; ++j) {
      T sum{};
      for (Index k = i; k < n; ++k) sum += conj_product(a[to_size(k * n + i)], a[to_size(k * n + j)]);
      a[to_size(i * n + j)] = sum;
    }
}

template <class T>
Index orthonormalize(std::span<T> v, Index n, Index fixed, double least) noexcept {
  const Index count = n > 0 ? static_cast<Index>(v.size()) / n : 0;
  Index kept = std::min(fixed, count);
  for (Index i = kept; i < count; ++i) {
    const T* const from = v.data() + i * n;
    T* const to = v.data() + kept * n;
    if (to != from) std::copy(from, from + n, to);
    const double whole = std::sqrt(square_norm(to, n));
    if (!(whole > 0.0) || !std::isfinite(whole)) continue;
    for (Index k = 0; k < n; ++k) to[k] /= whole;
    for (int turn = 0; turn < 2; ++turn)
      for (Index j = 0; j < kept; ++j) {
        const T* const other = v.data() + j * n;
        const T share = inner(other, to, n);
        for (Index k = 0; k < n; ++k) to[k] -= product(share, other[k]);
      }
    const double left = std::sqrt(square_norm(to, n));
    if (!(left > least)) continue;
    for (Index k = 0; k < n; ++k) to[k] /= left;
    ++kept;
  }
  return kept;
}

template bool cholesky(std::span<double>, Index) noexcept;
template bool cholesky(std::span<Complex>, Index) noexcept;
template void solve_lower(std::span<const double>, Index, std::span<double>) noexcept;
template void solve_lower(std::span<const Complex>, Index, std::span<Complex>) noexcept;
template void solve_lower_adjoint(std::span<const double>, Index, std::span<double>) noexcept;
template void solve_lower_adjoint(std::span<const Complex>, Index, std::span<Complex>) noexcept;
template void invert_from_cholesky(std::span<const double>, Index, std::span<double>) noexcept;
template void invert_from_cholesky(std::span<const Complex>, Index, std::span<Complex>) noexcept;
template Index orthonormalize(std::span<double>, Index, Index, double) noexcept;
template Index orthonormalize(std::span<Complex>, Index, Index, double) noexcept;

}  // namespace surefoot::dsp
