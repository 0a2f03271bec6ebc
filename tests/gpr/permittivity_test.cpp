// SPDX-License-Identifier: MIT
#include <surefoot/gpr/permittivity.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace surefoot::gpr {
namespace {

constexpr double c = 299792458.0;

// Worked by hand from the printed coefficients.
TEST(Topp, HasThePublishedValues) {
  EXPECT_DOUBLE_EQ(topp_permittivity(0.0), 3.03);
  EXPECT_NEAR(topp_permittivity(0.1), 3.03 + 0.93 + 1.46 - 0.0767, 1e-12);
  EXPECT_NEAR(topp_permittivity(0.3), 3.03 + 2.79 + 13.14 - 2.0709, 1e-12);
  EXPECT_NEAR(topp_water_content(10.0), -0.053 + 0.292 - 0.055 + 0.0043, 1e-15);
  EXPECT_NEAR(topp_water_content(20.0), -0.053 + 0.584 - 0.22 + 0.0344, 1e-15);
}

TEST(Topp, SaysHowFarItsTwoFitsAreApart) {
  double worst = 0.0;
  for (int i = 0; i <= 480; ++i) {
    const double w = 0.02 + 0.001 * i;
    worst = std::max(worst, std::abs(topp_water_content(topp_permittivity(w)) - w));
  }
  EXPECT_NEAR(worst, 0.0231, 1e-4);
}

TEST(Topp, GivesNothingOutsideItsRange) {
  for (const double w : {-0.01, 1.01, std::nan(""), std::numeric_limits<double>::infinity()})
    EXPECT_TRUE(std::isnan(topp_permittivity(w))) << w;
  for (const double e : {0.9, 81.5, std::nan("")}) EXPECT_TRUE(std::isnan(topp_water_content(e))) << e;
  EXPECT_EQ(topp_water_content(1.5), 0.0);
  EXPECT_GT(topp_water_content(1.9), 0.0);
}

TEST(Crim, MixesTheRefractiveIndices) {
  const CrimSoil soil{.porosity = 0.4, .grain_permittivity = 4.0, .water_permittivity = 81.0};
  // 0.6 * 2 + 0.1 * 9 + 0.3 * 1 = 2.4
  EXPECT_NEAR(crim_permittivity(0.1, soil), 5.76, 1e-12);
  EXPECT_NEAR(crim_permittivity(0.0, soil), 1.6 * 1.6, 1e-12);
  EXPECT_NEAR(crim_permittivity(0.4, soil), 4.8 * 4.8, 1e-12);
  for (const double w : {0.0, 0.05, 0.17, 0.4})
    EXPECT_NEAR(crim_water_content(crim_permittivity(w, soil), soil), w, 1e-14);
}

TEST(Crim, RefusesWhatItCannotBe) {
  const CrimSoil soil{.porosity = 0.4, .grain_permittivity = 4.0, .water_permittivity = 81.0};
  EXPECT_TRUE(std::isnan(crim_permittivity(0.41, soil)));
  EXPECT_TRUE(std::isnan(crim_permittivity(-0.01, soil)));
  EXPECT_TRUE(std::isnan(crim_water_content(2.5, soil)));   // below the dry soil
  EXPECT_TRUE(std::isnan(crim_water_content(23.1, soil)));  // above the saturated one
  EXPECT_TRUE(std::isnan(crim_permittivity(0.1, {.porosity = 1.2})));
  EXPECT_TRUE(std::isnan(crim_permittivity(0.1, {.porosity = std::nan("")})));
  EXPECT_TRUE(std::isnan(crim_water_content(6.0, {.grain_permittivity = 0.5})));
}

TEST(Water, IsEightyAtRoomTemperature) {
  EXPECT_NEAR(water_permittivity(20.0), 80.10, 0.005);
  EXPECT_NEAR(water_permittivity(0.0), 87.74, 1e-12);
  EXPECT_NEAR(water_permittivity(25.0), 78.30, 0.005);
  EXPECT_TRUE(std::isnan(water_permittivity(-1.0)));
  EXPECT_TRUE(std::isnan(water_permittivity(std::nan(""))));
}

TEST(Velocity, IsTheSpeedOfLightOverTheIndex) {
  EXPECT_DOUBLE_EQ(velocity_of_permittivity(9.0), c / 3.0);
  EXPECT_DOUBLE_EQ(permittivity_of_velocity(c / 4.0), 16.0);
  EXPECT_EQ(permittivity_of_velocity(c), 1.0);
  EXPECT_TRUE(std::isnan(permittivity_of_velocity(1.001 * c)));
  EXPECT_TRUE(std::isnan(permittivity_of_velocity(0.0)));
  EXPECT_TRUE(std::isnan(velocity_of_permittivity(0.99)));
  EXPECT_TRUE(std::isnan(velocity_of_permittivity(std::nan(""))));
}

TEST(Depth, OnTheGroundIsPythagoras) {
  // Half the offset 0.3, depth 0.4: each leg 0.5.
  const GroundPath path{.velocity_m_per_s = 1e8, .antenna_offset_m = 0.6};
  EXPECT_DOUBLE_EQ(time_of_depth(0.4, path), 1e-8);
  EXPECT_NEAR(depth_of_time(1e-8, path), 0.4, 1e-15);
  EXPECT_EQ(depth_of_time(time_of_depth(0.0, path), path), 0.0);
  EXPECT_TRUE(std::isnan(depth_of_time(5.9e-9, path)));  // before the direct wave
  EXPECT_TRUE(std::isnan(time_of_depth(-0.1, path)));
  EXPECT_TRUE(std::isnan(time_of_depth(0.1, {.velocity_m_per_s = 3e8})));
  EXPECT_TRUE(std::isnan(time_of_depth(0.1, {.velocity_m_per_s = 1e8, .antenna_offset_m = -1.0})));
}

TEST(Depth, ThroughAirIsRefracted) {
  // Straight down the two media simply follow each other.
  const GroundPath straight{.velocity_m_per_s = 1e8, .antenna_offset_m = 0.0, .standoff_m = 0.3};
  EXPECT_NEAR(time_of_depth(0.2, straight), 0.6 / c + 0.4 / 1e8, 1e-22);
  // By Fermat's principle, with the crossing point searched on a grid.
  const GroundPath path{.velocity_m_per_s = 0.9e8, .antenna_offset_m = 0.5, .standoff_m = 0.25};
  double least = 1.0;
  for (int i = 0; i <= 250000; ++i) {
    const double x = 1e-6 * i;
    least = std::min(least, 2.0 * (std::hypot(x, 0.25) / c + std::hypot(0.25 - x, 0.15) / 0.9e8));
  }
  EXPECT_NEAR(time_of_depth(0.15, path) / least, 1.0, 1e-10);
  for (const double d : {0.0, 1e-4, 0.01, 0.15, 2.0, 50.0})
    EXPECT_NEAR(depth_of_time(time_of_depth(d, path), path), d, 1e-12 + 1e-12 * d) << d;
  EXPECT_TRUE(std::isnan(depth_of_time(0.999 * time_of_depth(0.0, path), path)));
}

}  // namespace
}  // namespace surefoot::gpr
