// SPDX-License-Identifier: MIT
#include <surefoot/sim/dual_scene.hpp>

#include "metal_checks.hpp"
#include "scene_reading.hpp"

namespace surefoot::sim {

DualScene parse_dual_scene(std::string_view toml, std::string_view source) {
  const text::Node root = text::parse(toml, source);
  text::TableReader table(root, "");
  read_version(table, "dual");

  DualScene scene;
  read_head(table, scene);
  scene.soil_name = table.string("soil_name", {});
  read_table(table, "line", scene.line);
  read_coils(table, scene);
  read_table(table, "radar", scene.radar);
  read_table(table, "ground", scene.ground);
  read_table(table, "soil", scene.soil);
  read_table(table, "radar_receiver", scene.radar_receiver);
  read_table(table, "metal_receiver", scene.metal_receiver);
  if (table.find("origin") != nullptr) read_table(table, "origin", scene.origin.emplace());
  read_list(table, "target", [&](text::TableReader& entry) {
    DualTarget& target = scene.targets.emplace_back();
    read_metal_target(entry, target.metal);
    read_list(entry, "body", [&](text::TableReader& body) { read_fields(body, target.bodies.emplace_back()); });
  });
  table.finish();
  check_without_array(scene);
  return scene;
}

}  // namespace surefoot::sim
