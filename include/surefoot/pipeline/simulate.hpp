// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <string_view>

namespace surefoot {

/// Simulate a scene (sim::parse_scene, sim::simulate) and write it as a data set: NAME.npy, card.toml and truth.csv, where
/// NAME is the scene's name. The same text gives the same bytes on every machine.
///
/// The folder is made if it is missing. Each file is written whole or not at all.
///
/// @throws ConfigError  if the scene is wrong; source names it in the message
/// @throws DataError    if a file cannot be written
void simulate_to_folder(std::string_view scene_toml, const std::filesystem::path& folder,
                        std::string_view source = "scene");

}  // namespace surefoot
