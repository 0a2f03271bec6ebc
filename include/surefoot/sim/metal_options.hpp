// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/sim/carried.hpp>

#include <array>
#include <cstdint>

namespace surefoot::sim {

/// How the traces of a metal detector are taken.
struct MetalLineOptions {
  Index n_traces = 600;
  double trace_spacing_m = 0.01;
  double trace_interval_s = 0.01;
  double offset_m = 0.0;
};
template <class V>
void fields(V& v, MetalLineOptions& o) {
  v(o.n_traces, "n_traces", Unit::traces, between(1, 1e6), "Traces in the line.");
  v(o.trace_spacing_m, "trace_spacing_m", Unit::metre, between(0, 100),
    "From one trace to the next; 0: a head at rest.");
  v(o.trace_interval_s, "trace_interval_s", Unit::second, above_to(0, 3600), "From one trace to the next.");
  v(o.offset_m, "offset_m", Unit::metre, between(-100, 100), "The line lies so far to the left of y = 0.");
}

enum class HeadMode : std::uint8_t { tones, gates };
inline constexpr std::array<const char*, 2> head_mode_words{"tones", "gates"};
enum class HeadResponse : std::uint8_t { polarizability, voltage };
inline constexpr std::array<const char*, 2> head_response_words{"polarizability", "voltage"};

/// The head: how its array is driven, what it puts out, and how it is carried.
struct HeadOptions {
  HeadMode mode = HeadMode::tones;
  HeadResponse response = HeadResponse::polarizability;
  NumberList tones_hz{};
  NumberList gate_edges_s{};
  double standoff_m = 0.05;
  double wander_m = 0.0;
  double wander_length_m = 0.5;
  double jitter_m = 0.0;
  double tilt_deg = 0.0;
  double integration_s = 0.0;
};
template <class V>
void fields(V& v, HeadOptions& o) {
  v(o.mode, "mode", Words(head_mode_words), "Whether tones are sent, or pulses and gates after them.");
  v(o.response, "response", Words(head_response_words), "Tones as -V / (i w mu0 I), or V; gates are V in both.");
  v(o.tones_hz, "tones_hz", Unit::hertz, above_to(0, 1e8), "Tones instead of the array's, ascending; 1 A each.");
  v(o.gate_edges_s, "gate_edges_s", Unit::second, above_to(0, 10), "Edges of gates instead of the array's, ascending.");
  carried_fields(v, o);
  v(o.tilt_deg, "tilt_deg", Unit::degree, between(0, 30), "Slow tilt about both level axes, rms of each.");
  v(o.integration_s, "integration_s", Unit::second, between(0, 10), "First-order smoothing of what is heard; 0: none.");
}

/// The ground: a half-space, magnetic and viscous, and a little conducting, that changes along the line.
struct MetalSoilOptions {
  double chi0 = 0.0;
  double kappa = 0.0;
  double fastest_s = 1e-9;
  double slowest_s = 1e3;
  double conductivity_s_per_m = 0.0;
  double variation = 0.0;
  double loss_variation = 0.0;
  double variation_length_m = 0.5;
  double roughness_m = 0.0;
  double roughness_length_m = 0.1;
};
template <class V>
void fields(V& v, MetalSoilOptions& o) {
  v(o.chi0, "chi0", Unit::none, between(0, 10), "Susceptibility (SI) for a field that stands still.");
  v(o.kappa, "kappa", Unit::none, between(0, 0.1), "Fall of the susceptibility for each factor e of frequency.");
  v(o.fastest_s, "fastest_s", Unit::second, above_to(0, 1), "Time constant of the fastest grains.");
  v(o.slowest_s, "slowest_s", Unit::second, above_to(0, 1e9), "Time constant of the slowest grains.");
  v(o.conductivity_s_per_m, "conductivity_s_per_m", Unit::siemens_per_metre, between(0, 10), "Conductivity.");
  v(o.variation, "variation", Unit::none, between(0, 2), "Change of all of it along the line, rms share.");
  v(o.loss_variation, "loss_variation", Unit::none, between(0, 2), "Change of kappa beyond that, rms share.");
  v(o.variation_length_m, "variation_length_m", Unit::metre, above_to(0, 1000), "Correlation length of both.");
  v(o.roughness_m, "roughness_m", Unit::metre, between(0, 0.5), "Height of the surface as the head feels it, rms.");
  v(o.roughness_length_m, "roughness_length_m", Unit::metre, above_to(0, 1000), "Its correlation length.");
}

/// A patch of other soil across the line, with soft borders. Within it, its numbers replace those of the ground.
struct SoilPatchOptions {
  double x_m = 0.0;
  double length_m = 1.0;
  double edge_m = 0.1;
  double chi0 = 0.0;
  double kappa = 0.0;
  double conductivity_s_per_m = 0.0;
};
template <class V>
void fields(V& v, SoilPatchOptions& o) {
  v(o.x_m, "x_m", Unit::metre, between(-1e6, 1e6), "Its middle along the line.");
  v(o.length_m, "length_m", Unit::metre, above_to(0, 1e6), "From the middle of one border to that of the other.");
  v(o.edge_m, "edge_m", Unit::metre, above_to(0, 100), "Width of its borders.");
  v(o.chi0, "chi0", Unit::none, between(0, 10), "Susceptibility (SI) for a field that stands still.");
  v(o.kappa, "kappa", Unit::none, between(0, 0.1), "Fall of the susceptibility for each factor e of frequency.");
  v(o.conductivity_s_per_m, "conductivity_s_per_m", Unit::siemens_per_metre, between(0, 10), "Conductivity.");
}

/// What the receivers add to the voltages, and their converter. Each value (real, imaginary, gate) has its own draws.
struct MetalReceiverOptions {
  double noise_v = 0.0;
  double drift_v = 0.0;
  double drift_time_s = 20.0;
  double warm_up_v = 0.0;
  double warm_up_s = 60.0;
  double imbalance_h = 0.0;
  double imbalance_drift_h = 0.0;
  double gain_drift = 0.0;
  double hum_v = 0.0;
  double hum_hz = 50.0;
  double full_scale_v = 1.0;
  Index bits = 0;
};
template <class V>
void fields(V& v, MetalReceiverOptions& o) {
  v(o.noise_v, "noise_v", Unit::volt, between(0, 1e3), "White noise, rms; longer gates than the first have less.");
  v(o.drift_v, "drift_v", Unit::volt, between(0, 1e3), "Slow change of each zero, rms.");
  v(o.drift_time_s, "drift_time_s", Unit::second, above_to(0, 1e6), "Correlation time of the slow changes.");
  v(o.warm_up_v, "warm_up_v", Unit::volt, between(-1e3, 1e3), "Shift of each zero at the start, dying away.");
  v(o.warm_up_s, "warm_up_s", Unit::second, above_to(0, 1e6), "Time constant with which it dies away.");
  v(o.imbalance_h, "imbalance_h", Unit::none, between(-1, 1), "Mutual inductance that bucking left, henry.");
  v(o.imbalance_drift_h, "imbalance_drift_h", Unit::none, between(0, 1), "Its slow change, rms, henry.");
  v(o.gain_drift, "gain_drift", Unit::none, between(0, 0.5), "Slow change of the gain, rms share.");
  v(o.hum_v, "hum_v", Unit::volt, between(0, 1e3), "What is left of the mains in each value: its peak.");
  v(o.hum_hz, "hum_hz", Unit::hertz, above_to(0, 1e6), "Frequency of the mains.");
  v(o.full_scale_v, "full_scale_v", Unit::volt, above_to(0, 1e6), "The rails: values are clipped to it and flagged.");
  v(o.bits, "bits", Unit::none, between(0, 24), "Bits of the converter; 0: no rails and no rounding.");
}

enum class PartShape : std::uint8_t {
  sphere,    ///< across_m is the radius
  spheroid,  ///< semi-axes across_m, across_m, along_m
  ring,      ///< a closed round wire: across_m its radius, along_m that of the wire; not permeable
  modes      ///< given by its relaxations
};
inline constexpr std::array<const char*, 4> part_shape_words{"sphere", "spheroid", "ring", "modes"};

/// One piece of metal of an object.
struct PartOptions {
  PartShape shape = PartShape::sphere;
  double forward_m = 0.0;
  double left_m = 0.0;
  double down_m = 0.0;
  double azimuth_deg = 0.0;
  double dip_deg = 90.0;
  double across_m = 0.005;
  double along_m = 0.005;
  double conductivity_s_per_m = 1e7;
  double mu_r = 1.0;
  double still_along_m3 = 0.0;
  double still_across_m3 = 0.0;
  NumberList tau_s{};
  NumberList along_m3{};
  NumberList across_m3{};
};
template <class V>
void fields(V& v, PartOptions& o) {
  v(o.shape, "shape", Words(part_shape_words), "What it is: sphere, spheroid, ring or a list of modes.");
  v(o.forward_m, "forward_m", Unit::metre, between(-2, 2), "Its middle from that of the object's top, along x.");
  v(o.left_m, "left_m", Unit::metre, between(-2, 2), "The same along y.");
  v(o.down_m, "down_m", Unit::metre, between(-2, 2), "The same downwards.");
  v(o.azimuth_deg, "azimuth_deg", Unit::degree, between(-360, 360), "Direction of its axis, from x to y.");
  v(o.dip_deg, "dip_deg", Unit::degree, between(-90, 90), "Its axis below the level: 90 is upright.");
  v(o.across_m, "across_m", Unit::metre, above_to(0, 1), "Radius, or semi-axis across its axis.");
  v(o.along_m, "along_m", Unit::metre, above_to(0, 1), "Semi-axis along its axis; of a ring, radius of the wire.");
  v(o.conductivity_s_per_m, "conductivity_s_per_m", Unit::siemens_per_metre, between(0, 1e8), "Conductivity.");
  v(o.mu_r, "mu_r", Unit::none, between(1, 1e5), "Relative permeability.");
  v(o.still_along_m3, "still_along_m3", Unit::cubic_metre, between(-1, 1), "Modes: polarizability of a still field.");
  v(o.still_across_m3, "still_across_m3", Unit::cubic_metre, between(-1, 1), "Modes: the same across the axis.");
  v(o.tau_s, "tau_s", Unit::second, above_to(0, 10), "Modes: their time constants.");
  v(o.along_m3, "along_m3", Unit::cubic_metre, between(0, 1), "Modes: amplitudes along the axis.");
  v(o.across_m3, "across_m3", Unit::cubic_metre, between(0, 1), "Modes: amplitudes across the axis.");
}

/// One object: where it lies and how it is turned. Its metal is in its parts.
struct MetalTargetOptions {
  double x_m = 0.0;
  double y_m = 0.0;
  double depth_m = 0.1;
  double width_m = 0.0;
  double height_m = 0.0;
  double azimuth_deg = 0.0;
  double tilt_deg = 0.0;
};
template <class V>
void fields(V& v, MetalTargetOptions& o) {
  v(o.x_m, "x_m", Unit::metre, between(-1e6, 1e6), "Place along the line.");
  v(o.y_m, "y_m", Unit::metre, between(-100, 100), "Place to the left of y = 0.");
  v(o.depth_m, "depth_m", Unit::metre, between(-10, 10), "From the mean ground to its top; below 0: in the air.");
  v(o.width_m, "width_m", Unit::metre, between(0, 10), "Its size along the line, for the truth table.");
  v(o.height_m, "height_m", Unit::metre, between(0, 10), "From its top to its bottom, for the truth table.");
  v(o.azimuth_deg, "azimuth_deg", Unit::degree, between(-360, 360), "Turned about the vertical, from x to y.");
  v(o.tilt_deg, "tilt_deg", Unit::degree, between(-180, 180),
    "Tipped forward about the middle of its top, before that.");
}

}  // namespace surefoot::sim
