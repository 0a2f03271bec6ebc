// SPDX-License-Identifier: MIT
#include <surefoot/base/finite.hpp>

#include "lanes.hpp"

#include <bit>
#include <cstdint>

namespace surefoot {
namespace {

// A plain loop, at the vector width of the processor at hand.
struct AllFinite {
  template <int>
  [[gnu::always_inline]] static inline void run(const Sample* x, std::size_t n, bool* finite) noexcept {
    constexpr std::uint32_t magnitude = 0x7FFFFFFFU;
    constexpr auto bound = std::bit_cast<std::uint32_t>(too_large);
    std::uint32_t below = ~0U;  // top bit: all magnitudes so far lie below the bound, so that each difference wraps
    for (std::size_t i = 0; i < n; ++i) below &= (std::bit_cast<std::uint32_t>(x[i]) & magnitude) - bound;
    *finite = (below >> 31U) != 0;
  }
};

}  // namespace

bool all_finite(ConstTraceRef trace) noexcept {
  bool finite = false;
  dispatch<AllFinite>(trace.data(), trace.size(), &finite);
  return finite;
}

}  // namespace surefoot
