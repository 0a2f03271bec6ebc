// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#if defined(__linux__)
#include <sys/mman.h>
#include <unistd.h>
#endif

namespace surefoot {

/// Say that this memory will soon be written from end to end: where the system can, it then gives large pages, and a whole
/// line costs a handful of page faults instead of thousands. A hint, and nothing else: what is computed does not change.
inline void expect_use([[maybe_unused]] std::span<std::byte> memory) noexcept {
#if defined(__linux__) && defined(MADV_HUGEPAGE)
  constexpr std::size_t worth_it = std::size_t{4} << 20;
  if (memory.size() < worth_it) return;
  const auto page = static_cast<std::uintptr_t>(sysconf(_SC_PAGESIZE));
  const auto address = reinterpret_cast<std::uintptr_t>(memory.data());
  const std::uintptr_t skipped = (page - address % page) % page;
  (void)madvise(memory.data() + skipped, memory.size() - skipped, MADV_HUGEPAGE);
#endif
}

}  // namespace surefoot
