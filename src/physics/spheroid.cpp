// SPDX-License-Identifier: MIT
#include <surefoot/physics/sphere.hpp>
#include <surefoot/physics/spheroid.hpp>

#include "elementary.hpp"

#include <cmath>
#include <numbers>

namespace surefoot::physics {
namespace {

/// sum over k >= 1 of (-1)^(k+1) t_(k-1) / (2 k + 1) d^(k-1), t_k = (2k)!! / (2k+1)!!: along for e^2 = 1 + d.
double near_sphere(double d) noexcept {
  double t = 1.0;
  double sum = 0.0;
  for (int k = 1; k <= 40; ++k) {
    const double odd = static_cast<double>(2 * k + 1);
    sum += t / odd;
    t *= -d * (odd - 1.0) / odd;
  }
  return sum;
}

/// M(0) - M(infinity), its mean time in units of the radius, for a sphere of one material.
PrincipalAxis axis_of(const Spheroid& s, double volume, double n, double one_less_n, double loss_radius2) noexcept {
  PrincipalAxis axis;
  const double m = s.mu_r - 1.0;
  const double inside = 1.0 / (1.0 + n * m);  // field inside over field outside
  axis.still_m3 = volume * m * inside;
  axis.fast_m3 = -volume / one_less_n;
  // First order: span * tau_mean = (mu_r inside)^2 V r^2 / 10, and of a sphere 4.5 mu_r / (mu_r + 2) * tau_mean
  // = (3 mu_r / (mu_r + 2))^2 / 10 radius^2, both times mu0 sigma.
  const double ours = s.mu_r * inside * s.mu_r * inside * volume * loss_radius2 / (axis.still_m3 - axis.fast_m3);
  axis.radius_m = std::sqrt(ours * (s.mu_r + 2.0) / (2.0 * s.mu_r));
  return axis;
}

}  // namespace

Demagnetising demagnetising(double e) noexcept {
  if (!(e > 0.0)) return std::isnan(e) ? Demagnetising{e, e} : Demagnetising{1.0, 0.0};
  const double d = (e - 1.0) * (e + 1.0);
  if (std::fabs(d) < 0.3) {
    const double along = near_sphere(d);
    return {along, 0.5 * (1.0 - along)};
  }
  if (d > 0.0) {
    const double root = std::sqrt(d);
    const double along = e > 1e100 ? 0.0 : (e / root * dsp::log(e + root) - 1.0) / d;
    return {along, 0.5 * (1.0 - along)};
  }
  const double ratio = dsp::atan2(std::sqrt(-d), e) / std::sqrt(-d);
  // across without 1 - along, which a disc leaves few digits of
  return {(1.0 - e * ratio) / -d, 0.5 * e * (ratio - e) / -d};
}

SpheroidAxes spheroid_axes(const Spheroid& s) noexcept {
  const double a2 = s.across_m * s.across_m;
  const double c2 = s.along_m * s.along_m;
  const double volume = 4.0 / 3.0 * std::numbers::pi * a2 * s.along_m;
  const Demagnetising n = demagnetising(s.along_m / s.across_m);
  return {axis_of(s, volume, n.along, 2.0 * n.across, a2),
          axis_of(s, volume, n.across, 1.0 - n.across, 2.0 * a2 * c2 / (a2 + c2))};
}

std::array<std::complex<double>, 2> spheroid_polarizability(const Spheroid& spheroid, double omega_rad_s) noexcept {
  const SpheroidAxes axes = spheroid_axes(spheroid);
  const auto at = [&spheroid, omega_rad_s](const PrincipalAxis& axis) noexcept {
    const Sphere sphere{axis.radius_m, spheroid.conductivity_s_per_m, spheroid.mu_r};
    const double whole = static_chi(sphere) + 1.5;
    return axis.still_m3 +
           (axis.still_m3 - axis.fast_m3) / whole * (sphere_chi(sphere, omega_rad_s) - static_chi(sphere));
  };
  return {at(axes.along), at(axes.across)};
}

void spheroid_modes(const Spheroid& spheroid, const PrincipalAxis& axis, std::span<Mode> modes) noexcept {
  const Sphere sphere{axis.radius_m, spheroid.conductivity_s_per_m, spheroid.mu_r};
  sphere_modes(sphere, modes);
  const double scale = (axis.still_m3 - axis.fast_m3) / (static_chi(sphere) + 1.5);
  for (Mode& mode : modes) mode.amplitude *= scale;
}

double value_of(const DecayCurve& c, double t_s) noexcept {
  return c.k * dsp::exp(-c.beta * physics::log1p(std::sqrt(t_s / c.alpha_s)) - t_s / c.gamma_s);
}

std::array<std::complex<double>, 6> tensor_response(const Symmetric3& still, std::span<const TensorMode> modes,
                                                    double omega_rad_s) noexcept {
  std::array<std::complex<double>, 6> sum{};
  for (std::size_t i = 0; i < 6; ++i) sum[i] = still[i];
  for (const TensorMode& mode : modes) {
    const Mode unit{1.0, mode.tau_s};
    const std::complex<double> shape = response(0.0, {&unit, 1}, omega_rad_s);
    for (std::size_t i = 0; i < 6; ++i) sum[i] += mode.amplitude[i] * shape;
  }
  return sum;
}

Symmetric3 tensor_step_off(std::span<const TensorMode> modes, double t_s) noexcept {
  Symmetric3 sum{};
  for (const TensorMode& mode : modes) {
    const Mode unit{1.0, mode.tau_s};
    const double left = step_off({&unit, 1}, t_s);
    for (std::size_t i = 0; i < 6; ++i) sum[i] += mode.amplitude[i] * left;
  }
  return sum;
}

Symmetric3 about_axis(double along, double across, const Vector3& n) noexcept {
  const double d = along - across;
  return {across + d * n[0] * n[0], d * n[0] * n[1], d * n[0] * n[2],
          across + d * n[1] * n[1], d * n[1] * n[2], across + d * n[2] * n[2]};
}

Symmetric3 rotated(const Symmetric3& m, const Matrix3& r) noexcept {
  const Matrix3 full{m[0], m[1], m[2], m[1], m[3], m[4], m[2], m[4], m[5]};
  const auto row = [&r](std::size_t i) noexcept { return Vector3{r[3 * i], r[3 * i + 1], r[3 * i + 2]}; };
  const Vector3 x = times(full, row(0));
  const Vector3 y = times(full, row(1));
  const Vector3 z = times(full, row(2));
  return {dot(row(0), x), dot(row(0), y), dot(row(0), z), dot(row(1), y), dot(row(1), z), dot(row(2), z)};
}

}  // namespace surefoot::physics
