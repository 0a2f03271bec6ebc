// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/fields.hpp>
#include <surefoot/base/stage_kinds.hpp>
#include <surefoot/dsp/ground_watch.hpp>
#include <surefoot/gpr/hover_freeze.hpp>

#include <array>
#include <cstdint>

namespace surefoot::gpr {

enum class OnlineRpcaOutput : std::uint8_t { residual, sparse };
inline constexpr std::array online_rpca_output_words{"residual", "sparse"};

struct OnlineRpcaOptions {
  OnlineRpcaOutput output = OnlineRpcaOutput::residual;
  Index rank = 2;
  double low_rank_scale = 0.01;
  double sparse_scale = 1.0;
  double forgetting = 0.99;
  Index warm_up_traces = 50;
  Index most_iterations = 300;
  double freeze_z = 3.0;
  Index freeze_limit_traces = 3000;
  double hover_limit_s = 60.0;
  double segment_s = 2e-9;
};

template <class V>
void fields(V& v, OnlineRpcaOptions& o) {
  v(o.output, "output", Words(online_rpca_output_words),
    "residual: the trace less its clutter; sparse: of that only what stands out.");
  v(o.rank, "rank", Unit::none, between(1, 16), "Directions of the clutter that are followed.");
  v(o.low_rank_scale, "low_rank_scale", Unit::none, above_to(0.0, 100.0),
    "Penalty on the clutter times the root of n_samples, on traces scaled to unit root mean square; 1 is the textbook, "
    "smaller leaves less of the clutter.");
  v(o.sparse_scale, "sparse_scale", Unit::none, above_to(0.0, 100.0),
    "Penalty on the sparse part, likewise; smaller calls more of a trace a target.");
  v(o.forgetting, "forgetting", Unit::none, between(0.5, 1.0),
    "Weight of the past from trace to trace: a memory of 1 / (1 - forgetting) traces.");
  v(o.warm_up_traces, "warm_up_traces", Unit::traces, between(0, 1e9),
    "Usable traces until the clutter is trusted; they are flagged and never frozen on.");
  v(o.most_iterations, "most_iterations", Unit::none, between(1, 10000),
    "Iterations of the split of one trace after which it is taken as it is, and flagged.");
  v(o.freeze_z, "freeze_z", Unit::none, above(0.0),
    "Anomaly of a trace, in standard deviations, above which the clutter is not updated.");
  v(o.freeze_limit_traces, "freeze_limit_traces", Unit::traces, between(0, 1e9),
    "Most traces in a row without an update (trace rate times the longest hover); 0 never freezes.");
  dsp::hover_fields(v, o);
  v(o.segment_s, "segment_s", Unit::second, above(0.0),
    "Length along time of the depth segments whose energies decide on the freeze.");
}

/// The problem with these options on this input, if any: the rank must be below n_samples, a segment span two samples.
[[nodiscard]] Problem validate(const OnlineRpcaOptions& options, const StreamSpec& in) noexcept;

/// Subtract clutter that lies in a few directions, learnt trace by trace: online robust PCA with forgetting.
///
///   (r, e) = argmin |z - L r - e|^2 / 2 + l1 |r|^2 / 2 + l2 |e|_1,  z = x / s,
///            l1 = low_rank_scale / sqrt(n_samples), l2 = sparse_scale / sqrt(n_samples):
///            r = (L^T L + l1 1)^-1 L^T (z - e) and e = soft(z - L r, l2) in turn, until |change of r| <= 1e-6 |r|
///   A = c A + r r^T,  B = c B + (z - e) r^T,  c = forgetting, unless frozen;
///   then for each column j in turn  L_j += (B_j - L (A + l1 1)_j) / (A_jj + l1)
///   y = x - s L r  (residual) or s e (sparse), with the L of before the trace
///
/// s is the root mean square of the first usable trace that is not zero. The first `rank` traces become the first columns of L.
///
/// Axis      along time and across traces. Shape (n_samples) in, the same out. State in double, y rounded once.
/// Freeze    as gpr.background, method exponential: see gpr::HoverFreeze.
/// Standing  once ten traces have taught, a trace over ground that the head has just been over (dsp::GroundWatch) is split and teaches nothing.
/// Edges     the first `rank` traces come out as zero. Quality::warming_up for warm_up_traces usable traces, at least `rank`.
///           Quality::not_converged where most_iterations did not suffice. Unusable traces leave the state as it is.
/// Cost      O(n_samples rank) an iteration, some ten of them, and O(n_samples rank^2); latency 0.
/// Not       for a lane that starts over a target: that target is clutter. Follows a change of soil only as fast as it forgets.
///           A target with the shape of the clutter goes with it.
/// Score     detect.energy_score after it, on the residual. Not on the sparse part: where that is zero a segment is silent and
///           has no past to be compared with.
/// @throws ConfigError  (from the pipeline) if rank is not below n_samples, or segment_s spans less than two samples.
/// @source   Feng, Xu and Yan, NIPS 2013, algorithms 1 and 2; forgetting and freeze: our own
class OnlineRpca final : public CausalStage {
 public:
  OnlineRpca(const OnlineRpcaOptions& options, const StreamSpec& in, Arena& arena) noexcept;

 private:
  void step(ConstTraceRef in, TraceRef out, TraceTag& tag) noexcept override;
  void forget() noexcept override;
  void remember(StateArchive& archive) noexcept override;
  void begin(Index column) noexcept;
  [[nodiscard]] bool split() noexcept;
  void learn() noexcept;
  [[nodiscard]] std::span<double> column(std::span<double> matrix, Index j) const noexcept;

  OnlineRpcaOptions options_;
  Index n_samples_;
  double l1_;
  double l2_;
  double scale_ = 0.0;       // s; 0 until it is known
  Index seen_ = 0;           // usable traces that were not zero, up to the end of the warm-up
  std::span<double> basis_;  // L, column after column
  std::span<double> a_;
  std::span<double> b_;
  std::span<double> r_;
  std::span<double> factor_;  // Cholesky factor of L^T L + l1 1
  std::span<double> z_;
  std::span<double> e_;
  std::span<double> clutter_;  // L r
  std::span<Sample> residual_;
  HoverFreeze freeze_;
  dsp::GroundWatch watch_;
};

}  // namespace surefoot::gpr
