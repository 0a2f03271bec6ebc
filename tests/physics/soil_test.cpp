// SPDX-License-Identifier: MIT
#include <surefoot/physics/loop.hpp>
#include <surefoot/physics/mutual.hpp>
#include <surefoot/physics/soil.hpp>

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

constexpr double pi = std::numbers::pi;

/// The soil as what it stands for: relaxations spread evenly over ln tau, summed by Gauss in long double.
template <class F>
auto over_times(const ViscousSoil& s, F f) {
  static const std::vector<test::Node> nodes = test::gauss_nodes(20);
  const Long low = std::log(static_cast<Long>(s.tau1_s));
  const Long high = std::log(static_cast<Long>(s.tau2_s));
  const int n_pieces = 200;
  decltype(f(Long{})) sum{};
  for (int i = 0; i < n_pieces; ++i)
    for (const test::Node& node : nodes) {
      const Long place = (static_cast<Long>(i) + node.x) / static_cast<Long>(n_pieces);
      sum += node.weight / static_cast<Long>(n_pieces) * f(std::exp(low + (high - low) * place));
    }
  return static_cast<Long>(s.dchi) * sum;
}

TEST(Soil, ViscousIsTheSumOfItsRelaxations) {
  for (const ViscousSoil& s : {ViscousSoil{}, ViscousSoil{1e-3, 1e-4, 1e-6, 1e-3}}) {
    for (const double omega : {1e-2, 1e2, 6e4, 1e6}) {
      const LongComplex relaxed = over_times(s, [omega](Long tau) {
        const LongComplex x(0.0L, static_cast<Long>(omega) * tau);
        return x / (1.0L + x);
      });
      const std::complex<double> ours = viscous_chi(s, omega);
      EXPECT_NEAR(ours.real(), static_cast<double>(static_cast<Long>(s.chi0) - relaxed.real()), 1e-15 * s.chi0);
      EXPECT_NEAR(ours.imag() / static_cast<double>(-relaxed.imag()), 1.0, 2e-15);
    }
    for (const double t : {1e-7, 1e-5, 1e-3, 0.02}) {
      const auto left = [&s](double at) {
        return over_times(s, [at](Long tau) { return std::exp(-static_cast<Long>(at) / tau); });
      };
      const auto rate = [&s](double at) {
        return over_times(s, [at](Long tau) { return -std::exp(-static_cast<Long>(at) / tau) / tau; });
      };
      EXPECT_NEAR(viscous_step_off(s, t) / static_cast<double>(left(t)), 1.0, 2e-14) << t;
      EXPECT_NEAR(viscous_step_off_rate(s, t) / static_cast<double>(rate(t)), 1.0, 2e-14) << t;
      for (const double pulse : {1e-4, 5e-3}) {
        EXPECT_NEAR(viscous_pulse(s, pulse, t) / static_cast<double>(left(t) - left(t + pulse)), 1.0, 5e-14) << t;
        EXPECT_NEAR(viscous_pulse_rate(s, pulse, t) / static_cast<double>(rate(t) - rate(t + pulse)), 1.0, 5e-14) << t;
      }
    }
  }
}

// In the band: kappa an e-fold, and Kramers and Kronig's quarter turn.
TEST(Soil, LogarithmicLaw) {
  const ViscousSoil s;
  const double kappa = s.per_e_fold();
  for (const double omega : {1e2, 1e4, 1e5}) {
    const std::complex<double> a = viscous_chi(s, omega);
    const std::complex<double> b = viscous_chi(s, omega * std::numbers::e);
    EXPECT_NEAR(a.real() - b.real(), kappa, 1e-8 * kappa);
    EXPECT_NEAR(a.imag(), -0.5 * pi * kappa, 1e-4 * kappa);
  }
  EXPECT_NEAR(viscous_step_off_rate(s, 1e-4), -kappa / 1e-4, 1e-12 * kappa / 1e-4);
  EXPECT_NEAR(viscous_pulse_rate(s, 1e-3, 1e-4), -kappa * (1e4 - 1.0 / 1.1e-3), 1e-12 * kappa * 1e4);
  EXPECT_EQ(viscous_chi(s, 0.0), std::complex<double>(s.chi0, 0.0));
  EXPECT_EQ(viscous_step_off(s, 0.0), s.dchi);
  const ViscousSoil one{1e-2, 1e-3, 1e-5, 1e-5};
  EXPECT_NEAR(viscous_chi(one, 1e5).imag(), -0.5e-3, 1e-18);
  EXPECT_NEAR(viscous_step_off(one, 1e-5), 1e-3 / std::numbers::e, 1e-18);
  EXPECT_NEAR(viscous_pulse(one, 1e-5, 1e-5), 1e-3 * (std::exp(-1.0) - std::exp(-2.0)), 1e-18);
}

