// SPDX-License-Identifier: MIT
#include <surefoot/gpr/grid.hpp>

#include <surefoot/base/edit_stage.hpp>
#include <surefoot/dsp/math.hpp>
#include <surefoot/dsp/tidy.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace surefoot::gpr {
namespace {

constexpr double most_places = 1e7;
// Metres; closer is the same place.
constexpr double same_place = 1e-9;
constexpr double farthest_place = 1e9;

double places(double length, double step) noexcept { return std::floor(length / step + 1e-6) + 1.0; }

StreamSpec output_of(const GridOptions& options, const StreamSpec& in) noexcept {
  StreamSpec out = in;
  out.trace_spacing_m = options.step_x_m;
  out.trace_interval_s = 0.0;
  out.max_traces =
      static_cast<Index>(places(options.length_x_m, options.step_x_m) * places(options.length_y_m, options.step_y_m));
  return out;
}

bool has_place(const TraceTag& tag) noexcept {
  return std::abs(tag.position_m[0]) <= farthest_place && std::abs(tag.position_m[1]) <= farthest_place;
}

}  // namespace

Problem validate(const GridOptions& options, const StreamSpec&) noexcept {
  if (const Problem problem = check_ranges(options)) return problem;
  const double to_corner = 0.5 * std::sqrt(options.step_x_m * options.step_x_m + options.step_y_m * options.step_y_m);
  if (!(options.radius_m >= to_corner * (1.0 - 1e-9)))
    return {"radius_m", "must reach from a place to the middle of four, or traces would count nowhere",
            options.radius_m, between(to_corner, 1e4), Unit::metre};
  const double n_x = places(options.length_x_m, options.step_x_m);
  const double n_y = places(options.length_y_m, options.step_y_m);
  if (n_x > most_places)
    return {"length_x_m", "makes a grid of more than 1e7 places", options.length_x_m,
            between(0.0, most_places * options.step_x_m), Unit::metre};
  if (n_x * n_y > most_places)
    return {"length_y_m", "makes a grid of more than 1e7 places", options.length_y_m,
            between(0.0, (std::floor(most_places / n_x) - 1.0) * options.step_y_m), Unit::metre};
  return {};
}

Grid::Grid(const GridOptions& options, const StreamSpec& in, Arena& arena) noexcept
    : WholeLineTo(in, output_of(options, in), arena),
      options_(options),
      first_(arena.take<Index>(output_of(options, in).max_traces)),
      next_(arena.take<Index>(in.max_traces)),
      sum_(arena.take<double>(in.n_samples)) {}

Index Grid::Side::nearest(double x) const noexcept {
  const double i = std::floor((x - start) / step + 0.5);
  return i >= 0.0 && i < static_cast<double>(n) ? static_cast<Index>(i) : -1;
}

Grid::Side Grid::side_of(const ColumnRing& line, std::size_t axis) const noexcept {
  const bool along_x = axis == 0;
  Side side;
  side.step = along_x ? options_.step_x_m : options_.step_y_m;
  side.start = along_x ? options_.x_start_m : options_.y_start_m;
  const double most = places(along_x ? options_.length_x_m : options_.length_y_m, side.step);
  double n = most;
  if (options_.fit) {
    double low = std::numeric_limits<double>::infinity();
    double high = -low;
    for (Index k = 0; k < line.size(); ++k) {
      if (!has_place(line.tag(k))) continue;
      low = std::min(low, line.tag(k).position_m[axis]);
      high = std::max(high, line.tag(k).position_m[axis]);
    }
    side.start = std::floor(low / side.step + 1e-6) * side.step;
    n = std::min(most, std::ceil((high - side.start) / side.step - 1e-6) + 1.0);
  }
  side.n = static_cast<Index>(n);
  return side;
}

// Each trace to the place that it is nearest to, in the order of the line.
void Grid::sort_in(const ColumnRing& line) noexcept {
  std::fill(first_.begin(), first_.end(), Index{-1});
  outside_ = 0;
  for (Index k = line.size() - 1; k >= 0; --k) {
    if (!has_place(line.tag(k))) continue;
    const Index i = x_.nearest(line.tag(k).position_m[0]);
    const Index j = y_.nearest(line.tag(k).position_m[1]);
    if (i < 0 || j < 0) {
      ++outside_;
      continue;
    }
    next_[to_size(k)] = std::exchange(first_[to_size(j * x_.n + i)], k);
  }
}

