// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/error.hpp>
#include <surefoot/sim/metal_scene.hpp>

#include "../text/fields_text.hpp"

#include <string>

/// How the tables of all scenes are read.
namespace surefoot::sim {

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
void read_list(text::TableReader& outer, const char* key, Read&& read) {
  const text::Node* node = outer.find(key);
  if (node == nullptr) return;
  const auto* list = std::get_if<text::Node::Array>(&node->value);
  if (list == nullptr)
    throw ConfigError(outer.path_of(key), std::string("expected [[") + key + "]], found " + node->type_name());
  const std::string before = outer.path().empty() ? "" : outer.path() + ".";
  for (std::size_t i = 0; i < list->size(); ++i) {
    text::TableReader table((*list)[i], before + key + "[" + std::to_string(i) + "]");
    read(table);
    table.finish();
  }
}

inline std::string required_string(text::TableReader& table, const char* key) {
  (void)table.require(key);
  return table.string(key, {});
}

/// The first key of a scene, and its modality, which must be the one that is asked for.
inline void read_version(text::TableReader& table, const char* modality) {
  (void)table.require("surefoot_scene");
  if (table.integer("surefoot_scene", 0) != 1)
    throw ConfigError(table.path_of("surefoot_scene"), "this version of the library reads version 1 only");
  const std::string found = table.string("modality", "gpr");
  if (found != modality)
    throw ConfigError(table.path_of("modality"),
                      "'" + found + "' is not the modality '" + modality + "' that is read here");
}

/// Name, instrument, licence, source and seed: what every scene has.
template <class Scene>
void read_head(text::TableReader& table, Scene& scene) {
  scene.name = table.string("name", scene.name);
  scene.instrument = table.string("instrument", scene.instrument);
  scene.licence = table.string("licence", scene.licence);
  scene.source = table.string("source", scene.source);
  scene.seed = table.integer("seed", scene.seed);
}

/// The coils and how they are carried: what every scene with a metal detector has.
template <class Scene>
void read_coils(text::TableReader& table, Scene& scene) {
  text::TableReader head(table.require("head"), "head");
  scene.array_name = required_string(head, "array");
  read_fields(head, scene.head);
  head.finish();
}

/// Name, kind, metal and the numbers of an object: SceneTarget or MetalTarget.
template <class SceneObject>
void read_target(text::TableReader& entry, SceneObject& target) {
  target.name = required_string(entry, "name");
  target.kind = required_string(entry, "kind");
  target.metal = entry.string("metal", "none");
  (void)entry.require("x_m");
  (void)entry.require("depth_m");
  read_fields(entry, target.options);
}

/// An object with its parts of metal.
void read_metal_target(text::TableReader& entry, MetalTarget& target);

}  // namespace surefoot::sim
