// SPDX-License-Identifier: MIT
#include <surefoot/detect/image_contrast.hpp>

#include "support/golden.hpp"
#include "support/lines.hpp"
#include "support/whole_line_run.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace surefoot::detect {
namespace {

using Traces = std::vector<std::vector<Sample>>;

test::WholeLineResult run(const ImageContrastOptions& options, StreamSpec in, const Traces& line,
                          const std::vector<std::size_t>& dropped = {}) {
  in.max_traces = static_cast<Index>(line.size());
  return test::run_whole_line<ImageContrast>(options, in, line, dropped);
}

double quantile_of(std::vector<double> v, double q) {
  std::sort(v.begin(), v.end());
  return v[static_cast<std::size_t>(q * static_cast<double>(v.size() - 1) + 0.5)];
}

// The image is that of NumPy (tests/golden/hyperbola.py, semblance and product); the contrast follows from it by its formula.
TEST(ImageContrast, IsTheContrastOfTheImageOfNumPy) {
  constexpr std::size_t n_depths = 15;
  constexpr std::size_t hole = 17;
  const auto input = test::read_golden_npy("hyperbola_input.npy");
  const auto logs = test::read_golden_npy("hyperbola_expected.npy");
  const std::size_t n_traces = input.shape[0];
  Traces line;
  for (std::size_t n = 0; n < n_traces; ++n) line.push_back(input.row(n));
  line[hole][3] = std::numeric_limits<float>::infinity();
  const auto image = [&](std::size_t k, std::size_t n) { return std::exp(logs.values[(n_traces + n) * n_depths + k]); };
  for (const double background : {0.0, 0.2}) {
    ImageContrastOptions o{.start_s = 0.2e-9,
                           .end_s = 6.2e-9,
                           .segment_s = 0.4e-9,
                           .top_segments = 2,
                           .background_m = background,
                           .guard_m = 0.05,
                           .quantile = 0.4,
                           .floor_db = -20.0,
                           .curves = {.min_velocity_m_per_s = 0.08e9,
                                      .max_velocity_m_per_s = 0.14e9,
                                      .n_velocities = 3,
                                      .widths_m = {0.0, 0.15},
                                      .aperture_m = 0.37,
                                      .pattern_power = 1.5,
                                      .antenna_offset_m = 0.06,
                                      .standoff_m = 0.05,
                                      .ground_time_s = 0.1e-9}};
    const auto out = run(o, {{AxisKind::two_way_time, -1e-9, 0.1e-9}, 90, 0.0, 0.02, 0}, line);
    std::vector<double> strongest;
    for (std::size_t n = 0; n < n_traces; ++n) {
      double most = 0.0;
      for (std::size_t k = 0; k < n_depths; ++k) most = std::max(most, image(k, n));
      if (n != hole) strongest.push_back(most);
    }
    const double floor = 1e-2 * quantile_of(strongest, 0.5);
    for (std::size_t n = 0; n < n_traces; ++n) {
      if (n == hole) continue;
      std::vector<double> c;
      for (std::size_t k = 0; k < n_depths; ++k) {
        std::vector<double> beside;
        for (std::size_t m = 0; m < n_traces; ++m) {
          const std::size_t away = m > n ? m - n : n - m;
          if (m != hole && (background == 0.0 || (away > 2 && away <= 10))) beside.push_back(image(k, m));
        }
        c.push_back(std::log((image(k, n) + floor) / (quantile_of(beside, 0.4) + floor)));
      }
      const std::size_t best = static_cast<std::size_t>(std::max_element(c.begin(), c.end()) - c.begin());
      for (std::size_t k = 0; k < n_depths; ++k)
        ASSERT_NEAR(static_cast<double>(out.tags[n].evidence.profile_z[k]), c[k], 1e-3) << n << " " << k;
      EXPECT_NEAR(out.tags[n].score_time_s, 0.35e-9 + 0.4e-9 * static_cast<double>(best), 1.3e-9) << n;
      std::sort(c.rbegin(), c.rend());
      EXPECT_NEAR(static_cast<double>(out.tags[n].score), 0.5 * (c[0] + c[1]), 1e-3) << n;
      EXPECT_EQ(out.traces[n], line[n]);
    }
    EXPECT_EQ(out.tags[hole].score, 0.0F);
    EXPECT_EQ(out.traces[hole], std::vector<Sample>(90, 0.0F));
  }
}

constexpr StreamSpec fine_spec{{AxisKind::two_way_time, 0.0, 0.035e-9}, 300, 0.0, 0.02, 0};

// Points on the ground whose echoes fall as (z/R)^2.
Traces points(Index n_traces, const std::vector<std::array<double, 2>>& at, double velocity, double noise) {
  test::Random random(31);
  Traces line(to_size(n_traces), std::vector<Sample>(300));
  for (std::size_t n = 0; n < line.size(); ++n)
    for (std::size_t i = 0; i < 300; ++i) {
      double y = noise * random.normal();
      for (const auto& [x, z] : at) {
        const double r = std::hypot(0.02 * static_cast<double>(n) - x, z);
        y += std::pow(z / r, 2) * test::ricker(fine_spec.axis.at(static_cast<Index>(i)) - 2.0 * r / velocity, 1e9);
      }
      line[n][i] = static_cast<Sample>(y);
    }
  return line;
}

TEST(ImageContrast, StandsOutWhereTheTargetsAreAndTellsTheVelocity) {
  for (const double velocity : {0.08e9, 0.1e9, 0.13e9}) {
    ImageContrastOptions o;
    o.start_s = 0.5e-9;
    o.end_s = 9e-9;
    o.curves = {.n_velocities = 9, .widths_m = {0.0}, .pattern_power = 0.0};
    const auto out = run(o, fine_spec, points(100, {{0.6, 0.1}, {1.44, 0.15}}, velocity, 0.05));
    for (const auto& [trace, depth] : {std::pair{std::size_t{30}, 0.1}, std::pair{std::size_t{72}, 0.15}}) {
      std::size_t best = trace - 15;
      for (std::size_t k = trace - 15; k < trace + 15; ++k)
        if (out.tags[k].score > out.tags[best].score) best = k;
      EXPECT_NEAR(static_cast<double>(best), static_cast<double>(trace), 1.0) << velocity;
      EXPECT_NEAR(out.tags[best].depth_m, depth, 0.1 * depth) << velocity;
      EXPECT_NEAR(out.tags[best].score_time_s, 2.0 * depth / velocity, 0.2e-9) << velocity;
      EXPECT_GT(out.tags[best].score, 2.0F);
    }
    EXPECT_LT(out.tags[50].score, 0.5F * out.tags[30].score);
    EXPECT_NEAR(out.note("velocity_m_per_s").value, velocity, 0.1 * velocity);
    EXPECT_EQ(out.note("velocity_m_per_s").warning, nullptr);
  }
}

// Coherence takes off what does not lie on a curve: one loud trace.
TEST(ImageContrast, CoherenceLowersALoudTrace) {
  Traces line = points(100, {{1.44, 0.12}}, 1e8, 0.02);
  for (std::size_t i = 120; i < 160; ++i) line[25][i] += (i % 2 == 0 ? 2.0F : -2.0F);
  const auto ratio = [&](bool coherence) {
    ImageContrastOptions o;
    o.coherence = coherence;
    o.curves.widths_m = {0.0};
    const auto out = run(o, fine_spec, line);
    return out.tags[72].score - out.tags[25].score;
  };
  EXPECT_GT(ratio(true), ratio(false) + 1.0F);
}

TEST(ImageContrast, AnEndOfTheScanIsABound) {
  ImageContrastOptions o;
  o.curves = {.min_velocity_m_per_s = 0.05e9, .max_velocity_m_per_s = 0.07e9, .n_velocities = 3, .widths_m = {0.0}};
  const auto out = run(o, fine_spec, points(60, {{0.6, 0.1}}, 1e8, 0.0));
  EXPECT_NE(out.note("velocity_m_per_s").warning, nullptr);
}

TEST(ImageContrast, ScalingTheInputLeavesTheScoresUnchanged) {
  const Traces line = points(60, {{0.6, 0.1}}, 1e8, 0.05);
  const ImageContrastOptions o;
  const auto base = run(o, fine_spec, line);
  for (const float factor : {0x1p-40F, -1e6F}) {
    Traces scaled = line;
    for (auto& trace : scaled)
      for (Sample& x : trace) x *= factor;
    const auto out = run(o, fine_spec, scaled);
    for (std::size_t n = 0; n < line.size(); ++n) ASSERT_NEAR(out.tags[n].score, base.tags[n].score, 1e-3F) << n;
  }
}

TEST(ImageContrast, ZeroConstantSingleAndNoTracesGiveDefinedScores) {
  const ImageContrastOptions o;
  const auto zero = run(o, fine_spec, Traces(30, std::vector<Sample>(300, 0.0F)));
  for (const TraceTag& tag : zero.tags) {
    EXPECT_EQ(tag.score, 0.0F);
    EXPECT_TRUE(std::isnan(tag.depth_m));
  }
  EXPECT_TRUE(std::isnan(zero.note("velocity_m_per_s").value));
  const auto constant = run(o, fine_spec, Traces(30, std::vector<Sample>(300, 1000.0F)));
  for (const TraceTag& tag : constant.tags) EXPECT_TRUE(std::isfinite(tag.score));
  const auto single = run(o, fine_spec, Traces(1, std::vector<Sample>(300, 1.0F)));
  EXPECT_EQ(single.tags.at(0).score, 0.0F);
  EXPECT_TRUE(has(single.tags[0].quality, Quality::warming_up));
  const auto none = run(o, fine_spec, Traces(4, std::vector<Sample>(300, 1.0F)), {0, 1, 2, 3});
  for (const TraceTag& tag : none.tags) EXPECT_EQ(tag.score, 0.0F);
}

// The sparse part of a line is zero nearly everywhere: what is there stands out all the more.
TEST(ImageContrast, ATargetStandsOutOfSilence) {
  Traces line = points(100, {{1.0, 0.1}}, 1e8, 0.0);
  for (std::size_t n = 0; n < 100; ++n)
    if (n < 44 || n > 56) std::fill(line[n].begin(), line[n].end(), 0.0F);
  for (const double background : {0.0, 0.5}) {
    ImageContrastOptions o;
    o.background_m = background;
    const auto out = run(o, fine_spec, line);
    std::size_t best = 0;
    for (std::size_t n = 0; n < 100; ++n)
      if (out.tags[n].score > out.tags[best].score) best = n;
    EXPECT_NEAR(static_cast<double>(best), 50.0, 1.0);
    EXPECT_GT(out.tags[best].score, 5.0F);
    EXPECT_EQ(out.tags[10].score, 0.0F);
  }
}

TEST(ImageContrast, UnusableTracesDoNotCount) {
  const Traces line = points(60, {{0.6, 0.1}}, 1e8, 0.05);
  Traces loud = line;
  for (Sample& x : loud[20]) x = 1e6F;
  const auto a = run({}, fine_spec, line, {20});
  const auto b = run({}, fine_spec, loud, {20});
  for (std::size_t n = 0; n < 60; ++n) EXPECT_EQ(a.tags[n].score, b.tags[n].score) << n;
}

TEST(ImageContrast, RefusesWhatCannotWork) {
  ImageContrastOptions o;
  StreamSpec in = fine_spec;
  in.max_traces = 50;
  EXPECT_FALSE(validate(o, in));
  in.trace_spacing_m = 0.0;
  EXPECT_STREQ(validate(o, in).field, "aperture_m");
  in = fine_spec;
  o.segment_s = 1.0;
  EXPECT_STREQ(validate(o, in).field, "segment_s");
  o = {};
  o.quantile = 1.1;
  EXPECT_STREQ(validate(o, in).field, "quantile");
  o = {};
  o.curves.widths_m = {};
  EXPECT_STREQ(validate(o, in).field, "widths_m");
}

}  // namespace
}  // namespace surefoot::detect
