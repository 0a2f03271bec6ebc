// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/fields.hpp>
#include <surefoot/base/stage_kinds.hpp>
#include <surefoot/emi/order.hpp>
#include <surefoot/emi/stop.hpp>

namespace surefoot::emi {

struct BaselineOptions {
  double time_constant_s = 10.0;
  double freeze_z = 5.0;
  double hold_s = 0.3;
  double guard_s = 0.3;
  double freeze_limit_s = 60.0;
  double warm_up_s = 1.0;
};

template <class V>
void fields(V& v, BaselineOptions& o) {
  v(o.time_constant_s, "time_constant_s", Unit::second, above_to(0.0, 1e5),
    "Time in which the baseline follows a step to 63 %.");
  v(o.freeze_z, "freeze_z", Unit::none, between(1.0, 1e6),
    "A sample farther from its baseline than so many standard deviations stops the learning.");
  v(o.hold_s, "hold_s", Unit::second, between(0.0, 60.0), "The learning stays stopped for so long after the last one.");
  v(o.guard_s, "guard_s", Unit::second, between(0.0, 10.0),
    "A trace is learnt so much later, if no learning was stopped since: the rise of a target is not learnt.");
  v(o.freeze_limit_s, "freeze_limit_s", Unit::second, between(0.0, 3600.0),
    "The learning is stopped for at most so long in a row: a head that was put down elsewhere must find its zero "
    "again.");
  v(o.warm_up_s, "warm_up_s", Unit::second, between(0.0, 600.0),
    "So long traces are flagged warming_up, and until 32 were learnt.");
}

[[nodiscard]] Problem validate(const BaselineOptions& options, const StreamSpec& in) noexcept;

/// Subtract the drift of a metal detector: a slow mean of each sample that stands still over a target.
///
///   y = x - b;   b += a (x' - b),  v += a ((x' - b)^2 - v),  a = max(1 - e^(-D/T), 1/updates),  x' the trace guard_s ago
///   stopped while any |x - b| > freeze_z sqrt(v), and hold_s beyond;  D = trace_interval_s, T = time_constant_s
///
/// A target that passes in the time t_s without a stop would lose the share 1 - e^(-t_s/T) of its signal; with the stop and
/// the guard it loses nothing. The noise of the baseline is sqrt(a / (2 - a)) of that of the samples.
///
/// Axis      across traces; each sample of each channel by itself, but one that moves stops all. Any axis.
/// Units     input unit kept.
/// Edges     the first trace comes out as zero. warming_up for warm_up_s, at least 32 traces: with fewer, one of many samples
///           always seems to move. During it nothing is stopped: a lane that begins
///           over a target has that target as its zero. Deviations below 2^-22 of the baseline are rounding and stop nothing.
///           A step that stays for freeze_limit_s is learnt from then on until it ends.
/// Non-finite input marks the whole trace Quality::non_finite; output is then zero and nothing is learnt. Neither from
///           saturated traces, nor from repeated or late ones, which are flagged out_of_order (order.hpp). Their output is
///           x - b all the same.
/// Cost      O(n_samples), latency 0 traces; memory of guard_s in traces.
/// Not       a high-pass: it has no undershoot after a target. Not for a drift faster than freeze_z sqrt(v) in T: the lag
///           stops the learning, and the zero is found only every freeze_limit_s.
/// @throws ConfigError  (from the pipeline) if the time from trace to trace is not known, or the guard needs more than 1e5
///                      traces.
/// @source   exponential mean and variance: West, Comm. ACM 22(9), 1979, in its forgetting form; stop, hold and guard: our own
class Baseline final : public CausalStage {
 public:
  Baseline(const BaselineOptions& options, const StreamSpec& in, Arena& arena) noexcept;

 private:
  void step(ConstTraceRef in, TraceRef out, TraceTag& tag) noexcept override;
  void forget() noexcept override;
  void remember(StateArchive& archive) noexcept override;
  [[nodiscard]] bool moves(TraceRef residual) const noexcept;
  void learn(ConstTraceRef trace) noexcept;
  void keep(ConstTraceRef trace, bool admitted) noexcept;

  double gain_;
  double freeze_squared_;
  Index guard_;        // traces
  Index warm_up_;      // traces
  Index updates_ = 0;  // up to most_updates
  Index seen_ = 0;     // up to warm_up_
  Index held_ = 0;     // traces in the guard
  Index oldest_ = 0;   // slot of the oldest of them
  Order order_;
  Stop stop_;
  std::span<double> mean_;
  std::span<double> variance_;
  std::span<Sample> traces_;           // guard_ columns
  std::span<unsigned char> admitted_;  // per column: it may be learnt
};

}  // namespace surefoot::emi
