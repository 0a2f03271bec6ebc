// SPDX-License-Identifier: MIT
// Halo rule, exposure, curve and partial area against the brute force of tests/golden/scoring.py.
#include <surefoot/eval/roc.hpp>
#include <surefoot/io/alarm_reader.hpp>
#include <surefoot/io/truth_table.hpp>

#include "support/golden.hpp"

#include <gtest/gtest.h>

#include <map>
#include <utility>

namespace surefoot::eval {
namespace {

struct Expected {
  std::vector<std::vector<double>> objects, points, areas;
  double exposure = 0.0;
};

TEST(Scoring, AgreesWithBruteForce) {
  Trial trial;
  trial.truth = io::read_truth(test::golden_path("scoring_truth.csv"));
  for (const io::NamedAlarms& a : io::read_alarms(test::golden_path("scoring_alarms.csv"))) {
    ScoredLine line;
    line.line = a.line;
    line.alarms = a.alarms;
    line.scan.along = {{0.0, 8.0}};
    trial.lines.push_back(line);
  }
  ASSERT_EQ(trial.lines.size(), 7U);
  std::map<std::pair<double, double>, Expected> cases;
  for (const auto& row : test::read_golden_csv("scoring_expected.csv")) {
    Expected& e = cases[{row[0], row[1]}];
    if (row[2] == 0.0) e.objects.push_back(row);
    if (row[2] == 1.0) e.exposure = row[3];
    if (row[2] == 2.0) e.points.push_back(row);
    if (row[2] == 3.0) e.areas.push_back(row);
  }
  ASSERT_EQ(cases.size(), 6U);
  for (const auto& [key, expected] : cases) {
    MatchOptions options;
    options.halo_m = key.first;
    options.clutter = key.second == 1.0 ? ClutterRule::false_alarm : ClutterRule::own_class;
    const Matched m = match(trial, options);
    ASSERT_EQ(m.outcomes.size(), expected.objects.size());
    for (std::size_t i = 0; i < m.outcomes.size(); ++i) {
      EXPECT_EQ(m.outcomes[i].alarm ? m.outcomes[i].score : -1.0, expected.objects[i][4]) << i;
      EXPECT_EQ(m.outcomes[i].extra, static_cast<Index>(expected.objects[i][5])) << i;
    }
    EXPECT_NEAR(m.exposure, expected.exposure, 0.01);  // the raster's step times the number of edges
    LaneScores all = pooled(scores_of(m));
    all.exposure = expected.exposure;
    const Roc curve = roc(all);
    ASSERT_EQ(curve.points.size(), expected.points.size() + 1);
    for (std::size_t i = 0; i < expected.points.size(); ++i) {
      const OperatingPoint& p = curve.points[i + 1];
      EXPECT_EQ(p.threshold, expected.points[i][3]);
      EXPECT_EQ(p.detected, static_cast<Index>(expected.points[i][4]));
      EXPECT_EQ(p.false_alarms, static_cast<Index>(expected.points[i][5]));
    }
    for (const auto& row : expected.areas) {
      EXPECT_NEAR(curve.partial_area(row[3]), row[4], 1e-4) << row[3];
      EXPECT_EQ(curve.partial_area(row[3]), partial_area(all, row[3]));
    }
  }
}

}  // namespace
}  // namespace surefoot::eval
