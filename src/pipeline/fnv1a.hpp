// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>

namespace surefoot {

/// FNV-1a, 64 bits: finds accidents, not forgers.
/// @source   Fowler, Noll, Vo; draft-eastlake-fnv
[[nodiscard]] inline std::uint64_t fnv1a(const void* data, std::size_t n,
                                         std::uint64_t h = 0xCBF29CE484222325ULL) noexcept {
  const auto* p = static_cast<const unsigned char*>(data);
  for (std::size_t i = 0; i < n; ++i) h = (h ^ p[i]) * 0x100000001B3ULL;
  return h;
}

}  // namespace surefoot
