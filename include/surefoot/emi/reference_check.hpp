// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/fields.hpp>

#include <span>

namespace surefoot::emi {

/// How far a calibrated response of the Q-coil may lie from a single known pole.
struct ReferenceLimits {
  double corner_share = 0.01;     ///< of R / L
  double phase_rad = 0.0034907;   ///< 0.2 degrees, at each tone
  double amplitude_share = 0.03;  ///< of the pole's amplitude, at each tone
};

/// The factors that turn responses into those of a ferrite of known polarizability: real and positive at every tone.
///
///   factor_k = moment / (ferrite_k - air_k)
///
/// Shape     pairs of real and imaginary part, a tone each; all spans equally long. air may be empty.
/// Units     moment in m^3 (or 1); factors in its unit over that of the input.
/// Edges     a tone at which the ferrite gives nothing (0, or not finite) is a Problem of the field "ferrite"; its factor is 0.
/// Not       a proof: a wrong ferrite, or one that saturates, gives wrong factors. check_q_coil() finds that.
/// @source   emi.md F12; practice of wideband induction heads
[[nodiscard]] Problem ferrite_factors(std::span<const double> ferrite, std::span<const double> air, double moment,
                                      std::span<double> factors) noexcept;

/// What a Q-coil's response says about the calibration.
struct QCoilFit {
  double corner_hz = 0.0;        ///< R / (2 pi L) of the pole that fits best
  double amplitude = 0.0;        ///< of the pole, in units of the response
  double worst_phase_rad = 0.0;  ///< between response and the known pole, over the tones
  double worst_amplitude = 0.0;  ///< share by which a tone's amplitude is off that of the pole that fits best
  double residual = 1.0;         ///< rms of what the best pole leaves, as a share of the response
};

/// Fit the single pole of a shorted loop and judge it.
///
///   y_k = -a i x_k / (1 + i x_k),  x_k = f_k / corner_hz,  a > 0 and corner_hz by least squares
///
/// worst_phase_rad is measured against the pole at known_corner_hz, not at the fitted one.
/// Shape     response: pairs, one a tone. At least two tones.
/// Returns   a Problem of the field "corner_hz", "phase_rad" or "amplitude" with the value and its range where the limits are passed, and
///           of "q_coil" where the response is no pole at all: zero, negative, or the best pole at the end of the search.
/// Units     hertz; radians.
/// Edges     searched from a decade below the first to a decade above the last tone.
/// Cost      about 100 evaluations a tone; the same bits everywhere.
/// @source   emi.md F12; separable least squares: Golub and Pereyra, SIAM J. Numer. Anal. 10(2), 1973
[[nodiscard]] Problem check_q_coil(std::span<const double> tones_hz, std::span<const double> response,
                                   double known_corner_hz, const ReferenceLimits& limits, QCoilFit& fit) noexcept;

}  // namespace surefoot::emi
