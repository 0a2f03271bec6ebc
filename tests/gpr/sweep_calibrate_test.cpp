// SPDX-License-Identifier: MIT
#include <surefoot/gpr/sweep_calibrate.hpp>

#include "support/golden.hpp"
#include "support/lines.hpp"
#include "support/stage_run.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <complex>
#include <limits>
#include <numbers>

namespace surefoot::gpr {
namespace {

using test::Single;
using Complex = std::complex<double>;

StreamSpec sweep_spec(double start_hz, double step_hz, Index n) {
  return {{AxisKind::sweep, start_hz, step_hz}, 2 * n, 0.0, 0.0, 0};
}

std::vector<Sample> sweep(const StreamSpec& spec, Complex amplitude, double delay_s) {
  std::vector<Sample> out;
  for (Index k = 0; k < spec.n_samples / 2; ++k) {
    const Complex s = amplitude * std::polar(1.0, -2.0 * std::numbers::pi * spec.axis.at(k) * delay_s);
    out.push_back(static_cast<Sample>(s.real()));
    out.push_back(static_cast<Sample>(s.imag()));
  }
  return out;
}

TEST(SweepCalibrate, IsNumPys) {
  const test::GoldenArray sweeps = test::read_golden_npy("sfcw_sweeps.npy");
  const test::GoldenArray want = test::read_golden_npy("sweep_calibrated.npy");
  const StreamSpec spec = sweep_spec(600e6, 10.8e6, static_cast<Index>(sweeps.shape.at(1) / 2));
  for (std::size_t r = 0; r < 4; ++r) {
    const SweepCalibrateOptions options{.reference = static_cast<SweepReference>(r),
                                        .reference_traces = 3,
                                        .water_level = 0.8,
                                        .delay_s = 1.7e-9,
                                        .low_hz = 650e6,
                                        .high_hz = 1.1e9};
    ASSERT_FALSE(validate(options, spec));
    Single<SweepCalibrate> stage(options, spec);
    for (std::size_t i = 0; i < 3; ++i) stage.push(sweeps.row(i));
    ASSERT_EQ(stage.traces.at(2).size(), want.shape.at(1));
    EXPECT_NEAR(stage->output().axis.start, 654e6, 1.0);
    EXPECT_EQ(stage->output().axis.step, 10.8e6);
    for (std::size_t i = 0; i < want.shape.at(1); ++i)
      EXPECT_NEAR(static_cast<double>(stage.traces.at(2)[i]), want.at(r, i), 2e-7 * 1.5) << r << " " << i;
  }
}

TEST(SweepCalibrate, TakesADelayOut) {
  const StreamSpec spec = sweep_spec(0.5e9, 3e6, 300);
  Single<SweepCalibrate> stage(SweepCalibrateOptions{.reference = SweepReference::none, .delay_s = 5e-9}, spec);
  stage.push(sweep(spec, 2.0, 17e-9));
  const std::vector<Sample> want = sweep(spec, 2.0, 12e-9);
  for (std::size_t i = 0; i < want.size(); ++i) EXPECT_NEAR(stage.traces.at(0)[i], want[i], 1e-6F);
  EXPECT_EQ(stage.tags.at(0).quality, Quality::good);
}

TEST(SweepCalibrate, LeavesOnlyWhatTheReferenceLacks) {
  const StreamSpec spec = sweep_spec(1e9, 5e6, 100);
  const std::vector<Sample> air = sweep(spec, {3.0, 1.0}, 2e-9);
  const std::vector<Sample> target = sweep(spec, 0.1, 6e-9);
  std::vector<Sample> both = air;
  for (std::size_t i = 0; i < both.size(); ++i) both[i] += target[i];
  Single<SweepCalibrate> stage(SweepCalibrateOptions{.reference_traces = 4}, spec);
  for (int i = 0; i < 4; ++i) stage.push(air);
  stage.push(both);
  for (std::size_t k = 0; k < 4; ++k) {
    EXPECT_TRUE(has(stage.tags.at(k).quality, Quality::warming_up));
    for (const Sample v : stage.traces.at(k)) EXPECT_NEAR(v, 0.0F, 1e-6F);
  }
  EXPECT_FALSE(has(stage.tags.at(4).quality, Quality::warming_up));
  for (std::size_t i = 0; i < target.size(); ++i) EXPECT_NEAR(stage.traces.at(4)[i], target[i], 5e-7F);
}

TEST(SweepCalibrate, DividesTheInstrumentOut) {
  const StreamSpec spec = sweep_spec(1e9, 5e6, 64);
  // The instrument: a rising gain and a delay; the reference is a mirror at 1 ns of amplitude 1.
  std::vector<Sample> reference = sweep(spec, 1.0, 4e-9);
  std::vector<Sample> target = sweep(spec, 0.2, 9e-9);
  for (std::size_t i = 0; i < target.size(); ++i) {
    const auto gain = static_cast<Sample>(1.0 + 0.1 * static_cast<double>(i / 2));
    reference[i] *= gain;
    target[i] *= gain;
  }
  Single<SweepCalibrate> stage(
      SweepCalibrateOptions{.reference = SweepReference::divide, .reference_traces = 1, .delay_s = -1e-9}, spec);
  stage.push(reference);
  stage.push(target);
  const std::vector<Sample> want = sweep(spec, 0.2, 6e-9);
  for (std::size_t i = 0; i < want.size(); ++i) EXPECT_NEAR(stage.traces.at(1)[i], want[i], 1e-6F);
}

TEST(SweepCalibrate, UnusableTracesAreNoReference) {
  const StreamSpec spec = sweep_spec(1e9, 5e6, 16);
  const std::vector<Sample> air = sweep(spec, 1.0, 2e-9);
  std::vector<Sample> bad = air;
  bad[3] = std::numeric_limits<Sample>::quiet_NaN();
  Single<SweepCalibrate> a(SweepCalibrateOptions{.reference_traces = 2}, spec);
  Single<SweepCalibrate> b(SweepCalibrateOptions{.reference_traces = 2}, spec);
  for (const auto& t : {air, bad, air, air}) a.push(t);
  for (const auto& t : {air, air, air}) b.push(t);
  EXPECT_TRUE(has(a.tags.at(1).quality, Quality::non_finite));
  EXPECT_TRUE(has(a.tags.at(2).quality, Quality::warming_up));
  EXPECT_FALSE(has(a.tags.at(3).quality, Quality::warming_up));
  EXPECT_EQ(a.traces.at(3), b.traces.at(2));
}

TEST(SweepCalibrate, AnEmptyReferenceDividesToZero) {
  const StreamSpec spec = sweep_spec(1e9, 5e6, 16);
  Single<SweepCalibrate> stage(
      SweepCalibrateOptions{.reference = SweepReference::divide, .reference_traces = 1, .water_level = 0.0}, spec);
  stage.push(std::vector<Sample>(32, 0.0F));
  stage.push(sweep(spec, 1.0, 2e-9));
  for (const Sample v : stage.traces.at(1)) EXPECT_EQ(v, 0.0F);
}

TEST(SweepCalibrate, RefusesWhatItCannotDo) {
  const StreamSpec spec = sweep_spec(1e9, 10e6, 101);
  EXPECT_FALSE(validate(SweepCalibrateOptions{}, spec));
  EXPECT_FALSE(validate(SweepCalibrateOptions{.low_hz = 1.99e9, .high_hz = 2e9}, spec));
  EXPECT_STREQ(validate(SweepCalibrateOptions{.low_hz = 1.995e9}, spec).field, "low_hz");
  EXPECT_STREQ(validate(SweepCalibrateOptions{.low_hz = 5e9}, spec).field, "low_hz");
  EXPECT_STREQ(validate(SweepCalibrateOptions{.high_hz = 0.9e9}, spec).field, "low_hz");
  EXPECT_STREQ(validate(SweepCalibrateOptions{.low_hz = 1.5e9, .high_hz = 1.4e9}, spec).field, "high_hz");
  EXPECT_STREQ(validate(SweepCalibrateOptions{.reference_traces = 0}, spec).field, "reference_traces");
  EXPECT_STREQ(validate(SweepCalibrateOptions{.water_level = 1.5}, spec).field, "water_level");
  EXPECT_STREQ(validate(SweepCalibrateOptions{.delay_s = std::nan("")}, spec).field, "delay_s");
  StreamSpec time = spec;
  time.axis.kind = AxisKind::two_way_time;
  EXPECT_TRUE(validate(SweepCalibrateOptions{}, time));
}

}  // namespace
}  // namespace surefoot::gpr
