// SPDX-License-Identifier: MIT
#pragma once

namespace surefoot::dsp {

// Distributions for thresholds and confidence intervals: both tails of each to full relative accuracy, so that a false-alarm
// rate of 1e-9 loses nothing, and quantiles that invert them. beta.hpp has log_gamma and the plain I_x(a, b).
//
// Accuracy  tails 1e-13 + 5e-15 |ln tail| relative, for parameters 0.05 to 2e4; quantiles 1e-13 relative, as far as the
//           probability that is given determines them. Tested against mpmath at 25 to 40 digits.
// Edges     NaN for parameters that are not above zero, for probabilities outside [0, 1] and for NaN. A probability of 0 or 1
//           gives the end of the range.
// Cost      a tail 0.1 to 3 us, a quantile 5 to 10 tails; for tables and settings, not for each sample. No allocation.
//           The same bits everywhere: no library function but the square root.
// @source   as named below; the inverses are Newton's method on the logarithm of the smaller tail, kept between bounds

/// P(X <= x) and P(X > x).
struct Tails {
  double lower;
  double upper;
};

/// x^a e^-x / Gamma(a + 1) without the cancellation of its logarithms.
/// @source   Loader, Fast and Accurate Computation of Binomial Probabilities (2000)
[[nodiscard]] double gamma_weight(double a, double x) noexcept;
/// x^a y^b / B(a, b) with y = 1 - x: the density of the beta distribution times x y, so that of ln(x / y). y is given beside
/// x because 1 - x has lost its digits where x is near 1.
/// @source   the same
[[nodiscard]] double beta_weight(double a, double b, double x, double y) noexcept;

/// Regularised incomplete gamma functions P(a, x) and Q(a, x): the gamma distribution of shape a.
/// @source   series and continued fraction: Abramowitz and Stegun 6.5.29, 6.5.31
[[nodiscard]] Tails gamma_tails(double a, double x) noexcept;
/// Regularised incomplete beta functions I_x(a, b) and I_y(b, a), y = 1 - x.
/// @source   continued fraction: Press et al., Numerical Recipes (2007), 6.4.5
[[nodiscard]] Tails beta_tails(double a, double b, double x, double y) noexcept;

/// x with P(a, x) = p, and x with Q(a, x) = q.
[[nodiscard]] double inverse_gamma_lower(double a, double p) noexcept;
[[nodiscard]] double inverse_gamma_upper(double a, double q) noexcept;
/// The ratio x / (1 - x) with I_x(a, b) = p; with I_(1-x)(b, a) = q. The ratio, because x may lie next to 1.
[[nodiscard]] double inverse_beta_odds_lower(double a, double b, double p) noexcept;
[[nodiscard]] double inverse_beta_odds_upper(double a, double b, double q) noexcept;

// By name. tail is P(X > x) of the real-valued variable; a quantile is the x that has this tail. Two-sided intervals take the
// quantiles of 1 - alpha/2 and alpha/2.

/// Sum of n squares of standard normals: n = degrees of freedom, any number above zero.
[[nodiscard]] double chi_square_tail(double n, double x) noexcept;
[[nodiscard]] double chi_square_quantile(double n, double tail) noexcept;
/// Fisher's F: (chi^2_n / n) / (chi^2_m / m).
[[nodiscard]] double f_tail(double n, double m, double x) noexcept;
[[nodiscard]] double f_quantile(double n, double m, double tail) noexcept;
/// Student's t with n degrees of freedom.
[[nodiscard]] double student_tail(double n, double x) noexcept;
[[nodiscard]] double student_quantile(double n, double tail) noexcept;
[[nodiscard]] double beta_tail(double a, double b, double x) noexcept;
[[nodiscard]] double beta_quantile(double a, double b, double tail) noexcept;
/// The standard normal.
[[nodiscard]] double normal_tail(double x) noexcept;
[[nodiscard]] double normal_quantile(double tail) noexcept;

}  // namespace surefoot::dsp
