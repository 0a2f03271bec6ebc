// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/fields.hpp>
#include <surefoot/base/stage_kinds.hpp>
#include <surefoot/dsp/ground_watch.hpp>

namespace surefoot::detect {

struct ContrastOptions {
  Index ahead_traces = 25;
  double footprint_m = 0.0;
  double start_s = -1e-6;
  double end_s = 1e-6;
  double window_s = 0.4e-9;
  double rate = 0.03;
  double clutter_db = -33.0;
  double clutter_exponent = 3.0;
  double clutter_reference_s = 1e-9;
  double roughness_m = 0.003;
  double polarity_z = 0.7;
  double polarity_rad = 0.4;
  double hover_limit_s = 60.0;
  Index warm_up_traces = 10;
  double surface_s = 1e-9;
};

template <class V>
void fields(V& v, ContrastOptions& o) {
  v(o.ahead_traces, "ahead_traces", Unit::traces, between(0, 10000),
    "Later traces that, with the trace itself, have taught background and clutter before it is scored: the latency.");
  v(o.footprint_m, "footprint_m", Unit::metre, between(0.0, 10.0),
    "Length of line over which traces are averaged before they teach and are scored, at most 1000 to each side; the "
    "output "
    "is not averaged. None where the spacing is not known.");
  v(o.start_s, "start_s", Unit::second, finite(), "Two-way time before which nothing is scored.");
  v(o.end_s, "end_s", Unit::second, finite(),
    "Two-way time beyond which nothing is scored; the trace's end at the latest.");
  v(o.window_s, "window_s", Unit::second, above(0.0),
    "Length along time over which energy is averaged: about half a period of the pulse.");
  v(o.rate, "rate", Unit::none, above_to(0.0, 1.0), "Rate a trace at which background and clutter follow.");
  v(o.clutter_db, "clutter_db", Unit::decibel, between(-200.0, 0.0),
    "Clutter that any soil is taken to have at time zero, against the strongest wave of the background.");
  v(o.clutter_exponent, "clutter_exponent", Unit::none, between(0.0, 20.0),
    "Power of 1 + t / clutter_reference_s by which the energy of that clutter falls.");
  v(o.clutter_reference_s, "clutter_reference_s", Unit::second, above(0.0),
    "Two-way time after the strongest wave over which that clutter begins to fall.");
  v(o.roughness_m, "roughness_m", Unit::metre, between(0.0, 10.0),
    "By so much the ground under the antennas is taken to rise and fall: it moves the pulse and leaves its slope.");
  v(o.polarity_z, "polarity_z", Unit::none, between(0.0, 100.0),
    "What an echo in the phase of a body that is lighter than soil gains, and one in the opposite phase loses.");
  v(o.polarity_rad, "polarity_rad", Unit::radian, between(-3.2, 3.2),
    "Phase of the echo of such a body against the strongest wave of the background.");
  dsp::hover_fields(v, o);
  v(o.warm_up_traces, "warm_up_traces", Unit::traces, between(0, 1000000),
    "A trace is flagged warming_up if fewer than so many have taught the background it is scored against.");
  v(o.surface_s, "surface_s", Unit::second, between(0.0, 1.0),
    "From so long after the strongest wave of the background on, an echo is from under the surface: the evidence tells "
    "the strongest of these. It changes no score.");
}

/// The problem with these options on this input, if any: one channel, and a sample must lie between start_s and end_s.
[[nodiscard]] Problem validate(const ContrastOptions& options, const StreamSpec& in) noexcept;

/// Score a trace by the energy that the background does not explain, over the clutter of its depth and of soils in general.
///
///   x = mean over the traces within footprint_m / 2;   E = mean of (x - B)^2 over window_s,   q = E / (V + P)
///   score = max(0, (max over t of ln q + 0.6 p) / 0.6)
///   P = A^2 10^(clutter_db / 10) (1 + (t - t_A) / clutter_reference_s)^-clutter_exponent + (2 roughness_m / c)^2 mean of B'^2
///   A^2 = largest mean of B^2 over window_s, at t_A;   p = polarity_z cos(phase of the echo - polarity_rad)
///   each trace, once:  g = max(rate, 1 / (1 + N)) / (1 + q),  B += g (x - B),  V += g (E - V),  N += 1 / (1 + q)
///
/// B, V and N are kept for each sample. The weight 1 / (1 + q) makes both robust: what stands out hardly teaches. V is a level
/// and no spread: on a lane of a few metres a spread learnt for each depth contains the targets themselves and hides them.
/// What soils have in general, P, stands in where the lane has taught little, and keeps very quiet soil from making much of a
/// small stone. 0.6 is the spread of ln E that real clutter has (2.6 dB), so that the score is about in standard deviations.
/// Phase     of the correlation of x - B with the strongest wave of B (2 window_s to each side, Hann) and, for the quadrature,
///           with the slope of that, where the two together are largest within window_s of the strongest q: about 0 to 1.5 for
///           plastic, wood and air in soil, +-pi for metal. So it ranks, and it cannot take away more than polarity_z.
///
/// Echo      the evidence tells, beside the score, ln q / 0.6 at its largest from t_A + surface_s on, not below 0, and the phase of
///           that echo, found as above, from -pi to pi: without the surface, and without polarity_z, so that who has another
///           sensor can weigh the two. Over lanes with bodies of known kind: about 0.5 to 1.8 for plastic and air, -0.2 to -1.9 for
///           metal that is small against the wave, +-pi for wide metal; within 3 cm of the surface phases mix.
///
/// Footprint steep flanks of hyperbolas, which would score away from their apex, cancel in the mean of neighbours; flat echoes stay.
/// Axis      across traces; t from window_s before the strongest wave of B on, so no earlier than start_s, to end_s.
/// Shape     (n_samples) in, the same out.
/// Units     the score is like a robust z: larger is more anomalous. A constant factor on the input changes nothing.
/// Edges     the first usable trace is the background of the next; the line's last ahead_traces are scored with what there
///           was. Nothing stands out (constant input, silence, a single trace): score 0 at an unknown time.
/// Standing  a trace over ground that the head has just been over (dsp::GroundWatch) is scored and teaches nothing, once ten
///           traces have taught.
/// Non-finite input: flagged, score 0; the trace teaches nothing.
/// Cost      about 40 n_samples operations and twice (4 w + 1) (8 w + 2) for the phases, w = window_s in samples, and two means over
///           the footprint; latency ahead_traces and half the footprint, whose first answer teaches them all at once. No allocation
///           after construction.
/// Not       after a gain, a background removal or a migration: it needs the strongest wave and the true fall of amplitudes.
///           Not for traces that are not aligned: run gpr.time_zero first. Blind where a line begins on a target, and within
///           about half a pulse of a rough surface. A void, wood or a wide stone looks like a mine to it.
/// @throws ConfigError  if no sample lies between start_s and end_s, or there are several channels.
/// @source   our own; weights as in the Cauchy M-estimator, Huber and Ronchetti, Robust Statistics, 2nd ed., 2009, ch. 4;
///           why no spread: src/decisions/0024-contrast.md
class Contrast final : public WindowStage {
 public:
  Contrast(const ContrastOptions& options, const StreamSpec& in, Arena& arena) noexcept;

