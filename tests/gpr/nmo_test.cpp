// SPDX-License-Identifier: MIT
#include <surefoot/gpr/nmo.hpp>

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

StreamSpec spec_of(Index n, double start_s = 0.0) {
  return {{AxisKind::two_way_time, start_s, 0.2e-9}, n, 0.0, 0.0, 0};
}

// Written out: the compiler does not see that an axis without listed places has none to be read beyond.
double end_of(const StreamSpec& in) { return in.axis.start + in.axis.step * static_cast<double>(in.n_samples - 1); }

std::vector<Sample> reflection(const StreamSpec& in, double zero_s, double offset, double velocity) {
  std::vector<Sample> x;
  const double t = std::hypot(zero_s, offset / velocity);
  for (Index i = 0; i < in.n_samples; ++i) x.push_back(static_cast<Sample>(test::ricker(in.axis.at(i) - t, 0.5e9)));
  return x;
}

Index peak_of(const std::vector<Sample>& x) { return std::max_element(x.begin(), x.end()) - x.begin(); }

TEST(Nmo, FlattensAReflection) {
  const StreamSpec in = spec_of(400, -2e-9);
  Single<Nmo> stage(NmoOptions{.velocity_m_per_s = 0.12e9, .max_stretch = 5.0, .gather = {.first_offset_m = 0.3}}, in);
  for (int k = 0; k < 10; ++k) {
    const double distance = 0.2 * k;
    stage.push(reflection(in, 20e-9, 0.3 + distance, 0.12e9), {.distance_m = distance});
    const std::vector<Sample>& y = stage.traces.back();
    EXPECT_EQ(peak_of(y), 110) << k;
    EXPECT_NEAR(y[110], 1.0F, 1e-3F);
    // Every sample is the trace at its moved-out time.
    for (Index i = 12; i < 340; ++i) {
      const double t0 = in.axis.at(i);
      const double late = (0.3 + distance) / 0.12e9;
      const double t = std::hypot(t0, late);
      if (t - t0 > 5.0 * t0 || t > end_of(in)) continue;
      EXPECT_NEAR(static_cast<double>(y[to_size(i)]), test::ricker(t - std::hypot(20e-9, late), 0.5e9), 1e-3);
    }
  }
}

TEST(Nmo, IsTheFormulaOnTheFourierSeriesOfNumPy) {
  auto golden = test::read_golden_columns("moveout.csv");
  std::vector<Sample> x = test::to_samples(golden.at("input"));
  x.resize(200);
  double largest = 0.0;
  for (const Sample v : x) largest = std::max(largest, std::abs(static_cast<double>(v)));
  const StreamSpec in{{AxisKind::two_way_time, -1e-9, 0.1e-9}, 200, 0.0, 0.0, 0};
  double worst = 0.0;
  const auto expect = [&](const NmoOptions& options, double offset, const char* name, double tolerance) {
    Single<Nmo> stage(options, in);
    TraceTag tag;
    tag.distance_m = offset;
    stage.push(x, tag);
    double sum = 0.0;
    for (std::size_t i = 0; i < 200; ++i) {
      const double off = std::abs(static_cast<double>(stage.traces[0][i]) - golden.at(name)[i]);
      EXPECT_LT(off, tolerance * largest) << name << " " << i;
      if (options.interpolation == dsp::Interpolation::band_limited) worst = std::max(worst, off / largest);
      sum += std::abs(golden.at(name)[i]);
    }
    EXPECT_GT(sum, 20.0 * largest) << "something must be left to compare";
  };
  expect({.velocity_m_per_s = 0.12e9}, 0.7, "nmo_one", 1.5e-3);
  expect({.times_s = {4e-9, 9e-9, 15e-9}, .velocities_m_per_s = {0.13e9, 0.1e9, 0.11e9}}, 0.45, "nmo_times", 1.5e-3);
  expect({.velocity_m_per_s = 0.12e9, .interpolation = dsp::Interpolation::linear}, 0.7, "nmo_linear", 1e-6);
  RecordProperty("largest_error", std::to_string(worst));
}

