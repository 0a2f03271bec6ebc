// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/fields.hpp>
#include <surefoot/base/stage_kinds.hpp>
#include <surefoot/emi/order.hpp>

#include <cstdint>

namespace surefoot::emi {

struct PulseGatesOptions {
  NumberList edges_s{};
  double first_s = 20e-6;
  double last_s = 200e-6;
  Index n_gates = 16;
  double delay_s = 0.0;
  double rail = 0.0;
};

template <class V>
void fields(V& v, PulseGatesOptions& o) {
  v(o.edges_s, "edges_s", Unit::second, above(0.0),
    "Edges of the gates after switch-off, rising, one more than gates; empty: spaced evenly in log time from first_s "
    "to "
    "last_s.");
  v(o.first_s, "first_s", Unit::second, above_to(0.0, 1.0), "Without edges_s: where the first gate begins.");
  v(o.last_s, "last_s", Unit::second, above_to(0.0, 1.0), "Without edges_s: where the last gate ends.");
  v(o.n_gates, "n_gates", Unit::none, between(1, NumberList::capacity - 1), "Without edges_s: number of gates.");
  v(o.delay_s, "delay_s", Unit::second, between(-1e-3, 1e-3),
    "Time on the input axis at which the current is off, of cables and ramps: gates count from there.");
  v(o.rail, "rail", Unit::none, at_least(0.0),
    "Magnitude at which the converter clips, in units of the samples (32767 for raw 16 bit); 0: not known.");
}

/// The problem with these options on this input, if any.
[[nodiscard]] Problem validate(const PulseGatesOptions& options, const StreamSpec& in) noexcept;

/// Deviation of each gate for independent samples of deviation 1: sqrt(sum w^2).
/// Shape     one number a gate; options must be valid.
void pulse_gate_noise(const PulseGatesOptions& options, const StreamSpec& in, std::span<double> out) noexcept;

/// Means of the decay after a pulse over gates.
///
///   y_g = 1 / (e_{g+1} - e_g) integral_{e_g}^{e_{g+1}} x(t) dt,   x(t) straight between samples
///
/// Weights are the exact integrals of that: parts of a sample interval count as what they are, a straight line gives its mean
/// at any edges, and gates that meet share nothing and leave nothing out.
/// Axis      AxisKind::gate_time in, with equal steps; AxisKind::gates out, edges as places. Each channel for itself.
/// Edges     gates must lie in the record.
/// Flags     |x| >= rail in a sample that a gate uses: saturated; what clips before the first gate does not matter. A trace that
///           comes again or after a later one: out_of_order; its own gates are right.
/// Notes     saturated_gates: how many gates from the first on have clipped in some trace.
/// Units     input unit kept; seconds.
/// Non-finite input marks the whole trace Quality::non_finite; output is then zero.
/// Cost      one multiplication a sample and gate that uses it; latency 0 traces, no allocation after construction.
/// Not       a deconvolution of receiver or ramp: those belong into the model (physics/relaxation.hpp). A gate that has clipped
///           is too small, not missing.
/// @throws ConfigError  (from the pipeline) unless the axis is gate_time with equal steps; for edges that do not rise, lie outside
///           the record or closer than one sample.
/// @source   our own; the model's counterpart, the mean of an exponential over a gate, is in emi/gate_mean.hpp
class PulseGates final : public CausalStage {
 public:
  PulseGates(const PulseGatesOptions& options, const StreamSpec& in, Arena& arena) noexcept;
  [[nodiscard]] Index notes(std::span<Note> out) const noexcept override;

 private:
  struct Gate {
    Index first = 0;   // sample
    Index weight = 0;  // where its weights begin
    Index n = 0;
  };

  void step(ConstTraceRef in, TraceRef out, TraceTag& tag) noexcept override;
  void forget() noexcept override;
  void remember(StateArchive& archive) noexcept override;

  Index n_gates_;
  Index n_channels_;
  Index n_samples_;  // of a channel
  double rail_;
  std::span<Gate> gates_;
  std::span<double> weights_;
  Index clipped_ = 0;
  Order order_;
};

}  // namespace surefoot::emi
