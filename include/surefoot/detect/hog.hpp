// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/detect/patch.hpp>

namespace surefoot::detect {

struct HogOptions {
  PatchOptions patch;
  Index cells_along = 4;
  Index cells_down = 4;
  Index bins = 9;
};

template <class V>
void fields(V& v, HogOptions& o) {
  fields(v, o.patch);
  v(o.cells_along, "cells_along", Unit::none, between(2, 8), "Cells of the patch across traces.");
  v(o.cells_down, "cells_down", Unit::none, between(2, 8), "Cells of the patch along time.");
  v(o.bins, "bins", Unit::none, between(2, 18),
    "Directions between 0 and 180 degrees into which gradients are sorted.");
}

[[nodiscard]] Problem validate(const HogOptions& options, const StreamSpec& in) noexcept;

/// Histograms of oriented gradients around each trace: the shape of an echo as numbers, for detect.logistic.
///
///   patch of width_traces x [start_s, end_s), root mean square 1;  dsp::cell_histograms() in cells_along x cells_down cells;
///   dsp::block_features() over blocks of 2 x 2 cells
///
/// Axis      across traces and along time. Shape (n_samples) in, ((cells_along - 1) (cells_down - 1) 4 bins) out, of the kind
///           channel: block across traces, block along time, cell, direction.
/// Units     none: neither a factor nor a constant on all samples changes a feature.
/// Tag       passed on: score and depth stay those of the trace.
/// Edges     traces beyond the ends of the line and unusable ones repeat their neighbour. Below least_score, and of a flat patch, all
///           features are 0.
/// Non-finite input: flagged, features 0; the trace takes no part in its neighbours' patches.
/// Cost      about 40 ns a pixel of the patch and trace with a score of least_score or more; latency half of width_traces;
///           no allocation after construction.
/// Not       a detector, and no better than energy for a hand-held radar (Duke and Montana, 2019): it tells shapes apart where a
///           score found something. Patches must be centred alike in training and use: traces aligned, depths normalised.
/// @throws ConfigError  (from the pipeline) if the patch has fewer samples than cells.
/// @source   Dalal and Triggs, CVPR 2005; Torrione et al., IEEE TGRS 52(3), 2014
class Hog final : public WindowStage {
 public:
  Hog(const HogOptions& options, const StreamSpec& in, Arena& arena) noexcept;

 private:
  void look(const TraceWindow& window, TraceRef out, TraceTag& tag) noexcept override;
  void forget() noexcept override {}
  void remember(StateArchive&) noexcept override {}

  Patch patch_;
  dsp::GradientCells cells_;
  std::span<double> histograms_;
};

}  // namespace surefoot::detect
