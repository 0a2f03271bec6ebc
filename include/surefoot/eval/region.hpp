// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/line.hpp>
#include <surefoot/eval/interval.hpp>

#include <vector>

/// Where was scanned and how far it is to what lies there: on a line in metres, on the ground in square metres.
namespace surefoot::eval {

/// Pieces of a line: sorted, apart from each other, none empty. Ends in metres.
class Stretches {
 public:
  Stretches() = default;
  /// The union of any intervals; those whose ends are not finite or in order are passed over.
  explicit Stretches(std::vector<Interval> pieces);

  [[nodiscard]] const std::vector<Interval>& pieces() const noexcept { return pieces_; }
  [[nodiscard]] bool empty() const noexcept { return pieces_.empty(); }
  [[nodiscard]] double length() const noexcept;
  [[nodiscard]] bool contains(double x) const noexcept;
  /// Whether [low, high] has a point in common with any piece.
  [[nodiscard]] bool meets(double low, double high) const noexcept;
  /// What of this is not in the other.
  [[nodiscard]] Stretches without(const Stretches& other) const;

 private:
  std::vector<Interval> pieces_;
};

struct Point {
  double x_m = 0.0;
  double y_m = 0.0;
};
using Polygon = std::vector<Point>;  ///< closed by itself; points inside by the even-odd rule
using Path = std::vector<Point>;     ///< joined by straight pieces

/// What a line's traces scanned: the pieces between neighbouring usable traces that are not further apart than `max_gap_m`.
/// A dropped or non-finite trace scans nothing and parts what lies before it from what follows.
struct Scan {
  std::vector<Interval> along;  ///< by distance along the line; empty where it is not known
  std::vector<Path>
      paths;  ///< by place; empty where it is not known. Points that change the path by < 1 mm are left out
};
[[nodiscard]] Scan scan_of(const Line& line, double max_gap_m);

/// The outline of an object seen from above, grown by a margin all round: a disc if length_m is 0, else a box along the axes.
struct Outline {
  Point centre;
  double width_m = 0.0;   ///< along x; the diameter of a disc
  double length_m = 0.0;  ///< along y
  double margin_m = 0.0;

  /// From a point to the nearest edge of the grown outline; 0 inside.
  [[nodiscard]] double distance(Point p) const noexcept;
};

/// A disc of a diameter moved along paths.
struct Swath {
  std::vector<Path> paths;
  double width_m = 0.0;

  [[nodiscard]] bool empty() const noexcept { return paths.empty(); }
  /// Whether any part of an outline was passed over.
  [[nodiscard]] bool meets(const Outline& outline) const noexcept;
};

[[nodiscard]] bool inside(const Polygon& polygon, Point p) noexcept;

/// Area of the union of swaths without outlines and polygons, in m^2.
///
/// Accuracy  lines across at equal steps of at most 1 mm, or 1/20000 of the extent where that is more; lengths on each are
///           exact: about 1e-4 of the area of a lane.
/// Cost      milliseconds a metre of swath.
[[nodiscard]] double area(const std::vector<Swath>& scanned, const std::vector<Outline>& outlines,
                          const std::vector<Polygon>& polygons);
/// Area of the union of outlines.
[[nodiscard]] double area(const std::vector<Outline>& outlines);

}  // namespace surefoot::eval
