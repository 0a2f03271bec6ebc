// SPDX-License-Identifier: MIT
#include <surefoot/gpr/trace_check.hpp>

#include "support/columns.hpp"
#include "support/golden.hpp"
#include "support/lines.hpp"
#include "support/stage_run.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace surefoot::gpr {
namespace {

using test::Single;

StreamSpec spec_of(Index n) { return {{AxisKind::two_way_time, 0.0, 1e-10}, n, 0.01, 0.02, 0}; }

// Everything that comes out of a line.
struct Checked {
  std::vector<std::vector<Sample>> traces;
  std::vector<TraceTag> tags;
};
Checked check(const TraceCheckOptions& options, const Line& line) {
  Single<TraceCheck> stage(options, line.spec());
  for (Index j = 0; j < line.n_traces(); ++j) stage.push(line.trace(j), line.tags[to_size(j)]);
  stage->finish();
  stage.pull();
  return {stage.traces, stage.tags};
}

TEST(TraceCheck, CleanDataWithATargetHasNoFlag) {
  const Line line = test::radar_line(150, 256);
  const Checked out = check(TraceCheckOptions{.min_correlation = 0.5}, line);
  ASSERT_EQ(out.tags.size(), 150U);
  for (std::size_t j = 0; j < 150; ++j) {
    EXPECT_EQ(out.tags[j].quality, Quality::good) << j;
    EXPECT_EQ(out.traces[j],
              std::vector<Sample>(line.trace(static_cast<Index>(j)).begin(), line.trace(static_cast<Index>(j)).end()));
  }
}

TEST(TraceCheck, DeadBurstAndUnlikeTracesAreBadAndNoOthers) {
  Line line = test::radar_line(60, 256);
  line.samples.col(10).setZero();
  line.samples.col(20).setConstant(-32768.0F);
  line.samples.col(30) *= 8.0F;
  line.samples.col(40) *= 0.1F;
  line.samples.col(50) *= -1.0F;
  const Checked out = check(TraceCheckOptions{.min_correlation = 0.5}, line);
  for (std::size_t j = 0; j < 60; ++j)
    EXPECT_EQ(out.tags[j].quality, j % 10 == 0 && j > 0 ? Quality::bad_trace : Quality::good) << j;
  const Checked blind = check(TraceCheckOptions{.min_correlation = -1.0}, line);
  EXPECT_EQ(blind.tags[50].quality, Quality::good) << "-1 never asks for likeness";
  EXPECT_EQ(blind.tags[30].quality, Quality::bad_trace);
}

TEST(TraceCheck, TheScaleOfTheDataDoesNotMatter) {
  Line line = test::radar_line(40, 256);
  line.samples.col(20) *= 8.0F;
  for (const float scale : {1e-30F, 1e-3F, 1e12F}) {
    Line scaled = line;
    scaled.samples *= scale;
    const Checked out = check(TraceCheckOptions{}, scaled);
    for (std::size_t j = 0; j < 40; ++j)
      EXPECT_EQ(has(out.tags[j].quality, Quality::bad_trace), j == 20) << scale << " " << j;
  }
}

TEST(TraceCheck, RepairIsAStraightLineBetweenTheNearestGoodNeighbours) {
  Line line = test::radar_line(30, 64);
  line.samples.col(11).setZero();
  line.samples.col(12) *= 100.0F;
  line.tags[13].quality = Quality::dropped;
  line.tags[14].quality = Quality::time_zero_lost;
  line.samples.col(0).setZero();
  const Checked out = check(TraceCheckOptions{.min_correlation = -1.0, .repair = TraceRepair::interpolate}, line);
  const auto expected = [&](Index i, double share) {
    return (1.0 - share) * static_cast<double>(line.samples(i, 10)) + share * static_cast<double>(line.samples(i, 14));
  };
  for (Index i = 0; i < 64; ++i) {
    EXPECT_NEAR(static_cast<double>(out.traces[11][to_size(i)]), expected(i, 0.25), 1e-5);
    EXPECT_NEAR(static_cast<double>(out.traces[12][to_size(i)]), expected(i, 0.5), 1e-5);
    EXPECT_EQ(out.traces[13][to_size(i)], 0.0F) << "nobody may clear dropped";
    EXPECT_EQ(out.traces[0][to_size(i)], line.samples(i, 1)) << "one neighbour alone is copied";
  }
  for (const std::size_t j : {11U, 12U})
    EXPECT_EQ(out.tags[j].quality, Quality::bad_trace | Quality::repaired | Quality::time_zero_lost);
  EXPECT_EQ(out.tags[0].quality, Quality::bad_trace | Quality::repaired);
}

TEST(TraceCheck, WithoutNeighboursItSaysThatItCannotTell) {
  Line line = test::radar_line(1, 64);
  EXPECT_EQ(check(TraceCheckOptions{}, line).tags.at(0).quality, Quality::warming_up);
  line.samples.setConstant(5.0F);
  const Checked dead = check(TraceCheckOptions{.repair = TraceRepair::interpolate}, line);
  EXPECT_EQ(dead.tags.at(0).quality, Quality::bad_trace);
  EXPECT_EQ(dead.traces.at(0), std::vector<Sample>(64, 5.0F));
  Line all_dead = test::radar_line(9, 64);
  all_dead.samples.setZero();
  for (const TraceTag& tag : check(TraceCheckOptions{.repair = TraceRepair::interpolate}, all_dead).tags)
    EXPECT_EQ(tag.quality, Quality::bad_trace);
}

TEST(TraceCheck, ANonFiniteTraceCountsNowhere) {
  Line line = test::radar_line(20, 64);
  line.samples(3, 10) = std::numeric_limits<Sample>::quiet_NaN();
  const Checked out = check(TraceCheckOptions{}, line);
  for (std::size_t j = 0; j < 20; ++j)
    EXPECT_EQ(out.tags[j].quality, j == 10 ? Quality::non_finite : Quality::good) << j;
}

TEST(TraceCheck, DeclipsAsSciPysLagrangeCubic) {
  auto golden = test::read_golden_columns("trace_check.csv");
  Line line = test::radar_line(1, 64);
  for (Index i = 0; i < 64; ++i) line.samples(i, 0) = static_cast<Sample>(golden.at("clipped")[to_size(i)]);
  const Checked out = check(TraceCheckOptions{.rail = 60.0, .declip = true}, line);
  EXPECT_EQ(out.tags[0].quality, Quality::saturated | Quality::repaired | Quality::warming_up);
  bool changed = false;
  for (std::size_t i = 0; i < 64; ++i) {
    EXPECT_NEAR(static_cast<double>(out.traces[0][i]), golden.at("repaired")[i], 2e-5) << i;
    changed = changed || out.traces[0][i] != line.samples(static_cast<Index>(i), 0);
  }
  EXPECT_TRUE(changed);
  const Checked flagged = check(TraceCheckOptions{.rail = 60.0}, line);
  EXPECT_EQ(flagged.tags[0].quality, Quality::saturated | Quality::warming_up);
  // The same without being told where the rail is.
  const Checked found = check(TraceCheckOptions{.min_run_samples = 3, .declip = true}, line);
  EXPECT_EQ(found.tags[0].quality, out.tags[0].quality);
}

TEST(TraceCheck, FindsAndRepairsWhatSciPyDoes) {
  const test::GoldenArray input = test::read_golden_npy("trace_check_line.npy");
  const test::GoldenArray repaired = test::read_golden_npy("trace_check_repaired.npy");
  auto golden = test::read_golden_columns("trace_check_bad.csv");
  Line line = test::radar_line(40, 64);
  for (Index k = 0; k < 40; ++k)
    for (Index i = 0; i < 64; ++i) line.samples(i, k) = static_cast<Sample>(input.at(to_size(k), to_size(i)));
  // Each limit a little below and above the number that SciPy has for a trace: the trace is bad on one side only.
  const auto bad = [&](double z, double r, std::size_t k) {
    const Checked out =
        check(TraceCheckOptions{.min_run_samples = 64, .window_traces = 5, .bad_z = z, .min_correlation = r}, line);
    return has(out.tags[k].quality, Quality::bad_trace);
  };
  const Checked out = check(TraceCheckOptions{.min_run_samples = 64,
                                              .window_traces = 5,
                                              .bad_z = 10.0,
                                              .min_correlation = 0.5,
                                              .repair = TraceRepair::interpolate},
                            line);
  ASSERT_EQ(out.tags.size(), 40U);
  for (std::size_t k = 0; k < 40; ++k) {
    EXPECT_EQ(has(out.tags[k].quality, Quality::bad_trace), golden.at("bad")[k] == 1.0) << k;
    for (std::size_t i = 0; i < 64; ++i)
      EXPECT_NEAR(static_cast<double>(out.traces[k][i]), repaired.at(k, i), 1e-5) << k << " " << i;
    const double z = golden.at("z")[k];
    const double r = golden.at("correlation")[k];
    if (z == 0.0) continue;  // dead
    EXPECT_FALSE(bad(z * (1.0 + 1e-6), -1.0, k)) << k;
    EXPECT_TRUE(bad(z * (1.0 - 1e-6), -1.0, k)) << k;
    EXPECT_TRUE(bad(1e6, std::min(1.0, r + 1e-6), k)) << k;
    EXPECT_FALSE(bad(1e6, std::max(-1.0, r - 1e-6), k)) << k;
  }
}

TEST(TraceCheck, FlatTopsAreFoundAndSmoothOnesAreNot) {
  const auto flags = [](const std::vector<Sample>& x, const TraceCheckOptions& options) {
    Single<TraceCheck> stage(options, spec_of(static_cast<Index>(x.size())));
    stage.push(x);
    stage->finish();
    stage.pull();
    return stage.tags.at(0).quality & (Quality::saturated | Quality::repaired);
  };
  std::vector<Sample> x(100);
  for (std::size_t i = 0; i < x.size(); ++i)
    x[i] = static_cast<Sample>(std::round(2000.0 * std::sin(0.3 * static_cast<double>(i))));
  EXPECT_EQ(flags(x, {}), Quality::good);
  std::vector<Sample> rails = x;
  for (Sample& v : rails) v = std::clamp(v * 30.0F, -32768.0F, 32767.0F);
  EXPECT_EQ(flags(rails, {}), Quality::saturated);
  EXPECT_EQ(flags(rails, {.rail = 32767.0}), Quality::saturated);
  EXPECT_EQ(flags(rails, {.rail = 40000.0}), Quality::good);
  std::vector<Sample> one = x;
  one[7] = -32768.0F;
  EXPECT_EQ(flags(one, {.rail = 32767.0}), Quality::saturated) << "one sample at a known rail is enough";
  EXPECT_EQ(flags(one, {}), Quality::good);
  // Clipped at the very end: flagged and left.
  std::vector<Sample> tail = x;
  std::fill(tail.end() - 6, tail.end(), 9000.0F);
  EXPECT_EQ(flags(tail, {.declip = true}), Quality::saturated);
  // Muted zeros are no rail.
  std::vector<Sample> muted(100, 0.0F);
  for (std::size_t i = 50; i < 100; ++i) muted[i] = std::abs(x[i]);
  EXPECT_EQ(flags(muted, {}), Quality::good);
}

TEST(TraceCheck, RefusesWhatItCannotDo) {
  EXPECT_FALSE(validate(TraceCheckOptions{}, spec_of(64)));
  EXPECT_STREQ(validate(TraceCheckOptions{.rail = -1.0}, spec_of(64)).field, "rail");
  EXPECT_STREQ(validate(TraceCheckOptions{.min_run_samples = 1}, spec_of(64)).field, "min_run_samples");
  EXPECT_STREQ(validate(TraceCheckOptions{.window_traces = 0}, spec_of(64)).field, "window_traces");
  EXPECT_STREQ(validate(TraceCheckOptions{.min_correlation = 1.5}, spec_of(64)).field, "min_correlation");
}

}  // namespace
}  // namespace surefoot::gpr
