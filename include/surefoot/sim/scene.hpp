// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/fields.hpp>
#include <surefoot/base/line.hpp>
#include <surefoot/base/truth.hpp>
#include <surefoot/sim/carried.hpp>
#include <surefoot/sim/wavelet.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace surefoot::sim {

/// How the traces are taken.
struct LineOptions {
  Index n_traces = 400;
  Index n_samples = 512;
  double trace_spacing_m = 0.01;
  double trace_interval_s = 0.02;
  double axis_start_s = -1.5e-9;
  double sample_interval_s = 3.5e-11;
};
template <class V>
void fields(V& v, LineOptions& o) {
  v(o.n_traces, "n_traces", Unit::traces, between(1, 1e6), "Traces in the line.");
  v(o.n_samples, "n_samples", Unit::samples, between(2, 65536), "Samples in a trace.");
  v(o.trace_spacing_m, "trace_spacing_m", Unit::metre, above_to(0, 100), "From one trace to the next.");
  v(o.trace_interval_s, "trace_interval_s", Unit::second, above_to(0, 3600), "From one trace to the next.");
  v(o.axis_start_s, "axis_start_s", Unit::second, between(-1e-6, 1e-6), "Time of the first sample after the emission.");
  v(o.sample_interval_s, "sample_interval_s", Unit::second, between(1e-13, 1e-8), "From one sample to the next.");
}

/// The antenna pair: transmitter half the offset behind the trace's place, receiver half before it.
struct AntennaOptions {
  WaveletKind wavelet = WaveletKind::ricker;
  double centre_frequency_hz = 1e9;
  double offset_m = 0.06;
  double direct_wave = 0.05;
  double reflectivity = 0.1;
  Index pattern_power = 1;
};
template <class V>
void fields(V& v, AntennaOptions& o) {
  v(o.wavelet, "wavelet", Words(wavelet_words), "Form of the pulse.");
  v(o.centre_frequency_hz, "centre_frequency_hz", Unit::hertz, between(1e7, 1e10), "Where the pulse is strongest.");
  v(o.offset_m, "offset_m", Unit::metre, between(1e-3, 10), "From transmitter to receiver.");
  v(o.direct_wave, "direct_wave", Unit::none, between(-100, 100), "Strength of the wave straight through the air.");
  v(o.reflectivity, "reflectivity", Unit::none, between(-1, 1), "What the head sends back down: makes the multiple.");
  v(o.pattern_power, "pattern_power", Unit::none, between(0, 8), "Each antenna's pattern is cos(angle)^power.");
}

/// How the head is carried, and the surface under it.
struct GroundOptions {
  double standoff_m = 0.05;
  double wander_m = 0.0;
  double wander_length_m = 0.5;
  double jitter_m = 0.0;
  double roughness_m = 0.0;
  double roughness_length_m = 0.06;
  double scatterers_per_m = 0.0;
  double scatterer_m = 0.0;
};
template <class V>
void fields(V& v, GroundOptions& o) {
  carried_fields(v, o);
  v(o.roughness_m, "roughness_m", Unit::metre, between(0, 0.5), "Height of the rough surface, rms.");
  v(o.roughness_length_m, "roughness_length_m", Unit::metre, above_to(0, 1000), "Its correlation length.");
  v(o.scatterers_per_m, "scatterers_per_m", Unit::none, between(0, 1e4), "Small scatterers on the surface, a metre.");
  v(o.scatterer_m, "scatterer_m", Unit::metre, between(0, 1), "Their scattering length, rms.");
}

/// A layer of soil, from its top down to the next layer's.
struct LayerOptions {
  double top_m = 0.0;
  double permittivity = 6.0;
  double conductivity_s_m = 0.0;
  double slope = 0.0;
  double roughness_m = 0.0;
  double roughness_length_m = 0.3;
};
template <class V>
void fields(V& v, LayerOptions& o) {
  v(o.top_m, "top_m", Unit::metre, between(0, 100), "Depth of its top in the middle of the line.");
  v(o.permittivity, "permittivity", Unit::none, between(1, 100), "Relative permittivity.");
  v(o.conductivity_s_m, "conductivity_s_m", Unit::none, between(0, 10), "Conductivity in siemens a metre.");
  v(o.slope, "slope", Unit::none, between(-0.3, 0.3), "Dip of its top: metres deeper a metre of line.");
  v(o.roughness_m, "roughness_m", Unit::metre, between(0, 1), "Height of its rough top, rms.");
  v(o.roughness_length_m, "roughness_length_m", Unit::metre, above_to(0, 1000), "Its correlation length.");
}

