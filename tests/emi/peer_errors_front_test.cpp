// SPDX-License-Identifier: MIT
// Defects of other programs between the coil and the features, each beside what is right. Each test computes what the peer's way gives
// and what ours gives on the same samples.
#include <surefoot/dsp/tone_bank.hpp>
#include <surefoot/dsp/turns.hpp>
#include <surefoot/emi/ground_balance.hpp>
#include <surefoot/emi/lock_in.hpp>

#include "support/stage_run.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <complex>
#include <numbers>
#include <vector>

namespace surefoot::emi {
namespace {

using Complex = std::complex<double>;
constexpr double two_pi = 2.0 * std::numbers::pi;

double line(std::int64_t n, std::int64_t f, std::int64_t rate) {
  return std::cos(two_pi * static_cast<double>(n % rate * f % rate) / static_cast<double>(rate));
}

// One result a block of `block` samples; blocks for which lost() is true never arrive.
template <class Lost>
std::vector<Complex> ours(std::int64_t tone, std::int64_t rate, Index block, std::int64_t n_blocks, Lost&& lost) {
  const StreamSpec spec{{AxisKind::sample_time, 0.0, 1.0 / static_cast<double>(rate)}, block, 0.0, 0.0, 0};
  const double length_s = static_cast<double>(block) / static_cast<double>(rate);
  const LockInOptions options{
      .tones_hz{static_cast<double>(tone)}, .output_interval_s = length_s, .integration_s = length_s};
  EXPECT_FALSE(validate(options, spec));
  test::Single<LockIn> stage(options, spec);
  for (std::int64_t b = 0; b < n_blocks; ++b) {
    if (lost(b)) continue;
    std::vector<Sample> x;
    for (Index i = 0; i < block; ++i) x.push_back(static_cast<Sample>(line(b * block + i, tone, rate)));
    TraceTag tag;
    tag.index = b;
    stage->push(x, tag);
    stage.pull();
  }
  std::vector<Complex> out;
  for (const auto& t : stage.traces) out.emplace_back(static_cast<double>(t.at(0)), static_cast<double>(t.at(1)));
  return out;
}

// levylab/Multichannel-Lockin, issue 82: the phase is wrong where the ratio of sampling rate and frequency is not whole. A reference
// that is right for a whole number of samples a cycle turns against the signal from cycle to cycle.
TEST(PeerErrors, LevylabLosesThePhaseWhereSamplesACycleAreNotWhole) {
  constexpr std::int64_t rate = 192000;
  constexpr std::int64_t tone = 19001;  // 10.10 samples a cycle
  constexpr Index block = 9600;
  const double samples_a_cycle = std::round(static_cast<double>(rate) / static_cast<double>(tone));
  double first = 0.0;
  double last = 0.0;
  for (std::int64_t b = 0; b < 20; ++b) {
    Complex z;
    for (std::int64_t n = b * block; n < (b + 1) * block; ++n)
      z += 2.0 / block * line(n, tone, rate) * std::polar(1.0, -two_pi * static_cast<double>(n) / samples_a_cycle);
    if (b == 0) first = std::abs(z);
    last = std::arg(z);
  }
  EXPECT_LT(first, 0.1);  // the reference has another frequency: hardly anything is left of 1
  EXPECT_GT(std::abs(last), 0.1);
  for (const Complex& z : ours(tone, rate, block, 20, [](std::int64_t) { return false; })) {
    EXPECT_NEAR(std::abs(z), 1.0, 2e-4);  // the image, for want of whole cycles in a block
    EXPECT_NEAR(std::arg(z), 0.0, 2e-4);
  }
  // And the phase of the reference itself, after 1e7 samples.
  const dsp::TurnStep step = dsp::turn_step(static_cast<double>(tone), static_cast<double>(rate));
  constexpr std::int64_t n = 10000000;
  const double exact = static_cast<double>(n * tone % rate) / static_cast<double>(rate);
  EXPECT_LE(two_pi * std::abs(std::remainder(dsp::turns_at(step, n) - exact, 1.0)), 1e-12);
}

// Goertzel's recursion s = x + 2 cos(w) s1 - s2 at a low frequency: its rounding grows with the square of the length.
TEST(PeerErrors, GoertzelsRoundingGrowsWithTheSquareOfTheLength) {
  constexpr std::int64_t rate = 1000000;
  constexpr std::int64_t n = 1000000;
  constexpr std::int64_t tone = 1;
  const double w = two_pi * static_cast<double>(tone) / static_cast<double>(rate);
  double s1 = 0.0;
  double s2 = 0.0;
  long double re = 0.0L;
  long double im = 0.0L;
  std::vector<std::byte> memory(std::size_t{1} << 18U);
  Arena arena(memory);
  dsp::ToneBank bank(1, 1, arena);
  bank.set(0, dsp::turn_step(static_cast<double>(tone), static_cast<double>(rate)));
  std::vector<double> sums(2);
  std::int64_t from = 0;
  for (std::int64_t m = 0; m < n; ++m) {
    const double x = 0.5 + line(m, 3, rate) + line(m, tone, rate);
    const double s = x + 2.0 * std::cos(w) * s1 - s2;
    s2 = s1;
    s1 = s;
    const long double angle = 2.0L * std::numbers::pi_v<long double> * static_cast<long double>(m * tone % rate) /
                              static_cast<long double>(rate);
    re += static_cast<long double>(x) * std::cos(angle);
    im -= static_cast<long double>(x) * std::sin(angle);
    bank.samples(0)[static_cast<std::size_t>(m - from)] = x;
    if (m + 1 - from == dsp::ToneBank::segment || m + 1 == n) {
      bank.add(from, static_cast<Index>(m + 1 - from), sums);
      from = m + 1;
    }
  }
  // S = e^(-i w (n - 1)) (s1 - e^(-i w) s2)
  const Complex goertzel = std::polar(1.0, -w * static_cast<double>(n - 1)) * (s1 - std::polar(1.0, -w) * s2);
  const Complex exact(static_cast<double>(re), static_cast<double>(im));
  const Complex own(sums[0], sums[1]);
  EXPECT_GT(std::abs(goertzel - exact) / std::abs(exact), 1e-9);
  EXPECT_LT(std::abs(own - exact) / std::abs(exact), 1e-13);
}

// gnuradio/volk, issue 329, and Gamma, issue 44: an oscillator that multiplies its phasor by a step for each sample, in float32, loses
// its amplitude and its phase.
TEST(PeerErrors, VolkAndGammaRotateUntilTheAmplitudeDrifts) {
  const std::complex<float> step = std::polar(1.0F, static_cast<float>(two_pi * 0.123456789));
  std::complex<float> z(1.0F, 0.0F);
  constexpr std::int64_t n = 10000000;
  for (std::int64_t m = 0; m < n; ++m)
    z = {z.real() * step.real() - z.imag() * step.imag(), z.real() * step.imag() + z.imag() * step.real()};
  EXPECT_GT(std::abs(static_cast<double>(std::abs(z)) - 1.0), 1e-3);
  const dsp::Phasor p = dsp::phasor(dsp::turns_at(dsp::turn_step(0.123456789, 1.0), n));
  EXPECT_NEAR(std::hypot(p.re, p.im), 1.0, 1e-15);
  const long double turns = static_cast<long double>(n) * static_cast<long double>(0.123456789);
  const long double angle = 2.0L * std::numbers::pi_v<long double> * (turns - std::round(turns));
  EXPECT_NEAR(p.re, static_cast<double>(std::cos(angle)), 1e-12);
  EXPECT_NEAR(p.im, static_cast<double>(std::sin(angle)), 1e-12);
}

// dc42's induction balance counts the interrupts it missed, and goes on with its bins as if nothing had happened: everything after the gap
// has another phase, and nothing says so.
TEST(PeerErrors, Dc42CountsMissedInterruptsAndGoesOn) {
  constexpr std::int64_t rate = 62500;
  constexpr std::int64_t tone = 7750;
  constexpr Index block = 250;  // 31 cycles
  constexpr std::int64_t lost_samples = 3;
  // Theirs: the reference counts the samples that came.
  const auto theirs = [&](std::int64_t first, std::int64_t missed) {
    Complex z;
    for (std::int64_t n = first; n < first + block; ++n)
      z += 2.0 / block * line(n + missed, tone, rate) *
           std::polar(1.0, -two_pi * static_cast<double>(n * tone % rate) / static_cast<double>(rate));
    return std::arg(z);
  };
  EXPECT_NEAR(theirs(0, 0), 0.0, 1e-9);
  EXPECT_GT(std::abs(theirs(block, lost_samples)), 1.5);
  // Ours: what is lost is a block; the index says so.
  const std::vector<Complex> z = ours(tone, rate, block, 12, [](std::int64_t b) { return b == 4 || b == 7; });
  ASSERT_EQ(z.size(), 10U);
  for (const Complex& v : z) {
    EXPECT_NEAR(std::arg(v), 0.0, 1e-6);
    EXPECT_NEAR(std::abs(v), 1.0, 1e-6);
  }
}

// FCMD (GroundBalanceManager.kt) subtracts a vector that was measured once. The ground's response goes with the height of the head: at any
// other height what is left is ground. Ours takes out its direction.
TEST(PeerErrors, FcmdSubtractsAFixedVector) {
  constexpr Index n_tones = 6;
  StreamSpec spec;
  spec.axis = {AxisKind::sweep, 0.0, 0.0, {1000.0, 2000.0, 4000.0, 8000.0, 16000.0, 32000.0}};
  spec.n_samples = 2 * n_tones;
  spec.trace_interval_s = 0.01;
  const GroundBalanceOptions options{.learn_s = 2.0};
  ASSERT_FALSE(validate(options, spec));
  test::Single<GroundBalance> stage(options, spec);
  std::vector<double> ground;
  for (Index k = 0; k < n_tones; ++k) {
    ground.push_back(100.0 - 2.0 * std::log(spec.axis.at(k)));
    ground.push_back(-std::numbers::pi);
  }
  double theirs = 0.0;
  double left = 0.0;
  for (int i = 0; i < 400; ++i) {
    const double height = i < 200 ? 1.0 + 0.3 * std::sin(0.1 * i) : 1.5;  // pumped, then swung closer to the ground
    std::vector<Sample> x;
    for (const double g : ground) x.push_back(static_cast<Sample>(height * g));
    stage.push(x);
    if (i < 300) continue;
    for (std::size_t k = 0; k < x.size(); ++k) {
      theirs = std::max(theirs, std::abs(static_cast<double>(x[k]) - ground[k]));
      left = std::max(left, std::abs(static_cast<double>(stage.traces.back()[k])));
    }
  }
  EXPECT_GT(theirs, 0.4 * 80.0);
  EXPECT_LT(left, 1e-3);
}

}  // namespace
}  // namespace surefoot::emi
