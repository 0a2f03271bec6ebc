// SPDX-License-Identifier: MIT
#include <surefoot/eval/region.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

namespace surefoot::eval {
namespace {

double distance_between(Point a, Point b) noexcept { return std::hypot(a.x_m - b.x_m, a.y_m - b.y_m); }

double distance_to_piece(Point p, Point a, Point b) noexcept {
  const double ux = b.x_m - a.x_m;
  const double uy = b.y_m - a.y_m;
  const double square = ux * ux + uy * uy;
  const double along =
      square > 0.0 ? std::clamp(((p.x_m - a.x_m) * ux + (p.y_m - a.y_m) * uy) / square, 0.0, 1.0) : 0.0;
  return distance_between(p, {a.x_m + along * ux, a.y_m + along * uy});
}

// Calls with each piece of a path; a path of one point is a piece without length.
template <class F>
void for_each_piece(const Path& path, F&& f) {
  if (path.size() == 1) f(path[0], path[0]);
  for (std::size_t i = 1; i < path.size(); ++i) f(path[i - 1], path[i]);
}

// Leaves out points that lie within 1 mm of the straight piece from the last that was kept to the one after them.
Path thinned(const Path& path) {
  constexpr double tolerance_m = 1e-3;
  constexpr std::size_t longest = 256;
  if (path.size() < 3) return path;
  Path out{path[0]};
  for (std::size_t from = 0; from + 1 < path.size();) {
    std::size_t to = from + 1;
    const auto straight = [&](std::size_t end) {
      for (std::size_t i = from + 1; i < end; ++i)
        if (distance_to_piece(path[i], path[from], path[end]) > tolerance_m) return false;
      return true;
    };
    while (to + 1 < path.size() && to - from < longest && straight(to + 1)) ++to;
    out.push_back(path[to]);
    from = to;
  }
  return out;
}

// Where the line at height y crosses a convex shape, if it does.
void cross_disc(std::vector<Interval>& out, Point centre, double radius, double y) {
  const double dy = y - centre.y_m;
  if (std::abs(dy) >= radius) return;
  const double half = std::sqrt(radius * radius - dy * dy);
  out.push_back({centre.x_m - half, centre.x_m + half});
}

void cross_capsule(std::vector<Interval>& out, Point a, Point b, double radius, double y) {
  cross_disc(out, a, radius, y);
  const double length = distance_between(a, b);
  if (length == 0.0) return;
  cross_disc(out, b, radius, y);
  // The rectangle between the two discs: a convex polygon.
  const double nx = -(b.y_m - a.y_m) / length * radius;
  const double ny = (b.x_m - a.x_m) / length * radius;
  const Point corner[] = {
      {a.x_m + nx, a.y_m + ny}, {b.x_m + nx, b.y_m + ny}, {b.x_m - nx, b.y_m - ny}, {a.x_m - nx, a.y_m - ny}};
  double low = std::numeric_limits<double>::infinity();
  double high = -low;
  for (std::size_t i = 0; i < 4; ++i) {
    const Point p = corner[i];
    const Point q = corner[(i + 1) % 4];
    if ((p.y_m > y) == (q.y_m > y)) continue;
    const double x = p.x_m + (y - p.y_m) / (q.y_m - p.y_m) * (q.x_m - p.x_m);
    low = std::min(low, x);
    high = std::max(high, x);
  }
  if (low < high) out.push_back({low, high});
}

void cross_outline(std::vector<Interval>& out, const Outline& o, double y) {
  if (o.length_m <= 0.0) {
    cross_disc(out, o.centre, 0.5 * o.width_m + o.margin_m, y);
    return;
  }
  const double beyond = std::abs(y - o.centre.y_m) - 0.5 * o.length_m;
  if (beyond >= o.margin_m) return;
  const double reach = beyond <= 0.0 ? o.margin_m : std::sqrt(o.margin_m * o.margin_m - beyond * beyond);
  const double half = 0.5 * o.width_m + reach;
  out.push_back({o.centre.x_m - half, o.centre.x_m + half});
}

void cross_polygon(std::vector<Interval>& out, const Polygon& polygon, double y) {
  std::vector<double> at;
  for (std::size_t i = 0; i < polygon.size(); ++i) {
    const Point p = polygon[i];
    const Point q = polygon[(i + 1) % polygon.size()];
    if ((p.y_m > y) != (q.y_m > y)) at.push_back(p.x_m + (y - p.y_m) / (q.y_m - p.y_m) * (q.x_m - p.x_m));
  }
  std::sort(at.begin(), at.end());
  for (std::size_t i = 1; i < at.size(); i += 2) out.push_back({at[i - 1], at[i]});
}

double reach_y(const Outline& o) noexcept {
  return (o.length_m > 0.0 ? 0.5 * o.length_m : 0.5 * o.width_m) + o.margin_m;
}

// Midpoint rule over lines across from low to high.
template <class F>
double integrate(double low, double high, F&& length_at) {
  if (!(high > low)) return 0.0;
  constexpr double finest_m = 1e-3;
  constexpr double most_lines = 20000.0;
  const auto n = static_cast<int>(std::clamp(std::ceil((high - low) / finest_m), 200.0, most_lines));
  const double step = (high - low) / n;
  double sum = 0.0;
  for (int i = 0; i < n; ++i) sum += length_at(low + (i + 0.5) * step);
  return sum * step;
}

}  // namespace

Stretches::Stretches(std::vector<Interval> pieces) {
  std::erase_if(pieces,
                [](const Interval& p) { return !(std::isfinite(p.low) && std::isfinite(p.high) && p.low < p.high); });
  std::sort(pieces.begin(), pieces.end(), [](const Interval& a, const Interval& b) { return a.low < b.low; });
  for (const Interval& p : pieces) {
    if (!pieces_.empty() && p.low <= pieces_.back().high) pieces_.back().high = std::max(pieces_.back().high, p.high);
    else pieces_.push_back(p);
  }
}

double Stretches::length() const noexcept {
  double sum = 0.0;
  for (const Interval& p : pieces_) sum += p.high - p.low;
  return sum;
}

bool Stretches::contains(double x) const noexcept { return meets(x, x); }

bool Stretches::meets(double low, double high) const noexcept {
  return std::any_of(pieces_.begin(), pieces_.end(), [&](const Interval& p) { return p.low <= high && low <= p.high; });
}

Stretches Stretches::without(const Stretches& other) const {
  std::vector<Interval> left;
  for (const Interval& p : pieces_) {
    double from = p.low;
    for (const Interval& q : other.pieces_) {
      if (q.high <= from) continue;
      if (q.low >= p.high) break;
      left.push_back({from, q.low});
      from = q.high;
    }
    left.push_back({from, p.high});
  }
  return Stretches(std::move(left));
}

Scan scan_of(const Line& line, double max_gap_m) {
  Scan scan;
  double last_m = unknown;
  Path path;
  const auto end_path = [&] {
    if (!path.empty()) scan.paths.push_back(thinned(path));
    path.clear();
  };
  std::vector<Interval> along;
  for (const TraceTag& tag : line.tags) {
    const bool usable = !unusable(tag.quality);
    const double x = usable ? tag.distance_m : unknown;
    if (std::abs(x - last_m) <= max_gap_m) along.push_back({std::min(x, last_m), std::max(x, last_m)});
    last_m = x;
    const Point p{tag.position_m[0], tag.position_m[1]};
    const bool placed = usable && std::isfinite(p.x_m) && std::isfinite(p.y_m);
    if (!placed || (!path.empty() && distance_between(path.back(), p) > max_gap_m)) end_path();
    if (placed) path.push_back(p);
  }
  end_path();
  scan.along = Stretches(std::move(along)).pieces();
  return scan;
}

double Outline::distance(Point p) const noexcept {
  const double dx = p.x_m - centre.x_m;
  const double dy = p.y_m - centre.y_m;
  const double edge = length_m > 0.0 ? std::hypot(std::max(std::abs(dx) - 0.5 * width_m, 0.0),
                                                  std::max(std::abs(dy) - 0.5 * length_m, 0.0))
                                     : std::max(std::hypot(dx, dy) - 0.5 * width_m, 0.0);
  return std::max(edge - margin_m, 0.0);
}

bool Swath::meets(const Outline& outline) const noexcept {
  const double reach = 0.5 * width_m + 1e-9;  // for rounding: what has no size may lie on a path without width
  const double radius = 0.5 * std::hypot(outline.width_m, outline.length_m) + outline.margin_m;
  bool met = false;
  for (const Path& path : paths)
    for_each_piece(path, [&](Point a, Point b) {
      if (met || distance_to_piece(outline.centre, a, b) > radius + reach) return;
      // The distance from a convex outline is convex along a straight piece: thirds close in on its least.
      const auto at = [&](double f) {
        return outline.distance({a.x_m + f * (b.x_m - a.x_m), a.y_m + f * (b.y_m - a.y_m)});
      };
      double low = 0.0;
      double high = 1.0;
      for (int i = 0; i < 100; ++i) {
        const double third = (high - low) / 3.0;
        if (at(low + third) <= at(high - third)) high -= third;
        else low += third;
      }
      // Where the least is flat, `low` closes in on its edge from outside.
      met = std::min({at(low), at(high), at(0.0), at(1.0)}) <= reach;
    });
  return met;
}

bool inside(const Polygon& polygon, Point p) noexcept {
  bool in = false;
  for (std::size_t i = 0; i < polygon.size(); ++i) {
    const Point a = polygon[i];
    const Point b = polygon[(i + 1) % polygon.size()];
    if ((a.y_m > p.y_m) != (b.y_m > p.y_m) && p.x_m < a.x_m + (p.y_m - a.y_m) / (b.y_m - a.y_m) * (b.x_m - a.x_m))
      in = !in;
  }
  return in;
}

double area(const std::vector<Swath>& scanned, const std::vector<Outline>& outlines,
            const std::vector<Polygon>& polygons) {
  struct Piece {
    Point a;
    Point b;
    double radius;
  };
  std::vector<Piece> pieces;
  double low = std::numeric_limits<double>::infinity();
  double high = -low;
  for (const Swath& swath : scanned)
    for (const Path& path : swath.paths)
      for_each_piece(path, [&](Point a, Point b) {
        pieces.push_back({a, b, 0.5 * swath.width_m});
        low = std::min({low, a.y_m - pieces.back().radius, b.y_m - pieces.back().radius});
        high = std::max({high, a.y_m + pieces.back().radius, b.y_m + pieces.back().radius});
      });
  std::vector<Interval> covered;
  std::vector<Interval> taken;
  return integrate(low, high, [&](double y) {
    covered.clear();
    taken.clear();
    for (const Piece& p : pieces) cross_capsule(covered, p.a, p.b, p.radius, y);
    for (const Outline& o : outlines) cross_outline(taken, o, y);
    for (const Polygon& p : polygons) cross_polygon(taken, p, y);
    return Stretches(covered).without(Stretches(taken)).length();
  });
}

double area(const std::vector<Outline>& outlines) {
  double low = std::numeric_limits<double>::infinity();
  double high = -low;
  for (const Outline& o : outlines) {
    low = std::min(low, o.centre.y_m - reach_y(o));
    high = std::max(high, o.centre.y_m + reach_y(o));
  }
  std::vector<Interval> taken;
  return integrate(low, high, [&](double y) {
    taken.clear();
    for (const Outline& o : outlines) cross_outline(taken, o, y);
    return Stretches(taken).length();
  });
}

}  // namespace surefoot::eval
