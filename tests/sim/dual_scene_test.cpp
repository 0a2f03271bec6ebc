// SPDX-License-Identifier: MIT
#include <surefoot/sim/dual_scene.hpp>

#include <surefoot/dsp/math.hpp>
#include <surefoot/dsp/parallel.hpp>
#include <surefoot/dsp/ray.hpp>
#include <surefoot/io/coil_array.hpp>
#include <surefoot/sim/section.hpp>

#include "refused.hpp"
#include "support/golden.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <string>
#include <vector>

namespace surefoot::sim {
namespace {

constexpr double speed_of_light = 299792458.0;
constexpr const char* head_text = "surefoot_scene = 1\nmodality = \"dual\"\n";
constexpr const char* array_text = "[head]\narray = \"handheld-coaxial\"\n";
constexpr const char* target_text = "name = \"a\"\nkind = \"clutter\"\nx_m = 0.2\ndepth_m = 0.05\n";

DualScene parsed(const std::string& toml) {
  DualScene scene = parse_dual_scene(toml);
  scene.array = io::load_coil_array(scene.array_name);
  return scene;
}

// A short lane over even ground, no noise, no converter.
DualScene plain(double length_m = 0.4) {
  DualScene scene = parsed(std::string(head_text) + array_text);
  scene.line.length_m = length_m;
  scene.ground.permittivity = 6.0;
  scene.ground.conductivity_s_m = 0.01;
  scene.radar.depth_m = 0.2;
  scene.radar.reach_m = 0.2;
  scene.radar.n_samples = 128;
  scene.radar_receiver.gain = 1.0;
  scene.radar_receiver.bits = 0;
  return scene;
}

DualTarget object(double x_m, double depth_m, const BodyOptions& body) {
  DualTarget target;
  target.metal.name = "object";
  target.metal.kind = "clutter";
  target.metal.metal = "none";
  target.metal.options.x_m = x_m;
  target.metal.options.depth_m = depth_m;
  target.metal.options.width_m = body.width_m;
  target.bodies.push_back(body);
  return target;
}

bool same_bits(const TraceMatrix& a, const TraceMatrix& b) {
  return a.rows() == b.rows() && a.cols() == b.cols() &&
         std::memcmp(a.data(), b.data(), static_cast<std::size_t>(a.size()) * sizeof(float)) == 0;
}

TraceMatrix radar_of(const DualScene& scene) { return simulate(scene).radar.line.samples; }

// Sample with the largest value of a trace.
Index peak(const TraceMatrix& samples, Index trace) {
  Index at = 0;
  samples.col(trace).cwiseAbs().maxCoeff(&at);
  return at;
}
Index strongest_trace(const TraceMatrix& samples) {
  Index at = 0;
  samples.colwise().squaredNorm().maxCoeff(&at);
  return at;
}

TEST(DualScene, EveryOptionOutOfItsRangeIsNamed) {
  const auto error_path = [](const std::string& toml) { return test::error_of([&] { validate(parsed(toml)); }); };
  const auto table = [](const std::string& header, const std::string& path, const std::string& rest) {
    return test::Table{std::string(head_text) + header + "\n", path, rest};
  };
  test::expect_all_refused<DualLineOptions>(error_path, table("[line]", "line", array_text));
  test::expect_all_refused<HeadOptions>(error_path, table("[head]", "head", "array = \"handheld-coaxial\"\n"));
  test::expect_all_refused<DualRadarOptions>(error_path, table("[radar]", "radar", array_text));
  test::expect_all_refused<SectionOptions>(error_path, table("[ground]", "ground", array_text));
  test::expect_all_refused<MetalSoilOptions>(error_path, table("[soil]", "soil", array_text));
  test::expect_all_refused<ReceiverOptions>(error_path, table("[radar_receiver]", "radar_receiver", array_text));
  test::expect_all_refused<MetalReceiverOptions>(error_path, table("[metal_receiver]", "metal_receiver", array_text));
  const std::string target = target_text;
  test::expect_all_refused<MetalTargetOptions>(error_path, table("[[target]]", "target[0]", target + array_text));
  test::expect_all_refused<PartOptions>(
      error_path, table("[[target]]\n" + target + "[[target.part]]", "target[0].part[0]", array_text));
  test::expect_all_refused<BodyOptions>(
      error_path, table("[[target]]\n" + target + "[[target.body]]", "target[0].body[0]", array_text));
}

TEST(DualScene, ContradictionsAreNamed) {
  const std::string head = std::string(head_text) + array_text;
  const auto error = [](const std::string& toml) { return test::error_of([&] { validate(parsed(toml)); }); };
  EXPECT_EQ(error(head), "no error");
  const std::vector<std::pair<std::string, std::string>> cases{
      {"surefoot_scene = 1\nmodality = \"emi\"\n", "modality (line 2"},
      {head + "[soil]\nroughness_m = 0.01", "soil.roughness_m"},
      {head + "[radar]\ncell_m = 0.02", "radar.cell_m"},
      {head + "[radar]\nsample_interval_s = 3e-10", "radar.sample_interval_s"},
      {head + "[line]\nlength_m = 1000\nradar_spacing_m = 0.001\n[radar]\nn_samples = 4096", "line.length_m"},
      {head + "[line]\nlength_m = 1000\nradar_spacing_m = 1\n[radar]\ncell_m = 5e-4",
       "radar.cell_m | radar.cell_m: gives a grid"},
      {head + "[line]\nlength_m = 100\nradar_spacing_m = 0.001\n[radar]\ncell_m = 2e-3\naxis_start_s = 1e-6",
       "radar.cell_m | radar.cell_m: gives"},
      {head + "[line]\nspeed = 3", "line.speed"},
      {head + "[antenna]\noffset_m = 0.1", "antenna"},
      {head + "[[target]]\n" + target_text + "metal = \"high\"", "target[0].part"},
      {head + "[[target]]\nname = \"a\"\nkind = \"clutter\"\nx_m = 0.2\ndepth_m = -0.05", "target[0].depth_m"},
      {head + "[[target]]\n" + target_text + "[[target.body]]\nround = true", "target[0].body[0].round"},
  };
  for (const auto& [toml, path] : cases) EXPECT_TRUE(error(toml).starts_with(path)) << path << ": " << error(toml);
}

// The golden half-space of tests/golden/line_source.py, in units of the direct wave's largest value.
TEST(DualScene, RadarOverEvenGroundIsTheAnalyticOne) {
  DualScene scene = plain(0.1);
  scene.ground.permittivity = 9.0;
  scene.ground.conductivity_s_m = 0.03;
  scene.head.standoff_m = 0.05;
  scene.radar.reach_m = 0.5;
  scene.radar.n_samples = 256;
  scene.radar.axis_start_s = -1.5e-9 + scene.radar.sample_interval_s;
  const TraceMatrix samples = radar_of(scene);
  const test::GoldenArray golden = test::read_golden_npy("line_source.npy");
  double direct = 0.0;
  double error = 0.0;
  for (std::size_t i = 0; i < 256; ++i) direct = std::max(direct, std::abs(golden.at(0, i)));
  for (Index k = 0; k < samples.cols(); ++k)
    for (std::size_t i = 0; i < 256; ++i)
      error =
          std::max(error, std::abs(static_cast<double>(samples(static_cast<Index>(i), k)) - golden.at(3, i) / direct));
  std::printf("largest error %.2e of the direct wave\n", error);
  EXPECT_LT(error, 5e-3);
}

TEST(DualScene, AHyperbolaLiesWhereTheTruthSaysAndWhenTheRayArrives) {
  const DualScene empty = plain(0.8);
  DualScene scene = empty;
  scene.targets.push_back(object(0.4, 0.08, {BodyShape::ellipse, 0, 0, 0.012, 0.012, 1.0, 3.0, 0.0, true}));
  const TraceMatrix echo = radar_of(scene) - radar_of(empty);
  const Index apex = strongest_trace(echo);
  EXPECT_NEAR(scene.line.radar_spacing_m * static_cast<double>(apex), 0.4, 0.011);
  // Moveout of the strongest half wave against Snell's law.
  const double speed = speed_of_light / std::sqrt(6.0);
  const auto ray = [&](double x) {
    const std::vector<dsp::Slab> slabs{{0.05, speed_of_light, 0, 1}, {0.08, speed, 0, 6}};
    return dsp::trace_ray(x - 0.03, slabs).time_s + dsp::trace_ray(x + 0.03, slabs).time_s;
  };
  const double dt = scene.radar.sample_interval_s;
  for (const Index away : {Index{-5}, Index{-3}, Index{3}, Index{5}}) {
    const double later = dt * static_cast<double>(peak(echo, apex + away) - peak(echo, apex));
    const double x = scene.line.radar_spacing_m * static_cast<double>(away);
    EXPECT_NEAR(later, ray(x) - ray(0.0), 1.5 * dt) << away;
  }
  const double time = scene.radar.axis_start_s + dt * static_cast<double>(peak(echo, apex));
  EXPECT_NEAR(time, ray(0.0), 0.25e-9) << "a line source turns the pulse by an eighth of a period";
}

TEST(DualScene, TheMetalLineIsThatOfTheSameMetalScene) {
  DualScene scene = plain(0.6);
  scene.line.metal_forward_m = 0.1;
  scene.head.standoff_m = 0.06;
  scene.soil.chi0 = 2e-3;
  scene.soil.kappa = 4e-5;
  scene.soil.conductivity_s_per_m = 0.02;
  scene.targets.push_back(object(0.35, 0.04, {}));
  scene.targets.back().metal.metal = "high";
  scene.targets.back().metal.options.y_m = 0.02;
  scene.targets.back().metal.parts.push_back({});
  const SimulatedDual found = simulate(scene);

  MetalScene metal;
  metal.array_name = scene.array_name;
  metal.array = scene.array;
  metal.line = {60, 0.01, 0.02, 0.0};
  metal.head = scene.head;
  metal.soil = scene.soil;
  metal.targets.push_back(scene.targets.back().metal);
  metal.targets.back().options.x_m = 0.25;  // heard 0.1 m before
  const SimulatedLine truth = simulate(metal);
  ASSERT_EQ(found.metal.line.samples.cols(), 60);
  const float largest = truth.line.samples.cwiseAbs().maxCoeff();
  EXPECT_LT((found.metal.line.samples - truth.line.samples).cwiseAbs().maxCoeff(), 1e-6F * largest);
  EXPECT_NEAR(found.metal.truth.at(0).x_m, 0.25, 1e-12);
  EXPECT_EQ(found.radar.truth.at(0).x_m, 0.35);
  EXPECT_EQ(found.truth.at(0).x_m, 0.35);
  EXPECT_EQ(found.truth.at(0).id, "lane/1");
  EXPECT_EQ(found.metal.truth.at(0).id, "lane/1");
  EXPECT_EQ(found.radar.line.tags.at(5).time_s, found.metal.line.tags.at(10).time_s);
  EXPECT_EQ(found.radar.line.tags.at(5).distance_m, found.metal.line.tags.at(10).distance_m);
}

// An uneven speed moves both sensors together: the same ball is off by the same way in both.
TEST(DualScene, BothSensorsAreCarriedByOneHand) {
  const std::vector<std::int64_t> seeds{1, 2, 5};
  double most = 0.0;
  for (const std::int64_t seed : seeds) {
    DualScene scene = plain(0.8);
    scene.seed = seed;
    scene.radar.n_samples = 64;
    scene.radar.depth_m = 0.1;
    scene.line.place_jitter_m = 0.04;
    scene.line.place_jitter_length_m = 2.0;
    scene.line.radar_spacing_m = 0.01;
    const TraceMatrix ground = radar_of(scene);
    scene.targets.push_back(object(0.4, 0.03, {BodyShape::ellipse, 0, 0, 0.02, 0.02, 1.0, 3.0, 0.0, true}));
    scene.targets.back().metal.metal = "high";
    scene.targets.back().metal.parts.push_back({});
    const SimulatedDual found = simulate(scene);
    const double radar = 0.01 * static_cast<double>(strongest_trace(found.radar.line.samples - ground)) - 0.4;
    const double metal = 0.01 * static_cast<double>(strongest_trace(found.metal.line.samples)) - 0.4;
    EXPECT_NEAR(radar, metal, 0.0151) << seed;
    most = std::max(most, std::abs(radar));
  }
  EXPECT_GT(most, 0.02) << "no jitter, nothing tested";
}

TEST(DualScene, ALiftedHeadShowsInBothSensors) {
  DualScene low = plain(0.1);
  low.soil.chi0 = 1e-2;
  DualScene high = low;
  high.head.standoff_m = 0.10;
  const SimulatedDual a = simulate(low);
  const SimulatedDual b = simulate(high);
  EXPECT_LT(b.metal.line.samples.col(2).norm(), 0.8F * a.metal.line.samples.col(2).norm());
  // The ground's reflection: the trace less the direct wave that is left far over the ground.
  DualScene air = low;
  air.ground.permittivity = 1.0;
  air.ground.conductivity_s_m = 0.0;
  const TraceMatrix direct = radar_of(air);
  const double later = low.radar.sample_interval_s * static_cast<double>(peak(b.radar.line.samples - direct, 2) -
                                                                         peak(a.radar.line.samples - direct, 2));
  const auto path = [](double h) { return 2.0 * std::sqrt(h * h + 0.03 * 0.03); };
  EXPECT_NEAR(later, (path(0.10) - path(0.05)) / speed_of_light, 0.06e-9);
}

// Contrast of a weak body: w / sqrt(w^2 + 2 lambda L).
TEST(Section, ABodyAnswersByItsExtentAcrossTheLine) {
  const DualScene empty = plain(0.1);
  const auto echo = [&](double across_m) {
    DualScene scene = empty;
    scene.targets.push_back(object(0.04, 0.05, {BodyShape::box, 0, 0, 0.05, 0.03, across_m, 6.3, 0.01, false}));
    return static_cast<double>((radar_of(scene) - radar_of(empty)).col(2).norm());
  };
  const double wave = speed_of_light / (1e9 * std::sqrt(6.0));
  const auto share = [&](double w) { return w / std::sqrt(w * w + 2.0 * wave * 0.10); };
  const double endless = echo(100.0);
  EXPECT_GT(endless, 1e-4);
  for (const double w : {0.02, 0.1}) EXPECT_NEAR(echo(w) / endless, share(w), 0.02) << w;
}

TEST(Section, PiecesLieInEachOther) {
  const DualScene empty = plain(0.1);
  const auto with = [&](const std::vector<BodyOptions>& bodies) {
    DualScene scene = empty;
    scene.targets.push_back(object(0.04, 0.05, bodies.front()));
    scene.targets.back().bodies = bodies;
    return radar_of(scene);
  };
  const BodyOptions body{BodyShape::box, 0, 0, 0.06, 0.04, 0.1, 3.0, 0.0, false};
  BodyOptions inner = body;
  inner.width_m = 0.05;
  inner.down_m = 0.005;
  inner.height_m = 0.03;
  EXPECT_TRUE(same_bits(with({body, inner}), with({body}))) << "a filler of the case's own stuff is nothing";
  inner.permittivity = 1.0;
  EXPECT_FALSE(same_bits(with({body, inner}), with({body})));
  EXPECT_TRUE(same_bits(with({inner, body}), with({body}))) << "the later piece covers the earlier";
  BodyOptions soil = body;
  soil.permittivity = 6.0;
  soil.conductivity_s_m = 0.01;
  EXPECT_LT((with({soil}) - radar_of(empty)).cwiseAbs().maxCoeff(), 1e-6F) << "a body of soil is soil";
}

TEST(Section, DepthsAreFromTheSurfaceOverTheObject) {
  DualScene scene = plain(2.0);
  scene.ground.roughness_m = 0.01;
  scene.ground.roughness_length_m = 0.4;
  scene.targets.push_back(object(0.7, 0.05, {}));
  scene.targets.push_back(object(1.3, 0.05, {}));
  scene.targets.back().metal.options.tilt_deg = 20.0;
  const Section section(scene);
  double mean = 0.0;
  constexpr int n = 1000;
  for (int i = 0; i < n; ++i) mean += section.surface_m(0.7 + 0.1 * ((i + 0.5) / n - 0.5)) / n;
  EXPECT_NEAR(section.top_m(0), 0.05 - mean, 2e-4);
  const double raised = 0.5 * 0.1 * std::sin(20.0 * dsp::pi / 180.0);
  EXPECT_NEAR(section.top_m(1), 0.05 + raised - section.surface_m(1.3, 0.1), 1e-12);
  EXPECT_GT(std::abs(mean), 1e-4) << "a flat place, nothing tested";
}

TEST(Section, TheSurfaceIsAsRoughAsAsked) {
  double power = 0.0;
  constexpr int seeds = 40;
  constexpr int places = 50;
  for (int seed = 0; seed < seeds; ++seed) {
    Random random(static_cast<std::uint64_t>(seed), 3);
    const FractalProfile profile(0.01, 0.4, 0.01, 0.5, random);
    const FractalField field(0.05, 0.4, 0.01, 0.5, random);
    for (int i = 0; i < places; ++i)
      power += profile.at(i) * profile.at(i) / 1e-4 + field.at(i, 0.3 * i) * field.at(i, 0.3 * i) / 25e-4;
  }
  // Squares of about normal values: deviation sqrt(2 / n) of the mean.
  EXPECT_NEAR(power / (2 * seeds * places), 1.0, 3.0 * std::sqrt(2.0 / (2 * seeds * places)));
}

TEST(DualScene, SameBitsWithAnyNumberOfThreads) {
  DualScene scene = plain(0.3);
  scene.ground.roughness_m = 0.004;
  scene.ground.variation = 0.05;
  scene.ground.debye_drop = 2.0;
  scene.head.wander_m = 0.005;
  scene.head.jitter_m = 0.001;
  scene.line.place_jitter_m = 0.004;
  scene.radar_receiver.noise = 1e-4;
  const SimulatedDual one = simulate(scene);
  dsp::set_threads(3);
  const SimulatedDual three = simulate(scene);
  dsp::set_threads(1);
  EXPECT_TRUE(same_bits(one.radar.line.samples, three.radar.line.samples));
  EXPECT_TRUE(same_bits(one.metal.line.samples, three.metal.line.samples));
  scene.seed = 2;
  EXPECT_FALSE(same_bits(radar_of(scene), one.radar.line.samples));
}

// A trace that ends before the direct wave does is the beginning of a longer one, in the same unit.
TEST(DualScene, AShortTraceHasTheSameUnit) {
  DualScene scene = plain(0.1);
  scene.line.radar_spacing_m = 0.1;
  const TraceMatrix whole = radar_of(scene);
  scene.radar.n_samples = 16;
  const TraceMatrix part = radar_of(scene);
  EXPECT_GT(part.cwiseAbs().maxCoeff(), 0.0F);
  EXPECT_TRUE(same_bits(part, whole.topRows(16)));
}

// Ground that swallows a field, hilly and higher than the head under one antenna or the other.
TEST(DualScene, NoAntennaGoesThroughTheGround) {
  DualScene scene = plain(1.0);
  scene.line.radar_spacing_m = 0.05;
  scene.radar.offset_m = 0.2;
  scene.ground.conductivity_s_m = 10.0;
  scene.ground.roughness_m = 0.05;
  scene.ground.roughness_length_m = 0.4;
  scene.head.standoff_m = 0.02;
  const TraceMatrix samples = radar_of(scene);
  float least = 1.0F;
  for (Index k = 0; k < samples.cols(); ++k) least = std::min(least, samples.col(k).cwiseAbs().maxCoeff());
  std::printf("weakest trace %.2e of the direct wave\n", static_cast<double>(least));
  EXPECT_GT(least, 2e-3F) << "a buried antenna sends less than 1e-4";
}

TEST(DualScene, RailsAreFlagged) {
  DualScene scene = plain(0.1);
  scene.radar_receiver.bits = 16;
  scene.radar_receiver.gain = 2.0;
  const SimulatedDual found = simulate(scene);
  for (const TraceTag& tag : found.radar.line.tags) EXPECT_EQ(tag.quality, Quality::saturated);
  EXPECT_GT(found.radar.count_value, 0.0);
}

TEST(DualScene, ALaneOfOneTraceAndTheEdgesOfTheGrid) {
  DualScene scene = plain(0.1);
  scene.line.radar_spacing_m = 0.1;
  scene.line.metal_spacing_m = 0.1;
  scene.line.place_jitter_m = 0.1;  // far beyond the spare edge of the grid: clamped
  scene.ground.roughness_m = 0.05;  // hills as high as the head
  scene.head.wander_m = 0.05;
  for (scene.seed = 1; scene.seed < 4; ++scene.seed) {
    const SimulatedDual found = simulate(scene);
    ASSERT_EQ(found.radar.line.samples.cols(), 1);
    EXPECT_TRUE(found.radar.line.samples.allFinite());
    EXPECT_TRUE(found.metal.line.samples.allFinite());
  }
}

}  // namespace
}  // namespace surefoot::sim
