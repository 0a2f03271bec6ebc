// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/fields.hpp>
#include <surefoot/base/stage_kinds.hpp>
#include <surefoot/dsp/trace_reader.hpp>
#include <surefoot/gpr/gather.hpp>

namespace surefoot::gpr {

struct NmoOptions {
  double velocity_m_per_s = 1e8;
  NumberList times_s{};
  NumberList velocities_m_per_s{};
  double max_stretch = 0.5;
  GatherOptions gather{};
  dsp::Interpolation interpolation = dsp::Interpolation::band_limited;
};

template <class V>
void fields(V& v, NmoOptions& o) {
  v(o.velocity_m_per_s, "velocity_m_per_s", Unit::metre_per_second, above_to(0.0, 299792458.0),
    "Stacking velocity, if there is one for all times.");
  v(o.times_s, "times_s", Unit::second, at_least(0.0),
    "Zero-offset two-way times of the velocities, rising; between them velocities run straight, outside they stay.");
  v(o.velocities_m_per_s, "velocities_m_per_s", Unit::metre_per_second, above_to(0.0, 299792458.0),
    "Stacking velocities at times_s; none: velocity_m_per_s everywhere.");
  v(o.max_stretch, "max_stretch", Unit::none, above_to(0.0, 1e6),
    "Samples whose period is stretched by more than this share are muted.");
  fields(v, o.gather);
  v(o.interpolation, "interpolation", Words(dsp::interpolation_words), "How the trace is read between its samples.");
}

/// The problem with these options on this input, if any.
[[nodiscard]] Problem validate(const NmoOptions& options, const StreamSpec& in) noexcept;

/// Normal moveout: shift the reflections of a CMP or WARR gather to their time at zero offset.
///
///   y(t0) = x(sqrt(t0^2 + (offset / v(t0))^2)),  0 where (t - t0) / t0 > max_stretch
///
/// Axis      along time; traces are independent. Two-way time from transmission on, the same for all traces: gpr.time_zero
///           with method = fixed. Its other methods would lay the direct wave of each offset at 0 and take the moveout away.
/// Edges     samples before t0 = 0, and those that would be read beyond the end of the trace, are 0. At t0 = 0 every offset
///           but 0 is stretched without bound.
/// Units     input unit kept.
/// Unknown   a trace whose distance_m is NaN has no offset: it is set to zero and flagged Quality::dropped.
/// Non-finite input marks the whole trace Quality::non_finite; output is then zero.
/// Cost      O(n_samples): some 20 ns a sample band-limited; latency 0 traces, no allocation after construction.
/// Not       for the direct waves, which are no reflections, nor for offsets beyond about the depth, where the moveout of
///           layers is no hyperbola. Amplitudes are not changed.
/// @throws ConfigError  (from the pipeline) unless the axis is two-way time; if times_s do not rise or are not as many as
///                      velocities_m_per_s.
/// @source   Yilmaz, Seismic Data Analysis (2001), eq. 3-3 (moveout) and 3-6 (stretch)
class Nmo final : public CausalStage {
 public:
  Nmo(const NmoOptions& options, const StreamSpec& in, Arena& arena) noexcept;

 private:
  void step(ConstTraceRef in, TraceRef out, TraceTag& tag) noexcept override;
  void forget() noexcept override {}
  void remember(StateArchive&) noexcept override {}

  GatherOptions gather_;
  double max_stretch_;
  dsp::TraceReader reader_;
  std::span<double> slowness_;  // 1 / v(t0) at each sample
};

}  // namespace surefoot::gpr
