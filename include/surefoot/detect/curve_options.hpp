// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/detect/depth_score.hpp>
#include <surefoot/dsp/hyperbola_bank.hpp>

namespace surefoot::detect {

/// The options of every score that follows curves across traces: wave, ground and head. A stage holds one of them as `curves`.
///
///   the curve t(x) and the templates along it: dsp::HyperbolaBank;  velocities evenly spaced in 1 / v
///
/// Units     SI, in the names. Edges: as DepthScore where a template leaves the trace, as the bank at the ends of the line.
/// @throws ConfigError  (from the pipeline) as curve_problem() says: spacing of traces unknown, no neighbour in the aperture, samples
///                      too coarse for the frequency, segments shorter than a period together.
/// @source   reference/detection 2.9; defaults our own (src/decisions/0026-curves.md)
struct CurveOptions {
  double centre_frequency_hz = 1e9;
  double min_velocity_m_per_s = 0.07e9;
  double max_velocity_m_per_s = 0.15e9;
  Index n_velocities = 4;
  NumberList widths_m{0.0, 0.1, 0.2, 0.3};
  double aperture_m = 0.4;
  Index most_traces = 21;
  double taper = 0.3;
  double amplitude_power = 2.0;
  double pattern_power = 1.0;
  double antenna_offset_m = 0.0;
  double standoff_m = 0.0;
  double ground_time_s = 0.0;
};

template <class V>
void fields(V& v, CurveOptions& o) {
  v(o.centre_frequency_hz, "centre_frequency_hz", Unit::hertz, above(0.0),
    "Centre frequency of the wave: its period is the length of the templates along time.");
  v(o.min_velocity_m_per_s, "min_velocity_m_per_s", Unit::metre_per_second, between(1e7, 299792458.0),
    "Slowest velocity in the ground to try.");
  v(o.max_velocity_m_per_s, "max_velocity_m_per_s", Unit::metre_per_second, between(1e7, 299792458.0),
    "Fastest velocity in the ground to try.");
  v(o.n_velocities, "n_velocities", Unit::none, between(1, 64),
    "Velocities to try, evenly spaced in 1 / velocity; 1: the slowest alone.");
  v(o.widths_m, "widths_m", Unit::metre, between(0.0, 10.0),
    "Widths of flat tops to try; 0 is a point. Antitank targets have 0.2 to 0.3 m.");
  v(o.aperture_m, "aperture_m", Unit::metre, above_to(0.0, 100.0),
    "Length of line over which a curve is followed, half of it to either side.");
  v(o.most_traces, "most_traces", Unit::traces, between(3, 201),
    "Of more traces in the aperture only each second, third, ... is taken.");
  v(o.taper, "taper", Unit::none, between(0.0, 1.0), "Share of the aperture over which the weights fall to zero.");
  v(o.amplitude_power, "amplitude_power", Unit::none, between(0.0, 10.0),
    "Amplitudes along a template fall as (t(0) / t(x)) to this power.");
  v(o.pattern_power, "pattern_power", Unit::none, between(0.0, 10.0),
    "And as the pattern of each antenna, the cosine of the ray's angle there to this power.");
  v(o.antenna_offset_m, "antenna_offset_m", Unit::metre, between(0.0, 10.0),
    "Distance between transmitter and receiver.");
  v(o.standoff_m, "standoff_m", Unit::metre, between(0.0, 10.0), "Height of the antennas over the ground; 0: on it.");
  v(o.ground_time_s, "ground_time_s", Unit::second, finite(),
    "Two-way time of the ground surface; with antennas on the ground, of the direct wave through the air.");
}

/// The problem with following curves over this input between these depths, if any. Ranges are not looked at.
[[nodiscard]] Problem curve_problem(const CurveOptions& options, const DepthSegments& depths,
                                    const StreamSpec& in) noexcept;

/// The bank of these options; the widths are those of `options`, which must live while it is built.
[[nodiscard]] dsp::HyperbolaBankOptions bank_options(const CurveOptions& options, dsp::CurveMatch match,
                                                     dsp::CurveScore score) noexcept;
[[nodiscard]] dsp::ApexGate apex_gate(const DepthSegments& depths, const StreamSpec& in) noexcept;

/// Write what the bank last looked at into the tag: score time, depth, and velocity, time and fit of the evidence; unknown
/// where there is no apex (apex < 0). Seconds, metres, metres a second; fit is a share of energy, 0 to 1.
void write_fit(dsp::HyperbolaBank& bank, Index apex, TraceTag& tag) noexcept;

}  // namespace surefoot::detect
