// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/types.hpp>

#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstring>
#include <span>
#include <type_traits>

namespace surefoot {

/// Measures, writes or reads the state of a stage: one member function describes it for all three.
///
/// Edges     reading past the end, an index outside its bounds or a number that is NaN or infinite makes ok() false; the stage
///           must then be reset. Numbers inside of structs are not looked at.
/// Not       portable between byte orders or versions: the pipeline's header around it refuses those.
/// @source   our own
class StateArchive {
 public:
  enum class Mode : unsigned char { measure, save, load };

  StateArchive() noexcept = default;
  static StateArchive saving(std::span<std::byte> out) noexcept { return {Mode::save, out.data(), out.size()}; }
  static StateArchive loading(std::span<const std::byte> in) noexcept {
    return {Mode::load, const_cast<std::byte*>(in.data()), in.size()};  // load mode never writes through it
  }

  template <class T>
  void operator()(std::span<T> values) noexcept {
    any(values);
    if constexpr (std::floating_point<T>) {
      if (mode_ != Mode::load) return;
      for (const T x : values) ok_ = ok_ && std::isfinite(x);
    }
  }
  template <class T>
  requires(std::is_trivially_copyable_v<T>) void operator()(T& value) noexcept {
    if constexpr (std::floating_point<T>) (*this)(std::span<T>(&value, 1));
    else bytes(&value, sizeof(T));
  }
  /// Numbers that may also be NaN or infinite: whoever keeps them knows what that means.
  template <class T>
  void any(std::span<T> values) noexcept {
    static_assert(std::is_trivially_copyable_v<T>);
    bytes(values.data(), values.size_bytes());
  }
  template <std::floating_point T>
  void any(T& value) noexcept {
    bytes(&value, sizeof(T));
  }

  /// Bytes that are neither 0 nor 1 are no bool: a forged state fails here.
  void operator()(bool& value) noexcept {
    auto byte = static_cast<unsigned char>(value ? 1 : 0);
    bytes(&byte, 1);
    if (byte > 1) ok_ = false;
    value = byte == 1;
  }
  /// One of the first `n` enumerators.
  template <class E>
  requires std::is_enum_v<E>
  void choice(E& value, Index n) noexcept {
    auto number = static_cast<Index>(value);
    index(number, n);
    value = static_cast<E>(number);
  }

  /// A position in a buffer: on loading it must lie in [0, end), so that a forged state cannot point outside.
  void index(Index& value, Index end) noexcept {
    (*this)(value);
    if (mode_ == Mode::load && (value < 0 || value >= end)) {
      ok_ = false;
      value = 0;
    }
  }

  [[nodiscard]] bool loading() const noexcept { return mode_ == Mode::load; }
  [[nodiscard]] bool ok() const noexcept { return ok_; }
  [[nodiscard]] std::size_t size() const noexcept { return at_; }
  void fail() noexcept { ok_ = false; }

 private:
  StateArchive(Mode mode, std::byte* data, std::size_t size) noexcept : mode_(mode), data_(data), size_(size) {}

  void bytes(void* value, std::size_t n) noexcept {
    if (mode_ != Mode::measure) {
      if (!ok_ || n > size_ - at_) {
        ok_ = false;
        return;
      }
      if (n != 0) {
        if (mode_ == Mode::save) std::memcpy(data_ + at_, value, n);
        else std::memcpy(value, data_ + at_, n);
      }
    }
    at_ += n;
  }

  Mode mode_ = Mode::measure;
  std::byte* data_ = nullptr;
  std::size_t size_ = 0;
  std::size_t at_ = 0;
  bool ok_ = true;
};

}  // namespace surefoot
