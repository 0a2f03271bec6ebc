// SPDX-License-Identifier: MIT
#include <surefoot/gpr/depth.hpp>
#include <surefoot/gpr/permittivity.hpp>

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
constexpr double c = 299792458.0;

StreamSpec spec_of(Index n, double start_s = 0.0) {
  return {{AxisKind::two_way_time, start_s, 0.1e-9}, n, 0.0, 0.0, 0};
}

std::vector<Sample> pulse(const StreamSpec& in, double t, double f = 1e9) {
  std::vector<Sample> x;
  for (Index i = 0; i < in.n_samples; ++i) x.push_back(static_cast<Sample>(test::ricker(in.axis.at(i) - t, f)));
  return x;
}

// Every output sample is the wave at the time that belongs to its depth.
void expect_depths(const DepthOptions& o, const StreamSpec& in, double (*time_of)(double)) {
  ASSERT_FALSE(validate(o, in)) << validate(o, in).field << " " << validate(o, in).reason;
  Single<Depth> stage(o, in);
  stage.push(pulse(in, 14e-9));
  const TraceAxis axis = stage->output().axis;
  EXPECT_EQ(axis.kind, AxisKind::depth);
  EXPECT_EQ(axis.start, 0.0);
  for (Index i = 0; i < stage->output().n_samples; ++i) {
    const double t = time_of(axis.at(i));
    const double want = t < in.axis.start ? 0.0 : test::ricker(t - 14e-9, 1e9);
    EXPECT_NEAR(static_cast<double>(stage.traces.at(0)[to_size(i)]), want, 1e-3) << i;
  }
}

TEST(Depth, OneVelocityIsHalfTheTimeTimesIt) {
  const DepthOptions o{.velocity_m_per_s = 0.1e9};
  expect_depths(o, spec_of(400), [](double d) { return 2.0 * d / 0.1e9; });
  // At the default step each depth has a sample of its own: the copy is exact.
  Single<Depth> stage(o, spec_of(400));
  const std::vector<Sample> x = pulse(spec_of(400), 14e-9);
  stage.push(x);
  EXPECT_EQ(stage->output().n_samples, 400);
  EXPECT_DOUBLE_EQ(stage->output().axis.step, 0.005);
  for (std::size_t i = 0; i < x.size(); ++i) EXPECT_NEAR(stage.traces.at(0)[i], x[i], 1e-6F);
}

TEST(Depth, TakesTheAntennaOffsetOut) {
  expect_depths({.velocity_m_per_s = 0.1e9, .antenna_offset_m = 0.6, .depth_step_m = 0.003}, spec_of(400),
                [](double d) { return std::sqrt(4.0 * d * d + 0.36) / 0.1e9; });
}

TEST(Depth, GoesThroughAirByTheRefractedRay) {
  expect_depths({.velocity_m_per_s = 0.08e9, .antenna_offset_m = 0.3, .standoff_m = 0.25, .depth_step_m = 0.004},
                spec_of(400), [](double d) {
                  return time_of_depth(d, {.velocity_m_per_s = 0.08e9, .antenna_offset_m = 0.3, .standoff_m = 0.25});
                });
}

// After gpr.time_zero or gpr.ground_track t = 0 is not the emission: the same depths from traces that begin later.
TEST(Depth, CountsTheTimeFromWhatItIsToldZeroMeans) {
  const double s = 0.3;
  const double h = 0.25;
  const double lead_s[] = {0.0, s / c, std::sqrt(4.0 * h * h + s * s) / c};
  for (const TimeReference zero : {TimeReference::emission, TimeReference::direct_wave, TimeReference::ground}) {
    const DepthOptions o{.velocity_m_per_s = 0.08e9,
                         .antenna_offset_m = s,
                         .standoff_m = h,
                         .time_zero = zero,
                         .depth_step_m = 0.004,
                         .max_depth_m = 0.6};
    const double lead = lead_s[static_cast<std::size_t>(zero)];
    ASSERT_FALSE(validate(o, spec_of(400))) << validate(o, spec_of(400)).reason;
    Single<Depth> stage(o, spec_of(400));
    stage.push(pulse(spec_of(400), 14e-9 - lead));
    for (Index i = 0; i < stage->output().n_samples; ++i) {
      const double t = time_of_depth(0.004 * static_cast<double>(i),
                                     {.velocity_m_per_s = 0.08e9, .antenna_offset_m = s, .standoff_m = h});
      EXPECT_NEAR(static_cast<double>(stage.traces.at(0)[to_size(i)]), test::ricker(t - 14e-9, 1e9), 1e-3) << i;
    }
  }
  // The ground itself is depth 0, not before the trace.
  Single<Depth> stage(DepthOptions{.standoff_m = 0.17, .time_zero = TimeReference::ground}, spec_of(100));
  stage.push(std::vector<Sample>(100, 1.0F));
  EXPECT_NEAR(stage.traces.at(0)[0], 1.0F, 1e-6F);
}

TEST(Depth, GoesThroughLayers) {
  const DepthOptions o{.layer_velocities_m_per_s = {0.15e9, 0.06e9, 0.1e9}, .layer_bottoms_m = {0.2, 0.5}};
  expect_depths(o, spec_of(400, -2e-9), [](double d) {
    return 2.0 * (std::min(d, 0.2) / 0.15e9 + std::clamp(d - 0.2, 0.0, 0.3) / 0.06e9 + std::max(0.0, d - 0.5) / 0.1e9);
  });
  Single<Depth> stage(o, spec_of(400));
  EXPECT_DOUBLE_EQ(stage->output().axis.step, 0.003);  // by the slowest
}

