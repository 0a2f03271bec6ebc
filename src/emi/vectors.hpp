// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/dsp/math.hpp>
#include <surefoot/dsp/reduce.hpp>

#include <cmath>

/// What the live stages of the metal detector share on short vectors of double.
namespace surefoot::emi {

using dsp::dot;

/// Phase of a polarizability whose sign is not known, from -pi to 0: what is passive has no gain, so its quadrature is negative.
[[nodiscard]] inline double passive_phase(double re, double im) noexcept {
  if (re == 0.0 && im == 0.0) return 0.0;
  const double angle = im > 0.0 ? dsp::atan2(-im, -re) : dsp::atan2(im, re);
  return angle > 0.0 ? -dsp::pi : angle;  // a quadrature of 0 on the negative side
}

/// A state that has died away is zero: it must not end in subnormal numbers.
[[nodiscard]] inline double settle(double x) noexcept {
  constexpr double smallest_state = 1e-60;
  return std::abs(x) < smallest_state ? 0.0 : x;
}

}  // namespace surefoot::emi
