// SPDX-License-Identifier: MIT
#include <surefoot/detect/spectrum.hpp>

#include "support/golden.hpp"
#include "support/lines.hpp"
#include "support/stage_run.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numbers>
#include <string>
#include <vector>

namespace surefoot::detect {
namespace {

const StreamSpec spec{{AxisKind::two_way_time, 0.0, 1e-10}, 100, 0.02, 0.02, 0};
const SpectrumOptions options{
    .start_s = 8e-10, .end_s = 1e-8, .slab_s = 3e-9, .bands = 4, .rate = 0.05, .warm_up_traces = 10};

TEST(Spectrum, AgreesWithNumPysTransform) {
  ASSERT_FALSE(validate(options, spec));
  const test::GoldenArray input = test::read_golden_npy("spectrum_input.npy");
  const test::GoldenArray expected = test::read_golden_npy("spectrum_expected.npy");
  test::Single<Spectrum> stage(options, spec);
  ASSERT_EQ(stage->output().n_samples, static_cast<Index>(expected.shape[1]));
  for (std::size_t i = 0; i < input.shape[0]; ++i) {
    TraceTag tag;
    tag.score = i >= 30 && i < 35 ? 3.0F : 1.0F;
    const std::vector<Sample> trace = input.row(i);
    stage.push(trace, tag);
    EXPECT_EQ(has(stage.tags[i].quality, Quality::warming_up), i < 10);
    for (std::size_t k = 0; k < expected.shape[1]; ++k)
      ASSERT_NEAR(static_cast<double>(stage.traces[i][k]), expected.at(i, k), 2e-5) << i << ", " << k;
  }
}

// A tone on a multiple of the slab's frequency, ten times as strong as before: ln(100) in its band.
TEST(Spectrum, AStrongerToneIsSeenInItsBandAndSlabOnly) {
  test::Single<Spectrum> stage(options, spec);
  test::Random random(2);
  const auto trace = [&](double amplitude) {
    std::vector<Sample> x(100);
    for (std::size_t i = 0; i < 100; ++i) {
      const double t = static_cast<double>(i);
      x[i] = static_cast<Sample>(1e-3 * random.normal());
      if (i >= 38 && i < 68)
        x[i] += static_cast<Sample>(amplitude * std::cos(2.0 * std::numbers::pi * t * 4.0 / 30.0));  // 1.33 GHz: band 1
    }
    return x;
  };
  for (int i = 0; i < 60; ++i) stage.push(trace(1.0));
  stage.push(trace(10.0));
  const std::vector<Sample>& last = stage.traces.back();
  EXPECT_NEAR(static_cast<double>(last[5]), std::log(100.0), 0.02);
  for (const std::size_t other : {0U, 3U, 8U, 11U}) EXPECT_LT(std::abs(last[other]), 4.0F) << other;
}

TEST(Spectrum, AFactorChangesNothing) {
  test::Single<Spectrum> one(options, spec);
  test::Single<Spectrum> two(options, spec);
  test::Random random(3);
  for (int i = 0; i < 30; ++i) {
    std::vector<Sample> x(100);
    for (Sample& v : x) v = static_cast<Sample>(random.normal());
    one.push(x);
    for (Sample& v : x) v *= 4096.0F;
    two.push(x);
    for (std::size_t k = 0; k < one.traces.back().size(); ++k)
      EXPECT_NEAR(static_cast<double>(one.traces.back()[k]), static_cast<double>(two.traces.back()[k]), 1e-5);
  }
}

TEST(Spectrum, ZerosAndLostTracesTeachNothing) {
  test::Single<Spectrum> stage(options, spec);
  test::Single<Spectrum> clean(options, spec);
  test::Random random(4);
  for (int i = 0; i < 20; ++i) {
    std::vector<Sample> x(100);
    for (Sample& v : x) v = static_cast<Sample>(random.normal());
    stage.push(x);
    clean.push(x);
    EXPECT_EQ(stage.traces.back(), clean.traces.back());
    std::vector<Sample> bad = x;
    bad[7] = std::numeric_limits<float>::quiet_NaN();
    stage.push(bad);
    EXPECT_TRUE(has(stage.tags.back().quality, Quality::non_finite));
    for (const Sample v : stage.traces.back()) EXPECT_EQ(v, 0.0F);
  }
  test::Single<Spectrum> silent(options, spec);
  for (int i = 0; i < 20; ++i) silent.push(std::vector<Sample>(100, 0.0F));
  for (const auto& row : silent.traces)
    for (const Sample v : row) EXPECT_EQ(v, 0.0F);
}

TEST(Spectrum, RefusesWhatDoesNotFit) {
  const auto wrong = [](SpectrumOptions o) {
    const Problem p = validate(o, spec);
    return std::string(p ? p.field : "");
  };
  SpectrumOptions o = options;
  o.high_hz = 6e9;
  EXPECT_EQ(wrong(o), "high_hz");
  o = options;
  o.low_hz = 3e9;
  EXPECT_EQ(wrong(o), "low_hz");
  o = options;
  o.slab_s = 1e-10;
  EXPECT_EQ(wrong(o), "slab_s");
  o = options;
  o.slab_s = 2e-8;
  EXPECT_EQ(wrong(o), "slab_s");
  EXPECT_TRUE(validate(options, {{AxisKind::channel, 0.0, 1.0}, 48}));
}

}  // namespace
}  // namespace surefoot::detect
