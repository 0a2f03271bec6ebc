// SPDX-License-Identifier: MIT
#include <surefoot/io/geodesy.hpp>

#include <surefoot/base/tag.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

namespace surefoot::io {
namespace {

constexpr double degree = std::numbers::pi / 180.0;
constexpr double a = 6378137.0;
constexpr double f = 1.0 / 298.257223563;

// The direct geodesic after Vincenty (1975): another method than the library's, good to 0.1 mm.
GeoPoint vincenty(double latitude_deg, double longitude_deg, double azimuth, double distance) {
  const double b = a * (1 - f);
  const double u1 = std::atan((1 - f) * std::tan(latitude_deg * degree));
  const double s1 = std::atan2(std::tan(u1), std::cos(azimuth));
  const double sin_alpha = std::cos(u1) * std::sin(azimuth);
  const double cos2_alpha = 1 - sin_alpha * sin_alpha;
  const double uu = cos2_alpha * (a * a - b * b) / (b * b);
  const double aa = 1 + uu / 16384 * (4096 + uu * (-768 + uu * (320 - 175 * uu)));
  const double bb = uu / 1024 * (256 + uu * (-128 + uu * (74 - 47 * uu)));
  double s = distance / (b * aa);
  double m = 0;
  for (int i = 0; i < 20; ++i) {
    m = std::cos(2 * s1 + s);
    const double ds = bb * std::sin(s) *
                      (m + bb / 4 *
                               (std::cos(s) * (-1 + 2 * m * m) -
                                bb / 6 * m * (-3 + 4 * std::sin(s) * std::sin(s)) * (-3 + 4 * m * m)));
    s = distance / (b * aa) + ds;
  }
  const double t = std::sin(u1) * std::sin(s) - std::cos(u1) * std::cos(s) * std::cos(azimuth);
  const double latitude = std::atan2(std::sin(u1) * std::cos(s) + std::cos(u1) * std::sin(s) * std::cos(azimuth),
                                     (1 - f) * std::hypot(sin_alpha, t));
  const double lambda = std::atan2(std::sin(s) * std::sin(azimuth),
                                   std::cos(u1) * std::cos(s) - std::sin(u1) * std::sin(s) * std::cos(azimuth));
  const double cc = f / 16 * cos2_alpha * (4 + f * (4 - 3 * cos2_alpha));
  const double l =
      lambda - (1 - cc) * f * sin_alpha * (s + cc * std::sin(s) * (m + cc * std::cos(s) * (-1 + 2 * m * m)));
  return {longitude_deg + l / degree, latitude / degree, 0.0};
}

TEST(Geodesy, AgreesWithVincentyToAMillimetreOverAKilometre) {
  for (const double latitude : {-55.0, 0.0, 30.0, 48.5, 80.0}) {
    for (const double distance : {10.0, 100.0, 1000.0}) {
      for (double azimuth = 0.1; azimuth < 6.3; azimuth += 0.9) {
        const GeoOrigin origin{latitude, 17.0, 0.0};
        const auto point = to_geodetic(origin, {distance * std::sin(azimuth), distance * std::cos(azimuth), 0.0});
        ASSERT_TRUE(point);
        const GeoPoint expected = vincenty(latitude, 17.0, azimuth, distance);
        constexpr double metre_a_degree = 111195.0;
        EXPECT_NEAR((point->latitude_deg - expected.latitude_deg) * metre_a_degree, 0.0, 1e-3);
        EXPECT_NEAR((point->longitude_deg - expected.longitude_deg) * metre_a_degree * std::cos(latitude * degree), 0.0,
                    1e-3);
        // The tangent plane leaves the ellipsoid by d^2 / 2R.
        EXPECT_NEAR(point->height_m, distance * distance / 2 / 6.37e6, 1e-3);
      }
    }
  }
}

TEST(Geodesy, KeepsTheOriginAndItsHeight) {
  const auto point = to_geodetic({47.0, -122.0, 123.5}, {0.0, 0.0, 1.25});
  ASSERT_TRUE(point);
  EXPECT_NEAR(point->latitude_deg, 47.0, 1e-12);
  EXPECT_NEAR(point->longitude_deg, -122.0, 1e-12);
  EXPECT_NEAR(point->height_m, 124.75, 1e-8);
}

TEST(Geodesy, CrossesTheDateLineInRange) {
  const auto point = to_geodetic({10.0, 179.9999, 0.0}, {100.0, 0.0, 0.0});
  ASSERT_TRUE(point);
  EXPECT_NEAR(point->longitude_deg, -180.0 + 100.0 / 109640.0 - 1e-4, 1e-6);
}

TEST(Geodesy, IsUnknownWhereSomethingIs) {
  EXPECT_FALSE(to_geodetic({10.0, 20.0, 0.0}, {unknown, 0.0, 0.0}));
  EXPECT_FALSE(to_geodetic({unknown, 20.0, 0.0}, {0.0, 0.0, 0.0}));
  EXPECT_FALSE(to_geodetic({91.0, 20.0, 0.0}, {0.0, 0.0, 0.0}));
  EXPECT_TRUE(to_geodetic({10.0, 20.0, 0.0}, {0.0, 0.0, unknown}));
}

TEST(Geodesy, ToLocalUndoesToGeodetic) {
  for (const GeoOrigin& origin :
       {GeoOrigin{30.0, -40.0, 12.0}, GeoOrigin{-89.9, 170.0, 0.0}, GeoOrigin{0.0, 0.0, 3000.0}})
    for (const std::array<double, 3>& position :
         {std::array{0.0, 0.0, 0.0}, std::array{12.5, -3.25, 0.5}, std::array{-40000.0, 70000.0, 100.0}}) {
      const auto point = to_geodetic(origin, position);
      ASSERT_TRUE(point);
      const std::array<double, 3> back = to_local(origin, *point);
      for (std::size_t axis = 0; axis < 3; ++axis) EXPECT_NEAR(back[axis], position[axis], 1e-6);
    }
}

// One minute of latitude north at 45 degrees: 1852 m within a metre, and the ground falls away by d^2 / 2R.
TEST(Geodesy, ToLocalSeesTheCurvedEarth) {
  const std::array<double, 3> there = to_local({45.0, 9.0, 0.0}, {9.0, 45.0 + 1.0 / 60.0, 0.0});
  EXPECT_NEAR(there[0], 0.0, 1e-6);
  EXPECT_NEAR(there[1], 1852.2, 1.0);
  EXPECT_NEAR(there[2], -1852.2 * 1852.2 / (2.0 * 6.3675e6), 1e-3);
  EXPECT_TRUE(std::isnan(to_local({95.0, 0.0, 0.0}, {0.0, 0.0, 0.0})[0]));
}

}  // namespace
}  // namespace surefoot::io
