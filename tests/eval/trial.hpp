// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/eval/match.hpp>

#include <string>
#include <vector>

/// Trials of a few words for tests.
namespace surefoot::test {

inline Alarm alarm_at(double x_m, float score = 10.0F) {
  Alarm a;
  a.distance_m = x_m;
  a.score = score;
  return a;
}

inline Alarm alarm_on_ground(double x_m, double y_m, float score = 10.0F) {
  Alarm a;
  a.position_m = {x_m, y_m, 0.0};
  a.score = score;
  return a;
}

inline Target target_at(double x_m, double width_m = 0.1, const std::string& kind = "mine-AP",
                        const std::string& line = "lane") {
  Target t;
  t.line = line;
  t.x_m = x_m;
  t.width_m = width_m;
  t.kind = kind;
  t.name = kind + std::to_string(x_m);
  return t;
}

inline Target target_on_ground(double x_m, double y_m, double width_m = 0.1, const std::string& line = "lane") {
  Target t = target_at(x_m, width_m, "mine-AP", line);
  t.y_m = y_m;
  return t;
}

inline eval::ScoredLine line_of(std::vector<Alarm> alarms, double length_m = 10.0, const std::string& name = "lane") {
  eval::ScoredLine line;
  line.line = name;
  line.alarms = std::move(alarms);
  if (length_m > 0.0) line.scan.along = {{0.0, length_m}};
  return line;
}

}  // namespace surefoot::test
