// SPDX-License-Identifier: MIT
#include "track.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace surefoot::io {

namespace {

constexpr std::uint64_t most_side_car_bytes = 1U << 28U;

/// Counts what a side-car held, for one sentence about it.
struct Tally {
  std::string file;
  std::size_t sentences = 0;
  std::size_t no_fix = 0;
  std::size_t damaged = 0;
  std::size_t missing = 0;
  std::size_t outside = 0;
  std::size_t repeated = 0;
};

void add(std::string& text, std::size_t n, const char* what) {
  if (n != 0) text += (text.empty() ? "" : ", ") + std::to_string(n) + " " + what;
}

/// Keep the fixes that lie in the line, in order, one a trace, and tell the rest.
Track settle(std::vector<TrackFix> fixes, Index n_traces, Tally tally, std::vector<std::string>& notes) {
  const auto n = static_cast<double>(n_traces);
  tally.outside += std::erase_if(fixes, [n](const TrackFix& f) { return !(f.trace >= 0.0 && f.trace < n); });
  std::stable_sort(fixes.begin(), fixes.end(), [](const TrackFix& a, const TrackFix& b) { return a.trace < b.trace; });
  const auto last =
      std::unique(fixes.begin(), fixes.end(), [](const TrackFix& a, const TrackFix& b) { return a.trace == b.trace; });
  tally.repeated = static_cast<std::size_t>(fixes.end() - last);
  fixes.erase(last, fixes.end());

  std::string odd;
  add(odd, tally.no_fix, "without a fix");
  add(odd, tally.damaged, "damaged");
  add(odd, tally.missing, "missing");
  add(odd, tally.outside, "for traces outside the line");
  add(odd, tally.repeated, "further ones of a trace that has one");
  std::string text = fixes.empty() ? "positions are unknown: " + tally.file + " gives none"
                                   : "positions come from " + tally.file + ", " + std::to_string(fixes.size()) +
                                         " fixes, linear between them, unknown outside them";
  if (!odd.empty()) text += " (not used: " + odd + ")";
  notes.push_back(std::move(text));
  return {std::move(fixes)};
}

/// The side-car's text; nullopt if there is none or it cannot be read, which is told.
std::optional<std::string> side_car(const std::filesystem::path& data, const char* extension, Tally& tally,
                                    std::vector<std::string>& notes) {
  const auto path = beside(data, extension);
  if (!path) return {};
  tally.file = path->filename().string();
  try {
    return File(*path).text(most_side_car_bytes);
  } catch (const DataError& error) {
    notes.push_back("positions are unknown: " + tally.file + " cannot be read (" + error.what() + ")");
    return {};
  }
}

template <class F>
void each_line(std::string_view text, F&& f) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find_first_of("\r\n"), text.size());
    if (const std::string_view line = trimmed(text.substr(0, end)); !line.empty()) f(line);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

/// Take a GGA sentence for a trace; true if it was one, good or bad.
bool take_gga(std::string_view line, double trace, std::vector<TrackFix>& fixes, Tally& tally) {
  const NmeaResult result = parse_gga(line);
  if (result.fault == NmeaFault::other_sentence) return false;
  if (line.size() < 6 || line.substr(3, 3) != "GGA") return false;
  ++tally.sentences;
  if (result.fault == NmeaFault::none) fixes.push_back({trace, result.fix});
  else if (result.fault == NmeaFault::no_fix) ++tally.no_fix;
  else ++tally.damaged;
  return true;
}

std::vector<std::string_view> split(std::string_view line, char separator) {
  std::vector<std::string_view> fields;
  for (;;) {
    const std::size_t end = line.find(separator);
    fields.push_back(trimmed(line.substr(0, end)));
    if (end == std::string_view::npos) return fields;
    line.remove_prefix(end + 1);
  }
}

/// h:mm:ss as seconds; NaN if it is none.
double clock_s(std::string_view s) {
  const auto part = split(s, ':');
  if (part.size() != 3) return unknown;
  const auto h = to_number(part[0]);
  const auto m = to_number(part[1]);
  const auto sec = to_number(part[2]);
  return h && m && sec ? 3600.0 * *h + 60.0 * *m + *sec : unknown;
}

double hemisphere(std::string_view s, char positive, char negative) {
  if (s.size() != 1) return unknown;
  if (s[0] == positive) return 1.0;
  return s[0] == negative ? -1.0 : unknown;
}

}  // namespace

std::optional<GeoOrigin> Track::origin() const {
  if (fixes.empty()) return {};
  const GgaFix& f = fixes.front().fix;
  return GeoOrigin{f.latitude_deg, f.longitude_deg, std::isnan(f.height_m) ? 0.0 : f.height_m};
}

Track read_dzg(const std::filesystem::path& data, Index n_traces, std::vector<std::string>& notes) {
  Tally tally;
  const auto text = side_car(data, "dzg", tally, notes);
  if (!text) return {};
  std::vector<TrackFix> fixes;
  double trace = unknown;  // of the last $GSSIS that still waits for its GGA
  each_line(*text, [&](std::string_view line) {
    if (line.starts_with("$GSSIS")) {
      if (!std::isnan(trace)) ++tally.missing;
      const auto fields = split(line, ',');
      trace = fields.size() >= 2 ? to_number(fields[1]).value_or(unknown) : unknown;
      if (std::isnan(trace)) ++tally.damaged;
    } else if (!std::isnan(trace) && take_gga(line, trace, fixes, tally)) {
      trace = unknown;
    }
  });
  if (!std::isnan(trace)) ++tally.missing;
  return settle(std::move(fixes), n_traces, std::move(tally), notes);
}

