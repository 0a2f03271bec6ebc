// SPDX-License-Identifier: MIT
#pragma once

namespace surefoot::dsp {

// Elementary functions that give the same bits on every compiler and processor: only + - * /, floor and bit operations,
// no library call and no fused multiply-add. Coefficients, tables and scores of live stages are made with these.
//
// Accuracy  at most 1 ulp for all but tan, atan2 (2 ulp), over the ranges named below; tested against long double.
// Edges     as C99 Annex F: NaN in gives NaN out, exp(-inf) = 0, log(0) = -inf, log(x < 0) = NaN.
//           The floating-point environment is neither read nor changed; no errno. Results may be subnormal.
// Cost      about 5 to 40 ns on a desktop processor; no allocation.
// @source   our own: argument reduction after Cody and Waite (1980), double-double arithmetic after Dekker (1971),
//           Taylor series with enough terms instead of fitted polynomials, so that every constant can be checked.

/// e^x.
[[nodiscard]] double exp(double x) noexcept;
/// Natural logarithm.
[[nodiscard]] double log(double x) noexcept;
/// Logarithm to base 10; exact for the powers of ten.
[[nodiscard]] double log10(double x) noexcept;
/// x^y. Exact where the result is a double, so also for small integer powers; 0^0 = 1; NaN for x < 0 with fractional y.
[[nodiscard]] double pow(double x, double y) noexcept;

/// Sine, cosine and tangent of x in radians.
///
/// Edges     |x| > 8e8 and infinity give NaN: reduce a phase that large yourself, from the integers that made it.
[[nodiscard]] double sin(double x) noexcept;
[[nodiscard]] double cos(double x) noexcept;
[[nodiscard]] double tan(double x) noexcept;
/// The angle of the point (x, y) in (-pi, pi], with C99's signs at zeros and infinities.
[[nodiscard]] double atan2(double y, double x) noexcept;

/// Digamma and trigamma: the first and second derivative of log(gamma(x)), for x > 0; NaN for x <= 0.
///
///   digamma(m/2) + log 2 and trigamma(m/2) are the mean and variance of log(chi^2 with m degrees of freedom).
///
/// Accuracy  1e-13 relative (digamma: absolute near its zero at 1.4616).
/// @source   recurrence and asymptotic series: Abramowitz and Stegun 6.3.5, 6.3.18, 6.4.6, 6.4.12
[[nodiscard]] double digamma(double x) noexcept;
[[nodiscard]] double trigamma(double x) noexcept;

inline constexpr double pi = 0x1.921fb54442d18p+1;

}  // namespace surefoot::dsp
