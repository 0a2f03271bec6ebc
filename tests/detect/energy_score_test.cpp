// SPDX-License-Identifier: MIT
#include <surefoot/detect/energy_score.hpp>

#include "support/golden.hpp"
#include "support/lines.hpp"
#include "support/stage_run.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace surefoot::detect {
namespace {

using Single = test::Single<EnergyScore>;

StreamSpec spec_of(Index n_samples) { return {{AxisKind::two_way_time, 0.0, 1.0}, n_samples, 0.0, 0.0, 0}; }

// tests/golden/nlms.py: an implementation in NumPy, in double, on the traces less their mean.
TEST(EnergyScore, MatchesTheNumPyReference) {
  const auto input = test::read_golden_npy("nlms_input.npy");
  const auto expected = test::read_golden_csv("energy_expected.csv");
  std::vector<double> mean(100, 0.0);
  for (std::size_t n = 0; n < input.shape[0]; ++n)
    for (std::size_t i = 0; i < 100; ++i) mean[i] += input.at(n, i) / static_cast<double>(input.shape[0]);
  EnergyScoreOptions o;
  o.depth = {.start_s = 10,
             .end_s = 1000,
             .segment_s = 8,
             .top_segments = 3,
             .rate = 0.05,
             .limit_z = 1000.0,
             .freeze_z = 3.0,
             .freeze_limit_traces = 12,
             .warm_up_traces = 20,
             .emit = Emit::log_energy};
  Single run(o, spec_of(100));
  for (std::size_t n = 0; n < input.shape[0]; ++n) {
    std::vector<Sample> trace(100);
    for (std::size_t i = 0; i < 100; ++i) trace[i] = static_cast<Sample>(input.at(n, i) - mean[i]);
    run.push(std::span<const Sample>(trace));
  }
  for (std::size_t n = 0; n < expected.size(); ++n) {
    EXPECT_NEAR(static_cast<double>(run.tags[n].score), expected[n][0], 2e-4) << n;
    EXPECT_NEAR(static_cast<double>(run.traces[n][0]), expected[n][2], 2e-5) << n;
    EXPECT_NEAR(static_cast<double>(run.traces[n][5]), expected[n][3], 2e-5) << n;
  }
}

// A burst of k times the noise's amplitude in one segment of m samples raises ln E by ln(k^2): z follows.
TEST(EnergyScore, FindsABurstInItsSegment) {
  constexpr Index n_samples = 200;
  EnergyScoreOptions o;
  o.depth = {.start_s = 0,
             .end_s = 1000,
             .segment_s = 20,
             .top_segments = 1,
             .rate = 0.02,
             .limit_z = 1000.0,
             .freeze_z = 3.0,
             .freeze_limit_traces = 40,
             .warm_up_traces = 50,
             .emit = Emit::z};
  Single run(o, spec_of(n_samples));
  test::Random random(5);
  std::vector<Sample> trace(n_samples);
  for (int n = 0; n < 401; ++n) {
    for (Sample& v : trace) v = static_cast<Sample>(random.normal());
    if (n == 400)
      for (std::size_t i = 60; i < 80; ++i) trace[i] *= 8.0F;
    run.push(std::span<const Sample>(trace));
    EXPECT_EQ(has(run.tags.back().quality, Quality::warming_up), n < 50);
  }
  // ln 64 in units of sqrt(psi_1(10)) = 0.3243 is 12.8; its own scatter is 1.
  EXPECT_NEAR(static_cast<double>(run.tags.back().score), 12.8, 4.0);
  EXPECT_DOUBLE_EQ(run.tags.back().score_time_s, 69.5);
  EXPECT_EQ(run->output().n_samples, 10);
  EXPECT_DOUBLE_EQ(run->output().axis.step, 20.0);
  EXPECT_DOUBLE_EQ(run->output().axis.start, 9.5);
}

// What emit = "z" gives out is the profile of the evidence, wherever the trace itself is passed on.
TEST(EnergyScore, TellsItsProfileAndWhatItRestsOn) {
  EnergyScoreOptions o;
  o.depth = {.start_s = 4, .end_s = 1000, .segment_s = 10, .rate = 0.1};
  EnergyScoreOptions z = o;
  z.depth.emit = Emit::z;
  Single run(o, spec_of(60));
  Single other(z, spec_of(60));
  test::Random random(11);
  for (int n = 0; n < 30; ++n) {
    std::vector<Sample> trace(60);
    for (Sample& x : trace) x = static_cast<Sample>(random.normal());
    run.push(std::span<const Sample>(trace));
    other.push(std::span<const Sample>(trace));
  }
  for (std::size_t n = 0; n < 30; ++n) {
    const Evidence& e = run.tags[n].evidence;
    ASSERT_EQ(e.profile_count, 5);
    EXPECT_DOUBLE_EQ(e.profile_start_s, 8.5);
    EXPECT_DOUBLE_EQ(e.profile_step_s, 10.0);
    for (std::size_t k = 0; k < 5; ++k) EXPECT_EQ(e.profile_z[k], other.traces[n][k]) << n;
    EXPECT_EQ(e.background_traces, std::min(static_cast<double>(n), 10.0)) << n;
  }
}

TEST(EnergyScore, PassesTheTraceThroughUnchanged) {
  Single run(EnergyScoreOptions{}, test::radar_spec());
  const Line line = test::radar_line(30);
  for (Index i = 0; i < line.n_traces(); ++i) run.push(line.trace(i));
  for (Index i = 0; i < line.n_traces(); ++i)
    for (Index j = 0; j < line.n_samples(); ++j) ASSERT_EQ(run.traces[to_size(i)][to_size(j)], line.samples(j, i));
}

TEST(EnergyScore, SilenceScoresZeroAndTeachesNothing) {
  EnergyScoreOptions o;
  o.depth.emit = Emit::log_energy;
  Single run(o, test::radar_spec(64));
  const std::vector<Sample> zero(64, 0.0F);
  for (int i = 0; i < 5; ++i) run.push(std::span<const Sample>(zero));
  for (const TraceTag& t : run.tags) EXPECT_EQ(t.score, 0.0F);
  for (const Sample v : run.traces.back()) EXPECT_EQ(v, std::numeric_limits<float>::lowest());
}

TEST(DepthSegments, CoverWholeSegmentsBetweenTheGates) {
  const TraceAxis axis{AxisKind::two_way_time, -1e-9, 0.1e-9};
  DepthOptions o{.start_s = 0.0, .end_s = 1e-6, .segment_s = 0.4e-9};
  DepthSegments s = depth_segments(o, axis, 512);
  EXPECT_EQ(s.first, 10);
  EXPECT_EQ(s.length, 4);
  EXPECT_EQ(s.count, (512 - 10) / 4);
  o.end_s = 3e-9;
  EXPECT_EQ(depth_segments(o, axis, 512).count, 7);
  o.segment_s = 0.01e-9;  // shorter than a sample: one sample
  EXPECT_EQ(depth_segments(o, axis, 512).length, 1);
  o.start_s = -5e-9;  // before the trace: the trace's start
  EXPECT_EQ(depth_segments(o, axis, 512).first, 0);
  o.segment_s = 1e3;
  EXPECT_EQ(depth_segments(o, axis, 512).count, 0);
}

}  // namespace
}  // namespace surefoot::detect
