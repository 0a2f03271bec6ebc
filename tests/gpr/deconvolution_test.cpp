// SPDX-License-Identifier: MIT
#include <surefoot/gpr/deconvolution.hpp>

#include "support/columns.hpp"
#include "support/lines.hpp"
#include "support/stage_run.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace surefoot::gpr {
namespace {

using test::Single;
using Method = DeconvolutionMethod;

StreamSpec spec_of(std::size_t n) {
  return {{AxisKind::two_way_time, -2e-9, 0.1e-9}, static_cast<Index>(n), 0.0, 0.0, 0};
}

std::vector<Sample> deconvolved(const std::vector<Sample>& x, const DeconvolutionOptions& options) {
  EXPECT_FALSE(validate(options, spec_of(x.size())));
  Single<Deconvolution> stage(options, spec_of(x.size()));
  stage.push(x);
  EXPECT_FALSE(has(stage.tags.at(0).quality, Quality::not_converged));
  return stage.traces.at(0);
}

void expect_near(const std::vector<Sample>& got, const std::vector<double>& want, const std::string& what) {
  double largest = 0.0;
  for (const double v : want) largest = std::max(largest, std::abs(v));
  ASSERT_EQ(got.size(), want.size());
  for (std::size_t i = 0; i < got.size(); ++i)
    EXPECT_NEAR(static_cast<double>(got[i]), want[i], 3e-7 * largest) << what << " " << i;
}

TEST(Deconvolution, IsSciPys) {
  auto golden = test::read_golden_columns("deconvolution.csv");
  const std::vector<Sample> x = test::to_samples(golden.at("first"));
  expect_near(deconvolved(x, {.method = Method::spiking, .length_s = 2e-9}), golden.at("spiking"), "spiking");
  expect_near(deconvolved(x, {.method = Method::predictive, .length_s = 3e-9, .gap_s = 0.5e-9, .prewhitening = 0.01}),
              golden.at("predictive"), "predictive");
  expect_near(deconvolved(x, {.method = Method::wavelet, .length_s = 3e-9}), golden.at("ricker"), "ricker");
  expect_near(deconvolved(x, {.method = Method::wavelet,
                              .length_s = 1.2e-9,
                              .prewhitening = 0.05,
                              .wavelet = WaveletSource::samples,
                              .amplitudes = {0.2, -1.0, 0.4, 0.3}}),
              golden.at("samples"), "samples");
  const DeconvolutionOptions direct{.method = Method::wavelet,
                                    .length_s = 3e-9,
                                    .prewhitening = 0.01,
                                    .wavelet = WaveletSource::direct_wave,
                                    .share = 0.4};
  Single<Deconvolution> stage(direct, spec_of(x.size()));
  stage.push(x);
  stage.push(test::to_samples(golden.at("second")));
  expect_near(stage.traces.at(0), golden.at("direct_wave_0"), "direct_wave 0");
  expect_near(stage.traces.at(1), golden.at("direct_wave_1"), "direct_wave 1");
  EXPECT_TRUE(has(stage.tags.at(1).quality, Quality::warming_up));
}

// A wavelet of minimum phase, (1 - p/z)^-1, on sparse echoes: one step of prediction leaves the echoes alone.
TEST(Deconvolution, SpikingTakesAMinimumPhaseWaveletOff) {
  std::vector<Sample> x(400, 0.0F);
  double state = 0.0;
  for (std::size_t i = 0; i < 400; ++i) {
    state = 0.8 * state + (i == 50 ? 100.0 : 0.0) + (i == 130 ? -60.0 : 0.0) + (i == 260 ? 30.0 : 0.0);
    x[i] = static_cast<Sample>(state);
  }
  const std::vector<Sample> y = deconvolved(x, {.length_s = 0.3e-9, .prewhitening = 1e-6});
  for (std::size_t i = 0; i < 400; ++i) {
    const Sample want = i == 50 ? 100.0F : i == 130 ? -60.0F : i == 260 ? 30.0F : 0.0F;
    EXPECT_NEAR(y[i], want, 0.1F) << i;
  }
}

// A layer that rings: x[i] = w[i] - 0.5 w[i-40] + 0.25 w[i-80] ...; predictive with its period takes the returns off and
// leaves the wavelet.
TEST(Deconvolution, PredictiveTakesReturnsOffAndLeavesTheWavelet) {
  std::vector<Sample> x(500);
  std::vector<double> clean(500);
  for (std::size_t i = 0; i < 500; ++i) {
    const double t = 1e-10 * (static_cast<double>(i) - 30.0);
    clean[i] = 1000.0 * test::ricker(t, 1e9);
    double sum = 0.0;
    double factor = 1.0;
    for (int k = 0; k < 12; ++k, factor *= -0.5) sum += factor * 1000.0 * test::ricker(t - 4e-9 * k, 1e9);
    x[i] = static_cast<Sample>(sum);
  }
  const std::vector<Sample> y =
      deconvolved(x, {.method = Method::predictive, .length_s = 2e-9, .gap_s = 3e-9, .prewhitening = 1e-4});
  for (std::size_t i = 0; i < 30; ++i) EXPECT_EQ(y[i], x[i]) << "nothing is foretold before the gap";
  for (std::size_t i = 20; i < 500; ++i) EXPECT_NEAR(static_cast<double>(y[i]), clean[i], 30.0) << i;
}

// An echo a w comes out with the height a in its place, sharper than it went in.
TEST(Deconvolution, WaveletKeepsPlaceAndHeight) {
  std::vector<Sample> x(300);
  for (std::size_t i = 0; i < 300; ++i)
    x[i] = static_cast<Sample>(-40.0 * test::ricker(1e-10 * (static_cast<double>(i) - 120.0), 0.5e9));
  const std::vector<Sample> y =
      deconvolved(x, {.method = Method::wavelet, .length_s = 8e-9, .prewhitening = 1e-4, .centre_hz = 0.5e9});
  EXPECT_NEAR(y[120], -40.0F, 1e-3F);
  EXPECT_EQ(std::min_element(y.begin(), y.end()) - y.begin(), 120);
  const auto width = [](const std::vector<Sample>& v) {
    Index n = 0;
    for (const Sample s : v) n += s < -20.0F ? 1 : 0;
    return n;
  };
  EXPECT_LT(2 * width(y), width(x) + 2);
  for (std::size_t i = 1; i < 120; ++i) EXPECT_NEAR(y[120 - i], y[120 + i], 1e-3F) << i;
  // The same from its samples, and learnt from the line.
  const std::vector<Sample> learnt = deconvolved(x, {.method = Method::wavelet,
                                                     .length_s = 8e-9,
                                                     .prewhitening = 1e-4,
                                                     .wavelet = WaveletSource::direct_wave,
                                                     .start_s = 6e-9,
                                                     .end_s = 14e-9});
  for (std::size_t i = 0; i < 300; ++i) EXPECT_NEAR(learnt[i], y[i], 0.05F) << i;
}

// Of two wavelets 0.4 ns apart, too close to be told by eye, each becomes a peak.
TEST(Deconvolution, WaveletTellsCloseEchoesApart) {
  std::vector<Sample> x(300);
  for (std::size_t i = 0; i < 300; ++i) {
    const double t = 1e-10 * (static_cast<double>(i) - 120.0);
    x[i] = static_cast<Sample>(100.0 * test::ricker(t, 0.8e9) + 100.0 * test::ricker(t - 0.4e-9, 0.8e9));
  }
  EXPECT_GT(x[122], x[120]);  // one hump
  const std::vector<Sample> y =
      deconvolved(x, {.method = Method::wavelet, .length_s = 4e-9, .prewhitening = 1e-5, .centre_hz = 0.8e9});
  EXPECT_GT(y[120], 1.2F * y[122]);
  EXPECT_GT(y[124], 1.2F * y[122]);
}

TEST(Deconvolution, ZeroConstantAndNonFinite) {
  for (const Method method : {Method::spiking, Method::predictive, Method::wavelet})
    for (const WaveletSource source : {WaveletSource::ricker, WaveletSource::direct_wave, WaveletSource::samples}) {
      const DeconvolutionOptions options{.method = method, .wavelet = source};
      EXPECT_EQ(deconvolved(std::vector<Sample>(100, 0.0F), options), std::vector<Sample>(100, 0.0F));
      for (const Sample level : {5.0F, 8e15F, 1e-30F})
        for (const Sample v : deconvolved(std::vector<Sample>(100, level), options)) EXPECT_TRUE(std::isfinite(v));
      std::vector<Sample> x(100, 1.0F);
      x[50] = std::numeric_limits<Sample>::quiet_NaN();
      Single<Deconvolution> stage(options, spec_of(100));
      stage.push(x);
      EXPECT_TRUE(has(stage.tags.at(0).quality, Quality::non_finite));
      EXPECT_EQ(stage.traces.at(0), std::vector<Sample>(100, 0.0F));
    }
}

// Echoes but no direct wave: nothing can be inverted, so the trace passes as it is and says so.
TEST(Deconvolution, WithoutAWaveletTheTracePassesFlagged) {
  std::vector<Sample> x(100, 0.0F);
  x[80] = 3.0F;
  Single<Deconvolution> stage(DeconvolutionOptions{.method = Method::wavelet, .wavelet = WaveletSource::direct_wave},
                              spec_of(100));
  stage.push(x);
  EXPECT_TRUE(has(stage.tags.at(0).quality, Quality::not_converged));
  EXPECT_EQ(stage.traces.at(0), x);
}

TEST(Deconvolution, RefusesWhatItCannotDo) {
  const StreamSpec in = spec_of(256);
  const auto refused = [&](const DeconvolutionOptions& o) { return std::string(validate(o, in).field); };
  EXPECT_FALSE(validate(DeconvolutionOptions{}, in));
  EXPECT_EQ(refused({.length_s = 0.0}), "length_s");
  EXPECT_EQ(refused({.length_s = 25.6e-9}), "length_s");
  EXPECT_FALSE(validate(DeconvolutionOptions{.length_s = 25.5e-9}, in));
  EXPECT_NEAR(validate(DeconvolutionOptions{.length_s = 1.0}, in).allowed.high, 25.5e-9, 1e-15);
  EXPECT_EQ(refused({.method = Method::predictive, .gap_s = 1.0}), "gap_s");
  EXPECT_EQ(refused({.method = Method::predictive, .gap_s = 24e-9}), "length_s");
  EXPECT_EQ(refused({.prewhitening = 0.0}), "prewhitening");
  EXPECT_EQ(refused({.method = Method::wavelet, .length_s = 12.8e-9}), "length_s");
  EXPECT_FALSE(validate(DeconvolutionOptions{.method = Method::wavelet, .length_s = 12.7e-9}, in));
  EXPECT_EQ(refused({.method = Method::wavelet, .centre_hz = 5e9}), "centre_hz");
  const auto direct = WaveletSource::direct_wave;
  EXPECT_EQ(refused({.method = Method::wavelet, .wavelet = direct, .start_s = 2e-9}), "start_s");
  EXPECT_EQ(refused({.method = Method::wavelet, .wavelet = direct, .start_s = 30e-9, .end_s = 31e-9}), "start_s");
  EXPECT_EQ(refused({.method = Method::wavelet, .wavelet = direct, .start_s = -9e-9, .end_s = -8e-9}), "end_s");
  EXPECT_EQ(refused({.method = Method::wavelet, .wavelet = WaveletSource::samples, .amplitudes = {}}), "amplitudes");
  EXPECT_EQ(refused({.method = Method::wavelet, .wavelet = WaveletSource::samples, .amplitudes = {0.0, 0.0}}),
            "amplitudes");
  StreamSpec gates = in;
  gates.axis.kind = AxisKind::gate_time;
  EXPECT_TRUE(validate(DeconvolutionOptions{}, gates));
}

}  // namespace
}  // namespace surefoot::gpr
