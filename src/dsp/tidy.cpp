// SPDX-License-Identifier: MIT
#include <surefoot/dsp/tidy.hpp>

#include "../base/lanes.hpp"

#include <bit>
#include <cstdint>
#include <limits>

namespace surefoot::dsp {
namespace {

// Plain loops, at the vector width of the processor at hand.
struct Tidy {
  template <int>
  [[gnu::always_inline]] static inline void run(Sample* x, std::size_t n) noexcept {
    constexpr std::uint32_t sign = 0x80000000U;
    constexpr std::uint32_t smallest_normal = 0x00800000U;
    constexpr std::uint32_t infinite = 0x7F800000U;
    std::uint32_t seen = 0;  // its top bit: some magnitude is neither zero nor in [smallest_normal, infinite)
    for (std::size_t i = 0; i < n; ++i) {
      const std::uint32_t magnitude = std::bit_cast<std::uint32_t>(x[i]) & ~sign;
      const std::uint32_t subnormal = (magnitude - smallest_normal) & (0U - magnitude);
      seen |= subnormal | (magnitude + (sign - infinite));
    }
    if ((seen & sign) == 0) return;
    for (std::size_t i = 0; i < n; ++i) {
      const auto bits = std::bit_cast<std::int32_t>(x[i]);
      std::int32_t magnitude = bits & std::numeric_limits<std::int32_t>::max();
      magnitude = magnitude < static_cast<std::int32_t>(smallest_normal) ? 0 : magnitude;
      magnitude =
          magnitude >= static_cast<std::int32_t>(infinite) ? static_cast<std::int32_t>(infinite) - 1 : magnitude;
      x[i] = std::bit_cast<Sample>(magnitude | (bits & std::numeric_limits<std::int32_t>::min()));
    }
  }
};

}  // namespace

void tidy(TraceRef samples) noexcept { dispatch<Tidy>(samples.data(), samples.size()); }

}  // namespace surefoot::dsp
