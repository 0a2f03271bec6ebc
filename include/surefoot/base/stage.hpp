// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/note.hpp>
#include <surefoot/base/spec.hpp>
#include <surefoot/base/state.hpp>
#include <surefoot/base/tag.hpp>

#include <cstddef>
#include <limits>

namespace surefoot {

/// latency() of a stage that gives nothing before it has seen the whole line.
inline constexpr Index whole_line = std::numeric_limits<Index>::max();

/// One step of a pipeline: traces in, traces out; the same object for a live stream and for a file.
///
/// Push one trace, then pull until pull() is false; at the end finish() and pull until false again. All buffers come from
/// the Arena given to the constructor; from then on nothing allocates, locks, throws or prints.
///
/// Flags     every Quality flag of an input trace is on the output trace of the same index; where traces are joined or
///           made anew (one_to_one() is false), on each output trace that has a part of it.
/// Lengths   a trace of a wrong length, or one pushed before the last result was pulled, is a mistake of the caller:
///           it comes out as a zero trace flagged Quality::dropped.
class Stage {
 public:
  Stage() = default;
  Stage(const Stage&) = delete;
  Stage& operator=(const Stage&) = delete;
  virtual ~Stage() = default;

  /// What comes out, known before the first trace.
  [[nodiscard]] virtual const StreamSpec& output() const noexcept = 0;
  /// Traces by which the output lags the input; whole_line if it needs all of them.
  [[nodiscard]] virtual Index latency() const noexcept = 0;
  /// True if each trace in gives one trace out, in order; false for stages that stack, resample, cut or grid the line.
  [[nodiscard]] virtual bool one_to_one() const noexcept { return true; }
  /// Most traces that can become ready by one trace in, or by finish(), where that is not one for one: the pipeline keeps room
  /// for them. A whole-line stage says it by output().max_traces.
  [[nodiscard]] virtual Index most_at_once() const noexcept { return 1; }
  virtual void push(ConstTraceRef trace, const TraceTag& tag) noexcept = 0;
  /// True while a trace is ready; out must have output().n_samples samples.
  virtual bool pull(TraceRef out, TraceTag& tag) noexcept = 0;
  /// No more input: pull() now gives what is still held back.
  virtual void finish() noexcept = 0;
  /// What there is to say about the work so far: the first of out are filled, their number is returned (at most most_notes).
  [[nodiscard]] virtual Index notes(std::span<Note> out) const noexcept {
    (void)out;
    return 0;
  }
  /// As freshly constructed, notes included, without allocating.
  virtual void reset() noexcept = 0;
  /// Name every part of the state to the archive, which measures, saves or loads it.
  virtual void state(StateArchive& archive) noexcept = 0;

  /// Stages live in an Arena: ending one gives no memory back.
  static void operator delete(void*) noexcept {}
};

}  // namespace surefoot
