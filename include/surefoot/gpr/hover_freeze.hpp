// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/arena.hpp>
#include <surefoot/base/spec.hpp>
#include <surefoot/base/state.hpp>
#include <surefoot/dsp/depth_normalizer.hpp>

namespace surefoot::gpr {

struct HoverFreezeOptions {
  double freeze_z = 3.0;
  Index freeze_limit_traces = 3000;
  double segment_s = 2e-9;
};

/// Tells from what is left of a trace whether a background that learns should stand still: over a target it must not.
///
///   frozen:  mean of the three largest z_k > freeze_z, for at most freeze_limit_traces in a row;  z_k of dsp::DepthNormalizer
///
/// z_k compares the log energy in depth segment k (segment_s long) with its own past, at rate 0.02.
///
/// Edges     no freeze during the first 10 traces. Samples left over belong to the last segment.
/// Scale     any: a constant factor on all traces changes nothing.
/// Cost      one pass over a trace and a logarithm a segment.
/// @source   our own
class HoverFreeze {
 public:
  HoverFreeze(const HoverFreezeOptions& options, const StreamSpec& in, Arena& arena) noexcept;

  /// Take in the next residual; true if the background must not learn from its trace. Not to be asked over ground that the head
  /// has just been over (dsp::GroundWatch), once settled().
  [[nodiscard]] bool frozen(ConstTraceRef residual) noexcept;
  /// True once there are statistics to judge by.
  [[nodiscard]] bool settled() const noexcept { return normalizer_.begun(); }
  /// True if the last trace stood out.
  [[nodiscard]] bool stands_out() const noexcept { return stands_out_; }
  void clear() noexcept;
  void state(StateArchive& archive) noexcept;

 private:
  void energies(ConstTraceRef residual) noexcept;

  HoverFreezeOptions options_;
  Index segment_;  // samples
  Index in_a_row_ = 0;
  bool stands_out_ = false;
  std::span<double> log_energy_;
  std::span<double> z_;
  dsp::DepthNormalizer normalizer_;
};

}  // namespace surefoot::gpr
