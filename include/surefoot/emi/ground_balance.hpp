// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/stage_kinds.hpp>
#include <surefoot/emi/order.hpp>
#include <surefoot/emi/response_model.hpp>
#include <surefoot/emi/stop.hpp>

namespace surefoot::emi {

enum class BalanceMethod : std::uint8_t {
  learnt,  ///< one vector a channel, learnt while the head is pumped over clean ground
  model,   ///< the shapes of viscous (and conductive) soil
};
inline constexpr std::array balance_method_words{"learnt", "model"};

struct GroundBalanceOptions {
  BalanceMethod method = BalanceMethod::learnt;
  ResponseOptions model{};
  double learn_s = 3.0;
  double time_constant_s = 20.0;
  double admit = 0.1;
  double hold_s = 0.3;
  double freeze_limit_s = 60.0;
  double lost_ratio = 6.0;
};

template <class V>
void fields(V& v, GroundBalanceOptions& o) {
  v(o.method, "method", Words(balance_method_words),
    "learnt: cut out the direction in which the samples move over clean ground; model: the shapes of soil.");
  fields(v, o.model);
  v(o.learn_s, "learn_s", Unit::second, above_to(0.0, 600.0),
    "learnt: so long at the beginning all that comes is taken for soil; pump the head over clean ground.");
  v(o.time_constant_s, "time_constant_s", Unit::second, above_to(0.0, 1e5),
    "Time in which the learnt direction and the level of what is left follow.");
  v(o.admit, "admit", Unit::none, above_to(0.0, 1.0),
    "learnt: a trace teaches the direction if at most this share of its energy lies beside it.");
  v(o.hold_s, "hold_s", Unit::second, between(0.0, 60.0),
    "The level of what is left does not learn while it is more than lost_ratio, and so long beyond.");
  v(o.freeze_limit_s, "freeze_limit_s", Unit::second, between(0.0, 3600.0),
    "But is stopped for at most so long in a row.");
  v(o.lost_ratio, "lost_ratio", Unit::none, between(1.5, 1e6),
    "If what is left holds so many times the energy of the noise on the mean, the ground balance is lost.");
}

[[nodiscard]] Problem validate(const GroundBalanceOptions& options, const StreamSpec& in) noexcept;

/// Cut the soil out of each trace of a metal detector: hard nulling.
///
///   y = x - S (S^T S)^-1 S^T x
///   model   S the shapes of soil of ResponseModel
///   learnt  S = g:  g += r c (x - c g) / E,  c = g . x,  E the mean of |x|^2,  then |g| = 1;  r = max(1 - e^(-D/T), 1/n)
///           (Oja's rule), from all traces of the first learn_s, later from those with |x - c g|^2 <= admit |x|^2
///
/// One vector is enough for one soil whatever the standoff: height changes only how much of it there is. That is why it is a
/// direction that is removed and not a fixed value. What looks like soil is removed with it; how much of a target that costs
/// stands in the tag and the notes, and can be a factor of 50 (emi.target_score nulls softly instead).
///
/// Axis      along the tones or gates of each channel. Shape (n_samples) in, the same out.
/// Tag       kept_share: mean, over the time constants of ResponseModel, of the share of a target's energy that is left, times
///           what an earlier stage left.
/// Notes     least and mean kept_share of the channel in which they are smallest.
/// Quality   warming_up during learn_s (learnt); ground_balance_lost while what is left holds, on the mean over
///           time_constant_s, lost_ratio times the energy of the noise (half the mean square step from trace to trace).
/// Edges     a channel that has shown nothing but zeros keeps what comes.
/// Non-finite input: flagged, zero, nothing is learnt; neither from saturated traces, nor from
///           repeated or late ones, which are flagged out_of_order (order.hpp).
/// Cost      O(n_samples), latency 0 traces.
/// Not       for two soils at once with learnt: each has a direction of its own.
/// @throws ConfigError  (from the pipeline) if the axis is none of listed tones or gates, they are too few, or the time from
///                      trace to trace is not known.
/// @source   Oja, J. Math. Biology 15, 1982; admission and loss: our own
class GroundBalance final : public CausalStage {
 public:
  GroundBalance(const GroundBalanceOptions& options, const StreamSpec& in, Arena& arena) noexcept;
  [[nodiscard]] Index notes(std::span<Note> out) const noexcept override;

 private:
  void step(ConstTraceRef in, TraceRef out, TraceTag& tag) noexcept override;
  void forget() noexcept override;
  void remember(StateArchive& archive) noexcept override;
  void cut(ConstTraceRef channel, std::span<double> basis, Index rank, TraceRef out) const noexcept;
  void learn_direction(ConstTraceRef channel, Index c) noexcept;
  void learn_level(ConstTraceRef left) noexcept;
  void find_kept() noexcept;
  [[nodiscard]] std::span<double> basis(Index c) const noexcept;

  GroundBalanceOptions options_;
  ResponseModel model_;
  double gain_;
  Index n_channels_;
  Index rank_;
  Index learn_;
  Index seen_ = 0;
  Index levels_ = 0;
  Order order_;
  Stop stop_;
  double level_ = 0.0;  // mean energy of what is left
  double noise_ = 0.0;  // that of the noise
  double kept_least_ = 1.0;
  double kept_mean_ = 1.0;
  std::span<double> basis_;   // orthonormal vectors: of each channel (learnt) or of all (model)
  std::span<double> energy_;  // learnt: E of each channel
  std::span<Index> lessons_;  // learnt: of each channel
  std::span<Sample> last_;    // what was left of the trace before
};

}  // namespace surefoot::emi
