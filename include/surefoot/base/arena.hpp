// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/types.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <span>
#include <type_traits>
#include <utility>

namespace surefoot {

/// The one block of memory from which a pipeline and its stages take all their buffers, once, when they are built.
///
/// A counting arena gives no buffers and only adds up: needed() is then the size of the block to give to a real one. A
/// constructor that takes buffers therefore first takes all of them, then returns if !arena.ok(), and only then fills them.
///
/// Edges     take() gives an empty span when the block is used up; the count goes on.
/// Cost      one addition a take; nothing is ever given back.
/// @source   our own; the size query follows the practice of zstd and kissfft
class Arena {
 public:
  /// Larger than any real block; needed() sticks there.
  static constexpr std::size_t most = static_cast<std::size_t>(-1) / 4;
  /// Every buffer begins on such a boundary: one cache line, one AVX-512 register.
  static constexpr std::size_t alignment = 64;

  explicit Arena(std::span<std::byte> memory) noexcept : Arena(memory, false) {}
  /// An arena that only counts. Objects are built in the scratch block, which must outlive them; buffers are empty.
  static Arena counting(std::span<std::byte> scratch) noexcept { return Arena(scratch, true); }
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;

  /// n value-initialised objects; empty if the memory does not suffice.
  template <class T>
  [[nodiscard]] std::span<T> take(Index n) noexcept {
    const std::span<T> taken = place<T>(n);
    std::uninitialized_value_construct_n(taken.data(), taken.size());
    return taken;
  }
  /// n numbers that are written before they are read: what is needed only sometimes then costs nothing at other times.
  template <class T>
  [[nodiscard]] std::span<T> take_unset(Index n) noexcept {
    static_assert(std::is_arithmetic_v<T>);
    const std::span<T> taken = place<T>(n);
    std::uninitialized_default_construct_n(taken.data(), taken.size());
    return taken;
  }

  /// Build one object in the arena; nullptr if the memory does not suffice. The caller ends its life.
  template <class T, class... Args>
  [[nodiscard]] T* emplace(Args&&... args) noexcept {
    static_assert(alignof(T) <= alignment);
    std::byte* p = bump(sizeof(T), true);
    return p == nullptr ? nullptr : ::new (static_cast<void*>(p)) T(std::forward<Args>(args)...);
  }

  /// Bytes that all takes so far need, whatever the alignment of the block.
  [[nodiscard]] std::size_t needed() const noexcept { return needed_ + alignment; }
  /// False in a counting arena, once the block was too small, and once something outside it could not be had.
  [[nodiscard]] bool ok() const noexcept { return !counting_ && !exhausted_ && !failed_; }

  /// For a constructor that needs memory outside the block, as the plan of a Fourier transform does on a host, and did not
  /// get it: what it built must not run.
  void fail() noexcept { failed_ = true; }
  /// True once fail() was called.
  [[nodiscard]] bool failed() const noexcept { return failed_; }

 private:
  Arena(std::span<std::byte> memory, bool counting) noexcept : memory_(memory), counting_(counting) {
    const auto address = reinterpret_cast<std::uintptr_t>(memory.data());
    lead_ = (alignment - address % alignment) % alignment;
  }

  template <class T>
  std::span<T> place(Index n) noexcept {
    static_assert(std::is_trivially_destructible_v<T> && alignof(T) <= alignment);
    if (n <= 0) return {};
    std::size_t bytes = 0;
    if (__builtin_mul_overflow(static_cast<std::size_t>(n), sizeof(T), &bytes)) bytes = most;
    std::byte* p = bump(bytes, !counting_);
    if (p == nullptr) return {};
    return {reinterpret_cast<T*>(p), static_cast<std::size_t>(n)};
  }

  std::byte* bump(std::size_t bytes, bool place) noexcept {
    // Sizes that no memory can have stay at `most` instead of wrapping to something small.
    const std::size_t rounded = bytes < most ? (bytes + alignment - 1) / alignment * alignment : most;
    needed_ = rounded < most && needed_ < most ? needed_ + rounded : most;
    if (!place) return nullptr;
    if (exhausted_ || lead_ > memory_.size() || rounded > memory_.size() - lead_ - used_) {
      exhausted_ = true;
      return nullptr;
    }
    std::byte* p = memory_.data() + lead_ + used_;
    used_ += rounded;
    return p;
  }

  std::span<std::byte> memory_;
  std::size_t lead_ = 0;    // bytes before the first boundary
  std::size_t used_ = 0;    // bytes given out
  std::size_t needed_ = 0;  // bytes asked for
  bool counting_ = false;
  bool exhausted_ = false;
  bool failed_ = false;  // fail() was called
};

}  // namespace surefoot
