// SPDX-License-Identifier: MIT
#include <surefoot/physics/loop.hpp>

#include "physics/support/golden.hpp"
#include "physics/support/long_double.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdio>
#include <limits>
#include <numbers>

namespace surefoot::physics {
namespace {

using test::biot_savart;
using test::BiotSavart;
using test::Long;

constexpr double pi = std::numbers::pi;

Coil circle(double radius, Vector3 centre = {}, Vector3 axis = {0.0, 0.0, 1.0}, double turns = 1.0) {
  Coil coil;
  coil.radius_m = radius;
  coil.centre_m = centre;
  const double length = norm(axis);
  coil.axis = (1.0 / length) * axis;
  coil.turns = turns;
  return coil;
}

/// Largest difference relative to the largest element.
template <class Ours, class Theirs>
double error_of(const Ours& ours, const Theirs& theirs, double at_least = 0.0) {
  Long largest = at_least;
  Long worst = 0.0L;
  for (std::size_t i = 0; i < ours.size(); ++i) {
    largest = std::max(largest, std::fabs(static_cast<Long>(theirs[i])));
    const Long difference = std::fabs(static_cast<Long>(ours[i]) - static_cast<Long>(theirs[i]));
    worst = difference <= worst ? worst : difference;
  }
  return static_cast<double>(largest > 0.0L ? worst / largest : worst);
}

TEST(Loop, CircleIsTheSumOfItsPieces) {
  const double radius = 0.15;
  const Coil coil = circle(radius, {0.3, -0.2, 0.1}, {0.4, -0.5, 0.8}, 3.0);
  const Coil flat = circle(radius, {}, {0.0, 0.0, 1.0}, -2.0);
  for (const Coil& c : {coil, flat})
    for (const double rho : {0.0, 1e-12, 1e-7, 1e-3, 0.05, 0.1, 0.14, 0.1499, 0.1501, 0.16, 0.3, 1.0, 20.0})
      for (const double z : {-0.3, -0.01, 0.0, 1e-6, 2e-3, 0.07, 0.15, 1.0, 30.0}) {
        const Vector3 u =
            c.axis[2] == 1.0 ? Vector3{0.6, 0.8, 0.0} : Vector3{0.5 / std::sqrt(0.41), 0.4 / std::sqrt(0.41), 0.0};
        const Vector3 place = c.centre_m + rho * u + z * c.axis;
        const double gap = std::hypot(rho - radius, z);
        const BiotSavart truth = biot_savart(c, place, gap < 1e-3 ? 80000 : gap < 0.02 ? 8000 : 800);
        const CoilField ours = field_and_gradient_of(c, place);
        // Near the wire the place itself is rounded: 2^-52 of the radius over the gap.
        const double rounding = 2e-16 * (std::hypot(rho, z) + 0.4) / gap;
        EXPECT_LT(error_of(ours.h, truth.h), 2e-15 + rounding) << rho << " " << z;
        EXPECT_LT(error_of(field_of(c, place), truth.h), 2e-15 + rounding) << rho << " " << z;
        EXPECT_LT(error_of(ours.gradient, truth.gradient, norm(ours.h)), 1e-14 + 4.0 * rounding) << rho << " " << z;
        const Vector3 a = vector_potential_of(c, place);
        std::array<Long, 3> potential{};
        for (std::size_t i = 0; i < 3; ++i) potential[i] = 4e-7L * test::long_pi * truth.a[i];
        if (rho > 1e-4) {
          EXPECT_LT(error_of(a, potential), 3e-15 + rounding * (1.0 + gap / rho)) << rho << " " << z;
        }
      }
}

TEST(Loop, CircleOnItsAxisAndFromAfar) {
  const double radius = 0.2;
  const Coil coil = circle(radius);
  for (const double z : {0.0, 1e-9, 0.1, 0.2, 3.0, 1e4}) {
    const double r2 = radius * radius + z * z;
    const CoilField f = field_and_gradient_of(coil, {0.0, 0.0, z});
    const double h = radius * radius / (2.0 * r2 * std::sqrt(r2));
    EXPECT_NEAR(f.h[2], h, 1e-15 * h);
    EXPECT_EQ(f.h[0], 0.0);
    const double slope = -3.0 * z / r2 * h;
    EXPECT_NEAR(f.gradient[8], slope, 2e-15 * std::fabs(slope));
    EXPECT_NEAR(f.gradient[0], -0.5 * slope, 2e-15 * std::fabs(slope));
    EXPECT_NEAR(f.gradient[4], -0.5 * slope, 2e-15 * std::fabs(slope));
    EXPECT_EQ(f.gradient[1], 0.0);
  }
  EXPECT_NEAR(field_of(coil, {})[2], 1.0 / (2.0 * radius), 1e-16 / radius);
  // The dipole: what a circle is from afar, to (R/r)^2.
  const Vector3 place{3e3, -2e3, 4e3};
  const double r = norm(place);
  const double p = pi * radius * radius;
  const Vector3 h = field_of(coil, place);
  for (std::size_t i = 0; i < 3; ++i) {
    const double dipole = p * (3.0 * place[2] * place[i] / (r * r) - (i == 2 ? 1.0 : 0.0)) / (4.0 * pi * r * r * r);
    EXPECT_NEAR(h[i], dipole, 2e-8 * std::fabs(dipole));
  }
}

TEST(Loop, PolygonIsTheSumOfItsPieces) {
  Coil bent;
  bent.shape = CoilShape::polygon;
  bent.n_corners = 5;
  bent.corners_m = {
      Vector3{0.2, 0.0, 0.0}, {0.1, 0.25, 0.05}, {-0.15, 0.2, -0.02}, {-0.2, -0.1, 0.0}, {0.05, -0.2, 0.1}};
  bent.turns = 12.0;
  const Coil square = rectangle({}, 0.35, 0.35);
  for (const Coil& c : {bent, square})
    for (const Vector3& place : {Vector3{0.0, 0.0, 0.0},
                                 {0.01, 0.02, -0.3},
                                 {0.4, 0.3, 0.01},
                                 {0.175, 0.1, 0.001},
                                 {0.1751, 0.05, 0.0},
                                 {0.175 - 1e-5, -0.02, 0.0},
                                 {0.175, 0.6, 0.0},
                                 {0.17, 0.17, 0.0},
                                 {1.0, -2.0, 1.5}}) {
      const BiotSavart truth = biot_savart(c, place, 0);
      const CoilField ours = field_and_gradient_of(c, place);
      const double cancels = 1.0 + 20.0 * norm(place);
      EXPECT_LT(error_of(ours.h, truth.h), 2e-15 * cancels) << place[0] << " " << place[1] << " " << place[2];
      EXPECT_LT(error_of(field_of(c, place), truth.h), 2e-15 * cancels) << place[0] << " " << place[1];
      EXPECT_LT(error_of(ours.gradient, truth.gradient, norm(ours.h)), 1e-14 * cancels) << place[0] << " " << place[1];
      std::array<Long, 3> potential{};
      for (std::size_t i = 0; i < 3; ++i) potential[i] = 4e-7L * test::long_pi * truth.a[i];
      Long largest = 0.0L;
      for (const Long x : potential) largest = std::max(largest, std::fabs(x));
      const Vector3 a = vector_potential_of(c, place);
      for (std::size_t i = 0; i < 3; ++i)
        EXPECT_NEAR(a[i], static_cast<double>(potential[i]),
                    1e-14 * cancels * cancels * static_cast<double>(largest) + 1e-22);
    }
  const double lx = 1.0;
  const double ly = 0.5;
  EXPECT_NEAR(field_of(rectangle({}, lx, ly), {})[2], 2.0 * std::hypot(lx, ly) / (pi * lx * ly), 1e-15);
}

// A static field has neither curl nor divergence outside its currents.
TEST(Loop, GradientIsSymmetricWithoutTrace) {
  const Coil round = circle(0.1, {0.0, 0.1, 0.0}, {1.0, 2.0, 3.0});
  for (const Coil& c : {round, rectangle({0.1, 0.0, 0.0}, 0.3, 0.2, 5.0)})
    for (const Vector3& place : {Vector3{0.03, 0.05, 0.07}, {0.2, -0.3, -0.4}, {0.0, 0.0, 1e-4}}) {
      const Matrix3 g = field_and_gradient_of(c, place).gradient;
      double largest = 0.0;
      for (const double x : g) largest = std::max(largest, std::fabs(x));
      EXPECT_LT(std::fabs(g[0] + g[4] + g[8]), 1e-14 * largest);
      EXPECT_LT(std::fabs(g[1] - g[3]), 1e-14 * largest);
      EXPECT_LT(std::fabs(g[2] - g[6]), 1e-14 * largest);
      EXPECT_LT(std::fabs(g[5] - g[7]), 1e-14 * largest);
    }
}

TEST(Loop, OnTheWireThereIsNoField) {
  const Coil round = circle(0.25);
  const Coil square = rectangle({}, 0.5, 0.5);
  const auto all_nan = [](const auto& values) {
    return std::all_of(values.begin(), values.end(), [](double x) { return std::isnan(x); });
  };
  for (const Vector3& place : {Vector3{0.25, 0.0, 0.0}, {0.0, -0.25, 0.0}}) {
    EXPECT_TRUE(all_nan(field_of(round, place)));
    EXPECT_TRUE(all_nan(field_and_gradient_of(round, place).gradient));
    EXPECT_TRUE(all_nan(field_of(square, place)));
    EXPECT_TRUE(all_nan(field_and_gradient_of(square, place).h));
    EXPECT_TRUE(all_nan(field_and_gradient_of(square, place).gradient));
  }
  EXPECT_TRUE(all_nan(field_of(square, {0.25, 0.25, 0.0})));  // a corner
  // Beyond the end of a side: the side gives nothing, the others do.
  const Vector3 beyond = field_of(square, {0.25, 0.6, 0.0});
  EXPECT_TRUE(std::isfinite(beyond[2]));
  EXPECT_LT(beyond[2], 0.0);
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_TRUE(std::isnan(field_of(round, {nan, 0.0, 0.0})[2]));
  EXPECT_TRUE(std::isnan(field_of(square, {nan, 0.0, 0.0})[2]));
  EXPECT_TRUE(std::isnan(field_and_gradient_of(round, {0.0, nan, 0.0}).gradient[0]));
}

TEST(Loop, MomentAndCentreOfSmallWindings) {
  const Coil square = rectangle({0.1, 0.2, 0.3}, 0.08, 0.05, 10.0);
  const Vector3 moment = moment_of(square);
  EXPECT_NEAR(moment[2], 0.04, 1e-16);
  EXPECT_NEAR(moment[0], 0.0, 1e-16);
  EXPECT_NEAR(centre_of(square)[1], 0.2, 1e-16);
  const Coil round = circle(0.05, {1.0, 2.0, 3.0}, {1.0, 0.0, 0.0}, -4.0);
  EXPECT_NEAR(moment_of(round)[0], -0.01 * pi, 1e-16);
  EXPECT_EQ(centre_of(round)[2], 3.0);
}

TEST(LoopGolden, Circle) {
  SUREFOOT_GOLDEN_OR_SKIP();
  const auto rows = test::golden_rows("loop_circular_H.csv");
  ASSERT_GT(rows.size(), 100U);
  double worst = 0.0;
  for (const auto& row : rows) {
    const Vector3 h = field_of(circle(row["loop_radius_m"]), {row["rho_m"], 0.0, row["z_m"]});
    const double gap = std::hypot(row["rho_m"] - row["loop_radius_m"], row["z_m"]);
    const double hr = row["Hrho_A_per_m"];
    const double hz = row["Hz_A_per_m"];
    const double error = std::max(std::fabs(h[0] - hr), std::fabs(h[2] - hz)) / std::hypot(hr, hz);
    EXPECT_LT(error, 1e-15 + 2e-16 * row["loop_radius_m"] / gap) << row.text("rho_m") << " " << row.text("z_m");
    // Each component on its own where neither is a small difference.
    if (hr != 0.0 && gap > 1e-3) {
      EXPECT_NEAR(h[0] / hr, 1.0, 4e-15) << row.text("rho_m") << " " << row.text("z_m");
    }
    worst = std::max(worst, error);
  }
  std::printf("circle against golden: worst %.2g\n", worst);
}

TEST(LoopGolden, Rectangle) {
  SUREFOOT_GOLDEN_OR_SKIP();
  const auto rows = test::golden_rows("loop_rectangular_H.csv");
  ASSERT_GT(rows.size(), 20U);
  double worst = 0.0;
  for (const auto& row : rows) {
    const Vector3 place{row["x_m"], row["y_m"], row["z_m"]};
    const Vector3 h = field_of(rectangle({}, row["Lx_m"], row["Ly_m"]), place);
    const Vector3 truth{row["Hx_A_per_m"], row["Hy_A_per_m"], row["Hz_A_per_m"]};
    const double cancels = 1.0 + norm(place) / row["Ly_m"];
    EXPECT_LT(error_of(h, truth), 1e-15 * cancels * cancels) << row.text("Lx_m") << " " << row.text("x_m");
    worst = std::max(worst, error_of(h, truth) / cancels);
  }
  std::printf("rectangle against golden: worst %.2g of a side's part\n", worst);
}

}  // namespace
}  // namespace surefoot::physics