Track read_gps(const std::filesystem::path& data, Index n_traces, std::vector<std::string>& notes) {
  Tally tally;
  const auto text = side_car(data, "gps", tally, notes);
  if (!text) return {};
  std::vector<TrackFix> fixes;
  double trace = unknown;
  each_line(*text, [&](std::string_view line) {
    if (line.starts_with("Trace #")) {
      const std::string_view rest = line.substr(7);
      trace = to_number(rest.substr(0, rest.find(' '))).value_or(unknown) - 1.0;
      if (std::isnan(trace)) ++tally.damaged;
    } else if (!std::isnan(trace)) {
      take_gga(line, trace, fixes, tally);
    }
  });
  return settle(std::move(fixes), n_traces, std::move(tally), notes);
}

Track read_cor(const std::filesystem::path& data, Index n_traces, std::vector<std::string>& notes) {
  Tally tally;
  const auto text = side_car(data, "cor", tally, notes);
  if (!text) return {};
  std::vector<TrackFix> fixes;
  each_line(*text, [&](std::string_view line) {
    ++tally.sentences;
    const auto field = split(line, '\t');
    if (field.size() < 8) {
      ++tally.damaged;
      return;
    }
    const auto trace = to_number(field[0]);
    const auto latitude = to_number(field[3]);
    const auto longitude = to_number(field[5]);
    const double north = hemisphere(field[4], 'N', 'S');
    const double east = hemisphere(field[6], 'E', 'W');
    if (!trace || !latitude || !longitude || std::isnan(north) || std::isnan(east) || std::abs(*latitude) > 90.0 ||
        std::abs(*longitude) > 180.0) {
      ++tally.damaged;
      return;
    }
    GgaFix fix;
    fix.seconds_of_day = clock_s(field[2]);
    fix.latitude_deg = north * *latitude;
    fix.longitude_deg = east * *longitude;
    if (const auto height = to_number(field[7])) fix.height_m = *height;
    fix.fix_quality = 1;
    fixes.push_back({*trace - 1.0, fix});
  });
  return settle(std::move(fixes), n_traces, std::move(tally), notes);
}

namespace {

constexpr double degree = std::numbers::pi / 180.0;

/// Earth-centred coordinates of a place, WGS 84.
std::array<double, 3> earth_centred(double latitude_deg, double longitude_deg, double height_m) {
  constexpr double a = 6378137.0;
  constexpr double f = 1.0 / 298.257223563;
  constexpr double e2 = f * (2.0 - f);
  const double sin_lat = std::sin(latitude_deg * degree);
  const double cos_lat = std::cos(latitude_deg * degree);
  const double radius = a / std::sqrt(1.0 - e2 * sin_lat * sin_lat);
  return {(radius + height_m) * cos_lat * std::cos(longitude_deg * degree),
          (radius + height_m) * cos_lat * std::sin(longitude_deg * degree), (radius * (1.0 - e2) + height_m) * sin_lat};
}

}  // namespace

std::array<double, 3> local_m(const GeoOrigin& origin, const GgaFix& fix) {
  const bool has_height = !std::isnan(fix.height_m);
  const auto from = earth_centred(origin.latitude_deg, origin.longitude_deg, origin.height_m);
  const auto to = earth_centred(fix.latitude_deg, fix.longitude_deg, has_height ? fix.height_m : origin.height_m);
  const double x = to[0] - from[0];
  const double y = to[1] - from[1];
  const double z = to[2] - from[2];
  const double sin_lat = std::sin(origin.latitude_deg * degree);
  const double cos_lat = std::cos(origin.latitude_deg * degree);
  const double sin_lon = std::sin(origin.longitude_deg * degree);
  const double cos_lon = std::cos(origin.longitude_deg * degree);
  return {cos_lon * y - sin_lon * x, cos_lat * z - sin_lat * (cos_lon * x + sin_lon * y),
          has_height ? cos_lat * (cos_lon * x + sin_lon * y) + sin_lat * z : unknown};
}

void place(const Track& track, Line& line) {
  const auto origin = track.origin();
  if (!origin || line.tags.empty()) return;
  line.origin = origin;
  struct Point {
    double trace;
    std::array<double, 3> position_m;
    double time_s;
  };
  std::vector<Point> points;
  points.reserve(track.fixes.size());
  double start_s = unknown;
  double last_s = unknown;
  double day_s = 0.0;
  for (const TrackFix& fix : track.fixes) {
    const double of_day = fix.fix.seconds_of_day;
    if (!std::isnan(of_day)) {
      if (std::isnan(start_s)) start_s = of_day;
      if (of_day + day_s < last_s - 43200.0) day_s += 86400.0;
      last_s = of_day + day_s;
    }
    points.push_back({fix.trace, local_m(*origin, fix.fix), of_day + day_s - start_s});
  }
  const bool set_time =
      std::all_of(line.tags.begin(), line.tags.end(), [](const TraceTag& tag) { return std::isnan(tag.time_s); });
  std::size_t next = 0;  // first point at or after the trace
  for (std::size_t i = 0; i < line.tags.size(); ++i) {
    const auto trace = static_cast<double>(i);
    while (next < points.size() && points[next].trace < trace) ++next;
    if (next == points.size() || (next == 0 && points[0].trace > trace)) continue;
    const Point& right = points[next];
    const Point& left = right.trace == trace ? right : points[next - 1];
    const double span = right.trace - left.trace;
    const double u = span > 0.0 ? (trace - left.trace) / span : 0.0;
    TraceTag& tag = line.tags[i];
    for (std::size_t k = 0; k < 3; ++k)
      tag.position_m[k] = left.position_m[k] + u * (right.position_m[k] - left.position_m[k]);
    if (set_time) tag.time_s = left.time_s + u * (right.time_s - left.time_s);
  }
}

}  // namespace surefoot::io
