// SPDX-License-Identifier: MIT
#include <surefoot/physics/sphere.hpp>
#include <surefoot/physics/spheroid.hpp>

#include "physics/support/long_double.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <complex>
#include <cstddef>
#include <numbers>
#include <vector>

namespace surefoot::physics {
namespace {

using test::Long;

/// N by its integral in long double: (a a c / 2) int_0^inf ds / ((s + p^2) sqrt(...)), s = u^2 / (1 - u)^2 on a graded mesh.
Demagnetising by_quadrature(double aspect) {
  static const std::vector<test::Node> nodes = test::gauss_nodes(30);
  const Long c = aspect;
  Long along = 0.0L;
  Long across = 0.0L;
  // s = e^v
  const Long low = 2.0L * std::log(std::min(c, 1.0L)) - 90.0L;
  const Long high = 2.0L * std::log(std::max(c, 1.0L)) + 60.0L;
  const int n_pieces = 150;
  for (int i = 0; i < n_pieces; ++i)
    for (const test::Node& node : nodes) {
      const Long width = (high - low) / static_cast<Long>(n_pieces);
      const Long s = std::exp(low + width * (static_cast<Long>(i) + node.x));
      const Long weight = 0.5L * c * s * width * node.weight / (std::sqrt(s + c * c) * (s + 1.0L));
      along += weight / (s + c * c);
      across += weight / (s + 1.0L);
    }
  return {static_cast<double>(along), static_cast<double>(across)};
}

TEST(Spheroid, DemagnetisingFactorsAreTheIntegral) {
  for (const double e : {1e-6, 1e-3, 0.1, 0.5, 0.83, 0.84, 0.95, 0.999, 1.0 - 1e-9, 1.0, 1.0 + 1e-12, 1.001, 1.1, 1.14,
                         1.141, 2.0, 10.0, 1e3, 1e6}) {
    const Demagnetising ours = demagnetising(e);
    const Demagnetising truth = by_quadrature(e);
    EXPECT_NEAR(ours.along / truth.along, 1.0, 4e-15) << e;
    EXPECT_NEAR(ours.across / truth.across, 1.0, 4e-15) << e;
    EXPECT_NEAR(ours.along + 2.0 * ours.across, 1.0, 2e-15) << e;
  }
  EXPECT_NEAR(demagnetising(1.0).along, 1.0 / 3.0, 1e-16);
  EXPECT_EQ(demagnetising(0.0).along, 1.0);
  EXPECT_TRUE(std::isnan(demagnetising(std::nan("")).across));
  EXPECT_GE(demagnetising(1e150).along, 0.0);
}

TEST(Spheroid, OfEqualAxesIsASphere) {
  for (const double mu_r : {1.0, 20.0}) {
    const Sphere sphere{0.015, 5e6, mu_r};
    const Spheroid same{0.015, 0.015, 5e6, mu_r};
    for (const double omega : {1e1, 1e3, 1e5, 1e7}) {
      const std::complex<double> truth = volume_m3(sphere) * sphere_chi(sphere, omega);
      for (const std::complex<double>& m : spheroid_polarizability(same, omega))
        EXPECT_LT(std::abs(m - truth), 3e-15 * std::abs(truth) + 1e-15 * volume_m3(sphere));
    }
  }
}

// Limits from F5, written out, and the first order: the loss of the currents of a uniform field, summed over the body.
TEST(Spheroid, LimitsAndFirstOrder) {
  for (const double mu_r : {1.0, 3.0, 150.0})
    for (const double aspect : {0.2, 0.9, 4.0}) {
      const double a = 0.01;
      const double c = aspect * a;
      const double sigma = 3e6;
      const Spheroid s{a, c, sigma, mu_r};
      const double volume = 4.0 / 3.0 * std::numbers::pi * a * a * c;
      const Demagnetising n = by_quadrature(aspect);
      const auto still = spheroid_polarizability(s, 0.0);
      const auto fast = spheroid_polarizability(s, 1e30);
      EXPECT_NEAR(still[0].real(), volume * (mu_r - 1.0) / (1.0 + n.along * (mu_r - 1.0)), 1e-14 * volume * mu_r);
      EXPECT_NEAR(still[1].real(), volume * (mu_r - 1.0) / (1.0 + n.across * (mu_r - 1.0)), 1e-14 * volume * mu_r);
      EXPECT_NEAR(fast[0].real(), -volume / (1.0 - n.along), 1e-9 * volume);
      EXPECT_NEAR(fast[1].real(), -volume / (1.0 - n.across), 1e-9 * volume);
      // E of a uniform B along z: B (-y, x, 0)/2; along x: B (0, -z b^2, y c^2)/(b^2 + c^2). Mean squares: a^2/5 and so on.
      const double omega = 1e-3;
      const double field[2] = {mu_r / (1.0 + n.along * (mu_r - 1.0)), mu_r / (1.0 + n.across * (mu_r - 1.0))};
      const double e2[2] = {(a * a + a * a) / 20.0,
                            (c * c * std::pow(a, 4) + a * a * std::pow(c, 4)) / 5.0 / std::pow(a * a + c * c, 2)};
      const auto slow = spheroid_polarizability(s, omega);
      for (std::size_t i = 0; i < 2; ++i) {
        // loss = sigma |E|^2 V / 2 with E = w mu0 field H e; -Im M = loss / (w mu0 H^2 / 2)
        const double loss = omega * vacuum_permeability * sigma * field[i] * field[i] * e2[i] * volume;
        EXPECT_NEAR(slow[i].imag() / -loss, 1.0, 1e-9) << mu_r << " " << aspect << " " << i;
      }
    }
}

TEST(Spheroid, ModesAreTheSameInFrequency) {
  const Spheroid s{0.01, 0.03, 4e6, 80.0};
  const SpheroidAxes axes = spheroid_axes(s);
  std::vector<Mode> modes(3000);
  for (const std::size_t i : {0U, 1U}) {
    const PrincipalAxis& axis = i == 0 ? axes.along : axes.across;
    spheroid_modes(s, axis, modes);
    for (const double omega : {1e2, 1e4}) {
      const std::complex<double> closed = spheroid_polarizability(s, omega)[i];
      EXPECT_LT(std::abs(response(axis.still_m3, modes, omega) - closed), 1e-7 * std::abs(closed));
    }
  }
}

TEST(Spheroid, TensorsTurnAndRelax) {
  const Vector3 n{2.0 / 3.0, -1.0 / 3.0, 2.0 / 3.0};
  // A rotation that takes z to n: Rodrigues about z x n.
  const double k = 1.0 / (1.0 + n[2]);
  const Matrix3 r{
      1.0 - k * n[0] * n[0], -k * n[0] * n[1], n[0], -k * n[0] * n[1], 1.0 - k * n[1] * n[1], n[1], -n[0], -n[1], n[2]};
  const Symmetric3 turned = rotated({3.0, 0.0, 0.0, 3.0, 0.0, 7.0}, r);
  const Symmetric3 direct = about_axis(7.0, 3.0, n);
  for (std::size_t i = 0; i < 6; ++i) EXPECT_NEAR(turned[i], direct[i], 1e-14);
  // Nine products, one by one, for a tensor without symmetry.
  const Symmetric3 m{1.0, 2.0, 3.0, 4.0, 5.0, 6.0};
  const double full[3][3] = {{1.0, 2.0, 3.0}, {2.0, 4.0, 5.0}, {3.0, 5.0, 6.0}};
  const Symmetric3 ours = rotated(m, r);
  std::size_t at = 0;
  for (std::size_t i = 0; i < 3; ++i)
    for (std::size_t j = i; j < 3; ++j, ++at) {
      double sum = 0.0;
      for (std::size_t p = 0; p < 3; ++p)
        for (std::size_t q = 0; q < 3; ++q) sum += r[3 * i + p] * full[p][q] * r[3 * j + q];
      EXPECT_NEAR(ours[at], sum, 1e-13);
    }
  const std::vector<TensorMode> modes{{about_axis(2.0, 1.0, n), 1e-3}, {about_axis(0.0, 4.0, n), 1e-5}};
  const auto fd = tensor_response(m, modes, 1e3);
  for (std::size_t i = 0; i < 6; ++i) {
    std::complex<double> sum = m[i];
    for (const TensorMode& mode : modes) {
      const std::complex<double> x(0.0, 1e3 * mode.tau_s);
      sum -= mode.amplitude[i] * x / (1.0 + x);
    }
    EXPECT_LT(std::abs(fd[i] - sum), 1e-14);
    EXPECT_NEAR(tensor_step_off(modes, 2e-5)[i],
                modes[0].amplitude[i] * std::exp(-0.02) + modes[1].amplitude[i] * std::exp(-2.0), 1e-14);
  }
}

TEST(Spheroid, DecayCurve) {
  EXPECT_NEAR(value_of({2.0, 1e-4, 1.5, 1e-3}, 4e-4), 2.0 * std::pow(3.0, -1.5) * std::exp(-0.4), 1e-15);
  EXPECT_EQ(value_of({2.0, 1e-4, 1.5, 1e-3}, 0.0), 2.0);
}

}  // namespace
}  // namespace surefoot::physics
