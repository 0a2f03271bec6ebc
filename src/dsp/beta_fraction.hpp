// SPDX-License-Identifier: MIT
#pragma once

#include <cmath>

namespace surefoot::dsp {

/// The continued fraction of I_x(a, b) by Lentz' method, good for x < (a + 1) / (a + b + 2): I_x is it times
/// x^a (1-x)^b / (a B(a, b)).
inline double beta_fraction(double a, double b, double x) noexcept {
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

}  // namespace surefoot::dsp
