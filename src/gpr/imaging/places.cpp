// SPDX-License-Identifier: MIT
#include "places.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace surefoot::gpr::imaging {
namespace {

bool knows_position(const TraceTag& tag) noexcept {
  return std::isfinite(tag.position_m[0]) && std::isfinite(tag.position_m[1]);
}

// What `automatic` stands for on this line.
TracePlaces choose(const ColumnRing& line, TracePlaces from, TracePlaces preferred) noexcept {
  if (from != TracePlaces::automatic) return from;
  bool distance = false;
  bool position = false;
  for (Index m = 0; m < line.size(); ++m) {
    if (unusable(line.tag(m).quality)) continue;
    distance = distance || std::isfinite(line.tag(m).distance_m);
    position = position || knows_position(line.tag(m));
  }
  if (distance && (preferred == TracePlaces::distance || !position)) return TracePlaces::distance;
  return position ? TracePlaces::position : TracePlaces::spacing;
}

// A place that is not a number does not count.
Index leave_out_unknown(ColumnRing& line, std::span<Place> places) noexcept {
  Index unknown_places = 0;
  for (Index m = 0; m < line.size(); ++m) {
    Place& p = places[to_size(m)];
    const bool known = std::isfinite(p.x_m) && std::isfinite(p.y_m) && std::isfinite(p.height_m);
    if (!known && !unusable(line.tag(m).quality)) {
      ++unknown_places;
      line.tag(m).quality |= Quality::dropped;
    }
    p.counts = known && !unusable(line.tag(m).quality);
  }
  return unknown_places;
}

// The nearest traces of known place before and after trace m.
template <class Use>
void with_neighbours(std::span<const Place> places, Use&& use) noexcept {
  const auto n = static_cast<Index>(places.size());
  const auto known = [&](Index m) noexcept {
    return std::isfinite(places[to_size(m)].x_m) && std::isfinite(places[to_size(m)].y_m);
  };
  Index before = -1;
  Index after = 0;
  for (Index m = 0; m < n; ++m) {
    if (!known(m)) continue;
    after = std::max(after, m + 1);
    while (after < n && !known(after)) ++after;
    use(m, before, after < n ? after : Index{-1});
    before = m;
  }
}

}  // namespace

Problem check_input(TracePlaces places, const StreamSpec& in) noexcept {
  if (in.axis.kind != AxisKind::two_way_time || !(in.axis.step > 0.0) || !std::isfinite(in.axis.start))
    return {"velocity_m_per_s", "needs an axis of two-way time", in.axis.step, {}, Unit::none};
  if (places == TracePlaces::spacing && !(in.trace_spacing_m > 0.0))
    return {"places", "needs a line whose trace spacing is known; give it, or take distance or position",
            in.trace_spacing_m, above(0.0), Unit::metre};
  return {};
}

double depth_step(double asked, double velocity_m_per_s, const StreamSpec& in) noexcept {
  return asked > 0.0 ? asked : 0.5 * velocity_m_per_s * in.axis.step;
}

Index n_depths(Index asked, const StreamSpec& in) noexcept { return asked > 0 ? asked : in.n_samples; }

Index along_the_line(ColumnRing& line, TracePlaces from, double spacing_m, bool topography,
                     std::span<Place> places) noexcept {
  const TracePlaces source = choose(line, from, TracePlaces::distance);
  places = places.first(to_size(line.size()));
  double way = 0.0;
  std::array<double, 2> last{unknown, unknown};
  for (Index m = 0; m < line.size(); ++m) {
    const TraceTag& tag = line.tag(m);
    Place& p = places[to_size(m)];
    p = {};
    p.x_m = unknown;
    if (source == TracePlaces::distance) {
      p.x_m = tag.distance_m;
    } else if (source == TracePlaces::spacing) {
      if (spacing_m > 0.0) p.x_m = spacing_m * static_cast<double>(m);
    } else if (knows_position(tag)) {
      if (std::isfinite(last[0])) way += std::hypot(tag.position_m[0] - last[0], tag.position_m[1] - last[1]);
      last = {tag.position_m[0], tag.position_m[1]};
      p.x_m = way;
    }
    if (topography) p.height_m = tag.position_m[2];
  }

  double whole = 0.0;
  double n = 0.0;
  with_neighbours(places, [&](Index m, Index, Index after) noexcept {
    if (after < 0) return;
    whole += std::abs(places[to_size(after)].x_m - places[to_size(m)].x_m);
    n += 1.0;
  });
  const double widest = n > 0.0 ? 2.0 * whole / n : 0.0;
  with_neighbours(places, [&](Index m, Index before, Index after) noexcept {
    double width = 0.0;
    double sides = 0.0;
    for (const Index other : {before, after})
      if (other >= 0) {
        width += std::abs(places[to_size(other)].x_m - places[to_size(m)].x_m);
        sides += 1.0;
      }
    places[to_size(m)].width_m = sides > 0.0 ? std::min(width / sides, widest) : std::max(spacing_m, 0.0);
  });
  return leave_out_unknown(line, places);
}

Index on_the_ground(ColumnRing& line, TracePlaces from, double spacing_m, double standoff_m,
                    std::span<Place> places) noexcept {
  const TracePlaces source = choose(line, from, TracePlaces::position);
  places = places.first(to_size(line.size()));
  for (Index m = 0; m < line.size(); ++m) {
    const TraceTag& tag = line.tag(m);
    Place& p = places[to_size(m)];
    p = {};
    p.standoff_m = std::isfinite(tag.standoff_m) ? std::clamp(tag.standoff_m, 0.0, 1000.0) : standoff_m;
    if (source == TracePlaces::position) {
      p.x_m = tag.position_m[0];
      p.y_m = tag.position_m[1];
    } else if (source == TracePlaces::distance) {
      p.x_m = tag.distance_m;
    } else {
      p.x_m = spacing_m > 0.0 ? spacing_m * static_cast<double>(m) : unknown;
    }
  }
  // The antennas look along the way: towards the nearer neighbour, which is on the same line where lines are joined.
  with_neighbours(places, [&](Index m, Index before, Index after) noexcept {
    Place& p = places[to_size(m)];
    double nearest = 0.0;
    for (const Index other : {before, after}) {
      if (other < 0) continue;
      const double dx = places[to_size(other)].x_m - p.x_m;
      const double dy = places[to_size(other)].y_m - p.y_m;
      const double length = std::hypot(dx, dy);
      if (!(length > 0.0) || (nearest > 0.0 && length >= nearest)) continue;
      nearest = length;
      p.along_x = dx / length;
      p.along_y = dy / length;
    }
  });
  return leave_out_unknown(line, places);
}

Index notes_of(const DelaySum& sum, Index unknown_places, std::span<Note> out) noexcept {
  const std::array<Note, 4> all{{
      {"even_spacing", sum.even() ? 1.0 : 0.0, Unit::none, nullptr},
      {"updates", sum.updates(), Unit::none, nullptr},
      {"standoffs", static_cast<double>(sum.standoffs()), Unit::none, nullptr},
      {"traces_without_place", static_cast<double>(unknown_places), Unit::traces,
       unknown_places > 0 ? "Traces whose place is unknown were left out of the image." : nullptr},
  }};
  const std::size_t n = std::min(out.size(), all.size());
  std::copy_n(all.begin(), n, out.begin());
  return static_cast<Index>(n);
}

}  // namespace surefoot::gpr::imaging
