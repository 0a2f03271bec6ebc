// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/types.hpp>

#include <bit>
#include <cstdint>
#include <limits>

namespace surefoot::dsp {

/// Make computed samples fit to be stored: infinities become the largest float32, subnormal numbers become zero.
///
/// So a finite trace never turns infinite on its way, and subnormal numbers never slow down what comes next. NaN must not
/// come in: infinite results of finite inputs are the only non-finite ones.
///
/// Cost      one pass of integer operations that vectorises, about 0.1 us for 512 samples; a second one only where a sample
///           is subnormal or infinite.
/// @source   IEEE 754-2019, 3.4
inline void tidy(TraceRef samples) noexcept {
  constexpr std::uint32_t sign = 0x80000000U;
  constexpr std::uint32_t smallest_normal = 0x00800000U;
  constexpr std::uint32_t infinite = 0x7F800000U;
  std::uint32_t seen = 0;  // its top bit: some magnitude is neither zero nor in [smallest_normal, infinite)
  for (const Sample x : samples) {
    const std::uint32_t magnitude = std::bit_cast<std::uint32_t>(x) & ~sign;
    const std::uint32_t subnormal = (magnitude - smallest_normal) & (0U - magnitude);
    seen |= subnormal | (magnitude + (sign - infinite));
  }
  if ((seen & sign) == 0) return;
  for (Sample& x : samples) {
    const auto bits = std::bit_cast<std::int32_t>(x);
    std::int32_t magnitude = bits & std::numeric_limits<std::int32_t>::max();
    magnitude = magnitude < static_cast<std::int32_t>(smallest_normal) ? 0 : magnitude;
    magnitude = magnitude >= static_cast<std::int32_t>(infinite) ? static_cast<std::int32_t>(infinite) - 1 : magnitude;
    x = std::bit_cast<Sample>(magnitude | (bits & std::numeric_limits<std::int32_t>::min()));
  }
}

}  // namespace surefoot::dsp
