// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/dsp/window.hpp>

#include <cstdint>
#include <span>

namespace surefoot::dsp {

enum class FirBand : std::uint8_t { bandpass, lowpass, highpass, bandstop };

/// What a windowed sinc shall be: lowpass reads high_hz alone, highpass low_hz alone, only kaiser kaiser_beta.
struct FirDesign {
  FirBand band = FirBand::bandpass;
  Window window = Window::hamming;
  double low_hz = 0.0;
  double high_hz = 0.0;
  double kaiser_beta = 8.6;
};

/// The taps of a windowed-sinc filter: scipy.signal.firwin(taps, corners, window=..., pass_zero=..., fs=...).
///
///   h[i] = w[i] sum over the pass bands [l, r] of (r sinc(r m) - l sinc(l m)),  m = i - (taps-1)/2,  sinc(x) = sin(pi x)/(pi x)
///   l, r in units of the Nyquist frequency; then scaled to a gain of 1 in the middle of the first pass band, at 0 if it
///   begins there, at the Nyquist frequency if it ends there
///   w: dsp/window.hpp
///
/// Symmetric: the delay is (taps-1)/2 samples at all frequencies. The gain at a corner is 1/2 (-6 dB).
///
/// Edges     the caller has checked that the number of taps is odd and at least 3, and 0 < corner < sample_rate / 2 (low < high).
/// Cost      about 50 ns a tap, kaiser 200 ns; the same bits on every processor (dsp/math.hpp).
/// @source   Oppenheim and Schafer, Discrete-Time Signal Processing, 7.5
void fir(const FirDesign& design, double sample_rate_hz, std::span<double> taps) noexcept;

}  // namespace surefoot::dsp
