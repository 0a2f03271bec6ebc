// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/coil.hpp>
#include <surefoot/base/types.hpp>

#include <complex>
#include <span>

namespace surefoot::physics {

/// Magnetically viscous soil: grains whose relaxation times are spread evenly over the logarithm of time.
///
/// Units     susceptibilities are SI, without unit; chi0 the static one, dchi the part that relaxes, times in seconds, 0 < tau1 <= tau2.
struct ViscousSoil {
  double chi0 = 1e-2;
  double dchi = 2e-3;
  double tau1_s = 1e-10;
  double tau2_s = 1e10;

  /// kappa = dchi / ln(tau2 / tau1): what one e-fold of frequency takes from the real part.
  [[nodiscard]] double per_e_fold() const noexcept;
};

/// chi(w) = chi0 - dchi ln[(1 + i w tau2) / (1 + i w tau1)] / ln(tau2 / tau1), e^{+i w t}.
///
/// In the band 1/tau2 << w << 1/tau1 the real part falls by kappa an e-fold and the imaginary part is -(pi/2) kappa.
///
/// Exact     2e-16 of chi0 and, for the imaginary part, 4e-16 relative.
/// Edges     tau1 = tau2: one relaxation. w = 0: chi0.
/// Not       conductive; not every soil: Dabas, Jolivet and Tabbagh measured some that break the law.
/// @source   Mullins and Tite, J. Geophys. Res. 78, 1973; emi.md F8
[[nodiscard]] std::complex<double> viscous_chi(const ViscousSoil& soil, double omega_rad_s) noexcept;

/// M / H t after a steady field was switched off: kappa [E1(t/tau2) - E1(t/tau1)]; always positive, falling.
///
/// Edges     t <= 0: dchi, what was held before.
[[nodiscard]] double viscous_step_off(const ViscousSoil& soil, double t_s) noexcept;

/// Its rate: -kappa (e^{-t/tau2} - e^{-t/tau1}) / t, which is -kappa / t in the band. t > 0.
[[nodiscard]] double viscous_step_off_rate(const ViscousSoil& soil, double t_s) noexcept;

/// The same after a pulse of length D that ended at t = 0, the field having been off before: step-off less what the step-on left,
/// step_off(t) - step_off(t + D); the rate is -kappa [1/t - 1/(t + D)] in the band.
///
/// Exact     4e-15 relative for t + D < tau2: logarithms of ratios, not differences of logarithms. A ratio of gates without the pulse
///           term is wrong by D/(t + D).
/// @source   emi.md F9
[[nodiscard]] double viscous_pulse(const ViscousSoil& soil, double pulse_s, double t_s) noexcept;
[[nodiscard]] double viscous_pulse_rate(const ViscousSoil& soil, double pulse_s, double t_s) noexcept;

/// E1(x) = integral of e^{-u}/u over u > x. Exact 1e-15 relative. x <= 0: infinite or NaN.
[[nodiscard]] double exponential_integral(double x) noexcept;

/// The winding whose field, times chi / (2 + chi), the soil below z = ground_z_m adds above itself.
///
/// @source   image of a current above a permeable half-space: same places below, horizontal currents the same way; exact for a
///           static field and soil that does not conduct
[[nodiscard]] Coil image_below(const Coil& coil, double ground_z_m) noexcept;

/// chi / (2 + chi): what of an image the soil gives. V = -i w I M(image of transmitter, receiver) times this.
[[nodiscard]] std::complex<double> image_strength(std::complex<double> chi) noexcept;

/// H_z at the centre of a circular loop that lies on a conductive half-space, per ampere; the primary 1/(2a) is left out.
///
///   H = -1/(k^2 a^3) [3 - (3 + 3 i k a - k^2 a^2) e^{-i k a}],  k^2 = -i w mu0 sigma
///
/// Low induction numbers: -i w mu0 sigma a / 8. Exact 1e-14 relative (a series for |k a| < 1).
/// @source   Ward and Hohmann, in Electromagnetic Methods, 1988, eq. 4.94
[[nodiscard]] std::complex<double> conductive_loop_centre(double radius_m, double conductivity_s_per_m,
                                                          double omega_rad_s) noexcept;

/// Secondary over primary H_z of two vertical dipoles a distance r apart on a conductive half-space:
///
///   Hz/Hp = -2/(k^2 r^2) [9 - (9 + 9 i k r - 4 k^2 r^2 - i k^3 r^3) e^{-i k r}],  less 1
///
/// Low induction numbers: i w mu0 sigma r^2 / 4 (McNeill). Exact 1e-14 relative.
/// @source   Ward and Hohmann, 1988, eq. 4.56
[[nodiscard]] std::complex<double> conductive_coplanar(double distance_m, double conductivity_s_per_m,
                                                       double omega_rad_s) noexcept;

/// H_z at the centre of that loop t after its current was switched off, per ampere, and its rate:
///
///   H = (1/2a) [3 e^{-x^2} / (sqrt(pi) x) + (1 - 3/(2 x^2)) erf x],  x^2 = mu0 sigma a^2 / (4 t)
///   dH/dt = -[3 erf x - (2/sqrt(pi)) x (3 + 2 x^2) e^{-x^2}] / (mu0 sigma a^3)
///
/// Late: H = a^2 (mu0 sigma / t)^{3/2} / (30 sqrt(pi)), rate -a^2 (mu0 sigma)^{3/2} t^{-5/2} / (20 sqrt(pi)).
///
/// Exact     1e-14 relative (series of one sign's integral for x < 1). t > 0.
/// @source   Ward and Hohmann, 1988, eq. 4.97, 4.98
[[nodiscard]] double conductive_step_off(double radius_m, double conductivity_s_per_m, double t_s) noexcept;
[[nodiscard]] double conductive_step_off_rate(double radius_m, double conductivity_s_per_m, double t_s) noexcept;

}  // namespace surefoot::physics
