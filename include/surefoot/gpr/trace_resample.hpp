// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/edit_stage.hpp>
#include <surefoot/base/fields.hpp>
#include <surefoot/base/ring.hpp>

#include <array>

namespace surefoot::gpr {

enum class ResampleAlong : std::uint8_t { distance, positions };
inline constexpr std::array<const char*, 2> resample_along_words{"distance", "positions"};
enum class ResampleMethod : std::uint8_t { linear, cubic };
inline constexpr std::array<const char*, 2> resample_methods{"linear", "cubic"};

struct TraceResampleOptions {
  double spacing_m = 0.02;
  ResampleAlong along = ResampleAlong::distance;
  ResampleMethod method = ResampleMethod::linear;
  double standing_m = 0.005;
  double max_gap_m = 0.2;
  double max_jump_m = 10.0;
  Index unplaced_traces = 64;
  Index most_traces = 0;
};

template <class V>
void fields(V& v, TraceResampleOptions& o) {
  v(o.spacing_m, "spacing_m", Unit::metre, between(1e-4, 1e3), "Distance from trace to trace of the output.");
  v(o.along, "along", Words(resample_along_words),
    "Where a trace lies: its distance along the line, or the length of the horizontal path through the positions.");
  v(o.method, "method", Words(resample_methods), "linear between two traces; cubic through four.");
  v(o.standing_m, "standing_m", Unit::metre, between(0.0, 1e3),
    "Traces within this of one another are one place: they are averaged.");
  v(o.max_gap_m, "max_gap_m", Unit::metre, above_to(0.0, 1e4),
    "Longest stretch without a usable trace that is bridged; longer ones become zero traces flagged dropped.");
  v(o.max_jump_m, "max_jump_m", Unit::metre, above_to(0.0, 1e4),
    "A step between two known places farther than this, or farther back than max_gap_m, begins a new line.");
  v(o.unplaced_traces, "unplaced_traces", Unit::traces, between(0, 1e6),
    "Most traces in a row without a place (between two marks) that can wait for the next place.");
  v(o.most_traces, "most_traces", Unit::traces, between(0, 1e9),
    "Traces for which later whole-line stages take memory; 0: what the nominal spacing gives and a half more.");
}

/// The problem with these options on this input, if any.
[[nodiscard]] Problem validate(const TraceResampleOptions& options, const StreamSpec& in) noexcept;

/// Traces at equal spacing, interpolated between those that were recorded.
///
///   y_k = the line at s_k = s_0 + k spacing_m,  s_0 = the place of the first trace
///   linear  between the nodes a, b on both sides of s_k
///   cubic   Hermite between a and b, the slope at each node that of the parabola through it and its neighbours; at an end of
///           the line or of a gap the slope of the one interval there is
///
/// Nodes     traces in order of their place s. Traces within standing_m of the first one of a node belong to it: their samples
///           are averaged and the node has the tag of the first. A trace that lies farther back (the operator walked back) is
///           left out, with its flags kept on the node, until the line goes on beyond its farthest place: the first visit counts.
/// Marks     a trace whose place is not known lies between the known ones before and after it, at equal steps. Traces before
///           the first or after the last mark have no place: one zero trace flagged dropped stands for each such run.
///           A place beyond 1e9 m is not a place.
/// Tags      distance_m = s_k; index is counted anew from 0; time, position and standoff are interpolated linearly; the score is
///           that of the nearer node.
/// Flags     those of all nodes that count for a trace, and of those that were passed since the trace before it. An unusable trace is no node: across it the output is flagged
///           repaired, with its other flags. Farther than max_gap_m from node to node: zero traces, flagged dropped.
/// Edges     nothing is extrapolated: the last output lies at or before the last node (tolerance 1e-6 spacing_m). A single
///           trace comes out as it is. A step beyond max_jump_m (or back beyond max_gap_m) begins a new line: the grid starts
///           anew at that trace.
/// Notes     traces_behind: usable traces that were left out because the line had been farther before. A line whose distances
///           fall all the way loses all but its first place.
/// Live      yes: a trace comes out when the node after it (cubic: two after it) is complete, that is when the next one begins.
/// Not       an anti-alias filter: if spacing_m is larger than the recorded spacing, stack first. Positions in along = positions
///           are not smoothed: GPS noise beyond standing_m lengthens the path.
/// @throws ConfigError  (from the pipeline) if max_jump_m is below max_gap_m, or so many times spacing_m that a jump could
///                      give more than 1e6 traces.
/// @source   linear and Hermite interpolation: de Boor, A Practical Guide to Splines (1978), ch. 4; rules for standing, walking
///           back and gaps: our own
class TraceResample final : public EditStage {
 public:
  TraceResample(const TraceResampleOptions& options, const StreamSpec& in, Arena& arena) noexcept;
  /// In traces that move on; while the instrument stands, nothing can come out.
  [[nodiscard]] Index latency() const noexcept override { return 2 + ahead_; }
  [[nodiscard]] Index most_at_once() const noexcept override { return most_at_once_; }
  [[nodiscard]] Index notes(std::span<Note> out) const noexcept override;

