// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/detect/depth_score.hpp>
#include <surefoot/dsp/nlms.hpp>

namespace surefoot::detect {

struct NlmsOptions {
  Index order = 8;
  Index guard_traces = 4;
  double step = 0.1;
  bool two_sided = false;
  Index neighbours = 0;
  Index neighbour_order = 4;
  DepthOptions depth;
};

template <class V>
void fields(V& v, NlmsOptions& o) {
  v(o.order, "order", Unit::traces, between(1, 64), "Past traces from which each depth segment is predicted.");
  v(o.guard_traces, "guard_traces", Unit::traces, between(0, 1000),
    "Traces left out just before the one that is scored: half the length of a target.");
  v(o.step, "step", Unit::none, {.low = 0.0, .high = 2.0, .high_open = true},
    "Step size mu of the adaptation; 0 keeps the plain mean of the past traces.");
  v(o.two_sided, "two_sided",
    "Predict from as many traces after the guard behind the scored one too; the answer then comes order and guard "
    "later.");
  v(o.neighbours, "neighbours", Unit::none, between(0, 8),
    "Channels on each side whose past also predicts a channel; 0 predicts each from itself alone.");
  v(o.neighbour_order, "neighbour_order", Unit::traces, between(1, 64), "Past traces that are taken of each of them.");
  fields(v, o.depth);
}

[[nodiscard]] Problem validate(const NlmsOptions& options, const StreamSpec& in) noexcept;

/// Score a trace by how badly its past predicts it: a normalised least-mean-squares predictor for each depth segment.
///
///   e = x_k(c,n) - sum_u w_ku u,   u = x_k(c,n-g-j), j = 1..L;  x_k(c+i,n-g-j), 1 <= |i| <= neighbours, j = 1..L2;
///   two_sided: and the same at n+g+j;   E_k = |e|^2 / m;   score as in DepthScore over the segments of all channels
///   w_ku += mu  u' e / sum_u |u|^2   unless segment k is frozen;   w_ku(0) = 1/P, P the number of regressors u
///
/// Axis      across traces, and across channels with neighbours; m samples of depth segment k of channel c are m equations for
///           the same weights.
/// Shape     (n_samples) in, of all channels; the same out, or (segments of all channels) with emit = "z" or "log_energy".
/// Units     the score is a robust z: larger is more anomalous. A constant factor on the input changes nothing.
/// Edges     the first L + g usable traces only fill the past: score 0, warming_up. With mu = 0 the residual is exactly the
///           guarded moving-average background removal. A silent past (all zero) does not move the weights. Weights beyond
///           1000 or not a number (a jump of the input by many orders) begin anew at 1/P; that trace is warming_up.
///           Channels at the rim have fewer neighbours. Two-sided: at the start and the end of a line, where a trace n-g-j or n+g+j
///           does not exist, its mirror image n+g+j or n-g-j stands for it; where neither does, score 0 and warming_up.
/// Freeze    weights and statistics of a segment rest while its z is above freeze_z, at most freeze_limit_traces in a row.
/// Standing  as in DepthScore: such a trace is predicted in the place of the last one over fresh ground, and does not enter the past.
/// Non-finite input: flagged, score 0; the trace does not enter the past, as if it had not been there.
/// Cost      4 n_samples P operations; latency 0 traces, two-sided L + g (L2 + g if that is more); no allocation after
///           construction; keeps L + g traces (two-sided twice as many).
/// Not       for traces that are not aligned: run gpr.time_zero first. Blind where the operator starts on a target.
/// @throws ConfigError  if no whole segment fits between start_s and end_s, or there are not as many channels as neighbours need.
/// @source   structure: Torrione, Throckmorton, Collins, IEEE TAES 42(2), 2006; NLMS: Haykin, Adaptive Filter Theory, ch. 6
class Nlms final : public WindowStage {
 public:
  Nlms(const NlmsOptions& options, const StreamSpec& in, Arena& arena) noexcept;

 private:
  void look(const TraceWindow& window, TraceRef out, TraceTag& tag) noexcept override;
  void forget() noexcept override;
  void remember(StateArchive& archive) noexcept override;

  void arrive(const TraceWindow& window, Index k) noexcept;
  void lay_out(ConstTraceRef in, Index slot) noexcept;
  bool gather_regressors(Index ahead) noexcept;
  void score_current(const Sample* current, ConstTraceRef in, TraceRef out, TraceTag& tag) noexcept;
  void adapt() noexcept;
  void begin_weights(Index lane) noexcept;
  bool tame() noexcept;
  [[nodiscard]] Index slot(Index back) const noexcept;
  [[nodiscard]] Sample* gate(Index back) noexcept { return gates_.data() + slot(back) * gate_size_; }

  NlmsOptions options_;
  Index after_;
  Index channels_;
  DepthScore score_;
  Index channel_lanes_;   // lanes of one channel: its segments, and zeros up to whole blocks
  Index margin_;          // lanes of silent channels on each side
  dsp::NlmsShape shape_;  // a lane is a depth segment of a channel, an equation one of its samples
  Index gate_size_;
  Index slots_;
  Index longest_;                        // the longer of order and neighbour_order, if there are neighbours
  std::span<Sample> gates_;              // a ring of usable traces over fresh ground, and room for one over the same
  std::span<double> gate_energy_;        // of each lane of each of them
  std::span<const Sample*> regressors_;  // what predicts the current one, P of them
  std::span<const double*> regressor_energy_;
  std::span<Sample> residual_;
  std::span<double> energy_;
  std::span<double> gain_;
  std::span<float> weights_;  // (P, lanes)
  Index newest_ = 0;          // slot of the newest of them
  Index filled_ = 0;          // slots that hold one
  Index waiting_ = 0;         // of them, those that have not been scored
  bool started_ = false;
};

}  // namespace surefoot::detect
