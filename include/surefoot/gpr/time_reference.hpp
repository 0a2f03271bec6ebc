// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/dsp/plane_wave.hpp>

#include <array>
#include <cmath>
#include <cstdint>

namespace surefoot::gpr {

/// What t = 0 of a trace means: the antenna radiates; the direct wave through the air reaches the receiver; or, after
/// gpr.ground_track with compensate, the bounce of the ground does.
enum class TimeReference : std::uint8_t { emission, direct_wave, ground };
inline constexpr std::array<const char*, 2> time_references{"emission", "direct_wave"};
inline constexpr std::array<const char*, 3> time_references_over_ground{"emission", "direct_wave", "ground"};

/// What has to be added to t to count it from the emission.
///
///   emission 0,  direct_wave s / c,  ground 2 sqrt(h^2 + (s/2)^2) / c;   s antenna offset, h standoff
///
/// Units     metres, seconds; c = 299792458 m/s.
/// @source   geometry
[[nodiscard]] inline double since_emission(TimeReference zero, double antenna_offset_m, double standoff_m) noexcept {
  if (zero == TimeReference::emission) return 0.0;
  if (zero == TimeReference::direct_wave) return antenna_offset_m / dsp::speed_of_light_m_s;
  return std::sqrt(4.0 * standoff_m * standoff_m + antenna_offset_m * antenna_offset_m) / dsp::speed_of_light_m_s;
}

}  // namespace surefoot::gpr
