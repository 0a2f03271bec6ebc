// SPDX-License-Identifier: MIT
#include <surefoot/eval/report.hpp>

#include "trial.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <string>

namespace surefoot::eval {
namespace {

using test::alarm_at;
using test::line_of;
using test::target_at;

Trial two_lanes() {
  Trial trial{
      {line_of({alarm_at(1.05, 9.0F), alarm_at(5.0, 3.0F)}, 10.0, "a"), line_of({alarm_at(2.0, 8.0F)}, 10.0, "b")},
      {target_at(1.0, 0.1, "mine-AP", "a"), target_at(2.0, 0.1, "mine-AT", "b"), target_at(30.0, 0.1, "mine-AP", "b")},
      {}};
  trial.lines[0].latency_traces = 12;
  trial.lines[0].trace_spacing_m = 0.02;
  trial.lines[1].latency_traces = 10;
  trial.lines[1].trace_spacing_m = 0.05;
  return trial;
}

TEST(Report, TheLongestLatency) {
  Trial trial = two_lanes();
  const Latency latency = latency_of(trial);
  EXPECT_TRUE(latency.known);
  EXPECT_EQ(latency.traces, 12);
  EXPECT_DOUBLE_EQ(latency.metres, 0.5);
  trial.lines[1].trace_spacing_m = 0.0;
  EXPECT_TRUE(std::isnan(latency_of(trial).metres));
  trial.lines[1].latency_traces = -1;
  EXPECT_FALSE(latency_of(trial).known);
  trial.lines[1].whole_line = true;
  EXPECT_TRUE(latency_of(trial).whole_line);
  EXPECT_FALSE(latency_of({}).known);
}

TEST(Report, PlaceErrors) {
  Trial trial = two_lanes();
  trial.lines[1].alarms[0].depth_m = 0.03;
  const PlaceErrors errors = place_errors(match(trial), 0.0);
  EXPECT_EQ(errors.n, 2);
  EXPECT_NEAR(errors.mean_m, 0.025, 1e-12);
  EXPECT_NEAR(errors.rms_m, 0.05 / std::sqrt(2.0), 1e-12);
  EXPECT_NEAR(errors.largest_m, 0.05, 1e-12);
  EXPECT_EQ(errors.n_depth, 1);
  EXPECT_NEAR(errors.depth_rms_m, 0.03, 1e-12);
  EXPECT_EQ(place_errors(match(trial), 100.0).n, 0);
}

TEST(Report, TheTableSaysWhatAnHonestReportMust) {
  const Evaluation e = evaluate(two_lanes());
  const std::string text = to_text(e);
  for (const char* part : {"Found 2 of 2 targets: Pd 1.000 [0.158, 1.000]",
                           "2/2 shows 0.224 or more (one-sided, 95 %); 0.9 needs 29, 0.95 59, 0.99 299, 0.996 748",
                           "1 false alarm in 19.40 m outside the halos", "latency of the score 12 traces (0.50 m)",
                           "1 target was not scanned", "not covered", "leave one lane out",
                           "1000 draws of lanes and targets, seed 1", "The curve ends at", "first of three factors"})
    EXPECT_NE(text.find(part), std::string::npos) << part << "\n" << text;
  // Every 100 % has its remark.
  EXPECT_GE(e.curve.at_far(0.1).detected, 2);
  std::size_t hundreds = 0;
  for (std::size_t at = text.find("2/2 shows"); at != std::string::npos; at = text.find("2/2 shows", at + 1))
    ++hundreds;
  EXPECT_GE(hundreds, 4U);
  EXPECT_EQ(text.find("nan"), std::string::npos);
}

TEST(Report, WithoutGroundOrTargetsThereAreCountsOnly) {
  const std::string blind = to_text(evaluate({{line_of({alarm_at(1.0)}, 0.0)}, {target_at(1.0), target_at(3.0)}, {}}));
  EXPECT_NE(blind.find("The scanned ground is not known"), std::string::npos) << blind;
  EXPECT_NE(blind.find("MISSED"), std::string::npos);
  const std::string blank = to_text(evaluate({{line_of({alarm_at(1.0)})}, {}, {}}));
  EXPECT_NE(blank.find("1 false alarm in 10.00 m outside the halos: 0.1 a metre"), std::string::npos) << blank;
  for (const std::string& text : {blind, blank, to_text(evaluate({}))})
    EXPECT_EQ(text.find("nan"), std::string::npos) << text;
}

TEST(Report, JsonHasNoNumberThatJsonCannotHold) {
  for (const Trial& trial :
       {two_lanes(), Trial{}, Trial{{line_of({alarm_at(std::nan(""))}, 0.0)}, {target_at(1.0)}, {}}}) {
    const std::string json = to_json(evaluate(trial));
    EXPECT_EQ(json.find("nan"), std::string::npos) << json;
    EXPECT_EQ(json.find("inf,"), std::string::npos) << json;
    EXPECT_NE(json.find("\"surefoot_evaluation\": 1"), std::string::npos);
  }
}

TEST(Report, ComparisonAndRejectionNameWhatWasLost) {
  const Evaluation e = evaluate(two_lanes());
  Trial worse = two_lanes();
  worse.lines[1].alarms.clear();
  const Evaluation f = evaluate(worse);
  const Comparison c = compare(e.matched, f.matched, 0.1, 1.0, {.draws = 50});
  EXPECT_NE(to_text(c, e).find("found by the first only:  mine-AT2.000000 at 2.00 m of b"), std::string::npos)
      << to_text(c, e);
  EXPECT_NE(to_json(c, e).find("\"only_first\": [{\"line\": \"b\""), std::string::npos);
  const ClutterRejection r = clutter_rejection(e.trial, e.trial, {}, 0.1, 1.0);
  EXPECT_NE(to_text(r).find("1/1 alarms, 1.000 [0.025, 1.000]; kept 2/2, which shows 0.224 or more"), std::string::npos)
      << to_text(r);
  EXPECT_NE(to_json(r).find("\"share\": 1"), std::string::npos);
}

}  // namespace
}  // namespace surefoot::eval
