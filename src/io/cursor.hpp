// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/error.hpp>

#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

/// The only place where bytes become numbers. Every read is checked against the end and names what was expected.
namespace surefoot::io {

static_assert(std::numeric_limits<float>::is_iec559 && std::numeric_limits<double>::is_iec559);

/// A number of T stored at p in the given byte order; the caller has checked that sizeof(T) bytes are there.
template <class T>
requires std::is_arithmetic_v<T>
[[nodiscard]] inline T load(const std::byte* p, std::endian order) noexcept {
  using Bits = std::conditional_t<sizeof(T) == 1, std::uint8_t,
                                  std::conditional_t<sizeof(T) == 2, std::uint16_t,
                                                     std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>>>;
  static_assert(sizeof(Bits) == sizeof(T));
  Bits bits = 0;
  std::memcpy(&bits, p, sizeof bits);
  if (order != std::endian::native) {
    if constexpr (sizeof(Bits) == 2) bits = __builtin_bswap16(bits);
    else if constexpr (sizeof(Bits) == 4) bits = __builtin_bswap32(bits);
    else if constexpr (sizeof(Bits) == 8) bits = __builtin_bswap64(bits);
  }
  return std::bit_cast<T>(bits);
}

/// a * b, or the largest number if that does not fit: a size that no file can have.
[[nodiscard]] constexpr std::uint64_t saturating_product(std::uint64_t a, std::uint64_t b) noexcept {
  constexpr auto most = std::numeric_limits<std::uint64_t>::max();
  return b != 0 && a > most / b ? most : a * b;
}
[[nodiscard]] constexpr std::uint64_t saturating_sum(std::uint64_t a, std::uint64_t b) noexcept {
  constexpr auto most = std::numeric_limits<std::uint64_t>::max();
  return a > most - b ? most : a + b;
}

/// A position in a piece of a file. Offsets in errors are those of the file.
class Cursor {
 public:
  /// `base` is the offset in the file of the first of these bytes.
  Cursor(std::span<const std::byte> bytes, std::string_view file, std::uint64_t base = 0) noexcept
      : bytes_(bytes), file_(file), base_(base) {}

  [[nodiscard]] std::size_t at() const noexcept { return at_; }
  [[nodiscard]] std::size_t size() const noexcept { return bytes_.size(); }
  [[nodiscard]] std::size_t left() const noexcept { return bytes_.size() - at_; }
  [[nodiscard]] std::uint64_t offset() const noexcept { return base_ + at_; }

  /// Move to a byte of this piece.
  void seek(std::size_t at, const char* what) {
    if (at > bytes_.size()) fail_short(at - at_, what);
    at_ = at;
  }
  void skip(std::size_t n, const char* what) { (void)take(n, what); }

  template <class T>
  [[nodiscard]] T little(const char* what) {
    return load<T>(take(sizeof(T), what).data(), std::endian::little);
  }
  /// A little-endian unsigned number of 1, 2, 4 or 8 bytes.
  [[nodiscard]] std::uint64_t little_unsigned(std::size_t width, const char* what) {
    switch (width) {
      case 1: return little<std::uint8_t>(what);
      case 2: return little<std::uint16_t>(what);
      case 4: return little<std::uint32_t>(what);
      case 8: return little<std::uint64_t>(what);
      default: fail(std::string(what) + ": a number of " + std::to_string(width) + " bytes is not supported");
    }
  }
  [[nodiscard]] std::span<const std::byte> take(std::size_t n, const char* what) {
    if (n > left()) fail_short(n, what);
    const auto piece = bytes_.subspan(at_, n);
    at_ += n;
    return piece;
  }
  [[nodiscard]] std::string text(std::size_t n, const char* what) {
    const auto piece = take(n, what);
    return {reinterpret_cast<const char*>(piece.data()), piece.size()};
  }

  [[noreturn]] void fail(const std::string& message) const { throw DataError(std::string(file_), offset(), message); }

 private:
  [[noreturn]] void fail_short(std::size_t n, const char* what) const {
    fail(std::string(what) + ": " + std::to_string(n) + " bytes expected, " + std::to_string(left()) + " are left");
  }

  std::span<const std::byte> bytes_;
  std::string_view file_;
  std::uint64_t base_;
  std::size_t at_ = 0;
};

}  // namespace surefoot::io
