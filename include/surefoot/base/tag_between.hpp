// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/tag.hpp>

namespace surefoot {

/// a + share (b - a), NaN where one of them is not known; for share 0 exactly a, whatever b is.
[[nodiscard]] constexpr double between(double a, double b, double share) noexcept {
  return share == 0.0 ? a : a + share * (b - a);
}

/// The place and time that lies `share` of the way from a to b.
///
/// Shape     time_s, position_m, distance_m and standoff_m follow a straight line, as between().
/// Not       index, quality and score: those are the caller's to say. They come out as in a fresh tag.
[[nodiscard]] constexpr TraceTag tag_between(const TraceTag& a, const TraceTag& b, double share) noexcept {
  TraceTag tag;
  tag.time_s = between(a.time_s, b.time_s, share);
  for (std::size_t k = 0; k < tag.position_m.size(); ++k)
    tag.position_m[k] = between(a.position_m[k], b.position_m[k], share);
  tag.distance_m = between(a.distance_m, b.distance_m, share);
  tag.standoff_m = between(a.standoff_m, b.standoff_m, share);
  return tag;
}

}  // namespace surefoot
