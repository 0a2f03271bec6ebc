// SPDX-License-Identifier: MIT
#include <surefoot/physics/loop.hpp>
#include <surefoot/physics/mutual.hpp>

#include "physics/support/golden.hpp"
#include "physics/support/long_double.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdio>
#include <numbers>

namespace surefoot::physics {
namespace {

using test::Long;

Coil circle(double radius, Vector3 centre, Vector3 axis = {0.0, 0.0, 1.0}, double turns = 1.0) {
  Coil coil;
  coil.radius_m = radius;
  coil.centre_m = centre;
  coil.axis = (1.0 / norm(axis)) * axis;
  coil.turns = turns;
  return coil;
}

/// Neumann's double integral for two circles about one axis, by the trapezoid rule in long double.
double neumann(double a, double b, double d) {
  Long sum = 0.0L;
  const int n = 20000;
  for (int i = 0; i < n; ++i) {
    const Long c = std::cos(2.0L * test::long_pi * static_cast<Long>(i) / static_cast<Long>(n));
    const Long gap = static_cast<Long>(a) - b;
    const Long r2 = gap * gap + 2.0L * static_cast<Long>(a) * b * (1.0L - c) + static_cast<Long>(d) * d;
    sum += static_cast<Long>(a) * b * c / std::sqrt(r2);
  }
  return static_cast<double>(1e-7L * 2.0L * test::long_pi * sum * 2.0L * test::long_pi / static_cast<Long>(n));
}

TEST(Mutual, CoaxialCirclesAreNeumannsIntegral) {
  for (const auto& [a, b, d] : {std::array{0.1, 0.2, 0.05}, std::array{0.3, 0.3, 0.01}, std::array{0.01, 0.5, 2.0},
                                std::array{0.1, 0.1, 0.0123}}) {
    const double truth = neumann(a, b, d);
    EXPECT_NEAR(coaxial_mutual_inductance(a, b, d) / truth, 1.0, 3e-15 * (1.0 + d * d / (a * b) * 1e-2))
        << a << " " << b;
    EXPECT_NEAR(mutual_inductance(circle(a, {}), circle(b, {0.0, 0.0, d})) / truth, 1.0, 1e-12);
  }
  // From afar: mu0 pi a^2 b^2 / (2 d^3), where Maxwell's bracket has lost everything.
  EXPECT_NEAR(coaxial_mutual_inductance(0.1, 0.1, 1e5) / (vacuum_permeability * std::numbers::pi * 1e-4 / 2e15), 1.0,
              1e-10);
  EXPECT_TRUE(std::isnan(coaxial_mutual_inductance(0.1, 0.1, 0.0)));
}

TEST(Mutual, IsTheSameBothWaysAndTheFlux) {
  const Coil tilted = circle(0.05, {0.1, 0.02, -0.1}, {0.3, -0.2, 0.9}, 7.0);
  const Coil square = rectangle({0.02, -0.03, 0.0}, 0.3, 0.2, 20.0);
  const double m = mutual_inductance(square, tilted);
  EXPECT_NEAR(mutual_inductance(tilted, square) / m, 1.0, 1e-12);
  // Flux of the square's field through the disc, Gauss along the radius and the trapezoid rule round.
  const auto nodes = test::gauss_nodes(24);
  const Vector3 n = tilted.axis;
  Vector3 u = cross(n, {0.0, 1.0, 0.0});
  u = (1.0 / norm(u)) * u;
  const Vector3 v = cross(n, u);
  double flux = 0.0;
  for (const auto& node : nodes)
    for (int i = 0; i < 64; ++i) {
      const double r = 0.05 * static_cast<double>(node.x);
      const double angle = 2.0 * std::numbers::pi * i / 64.0;
      const Vector3 place = tilted.centre_m + (r * std::cos(angle)) * u + (r * std::sin(angle)) * v;
      flux +=
          dot(field_of(square, place), n) * r * 0.05 * static_cast<double>(node.weight) * 2.0 * std::numbers::pi / 64.0;
    }
  EXPECT_NEAR(vacuum_permeability * 7.0 * flux / m, 1.0, 1e-12);
}

// Two equal squares above each other, the closed form of Neumann's integral over parallel sides.
TEST(Mutual, ParallelSquares) {
  const double s = 0.4;
  for (const double d : {1e-3, 0.1, 1.0}) {
    const double near = std::hypot(s, d);
    const double far = std::sqrt(2.0 * s * s + d * d);
    const double truth = 2.0 * vacuum_permeability / std::numbers::pi *
                         (s * std::log((s + near) * near / ((s + far) * d)) + far - 2.0 * near + d);
    EXPECT_NEAR(mutual_inductance(rectangle({}, s, s), rectangle({0.0, 0.0, d}, s, s)) / truth, 1.0, 1e-11) << d;
  }
  EXPECT_NEAR(
      mutual_inductance(circle(0.1, {}), circle(0.1, {0.0, 0.0, 1e-4})) / coaxial_mutual_inductance(0.1, 0.1, 1e-4),
      1.0, 1e-9);
}

TEST(Mutual, TouchingWindingsAreNotFinite) {
  EXPECT_FALSE(std::isfinite(mutual_inductance(circle(0.1, {}), circle(0.1, {}))));
}

TEST(MutualGolden, Coaxial) {
  SUREFOOT_GOLDEN_OR_SKIP();
  const auto rows = test::golden_rows("mutual_coaxial_circular.csv");
  ASSERT_EQ(rows.size(), 6U);
  for (const auto& row : rows) {
    const double a = row["a_m"];
    const double b = row["b_m"];
    const double d = row["d_m"];
    EXPECT_NEAR(coaxial_mutual_inductance(a, b, d) / row["M_H"], 1.0, 2e-15) << row.text("d_m");
    EXPECT_NEAR(mutual_inductance(circle(a, {}), circle(b, {0.0, 0.0, d})) / row["M_H"], 1.0, 1e-12) << row.text("d_m");
  }
}

}  // namespace
}  // namespace surefoot::physics
