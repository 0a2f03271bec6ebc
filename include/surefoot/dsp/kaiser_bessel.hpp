// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/arena.hpp>
#include <surefoot/base/types.hpp>

#include <array>

namespace surefoot::dsp {

/// The kernel that reads a discrete spectrum between its bins, or adds to it there: Kaiser and Bessel's, 8 bins wide.
///
///   phi(x) = I0(beta sqrt(1 - (x/4)^2)) / I0(beta) for |x| <= 4, else 0
///   beta = pi sqrt((8 / s)^2 (s - 1/2)^2 - 0.8),  s = oversampling: bins / samples
///
/// To read: with x[d], d = -n/2 .. n/2-1, and Y the transform over s n bins of x[d] / transform(d / (s n)), the spectrum at
/// any real bin p is X(p) = sum_j phi(p - j) Y[j]. To add is the transposed thing: a value at bin p goes to the bins j with
/// the weights phi(p - j), and the samples of the inverse transform are divided by transform().
///
/// Accuracy  1e-5 of the root mean square of X for s >= 1.5 (phi is tabulated at 256 fractions of a bin and interpolated
///           linearly); 7e-5 for s = 1.25.
/// Cost      weights() is 8 multiplications and additions from a table of 8 KiB; no allocation after construction.
/// Not       for samples beyond |d| <= n/2: the record must lie around sample 0, by a circular shift.
/// @source   Jackson et al., IEEE Trans. Medical Imaging 10(3), 1991; beta: Beatty, Nishimura and Pauly, same, 24(6), 2005, eq. 5
class KaiserBessel {
 public:
  static constexpr Index n_taps = 8;
  /// weights() belongs to the bins floor(p) - before .. floor(p) - before + 7.
  static constexpr Index before = 3;
  using Weights = std::array<float, to_size(n_taps)>;

  KaiserBessel(double oversampling, Arena& arena) noexcept;

  /// The weights for a bin p whose fraction p - floor(p) is f, in [0, 1).
  [[nodiscard]] Weights weights(float f) const noexcept {
    const float place = f * static_cast<float>(n_phases);
    const auto phase = static_cast<Index>(place);
    const float rest = place - static_cast<float>(phase);
    const float* const a = table_.data() + phase * n_taps;
    Weights out;
    for (std::size_t j = 0; j < out.size(); ++j) out[j] = a[j] + rest * (a[j + to_size(n_taps)] - a[j]);
    return out;
  }

  /// The Fourier transform of phi at x cycles a bin: what the samples are divided by.
  [[nodiscard]] double transform(double x) const noexcept;

 private:
  static constexpr Index n_phases = 256;

  double beta_;
  std::span<float> table_;  // n_phases + 1 rows of n_taps; one row more, since f may round up to 1
};

}  // namespace surefoot::dsp
