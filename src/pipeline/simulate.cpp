// SPDX-License-Identifier: MIT
#include <surefoot/pipeline/simulate.hpp>

#include <surefoot/base/error.hpp>
#include <surefoot/io/coil_array.hpp>
#include <surefoot/io/truth_table.hpp>
#include <surefoot/io/writer.hpp>
#include <surefoot/sim/metal_scene.hpp>
#include <surefoot/sim/scene.hpp>

#include <limits>
#include <system_error>

namespace surefoot {
namespace {

// What the cards of all scenes say.
template <class Scene>
io::CardOptions card_of(const Scene& scene, const sim::SimulatedLine& simulated) {
  io::CardOptions card;
  card.count_value = simulated.count_value;
  card.licence = scene.licence;
  card.source = scene.source;
  if (scene.origin) card.azimuth_deg = scene.origin->azimuth_deg;
  if (simulated.count_value != 0.0) {
    const std::int64_t half = std::int64_t{1} << (scene.receiver.bits - 1);
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
  write(folder, scene.name, simulated, card_of(scene, simulated));
}

void simulate_metal(std::string_view toml, const std::filesystem::path& folder, std::string_view source) {
  sim::MetalScene scene = sim::parse_metal_scene(toml, source);
  scene.array = io::load_coil_array(scene.array_name);
  sim::SimulatedLine simulated = sim::simulate(scene);
  io::CardOptions card = card_of(scene, simulated);
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

}  // namespace

void simulate_to_folder(std::string_view scene_toml, const std::filesystem::path& folder, std::string_view source) {
  if (sim::scene_modality(scene_toml, source) == "emi") simulate_metal(scene_toml, folder, source);
  else simulate_radar(scene_toml, folder, source);
}

}  // namespace surefoot
