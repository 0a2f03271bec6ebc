// SPDX-License-Identifier: MIT
#include <surefoot/dsp/turns.hpp>

#include <surefoot/dsp/math.hpp>

#include <cmath>

namespace surefoot::dsp {
namespace {

// The upper 64 bits of a product of two times 64, from halves: not every processor multiplies that long.
std::uint64_t high_product(std::uint64_t a, std::uint64_t b) noexcept {
  const std::uint64_t a0 = a & 0xFFFFFFFFU;
  const std::uint64_t a1 = a >> 32U;
  const std::uint64_t b0 = b & 0xFFFFFFFFU;
  const std::uint64_t b1 = b >> 32U;
  const std::uint64_t middle = a1 * b0 + ((a0 * b0) >> 32U);
  const std::uint64_t cross = a0 * b1 + (middle & 0xFFFFFFFFU);
  return a1 * b1 + (middle >> 32U) + (cross >> 32U);
}

}  // namespace

TurnStep turn_step(double frequency, double rate) noexcept {
  // The remainder and its double are exact, and so is the difference: all are multiples of the smaller unit in the last place.
  double remainder = std::fmod(frequency, rate);
  std::uint64_t word[2] = {};
  for (std::uint64_t& w : word)
    for (int bit = 0; bit < 64; ++bit) {
      remainder *= 2.0;
      const bool one = remainder >= rate;
      if (one) remainder -= rate;
      w = 2 * w + (one ? 1 : 0);
    }
  return {word[0], word[1]};
}

double turns_at(const TurnStep& step, std::int64_t n) noexcept {
  const auto m = static_cast<std::uint64_t>(n);
  std::uint64_t turns = m * step.high + high_product(m, step.low);
  if (n < 0) turns -= step.low;  // the upper word of a negative n is -1
  return to_double(static_cast<std::int64_t>(turns)) * 0x1p-64;
}

Phasor phasor(double turns) noexcept {
  const double angle = 2.0 * pi * turns;
  return {cos(angle), sin(angle)};
}

double rate_of(double step_s) noexcept {
  const double rate = 1.0 / step_s;
  const double whole = std::round(rate);
  return std::abs(rate - whole) <= 0x1p-51 * rate ? whole : rate;
}

}  // namespace surefoot::dsp
