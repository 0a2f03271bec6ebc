// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/fields.hpp>
#include <surefoot/base/whole_line.hpp>

#include <array>

namespace surefoot::gpr {

enum class GridMethod : std::uint8_t { inverse_distance, nearest };
inline constexpr std::array<const char*, 2> grid_methods{"inverse_distance", "nearest"};

struct GridOptions {
  GridMethod method = GridMethod::inverse_distance;
  double step_x_m = 0.05;
  double step_y_m = 0.05;
  double length_x_m = 4.0;
  double length_y_m = 4.0;
  bool fit = true;
  double x_start_m = 0.0;
  double y_start_m = 0.0;
  double radius_m = 0.1;
  double power = 2.0;
};

template <class V>
void fields(V& v, GridOptions& o) {
  v(o.method, "method", Words(grid_methods),
    "inverse_distance takes the mean of all traces within radius_m, the near ones with more weight; nearest copies "
    "one.");
  v(o.step_x_m, "step_x_m", Unit::metre, between(1e-4, 1e3), "From place to place of the grid, along x (east).");
  v(o.step_y_m, "step_y_m", Unit::metre, between(1e-4, 1e3), "From place to place of the grid, along y (north).");
  v(o.length_x_m, "length_x_m", Unit::metre, between(0.0, 1e5),
    "Extent along x for which memory is taken; with fit the grid is cut to the traces.");
  v(o.length_y_m, "length_y_m", Unit::metre, between(0.0, 1e5), "The same along y.");
  v(o.fit, "fit",
    "Begin at the smallest x and y of the traces, rounded down to whole steps, and end at the largest; otherwise the "
    "grid is "
    "the one that x_start_m, y_start_m and the lengths give.");
  v(o.x_start_m, "x_start_m", Unit::metre, between(-1e8, 1e8), "fit = false: x of the first place.");
  v(o.y_start_m, "y_start_m", Unit::metre, between(-1e8, 1e8), "fit = false: y of the first place.");
  v(o.radius_m, "radius_m", Unit::metre, above_to(0.0, 1e4),
    "Traces farther away than this do not count; without one within it, a place is empty.");
  v(o.power, "power", Unit::none, between(0.0, 16.0), "inverse_distance: weights are 1 / distance^power.");
}

/// The problem with these options on this input, if any: the grid has at most 1e7 places, and each trace in it is within
/// radius_m of one.
[[nodiscard]] Problem validate(const GridOptions& options, const StreamSpec& in) noexcept;

/// Put lines on a regular grid: a volume, that is a line whose traces stand on a grid, x fastest.
///
///   inverse_distance  y(p) = sum_k w_k x_k / sum_k w_k,  w_k = |p - p_k|^-power,  over the traces with |p - p_k| <= radius_m;
///                     traces at p itself (1e-9 m) are averaged and the others do not count
///   nearest           y(p) = x_k, k the nearest trace within radius_m, the first one of equally near ones
///   p_k = position_m x, y of the tag; place (i, j) of the grid: x_start + i step_x_m, y_start + j step_y_m
///
/// Axis      across traces; samples are independent. Trace j n_x + i of the output stands at (i, j).
/// Tags      index counts the places; position_m is the place, z and standoff the weighted means of the traces that counted;
///           time and distance are not known. The score is that of the nearest trace.
/// Flags     all those of the traces within radius_m. Unusable ones do not count; they make a place that has others repaired. A
///           place without a usable trace is zero and dropped.
/// Edges     traces without a position, or outside of the grid, count nowhere; a note tells their number. A line without any
///           position gives one zero trace flagged dropped, with all its flags.
/// Cost      one weighted addition of a trace for each pair of a place and a trace within the radius; latency: the whole line.
/// Not       a migration; amplitudes of lines that were not balanced show as stripes. Between lines farther apart than a
///           quarter wavelength at the depth of interest nothing can be interpolated: radius_m must not pretend to.
/// @throws ConfigError  (from the pipeline) if the grid would have more than 1e7 places or radius_m is below half its diagonal step.
/// @source   Shepard, Proc. 23rd ACM National Conference (1968), 517-524, with a radius
class Grid final : public WholeLineTo {
 public:
  Grid(const GridOptions& options, const StreamSpec& in, Arena& arena) noexcept;

 private:
  [[nodiscard]] Index findings(std::span<Note> out) const noexcept override;
  // One axis of the grid.
  struct Side {
    double start = 0.0;
    double step = 1.0;
    Index n = 0;
    [[nodiscard]] double at(Index i) const noexcept { return start + step * static_cast<double>(i); }
    [[nodiscard]] Index nearest(double x) const noexcept;  // -1 if outside
  };

  void process(ColumnRing& line, ColumnRing& made) noexcept override;
  [[nodiscard]] Side side_of(const ColumnRing& line, std::size_t axis) const noexcept;
  void sort_in(const ColumnRing& line) noexcept;
  void fill(const ColumnRing& line, Index i, Index j, ColumnRing& made) noexcept;

  GridOptions options_;
  Side x_;
  Side y_;
  Index placed_ = 0;   // traces with a position
  Index outside_ = 0;  // and those of them that lie outside of the grid
  Index homeless_ = 0;
  Index empty_ = 0;  // places
  // The traces nearest to each place as lists: first_[place], then next_[trace]; -1 ends.
  std::span<Index> first_;
  std::span<Index> next_;
  std::span<double> sum_;
};

}  // namespace surefoot::gpr
