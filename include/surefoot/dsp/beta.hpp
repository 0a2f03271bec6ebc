// SPDX-License-Identifier: MIT
#pragma once

namespace surefoot::dsp {

/// Natural logarithm of the gamma function for x > 0; NaN otherwise.
/// Accuracy  1e-14 relative, or 1e-14 absolute near its zeros at 1 and 2.
/// @source   recurrence and Stirling's series: Abramowitz and Stegun 6.1.15, 6.1.41
[[nodiscard]] double log_gamma(double x) noexcept;

/// Regularised incomplete beta function I_x(a, b): the distribution function of Beta(a, b).
///
/// Accuracy  1e-14 + 5e-15 (a + b) absolute.
/// Edges     x <= 0 gives 0, x >= 1 gives 1; NaN unless a > 0 and b > 0.
/// @source   continued fraction: Press et al., Numerical Recipes (2007), 6.4.5; Lentz' method
[[nodiscard]] double incomplete_beta(double a, double b, double x) noexcept;

}  // namespace surefoot::dsp
