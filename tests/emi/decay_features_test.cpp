// SPDX-License-Identifier: MIT
#include <surefoot/emi/decay_features.hpp>

#include <surefoot/sim/random.hpp>

#include "support/stage_run.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace surefoot::emi {
namespace {

using test::Single;

StreamSpec gates(Index n_channels = 1) {
  NumberList edges;
  for (Index i = 0; i <= 20; ++i)
    edges.values[to_size(edges.count++)] = 1e-5 * std::pow(100.0, static_cast<double>(i) / 20.0);
  return {{AxisKind::gates, 0.0, 0.0, edges}, 20 * n_channels, 0.01, 0.0, 0, false, n_channels};
}
std::vector<Sample> decay(double amplitude, double tau) {
  std::vector<Sample> y;
  for (Index g = 0; g < 20; ++g) {
    const double a = gates().axis.at(g);
    const double b = gates().axis.at(g + 1);
    y.push_back(static_cast<Sample>(amplitude * tau / (b - a) * (std::exp(-a / tau) - std::exp(-b / tau))));
  }
  return y;
}

TEST(DecayFeatures, FindsAmplitudeAndConstantOfEachChannel) {
  Single<DecayFeatures> stage(DecayFeaturesOptions{}, gates(2));
  std::vector<Sample> in = decay(5.0, 1e-4);
  const std::vector<Sample> second = decay(-2.0, 3e-5);
  in.insert(in.end(), second.begin(), second.end());
  stage.push(in);
  const std::vector<Sample>& y = stage.traces.at(0);
  ASSERT_EQ(y.size(), 6U);
  EXPECT_NEAR(y[0], 5.0F, 1e-3F);
  EXPECT_NEAR(y[1], 1e-4F, 1e-8F);
  EXPECT_NEAR(y[3], -2.0F, 1e-3F);
  EXPECT_NEAR(y[4], 3e-5F, 1e-8F);
}

// The deviation that is told is the one that is there: seed 1, 2,000 decays.
TEST(DecayFeatures, TheDeviationIsTrue) {
  Single<DecayFeatures> stage(DecayFeaturesOptions{}, gates());
  sim::Random random(1);
  double square = 0.0;
  for (int n = 0; n < 2000; ++n) {
    std::vector<Sample> y = decay(1.0, 1e-4);
    for (Sample& s : y) s += static_cast<Sample>(0.01 * random.normal());
    stage.push(y);
    const double z = (static_cast<double>(stage.traces.back()[1]) - 1e-4) / static_cast<double>(stage.traces.back()[2]);
    square += z * z / 2000.0;
  }
  EXPECT_NEAR(square, 18.0 / 16.0, 0.2);  // Student's t with 18 degrees of freedom
}

TEST(DecayFeatures, GatesBeforeTheFirstDoNotCount) {
  Single<DecayFeatures> stage(DecayFeaturesOptions{.first_gate = 8}, gates());
  std::vector<Sample> y = decay(1.0, 2e-4);
  for (std::size_t g = 0; g < 8; ++g) y[g] = 1000.0F;
  stage.push(y);
  EXPECT_NEAR(stage.traces.at(0)[1], 2e-4F, 1e-8F);
}

TEST(DecayFeatures, WhatIsNoDecayGivesZeros) {
  Single<DecayFeatures> stage(DecayFeaturesOptions{}, gates());
  stage.push(std::vector<Sample>(20, 0.0F));
  std::vector<Sample> broken = decay(1.0, 1e-4);
  broken[3] = std::numeric_limits<Sample>::quiet_NaN();
  stage.push(broken);
  for (const auto& y : stage.traces) EXPECT_EQ(y, std::vector<Sample>(3, 0.0F));
  EXPECT_TRUE(has(stage.tags[1].quality, Quality::non_finite));
}

// What the header says of noise alone: 2000 traces, seed 11.
TEST(DecayFeatures, NoiseAloneSeldomPassesAndSaysHowUnsure) {
  Single<DecayFeatures> stage(DecayFeaturesOptions{}, gates());
  sim::Random random(11);
  std::vector<Sample> y(20);
  int passed = 0;
  for (int n = 0; n < 2000; ++n) {
    for (Sample& s : y) s = static_cast<Sample>(random.normal());
    stage.push(y);
    if (stage.traces.back()[1] == 0.0F) continue;
    ++passed;
    EXPECT_GT(stage.traces.back()[2], 0.33F * stage.traces.back()[1]) << n;
  }
  EXPECT_LT(passed, 100);
}

TEST(DecayFeatures, RefusesWhatDoesNotFit) {
  EXPECT_STREQ(validate(DecayFeaturesOptions{.first_gate = 17}, gates()).field, "first_gate");
  EXPECT_STREQ(validate(DecayFeaturesOptions{.least_tau_s = 1e-3, .most_tau_s = 1e-4}, gates()).field, "most_tau_s");
  StreamSpec radar{{AxisKind::two_way_time, 0.0, 1e-10}, 512, 0.01, 0.0, 0};
  EXPECT_STREQ(validate(DecayFeaturesOptions{}, radar).field, "first_gate");
  EXPECT_FALSE(validate(DecayFeaturesOptions{}, gates()));
}

}  // namespace
}  // namespace surefoot::emi