TEST(Soil, ExponentialIntegral) {
  const std::vector<test::Node> nodes = test::gauss_nodes(30);
  for (const double x : {1e-12, 1e-3, 0.3, 0.999, 1.0, 1.7, 5.0, 40.0, 300.0}) {
    // u = x e^v, in pieces of 0.25
    Long sum = 0.0L;
    for (int i = 0; i < 400; ++i)
      for (const test::Node& node : nodes) {
        const Long v = 0.25L * (static_cast<Long>(i) + node.x);
        sum += 0.25L * node.weight * std::exp(static_cast<Long>(x) * (1.0L - std::exp(v)));
      }
    const double truth = static_cast<double>(sum * std::exp(-static_cast<Long>(x)));
    EXPECT_NEAR(exponential_integral(x) / truth, 1.0, 2e-15 + 2e-16 * x) << x;
  }
  EXPECT_EQ(exponential_integral(0.0), std::numeric_limits<double>::infinity());
  EXPECT_TRUE(std::isnan(exponential_integral(-1.0)));
  EXPECT_EQ(exponential_integral(1e4), 0.0);
}

// What must hold at the surface of a permeable half-space: H along it and B across it are the same on both sides. Above,
// H = source + k image; below, H = (1 - k) source, k = chi / (2 + chi).
TEST(Soil, ImageMeetsBothSidesOfTheSurface) {
  const double ground = -0.07;
  const double chi = 0.3;
  const double k = image_strength(chi).real();
  EXPECT_NEAR(k, 0.3 / 2.3, 1e-16);
  Coil tilted;
  tilted.centre_m = {0.1, -0.1, 0.05};
  tilted.axis = {0.6, 0.48, 0.64};
  Coil bent = rectangle({0.0, 0.0, 0.1}, 0.2, 0.3);
  bent.corners_m[1][2] += 0.05;
  for (const Coil& coil : {tilted, bent})
    for (const double x : {-0.2, 0.0, 0.13}) {
      const Vector3 place{x, 0.07, ground};
      const Vector3 source = field_of(coil, place);
      const Vector3 image = field_of(image_below(coil, ground), place);
      const double scale = 1e-14 * norm(source);
      EXPECT_NEAR(source[0] + k * image[0], (1.0 - k) * source[0], scale);
      EXPECT_NEAR(source[1] + k * image[1], (1.0 - k) * source[1], scale);
      EXPECT_NEAR(source[2] + k * image[2], (1.0 + chi) * (1.0 - k) * source[2], scale);
    }
  // A coil over the ground and itself in the mirror: the coaxial formula at twice the height.
  Coil flat;
  flat.centre_m = {0.0, 0.0, ground + 0.06};
  EXPECT_NEAR(mutual_inductance(image_below(flat, ground), flat) / coaxial_mutual_inductance(0.1, 0.1, 0.12), 1.0,
              1e-12);
}

