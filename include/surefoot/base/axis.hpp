// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/types.hpp>

#include <array>
#include <cstdint>

namespace surefoot {

/// What a row of a trace means.
enum class AxisKind : std::uint8_t {
  two_way_time,  ///< radar: seconds after time zero
  gate_time,     ///< pulse induction: seconds after the pulse was switched off
  frequency,     ///< hertz
  channel,       ///< a plain number: coils, features, depth segments
  depth,         ///< metres below the surface
  sweep,  ///< complex frequency sweep: samples 2k and 2k+1 are the real and imaginary part at start + k * step hertz
};

/// The axis along a trace: sample i lies at  start + i * step.
///
/// Units     seconds, hertz, metres or 1, as `kind` says.
/// Edges     start may be negative (samples before time zero). A sweep has two samples a frequency; at(k) is that of pair k.
/// @source   our own
struct TraceAxis {
  AxisKind kind = AxisKind::two_way_time;
  double start = 0.0;
  double step = 0.0;

  [[nodiscard]] constexpr double at(Index i) const noexcept { return start + step * static_cast<double>(i); }
  friend constexpr bool operator==(const TraceAxis&, const TraceAxis&) = default;
};

/// Every kind, in the order of its number: what text and faces offer.
inline constexpr std::array axis_kinds{AxisKind::two_way_time, AxisKind::gate_time, AxisKind::frequency,
                                       AxisKind::channel,      AxisKind::depth,     AxisKind::sweep};

/// The word for an axis kind, as it is written in text: "two_way_time", "gate_time", ...
[[nodiscard]] constexpr const char* name_of(AxisKind kind) noexcept {
  switch (kind) {
    case AxisKind::two_way_time: return "two_way_time";
    case AxisKind::gate_time: return "gate_time";
    case AxisKind::frequency: return "frequency";
    case AxisKind::channel: return "channel";
    case AxisKind::depth: return "depth";
    case AxisKind::sweep: return "sweep";
  }
  return "channel";
}

}  // namespace surefoot
