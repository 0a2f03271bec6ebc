// SPDX-License-Identifier: MIT
#include <surefoot/physics/loop.hpp>

#include "circle.hpp"
#include "elementary.hpp"

#include <cmath>
#include <limits>
#include <numbers>

namespace surefoot::physics {
namespace {

constexpr double pi = std::numbers::pi;
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// The place as a circle sees it: along its axis, and the part across it.
struct Seen {
  Vector3 across{};
  double z = 0.0;
  double rho = 0.0;
};

Seen seen_from(const Coil& coil, const Vector3& place) noexcept {
  const Vector3 r = place - coil.centre_m;
  Seen s;
  s.z = dot(r, coil.axis);
  s.across = r - s.z * coil.axis;
  s.rho = norm(s.across);
  return s;
}

/// What the field and its gradient have in common.
struct Circle {
  Seen seen;
  CompleteElliptic e;
  double scale = 0.0;   ///< turns R^2 / (pi x0^(5/2) q^2)
  double radial = 0.0;  ///< H_rho / rho
  double axial = 0.0;   ///< H_z
  double outer = 0.0;   ///< 8 rho^2 s / x0
  double f = 0.0;       ///< z^2 + rho^2 - R^2
  double g = 0.0;       ///< z^2 + R^2 - rho^2
};

Circle circle_at(const Coil& coil, const Vector3& place) noexcept {
  Circle c;
  c.seen = seen_from(coil, place);
  const double radius = coil.radius_m;
  const double z = c.seen.z;
  const double rho = c.seen.rho;
  c.e = complete_elliptic(radius, rho, z);
  const double between = (radius - rho) * (radius + rho);
  c.f = z * z - between;
  c.g = z * z + between;
  c.outer = 8.0 * rho * rho * c.e.s / c.e.x0;
  c.scale = coil.turns * radius * radius / (pi * c.e.x0 * c.e.x0 * std::sqrt(c.e.x0) * c.e.q2);
  c.radial = 4.0 * c.scale * z * c.e.b;
  c.axial = c.scale * c.e.k * (c.g + c.outer * c.f);
  return c;
}

/// H = radial * across + axial * axis.
Vector3 field_of(const Circle& c, const Coil& coil) noexcept { return c.radial * c.seen.across + c.axial * coil.axis; }

CoilField circle_gradient(const Coil& coil, const Vector3& place) noexcept {
  const Circle c = circle_at(coil, place);
  const double radius = coil.radius_m;
  const double z = c.seen.z;
  const double rho = c.seen.rho;
  const double per = 1.0 / (c.e.x0 * c.e.q2);
  const double u = radius - rho;
  const double w = u + 2.0 * c.e.q2 * (radius + rho);
  // d H_z / d z; (d H_z / d rho) / rho, which by the curl is (d H_rho / d z) / rho.
  const double zz = -c.scale * z * c.e.k * per * (3.0 * c.g - 2.0 * rho * w + c.outer * (c.f - 2.0 * radius * w));
  const double zr = 4.0 * c.scale * per * (u * u * c.e.b - z * z * (c.e.m * c.e.b + 3.0 * c.e.q2 * c.e.d));
  // By the divergence d H_rho / d rho = -zz - radial; across the axis the field is round.
  const double rr = -zz - c.radial;
  const Vector3 e = rho > 0.0 ? (1.0 / rho) * c.seen.across : Vector3{};
  const Vector3& n = coil.axis;
  CoilField out;
  out.h = field_of(c, coil);
  for (std::size_t i = 0; i < 3; ++i)
    for (std::size_t j = 0; j < 3; ++j) {
      const double one = i == j ? 1.0 : 0.0;
      out.gradient[3 * i + j] = c.radial * (one - n[i] * n[j]) + (rr - c.radial) * e[i] * e[j] + zz * n[i] * n[j] +
                                zr * (n[i] * c.seen.across[j] + c.seen.across[i] * n[j]);
    }
  return out;
}

/// r1 r2 + r1 . r2, without the difference where a place lies beside a side.
double opening(double product, double along, double cross2) noexcept {
  return along < 0.0 ? cross2 / (product - along) : product + along;
}

/// e1 + e2 of a place beside a side, where the two unit vectors nearly cancel: its part across the side from c = d x r, the one
/// along it from what is left of the difference of two cosines.
Vector3 sum_beside(const Vector3& d, const Vector3& c, const Vector3& r1, double l1, const Vector3& r2,
                   double l2) noexcept {
  const double per = 1.0 / dot(d, d);
  const double y1 = dot(r1, d);
  const double y2 = dot(r2, d);
  const double product = l1 * l2;
  const double along = dot(c, c) * per * (y1 - y2) * (y1 + y2) / (product * (y1 * l2 - y2 * l1));
  return (per * (l1 + l2) / product) * cross(c, d) + (per * along) * d;
}

/// Calls side(d, r1, |r1|, r2, |r2|) for each side, d from its first end to its second.
template <class Side>
void each_side(const Coil& coil, const Vector3& place, Side side) noexcept {
  const Index n = coil.n_corners < Coil::max_corners ? coil.n_corners : Coil::max_corners;
  if (n < 2) return;
  const Vector3* first = &coil.corners_m[to_size(n - 1)];
  Vector3 r1 = place - *first;
  double l1 = norm(r1);
  for (Index i = 0; i < n; ++i) {
    const Vector3& second = coil.corners_m[to_size(i)];
    const Vector3 r2 = place - second;
    const double l2 = norm(r2);
    side(second - *first, r1, l1, r2, l2);
    first = &second;
    r1 = r2;
    l1 = l2;
  }
}

/// A side that the place lies on gives 0 / 0, which must not be lost in a component that happens to be zero.
Vector3 all_or_nan(const Vector3& h) noexcept { return std::isnan(h[0] + h[1] + h[2]) ? Vector3{nan, nan, nan} : h; }

Vector3 polygon_field(const Coil& coil, const Vector3& place) noexcept {
  Vector3 sum{};
  each_side(coil, place, [&sum](const Vector3& d, const Vector3& r1, double l1, const Vector3& r2, double l2) noexcept {
    const Vector3 c = cross(d, l1 < l2 ? r1 : r2);
    const double product = l1 * l2;
    const double s = (l1 + l2) / (product * opening(product, dot(r1, r2), dot(c, c)));
    sum = sum + s * c;
  });
  return all_or_nan((coil.turns / (4.0 * pi)) * sum);
}

CoilField polygon_gradient(const Coil& coil, const Vector3& place) noexcept {
  CoilField sum;
  each_side(coil, place, [&sum](const Vector3& d, const Vector3& r1, double l1, const Vector3& r2, double l2) noexcept {
    const Vector3 c = cross(d, l1 < l2 ? r1 : r2);
    const double product = l1 * l2;
    const double length = l1 + l2;
    const double along = dot(r1, r2);
    const double inverse = 1.0 / (product * opening(product, along, dot(c, c)));
    const double s = length * inverse;
    // grad ln s = (e1 + e2) (1/(r1 + r2) - (r1 + r2)/Q) - e1/r1 - e2/r2, Q the opening, e = r / |r|
    const double i1 = l2 / product;
    const double i2 = l1 / product;
    const double both = 1.0 / length - length * inverse * product;
    const Vector3 opened = along < 0.0 ? sum_beside(d, c, r1, l1, r2, l2) : i1 * r1 + i2 * r2;
    const Vector3 g = both * opened - ((i1 * i1) * r1 + (i2 * i2) * r2);
    const Vector3 sc = s * c;
    const Vector3 sd = s * d;
    sum.h = sum.h + sc;
    Matrix3& m = sum.gradient;
    m[0] += sc[0] * g[0];
    m[1] += sc[0] * g[1] - sd[2];
    m[2] += sc[0] * g[2] + sd[1];
    m[3] += sc[1] * g[0] + sd[2];
    m[4] += sc[1] * g[1];
    m[5] += sc[1] * g[2] - sd[0];
    m[6] += sc[2] * g[0] - sd[1];
    m[7] += sc[2] * g[1] + sd[0];
    m[8] += sc[2] * g[2];
  });
  const double scale = coil.turns / (4.0 * pi);
  sum.h = all_or_nan(scale * sum.h);
  const bool broken = std::isnan(sum.h[0]);
  for (double& x : sum.gradient) x = broken ? nan : scale * x;
  return sum;
}

}  // namespace

Vector3 field_of(const Coil& coil, const Vector3& place_m) noexcept {
  if (coil.shape == CoilShape::polygon) return polygon_field(coil, place_m);
  return field_of(circle_at(coil, place_m), coil);
}

CoilField field_and_gradient_of(const Coil& coil, const Vector3& place_m) noexcept {
  return coil.shape == CoilShape::polygon ? polygon_gradient(coil, place_m) : circle_gradient(coil, place_m);
}

Vector3 vector_potential_of(const Coil& coil, const Vector3& place_m) noexcept {
  if (coil.shape == CoilShape::polygon) {
    Vector3 sum{};
    each_side(coil, place_m,
              [&sum](const Vector3& d, const Vector3& r1, double l1, const Vector3& r2, double l2) noexcept {
                const double length = norm(d);
                if (!(length > 0.0)) return;
                // r1 + r2 - L = 2 Q / (r1 + r2 + L), Q = |d x r|^2 / (r1 r2 - r1 . r2) beside the side
                const Vector3 c = cross(d, l1 < l2 ? r1 : r2);
                const double all = l1 + l2 + length;
                const double excess = 2.0 * opening(l1 * l2, dot(r1, r2), dot(c, c)) / all;
                sum = sum + (physics::log1p(2.0 * length / excess) / length) * d;
              });
    return (1e-7 * coil.turns) * sum;
  }
  const Seen s = seen_from(coil, place_m);
  const double radius = coil.radius_m;
  const CompleteElliptic e = complete_elliptic(radius, s.rho, s.z);
  const double scale =
      8.0 * vacuum_permeability * coil.turns * radius * radius * e.k * e.s / (pi * e.x0 * std::sqrt(e.x0));
  return scale * cross(coil.axis, s.across);
}

Vector3 moment_of(const Coil& coil) noexcept {
  if (coil.shape == CoilShape::circle) return (coil.turns * pi * coil.radius_m * coil.radius_m) * coil.axis;
  // About the first corner: the area does not depend on the origin, its rounding does.
  Vector3 sum{};
  for (Index i = 1; i + 1 < coil.n_corners && i + 1 < Coil::max_corners; ++i)
    sum =
        sum + cross(coil.corners_m[to_size(i)] - coil.corners_m[0], coil.corners_m[to_size(i + 1)] - coil.corners_m[0]);
  return (0.5 * coil.turns) * sum;
}

Vector3 centre_of(const Coil& coil) noexcept {
  if (coil.shape == CoilShape::circle) return coil.centre_m;
  Vector3 sum{};
  const Index n = coil.n_corners < Coil::max_corners ? coil.n_corners : Coil::max_corners;
  for (Index i = 0; i < n; ++i) sum = sum + coil.corners_m[to_size(i)];
  return n > 0 ? (1.0 / static_cast<double>(n)) * sum : sum;
}

Coil rectangle(const Vector3& centre_m, double side_x_m, double side_y_m, double turns) noexcept {
  Coil coil;
  coil.shape = CoilShape::polygon;
  coil.centre_m = centre_m;
  coil.turns = turns;
  coil.n_corners = 4;
  const double x = 0.5 * side_x_m;
  const double y = 0.5 * side_y_m;
  coil.corners_m[0] = centre_m + Vector3{x, y, 0.0};
  coil.corners_m[1] = centre_m + Vector3{-x, y, 0.0};
  coil.corners_m[2] = centre_m + Vector3{-x, -y, 0.0};
  coil.corners_m[3] = centre_m + Vector3{x, -y, 0.0};
  return coil;
}

}  // namespace surefoot::physics
