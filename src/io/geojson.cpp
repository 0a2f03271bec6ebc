// SPDX-License-Identifier: MIT
#include <surefoot/io/geojson.hpp>

#include <surefoot/io/geodesy.hpp>

#include "alarm_cells.hpp"
#include "plain_text.hpp"

#include <cmath>

namespace surefoot::io {
namespace {

class Object {
 public:
  // `value` is JSON already; an empty text is unknown.
  void add(const char* name, const std::string& value) {
    text_ += text_.empty() ? "{\"" : ", \"";
    text_ += name;
    text_ += "\": ";
    text_ += value.empty() ? "null" : value;
  }
  [[nodiscard]] std::string text() const { return text_ + "}"; }

 private:
  std::string text_;
};

std::string json_of(const detail::AlarmCell& cell) {
  using Kind = detail::AlarmCell::Kind;
  if (cell.value.empty() || cell.kind == Kind::number) return cell.value;
  if (cell.kind == Kind::text) return detail::json_string(cell.value);
  std::string list = "[";
  for (const char c : cell.value) c == ' ' ? list += ", " : list += c;
  return list + "]";
}

std::string properties_of(const std::string& line, const Alarm& alarm) {
  using detail::fixed;
  const bool placed = std::isfinite(alarm.position_m[0]) && std::isfinite(alarm.position_m[1]);
  Object out;
  out.add("id", std::to_string(alarm.id));
  out.add("line", detail::json_string(line));
  out.add("trace_index", std::to_string(alarm.trace_index));
  out.add("time_s", fixed(alarm.time_s, 6));
  out.add("x_m", fixed(placed ? alarm.position_m[0] : alarm.distance_m, 4));
  out.add("y_m", placed ? fixed(alarm.position_m[1], 4) : std::string());
  out.add("depth_m", fixed(alarm.depth_m, 4));
  out.add("extent_m", fixed(alarm.extent_m, 4));
  out.add("score", detail::shortest(alarm.score));
  out.add("threshold", detail::shortest(alarm.threshold));
  out.add("quality", detail::json_string(quality_words(alarm.quality)));
  out.add("class", "\"signal\"");
  out.add("first_index", std::to_string(alarm.first_index));
  out.add("last_index", std::to_string(alarm.last_index));
  out.add("two_way_time_s", fixed(alarm.two_way_time_s, 15));
  out.add("distance_m", fixed(alarm.distance_m, 4));
  out.add("phase_rad", fixed(alarm.phase_rad, 6));
  out.add("kept_share", fixed(alarm.kept_share, 6));
  for (const detail::AlarmCell& cell : detail::alarm_cells(alarm)) out.add(cell.name, json_of(cell));
  return out.text();
}

std::string joined(const std::string& a, const std::string& b, const char* between) {
  return a.empty() ? b : b.empty() ? a : a + between + b;
}

}  // namespace

std::string to_geojson(std::span<const LineAlarms> lines) {
  std::string features;
  std::string note;
  for (const LineAlarms& line : lines) {
    std::size_t unplaced = 0;
    for (const Alarm& alarm : line.alarms) {
      const auto point = line.origin ? to_geodetic(*line.origin, alarm.position_m) : std::nullopt;
      Object geometry;
      if (point) {
        geometry.add("type", "\"Point\"");
        geometry.add("coordinates",
                     "[" + detail::fixed(point->longitude_deg, 7) + ", " + detail::fixed(point->latitude_deg, 7) + "]");
      } else {
        ++unplaced;
      }
      Object feature;
      feature.add("type", "\"Feature\"");
      feature.add("geometry", point ? geometry.text() : std::string());
      feature.add("properties", properties_of(line.line, alarm));
      features = joined(features, "    " + feature.text(), ",\n");
    }
    if (!line.origin) note = joined(note, "line " + line.line + ": its file does not say where on Earth it lies", "; ");
    else if (unplaced != 0)
      note = joined(note, "line " + line.line + ": " + std::to_string(unplaced) + " alarms without a known position",
                    "; ");
  }
  std::string out = "{\n  \"type\": \"FeatureCollection\",\n";
  if (!note.empty()) out += "  \"geometry_note\": " + detail::json_string(note) + ",\n";
  out += "  \"features\": [";
  if (!features.empty()) out += "\n" + features + "\n  ";
  return out + "]\n}\n";
}

std::string to_geojson(const LineAlarms& line) { return to_geojson(std::span(&line, 1)); }

}  // namespace surefoot::io
