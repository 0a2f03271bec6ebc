// SPDX-License-Identifier: MIT
// The law behind the height curves of bench/cwa: the height at which a ball is just heard goes as the root of its diameter.
#include <surefoot/sim/metal_model.hpp>

#include <surefoot/io/coil_array.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace surefoot::sim {
namespace {

// What the head hears of a ball whose top is h below it; far above the ball's own frequencies, so that it is a mirror.
double heard(double diameter_m, double height_m) {
  MetalScene scene;
  scene.array = io::load_coil_array("handheld-coaxial");
  scene.head.tones_hz = {1e7};
  scene.line.n_traces = 1;
  scene.head.standoff_m = 1.0;
  PartOptions ball;
  ball.across_m = 0.5 * diameter_m;
  ball.conductivity_s_per_m = 1e8;
  MetalTarget target{"ball", "clutter", "small", {}, {ball}};
  target.options.depth_m = height_m + 0.5 * diameter_m - 1.0;
  scene.targets = {target};
  const MetalModel model(scene);
  std::vector<double> volts(to_size(model.n_values()));
  model.add_targets(0, volts);
  model.to_output(volts);
  return std::hypot(volts[0], volts[1]);
}

double height_of(double diameter_m, double least) {
  double low = 1e-3;
  double high = 9.0;
  for (int i = 0; i < 60; ++i) {
    const double middle = std::sqrt(low * high);
    (heard(diameter_m, middle) > least ? low : high) = middle;
  }
  return low + 0.5 * diameter_m;  // to its middle
}

double exponent(double small_m, double large_m, double least) {
  return std::log(height_of(large_m, least) / height_of(small_m, least)) / std::log(large_m / small_m);
}

TEST(CwaHeights, FarAwayTheyGoAsTheRootOfTheDiameter) {
  const double least =
      heard(0.003, 2.0);  // so faint that all balls are heard from 2 m and more: 15 times the head's radius
  for (const double d : {0.003, 0.006, 0.012}) EXPECT_NEAR(exponent(d, 1.6 * d, least), 0.5, 0.01) << d;
  // The signal itself: d^3 / h^6.
  EXPECT_NEAR(std::log(heard(0.02, 4.0) / heard(0.01, 4.0)) / std::log(2.0), 3.0, 0.02);
  EXPECT_NEAR(std::log(heard(0.01, 8.0) / heard(0.01, 4.0)) / std::log(2.0), -6.0, 0.01);
}

TEST(CwaHeights, NearTheHeadTheyRiseFaster) {
  // The field of a head falls slower than h^-3 within its own radius: a little more metal is heard from much further.
  const double least = heard(0.003, 0.05);
  EXPECT_GT(exponent(0.003, 0.004, least), 0.8);
  EXPECT_GT(exponent(0.003, 0.004, least), exponent(0.010, 0.013, least));
  EXPECT_GT(exponent(0.010, 0.013, least), 0.51);
}

}  // namespace
}  // namespace surefoot::sim
