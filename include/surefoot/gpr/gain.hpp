// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/fields.hpp>
#include <surefoot/base/stage_kinds.hpp>

#include <array>
#include <cstdint>

namespace surefoot::gpr {

enum class GainMethod : std::uint8_t { power, exponential, agc, spherical, envelope, range_gain };
inline constexpr std::array gain_method_words{"power", "exponential", "agc", "spherical", "envelope", "range_gain"};

enum class RangeGainSense : std::uint8_t { remove, apply };
inline constexpr std::array range_gain_sense_words{"remove", "apply"};

struct GainOptions {
  GainMethod method = GainMethod::power;
  double exponent = 1.0;
  double reference_s = 10e-9;
  double rate_per_s = 1e8;
  double window_s = 5e-9;
  double max_gain_db = 60.0;
  double attenuation_db_per_m = 0.0;
  double velocity_m_per_s = 1e8;
  double share = 0.02;
  NumberList points_db{0.0, 0.0};
  RangeGainSense sense = RangeGainSense::remove;
};

template <class V>
void fields(V& v, GainOptions& o) {
  v(o.method, "method", Words(gain_method_words),
    "power multiplies by a power of time, exponential by e to a multiple of time, spherical by both; agc divides by "
    "the "
    "level around each sample, envelope by the smooth decay of the line; range_gain takes off what the recorder put "
    "on.");
  v(o.exponent, "exponent", Unit::none, between(0.0, 8.0),
    "For power and spherical: the exponent; 1 undoes spherical spreading.");
  v(o.reference_s, "reference_s", Unit::second, above(0.0),
    "For power and spherical: the two-way time at which the power of time is 1.");
  v(o.rate_per_s, "rate_per_s", Unit::per_second, at_least(0.0),
    "For exponential and spherical: the attenuation that is undone, in nepers per second of two-way time.");
  v(o.window_s, "window_s", Unit::second, above(0.0),
    "For agc and envelope: length along time over which the level is measured.");
  v(o.max_gain_db, "max_gain_db", Unit::decibel, between(0.0, 100.0),
    "Largest gain: against 1, but of agc against the gain that the whole trace's level would get; range_gain does not "
    "read it.");
  v(o.attenuation_db_per_m, "attenuation_db_per_m", Unit::decibel_per_metre, between(0.0, 1e6),
    "For spherical: attenuation of the soil along the path of the wave, undone in addition to rate_per_s.");
  v(o.velocity_m_per_s, "velocity_m_per_s", Unit::metre_per_second, above_to(0.0, 299792458.0),
    "For spherical: velocity of the wave, which turns attenuation_db_per_m into time.");
  v(o.share, "share", Unit::none, above_to(0.0, 1.0),
    "For envelope: share of each new trace in the running mean of the levels; 1 looks at each trace alone.");
  v(o.points_db, "points_db", Unit::decibel, between(-100.0, 150.0),
    "For range_gain: the recorder's gain at break points equally spaced from the first to the last sample.");
  v(o.sense, "sense", Words(range_gain_sense_words),
    "For range_gain: remove divides by the recorder's gain, apply multiplies by it.");
}

/// The problem with these options on this input, if any.
[[nodiscard]] Problem validate(const GainOptions& options, const StreamSpec& in) noexcept;

/// Gain along time: makes late echoes comparable with early ones.
///
///   power        y = x min((t / reference_s)^exponent, g),  with t^exponent = 0 for t < 0
///   exponential  y = x min(e^(rate_per_s t), g),  with t = 0 for t < 0
///   spherical    y = x min((t / reference_s)^exponent e^(a t), g),
///                a = rate_per_s + attenuation_db_per_m velocity_m_per_s ln(10) / 20
///   agc          y[i] = x[i] / sqrt(mean(x[a..b]^2) + mean(x^2) / g^2),  a = max(0, i-h),  b = min(n-1, i+h),
///                h = floor(window_s / sample_interval_s / 2)
///   envelope     y[i] = x[i] min(sqrt(D[0] / D[i]), g),  D[i] = max(E[i], ..., E[n-1]),
///                E[i] += w (mean(x[a..b]^2) - E[i]),  w = max(share, 1/k) for the k-th trace, this one included
///   range_gain   y[i] = x[i] 10^(-+ d[i] / 20),  - for remove; d linear in dB between the break points
///   g = 10^(max_gain_db / 20)
///
/// D is the smallest curve that falls along time and lies nowhere below the mean energy: where echoes end in noise the curve
/// is flat, and so is the gain.
///
/// Axis      along time; traces are independent, but for envelope with share < 1. Shape (n_samples) in, the same out.
/// Edges     t is two-way time from the axis: put gpr.time_zero before. power and spherical silence what lies before time
///           zero (and time zero itself, unless exponent is 0); exponential leaves it as it is. agc and envelope: the window
///           shrinks to what exists; a trace of zeros stays so.
///           envelope: causal across traces. Until 1/share traces were seen its output is flagged Quality::warming_up; a
///           trace that carries nothing (dropped, non_finite) teaches nothing.
/// Units     input unit kept, but for agc: plain numbers with an RMS near 1.
/// Non-finite input marks the whole trace Quality::non_finite; output is then zero.
/// Cost      O(n_samples) whatever the window; latency 0 traces, no allocation after construction. About 0.1 us for 512
///           samples, agc 1 us, envelope 1.5 us. The curve is kept in float32. Results beyond float32 are cut at its largest number.
/// Not       a restoration of amplitudes in the case of agc: it makes noise as loud as echoes wherever there are none, and
///           a strong echo throws a shadow of half a window on both sides. Do not score after it. envelope keeps amplitudes
///           comparable along time and, once its mean has settled, across traces; with share = 1 not.
///           range_gain knows no header: the reader's assumptions say what the recorder wrote.
///           Not GPRPy's agcGain: that divides by the root of the *sum* of squares, so its level depends on the window.
///           Not Seismic Unix's sugain agc: there wagc is half the window, and quiet gates are left without a floor.
///           Not RGPR's SEC, which is scaled to a quantile of its own result afterwards.
/// @throws ConfigError  (from the pipeline) if the axis is not two-way time; for agc and envelope if window_s spans fewer than
///                      two samples or more than the trace; for range_gain with fewer than two break points.
/// @source   power, exponential, spherical: practice as in GPRPy, RGPR ("SEC"); Annan, in Jol, Ground Penetrating Radar
///           (2009), 1.3 (spreading and attenuation); agc: Yilmaz, Seismic Data Analysis (2001), 1.4.2 (RMS amplitude AGC);
///           the floor and envelope are our own; range_gain: GSSI SIR-30 manual, appendix B, and matGPR
class Gain final : public CausalStage {
 public:
  Gain(const GainOptions& options, const StreamSpec& in, Arena& arena) noexcept;

 private:
  void step(ConstTraceRef in, TraceRef out, TraceTag& tag) noexcept override;
  void forget() noexcept override;
  void remember(StateArchive& archive) noexcept override;

  double sum_in_windows(ConstTraceRef in) noexcept;
  void level(ConstTraceRef in, TraceRef out) noexcept;
  void follow(ConstTraceRef in, TraceRef out, TraceTag& tag) noexcept;

  GainMethod method_;
  double floor_;                       // 1 / g^2
  double share_;                       // envelope
  Index start_up_;                     // envelope: 1 / share, rounded up
  Index seen_ = 0;                     // envelope: traces so far, counted up to start_up_
  std::size_t half_window_;            // agc, envelope
  std::span<Sample> curve_;            // the gain of each sample; empty for agc and envelope
  std::span<double> share_of_window_;  // agc, envelope: 1 / samples in the window
  // agc, envelope: squares between h zeros on both sides (and some more to fill the last block of 2h+1); sums within each
  // block from its start to here, and from here to its end.
  std::span<double> square_;
  std::span<double> from_start_;
  std::span<double> to_end_;
  std::span<double> energy_;  // envelope: E
};

}  // namespace surefoot::gpr
