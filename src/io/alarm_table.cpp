// SPDX-License-Identifier: MIT
#include <surefoot/io/alarm_table.hpp>

#include <surefoot/io/geodesy.hpp>

#include "alarm_cells.hpp"
#include "plain_text.hpp"

#include <cmath>

namespace surefoot::io {

using detail::fixed;
using detail::shortest;

std::string quality_words(Quality quality) {
  std::string out;
  for (const QualityName& entry : quality_names)
    if (has(quality, entry.flag)) (out += out.empty() ? "" : "|") += entry.name;
  return out.empty() ? "good" : out;
}

std::string to_csv(std::span<const LineAlarms> lines) {
  std::string out =
      "id,line,trace_index,time_s,x_m,y_m,depth_m,extent_m,score,threshold,quality,"
      "first_index,last_index,two_way_time_s,distance_m,longitude_deg,latitude_deg,phase_rad,kept_share";
  for (const detail::AlarmCell& cell : detail::alarm_cells({})) (out += ',') += cell.name;
  out += '\n';
  for (const LineAlarms& line : lines) {
    for (const Alarm& alarm : line.alarms) {
      const bool placed = std::isfinite(alarm.position_m[0]) && std::isfinite(alarm.position_m[1]);
      const auto point = line.origin ? to_geodetic(*line.origin, alarm.position_m) : std::nullopt;
      const std::string cells[] = {std::to_string(alarm.id),
                                   detail::csv_cell(line.line),
                                   std::to_string(alarm.trace_index),
                                   fixed(alarm.time_s, 6),
                                   fixed(placed ? alarm.position_m[0] : alarm.distance_m, 4),
                                   placed ? fixed(alarm.position_m[1], 4) : std::string(),
                                   fixed(alarm.depth_m, 4),
                                   fixed(alarm.extent_m, 4),
                                   shortest(alarm.score),
                                   shortest(alarm.threshold),
                                   quality_words(alarm.quality),
                                   std::to_string(alarm.first_index),
                                   std::to_string(alarm.last_index),
                                   fixed(alarm.two_way_time_s, 15),
                                   fixed(alarm.distance_m, 4),
                                   point ? fixed(point->longitude_deg, 8) : std::string(),
                                   point ? fixed(point->latitude_deg, 8) : std::string(),
                                   fixed(alarm.phase_rad, 6),
                                   fixed(alarm.kept_share, 6)};
      bool first = true;
      for (const std::string& cell : cells) {
        if (!first) out += ',';
        out += cell;
        first = false;
      }
      for (const detail::AlarmCell& cell : detail::alarm_cells(alarm)) (out += ',') += cell.value;
      out += '\n';
    }
  }
  return out;
}

std::string to_csv(const LineAlarms& line) { return to_csv(std::span(&line, 1)); }

}  // namespace surefoot::io
