// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/evidence.hpp>

#include <array>
#include <cstdint>

namespace surefoot {

/// What is wrong with a trace, as flags that travel with it to the alarm. No stage may clear one.
enum class Quality : std::uint32_t {
  good = 0,
  saturated = 1U << 0,            ///< a sample stood at a rail of the converter
  non_finite = 1U << 1,           ///< a sample was NaN, infinite or 2^53 and more; the trace is zero from here on
  dropped = 1U << 2,              ///< the trace was missing or had a wrong length; it is zero
  warming_up = 1U << 3,           ///< a stage has not yet seen enough traces to be trusted
  ground_balance_lost = 1U << 4,  ///< the soil model no longer fits
  time_zero_lost = 1U << 5,       ///< the reference wave was not found; the last good shift was kept
  repaired = 1U << 6,             ///< samples were interpolated from their neighbours
  bad_trace = 1U << 7,            ///< dead or disturbed: too unlike its neighbours to be trusted
  ground_lost = 1U << 8,          ///< the ground bounce was not found; the last standoff was kept
  not_converged = 1U << 9,        ///< an iteration stopped short of its tolerance
  uncalibrated = 1U << 10,        ///< no calibration, or one outside its limits of acceptance
  out_of_order = 1U << 11,        ///< the trace came again or after a later one; nothing was learnt from it
  standing = 1U << 12,            ///< nobody says where the head is; by its traces it stood still: nothing was learnt
};

[[nodiscard]] constexpr std::uint32_t bits(Quality q) noexcept { return static_cast<std::uint32_t>(q); }
[[nodiscard]] constexpr Quality operator|(Quality a, Quality b) noexcept {
  return static_cast<Quality>(bits(a) | bits(b));
}
[[nodiscard]] constexpr Quality operator&(Quality a, Quality b) noexcept {
  return static_cast<Quality>(bits(a) & bits(b));
}
constexpr Quality& operator|=(Quality& a, Quality b) noexcept { return a = a | b; }

/// True if any of the flags is set.
[[nodiscard]] constexpr bool has(Quality q, Quality flags) noexcept { return bits(q & flags) != 0; }

/// True if the samples carry no information: stages hold their state and give zeros.
[[nodiscard]] constexpr bool unusable(Quality q) noexcept { return has(q, Quality::non_finite | Quality::dropped); }

/// One flag with its word and its meaning: the only table of them; all faces read it.
struct QualityName {
  Quality flag;
  const char* name;
  const char* meaning;
};

inline constexpr std::array<QualityName, 13> quality_names{{
    {Quality::saturated, "saturated", "a sample stood at a rail of the converter"},
    {Quality::non_finite, "non_finite", "a sample was NaN, infinite or 2^53 and more; the trace was set to zero"},
    {Quality::dropped, "dropped", "the trace was missing or had a wrong length; it was set to zero"},
    {Quality::warming_up, "warming_up", "a stage had not yet seen enough traces to be trusted"},
    {Quality::ground_balance_lost, "ground_balance_lost", "the soil model no longer fitted"},
    {Quality::time_zero_lost, "time_zero_lost", "the reference wave was not found; the last shift was kept"},
    {Quality::repaired, "repaired", "samples were interpolated from their neighbours"},
    {Quality::bad_trace, "bad_trace", "the trace was dead or disturbed: too unlike its neighbours to be trusted"},
    {Quality::ground_lost, "ground_lost", "the ground bounce was not found; the last standoff was kept"},
    {Quality::not_converged, "not_converged", "an iteration stopped short of its tolerance"},
    {Quality::uncalibrated, "uncalibrated", "there was no calibration, or it was outside its limits of acceptance"},
    {Quality::out_of_order, "out_of_order", "the trace came again or after a later one; nothing was learnt from it"},
    {Quality::standing, "standing", "by its traces alone the head stood still; nothing was learnt"},
}};

/// Where and when a trace was taken, how good it is, and, once scored, how anomalous.
///
/// Units     time_s seconds since the start of the line; position_m metres in the line's local frame
///           (east, north, up of Line::origin if there is one); distance_m metres along the line; standoff_m metres from
///           the ground up to the antennas; phase_rad radians of e^(+i w t) against the field that excites the target.
/// Unknown   time, position, distance, score time, standoff, phase, kept share and depth are NaN where they are not known.
struct TraceTag {
  std::int64_t index = 0;                                       ///< number of the trace in its line, from 0
  double time_s = unknown;                                      ///< seconds
  std::array<double, 3> position_m{unknown, unknown, unknown};  ///< x, y, z
  double distance_m = unknown;                                  ///< along the line
  Quality quality = Quality::good;
  float score = 0.0F;             ///< robust z; larger is more anomalous; 0 until a detect stage has set it
  double score_time_s = unknown;  ///< two-way time of the strongest depth segment
  double standoff_m = unknown;    ///< height of the antennas above the ground
  double phase_rad = unknown;     ///< metal detector: phase of what scored
  double kept_share = unknown;    ///< share of a target's energy that the removal of soil or background left, 0 to 1
  double depth_m = unknown;       ///< of what scored, under the ground or, where the standoff is not known, the head
  Evidence evidence{};            ///< what the score rests on; empty until a detect stage has set it
};
// The bytes of a saved state have no padding.
static_assert(sizeof(Evidence) == 208 && sizeof(TraceTag) == 96 + sizeof(Evidence));

}  // namespace surefoot
