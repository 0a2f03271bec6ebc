// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/tag.hpp>

namespace surefoot {

/// The machine's claim that something is there: where, when, how sure, why, and under which Quality.
///
/// An alarm is never called a mine: only a disposal expert confirms one.
///
/// Units     metres and seconds; NaN where not known. depth_m is under the ground reference that the detector was given.
/// Quality   every flag of every trace from first_index to last_index.
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
  double kept_share = unknown;  ///< share of a target's energy that soil nulling left, at the peak
  float score = 0.0F;
  float threshold = 0.0F;
  Quality quality = Quality::good;
  std::uint32_t reserved = 0;  // keeps the bytes of a saved state free of padding
};

}  // namespace surefoot
