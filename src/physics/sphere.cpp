// SPDX-License-Identifier: MIT
#include <surefoot/physics/sphere.hpp>
#include <surefoot/physics/vector3.hpp>

#include "elementary.hpp"

#include <array>
#include <cmath>
#include <limits>
#include <numbers>

namespace surefoot::physics {
namespace {

using Complex = std::complex<double>;

constexpr double pi = std::numbers::pi;
constexpr double inverse_sqrt_pi = std::numbers::inv_sqrtpi;
constexpr double early = 0.02;  // of the diffusion time

/// i2(a) / i0(a) for a^2 = i x, 0 <= x < 4: t_n = i x / (2 n + 3 + t_(n+1)), product t_0 t_1 / (i x). Both parts of each t are
/// sums of positive numbers.
Complex bessel_ratio(double x) noexcept {
  double re = 0.0;
  double im = 0.0;
  double re1 = 0.0;
  double im1 = 0.0;
  for (int n = 14; n >= 0; --n) {
    re1 = re;
    im1 = im;
    const double c = static_cast<double>(2 * n + 3) + re1;
    const double per = 1.0 / (c * c + im1 * im1);
    re = im1 * per;  // both over x, so that x = 0 needs no case
    im = c * per;
    if (n > 0) {
      re *= x;
      im *= x;
    }
  }
  return Complex{re, im} * Complex{im1, -re1};
}

/// The two roots of a^2 + m a - m, m = mu_r - 1 >= 0, without cancellation.
struct Roots {
  double d, a1, a2;
  explicit Roots(double m) noexcept : d(std::sqrt(m * m + 4.0 * m)), a1(0.0), a2(-0.5 * (m + d)) {
    a1 = m > 0.0 ? 2.0 * m / (m + d) : 0.0;
  }
  /// a1 - 1 = -(4/m) / (1 + d/m)^2
  [[nodiscard]] double below_one(double m) const noexcept { return -4.0 * m / ((m + d) * (m + d)); }
};

/// Sums over n of h(n + shift) / Gamma(n/2 + 1) from the first n where the degree is not negative; h the sums of all products
/// of x1 and x2 of that degree: divided differences of x^k e^{x^2} erfc(-x), k = shift + 1.
template <class T>
double divided_sum(T x1, T x2, int shift) noexcept {
  std::array<double, 2> gamma{1.0, 2.0 * inverse_sqrt_pi};  // 1 / Gamma(n/2 + 1)
  T h = 1.0;
  T power = 1.0;
  double sum = 0.0;
  int degree = 0;
  for (; degree < shift; ++degree) {
    power *= x2;
    h = x1 * h + power;
  }
  for (int n = 0; n < 60; ++n) {
    const std::size_t half = static_cast<std::size_t>(n) % 2;
    if (n >= 2) gamma[half] *= 2.0 / static_cast<double>(n);
    if (n + shift < 0) continue;
    sum += gamma[half] * std::real(h);
    power *= x2;
    h = x1 * h + power;
  }
  return sum;
}

/// (e^{x^2} erfc(-x) - 1) / x for small x >= 0.
double growth_over(double x) noexcept { return divided_sum(x, 0.0, -1); }

/// From the two roots times sqrt(time), where both are small.
template <class T>
double step_off_near(double mu_r, double time, T x1, T x2) noexcept {
  const double lost = std::sqrt(time) * divided_sum(x1, x2, -1) - time * divided_sum(x1, x2, -2);
  return 4.5 * mu_r * (1.0 / (mu_r + 2.0) - lost);
}
template <class T>
double rate_near(double mu_r, double time, T x1, T x2) noexcept {
  return -4.5 * mu_r * ((inverse_sqrt_pi + divided_sum(x1, x2, 1)) / std::sqrt(time) - divided_sum(x1, x2, 0));
}

/// The root of a diamagnetic body (m < 0) above the real axis, times sqrt(time): the other is its mirror image.
Complex diamagnetic_root(double m, double time) noexcept {
  return 0.5 * std::sqrt(time) * Complex{-m, std::sqrt(-m * (m + 4.0))};
}

double early_step_off(double mu_r, double time) noexcept {
  const double m = mu_r - 1.0;
  if (m < 0.0) {
    const Complex x = diamagnetic_root(m, time);
    return step_off_near(mu_r, time, x, std::conj(x));
  }
  const Roots roots(m);
  const double root = std::sqrt(time);
  const double x1 = roots.a1 * root;
  const double x2 = roots.a2 * root;
  if (x2 > -1.0) return step_off_near(mu_r, time, x1, x2);
  // Large mu_r: 1/(mu_r + 2) and the constant part of what is lost nearly cancel; their difference in closed form.
  const double constant =
      -2.0 * (2.0 * m * m + 6.0 * m - 9.0) / ((roots.d * (m - 3.0) + m * (m + 3.0)) * roots.d * (m + 3.0));
  const double w2 = inverse_sqrt_pi / (-x2 + erfc_fraction(-x2));
  const double grown = -root * growth_over(x1) * roots.below_one(m);
  return 4.5 * mu_r * (constant + (grown + w2 * (1.0 - 1.0 / roots.a2)) / roots.d);
}

double early_rate(double mu_r, double time) noexcept {
  const double m = mu_r - 1.0;
  if (m < 0.0) {
    const Complex x = diamagnetic_root(m, time);
    return rate_near(mu_r, time, x, std::conj(x));
  }
  const Roots roots(m);
  const double root = std::sqrt(time);
  const double x1 = roots.a1 * root;
  const double x2 = roots.a2 * root;
  if (x2 > -1.0) return rate_near(mu_r, time, x1, x2);
  const double k = erfc_fraction(-x2);
  const double q = inverse_sqrt_pi * k / (-x2 + k);
  const double w1 = 1.0 + x1 * growth_over(x1);
  const double c1 = roots.below_one(m) / roots.d;
  const double c2 = (1.0 - roots.a2) / roots.d;
  return -4.5 * mu_r * (c1 * (inverse_sqrt_pi / root + roots.a1 * w1) + c2 * q / root);
}

/// x_n, by Newton on x - n pi - atan(m x / (m + x^2)).
double eigenvalue(double m, int n) noexcept {
  const double base = pi * static_cast<double>(n);
  double beyond = arctangent(m * base / (m + base * base));
  for (int turn = 0; turn < 6; ++turn) {
    const double x = base + beyond;
    const double den = m + x * x;
    const double f = m * x / den;
    const double slope = m * (m - x * x) / (den * den * (1.0 + f * f));
    const double step = (beyond - arctangent(f)) / (1.0 - slope);
    beyond -= step;
    if (std::fabs(step) < 1e-16 * base) break;
  }
  return base + beyond;
}

Mode mode_of(double mu_r, int n) noexcept {
  const double m = mu_r - 1.0;
  const double x = eigenvalue(m, n);
  return {9.0 * mu_r / ((mu_r + 2.0) * m + x * x), 1.0 / (x * x)};
}

/// Sum of A (or A / tau) e^{-time/tau} in units of the diffusion time, for time >= early.
double late_sum(double mu_r, double time, bool rate) noexcept {
  double sum = 0.0;
  for (int n = 1; n <= 40; ++n) {
    const Mode mode = mode_of(mu_r, n);
    const double term = mode.amplitude * dsp::exp(-time / mode.tau_s) / (rate ? mode.tau_s : 1.0);
    sum += term;
    if (!(term > 1e-18 * sum)) break;
  }
  return sum;
}

}  // namespace

double volume_m3(const Sphere& sphere) noexcept {
  return 4.0 / 3.0 * pi * sphere.radius_m * sphere.radius_m * sphere.radius_m;
}

double diffusion_time_s(const Sphere& sphere) noexcept {
  return vacuum_permeability * sphere.mu_r * sphere.conductivity_s_per_m * sphere.radius_m * sphere.radius_m;
}

double static_chi(const Sphere& sphere) noexcept { return 3.0 * (sphere.mu_r - 1.0) / (sphere.mu_r + 2.0); }

Complex sphere_chi(const Sphere& sphere, double omega_rad_s) noexcept {
  const double mu_r = sphere.mu_r;
  const double x = omega_rad_s * diffusion_time_s(sphere);
  if (x < 4.0) {
    const Complex p = bessel_ratio(x);
    return static_chi(sphere) - 13.5 * mu_r / (mu_r + 2.0) * p / (mu_r + 2.0 - (mu_r - 1.0) * p);
  }
  if (x > 1e300) return {-1.5, 0.0};
  // a = (1 + i) y; coth a = (1 + e) / (1 - e), e = e^{-2 a}.
  const double y = std::sqrt(0.5 * x);
  const Complex e = y < 40.0 ? dsp::exp(-2.0 * y) * Complex{dsp::cos(2.0 * y), -dsp::sin(2.0 * y)} : Complex{};
  const Complex a{y, y};
  const Complex q = 3.0 * (a * ((1.0 + e) / (1.0 - e)) - 1.0) * Complex{0.0, -1.0 / x};
  return -1.5 + 4.5 * mu_r * q / (3.0 + (mu_r - 1.0) * q);
}

void sphere_modes(const Sphere& sphere, std::span<Mode> modes) noexcept {
  const double unit = diffusion_time_s(sphere);
  int n = 0;
  for (Mode& mode : modes) {
    mode = mode_of(sphere.mu_r, ++n);
    mode.tau_s *= unit;
  }
}

double sphere_step_off(const Sphere& sphere, double t_s) noexcept {
  if (!(t_s >= 0.0)) return std::numeric_limits<double>::quiet_NaN();
  if (t_s == 0.0) return static_chi(sphere) + 1.5;
  const double time = t_s / diffusion_time_s(sphere);
  return time < early ? early_step_off(sphere.mu_r, time) : late_sum(sphere.mu_r, time, false);
}

double sphere_step_off_rate(const Sphere& sphere, double t_s) noexcept {
  if (!(t_s >= 0.0)) return std::numeric_limits<double>::quiet_NaN();
  if (t_s == 0.0) return -std::numeric_limits<double>::infinity();
  const double unit = diffusion_time_s(sphere);
  if (unit <= 0.0) return 0.0;
  const double time = t_s / unit;
  return (time < early ? early_rate(sphere.mu_r, time) : -late_sum(sphere.mu_r, time, true)) / unit;
}

}  // namespace surefoot::physics
