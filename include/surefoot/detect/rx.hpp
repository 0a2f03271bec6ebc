// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/detect/cell_ring.hpp>
#include <surefoot/detect/depth_score.hpp>
#include <surefoot/dsp/cell_sums.hpp>
#include <surefoot/dsp/shrinkage.hpp>

namespace surefoot::detect {

enum class RxFeatures : std::uint8_t { log_energy, z };
inline constexpr std::array rx_features_words{"log_energy", "z"};

struct RxOptions {
  Index background_traces = 60;
  Index ahead_traces = 0;
  Index guard_traces = 8;
  Index least_traces = 20;
  RxFeatures features = RxFeatures::log_energy;
  bool one_sided = true;
  dsp::Shrinkage shrinkage = dsp::Shrinkage::oas;
  double share = 0.1;
  double trim = 0.0;
  DepthOptions depth{.segment_s = 1.2e-9};
};

template <class V>
void fields(V& v, RxOptions& o) {
  v(o.background_traces, "background_traces", Unit::traces, between(2, 2000),
    "Traces behind the guard that make the background: five times the number of segments, or more.");
  v(o.ahead_traces, "ahead_traces", Unit::traces, between(0, 2000),
    "Traces beyond the guard ahead that also make it; the answer then comes so many traces and the guard later.");
  v(o.guard_traces, "guard_traces", Unit::traces, between(0, 1000),
    "Traces left out on each side of the one that is scored: half the length of a target.");
  v(o.least_traces, "least_traces", Unit::traces, between(2, 4000),
    "No score before so many traces make a background; without shrinkage more than there are segments.");
  v(o.features, "features", Words(rx_features_words),
    "What is compared: the log energies of the depth segments, or these each against its own past.");
  v(o.one_sided, "one_sided",
    "Only more energy than the background's counts; without it unusually quiet ground is an anomaly too.");
  v(o.shrinkage, "shrinkage", Words(dsp::shrinkage_words), "How the share of the even covariance is chosen.");
  v(o.share, "share", Unit::none, between(0.0, 1.0), "The share with shrinkage = \"fixed\".");
  v(o.trim, "trim", Unit::none, between(0.0, 0.5),
    "Share of the background's traces, those that are least like it, left out before it is used.");
  fields(v, o.depth, false);
}

[[nodiscard]] Problem validate(const RxOptions& options, const StreamSpec& in) noexcept;

/// Score a trace by how far the energies of its depth segments lie from those of the traces around it, as the covariance of these
/// measures it (RX, the detector of Reed and Yu).
///
///   f = log energies of p segments (or their z),  mu, S = mean and covariance (divided by n - 1) of the n background traces
///   S_kk = max(S_kk, least),  S* = (1 - r) S + r (tr S / p) 1,  r by `shrinkage`
///   d = f - mu, one_sided: max(f - mu, 0);   D^2 = d^T S*^-1 d
///   score = normalised ln(1 + D^2 / p) (dsp::DepthNormalizer with 4 p samples, rate, limit_z and freeze_z of the depth options)
///   evidence = d / sqrt(S*_kk), not cut, as its profile (of several channels the highest); background_traces = n
///
/// least is psi_1(m/2), what white noise of m samples has, and 0.01 for z; r is that of S before. Where the noise is Gaussian and
/// nothing is shrunk, one-sided or trimmed, D^2 exceeds dsp::rx_threshold() as often as asked; the score does not need that: it is a robust z that
/// compares with those of the other stages, whatever the distribution of D^2.
///
/// Axis      along time; the background runs across traces. Feed it traces whose background wave is removed.
/// Shape     (n_samples) in; the same out, or (segments) with emit = "z" (d before it is cut, over sqrt(S*_kk)) or "log_energy".
/// Units     the score is a robust z: larger is more anomalous. A constant factor on the input changes nothing.
/// Background a trace enters it behind once the guard has passed it, unless its score was above freeze_z (at most
///           freeze_limit_traces in a row); ahead at once, unless `top_segments` segments each were above freeze_z against their
///           own past. Until then older traces stay in. The sums are exact (dsp::CellSums): nothing drifts.
/// Standing  a trace over ground that the head has just been over (dsp::GroundWatch) is judged in the place of the last one over
///           fresh ground, and teaches nothing.
/// Edges     score 0 and warming_up until least_traces make a background, warming_up for warm_up_traces scores more. A silent
///           segment counts as what it last was; one that was silent throughout a background counts, whenever it is silent, as
///           70 dB below the loudest segment of the trace in which it is first heard (with "z" it has no past: 0). Where S* is
///           not positive definite (more segments than traces, nothing shrunk) its diagonal's mean is taken alone, and the
///           trace flagged not_converged.
/// Non-finite input: flagged, score 0; the trace is no part of any background.
/// Cost      O(n_samples + p^3/6), with shrinkage = "ledoit_wolf" O(n p) and with trim O(n p^2) more: about 2.6, 3.5 and 27 us for 14
///           segments of 512 samples and 60 (trim: 100) traces; no allocation after construction; latency ahead_traces +
///           guard_traces, 0 without traces ahead.
/// Not       a shape detector. Two-sided on energies it flags quiet ground (area under the ROC 0.6 on a simulated mine field,
///           one-sided 0.93 to 0.98). Several targets within the background hide each other at the start of a lane, where none
///           was scored.
/// @throws ConfigError  if no whole segment fits between start_s and end_s, there are more than 64, or least_traces is too few.
/// @source   Reed and Yu, IEEE Trans. ASSP 38(10), 1990; exclusion and normalisation our own
class Rx final : public WindowStage {
 public:
  Rx(const RxOptions& options, const StreamSpec& in, Arena& arena) noexcept;