 private:
  void look(const TraceWindow& window, TraceRef out, TraceTag& tag) noexcept override;
  void forget() noexcept override;
  void remember(StateArchive& archive) noexcept override;

  [[nodiscard]] ConstTraceRef footprint(const TraceWindow& window, Index k) noexcept;
  void teach(ConstTraceRef trace, const TraceTag& tag) noexcept;
  void measure_background() noexcept;
  void score(ConstTraceRef trace, TraceTag& tag) noexcept;
  void compare(ConstTraceRef trace) noexcept;
  void sum_squares(std::span<const double> x) noexcept;
  [[nodiscard]] double mean(std::size_t i) const noexcept;
  struct Wave {
    double in_phase = 0.0;
    double quadrature = 0.0;
  };
  [[nodiscard]] Wave wave_at(std::size_t strongest) const noexcept;
  [[nodiscard]] double polarity(std::size_t strongest) const noexcept;
  void tell_echo(Evidence& evidence) const noexcept;

  TraceAxis axis_;
  Index beside_;  // traces of the footprint on each side
  dsp::GroundWatch watch_;
  Index ahead_;
  Index half_;        // samples of the window on each side
  Index reach_;       // window_s in samples: how far the phase is looked for
  Index surface_;     // samples from the strongest wave to where echoes are from under the surface
  Index pulse_;       // samples of the pulse on each side of the strongest wave
  std::size_t from_;  // samples that are scored
  std::size_t to_;
  double rate_;
  double full_;  // traces that must have taught before anything freezes
  double jitter_;
  double polarity_z_;
  double cos_;
  double sin_;
  double warm_up_;
  std::span<double> background_;  // B
  std::span<double> level_;       // V
  std::span<double> prior_;       // P
  std::span<double> taught_;      // N
  std::span<double> fall_;        // of the clutter that any soil has
  std::span<double> residual_;
  std::span<double> contrast_;  // q
  std::span<double> sums_;      // running sums of squares
  std::span<double> taper_;
  std::span<double> shape_;  // the strongest wave of B
  std::span<double> slope_;  // its quadrature
  std::span<double> slices_;
  std::span<double> sum_;      // of the traces of a footprint
  std::span<Sample> mean_;     // their mean
  std::size_t strongest_ = 0;  // sample of the strongest wave of B
  Index traces_ = 0;           // that have taught, up to 1e9
  bool primed_ = false;
};

}  // namespace surefoot::detect
