// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/fields.hpp>
#include <surefoot/base/whole_line.hpp>
#include <surefoot/gpr/imaging.hpp>
#include <surefoot/gpr/time_reference.hpp>

namespace surefoot::gpr {

enum class ImageOutput : std::uint8_t { amplitude, envelope };
inline constexpr std::array image_output_words{"amplitude", "envelope"};

struct BackProjectionOptions {
  double velocity_m_per_s = 1e8;
  double antenna_offset_m = 0.0;
  double standoff_m = 0.0;
  TimeReference time_zero = TimeReference::emission;
  double aperture_deg = 60.0;
  double aperture_m = 2.0;
  double taper = 0.3;
  ImageOutput output = ImageOutput::amplitude;
  bool coherence = false;
  TracePlaces places = TracePlaces::automatic;
  double depth_step_m = 0.0;
  Index n_depths = 0;
};

/// The options of a sum over antennas above the ground, and of the depths that it is made for: those of a volume too.
template <class V, class Options>
void focusing_fields(V& v, Options& o) {
  v(o.velocity_m_per_s, "velocity_m_per_s", Unit::metre_per_second, above_to(0.0, 299792458.0),
    "Speed of the waves in the ground; in the air they run at that of light.");
  v(o.antenna_offset_m, "antenna_offset_m", Unit::metre, between(0.0, 100.0),
    "Distance from transmitter to receiver, along the way; the trace's place lies midway.");
  v(o.standoff_m, "standoff_m", Unit::metre, between(0.0, 1000.0),
    "Height of the antennas above the ground, for traces that do not say their own; below 5 mm they touch it.");
  v(o.time_zero, "time_zero", Words(time_references_over_ground),
    "What t = 0 of the input means: the emission, the direct wave through the air, or the bounce of the ground as "
    "gpr.ground_track lays it there.");
  v(o.aperture_deg, "aperture_deg", Unit::degree, above_to(0.0, 89.0),
    "Largest angle from the vertical under which a point looks at antennas that are summed.");
  v(o.aperture_m, "aperture_m", Unit::metre, above_to(0.0, 1000.0),
    "Largest distance across from a point to antennas that are summed; the smaller of both limits holds.");
  v(o.taper, "taper", Unit::none, between(0.0, 1.0),
    "Outer share of the aperture over which the weight falls smoothly to zero.");
  v(o.output, "output", Words(image_output_words),
    "Real part or magnitude of the sum of the analytic traces: the phase is kept while they are summed.");
  v(o.coherence, "coherence",
    "Multiply each pixel by its coherence factor: 1 where all traces agree in phase, near 0 where they do not.");
}
template <class V, class Options>
void depth_fields(V& v, Options& o) {
  v(o.depth_step_m, "depth_step_m", Unit::metre, between(0.0, 1000.0),
    "From one depth to the next; 0 takes velocity_m_per_s times half the sample interval.");
  v(o.n_depths, "n_depths", Unit::samples, between(0, 1e6), "Depths from the ground on; 0 takes as many as samples.");
}

template <class V>
void fields(V& v, BackProjectionOptions& o) {
  focusing_fields(v, o);
  v(o.places, "places", Words(trace_place_words),
    "Where the traces stand: their positions on the ground, their distances, or evenly.");
  depth_fields(v, o);
}

/// The problem with these options on this input, if any.
[[nodiscard]] Problem validate(const BackProjectionOptions& options, const StreamSpec& in) noexcept;

/// Back-projection (delay and sum) of a line, for antennas on or above flat ground.
///
///   A(P) = sum over m of w_m a_m(t(S_m, P) + t(R_m, P) - t_0) / sum of w_m,   a_m = x_m + j H x_m (analytic trace)
///   w_m  = taper,  t_0 = since_emission(time_zero, antenna_offset_m, standoff of m): gpr/time_reference.hpp
///   t    = least time from antenna to point: refracted at the ground for antennas in the air (dsp::trace_ray), straight
///          for antennas on it;  S_m, R_m = place of trace m -+ antenna_offset_m / 2 along the way
///   amplitude Re A, envelope |A|;  coherence multiplies by  CF = |sum w a|^2 / (sum w  sum w |a|^2)
///
/// A mean, not a sum: an echo that all traces share keeps its amplitude, and so its unit, also near the ends of the line.
/// The standoff is each tag's standoff_m where known, else the option. After gpr.time_zero t = 0 is the direct wave, after
/// gpr.ground_track with compensate the ground: say so in time_zero, or everything comes out too shallow. After gpr.sfcw this is
/// the coherent focus of stepped-frequency data.
///
/// Axis      in: two-way time. Out: depth below the ground, from 0 on, at each trace's place; as many traces as in, with
///           their tags. The way may bend: places are (x, y).
/// Edges     points at which no trace looks (less than 1/1000 of one weight) are zero. Times outside the record do not count.
///           Traces that are dropped or non_finite, or whose place is unknown, add nothing and come out zero.
/// Accuracy  one-way times within 1 ps of Fermat's for standoffs from 5 mm on; standoffs are rounded to 0.1 mm. Traces are
///           interpolated as in gpr.kirchhoff.
/// Cost      as gpr.kirchhoff; once more for envelope, twice more for coherence; a table of 1 ms for each standoff rounded
///           to 0.1 mm. Bits do not depend on the number of threads.
/// Not       for ground that is not flat under the aperture; not weighted for spreading and loss (gpr.gain before it).
///           Just above the ground (standoff to a few cm) wide rays run along it, as Fermat says; the echo they carry is
///           weak, so keep aperture_deg below 45 there. Coherence also lowers weak true echoes in clutter: it changes order.
/// @throws ConfigError  (from the pipeline) if the input is no two-way time; if the spacing is needed and unknown.
/// @source   delay and sum: Daniels (ed.), Ground Penetrating Radar, 2nd ed., 2004, ch. 7; refraction after Fermat;
///           coherence factor: Hollman, Rigby and O'Donnell, IEEE Ultrasonics Symposium, 1999
class BackProjection final : public WholeLineTo {
 public:
  BackProjection(const BackProjectionOptions& options, const StreamSpec& in, Arena& arena) noexcept;
  ~BackProjection() override;

  [[nodiscard]] bool one_to_one() const noexcept override { return true; }

 private:
  [[nodiscard]] Index findings(std::span<Note> out) const noexcept override;
  void process(ColumnRing& line, ColumnRing& made) noexcept override;

  BackProjectionOptions options_;
  double trace_spacing_m_;
  Index unknown_places_ = 0;
  imaging::DelaySum* sum_;
  std::span<imaging::Place> places_;
};

}  // namespace surefoot::gpr
