// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/physics/relaxation.hpp>
#include <surefoot/physics/sensing.hpp>
#include <surefoot/physics/vector3.hpp>

#include <array>
#include <complex>
#include <span>

namespace surefoot::physics {

/// A solid of revolution with semi-axes (a, a, c): c > a a cigar, c < a a lens.
///
/// Units     metres; conductivity S/m; mu_r > 0.
struct Spheroid {
  double across_m = 0.01;  ///< a, of its round cross-section
  double along_m = 0.02;   ///< c, along its axis
  double conductivity_s_per_m = 1e7;
  double mu_r = 1.0;
};

/// Demagnetising factors: along + 2 across = 1.
struct Demagnetising {
  double along = 1.0 / 3.0;
  double across = 1.0 / 3.0;
};

/// N of a spheroid of aspect e = c / a.
///
///   along = [e / sqrt(e^2 - 1) ln(e + sqrt(e^2 - 1)) - 1] / (e^2 - 1) for e > 1,
///           [1 - e / sqrt(1 - e^2) acos e] / (1 - e^2) for e < 1; a series in e^2 - 1 where that is below 0.3
///
/// Exact     4e-15 relative for both factors, also the small one of a disc (e towards 0) and of a needle (e to 1e8).
/// Edges     e = 1: one third each. e <= 0: a disc, along 1.
/// @source   Osborn, Phys. Rev. 67, 1945; emi.md F5
[[nodiscard]] Demagnetising demagnetising(double aspect) noexcept;

/// Response of one principal axis: M(i w) = still - span * shape(i w), shape from 0 (w = 0) to 1 (infinite w).
struct PrincipalAxis {
  double still_m3 = 0.0;  ///< M(0) = V (mu_r - 1) / (1 + N (mu_r - 1))
  double fast_m3 = 0.0;   ///< M(infinity) = -V / (1 - N)
  double radius_m = 0.0;  ///< of the sphere of the same material whose shape it is given
};

/// The principal axes of a spheroid: along its axis, and across it.
///
/// M(0), M(infinity) and the first order in w are exact. Between them the shape is that of a sphere (sphere_chi), scaled as Smith
/// and Morrison scaled theirs, with the radius that makes the first order exact: a uniform field in the body drives currents
/// whose loss is known in closed form,
///
///   Im M = -(mu_r / (1 + N (mu_r - 1)))^2 mu0 sigma w V r^2 / 10,  r^2 = a^2 along, 2 a^2 c^2 / (a^2 + c^2) across
///
/// Exact     the limits and the first order to rounding; a sphere is a sphere at any frequency. Elsewhere an approximation.
/// Not       the exact answer of a spheroid at middle frequencies (that takes spheroidal wave functions); its surface loss at high
///           frequency has the power w^(-1/2) but not the exact factor.
/// @source   limits: Osborn, 1945; scaling: after Smith, Morrison and Becker, JEEG 9, 2004; first order: our own
struct SpheroidAxes {
  PrincipalAxis along;
  PrincipalAxis across;
};
[[nodiscard]] SpheroidAxes spheroid_axes(const Spheroid& spheroid) noexcept;

/// Polarizabilities in m^3 (along, across) at one frequency. Cost 0.5 us.
[[nodiscard]] std::array<std::complex<double>, 2> spheroid_polarizability(const Spheroid& spheroid,
                                                                          double omega_rad_s) noexcept;

/// Modes of one axis in m^3, slowest first, for the functions of relaxation.hpp with chi0 = still_m3.
void spheroid_modes(const Spheroid& spheroid, const PrincipalAxis& axis, std::span<Mode> modes) noexcept;

/// Smith and Morrison's decay k (1 + sqrt(t / alpha))^{-beta} e^{-t / gamma}: four numbers for a curve that is a power law early
/// and an exponential late. Not a sum of modes. @source Smith, Morrison and Becker, JEEG 9, 2004
struct DecayCurve {
  double k = 1.0;
  double alpha_s = 1e-4;
  double beta = 1.0;
  double gamma_s = 1e-3;
};
[[nodiscard]] double value_of(const DecayCurve& curve, double t_s) noexcept;

/// One term of a general polarizability tensor: A positive semidefinite, of any orientation.
struct TensorMode {
  Symmetric3 amplitude{};
  double tau_s = 0.0;
};

/// M(i w) = M0 - sum of A_k i w tau_k / (1 + i w tau_k), xx, xy, xz, yy, yz, zz. @source Ledger and Lionheart, 2019; emi.md F5
[[nodiscard]] std::array<std::complex<double>, 6> tensor_response(const Symmetric3& still,
                                                                  std::span<const TensorMode> modes,
                                                                  double omega_rad_s) noexcept;

/// What is left of m for each direction of the field t after a steady one was switched off: sum of A_k e^{-t/tau_k}.
[[nodiscard]] Symmetric3 tensor_step_off(std::span<const TensorMode> modes, double t_s) noexcept;

/// The tensor of a body of revolution whose axis points along a unit vector: across + (along - across) n n^T.
[[nodiscard]] Symmetric3 about_axis(double along, double across, const Vector3& n) noexcept;

/// R M R^T: the tensor of a body that was turned by R (columns of R: where its x, y, z axes point to).
[[nodiscard]] Symmetric3 rotated(const Symmetric3& m, const Matrix3& rotation) noexcept;

}  // namespace surefoot::physics
