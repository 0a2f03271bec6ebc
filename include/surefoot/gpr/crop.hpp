// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/edit_stage.hpp>
#include <surefoot/base/fields.hpp>

namespace surefoot::gpr {

struct CropOptions {
  double start_s = -1e-6;
  double end_s = 1e-6;
  double start_m = -1e3;
  double end_m = 1e3;
  Index first_trace = 0;
  Index last_trace = 1000000000;
};

template <class V>
void fields(V& v, CropOptions& o) {
  v(o.start_s, "start_s", Unit::second, finite(), "On an axis of time: the first time that is kept.");
  v(o.end_s, "end_s", Unit::second, finite(), "On an axis of time: the last time that is kept.");
  v(o.start_m, "start_m", Unit::metre, finite(), "On an axis of depth: the first depth that is kept.");
  v(o.end_m, "end_m", Unit::metre, finite(), "On an axis of depth: the last depth that is kept.");
  v(o.first_trace, "first_trace", Unit::traces, between(0, 1e9),
    "The first trace that is kept, counted from 0 in the order in which they come.");
  v(o.last_trace, "last_trace", Unit::traces, between(0, 1e9), "The last trace that is kept.");
}

/// The problem with these options on this input, if any: a sample and a trace must be left.
[[nodiscard]] Problem validate(const CropOptions& options, const StreamSpec& in) noexcept;

/// Keep a stretch of samples and a stretch of traces.
///
///   y_k[i] = x_{first_trace + k}[a + i],  a = the first sample at or after start, up to the last at or before end
///
/// Axis      both. (n_samples) in, fewer out; the output axis starts at the first sample that is kept. Borders count with a
///           tolerance of 1e-6 samples and are cut to what the trace has. start_m and end_m are used on an axis of depth,
///           start_s and end_s on an axis of time.
/// Tags      unchanged, the index too: an alarm still names the trace of the file.
/// Flags     those of the traces that are kept. A trace that is removed takes its flags with it: nothing after this stage
///           knows that it was bad, so do not cut out bad traces; flag them (gpr.trace_check).
/// Non-finite: a trace is looked at whole, also where it is cut away, and comes out as zero, flagged.
/// Cost      one copy of what is kept; latency 0 traces.
/// Not       a mute: samples outside are gone, not zero.
/// @throws ConfigError  (from the pipeline) if no sample or, on a line of known length, no trace would be left.
/// @source   our own
class Crop final : public EditStage {
 public:
  Crop(const CropOptions& options, const StreamSpec& in, Arena& arena) noexcept;
  [[nodiscard]] Index latency() const noexcept override { return 0; }

 private:
  void take(ConstTraceRef trace, const TraceTag& tag) noexcept override;
  [[nodiscard]] bool ready() const noexcept override { return full_; }
  void give(TraceRef out, TraceTag& tag) noexcept override;
  void close() noexcept override {}
  void forget() noexcept override;
  void remember(StateArchive& archive) noexcept override;

  Index first_sample_;
  Index first_trace_;
  Index last_trace_;
  Index seen_ = 0;  // traces so far, up to last_trace_ + 1
  bool full_ = false;
  TraceTag tag_;
  std::span<Sample> kept_;
};

}  // namespace surefoot::gpr
