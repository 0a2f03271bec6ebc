// SPDX-License-Identifier: MIT
#pragma once

#include "elementary.hpp"

#include <cmath>

namespace surefoot::physics {

/// phi(x) = (1 - e^{-x}) / x, the mean of e^{-s} over [0, x]; x >= 0.
inline double mean_decay(double x) noexcept { return x > 0.0 ? -physics::expm1(-x) / x : 1.0; }

/// Sum over n >= 1 of (-1)^(n-1) h_(n-1)(x, y) / (n + shift)!, h the sums of all products of that degree; 0 <= x, y <= 1.
inline double divided_series(double x, double y, int shift) noexcept {
  double term = 1.0;
  for (int i = 2; i <= 1 + shift; ++i) term /= static_cast<double>(i);
  double h = 1.0;
  double power = 1.0;
  double sum = 0.0;
  for (int n = 1; n <= 20; ++n) {
    sum += term * h;
    power *= y;
    h = x * h + power;
    term /= -static_cast<double>(n + 1 + shift);
  }
  return sum;
}

/// (phi(x) - phi(y)) / (y - x), also where x is y.
inline double mean_decay_divided(double x, double y) noexcept {
  if (y < x) return mean_decay_divided(y, x);
  if (y < 1.0) return divided_series(x, y, 1);
  return (mean_decay(x) - dsp::exp(-x) * mean_decay(y - x)) / y;
}

/// psi(x) = (1 - phi(x)) / x, the mean of phi's integral; (psi(x) - psi(y)) / (y - x).
inline double mean_growth(double x) noexcept {
  if (x >= 1.0) return (1.0 - mean_decay(x)) / x;
  double term = 0.5;
  double sum = 0.0;
  for (int n = 0; n < 20; ++n) {
    sum += term;
    term *= -x / static_cast<double>(n + 3);
  }
  return sum;
}
inline double mean_growth_divided(double x, double y) noexcept {
  if (y < x) return mean_growth_divided(y, x);
  if (y < 1.0) return divided_series(x, y, 2);
  return (mean_growth(x) - mean_decay_divided(x, y)) / y;
}

/// A function of a rate at two rates a, b, and its divided difference (f(a) - f(b)) / (b - a). Products keep all three exact:
/// where f and g fall with the rate nothing cancels.
struct Divided {
  double at_a = 1.0;
  double at_b = 1.0;
  double slope = 0.0;

  friend Divided operator*(const Divided& f, const Divided& g) noexcept {
    return {f.at_a * g.at_a, f.at_b * g.at_b, f.at_a * g.slope + f.slope * g.at_b};
  }
  friend Divided operator*(double s, const Divided& f) noexcept { return {s * f.at_a, s * f.at_b, s * f.slope}; }
  Divided& operator+=(const Divided& f) noexcept {
    at_a += f.at_a;
    at_b += f.at_b;
    slope += f.slope;
    return *this;
  }
};

/// Two rates, or only the first where there is no second (b < 0).
struct Rates {
  double a = 0.0;
  double b = -1.0;

  [[nodiscard]] bool two() const noexcept { return b >= 0.0; }

  /// e^{-rate t}
  [[nodiscard]] Divided decay(double t) const noexcept {
    if (t <= 0.0) return {};
    Divided f{dsp::exp(-a * t), 0.0, 0.0};
    if (two()) {
      f.at_b = dsp::exp(-b * t);
      f.slope = t * (a < b ? f.at_a : f.at_b) * mean_decay(std::fabs(b - a) * t);
    }
    return f;
  }
  /// phi(rate t)
  [[nodiscard]] Divided mean(double t) const noexcept {
    if (t <= 0.0) return {};
    if (!two()) return {mean_decay(a * t), 0.0, 0.0};
    return {mean_decay(a * t), mean_decay(b * t), t * mean_decay_divided(a * t, b * t)};
  }
  /// psi(rate t)
  [[nodiscard]] Divided growth(double t) const noexcept {
    if (t <= 0.0) return {0.5, 0.5, 0.0};
    if (!two()) return {mean_growth(a * t), 0.0, 0.0};
    return {mean_growth(a * t), mean_growth(b * t), t * mean_growth_divided(a * t, b * t)};
  }
  /// 1 / (1 - sign e^{-rate period}): one and all repetitions before it.
  [[nodiscard]] Divided repeated(double sign, double period) const noexcept {
    const auto sum = [sign, period](double rate) noexcept {
      return 1.0 / (sign < 0.0 ? 1.0 + dsp::exp(-rate * period) : -physics::expm1(-rate * period));
    };
    Divided f{sum(a), 0.0, 0.0};
    if (two()) {
      f.at_b = sum(b);
      f.slope = sign * decay(period).slope * f.at_a * f.at_b;
    }
    return f;
  }
};

}  // namespace surefoot::physics
