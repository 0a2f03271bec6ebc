// SPDX-License-Identifier: MIT
#include <surefoot/dsp/distributions.hpp>

#include <surefoot/dsp/math.hpp>

#include "beta_fraction.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace surefoot::dsp {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double root_two_pi = 0x1.40d931ff62706p+1;

// What Stirling's formula leaves: ln Gamma(a + 1) - (a + 1/2) ln a + a - ln sqrt(2 pi).
double stirling_rest(double a) noexcept {
  double rest = 0.0;
  for (; a < 15.0; a += 1.0) {
    // rest(a) - rest(a + 1) = (a + 1/2) ln(1 + 1/a) - 1 = artanh(s) / s - 1
    const double s = 1.0 / (2.0 * a + 1.0);
    if (s > 0.5) {
      rest += (a + 0.5) * log((a + 1.0) / a) - 1.0;
      continue;
    }
    const double q = s * s;
    double power = q;
    for (double j = 3.0; power > 1e-18 && j < 120.0; j += 2.0, power *= q) rest += power / j;
  }
  const double r = 1.0 / (a * a);
  return rest + (1.0 / 12.0 + r * (-1.0 / 360.0 + r * (1.0 / 1260.0 + r * (-1.0 / 1680.0 + r * (1.0 / 1188.0))))) / a;
}

// x ln(x / m) + m - x without cancellation near x = m.
double deviance(double x, double m) noexcept {
  const double d = x - m;
  if (std::abs(d) >= 0.1 * (x + m)) return x * log(x / m) - d;
  const double v = d / (x + m);
  const double q = v * v;
  double sum = d * v;
  double term = 2.0 * x * v;
  for (double j = 3.0; j < 200.0; j += 2.0) {
    term *= q;
    const double next = sum + term / j;
    if (next == sum) break;
    sum = next;
  }
  return sum;
}

// Place the factor of which `log_ratio`, the logarithm of what a tail is over what it should be, has its zero. The tail
// depends on x = e^t; rate is its logarithmic derivative by t.
struct Step {
  double log_ratio;
  double rate;
};
template <class F>
double solve(double x, F&& at) noexcept {
  double low = 0.0;
  double high = infinity;
  for (int i = 0; i < 400; ++i) {
    const Step now = at(x);
    if (now.log_ratio == 0.0) return x;
    const bool too_low = (now.log_ratio > 0.0) != (now.rate > 0.0);
    (too_low ? low : high) = x;
    double move = -now.log_ratio / now.rate;
    if (std::isnan(move)) move = too_low ? 1.0 : -1.0;
    double next = x * exp(std::clamp(move, -4.0, 4.0));
    if (!(next > low && next < high)) {
      if (low > 0.0 && high < infinity) next = std::sqrt(low) * std::sqrt(high);
      else next = too_low ? 16.0 * x : x / 16.0;
    }
    if (std::abs(next - x) <= 4e-16 * x || next == 0.0 || next > 1e300) return next;
    x = next;
  }
  return x;
}

bool usable(double a, double b, double p) noexcept { return a > 0.0 && b > 0.0 && p >= 0.0 && p <= 1.0; }

double inverse_gamma(double a, double p, double q) noexcept {
  if (!usable(a, 1.0, std::min(p, q))) return nan;
  if (p == 0.0) return 0.0;
  if (q == 0.0) return infinity;
  // At very small shapes the lower tail is a power of x; elsewhere the mean is near enough to begin from.
  return solve(a, [=](double x) noexcept {
    const Tails t = gamma_tails(a, x);
    const double weight = a * gamma_weight(a, x);
    return p < q ? Step{log(t.lower / p), weight / t.lower} : Step{log(t.upper / q), -weight / t.upper};
  });
}

double inverse_beta_odds(double a, double b, double p, double q) noexcept {
  if (!usable(a, b, std::min(p, q))) return nan;
  if (p == 0.0) return 0.0;
  if (q == 0.0) return infinity;
  return solve(a / b, [=](double odds) noexcept {
    const double x = odds / (1.0 + odds);
    const double y = 1.0 / (1.0 + odds);
    const Tails t = beta_tails(a, b, x, y);
    const double weight = beta_weight(a, b, x, y);
    return p < q ? Step{log(t.lower / p), weight / t.lower} : Step{log(t.upper / q), -weight / t.upper};
  });
}

}  // namespace

double gamma_weight(double a, double x) noexcept {
  if (x <= 0.0) return 0.0;
  return exp(-stirling_rest(a) - deviance(a, x)) / (root_two_pi * std::sqrt(a));
}

double beta_weight(double a, double b, double x, double y) noexcept {
  if (x <= 0.0 || y <= 0.0) return 0.0;
  const double n = a + b;
  const double rest = stirling_rest(n) - stirling_rest(a) - stirling_rest(b);
  return std::sqrt(a / n) * std::sqrt(b) / root_two_pi * exp(rest - deviance(a, n * x) - deviance(b, n * y));
}

