// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/types.hpp>

#include <array>
#include <cstdint>
#include <limits>

namespace surefoot {

inline constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

/// What a score rests on. Score stages write it into the tag of a trace; an alarm keeps that of its highest trace.
///
///   profile  z of profile_count slices, one after the other; the centre of slice i lies at
///            profile_start_s + i profile_step_s. Of more than `capacity` segments the highest of each few are kept.
///
/// Units     seconds of two-way time; metres a second. NaN where not known, 0 in the slices beyond profile_count.
/// Fit       of a hyperbola: from 0 (nothing of the trace's neighbourhood) to 1 (all of it), as the stage that fitted it says.
/// Not       a proof: a person looks at it beside the picture.
struct Evidence {
  static constexpr Index capacity = 32;

  double profile_start_s = unknown;
  double profile_step_s = unknown;
  std::int64_t profile_count = 0;
  std::array<float, to_size(capacity)> profile_z{};
  double background_traces = unknown;           ///< so many traces' worth of ground the statistics rest on
  double hyperbola_velocity_m_per_s = unknown;  ///< of the hyperbola that fits best
  double hyperbola_time_s = unknown;            ///< two-way time of its apex
  double hyperbola_fit = unknown;               ///< 0 to 1
  double probability = unknown;                 ///< of a target, if something calibrated said so, 0 to 1
  double echo_z = unknown;          ///< radar: z of the strongest echo from under the surface, whatever its phase
  double echo_phase_rad = unknown;  ///< its phase against the strongest wave of the background, -pi to pi
};

/// Keep the z of depth segments as a profile; the first has its centre at `start_s`, the next `step_s` later.
///
///   more than `capacity` segments: slice i is the highest of the g segments from i g on, g = ceil(n / capacity), and its centre
///   the middle of them; the last slice may have fewer
inline void set_profile(Evidence& evidence, std::span<const double> z, double start_s, double step_s) noexcept {
  const std::size_t n = z.size();
  const std::size_t g = n == 0 ? 1 : (n + to_size(Evidence::capacity) - 1) / to_size(Evidence::capacity);
  const std::size_t count = (n + g - 1) / g;
  for (std::size_t i = 0; i < count; ++i) {
    double highest = z[i * g];
    for (std::size_t k = i * g + 1; k < n && k < (i + 1) * g; ++k) highest = highest < z[k] ? z[k] : highest;
    evidence.profile_z[i] = static_cast<float>(highest);
  }
  for (std::size_t i = count; i < evidence.profile_z.size(); ++i) evidence.profile_z[i] = 0.0F;
  evidence.profile_count = static_cast<std::int64_t>(count);
  evidence.profile_start_s = start_s + 0.5 * static_cast<double>(g - 1) * step_s;
  evidence.profile_step_s = static_cast<double>(g) * step_s;
}

}  // namespace surefoot
