// SPDX-License-Identifier: MIT
#include <surefoot/pipeline/volume.hpp>

#include <surefoot/base/error.hpp>

#include "../text/fields_text.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

namespace surefoot {
namespace {

constexpr double tolerance = 1e-6;

// True if a and b are the same place, to a millionth of the step, or of a millimetre where the step is smaller.
bool close(double a, double b, double step) noexcept {
  return std::abs(a - b) <= tolerance * std::max(std::abs(step), 1e-3);
}

float measured(ConstTraceRef x, SliceMeasure measure) noexcept {
  double sum = 0.0;
  float peak = x.front();
  switch (measure) {
    case SliceMeasure::energy:
      for (const float v : x) sum += static_cast<double>(v) * static_cast<double>(v);
      break;
    case SliceMeasure::magnitude:
      for (const float v : x) sum += std::abs(static_cast<double>(v));
      break;
    case SliceMeasure::mean:
      for (const float v : x) sum += static_cast<double>(v);
      break;
    case SliceMeasure::peak:
      for (const float v : x) peak = std::abs(v) > std::abs(peak) ? v : peak;
      return peak;
  }
  return static_cast<float>(sum / static_cast<double>(x.n()));
}

bool same_origin(const std::optional<GeoOrigin>& a, const std::optional<GeoOrigin>& b) noexcept {
  if (!a || !b) return a.has_value() == b.has_value();
  return a->latitude_deg == b->latitude_deg && a->longitude_deg == b->longitude_deg && a->height_m == b->height_m;
}

}  // namespace

std::optional<GridShape> grid_of(const Line& line) {
  const Index n = line.n_traces();
  if (n < 1 || line.tags.size() != to_size(n)) return std::nullopt;
  const auto x = [&](Index k) { return line.tags[to_size(k)].position_m[0]; };
  const auto y = [&](Index k) { return line.tags[to_size(k)].position_m[1]; };
  if (!std::isfinite(x(0)) || !std::isfinite(y(0))) return std::nullopt;
  GridShape grid{.n_x = n, .n_y = 1, .x_start_m = x(0), .y_start_m = y(0)};
  // A row ends where x comes back to its start.
  for (Index k = 1; k < n; ++k)
    if (close(x(k), x(0), n > 1 ? x(1) - x(0) : 0.0)) {
      grid.n_x = k;
      break;
    }
  if (n % grid.n_x != 0) return std::nullopt;
  grid.n_y = n / grid.n_x;
  if (grid.n_x > 1) grid.step_x_m = (x(grid.n_x - 1) - x(0)) / static_cast<double>(grid.n_x - 1);
  if (grid.n_y > 1) grid.step_y_m = (y(n - 1) - y(0)) / static_cast<double>(grid.n_y - 1);
  if ((grid.n_x > 1 && grid.step_x_m == 0.0) || (grid.n_y > 1 && grid.step_y_m == 0.0)) return std::nullopt;
  for (Index k = 0; k < n; ++k) {
    const auto i = static_cast<double>(k % grid.n_x);
    const Index row = k / grid.n_x;
    const auto j = static_cast<double>(row);
    if (!close(x(k), grid.x_start_m + i * grid.step_x_m, grid.step_x_m)) return std::nullopt;
    if (!close(y(k), grid.y_start_m + j * grid.step_y_m, grid.step_y_m)) return std::nullopt;
  }
  return grid;
}

std::vector<float> slice(const Line& line, double start, double end, SliceMeasure measure) {
  if (line.tags.size() != to_size(line.n_traces())) throw ConfigError("slice.line", "needs one tag a trace");
  const auto n = static_cast<double>(line.n_samples());
  const double first = std::ceil((start - line.axis.start) / line.axis.step - tolerance);
  const double last = std::floor((end - line.axis.start) / line.axis.step + tolerance) + 1.0;
  if (!(std::max(first, 0.0) < std::min(last, n)))
    throw ConfigError("slice.start", "no sample of the line lies between " + text::plain_number(start) + " and " +
                                         text::plain_number(end) + "; its axis goes from " +
                                         text::plain_number(line.axis.start) + " to " +
                                         text::plain_number(line.axis.at(line.n_samples() - 1)));
  const auto a = static_cast<std::size_t>(std::max(first, 0.0));
  const auto count = static_cast<std::size_t>(std::min(last, n)) - a;
  std::vector<float> out(to_size(line.n_traces()), std::numeric_limits<float>::quiet_NaN());
  for (Index k = 0; k < line.n_traces(); ++k)
    if (!unusable(line.tags[to_size(k)].quality)) out[to_size(k)] = measured(line.trace(k).subspan(a, count), measure);
  return out;
}

Line join(std::span<const Line* const> lines, std::span<const double> y_m) {
  if (lines.empty()) throw ConfigError("join.lines", "there is no line");
  if (!y_m.empty() && y_m.size() != lines.size())
    throw ConfigError("join.y_m",
                      std::to_string(lines.size()) + " lines came with " + std::to_string(y_m.size()) + " offsets");
  const Line& head = *lines.front();
  Line out;
  out.axis = head.axis;
  out.trace_interval_s = head.trace_interval_s;
  out.trace_spacing_m = head.trace_spacing_m;
  out.provenance = head.provenance;
  if (y_m.empty()) out.origin = head.origin;
  Index n_traces = 0;
  for (std::size_t k = 0; k < lines.size(); ++k) {
    const Line& line = *lines[k];
    const std::string which = "join.lines[" + std::to_string(k) + "]";
    if (line.n_samples() != head.n_samples() || !(line.axis == head.axis))
      throw ConfigError(which, "has another axis or number of samples than the first line");
    if (line.tags.size() != to_size(line.n_traces())) throw ConfigError(which, "needs one tag a trace");
    if (y_m.empty() && !same_origin(line.origin, head.origin))
      throw ConfigError(which, "has another origin than the first line: its positions are not in the same frame");
    n_traces += line.n_traces();
  }
  out.samples.resize(head.n_samples(), n_traces);
  out.tags.reserve(to_size(n_traces));
  Index at = 0;
  for (std::size_t k = 0; k < lines.size(); ++k) {
    const Line& line = *lines[k];
    out.samples.middleCols(at, line.n_traces()) = line.samples;
    for (TraceTag tag : line.tags) {
      tag.index = static_cast<std::int64_t>(out.tags.size());
      if (!y_m.empty()) {
        tag.position_m[0] = tag.distance_m;
        tag.position_m[1] = y_m[k];
      }
      out.tags.push_back(tag);
    }
    for (const std::string& sentence : line.assumptions)
      if (std::find(out.assumptions.begin(), out.assumptions.end(), sentence) == out.assumptions.end())
        out.assumptions.push_back(sentence);
    at += line.n_traces();
  }
  return out;
}

}  // namespace surefoot
