// SPDX-License-Identifier: MIT
#include <surefoot/sim/metal_scene.hpp>

#include <surefoot/io/coil_array.hpp>
#include <surefoot/sim/metal_model.hpp>

#include "refused.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <numbers>
#include <string>
#include <utility>
#include <vector>

namespace surefoot::sim {
namespace {

constexpr double mu0 = 4e-7 * std::numbers::pi;

constexpr const char* head_text = "surefoot_scene = 1\nmodality = \"emi\"\n";
constexpr const char* array_text = "[head]\narray = \"handheld-coaxial\"\n";
constexpr const char* busy_scene = R"(
surefoot_scene = 1
modality = "emi"
name = "test"
seed = 5
[line]
n_traces = 60
[head]
array = "handheld-coaxial"
wander_m = 0.005
jitter_m = 0.0005
tilt_deg = 2
integration_s = 0.03
[soil]
chi0 = 5e-3
kappa = 1e-4
conductivity_s_per_m = 0.01
variation = 0.2
loss_variation = 0.1
roughness_m = 0.003
[[patch]]
x_m = 0.4
length_m = 0.2
chi0 = 1e-2
kappa = 1e-4
[receiver]
noise_v = 1e-6
drift_v = 1e-6
warm_up_v = 1e-5
imbalance_h = 1e-9
imbalance_drift_h = 1e-10
gain_drift = 0.001
hum_v = 1e-7
bits = 24
[[target]]
name = "pin"
kind = "mine-AP"
metal = "minimum"
x_m = 0.3
depth_m = 0.05
width_m = 0.07
height_m = 0.06
part = [
  { shape = "spheroid", across_m = 0.001, along_m = 0.01, mu_r = 60, down_m = 0.02 },
  { shape = "ring", across_m = 0.004, along_m = 0.0004, down_m = 0.01, left_m = 0.01 },
]
)";

MetalScene parsed(const std::string& toml) {
  MetalScene scene = parse_metal_scene(toml);
  scene.array = io::load_coil_array(scene.array_name);
  return scene;
}
std::string error_path(const std::string& toml) {
  return test::error_of([&] { (void)simulate(parsed(toml)); });
}
bool same_bits(const TraceMatrix& a, const TraceMatrix& b) {
  return a.rows() == b.rows() && a.cols() == b.cols() &&
         std::memcmp(a.data(), b.data(), static_cast<std::size_t>(a.size()) * sizeof(float)) == 0;
}
// A head at rest that hears nothing: what comes out is the receiver's.
MetalScene silent(Index n_traces) {
  MetalScene scene = parsed(std::string(head_text) + array_text);
  scene.head.response = HeadResponse::voltage;
  scene.line.n_traces = n_traces;
  scene.line.trace_spacing_m = 0.0;
  return scene;
}

TEST(MetalScene, EveryOptionOutOfItsRangeIsNamed) {
  const auto table = [](const std::string& header, const std::string& path, const std::string& rest) {
    return test::Table{std::string(head_text) + header + "\n", path, rest};
  };
  test::expect_all_refused<MetalLineOptions>(error_path, table("[line]", "line", array_text));
  test::expect_all_refused<HeadOptions>(error_path, table("[head]", "head", "array = \"handheld-coaxial\"\n"));
  test::expect_all_refused<MetalSoilOptions>(error_path, table("[soil]", "soil", array_text));
  test::expect_all_refused<MetalReceiverOptions>(error_path, table("[receiver]", "receiver", array_text));
  test::expect_all_refused<SoilPatchOptions>(error_path,
                                             table("[[patch]]", "patch[0]", std::string("x_m = 1.0\n") + array_text));
  const std::string target = "name = \"a\"\nkind = \"clutter\"\nx_m = 1.0\ndepth_m = 0.1\n";
  test::expect_all_refused<MetalTargetOptions>(error_path, table("[[target]]", "target[0]", target + array_text));
  test::expect_all_refused<PartOptions>(
      error_path, table("[[target]]\n" + target + "[[target.part]]", "target[0].part[0]", array_text));
}

TEST(MetalScene, ContradictionsAndUnknownKeysAreNamed) {
  const std::string head = std::string(head_text) + array_text;
  const std::string target = "[[target]]\nname = \"a\"\nkind = \"clutter\"\nx_m = 1.0\ndepth_m = 0.1\n";
  EXPECT_EQ(error_path(head + target), "no error");
  const std::vector<std::pair<std::string, std::string>> cases{
      {"modality = \"emi\"", "surefoot_scene"},
      {"surefoot_scene = 1\nmodality = \"gpr\"\n", "modality (line 2, column 1)"},
      {head_text, "head"},
      {std::string(head_text) + "[head]\nmode = \"tones\"", "head.array"},
      {std::string(head_text) + "[head]\narray = \"no such head\"", ""},
      {head + "layer = 3", "head.layer (line 5, column 1)"},
      {head + "[ground]\nx = 1", "ground (line 5"},
      {head + "gate_edges_s = [1e-5, 2e-5]", "head.gate_edges_s"},
      {head + "tones_hz = [2000, 1000]", "head.array"},
      {head + "mode = \"gates\"\ntones_hz = [1000]", "head.tones_hz"},
      {head + "mode = \"gates\"\ngate_edges_s = [1e-5]", "head.array"},
      {head + "mode = \"gates\"\ngate_edges_s = [1e-5, 1.0]", "head.array"},
      {std::string(head_text) + "[head]\narray = \"handheld-double-d\"\nmode = \"gates\"", "head.gate_edges_s"},
      {std::string(head_text) + "[head]\narray = \"temtads-2x2\"", "head.tones_hz"},
      {head + "[soil]\nkappa = 1e-3\nchi0 = 1e-3", "soil.chi0"},
      {head + "[[patch]]\nx_m = 1\nkappa = 1e-3\nchi0 = 1e-3", "patch[0].chi0"},
      {head + "[[patch]]\nchi0 = 1e-3", "patch[0].x_m"},
      {head + "[soil]\nfastest_s = 0.1\nslowest_s = 0.1", "soil.fastest_s"},
      {head + "[receiver]\nbits = 1", "receiver.bits"},
      {head + target + "metal = \"low\"", "target[0].part"},
      {head + target + "metal = \"much\"", "target[0].metal"},
      {head + target + "part = 3", "target[0].part"},
      {head + target + "part = [{ shape = \"cube\" }]", "target[0].part[0].shape"},
      {head + target + "part = [{ tau_s = [1e-4] }]", "target[0].part[0].tau_s"},
      {head + target + "part = [{ shape = \"modes\", tau_s = [1e-4], along_m3 = [1e-6, 1e-6] }]",
       "target[0].part[0].along_m3"},
      {head + target + "part = [{ shape = \"ring\", across_m = 0.01, along_m = 0.005 }]", "target[0].part[0].along_m"},
      {head + "[line]\nn_traces = 1000000\n[[target]]", "target[0].name"},
  };
  for (const auto& [toml, path] : cases)
    EXPECT_TRUE(error_path(toml).starts_with(path) && error_path(toml) != "no error") << toml << "\n"
                                                                                      << error_path(toml);
}

TEST(MetalScene, TheModalityIsTold) {
  EXPECT_EQ(scene_modality("surefoot_scene = 1"), "gpr");
  EXPECT_EQ(scene_modality(busy_scene), "emi");
  EXPECT_TRUE(test::error_of([] { (void)scene_modality("modality = \"sonar\""); }).starts_with("modality (line 1"));
  EXPECT_TRUE(test::error_of([] { (void)parse_scene(busy_scene); }).starts_with("modality (line 3"));
}

TEST(MetalScene, SameSeedSameBitsOtherSeedOtherBits) {
  MetalScene scene = parsed(busy_scene);
  const SimulatedLine first = simulate(scene);
  EXPECT_TRUE(same_bits(first.line.samples, simulate(scene).line.samples));
  scene.seed = 6;
  EXPECT_FALSE(same_bits(first.line.samples, simulate(scene).line.samples));
}

TEST(MetalScene, LineAndTruthAreComplete) {
  MetalScene scene = parsed(busy_scene);
  scene.line.offset_m = 0.5;
  scene.origin = OriginOptions{.latitude_deg = 10, .longitude_deg = 20, .height_m = 5, .azimuth_deg = 90};
  const SimulatedLine out = simulate(scene);
  EXPECT_EQ(out.line.n_traces(), 60);
  EXPECT_EQ(out.line.n_samples(), 24);
  EXPECT_EQ(out.line.n_channels, 1);
  EXPECT_EQ(out.line.axis.kind, AxisKind::sweep);
  EXPECT_EQ(out.line.axis.places.count, 12);
  EXPECT_EQ(out.line.axis.at(11), 90000.0);
  EXPECT_DOUBLE_EQ(out.line.tags[59].distance_m, 0.59);
  EXPECT_DOUBLE_EQ(out.line.tags[59].time_s, 0.59);
  EXPECT_NEAR(out.line.tags[59].position_m[0], 0.59, 1e-15);
  EXPECT_NEAR(out.line.tags[59].position_m[1], 0.5, 1e-15);  // east is ahead, so left is north
  ASSERT_EQ(out.truth.size(), 1U);
  EXPECT_EQ(out.truth[0].name, "pin");
  EXPECT_EQ(out.truth[0].metal, "minimum");
  EXPECT_EQ(out.truth[0].x_m, 0.3);
  EXPECT_EQ(out.truth[0].depth_m, 0.05);
  EXPECT_EQ(out.truth[0].width_m, 0.07);

  scene = parsed(std::string(head_text) + "[line]\nn_traces = 2\n[head]\narray = \"temtads-2x2\"\nmode = \"gates\"\n");
  const SimulatedLine array = simulate(scene);
  EXPECT_EQ(array.line.n_channels, 48);
  EXPECT_EQ(array.line.axis.kind, AxisKind::gates);
  EXPECT_EQ(array.line.axis.places.count, 31);
  EXPECT_EQ(array.line.n_samples(), 48 * 30);
}

TEST(MetalScene, NoiseIsWhiteAndAsStrongAsAsked) {
  MetalScene scene = silent(20000);
  scene.receiver.noise_v = 3e-6;
  const TraceMatrix v = simulate(scene).line.samples;
  for (Index i = 0; i < v.rows(); ++i) {
    const auto row = v.row(i).cast<double>().eval();
    EXPECT_NEAR(std::sqrt(row.squaredNorm() / 20000.0), 3e-6, 3.0 * 3e-6 / std::sqrt(40000.0) * 1.5);
    double next = 0.0;
    for (Index k = 1; k < row.size(); ++k) next += row(k) * row(k - 1);
    EXPECT_LT(std::abs(next / row.squaredNorm()), 4.5 / std::sqrt(20000.0));
  }
  // As a polarizability it falls with the frequency.
  scene.head.response = HeadResponse::polarizability;
  const TraceMatrix m = simulate(scene).line.samples;
  for (Index k = 0; k < 12; ++k) {
    const double scale = 2.0 * std::numbers::pi * scene.array.frequency.tones_hz[to_size(k)] * mu0;
    EXPECT_NEAR(static_cast<double>(m(2 * k, 7)), -static_cast<double>(v(2 * k + 1, 7)) / scale, 1e-6 / scale * 1e-6);
    EXPECT_NEAR(static_cast<double>(m(2 * k + 1, 7)), static_cast<double>(v(2 * k, 7)) / scale, 1e-6 / scale * 1e-6);
  }
}

TEST(MetalScene, LongerGatesHaveLessNoise) {
  MetalScene scene = silent(20000);
  scene.head.mode = HeadMode::gates;
  scene.receiver.noise_v = 1e-6;
  const TraceMatrix v = simulate(scene).line.samples;
  const auto& edges = scene.array.time.gate_edges_s;
  for (Index g = 0; g < v.rows(); ++g) {
    const double want = 1e-6 * std::sqrt((edges[1] - edges[0]) / (edges[to_size(g + 1)] - edges[to_size(g)]));
    EXPECT_NEAR(std::sqrt(static_cast<double>(v.row(g).squaredNorm()) / 20000.0), want, 0.025 * want);
  }
}

TEST(MetalScene, DriftWarmUpImbalanceAndHum) {
  MetalScene scene = silent(1000);
  scene.receiver.warm_up_v = 4e-5;
  scene.receiver.warm_up_s = 3.0;
  TraceMatrix v = simulate(scene).line.samples;
  for (const Index k : {0, 100, 999})
    EXPECT_NEAR(static_cast<double>(v(5, k)), 4e-5 * std::exp(-0.01 * static_cast<double>(k) / 3.0), 1e-11);

  scene = silent(4);
  scene.receiver.imbalance_h = 2e-9;
  v = simulate(scene).line.samples;
  for (Index k = 0; k < 12; ++k) {
    const double want = -2.0 * std::numbers::pi * scene.array.frequency.tones_hz[to_size(k)] * 2e-9;
    EXPECT_NEAR(static_cast<double>(v(2 * k + 1, 3)), want, 1e-7 * std::abs(want));
    EXPECT_EQ(v(2 * k, 3), 0.0F);
  }

  scene = silent(30000);  // 300 s, 15 correlation times
  scene.receiver.drift_v = 1e-5;
  v = simulate(scene).line.samples;
  double square = 0.0;
  for (Index i = 0; i < v.rows(); ++i) square += static_cast<double>(v.row(i).squaredNorm());
  EXPECT_NEAR(std::sqrt(square / static_cast<double>(v.size())), 1e-5, 1.5e-6);
  EXPECT_LT((v.rightCols(29999) - v.leftCols(29999)).cwiseAbs().maxCoeff(), 1e-7F);  // slow
  EXPECT_GT((v.row(0) - v.row(1)).cwiseAbs().maxCoeff(), 1e-6F);                     // each its own

  scene = silent(100);
  scene.receiver.hum_v = 2e-6;
  scene.receiver.hum_hz = 51.0;  // at 100 traces a second the alias is 49 Hz
  v = simulate(scene).line.samples;
  for (Index i = 0; i < v.rows(); ++i)
    EXPECT_NEAR(std::sqrt(static_cast<double>(v.row(i).squaredNorm()) / 100.0), 2e-6 / std::sqrt(2.0), 1e-8);
}

TEST(MetalScene, SmoothingFollowsAStepAsItMust) {
  MetalScene scene = parsed(std::string(head_text) + array_text);
  scene.head.response = HeadResponse::voltage;
  scene.head.integration_s = 0.05;
  scene.line.n_traces = 100;
  scene.soil.chi0 = 1e-3;
  scene.patches = {{.x_m = 100.0, .length_m = 199.01, .edge_m = 1e-6, .chi0 = 2e-3}};  // begins before trace 50
  const TraceMatrix v = simulate(scene).line.samples;
  const double low = static_cast<double>(v(1, 0));
  const double step = low * ((2e-3 / 2.002) / (1e-3 / 2.001) - 1.0);
  EXPECT_EQ(v(1, 49), v(1, 0));
  for (Index k = 50; k < 100; ++k)
    EXPECT_NEAR((static_cast<double>(v(1, k)) - low) / step, 1.0 - std::exp(-0.01 * static_cast<double>(k - 49) / 0.05),
                1e-6);
}

TEST(MetalScene, ConverterRoundsToCountsAndFlagsItsRails) {
  MetalScene scene = parsed(busy_scene);
  scene.head.response = HeadResponse::voltage;
  scene.receiver.bits = 16;
  scene.receiver.full_scale_v = 0.5;
  const SimulatedLine out = simulate(scene);
  EXPECT_EQ(out.count_value, 0.5 / 32768.0);
  for (Index i = 0; i < out.line.samples.size(); ++i) {
    const double counts = static_cast<double>(out.line.samples.data()[i]) / out.count_value;
    ASSERT_EQ(counts, std::floor(counts));
  }
  for (const TraceTag& tag : out.line.tags) EXPECT_EQ(tag.quality, Quality::good);

  scene.receiver.full_scale_v = 1e-3;  // the ground is louder than that at the high tones
  const SimulatedLine loud = simulate(scene);
  EXPECT_EQ(loud.line.samples.minCoeff(), -1e-3F);
  for (const TraceTag& tag : loud.line.tags) EXPECT_EQ(tag.quality, Quality::saturated);

  scene.receiver.bits = 24;  // more than int16 holds
  EXPECT_EQ(simulate(scene).count_value, 0.0);
}

TEST(MetalScene, TheGroundComesCloserWithTheHead) {
  MetalScene scene = parsed(std::string(head_text) + array_text);
  scene.line.n_traces = 1;
  scene.soil.chi0 = 5e-3;
  scene.head.standoff_m = 0.05;
  const double near = std::abs(static_cast<double>(simulate(scene).line.samples(0, 0)));
  scene.head.standoff_m = 0.10;
  const double far = std::abs(static_cast<double>(simulate(scene).line.samples(0, 0)));
  EXPECT_GT(near, 1.5 * far);
}

}  // namespace
}  // namespace surefoot::sim
