// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/types.hpp>

#include <span>

namespace surefoot::emi {

struct DecayFitOptions {
  double least_tau_s = 1e-6;  ///< the search runs between these
  double most_tau_s = 1e-1;
  bool offset = false;       ///< a constant under the decay
  bool known_noise = false;  ///< weights are 1 / sigma; otherwise the rest says how large the noise is
};

/// One exponential through the gates of a decay, and how sure.
struct DecayFit {
  double tau_s = 0.0;
  double amplitude = 0.0;  ///< at t = 0, of either sign
  double offset = 0.0;
  double tau_sigma_s = 0.0;
  double amplitude_sigma = 0.0;
  double offset_sigma = 0.0;
  double correlation = 0.0;  ///< of tau and amplitude
  double rest = 0.0;         ///< weighted sum of squares
  Index degrees = 0;         ///< gates less numbers fitted
  bool usable = false;       ///< tau inside the limits, and its sigma below tau itself
};

/// Decay constant of one exponential, from means over gates: the plainest feature of a pulse-induction response.
///
///   minimise sum_g (w_g (y_g - offset - A gate_mean(tau, a_g, b_g)))^2;  A and offset by linear least squares for each tau,
///   ln tau by a scan of 32 values and Gauss-Newton steps on the projected problem
///   covariance (J^T J)^-1 of (offset, A, tau), times rest / degrees unless the noise is known
///
/// Shape     n gates, n + 1 edges in ascending order; weights n, or none: all 1. Gates of weight 0 do not count.
/// Units     edges in seconds after switch-off; y in any.
/// Edges     not usable, with zeros: fewer gates than numbers plus one, values that are not finite, all zero. Not usable, with
///           the numbers: a decay shorter or longer than the limits, or lost in noise.
/// Cost      about 55 evaluations of all gates: some 90 us for 30. No memory of its own; the same bits everywhere.
/// Not       several exponentials: DecaySpectrum. A sum of two fits one tau between them with a rest above the noise: look at
///           rest / degrees.
/// @source   emi.md F4; Golub and Pereyra, Inverse Problems 19, 2003
[[nodiscard]] DecayFit fit_decay(std::span<const double> edges_s, std::span<const double> gates,
                                 std::span<const double> weights, const DecayFitOptions& options = {}) noexcept;

}  // namespace surefoot::emi
