// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/types.hpp>

namespace surefoot::dsp {

/// The next even length from n on whose only factors are 2, 3 and 5: both FFT back ends are fast there.
///
/// Edges     n <= 2 gives 2.
/// Cost      a few hundred divisions at most: such lengths lie close together.
/// @source   our own
[[nodiscard]] constexpr Index fft_size(Index n) noexcept {
  for (Index size = n <= 2 ? 2 : n + n % 2;; size += 2) {
    Index rest = size;
    for (const Index factor : {2, 3, 5})
      while (rest % factor == 0) rest /= factor;
    if (rest == 1) return size;
  }
}

/// The next length from n on that is a power of two or five times one: some more samples than fft_size(n), but both back ends
/// need half the time a sample there.
///
/// Edges     n <= 2 gives 2.
/// @source   measured with FFTW 3.3.10, ESTIMATE, one transform in cache: 1000 points 2.2 us, 1024 0.9 us, 2250 9.8 us, 2560 3.3 us
[[nodiscard]] constexpr Index fastest_fft_size(Index n) noexcept {
  Index two = 2;
  while (two < n) two *= 2;
  const Index five = two / 8 * 5;  // between two / 2 and two
  return five >= n && five % 2 == 0 && five > 2 ? five : two;
}

}  // namespace surefoot::dsp
