// SPDX-License-Identifier: MIT
#include <surefoot/sim/scene_model.hpp>

#include <gtest/gtest.h>
#include <surefoot/dsp/plane_wave.hpp>

#include <algorithm>
#include <cmath>

namespace surefoot::sim {
namespace {

using dsp::reflection_te;
using dsp::soil_wave;
using dsp::speed_of_light_m_s;

constexpr double c = speed_of_light_m_s;

// One target under flat ground, no noise, no clutter, no converter.
Scene clean_scene(const TargetOptions& target) {
  Scene scene;
  scene.line = {.n_traces = 101, .n_samples = 512, .trace_spacing_m = 0.01, .axis_start_s = -1.5e-9};
  scene.layers = {LayerOptions{.permittivity = 6.0, .conductivity_s_m = 0.005}};
  scene.receiver.bits = 0;
  scene.receiver.gain = 1.0;
  scene.targets = {{"target", "clutter", "none", target}};
  return scene;
}

// Air and soil, by brute force over the place where the ray enters the ground: Fermat, nothing of the library.
double one_way_s(double distance, double height, double depth, double v) {
  double best = 1.0;
  const double end = std::abs(distance);
  double a = 0.0;
  double b = end;
  for (int round = 0; round < 12; ++round) {  // narrows by 20 each time
    constexpr int n = 40;
    double best_x = a;
    for (int i = 0; i <= n; ++i) {
      const double x = a + (b - a) * i / n;
      const double t = std::hypot(x, height) / c + std::hypot(end - x, depth) / v;
      if (t < best) {
        best = t;
        best_x = x;
      }
    }
    const double step = (b - a) / n;
    a = std::max(0.0, best_x - step);
    b = std::min(end, best_x + step);
  }
  return best;
}

// Time of the largest |sample| with a parabola through its neighbours.
double peak_s(const Line& line, Index trace) {
  Index i = 0;
  line.samples.col(trace).cwiseAbs().maxCoeff(&i);
  const double l = static_cast<double>(line.samples(i - 1, trace));
  const double m = static_cast<double>(line.samples(i, trace));
  const double r = static_cast<double>(line.samples(i + 1, trace));
  return line.axis.at(i) + line.axis.step * 0.5 * (l - r) / (l - 2.0 * m + r);
}

// What the target alone adds to the line.
Line target_alone(const Scene& scene) {
  Scene without = scene;
  without.targets.clear();
  Line line = simulate(scene).line;
  line.samples -= simulate(without).line.samples;
  return line;
}

TEST(SceneModel, PointArrivesAtTheRefractedTimeOverTheWholeHyperbola) {
  for (const double depth : {0.03, 0.1, 0.4}) {
    const Scene scene = clean_scene({.shape = TargetShape::point, .x_m = 0.5, .depth_m = depth, .scatterer_m = 0.01});
    const Line line = target_alone(scene);
    const double v = soil_wave(6.0, 0.005, scene.antenna.centre_frequency_hz).velocity_m_s;
    const double half = 0.5 * scene.antenna.offset_m;
    for (Index k = 10; k <= 90; k += 4) {
      const double x = 0.5 - 0.01 * static_cast<double>(k);
      const double expected = one_way_s(x + half, 0.05, depth, v) + one_way_s(x - half, 0.05, depth, v);
      EXPECT_NEAR(peak_s(line, k), expected, 0.05 * line.axis.step) << depth << " m, trace " << k;
    }
  }
}

TEST(SceneModel, EveryShapeArrivesOnTimeOverItsTop) {
  const double v = soil_wave(6.0, 0.005, 1e9).velocity_m_s;
  for (const TargetShape shape : {TargetShape::plate, TargetShape::cylinder, TargetShape::sphere}) {
    const TargetOptions target{
        .shape = shape, .x_m = 0.5, .depth_m = 0.2, .width_m = 0.3, .height_m = 0.3, .conductor = true};
    const Scene scene = clean_scene(target);
    const Line line = target_alone(scene);
    const double radius = shape == TargetShape::plate ? 0.0 : 0.15;
    const double expected = 2.0 * one_way_s(0.03, 0.05, 0.2 + radius, v) - 2.0 * radius / v;
    // The edges of the plate follow 2 ns later and hardly reach the peak.
    EXPECT_NEAR(peak_s(line, 50), expected, 0.1 * line.axis.step);
    EXPECT_LT(line.samples.col(50).minCoeff(), 0.0F) << "a conductor turns the pulse over";
    if (shape == TargetShape::plate) continue;
    for (const Index k : {20, 35, 60, 80}) {
      const double x = 0.5 - 0.01 * static_cast<double>(k);
      const double there = one_way_s(x + 0.03, 0.05, 0.35, v) + one_way_s(x - 0.03, 0.05, 0.35, v) - 2.0 * radius / v;
      EXPECT_NEAR(peak_s(line, k), there, 0.05 * line.axis.step) << k;
    }
  }
}

TEST(SceneModel, PlateOfPlasticHasTopAndBottomOfOtherSign) {
  Scene scene = clean_scene(
      {.shape = TargetShape::plate, .x_m = 0.5, .depth_m = 0.1, .width_m = 0.3, .height_m = 0.1, .permittivity = 2.9});
  scene.antenna.offset_m = 1e-3;  // the legs are upright
  const auto arrivals = SceneModel(scene).target_arrivals(0, 50);
  ASSERT_EQ(arrivals.size(), 6U);  // mirror and two edges, twice
  EXPECT_GT(arrivals[0].amplitude, 0.0);
  EXPECT_LT(arrivals[3].amplitude, 0.0);
  EXPECT_NEAR(arrivals[3].time_s - arrivals[0].time_s, 0.2 * std::sqrt(2.9) / c, 1e-14);
}

TEST(SceneModel, EdgesOfAPlateArriveAsPointsAndKeepItContinuous) {
  TargetOptions target{
      .shape = TargetShape::plate, .depth_m = 0.15, .width_m = 0.3, .height_m = 0.1, .conductor = true};
  const auto at = [&](double dx) {
    target.x_m = 0.5 + dx;
    return SceneModel(clean_scene(target)).target_arrivals(0, 50);
  };
  const double v = soil_wave(6.0, 0.005, 1e9).velocity_m_s;
  const auto beside = at(0.4);
  ASSERT_EQ(beside.size(), 2U);
  EXPECT_NEAR(beside[0].time_s, one_way_s(0.25 + 0.03, 0.05, 0.15, v) + one_way_s(0.25 - 0.03, 0.05, 0.15, v), 1e-16);
  EXPECT_NEAR(beside[1].time_s, one_way_s(0.55 + 0.03, 0.05, 0.15, v) + one_way_s(0.55 - 0.03, 0.05, 0.15, v), 1e-16);
  EXPECT_LT(beside[0].amplitude * beside[1].amplitude, 0.0);

  // At the border the mirror wave and the near edge come together: their sum must not jump.
  const auto sum = [](const std::vector<Arrival>& arrivals) {
    double total = 0.0;
    for (const Arrival& a : arrivals) total += a.amplitude;
    return total;
  };
  constexpr double tiny = 1e-9;
  EXPECT_NEAR(sum(at(0.15 - tiny)) / sum(at(0.15 + tiny)), 1.0, 1e-3);
  EXPECT_NEAR(at(0.15 + tiny)[0].amplitude / at(0.15 - tiny)[0].amplitude, 0.5, 1e-3);
}

TEST(SceneModel, AmplitudeFallsWithDepthOffsetAndConductivity) {
  const auto peak = [](double depth, double dx, double conductivity) {
    Scene scene = clean_scene({.shape = TargetShape::point, .x_m = 0.5 + dx, .depth_m = depth, .scatterer_m = 0.01});
    scene.layers[0].conductivity_s_m = conductivity;
    return std::abs(SceneModel(scene).target_arrivals(0, 50)[0].amplitude);
  };
  for (double depth = 0.05; depth < 0.5; depth += 0.05) EXPECT_GT(peak(depth, 0, 0.01), peak(depth + 0.05, 0, 0.01));
  for (double dx = 0.0; dx < 0.4; dx += 0.05) EXPECT_GT(peak(0.1, dx, 0.01), peak(0.1, dx + 0.05, 0.01));
  // Straight down and up (nearly): the ratio is exp(-2 alpha depth).
  const double ratio = peak(0.4, 0.0, 0.01) / peak(0.4, 0.0, 0.0);
  const double alpha = soil_wave(6.0, 0.01, 1e9).attenuation_np_m;
  EXPECT_NEAR(ratio, std::exp(-2.0 * alpha * 0.4), 0.005);
}

TEST(SceneModel, DirectWaveGroundAndLayersAreWhereTheyMustBe) {
  Scene scene = clean_scene({});
  scene.targets.clear();
  scene.antenna.reflectivity = 0.3;
  scene.layers.push_back({.top_m = 0.3, .permittivity = 12.0, .conductivity_s_m = 0.0});
  const SceneModel model(scene);
  const auto arrivals = model.arrivals(50);
  ASSERT_EQ(arrivals.size(), 4U);
  EXPECT_DOUBLE_EQ(arrivals[0].time_s, 0.06 / c);
  EXPECT_DOUBLE_EQ(arrivals[1].time_s, 2.0 * std::hypot(0.03, 0.05) / c);
  const double sine = 0.03 / std::hypot(0.03, 0.05);
  const double cosine = std::sqrt(1.0 - sine * sine);
  EXPECT_NEAR(arrivals[1].amplitude, reflection_te(1.0, 6.0, sine) * cosine * cosine / (2.0 * std::hypot(0.03, 0.05)),
              1e-12);
  EXPECT_DOUBLE_EQ(arrivals[2].time_s, 2.0 * std::hypot(0.03, 0.10) / c);
  EXPECT_GT(arrivals[2].amplitude, 0.0);
  const double v = soil_wave(6.0, 0.005, 1e9).velocity_m_s;
  EXPECT_NEAR(arrivals[3].time_s, 2.0 * one_way_s(0.03, 0.05, 0.3, v), 1e-16);
  EXPECT_LT(arrivals[3].amplitude, 0.0);
}

TEST(SceneModel, BordersDipAndNeverCross) {
  Scene scene = clean_scene({});
  scene.targets.clear();
  scene.layers = {{.permittivity = 5.0},
                  {.top_m = 0.2, .permittivity = 8.0, .slope = 0.1},
                  {.top_m = 0.22, .permittivity = 12.0, .slope = -0.1, .roughness_m = 0.02}};
  const SceneModel model(scene);
  EXPECT_DOUBLE_EQ(model.layer_top_m(1, 0.5), 0.2);
  EXPECT_NEAR(model.layer_top_m(1, 1.0), 0.25, 1e-15);
  for (Index k = 0; k < 101; ++k) {
    const double x = model.place_m(k);
    EXPECT_GE(model.layer_top_m(2, x), model.layer_top_m(1, x) + 0.0019);
  }
}

TEST(SceneModel, HeadWandersAroundItsStandoff) {
  Scene scene = clean_scene({});
  scene.line.n_traces = 4000;
  scene.line.n_samples = 8;
  scene.ground.wander_m = 0.004;
  scene.ground.jitter_m = 0.001;
  scene.ground.wander_length_m = 0.3;
  const SceneModel model(scene);
  double mean = 0, power = 0, step = 0;
  for (Index k = 0; k < 4000; ++k) {
    const double d = model.standoff_m(k) - 0.05;
    mean += d / 4000;
    power += d * d / 4000;
    if (k > 0) step += std::pow(model.standoff_m(k) - model.standoff_m(k - 1), 2) / 3999;
  }
  EXPECT_NEAR(mean, 0.0, 0.002);
  EXPECT_NEAR(std::sqrt(power), std::hypot(0.004, 0.001), 0.0015);
  EXPECT_NEAR(std::sqrt(step), 0.001 * std::sqrt(2.0), 1e-4);
}

}  // namespace
}  // namespace surefoot::sim
