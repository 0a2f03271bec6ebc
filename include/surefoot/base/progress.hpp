// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/spec.hpp>
#include <surefoot/base/state.hpp>
#include <surefoot/base/tag.hpp>

#include <algorithm>
#include <cstdint>

namespace surefoot {

/// Over which ground the head is, for what learns from it.
enum class Ground : std::uint8_t {
  fresh,  ///< some that it has not just been over
  same,   ///< the same as a moment ago: it stands, sways, or comes back
  unsure  ///< nobody says where it is
};

/// Tells ground that is new to a head from ground that it has just been over: time that is spent standing over a target must
/// not teach that the target is normal.
///
///   fresh:  the distance lies outside of what was fresh over the last `remembered_m`, and at least half a trace spacing
///           (5 mm where that is not known) from the last fresh trace. After standing_traces in a row that were not, it must
///           lie sway_m outside: a hand is never quite still
///
/// Edges     a line at equal distances is fresh throughout. A distance that is not known gives Ground::unsure, and what was
///           remembered stays. A distance that stands still for ever, as that of a broken wheel, gives Ground::same for ever:
///           learn from the first traces whatever they are.
/// Cost      a few comparisons.
/// Not       for positions without a distance: who knows positions can add up distances.
/// @source   our own
class Progress {
 public:
  static constexpr double remembered_m = 0.3;
  static constexpr double sway_m = 0.05;
  static constexpr Index standing_traces = 25;

  explicit Progress(const StreamSpec& in) noexcept
      : least_m_((in.trace_spacing_m > 0.0 ? 0.5 * in.trace_spacing_m : 0.005) * (1.0 - 1e-6)) {}

  Ground operator()(const TraceTag& tag) noexcept {
    const double d = tag.distance_m;
    if (!(d - d == 0.0)) return Ground::unsure;
    if (started_) {
      const double sway = not_fresh_ < standing_traces ? 0.0 : sway_m;
      if (!(d > high_ + sway || d < low_ - sway) || (d > last_ ? d - last_ : last_ - d) < least_m_) {
        not_fresh_ = std::min(not_fresh_ + 1, standing_traces);
        return Ground::same;
      }
      const bool ahead = d > high_;
      low_ = ahead ? std::max(low_, d - remembered_m) : d;
      high_ = ahead ? d : std::min(high_, d + remembered_m);
    } else {
      low_ = high_ = d;
      started_ = true;
    }
    last_ = d;
    not_fresh_ = 0;
    return Ground::fresh;
  }

  void clear() noexcept {
    started_ = false;
    low_ = high_ = last_ = 0.0;
    not_fresh_ = 0;
  }
  void state(StateArchive& archive) noexcept {
    archive(started_);
    archive(low_);
    archive(high_);
    archive(last_);
    archive.index(not_fresh_, standing_traces + 1);
  }

 private:
  double least_m_;
  bool started_ = false;
  double low_ = 0.0;  // what was fresh over the last remembered_m
  double high_ = 0.0;
  double last_ = 0.0;
  Index not_fresh_ = 0;  // in a row, up to standing_traces
};

}  // namespace surefoot
