// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/types.hpp>

#include <array>
#include <cmath>
#include <complex>
#include <span>

/// Products of real and complex numbers by their definition, without the recovery of infinities that std::complex adds.
namespace surefoot::dsp {

using Complex = std::complex<double>;

inline double product(double a, double b) noexcept { return a * b; }
inline Complex product(Complex a, Complex b) noexcept {
  return {a.real() * b.real() - a.imag() * b.imag(), a.real() * b.imag() + a.imag() * b.real()};
}
/// conj(a) b
inline double conj_product(double a, double b) noexcept { return a * b; }
inline Complex conj_product(Complex a, Complex b) noexcept {
  return {a.real() * b.real() + a.imag() * b.imag(), a.real() * b.imag() - a.imag() * b.real()};
}
inline double conjugate(double a) noexcept { return a; }
inline Complex conjugate(Complex a) noexcept { return {a.real(), -a.imag()}; }
inline double real_part(double a) noexcept { return a; }
inline double real_part(Complex a) noexcept { return a.real(); }
inline double square(double a) noexcept { return a * a; }
inline double square(Complex a) noexcept { return a.real() * a.real() + a.imag() * a.imag(); }
inline bool finite(double a) noexcept { return std::isfinite(a); }
inline bool finite(Complex a) noexcept { return std::isfinite(a.real()) && std::isfinite(a.imag()); }

/// Sum of f(i) over [0, n) in four lanes: the same bits everywhere, and short rows do not wait for each addition.
template <class T, class F>
inline T sum_of(Index n, F&& f) noexcept {
  std::array<T, 4> lane{};
  Index i = 0;
  for (; i + 4 <= n; i += 4) {
    lane[0] += f(i);
    lane[1] += f(i + 1);
    lane[2] += f(i + 2);
    lane[3] += f(i + 3);
  }
  for (std::size_t l = 0; i < n; ++i, ++l) lane[l] += f(i);
  return (lane[0] + lane[2]) + (lane[1] + lane[3]);
}

/// a^H b
template <class T>
inline T inner(const T* a, const T* b, Index n) noexcept {
  return sum_of<T>(n, [=](Index i) noexcept { return conj_product(a[i], b[i]); });
}
template <class T>
inline double square_norm(const T* a, Index n) noexcept {
  return sum_of<double>(n, [=](Index i) noexcept { return square(a[i]); });
}

}  // namespace surefoot::dsp
