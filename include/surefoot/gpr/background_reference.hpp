// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/gpr/background.hpp>

namespace surefoot::gpr {

/// Subtract a measured reference: the mean of a stretch of the line that holds no target.
///
///   y_n = x_n - b,  b = mean of the usable traces number f .. f + r - 1, counted from 0
///   f = reference_first_trace, r = reference_traces; computed as (r x_n - sum) / r in double, rounded once to float32
///
/// Axis      across traces; samples are independent. Shape (n_samples) in, the same out.
/// Edges     up to and with the last trace of the reference the output is zero and flagged Quality::warming_up.
///           Unusable traces are not counted, so that the reference always has r traces.
/// Cost      two passes over a trace while the reference is taken, one after; latency 0; works live.
/// Not       for ground or height that changes after the reference: it never follows. Not for a reference with a target in
///           it, whose negative would be subtracted from the whole line.
/// @source   practice: background measurement over empty ground or sky, e.g. Daniels, Ground Penetrating Radar, 2nd ed., ch. 7
class ReferenceBackground final : public CausalStage {
 public:
  ReferenceBackground(const BackgroundOptions& options, const StreamSpec& in, Arena& arena) noexcept;

 private:
  void step(ConstTraceRef in, TraceRef out, TraceTag& tag) noexcept override;
  void forget() noexcept override;
  void remember(StateArchive& archive) noexcept override;

  Index first_;
  Index length_;
  Index seen_ = 0;  // usable traces, up to first_ + length_
  std::span<double> sum_;
};

}  // namespace surefoot::gpr
