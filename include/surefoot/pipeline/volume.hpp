// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/line.hpp>

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace surefoot {

/// How the traces of a volume stand: trace j n_x + i at (x_start_m + i step_x_m, y_start_m + j step_y_m).
///
/// Units     metres; a step is 0 where there is only one place along that side.
struct GridShape {
  Index n_x = 0;
  Index n_y = 0;
  double x_start_m = 0.0;
  double y_start_m = 0.0;
  double step_x_m = 0.0;
  double step_y_m = 0.0;
};

/// The grid on which the traces of a line stand (gpr.grid makes such lines), x fastest; nothing if they do not.
///
/// Edges     each position may be off by 1e-6 steps, or 1 nm if that is more. A line without traces, or with a position that is not known, has no grid; a
///           straight line along x at equal spacing is a grid of one row.
/// Cost      one pass over the tags.
/// @source   our own
[[nodiscard]] std::optional<GridShape> grid_of(const Line& line);

/// What a slice tells of the samples between its two borders.
enum class SliceMeasure : std::uint8_t { energy, magnitude, mean, peak };
inline constexpr std::array<const char*, 4> slice_measures{"energy", "magnitude", "mean", "peak"};

/// One number for each trace: what lies between two times or depths (a C-scan, if the line is a volume).
///
///   energy     mean of x[i]^2        magnitude  mean of |x[i]|
///   mean       mean of x[i]          peak       the x[i] of the largest |x[i]|, with its sign
///   over the samples with start <= axis.at(i) <= end (tolerance 1e-6 samples), in double, rounded once
///
/// Shape     (n_traces); for a volume seen as (n_y, n_x), x fastest.
/// Units     start and end in the unit of the axis: seconds or metres. energy is in the square of the samples' unit.
/// Edges     NaN for a trace that carries nothing (dropped, non_finite), so that an empty place is not taken for a quiet one.
/// Cost      one pass over the samples between the borders.
/// Not       an interpolation between traces: gpr.grid does that before.
/// @throws ConfigError  if no sample lies between start and end, or the line has not one tag a trace.
/// @source   practice: energy slices as in GPR-SLICE and RGPR
[[nodiscard]] std::vector<float> slice(const Line& line, double start, double end, SliceMeasure measure);

/// Several lines one after the other, as one: what gpr.grid takes.
///
/// y_m       empty: traces keep their positions. Otherwise one offset for each line: line k is taken for a straight one along x
///           at y_m[k]; its traces get the position (distance_m, y_m[k], z as it was).
/// Tags      index is counted anew from 0; all else stays. Assumptions of all lines are kept. The spacing is that of the first.
/// Origin    that of the first; with y_m none.
/// @throws ConfigError  if there is no line, the lines differ in axis or number of samples (name the line), y_m has another
///                      number of entries, or, without y_m, their origins differ.
/// @source   our own
[[nodiscard]] Line join(std::span<const Line* const> lines, std::span<const double> y_m = {});

}  // namespace surefoot
