// SPDX-License-Identifier: MIT
#include <surefoot/gpr/topography.hpp>

#include "support/columns.hpp"
#include "support/lines.hpp"
#include "support/stage_run.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <tuple>

namespace surefoot::gpr {
namespace {

using test::Single;

StreamSpec spec_of(Index max_traces = 0, AxisKind kind = AxisKind::two_way_time, double step = 0.1e-9) {
  return {{kind, kind == AxisKind::depth ? 0.0 : -1e-9, step}, 200, 0.01, 0.02, max_traces};
}

// A wave of 0.8 GHz whose centre lies at `at` samples, on `n` samples.
std::vector<Sample> wave(double at, std::size_t n = 200) {
  std::vector<Sample> x(n);
  for (std::size_t i = 0; i < n; ++i)
    x[i] = static_cast<Sample>(test::ricker((static_cast<double>(i) - at) * 1e-10, 0.8e9));
  return x;
}
TraceTag at_height(double z, Quality quality = Quality::good) {
  TraceTag tag;
  tag.position_m[2] = z;
  tag.quality = quality;
  return tag;
}

TEST(Topography, MovesAWaveToWhereItBelongsToTheSubSample) {
  // 2 z / v: 0.1 m at 0.1 m/ns are 2 ns, 20 samples.
  Single<LiveTopography> stage(TopographyOptions{.datum_m = 52.0, .relief_m = 1.0}, spec_of());
  EXPECT_EQ(stage->output().n_samples, 400);
  EXPECT_EQ(stage->output().axis, spec_of().axis);
  EXPECT_EQ(stage->latency(), 0);
  EXPECT_TRUE(stage->one_to_one());
  for (const double below : {0.0, 0.1, 0.3217, 1.0}) {
    stage.push(wave(77.25), at_height(52.0 - below));
    const std::vector<Sample> expected = wave(77.25 + 200.0 * below, 400);
    const std::vector<Sample>& y = stage.traces.back();
    ASSERT_EQ(y.size(), 400U);
    for (std::size_t i = 0; i < 400; ++i) EXPECT_NEAR(y[i], expected[i], 1e-3F) << below << " " << i;
    EXPECT_EQ(stage.tags.back().quality, Quality::good);
  }
}

TEST(Topography, IsTheFourierShiftOfNumPy) {
  auto golden = test::read_golden_columns("moveout.csv");
  std::vector<Sample> x = test::to_samples(golden.at("input"));
  x.resize(200);
  double largest = 0.0;
  for (const Sample v : x) largest = std::max(largest, std::abs(static_cast<double>(v)));
  double worst = 0.0;
  for (const auto& [name, kind, below] :
       {std::tuple{"static_near", AxisKind::two_way_time, 0.1237},
        std::tuple{"static_far", AxisKind::two_way_time, 0.4}, std::tuple{"metres_near", AxisKind::depth, 0.1237},
        std::tuple{"metres_far", AxisKind::depth, 0.4}}) {
    const bool depth = kind == AxisKind::depth;
    Single<LiveTopography> stage(TopographyOptions{.relief_m = depth ? 1.0 : 0.5},
                                 spec_of(0, kind, depth ? 0.01 : 0.1e-9));
    ASSERT_EQ(stage->output().n_samples, 300);
    stage.push(x, at_height(-below));
    for (std::size_t i = 0; i < 300; ++i) {
      const double off = std::abs(static_cast<double>(stage.traces[0][i]) - golden.at(name)[i]);
      worst = std::max(worst, off / largest);
      EXPECT_LT(off, 1.5e-3 * largest) << name << " " << i;
    }
  }
  RecordProperty("largest_error", std::to_string(worst));
}

TEST(Topography, NothingOfTheTraceIsCut) {
  Single<LiveTopography> stage(TopographyOptions{.relief_m = 0.05}, spec_of());
  std::vector<Sample> ramp(200);
  for (std::size_t i = 0; i < 200; ++i) ramp[i] = static_cast<Sample>(i + 1);
  stage.push(ramp, at_height(-0.05));  // 10 samples
  for (std::size_t i = 0; i < 210; ++i) EXPECT_EQ(stage.traces[0][i], i < 10 ? 0.0F : static_cast<Sample>(i - 9)) << i;
}

TEST(Topography, InDepthItShiftsMetres) {
  Single<LiveTopography> stage(TopographyOptions{.relief_m = 0.5, .velocity_m_per_s = 6e7},
                               spec_of(0, AxisKind::depth, 0.01));
  EXPECT_EQ(stage->output().n_samples, 250);
  std::vector<Sample> spike(200, 0.0F);
  spike[100] = 8.0F;
  stage.push(spike, at_height(-0.07));
  for (std::size_t i = 0; i < 250; ++i) EXPECT_NEAR(stage.traces[0][i], i == 107 ? 8.0F : 0.0F, 1e-5F) << i;
}

TEST(Topography, TheHighestTraceOfALineStays) {
  Single<LineTopography> stage(TopographyOptions{.reference = TopographyReference::highest, .relief_m = 0.5},
                               spec_of(6));
  EXPECT_EQ(stage->latency(), whole_line);
  stage.push(wave(50.0), at_height(30.1));
  stage.push(wave(50.0), at_height(99.0, Quality::dropped));  // does not count
  stage.push(wave(50.0), at_height(30.3, Quality::saturated));
  stage.push(wave(50.0), at_height(unknown));
  stage.push(wave(50.0), at_height(29.0));  // too far down
  stage->finish();
  stage.pull();
  ASSERT_EQ(stage.traces.size(), 5U);
  const double shifts[] = {40.0, 0.0, 0.0, 0.0, 0.0};
  for (std::size_t k = 0; k < 5; ++k) {
    const std::vector<Sample> expected = wave(50.0 + shifts[k], 300);
    for (std::size_t i = 0; i < 300; ++i) EXPECT_NEAR(stage.traces[k][i], k == 1 ? 0.0F : expected[i], 1e-3F) << k;
  }
  EXPECT_EQ(stage.tags[1].quality, Quality::dropped);
  EXPECT_EQ(stage.tags[2].quality, Quality::saturated);
  EXPECT_EQ(stage.tags[3].quality, Quality::time_zero_lost);
  EXPECT_EQ(stage.tags[4].quality, Quality::time_zero_lost);
  std::array<Note, to_size(most_notes)> notes{};
  ASSERT_EQ(stage->notes(notes), 1);
  EXPECT_NEAR(notes[0].value, 1.3, 1e-12);
  EXPECT_NE(notes[0].warning, nullptr);
}

TEST(Topography, WhatIsOutOfReachKeepsTheLastShift) {
  Single<LiveTopography> stage(TopographyOptions{.relief_m = 0.5}, spec_of());
  for (const double z : {unknown, -0.1, 0.2, -0.7, std::numeric_limits<double>::infinity()})
    stage.push(wave(50.0), at_height(z));
  for (std::size_t k = 0; k < 5; ++k) {
    const std::vector<Sample> expected = wave(k == 0 ? 50.0 : 70.0, 300);
    EXPECT_NEAR(stage.traces[k][k == 0 ? 50 : 70], 1.0F, 1e-3F);
    EXPECT_EQ(stage.tags[k].quality, k == 1 ? Quality::good : Quality::time_zero_lost);
  }
  std::vector<Sample> bad = wave(50.0);
  bad[0] = std::numeric_limits<Sample>::quiet_NaN();
  stage.push(bad, at_height(-0.1));
  EXPECT_EQ(stage.tags.back().quality, Quality::non_finite);
  EXPECT_EQ(stage.traces.back(), std::vector<Sample>(300, 0.0F));
  Single<LineTopography> flat(TopographyOptions{.reference = TopographyReference::highest}, spec_of(2));
  flat.push(wave(50.0));
  flat->finish();
  flat.pull();
  EXPECT_EQ(flat.tags.at(0).quality, Quality::time_zero_lost);
}

TEST(Topography, RefusesWhatItCannotDo) {
  EXPECT_FALSE(validate(TopographyOptions{}, spec_of()));
  const Problem fast = validate(TopographyOptions{.velocity_m_per_s = 3e8}, spec_of());
  EXPECT_STREQ(fast.field, "velocity_m_per_s");
  EXPECT_EQ(fast.allowed.high, 299792458.0);
  EXPECT_STREQ(validate(TopographyOptions{.relief_m = 0.0}, spec_of()).field, "relief_m");
  const Problem deep = validate(TopographyOptions{.relief_m = 9999.0}, spec_of());
  EXPECT_STREQ(deep.field, "relief_m");
  EXPECT_NEAR(deep.allowed.high, (1048576.0 - 200.0) / 200.0, 1.0);
  StreamSpec channels = spec_of();
  channels.axis.kind = AxisKind::channel;
  EXPECT_TRUE(validate(TopographyOptions{}, channels));
}

}  // namespace
}  // namespace surefoot::gpr
