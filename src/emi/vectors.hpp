// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/dsp/reduce.hpp>

#include <cmath>

/// What the live stages of the metal detector share on short vectors of double.
namespace surefoot::emi {

using dsp::dot;

/// A state that has died away is zero: it must not end in subnormal numbers.
[[nodiscard]] inline double settle(double x) noexcept {
  constexpr double smallest_state = 1e-60;
  return std::abs(x) < smallest_state ? 0.0 : x;
}

}  // namespace surefoot::emi
