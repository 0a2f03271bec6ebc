// SPDX-License-Identifier: MIT
#include <surefoot/dsp/beta.hpp>

#include <surefoot/dsp/math.hpp>

#include <cmath>
#include <limits>

namespace surefoot::dsp {
namespace {

// The continued fraction of I_x(a, b), good for x < (a + 1) / (a + b + 2).
double fraction(double a, double b, double x) noexcept {
  constexpr double tiny = 1e-300;
  const auto away_from_zero = [](double v) noexcept { return std::abs(v) < tiny ? tiny : v; };
  double c = 1.0;
  double d = 1.0 / away_from_zero(1.0 - (a + b) * x / (a + 1.0));
  double h = d;
  for (int i = 1; i < 5000; ++i) {
    const double m = static_cast<double>(i);
    const double even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
    d = 1.0 / away_from_zero(1.0 + even * d);
    c = away_from_zero(1.0 + even / c);
    h *= d * c;
    const double odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
    d = 1.0 / away_from_zero(1.0 + odd * d);
    c = away_from_zero(1.0 + odd / c);
    h *= d * c;
    if (std::abs(d * c - 1.0) < 1e-15) break;
  }
  return h;
}

}  // namespace

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
  return x < (a + 1.0) / (a + b + 2.0) ? front * fraction(a, b, x) / a : 1.0 - front * fraction(b, a, 1.0 - x) / b;
}

}  // namespace surefoot::dsp
