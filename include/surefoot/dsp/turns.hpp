// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/types.hpp>

#include <cstdint>

namespace surefoot::dsp {

/// The share of a turn by which a phase goes on from one sample to the next, as a whole number of 2^-128 turns.
///
///   step = (high 2^64 + low) / 2^128
///
/// The phase at sample n is n step, whole turns left out, in integer arithmetic: it does not drift, it does not depend on where
/// counting began, and it needs no ratio of rates that is whole.
///
/// Accuracy  the step is off by at most 2^-128 turns: after 1e18 samples that is 2e-20 rad.
/// @source   our own: a numerically controlled oscillator with a double-length accumulator
struct TurnStep {
  std::uint64_t high = 0;
  std::uint64_t low = 0;

  friend constexpr bool operator==(const TurnStep&, const TurnStep&) = default;
};

/// The step of a tone: frequency / rate, whole turns left out, by long division in doubles without rounding.
/// Edges     frequency >= 0 and rate > 0, both finite.
[[nodiscard]] TurnStep turn_step(double frequency, double rate) noexcept;

/// Both steps in one; the difference.
[[nodiscard]] constexpr TurnStep operator+(const TurnStep& a, const TurnStep& b) noexcept {
  TurnStep sum{a.high + b.high, a.low + b.low};
  if (sum.low < a.low) ++sum.high;
  return sum;
}
[[nodiscard]] constexpr TurnStep operator-(const TurnStep& a, const TurnStep& b) noexcept {
  TurnStep difference{a.high - b.high, a.low - b.low};
  if (a.low < b.low) --difference.high;
  return difference;
}

/// The phase at sample n (any sign) in turns, in [-0.5, 0.5): n step rounded down to 2^-64 turns, then to a double.
[[nodiscard]] double turns_at(const TurnStep& step, std::int64_t n) noexcept;

/// e^(+2 pi i turns).
struct Phasor {
  double re = 1.0;
  double im = 0.0;
};
/// Accuracy  1e-15 for |turns| <= 1.
[[nodiscard]] Phasor phasor(double turns) noexcept;

/// 1 / step_s; where that is a whole number but for the rounding of step_s, this number: 1 / 200000 s is not a double, 200000 Hz
/// is, and over 1e7 samples the difference is up to 1e-9 turns.
[[nodiscard]] double rate_of(double step_s) noexcept;

}  // namespace surefoot::dsp
