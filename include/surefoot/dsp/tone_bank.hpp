// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/arena.hpp>
#include <surefoot/base/types.hpp>
#include <surefoot/dsp/turns.hpp>

#include <cstdint>
#include <span>

namespace surefoot::dsp {

/// Sums of samples times the phasors of many tones, for several channels at once.
///
///   S_ck += sum_m x_c[first + m] e^(-2 pi i (first + m) step_k),  m = 0 .. n - 1
///
/// The sum is made in three levels whose phasors are all exact: 64 samples against a table of each tone (one matrix product
/// for all chunks, channels and tones), 16 chunks against a second table, and the segment of 1024 samples against the phase
/// that integers give for its first sample. No phasor is ever made from another: nothing drifts.
///
/// Accuracy  about 1e-15 of sum |x|, however large first is.
/// Exact     each sum has one fixed order; the same bits at every vector width.
/// Cost      2 multiplications and additions a tone and sample, in double; allocates nothing.
/// @source   our own; the levels are those of a two-dimensional twiddle table
class ToneBank {
 public:
  static constexpr Index chunk = 64;
  static constexpr Index chunks = 16;
  static constexpr Index segment = chunk * chunks;

  ToneBank(Index n_tones, Index n_channels, Arena& arena) noexcept;

  /// Tables of tone k; for each k once, after the arena was found to suffice.
  void set(Index k, const TurnStep& step) noexcept;
  /// Where the samples of a channel go before add(): room for a segment.
  [[nodiscard]] std::span<double> samples(Index channel) noexcept {
    return samples_.subspan(to_size(channel * segment), to_size(segment));
  }
  /// Add the first n samples (at most a segment) of each channel, the first of which has the number `first`, to the sums:
  /// pairs of real and imaginary part, tone after tone, channel after channel. What lies behind them is overwritten.
  void add(std::int64_t first, Index n, std::span<double> sums) noexcept;

  [[nodiscard]] Index n_tones() const noexcept { return n_tones_; }
  [[nodiscard]] Index n_channels() const noexcept { return n_channels_; }
  /// The samples wait between two add(): they belong to the state of a stage.
  [[nodiscard]] std::span<double> waiting() noexcept { return samples_; }

 private:
  Index n_tones_;
  Index n_channels_;
  std::span<TurnStep> steps_;
  std::span<double> samples_;   // segment doubles a channel
  std::span<double> table_;     // chunk rows of n_tones pairs, padded: e^(-2 pi i m step)
  std::span<double> turned_;    // chunks rows of n_tones pairs: e^(-2 pi i 64 j step)
  std::span<double> products_;  // chunks rows, padded as table_
  std::span<double> start_;     // phasors of the first sample
};

}  // namespace surefoot::dsp
