// SPDX-License-Identifier: MIT
#include <surefoot/sim/scene.hpp>

#include <surefoot/base/error.hpp>

#include "refused.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <cstring>
#include <string>
#include <vector>

namespace surefoot::sim {
namespace {

constexpr const char* busy_scene = R"(
surefoot_scene = 1
name = "test"
seed = 5
[line]
n_traces = 30
n_samples = 200
[ground]
wander_m = 0.005
jitter_m = 0.0005
roughness_m = 0.003
scatterers_per_m = 20
scatterer_m = 0.001
[[layer]]
permittivity = 6
conductivity_s_m = 0.01
[[layer]]
top_m = 0.2
permittivity = 10
slope = 0.05
roughness_m = 0.01
[clutter]
density_per_m2 = 50
scatterer_m = 0.002
[receiver]
noise = 0.001
coloured_noise = 0.001
wow = 0.05
drift = 0.01
ringing = 0.02
[[target]]
name = "disc"
kind = "mine-AP"
x_m = 0.15
depth_m = 0.05
)";

bool same_bits(const TraceMatrix& a, const TraceMatrix& b) {
  return a.rows() == b.rows() && a.cols() == b.cols() &&
         std::memcmp(a.data(), b.data(), static_cast<std::size_t>(a.size()) * sizeof(float)) == 0;
}

std::string error_path(const std::string& toml) {
  return test::error_of([&] { (void)parse_scene(toml, "test"); });
}

template <class Options>
void expect_all_refused(const std::string& header, const std::string& path, const std::string& rest) {
  test::expect_all_refused<Options>(error_path, {"surefoot_scene = 1\n" + header + "\n", path, rest});
}

TEST(Scene, EveryOptionOutOfItsRangeIsNamed) {
  expect_all_refused<LineOptions>("[line]", "line", "");
  expect_all_refused<AntennaOptions>("[antenna]", "antenna", "");
  expect_all_refused<GroundOptions>("[ground]", "ground", "");
  expect_all_refused<LayerOptions>("[[layer]]", "layer[0]", "");
  expect_all_refused<ClutterOptions>("[clutter]", "clutter", "");
  expect_all_refused<ReceiverOptions>("[receiver]", "receiver", "");
  expect_all_refused<OriginOptions>("[origin]", "origin", "");
  expect_all_refused<TargetOptions>("[[target]]", "target[0]",
                                    "name = \"a\"\nkind = \"clutter\"\nx_m = 1.0\ndepth_m = 0.1\n");
}

TEST(Scene, ContradictionsAndUnknownKeysAreNamed) {
  const std::string head = "surefoot_scene = 1\n";
  const std::string target = "[[target]]\nname = \"a\"\nkind = \"clutter\"\nx_m = 1.0\ndepth_m = 0.1\n";
  EXPECT_EQ(error_path(head + target), "no error");
  const std::vector<std::pair<std::string, std::string>> cases{
      {"name = \"x\"", "surefoot_scene"},
      {"surefoot_scene = 2", "surefoot_scene"},
      {head + "name = \"../etc\"", "name"},
      {head + "sede = 3", "sede (line 2, column 1)"},
      {head + "[line]\nn_trace = 3", "line.n_trace (line 3, column 1)"},
      {head + "[line]\nn_traces = 1000000\nn_samples = 60000", "line.n_traces"},
      {head + "[line]\nsample_interval_s = 1e-9", "line.sample_interval_s"},
      {head + "[clutter]\ntop_m = 0.5\nbottom_m = 0.2", "clutter.bottom_m"},
      {head + "[clutter]\ndensity_per_m2 = 1e5\nbottom_m = 100", "clutter.density_per_m2"},
      {head + "[line]\ntrace_spacing_m = 100\n[ground]\nscatterers_per_m = 1e4", "ground.scatterers_per_m"},
      {head + "layer = 3", "layer"},
      {head + "[[layer]]\ntop_m = 0.1", "layer[0].top_m"},
      {head + "[[layer]]\n[[layer]]\ntop_m = 0.2\n[[layer]]\ntop_m = 0.2", "layer[2].top_m"},
      {head + "[[target]]\nkind = \"clutter\"\nx_m = 1.0\ndepth_m = 0.1", "target[0].name"},
      {head + "[[target]]\nname = \"a\"\nkind = \"clutter\"\ndepth_m = 0.1", "target[0].x_m"},
      {head + "[[target]]\nname = \"a\"\nkind = \"bomb\"\nx_m = 1\ndepth_m = 0.1", "target[0].kind"},
      {head + target + "metal = \"much\"", "target[0].metal"},
      {head + target + "colour = 3", "target[0].colour"},
      {head + "[[target]]\nname = \"a\"\nkind = \"clutter\"\nx_m = 4.5\ndepth_m = 0.1", "target[0].x_m"},
      {"surefoot_scene = ", "test"},
  };
  for (const auto& [toml, path] : cases)
    EXPECT_TRUE(error_path(toml).starts_with(path)) << toml << "\n" << error_path(toml);
}

TEST(Scene, WithoutLayersItIsRefusedInCode) {
  Scene scene;
  scene.layers.clear();
  EXPECT_THROW((void)simulate(scene), ConfigError);
}

TEST(Scene, SameSeedSameBitsOtherSeedOtherBits) {
  Scene scene = parse_scene(busy_scene);
  const SimulatedLine first = simulate(scene);
  EXPECT_TRUE(same_bits(first.line.samples, simulate(scene).line.samples));
  scene.seed = 6;
  const SimulatedLine other = simulate(scene);
  EXPECT_FALSE(same_bits(first.line.samples, other.line.samples));
  EXPECT_GT((first.line.samples - other.line.samples).cwiseAbs().maxCoeff(), 0.01F);
}

TEST(Scene, NoiseDoesNotMoveTheRest) {
  Scene scene = parse_scene(busy_scene);
  scene.receiver.bits = 0;
  const TraceMatrix noisy = simulate(scene).line.samples;
  scene.receiver.noise = 0.0;
  scene.receiver.coloured_noise = 0.0;
  const TraceMatrix clean = simulate(scene).line.samples;
  const TraceMatrix noise = noisy - clean;
  const double n = static_cast<double>(noise.size());
  EXPECT_NEAR(std::sqrt(static_cast<double>(noise.squaredNorm()) / n), 1e-3 * std::sqrt(2.0), 1e-4);
  EXPECT_LT(std::abs(static_cast<double>(noise.mean())), 1e-4);
}

TEST(Scene, LineAndTruthAreComplete) {
  Scene scene = parse_scene(busy_scene);
  scene.origin = OriginOptions{.latitude_deg = 10, .longitude_deg = 20, .height_m = 5, .azimuth_deg = 30};
  const SimulatedLine out = simulate(scene);
  EXPECT_EQ(out.line.n_traces(), 30);
  EXPECT_EQ(out.line.n_samples(), 200);
  EXPECT_EQ(out.line.axis, (TraceAxis{AxisKind::two_way_time, -1.5e-9, 3.5e-11}));
  ASSERT_EQ(out.line.tags.size(), 30U);
  EXPECT_DOUBLE_EQ(out.line.tags[29].distance_m, 0.29);
  EXPECT_DOUBLE_EQ(out.line.tags[29].time_s, 0.58);
  EXPECT_NEAR(out.line.tags[29].position_m[0], 0.29 * 0.5, 1e-15);
  EXPECT_NEAR(out.line.tags[29].position_m[1], 0.29 * std::sqrt(0.75), 1e-15);
  ASSERT_TRUE(out.line.origin);
  EXPECT_EQ(out.line.origin->latitude_deg, 10.0);
  ASSERT_EQ(out.truth.size(), 1U);
  EXPECT_EQ(out.truth[0].line, "test");
  EXPECT_EQ(out.truth[0].name, "disc");
  EXPECT_EQ(out.truth[0].x_m, 0.15);
  EXPECT_EQ(out.truth[0].depth_m, 0.05);
  EXPECT_EQ(out.truth[0].metal, "none");
}

TEST(Scene, ConverterRoundsToCountsAndFlagsItsRails) {
  Scene scene = parse_scene(busy_scene);
  scene.receiver.bits = 12;
  const SimulatedLine out = simulate(scene);
  EXPECT_EQ(out.count_value, 1.0 / 2048.0);
  for (Index i = 0; i < out.line.samples.size(); ++i) {
    const double counts = static_cast<double>(out.line.samples.data()[i]) / out.count_value;
    ASSERT_EQ(counts, std::floor(counts));
  }
  for (const TraceTag& tag : out.line.tags) EXPECT_EQ(tag.quality, Quality::good);

  scene.receiver.full_scale = 0.25;  // the ground is louder than that
  const SimulatedLine loud = simulate(scene);
  EXPECT_EQ(loud.line.samples.minCoeff(), -0.25F);
  for (const TraceTag& tag : loud.line.tags) EXPECT_EQ(tag.quality, Quality::saturated);
}

}  // namespace
}  // namespace surefoot::sim
