// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/detect/depth_score.hpp>
#include <surefoot/dsp/nlms.hpp>

namespace surefoot::detect {

struct NlmsOptions {
  Index order = 8;
  Index guard_traces = 4;
  double step = 0.1;
  DepthOptions depth;
};

template <class V>
void fields(V& v, NlmsOptions& o) {
  v(o.order, "order", Unit::traces, between(1, 64), "Past traces from which each depth segment is predicted.");
  v(o.guard_traces, "guard_traces", Unit::traces, between(0, 1000),
    "Traces left out just before the one that is scored: half the length of a target.");
  v(o.step, "step", Unit::none, {.low = 0.0, .high = 2.0, .high_open = true},
    "Step size mu of the adaptation; 0 keeps the plain mean of the past traces.");
  fields(v, o.depth);
}

[[nodiscard]] Problem validate(const NlmsOptions& options, const StreamSpec& in) noexcept;

/// Score a trace by how badly its past predicts it: a normalised least-mean-squares predictor for each depth segment.
///
///   e = x_k(n) - sum_j w_kj x_k(n-g-j),  j = 1..L;   E_k = |e|^2 / m;   score as in DepthScore
///   w_kj += mu  x_k(n-g-j)' e / sum_j |x_k(n-g-j)|^2   unless segment k is frozen;   w_kj(0) = 1/L
///
/// Axis      across traces; m samples of depth segment k are m equations for the same L weights.
/// Shape     (n_samples) in; the same out, or (segments) with emit = "z" or "log_energy".
/// Units     the score is a robust z: larger is more anomalous. A constant factor on the input changes nothing.
/// Edges     the first L + g usable traces only fill the past: score 0, warming_up. With mu = 0 the residual is exactly the
///           guarded moving-average background removal. A silent past (all zero) does not move the weights. Weights beyond
///           1000 or not a number (a jump of the input by many orders) begin anew at 1/L; that trace is warming_up.
/// Freeze    weights and statistics of a segment rest while its z is above freeze_z, at most freeze_limit_traces in a row.
/// Non-finite input: flagged, score 0; the trace does not enter the past.
/// Cost      4 n_samples L operations, latency 0 traces, no allocation after construction; keeps L + g traces.
/// Not       for traces that are not aligned: run gpr.time_zero first. Blind where the operator starts on a target.
/// @throws ConfigError  if no whole segment fits between start_s and end_s.
/// @source   structure: Torrione, Throckmorton, Collins, IEEE TAES 42(2), 2006; NLMS: Haykin, Adaptive Filter Theory, ch. 6
class Nlms final : public CausalStage {
 public:
  Nlms(const NlmsOptions& options, const StreamSpec& in, Arena& arena) noexcept;

 private:
  void step(ConstTraceRef in, TraceRef out, TraceTag& tag) noexcept override;
  void forget() noexcept override;
  void remember(StateArchive& archive) noexcept override;

  void gather(ConstTraceRef in) noexcept;
  void score_current(ConstTraceRef in, TraceRef out, TraceTag& tag) noexcept;
  void adapt() noexcept;
  bool tame() noexcept;
  [[nodiscard]] Index slot(std::size_t j) const noexcept;

  Index guard_;
  double step_size_;
  DepthScore score_;
  dsp::NlmsShape shape_;  // a lane is a depth segment, an equation one of its samples
  Index gate_size_;
  Index depth_of_past_;                  // L + g
  std::span<Sample> past_;               // a ring of depth_of_past_ gates
  std::span<double> past_energy_;        // of each lane of each of them
  std::span<const Sample*> regressors_;  // the L gates that predict the current one
  std::span<Sample> current_;
  std::span<Sample> residual_;
  std::span<double> energy_;
  std::span<double> gain_;
  std::span<float> weights_;  // (L, lanes)
  Index newest_ = 0;          // slot of the newest trace in the ring
  Index filled_ = 0;
};

}  // namespace surefoot::detect
