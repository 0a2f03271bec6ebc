// SPDX-License-Identifier: MIT
// detect.hog and detect.edge_histogram against NumPy, and at the ends of a line.
#include <surefoot/detect/edge_histogram.hpp>
#include <surefoot/detect/hog.hpp>

#include "support/golden.hpp"
#include "support/lines.hpp"
#include "support/stage_run.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

namespace surefoot::detect {
namespace {

constexpr double step_s = 1e-10;
constexpr Index n_samples = 48;
const StreamSpec spec{{AxisKind::two_way_time, 0.0, step_s}, n_samples, 0.02, 0.02, 0};
const PatchOptions patch{.width_traces = 16, .start_s = 6 * step_s, .end_s = 40 * step_s};

template <class Stage, class Options>
void expect_golden(const Options& options, const std::string& name) {
  ASSERT_FALSE(validate(options, spec));
  const test::GoldenArray input = test::read_golden_npy("shape_input.npy");
  const test::GoldenArray expected = test::read_golden_npy(name);
  test::Single<Stage> stage(options, spec);
  EXPECT_EQ(stage->output().n_samples, static_cast<Index>(expected.shape[1]));
  EXPECT_EQ(stage->output().axis.kind, AxisKind::channel);
  EXPECT_EQ(stage->latency(), 7);
  for (std::size_t i = 0; i < input.shape[0]; ++i) {
    const std::vector<Sample> trace = input.row(i);
    stage.push(trace);
  }
  stage->finish();
  stage.pull();
  ASSERT_EQ(stage.traces.size(), expected.shape[0]);
  for (std::size_t i = 0; i < stage.traces.size(); ++i) {
    EXPECT_EQ(has(stage.tags[i].quality, Quality::non_finite), i == 20);
    for (std::size_t k = 0; k < expected.shape[1]; ++k)
      ASSERT_NEAR(static_cast<double>(stage.traces[i][k]), expected.at(i, k), 1e-5) << i << ", " << k;
  }
}

TEST(Hog, AgreesWithNumPy) {
  expect_golden<Hog>(HogOptions{.patch = patch, .cells_along = 4, .cells_down = 3}, "hog_expected.npy");
}
TEST(EdgeHistogramStage, AgreesWithNumPy) {
  expect_golden<EdgeHistogram>(EdgeHistogramOptions{.patch = patch, .threshold = 0.6}, "edges_expected.npy");
}

// A constant and a factor on whole numbers: to the bit where the mean square is scaled by a power of two.
TEST(Hog, AFactorChangesNothing) {
  const HogOptions options{.patch = patch};
  test::Single<Hog> one(options, spec);
  test::Single<Hog> two(options, spec);
  test::Random random(3);
  for (int i = 0; i < 30; ++i) {
    std::vector<Sample> trace(to_size(n_samples));
    for (Sample& x : trace) x = static_cast<Sample>(random.normal());
    one.push(trace);
    for (Sample& x : trace) x *= 1024.0F;
    two.push(trace);
  }
  EXPECT_EQ(one.traces, two.traces);
  ASSERT_FALSE(one.traces.empty());
}

TEST(Hog, LooksOnlyWhereTheScoreAsksForIt) {
  HogOptions options{.patch = patch};
  options.patch.least_score = 3.0;
  test::Single<Hog> stage(options, spec);
  test::Random random(4);
  for (int i = 0; i < 20; ++i) {
    std::vector<Sample> trace(to_size(n_samples));
    for (Sample& x : trace) x = static_cast<Sample>(random.normal());
    TraceTag tag;
    tag.score = i == 10 ? 3.0F : 2.9F;
    stage.push(trace, tag);
  }
  stage->finish();
  stage.pull();
  for (std::size_t i = 0; i < 20; ++i) {
    bool any = false;
    for (const Sample x : stage.traces[i]) any = any || x != 0.0F;
    EXPECT_EQ(any, i == 10) << i;
    EXPECT_EQ(stage.tags[i].score, i == 10 ? 3.0F : 2.9F);
  }
}

TEST(Hog, ASingleTraceAZeroLineAndWrongOptionsAreDefined) {
  const HogOptions options{.patch = patch};
  test::Single<Hog> stage(options, spec);
  stage.push(std::vector<Sample>(to_size(n_samples), 0.0F));
  stage->finish();
  stage.pull();
  ASSERT_EQ(stage.traces.size(), 1U);
  for (const Sample x : stage.traces[0]) EXPECT_EQ(x, 0.0F);
  const auto wrong = [&](HogOptions o) {
    const Problem p = validate(o, spec);
    return std::string(p ? p.field : "");
  };
  EXPECT_EQ(wrong({.patch = patch, .cells_down = 1}), "cells_down");
  EXPECT_EQ(wrong({.patch = {.start_s = 4e-9, .end_s = 4.5e-9}}), "end_s");
  EXPECT_EQ(wrong({.patch = {.width_traces = 7}}), "width_traces");
  EXPECT_EQ(wrong({.patch = {.start_s = std::nan("")}}), "start_s");
  EXPECT_TRUE(validate(options, {{AxisKind::channel, 0.0, 1.0}, 48}));
}

}  // namespace
}  // namespace surefoot::detect
