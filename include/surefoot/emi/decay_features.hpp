// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/fields.hpp>
#include <surefoot/base/stage_kinds.hpp>

namespace surefoot::emi {

struct DecayFeaturesOptions {
  double least_tau_s = 1e-6;
  double most_tau_s = 1e-2;
  Index first_gate = 0;
};

template <class V>
void fields(V& v, DecayFeaturesOptions& o) {
  v(o.least_tau_s, "least_tau_s", Unit::second, above_to(0.0, 10.0), "Shortest time constant that is looked for.");
  v(o.most_tau_s, "most_tau_s", Unit::second, above_to(0.0, 10.0), "Longest time constant that is looked for.");
  v(o.first_gate, "first_gate", Unit::samples, between(0, 1000),
    "Gates before this one are left out: where the receiver has not recovered, or the decay is not yet exponential.");
}

[[nodiscard]] Problem validate(const DecayFeaturesOptions& options, const StreamSpec& in) noexcept;

/// Decay constant of each channel of a pulse-induction detector, and how sure it is.
///
///   one exponential through the gates (fit_decay), all gates of one weight
///
/// Axis      in gates; out AxisKind::channel, three numbers a channel: amplitude at t = 0, tau, standard deviation of tau.
/// Units     amplitude as the input; seconds.
/// Edges     no decay that can be told (rising, beyond the limits, lost in noise): three zeros. Noise alone passes for a decay in
///           some 3 traces of 100, with a deviation near tau itself: look at that, and at a score.
/// Non-finite input marks the whole trace Quality::non_finite; output is then zero.
/// Cost      some 90 us a channel of 30 gates; latency 0 traces.
/// Not       the late time constant of the target unless first_gate leaves the early gates out; not for several constants:
///           DecaySpectrum.
/// @throws ConfigError  (from the pipeline) if the axis is none of gates, there are fewer than 4, or most_tau_s is not above
///                      least_tau_s.
/// @source   decay_fit.hpp
class DecayFeatures final : public TraceMap {
 public:
  DecayFeatures(const DecayFeaturesOptions& options, const StreamSpec& in, Arena& arena) noexcept;

 private:
  void map(ConstTraceRef in, TraceRef out) noexcept override;

  DecayFeaturesOptions options_;
  Index n_gates_;
  Index n_channels_;
  std::span<double> edges_;
  std::span<double> gates_;
};

}  // namespace surefoot::emi
