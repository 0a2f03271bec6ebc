// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/arena.hpp>
#include <surefoot/dsp/complex_fft.hpp>

#include <complex>
#include <span>

namespace surefoot::dsp {

/// Sums of rotating phasors at any even spacing, on any even grid: the inverse Fourier transform without its own grid.
///
///   y[n] = b[n] sum over k of a[k] x[k] e^(+2 pi j c k n),  k = 0 .. n_in - 1,  n = 0 .. n_out - 1
///
/// a and b are weights that the owner sets once. Where 1 / c is a whole number that is a good FFT length and that costs
/// less, one transform of that length does it; otherwise k n = (k^2 + n^2 - (n - k)^2) / 2 makes a convolution of it, two
/// transforms of at least n_in + n_out - 1 (Bluestein).
///
/// Accuracy  about 5e-7 of the largest |y| (float32 transforms); phases are made in double.
/// Shape     n_in complex values in, n_out out.
/// Edges     c in (0, 1]; n_in and n_out at least 1; ok() is false if c is not, or a transform would be longer than 2^24.
/// Cost      O((n_in + n_out) log); after construction nothing allocates. Of the host, as ComplexFft is.
/// @source   Bluestein, IEEE Trans. Audio Electroacoustics 18(4), 1970; Rabiner, Schafer and Rader, BSTJ 48(5), 1969
class ChirpZ {
 public:
  ChirpZ(Index n_in, Index n_out, double cycles, Arena& arena) noexcept;

  [[nodiscard]] bool ok() const noexcept { return fft_.ok(); }
  /// Length of the transforms.
  [[nodiscard]] Index n_fft() const noexcept { return fft_.n(); }
  /// True if one transform does it.
  [[nodiscard]] bool is_direct() const noexcept { return direct_; }

  /// Set a[k] and b[n]; both are 1 before.
  void weigh_input(Index k, std::complex<double> a) noexcept;
  void weigh_output(Index n, std::complex<double> b) noexcept;

  /// Transform n_in complex values, given as pairs of real and imaginary part.
  void run(std::span<const float> pairs) noexcept;
  /// Re y[n] and |y[n]| of what run() made; out has n_out values.
  void real_part(std::span<float> out) const noexcept;
  void magnitude(std::span<float> out) const noexcept;

 private:
  [[nodiscard]] std::complex<double> chirp(Index m) const noexcept;

  double cycles_;
  bool direct_;
  ComplexFft fft_;
  std::span<std::complex<float>> before_;  // a[k], and the chirp
  std::span<std::complex<float>> after_;   // b[n], the chirp, and what the inverse transform divides by
  std::span<std::complex<float>> filter_;  // spectrum of the chirp that is convolved with
  std::span<std::complex<float>> work_;
};

}  // namespace surefoot::dsp
