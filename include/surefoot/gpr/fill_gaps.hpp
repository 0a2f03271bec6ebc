// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/edit_stage.hpp>
#include <surefoot/base/fields.hpp>

#include <array>

namespace surefoot::gpr {

enum class FillMethod : std::uint8_t { zero, interpolate };
inline constexpr std::array<const char*, 2> fill_methods{"zero", "interpolate"};

struct FillGapsOptions {
  FillMethod method = FillMethod::zero;
  Index max_gap_traces = 10;
  Index added_traces = 1000;
};

template <class V>
void fields(V& v, FillGapsOptions& o) {
  v(o.method, "method", Words(fill_methods),
    "zero puts zero traces flagged dropped where traces are missing; interpolate puts a straight line between the two "
    "neighbours, flagged repaired.");
  v(o.max_gap_traces, "max_gap_traces", Unit::traces, between(1, 1e5),
    "Most traces that are put in one gap; a longer gap gets so many zero traces, whatever the method.");
  v(o.added_traces, "added_traces", Unit::traces, between(0, 1e9),
    "Traces added to a whole line for which later whole-line stages take memory.");
}

/// The problem with these options on this input, if any.
[[nodiscard]] Problem validate(const FillGapsOptions& options, const StreamSpec& in) noexcept;

/// Put traces where the numbering of the input says that some were lost, so that later stages see an even stream.
///
///   between two traces with index p and q > p + 1:  m = q - p - 1 traces are missing
///   zero         y_j = 0,  dropped                            j = 1 .. min(m, max_gap_traces)
///   interpolate  y_j = x_p + j/(m+1) (x_q - x_p),  repaired   if m <= max_gap_traces and both neighbours are usable
///
/// Axis      across traces. Shape (n_samples) in, the same out; what comes in goes out unchanged.
/// Tags      index p + j; time, place and standoff on a straight line between the neighbours.
/// Flags     the traces of a gap also have those of both neighbours if they are interpolated.
/// Edges     a gap of more than max_gap_traces gets max_gap_traces zero traces and then goes on with the index that came: the jump
///           that is left can be seen. An index that stands still or goes back begins a new count; nothing is put there.
/// Whole line: output().max_traces is the input's and added_traces more; a stage that keeps the line flags what is beyond.
/// Cost      one copy a trace; latency 0 traces.
/// Not       for streams whose index counts something else than traces; not a repair of bad traces (gpr.trace_check).
/// @source   our own
class FillGaps final : public EditStage {
 public:
  FillGaps(const FillGapsOptions& options, const StreamSpec& in, Arena& arena) noexcept;
  [[nodiscard]] Index latency() const noexcept override { return 0; }
  [[nodiscard]] Index most_at_once() const noexcept override { return options_.max_gap_traces + 1; }

 private:
  void take(ConstTraceRef trace, const TraceTag& tag) noexcept override;
  [[nodiscard]] bool ready() const noexcept override { return full_; }
  void give(TraceRef out, TraceTag& tag) noexcept override;
  void close() noexcept override {}
  void forget() noexcept override;
  void remember(StateArchive& archive) noexcept override;

  FillGapsOptions options_;
  bool begun_ = false;
  bool full_ = false;
  Index put_ = 0;     // traces given of the present gap
  Index to_put_ = 0;  // and how many it gets
  TraceTag earlier_;  // the neighbours of the gap
  TraceTag later_;
  std::span<Sample> before_;
  std::span<Sample> after_;
};

}  // namespace surefoot::gpr
