// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/two_pass.hpp>
#include <surefoot/dsp/elementwise.hpp>
#include <surefoot/dsp/window_sum.hpp>
#include <surefoot/gpr/background.hpp>

namespace surefoot::gpr {

/// Subtract the mean of the traces before (and after) each trace, without those next to it.
///
///   y_n = x_n - b_n,  b_n = mean(x_k : k in [n-g-L, n-g-1], two_sided also [n+g+1, n+g+L], x_k usable)
///   L = length_traces, g = guard_traces; computed as (N x_n - sum x_k) / N in double, N traces in the mean, and rounded
///   once to float32
///
/// Axis      across traces; samples are independent. Shape (n_samples) in, the same out.
/// Edges     the window shrinks to what exists and is usable; with nothing in it the background is the trace itself (output
///           zero). Quality::warming_up until L usable traces have been in the window, and where it is empty.
/// Exact     a constant background goes to zero exactly; a target of at most g traces on quiet ground keeps all of its
///           amplitude while it passes; after it, its mean leaves 1/L of it with the opposite sign for L traces.
/// Cost      about eight passes over a trace, whatever L is; latency 0, or L + g if two_sided (whose first answer costs L
///           steps at once). Sums never drift and never subtract: see dsp::WindowSum.
/// Not       for a target longer than the guard: its own background eats it; not for hovering (use exponential).
/// @source   practice; the guard follows the CFAR literature, e.g. Richards, Fundamentals of Radar Signal Processing, ch. 6
class RunningMeanBackground final : public WindowStage {
 public:
  RunningMeanBackground(const BackgroundOptions& options, const StreamSpec& in, Arena& arena) noexcept;

 private:
  void look(const TraceWindow& window, TraceRef out, TraceTag& tag) noexcept override;
  void forget() noexcept override;
  void remember(StateArchive& archive) noexcept override;
  void enter_later_traces(const TraceWindow& window) noexcept;

  Index length_;
  Index guard_;
  bool two_sided_;
  bool primed_ = false;  // the later traces of the first answer are in
  Index entered_ = 0;    // usable traces that have been in the window, up to length_
  dsp::WindowSum earlier_;
  dsp::WindowSum later_;
};

/// Subtract the mean of all usable traces of the line.
///
///   y_n = x_n - b,  b = mean(x_k : all k, x_k usable) in double, kept as two float32 that are subtracted one after the other
///
/// Axis      across traces. Shape (n_samples) in, the same out.
/// Edges     a line without usable traces stays zero.
/// Exact     a constant line goes to zero exactly; elsewhere two roundings of the size of the result.
/// Cost      two passes; latency: the whole line, of which it keeps a copy unless the input stays where it is.
/// Not       live. Not for ground that changes along the line.
/// @source   the mean trace of GPRPy, ImpDAR, RGPR
class MeanBackground final : public TwoPass {
 public:
  MeanBackground(const StreamSpec& in, Arena& arena) noexcept;

 private:
  void see(ConstTraceRef trace) noexcept override;
  void learn(KeptColumns& line) noexcept override;
  void map(Index k, ConstTraceRef in, TraceRef out) noexcept override;
  void forget() noexcept override;
  void remember(StateArchive& archive) noexcept override;

  Index seen_ = 0;  // usable traces
  std::span<double> sum_;
  dsp::SplitOffsets mean_;
};

}  // namespace surefoot::gpr
