// SPDX-License-Identifier: MIT
// The built-in pipelines of the metal detector over scenes with seeds that nobody looked at while their values were chosen
// (src/decisions/0019-metal-pipelines.md: 1 to 4, looked at; 5 to 12, looked at once; these are 21 to 24).
#include <surefoot/io/coil_array.hpp>
#include <surefoot/pipeline/apply.hpp>
#include <surefoot/sim/metal_scene.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <initializer_list>
#include <iterator>
#include <string>

namespace surefoot {
namespace {

constexpr std::int64_t first_seed = 21;

// The lane that is shipped, for head and converter of a test.
sim::MetalScene lane() {
  std::ifstream in(std::string(SUREFOOT_SOURCE_DIR) + "/datasets/metal-lane/scene.toml", std::ios::binary);
  EXPECT_TRUE(in);
  sim::MetalScene scene = sim::parse_metal_scene(std::string{std::istreambuf_iterator<char>(in), {}});
  scene.array = io::load_coil_array(scene.array_name);
  return scene;
}

struct Tally {
  int found = 0;
  int wanted = 0;
  int strong_missed = 0;
  int false_alarms = 0;
};

// An alarm is an object's if it lies within halo_m of its edge.
Tally tally(const std::string& pipeline, sim::MetalScene scene, std::initializer_list<const char*> strong,
            double halo_m, int n_seeds = 4) {
  Tally sum;
  for (int k = 0; k < n_seeds; ++k) {
    scene.seed = first_seed + k;
    const sim::SimulatedLine simulated = sim::simulate(scene);
    const surefoot::Run run = surefoot::run(pipeline, simulated.line);
    for (const Alarm& alarm : run.alarms)
      sum.false_alarms += std::none_of(simulated.truth.begin(), simulated.truth.end(), [&](const Target& target) {
        return std::abs(target.x_m - alarm.distance_m) <= 0.5 * target.width_m + halo_m;
      });
    for (const Target& target : simulated.truth) {
      const bool found = std::any_of(run.alarms.begin(), run.alarms.end(), [&](const Alarm& alarm) {
        return std::abs(target.x_m - alarm.distance_m) <= 0.5 * target.width_m + halo_m;
      });
      ++sum.wanted;
      sum.found += found ? 1 : 0;
      const bool is_strong = std::find(strong.begin(), strong.end(), target.name) != strong.end();
      if (is_strong && !found) ++sum.strong_missed;
    }
  }
  std::printf("%s: %d of %d objects, %d strong ones missed, %d false alarms in %d lines\n", pipeline.c_str(), sum.found,
              sum.wanted, sum.strong_missed, sum.false_alarms, n_seeds);
  return sum;
}

TEST(MetalPipelines, ContinuousWaveFindsTheStrongTargets) {
  const Tally got = tally("md-cw", lane(), {"PMN-like", "pull-ring", "cartridge-case", "coin", "TM-62-like"}, 0.1);
  EXPECT_EQ(got.strong_missed, 0);
  EXPECT_LE(got.false_alarms, 4);
}

TEST(MetalPipelines, PulsesFindTheStrongTargets) {
  sim::MetalScene scene = lane();
  scene.head.mode = sim::HeadMode::gates;
  scene.receiver.noise_v = 2e-6;
  scene.receiver.imbalance_h = 1e-8;
  scene.receiver.full_scale_v = 10.0;
  const Tally got = tally("md-pulse", scene, {"PMN-like", "pull-ring", "coin", "TM-62-like"}, 0.1);
  EXPECT_EQ(got.strong_missed, 0);
  EXPECT_LE(got.false_alarms, 4);
}

constexpr const char* array_scene = R"toml(
surefoot_scene = 1
modality = "emi"
name = "lane"
seed = 1
[line]
n_traces = 520
trace_spacing_m = 0.05
trace_interval_s = 0.1
[head]
array = "metalmapper-2x2"
mode = "gates"
standoff_m = 0.2
wander_m = 0.02
wander_length_m = 2.0
jitter_m = 0.002
tilt_deg = 2.0
[soil]
chi0 = 4.0e-3
kappa = 8.0e-5
conductivity_s_per_m = 0.01
variation = 0.2
loss_variation = 0.1
variation_length_m = 2.0
roughness_m = 0.01
roughness_length_m = 0.4
[receiver]
noise_v = 1.0e-11
drift_v = 1.0e-11
drift_time_s = 60.0
gain_drift = 0.002
[[target]]
name = "105mm-like"
kind = "ordnance"
metal = "high"
x_m = 7.0
y_m = 0.1
depth_m = 0.4
width_m = 0.105
height_m = 0.105
part = [ { shape = "spheroid", across_m = 0.0525, along_m = 0.21, down_m = 0.0525, dip_deg = 30, azimuth_deg = 40, conductivity_s_per_m = 5000000.0, mu_r = 100 } ]
[[target]]
name = "81mm-like"
kind = "ordnance"
metal = "high"
x_m = 9.5
y_m = -0.2
depth_m = 0.35
width_m = 0.081
height_m = 0.081
part = [ { shape = "spheroid", across_m = 0.0405, along_m = 0.13, down_m = 0.0405, dip_deg = 30, azimuth_deg = 40, conductivity_s_per_m = 5000000.0, mu_r = 100 } ]
[[target]]
name = "60mm-like"
kind = "ordnance"
metal = "high"
x_m = 12.0
y_m = 0.2
depth_m = 0.25
width_m = 0.06
height_m = 0.06
part = [ { shape = "spheroid", across_m = 0.03, along_m = 0.09, down_m = 0.03, dip_deg = 30, azimuth_deg = 40, conductivity_s_per_m = 5000000.0, mu_r = 100 } ]
[[target]]
name = "37mm-like"
kind = "ordnance"
metal = "small"
x_m = 14.5
y_m = 0.0
depth_m = 0.15
width_m = 0.037
height_m = 0.037
part = [ { shape = "spheroid", across_m = 0.0185, along_m = 0.05, down_m = 0.0185, dip_deg = 30, azimuth_deg = 40, conductivity_s_per_m = 5000000.0, mu_r = 100 } ]
[[target]]
name = "TM-62-like"
kind = "mine-AT"
metal = "high"
x_m = 17.5
y_m = 0.1
depth_m = 0.15
width_m = 0.316
height_m = 0.316
part = [ { shape = "spheroid", across_m = 0.158, along_m = 0.064, down_m = 0.158, dip_deg = 30, azimuth_deg = 40, conductivity_s_per_m = 5000000.0, mu_r = 100 } ]
[[target]]
name = "can"
kind = "clutter"
metal = "small"
x_m = 20.5
y_m = -0.1
depth_m = 0.1
width_m = 0.066
height_m = 0.066
part = [ { shape = "spheroid", across_m = 0.033, along_m = 0.055, down_m = 0.033, dip_deg = 30, azimuth_deg = 40, conductivity_s_per_m = 5000000.0, mu_r = 60 } ]
[[target]]
name = "20mm-like"
kind = "ordnance"
metal = "small"
x_m = 22.5
y_m = 0.1
depth_m = 0.15
width_m = 0.02
height_m = 0.02
part = [ { shape = "spheroid", across_m = 0.01, along_m = 0.035, down_m = 0.01, dip_deg = 30, azimuth_deg = 40, conductivity_s_per_m = 5000000.0, mu_r = 100 } ]
[[target]]
name = "nail"
kind = "clutter"
metal = "small"
x_m = 24.5
y_m = 0.0
depth_m = 0.05
width_m = 0.004
height_m = 0.004
part = [ { shape = "spheroid", across_m = 0.002, along_m = 0.05, down_m = 0.002, dip_deg = 30, azimuth_deg = 40, conductivity_s_per_m = 7000000.0, mu_r = 120 } ]
)toml";

TEST(MetalPipelines, AnArrayInMotionFindsTheStrongTargets) {
  sim::MetalScene scene = sim::parse_metal_scene(array_scene);
  scene.array = io::load_coil_array(scene.array_name);
  const Tally got = tally("md-array", scene, {"60mm-like", "TM-62-like", "can"}, 0.3, 2);
  EXPECT_EQ(got.strong_missed, 0);
  EXPECT_LE(got.false_alarms, 4);
}

}  // namespace
}  // namespace surefoot
