// SPDX-License-Identifier: MIT
#include <surefoot/dsp/beta.hpp>

#include <surefoot/dsp/math.hpp>

#include "beta_fraction.hpp"

#include <cmath>
#include <limits>

namespace surefoot::dsp {
double log_gamma(double x) noexcept {
  if (!(x > 0.0)) return std::numeric_limits<double>::quiet_NaN();
  double product = 1.0;  // of what the recurrence takes off
  while (x < 15.0) {
    product *= x;
    x += 1.0;
  }
  const double r = 1.0 / (x * x);
  const double series =
      (1.0 / 12.0 + r * (-1.0 / 360.0 + r * (1.0 / 1260.0 + r * (-1.0 / 1680.0 + r * (1.0 / 1188.0))))) / x;
  return (x - 0.5) * log(x) - x + 0.5 * log(2.0 * pi) + series - log(product);
}

double incomplete_beta(double a, double b, double x) noexcept {
  if (!(a > 0.0) || !(b > 0.0) || std::isnan(x)) return std::numeric_limits<double>::quiet_NaN();
  if (x <= 0.0) return 0.0;
  if (x >= 1.0) return 1.0;
  const double front = exp(log_gamma(a + b) - log_gamma(a) - log_gamma(b) + a * log(x) + b * log(1.0 - x));
  return x < (a + 1.0) / (a + b + 2.0) ? front * beta_fraction(a, b, x) / a
                                       : 1.0 - front * beta_fraction(b, a, 1.0 - x) / b;
}

}  // namespace surefoot::dsp
