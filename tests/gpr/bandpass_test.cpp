// SPDX-License-Identifier: MIT
#include <surefoot/gpr/bandpass.hpp>

#include "support/columns.hpp"
#include "support/lines.hpp"
#include "support/stage_run.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace surefoot::gpr {
namespace {

using test::Single;

StreamSpec spec_of(Index n) { return {{AxisKind::two_way_time, 0.0, 0.1e-9}, n, 0.0, 0.0, 0}; }

void expect_near(const std::vector<Sample>& got, const std::vector<double>& want, const std::string& what) {
  ASSERT_EQ(got.size(), want.size());
  double largest = 0.0;
  for (const double v : want) largest = std::max(largest, std::abs(v));
  for (std::size_t i = 0; i < got.size(); ++i)
    EXPECT_NEAR(static_cast<double>(got[i]), want[i], 2e-7 * largest) << what << " " << i;
}

TEST(Bandpass, IsSciPys) {
  auto golden = test::read_golden_columns("bandpass.csv");
  const std::vector<Sample> first = test::to_samples(golden.at("first"));
  const std::vector<Sample> second = test::to_samples(golden.at("second"));
  for (const Index order : {1, 2, 3, 4, 8}) {
    const std::string n = std::to_string(order);
    BandpassOptions options{.low_hz = 250e6, .high_hz = 2.1e9, .order = order};
    Single<Bandpass> zero_phase(options, spec_of(static_cast<Index>(first.size())));
    zero_phase.push(first);
    expect_near(zero_phase.traces.at(0), golden.at("zero_phase_" + n), "zero_phase " + n);

    options.method = FilterMethod::causal;
    Single<Bandpass> steady(options, spec_of(static_cast<Index>(first.size())));
    steady.push(first);
    steady.push(first);
    expect_near(steady.traces.at(0), golden.at("steady_" + n), "steady " + n);
    EXPECT_EQ(steady.traces.at(0), steady.traces.at(1));

    options.start = FilterStart::rest;
    Single<Bandpass> rest(options, spec_of(static_cast<Index>(first.size())));
    rest.push(first);
    expect_near(rest.traces.at(0), golden.at("rest_" + n), "rest " + n);

    options.start = FilterStart::previous_trace;
    Single<Bandpass> previous(options, spec_of(static_cast<Index>(first.size())));
    previous.push(first);
    previous.push(second);
    expect_near(previous.traces.at(0), golden.at("steady_" + n), "first of previous " + n);
    expect_near(previous.traces.at(1), golden.at("previous_" + n), "previous " + n);
  }
}

TEST(Bandpass, FamiliesAndBandsAreSciPys) {
  auto golden = test::read_golden_columns("filter_families.csv");
  const std::vector<Sample> x = test::to_samples(golden.at("input"));
  const StreamSpec in = spec_of(static_cast<Index>(x.size()));
  for (const Index order : {3, 6})
    for (std::size_t family = 0; family < filter_family_words.size(); ++family)
      for (std::size_t band = 0; band < filter_band_words.size(); ++band) {
        BandpassOptions options{.low_hz = 250e6,
                                .high_hz = 2.1e9,
                                .order = order,
                                .start = FilterStart::rest,
                                .family = static_cast<dsp::IirFamily>(family),
                                .band = static_cast<dsp::IirBand>(band),
                                .ripple_db = 0.5};
        ASSERT_FALSE(validate(options, in));
        const std::string name =
            std::string(filter_family_words[family]) + "_" + filter_band_words[band] + "_" + std::to_string(order);
        Single<Bandpass> zero_phase(options, in);
        zero_phase.push(x);
        expect_near(zero_phase.traces.at(0), golden.at(name + "_zero_phase"), name + " zero_phase");
        options.method = FilterMethod::causal;
        Single<Bandpass> rest(options, in);
        rest.push(x);
        expect_near(rest.traces.at(0), golden.at(name + "_rest"), name + " rest");
      }
}

// ImpDAR casts the filtered trace back to the integers of its input: an echo of one count, spread by the filter, is lost there.
TEST(Bandpass, CountsAreNotCutToIntegers) {
  std::vector<Sample> x(200, 1000.0F);
  x[100] = 1001.0F;
  Single<Bandpass> stage(BandpassOptions{.high_hz = 2e9}, spec_of(200));
  stage.push(x);
  const std::vector<Sample>& y = stage.traces[0];
  for (const Sample v : y) EXPECT_LT(std::abs(v), 1.0F);  // cut to integers, all of it would be zero
  EXPECT_GT(y[100], 0.2F);
  EXPECT_LT(y[104], -0.02F);
}

// A sine that has been on for long comes out with the gain and the delay of H; forwards and backwards, with |H|^2.
TEST(Bandpass, TreatsASineAsHSays) {
  const Index n = 2048;
  const BandpassOptions zero_phase{.low_hz = 300e6, .high_hz = 2e9, .order = 3};
  BandpassOptions causal = zero_phase;
  causal.method = FilterMethod::causal;
  causal.start = FilterStart::rest;
  const dsp::Sections sections = dsp::butterworth_bandpass(3, 300e6, 2e9, 10e9);
  for (const double f : {150e6, 300e6, 800e6, 2e9, 3e9}) {
    const double w = 2.0 * std::numbers::pi * f * 0.1e-9;
    std::vector<Sample> x;
    for (Index i = 0; i < n; ++i) x.push_back(static_cast<Sample>(std::cos(w * static_cast<double>(i))));
    const dsp::Response h = dsp::response(sections, f, 10e9);
    Single<Bandpass> once(causal, spec_of(n));
    Single<Bandpass> twice(zero_phase, spec_of(n));
    once.push(x);
    twice.push(x);
    const double power = h.re * h.re + h.im * h.im;
    for (std::size_t i = 700; i < 1300; ++i) {
      const double t = w * static_cast<double>(i);
      EXPECT_NEAR(static_cast<double>(once.traces[0][i]), h.re * std::cos(t) - h.im * std::sin(t), 2e-6) << f;
      EXPECT_NEAR(static_cast<double>(twice.traces[0][i]), power * std::cos(t), 2e-6) << f;
    }
  }
}

TEST(Bandpass, ZeroPhaseKeepsASymmetricPulseSymmetric) {
  const Index n = 401;
  std::vector<Sample> x(to_size(n), 0.0F);
  x[200] = 1000.0F;
  Single<Bandpass> stage(BandpassOptions{}, spec_of(n));
  stage.push(x);
  const std::vector<Sample>& y = stage.traces[0];
  for (std::size_t i = 1; i < 150; ++i) EXPECT_NEAR(y[200 - i], y[200 + i], 1e-4);
  EXPECT_EQ(std::max_element(y.begin(), y.end()) - y.begin(), 200);
}

TEST(Bandpass, ASteadyStartHasNoTransientForAnOffset) {
  std::vector<Sample> x(200, 30000.0F);
  for (const FilterMethod method : {FilterMethod::zero_phase, FilterMethod::causal}) {
    Single<Bandpass> stage(BandpassOptions{.method = method}, spec_of(200));
    stage.push(x);
    for (const Sample v : stage.traces[0]) EXPECT_NEAR(v, 0.0F, 1e-6F);
  }
}

TEST(Bandpass, AnUnusableTraceLeavesTheMemoryAlone) {
  auto golden = test::read_golden_columns("bandpass.csv");
  const std::vector<Sample> first = test::to_samples(golden.at("first"));
  const std::vector<Sample> second = test::to_samples(golden.at("second"));
  const BandpassOptions options{.method = FilterMethod::causal, .start = FilterStart::previous_trace};
  Single<Bandpass> a(options, spec_of(static_cast<Index>(first.size())));
  Single<Bandpass> b(options, spec_of(static_cast<Index>(first.size())));
  a.push(first);
  a.push(second);
  b.push(first);
  std::vector<Sample> bad = second;
  bad[3] = std::numeric_limits<Sample>::quiet_NaN();
  b.push(bad);
  b.push(second);
  EXPECT_TRUE(has(b.tags.at(1).quality, Quality::non_finite));
  EXPECT_EQ(b.traces.at(1), std::vector<Sample>(first.size(), 0.0F));
  EXPECT_EQ(a.traces.at(1), b.traces.at(2));
}

TEST(Bandpass, AHugeTraceStaysFinite) {
  std::vector<Sample> x(200);
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = (i / 8) % 2 == 0 ? 8e15F : -8e15F;
  Single<Bandpass> stage(BandpassOptions{}, spec_of(200));
  stage.push(x);
  for (const Sample v : stage.traces[0]) EXPECT_TRUE(std::isfinite(v));
}

TEST(Bandpass, RefusesWhatItCannotDo) {
  const StreamSpec in = spec_of(512);
  EXPECT_FALSE(validate(BandpassOptions{}, in));
  EXPECT_STREQ(validate(BandpassOptions{.high_hz = 5e9}, in).field, "high_hz");
  EXPECT_STREQ(validate(BandpassOptions{.low_hz = 3e9}, in).field, "low_hz");
  EXPECT_STREQ(validate(BandpassOptions{.low_hz = 0.0}, in).field, "low_hz");
  EXPECT_STREQ(validate(BandpassOptions{.order = 9}, in).field, "order");
  EXPECT_STREQ(validate(BandpassOptions{.low_hz = std::nan("")}, in).field, "low_hz");
  // 3 (2 order + 1) samples at each end: 27 for order 4.
  EXPECT_FALSE(validate(BandpassOptions{}, spec_of(28)));
  const Problem short_trace = validate(BandpassOptions{}, spec_of(27));
  EXPECT_STREQ(short_trace.field, "order");
  EXPECT_EQ(short_trace.allowed.high, 3.0);
  EXPECT_FALSE(validate(BandpassOptions{.order = 3}, spec_of(27)));
  EXPECT_FALSE(validate(BandpassOptions{.method = FilterMethod::causal}, spec_of(2)));
  // Poles that double cannot hold: a corner of 1e-7 of the sampling rate.
  EXPECT_STREQ(validate(BandpassOptions{.low_hz = 1e3, .high_hz = 2e3}, in).field, "low_hz");
  // One-sided bands do not read the other corner.
  const auto low = dsp::IirBand::lowpass;
  const auto high = dsp::IirBand::highpass;
  EXPECT_FALSE(validate(BandpassOptions{.low_hz = 9e9, .band = low}, in));
  EXPECT_FALSE(validate(BandpassOptions{.high_hz = 9e9, .band = high}, in));
  EXPECT_STREQ(validate(BandpassOptions{.high_hz = 5e9, .band = low}, in).field, "high_hz");
  const Problem above_nyquist = validate(BandpassOptions{.low_hz = 6e9, .band = high}, in);
  EXPECT_STREQ(above_nyquist.field, "low_hz");
  EXPECT_EQ(above_nyquist.allowed.high, 5e9);
  EXPECT_STREQ(validate(BandpassOptions{.ripple_db = 0.0}, in).field, "ripple_db");
  EXPECT_FALSE(validate(BandpassOptions{.band = low}, spec_of(16)));
  EXPECT_EQ(validate(BandpassOptions{.band = low}, spec_of(15)).allowed.high, 3.0);
  StreamSpec gates = in;
  gates.axis.kind = AxisKind::gate_time;
  EXPECT_TRUE(validate(BandpassOptions{}, gates));
}

}  // namespace
}  // namespace surefoot::gpr
