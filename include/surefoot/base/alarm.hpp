// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/tag.hpp>

namespace surefoot {

/// Which sensors an alarm rests on, as flags.
enum class Sensors : std::uint32_t { none = 0, gpr = 1U << 0, emi = 1U << 1 };
[[nodiscard]] constexpr std::uint32_t bits(Sensors s) noexcept { return static_cast<std::uint32_t>(s); }
[[nodiscard]] constexpr Sensors operator|(Sensors a, Sensors b) noexcept {
  return static_cast<Sensors>(bits(a) | bits(b));
}
[[nodiscard]] constexpr bool has(Sensors s, Sensors flags) noexcept { return (bits(s) & bits(flags)) != 0; }

/// One sensor with its word, which is also the modality of a pipeline: the only table of them.
struct SensorName {
  Sensors flag;
  const char* name;
};
inline constexpr std::array<SensorName, 2> sensor_names{{{Sensors::gpr, "gpr"}, {Sensors::emi, "emi"}}};

/// The machine's claim that something is there: where, when, how sure, why, and under which Quality.
///
/// An alarm is never called a mine: only a disposal expert confirms one.
///
/// Records   a detector may tell of one alarm more than once: a record with the same id and a higher revision replaces those
///           before it. active says that the head was still over it; the record of an alarm that has ended has active = 0.
/// Units     metres and seconds; NaN where not known. depth_m is under the ground reference that the detector was given.
/// Place     position_m in the line's local frame; covariance_m2 is that of (x, y) or, where the position is not known, of
///           (distance along the line, offset across it).
/// Quality   every flag of every trace from first_index to last_index.
/// Filled by the detector: id to kept_share, score to quality, active, revision, hits, covariance_m2, evidence. The pipeline:
///           description_hash, sensors, gpr_z or emi_z. What joins alarms: passes. What joins sensors: the other sensor's z,
///           probability (of the evidence), rank, conflict. An inversion: polarizability_m3.
struct Alarm {
  std::int64_t id = 0;           ///< from 1, in order of emission; never reused before reset()
  std::int64_t trace_index = 0;  ///< trace of the highest score
  std::int64_t first_index = 0;  ///< first and last trace of the footprint
  std::int64_t last_index = 0;
  double time_s = unknown;                                      ///< of the highest score
  std::array<double, 3> position_m{unknown, unknown, unknown};  ///< score-weighted centre of the footprint
  double distance_m = unknown;                                  ///< the same along the line
  double extent_m = unknown;                                    ///< length of the footprint along the line
  double two_way_time_s = unknown;                              ///< of the strongest depth segment
  double depth_m = unknown;
  double phase_rad = unknown;   ///< metal detector: phase of what scored, at the peak
  double kept_share = unknown;  ///< share of a target's energy that removal of soil or background left, at the peak
  float score = 0.0F;
  float threshold = 0.0F;
  Quality quality = Quality::good;
  Sensors sensors = Sensors::none;     ///< whose detector raised it
  std::uint32_t active = 0;            ///< 1 while the head is over it, else 0
  std::uint32_t passes = 1;            ///< over it that were joined
  std::int64_t revision = 0;           ///< 0: first told; each later record of the same id has one more
  std::int64_t hits = 0;               ///< usable traces of the footprint
  std::int64_t rank = 0;               ///< 1: look here first; 0: not ranked
  std::uint64_t description_hash = 0;  ///< of pipeline description and library version; 0: no pipeline
  double gpr_z = unknown;              ///< robust z of each sensor
  double emi_z = unknown;
  std::array<double, 3> covariance_m2{unknown, unknown, unknown};      ///< xx, xy, yy of the place
  std::array<double, 3> polarizability_m3{unknown, unknown, unknown};  ///< principal ones, largest first
  double conflict = unknown;  ///< of the sensors, 0 to 1: how much they speak of different things
  Evidence evidence{};        ///< at the highest score
};
// The bytes of a saved state have no padding.
static_assert(sizeof(Alarm) == 240 + sizeof(Evidence));

}  // namespace surefoot
