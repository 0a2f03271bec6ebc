// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <type_traits>
#include <utility>

// Eigen is only named here: most of what works on traces never needs it, and reading it takes longer than compiling them.
namespace Eigen {  // NOLINT(readability-identifier-naming): its own name
template <class Derived>
class MatrixBase;
}

namespace surefoot {

/// One stored sample. Storage is float32 everywhere; coefficients and recursive state are double.
using Sample = float;

/// Counts and positions: samples, traces, segments. 64 bits on hosts, 32 on a microcontroller.
using Index = std::ptrdiff_t;

namespace detail {
/// A dense Eigen vector whose samples lie one after the other: a VectorXf, a column, a Map. A row is not one.
template <class Derived>
concept ContiguousVector = std::is_pointer_v<decltype(std::declval<const Derived&>().data())> &&
                               std::is_same_v<typename Derived::Scalar, Sample> && Derived::ColsAtCompileTime == 1 &&
                           Derived::InnerStrideAtCompileTime == 1;
}  // namespace detail

/// A read-only view of one trace: pointer and length, nothing owned, nothing allocated.
///
/// Shape     (n_samples), contiguous.
/// Not       an Eigen::Ref: that type makes a hidden copy on the heap when it is given a matrix row.
///           A row does not convert to ConstTraceRef: it is a compile error.
/// @source   our own; see src/decisions/0002-trace-views.md
class ConstTraceRef : public std::span<const Sample> {
 public:
  using std::span<const Sample>::span;
  constexpr ConstTraceRef(std::span<const Sample> s) noexcept : span(s) {}
  constexpr ConstTraceRef(std::span<Sample> s) noexcept : span(s) {}
  template <class Derived>
  requires detail::ContiguousVector<Derived> ConstTraceRef(const Eigen::MatrixBase<Derived>& v)
  noexcept : span(v.derived().data(), static_cast<std::size_t>(v.size())) {}

  [[nodiscard]] constexpr Index n() const noexcept { return static_cast<Index>(size()); }
};

/// A writable view of one trace. The same rules as ConstTraceRef.
class TraceRef : public std::span<Sample> {
 public:
  using std::span<Sample>::span;
  constexpr TraceRef(std::span<Sample> s) noexcept : span(s) {}
  template <class Derived>
  requires detail::ContiguousVector<Derived> TraceRef(Eigen::MatrixBase<Derived>& v)
  noexcept : span(v.derived().data(), static_cast<std::size_t>(v.size())) {}
  template <class Derived>
  requires detail::ContiguousVector<Derived> TraceRef(Eigen::MatrixBase<Derived>&& v)
  noexcept : span(v.derived().data(), static_cast<std::size_t>(v.size())) {}

  [[nodiscard]] constexpr Index n() const noexcept { return static_cast<Index>(size()); }
};

/// double from 64 bits, rounded once: two halves that a processor without 64-bit conversions has instructions for.
[[nodiscard]] constexpr double to_double(std::uint64_t n) noexcept {
  return static_cast<double>(static_cast<std::uint32_t>(n >> 32U)) * 4294967296.0 +
         static_cast<double>(static_cast<std::uint32_t>(n));
}
[[nodiscard]] constexpr double to_double(std::int64_t n) noexcept {
  return n < 0 ? -to_double(0 - static_cast<std::uint64_t>(n)) : to_double(static_cast<std::uint64_t>(n));
}

/// std::size_t from a count that is known not to be negative.
[[nodiscard]] constexpr std::size_t to_size(Index n) noexcept { return static_cast<std::size_t>(n); }

}  // namespace surefoot
