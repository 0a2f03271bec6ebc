// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/fields.hpp>
#include <surefoot/base/stage_kinds.hpp>
#include <surefoot/dsp/depth_normalizer.hpp>

#include <array>

/// What all scores over depth segments share: how a trace is cut, how energies become one robust z, what is given out.
namespace surefoot::detect {

/// What the output trace of a score stage is.
enum class Emit : std::uint8_t {
  trace,       ///< the input trace, unchanged
  z,           ///< the normalised log energy of each depth segment
  log_energy,  ///< ln of the mean square of each depth segment
};
inline constexpr std::array emit_words{"trace", "z", "log_energy"};

/// The options that every score over depth segments has. An options struct of a stage holds one of them as `depth`.
struct DepthOptions {
  double start_s = 0.0;
  double end_s = 1e-6;
  double segment_s = 0.4e-9;
  Index top_segments = 3;
  double rate = 0.01;
  double limit_z = 1.0;
  double freeze_z = 3.0;
  Index freeze_limit_traces = 40;
  Index warm_up_traces = 20;
  Emit emit = Emit::trace;
};

template <class V>
void fields(V& v, DepthOptions& o) {
  v(o.start_s, "start_s", Unit::second, finite(), "Two-way time at which the first depth segment begins.");
  v(o.end_s, "end_s", Unit::second, finite(),
    "Two-way time beyond which no segment reaches; the trace's end at the latest.");
  v(o.segment_s, "segment_s", Unit::second, above(0.0), "Length of a depth segment; at least one sample is taken.");
  v(o.top_segments, "top_segments", Unit::segments, between(1, 64),
    "The score is the mean z of so many strongest segments.");
  v(o.rate, "rate", Unit::none, above_to(0.0, 1.0),
    "Rate a trace at which mean and spread of the log energies follow.");
  v(o.limit_z, "limit_z", Unit::none, between(0.01, 1000.0),
    "A larger deviation teaches mean and spread as if it were just this one; from 10 on there is no limit.");
  v(o.freeze_z, "freeze_z", Unit::none, above(0.0), "A segment with a larger z does not teach the stage.");
  v(o.freeze_limit_traces, "freeze_limit_traces", Unit::traces, between(0, 1000000),
    "So many traces in a row may be kept from teaching a segment; then it learns again (a new soil must not lock it).");
  v(o.warm_up_traces, "warm_up_traces", Unit::traces, between(0, 1000000),
    "So many scored traces are flagged warming_up.");
  v(o.emit, "emit", emit_words, "What the output trace is: the input, or one number for each depth segment.");
}

/// Where the depth segments of a trace lie: segment k covers the samples [first + k length, first + (k+1) length).
///
///   length = max(1, round(segment_s / step)),  first = the first sample at or after start_s,
///   count = whole segments up to min(end_s, the trace's end)
struct DepthSegments {
  Index first = 0;
  Index length = 1;
  Index count = 0;

  [[nodiscard]] Index begin(Index k) const noexcept { return first + k * length; }
};
[[nodiscard]] DepthSegments depth_segments(const DepthOptions& options, const TraceAxis& axis,
                                           Index n_samples) noexcept;

/// The problem with these options on this input, if any: at least one whole segment must fit.
[[nodiscard]] Problem validate(const DepthOptions& options, const StreamSpec& in) noexcept;

/// Log energies of depth segments in, one score out.
///
///   z_k = normalised ln E_k (dsp::DepthNormalizer),  score = mean of the top_segments largest z_k
///   score_time = centre of the segment with the largest z (the earliest, if there is a tie)
///   evidence   = the z_k as its profile; background_traces: traces scored before, up to 1/rate, rounded up
///
/// Shape     (count) log energies; output() is what a stage with these options gives out.
/// Edges     fewer segments than top_segments: the mean of all. A segment of zero energy has z = 0 and teaches nothing.
/// Quality   warming_up for the first warm_up_traces scored traces.
/// Cost      O(count), no allocation after construction.
/// @source   normalisation and combination as in Torrione et al., IEEE TAES 42(2), 2006, in outline; figures our own
class DepthScore {
 public:
  DepthScore(const DepthOptions& options, const StreamSpec& in, Arena& arena) noexcept;

  [[nodiscard]] const DepthSegments& segments() const noexcept { return segments_; }
  [[nodiscard]] static StreamSpec output(const DepthOptions& options, const StreamSpec& in) noexcept;

  /// Set ln E of segment k from its mean square.
  void set_energy(Index k, double mean_square) noexcept;
  /// Normalise what set_energy() gave, write score, score time, evidence and flags into the tag and the output trace.
  void finish_trace(ConstTraceRef in, TraceRef out, TraceTag& tag) noexcept;
  /// The output trace for a trace that could not be scored yet: the input itself, or zeros.
  void skip_trace(ConstTraceRef in, TraceRef out, TraceTag& tag) const noexcept;
  /// True if segment k of the last trace must not teach the stage.
  [[nodiscard]] bool frozen(Index k) const noexcept { return normalizer_.frozen(k); }

  void clear() noexcept;
  void state(StateArchive& archive) noexcept;

 private:
  void emit(ConstTraceRef in, TraceRef out) const noexcept;

  DepthSegments segments_;
  TraceAxis axis_;
  Index top_segments_;
  Index warm_up_traces_;
  Emit emit_;
  dsp::DepthNormalizer normalizer_;
  std::span<double> log_energy_;
  std::span<double> z_;
  std::span<double> top_;  // the largest z so far, descending
  Index scored_ = 0;       // traces scored, up to warm_up_traces_
};

}  // namespace surefoot::detect
