// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/fields.hpp>
#include <surefoot/base/stage_kinds.hpp>
#include <surefoot/dsp/fir_design.hpp>

#include <array>

namespace surefoot::gpr {

inline constexpr std::array fir_band_words{"bandpass", "lowpass", "highpass", "bandstop"};

struct FirOptions {
  dsp::FirBand band = dsp::FirBand::bandpass;
  double low_hz = 300e6;
  double high_hz = 2.5e9;
  Index taps = 101;
  dsp::Window window = dsp::Window::hamming;
  double kaiser_beta = 8.6;
};

template <class V>
void fields(V& v, FirOptions& o) {
  v(o.band, "band", Words(fir_band_words), "Which frequencies pass; bandstop: those outside the corners.");
  v(o.low_hz, "low_hz", Unit::hertz, above(0.0), "Lower corner, where the gain is 1/2; lowpass does not read it.");
  v(o.high_hz, "high_hz", Unit::hertz, above(0.0),
    "Upper corner, where the gain is 1/2, below half the sampling rate; highpass does not read it.");
  v(o.taps, "taps", Unit::samples, between(3.0, 65535.0),
    "Length of the filter, odd, at most that of the trace: the edges of the band are about 3.3 sampling rates / taps "
    "wide "
    "with hamming.");
  v(o.window, "window", Words(dsp::window_words),
    "Window of the sinc: hamming stops by 53 dB, hann by 44 dB, blackman by 74 dB with edges 1.7 times as wide, kaiser "
    "as "
    "kaiser_beta says.");
  v(o.kaiser_beta, "kaiser_beta", Unit::none, between(0.0, 30.0),
    "For kaiser: 0 is a rectangle, 5 stops by about 54 dB, 8.6 by 90 dB, with ever wider edges.");
}

/// The problem with these options on this input, if any.
[[nodiscard]] Problem validate(const FirOptions& options, const StreamSpec& in) noexcept;

/// Windowed-sinc filter along time, with its delay of (taps-1)/2 samples taken out exactly: an echo stays where it is.
///
///   y[i] = sum over k of h[k] x[i + (taps-1)/2 - k],  h symmetric: dsp/fir_design.hpp
///
/// Axis      along time; traces are independent. Shape (n_samples) in, the same out.
/// Edges     both ends are extended by (taps-1)/2 samples, point-mirrored at the end sample, as in gpr.bandpass: an offset and
///           a straight drift go through as in the middle. All samples are filtered.
/// Units     input unit kept; corners in hertz.
/// Non-finite input marks the whole trace Quality::non_finite; output is then zero.
/// Cost      O(n_samples taps), in double; latency 0 traces, no allocation after construction; about 3 us for 512 samples and
///           101 taps with AVX-512 (dsp/convolve.hpp). Outputs too small for a normal float32 become zero.
/// Not       steep: a band edge needs taps over several periods of it; gpr.bandpass is cheaper there. Rings before an echo as
///           much as after it.
///           Not ImpDAR's fir: that shifts by twice the delay and leaves the last rows unfiltered.
/// @throws ConfigError  (from the pipeline) unless low_hz < high_hz < half the sampling rate; if taps is even or more than
///                      n_samples.
/// @source   dsp/fir_design.hpp; practice as in RGPR (fFilter) and matGPR
class Fir final : public TraceMap {
 public:
  Fir(const FirOptions& options, const StreamSpec& in, Arena& arena) noexcept;

 private:
  void map(ConstTraceRef in, TraceRef out) noexcept override;

  std::span<double> taps_;
  std::span<double> padded_;  // (taps-1)/2 samples, the trace, (taps-1)/2 samples
  std::span<double> filtered_;
};

}  // namespace surefoot::gpr
