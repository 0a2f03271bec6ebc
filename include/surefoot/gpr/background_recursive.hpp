// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/dsp/ground_watch.hpp>
#include <surefoot/gpr/background.hpp>
#include <surefoot/gpr/hover_freeze.hpp>

namespace surefoot::gpr {

/// Subtract a recursive mean of earlier traces, which stands still while a trace is anomalous: exponential and kalman.
///
///   y_n = x_n - b;  then  b += a (x_{n-g} - b),  unless frozen;   g = guard_traces
///   exponential  a = max(rate, 1/updates)
///   kalman       a = (p + q) / (p + q + 1), then p = a;  q = process_ratio, and p += q again for each trace that is left out
///
/// kalman is the Kalman filter of a background that walks at random, x_n = b_n + noise, b_n = b_{n-1} + step, with
/// var(step) = q var(noise) and nothing known at the start: p is the variance of b in units of that of the noise. All samples
/// have the same q, so that one gain serves the whole trace. It begins as the plain mean of what came and ends at
/// a = (sqrt(q^2 + 4 q) - q) / 2; after a freeze it follows faster, because the ground has had time to change.
///
///   frozen:  y_n is anomalous by gpr::HoverFreeze, or trace n-g was itself frozen
///
/// The state b is double; y is rounded once to float32.
///
/// Axis      across traces; samples are independent but for the freeze. Shape (n_samples) in, the same out.
/// Freeze    at most freeze_limit_traces in a row (plus the guard): the default of 3000 is 30 s at 100 traces/s, so that a
///           target stays visible while the operator hovers over it. After that the background follows its input, also
///           over a target, until the anomaly ends: a change of soil raises the score for that long, then it is learnt.
///           A limit shorter than a hover lets a target fade; a longer one leaves a new soil as one long alarm.
/// Standing  once ten traces have taught, a trace over ground that the head has just been over (dsp::GroundWatch) is only
///           subtracted from: it enters neither background nor guard, and teaches the freeze nothing.
/// Edges     the first trace, and the g after it, come out as zero. Quality::warming_up until the mean has had 1/rate
///           updates; for kalman, with the gain that it ends at in place of the rate.
///           Unusable traces leave the state as it is and are not counted in g. No freeze during the first 10 traces.
/// Scale     any: a constant factor on the input leaves the freeze as it is. Background samples
///           below 1e-30 are set to zero.
/// Cost      four passes over a trace and one logarithm a segment; latency 0; memory of g + 4 traces.
/// Not       for a lane that starts over a target: that target is background.
/// @source   exponential mean: practice; freeze on alarm with a cap: our own; Kalman background: Zoubir et al., IEEE Sensors
///           J. 2(1), 2002 (there with a full covariance); scalar form: Bar-Shalom et al., Estimation with Applications to
///           Tracking and Navigation, ch. 5
class RecursiveBackground final : public CausalStage {
 public:
  RecursiveBackground(const BackgroundOptions& options, const StreamSpec& in, Arena& arena) noexcept;

 private:
  void step(ConstTraceRef in, TraceRef out, TraceTag& tag) noexcept override;
  void forget() noexcept override;
  void remember(StateArchive& archive) noexcept override;
  void update(ConstTraceRef trace) noexcept;
  void stand_still() noexcept;
  [[nodiscard]] double next_gain() noexcept;

  BackgroundOptions options_;
  Index start_up_;         // updates until the mean can be trusted
  Index updates_ = 0;      // up to start_up_
  double variance_ = 0.0;  // kalman: of the background, in units of the noise of a trace
  Index held_ = 0;         // traces in the guard
  Index oldest_ = 0;       // slot of the oldest of them
  std::span<double> background_;
  std::span<Sample> guard_;            // guard_traces columns
  std::span<unsigned char> admitted_;  // per column of the guard: it may enter the background
  HoverFreeze freeze_;
  dsp::GroundWatch watch_;
};

}  // namespace surefoot::gpr
