// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/fields.hpp>
#include <surefoot/base/stage_kinds.hpp>
#include <surefoot/dsp/trace_reader.hpp>
#include <surefoot/gpr/time_reference.hpp>

namespace surefoot::gpr {

struct DepthOptions {
  double velocity_m_per_s = 1e8;
  NumberList layer_velocities_m_per_s{};
  NumberList layer_bottoms_m{};
  double antenna_offset_m = 0.0;
  double standoff_m = 0.0;
  TimeReference time_zero = TimeReference::emission;
  double depth_step_m = 0.0;
  double max_depth_m = 0.0;
  dsp::Interpolation interpolation = dsp::Interpolation::band_limited;
};

template <class V>
void fields(V& v, DepthOptions& o) {
  v(o.velocity_m_per_s, "velocity_m_per_s", Unit::metre_per_second, above_to(0.0, 299792458.0),
    "Velocity in the soil, if it is one.");
  v(o.layer_velocities_m_per_s, "layer_velocities_m_per_s", Unit::metre_per_second, above_to(0.0, 299792458.0),
    "Velocities of flat layers from the surface down, the last one without end; none: velocity_m_per_s everywhere.");
  v(o.layer_bottoms_m, "layer_bottoms_m", Unit::metre, above(0.0),
    "Depths of the lower borders of all layers but the last, rising.");
  v(o.antenna_offset_m, "antenna_offset_m", Unit::metre, at_least(0.0), "Distance between transmitter and receiver.");
  v(o.standoff_m, "standoff_m", Unit::metre, at_least(0.0), "Height of the antennas over the ground; 0: on it.");
  v(o.time_zero, "time_zero", Words(time_references_over_ground),
    "What t = 0 of the input means: the emission, the direct wave through the air, or the bounce of the ground as "
    "gpr.ground_track lays it there.");
  v(o.depth_step_m, "depth_step_m", Unit::metre, at_least(0.0),
    "Between output samples; 0: what the slowest layer passes in one input sample.");
  v(o.max_depth_m, "max_depth_m", Unit::metre, at_least(0.0),
    "Depth of the last sample; 0: as deep as the trace goes.");
  v(o.interpolation, "interpolation", Words(dsp::interpolation_words), "How the trace is read between its samples.");
}

/// The problem with these options on this input, if any.
[[nodiscard]] Problem validate(const DepthOptions& options, const StreamSpec& in) noexcept;

/// Turn two-way time into depth below the surface, by a velocity that is known.
///
///   y(d) = x(t(d) - t_0),  t_0 = since_emission(time_zero, antenna_offset_m, standoff_m): gpr/time_reference.hpp
///   t(d) = 2 (time of the ray that covers antenna_offset_m / 2 through standoff_m of air and d of soil)
///   one velocity on the ground: t(d) = sqrt(4 d^2 + antenna_offset_m^2) / velocity_m_per_s
///
/// Axis      in two-way time, after gpr.time_zero from the direct wave on; out AxisKind::depth from 0 in steps of
///           depth_step_m. Traces are independent: standoff_m holds for all, whatever their tags say.
/// Edges     depths whose time lies before the first sample are 0; max_depth_m beyond the last one is refused.
/// Units     input unit kept; metres.
/// Non-finite input marks the whole trace Quality::non_finite; output is then zero.
/// Cost      O(depths): some 15 ns a sample band-limited, 3 linear; latency 0 traces, no allocation after construction.
/// Not       migration: what lies beside the antennas is shown below them, too deep. Amplitudes and the length of the wave
///           are those of the trace, so that it looks longer where the soil is faster.
/// @throws ConfigError  (from the pipeline) unless the axis is two-way time; if layer_bottoms_m do not rise or are not one
///                      fewer than layer_velocities_m_per_s; if the trace ends before depth 0 or max_depth_m.
/// @source   geometry and Snell's law (dsp::trace_ray)
class Depth final : public TraceMap {
 public:
  Depth(const DepthOptions& options, const StreamSpec& in, Arena& arena) noexcept;

 private:
  void map(ConstTraceRef in, TraceRef out) noexcept override;

  dsp::TraceReader reader_;
  std::span<double> position_;  // of each depth in the trace, in samples
};

}  // namespace surefoot::gpr