void Grid::process(ColumnRing& line, ColumnRing& made) noexcept {
  placed_ = outside_ = empty_ = 0;
  Quality all = Quality::good;
  for (Index k = 0; k < line.size(); ++k) {
    all |= line.tag(k).quality;
    if (has_place(line.tag(k))) ++placed_;
  }
  homeless_ = line.size() - placed_;
  if (placed_ == 0) {
    if (line.empty()) return;
    TraceTag tag;
    tag.quality = all | Quality::dropped;
    const TraceRef out = made.push(tag);
    std::fill(out.begin(), out.end(), 0.0F);
    return;
  }
  x_ = side_of(line, 0);
  y_ = side_of(line, 1);
  sort_in(line);
  for (Index j = 0; j < y_.n; ++j)
    for (Index i = 0; i < x_.n; ++i) fill(line, i, j, made);
}

void Grid::fill(const ColumnRing& line, Index i, Index j, ColumnRing& made) noexcept {
  const double x = x_.at(i);
  const double y = y_.at(j);
  // A trace lies within half a step of the place in whose list it is.
  const auto reach = [this](double step) noexcept {
    return static_cast<Index>(std::ceil(options_.radius_m / step + 0.5));
  };
  const Index reach_x = std::min(reach(x_.step), x_.n);
  const Index reach_y = std::min(reach(y_.step), y_.n);
  const auto for_each_near = [&](auto&& f) noexcept {
    for (Index b = std::max<Index>(0, j - reach_y); b <= std::min(y_.n - 1, j + reach_y); ++b)
      for (Index a = std::max<Index>(0, i - reach_x); a <= std::min(x_.n - 1, i + reach_x); ++a)
        for (Index k = first_[to_size(b * x_.n + a)]; k >= 0; k = next_[to_size(k)]) {
          const double dx = line.tag(k).position_m[0] - x;
          const double dy = line.tag(k).position_m[1] - y;
          const double distance = std::sqrt(dx * dx + dy * dy);
          if (distance <= options_.radius_m) f(k, distance);
        }
  };

  MergedQuality quality;
  Index nearest = -1;
  double least = std::numeric_limits<double>::infinity();
  for_each_near([&](Index k, double distance) noexcept {
    quality.add(line.tag(k).quality);
    if (unusable(line.tag(k).quality)) return;
    if (distance > least || (distance == least && k > nearest)) return;
    least = distance;
    nearest = k;
  });

  TraceTag tag;
  tag.index = j * x_.n + i;
  tag.position_m = {x, y, unknown};
  tag.quality = quality.value();
  const TraceRef out = made.push(tag);
  TraceTag& own = made.tag(made.size() - 1);
  if (nearest < 0) {
    own.quality |= Quality::dropped;
    std::fill(out.begin(), out.end(), 0.0F);
    ++empty_;
    return;
  }
  own.score = line.tag(nearest).score;
  own.score_time_s = line.tag(nearest).score_time_s;
  if (options_.method == GridMethod::nearest) {
    own.position_m[2] = line.tag(nearest).position_m[2];
    own.standoff_m = line.tag(nearest).standoff_m;
    const ConstTraceRef from = line.column(nearest);
    std::copy(from.begin(), from.end(), out.begin());
    return;
  }

  std::fill(sum_.begin(), sum_.end(), 0.0);
  double weights = 0.0;
  double elevation = 0.0;
  double standoff = 0.0;
  const bool exact = least <= same_place;
  for_each_near([&](Index k, double distance) noexcept {
    if (unusable(line.tag(k).quality) || (exact && distance > same_place)) return;
    // Relative to the nearest one, so that no power leaves the range of double.
    const double share = exact ? 1.0 : least / distance;
    const double w = options_.power == 2.0 ? share * share : dsp::pow(share, options_.power);
    weights += w;
    elevation += w * line.tag(k).position_m[2];
    standoff += w * line.tag(k).standoff_m;
    const Sample* const from = line.column(k).data();
    double* const to = sum_.data();
    for (std::size_t s = 0; s < sum_.size(); ++s) to[s] += w * static_cast<double>(from[s]);
  });
  own.position_m[2] = elevation / weights;
  own.standoff_m = standoff / weights;
  const double scale = 1.0 / weights;
  for (std::size_t s = 0; s < out.size(); ++s) out[s] = static_cast<Sample>(sum_[s] * scale);
  dsp::tidy(out);
}

Index Grid::findings(std::span<Note> out) const noexcept {
  if (out.size() < 5) return 0;
  out[0] = {"n_x", static_cast<double>(x_.n), Unit::none, nullptr};
  out[1] = {"n_y", static_cast<double>(y_.n), Unit::none, nullptr};
  out[2] = {"empty places", static_cast<double>(empty_), Unit::none, nullptr};
  out[3] = {
      "traces outside", static_cast<double>(outside_), Unit::traces,
      outside_ > 0 ? "Traces lie outside of the grid and count nowhere: raise length_x_m or length_y_m." : nullptr};
  out[4] = {"traces without position", static_cast<double>(homeless_), Unit::traces,
            homeless_ > 0 ? "Traces have no position and count nowhere." : nullptr};
  return 5;
}

}  // namespace surefoot::gpr