TEST(Depth, IsTheTraceAtTheTimesOfSciPysRays) {
  auto golden = test::read_golden_columns("moveout.csv");
  std::vector<Sample> x = test::to_samples(golden.at("input"));
  x.resize(200);
  double largest = 0.0;
  for (const Sample v : x) largest = std::max(largest, std::abs(static_cast<double>(v)));
  double worst = 0.0;
  const auto expect = [&](DepthOptions options, const char* name, double tolerance) {
    options.depth_step_m = 0.005;
    options.max_depth_m = 0.695;
    ASSERT_FALSE(validate(options, spec_of(200, -1e-9)));
    Single<Depth> stage(options, spec_of(200, -1e-9));
    ASSERT_EQ(stage->output().n_samples, 140);
    stage.push(x);
    for (std::size_t i = 0; i < 140; ++i) {
      const double off = std::abs(static_cast<double>(stage.traces[0][i]) - golden.at(name)[i]);
      EXPECT_LT(off, tolerance * largest) << name << " " << i;
      if (options.interpolation == dsp::Interpolation::band_limited) worst = std::max(worst, off / largest);
    }
  };
  expect({.velocity_m_per_s = 0.09e9, .antenna_offset_m = 0.16}, "depth_offset", 1.5e-3);
  expect({.velocity_m_per_s = 0.09e9, .antenna_offset_m = 0.2, .standoff_m = 0.15}, "depth_air", 1.5e-3);
  expect(
      {.layer_velocities_m_per_s = {0.15e9, 0.06e9, 0.1e9}, .layer_bottoms_m = {0.12, 0.3}, .antenna_offset_m = 0.16},
      "depth_layers", 1.5e-3);
  expect({.velocity_m_per_s = 0.09e9, .interpolation = dsp::Interpolation::linear}, "depth_linear", 1e-6);
  RecordProperty("largest_error", std::to_string(worst));
}

TEST(Depth, EndsWhereItIsToldOrWithTheTrace) {
  Single<Depth> all(DepthOptions{.velocity_m_per_s = 0.1e9, .antenna_offset_m = 0.4}, spec_of(201));
  const double reach = 0.5 * std::sqrt(2.0 * 2.0 - 0.16);
  EXPECT_NEAR(all->output().axis.at(all->output().n_samples - 1), reach, 0.005);
  EXPECT_LE(all->output().axis.at(all->output().n_samples - 1), reach);
  Single<Depth> part(DepthOptions{.velocity_m_per_s = 0.1e9, .depth_step_m = 0.01, .max_depth_m = 0.5}, spec_of(201));
  EXPECT_EQ(part->output().n_samples, 51);
}

TEST(Depth, LinearIsSimpler) {
  const DepthOptions o{.velocity_m_per_s = 0.1e9, .depth_step_m = 0.0025, .interpolation = dsp::Interpolation::linear};
  Single<Depth> stage(o, spec_of(50));
  std::vector<Sample> x(50);
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = static_cast<Sample>(i * i);
  stage.push(x);
  EXPECT_NEAR(stage.traces.at(0)[20], 100.0F, 1e-4F);
  EXPECT_NEAR(stage.traces.at(0)[21], 110.5F, 1e-4F);
}

TEST(Depth, KeepsZerosAndFlagsNonFinite) {
  Single<Depth> stage(DepthOptions{}, spec_of(64));
  std::vector<Sample> x(64, 0.0F);
  stage.push(x);
  EXPECT_EQ(stage.traces.at(0), std::vector<Sample>(64, 0.0F));
  x[3] = std::numeric_limits<Sample>::quiet_NaN();
  stage.push(x);
  EXPECT_TRUE(has(stage.tags.at(1).quality, Quality::non_finite));
}

TEST(Depth, RefusesWhatItCannotDo) {
  const StreamSpec in = spec_of(400);
  EXPECT_FALSE(validate(DepthOptions{}, in));
  const Problem light = validate(DepthOptions{.velocity_m_per_s = 3e8}, in);
  EXPECT_STREQ(light.field, "velocity_m_per_s");
  EXPECT_EQ(light.allowed.high, c);
  EXPECT_STREQ(validate(DepthOptions{.layer_velocities_m_per_s = {1e8, 3e8}, .layer_bottoms_m = {0.1}}, in).field,
               "layer_velocities_m_per_s");
  EXPECT_STREQ(validate(DepthOptions{.layer_velocities_m_per_s = {1e8, 2e8}}, in).field, "layer_bottoms_m");
  EXPECT_STREQ(validate(DepthOptions{.layer_bottoms_m = {0.1}}, in).field, "layer_bottoms_m");
  EXPECT_STREQ(
      validate(DepthOptions{.layer_velocities_m_per_s = {1e8, 2e8, 1e8}, .layer_bottoms_m = {0.2, 0.2}}, in).field,
      "layer_bottoms_m");
  const Problem deep = validate(DepthOptions{.max_depth_m = 2.1}, in);
  EXPECT_STREQ(deep.field, "max_depth_m");
  EXPECT_NEAR(deep.allowed.high, 1.995, 1e-9);
  EXPECT_STREQ(validate(DepthOptions{.standoff_m = 7.0}, in).field, "standoff_m");
  EXPECT_STREQ(validate(DepthOptions{.depth_step_m = 3.0}, in).field, "depth_step_m");
  EXPECT_STREQ(validate(DepthOptions{.depth_step_m = 1e-9}, in).field, "depth_step_m");
  EXPECT_STREQ(validate(DepthOptions{.antenna_offset_m = -1.0}, in).field, "antenna_offset_m");
  StreamSpec sweep = in;
  sweep.axis.kind = AxisKind::sweep;
  EXPECT_TRUE(validate(DepthOptions{}, sweep));
  EXPECT_TRUE(validate(DepthOptions{}, spec_of(1))) << "a trace that ends at time zero";
}

}  // namespace
}  // namespace surefoot::gpr
