// SPDX-License-Identifier: MIT
#include <surefoot/dsp/turns.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <numbers>

namespace surefoot::dsp {
namespace {

// The fraction of f n / rate for whole f and rate, in integers: nothing is rounded before the last division.
long double exact_turns(std::uint64_t f, std::uint64_t rate, std::uint64_t n) {
  std::uint64_t product = 0;
  std::uint64_t term = f % rate;
  for (std::uint64_t m = n; m != 0; m >>= 1U) {
    if ((m & 1U) != 0) product = (product + term) % rate;
    term = 2 * term % rate;
  }
  const long double t = static_cast<long double>(product) / static_cast<long double>(rate);
  return t >= 0.5L ? t - 1.0L : t;
}
long double apart(long double a, long double b) {
  const long double d = a - b;
  return std::fabs(d - std::round(d));
}

TEST(Turns, ThePhaseIsThatOfIntegersAfterAnyNumberOfSamples) {
  constexpr long double two_pi = 2.0L * std::numbers::pi_v<long double>;
  for (const std::uint64_t rate : {192000U, 200000U, 781250U, 44100U, 65306U})
    for (const std::uint64_t f : {331U, 2400U, 19999U, 21001U}) {
      const TurnStep step = turn_step(static_cast<double>(f), static_cast<double>(rate));
      for (const std::uint64_t n :
           {std::uint64_t{1}, std::uint64_t{9999999}, std::uint64_t{10000000}, std::uint64_t{123456789012345}}) {
        const long double error = two_pi * apart(static_cast<long double>(turns_at(step, static_cast<std::int64_t>(n))),
                                                 exact_turns(f, rate, n));
        EXPECT_LE(static_cast<double>(error), 5e-16) << f << " of " << rate << " at " << n;
      }
    }
}

TEST(Turns, NegativeSamplesTurnTheOtherWay) {
  const TurnStep step = turn_step(12345.678, 200000.0);
  for (const std::int64_t n : {1LL, 77LL, 123456789LL}) {
    EXPECT_NEAR(turns_at(step, n), -turns_at(step, -n), 1e-15);
    EXPECT_EQ(turns_at(step - step, n), 0.0);
    EXPECT_NEAR(
        static_cast<double>(apart(turns_at(step + step, n), 2.0L * static_cast<long double>(turns_at(step, n)))), 0.0,
        4e-16);
  }
}

TEST(Turns, StepsAreExactFractions) {
  EXPECT_EQ(turn_step(1.0, 4.0), (TurnStep{std::uint64_t{1} << 62U, 0}));
  EXPECT_EQ(turn_step(9.0, 4.0), (TurnStep{std::uint64_t{1} << 62U, 0}));
  EXPECT_EQ(turn_step(0.0, 4.0), TurnStep{});
  // 1/3 = 0.0101... in binary.
  EXPECT_EQ(turn_step(1.0, 3.0), (TurnStep{0x5555555555555555ULL, 0x5555555555555555ULL}));
}

TEST(Turns, AWholeRateIsFoundBehindTheRoundingOfItsInterval) {
  for (const double rate : {1.0, 49.0, 44100.0, 62500.0, 192000.0, 200000.0, 781250.0, 999999.0})
    EXPECT_EQ(rate_of(1.0 / rate), rate);
  EXPECT_EQ(rate_of(1.0 / 1000.25), 1.0 / (1.0 / 1000.25));
}

TEST(Turns, PhasorsAreOnTheCircle) {
  for (int i = -1000; i <= 1000; ++i) {
    const double t = 0.0005 * i;
    const Phasor p = phasor(t);
    const long double angle = 2.0L * std::numbers::pi_v<long double> * static_cast<long double>(t);
    EXPECT_NEAR(p.re, static_cast<double>(std::cos(angle)), 1e-15);
    EXPECT_NEAR(p.im, static_cast<double>(std::sin(angle)), 1e-15);
  }
}

}  // namespace
}  // namespace surefoot::dsp
