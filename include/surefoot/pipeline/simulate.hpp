// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <string_view>

namespace surefoot {

/// Simulate a scene, of radar (sim/scene.hpp) or of a metal detector (`modality = "emi"`, sim/metal_scene.hpp), and write it as a
/// data set: NAME.npy, card.toml and truth.csv, where NAME is the scene's name. A scene of both (`modality = "dual"`,
/// sim/dual_scene.hpp) is written as two, gpr/ and emi/, each with the truth in its own line's places, and the lane's truth.csv.
///
/// Same bytes   of radar on every machine. Of a metal detector on one machine; elsewhere its voltages agree to 1e-12, which is
///              the same bytes unless one lies that near to the border of a count (sim::simulate).
/// Edges        the folder is made if it is missing. Each file is written whole or not at all. head.array of a metal scene is a
///              built-in array, a path (from the working directory) or its text. Traces at a rail: counts at the rail where
///              counts are stored, else NaN.
/// @throws ConfigError  if the scene is wrong; source names it in the message
/// @throws DataError    if a file cannot be written
void simulate_to_folder(std::string_view scene_toml, const std::filesystem::path& folder,
                        std::string_view source = "scene");

}  // namespace surefoot
