// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/coil_array.hpp>
#include <surefoot/sim/metal_options.hpp>
#include <surefoot/sim/scene.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace surefoot::sim {

/// One object with all that is metal in it.
struct MetalTarget {
  std::string name;
  std::string kind;   ///< mine-AP, mine-AT, ordnance or clutter
  std::string metal;  ///< none, minimum, low, small or high
  MetalTargetOptions options;
  std::vector<PartOptions> parts;
};

/// A line of a metal detector as it is described: all that decides its samples.
struct MetalScene {
  std::string name = "lane";  ///< of the line, of its file and in truth.csv: letters, digits, - and _
  std::string instrument;
  std::string licence;
  std::string source;
  std::int64_t seed = 1;
  std::string array_name;  ///< head.array: a built-in array, a path, or its text
  CoilArray array;         ///< what that means: who parses a scene fills it in
  MetalLineOptions line;
  HeadOptions head;
  MetalSoilOptions soil;
  std::vector<SoilPatchOptions> patches;
  MetalReceiverOptions receiver;
  std::optional<OriginOptions> origin;
  std::vector<MetalTarget> targets;
};

/// Read a scene from TOML: `surefoot_scene = 1`, `modality = "emi"`, then tables line, head (with array), soil, receiver and
/// origin, [[patch]] and [[target]] as often as needed, in a target part = [{...}, ...].
/// @throws ConfigError  naming path, line and column: unknown key, wrong type, value out of its range
[[nodiscard]] MetalScene parse_metal_scene(std::string_view toml, std::string_view source = "scene");

/// @throws ConfigError  naming the first option that is out of its range or contradicts another or the array
void validate(const MetalScene& scene);

/// Simulate a line of a metal detector: voltages of MetalModel, then what the receiver does to them.
///
///   v = (1 + gain drift)(targets + soil, smoothed) + imbalance + drift + warm-up + hum + noise, clipped and rounded to counts
///
/// Shape     n_channels = channels of the array; AxisKind::sweep with the tones listed (real, imaginary) or AxisKind::gates.
/// Units     volt, or for tones with response = "polarizability" h_r^T M h_t in metres: a ferrite is real and positive.
/// Quality   traces with a value at a rail are flagged Quality::saturated. Rails are those of each value.
/// Same bits one build gives the same bits each time. Between compilers and libraries the voltages agree to 1e-12, since they
///           are made with the platform's elementary functions; random numbers are the same everywhere, and with `bits` a
///           count differs only where a voltage lies within that of the border between two counts.
/// Cost      about 0.3 ms a trace of 12 tones and 25 pieces of metal over conducting soil.
/// Not       the raw samples before demodulation: a strong tone at a rail disturbs the others, here it does not.
/// @throws ConfigError  as validate()
/// @source   our own
[[nodiscard]] SimulatedLine simulate(const MetalScene& scene);

class MetalModel;
/// The same with a model of this scene that is already there.
[[nodiscard]] SimulatedLine simulate(const MetalScene& scene, const MetalModel& model);

}  // namespace surefoot::sim