 private:
  // What give() makes next.
  enum class Serving : std::uint8_t {
    nothing,
    bridge,   // between two nodes
    last,     // the last node itself
    dead,     // places where no usable trace was
    unplaced  // one trace for those that have no place
  };
  static constexpr Index n_nodes = 4;

  void take(ConstTraceRef trace, const TraceTag& tag) noexcept override;
  [[nodiscard]] bool ready() const noexcept override { return serving_ != Serving::nothing; }
  void give(TraceRef out, TraceTag& tag) noexcept override;
  void close() noexcept override;
  void forget() noexcept override;
  void remember(StateArchive& archive) noexcept override;

  [[nodiscard]] double place_of(const TraceTag& tag) noexcept;
  void advance() noexcept;
  [[nodiscard]] bool begin_serving() noexcept;
  [[nodiscard]] bool has_output() const noexcept;
  void end_serving() noexcept;
  void consume(double s) noexcept;
  void open_node(double s, const TraceTag& tag) noexcept;
  void close_node() noexcept;
  void interpolate(TraceRef out, TraceTag& tag) noexcept;
  [[nodiscard]] double grid(std::int64_t k) const noexcept { return origin_ + options_.spacing_m * to_double(k); }
  [[nodiscard]] double node_place(Index i) const noexcept { return nodes_.tag(i).distance_m; }

  TraceResampleOptions options_;
  Index ahead_;  // nodes needed beyond the interval that is served
  double snap_;  // places closer than this are one
  Index most_at_once_;
  std::int64_t given_ = 0;
  std::int64_t behind_ = 0;  // usable traces that were left out

  ColumnRing waiting_;              // traces that have no place yet, or are waiting for their turn
  Index placed_ = 0;                // how many of them have a place
  bool known_ = false;              // some trace had a place
  double known_s_ = 0.0;            // the last place that was known
  double from_s_ = 0.0;             // the placed ones lie at equal steps behind this
  double step_s_ = 0.0;             // by this
  std::int64_t steps_ = 0;          // so many steps have been made
  std::int64_t unplaced_ = 0;       // traces since the last known place, those that could not wait included
  std::array<double, 2> anchor_{};  // the position up to which the path was measured
  Quality missed_ = Quality::good;  // of traces that could not wait or have no place

  double node_s_ = 0.0;  // the open node
  TraceTag node_tag_;
  Index node_count_ = 0;  // usable traces in it
  MergedQuality node_quality_;
  std::span<double> node_sum_;

  ColumnRing nodes_;                        // the last closed nodes
  std::array<Quality, n_nodes> between_{};  // flags on the way from the node before
  MergedQuality lost_;                      // of unusable traces since the last node
  Index next_ = 0;                          // the interval to serve begins at this node
  double far_ = 0.0;                        // the line is known to be dead up to here, if there is no node
  Quality passed_ = Quality::good;          // of the interval that is served, until it gives something
  Quality skipped_ = Quality::good;         // of intervals that gave nothing
  Serving serving_ = Serving::nothing;
  double end_ = 0.0;  // dead: last place
  double origin_ = 0.0;
  std::int64_t k_ = 0;  // place in the grid that is given next
  bool begun_ = false;
  bool flush_ = false;    // serve what there is, without waiting for more
  bool restart_ = false;  // then begin a new line
  bool jump_ = false;     // the next trace begins a new line
  bool tail_ = false;     // the traces after the last place are still to be told
};

}  // namespace surefoot::gpr
