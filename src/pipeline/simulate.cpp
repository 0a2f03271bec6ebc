// SPDX-License-Identifier: MIT
#include <surefoot/pipeline/simulate.hpp>

#include <surefoot/base/error.hpp>
#include <surefoot/io/coil_array.hpp>
#include <surefoot/io/truth_table.hpp>
#include <surefoot/io/writer.hpp>
#include <surefoot/sim/dual_scene.hpp>
#include <surefoot/sim/metal_scene.hpp>
#include <surefoot/sim/scene.hpp>

#include <limits>
#include <system_error>
#include <utility>

namespace surefoot {
namespace {

// What the cards of all scenes say.
template <class Scene>
io::CardOptions card_of(const Scene& scene, Index bits, const sim::SimulatedLine& simulated) {
  io::CardOptions card;
  card.count_value = simulated.count_value;
  card.licence = scene.licence;
  card.source = scene.source;
  if (scene.origin) card.azimuth_deg = scene.origin->azimuth_deg;
  if (simulated.count_value != 0.0) {
    const std::int64_t half = std::int64_t{1} << (bits - 1);
    card.saturated_low = -half;
    card.saturated_high = half - 1;
  }
  return card;
}

void write(const std::filesystem::path& folder, const std::string& name, const sim::SimulatedLine& simulated,
           const io::CardOptions& card) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) throw DataError(folder.string(), 0, "the folder cannot be made: " + error.message());
  io::write_card_line(folder, name, simulated.line, card);
  io::write_file(folder / "truth.csv", io::to_csv(simulated.truth));
}

void simulate_radar(std::string_view toml, const std::filesystem::path& folder, std::string_view source) {
  const sim::Scene scene = sim::parse_scene(toml, source);
  const sim::SimulatedLine simulated = sim::simulate(scene);
  write(folder, scene.name, simulated, card_of(scene, scene.receiver.bits, simulated));
}

template <class Scene>
void write_metal(const std::filesystem::path& folder, const Scene& scene, Index bits, sim::SimulatedLine simulated) {
  io::CardOptions card = card_of(scene, bits, simulated);
  card.modality = "emi";
  const bool volts = scene.head.mode == sim::HeadMode::gates || scene.head.response == sim::HeadResponse::voltage;
  card.unit = volts ? "V" : "m";
  // A file of float32 has no counts that stand at a rail: such traces are written as not finite, never as numbers.
  if (simulated.count_value == 0.0)
    for (const TraceTag& tag : simulated.line.tags)
      if (has(tag.quality, Quality::saturated))
        simulated.line.samples.col(static_cast<Index>(tag.index)).setConstant(std::numeric_limits<Sample>::quiet_NaN());
  write(folder, scene.name, simulated, card);
}

void simulate_metal(std::string_view toml, const std::filesystem::path& folder, std::string_view source) {
  sim::MetalScene scene = sim::parse_metal_scene(toml, source);
  scene.array = io::load_coil_array(scene.array_name);
  write_metal(folder, scene, scene.receiver.bits, sim::simulate(scene));
}

// folder/gpr and folder/emi as above, each with the truth in its own line's places; the lane's truth in folder itself.
void simulate_dual(std::string_view toml, const std::filesystem::path& folder, std::string_view source) {
  sim::DualScene scene = sim::parse_dual_scene(toml, source);
  scene.array = io::load_coil_array(scene.array_name);
  sim::SimulatedDual simulated = sim::simulate(scene);
  write(folder / "gpr", scene.name, simulated.radar, card_of(scene, scene.radar_receiver.bits, simulated.radar));
  write_metal(folder / "emi", scene, scene.metal_receiver.bits, std::move(simulated.metal));
  io::write_file(folder / "truth.csv", io::to_csv(simulated.truth));
}

}  // namespace

void simulate_to_folder(std::string_view scene_toml, const std::filesystem::path& folder, std::string_view source) {
  const std::string modality = sim::scene_modality(scene_toml, source);
  if (modality == "emi") simulate_metal(scene_toml, folder, source);
  else if (modality == "dual") simulate_dual(scene_toml, folder, source);
  else simulate_radar(scene_toml, folder, source);
}

}  // namespace surefoot
