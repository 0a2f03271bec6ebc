// SPDX-License-Identifier: MIT
#include <surefoot/eval/compare.hpp>

#include <surefoot/base/error.hpp>

#include "support/golden.hpp"
#include "trial.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace surefoot::eval {
namespace {

using test::alarm_at;
using test::line_of;
using test::target_at;

// Lanes of four targets each; the scores of both runs, and of their false alarms at 8 and 9 m, come from a golden script.
Trial trial_of(const std::vector<std::vector<double>>& rows, std::size_t column) {
  Trial trial;
  for (const auto& row : rows) {
    const std::string name = "lane" + std::to_string(static_cast<int>(row[0]));
    if (trial.lines.empty() || trial.lines.back().line != name) trial.lines.push_back(line_of({}, 10.0, name));
    trial.lines.back().alarms.push_back(alarm_at(row[1], static_cast<float>(row[column])));
    if (row[2] == 1.0) {
      Target t = target_at(row[1], 0.1, "mine-AP", name);
      t.name = name + std::to_string(row[1]);
      trial.truth.push_back(t);
    }
  }
  return trial;
}

TEST(Compare, AgreesWithNumPyWithinTheScatterOfItsDraws) {
  const auto rows = test::read_golden_csv("compare_runs.csv");
  const auto expected = test::read_golden_csv("compare_expected.csv").at(0);
  const Matched a = match(trial_of(rows, 3));
  const Matched b = match(trial_of(rows, 4));
  const BootstrapOptions options{.draws = 4000, .seed = 11};
  const Comparison c = compare(a, b, 0.1, 0.25, options);
  EXPECT_EQ(c.n_targets, 48);
  EXPECT_EQ(c.first.detected, static_cast<Index>(expected[0]));
  EXPECT_EQ(c.second.detected, static_cast<Index>(expected[1]));
  EXPECT_EQ(static_cast<double>(c.only_first.size()), expected[2]);
  EXPECT_EQ(static_cast<double>(c.only_second.size()), expected[3]);
  EXPECT_NEAR(c.mcnemar_p, expected[4], 1e-12);
  EXPECT_NEAR(c.area_difference.value, expected[5], 1e-12);
  // Percentiles of 4000 draws scatter by about sd sqrt(p (1-p) / n) / density: here 0.06 of the deviation; 3 of them.
  const double deviation = expected[8];
  EXPECT_NEAR(c.area_difference.interval.low, expected[6], 0.18 * deviation) << "seed 11";
  EXPECT_NEAR(c.area_difference.interval.high, expected[7], 0.18 * deviation) << "seed 11";
  EXPECT_EQ(c.area_difference.draws, 4000);
  const Drawn alone = bootstrap_partial_area(a, 0.25, options);
  EXPECT_NEAR(alone.value, expected[9], 1e-12);
  EXPECT_NEAR(alone.interval.low, expected[10], 0.18 * expected[12]) << "seed 11";
  EXPECT_NEAR(alone.interval.high, expected[11], 0.18 * expected[12]) << "seed 11";
  EXPECT_TRUE(std::isnan(alone.p));
}

TEST(Compare, TheSameSeedDrawsTheSameAndAnotherOthers) {
  const auto rows = test::read_golden_csv("compare_runs.csv");
  const Matched a = match(trial_of(rows, 3));
  const Drawn first = bootstrap_partial_area(a, 0.25, {.draws = 200, .seed = 1});
  EXPECT_EQ(first.interval.low, bootstrap_partial_area(a, 0.25, {.draws = 200, .seed = 1}).interval.low);
  EXPECT_NE(first.interval.low, bootstrap_partial_area(a, 0.25, {.draws = 200, .seed = 2}).interval.low);
  const Drawn by_scores = bootstrap_partial_area(scores_of(a), 0.25, {.draws = 200, .seed = 1});
  EXPECT_EQ(by_scores.value, first.value);
  EXPECT_EQ(by_scores.interval.low, first.interval.low);
  EXPECT_EQ(by_scores.interval.high, first.interval.high);
  // Without draws of targets lanes that are all alike have one area.
  const std::vector<LaneScores> alike(4, {{5.0, 3.0, 1.0}, {4.0, 2.0}, 2.0});
  const Drawn still = bootstrap_partial_area(alike, 1.0, {.draws = 50, .targets = false});
  EXPECT_EQ(still.interval.low, still.value);
  EXPECT_EQ(still.interval.high, still.value);
  EXPECT_LT(bootstrap_partial_area(alike, 1.0, {.draws = 50}).interval.low, still.value);
}

TEST(Compare, ARunAgainstItself) {
  const auto rows = test::read_golden_csv("compare_runs.csv");
  const Matched a = match(trial_of(rows, 3));
  const Comparison c = compare(a, a, 0.2, 0.5);
  EXPECT_EQ(c.mcnemar_p, 1.0);
  EXPECT_EQ(c.area_difference.value, 0.0);
  EXPECT_EQ(c.area_difference.interval.low, 0.0);
  EXPECT_EQ(c.area_difference.interval.high, 0.0);
  EXPECT_EQ(c.area_difference.p, 1.0);
}

TEST(Compare, ATargetThatOneRunNeverScannedCountsInNeither) {
  Trial first{{line_of({alarm_at(1.0), alarm_at(9.0)})}, {target_at(1.0), target_at(9.0)}, {}};
  Trial second = first;
  second.lines[0].scan.along = {{0.0, 5.0}};
  const Comparison c = compare(match(first), match(second), 0.0, 1.0);
  EXPECT_EQ(c.n_targets, 1);
  EXPECT_TRUE(c.only_first.empty());
}

TEST(Compare, BlankLanesAloneGiveNoArea) {
  const Matched blank = match({{line_of({alarm_at(1.0)})}, {}, {}});
  const Drawn d = bootstrap_partial_area(blank, 1.0, {.draws = 20});
  EXPECT_TRUE(std::isnan(d.value));
  EXPECT_EQ(d.draws, 0);
  EXPECT_TRUE(std::isnan(d.interval.low));
  EXPECT_TRUE(std::isnan(bootstrap_partial_area(match({}), 1.0, {.draws = 20}).value));
}

TEST(Compare, WhatCannotBeCompared) {
  const Trial one{{line_of({alarm_at(1.0)})}, {target_at(1.0)}, {}};
  Trial other = one;
  other.truth.push_back(target_at(2.0));
  EXPECT_THROW((void)compare(match(one), match(other), 0.1, 1.0), ConfigError);
  other = one;
  other.truth[0].name = "another";
  EXPECT_THROW((void)compare(match(one), match(other), 0.1, 1.0), ConfigError);
  other = one;
  other.lines[0].scan.along.clear();
  EXPECT_THROW((void)compare(match(one), match(other), 0.1, 1.0), ConfigError);
  other = one;
  other.lines.push_back(line_of({}, 5.0, "more"));
  EXPECT_THROW((void)compare(match(one), match(other), 0.1, 1.0), ConfigError);
  EXPECT_THROW((void)compare(match(one), match(one), 0.1, 1.0, {.draws = 1}), ConfigError);
}

}  // namespace
}  // namespace surefoot::eval
