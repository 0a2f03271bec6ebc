// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/fields.hpp>
#include <surefoot/base/note.hpp>
#include <surefoot/base/whole_line.hpp>
#include <surefoot/gpr/gather.hpp>

namespace surefoot::gpr {

struct VelocityScanOptions {
  double min_velocity_m_per_s = 0.05e9;
  double max_velocity_m_per_s = 0.2e9;
  Index n_velocities = 61;
  double window_s = 4e-9;
  double max_stretch = 1.0;
  Index min_traces = 5;
  GatherOptions gather{};
};

template <class V>
void fields(V& v, VelocityScanOptions& o) {
  v(o.min_velocity_m_per_s, "min_velocity_m_per_s", Unit::metre_per_second, above_to(0.0, 299792458.0),
    "Velocity of the first output trace.");
  v(o.max_velocity_m_per_s, "max_velocity_m_per_s", Unit::metre_per_second, above_to(0.0, 299792458.0),
    "Velocity of the last output trace.");
  v(o.n_velocities, "n_velocities", Unit::none, between(2.0, 100000.0), "Output traces, evenly spaced in velocity.");
  v(o.window_s, "window_s", Unit::second, at_least(0.0),
    "Length of the gate along time over which the energies are summed: about a period of the wave.");
  v(o.max_stretch, "max_stretch", Unit::none, above_to(0.0, 1e6),
    "Samples whose period the moveout would stretch by more than this share do not count.");
  v(o.min_traces, "min_traces", Unit::traces, between(2.0, 1e6),
    "Samples that fewer traces than this can give do not count.");
  fields(v, o.gather);
}

/// The problem with these options on this input, if any.
[[nodiscard]] Problem validate(const VelocityScanOptions& options, const StreamSpec& in) noexcept;

/// Semblance of a CMP or WARR gather over velocity and zero-offset two-way time.
///
///   S(v, t0) = sum_t (sum_i y_ti)^2 / sum_t m_t sum_i y_ti^2,   t over the gate of window_s around t0
///   y_ti = x_i(sqrt(t^2 + (offset_i / v)^2)), linear between samples; m_t = traces that have a value there
///
/// S is 1 where all traces agree, 1 / m on average in noise; how likely noise reaches a value: gpr/semblance.hpp.
///
/// Axis      in two-way time from transmission on, the same for all traces (gpr.time_zero with method = fixed: the others would
///           take the moveout of the direct wave away from all); out the same axis, one trace a velocity,
///           trace k at min + k (max - min) / (n_velocities - 1). Not one for one; the tags know index and flags only.
/// Edges     the gate shrinks at the ends. t < 0, samples beyond the trace, stretched by more than max_stretch, or of fewer
///           than min_traces traces do not count; where nothing counts, or all is 0, S is 0.
/// Units     plain numbers in [0, 1]: the input's gain along time does not matter, its gain from trace to trace does.
/// Unknown   traces without distance_m have no offset and do not count. If such or unusable traces came in, one more trace,
///           of zeros and flagged Quality::dropped or non_finite, follows the panel and carries their flags.
/// Notes     traces; best_velocity, best_time, best_semblance: where the panel is largest.
/// Cost      O(n_velocities n_traces n_samples), about 5 ns each; threads share the velocities and do not change the bits.
/// Not       a velocity of the ground: the direct waves are no reflections and show as ridges; dipping reflectors come out
///           too fast; below the first layer it is the stacking velocity, see gpr/dix.hpp.
/// @throws ConfigError  (from the pipeline) unless the axis is two-way time, the line's length is known and
///                      min_velocity_m_per_s < max_velocity_m_per_s; if window_s is longer than the trace.
/// @source   Taner and Koehler, Geophysics 34(6), 1969; Neidell and Taner, Geophysics 36(3), 1971
class VelocityScan final : public WholeLineTo {
 public:
  VelocityScan(const VelocityScanOptions& options, const StreamSpec& in, Arena& arena) noexcept;

 private:
  [[nodiscard]] Index findings(std::span<Note> out) const noexcept override;
  void process(ColumnRing& line, ColumnRing& made) noexcept override;
  [[nodiscard]] std::size_t first_sample(double late) const noexcept;
  void scan(const ColumnRing& line, double velocity, Index worker, TraceRef out) noexcept;

  VelocityScanOptions options_;
  TraceAxis axis_;
  Index n_samples_;
  Index half_gate_;
  Index workers_;
  std::span<double> offset_m_;  // of each trace; NaN if it does not count
  std::span<double> sum_;       // of each worker: over the traces at each sample
  std::span<double> energy_;
  std::span<double> count_;
  Index n_used_ = 0;
  double best_velocity_ = 0.0;
  double best_time_s_ = 0.0;
  double best_semblance_ = 0.0;
};

}  // namespace surefoot::gpr
