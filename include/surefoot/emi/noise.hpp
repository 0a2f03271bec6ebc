// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/types.hpp>

#include <span>

namespace surefoot::emi {

// Figures of a receiver from blocks that it recorded: how much noise, in how wide a band, how many bits. For set-up, acceptance
// and reports, not for each trace; nothing allocates and the same bits come out everywhere.

/// Noise of a block that holds nothing else.
struct NoiseFigures {
  double mean = 0.0;
  double rms = 0.0;                  ///< about the mean, divisor n - 1
  double robust_rms = 0.0;           ///< 1.4826 times the median of |x - median|: one click in a block does not move it
  double density_per_root_hz = 0.0;  ///< rms / sqrt(rate / 2), one-sided, were it white
  Index samples = 0;                 ///< counted: those that are finite
};

/// Shape     any length; work as long as the block.
/// Edges     samples that are not finite are left out; fewer than two leave zeros.
/// Not       for drift or hum: both count as noise here.
/// @source   Hampel, JASA 69, 1974 (median of deviations)
[[nodiscard]] NoiseFigures noise_of(ConstTraceRef block, double rate_hz, std::span<Sample> work) noexcept;

/// A block that holds one tone.
struct ToneFigures {
  double amplitude = 0.0;
  double phase_rad = 0.0;  ///< of the cosine at the first sample
  double offset = 0.0;
  double frequency_hz = 0.0;
  double rest_rms = 0.0;  ///< noise and distortion: all that is neither tone nor offset
  double sinad_db = 0.0;  ///< 20 log10(amplitude / sqrt(2) / rest_rms)
  double enob =
      0.0;  ///< bits of an ideal converter over full_scale that leaves this rest: (fs / (rest sqrt(12))), log2
  Index clipped = 0;  ///< samples at or beyond +-full_scale: with any, the figures are not the receiver's noise
  bool usable = false;
};

/// Least squares of offset, cosine and sine, and of the frequency near the one given (four parameters).
///
///   ENOB = log2(2 full_scale / (rest_rms sqrt(12))), which is (SINAD - 1.76 dB) / 6.02 dB for a tone at full scale
///
/// Shape     at least two cycles and eight samples.
/// Units     hertz; full_scale: largest amplitude the converter takes, in the unit of the samples.
/// Edges     not usable: too short, a frequency outside (0, rate / 2), samples that are not finite, a tone that is lost in its
///           rest. A rest of zero gives infinities.
/// Cost      about 50 ns a sample and step, some 4 steps.
/// @source   IEEE Std 1057-2017, four-parameter sine fit
[[nodiscard]] ToneFigures tone_figures(ConstTraceRef block, double rate_hz, double frequency_hz,
                                       double full_scale) noexcept;

/// Equivalent noise bandwidth, one-sided, in hertz: white noise of density d leaves the filter with rms d sqrt(ENBW).
///
///   mean of n samples: rate / (2 n);  exponential mean y += a (x - y): a rate / (4 - 2a);
///   weights w: rate / 2 sum w^2 / (sum w)^2
/// @source   emi.md F11; Harris, Proc. IEEE 66(1), 1978
[[nodiscard]] double enbw_mean_hz(double rate_hz, Index n) noexcept;
[[nodiscard]] double enbw_exponential_hz(double rate_hz, double alpha) noexcept;
[[nodiscard]] double enbw_weights_hz(double rate_hz, std::span<const double> weights) noexcept;

/// Standard deviation of the in-phase (and the quadrature) part of a lock-in over n samples: noise_rms sqrt(2 / n).
[[nodiscard]] double lock_in_sigma(double noise_rms, Index n) noexcept;
/// 20 log10(signal_rms / noise_rms).
[[nodiscard]] double snr_db(double signal_rms, double noise_rms) noexcept;

}  // namespace surefoot::emi
