// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/types.hpp>

#include <array>
#include <span>

namespace surefoot::dsp {

/// The one order in which samples are added: 8 lanes, lane l holding the elements i with i mod 8 = l, then a fixed tree.
inline constexpr Index reduce_lanes = 8;

/// Sum of f(i) over i in [0, n), in the type that f gives, in the fixed order of 8 lanes.
///
///   lane[l] = f(l) + f(l+8) + ...;  sum = ((lane0+lane4) + (lane2+lane6)) + ((lane1+lane5) + (lane3+lane7))
///
/// The order does not depend on compiler, vector width or processor, so the bits are the same everywhere.
/// Edges     n <= 0 gives 0; a tail shorter than 8 goes to the first lanes.
/// Cost      vectorises: about n / 8 additions.
/// @source   our own; the rule was tried on 11 builds (see src/decisions/0004-same-bits.md)
template <class F>
[[nodiscard]] inline auto reduce(Index n, F&& f) noexcept {
  std::array<decltype(f(Index{})), reduce_lanes> lane{};
  Index i = 0;
  for (; i + reduce_lanes <= n; i += reduce_lanes)
    for (Index l = 0; l < reduce_lanes; ++l) lane[to_size(l)] += f(i + l);
  for (Index l = 0; i + l < n; ++l) lane[to_size(l)] += f(i + l);
  return ((lane[0] + lane[4]) + (lane[2] + lane[6])) + ((lane[1] + lane[5]) + (lane[3] + lane[7]));
}

[[nodiscard]] inline float sum(ConstTraceRef x) noexcept {
  return reduce(x.n(), [x](Index i) noexcept { return x[to_size(i)]; });
}
/// In double: the square of a small float32 sample underflows float32 long before the sample itself does.
[[nodiscard]] inline double sum_of_squares(ConstTraceRef x) noexcept {
  return reduce(x.n(), [x](Index i) noexcept {
    const auto v = static_cast<double>(x[to_size(i)]);
    return v * v;
  });
}
/// 0 for an empty trace.
[[nodiscard]] inline double mean_square(ConstTraceRef x) noexcept {
  return x.empty() ? 0.0 : sum_of_squares(x) / static_cast<double>(x.n());
}
/// Over the shorter of the two lengths.
[[nodiscard]] inline float dot(ConstTraceRef x, ConstTraceRef y) noexcept {
  return reduce(x.n() < y.n() ? x.n() : y.n(), [x, y](Index i) noexcept { return x[to_size(i)] * y[to_size(i)]; });
}
/// The same of n numbers in double.
[[nodiscard]] inline double dot(const double* x, const double* y, Index n) noexcept {
  return reduce(n, [x, y](Index i) noexcept { return x[i] * y[i]; });
}
/// Over the length of x.
[[nodiscard]] inline double dot(std::span<const double> x, std::span<const double> y) noexcept {
  return dot(x.data(), y.data(), static_cast<Index>(x.size()));
}

}  // namespace surefoot::dsp
