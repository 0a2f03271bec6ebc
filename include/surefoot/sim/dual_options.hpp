// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/fields.hpp>
#include <surefoot/sim/wavelet.hpp>

#include <array>
#include <cstdint>

namespace surefoot::sim {

/// How a head with both sensors goes along a lane. Its middle is that of the two antennas; traces are taken at equal times.
struct DualLineOptions {
  double length_m = 10.0;
  double speed_m_s = 0.5;
  double place_jitter_m = 0.0;
  double place_jitter_length_m = 0.6;
  double radar_spacing_m = 0.02;
  double metal_spacing_m = 0.01;
  double metal_forward_m = 0.0;
};
template <class V>
void fields(V& v, DualLineOptions& o) {
  v(o.length_m, "length_m", Unit::metre, between(0.1, 1000), "Length of the lane.");
  v(o.speed_m_s, "speed_m_s", Unit::metre_per_second, between(0.01, 10), "Mean speed of the head.");
  v(o.place_jitter_m, "place_jitter_m", Unit::metre, between(0, 0.1),
    "How far the head is from where an even speed would have it, rms: the speed is not even.");
  v(o.place_jitter_length_m, "place_jitter_length_m", Unit::metre, above_to(0, 1000), "Correlation length of that.");
  v(o.radar_spacing_m, "radar_spacing_m", Unit::metre, between(1e-3, 1), "From one radar trace to the next.");
  v(o.metal_spacing_m, "metal_spacing_m", Unit::metre, between(1e-3, 1), "The same of the metal detector.");
  v(o.metal_forward_m, "metal_forward_m", Unit::metre, between(-2, 2),
    "The coils' middle lies so far before that of the antennas.");
}

/// The radar of a dual head, and the grid on which its field is computed.
struct DualRadarOptions {
  WaveletKind wavelet = WaveletKind::ricker;
  double centre_frequency_hz = 1e9;
  double offset_m = 0.06;
  Index n_samples = 256;
  double axis_start_s = -1e-9;
  double sample_interval_s = 4.6e-11;
  double cell_m = 0.005;
  double reach_m = 0.5;
  double depth_m = 0.35;
};
template <class V>
void fields(V& v, DualRadarOptions& o) {
  v(o.wavelet, "wavelet", Words(wavelet_words), "Form of the current in the transmitter.");
  v(o.centre_frequency_hz, "centre_frequency_hz", Unit::hertz, between(1e7, 1e10), "Where the current is strongest.");
  v(o.offset_m, "offset_m", Unit::metre, between(1e-3, 2), "From transmitter to receiver.");
  v(o.n_samples, "n_samples", Unit::samples, between(2, 65536), "Samples in a trace.");
  v(o.axis_start_s, "axis_start_s", Unit::second, between(-1e-6, 1e-6), "Time of the first sample after the emission.");
  v(o.sample_interval_s, "sample_interval_s", Unit::second, between(1e-13, 1e-8), "From one sample to the next.");
  v(o.cell_m, "cell_m", Unit::metre, between(5e-4, 0.1), "Cell of the grid: at most a tenth of the wave in the soil.");
  v(o.reach_m, "reach_m", Unit::metre, between(0.05, 10), "The field is computed so far to both sides of the head.");
  v(o.depth_m, "depth_m", Unit::metre, between(0.05, 10), "And so far below the mean ground.");
}

/// The soil as the radar sees it, with changes of all lengths between `variation_m` and 1 cm.
struct SectionOptions {
  double permittivity = 6.0;
  double conductivity_s_m = 0.005;
  double debye_drop = 0.0;
  double variation = 0.0;
  double variation_m = 0.3;
  double roughness_m = 0.0;
  double roughness_length_m = 0.3;
  double hurst = 0.5;
};
template <class V>
void fields(V& v, SectionOptions& o) {
  v(o.permittivity, "permittivity", Unit::none, between(1, 80), "Mean relative permittivity, of fast fields.");
  v(o.conductivity_s_m, "conductivity_s_m", Unit::siemens_per_metre, between(0, 10), "Mean conductivity.");
  v(o.debye_drop, "debye_drop", Unit::none, between(0, 80),
    "Permittivity of slow fields less that of fast ones: the water's relaxation, at 9.23 ps.");
  v(o.variation, "variation", Unit::none, between(0, 0.3), "Change of all three from place to place, rms share.");
  v(o.variation_m, "variation_m", Unit::metre, between(0.01, 100), "Longest length of that; the rest is fractal.");
  v(o.roughness_m, "roughness_m", Unit::metre, between(0, 0.2), "Height of the rough surface, rms, for both sensors.");
  v(o.roughness_length_m, "roughness_length_m", Unit::metre, between(0.01, 100), "Longest length of the same.");
  v(o.hurst, "hurst", Unit::none, between(0, 1), "A part half as long is 2^-hurst as strong: 0 is roughest.");
}

enum class BodyShape : std::uint8_t { box, ellipse };
inline constexpr std::array<const char*, 2> body_shape_words{"box", "ellipse"};

/// One piece of an object as the radar sees it. Later pieces lie in earlier ones: case, filler, air gap, metal.
struct BodyOptions {
  BodyShape shape = BodyShape::box;
  double forward_m = 0.0;
  double down_m = 0.0;
  double width_m = 0.1;
  double height_m = 0.05;
  double across_m = 0.1;
  double permittivity = 2.8;
  double conductivity_s_m = 0.0;
  bool conductor = false;
};
template <class V>
void fields(V& v, BodyOptions& o) {
  v(o.shape, "shape", Words(body_shape_words), "Its outline in the plane of the line.");
  v(o.forward_m, "forward_m", Unit::metre, between(-2, 2), "Its middle from that of the object, along x.");
  v(o.down_m, "down_m", Unit::metre, between(0, 2), "Its top from that of the object, downwards.");
  v(o.width_m, "width_m", Unit::metre, between(1e-3, 2), "Along the line.");
  v(o.height_m, "height_m", Unit::metre, between(1e-3, 2), "From its top to its bottom.");
  v(o.across_m, "across_m", Unit::metre, between(1e-3, 100), "Across the line: weakens it (Section); not a conductor.");
  v(o.permittivity, "permittivity", Unit::none, between(1, 100), "Relative permittivity.");
  v(o.conductivity_s_m, "conductivity_s_m", Unit::siemens_per_metre, between(0, 10), "Conductivity.");
  v(o.conductor, "conductor", "Perfect conductor.");
}

}  // namespace surefoot::sim
