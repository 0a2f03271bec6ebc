// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/coil.hpp>
#include <surefoot/base/types.hpp>
#include <surefoot/physics/vector3.hpp>

#include <span>

namespace surefoot::physics {

/// The magnetic field of a winding at one place, per ampere, and how it changes with the place.
///
/// Units     h: A/m per A, that is 1/m; gradient: 1/m^2, element (i, j) = d h_i / d x_j at 3 i + j. Symmetric and without
///           trace up to rounding, as of any static field outside its currents.
struct CoilField {
  Vector3 h{};
  Matrix3 gradient{};
};

/// Field per ampere of a winding at `place_m`, in the frame of the winding's own coordinates.
///
///   circle    rho, z about the axis, R radius, x0 = z^2 + (R + rho)^2, m = 4 R rho / x0, q^2 = 1 - m, K, s below:
///             H_rho = 4 R^2 rho z S / (pi x0^(5/2) q^2),  S = K (1/2 + m s - 2 s)
///             H_z   = K R^2 (z^2 + R^2 - rho^2 + 8 rho^2 s (z^2 + rho^2 - R^2) / x0) / (pi x0^(5/2) q^2)
///             K the complete elliptic integral and s = sum over n >= 1 of 2^(n-1) c_n^2 / m^2, both from one arithmetic-
///             geometric mean of 1 and q, with c_1 / m = 1 / (2 + 2 q) and c_(n+1) = c_n^2 / (4 a_(n+1))
///   polygon   sum over the sides, r1, r2 from the two ends of a side to the place:
///             H = (r1 x r2) (r1 + r2) / (4 pi r1 r2 (r1 r2 + r1 . r2))
///
/// Units     metres; the result is per ampere and holds the turns.
/// Exact     circle: <= 2e-15 relative to |H| off the wire, on the axis, far away; at a distance d from the wire the rounding of
///           the place itself asks for another 1e-16 R / d. Polygon: <= 1e-15 of the largest contribution of a side; far away
///           (distance r, sides L) the sides cancel and 1e-16 r / L of it is left.
/// Edges     exactly on the wire no field exists: NaN, in each component. A place that is not finite: not finite. On the line
///           beyond the end of a side: its contribution is zero, as it must be.
/// Cost      circle 0.07 us, polygon 25 ns a side; with gradient 0.13 us and 40 ns (bench/physics/loop_bench.cpp); no memory.
/// Not       the field inside a thick winding: wires have no thickness here. A quasi-static field: no displacement current.
/// @source   circle: complete elliptic integrals by the arithmetic-geometric mean, Abramowitz and Stegun 17.6, in an
///           arrangement without differences of nearly equal numbers (our own), equivalent to the cel form of Ortner et al.,
///           Magnetism 3(1), 2023; polygon: Hanson and Hirshman, Phys. Plasmas 9, 2002
[[nodiscard]] Vector3 field_of(const Coil& coil, const Vector3& place_m) noexcept;

/// The same with its analytic gradient. Units, edges as field_of.
///
/// Exact     relative to the largest element: circle <= 1e-14, polygon <= 1e-14 of the largest contribution of a side.
[[nodiscard]] CoilField field_and_gradient_of(const Coil& coil, const Vector3& place_m) noexcept;

/// Vector potential of a winding, mu0 included: B = curl A.
///
///   circle    A_phi = 8 mu0 R^2 rho K s / (pi x0^(3/2))
///   polygon   A = mu0 / (4 pi) sum of e ln((r1 + r2 + L) / (r1 + r2 - L)), e the direction of a side
///
/// Units     Wb/m per A (V s / (A m)).
/// Exact     circle <= 2e-15 relative everywhere off the wire, also near and on the axis, where it goes to zero as rho.
/// Edges     on the wire not finite.
/// @source   as field_of
[[nodiscard]] Vector3 vector_potential_of(const Coil& coil, const Vector3& place_m) noexcept;

/// Turns times area times direction of a winding: its dipole moment per ampere, in m^2. Polygon: half the sum of c_i x c_(i+1).
[[nodiscard]] Vector3 moment_of(const Coil& coil) noexcept;

/// Where a small winding would be if it were a point: centre of a circle, mean of a polygon's corners.
[[nodiscard]] Vector3 centre_of(const Coil& coil) noexcept;

/// A rectangle in the plane z = centre z: sides along x and y, current right-handed about +z.
[[nodiscard]] Coil rectangle(const Vector3& centre_m, double side_x_m, double side_y_m, double turns = 1.0) noexcept;

}  // namespace surefoot::physics
