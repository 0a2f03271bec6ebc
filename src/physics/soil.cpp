// SPDX-License-Identifier: MIT
#include <surefoot/physics/soil.hpp>
#include <surefoot/physics/vector3.hpp>

#include "elementary.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace surefoot::physics {
namespace {

using Complex = std::complex<double>;

constexpr double inverse_sqrt_pi = std::numbers::inv_sqrtpi;

/// Whether the two times are one for what double can tell.
bool one_time(const ViscousSoil& s) noexcept { return s.tau2_s <= s.tau1_s * (1.0 + 1e-8); }

/// ln |1 + i x|
double log_size(double x) noexcept { return x < 1e100 ? 0.5 * physics::log1p(x * x) : dsp::log(x); }

/// Ein(x) = E1(x) + ln x + gamma = x - x^2/4 + ...
double entire_part(double x) noexcept {
  double term = x;
  double sum = 0.0;
  for (int n = 1; n <= 30; ++n) {
    sum += term / static_cast<double>(n);
    term *= -x / static_cast<double>(n + 1);
  }
  return sum;
}

/// E1(x) - E1(x (1 + growth)), growth >= 0.
double integral_between(double x, double growth) noexcept {
  const double y = x * (1.0 + growth);
  if (!(y < 1.0)) return exponential_integral(x) - exponential_integral(y);
  return physics::log1p(growth) + entire_part(x) - entire_part(y);
}

/// sum over n >= from of (-1)^n c(n) / n! z^(n - shift), c(n) a polynomial; |z| < 1.
template <class Coefficient>
Complex series(Complex z, int from, int shift, Coefficient c) noexcept {
  Complex power = 1.0;
  double factorial = 1.0;
  for (int n = 2; n <= from; ++n) factorial *= static_cast<double>(n);
  for (int n = shift; n < from; ++n) power *= z;
  Complex sum = 0.0;
  for (int n = from; n < from + 24; ++n) {
    sum += (n % 2 == 0 ? 1.0 : -1.0) * c(static_cast<double>(n)) / factorial * power;
    power *= z;
    factorial *= static_cast<double>(n + 1);
  }
  return sum;
}

/// i k r = (i w mu0 sigma)^(1/2) r, in the quarter where e^{-i k r} decays.
Complex induction(double length, double conductivity, double omega) noexcept {
  const double y = length * std::sqrt(0.5 * omega * vacuum_permeability * conductivity);
  return {y, y};
}

/// e^{-z}
Complex decay_of(Complex z) noexcept {
  if (z.real() > 745.0) return {};
  const double size = dsp::exp(-z.real());
  return {size * dsp::cos(z.imag()), -size * dsp::sin(z.imag())};
}

/// 4 times the integral of s^4 e^{-s^2} over [0, x], x < 1.
double fourth_moment(double x) noexcept {
  double term = 4.0 * x * x * x * x * x;
  double sum = 0.0;
  for (int j = 0; j < 25; ++j) {
    sum += term / static_cast<double>(2 * j + 5);
    term *= -x * x / static_cast<double>(j + 1);
  }
  return sum;
}

}  // namespace

double ViscousSoil::per_e_fold() const noexcept { return dchi / dsp::log(tau2_s / tau1_s); }

Complex viscous_chi(const ViscousSoil& soil, double omega_rad_s) noexcept {
  const double x1 = omega_rad_s * soil.tau1_s;
  const double x2 = omega_rad_s * soil.tau2_s;
  if (one_time(soil)) {
    const Complex relaxed = Complex{0.0, x1} / Complex{1.0, x1};
    return soil.chi0 - soil.dchi * relaxed;
  }
  const double kappa = soil.per_e_fold();
  return {soil.chi0 - kappa * (log_size(x2) - log_size(x1)), -kappa * arctangent((x2 - x1) / (1.0 + x1 * x2))};
}

double exponential_integral(double x) noexcept {
  if (!(x > 0.0)) return x == 0.0 ? std::numeric_limits<double>::infinity() : std::numeric_limits<double>::quiet_NaN();
  if (x < 1.0) return entire_part(x) - dsp::log(x) - std::numbers::egamma;
  if (x > 745.0) return 0.0;
  // e^{-x} / (x + 1/(1 + 1/(x + 2/(1 + 2/(x + ...)))))
  const int n = 20 + static_cast<int>(120.0 / x);
  double k = 0.0;
  for (int i = n; i >= 1; --i) {
    const double d = static_cast<double>(i);
    k = d / (1.0 + d / (x + k));
  }
  return dsp::exp(-x) / (x + k);
}

double viscous_step_off(const ViscousSoil& soil, double t_s) noexcept {
  if (!(t_s > 0.0)) return t_s <= 0.0 ? soil.dchi : t_s;
  if (one_time(soil)) return soil.dchi * dsp::exp(-t_s / soil.tau1_s);
  return soil.per_e_fold() * integral_between(t_s / soil.tau2_s, (soil.tau2_s - soil.tau1_s) / soil.tau1_s);
}

