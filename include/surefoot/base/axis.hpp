// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/number_list.hpp>

#include <array>
#include <cstdint>
#include <limits>

namespace surefoot {

/// What a row of a trace means.
enum class AxisKind : std::uint8_t {
  two_way_time,  ///< radar: seconds after time zero
  gate_time,     ///< pulse induction, raw samples: seconds after the pulse was switched off
  frequency,     ///< hertz
  channel,       ///< a plain number: coils, features, depth segments
  depth,         ///< metres below the surface
  sweep,  ///< complex values at frequencies: samples 2k and 2k+1 are the real (in_phase) and imaginary (quadrature) part at(k) hertz
  sample_time,  ///< continuous wave, raw samples of a receiver: seconds after the first sample of the trace
  gates         ///< pulse induction, integrated: sample i is the mean from at(i) to at(i + 1) seconds after switch-off
};

/// The axis along a trace: sample i lies at  start + i * step,  or, where they are listed, at  places[i].
///
/// Units     seconds, hertz, metres or 1, as `kind` says.
/// Edges     start may be negative (samples before time zero). A sweep has two samples a frequency; at(k) is that of pair k:
///           tones of a metal detector are listed. Gates are listed by their edges, one more than there are gates. With
///           places, start and step are 0: a stage that needs equal steps finds none. NaN beyond the list.
/// @source   our own
struct TraceAxis {
  AxisKind kind = AxisKind::two_way_time;
  double start = 0.0;
  double step = 0.0;
  NumberList places{};

  [[nodiscard]] constexpr double at(Index i) const noexcept {
    if (places.empty()) return start + step * static_cast<double>(i);
    return i >= 0 && i < places.count ? places[i] : std::numeric_limits<double>::quiet_NaN();
  }
  friend constexpr bool operator==(const TraceAxis&, const TraceAxis&) = default;
};

/// Every kind, in the order of its number: what text and faces offer.
inline constexpr std::array axis_kinds{AxisKind::two_way_time, AxisKind::gate_time, AxisKind::frequency,
                                       AxisKind::channel,      AxisKind::depth,     AxisKind::sweep,
                                       AxisKind::sample_time,  AxisKind::gates};

/// The word for an axis kind, as it is written in text: "two_way_time", "gate_time", ...
[[nodiscard]] constexpr const char* name_of(AxisKind kind) noexcept {
  switch (kind) {
    case AxisKind::two_way_time: return "two_way_time";
    case AxisKind::gate_time: return "gate_time";
    case AxisKind::frequency: return "frequency";
    case AxisKind::channel: return "channel";
    case AxisKind::depth: return "depth";
    case AxisKind::sweep: return "sweep";
    case AxisKind::sample_time: return "sample_time";
    case AxisKind::gates: return "gates";
  }
  return "channel";
}

}  // namespace surefoot
