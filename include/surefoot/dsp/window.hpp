// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/types.hpp>

#include <array>
#include <cstdint>

namespace surefoot::dsp {

/// Shapes of weights over a band or a stretch of samples.
enum class Window : std::uint8_t { rectangular, hann, hamming, blackman, kaiser };
inline constexpr std::array window_words{"rectangular", "hann", "hamming", "blackman", "kaiser"};

/// Weight k of n of a symmetric window: 1 or nearly so in the middle, the same at k and n - 1 - k.
///
///   u = k / (n - 1)
///   rectangular 1
///   hann        0.5 - 0.5 cos(2 pi u)
///   hamming     0.54 - 0.46 cos(2 pi u)
///   blackman    0.42 - 0.5 cos(2 pi u) + 0.08 cos(4 pi u)
///   kaiser      I0(beta sqrt(1 - (2 u - 1)^2)) / I0(beta)
///
/// As scipy.signal.get_window(name, n, fftbins=False), within 1e-15; the same bits everywhere.
///
/// Edges     n = 1 gives 1. hann and blackman are 0 at both ends (blackman exactly, where SciPy has -1e-17).
/// @source   Harris, Proc. IEEE 66(1), 1978; Kaiser and Schafer, IEEE Trans. ASSP 28(1), 1980
[[nodiscard]] double window_weight(Window window, Index k, Index n, double kaiser_beta) noexcept;

/// Modified Bessel function of the first kind, order 0, for |x| up to 700.
/// Accuracy  1e-14 relative.
/// @source   its power series: Abramowitz and Stegun 9.6.12
[[nodiscard]] double bessel_i0(double x) noexcept;

}  // namespace surefoot::dsp
