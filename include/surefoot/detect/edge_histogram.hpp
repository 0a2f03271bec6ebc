// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/detect/patch.hpp>

namespace surefoot::detect {

struct EdgeHistogramOptions {
  PatchOptions patch;
  double threshold = 0.5;
};

template <class V>
void fields(V& v, EdgeHistogramOptions& o) {
  fields(v, o.patch);
  v(o.threshold, "threshold", Unit::none, between(0.0, 1000.0),
    "An edge must be stronger than this, in root mean squares of the patch.");
}

[[nodiscard]] Problem validate(const EdgeHistogramOptions& options, const StreamSpec& in) noexcept;

/// Histograms of five kinds of edges in seven overlapping slabs around each trace, for detect.logistic.
///
///   patch of width_traces x [start_s, end_s), root mean square 1;  slab k: the width_traces/4 traces from k width_traces/8 on
///   five numbers a slab by dsp::edge_histogram(): along traces, along time, two diagonals, none of these
///
/// Axis      across traces and along time. Shape (n_samples) in, (35) out, of the kind channel: slab by slab. A hyperbola has one
///           diagonal before its apex, flat edges at it and the other diagonal after it.
/// Units     shares, 0 to 1. A factor on all samples changes nothing.
/// Tag, edges, non-finite input and latency as detect.hog.
/// Cost      about 3 ns a pixel of the patch and trace with a score of least_score or more; no allocation after construction.
/// Not       a detector; roots and layers that dip have the edges of half a hyperbola.
/// @throws ConfigError  (from the pipeline) if the patch has fewer than two samples.
/// @source   Frigui and Gader, IEEE TFS 17(1), 2009: kinds and slabs; one view only, radar in a line has no other
class EdgeHistogram final : public WindowStage {
 public:
  static constexpr Index n_slabs = 7;

  EdgeHistogram(const EdgeHistogramOptions& options, const StreamSpec& in, Arena& arena) noexcept;

 private:
  void look(const TraceWindow& window, TraceRef out, TraceTag& tag) noexcept override;
  void forget() noexcept override {}
  void remember(StateArchive&) noexcept override {}

  Patch patch_;
  Index slab_traces_;
  float threshold_;
};

}  // namespace surefoot::detect
