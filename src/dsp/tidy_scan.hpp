// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/types.hpp>

#include <algorithm>
#include <bit>
#include <cstdint>
#include <limits>

namespace surefoot::dsp {

/// Looks at samples on their way out of a loop and tells whether all of them are fit to be stored (tidy.hpp): the loop then
/// need not be followed by another one.
class TidyScan {
 public:
  [[gnu::always_inline]] void see(Sample x) noexcept {
    const std::uint32_t magnitude = std::bit_cast<std::uint32_t>(x) & 0x7FFFFFFFU;
    largest_ = std::max(largest_, magnitude);
    smallest_ = std::min(smallest_, magnitude - 1U);
  }
  [[nodiscard]] bool tidy() const noexcept { return largest_ < infinite && smallest_ >= smallest_normal - 1U; }

  /// Infinities become the largest float32, subnormal numbers zero.
  [[gnu::always_inline]] static void repair(Sample* x, std::size_t n) noexcept {
    for (std::size_t i = 0; i < n; ++i) {
      const auto bits = std::bit_cast<std::int32_t>(x[i]);
      std::int32_t magnitude = bits & std::numeric_limits<std::int32_t>::max();
      magnitude = magnitude < static_cast<std::int32_t>(smallest_normal) ? 0 : magnitude;
      magnitude = std::min(magnitude, static_cast<std::int32_t>(infinite) - 1);
      x[i] = std::bit_cast<Sample>(magnitude | (bits & std::numeric_limits<std::int32_t>::min()));
    }
  }

 private:
  static constexpr std::uint32_t smallest_normal = 0x00800000U;
  static constexpr std::uint32_t infinite = 0x7F800000U;

  std::uint32_t largest_ = 0;
  std::uint32_t smallest_ = ~0U;  // less one, of the magnitudes that are not zero: zero less one is the largest number
};

}  // namespace surefoot::dsp
