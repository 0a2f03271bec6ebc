// SPDX-License-Identifier: MIT
#include <surefoot/sim/scene.hpp>

#include "scene_checks.hpp"
#include "scene_reading.hpp"

namespace surefoot::sim {

std::string scene_modality(std::string_view toml, std::string_view source) {
  const text::Node root = text::parse(toml, source);
  text::TableReader table(root, "");
  std::string modality = table.string("modality", "gpr");
  check_word(modality, {"gpr", "emi", "dual"}, table.path_of("modality"));
  return modality;
}

Scene parse_scene(std::string_view toml, std::string_view source) {
  const text::Node root = text::parse(toml, source);
  text::TableReader table(root, "");
  read_version(table, "gpr");

  Scene scene;
  read_head(table, scene);
  read_table(table, "line", scene.line);
  read_table(table, "antenna", scene.antenna);
  read_table(table, "ground", scene.ground);
  read_table(table, "clutter", scene.clutter);
  read_table(table, "receiver", scene.receiver);
  if (table.find("origin") != nullptr) read_table(table, "origin", scene.origin.emplace());

  scene.layers.clear();
  read_list(table, "layer", [&](text::TableReader& layer) { read_fields(layer, scene.layers.emplace_back()); });
  if (scene.layers.empty()) scene.layers.emplace_back();
  read_list(table, "target", [&](text::TableReader& entry) { read_target(entry, scene.targets.emplace_back()); });
  table.finish();
  validate(scene);
  return scene;
}

}  // namespace surefoot::sim