Tails gamma_tails(double a, double x) noexcept {
  if (!(a > 0.0) || std::isnan(x)) return {nan, nan};
  if (x <= 0.0) return {0.0, 1.0};
  if (x == infinity) return {1.0, 0.0};
  const double weight = gamma_weight(a, x);
  if (x < a + 1.0) {
    double sum = 1.0;
    double term = 1.0;
    for (double k = 1.0; k < 2e4 && term > 1e-17 * sum; k += 1.0) {
      term *= x / (a + k);
      sum += term;
    }
    const double lower = std::min(weight * sum, 1.0);
    return {lower, 1.0 - lower};
  }
  constexpr double tiny = 1e-300;
  const auto away_from_zero = [](double v) noexcept { return std::abs(v) < tiny ? tiny : v; };
  double b = x + 1.0 - a;
  double c = 1.0 / tiny;
  double d = 1.0 / away_from_zero(b);
  double h = d;
  for (double k = 1.0; k < 2e4; k += 1.0) {
    const double an = -k * (k - a);
    b += 2.0;
    d = 1.0 / away_from_zero(an * d + b);
    c = away_from_zero(b + an / c);
    h *= d * c;
    if (std::abs(d * c - 1.0) < 1e-15) break;
  }
  const double upper = std::min(a * weight * h, 1.0);
  return {1.0 - upper, upper};
}

Tails beta_tails(double a, double b, double x, double y) noexcept {
  if (!(a > 0.0) || !(b > 0.0) || std::isnan(x) || std::isnan(y)) return {nan, nan};
  if (x <= 0.0) return {0.0, 1.0};
  if (y <= 0.0) return {1.0, 0.0};
  const double weight = beta_weight(a, b, x, y);
  if (x < (a + 1.0) / (a + b + 2.0)) {
    const double lower = std::min(weight * beta_fraction(a, b, x) / a, 1.0);
    return {lower, 1.0 - lower};
  }
  const double upper = std::min(weight * beta_fraction(b, a, y) / b, 1.0);
  return {1.0 - upper, upper};
}

double inverse_gamma_lower(double a, double p) noexcept { return inverse_gamma(a, p, 1.0 - p); }
double inverse_gamma_upper(double a, double q) noexcept { return inverse_gamma(a, 1.0 - q, q); }
double inverse_beta_odds_lower(double a, double b, double p) noexcept { return inverse_beta_odds(a, b, p, 1.0 - p); }
double inverse_beta_odds_upper(double a, double b, double q) noexcept { return inverse_beta_odds(a, b, 1.0 - q, q); }

double chi_square_tail(double n, double x) noexcept { return gamma_tails(0.5 * n, 0.5 * x).upper; }
double chi_square_quantile(double n, double tail) noexcept { return 2.0 * inverse_gamma_upper(0.5 * n, tail); }

double f_tail(double n, double m, double x) noexcept {
  if (!(n > 0.0) || !(m > 0.0) || std::isnan(x)) return nan;
  if (x <= 0.0) return 1.0;
  if (x == infinity) return 0.0;
  const double odds = x * (n / m);
  return beta_tails(0.5 * n, 0.5 * m, odds / (1.0 + odds), 1.0 / (1.0 + odds)).upper;
}
double f_quantile(double n, double m, double tail) noexcept {
  return inverse_beta_odds_upper(0.5 * n, 0.5 * m, tail) * (m / n);
}

double student_tail(double n, double x) noexcept {
  if (!(n > 0.0) || std::isnan(x)) return nan;
  const double half = 0.5 * f_tail(1.0, n, x * x);
  return x >= 0.0 ? half : 1.0 - half;
}
double student_quantile(double n, double tail) noexcept {
  if (!usable(n, 1.0, tail)) return nan;
  const double q = std::min(tail, 1.0 - tail);
  const double t = std::sqrt(inverse_beta_odds(0.5, 0.5 * n, 1.0 - 2.0 * q, 2.0 * q) * n);
  return tail <= 0.5 ? t : -t;
}

double beta_tail(double a, double b, double x) noexcept { return beta_tails(a, b, x, 1.0 - x).upper; }
double beta_quantile(double a, double b, double tail) noexcept {
  const double odds = inverse_beta_odds_upper(a, b, tail);
  return odds < 1e300 || std::isnan(odds) ? odds / (1.0 + odds) : 1.0;
}

double normal_tail(double x) noexcept {
  if (std::isnan(x)) return nan;
  const double half = 0.5 * gamma_tails(0.5, 0.5 * x * x).upper;
  return x >= 0.0 ? half : 1.0 - half;
}
double normal_quantile(double tail) noexcept {
  if (!usable(1.0, 1.0, tail)) return nan;
  const double q = std::min(tail, 1.0 - tail);
  const double z = std::sqrt(2.0 * inverse_gamma(0.5, 1.0 - 2.0 * q, 2.0 * q));
  return tail <= 0.5 ? z : -z;
}

}  // namespace surefoot::dsp