/// Integral over l in [0, inf) of f(l) J_order(l), oscillating for ever: between the zeros of J by Gauss, then the partial sums
/// averaged again and again (Euler).
template <class F>
std::complex<double> hankel(int order, F f) {
  static const std::vector<test::Node> nodes = test::gauss_nodes(16);
  std::vector<std::complex<double>> sums;
  std::complex<double> sum = 0.0;
  double from = 0.0;
  for (int i = 0; i < 60; ++i) {
    const double to = pi * (i + 0.75 + 0.5 * order);  // close to the zeros
    // The first piece is graded towards 0, where f turns at l = |z|.
    std::vector<double> cuts{from, to};
    for (double cut = 0.5 * (from + to); cut > from + 1e-5 * (to - from) && cuts.size() < (i == 0 ? 20U : 4U);
         cut = from + 0.5 * (cut - from))
      cuts.push_back(cut);
    std::sort(cuts.begin(), cuts.end());
    for (std::size_t piece = 0; piece + 1 < cuts.size(); ++piece)
      for (const test::Node& node : nodes) {
        const double width = cuts[piece + 1] - cuts[piece];
        const double l = cuts[piece] + width * static_cast<double>(node.x);
        sum += width * static_cast<double>(node.weight) * f(l) * std::cyl_bessel_j(order, l);
      }
    from = to;
    if (i >= 20) sums.push_back(sum);
  }
  while (sums.size() > 1) {
    for (std::size_t i = 0; i + 1 < sums.size(); ++i) sums[i] = 0.5 * (sums[i] + sums[i + 1]);
    sums.pop_back();
  }
  return sums[0];
}

// The integrals over all wave numbers that the closed forms stand for; l in units of 1/a or 1/r.
TEST(Soil, ConductiveHalfSpaceIsTheIntegralOverWaveNumbers) {
  const double sigma = 0.5;
  const double length = 2.0;
  for (const double number : {1e-4, 0.03, 0.9, 1.1, 30.0}) {  // w mu0 sigma a^2
    const double omega = number / (vacuum_permeability * sigma * length * length);
    const std::complex<double> z2(0.0, number);
    // l^2/(l + u) - l/2 = -l z2 / (2 (l + u)^2), u^2 = l^2 + z2
    const auto opened = [z2](double l) {
      const std::complex<double> sum = l + std::sqrt(l * l + z2);
      return z2 / (sum * sum);
    };
    const std::complex<double> loop = hankel(1, [&](double l) { return -0.5 * l * opened(l); }) / length;
    const std::complex<double> dipoles = -2.0 * hankel(0, [&](double l) { return -0.5 * l * l * opened(l); });
    const std::complex<double> ours = conductive_loop_centre(length, sigma, omega);
    EXPECT_LT(std::abs(ours - loop), 1e-8 * std::abs(loop)) << number;
    const std::complex<double> coplanar = conductive_coplanar(length, sigma, omega);
    EXPECT_LT(std::abs(coplanar - dipoles), 1e-8 * std::abs(dipoles)) << number;
  }
  // Low induction numbers.
  const double omega = 1e-10 / (vacuum_permeability * sigma * length * length);
  EXPECT_NEAR(conductive_loop_centre(length, sigma, omega).imag() / (-1e-10 / 8.0 / length), 1.0, 1e-4);
  EXPECT_NEAR(conductive_coplanar(length, sigma, omega).imag() / (1e-10 / 4.0), 1.0, 1e-4);
  // The two branches where they meet.
  const double meet = 2.0 * 0.49 / (vacuum_permeability * sigma * length * length);
  EXPECT_LT(std::abs(conductive_loop_centre(length, sigma, meet * (1.0 - 1e-15)) -
                     conductive_loop_centre(length, sigma, meet * (1.0 + 1e-15))),
            1e-13 * std::abs(conductive_loop_centre(length, sigma, meet)));
}

