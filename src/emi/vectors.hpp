// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/dsp/reduce.hpp>

#include <cmath>
#include <span>

/// What the live stages of the metal detector share on short vectors of double.
namespace surefoot::emi {

/// Sum of products over the length of a, in the fixed order of dsp::reduce.
[[nodiscard]] inline double dot(std::span<const double> a, std::span<const double> b) noexcept {
  return dsp::reduce(static_cast<Index>(a.size()), [&](Index i) noexcept { return a[to_size(i)] * b[to_size(i)]; });
}

/// A state that has died away is zero: it must not end in subnormal numbers.
[[nodiscard]] inline double settle(double x) noexcept {
  constexpr double smallest_state = 1e-60;
  return std::abs(x) < smallest_state ? 0.0 : x;
}

}  // namespace surefoot::emi
