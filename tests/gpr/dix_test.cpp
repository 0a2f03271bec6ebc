// SPDX-License-Identifier: MIT
#include <surefoot/gpr/dix.hpp>

#include "support/columns.hpp"
#include "support/lines.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>

namespace surefoot::gpr {
namespace {

TEST(Dix, GivesBackTheLayersThatMadeTheRmsVelocities) {
  const std::array<double, 4> velocity{0.14e9, 0.08e9, 0.11e9, 0.06e9};
  const std::array<double, 4> duration{4e-9, 11e-9, 2e-9, 20e-9};
  std::array<RmsPick, 4> picks{};
  double t = 0.0;
  double sum = 0.0;
  for (std::size_t n = 0; n < 4; ++n) {
    t += duration[n];
    sum += velocity[n] * velocity[n] * duration[n];
    picks[n] = {.time_s = t, .velocity_m_per_s = std::sqrt(sum / t)};
  }
  std::array<IntervalLayer, 4> layers{};
  ASSERT_FALSE(dix(picks, layers));
  double depth = 0.0;
  for (std::size_t n = 0; n < 4; ++n) {
    depth += 0.5 * velocity[n] * duration[n];
    EXPECT_NEAR(layers[n].velocity_m_per_s / velocity[n], 1.0, 1e-12);
    EXPECT_NEAR(layers[n].depth_m, depth, 1e-12);
    EXPECT_EQ(layers[n].depth_sigma_m, 0.0);  // exact picks
  }
}

TEST(Dix, PropagatesErrorsAsNumericalDerivativesDo) {
  auto golden = test::read_golden_columns("dix.csv");
  const std::size_t n = golden.at("set").size();
  for (std::size_t i = 0; i < n;) {
    std::vector<RmsPick> picks;
    const std::size_t first = i;
    for (; i < n && golden.at("set")[i] == golden.at("set")[first]; ++i)
      picks.push_back({golden.at("time_s")[i], golden.at("velocity_m_per_s")[i], golden.at("time_sigma_s")[i],
                       golden.at("velocity_sigma_m_per_s")[i]});
    std::vector<IntervalLayer> layers(picks.size());
    ASSERT_FALSE(dix(picks, layers));
    for (std::size_t k = 0; k < layers.size(); ++k) {
      EXPECT_NEAR(layers[k].velocity_m_per_s / golden.at("interval_m_per_s")[first + k], 1.0, 1e-12);
      EXPECT_NEAR(layers[k].thickness_m / golden.at("thickness_m")[first + k], 1.0, 1e-12);
      EXPECT_NEAR(layers[k].depth_m / golden.at("depth_m")[first + k], 1.0, 1e-12);
      EXPECT_NEAR(layers[k].velocity_sigma_m_per_s / golden.at("interval_sigma")[first + k], 1.0, 1e-6);
      EXPECT_NEAR(layers[k].thickness_sigma_m / golden.at("thickness_sigma")[first + k], 1.0, 1e-6);
      EXPECT_NEAR(layers[k].depth_sigma_m / golden.at("depth_sigma")[first + k], 1.0, 1e-6);
    }
  }
}

TEST(Dix, StatesTheScatterThatAMonteCarloShows) {
  const std::array<RmsPick, 3> truth{RmsPick{10e-9, 0.12e9, 0.05e-9, 4e5}, RmsPick{25e-9, 0.11e9, 0.05e-9, 4e5},
                                     RmsPick{40e-9, 0.1e9, 0.05e-9, 4e5}};
  std::array<IntervalLayer, 3> stated{};
  ASSERT_FALSE(dix(truth, stated));
  test::Random random(5);
  constexpr int n = 20000;
  std::array<double, 3> velocity{};
  std::array<double, 3> depth{};
  for (int i = 0; i < n; ++i) {
    std::array<RmsPick, 3> picks = truth;
    for (RmsPick& p : picks) {
      p.time_s += p.time_sigma_s * random.normal();
      p.velocity_m_per_s += p.velocity_sigma_m_per_s * random.normal();
    }
    std::array<IntervalLayer, 3> layers{};
    ASSERT_FALSE(dix(picks, layers));
    for (std::size_t k = 0; k < 3; ++k) {
      velocity[k] += std::pow(layers[k].velocity_m_per_s - stated[k].velocity_m_per_s, 2) / n;
      depth[k] += std::pow(layers[k].depth_m - stated[k].depth_m, 2) / n;
    }
  }
  // The scatter of a standard deviation from n draws is 1 / sqrt(2 n) = 0.5 %.
  for (std::size_t k = 0; k < 3; ++k) {
    EXPECT_NEAR(std::sqrt(velocity[k]) / stated[k].velocity_sigma_m_per_s, 1.0, 0.02);
    EXPECT_NEAR(std::sqrt(depth[k]) / stated[k].depth_sigma_m, 1.0, 0.02);
  }
}

TEST(Dix, RefusesLayersThatCannotBe) {
  std::array<IntervalLayer, 2> layers{};
  const auto problem = [&](RmsPick a, RmsPick b) { return dix(std::array{a, b}, layers); };
  EXPECT_FALSE(problem({10e-9, 1e8}, {20e-9, 0.9e8}));
  layers[0].depth_m = -7.0;
  EXPECT_STREQ(problem({10e-9, 1e8}, {10e-9, 1e8}).field, "time_s");
  EXPECT_STREQ(problem({0.0, 1e8}, {10e-9, 1e8}).field, "time_s");
  EXPECT_STREQ(problem({10e-9, 1e8}, {std::nan(""), 1e8}).field, "time_s");
  EXPECT_STREQ(problem({10e-9, 3e8}, {20e-9, 1e8}).field, "velocity_m_per_s");
  EXPECT_STREQ(problem({10e-9, 1e8, -1.0}, {20e-9, 1e8}).field, "time_sigma_s");
  EXPECT_STREQ(problem({10e-9, 1e8, 0.0, std::nan("")}, {20e-9, 1e8}).field, "velocity_sigma_m_per_s");
  // V2^2 t2 below V1^2 t1: no layer; V2 so high that the second layer outruns light.
  const Problem falls = problem({10e-9, 1e8}, {11e-9, 0.9e8});
  EXPECT_STREQ(falls.field, "velocity_m_per_s");
  EXPECT_EQ(falls.value, 1.0);
  EXPECT_STREQ(problem({10e-9, 1e8}, {11e-9, 1.5e8}).field, "velocity_m_per_s");
  EXPECT_EQ(layers[0].depth_m, -7.0) << "refused picks leave the layers alone";
  EXPECT_STREQ(dix(std::array{RmsPick{10e-9, 1e8}}, layers).field, "layers");
  EXPECT_FALSE(dix({}, {}));
}

}  // namespace
}  // namespace surefoot::gpr
