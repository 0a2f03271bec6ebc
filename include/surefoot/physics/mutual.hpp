// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/coil.hpp>

namespace surefoot::physics {

/// Mutual inductance of two circles about one axis, one turn each:
///
///   M = mu0 sqrt(a b) [(2/k - k) K - (2/k) E],  k^2 = m = 4 a b / x0, x0 = (a + b)^2 + d^2
///
/// computed as 16 mu0 a^2 b^2 K s / x0^(3/2), K and s of loop.hpp, which loses nothing from afar.
///
/// Units     radii and distance in metres; henries.
/// Exact     2e-15 relative.
/// Edges     the same circle (a = b, d = 0): NaN; a wire without thickness has no self-inductance.
/// @source   Maxwell, Treatise, 701; emi.md F6
[[nodiscard]] double coaxial_mutual_inductance(double a_m, double b_m, double distance_m) noexcept;

/// Mutual inductance of two windings of any shape and pose, turns included: the vector potential of the first around the second.
///
/// A circle is gone round by the trapezoid rule, twice as many points until two agree; each side of a polygon by 10-point Gauss
/// rules on halves of halves until two agree.
///
/// Units     henries, signed by the two directions of current.
/// Exact     1e-12 of the sum of what the parts of the second winding give, while the windings are further apart than 1e-3 of
///           their size; closer 1e-9.
/// Edges     windings that touch: not finite, or as large as the rounding of the place makes it.
/// Cost      from 16 (far) to 16384 (close) vector potentials; no memory.
/// @source   Neumann's formula; quadrature our own
[[nodiscard]] double mutual_inductance(const Coil& first, const Coil& second) noexcept;

}  // namespace surefoot::physics
