// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/sim/dual_options.hpp>
#include <surefoot/sim/metal_scene.hpp>
#include <surefoot/sim/scene.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace surefoot::sim {

/// One object for both sensors: its pieces of metal for the coils, its outline for the antennas.
struct DualTarget {
  MetalTarget metal;
  std::vector<BodyOptions> bodies;
};

/// A lane that a head with radar and metal detector goes along: one ground, one list of objects, one truth.
struct DualScene {
  std::string name = "lane";  ///< of the lane, of its files and in truth.csv: letters, digits, - and _
  std::string instrument;
  std::string licence;
  std::string source;
  std::string soil_name;  ///< in truth.csv, for strata
  std::int64_t seed = 1;
  std::string array_name;  ///< head.array: a built-in array, a path, or its text
  CoilArray array;         ///< what that means: who parses a scene fills it in
  DualLineOptions line;
  HeadOptions head;  ///< the coils, and how the head is carried: both sensors at one height
  DualRadarOptions radar;
  SectionOptions ground;
  MetalSoilOptions soil;  ///< of the same ground; its roughness is the ground's
  ReceiverOptions radar_receiver;
  MetalReceiverOptions metal_receiver;
  std::optional<OriginOptions> origin;
  std::vector<DualTarget> targets;
};

/// Read a scene from TOML: `surefoot_scene = 1`, `modality = "dual"`, then tables line, head (with array), radar, ground, soil,
/// radar_receiver, metal_receiver and origin, and [[target]] as often as needed, in a target body = [{...}] and part = [{...}].
/// @throws ConfigError  naming path, line and column: unknown key, wrong type, value out of its range
[[nodiscard]] DualScene parse_dual_scene(std::string_view toml, std::string_view source = "scene");

/// @throws ConfigError  naming the first option that is out of its range or contradicts another or the array
void validate(const DualScene& scene);

struct SimulatedDual {
  SimulatedLine radar;
  SimulatedLine metal;
  Truth truth;
};

/// Simulate a lane of both sensors, carried by one hand over one ground.
///
///   radar  E(t) of Fdtd in Section, over the largest value that it has in air, times gain; then RadarReceiver's disturbances
///   metal  MetalModel along the same track, metal_forward_m before the antennas; then its receiver
///
/// Places    The head's middle at trace k is k spacing + f(k spacing), f smooth and random with place_jitter_m: tags and truth
///           tell the even place. Truth of the lane and the radar is in that frame; that of the metal line, whose tags count from
///           its own first trace too, has x_m - metal_forward_m.
/// Height    standoff, wander and jitter of `head` over the mean ground, for both; the jitter of each trace is its own. Coils
///           feel the surface smoothed over 0.2 m; neither they nor an antenna come nearer than 1 cm to the surface under them.
/// Depths    from the surface, as the mean over the object's width, to the highest point of its top; here and in the truth.
/// Truth     id is NAME/number, the same in both lines; lane is the scene's name; surface rough or flat.
/// Units     radar: shares of full scale, time 0 the middle of the current's pulse; metal: as sim::simulate(MetalScene).
/// Quality   traces with a value at a rail are flagged Quality::saturated.
/// Same bits radar: on every compiler and processor; metal: as sim::simulate(MetalScene).
/// Cost      about 0.05 s a radar trace of 256 samples at 5 mm, a core; traces are shared among dsp::threads().
/// Not       three-dimensional for the radar: see Section. Objects beside the line (y_m) are heard by the coils only.
/// Limit     a grid of 2e7 nodes and 1e15 steps of nodes in all.
/// @throws ConfigError  as validate()
/// @source   our own
[[nodiscard]] SimulatedDual simulate(const DualScene& scene);

}  // namespace surefoot::sim
