// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/stage_kinds.hpp>
#include <surefoot/emi/order.hpp>
#include <surefoot/emi/response_model.hpp>
#include <surefoot/emi/stop.hpp>

namespace surefoot::emi {

struct TargetScoreOptions {
  ResponseOptions model{};
  double time_constant_s = 10.0;
  double freeze_z = 4.0;
  double hold_s = 0.3;
  double freeze_limit_s = 60.0;
  double warm_up_s = 2.0;
  double lost_z = 4.0;
  double phase_tone_hz = 0.0;
};

template <class V>
void fields(V& v, TargetScoreOptions& o) {
  fields(v, o.model);
  v(o.time_constant_s, "time_constant_s", Unit::second, above_to(0.0, 1e5),
    "Time in which noise, soil and the level of the score are learnt.");
  v(o.freeze_z, "freeze_z", Unit::none, between(1.0, 1e6),
    "A trace teaches nothing if it holds so much that no soil explains: its raw score after hard nulling.");
  v(o.hold_s, "hold_s", Unit::second, between(0.0, 60.0), "Nor do the traces for so long after it.");
  v(o.freeze_limit_s, "freeze_limit_s", Unit::second, between(0.0, 3600.0),
    "For at most so long in a row nothing is learnt: a soil that fits no model must not lock the score.");
  v(o.warm_up_s, "warm_up_s", Unit::second, between(0.0, 600.0), "So long traces are flagged warming_up and score 0.");
  v(o.lost_z, "lost_z", Unit::none, between(0.5, 1e6),
    "If the mean of the raw score over time_constant_s is above this, the soil model no longer fits.");
  v(o.phase_tone_hz, "phase_tone_hz", Unit::hertz, between(0.0, 1e8),
    "The phase is told at the tone next to this; 0: at the middle one.");
}

[[nodiscard]] Problem validate(const TargetScoreOptions& options, const StreamSpec& in) noexcept;

/// Score how much of a trace is metal: matched subspace against soil and noise, with soft nulling of the soil.
///
///   R = diag(v) + S C S^T;   theta = (H^T R^-1 H)^-1 H^T R^-1 x;   q = sum over channels  theta^T H^T R^-1 H theta
///   u = sqrt(2 q) - sqrt(2 d - 1),  d = target_rank n_channels;   score = (u - max(0, m)) / max(1, s)
///   kept_share = sum a^2 c^T R^-1 c / sum a^2 c^T diag(v)^-1 c,  c the curve of the one time constant that explains most, a its
///   amplitude in each channel
///
///   C = f mean of n n^T,  f = max(0, 1 - r / mean of n^T G n):  n the soil's numbers of a trace, r of them in a channel, by
///   least squares, G^-1 their covariance by noise alone: without soil nothing is nulled
///   hard nulling, C = infinite, gives u_hard;  a trace with u_hard > freeze_z max(1, s) teaches nothing
///
/// S and H are the shapes of soil and targets (ResponseModel). v is the noise of each sample: half the mean square of the steps,
/// from trace to trace, of what the soil's shapes leave of it by least squares, over 1 - its leverage in that fit. C is the
/// covariance of the soil's numbers; m and s are mean and spread of u: all learnt with time_constant_s. Soil is not cut out
/// but outvoted: where the ground is quiet, C is small and nearly all of a target's energy is kept; hard nulling costs 17 dB
/// for aluminium that looks like soil. Soil that begins to vary, as when the head is lifted, scores until C has grown; a target
/// of which no part differs from soil grows C likewise and fades within about time_constant_s: freeze_z asks for what differs.
/// For Gaussian noise q is chi-squared with d degrees of freedom, u nearly standard normal, and of a strong target it is
/// sqrt(2) times its signal-to-noise amplitude.
///
/// Axis      along the tones or gates of each channel; what is learnt runs across traces. Feed it traces without drift
///           (emi.baseline). Shape (n_samples) in, the same out: the score goes into the tag.
/// Tag       score; kept_share (of a trace of noise it says nothing), times what an earlier stage left; phase_rad, at
///           phase_tone_hz in the channel that scores most (tones only), of the trace less the soil that is likely beside the
///           target, S K S^T W (x - H theta), in [-pi, 0]: the sign of the coils' sensitivity is not known, but what is passive
///           has a negative quadrature. 0 is ferrite, -pi/2 thin metal, -pi a perfect conductor. Evidence: background_traces, the
///           traces that the noise was learnt from, at most those of time_constant_s.
/// Quality   warming_up for warm_up_s and until 32 traces were learnt, during which the score is 0; ground_balance_lost while
///           the mean of u is above lost_z.
/// Non-finite input: flagged, score 0, nothing is learnt; neither from saturated traces, nor from
///           repeated or late ones, which are flagged out_of_order (order.hpp); all are scored.
/// Cost      about 2.5 us a channel of 12 tones or 20 gates; latency 0 traces.
/// Not       a constant false-alarm rate: noise that is not white from trace to trace has s > 1, and its tails are its own.
///           A target that looks like the soil in all tones cannot be told from it; kept_share says so.
/// @throws ConfigError  (from the pipeline) if the axis is none of listed tones or gates, they are too few, or the time from
///                      trace to trace is not known.
/// @source   matched subspace: Scharf and Friedlander, IEEE Trans. SP 42(8), 1994; u: Fisher's approximation of chi-squared;
///           soil as covariance and its share: our own
class TargetScore final : public CausalStage {
 public:
  TargetScore(const TargetScoreOptions& options, const StreamSpec& in, Arena& arena) noexcept;

