// SPDX-License-Identifier: MIT
// Defects of other programs that were found by reading or running them, each beside what is right.
#include <surefoot/physics/loop.hpp>
#include <surefoot/physics/relaxation.hpp>
#include <surefoot/physics/soil.hpp>
#include <surefoot/physics/sphere.hpp>

#include "physics/support/long_double.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <complex>
#include <cstddef>
#include <limits>
#include <numbers>
#include <utility>
#include <vector>

namespace surefoot::physics {
namespace {

using test::biot_savart;
using test::Long;

constexpr double pi = std::numbers::pi;

Coil circle(double radius) {
  Coil coil;
  coil.radius_m = radius;
  return coil;
}

// geoana's CircularLoopWholeSpace.vector_potential near the axis: its series divides by (a^2 - 4 z^2) where it should multiply.
TEST(PeerErrors, GeoanaVectorPotentialNearTheAxis) {
  const double a = 0.15;
  const double rho = 1e-4;
  const auto peer = [a, rho](double z) {
    const double r2 = a * a + z * z;
    return vacuum_permeability * a * a * rho / (4.0 * r2 * std::sqrt(r2)) *
           (1.0 + 3.0 * rho * rho / (8.0 * r2 * r2 * (a * a - 4.0 * z * z)));
  };
  const auto error_of = [a, rho](double z, double value) {
    const double truth = static_cast<double>(4e-7L * test::long_pi * biot_savart(circle(a), {rho, 0.0, z}, 2000).a[1]);
    return std::fabs(value / truth - 1.0);
  };
  for (const double z : {0.0751, 0.075 + 1e-9, 0.075}) {
    EXPECT_GT(error_of(z, peer(z)), 0.07) << z;
    EXPECT_LT(error_of(z, vector_potential_of(circle(a), {rho, 0.0, z})[1]), 2e-14) << z;
  }
  EXPECT_GT(error_of(0.075 + 1e-9, peer(0.075 + 1e-9)), 7e3);
  EXPECT_GT(error_of(0.075, peer(0.075)), 7e3);  // infinite where the compiler forms no fused products
}

// The same, released before: K (1 - k^2/2) - E cancels as rho^2, and within 1e-10 m of the axis the answer was zero.
TEST(PeerErrors, GeoanaVectorPotentialByDifference) {
  const double a = 0.5;
  const double rho = 1e-6;
  const double z = 0.1;
  const double k2 = 4.0 * a * rho / ((a + rho) * (a + rho) + z * z);
  const double k = std::sqrt(k2);
  const double peer = vacuum_permeability / (pi * k) * std::sqrt(a / rho) *
                      ((1.0 - 0.5 * k2) * std::comp_ellint_1(k) - std::comp_ellint_2(k));
  const double truth = static_cast<double>(4e-7L * test::long_pi * biot_savart(circle(a), {rho, 0.0, z}, 2000).a[1]);
  EXPECT_GT(std::fabs(peer / truth - 1.0), 1e-7);
  EXPECT_NEAR(vector_potential_of(circle(a), {rho, 0.0, z})[1] / truth, 1.0, 1e-12);  // the sum itself loses a / rho
  const double r = std::hypot(a, z);
  EXPECT_NEAR(
      vector_potential_of(circle(a), {1e-11, 0.0, z})[1] / (vacuum_permeability * a * a * 1e-11 / (4.0 * r * r * r)),
      1.0, 1e-14);
}

// B_rho from K and E: the difference cancels near the axis. geoana, and whoever takes the textbook form.
TEST(PeerErrors, RadialFieldByDifference) {
  const double a = 0.15;
  const double z = 0.1;
  for (const auto& [ratio, peer_error] : {std::pair{7e-5, 1e-9}, std::pair{7e-3, 1e-13}}) {
    const double rho = ratio * a;
    const double q = (1.0 + ratio) * (1.0 + ratio) + z * z / (a * a);
    const double k2 = 4.0 * ratio / q;
    const double peer =
        (z / rho) / (2.0 * a * pi * std::sqrt(q)) *
        (std::comp_ellint_2(std::sqrt(k2)) * (1.0 + ratio * ratio + z * z / (a * a)) / (q - 4.0 * ratio) -
         std::comp_ellint_1(std::sqrt(k2)));
    const auto truth = static_cast<double>(biot_savart(circle(a), {rho, 0.0, z}, 2000).h[0]);
    EXPECT_GT(std::fabs(peer / truth - 1.0), peer_error) << ratio;
    EXPECT_NEAR(field_of(circle(a), {rho, 0.0, z})[0] / truth, 1.0, 2e-15) << ratio;
  }
}

// MPT-Calculator's exact_sphere.py: Bessel functions of order 1/2 from sinh and cosh, which overflow at |a| = 700.
TEST(PeerErrors, SphereByHyperbolicFunctionsOverflows) {
  const Sphere sphere{0.05, 5.96e7, 1.0};
  const auto peer = [&sphere](double omega) {
    const std::complex<double> a = std::sqrt(std::complex<double>(0.0, omega * diffusion_time_s(sphere)));
    const std::complex<double> sinh = std::sinh(a);
    const std::complex<double> cosh = std::cosh(a);
    const std::complex<double> u = sinh - a * cosh;
    const std::complex<double> v = a * a * sinh - a * cosh + sinh;
    return 1.5 * (2.0 * sphere.mu_r * u + v) / (sphere.mu_r * u - v);
  };
  const double fine = 300.0 * 300.0 / diffusion_time_s(sphere);
  EXPECT_LT(std::abs(peer(fine) - sphere_chi(sphere, fine)), 1e-12);
  const double too_high = 1100.0 * 1100.0 / diffusion_time_s(sphere);
  EXPECT_FALSE(std::isfinite(peer(too_high).real()));
  const std::complex<double> ours = sphere_chi(sphere, too_high);
  EXPECT_NEAR(ours.real(), -1.5 + 4.5 / (1100.0 * std::numbers::sqrt2), 1e-14);
  EXPECT_NEAR(ours.imag(), -4.5 / (1100.0 * std::numbers::sqrt2) * (1.0 - std::numbers::sqrt2 / 1100.0), 1e-8);
}

// The modes of a sphere summed from the high-frequency end, -3/2 + sum of A / (1 + i w tau): N modes leave a real offset of
// 9 mu_r / (pi^2 N). From the low end they leave less than 1/N^3.
TEST(PeerErrors, ModesFromTheHighEndLeaveAnOffset) {
  const Sphere sphere{0.01, 4e6, 100.0};
  std::vector<Mode> modes(2000);
  sphere_modes(sphere, modes);
  const double omega = 1e4;
  std::complex<double> peer = -1.5;
  for (const Mode& mode : modes) peer += mode.amplitude / std::complex<double>(1.0, omega * mode.tau_s);
  const std::complex<double> truth = sphere_chi(sphere, omega);
  const double offset = 9.0 * 100.0 / (pi * pi * 2000.0);
  EXPECT_NEAR(truth.real() - peer.real(), offset, 0.05 * offset);
  EXPECT_NEAR(offset, 4.6e-2, 1e-3);
  EXPECT_LT(std::abs(response(static_chi(sphere), modes, omega) - truth), 1e-6);
}

// SimPEG's waveforms.py, StepOff.getLogUniformDecay('h'): M comes with its sign turned, so that what is left after switch-off
// points against the field that made it, and its slope is not the rate that the same function gives for 'dh/dt'.
TEST(PeerErrors, SimpegStepOffMagnetisationHasTheWrongSign) {
  const ViscousSoil soil;
  const double t = 1e-4;
  const double step = 1e-7;
  const double peer =
      soil.per_e_fold() * (exponential_integral(t / soil.tau1_s) - exponential_integral(t / soil.tau2_s));
  EXPECT_LT(peer, 0.0);
  EXPECT_GT(viscous_step_off(soil, t), 0.0);
  EXPECT_NEAR(viscous_step_off(soil, t), -peer, 1e-15);
  const double slope = (viscous_step_off(soil, t + step) - viscous_step_off(soil, t - step)) / (2.0 * step);
  EXPECT_NEAR(slope / viscous_step_off_rate(soil, t), 1.0, 1e-5);
}

}  // namespace
}  // namespace surefoot::physics
