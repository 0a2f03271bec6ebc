// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/arena.hpp>
#include <surefoot/base/types.hpp>
#include <surefoot/dsp/tone_bank.hpp>

#include <span>

namespace surefoot::dsp {

/// A stretch of samples without a gap, all channels: sample i of channel c is samples[c * stride + i] and has the number first + i.
struct HarmonicRun {
  const Sample* samples = nullptr;
  Index stride = 0;
  Index first = 0;
  Index n = 0;
};

/// Least squares of a constant and the harmonics of one frequency, which is found as well.
///
///   x_c[n] = c_c + sum_{h=1}^{H} a_ch cos(2 pi h f n / rate) + b_ch sin(2 pi h f n / rate)
///
/// For a given f this is linear: J(f), the energy that the best amplitudes explain in all channels, is found from the sums of the
/// tone bank and the closed sums of cosines over the runs, which may have gaps. f is where J is largest: the best of a grid that
/// no lobe can slip through, then Newton's steps by differences.
/// Accuracy  of f without noise: 1e-9 / (H T); with noise the Cramer-Rao bound, tests/dsp/harmonic_fit_test.cpp.
/// Edges     run numbers rise. Less than one cycle in all, or equations that are singular: fit() is false.
/// Cost      11 evaluations of J and those of the grid (at most 0.4 lobes apart), each 0.2 ns a sample, harmonic and channel and 5 us a harmonic; no allocation.
/// @source   separable least squares: Golub and Pereyra, SIAM J. Numer. Anal. 10(2), 1973
class HarmonicFit {
 public:
  HarmonicFit(Index n_harmonics, Index n_channels, Arena& arena) noexcept;

  /// Find f within reach_hz of near_hz, and the amplitudes.
  bool fit(std::span<const HarmonicRun> runs, double rate_hz, double near_hz, double reach_hz) noexcept;
  /// Samples less the harmonics, not the constant; out has the layout of the run and may be its samples.
  void subtract(const HarmonicRun& run, Sample* out) noexcept;

  [[nodiscard]] double frequency_hz() const noexcept { return frequency_hz_; }
  /// Mean square that the harmonics explain in all channels, and that is left beside them and the constant.
  [[nodiscard]] double explained() const noexcept { return explained_; }
  [[nodiscard]] double left() const noexcept { return left_; }
  /// Amplitudes of channel c, harmonic h = 1 .. H: a and b.
  [[nodiscard]] double cosine(Index c, Index h) const noexcept { return solution_[at(c, 2 * h - 1)]; }
  [[nodiscard]] double sine(Index c, Index h) const noexcept { return solution_[at(c, 2 * h)]; }

 private:
  [[nodiscard]] std::size_t at(Index c, Index i) const noexcept { return to_size(c * n_unknowns_ + i); }
  /// J(f), or -1 where it cannot be had; leaves the solution.
  double evaluate(std::span<const HarmonicRun> runs, double hz) noexcept;
  void sum_samples(std::span<const HarmonicRun> runs) noexcept;
  void sum_cosines(std::span<const HarmonicRun> runs, double turns) noexcept;
  bool factor() noexcept;
  void make_waves() noexcept;

  Index n_harmonics_;
  Index n_channels_;
  Index n_unknowns_;
  ToneBank bank_;  // tone 0 is the constant
  std::span<double> sums_;
  std::span<double> cosines_;  // sum over n of cos and sin(2 pi m f n / rate), m = 0 .. 2 H
  std::span<double> matrix_;   // lower triangle, by rows
  std::span<double> solution_;
  std::span<double> waves_;  // cos and -sin of each harmonic over a chunk
  std::span<TurnStep> steps_;
  std::span<Phasor> starts_;
  double rate_hz_ = 1.0;
  double frequency_hz_ = 0.0;
  double explained_ = 0.0;
  double left_ = 0.0;
};

}  // namespace surefoot::dsp
