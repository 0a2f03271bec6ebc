// SPDX-License-Identifier: MIT
#include <surefoot/sim/scene.hpp>

#include <surefoot/base/error.hpp>

#include "../text/fields_text.hpp"

namespace surefoot::sim {
namespace {

// Options that are all numbers: ranges are checked here because the place in the text is known here.
template <class Options>
void read_fields(text::TableReader& table, Options& options) {
  text::FieldReader reader(table);
  fields(reader, options);
  if (const Problem problem = check_ranges(options))
    throw ConfigError(table.path_of(problem.field), text::to_words(problem));
}

template <class Options>
void read_table(text::TableReader& scene, const char* key, Options& options) {
  const text::Node* node = scene.find(key);
  if (node == nullptr) return;
  text::TableReader table(*node, key);
  read_fields(table, options);
  table.finish();
}

// Calls read(table) for each table of [[key]].
template <class Read>
void read_list(text::TableReader& scene, const char* key, Read&& read) {
  const text::Node* node = scene.find(key);
  if (node == nullptr) return;
  const auto* list = std::get_if<text::Node::Array>(&node->value);
  if (list == nullptr)
    throw ConfigError(scene.path_of(key), std::string("expected [[") + key + "]], found " + node->type_name());
  for (std::size_t i = 0; i < list->size(); ++i) {
    text::TableReader table((*list)[i], std::string(key) + "[" + std::to_string(i) + "]");
    read(table);
    table.finish();
  }
}

std::string required_string(text::TableReader& table, const char* key) {
  (void)table.require(key);
  return table.string(key, {});
}

}  // namespace

Scene parse_scene(std::string_view toml, std::string_view source) {
  const text::Node root = text::parse(toml, source);
  text::TableReader table(root, "");
  (void)table.require("surefoot_scene");
  if (table.integer("surefoot_scene", 0) != 1)
    throw ConfigError(table.path_of("surefoot_scene"), "this version of the library reads version 1 only");

  Scene scene;
  scene.name = table.string("name", scene.name);
  scene.instrument = table.string("instrument", scene.instrument);
  scene.licence = table.string("licence", scene.licence);
  scene.source = table.string("source", scene.source);
  scene.seed = table.integer("seed", scene.seed);
  read_table(table, "line", scene.line);
  read_table(table, "antenna", scene.antenna);
  read_table(table, "ground", scene.ground);
  read_table(table, "clutter", scene.clutter);
  read_table(table, "receiver", scene.receiver);
  if (table.find("origin") != nullptr) read_table(table, "origin", scene.origin.emplace());

  scene.layers.clear();
  read_list(table, "layer", [&](text::TableReader& layer) { read_fields(layer, scene.layers.emplace_back()); });
  if (scene.layers.empty()) scene.layers.emplace_back();
  read_list(table, "target", [&](text::TableReader& entry) {
    SceneTarget& target = scene.targets.emplace_back();
    target.name = required_string(entry, "name");
    target.kind = required_string(entry, "kind");
    target.metal = entry.string("metal", "none");
    (void)entry.require("x_m");
    (void)entry.require("depth_m");
    read_fields(entry, target.options);
  });
  table.finish();
  validate(scene);
  return scene;
}

}  // namespace surefoot::sim
