// SPDX-License-Identifier: MIT
#pragma once

#include <cmath>
#include <limits>
#include <numbers>

namespace surefoot::physics {

/// The complete elliptic integrals that a circle of current and a place beside it need, each without a difference that cancels.
///
///   K(m) = k, d = (K - E)/m, b = (B - q^2 d)/m with B = K - d, and s: (K - E)/K = m/2 + m^2 s
///
/// Exact     2e-16 each; towards m = 1 d and b lose a factor K, which is 20 at q = 1e-8.
struct CompleteElliptic {
  double x0 = 0.0;  ///< z^2 + (radius + rho)^2
  double m = 0.0;
  double q2 = 0.0;  ///< 1 - m = (z^2 + (radius - rho)^2) / x0; on the wire NaN, and all that follows from it
  double k = 0.0;
  double d = 0.0;
  double b = 0.0;
  double s = 0.0;
};

inline CompleteElliptic complete_elliptic(double radius, double rho, double z) noexcept {
  CompleteElliptic e;
  const double far = radius + rho;
  const double near = radius - rho;
  e.x0 = z * z + far * far;
  e.m = 4.0 * radius * rho / e.x0;
  e.q2 = (z * z + near * near) / e.x0;
  if (!(e.q2 > 0.0)) e.q2 = std::numeric_limits<double>::quiet_NaN();
  const double q = std::sqrt(e.q2);
  double a = 0.5 * (1.0 + q);
  double b = std::sqrt(q);
  double per_m = 0.25 / a;  // c_n / m
  double c = e.m * per_m;
  double weight = 1.0;
  e.s = per_m * per_m;
  // Quadratic: what is left out is below c^4 / 16 of the sum.
  while (c > 1e-8 * a) {
    const double next = 0.5 * (a + b);
    b = std::sqrt(a * b);
    a = next;
    per_m *= c / (4.0 * a);
    c = e.m * per_m;
    weight *= 2.0;
    e.s += weight * per_m * per_m;
  }
  e.k = std::numbers::pi / (a + b);
  e.d = e.k * (0.5 + e.m * e.s);
  e.b = e.k * (0.5 + e.m * e.s - 2.0 * e.s);
  return e;
}

}  // namespace surefoot::physics
