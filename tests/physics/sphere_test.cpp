// SPDX-License-Identifier: MIT
#include <surefoot/physics/sphere.hpp>

#include "physics/support/golden.hpp"
#include "physics/support/long_double.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <complex>
#include <cstddef>
#include <cstdio>
#include <limits>
#include <numbers>
#include <vector>

namespace surefoot::physics {
namespace {

using test::Long;
using LongComplex = std::complex<Long>;

constexpr Long mu0 = 4e-7L * test::long_pi;

/// F1 as Wait wrote it, in long double, tanh from one decaying exponential.
LongComplex wait(const Sphere& s, double omega) {
  const Long mu_r = s.mu_r;
  const Long x =
      static_cast<Long>(omega) * mu0 * mu_r * s.conductivity_s_per_m * static_cast<Long>(s.radius_m) * s.radius_m;
  const Long y = std::sqrt(0.5L * x);
  const LongComplex a(y, y);
  const LongComplex e = std::exp(-2.0L * a);
  const LongComplex t = (1.0L - e) / (1.0L + e);
  const LongComplex u = t - a;
  const LongComplex v = a * a * t - a + t;
  return 1.5L * (2.0L * mu_r * u + v) / (mu_r * u - v);
}

/// The same from spherical Bessel functions j0, j2 of k a, k^2 = -i w mu sigma, as power series: for small arguments.
LongComplex bessel(const Sphere& s, double omega) {
  const Long mu_r = s.mu_r;
  const Long x =
      static_cast<Long>(omega) * mu0 * mu_r * s.conductivity_s_per_m * static_cast<Long>(s.radius_m) * s.radius_m;
  const LongComplex z2(0.0L, -x);
  LongComplex j0 = 0.0L;
  LongComplex j2 = 0.0L;
  LongComplex term0 = 1.0L;
  LongComplex term2 = z2 / 15.0L;
  for (int k = 0; k < 60; ++k) {
    const Long n = static_cast<Long>(k + 1);
    j0 += term0;
    j2 += term2;
    term0 *= -0.5L * z2 / (n * (2.0L * n + 1.0L));
    term2 *= -0.5L * z2 / (n * (2.0L * n + 5.0L));
  }
  return 1.5L * (2.0L * (mu_r - 1.0L) * j0 + (2.0L * mu_r + 1.0L) * j2) / ((mu_r + 2.0L) * j0 + (mu_r - 1.0L) * j2);
}

/// Sum of the modes in long double, their eigenvalues by bisection.
Long mode_sum(const Sphere& s, double t, bool rate, int n_modes) {
  const Long m = static_cast<Long>(s.mu_r) - 1.0L;
  const Long unit = mu0 * s.mu_r * s.conductivity_s_per_m * static_cast<Long>(s.radius_m) * s.radius_m;
  Long sum = 0.0L;
  for (int n = 1; n <= n_modes; ++n) {
    const Long base = test::long_pi * static_cast<Long>(n);
    Long low = 0.0L;
    Long high = 0.5L * test::long_pi;
    if (m < 0.0L) {  // diamagnetic: below n pi
      low = -high;
      high = 0.0L;
    }
    for (int turn = 0; turn < 70; ++turn) {
      const Long middle = 0.5L * (low + high);
      const Long x = base + middle;
      (std::sin(middle) * (m + x * x) < m * x * std::cos(middle) ? low : high) = middle;
    }
    const Long x = base + 0.5L * (low + high);
    const Long exponent = static_cast<Long>(t) / unit * x * x;
    if (exponent > 80.0L) break;
    const Long a = 9.0L * (m + 1.0L) / ((m + 3.0L) * m + x * x);
    sum += rate ? -a * x * x / unit * std::exp(-exponent) : a * std::exp(-exponent);
  }
  return sum;
}

double error_of(std::complex<double> ours, LongComplex truth) {
  return static_cast<double>(std::abs(LongComplex(ours.real(), ours.imag()) - truth) / std::abs(truth));
}

TEST(Sphere, FrequencyResponseIsWaitsAndBessels) {
  double worst = 0.0;
  for (const double mu_r : {0.2, 0.9, 0.99999, 1.0, 1.00002, 1.02, 1.5, 10.0, 100.0, 1000.0, 1e6})
    for (double x = 1e-12; x < 1e20; x *= 3.7) {
      Sphere s{0.01, 1e6, mu_r};
      const double omega = x / diffusion_time_s(s);
      const std::complex<double> ours = sphere_chi(s, omega);
      const LongComplex truth = x < 6.0 ? bessel(s, omega) : wait(s, omega);
      const double error = error_of(ours, truth);
      EXPECT_LT(error, 5e-15) << mu_r << " " << x;
      if (x < 4.0) {
        EXPECT_NEAR(ours.imag() / static_cast<double>(truth.imag()), 1.0, mu_r > 1e4 ? 5e-14 : 5e-15)
            << mu_r << " " << x;
      }
      worst = std::max(worst, error);
    }
  std::printf("sphere in frequency: worst %.2g\n", worst);
  const Sphere steel{0.02, 4e6, 100.0};
  EXPECT_EQ(sphere_chi(steel, 0.0), std::complex<double>(static_chi(steel), 0.0));
  EXPECT_EQ(sphere_chi({0.02, 0.0, 100.0}, 1e9), std::complex<double>(static_chi(steel), 0.0));
  EXPECT_EQ(sphere_chi(steel, std::numeric_limits<double>::infinity()), std::complex<double>(-1.5, 0.0));
  EXPECT_NEAR(sphere_chi(steel, 1e40).real(), -1.5, 1e-15);
}

// F1's limits: chi(0) - 9 mu_r a^2 / (10 (mu_r + 2)^2) and -3/2 + 9 mu_r / (2 a), printed there for checking.
TEST(Sphere, LimitsOfTheFrequencyResponse) {
  const Sphere s{0.01, 1e6, 5.0};
  const double low = 1e-6 / diffusion_time_s(s);
  EXPECT_NEAR(sphere_chi(s, low).imag(), -45.0 / 490.0 * 1e-6, 1e-18);
  const double high = 1e16 / diffusion_time_s(s);
  EXPECT_NEAR(sphere_chi(s, high).real(), -1.5 + 22.5 / (1e8 * std::numbers::sqrt2), 1e-14);
  EXPECT_NEAR(sphere_chi(s, high).imag(), -22.5 / (1e8 * std::numbers::sqrt2), 3e-14);
}

TEST(Sphere, ModesSumToTheClosedForm) {
  for (const double mu_r : {1.0, 1.5, 200.0}) {
    const Sphere s{0.01, 4e6, mu_r};
    std::vector<Mode> modes(2000);
    sphere_modes(s, modes);
    const Long m = static_cast<Long>(mu_r) - 1.0L;
    for (const Mode& mode : modes) {
      const Long x = std::sqrt(diffusion_time_s(s) / static_cast<Long>(mode.tau_s));
      EXPECT_LT(std::fabs(std::sin(x) * (m + x * x) - m * x * std::cos(x)) / (m + x * x), 1e-15L * x);
    }
    // The sum from chi(0) converges as 1/N^3; from -3/2 it would keep an offset.
    for (const double omega : {1e2, 1e4, 1e5}) {
      const std::complex<double> closed = sphere_chi(s, omega);
      const double rest = 3.0 * mu_r * omega * diffusion_time_s(s) / std::pow(std::numbers::pi, 4) / 8e9;
      EXPECT_LT(std::abs(response(static_chi(s), modes, omega) - closed), 3.0 * rest + 1e-13) << mu_r << " " << omega;
    }
  }
}

TEST(Sphere, StepOffIsTheSumOfAllModes) {
  double worst = 0.0;
  double worst_rate = 0.0;
  for (const double mu_r : {0.2, 0.9, 0.99999, 1.0, 1.0001, 1.02, 1.5, 3.0, 30.0, 100.0, 1000.0, 10000.0}) {
    const Sphere s{0.01, 4e6, mu_r};
    for (const double time : {1e-6, 3e-5, 1e-3, 9e-3, 0.0199999, 0.02, 0.05, 0.3, 2.0}) {
      const double t = time * diffusion_time_s(s);
      const Long truth = mode_sum(s, t, false, 20000);
      const Long rate = mode_sum(s, t, true, 20000);
      const double error = std::fabs(sphere_step_off(s, t) / static_cast<double>(truth) - 1.0);
      const double rate_error = std::fabs(sphere_step_off_rate(s, t) / static_cast<double>(rate) - 1.0);
      EXPECT_LT(error, 5e-15 + 4e-16 * 20.0 * time) << mu_r << " " << time;
      EXPECT_LT(rate_error, 2e-14) << mu_r << " " << time;
      worst = std::max(worst, error);
      worst_rate = std::max(worst_rate, rate_error);
    }
  }
  std::printf("sphere in time: worst %.2g, rate %.2g\n", worst, worst_rate);
  // F3's early form for mu_r = 1, far earlier than any sum of modes can go.
  const Sphere aluminium{0.0127, 3.5e7, 1.0};
  const double tau = 1e-16;
  const double t = tau * diffusion_time_s(aluminium);
  EXPECT_NEAR(sphere_step_off(aluminium, t), 1.5 - 9.0 * std::sqrt(tau / std::numbers::pi), 1e-15);
  EXPECT_NEAR(sphere_step_off_rate(aluminium, t) * diffusion_time_s(aluminium) * std::sqrt(std::numbers::pi * tau),
              -4.5, 1e-6);
  EXPECT_NEAR(sphere_step_off({0.01, 4e6, 100.0}, 0.0), 297.0 / 102.0 + 1.5, 1e-15);
  EXPECT_TRUE(std::isnan(sphere_step_off(aluminium, -1e-6)));
  const Sphere unknown{0.01, 4e6, std::numeric_limits<double>::quiet_NaN()};
  EXPECT_TRUE(std::isnan(sphere_step_off(unknown, 1e-6)));
  EXPECT_TRUE(std::isnan(sphere_step_off_rate(unknown, 1e-6)));
  EXPECT_EQ(sphere_step_off({0.01, 0.0, 100.0}, 1e-6), 0.0);
  EXPECT_EQ(sphere_step_off_rate({0.01, 0.0, 100.0}, 1e-6), 0.0);
}

TEST(SphereGolden, Frequency) {
  SUREFOOT_GOLDEN_OR_SKIP();
  const auto rows = test::golden_rows("sphere_fd.csv");
  ASSERT_GT(rows.size(), 50U);
  double worst = 0.0;
  for (const auto& row : rows) {
    const Sphere s{row["radius_m"], row["sigma_S_per_m"], row["mu_r"]};
    const std::complex<double> truth(row["chi_re"], row["chi_im"]);
    const std::complex<double> ours = sphere_chi(s, 2.0 * std::numbers::pi * row["f_Hz"]);
    const double error = std::abs(ours - truth) / std::abs(truth);
    EXPECT_LT(error, 1e-13) << row.text("case") << " " << row.text("f_Hz");
    EXPECT_NEAR(ours.imag() / truth.imag(), 1.0, 1e-12) << row.text("case") << " " << row.text("f_Hz");
    EXPECT_LT(std::fabs(volume_m3(s) * ours.real() - row["M_re_m3"]), 1e-13 * volume_m3(s) * std::abs(truth));
    EXPECT_NEAR(volume_m3(s) * ours.imag() / row["M_im_m3"], 1.0, 1e-12) << row.text("case") << " " << row.text("f_Hz");
    worst = std::max(worst, error);
  }
  std::printf("sphere_fd.csv: worst %.2g\n", worst);
}

TEST(SphereGolden, Time) {
  SUREFOOT_GOLDEN_OR_SKIP();
  const auto rows = test::golden_rows("sphere_td.csv");
  ASSERT_GT(rows.size(), 50U);
  double worst = 0.0;
  for (const auto& row : rows) {
    const Sphere s{row["radius_m"], row["sigma_S_per_m"], row["mu_r"]};
    const double t = row["t_s"];
    // The last digit of mu sigma a^2 counts t/tau times.
    const double allowed = 1e-14 + 1e-15 * 10.0 * t / diffusion_time_s(s);
    const double error = std::fabs(sphere_step_off(s, t) / row["chi_stepoff"] - 1.0);
    const double rate_error = std::fabs(sphere_step_off_rate(s, t) / row["dchi_dt_stepoff_per_s"] - 1.0);
    EXPECT_LT(error, allowed) << row.text("case") << " " << row.text("t_s");
    EXPECT_LT(rate_error, 2.0 * allowed) << row.text("case") << " " << row.text("t_s");
    EXPECT_NEAR(volume_m3(s) * sphere_step_off(s, t) / row["m_over_H_m3"], 1.0, allowed) << row.text("t_s");
    EXPECT_NEAR(volume_m3(s) * sphere_step_off_rate(s, t) / row["dm_dt_over_H_m3_per_s"], 1.0, 2.0 * allowed)
        << row.text("t_s");
    worst = std::max({worst, error, rate_error});
  }
  std::printf("sphere_td.csv: worst %.2g\n", worst);
}

TEST(SphereGolden, Relaxations) {
  SUREFOOT_GOLDEN_OR_SKIP();
  const auto spheres = test::golden_rows("sphere_fd.csv");
  const auto rows = test::golden_rows("sphere_relaxations.csv");
  ASSERT_GT(rows.size(), 50U);
  for (const auto& row : rows) {
    Sphere s;
    for (const auto& other : spheres)
      if (other.text("case") == row.text("case")) s = {other["radius_m"], other["sigma_S_per_m"], other["mu_r"]};
    const auto n = static_cast<std::size_t>(row["n"]);
    std::vector<Mode> modes(n);
    sphere_modes(s, modes);
    EXPECT_NEAR(modes[n - 1].tau_s / row["tau_n_s"], 1.0, 3e-15) << row.text("case") << " " << n;
    EXPECT_NEAR(modes[n - 1].amplitude / row["A_n"], 1.0, 3e-15) << row.text("case") << " " << n;
    EXPECT_NEAR(std::sqrt(diffusion_time_s(s) / modes[n - 1].tau_s) / row["xi_n"], 1.0, 3e-15) << n;
  }
}

}  // namespace
}  // namespace surefoot::physics
