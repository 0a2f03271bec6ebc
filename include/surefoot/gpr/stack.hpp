// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/edit_stage.hpp>
#include <surefoot/base/fields.hpp>
#include <surefoot/base/stage_kinds.hpp>

#include <array>

namespace surefoot::gpr {

enum class StackMode : std::uint8_t { decimate, running };
inline constexpr std::array<const char*, 2> stack_modes{"decimate", "running"};
enum class StackMethod : std::uint8_t { mean, median, robust };
inline constexpr std::array<const char*, 3> stack_methods{"mean", "median", "robust"};

struct StackOptions {
  StackMode mode = StackMode::decimate;
  StackMethod method = StackMethod::mean;
  Index length_traces = 4;
  double reject_z = 3.0;
};

template <class V>
void fields(V& v, StackOptions& o) {
  v(o.mode, "mode", Words(stack_modes),
    "decimate makes one trace of every length_traces; running keeps their number and looks at the traces around each.");
  v(o.method, "method", Words(stack_methods), "What is taken of each sample over the traces.");
  v(o.length_traces, "length_traces", Unit::traces, between(1, 1001), "Traces in a stack.");
  v(o.reject_z, "reject_z", Unit::none, above_to(0.0, 1e6),
    "robust: samples farther than this from the median, in robust standard deviations, do not count.");
}

/// The problem with these options on this input, if any.
[[nodiscard]] Problem validate(const StackOptions& options, const StreamSpec& in) noexcept;
/// The stage that options.mode asks for.
[[nodiscard]] Stage* make_stack(const StackOptions& options, const StreamSpec& in, Arena& arena) noexcept;

/// One trace out of several, sample by sample.
///
///   mean     y[i] = (1/n) sum_j x_j[i], in double, rounded once
///   median   y[i] = the middle one of x_j[i]; half the sum of the two in the middle for an even n
///   robust   y[i] = mean of those x_j[i] with |x_j[i] - m| <= reject_z 1.4826 d,  m = median_j x_j[i],
///            d = median_j |x_j[i] - m|
///
/// Noise that is independent from trace to trace falls by sqrt(n) with mean, by about sqrt(2 n / pi) with median.
/// Cost      mean: one pass over each trace; median: a sorting network over 16 samples at a time (dsp/lane_sort.hpp).
/// @source   practice; 1.4826 makes the median deviation of a normal distribution its standard deviation (Hampel, 1974)
class Stacker {
 public:
  Stacker(const StackOptions& options, Index n_samples, Arena& arena) noexcept;

  /// Begin a new stack of at most length_traces traces.
  void clear() noexcept { n_ = 0; }
  /// A trace that must live until read().
  void add(ConstTraceRef trace) noexcept { rows_[to_size(n_++)] = trace.data(); }
  [[nodiscard]] Index size() const noexcept { return n_; }
  /// Zero for an empty stack.
  void read(TraceRef out) noexcept;

 private:
  void mean(TraceRef out) noexcept;
  void sorted(TraceRef out) noexcept;

  StackMethod method_;
  double reject_z_;
  Index n_ = 0;
  std::span<const Sample*> rows_;
  std::span<double> sum_;
  std::span<float> values_;      // 16 samples of each trace
  std::span<float> deviations_;  // from their median
};

/// Stack the traces n by n: n = length_traces of them become one.
///
/// Axis      across traces. (n_samples) in, the same out; one trace for n, so interval and spacing are n times as long.
/// Tags      time, place and standoff are the means over the usable traces of the stack (over all, if none is usable); NaN
///           where one of them is not known. index is counted anew from 0. The score is the largest of them.
/// Flags     all those of the stack. A dropped or non-finite trace does not count; the stack is then flagged repaired, and it
///           is dropped or non_finite itself only if no usable trace was in it.
/// Edges     the last stack holds what is left; it is flagged warming_up if that is less than n.
/// Cost      see Stacker; memory of n traces; latency n - 1 traces in.
/// Not       a resampling to equal spacing: stack by counts first, or average by place with gpr.trace_resample.
/// @source   see Stacker
class DecimatingStack final : public EditStage {
 public:
  DecimatingStack(const StackOptions& options, const StreamSpec& in, Arena& arena) noexcept;
  [[nodiscard]] Index latency() const noexcept override { return length_ - 1; }

 private:
  void take(ConstTraceRef trace, const TraceTag& tag) noexcept override;
  [[nodiscard]] bool ready() const noexcept override { return full_; }
  void give(TraceRef out, TraceTag& tag) noexcept override;
  void close() noexcept override { full_ = !group_.empty(); }
  void forget() noexcept override;
  void remember(StateArchive& archive) noexcept override;

  Index length_;
  std::int64_t given_ = 0;
  bool full_ = false;
  ColumnRing group_;
  Stacker stacker_;
};

/// Each trace becomes the stack of the n = length_traces traces around it: (n-1)/2 before it and n/2 after it.
///
/// Axis      across traces. Shape and number of traces stay; tags are those of the trace in the middle.
/// Flags     those of the trace itself and of all usable traces in its window. A trace that is itself unusable stays zero.
/// Edges     the window shrinks at both ends of the line; there it is flagged warming_up.
/// Cost      see Stacker, n traces for each; latency n/2.
/// Not       for targets shorter than the window: they are smeared (mean) or removed (median).
/// @source   see Stacker
class RunningStack final : public WindowStage {
 public:
  RunningStack(const StackOptions& options, const StreamSpec& in, Arena& arena) noexcept;

 private:
  void look(const TraceWindow& window, TraceRef out, TraceTag& tag) noexcept override;
  void forget() noexcept override {}
  void remember(StateArchive&) noexcept override {}

  Index before_;
  Index after_;
  Stacker stacker_;
};

}  // namespace surefoot::gpr
