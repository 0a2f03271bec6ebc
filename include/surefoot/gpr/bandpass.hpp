// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/gpr/section_filter.hpp>

namespace surefoot::gpr {

inline constexpr std::array filter_family_words{"butterworth", "chebyshev", "bessel"};
inline constexpr std::array filter_band_words{"bandpass", "lowpass", "highpass"};

struct BandpassOptions {
  FilterMethod method = FilterMethod::zero_phase;
  double low_hz = 300e6;
  double high_hz = 2.5e9;
  Index order = 4;
  FilterStart start = FilterStart::steady;
  dsp::IirFamily family = dsp::IirFamily::butterworth;
  dsp::IirBand band = dsp::IirBand::bandpass;
  double ripple_db = 1.0;
};

template <class V>
void fields(V& v, BandpassOptions& o) {
  v(o.method, "method", Words(filter_method_words),
    "zero_phase runs forwards and backwards and moves nothing in time; causal runs once, delays, and keeps what comes "
    "before an echo free of ringing.");
  v(o.low_hz, "low_hz", Unit::hertz, above(0.0),
    "Lower corner: -3 dB for causal, -6 dB for zero_phase (chebyshev: ripple_db and twice that); lowpass does not read "
    "it.");
  v(o.high_hz, "high_hz", Unit::hertz, above(0.0),
    "Upper corner, below half the sampling rate; highpass does not read it.");
  v(o.order, "order", Unit::none, between(1.0, 8.0), "Order of the prototype: so many poles at each corner.");
  v(o.start, "start", Words(filter_start_words),
    "Memory at the first sample of a trace, for causal: steady, as if that sample had lasted for ever; rest, zeros; "
    "previous_trace, what the previous trace left.");
  v(o.family, "family", Words(filter_family_words),
    "butterworth is flat in the band, chebyshev ripples there and falls faster beside it, bessel delays all "
    "frequencies nearly alike and rings least.");
  v(o.band, "band", Words(filter_band_words), "Which frequencies pass.");
  v(o.ripple_db, "ripple_db", Unit::decibel, between(0.01, 12.0),
    "For chebyshev: how far the gain dips within the band, in one run of the filter.");
}

/// The problem with these options on this input, if any.
[[nodiscard]] Problem validate(const BandpassOptions& options, const StreamSpec& in) noexcept;

/// Recursive band-pass, low-pass or high-pass along time: Butterworth, Chebyshev (type I) or Bessel.
///
///   butterworth, bandpass:  |H(f)|^2 = 1 / (1 + ((w^2 - w_low w_high) / (w (w_high - w_low)))^(2 order)),
///   w = tan(pi f sample_interval_s); the others in dsp/iir_design.hpp
///
/// zero_phase gives |H|^2 and no phase: scipy.signal.sosfiltfilt with its defaults. causal gives H: scipy.signal.sosfilt.
///
/// Axis      along time; traces are independent, except with start = previous_trace. Shape (n_samples) in, the same out.
/// Edges     those of SectionFilter. zero_phase extends both ends by 3 (2 order + 1) samples (lowpass and highpass:
///           3 (order + 1)); a trace that is not longer than the extension is refused.
/// Units     input unit kept; corners in hertz.
/// Non-finite input marks the whole trace Quality::non_finite; output is then zero.
/// Cost      O(n_samples order), latency 0 traces, no allocation after construction; about 3 us for 512 samples, order 4,
///           zero_phase. Outputs too small for a normal float32 become zero.
/// Not       for corners below about 1e-6 of the sampling rate: refused where rounding in double would show.
///           zero_phase rings before an echo as much as after it; chebyshev rings longest.
///           Not ImpDAR's vertical_band_pass: that casts its result back to the input's integers.
/// @throws ConfigError  (from the pipeline) unless low_hz < high_hz < half the sampling rate; if a trace is too short for
///                      zero_phase; if double precision is not enough.
/// @source   dsp/iir_design.hpp
class Bandpass final : public SectionFilter {
 public:
  Bandpass(const BandpassOptions& options, const StreamSpec& in, Arena& arena) noexcept;
};

}  // namespace surefoot::gpr
