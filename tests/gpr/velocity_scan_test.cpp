// SPDX-License-Identifier: MIT
#include <surefoot/dsp/parallel.hpp>
#include <surefoot/gpr/semblance.hpp>
#include <surefoot/gpr/velocity_scan.hpp>

#include "support/golden.hpp"
#include "support/lines.hpp"
#include "support/stage_run.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace surefoot::gpr {
namespace {

using test::Single;

StreamSpec spec_of(Index n_samples, Index n_traces) {
  return {{AxisKind::two_way_time, -2e-9, 0.4e-9}, n_samples, 0.0, 0.0, n_traces};
}

// A CMP gather: reflections (t0, v), and noise.
struct Gather {
  StreamSpec spec;
  std::vector<std::vector<Sample>> traces;
  std::vector<double> offsets;

  Gather(Index n_traces, const std::vector<std::array<double, 2>>& reflections, double noise, std::uint64_t seed)
      : spec(spec_of(200, n_traces)) {
    test::Random random(seed);
    for (Index j = 0; j < n_traces; ++j) {
      offsets.push_back(0.1 * static_cast<double>(j));
      std::vector<Sample> x;
      for (Index i = 0; i < spec.n_samples; ++i) {
        double v = noise * random.normal();
        for (const auto& [t0, velocity] : reflections)
          v += test::ricker(spec.axis.at(i) - std::hypot(t0, (0.2 + offsets.back()) / velocity), 250e6);
        x.push_back(static_cast<Sample>(v));
      }
      traces.push_back(x);
    }
  }
};

void push(Single<VelocityScan>& stage, const Gather& gather) {
  for (std::size_t j = 0; j < gather.traces.size(); ++j)
    stage.push(gather.traces[j], {.distance_m = gather.offsets[j]});
  stage->finish();
  stage.pull();
}

std::array<Note, 4> notes_of(Single<VelocityScan>& stage) {
  std::array<Note, 4> notes{};
  EXPECT_EQ(stage->notes(notes), 4);
  return notes;
}

TEST(VelocityScan, IsThePlainLoopsOfNumPy) {
  const test::GoldenArray gather = test::read_golden_npy("semblance_gather.npy");
  const test::GoldenArray want = test::read_golden_npy("semblance_panel.npy");
  const VelocityScanOptions o{.min_velocity_m_per_s = 0.08e9,
                              .max_velocity_m_per_s = 0.16e9,
                              .n_velocities = 9,
                              .window_s = 4e-9,
                              .max_stretch = 0.6,
                              .min_traces = 4,
                              .gather = {.first_offset_m = 0.2}};
  const StreamSpec in = spec_of(static_cast<Index>(gather.shape.at(1)), static_cast<Index>(gather.shape.at(0)));
  ASSERT_FALSE(validate(o, in));
  Single<VelocityScan> stage(o, in);
  for (std::size_t j = 0; j < gather.shape.at(0); ++j)
    stage.push(gather.row(j), {.distance_m = 0.15 * static_cast<double>(j)});
  stage->finish();
  stage.pull();
  ASSERT_EQ(stage.traces.size(), 9U);
  double largest = 0.0;
  for (std::size_t k = 0; k < 9; ++k)
    for (std::size_t i = 0; i < want.shape.at(1); ++i) {
      EXPECT_NEAR(static_cast<double>(stage.traces[k][i]), want.at(k, i), 1e-6) << k << " " << i;
      largest = std::max(largest, want.at(k, i));
    }
  EXPECT_GT(largest, 0.8) << "the gather has reflections";
}

TEST(VelocityScan, FindsTheVelocitiesOfAGather) {
  for (const double velocity : {0.07e9, 0.1e9, 0.15e9}) {
    const Gather gather(30, {{25e-9, velocity}}, 0.2, 3);
    Single<VelocityScan> stage(VelocityScanOptions{.n_velocities = 151, .gather = {.first_offset_m = 0.2}},
                               gather.spec);
    push(stage, gather);
    const auto notes = notes_of(stage);
    EXPECT_EQ(notes[0].value, 30.0);
    EXPECT_NEAR(notes[1].value / velocity, 1.0, 0.03) << velocity;
    EXPECT_NEAR(notes[2].value, 25e-9, 1.6e-9) << velocity;
    EXPECT_GT(notes[3].value, 0.8);
  }
}

TEST(VelocityScan, IsOneWhereAllTracesAgreeAndZeroWhereNothingIs) {
  const StreamSpec in = spec_of(100, 8);
  Single<VelocityScan> stage(VelocityScanOptions{.n_velocities = 2, .max_stretch = 100.0}, in);
  for (int j = 0; j < 8; ++j) stage.push(std::vector<Sample>(100, 5.0F), {.distance_m = 0.01 * j});
  stage->finish();
  stage.pull();
  ASSERT_EQ(stage.traces.size(), 2U);
  for (std::size_t i = 20; i < 90; ++i) EXPECT_NEAR(stage.traces[1][i], 1.0F, 1e-6F);
  for (std::size_t i = 0; i < 5; ++i) EXPECT_EQ(stage.traces[1][i], 0.0F) << "before time zero";

  Single<VelocityScan> empty(VelocityScanOptions{.n_velocities = 2}, in);
  for (int j = 0; j < 8; ++j) empty.push(std::vector<Sample>(100, 0.0F), {.distance_m = 0.01 * j});
  empty->finish();
  empty.pull();
  for (const auto& trace : empty.traces)
    for (const Sample s : trace) EXPECT_EQ(s, 0.0F);
}

// A quiet reflection after one a million times as strong keeps its semblance.
TEST(VelocityScan, IsNotSpoiltByAStrongEarlyWave) {
  Gather gather(20, {{50e-9, 0.1e9}}, 0.0, 1);
  for (auto& trace : gather.traces)
    for (std::size_t i = 0; i < 30; ++i) trace[i] = 1e6F;
  Single<VelocityScan> stage(VelocityScanOptions{.min_velocity_m_per_s = 0.1e9,
                                                 .max_velocity_m_per_s = 0.2e9,
                                                 .n_velocities = 2,
                                                 .gather = {.first_offset_m = 0.2}},
                             gather.spec);
  push(stage, gather);
  EXPECT_GT(stage.traces.at(0)[130], 0.99F);
}

TEST(VelocityScan, CarriesTheFlagsOfWhatItCouldNotUse) {
  const Gather gather(20, {{25e-9, 0.1e9}}, 0.1, 9);
  const VelocityScanOptions o{.n_velocities = 11, .gather = {.first_offset_m = 0.2}};
  Single<VelocityScan> clean(o, gather.spec);
  Single<VelocityScan> dirty(o, spec_of(200, 23));
  push(clean, gather);
  std::vector<Sample> bad = gather.traces[0];
  bad[7] = std::numeric_limits<Sample>::quiet_NaN();
  dirty.push(bad, {.distance_m = 0.3});
  dirty.push(gather.traces[3], {});  // no distance
  push(dirty, gather);
  ASSERT_EQ(clean.traces.size(), 11U);
  ASSERT_EQ(dirty.traces.size(), 12U);
  for (std::size_t k = 0; k < 11; ++k) EXPECT_EQ(clean.traces[k], dirty.traces[k]) << k;
  EXPECT_TRUE(has(dirty.tags[11].quality, Quality::non_finite));
  EXPECT_TRUE(has(dirty.tags[11].quality, Quality::dropped));
  EXPECT_EQ(dirty.tags[10].quality, Quality::good);

  Single<VelocityScan> few(o, gather.spec);
  few.push(gather.traces[0], {.distance_m = 0.0});
  few->finish();
  few.pull();
  std::array<Note, 4> notes{};
  EXPECT_EQ(few->notes(notes), 1);
  EXPECT_NE(notes[0].warning, nullptr);
}

TEST(VelocityScan, ThreadsDoNotChangeTheBits) {
  const Gather gather(25, {{25e-9, 0.1e9}}, 0.5, 2);
  Single<VelocityScan> one(VelocityScanOptions{}, gather.spec);
  push(one, gather);
  dsp::set_threads(3);
  Single<VelocityScan> three(VelocityScanOptions{}, gather.spec);
  push(three, gather);
  dsp::set_threads(1);
  EXPECT_EQ(one.traces, three.traces);
}

TEST(VelocityScan, RefusesWhatItCannotDo) {
  const StreamSpec in = spec_of(100, 8);
  EXPECT_FALSE(validate(VelocityScanOptions{}, in));
  EXPECT_STREQ(validate(VelocityScanOptions{.max_velocity_m_per_s = 3e8}, in).field, "max_velocity_m_per_s");
  EXPECT_STREQ(validate(VelocityScanOptions{.min_velocity_m_per_s = 0.2e9}, in).field, "min_velocity_m_per_s");
  EXPECT_STREQ(validate(VelocityScanOptions{.n_velocities = 1}, in).field, "n_velocities");
  const Problem window = validate(VelocityScanOptions{.window_s = 41e-9}, in);
  EXPECT_STREQ(window.field, "window_s");
  EXPECT_DOUBLE_EQ(window.allowed.high, 40e-9);
  EXPECT_STREQ(validate(VelocityScanOptions{.window_s = -1e-9}, in).field, "window_s");
}

// Values of reference tables; and the share of noise gathers that reach the threshold.
TEST(Semblance, HasTheNullDistributionOfNoise) {
  EXPECT_NEAR(semblance_threshold(1e-2, 11, 9.0), 0.2070, 5e-5);
  EXPECT_NEAR(semblance_threshold(1e-3, 11, 9.0), 0.2581, 5e-5);
  EXPECT_NEAR(semblance_chance(0.2581, 11, 9.0), 1e-3, 1e-5);
  EXPECT_EQ(semblance_chance(0.0, 11, 9.0), 1.0);
  EXPECT_EQ(semblance_chance(1.0, 11, 9.0), 0.0);
  EXPECT_TRUE(std::isnan(semblance_chance(0.5, 1, 9.0)));
  EXPECT_TRUE(std::isnan(semblance_threshold(0.0, 11, 9.0)));

  test::Random random(8);
  const double threshold = semblance_threshold(0.02, 11, 9.0);
  int reached = 0;
  constexpr int n = 20000;
  for (int trial = 0; trial < n; ++trial) {
    double top = 0.0;
    double bottom = 0.0;
    for (int t = 0; t < 9; ++t) {
      double sum = 0.0;
      for (int i = 0; i < 11; ++i) {
        const double y = random.normal();
        sum += y;
        bottom += 11.0 * y * y;
      }
      top += sum * sum;
    }
    if (top / bottom > threshold) ++reached;
  }
  EXPECT_NEAR(static_cast<double>(reached) / n, 0.02, 3.0 * std::sqrt(0.02 * 0.98 / n));
}

}  // namespace
}  // namespace surefoot::gpr
