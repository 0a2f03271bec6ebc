// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/axis.hpp>

namespace surefoot {

/// All that a stage must know about its input to take its memory: the shape of a stream of traces.
///
/// Units     trace_interval_s seconds and trace_spacing_m metres from one trace to the next, 0 where unknown.
/// Channels  a trace is n_channels stretches of equal length, one after the other, each on the same axis: receivers, or pairs
///           of transmitter and receiver. Radar has one.
/// Edges     max_traces is 0 for a live stream without end; whole-line stages need it to be the line's length.
///           stays is a promise of who pushes: traces lie where they are, unchanged, until the last result was pulled. A stage
///           of the whole line may then look at them there instead of keeping copies; such a pipeline has no state to save.
struct StreamSpec {
  TraceAxis axis;
  Index n_samples = 0;
  double trace_interval_s = 0.0;
  double trace_spacing_m = 0.0;
  Index max_traces = 0;
  bool stays = false;
  Index n_channels = 1;

  /// Samples of one channel.
  [[nodiscard]] constexpr Index channel_samples() const noexcept { return n_channels > 0 ? n_samples / n_channels : 0; }

  friend constexpr bool operator==(const StreamSpec&, const StreamSpec&) = default;
};

}  // namespace surefoot
