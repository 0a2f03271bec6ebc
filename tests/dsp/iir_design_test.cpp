// SPDX-License-Identifier: MIT
#include <surefoot/dsp/iir_design.hpp>

#include "support/golden.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>

namespace surefoot::dsp {
namespace {

enum Kind { low, high, band };

Sections design(int kind, Index order, double first, double second, double rate) {
  if (kind == low) return butterworth_lowpass(order, first, rate);
  if (kind == high) return butterworth_highpass(order, first, rate);
  return butterworth_bandpass(order, first, second, rate);
}

TEST(IirDesign, SectionsAreThoseOfSciPy) {
  const auto rows = test::read_golden_csv("butterworth_sections.csv");
  ASSERT_EQ(rows.size(), 6U * 20U + 3U * 36U);
  for (const std::vector<double>& r : rows) {
    const Sections sections = design(static_cast<int>(r[0]), static_cast<Index>(r[1]), r[2], r[3], r[4]);
    ASSERT_EQ(sections.count, static_cast<Index>(r[6]));
    const auto i = static_cast<std::size_t>(r[5]);
    const Biquad& s = sections.section[i];
    const BiquadState z = steady_states(sections)[i];
    const double b = std::max({std::abs(r[7]), std::abs(r[8]), std::abs(r[9])});
    const std::string what =
        "kind " + std::to_string(r[0]) + " order " + std::to_string(r[1]) + " section " + std::to_string(i);
    EXPECT_NEAR(s.b0, r[7], 1e-12 * b) << what;
    EXPECT_NEAR(s.b1, r[8], 1e-12 * b) << what;
    EXPECT_NEAR(s.b2, r[9], 1e-12 * b) << what;
    EXPECT_NEAR(s.a1, r[10], 1e-12) << what;
    EXPECT_NEAR(s.a2, r[11], 1e-12) << what;
    const double size = std::max(std::abs(r[12]), std::abs(r[13]));
    EXPECT_NEAR(z.s1, r[12], 1e-9 * size + 1e-15) << what;
    EXPECT_NEAR(z.s2, r[13], 1e-9 * size + 1e-15) << what;
  }
}

// The closed form of the magnitude, at frequencies where neither SciPy nor we were asked.
TEST(IirDesign, MagnitudeIsButterworths) {
  constexpr double rate = 10e9;
  const auto warped = [](double f) { return std::tan(std::numbers::pi * f / rate); };
  for (Index order = 1; order <= 8; ++order) {
    const Sections filters[] = {butterworth_lowpass(order, 1e9, rate), butterworth_highpass(order, 1e9, rate),
                                butterworth_bandpass(order, 4e8, 2e9, rate)};
    for (double f = 1e8; f < 4.9e9; f += 1.7e8) {
      const double w = warped(f);
      const double u[] = {w / warped(1e9), warped(1e9) / w,
                          (w * w - warped(4e8) * warped(2e9)) / (w * (warped(2e9) - warped(4e8)))};
      for (int kind = 0; kind < 3; ++kind) {
        const Response h = response(filters[kind], f, rate);
        const double want = 1.0 / (1.0 + std::pow(u[kind] * u[kind], static_cast<double>(order)));
        EXPECT_NEAR(h.re * h.re + h.im * h.im, want, 1e-10) << order << " " << kind << " " << f;
      }
    }
  }
}

TEST(IirDesign, FamiliesAreThoseOfSciPy) {
  constexpr double rate = 10e9;
  const auto rows = test::read_golden_csv("iir_families.csv");
  ASSERT_EQ(rows.size(), 4U * (36U + 20U + 20U) + 3U);
  for (const std::vector<double>& r : rows) {
    const IirDesign design{
        static_cast<IirFamily>(r[0]), static_cast<IirBand>(r[1]), static_cast<Index>(r[2]), 300e6, 2.4e9, r[3]};
    const Sections sections = r[0] == 3.0 ? notch(r[2], r[3], rate) : iir(design, rate);
    ASSERT_EQ(sections.count, static_cast<Index>(r[5]));
    const Biquad& s = sections.section[static_cast<std::size_t>(r[4])];
    const double b = std::max({std::abs(r[6]), std::abs(r[7]), std::abs(r[8])});
    const std::string what = "family " + std::to_string(r[0]) + " band " + std::to_string(r[1]) + " order " +
                             std::to_string(r[2]) + " ripple " + std::to_string(r[3]) + " section " +
                             std::to_string(r[4]);
    EXPECT_NEAR(s.b0, r[6], 1e-11 * b) << what;
    EXPECT_NEAR(s.b1, r[7], 1e-11 * b) << what;
    EXPECT_NEAR(s.b2, r[8], 1e-11 * b) << what;
    EXPECT_NEAR(s.a1, r[9], 1e-11) << what;
    EXPECT_NEAR(s.a2, r[10], 1e-11) << what;
  }
}

// Chebyshev's |H|^2 = 1 / (1 + e^2 T(u)^2), at frequencies where SciPy was not asked; u as above.
TEST(IirDesign, MagnitudeIsChebyshevs) {
  constexpr double rate = 10e9;
  const auto warped = [](double f) { return std::tan(std::numbers::pi * f / rate); };
  for (Index order = 1; order <= 8; ++order) {
    for (double f = 1e8; f < 4.9e9; f += 1.7e8) {
      const double w = warped(f);
      const double u[] = {(w * w - warped(4e8) * warped(2e9)) / (w * (warped(2e9) - warped(4e8))), w / warped(2e9),
                          warped(4e8) / w};
      for (int band = 0; band < 3; ++band) {
        const IirDesign design{IirFamily::chebyshev, static_cast<IirBand>(band), order, 4e8, 2e9, 2.0};
        const double x = std::abs(u[band]);
        const double n = static_cast<double>(order);
        const double t = x <= 1.0 ? std::cos(n * std::acos(x)) : std::cosh(n * std::acosh(x));
        const Response h = response(iir(design, rate), f, rate);
        EXPECT_NEAR(h.re * h.re + h.im * h.im, 1.0 / (1.0 + (std::pow(10.0, 0.2) - 1.0) * t * t), 1e-10)
            << order << " " << band << " " << f;
      }
    }
  }
}

// Bessel: -3 dB at each corner, and the delay of a low-pass far below its corner is flat: it changes with f^(2 order).
TEST(IirDesign, BesselHasItsCornersAndAFlatDelay) {
  constexpr double rate = 10e9;
  for (Index order = 1; order <= 8; ++order) {
    for (const IirBand band : {IirBand::bandpass, IirBand::lowpass, IirBand::highpass}) {
      const Sections sections = iir({IirFamily::bessel, band, order, 4e8, 2e9, 1.0}, rate);
      for (const double f : {4e8, 2e9}) {
        if ((band == IirBand::lowpass && f == 4e8) || (band == IirBand::highpass && f == 2e9)) continue;
        const Response h = response(sections, f, rate);
        EXPECT_NEAR(h.re * h.re + h.im * h.im, 0.5, 1e-10) << order << " " << f;
      }
    }
  }
  const Sections sections = iir({IirFamily::bessel, IirBand::lowpass, 6, 0.0, 5e7, 1.0}, rate);
  const auto delay = [&](double f) {  // of phase, by a difference over 2 kHz
    const Response a = response(sections, f - 1e3, rate);
    const Response b = response(sections, f + 1e3, rate);
    return -std::atan2(b.im * a.re - b.re * a.im, b.re * a.re + b.im * a.im) / (2.0 * std::numbers::pi * 2e3);
  };
  for (const double f : {1e7, 2e7, 3e7}) EXPECT_NEAR(delay(f) / delay(2e6), 1.0, 1e-3) << f;
}

TEST(IirDesign, NotchIsZeroAtItsFrequencyAndOneFarFromIt) {
  const Sections sections = notch(9e8, 9.0, 10e9);
  const auto power = [&](double f) {
    const Response h = response(sections, f, 10e9);
    return h.re * h.re + h.im * h.im;
  };
  EXPECT_LT(power(9e8), 1e-28);
  EXPECT_NEAR(power(0.0), 1.0, 1e-12);
  EXPECT_NEAR(power(5e9), 1.0, 1e-12);
  // The two -3 dB points are fs / (2 pi) arctan-apart: their distance is exactly frequency / quality.
  double low = 0.0;
  double high = 0.0;
  for (double f = 7e8; f < 9e8; f += 1e4) low = power(f) > 0.5 ? f : low;
  for (double f = 11e8; f > 9e8; f -= 1e4) high = power(f) > 0.5 ? f : high;
  EXPECT_NEAR(high - low, 1e8, 5e4);
}

TEST(IirDesign, PaddingFollowsSciPysRule) {
  EXPECT_EQ(default_padding(butterworth_bandpass(4, 4e8, 2e9, 1e10)), 27);
  EXPECT_EQ(default_padding(butterworth_lowpass(4, 1e9, 1e10)), 15);
  EXPECT_EQ(default_padding(butterworth_lowpass(3, 1e9, 1e10)), 12);  // one section is of first order
  EXPECT_EQ(default_padding(butterworth_lowpass(1, 1e9, 1e10)), 6);
}

// The filter in double against the same one, from the same specification, in long double: the estimate must hold, and must
// not cry wolf by more than a few powers of ten.
std::complex<long double> exact_response(Index order, long double low_f, long double high_f, long double f) {
  const auto warped = [](long double x) { return std::tan(std::numbers::pi_v<long double> * x); };
  const long double w = warped(f);
  const std::complex<long double> s{0.0L,
                                    (w * w - warped(low_f) * warped(high_f)) / (w * (warped(high_f) - warped(low_f)))};
  std::complex<long double> h{1.0L, 0.0L};
  for (Index m = 1 - order; m < order; m += 2) {
    const long double angle =
        std::numbers::pi_v<long double> * static_cast<long double>(m) / (2.0L * static_cast<long double>(order));
    h /= s + std::polar(1.0L, angle);
  }
  return h;
}

TEST(IirDesign, RoundingErrorIsForeseen) {
  for (const double corner : {1e-2, 1e-3, 1e-4, 1e-5, 1e-6}) {
    const Sections sections = butterworth_bandpass(4, corner, 2.0 * corner, 1.0);
    double worst = 0.0;
    for (double f = corner; f <= 2.0 * corner; f += 0.01 * corner) {
      // Evaluate what the rounded coefficients mean, without further rounding.
      std::complex<long double> h{1.0L, 0.0L};
      const auto z = std::polar(1.0L, -2.0L * std::numbers::pi_v<long double> * static_cast<long double>(f));
      for (Index i = 0; i < sections.count; ++i) {
        const Biquad& s = sections.section[to_size(i)];
        const auto l = [](double x) { return static_cast<long double>(x); };
        h *= (l(s.b0) + z * (l(s.b1) + z * l(s.b2))) / (1.0L + z * (l(s.a1) + z * l(s.a2)));
      }
      const auto want = exact_response(4, static_cast<long double>(corner), 2.0L * static_cast<long double>(corner),
                                       static_cast<long double>(f));
      worst = std::max(worst, static_cast<double>(std::abs(h - want) / std::abs(want)));
    }
    EXPECT_LT(worst, rounding_error(sections) + 1e-14) << corner;
    EXPECT_GT(worst, 1e-4 * rounding_error(sections)) << corner;
  }
  EXPECT_LT(rounding_error(butterworth_bandpass(4, 1e-4, 2e-4, 1.0)), 1e-6);
  EXPECT_GT(rounding_error(butterworth_bandpass(4, 1e-6, 2e-6, 1.0)), 1e-6);
}

}  // namespace
}  // namespace surefoot::dsp
