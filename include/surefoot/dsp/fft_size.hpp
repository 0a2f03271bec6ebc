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

}  // namespace surefoot::dsp