 private:
  static constexpr Index most_target = 6;
  static constexpr Index most_soil = 3;

  using SoilMatrix = std::array<std::array<double, to_size(most_soil)>, to_size(most_soil)>;

  struct Fit {
    double statistic = 0.0;  // theta^T H^T R^-1 H theta
    double hard = 0.0;       // the same with all soil cut out
    double re = 0.0;         // the target at the tone of the phase
    double im = 0.0;
  };

  void step(ConstTraceRef in, TraceRef out, TraceTag& tag) noexcept override;
  void forget() noexcept override;
  void remember(StateArchive& archive) noexcept override;
  [[nodiscard]] Fit fit(ConstTraceRef channel, Index c) noexcept;
  void find_residual(ConstTraceRef channel, Index c, const SoilMatrix& inverse) noexcept;
  void match_curves(ConstTraceRef channel, Index c, const SoilMatrix& k, std::span<const double> with_trace) noexcept;
  [[nodiscard]] double phase(double re, double im) const noexcept;
  void learn_noise(ConstTraceRef trace) noexcept;
  void learn_soil() noexcept;
  void learn_level(double u) noexcept;

  TargetScoreOptions options_;
  ResponseModel model_;
  double gain_;
  Index warm_up_;
  Index phase_tone_;
  Index n_channels_;
  Index updates_ = 0;  // of the noise
  Index lessons_ = 0;  // of the soil: they begin when the noise is known
  Index levels_ = 0;   // of the score: after warm_up_s
  Index seen_ = 0;
  bool has_last_ = false;
  Order order_;
  Stop stop_;
  std::array<double, to_size(ResponseModel::n_curves)> curve_match_{};  // of this trace, summed over channels
  std::array<double, to_size(ResponseModel::n_curves)> curve_plain_{};
  double level_mean_ = 0.0;
  double level_variance_ = 0.0;
  std::span<double> noise_;       // v of each sample
  std::span<double> power_;       // mean square of each sample: bounds v from below
  std::span<double> soil_;        // mean of n n^T of each channel, soil_rank^2
  std::span<double> soil_power_;  // mean of n^T G n of each channel
  std::span<double> soil_now_;    // n^T G n of this trace
  std::span<double> numbers_;     // the soil's numbers of this trace, soil_rank a channel
  std::span<double> residual_;    // of this trace
  std::span<double> leverage_;
  std::span<double> last_;  // residual of the trace before
};

}  // namespace surefoot::emi
