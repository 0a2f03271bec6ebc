// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/fields.hpp>
#include <surefoot/base/tag.hpp>

namespace surefoot::gpr {

/// How the antenna offset of a trace in a CMP or WARR gather follows from its tag.
///
///   offset = first_offset_m + offset_per_distance * distance_m
///
/// Recorders number such gathers like lines: distance_m counts from 0, whatever SURVEY MODE says ("Reflection" on a WARR is
/// common), and the offset of the first trace stands in the notes of the survey.
/// @source   our own; the habit of recorders was seen in recorded gathers
struct GatherOptions {
  double first_offset_m = 0.0;
  double offset_per_distance = 1.0;
};

template <class V>
void fields(V& v, GatherOptions& o) {
  v(o.first_offset_m, "first_offset_m", Unit::metre, finite(), "Antenna offset of the trace at distance 0.");
  v(o.offset_per_distance, "offset_per_distance", Unit::none, between(-4.0, 4.0),
    "Metres of offset that a metre of distance adds: 1 where the tags count the offset, 2 where they count the way of "
    "one "
    "antenna of a CMP.");
}

/// NaN where the distance is not known.
[[nodiscard]] inline double offset_of(const TraceTag& tag, const GatherOptions& o) noexcept {
  return o.first_offset_m + o.offset_per_distance * tag.distance_m;
}

}  // namespace surefoot::gpr