TEST(Nmo, AtNoOffsetIsTheTraceItself) {
  const StreamSpec in = spec_of(200);
  Single<Nmo> stage(NmoOptions{}, in);
  const std::vector<Sample> x = reflection(in, 15e-9, 0.0, 1e8);
  stage.push(x, {.distance_m = 0.0});
  // The position of a sample is whole up to rounding.
  for (std::size_t i = 0; i < x.size(); ++i) EXPECT_NEAR(stage.traces.at(0)[i], x[i], 1e-6F);
}

TEST(Nmo, MutesWhatIsStretched) {
  const StreamSpec in = spec_of(300);
  Single<Nmo> stage(NmoOptions{.velocity_m_per_s = 1e8, .max_stretch = 0.25}, in);
  stage.push(std::vector<Sample>(300, 1.0F), {.distance_m = 0.75});
  // sqrt(t0^2 + 7.5^2) = 1.25 t0 at t0 = 10 ns.
  for (Index i = 0; i < 300; ++i) {
    const double t0 = in.axis.at(i);
    const bool there = t0 > 10.0001e-9 && std::hypot(t0, 7.5e-9) <= end_of(in);
    if (std::abs(t0 - 10e-9) < 1e-12) continue;
    EXPECT_EQ(stage.traces.at(0)[to_size(i)] > 0.4F, there) << i;
  }
}

TEST(Nmo, FollowsVelocitiesOfTime) {
  const StreamSpec in = spec_of(400);
  const NmoOptions o{.times_s = {10e-9, 30e-9}, .velocities_m_per_s = {0.15e9, 0.09e9}, .max_stretch = 3.0};
  Single<Nmo> stage(o, in);
  const double v20 = 0.12e9;  // half way
  stage.push(reflection(in, 20e-9, 1.0, v20), {.distance_m = 1.0});
  EXPECT_EQ(peak_of(stage.traces.at(0)), 100);
  stage.push(reflection(in, 40e-9, 1.0, 0.09e9), {.distance_m = 1.0});
  EXPECT_EQ(peak_of(stage.traces.at(1)), 200);
  stage.push(reflection(in, 8e-9, 0.5, 0.15e9), {.distance_m = 0.5});
  EXPECT_EQ(peak_of(stage.traces.at(2)), 40);
}

TEST(Nmo, NeedsToKnowTheOffset) {
  Single<Nmo> stage(NmoOptions{}, spec_of(64));
  stage.push(std::vector<Sample>(64, 1.0F));
  EXPECT_TRUE(has(stage.tags.at(0).quality, Quality::dropped));
  EXPECT_EQ(stage.traces.at(0), std::vector<Sample>(64, 0.0F));
}

TEST(Nmo, RefusesWhatItCannotDo) {
  const StreamSpec in = spec_of(64);
  EXPECT_FALSE(validate(NmoOptions{}, in));
  EXPECT_STREQ(validate(NmoOptions{.velocity_m_per_s = 3e8}, in).field, "velocity_m_per_s");
  EXPECT_STREQ(validate(NmoOptions{.times_s = {1e-9}}, in).field, "times_s");
  EXPECT_STREQ(validate(NmoOptions{.times_s = {2e-9, 1e-9}, .velocities_m_per_s = {1e8, 1e8}}, in).field, "times_s");
  EXPECT_STREQ(validate(NmoOptions{.times_s = {1e-9}, .velocities_m_per_s = {4e8}}, in).field, "velocities_m_per_s");
  EXPECT_STREQ(validate(NmoOptions{.max_stretch = 0.0}, in).field, "max_stretch");
  EXPECT_STREQ(validate(NmoOptions{.gather = {.first_offset_m = std::nan("")}}, in).field, "first_offset_m");
  StreamSpec depth = in;
  depth.axis.kind = AxisKind::depth;
  EXPECT_TRUE(validate(NmoOptions{}, depth));
}

}  // namespace
}  // namespace surefoot::gpr
