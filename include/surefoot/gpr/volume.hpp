// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/whole_line.hpp>
#include <surefoot/gpr/back_projection.hpp>

namespace surefoot::gpr {

struct VolumeOptions {
  double velocity_m_per_s = 1e8;
  double antenna_offset_m = 0.0;
  double standoff_m = 0.0;
  TimeReference time_zero = TimeReference::emission;
  double aperture_deg = 60.0;
  double aperture_m = 1.0;
  double taper = 0.3;
  ImageOutput output = ImageOutput::envelope;
  bool coherence = false;
  TracePlaces places = TracePlaces::automatic;
  double x_start_m = 0.0;
  double x_step_m = 0.0;
  Index x_count = 0;
  double y_start_m = 0.0;
  double y_step_m = 0.05;
  Index y_count = 0;
  Index most_columns = 0;
  double depth_step_m = 0.0;
  Index n_depths = 0;
};

template <class V>
void fields(V& v, VolumeOptions& o) {
  focusing_fields(v, o);
  v(o.places, "places", Words(trace_place_words),
    "Where the traces stand: their positions on the ground; distances or evenly make a single line.");
  v(o.x_start_m, "x_start_m", Unit::metre, between(-1e9, 1e9), "With x_count: x of the first columns.");
  v(o.x_step_m, "x_step_m", Unit::metre, between(0.0, 1000.0),
    "From one column to the next along x; 0 takes the trace spacing of the line.");
  v(o.x_count, "x_count", Unit::traces, between(0, 1e6),
    "Columns along x; 0 goes from the smallest to the largest x of the traces.");
  v(o.y_start_m, "y_start_m", Unit::metre, between(-1e9, 1e9), "With y_count: y of the first columns.");
  v(o.y_step_m, "y_step_m", Unit::metre, above_to(0.0, 1000.0), "From one row of columns to the next along y.");
  v(o.y_count, "y_count", Unit::traces, between(0, 1e6),
    "Columns along y; 0 goes from the smallest to the largest y of the traces.");
  v(o.most_columns, "most_columns", Unit::traces, between(0, 1e7),
    "Columns that there is memory for; 0 takes as many as traces, or as both counts ask for.");
  depth_fields(v, o);
}

/// The problem with these options on this input, if any.
[[nodiscard]] Problem validate(const VolumeOptions& options, const StreamSpec& in) noexcept;

/// Back-projection of joined lines into a volume: columns of depth that stand on a grid.
///
/// The sum is that of gpr.back_projection, over all traces around a column in x and y. In: one line, made of lines joined one
/// after the other, whose tags have positions. Out: a line too, whose traces are the columns: x runs fastest, then y; each tag
/// has its position (x, y, 0) and no distance; a C-scan is one sample of all of them.
///
/// Axis      in: two-way time. Out: depth below the ground from 0 on; as many columns as the grid has.
/// Edges     a count of 0: from the smallest to the largest place in steps; a grid that needs more columns than there is
///           memory for is cut, first along y, and the notes say so. Points at which no trace looks are zero.
/// Flags     a column has the flags of all traces in its cell (nearer to it than to any other column), but for dropped and
///           non_finite: those only where no trace of the cell can be used; the column is then zero. A trace that lies outside
///           the grid gives its flags to the nearest column; with no usable trace at all one column comes out, flagged dropped.
/// Cost      one update for each column, depth and trace in the aperture, 0.5 updates/ns on one AVX-512 core for an amplitude.
/// Not       for lines too far apart: the gap must be below half a wavelength at the widest angle, or echoes repeat across.
/// @throws ConfigError  (from the pipeline) if the input is no two-way time; if a spacing is needed and unknown; if the
///                      counts ask for more than most_columns.
/// @source   as gpr.back_projection
class Volume final : public WholeLineTo {
 public:
  Volume(const VolumeOptions& options, const StreamSpec& in, Arena& arena) noexcept;
  ~Volume() override;

 private:
  [[nodiscard]] Index findings(std::span<Note> out) const noexcept override;
  void process(ColumnRing& line, ColumnRing& made) noexcept override;
  void lay_grid(const ColumnRing& line) noexcept;
  void give_flags(const ColumnRing& line, ColumnRing& made) noexcept;

  VolumeOptions options_;
  double trace_spacing_m_;
  double x_step_m_;
  double x_start_m_ = 0.0;
  double y_start_m_ = 0.0;
  Index nx_ = 0;
  Index ny_ = 0;
  bool cut_ = false;
  Index unknown_places_ = 0;
  Index most_columns_;
  imaging::DelaySum* sum_;
  std::span<imaging::Place> places_;
  std::span<imaging::Column> columns_;
  std::span<Quality> lost_;           // flags of a cell's unusable traces
  std::span<unsigned char> covered_;  // a usable trace lies in the cell
};

}  // namespace surefoot::gpr
