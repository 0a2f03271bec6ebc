// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/types.hpp>

#include <array>

namespace surefoot::dsp {

/// One second-order section: H(z) = (b0 + b1/z + b2/z^2) / (1 + a1/z + a2/z^2).
struct Biquad {
  double b0 = 1.0;
  double b1 = 0.0;
  double b2 = 0.0;
  double a1 = 0.0;
  double a2 = 0.0;
};

/// A filter as a product of second-order sections, the one with the sharpest poles last.
struct Sections {
  static constexpr Index max_count = 8;
  std::array<Biquad, max_count> section{};
  Index count = 0;
};

/// The two delays of one section in transposed direct form II.
struct BiquadState {
  double s1 = 0.0;
  double s2 = 0.0;
};
using SectionStates = std::array<BiquadState, Sections::max_count>;

/// Butterworth filters: analogue prototype of the given order, corners prewarped, bilinear transform, poles and zeros paired
/// nearest first, so that the sections are those of scipy.signal.butter(order, corners, btype, fs=..., output="sos").
///
///   |H(f)|^2 = 1 / (1 + u^(2 order)),  u = w/w_corner (low), w_corner/w (high), (w^2 - w_low w_high)/(w (w_high - w_low))
///   (band),  w = tan(pi f / sample_rate)
///
/// The band-pass has order poles at each edge: 2 order in all, in `order` sections. Low- and high-pass have (order + 1) / 2.
///
/// Edges     the caller has checked 1 <= order <= 8 and 0 < corner < sample_rate / 2 (low < high).
/// Cost      a few microseconds; no allocation; the same bits on every processor (dsp/math.hpp).
/// @source   Oppenheim and Schafer, Discrete-Time Signal Processing, 7.1.2; pairing as scipy.signal.zpk2sos ("nearest")
[[nodiscard]] Sections butterworth_lowpass(Index order, double corner_hz, double sample_rate_hz) noexcept;
[[nodiscard]] Sections butterworth_highpass(Index order, double corner_hz, double sample_rate_hz) noexcept;
[[nodiscard]] Sections butterworth_bandpass(Index order, double low_hz, double high_hz, double sample_rate_hz) noexcept;

/// The states of all sections when the input has been 1 for ever: scipy.signal.sosfilt_zi. Unused sections have zeros.
/// Edges     the filter must have no pole at z = 1 (a Butterworth filter never has).
[[nodiscard]] SectionStates steady_states(const Sections& sections) noexcept;

/// H at a frequency.
struct Response {
  double re = 0.0;
  double im = 0.0;
};
[[nodiscard]] Response response(const Sections& sections, double frequency_hz, double sample_rate_hz) noexcept;

/// Samples by which scipy.signal.sosfiltfilt extends each end by default: 3 times the number of taps.
[[nodiscard]] Index default_padding(const Sections& sections) noexcept;

/// What rounding of coefficients and states to double can do to the output, relative to it: an estimate from the poles.
///
///   sum over sections of  2^-53 (1 + |a1| + |a2|) / min |A(e^jw)|,  A(z) = 1 + a1/z + a2/z^2
///
/// A corner at the fraction c of the sampling rate makes min |A| about c^2: at c = 1e-4 the estimate is near 1e-8, at
/// 1e-6 near 1e-4. Float32 states would be 5e8 times worse, which is why states are double.
/// @source   our own; sensitivity of direct forms: Oppenheim and Schafer, 6.8
[[nodiscard]] double rounding_error(const Sections& sections) noexcept;

}  // namespace surefoot::dsp
