// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/fields.hpp>
#include <surefoot/base/stage_kinds.hpp>
#include <surefoot/dsp/fractional_delay.hpp>
#include <surefoot/gpr/antenna_separation.hpp>
#include <surefoot/gpr/bounce_race.hpp>

#include <array>

namespace surefoot::gpr {

enum class GroundMethod : std::uint8_t { track, known };
inline constexpr std::array<const char*, 2> ground_methods{"track", "known"};

struct GroundTrackOptions {
  GroundMethod method = GroundMethod::track;
  double min_standoff_m = 0.05;
  double max_standoff_m = 0.6;
  double height_m = 0.1;
  double separation_m = 0.0;
  TimeReference time_zero = TimeReference::direct_wave;
  double centre_frequency_hz = 0.0;
  double threshold = 1.0;
  double min_amplitude = 0.3;
  Index relock_traces = 200;
  bool compensate = true;
  double before_zero_s = 1e-9;
};

template <class V>
void fields(V& v, GroundTrackOptions& o) {
  v(o.method, "method", Words(ground_methods),
    "Follow the bounce from trace to trace, or take the height of the antennas as known.");
  v(o.min_standoff_m, "min_standoff_m", Unit::metre, between(0.0, 1000.0),
    "track: smallest standoff; what arrives before it is the direct wave.");
  v(o.max_standoff_m, "max_standoff_m", Unit::metre, above_to(0.0, 1000.0), "track: largest standoff.");
  v(o.height_m, "height_m", Unit::metre, between(0.0, 1000.0), "known: height of the antennas above the ground.");
  v(o.separation_m, "separation_m", Unit::metre, between(0.0, 100.0), "Distance between transmitter and receiver.");
  v(o.time_zero, "time_zero", Words(time_references),
    "What t = 0 of the input means: the emission, or the arrival of the direct wave.");
  v(o.centre_frequency_hz, "centre_frequency_hz", Unit::hertz, at_least(0.0),
    "track: centre frequency of the wave; 0 measures it on the first trace.");
  v(o.threshold, "threshold", Unit::none, between(0.05, 1.0),
    "track: share of the wave's peak, on its first flank, that marks its arrival; 1 for the peak itself.");
  v(o.min_amplitude, "min_amplitude", Unit::none, between(0.0, 1.0),
    "track: share of its usual strength below which the bounce counts as lost.");
  v(o.relock_traces, "relock_traces", Unit::traces, between(1, 1e9),
    "track: after so many lost traces in a row the wave of the bounce is learned anew.");
  v(o.compensate, "compensate", "Shift each trace so that the ground lies at t = 0.");
  v(o.before_zero_s, "before_zero_s", Unit::second, at_least(0.0),
    "compensate: time kept before the ground, rounded to whole samples.");
}

/// The problem with these options on this input, if any: the bounce must be able to lie inside the trace.
[[nodiscard]] Problem validate(const GroundTrackOptions& options, const StreamSpec& in) noexcept;

/// Follow the ground bounce of a hand-swung or airborne head, write the standoff into the tag, and take it out of the trace.
///
///   standoff h = sqrt((c T / 2)^2 - (s / 2)^2),  T = t_bounce + (direct_wave: s / c, emission: 0)
///   compensate:  y[i] = x(t_bounce + i step - before),  before = before_zero_s in whole samples
///   c = 299792458 m/s, s separation_m, T the time from emission to bounce; without separation h = c T / 2
///   known:  h = height_m, t_bounce from the same formula
///
/// track      gpr/bounce_tracker.hpp has the model, gpr/bounce_race.hpp what corrects a wrong beginning: the first arrival that
///            fits the wave of the bounce, its usual strength and its track, with a second echo close behind it where the data
///            ask for one. A strong shallow target arrives later and does not attract it. Either polarity; the wave is learned.
/// For imaging  tag.standoff_m is the height of the antenna pair above the ground, always: shifted or not. After compensation
///            the time since emission is  t + 2 sqrt(h^2 + (s/2)^2) / c  (t + 2 h / c without separation), so that back
///            projection with refraction needs both the trace and the tag (time_zero = "ground" of gpr.back_projection, gpr.volume
///            and gpr.depth). With compensate = false the axis is the input's.
/// Axis       along time; each trace by itself and by what was learned from those before it. Shape (n_samples) in, the same out.
///            compensate: the output axis starts at -before. Zeros from beyond the ends of the input; non-whole shifts by
///            dsp::FractionalDelay. Without: samples are copied, bit for bit.
/// Which point  of the wave counts: its peak, or the share `threshold` of it on the flank. Take the same as for time zero
///            (gpr.time_zero peak or threshold); a mismatch is a constant error of the standoff of c/2 times it.
/// Flags      Quality::ground_lost where no bounce is found: the last standoff is kept (before any: NaN, and the input's own
///            zero). Quality::warming_up until the wave has been learned from ten traces. known sets no flags.
/// Order      gpr.time_zero (or a file whose t = 0 is right), gpr.dewow or gpr.bandpass zero_phase, this, then background
///            removal: on traces aligned to the ground it takes the bounce away too. A direct wave that overlaps the bounce is
///            learned here for the search only; it stays in the trace. To take it out of the trace subtract a measured
///            reference (gpr.background) before this stage, never a mean over traces of a head that is held still.
/// Accuracy   error under 0.1 ns and not flagged: 99.5 % of traces and more on the lanes of tests/support/ground_lane.hpp, 3 cm rms
///            of standoff noise (white, correlated, swung by 10 cm), 5 cm dips, echoes twice as strong as the bounce 2 to 5 cm
///            under it, 20 dB of peak to rms, 0.5 to 3 GHz; 99.3 % and more on those of tests/support/air_lane.hpp: waves of one
///            to three periods, echoes 0.5 to 4 times the bounce 2 to 10 cm under it, 15 to 40 dB, gaps of 5 to 100 traces, no
///            bounce in the first 25. At 10 dB 91 and 96 %, 6 and 2 % flagged. Where there is no bounce all traces are flagged,
///            but for 1 of 150 where a line begins without one, and 5 % of a line of noise only.
/// Breaks on  two waves closer than an eighth of a period; a lane that begins over a target; a steady cart whose direct wave
///            overlaps the bounce; more than half of the bounce's strength lost from one trace to the next; a direct wave, as
///            strong as the bounce or stronger, that is still ringing where the bounce comes, so with antennas of two and more
///            periods lower than about a period and a half: subtract a measured reference first.
/// Cost       latency 0; 10 to 100 us a trace, mostly the search; known 2 us for 512 samples; no allocation after construction.
/// Non-finite input marks the whole trace Quality::non_finite; output is then zero and nothing is learned from it.
/// Not        a height over water or vegetation, nor of ground without contrast; not a velocity.
/// @throws ConfigError  (from the pipeline) if the bounce cannot lie inside the trace.
/// @source    our own
class GroundTrack final : public CausalStage {
 public:
  GroundTrack(const GroundTrackOptions& options, const StreamSpec& in, Arena& arena) noexcept;

 private:
  void step(ConstTraceRef in, TraceRef out, TraceTag& tag) noexcept override;
  void forget() noexcept override;
  void remember(StateArchive& archive) noexcept override;

  GroundTrackOptions options_;
  TraceAxis axis_;
  Index before_;     // samples kept before the ground
  double at_;        // the bounce in use, in samples of the input
  double standoff_;  // m
  BounceRace tracker_;
  dsp::FractionalDelay delay_;
};

}  // namespace surefoot::gpr
