// SPDX-License-Identifier: MIT
#include <surefoot/gpr/fir.hpp>

#include "support/columns.hpp"
#include "support/stage_run.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace surefoot::gpr {
namespace {

using test::Single;

StreamSpec spec_of(std::size_t n) {
  return {{AxisKind::two_way_time, 0.0, 0.1e-9}, static_cast<Index>(n), 0.0, 0.0, 0};
}

std::vector<Sample> filtered(const std::vector<Sample>& x, const FirOptions& options) {
  EXPECT_FALSE(validate(options, spec_of(x.size())));
  Single<Fir> stage(options, spec_of(x.size()));
  stage.push(x);
  return stage.traces.at(0);
}

TEST(Fir, IsSciPysTapsAndNumPysConvolution) {
  auto golden = test::read_golden_columns("fir.csv");
  const std::vector<Sample> x = test::to_samples(golden.at("input"));
  for (std::size_t band = 0; band < fir_band_words.size(); ++band)
    for (const dsp::Window window : {dsp::Window::hamming, dsp::Window::kaiser}) {
      const std::vector<Sample> y = filtered(x, {.band = static_cast<dsp::FirBand>(band),
                                                 .low_hz = 300e6,
                                                 .high_hz = 2.2e9,
                                                 .taps = 41,
                                                 .window = window,
                                                 .kaiser_beta = 6.5});
      const std::string name =
          std::string(fir_band_words[band]) + "_" + dsp::window_words[static_cast<std::size_t>(window)];
      const std::vector<double>& want = golden.at(name);
      double largest = 0.0;
      for (const double v : want) largest = std::max(largest, std::abs(v));
      for (std::size_t i = 0; i < x.size(); ++i)
        EXPECT_NEAR(static_cast<double>(y[i]), want[i], 1e-7 * largest) << name << " " << i;
    }
}

// ImpDAR shifts its FIR by twice the delay. Here a pulse stays where it is, with its symmetry.
TEST(Fir, MovesNothing) {
  for (const Index taps : {3, 21, 101, 201}) {
    std::vector<Sample> x(301, 0.0F);
    x[150] = 1000.0F;
    const std::vector<Sample> y = filtered(x, {.taps = taps});
    EXPECT_EQ(std::max_element(y.begin(), y.end()) - y.begin(), 150) << taps;
    for (std::size_t i = 1; i < 150; ++i) EXPECT_NEAR(y[150 - i], y[150 + i], 1e-4F) << taps << " " << i;
  }
}

// ImpDAR leaves the last rows as they came. Here an offset and a drift see the same gain up to both ends.
TEST(Fir, FiltersUpToBothEnds) {
  std::vector<Sample> x;
  for (int i = 0; i < 300; ++i) x.push_back(static_cast<Sample>(30000.0 - 7.0 * i));
  for (const dsp::FirBand band : {dsp::FirBand::highpass, dsp::FirBand::lowpass}) {
    const FirOptions options{.band = band, .low_hz = 1e9, .high_hz = 1e9};
    std::vector<double> taps(101);
    dsp::fir({band, options.window, 1e9, 1e9, 0.0}, 10e9, taps);
    double gain = 0.0;
    for (const double h : taps) gain += h;
    EXPECT_NEAR(gain, band == dsp::FirBand::lowpass ? 1.0 : 0.0, 2e-3);
    const std::vector<Sample> y = filtered(x, options);
    for (std::size_t i = 0; i < 300; ++i)
      EXPECT_NEAR(static_cast<double>(y[i]), gain * static_cast<double>(x[i]), 1e-7 * 3e4) << i;
  }
}

TEST(Fir, TreatsASineAsItsTapsSay) {
  const FirOptions options{.low_hz = 5e8, .high_hz = 2e9, .window = dsp::Window::blackman};
  std::vector<double> taps(101);
  dsp::fir({options.band, options.window, options.low_hz, options.high_hz, 0.0}, 10e9, taps);
  for (const double f : {2e8, 5e8, 1.2e9, 2e9, 3e9}) {
    const double w = 2.0 * std::numbers::pi * f * 0.1e-9;
    double gain = 0.0;
    for (int k = -50; k <= 50; ++k) gain += taps[static_cast<std::size_t>(k + 50)] * std::cos(w * k);
    std::vector<Sample> x;
    for (int i = 0; i < 400; ++i) x.push_back(static_cast<Sample>(std::sin(w * i)));
    const std::vector<Sample> y = filtered(x, options);
    for (std::size_t i = 50; i < 350; ++i)
      EXPECT_NEAR(static_cast<double>(y[i]), gain * std::sin(w * static_cast<double>(i)), 1e-6) << f;
  }
}

TEST(Fir, ZeroConstantAndNonFinite) {
  EXPECT_EQ(filtered(std::vector<Sample>(128, 0.0F), {}), std::vector<Sample>(128, 0.0F));
  for (const Sample v : filtered(std::vector<Sample>(128, 8e15F), {.band = dsp::FirBand::lowpass}))
    EXPECT_NEAR(v, 8e15F, 2e9F);
  std::vector<Sample> x(128, 1.0F);
  x[0] = -std::numeric_limits<Sample>::infinity();
  Single<Fir> stage(FirOptions{}, spec_of(128));
  stage.push(x);
  EXPECT_TRUE(has(stage.tags.at(0).quality, Quality::non_finite));
  EXPECT_EQ(stage.traces.at(0), std::vector<Sample>(128, 0.0F));
}

TEST(Fir, RefusesWhatItCannotDo) {
  const StreamSpec in = spec_of(256);
  EXPECT_FALSE(validate(FirOptions{}, in));
  EXPECT_STREQ(validate(FirOptions{.high_hz = 5e9}, in).field, "high_hz");
  EXPECT_EQ(validate(FirOptions{.high_hz = 5e9}, in).allowed.high, 5e9);
  EXPECT_STREQ(validate(FirOptions{.low_hz = 2.6e9}, in).field, "low_hz");
  EXPECT_STREQ(validate(FirOptions{.low_hz = -1.0}, in).field, "low_hz");
  EXPECT_FALSE(validate(FirOptions{.band = dsp::FirBand::lowpass, .low_hz = 9e9}, in));
  EXPECT_FALSE(validate(FirOptions{.band = dsp::FirBand::highpass, .high_hz = 9e9}, in));
  EXPECT_STREQ(validate(FirOptions{.band = dsp::FirBand::highpass, .low_hz = 5e9}, in).field, "low_hz");
  EXPECT_STREQ(validate(FirOptions{.taps = 100}, in).field, "taps");
  EXPECT_STREQ(validate(FirOptions{.taps = 1}, in).field, "taps");
  const Problem too_long = validate(FirOptions{.taps = 257}, in);
  EXPECT_STREQ(too_long.field, "taps");
  EXPECT_EQ(too_long.allowed.high, 256.0);
  EXPECT_FALSE(validate(FirOptions{.taps = 255}, in));
  StreamSpec gates = in;
  gates.axis.kind = AxisKind::gate_time;
  EXPECT_TRUE(validate(FirOptions{}, gates));
}

}  // namespace
}  // namespace surefoot::gpr
