// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/fields.hpp>
#include <surefoot/base/stage_kinds.hpp>
#include <surefoot/dsp/depth_normalizer.hpp>
#include <surefoot/dsp/window_sum.hpp>

#include <array>

namespace surefoot::gpr {

enum class BackgroundMethod : std::uint8_t { running_mean, exponential, mean };
inline constexpr std::array<const char*, 3> background_methods{"running_mean", "exponential", "mean"};

struct BackgroundOptions {
  BackgroundMethod method = BackgroundMethod::running_mean;
  Index length_traces = 100;
  Index guard_traces = 5;
  bool two_sided = false;
  double rate = 0.02;
  double freeze_z = 3.0;
  Index freeze_limit_traces = 3000;
  double segment_s = 2e-9;
};

template <class V>
void fields(V& v, BackgroundOptions& o) {
  v(o.method, "method", Words(background_methods),
    "Mean of the last traces, exponential mean that freezes on alarm, or mean of the whole line.");
  v(o.length_traces, "length_traces", Unit::traces, between(1, 1e6),
    "running_mean: traces in the mean (on each side); three times the longest target, or more.");
  v(o.guard_traces, "guard_traces", Unit::traces, between(0, 1e6),
    "running_mean, exponential: traces next to the present one that are kept out; half the longest target.");
  v(o.two_sided, "two_sided",
    "running_mean: take as many later traces as earlier ones; costs length_traces + guard_traces of latency.");
  v(o.rate, "rate", Unit::none, above_to(0.0, 1.0), "exponential: share of each new trace in the background.");
  v(o.freeze_z, "freeze_z", Unit::none, above(0.0),
    "exponential: anomaly of a trace, in standard deviations, above which the background is not updated.");
  v(o.freeze_limit_traces, "freeze_limit_traces", Unit::traces, between(0, 1e9),
    "exponential: most traces in a row without an update (trace rate times the longest hover); 0 never freezes.");
  v(o.segment_s, "segment_s", Unit::second, above(0.0),
    "exponential: length along time of the depth segments whose energies decide on the freeze.");
}

/// The problem with these options on this input, if any: a depth segment must span at least two samples.
[[nodiscard]] Problem validate(const BackgroundOptions& options, const StreamSpec& in) noexcept;

/// The stage that options.method asks for.
[[nodiscard]] Stage* make_background(const BackgroundOptions& options, const StreamSpec& in, Arena& arena) noexcept;

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

/// Subtract an exponential mean of earlier traces, which stands still while a trace is anomalous.
///
///   y_n = x_n - b;  then  b += a (x_{n-g} - b),  a = max(rate, 1/updates),  unless frozen;   g = guard_traces
///   frozen:  mean of the three largest z_k(y_n) > freeze_z, or trace n-g was itself frozen;  z_k of dsp::DepthNormalizer
///
/// The state b is double; y is rounded once to float32. z_k compares the log energy of y in depth segment k (segment_s long)
/// with its own past, at rate 0.02.
///
/// Axis      across traces; samples are independent but for the freeze. Shape (n_samples) in, the same out.
/// Freeze    at most freeze_limit_traces in a row (plus the guard): the default of 3000 is 30 s at 100 traces/s, so that a
///           target stays visible while the operator hovers over it. After that the background follows its input, also
///           over a target, until the anomaly ends: a change of soil raises the score for that long, then it is learnt.
///           A limit shorter than a hover lets a target fade; a longer one leaves a new soil as one long alarm.
/// Edges     the first trace, and the g after it, come out as zero. Quality::warming_up until the mean has had 1/rate updates.
///           Unusable traces leave the state as it is and are not counted in g. No freeze during the first 10 traces.
/// Scale     any: a constant factor on the input leaves the freeze as it is. Background samples
///           below 1e-30 are set to zero.
/// Cost      four passes over a trace and one logarithm a segment; latency 0; memory of g + 4 traces.
/// Not       for a lane that starts over a target: that target is background.
/// @source   exponential mean: practice; freeze on alarm with a cap: our own
class ExponentialBackground final : public CausalStage {
 public:
  ExponentialBackground(const BackgroundOptions& options, const StreamSpec& in, Arena& arena) noexcept;

 private:
  void step(ConstTraceRef in, TraceRef out, TraceTag& tag) noexcept override;
  void forget() noexcept override;
  void remember(StateArchive& archive) noexcept override;
  [[nodiscard]] bool anomalous(ConstTraceRef residual) noexcept;
  void update(ConstTraceRef trace) noexcept;

  BackgroundOptions options_;
  Index segment_;      // samples a depth segment
  Index start_up_;     // updates until the mean can be trusted
  Index updates_ = 0;  // up to start_up_
  Index frozen_in_a_row_ = 0;
  Index held_ = 0;    // traces in the guard
  Index oldest_ = 0;  // slot of the oldest of them
  std::span<double> background_;
  std::span<Sample> guard_;            // guard_traces columns
  std::span<unsigned char> admitted_;  // per column of the guard: it may enter the background
  std::span<double> log_energy_;
  std::span<double> z_;
  dsp::DepthNormalizer normalizer_;
};

/// Subtract the mean of all usable traces of the line.
///
///   y_n = x_n - b,  b = mean(x_k : all k, x_k usable), in double, rounded once to float32
///
/// Axis      across traces. Shape (n_samples) in, the same out.
/// Edges     a line without usable traces stays zero.
/// Cost      three passes; latency: the whole line, which it keeps in memory.
/// Not       live. Not for ground that changes along the line.
/// @source   the mean trace of GPRPy, ImpDAR, RGPR
class MeanBackground final : public WholeLine {
 public:
  MeanBackground(const StreamSpec& in, Arena& arena) noexcept;

 private:
  void process(ColumnRing& line) noexcept override;

  std::span<double> sum_;
};

}  // namespace surefoot::gpr