double viscous_step_off_rate(const ViscousSoil& soil, double t_s) noexcept {
  if (one_time(soil)) return -soil.dchi / soil.tau1_s * dsp::exp(-t_s / soil.tau1_s);
  const double apart = t_s / soil.tau1_s - t_s / soil.tau2_s;
  return soil.per_e_fold() * dsp::exp(-t_s / soil.tau2_s) * physics::expm1(-apart) / t_s;
}

double viscous_pulse(const ViscousSoil& soil, double pulse_s, double t_s) noexcept {
  if (one_time(soil) || !(t_s > 0.0)) return viscous_step_off(soil, t_s) - viscous_step_off(soil, t_s + pulse_s);
  const double growth = pulse_s / t_s;
  return soil.per_e_fold() *
         (integral_between(t_s / soil.tau2_s, growth) - integral_between(t_s / soil.tau1_s, growth));
}

double viscous_pulse_rate(const ViscousSoil& soil, double pulse_s, double t_s) noexcept {
  return viscous_step_off_rate(soil, t_s) - viscous_step_off_rate(soil, t_s + pulse_s);
}

Coil image_below(const Coil& coil, double ground_z_m) noexcept {
  Coil image = coil;
  const auto mirror = [ground_z_m](double z) noexcept { return ground_z_m - (z - ground_z_m); };
  image.centre_m[2] = mirror(coil.centre_m[2]);
  // The axis turns as currents do: a mirror takes it to minus its mirror image.
  image.axis = {-coil.axis[0], -coil.axis[1], coil.axis[2]};
  for (Vector3& corner : image.corners_m) corner[2] = mirror(corner[2]);
  return image;
}

Complex image_strength(Complex chi) noexcept { return chi / (2.0 + chi); }

Complex conductive_loop_centre(double radius_m, double conductivity_s_per_m, double omega_rad_s) noexcept {
  const Complex z = induction(radius_m, conductivity_s_per_m, omega_rad_s);
  // z^2 = -k^2 a^2; 3 - (3 + 3 z + z^2) e^{-z} = z^2/2 - sum of (-1)^n (n - 1)(n - 3)/n! z^n from n = 4
  if (z.real() < 0.7) return -series(z, 4, 2, [](double n) noexcept { return (n - 1.0) * (n - 3.0); }) / radius_m;
  return ((3.0 - (3.0 + z * (3.0 + z)) * decay_of(z)) / (z * z) - 0.5) / radius_m;
}

Complex conductive_coplanar(double distance_m, double conductivity_s_per_m, double omega_rad_s) noexcept {
  const Complex z = induction(distance_m, conductivity_s_per_m, omega_rad_s);
  // 9 - (9 + 9 z + 4 z^2 + z^3) e^{-z} = z^2/2 - sum of (-1)^n (9 - 9 n + 4 n (n-1) - n (n-1)(n-2))/n! z^n from n = 4
  if (z.real() < 0.7)
    return -2.0 * series(z, 4, 2, [](double n) noexcept { return 9.0 - n * (9.0 - (n - 1.0) * (6.0 - n)); });
  return 2.0 * (9.0 - (9.0 + z * (9.0 + z * (4.0 + z))) * decay_of(z)) / (z * z) - 1.0;
}

double conductive_step_off(double radius_m, double conductivity_s_per_m, double t_s) noexcept {
  const double x = radius_m * std::sqrt(0.25 * vacuum_permeability * conductivity_s_per_m / t_s);
  if (x < 1.0) {
    // (1/(2 x^2)) (2/sqrt(pi)) sum over n >= 2 of (-1)^n 8 x^(2n+1) / ((n-2)! (4 n^2 - 1))
    double term = 8.0 * x * x * x;
    double sum = 0.0;
    for (int n = 2; n < 27; ++n) {
      sum += term / static_cast<double>(4 * n * n - 1);
      term *= -x * x / static_cast<double>(n - 1);
    }
    return 0.5 * inverse_sqrt_pi * sum / radius_m;
  }
  return 0.5 / radius_m * (3.0 * inverse_sqrt_pi * dsp::exp(-x * x) / x + (1.0 - 1.5 / (x * x)) * erf_from_one(x));
}

double conductive_step_off_rate(double radius_m, double conductivity_s_per_m, double t_s) noexcept {
  const double diffusion = vacuum_permeability * conductivity_s_per_m;
  const double x = radius_m * std::sqrt(0.25 * diffusion / t_s);
  const double bracket =
      x < 1.0 ? 2.0 * inverse_sqrt_pi * fourth_moment(x)
              : 3.0 * erf_from_one(x) - 2.0 * inverse_sqrt_pi * x * (3.0 + 2.0 * x * x) * dsp::exp(-x * x);
  return -bracket / (diffusion * radius_m * radius_m * radius_m);
}

}  // namespace surefoot::physics
