// SPDX-License-Identifier: MIT
#include <surefoot/dsp/nlms.hpp>

#include "support/lines.hpp"

#include <gtest/gtest.h>

#include <array>

namespace surefoot::dsp {
namespace {

// Mean over many filters and steps of (excess mean square error) / (noise power) in the steady state, for the
// identification of a fixed L-tap system: white input of unit variance through a delay line, noise of variance 0.01.
double excess_error(double mu, std::uint64_t seed) {
  constexpr std::size_t taps = 8;
  constexpr double noise = 0.01;
  test::Random random(seed);
  double sum = 0.0;
  long n = 0;
  for (int filter = 0; filter < 120; ++filter) {
    std::array<double, taps> truth{};
    for (double& h : truth) h = random.normal();
    std::array<float, taps> w{};
    w.fill(1.0F / taps);
    std::array<Sample, taps> u{};
    for (int step = 0; step < 5000; ++step) {
      std::copy_backward(u.begin(), u.end() - 1, u.end());
      u[0] = static_cast<Sample>(random.normal());
      double clean = 0.0;
      double power = 0.0;
      double error = 0.0;
      for (std::size_t j = 0; j < taps; ++j) {
        const auto v = static_cast<double>(u[j]);
        clean += truth[j] * v;
        power += v * v;
        error += (truth[j] - static_cast<double>(w[j])) * v;
      }
      if (step >= 1000) {
        sum += error * error / noise;
        ++n;
      }
      const auto x = static_cast<Sample>(clean + std::sqrt(noise) * random.normal());
      Sample e = 0.0F;
      const auto past = [&](Index j) { return &u[to_size(j)]; };
      nlms_residual({&x, 1}, past, w, {&e, 1});
      nlms_adapt({&e, 1}, past, power, mu, w);
    }
  }
  return sum / static_cast<double>(n);
}

// detection.md 2.2 (b) gives 0.045 / 0.42 / 1.23 for mu = 0.1 / 0.5 / 1.0. The last two are met. For mu = 0.1 theory
// (mu / (2 - mu) L / (L - 2) = 0.0702 for Gaussian input) and a brute force in double (0.0695) agree with each other and
// not with 0.045, which lies within the scatter of one short run.
TEST(Nlms, ExcessErrorOfSystemIdentification) {
  EXPECT_NEAR(excess_error(0.1, 1), 0.0695, 0.004);
  EXPECT_NEAR(excess_error(0.5, 2), 0.42, 0.015);
  EXPECT_NEAR(excess_error(1.0, 3), 1.23, 0.04);
}

// Three equations, two weights, by hand.
TEST(Nlms, OneStepByHand) {
  const std::array<Sample, 3> x{1, 2, 3};
  const std::array<std::array<Sample, 3>, 2> u{{{1, 0, 1}, {0, 1, 1}}};
  std::array<float, 2> w{0.5F, 0.25F};
  std::array<Sample, 3> e{};
  const auto past = [&](Index j) { return u[to_size(j)].data(); };
  nlms_residual(std::span<const Sample>(x), past, w, std::span<Sample>(e));
  EXPECT_EQ(e, (std::array<Sample, 3>{0.5F, 1.75F, 2.25F}));
  nlms_adapt(std::span<const Sample>(e), past, 4.0, 0.4, w);  // |u|^2 = 4, gain 0.1
  EXPECT_FLOAT_EQ(w[0], 0.5F + 0.1F * 2.75F);
  EXPECT_FLOAT_EQ(w[1], 0.25F + 0.1F * 4.0F);
  nlms_adapt(std::span<const Sample>(e), past, 0.0, 0.4, w);
  EXPECT_FLOAT_EQ(w[1], 0.65F);
}

}  // namespace
}  // namespace surefoot::dsp
