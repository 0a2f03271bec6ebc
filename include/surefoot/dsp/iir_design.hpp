// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/types.hpp>

#include <array>
#include <cstdint>

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

enum class IirFamily : std::uint8_t { butterworth, chebyshev, bessel };
enum class IirBand : std::uint8_t { bandpass, lowpass, highpass };

/// What a recursive filter shall be: lowpass reads high_hz alone, highpass low_hz alone, only chebyshev ripple_db.
struct IirDesign {
  IirFamily family = IirFamily::butterworth;
  IirBand band = IirBand::bandpass;
  Index order = 4;
  double low_hz = 0.0;
  double high_hz = 0.0;
  double ripple_db = 1.0;
};

/// Any of the three families in any band, designed as the Butterworth filters above.
///
///   butterworth  |H|^2 = 1 / (1 + u^(2 order)): flat, -3 dB at the corners
///   chebyshev    |H|^2 = 1 / (1 + e^2 T_order(u)^2), e^2 = 10^(ripple_db / 10) - 1: type I, between 0 and -ripple_db in the
///                pass band, -ripple_db at the corners: scipy.signal.cheby1
///   bessel       the flattest group delay of the analogue prototype; -3 dB at the corners: scipy.signal.bessel, norm="mag"
///
/// Edges     the caller has checked 1 <= order <= 8, 0.01 <= ripple_db <= 12 and the corners.
/// Not       SciPy's default norm="phase" for bessel: there the corner is not the -3 dB point, and depends on the order.
///           The bilinear transform bends the delay of a bessel filter near the Nyquist frequency.
/// @source   Oppenheim and Schafer, Discrete-Time Signal Processing, appendix B; Thomson, Proc. IEE 96 III (1949), 487
[[nodiscard]] Sections iir(const IirDesign& design, double sample_rate_hz) noexcept;

/// A notch: gain 0 at the frequency, 1 at 0 and at the Nyquist frequency, -3 dB at both ends of a band of frequency / quality.
///
///   H(z) = g (1 - 2 c/z + 1/z^2) / (1 - 2 g c/z + (2 g - 1)/z^2),  c = cos(2 pi f / sample_rate),
///   g = 1 / (1 + tan(pi f / (quality sample_rate)))
///
/// Edges     the caller has checked 0 < frequency < sample_rate / 2 and frequency / quality < sample_rate / 2.
/// @source   scipy.signal.iirnotch; Orfanidis, Introduction to Signal Processing (1996), 11.3
[[nodiscard]] Sections notch(double frequency_hz, double quality, double sample_rate_hz) noexcept;

/// The states of all sections when the input has been 1 for ever: scipy.signal.sosfilt_zi. Unused sections have zeros.
/// Edges     the filter must have no pole at z = 1 (none of these has).
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
