// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/fields.hpp>
#include <surefoot/base/stage_kinds.hpp>
#include <surefoot/dsp/depth_normalizer.hpp>
#include <surefoot/dsp/ground_watch.hpp>

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

/// How the z of the depth segments become one score.
enum class Combine : std::uint8_t {
  top_mean,         ///< mean of the top_segments largest
  order_statistic,  ///< the top_segments-th largest alone: so many segments must be above it
  positive_sum,     ///< sum of max(z, 0) over all, less its mean, over its standard deviation for independent normal z
  largest,          ///< the largest
};
inline constexpr std::array combine_words{"top_mean", "order_statistic", "positive_sum", "largest"};

/// The options that every score over depth segments has. An options struct of a stage holds one of them as `depth`.
struct DepthOptions {
  double start_s = 0.0;
  double end_s = 1e-6;
  double segment_s = 0.4e-9;
  Combine combine = Combine::top_mean;
  Index top_segments = 3;
  double rate = 0.01;
  double limit_z = 1.0;
  double freeze_z = 3.0;
  Index freeze_limit_traces = 40;
  double hover_limit_s = 60.0;
  Index warm_up_traces = 20;
  Emit emit = Emit::trace;
};

/// `combined` false: of a stage that makes one number of the segments in its own way.
template <class V>
void fields(V& v, DepthOptions& o, bool combined = true) {
  v(o.start_s, "start_s", Unit::second, finite(), "Two-way time at which the first depth segment begins.");
  v(o.end_s, "end_s", Unit::second, finite(),
    "Two-way time beyond which no segment reaches; the trace's end at the latest.");
  v(o.segment_s, "segment_s", Unit::second, above(0.0), "Length of a depth segment; at least one sample is taken.");
  if (combined)
    v(o.combine, "combine", Words(combine_words),
      "How the z of the depth segments become the score: mean of the largest, one of them, sum of the positive ones, "
      "the largest.");
  v(o.top_segments, "top_segments", Unit::segments, between(1, 64),
    "So many strongest segments are averaged, or of so many the weakest is the score (combine).");
  v(o.rate, "rate", Unit::none, above_to(0.0, 1.0),
    "Rate a trace at which mean and spread of the log energies follow.");
  v(o.limit_z, "limit_z", Unit::none, between(0.01, 1000.0),
    "A larger deviation teaches mean and spread as if it were just this one; from 10 on there is no limit.");
  v(o.freeze_z, "freeze_z", Unit::none, above(0.0), "A segment with a larger z does not teach the stage.");
  v(o.freeze_limit_traces, "freeze_limit_traces", Unit::traces, between(0, 1000000),
    "So many traces in a row may be kept from teaching a segment; then it learns again (a new soil must not lock it).");
  dsp::hover_fields(v, o);
  v(o.warm_up_traces, "warm_up_traces", Unit::traces, between(0, 1000000),
    "So many scored traces are flagged warming_up.");
  v(o.emit, "emit", emit_words, "What the output trace is: the input, or one number for each depth segment.");
}

/// Where the depth segments of a trace lie: segment k covers the samples [begin(k), begin(k) + length).
///
///   length = max(1, round(segment_s / step)),  first = the first sample at or after start_s,
///   per_channel = whole segments up to min(end_s, the channel's end);  count = those of all channels, one channel after the other
struct DepthSegments {
  Index first = 0;
  Index length = 1;
  Index count = 0;
  Index per_channel = 0;
  Index channel_samples = 0;

  /// Where segment k begins in the stretch of its channel.
  [[nodiscard]] Index begin_in_channel(Index k) const noexcept {
    return first + (k < per_channel ? k : k % per_channel) * length;
  }
  [[nodiscard]] Index begin(Index k) const noexcept {
    return k < per_channel ? first + k * length : k / per_channel * channel_samples + begin_in_channel(k);
  }
};
[[nodiscard]] DepthSegments depth_segments(const DepthOptions& options, const TraceAxis& axis, Index n_samples,
                                           Index n_channels = 1) noexcept;

/// The problem with these options on this input, if any: at least one whole segment must fit.
[[nodiscard]] Problem validate(const DepthOptions& options, const StreamSpec& in) noexcept;

