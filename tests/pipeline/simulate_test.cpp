// SPDX-License-Identifier: MIT
#include <surefoot/pipeline/simulate.hpp>

#include <surefoot/base/error.hpp>
#include <surefoot/io/coil_array.hpp>
#include <surefoot/io/reader.hpp>
#include <surefoot/io/truth_table.hpp>
#include <surefoot/sim/metal_scene.hpp>
#include <surefoot/sim/scene.hpp>

#include "../../src/io/sha256.hpp"
#include "../../src/text/document.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace surefoot {
namespace {

namespace fs = std::filesystem;

const fs::path datasets = fs::path(SUREFOOT_SOURCE_DIR) / "datasets";

std::string bytes(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  EXPECT_TRUE(in) << file;
  return {std::istreambuf_iterator<char>(in), {}};
}

class Simulate : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() /
              (std::string("surefoot_simulate_") + ::testing::UnitTest::GetInstance()->current_test_info()->name() +
               std::to_string(reinterpret_cast<std::uintptr_t>(this)));
    fs::remove_all(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }
  fs::path folder_;
};

TEST_F(Simulate, RebuildsTheHandheldLaneBitForBit) {
  const fs::path set = datasets / "handheld-lane";
  simulate_to_folder(bytes(set / "scene.toml"), folder_ / "new" / "lane");
  for (const char* name : {"lane.npy", "card.toml", "truth.csv"})
    EXPECT_TRUE(bytes(folder_ / "new" / "lane" / name) == bytes(set / name)) << name << " differs";
}

// Its voltages are those of one platform's elementary functions to 1e-12, and 24 bits hide that: see sim::simulate.
TEST_F(Simulate, RebuildsTheMetalLane) {
  const fs::path set = datasets / "metal-lane";
  simulate_to_folder(bytes(set / "scene.toml"), folder_);
  for (const char* name : {"lane.npy", "card.toml", "truth.csv"})
    EXPECT_TRUE(bytes(folder_ / name) == bytes(set / name)) << name << " differs";
  const Truth truth = io::read_truth_csv(set / "truth.csv");
  ASSERT_EQ(truth.size(), 14U);
  for (const Target& target : truth) EXPECT_GT(target.x_m, 3.0) << "the first metres teach soil and noise";
}

// The radar's samples are the same bits everywhere; those of the coils come through 24 bits too.
TEST_F(Simulate, RebuildsTheDualLane) {
  const fs::path set = datasets / "dual-lane";
  simulate_to_folder(bytes(set / "scene.toml"), folder_);
  for (const char* name : {"truth.csv", "gpr/lane.npy", "gpr/card.toml", "gpr/truth.csv", "emi/lane.npy",
                           "emi/card.toml", "emi/truth.csv"})
    EXPECT_TRUE(bytes(folder_ / name) == bytes(set / name)) << name << " differs";
  const Line radar = io::read(folder_ / "gpr" / "lane.npy");
  const Line metal = io::read(folder_ / "emi" / "lane.npy");
  EXPECT_EQ(radar.axis.kind, AxisKind::two_way_time);
  EXPECT_EQ(metal.axis.kind, AxisKind::sweep);
  EXPECT_EQ(radar.tags.at(50).time_s, metal.tags.at(100).time_s);
  const Truth lane = io::read_truth_csv(set / "truth.csv");
  const Truth coils = io::read_truth_csv(set / "emi" / "truth.csv");
  ASSERT_EQ(lane.size(), 3U);
  ASSERT_EQ(coils.size(), 3U);
  for (std::size_t k = 0; k < lane.size(); ++k) {
    EXPECT_NEAR(lane[k].x_m - coils[k].x_m, 0.1, 1e-12) << "the coils lie 10 cm ahead";
    EXPECT_EQ(lane[k].id, coils[k].id);
    EXPECT_EQ(lane[k].soil, "loam");
  }
}

TEST_F(Simulate, WhatIsReadIsWhatWasSimulated) {
  const fs::path set = datasets / "handheld-lane";
  const sim::SimulatedLine simulated = sim::simulate(sim::parse_scene(bytes(set / "scene.toml")));
  const Line line = io::read(set / "lane.npy");
  EXPECT_TRUE(line.samples == simulated.line.samples);
  EXPECT_EQ(line.axis, simulated.line.axis);
  ASSERT_EQ(line.n_traces(), simulated.line.n_traces());
  ASSERT_TRUE(line.origin);
  for (std::size_t i = 0; i < line.tags.size(); ++i) {
    EXPECT_NEAR(line.tags[i].distance_m, simulated.line.tags[i].distance_m, 1e-12);
    EXPECT_NEAR(line.tags[i].position_m[0], simulated.line.tags[i].position_m[0], 1e-12);
    EXPECT_EQ(line.tags[i].quality, Quality::good);
  }
  const Truth truth = io::read_truth_csv(set / "truth.csv");
  ASSERT_EQ(truth.size(), simulated.truth.size());
  ASSERT_GE(truth.size(), 6U);
  for (std::size_t i = 1; i < truth.size(); ++i)
    EXPECT_GT(truth[i].x_m - truth[i - 1].x_m, 0.35) << "targets are too near for one alarm each";
}