// The Laplace transform of the decay against the frequency response at imaginary w, i w = s.
TEST(Soil, ConductiveDecayIsTheInverseOfTheFrequencyResponse) {
  const double a = 3.0;
  const double sigma = 0.2;
  const Long unit = static_cast<Long>(vacuum_permeability) * sigma * a * a;
  const std::vector<test::Node> nodes = test::gauss_nodes(20);
  for (const Long s : {0.01L, 1.0L, 40.0L}) {  // in 1/unit
    Long h = 0.0L;
    Long rate = 0.0L;
    for (int i = 0; i < 600; ++i)
      for (const test::Node& node : nodes) {
        const Long t = std::exp(-30.0L + 0.1L * (static_cast<Long>(i) + node.x));
        if (s * t > 700.0L) continue;
        const Long weight = 0.1L * node.weight * t * std::exp(-s * t);
        h += weight * static_cast<Long>(conductive_step_off(a, sigma, static_cast<double>(t * unit)));
        rate += weight * static_cast<Long>(conductive_step_off_rate(a, sigma, static_cast<double>(t * unit))) * unit;
      }
    const Long z = std::sqrt(s);
    const Long total = (3.0L - (3.0L + z * (3.0L + z)) * std::exp(-z)) / (z * z) / static_cast<Long>(a);
    const Long lost = 0.5L / static_cast<Long>(a) - total;
    EXPECT_NEAR(static_cast<double>(h * s / lost), 1.0, 1e-9) << static_cast<double>(s);
    EXPECT_NEAR(static_cast<double>(-rate / total), 1.0, 1e-9) << static_cast<double>(s);
  }
  // Late: t^-3/2 and t^-5/2.
  const double t = 1e7 * static_cast<double>(unit);
  const double diffusion = vacuum_permeability * sigma;
  EXPECT_NEAR(conductive_step_off(a, sigma, t) * 30.0 * std::sqrt(pi) * std::pow(t / diffusion, 1.5) / (a * a), 1.0,
              1e-6);
  EXPECT_NEAR(conductive_step_off_rate(a, sigma, t) * 20.0 * std::sqrt(pi) * std::pow(t, 2.5) /
                  std::pow(diffusion, 1.5) / (a * a),
              -1.0, 1e-6);
  // Where series and closed form meet, x = 1.
  const double meet = 0.25 * static_cast<double>(unit);
  EXPECT_NEAR(conductive_step_off(a, sigma, meet * (1.0 + 1e-14)) / conductive_step_off(a, sigma, meet * (1.0 - 1e-14)),
              1.0, 1e-13);
  EXPECT_NEAR(conductive_step_off_rate(a, sigma, meet * (1.0 + 1e-14)) /
                  conductive_step_off_rate(a, sigma, meet * (1.0 - 1e-14)),
              1.0, 1e-13);
}

TEST(SoilGolden, Frequency) {
  SUREFOOT_GOLDEN_OR_SKIP();
  const auto rows = test::golden_rows("vrm_frequency.csv");
  ASSERT_GT(rows.size(), 10U);
  for (const auto& row : rows) {
    const ViscousSoil s{row["chi0"], row["dchi"], row["tau1_s"], row["tau2_s"]};
    const std::complex<double> ours = viscous_chi(s, 2.0 * pi * row["f_Hz"]);
    EXPECT_NEAR(ours.real() / row["chi_re"], 1.0, 1e-15) << row.text("f_Hz");
    EXPECT_NEAR(ours.imag() / row["chi_im"], 1.0, 1e-15) << row.text("f_Hz");
  }
}

TEST(SoilGolden, Time) {
  SUREFOOT_GOLDEN_OR_SKIP();
  const auto rows = test::golden_rows("vrm_time.csv");
  ASSERT_GT(rows.size(), 30U);
  double worst = 0.0;
  for (const auto& row : rows) {
    const ViscousSoil s{1e-2, row["dchi"], row["tau1_s"], row["tau2_s"]};
    const double t = row["t_after_off_s"];
    const double pulse = row["pulse_s"];
    for (const double error : {viscous_step_off(s, t) / row["stepoff_M_over_H"],
                               viscous_step_off_rate(s, t) / row["stepoff_dMdt_over_H_per_s"],
                               viscous_pulse(s, pulse, t) / row["pulse_M_over_H"],
                               viscous_pulse_rate(s, pulse, t) / row["pulse_dMdt_over_H_per_s"]})
      worst = std::max(worst, std::fabs(error - 1.0));
  }
  EXPECT_LT(worst, 1e-14);
  std::printf("vrm_time.csv: worst %.2g\n", worst);
}

}  // namespace
}  // namespace surefoot::physics
