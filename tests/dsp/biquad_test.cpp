// SPDX-License-Identifier: MIT
#include <surefoot/dsp/biquad.hpp>

#include "support/lines.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace surefoot::dsp {
namespace {

// The textbook form, one section after the other, in long double.
std::vector<double> plain(const Sections& sections, std::vector<double> x, double settled) {
  const SectionStates states = steady_states(sections);
  for (std::size_t k = 0; k < to_size(sections.count); ++k) {
    const Biquad& s = sections.section[k];
    const auto l = [](double a) { return static_cast<long double>(a); };
    long double s1 = l(states[k].s1) * l(settled);
    long double s2 = l(states[k].s2) * l(settled);
    for (double& v : x) {
      const long double in = l(v);
      const long double y = l(s.b0) * in + s1;
      s1 = l(s.b1) * in - l(s.a1) * y + s2;
      s2 = l(s.b2) * in - l(s.a2) * y;
      v = static_cast<double>(y);
    }
  }
  return x;
}

std::vector<double> noise(std::size_t n) {
  test::Random random(77);
  std::vector<double> x(n);
  for (double& v : x) v = random.normal();
  return x;
}

TEST(BiquadCascade, IsThePlainFormForAnyOrderAndLength) {
  for (Index order = 1; order <= 8; ++order) {
    const Sections sections = butterworth_bandpass(order, 0.03, 0.21, 1.0);
    for (const std::size_t n : {0U, 1U, 2U, 3U, 5U, 7U, 8U, 9U, 17U, 200U}) {
      const std::vector<double> x = noise(n);
      for (const double settled : {0.0, 2.5}) {
        BiquadCascade cascade(sections);
        cascade.settle(settled);
        std::vector<double> y = x;
        cascade.run(y);
        const std::vector<double> want = plain(sections, x, settled);
        for (std::size_t i = 0; i < n; ++i) EXPECT_NEAR(y[i], want[i], 1e-12) << order << " " << n << " " << i;
      }
    }
  }
}

TEST(BiquadCascade, AnySplitGivesTheSameBits) {
  const std::vector<double> x = noise(300);
  for (const Index order : {1, 2, 3, 5, 8}) {
    BiquadCascade whole(butterworth_bandpass(order, 0.05, 0.3, 1.0));
    std::vector<double> a = x;
    whole.run(a);
    for (const std::size_t part : {1U, 2U, 3U, 7U, 100U}) {
      BiquadCascade cascade(butterworth_bandpass(order, 0.05, 0.3, 1.0));
      std::vector<double> b = x;
      for (std::size_t i = 0; i < b.size(); i += part)
        cascade.run(std::span<double>(b).subspan(i, std::min(part, b.size() - i)));
      EXPECT_EQ(a, b) << order << " " << part;
    }
  }
}

TEST(BiquadCascade, BackwardsIsForwardsOnTheReversedTrace) {
  const Sections sections = butterworth_bandpass(4, 0.05, 0.3, 1.0);
  std::vector<double> a = noise(101);
  std::vector<double> b(a.rbegin(), a.rend());
  BiquadCascade first(sections);
  BiquadCascade second(sections);
  first.settle(-1.0);
  second.settle(-1.0);
  first.run_backwards(a);
  second.run(b);
  EXPECT_EQ(a, std::vector<double>(b.rbegin(), b.rend()));
}

TEST(BiquadCascade, ASettledLowPassLetsAConstantThrough) {
  BiquadCascade cascade(butterworth_lowpass(5, 0.01, 1.0));
  cascade.settle(3.0);
  std::vector<double> x(50, 3.0);
  cascade.run(x);
  for (const double v : x) EXPECT_NEAR(v, 3.0, 1e-10);
}

// 10^7 samples of a low corner: the state must not drift away from the plain form in long double.
TEST(BiquadCascade, DoesNotDrift) {
  const Sections sections = butterworth_bandpass(2, 1e-4, 1e-2, 1.0);
  BiquadCascade cascade(sections);
  std::vector<double> x = noise(1000);
  std::vector<double> y;
  for (int i = 0; i < 10000; ++i) {
    y = x;
    cascade.run(y);
  }
  // By now the input is periodic and the filter settled: once more around, in long double, from zero for 30 periods.
  std::vector<double> long_input;
  for (int i = 0; i < 300; ++i) long_input.insert(long_input.end(), x.begin(), x.end());
  const std::vector<double> want = plain(sections, long_input, 0.0);
  for (std::size_t i = 0; i < x.size(); ++i) EXPECT_NEAR(y[i], want[long_input.size() - x.size() + i], 1e-9);
}

TEST(BiquadCascade, SilenceEndsInZero) {
  BiquadCascade cascade(butterworth_bandpass(4, 0.1, 0.3, 1.0));
  std::vector<double> x = noise(64);
  cascade.run(x);
  double last = 1.0;
  for (int i = 0; i < 200; ++i) {
    std::vector<double> silence(64, 0.0);
    cascade.run(silence);
    cascade.flush();
    last = silence.back();
    for (const double v : silence) EXPECT_TRUE(v == 0.0 || std::abs(v) > 1e-300);
  }
  EXPECT_EQ(last, 0.0);
}

}  // namespace
}  // namespace surefoot::dsp
