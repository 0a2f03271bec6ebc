// SPDX-License-Identifier: MIT
#include <surefoot/pipeline/simulate.hpp>

#include <surefoot/base/error.hpp>
#include <surefoot/io/truth_table.hpp>
#include <surefoot/io/writer.hpp>
#include <surefoot/sim/scene.hpp>

#include <system_error>

namespace surefoot {

void simulate_to_folder(std::string_view scene_toml, const std::filesystem::path& folder, std::string_view source) {
  const sim::Scene scene = sim::parse_scene(scene_toml, source);
  const sim::SimulatedLine simulated = sim::simulate(scene);

  io::CardOptions card;
  card.count_value = simulated.count_value;
  card.licence = scene.licence;
  card.source = scene.source;
  if (scene.origin) card.azimuth_deg = scene.origin->azimuth_deg;
  if (scene.receiver.bits != 0) {
    const std::int64_t half = std::int64_t{1} << (scene.receiver.bits - 1);
    card.saturated_low = -half;
    card.saturated_high = half - 1;
  }

  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) throw DataError(folder.string(), 0, "the folder cannot be made: " + error.message());
  io::write_card_line(folder, scene.name, simulated.line, card);
  io::write_file(folder / "truth.csv", io::to_csv(simulated.truth));
}

}  // namespace surefoot
