// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>

namespace surefoot::sim {

enum class WaveletKind : std::uint8_t { ricker, gaussian_derivative };
inline constexpr std::array<const char*, 2> wavelet_words{"ricker", "gaussian_derivative"};

/// The pulse of a simulated antenna pair, centred on time 0, largest absolute value 1.
///
///   ricker:               w(t) = (1 - 2a) exp(-a),               a = (pi f t)^2
///   gaussian_derivative:  w(t) = -2 pi f t exp(1/2 - (2 pi f t)^2 / 2)
///
/// f is the frequency at which the amplitude spectrum is largest, for both.
///
/// Units     seconds, hertz; the value is a plain number.
/// Edges     a Ricker has its peak at 0, the derivative of a Gaussian crosses zero there, falling.
/// Cost      one deterministic exponential.
/// @source   Ricker (1953), Geophysics 18(1); derivatives of exp(-t^2)
[[nodiscard]] double wavelet(WaveletKind kind, double t_s, double centre_frequency_hz) noexcept;

/// Beyond this time from its centre the wavelet is smaller than 1e-8 of its peak.
///
/// Units     seconds.
[[nodiscard]] double wavelet_half_length_s(double centre_frequency_hz) noexcept;

}  // namespace surefoot::sim
