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
  v(o.velocity_m_per_s, "velocity_m_per_s", Unit::metre_per_second, above_to(0.0, 299792458.0),
    "Speed of the waves in the ground; in the air they run at that of light.");
  v(o.antenna_offset_m, "antenna_offset_m", Unit::metre, between(0.0, 100.0),
    "Distance from transmitter to receiver, along the way; the trace's place lies midway.");
  v(o.standoff_m, "standoff_m", Unit::metre, between(0.0, 1000.0),
    "Height of the antennas above the ground, for traces that do not say their own; below 5 mm they touch it.");
  v(o.time_zero, "time_zero", Words(time_references_over_ground),
    "What t = 0 of the input means: the emission, the direct wave through the air, or the bounce of the ground as "
    "gpr.ground_track lays it there.");
  v(o.aperture_deg, "aperture_deg", Unit::degree, above_to(0.0, 89.0),
    "Largest angle from the vertical under which a point looks at antennas that are summed.");
  v(o.aperture_m, "aperture_m", Unit::metre, above_to(0.0, 1000.0),
    "Largest distance across from a point to antennas that are summed; the smaller of both limits holds.");
  v(o.taper, "taper", Unit::none, between(0.0, 1.0),
    "Outer share of the aperture over which the weight falls smoothly to zero.");
  v(o.output, "output", Words(image_output_words),
    "Real part or magnitude of the sum of the analytic traces: the phase is kept while they are summed.");
  v(o.coherence, "coherence",
    "Multiply each pixel by its coherence factor: 1 where all traces agree in phase, near 0 where they do not.");
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
  v(o.depth_step_m, "depth_step_m", Unit::metre, between(0.0, 1000.0),
    "From one depth to the next; 0 takes velocity_m_per_s times half the sample interval.");
  v(o.n_depths, "n_depths", Unit::samples, between(0, 1e6), "Depths from the ground on; 0 takes as many as samples.");
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
