// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/arena.hpp>
#include <surefoot/base/types.hpp>

#include <array>

namespace surefoot::dsp {

/// Read a trace at positions between its samples: a windowed sinc of 12 taps.
///
///   y[i] = x(p + i) = sum_j h_j(f) x[floor(p) + i + j - 5],  f = p - floor(p),  j = 0..11
///   h_j(f) = sinc(f - j + 5) kaiser((f - j + 5) / 6, beta = 7.5), scaled so that their sum is 1
///
/// h is tabulated at 256 values of f and interpolated linearly between them.
///
/// Accuracy  error of the frequency response at most 3e-4 up to 0.5, 4e-4 up to 0.6 and 3e-2 up to 0.7 of the Nyquist
///           frequency. A whole number p copies the samples exactly.
/// Edges     positions before the first or after the last sample give zero; the kernel sees zeros beyond both ends, so within
///           six samples of an end the value is the band-limited one of a trace that stops there. Nothing is invented.
/// Shape     load() a trace of n_samples; read() any number of samples from it.
/// Cost      12 multiplications and additions a sample, vectorised; one copy to load; no allocation after construction.
/// @source   Laakso et al., Splitting the unit delay, IEEE Signal Processing Magazine 13(1), 1996; Kaiser window: (1974)
class FractionalDelay {
 public:
  static constexpr Index n_taps = 12;
  /// The untabulated h_0..h_11 of a fraction in [0, 1]: for positions that are known beforehand.
  static std::array<float, n_taps> weights(double fraction) noexcept;

  FractionalDelay(Index n_samples, Arena& arena) noexcept;

  /// Keep a copy of the trace (n_samples samples) to read from.
  void load(ConstTraceRef trace) noexcept;
  /// out[i] = trace(position + i). The position may lie anywhere; NaN reads zeros.
  void read(double position, TraceRef out) const noexcept;

 private:
  Index n_samples_;
  std::span<float> table_;    // rows of n_taps coefficients, one more than there are phases
  std::span<Sample> padded_;  // the trace between two margins of zeros
};

}  // namespace surefoot::dsp
