// SPDX-License-Identifier: MIT
#include <surefoot/emi/phase_features.hpp>

#include "support/stage_run.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <complex>
#include <limits>
#include <numbers>

namespace surefoot::emi {
namespace {

using test::Single;
constexpr double pi = std::numbers::pi;

StreamSpec tones(Index n_channels = 1) {
  return {{AxisKind::sweep, 0.0, 0.0, {1e3, 1e4, 1e5}}, 6 * n_channels, 0.01, 0.0, 0, false, n_channels};
}
using Values = std::vector<std::complex<double>>;

std::vector<Sample> features(const Values& z, Response response = Response::polarizability) {
  Single<PhaseFeatures> stage(PhaseFeaturesOptions{response}, tones(static_cast<Index>(z.size() / 3)));
  std::vector<Sample> in;
  for (const auto& v : z) {
    in.push_back(static_cast<Sample>(v.real()));
    in.push_back(static_cast<Sample>(v.imag()));
  }
  stage.push(in);
  return stage.traces.at(0);
}

TEST(PhaseFeatures, OfOnePoleAreItsArcTangents) {
  for (const double sign : {1.0, -1.0}) {  // the coils' sensitivity has either
    for (const double tau : {1e-7, 1e-5, 1e-3}) {
      Values z;
      std::complex<double> sum = 0.0;
      for (const double f : {1e3, 1e4, 1e5}) {
        const std::complex<double> x(0.0, 2.0 * pi * f * tau);
        z.push_back(sign * 3.0 * -x / (1.0 + x));
        sum += -x / (1.0 + x);
      }
      const std::vector<Sample> y = features(z);
      ASSERT_EQ(y.size(), 7U);
      for (std::size_t k = 0; k < 3; ++k) {
        const double x = 2.0 * pi * 1e3 * std::pow(10.0, static_cast<double>(k)) * tau;
        EXPECT_NEAR(static_cast<double>(y[2 * k]), 3.0 * x / std::sqrt(1.0 + x * x), 1e-5);
        EXPECT_NEAR(static_cast<double>(y[2 * k + 1]), -90.0 - std::atan(x) * 180.0 / pi, 1e-4);
      }
      EXPECT_NEAR(static_cast<double>(y[6]), -90.0 - std::arg(sum) * 180.0 / pi, 1e-4);
      // The voltage of the same, V = i z, has the same phases.
      Values v;
      for (const auto& c : z) v.push_back(std::complex<double>(0.0, 1.0) * c);
      const std::vector<Sample> of_voltage = features(v, Response::voltage);
      for (std::size_t i = 0; i < 7; ++i) EXPECT_NEAR(of_voltage[i], y[i], 1e-4F);
    }
  }
}

TEST(PhaseFeatures, FerriteFoilAndSilverLieOnTheScale) {
  EXPECT_NEAR(features({1.0, 1.0, 1.0})[6], -90.0F, 1e-4F);
  EXPECT_NEAR(features({{0.0, -1.0}, {0.0, -1.0}, {0.0, -1.0}})[6], 0.0F, 1e-4F);
  EXPECT_NEAR(features({{-1.0, -1e-6}, {-1.0, -1e-6}, {-1.0, -1e-6}})[6], 90.0F, 1e-3F);
}

TEST(PhaseFeatures, ZeroAndNonFiniteInputAreDefined) {
  const std::vector<Sample> y = features({0.0, 0.0, 0.0});
  for (std::size_t i = 0; i < 6; ++i) EXPECT_EQ(y[i], 0.0F);
  EXPECT_EQ(y[6], -90.0F);
  Single<PhaseFeatures> stage(PhaseFeaturesOptions{}, tones());
  std::vector<Sample> broken(6, 1.0F);
  broken[3] = std::numeric_limits<Sample>::quiet_NaN();
  stage.push(broken);
  EXPECT_TRUE(has(stage.tags[0].quality, Quality::non_finite));
  EXPECT_EQ(stage.traces[0], std::vector<Sample>(7, 0.0F));
}

TEST(PhaseFeatures, TwoChannelsStandOneAfterTheOther) {
  const std::vector<Sample> y = features({1.0, 2.0, 3.0, {0.0, -4.0}, {0.0, -5.0}, {0.0, -6.0}});
  ASSERT_EQ(y.size(), 14U);
  EXPECT_EQ(y[2], 2.0F);
  EXPECT_EQ(y[6], -90.0F);
  EXPECT_EQ(y[7], 4.0F);
  EXPECT_NEAR(y[13], 0.0F, 1e-4F);
}

TEST(PhaseFeatures, RefusesWhatIsNoListOfTones) {
  StreamSpec steps = tones();
  steps.axis = {AxisKind::sweep, 1e3, 1e3};
  EXPECT_STREQ(validate(PhaseFeaturesOptions{}, steps).field, "response");
  EXPECT_FALSE(validate(PhaseFeaturesOptions{}, tones()));
}

}  // namespace
}  // namespace surefoot::emi
