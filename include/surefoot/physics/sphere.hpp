// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/physics/relaxation.hpp>

#include <complex>
#include <span>

namespace surefoot::physics {

/// A solid sphere in a uniform field.
///
/// Units     radius_m > 0; conductivity_s_per_m >= 0; mu_r > 0, relative permeability (not a soil: no losses, no hysteresis).
struct Sphere {
  double radius_m = 0.01;
  double conductivity_s_per_m = 1e7;
  double mu_r = 1.0;
};

/// (4/3) pi a^3: from chi to the polarizability in m^3.
[[nodiscard]] double volume_m3(const Sphere& sphere) noexcept;

/// mu0 mu_r sigma a^2, the sphere's unit of time.
[[nodiscard]] double diffusion_time_s(const Sphere& sphere) noexcept;

/// chi(0) = 3 (mu_r - 1) / (mu_r + 2): the answer to a field that has been steady.
[[nodiscard]] double static_chi(const Sphere& sphere) noexcept;

/// chi(i w) of a conducting permeable sphere, m = V chi H, e^{+i w t}:
///
///   chi = (3/2) [2 mu_r (T - a) + (a^2 T - a + T)] / [mu_r (T - a) - (a^2 T - a + T)],  a = (i w mu sigma)^(1/2) radius, T = tanh a
///
/// computed from its low end as chi(0) - (27/2) mu_r P / ((mu_r + 2)(mu_r + 2 - (mu_r - 1) P)), P = i2(a)/i0(a) a continued
/// fraction, for |a| < 2, and from its high end as -3/2 + (9/2) mu_r Q / (3 + (mu_r - 1) Q), Q = 3 (a coth a - 1) / a^2, above.
///
/// Exact     5e-15 of |chi| for 0 <= w <= infinity, mu_r from 0.2 to 1e6; the imaginary part also on its own for |a| < 2.
/// Edges     w = 0 or sigma = 0: chi(0). Infinite w or sigma: -3/2. No hyperbolic function, so no overflow at |a| = 700.
/// Cost      0.2 us.
/// @source   Wait, Geophysics 16, 1951; arrangement our own
[[nodiscard]] std::complex<double> sphere_chi(const Sphere& sphere, double omega_rad_s) noexcept;

/// The first modes of a sphere, slowest first: chi(i w) = chi(0) - sum of A i w tau / (1 + i w tau).
///
///   tan x = (mu_r - 1) x / (mu_r - 1 + x^2), x_n in (n pi, (n + 1/2) pi), for mu_r < 1 as far below n pi;  tau = mu sigma a^2 / x^2,
///   A = 9 mu_r / ((mu_r + 2)(mu_r - 1) + x^2)
///
/// Exact     2e-15 each. All A together are chi(0) + 3/2; after N the rest of A is about 9 mu_r / (pi^2 N).
/// Cost      0.3 us a mode.
/// @source   Wait and Spies, Geophysics 34, 1969; emi.md F2
void sphere_modes(const Sphere& sphere, std::span<Mode> modes) noexcept;

/// chi left at t > 0 after a steady field was switched off: the sum of all modes, A e^{-t/tau}.
///
/// Early (t < 0.02 mu sigma a^2) from the exact answer for tanh a = 1, whose inverse is in closed form for any mu_r:
///   (9/2) mu_r times the inverse of 1/((mu_r + 2) s) - (a - 1) / (s (a^2 + (mu_r - 1)(a - 1))), s = a^2; what it leaves out is
/// below e^{-50}. Later from at most 16 modes.
///
/// Exact     5e-15 relative at any t > 0 down to 0, late t/tau_1 1e-16 more, for mu_r from 0.2 to 1e4.
/// Edges     t = 0: chi(0) + 3/2, rate minus infinity. t < 0: NaN. sigma = 0: 0.
/// Cost      0.4 us early, 3 us late.
/// @source   closed forms as in Wait and Spies, 1969 for mu_r = 1; for any mu_r our own
[[nodiscard]] double sphere_step_off(const Sphere& sphere, double t_s) noexcept;

/// Its rate of change, per second.
///
/// Exact     2e-14 relative.
[[nodiscard]] double sphere_step_off_rate(const Sphere& sphere, double t_s) noexcept;

}  // namespace surefoot::physics