constexpr const char* metal_scene = R"(
surefoot_scene = 1
modality = "emi"
name = "metal"
[line]
n_traces = 20
[head]
array = "handheld-coaxial"
[soil]
chi0 = 5e-3
kappa = 1e-4
[receiver]
noise_v = 1e-6
[[target]]
name = "ball"
kind = "clutter"
metal = "high"
x_m = 0.1
depth_m = 0.02
part = [ { across_m = 0.01, down_m = 0.01 } ]
)";

TEST_F(Simulate, AMetalLaneIsReadAsItWasSimulated) {
  simulate_to_folder(metal_scene, folder_);
  const Line line = io::read(folder_ / "metal.npy");
  sim::MetalScene scene = sim::parse_metal_scene(metal_scene);
  scene.array = io::load_coil_array("handheld-coaxial");
  const sim::SimulatedLine simulated = sim::simulate(scene);
  EXPECT_TRUE(line.samples == simulated.line.samples);
  EXPECT_EQ(line.axis, simulated.line.axis);
  EXPECT_EQ(line.axis.kind, AxisKind::sweep);
  EXPECT_EQ(line.n_channels, 1);
  EXPECT_EQ(line.trace_interval_s, 0.01);
  EXPECT_NE(bytes(folder_ / "card.toml").find("modality = \"emi\""), std::string::npos);
  EXPECT_NE(bytes(folder_ / "card.toml").find("unit = \"m\""), std::string::npos);
  ASSERT_EQ(io::read_truth_csv(folder_ / "truth.csv").size(), 1U);
}

TEST_F(Simulate, MetalTracesAtARailNeverBecomeNumbersWithoutAFlag) {
  std::string scene = metal_scene;
  scene.replace(scene.find("[receiver]\n"), 11, "[receiver]\nbits = 16\nfull_scale_v = 1e-3\n");
  simulate_to_folder(scene, folder_ / "float");  // all rails
  const Line floats = io::read(folder_ / "float" / "metal.npy");
  for (Index k = 0; k < floats.n_traces(); ++k) EXPECT_TRUE(std::isnan(floats.samples(0, k))) << k;

  scene.replace(scene.find("[head]\n"), 7, "[head]\nresponse = \"voltage\"\n");
  simulate_to_folder(scene, folder_ / "counts");
  const Line counts = io::read(folder_ / "counts" / "metal.npy");
  for (const TraceTag& tag : counts.tags) EXPECT_EQ(tag.quality, Quality::saturated);
  EXPECT_NE(bytes(folder_ / "counts" / "card.toml").find("unit = \"V\""), std::string::npos);
}

TEST_F(Simulate, RegistryHasTheChecksumsOfAllFiles) {
  const text::Node root = text::parse(bytes(datasets / "registry.toml"), "registry.toml");
  text::TableReader registry(root, "");
  EXPECT_EQ(registry.integer("surefoot_registry", 0), 1);
  int files = 0;
  for (const text::Node& node : std::get<text::Node::Array>(registry.require("dataset").value)) {
    text::TableReader set(node, "dataset");
    for (const char* key : {"name", "summary", "licence", "origin", "units", "recipe"})
      EXPECT_FALSE(set.string(key, "").empty()) << key;
    for (const text::Node& entry : std::get<text::Node::Array>(set.require("files").value)) {
      text::TableReader file(entry, "files");
      const std::string path = file.string("path", "");
      EXPECT_EQ(file.string("sha256", ""), io::detail::sha256(bytes(datasets / path))) << path;
      file.finish();
      ++files;
    }
    set.finish();
  }
  EXPECT_GE(files, 4);
}

TEST_F(Simulate, NamesWhatIsWrong) {
  try {
    simulate_to_folder("surefoot_scene = 1\n[line]\nn_traces = 0\n", folder_, "my.toml");
    FAIL() << "must throw";
  } catch (const ConfigError& e) {
    EXPECT_EQ(e.path(), "line.n_traces (line 3, column 1)");
  }
  const std::string emi = "surefoot_scene = 1\nmodality = \"emi\"\n[head]\narray = ";
  EXPECT_THROW(simulate_to_folder(emi + "\"no such head\"\n", folder_), ConfigError);
  EXPECT_THROW(simulate_to_folder("modality = \"sonar\"", folder_), ConfigError);
  EXPECT_FALSE(fs::exists(folder_));
  EXPECT_THROW(simulate_to_folder("surefoot_scene = ", folder_, "my.toml"), ConfigError);
  std::ofstream(folder_) << "a file where the folder should be";
  EXPECT_THROW(simulate_to_folder("surefoot_scene = 1\n[line]\nn_traces = 2\n", folder_), DataError);
}

}  // namespace
}  // namespace surefoot