/// Many weak scatterers in the soil: pebbles, small roots, moist spots.
struct ClutterOptions {
  double density_per_m2 = 0.0;
  double scatterer_m = 0.0;
  double top_m = 0.01;
  double bottom_m = 0.6;
};
template <class V>
void fields(V& v, ClutterOptions& o) {
  v(o.density_per_m2, "density_per_m2", Unit::none, between(0, 1e5), "Scatterers a square metre of the section.");
  v(o.scatterer_m, "scatterer_m", Unit::metre, between(0, 1), "Their scattering length, rms; normal, both signs.");
  v(o.top_m, "top_m", Unit::metre, between(1e-3, 100), "Depth from which they are found.");
  v(o.bottom_m, "bottom_m", Unit::metre, between(1e-3, 100), "Depth down to which they are found.");
}

/// What the receiver does to the field: gain, own ringing, wow, drift, noise, rails, counts.
struct ReceiverOptions {
  double gain = 0.1;
  double gain_drift = 0.0;
  double ringing = 0.0;
  double ringing_frequency_hz = 6e8;
  double ringing_decay_s = 1e-9;
  double wow = 0.0;
  double wow_decay_s = 4e-9;
  double drift = 0.0;
  double drift_length_m = 0.5;
  double noise = 0.0;
  double coloured_noise = 0.0;
  double colour = 0.9;
  double full_scale = 1.0;
  Index bits = 16;
};
template <class V>
void fields(V& v, ReceiverOptions& o) {
  v(o.gain, "gain", Unit::metre, above_to(0, 1e6), "Output for a field of 1/m (a perfect mirror at a path of 1 m).");
  v(o.gain_drift, "gain_drift", Unit::none, between(0, 0.5), "Slow change of the gain along the line, rms share.");
  v(o.ringing, "ringing", Unit::none, between(-1e3, 1e3), "The head's own ringing: about its largest value.");
  v(o.ringing_frequency_hz, "ringing_frequency_hz", Unit::hertz, between(1e6, 1e10), "Its frequency.");
  v(o.ringing_decay_s, "ringing_decay_s", Unit::second, between(1e-11, 1e-6), "Time of its largest envelope.");
  v(o.wow, "wow", Unit::none, between(-1e3, 1e3), "Slow swing along time after the emission: its largest value.");
  v(o.wow_decay_s, "wow_decay_s", Unit::second, between(1e-11, 1e-6), "Time of its largest value.");
  v(o.drift, "drift", Unit::none, between(0, 1e3), "Slow change of the zero line along the line, rms.");
  v(o.drift_length_m, "drift_length_m", Unit::metre, above_to(0, 1000), "Correlation length of gain and zero drift.");
  v(o.noise, "noise", Unit::none, between(0, 1e3), "White noise, rms.");
  v(o.coloured_noise, "coloured_noise", Unit::none, between(0, 1e3), "Noise with a memory along time, rms.");
  v(o.colour, "colour", Unit::none, between(0, 0.999), "Its memory from sample to sample.");
  v(o.full_scale, "full_scale", Unit::none, above_to(0, 1e9), "The rails: samples are clipped to it and flagged.");
  v(o.bits, "bits", Unit::none, between(0, 16), "Bits of the converter; 0: no rails and no rounding.");
}

/// Where the line starts and where it leads. What a scene claims here is invented.
struct OriginOptions {
  double latitude_deg = 0.0;
  double longitude_deg = 0.0;
  double height_m = 0.0;
  double azimuth_deg = 0.0;
};
template <class V>
void fields(V& v, OriginOptions& o) {
  v(o.latitude_deg, "latitude_deg", Unit::none, between(-89, 89), "WGS 84 latitude of the first trace, degrees.");
  v(o.longitude_deg, "longitude_deg", Unit::none, between(-180, 180), "WGS 84 longitude of the first trace, degrees.");
  v(o.height_m, "height_m", Unit::metre, between(-1000, 10000), "Height of the first trace.");
  v(o.azimuth_deg, "azimuth_deg", Unit::none, between(-360, 360),
    "Direction of the line from north over east, degrees.");
}

