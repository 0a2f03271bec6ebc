// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/fields.hpp>
#include <surefoot/base/whole_line.hpp>
#include <surefoot/gpr/imaging.hpp>
#include <surefoot/gpr/time_reference.hpp>

namespace surefoot::gpr {

struct KirchhoffOptions {
  double velocity_m_per_s = 1e8;
  double antenna_offset_m = 0.0;
  TimeReference time_zero = TimeReference::emission;
  double aperture_deg = 60.0;
  double aperture_m = 2.0;
  double taper = 0.3;
  double alias_hz = 0.0;
  bool topography = false;
  TracePlaces places = TracePlaces::automatic;
  double depth_step_m = 0.0;
  Index n_depths = 0;
};

template <class V>
void fields(V& v, KirchhoffOptions& o) {
  v(o.velocity_m_per_s, "velocity_m_per_s", Unit::metre_per_second, above_to(0.0, 299792458.0),
    "Speed of the waves in the ground.");
  v(o.antenna_offset_m, "antenna_offset_m", Unit::metre, between(0.0, 100.0),
    "Distance from transmitter to receiver, along the line; the trace's place lies midway.");
  v(o.time_zero, "time_zero", Words(time_references),
    "What t = 0 of the input means: the emission, or the arrival of the direct wave through the air.");
  v(o.aperture_deg, "aperture_deg", Unit::degree, above_to(0.0, 89.0),
    "Largest angle from the vertical under which a point looks at a trace that is summed.");
  v(o.aperture_m, "aperture_m", Unit::metre, above_to(0.0, 1000.0),
    "Largest distance along the line from a point to a trace that is summed; the smaller of both limits holds.");
  v(o.taper, "taper", Unit::none, between(0.0, 1.0),
    "Outer share of the aperture over which the weight falls smoothly to zero.");
  v(o.alias_hz, "alias_hz", Unit::hertz, between(0.0, 1e12),
    "Highest frequency of the traces: steeper dips than it can show at this spacing are left out; 0 leaves none out.");
  v(o.topography, "topography",
    "The antennas stand at the heights in the traces' positions (z), and so do the tops of the image's columns.");
  v(o.places, "places", Words(trace_place_words),
    "Where the traces stand along the line: their distances, the length of the way over their positions, or evenly.");
  v(o.depth_step_m, "depth_step_m", Unit::metre, between(0.0, 1000.0),
    "From one depth to the next; 0 takes velocity_m_per_s times half the sample interval.");
  v(o.n_depths, "n_depths", Unit::samples, between(0, 1e6), "Depths from the surface on; 0 takes as many as samples.");
}

/// The problem with these options on this input, if any.
[[nodiscard]] Problem validate(const KirchhoffOptions& options, const StreamSpec& in) noexcept;

/// Kirchhoff depth migration along a line: each pixel is the sum of the traces along its diffraction curve.
///
///   I(x, d) = sum over m of  taper  dx_m  cos  /  sqrt(pi v r)  q_m((|S_m - P| + |P - R_m|) / v - t_0)
///   S_m, R_m = place of trace m -+ antenna_offset_m / 2,  r = half the path,  cos = mean of both legs' cosines to the vertical
///   q_m = trace m through sqrt(-j w): the half derivative along time;  dx_m = half the distance between its neighbours
///   t_0 = 0 for emission, antenna_offset_m / c for direct_wave (as gpr.time_zero leaves the traces)
///
/// A flat reflector keeps its wave and its amplitude: the spreading, the obliquity and the half derivative undo what a line
/// of antennas adds.
///
/// Axis      in: two-way time. Out: depth below the surface at the trace, from 0 on; as many traces as in, with their tags.
/// Topography  P lies under the surface of its own trace, S and R stand at the heights of theirs, straight rays in between.
/// Edges     the aperture is cut at the ends of the line. Depth 0 has no angle and is zero. dx_m is at most twice the mean
///           (gaps) and 5.2 d (a shallow point is not fed by one trace alone). Echoes outside the record count as zero.
///           Traces that are dropped or non_finite, or whose place is unknown, add nothing and come out zero.
///           A single trace has the line's spacing as dx_m, or none: then the image is zero.
/// Accuracy  traces are oversampled four times and then interpolated linearly: at most (pi f sample_interval_s / 4)^2 / 2 of a
///           frequency f is lost (0.5 % at an eighth of the sampling rate, 1.9 % at a quarter). All else is float32.
/// Cost      one update for each depth and trace in the aperture. Evenly spaced traces on flat ground: 3 updates/ns on one
///           AVX-512 core, filter included; any other: 0.5. Latency: the whole line; 16 bytes of memory a sample beside the line and its image.
///           Bits do not depend on the number of threads.
/// Not       for a velocity that changes with depth; for antennas above the ground (gpr.back_projection refracts). With
///           antenna_offset_m the amplitude of dipping reflectors is that of the mean of both legs, not exact. Taken over
///           data with the direct wave still in, the image shows smiles: remove the background first.
/// @throws ConfigError  (from the pipeline) if the input is no two-way time; if the spacing is needed and unknown.
/// @source   Schneider, Geophysics 43(1), 1978, eq. 9 in two dimensions; Yilmaz, Seismic Data Analysis, 2001, sec. 4.2;
///           weights with offset by stationary phase over a flat reflector, our own
class Kirchhoff final : public WholeLineTo {
 public:
  Kirchhoff(const KirchhoffOptions& options, const StreamSpec& in, Arena& arena) noexcept;
  ~Kirchhoff() override;

  [[nodiscard]] bool one_to_one() const noexcept override { return true; }

 private:
  [[nodiscard]] Index findings(std::span<Note> out) const noexcept override;
  void process(ColumnRing& line, ColumnRing& made) noexcept override;

  KirchhoffOptions options_;
  double trace_spacing_m_;
  Index unknown_places_ = 0;
  imaging::DelaySum* sum_;
  std::span<imaging::Place> places_;
};

}  // namespace surefoot::gpr
