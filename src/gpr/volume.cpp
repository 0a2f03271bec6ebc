// SPDX-License-Identifier: MIT
#include <surefoot/gpr/volume.hpp>

#include "imaging/places.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace surefoot::gpr {
namespace {

double x_step(const VolumeOptions& o, const StreamSpec& in) noexcept {
  return o.x_step_m > 0.0 ? o.x_step_m : in.trace_spacing_m;
}

// Columns that the options ask for by number; a count of 0 asks for one.
double counted(const VolumeOptions& o) noexcept {
  return static_cast<double>(std::max<Index>(o.x_count, 1)) * static_cast<double>(std::max<Index>(o.y_count, 1));
}

Index room_for(const VolumeOptions& o, const StreamSpec& in) noexcept {
  if (o.most_columns > 0) return o.most_columns;
  return std::max(in.max_traces, static_cast<Index>(counted(o)));
}

StreamSpec image_spec(const VolumeOptions& o, const StreamSpec& in) noexcept {
  StreamSpec out = imaging::image_spec(o, in);
  out.trace_interval_s = 0.0;
  out.trace_spacing_m = x_step(o, in);
  out.max_traces = in.max_traces > 0 ? room_for(o, in) : 0;
  return out;
}

Index nearest(double at, double start, double step, Index n) noexcept {
  return static_cast<Index>(std::clamp(std::round((at - start) / step), 0.0, static_cast<double>(n - 1)));
}

}  // namespace

Problem validate(const VolumeOptions& options, const StreamSpec& in) noexcept {
  if (const Problem problem = check_ranges(options)) return problem;
  if (const Problem problem = imaging::check_input(options.places, in)) return problem;
  if (!(x_step(options, in) > 0.0))
    return {"x_step_m", "must be given for a line whose trace spacing is unknown", options.x_step_m,
            above_to(0.0, 1000.0), Unit::metre};
  const double most = options.most_columns > 0 ? static_cast<double>(options.most_columns) : 1e7;
  if (counted(options) > most)
    return {"most_columns", "must be at least x_count times y_count, and at most 10 million",
            static_cast<double>(options.most_columns), between(counted(options), 1e7), Unit::traces};
  return {};
}

Volume::Volume(const VolumeOptions& options, const StreamSpec& in, Arena& arena) noexcept
    : WholeLineTo(in, image_spec(options, in), arena),
      options_(options),
      trace_spacing_m_(in.trace_spacing_m),
      x_step_m_(x_step(options, in)),
      most_columns_(room_for(options, in)),
      sum_(arena.emplace<imaging::DelaySum>(imaging::focusing_options(options, in, room_for(options, in)), in, arena)),
      places_(arena.take<imaging::Place>(in.max_traces)),
      columns_(arena.take<imaging::Column>(most_columns_)),
      lost_(arena.take<Quality>(most_columns_)),
      covered_(arena.take<unsigned char>(most_columns_)) {}

Volume::~Volume() {
  if (sum_ != nullptr) sum_->~DelaySum();
}

// The grid; one column where there is nothing to lay it over.
void Volume::lay_grid(const ColumnRing& line) noexcept {
  constexpr double none = std::numeric_limits<double>::infinity();
  double left = none;
  double right = -none;
  double low = none;
  double high = -none;
  for (Index m = 0; m < line.size(); ++m) {
    const imaging::Place& p = places_[to_size(m)];
    if (!p.counts) continue;
    left = std::min(left, p.x_m);
    right = std::max(right, p.x_m);
    low = std::min(low, p.y_m);
    high = std::max(high, p.y_m);
  }
  const bool any = left <= right;
  const auto lay = [&](Index count, double start, double first, double last, double step, double& at) noexcept {
    at = count > 0 ? start : (any ? first : 0.0);
    if (count > 0) return static_cast<double>(count);
    return any ? std::floor((last - first) / step + 1e-6) + 1.0 : 1.0;
  };
  const double nx = lay(options_.x_count, options_.x_start_m, left, right, x_step_m_, x_start_m_);
  const double ny = lay(options_.y_count, options_.y_start_m, low, high, options_.y_step_m, y_start_m_);
  const auto most = static_cast<double>(most_columns_);
  nx_ = static_cast<Index>(
      std::min(nx, std::max(std::floor(most / static_cast<double>(std::max<Index>(options_.y_count, 1))), 1.0)));
  ny_ = static_cast<Index>(std::min(ny, std::floor(most / static_cast<double>(nx_))));
  cut_ = static_cast<double>(nx_) < nx || static_cast<double>(ny_) < ny;
}

void Volume::give_flags(const ColumnRing& line, ColumnRing& made) noexcept {
  constexpr Quality gone = Quality::dropped | Quality::non_finite;
  std::fill(lost_.begin(), lost_.end(), Quality::good);
  std::fill(covered_.begin(), covered_.end(), static_cast<unsigned char>(0));
  bool any = false;
  for (Index m = 0; m < line.size(); ++m) {
    const imaging::Place& p = places_[to_size(m)];
    const Index ix = std::isfinite(p.x_m) ? nearest(p.x_m, x_start_m_, x_step_m_, nx_) : 0;
    const Index iy = std::isfinite(p.y_m) ? nearest(p.y_m, y_start_m_, options_.y_step_m, ny_) : 0;
    const Index c = iy * nx_ + ix;
    const Quality flags = line.tag(m).quality;
    if (p.counts) {
      covered_[to_size(c)] = 1;
      made.tag(c).quality |= flags;
      any = true;
    } else {
      made.tag(c).quality |= static_cast<Quality>(bits(flags) & ~bits(gone));
      lost_[to_size(c)] |= flags & gone;
    }
  }
  for (Index c = 0; c < made.size(); ++c)
    if (covered_[to_size(c)] == 0) made.tag(c).quality |= lost_[to_size(c)];
  if (!any) made.tag(0).quality |= Quality::dropped;
}

void Volume::process(ColumnRing& line, ColumnRing& made) noexcept {
  unknown_places_ = imaging::on_the_ground(line, options_.places, trace_spacing_m_, options_.standoff_m, places_);
  lay_grid(line);
  const Index n = nx_ * ny_;
  for (Index c = 0; c < n; ++c) {
    const double x = x_start_m_ + x_step_m_ * static_cast<double>(c % nx_);
    const Index row = c / nx_;
    const double y = y_start_m_ + options_.y_step_m * static_cast<double>(row);
    columns_[to_size(c)] = {x, y, 0.0};
    TraceTag tag;
    tag.index = c;
    tag.position_m = {x, y, 0.0};
    made.push(tag);
  }
  give_flags(line, made);
  sum_->run(line, places_.first(to_size(line.size())), columns_.first(to_size(n)), made);
}

Index Volume::findings(std::span<Note> out) const noexcept {
  Index n = imaging::notes_of(*sum_, unknown_places_, out);
  const auto add = [&](const Note& note) noexcept {
    if (n < static_cast<Index>(out.size())) out[to_size(n++)] = note;
  };
  add({"x_count", static_cast<double>(nx_), Unit::traces, nullptr});
  add({"y_count", static_cast<double>(ny_), Unit::traces,
       cut_ ? "The grid was cut: it needs more columns to reach all traces; raise most_columns or the steps."
            : nullptr});
  return n;
}

}  // namespace surefoot::gpr
