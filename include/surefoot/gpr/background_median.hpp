// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/two_pass.hpp>
#include <surefoot/dsp/elementwise.hpp>
#include <surefoot/dsp/running_median.hpp>
#include <surefoot/gpr/background.hpp>

namespace surefoot::gpr {

/// Subtract the median of the traces before (and after) each trace, sample by sample, without those next to it.
///
///   y_n = x_n - b_n,  b_n = median(x_k : k in [n-g-L, n-g-1], two_sided also [n+g+1, n+g+L], x_k usable)
///   L = length_traces, g = guard_traces; an even number of traces gives the mean of the two in the middle
///
/// Axis      across traces; samples are independent. Shape (n_samples) in, the same out; computed in double, rounded once.
/// Edges     as the running mean: the window shrinks to what exists and is usable, Quality::warming_up until L usable traces
///           have been in it and where it is empty (output zero there).
/// Exact     a constant background goes to zero exactly. Targets that fill less than half of the window leave no trace in
///           the background: no shadow of the opposite sign behind a target, as the mean has.
/// Cost      O(L) a sample, see dsp::RunningMedian; latency 0, or L + g if two_sided (whose first answer costs L steps
///           at once). L traces on both sides together are at most longest_running_median.
/// Not       smooth: on a slope of the ground it steps from trace to trace. Not for hovering (use exponential).
/// @source   median background as in MyGPR and ImpDAR's denoise; guard, edges and causal form: our own
class RunningMedianBackground final : public WindowStage {
 public:
  RunningMedianBackground(const BackgroundOptions& options, const StreamSpec& in, Arena& arena) noexcept;

 private:
  void look(const TraceWindow& window, TraceRef out, TraceTag& tag) noexcept override;
  void forget() noexcept override;
  void remember(StateArchive& archive) noexcept override;

  Index length_;
  Index guard_;
  bool two_sided_;
  bool primed_ = false;  // the later traces of the first answer are in
  Index entered_ = 0;    // usable traces that have been in the window, up to length_
  dsp::RunningMedian median_;
};

/// Subtract the median of all usable traces of the line, sample by sample.
///
///   y_n = x_n - b,  b = median(x_k : all k, x_k usable); an even number of traces gives the mean of the two in the middle
///
/// Axis      across traces. Shape (n_samples) in, the same out; the median in double, kept as two float32 that are subtracted
///           one after the other.
/// Edges     a line without usable traces stays zero.
/// Cost      O(n_traces) a sample (dsp::column_medians); latency: the whole line, of which it keeps a copy unless the input stays
///           where it is.
/// Not       live. Not for ground that changes along the line. Not blind to a target over half of the line.
/// @source   practice
class MedianBackground final : public TwoPass {
 public:
  MedianBackground(const StreamSpec& in, Arena& arena) noexcept;

 private:
  void learn(KeptColumns& line) noexcept override;
  void map(Index k, ConstTraceRef in, TraceRef out) noexcept override;

  std::span<Sample> block_;  // a few samples of all traces
  dsp::SplitOffsets median_;
};

}  // namespace surefoot::gpr
