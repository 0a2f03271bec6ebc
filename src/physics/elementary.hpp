// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/dsp/math.hpp>

#include <array>
#include <cmath>
#include <cstddef>
#include <limits>
#include <numbers>

namespace surefoot::physics {

// What dsp/math.hpp does not have, made of what it has: the same bits everywhere, no library call.

/// e^x - 1 within 3 ulp, also for small x: the power series up to 1/2, the difference beyond.
inline double expm1(double x) noexcept {
  if (!(std::fabs(x) < 0.5)) return dsp::exp(x) - 1.0;
  constexpr std::array<double, 14> inverse{1.0 / 2, 1.0 / 3,  1.0 / 4,  1.0 / 5,  1.0 / 6,  1.0 / 7,  1.0 / 8,
                                           1.0 / 9, 1.0 / 10, 1.0 / 11, 1.0 / 12, 1.0 / 13, 1.0 / 14, 1.0 / 15};
  double tail = 1.0;
  for (std::size_t i = inverse.size(); i-- > 0;) tail = 1.0 + x * inverse[i] * tail;
  return x * tail;
}

/// ln(1 + x) within 3 ulp, also for small x. @source Kahan's quotient, in Higham, Accuracy and Stability, 2002, 1.14
inline double log1p(double x) noexcept {
  const double u = 1.0 + x;
  if (u == 1.0) return x;
  return u > std::numeric_limits<double>::max() ? u : dsp::log(u) * x / (u - 1.0);
}

inline double arctangent(double x) noexcept { return dsp::atan2(x, 1.0); }

/// K of the continued fraction y + K = e^{-y^2} / (sqrt(pi) erfc y), y >= 1: K = (1/2)/(y + 1/(y + (3/2)/(y + ...))).
inline double erfc_fraction(double y) noexcept {
  const int n = y >= 1.0 ? 12 + static_cast<int>(200.0 / (y * y)) : 12;  // NaN is no count of terms
  double k = 0.0;
  for (int i = n; i >= 1; --i) k = 0.5 * static_cast<double>(i) / (y + k);
  return k;
}

/// The error function for x >= 1.
inline double erf_from_one(double x) noexcept {
  return x < 6.0 ? 1.0 - std::numbers::inv_sqrtpi * dsp::exp(-x * x) / (x + erfc_fraction(x)) : 1.0;
}

}  // namespace surefoot::physics
