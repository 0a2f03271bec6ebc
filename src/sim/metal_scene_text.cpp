// SPDX-License-Identifier: MIT
#include <surefoot/sim/metal_scene.hpp>

#include "metal_checks.hpp"
#include "scene_reading.hpp"

namespace surefoot::sim {

void read_metal_target(text::TableReader& entry, MetalTarget& target) {
  read_target(entry, target);
  read_list(entry, "part", [&](text::TableReader& part) { read_fields(part, target.parts.emplace_back()); });
}

MetalScene parse_metal_scene(std::string_view toml, std::string_view source) {
  const text::Node root = text::parse(toml, source);
  text::TableReader table(root, "");
  read_version(table, "emi");

  MetalScene scene;
  read_head(table, scene);
  read_table(table, "line", scene.line);
  read_coils(table, scene);
  read_table(table, "soil", scene.soil);
  read_table(table, "receiver", scene.receiver);
  if (table.find("origin") != nullptr) read_table(table, "origin", scene.origin.emplace());
  read_list(table, "patch", [&](text::TableReader& patch) {
    (void)patch.require("x_m");
    read_fields(patch, scene.patches.emplace_back());
  });
  read_list(table, "target", [&](text::TableReader& entry) { read_metal_target(entry, scene.targets.emplace_back()); });
  table.finish();
  check_without_array(scene);
  return scene;
}

}  // namespace surefoot::sim
