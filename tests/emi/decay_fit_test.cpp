// SPDX-License-Identifier: MIT
#include <surefoot/emi/decay_fit.hpp>
#include <surefoot/emi/gate_mean.hpp>

#include <surefoot/sim/random.hpp>

#include "support/columns.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

namespace surefoot::emi {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

std::vector<double> edges_of(std::size_t gates, double first, double ratio) {
  std::vector<double> edges{first};
  for (std::size_t g = 0; g < gates; ++g) edges.push_back(edges.back() * ratio);
  return edges;
}
std::vector<double> decay(const std::vector<double>& edges, double amplitude, double tau, double offset) {
  std::vector<double> y;
  for (std::size_t g = 0; g + 1 < edges.size(); ++g)
    y.push_back(offset + amplitude * gate_mean(tau, edges[g], edges[g + 1]).value);
  return y;
}

TEST(GateMean, IsTheIntegral) {
  for (const double tau : {1e-6, 3e-5, 1e-3, 1.0, 1e6})
    for (const auto& gate : {std::pair{0.0, 1e-6}, {1e-5, 1.3e-5}, {1e-5, 1e-3}, {1e-4, 1.0000001e-4}}) {
      const double a = gate.first;
      const double b = gate.second;  // no structured binding: Clang 14 captures none
      const auto t = static_cast<long double>(tau);
      const long double d = static_cast<long double>(b) - static_cast<long double>(a);
      const long double mean = -t / d * std::exp(-static_cast<long double>(a) / t) * std::expm1(-d / t);
      const GateMean m = gate_mean(tau, a, b);
      const auto near = [&](double got, long double expected) {
        if (expected > 1e-290L) {
          EXPECT_NEAR(got / static_cast<double>(expected), 1.0, 1e-13) << tau << " " << a;
        }
      };
      near(m.value, mean);
      // Its rate of change by ln tau by a difference that long double can afford.
      const long double step = 1e-6L;
      const auto at = [&](long double shift) {
        const long double moved = t * std::exp(shift);
        return -moved / d * std::exp(-static_cast<long double>(a) / moved) * std::expm1(-d / moved);
      };
      const long double slope = (at(step) - at(-step)) / (2.0L * step);
      if (slope > 1e-6L * mean) {
        EXPECT_NEAR(m.slope / static_cast<double>(slope), 1.0, 1e-7) << tau << " " << a;
      }
    }
}

TEST(DecayFit, IsTheLeastSquaresOfSciPy) {
  auto data = test::read_golden_columns("decay_single.csv");
  auto fits = test::read_golden_columns("relaxation_fits.csv");
  std::vector<double> edges = data.at("a_s");
  edges.push_back(data.at("b_s").back());
  const DecayFit fit = fit_decay(edges, data.at("y"), data.at("weight"), {.offset = true});
  ASSERT_TRUE(fit.usable);
  const std::size_t at = 9;
  EXPECT_NEAR(fit.offset, fits.at("value")[at], 1e-4 * fits.at("sigma")[at]);
  EXPECT_NEAR(std::log(fit.tau_s), fits.at("value")[at + 1], 1e-4 * fits.at("sigma")[at + 1]);
  EXPECT_NEAR(fit.amplitude, fits.at("value")[at + 2], 1e-4 * fits.at("sigma")[at + 2]);
  EXPECT_NEAR(fit.offset_sigma / fits.at("sigma")[at], 1.0, 1e-4);
  EXPECT_NEAR(fit.tau_sigma_s / fit.tau_s / fits.at("sigma")[at + 1], 1.0, 1e-4);
  EXPECT_NEAR(fit.amplitude_sigma / fits.at("sigma")[at + 2], 1.0, 1e-4);
  EXPECT_EQ(fit.degrees, 27);
}

TEST(DecayFit, IsExactWithoutNoiseAndOfEitherSign) {
  const auto edges = edges_of(20, 1e-5, 1.25);
  for (const double tau : {5e-6, 8e-5, 6e-4})
    for (const double amplitude : {2.0, -0.3}) {
      const DecayFit plain = fit_decay(edges, decay(edges, amplitude, tau, 0.0), {});
      EXPECT_NEAR(plain.tau_s / tau, 1.0, 1e-9);
      EXPECT_NEAR(plain.amplitude / amplitude, 1.0, 1e-8);
      EXPECT_TRUE(plain.usable);
      const DecayFit with = fit_decay(edges, decay(edges, amplitude, tau, 0.5), {}, {.offset = true});
      EXPECT_NEAR(with.tau_s / tau, 1.0, 1e-6);
      EXPECT_NEAR(with.offset, 0.5, 1e-7);
    }
}

// Errors over their sigmas have a variance of 1 (known noise, 3 sigma of 2000 draws), and tau and amplitude the correlation given.
TEST(DecayFit, SigmasAreTrue) {
  constexpr std::uint64_t seed = 21;
  constexpr int draws = 2000;
  const auto edges = edges_of(24, 1e-5, 1.25);
  const auto clean = decay(edges, 1.0, 2e-4, 0.0);
  std::vector<double> weights;
  for (std::size_t g = 0; g < clean.size(); ++g) weights.push_back(200.0 * std::sqrt(edges[g] / 1e-5));
  sim::Random random(seed);
  double tau = 0.0;
  double amplitude = 0.0;
  double both = 0.0;
  double correlation = 0.0;
  double rest = 0.0;
  for (int i = 0; i < draws; ++i) {
    auto y = clean;
    for (std::size_t g = 0; g < y.size(); ++g) y[g] += random.normal() / weights[g];
    const DecayFit fit = fit_decay(edges, y, weights, {.known_noise = true});
    const double a = (fit.tau_s - 2e-4) / fit.tau_sigma_s;
    const double b = (fit.amplitude - 1.0) / fit.amplitude_sigma;
    tau += a * a / draws;
    amplitude += b * b / draws;
    both += a * b / draws;
    correlation += fit.correlation / draws;
    rest += fit.rest / static_cast<double>(fit.degrees) / draws;
  }
  const double three_sigma = 3.0 * std::sqrt(2.0 / draws);
  EXPECT_NEAR(tau, 1.0, three_sigma) << "seed " << seed;
  EXPECT_NEAR(amplitude, 1.0, three_sigma) << "seed " << seed;
  EXPECT_NEAR(both, correlation, three_sigma) << "seed " << seed;
  EXPECT_NEAR(rest, 1.0, 3.0 * std::sqrt(2.0 / 22.0 / draws)) << "seed " << seed;
}

TEST(DecayFit, AGateOfWeightZeroDoesNotCountWhateverItHolds) {
  const auto edges = edges_of(20, 1e-5, 1.25);
  auto y = decay(edges, 2.0, 1e-4, 0.0);
  std::vector<double> weights(20, 1.0);
  weights[2] = weights[11] = 0.0;
  y[2] = 77.0;
  y[11] = -77.0;
  const DecayFit numbers = fit_decay(edges, y, weights);
  y[2] = nan;
  y[11] = std::numeric_limits<double>::infinity();
  for (const bool offset : {false, true}) {
    const DecayFit fit = fit_decay(edges, y, weights, {.offset = offset});
    EXPECT_TRUE(fit.usable);
    EXPECT_NEAR(fit.tau_s, 1e-4, 1e-12);
    EXPECT_NEAR(fit.amplitude, 2.0, 1e-8);
    EXPECT_EQ(fit.degrees, offset ? 15 : 16);
  }
  EXPECT_EQ(fit_decay(edges, y, weights).tau_s, numbers.tau_s);
}

TEST(DecayFit, SaysWhenItCannotTell) {
  const auto edges = edges_of(20, 1e-5, 1.25);
  auto y = decay(edges, 1.0, 1e-4, 0.0);
  EXPECT_FALSE(fit_decay(edges, std::vector<double>(20), {}).usable);
  EXPECT_FALSE(fit_decay(edges, std::vector<double>(20, 4.0), {}).usable);  // does not decay
  EXPECT_FALSE(fit_decay(edges_of(2, 1e-5, 1.25), {y.data(), 2}, {}).usable);
  std::vector<double> weights(20, 0.0);
  weights[3] = weights[7] = 1.0;
  EXPECT_FALSE(fit_decay(edges, y, weights).usable);
  sim::Random random(4);
  std::vector<double> noise;
  for (int i = 0; i < 20; ++i) noise.push_back(random.normal());
  const DecayFit lost = fit_decay(edges, noise, {}, {.known_noise = true});
  EXPECT_TRUE(!lost.usable || lost.tau_sigma_s > 0.2 * lost.tau_s);
  y[3] = nan;
  const DecayFit bad = fit_decay(edges, y, {});
  EXPECT_FALSE(bad.usable);
  EXPECT_EQ(bad.tau_s, 0.0);
}

}  // namespace
}  // namespace surefoot::emi
