// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>

namespace surefoot::test {

/// Counts, on its own thread and while it is alive, the calls that a live path must not make: heap, locks, waiting, files,
/// clocks, guarded statics. Programs that link realtime_guard.cpp have these functions replaced by counting ones.
///
/// Guards nest; each counts from its own beginning.
/// Not       a proof: it sees calls of the C library's functions, not system calls written in assembler or made inside it.
/// @source   our own; the practice is that of RTSan (LLVM 20), which Debian 12 does not have
class RealtimeGuard {
 public:
  RealtimeGuard() noexcept;
  ~RealtimeGuard();
  RealtimeGuard(const RealtimeGuard&) = delete;
  RealtimeGuard& operator=(const RealtimeGuard&) = delete;

  /// Forbidden calls since construction.
  [[nodiscard]] std::int64_t calls() const noexcept;
  /// Name of the last forbidden call on this thread; "" if there was none.
  [[nodiscard]] const char* last() const noexcept;

  /// False under AddressSanitizer and ThreadSanitizer, which replace the same functions: tests then skip this check.
  [[nodiscard]] static bool available() noexcept;

 private:
  std::int64_t before_;
};

/// While it is alive, the heap gives nothing of so many bytes or more to its own thread; one at a time.
class NoMemory {
 public:
  explicit NoMemory(std::size_t from_bytes) noexcept;
  ~NoMemory();
  NoMemory(const NoMemory&) = delete;
  NoMemory& operator=(const NoMemory&) = delete;

  /// How often memory was refused since construction.
  [[nodiscard]] std::int64_t refused() const noexcept;
};

}  // namespace surefoot::test