/// Log energies of depth segments in, one score out.
///
///   z_k = normalised ln E_k (dsp::DepthNormalizer),  score = mean of the top_segments largest z_k, or as `combine` says:
///   order_statistic: z_(K - top_segments + 1);  largest: z_(K);  positive_sum: (sum_k max(z_k, 0) - K a) / sqrt(K (1/2 - a^2)),
///   a = 1 / sqrt(2 pi), z_(1) <= ... <= z_(K)
///   score_time = centre of the segment with the largest z (the earliest, if there is a tie)
///   evidence   = the z_k as its profile, of several channels the highest at each depth; background_traces: traces scored before, up to 1/rate, rounded up
///
/// Shape     (count) log energies, of all channels; output() is what a stage with these options gives out.
/// Standing  a trace over ground that the head has just been over (dsp::GroundWatch) is scored and teaches nothing.
/// Edges     fewer segments than top_segments: all of them. A segment of zero energy has z = 0 and teaches nothing.
/// Quality   warming_up for the first warm_up_traces scored traces.
/// Cost      O(count), no allocation after construction.
/// @source   normalisation and combination as in Torrione et al., IEEE TAES 42(2), 2006, in outline; figures our own
class DepthScore {
 public:
  /// ahead: so many traces may arrive before the first is answered.
  DepthScore(const DepthOptions& options, const StreamSpec& in, Arena& arena, Index ahead = 0) noexcept;

  [[nodiscard]] const DepthSegments& segments() const noexcept { return segments_; }
  [[nodiscard]] static StreamSpec output(const DepthOptions& options, const StreamSpec& in) noexcept;

  /// The ground of the next trace that comes, once for each usable one; Ground::fresh until the statistics have a scale.
  Ground arrive(ConstTraceRef x, const TraceTag& tag) noexcept { return arrive(x, tag, !normalizer_.begun()); }
  /// The same for a stage that knows by itself whether it has warmed up.
  Ground arrive(ConstTraceRef x, const TraceTag& tag, bool warming_up) noexcept {
    return watch_.arrive(x, tag, stands_out_, warming_up);
  }
  Ground arrive_unusable() noexcept { return watch_.arrive_unusable(); }
  /// Go on to the trace that is answered next, usable or not: it lies over this ground.
  Ground answer() noexcept { return ground_ = watch_.answer(); }

  /// The mean square of segment k. finish_trace() makes its logarithm.
  void set_energy(Index k, double mean_square) noexcept;
  /// Normalise what set_energy() gave, write score, score time, evidence and flags into the tag and the output trace.
  void finish_trace(ConstTraceRef in, TraceRef out, TraceTag& tag) noexcept;
  /// The same for z that came about elsewhere: nothing is normalised or learnt. log_energy of set_energy() can still be emitted.
  void finish_trace_with(std::span<const double> z, ConstTraceRef in, TraceRef out, TraceTag& tag) noexcept;
  /// The output trace for a trace that could not be scored yet: the input itself, or zeros.
  void skip_trace(ConstTraceRef in, TraceRef out, TraceTag& tag) const noexcept;
  /// True if segment k of the last trace must not teach the stage.
  [[nodiscard]] bool frozen(Index k) const noexcept { return normalizer_.frozen(k); }
  /// The segment with the largest z of the last trace that was scored.
  [[nodiscard]] Index strongest() const noexcept { return strongest_; }

  void clear() noexcept;
  void state(StateArchive& archive) noexcept;

 private:
  void conclude(ConstTraceRef in, TraceRef out, TraceTag& tag) noexcept;
  void emit(ConstTraceRef in, TraceRef out) const noexcept;
  [[nodiscard]] double combined() const noexcept;
  [[nodiscard]] double least_of_top() const noexcept;
  [[nodiscard]] std::span<const double> of_depths() noexcept;

  DepthSegments segments_;
  TraceAxis axis_;
  Combine combine_;
  Index top_segments_;
  Index warm_up_traces_;
  Emit emit_;
  double freeze_z_;
  dsp::GroundWatch watch_;
  Ground ground_ = Ground::fresh;  // of the trace that is answered
  bool stands_out_ = false;        // something did in the last trace that was scored
  dsp::DepthNormalizer normalizer_;
  std::span<double> log_energy_;  // until finish_trace() the energy itself
  std::span<double> z_;
  std::span<double> top_;      // the largest z so far, descending
  std::span<double> depth_z_;  // of each depth over the channels, where there are several
  Index strongest_ = 0;
  Index scored_ = 0;  // traces scored, up to warm_up_traces_
};

}  // namespace surefoot::detect
