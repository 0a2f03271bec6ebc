// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/detect/depth_score.hpp>

namespace surefoot::detect {

struct EnergyScoreOptions {
  DepthOptions depth;
};

template <class V>
void fields(V& v, EnergyScoreOptions& o) {
  fields(v, o.depth);
}

[[nodiscard]] Problem validate(const EnergyScoreOptions& options, const StreamSpec& in) noexcept;

/// Score a trace by the energy of its depth segments, each against its own past.
///
///   E_k = mean of x[i]^2 over segment k,  score as in DepthScore
///
/// Axis      along time; the statistics run across traces. Feed it traces whose background is removed.
/// Shape     (n_samples) in; the same out, or (segments) with emit = "z" or "log_energy".
/// Units     the score is a robust z: larger is more anomalous. Input units do not matter.
/// Edges     samples before start_s and after the last whole segment are not looked at.
/// Non-finite input: flagged, score 0, nothing is learnt from the trace.
/// Cost      O(n_samples), latency 0 traces, no allocation after construction.
/// Not       a shape detector: a strong flat layer that comes and goes scores as a target does.
/// @throws ConfigError  if no whole segment fits between start_s and end_s.
/// @source   energy prescreeners as in Gader, Lee, Wilson, TGRS 42, 2004; figures our own
class EnergyScore final : public CausalStage {
 public:
  EnergyScore(const EnergyScoreOptions& options, const StreamSpec& in, Arena& arena) noexcept;

 private:
  void step(ConstTraceRef in, TraceRef out, TraceTag& tag) noexcept override;
  void forget() noexcept override;
  void remember(StateArchive& archive) noexcept override;

  DepthScore score_;
};

}  // namespace surefoot::detect
