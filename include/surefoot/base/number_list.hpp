// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/types.hpp>

#include <array>
#include <initializer_list>
#include <span>

namespace surefoot {

/// A list of at most so many numbers, kept in place. In text an array, empty by default.
template <Index most>
struct ListOf {
  static constexpr Index capacity = most;
  std::array<double, to_size(capacity)> values{};
  Index count = 0;

  constexpr ListOf() noexcept = default;
  /// Numbers beyond the capacity do not fit and are left out.
  constexpr ListOf(std::initializer_list<double> numbers) noexcept {
    for (const double x : numbers)
      if (count < capacity) values[to_size(count++)] = x;
  }
  [[nodiscard]] constexpr std::span<const double> view() const noexcept { return {values.data(), to_size(count)}; }
  [[nodiscard]] constexpr double operator[](Index i) const noexcept { return values[to_size(i)]; }
  [[nodiscard]] constexpr bool empty() const noexcept { return count == 0; }
  /// The same numbers in the same order; what lies beyond the count does not matter.
  friend constexpr bool operator==(const ListOf& a, const ListOf& b) noexcept {
    if (a.count != b.count) return false;
    for (Index i = 0; i < a.count && i < capacity; ++i)
      if (a[i] != b[i]) return false;
    return true;
  }
};

/// Layers, break points, tones, the edges of gates.
using NumberList = ListOf<32>;
/// Weights of a model.
using LongList = ListOf<480>;

}  // namespace surefoot
