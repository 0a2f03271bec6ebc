// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

namespace surefoot::test {

/// What stands before the state of the stages: magic, version, description, input, size, hash.
inline constexpr std::size_t state_header = 40;

/// Make the checksum of a state that was changed right again, or else only the checksum is tested.
inline void sign(std::span<std::byte> state) {
  std::uint64_t h = 0xCBF29CE484222325ULL;  // FNV-1a
  for (const std::byte b : state.subspan(state_header)) h = (h ^ static_cast<unsigned char>(b)) * 0x100000001B3ULL;
  std::memcpy(state.data() + 32, &h, sizeof h);
}

}  // namespace surefoot::test
