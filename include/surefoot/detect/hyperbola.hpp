// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/detect/depth_score.hpp>
#include <surefoot/dsp/hyperbola_bank.hpp>

namespace surefoot::detect {

inline constexpr std::array curve_match_words{"semblance", "ncc"};
inline constexpr std::array curve_score_words{"share", "energy", "product"};

struct HyperbolaOptions {
  dsp::CurveMatch match = dsp::CurveMatch::semblance;
  dsp::CurveScore score = dsp::CurveScore::product;
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
  DepthOptions depth{.end_s = 10e-9};
};

template <class V>
void fields(V& v, HyperbolaOptions& o) {
  v(o.match, "match", Words(curve_match_words),
    "Traces are compared with each other along a curve (semblance), or with a Ricker wave (ncc).");
  v(o.score, "score", Words(curve_score_words),
    "Odds of the share of the energy that a template explains, the energy that it explains, or energy times share.");
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
    "Length of line over which a hyperbola is followed; half of it is the latency.");
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
  fields(v, o.depth);
}

[[nodiscard]] Problem validate(const HyperbolaOptions& options, const StreamSpec& in) noexcept;

/// Score a trace by how well the traces around it follow a hyperbola whose apex lies under it.
///
///   value of a depth segment = the best of all templates of dsp::HyperbolaBank at all apex times in it
///   score as in DepthScore, the value in place of the energy
///   best = the template behind the segment of the largest z, with velocity and apex time between those of the bank
///
/// Axis      across traces; the score belongs to the trace over the apex.
/// Shape     (n_samples) in; the same out, or (segments) with emit = "z" or "log_energy".
/// Units     the score is a robust z of the logarithm of the value: larger is more anomalous. Input units do not matter.
/// Tag       score_time_s is the time of the best apex, depth_m the depth of its template; velocity, apex time and fit (the
///           share of the energy that the template explains, 0 to 1) are in the evidence.
/// Edges     at the ends of the line the half that is there is used: a share of few traces is large by chance, which its odds
///           make up for. Unusable traces are left out of all sums. A segment that no template reaches has z = 0. Traces at
///           which nothing at all was found have no best template.
/// Null      under white noise a single template's share is Beta(T/2, T(M-1)/2) for semblance, for ncc r^2 of a correlation over MT
///           samples: thresholds in dsp/thresholds.hpp. A score is the best of many, hence the z.
/// Cost      latency half the aperture in traces; 60 templates of 21 traces about 5 us a trace of 512 samples, the time grows
///           with velocities times widths; no allocation after construction.
/// Not       for traces at unequal distances: run gpr.trace_resample first; nor before the background is removed, a flat layer is
///           a wide flat top. Rough ground bends curves; a layer above the target does too, and the velocity is then an average.
///           The velocity is blind where the flanks are short against the depth.
/// @throws ConfigError  if the spacing of the traces is not known, if the aperture holds no neighbour, if the samples are too coarse
///           for the frequency or the segments shorter than a period together; as DepthScore.
/// @source   structure: reference/detection 2.9; see dsp::HyperbolaBank
class Hyperbola final : public WindowStage {
 public:
  Hyperbola(const HyperbolaOptions& options, const StreamSpec& in, Arena& arena) noexcept;

  [[nodiscard]] Index notes(std::span<Note> out) const noexcept override;

 private:
  void look(const TraceWindow& window, TraceRef out, TraceTag& tag) noexcept override;
  void forget() noexcept override;
  void remember(StateArchive& archive) noexcept override;

  void take_in(const TraceWindow& window, Index k) noexcept;

  Index half_;
  DepthScore score_;
  dsp::HyperbolaBank bank_;
  bool begun_ = false;
};

}  // namespace surefoot::detect
