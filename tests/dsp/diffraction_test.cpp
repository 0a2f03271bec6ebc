// SPDX-License-Identifier: MIT
#include <surefoot/dsp/diffraction.hpp>

#include <surefoot/dsp/plane_wave.hpp>

#include <gtest/gtest.h>

#include <cmath>

namespace surefoot::dsp {
namespace {

// Fermat by brute force: the least time over the place where the ray crosses the surface.
struct Leg {
  double time_s;
  double cosine;  // in the air
};
Leg shortest(double distance, double height, double depth, double velocity) {
  const double d = std::abs(distance);
  const auto time = [&](double p) {
    return std::hypot(height, p) / speed_of_light_m_s + std::hypot(depth, d - p) / velocity;
  };
  double a = 0.0;
  double b = d;
  for (int k = 0; k < 200; ++k) {
    const double p = a + (b - a) / 3.0;
    const double q = b - (b - a) / 3.0;
    if (time(p) < time(q)) b = q;
    else a = p;
  }
  return {time(0.5 * (a + b)), height / std::hypot(height, 0.5 * (a + b))};
}

TEST(Diffraction, IsTheLeastTimeOverTheGround) {
  for (const double height : {0.02, 0.1, 0.5})
    for (const double depth : {0.01, 0.12, 0.7})
      for (const double velocity : {0.06e9, 0.15e9})
        for (const double offset : {0.0, 0.06, 0.4})
          for (const double x : {-0.3, 0.0, 0.05, 1.2}) {
            const DiffractionPath path{height, depth, offset, velocity};
            const Leg down = shortest(x - 0.5 * offset, height, depth, velocity);
            const Leg up = shortest(x + 0.5 * offset, height, depth, velocity);
            EXPECT_NEAR(diffraction_time(x, path), down.time_s + up.time_s, 1e-17);
            EXPECT_NEAR(diffraction_cosines(x, path), down.cosine * up.cosine, 1e-6);
            EXPECT_EQ(diffraction_time(-x, path), diffraction_time(x, path));
          }
}

TEST(Diffraction, IsTheHyperbolaOnTheGround) {
  const DiffractionPath path{0.0, 0.1, 0.06, 1e8};
  EXPECT_NEAR(diffraction_time(0.2, path), (std::hypot(0.17, 0.1) + std::hypot(0.23, 0.1)) / 1e8, 1e-22);
  EXPECT_NEAR(diffraction_cosines(0.2, path), 0.01 / (std::hypot(0.17, 0.1) * std::hypot(0.23, 0.1)), 1e-12);
  EXPECT_NEAR(surface_time(path), 0.06 / speed_of_light_m_s, 1e-22);
  EXPECT_NEAR(surface_time({0.04, 0.1, 0.06, 1e8}), 0.1 / speed_of_light_m_s, 1e-22);
}

TEST(Diffraction, DepthIsTheInverseOfTheApex) {
  for (const double height : {0.0, 0.05, 0.3})
    for (const double offset : {0.0, 0.06})
      for (const double depth : {0.006, 0.1, 1.0}) {
        DiffractionPath path{height, depth, offset, 0.11e9};
        const double time = diffraction_time(0.0, path);
        path.depth_m = -1.0;  // is not looked at
        EXPECT_NEAR(diffraction_depth(time, path, 0.005), depth, 1e-12);
        EXPECT_EQ(diffraction_depth(0.0, path, 0.005), 0.005);
      }
}

}  // namespace
}  // namespace surefoot::dsp
