// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/types.hpp>

#include <cstdint>

namespace surefoot {

/// What a row of a trace means.
enum class AxisKind : std::uint8_t {
  two_way_time,  ///< radar: seconds after time zero
  gate_time,     ///< pulse induction: seconds after the pulse was switched off
  frequency,     ///< hertz
  channel,       ///< a plain number: coils, features, depth segments
};

/// The axis along a trace: sample i lies at  start + i * step.
///
/// Units     seconds, hertz or 1, as `kind` says.
/// Edges     start may be negative (samples before time zero).
/// @source   our own
struct TraceAxis {
  AxisKind kind = AxisKind::two_way_time;
  double start = 0.0;
  double step = 0.0;

  [[nodiscard]] constexpr double at(Index i) const noexcept { return start + step * static_cast<double>(i); }
  friend constexpr bool operator==(const TraceAxis&, const TraceAxis&) = default;
};

/// The word for an axis kind, as it is written in text: "two_way_time", "gate_time", "frequency", "channel".
[[nodiscard]] constexpr const char* name_of(AxisKind kind) noexcept {
  switch (kind) {
    case AxisKind::two_way_time: return "two_way_time";
    case AxisKind::gate_time: return "gate_time";
    case AxisKind::frequency: return "frequency";
    case AxisKind::channel: return "channel";
  }
  return "channel";
}

}  // namespace surefoot