enum class TargetShape : std::uint8_t {
  point,     ///< small against the wavelength
  plate,     ///< a disc or box seen from above: flat top, two edges, flat bottom
  cylinder,  ///< lying across the line: a can, a root
  sphere     ///< a stone
};
inline constexpr std::array<const char*, 4> target_shape_words{"point", "plate", "cylinder", "sphere"};

/// One buried object. Width and height are its true sizes; a cylinder or sphere has the width as diameter.
struct TargetOptions {
  TargetShape shape = TargetShape::plate;
  double x_m = 0.0;
  double depth_m = 0.1;
  double width_m = 0.1;
  double height_m = 0.05;
  double permittivity = 2.9;
  bool conductor = false;
  double scatterer_m = 0.0;
};
template <class V>
void fields(V& v, TargetOptions& o) {
  v(o.shape, "shape", Words(target_shape_words), "How it scatters.");
  v(o.x_m, "x_m", Unit::metre, between(0, 1e6), "Place of its centre along the line.");
  v(o.depth_m, "depth_m", Unit::metre, between(1e-3, 100), "From the mean ground to its top.");
  v(o.width_m, "width_m", Unit::metre, between(1e-3, 10), "Along the line.");
  v(o.height_m, "height_m", Unit::metre, between(1e-3, 10), "From its top to its bottom.");
  v(o.permittivity, "permittivity", Unit::none, between(1, 100), "Relative permittivity of its body.");
  v(o.conductor, "conductor", "Metal outside: reflects all, lets nothing through.");
  v(o.scatterer_m, "scatterer_m", Unit::metre, between(-1, 1), "Scattering length of a point, or of parts within.");
}

struct SceneTarget {
  std::string name;
  std::string kind;   ///< mine-AP, mine-AT, ordnance or clutter
  std::string metal;  ///< none, minimum, low, small or high
  TargetOptions options;
};

/// A synthetic survey line as it is described: all that decides its bits.
struct Scene {
  std::string name = "lane";  ///< of the line, of its file and in truth.csv: letters, digits, - and _
  std::string instrument;
  std::string licence;
  std::string source;
  std::int64_t seed = 1;
  LineOptions line;
  AntennaOptions antenna;
  GroundOptions ground;
  std::vector<LayerOptions> layers{LayerOptions{}};
  ClutterOptions clutter;
  ReceiverOptions receiver;
  std::optional<OriginOptions> origin;
  std::vector<SceneTarget> targets;
};

/// Which sensor a scene is of: its key `modality`, "gpr" where absent, or "emi".
/// @throws ConfigError  if the text is no TOML, or another word stands there
[[nodiscard]] std::string scene_modality(std::string_view toml, std::string_view source = "scene");

/// Read a scene from TOML: `surefoot_scene = 1`, then one table for each member, [[layer]] and [[target]] as often as needed.
/// @throws ConfigError  naming path, line and column: unknown key, wrong type, value out of its range
[[nodiscard]] Scene parse_scene(std::string_view toml, std::string_view source = "scene");

/// @throws ConfigError  naming the first option that is out of its range or contradicts another
void validate(const Scene& scene);

/// A line with the truth under it.
struct SimulatedLine {
  Line line;
  Truth truth;
  double count_value = 0.0;  ///< value of one count of the converter; 0 where there was none
};

/// Simulate a line: the same scene gives the same bits on every compiler and processor.
///
///   trace(t) = gain * sum_k a_k w(t - t_k) + ringing + wow + drift + noise, clipped and rounded to counts
///
/// The arrivals (t_k, a_k) are those of SceneModel.
///
/// Units     samples in shares of full scale; time 0 is the emission.
/// Quality   traces with a sample at a rail are flagged Quality::saturated.
/// Cost      about 0.8 s for 600 traces of 512 samples with 8 targets and 1,100 scatterers.
/// Not       full-wave: see SceneModel for what is left out.
/// @throws ConfigError  as validate()
/// @source   our own
[[nodiscard]] SimulatedLine simulate(const Scene& scene);

}  // namespace surefoot::sim