 private:
  enum Mark : std::uint8_t { absent = 0, fit = 1, suspect = 2, counted = 4 };
  enum Sound : std::uint8_t { unheard, usually, rarely };

  void look(const TraceWindow& window, TraceRef out, TraceTag& tag) noexcept override;
  void forget() noexcept override;
  void remember(StateArchive& archive) noexcept override;

  Ground arrive(const TraceWindow& window, Index k) noexcept;
  void take_in(const TraceWindow& window, Index k, Ground ground) noexcept;
  void energies(ConstTraceRef trace) noexcept;
  void features(ConstTraceRef trace, std::span<std::int32_t> cell, dsp::Lesson lesson) noexcept;
  void score(std::span<const std::int32_t> cell, Ground ground, TraceTag& tag) noexcept;
  bool fit_background() noexcept;
  void estimate(const dsp::CellSums& sums) noexcept;
  bool factorise() noexcept;
  [[nodiscard]] double share_of(Index n) noexcept;
  [[nodiscard]] double distance(std::span<const std::int32_t> cell) noexcept;
  void leave_out_the_unlike() noexcept;
  template <class F>
  void for_each_cell(F&& f) noexcept;
  [[nodiscard]] std::span<const double> of_depths() noexcept;
  void emit(ConstTraceRef in, TraceRef out, bool scored) noexcept;

  RxOptions options_;
  DepthSegments segments_;
  TraceAxis axis_;
  Index after_;
  double least_variance_;
  dsp::DepthNormalizer normalizer_;  // of each segment: z, and who stands out ahead
  dsp::DepthNormalizer calibrator_;  // of ln(1 + D^2 / p)
  dsp::CellSums sums_;
  dsp::CellSums trimmed_;
  CellRing<std::int32_t> ring_;
  dsp::GroundWatch watch_;
  std::span<std::int32_t> aside_;  // features of a trace over the same ground
  std::span<double> offset_;       // of a segment's log energy: its first one
  std::span<std::int32_t> last_;   // the last feature that was not silent
  std::span<std::uint8_t> heard_;  // Sound: rarely where silence is the ground
  std::span<double> log_energy_;
  std::span<double> z_;
  std::span<double> mean_;
  std::span<double> covariance_;
  std::span<double> factor_;
  std::span<double> deviation_;
  std::span<double> marginal_;   // d / sqrt(S*_kk) of the trace that is scored
  std::span<double> distances_;  // of the background, and a copy to order
  double most_distance_ = 0.0;   // of those that are kept
  bool trimming_ = false;
  Index scored_ = 0;
  bool started_ = false;
  bool stands_out_ = false;  // the last trace that was scored
};

}  // namespace surefoot::detect
