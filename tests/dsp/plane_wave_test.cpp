// SPDX-License-Identifier: MIT
#include <surefoot/dsp/plane_wave.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

namespace surefoot::dsp {
namespace {

TEST(Soil, WithoutConductivityIsTheSpeedOfLightOverTheIndex) {
  const SoilWave wave = soil_wave(9.0, 0.0, 1e9);
  EXPECT_DOUBLE_EQ(wave.velocity_m_s, speed_of_light_m_s / 3.0);
  EXPECT_EQ(wave.attenuation_np_m, 0.0);
}

TEST(Soil, LowLossLimitIsHalfTheConductivityTimesTheImpedance) {
  constexpr double impedance = 376.730313668;
  const SoilWave wave = soil_wave(6.0, 1e-4, 1e9);
  EXPECT_NEAR(wave.attenuation_np_m / (0.5 * 1e-4 * impedance / std::sqrt(6.0)), 1.0, 1e-6);
}

TEST(Soil, GoodConductorLimitIsTheSkinDepth) {
  constexpr double mu0 = 4e-7 * std::numbers::pi;
  const double skin_depth = 1.0 / std::sqrt(std::numbers::pi * 1e6 * mu0 * 1e4);
  EXPECT_NEAR(soil_wave(1.0, 1e4, 1e6).attenuation_np_m * skin_depth, 1.0, 1e-6);
}

TEST(Soil, SolvesTheDispersionRelation) {
  // (beta - i alpha)^2 = w^2 mu e0 (e - i s / (w e0)): real and imaginary part, in units of (w/c)^2.
  constexpr double w = 2.0 * std::numbers::pi * 4e8, conductivity = 0.03, permittivity = 12.0;
  const SoilWave wave = soil_wave(permittivity, conductivity, 4e8);
  const double beta = speed_of_light_m_s / wave.velocity_m_s;
  const double alpha = wave.attenuation_np_m * speed_of_light_m_s / w;
  EXPECT_NEAR(beta * beta - alpha * alpha, permittivity, 1e-12);
  EXPECT_NEAR(2.0 * alpha * beta, conductivity / (w * 8.8541878128e-12), 1e-9);
}

TEST(Fresnel, HasItsClosedForms) {
  EXPECT_DOUBLE_EQ(reflection_te(1.0, 9.0, 0.0), -0.5);
  EXPECT_DOUBLE_EQ(reflection_te(9.0, 1.0, 0.0), 0.5);
  EXPECT_EQ(reflection_te(4.0, 4.0, 0.3), 0.0);
  EXPECT_NEAR(reflection_te(1.0, 9.0, 1.0), -1.0, 1e-12);
  // r = -sin(a1 - a2) / sin(a1 + a2), the other way to write it.
  const double a1 = 0.7;
  const double a2 = std::asin(std::sin(a1) / std::sqrt(6.0));
  EXPECT_NEAR(reflection_te(1.0, 6.0, std::sin(a1)), -std::sin(a1 - a2) / std::sin(a1 + a2), 1e-14);
  EXPECT_EQ(reflection_te(9.0, 1.0, 0.5), 1.0);  // beyond the critical angle
}

}  // namespace
}  // namespace surefoot::dsp
