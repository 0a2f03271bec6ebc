// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/fields.hpp>
#include <surefoot/base/stage_kinds.hpp>

#include <array>
#include <cstdint>

namespace surefoot::gpr {

enum class GainMethod : std::uint8_t { power, exponential, agc };
inline constexpr std::array gain_method_words{"power", "exponential", "agc"};

struct GainOptions {
  GainMethod method = GainMethod::power;
  double exponent = 1.0;
  double reference_s = 10e-9;
  double rate_per_s = 1e8;
  double window_s = 5e-9;
  double max_gain_db = 60.0;
};

template <class V>
void fields(V& v, GainOptions& o) {
  v(o.method, "method", Words(gain_method_words),
    "power multiplies by a power of time, exponential by e to a multiple of time; agc divides by the level around each "
    "sample.");
  v(o.exponent, "exponent", Unit::none, between(0.0, 8.0), "For power: the exponent; 1 undoes spherical spreading.");
  v(o.reference_s, "reference_s", Unit::second, above(0.0), "For power: the two-way time at which the gain is 1.");
  v(o.rate_per_s, "rate_per_s", Unit::per_second, at_least(0.0),
    "For exponential: the attenuation that is undone, in nepers per second of two-way time.");
  v(o.window_s, "window_s", Unit::second, above(0.0), "For agc: length along time over which the level is measured.");
  v(o.max_gain_db, "max_gain_db", Unit::decibel, between(0.0, 100.0),
    "Largest gain: of power and exponential against 1, of agc against the gain that the whole trace's level would "
    "get.");
}

/// The problem with these options on this input, if any.
[[nodiscard]] Problem validate(const GainOptions& options, const StreamSpec& in) noexcept;

/// Gain along time: makes late echoes comparable with early ones.
///
///   power        y = x min((t / reference_s)^exponent, g),  with t^exponent = 0 for t < 0
///   exponential  y = x min(e^(rate_per_s t), g),  with t = 0 for t < 0
///   agc          y[i] = x[i] / sqrt(mean(x[a..b]^2) + mean(x^2) / g^2),  a = max(0, i-h),  b = min(n-1, i+h),
///                h = floor(window_s / sample_interval_s / 2)
///   g = 10^(max_gain_db / 20)
///
/// Axis      along time; traces are independent. Shape (n_samples) in, the same out.
/// Edges     t is two-way time from the axis: put gpr.time_zero before. power silences what lies before time zero (and time
///           zero itself, unless exponent is 0); exponential leaves it as it is. agc: the window shrinks to what exists; a
///           trace of zeros stays so.
/// Units     power, exponential: input unit kept. agc: plain numbers with an RMS near 1.
/// Non-finite input marks the whole trace Quality::non_finite; output is then zero.
/// Cost      O(n_samples) whatever the window; latency 0 traces, no allocation after construction. About 0.15 us for 512
///           samples, agc 1 us. Results beyond float32 are cut at its largest number.
/// Not       a restoration of amplitudes in the case of agc: it makes noise as loud as echoes wherever there are none, and
///           a strong echo throws a shadow of half a window on both sides. Do not score after it.
///           Not GPRPy's agcGain: that divides by the root of the *sum* of squares, so its level depends on the window.
///           Not Seismic Unix's sugain agc: there wagc is half the window, and quiet gates are left without a floor.
/// @throws ConfigError  (from the pipeline) if the axis is not two-way time, or for agc if window_s spans fewer than two
///                      samples.
/// @source   power and exponential: practice as in GPRPy, RGPR ("SEC"); agc: Yilmaz, Seismic Data Analysis (2001), 1.4.2
///           (RMS amplitude AGC); the floor is our own
class Gain final : public TraceMap {
 public:
  Gain(const GainOptions& options, const StreamSpec& in, Arena& arena) noexcept;

 private:
  void map(ConstTraceRef in, TraceRef out) noexcept override;
  void level(ConstTraceRef in, TraceRef out) noexcept;

  GainMethod method_;
  double floor_;              // agc: what is added to each mean square, as a share of the trace's
  std::size_t half_window_;   // agc
  std::span<double> factor_;  // power, exponential: the gain; agc: 1 / samples in the window
  // agc: squares between h zeros on both sides (and some more to fill the last block of 2h+1); sums within each block
  // from its start to here, and from here to its end.
  std::span<double> square_;
  std::span<double> from_start_;
  std::span<double> to_end_;
};

}  // namespace surefoot::gpr
