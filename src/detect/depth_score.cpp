// SPDX-License-Identifier: MIT
#include <surefoot/detect/depth_score.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

namespace surefoot::detect {
namespace {

// A position on the axis as a whole number of samples in [0, n]: clamped before the conversion, which is then safe.
Index sample_at(double time, const TraceAxis& axis, Index n, double rounding) noexcept {
  const double at = (time - axis.start) / axis.step + rounding;
  if (!(at > 0.0)) return 0;
  return at < static_cast<double>(n) ? static_cast<Index>(at) : n;
}

}  // namespace

DepthSegments depth_segments(const DepthOptions& options, const TraceAxis& axis, Index all_samples,
                             Index n_channels) noexcept {
  // A gate edge within a millionth of a sample counts as that sample: 0.4e-9 / 0.1e-9 is not quite 4.
  constexpr double slack = 1e-6;
  const double length = options.segment_s / axis.step;
  const Index n_samples = all_samples / std::max<Index>(n_channels, 1);
  DepthSegments s;
  s.channel_samples = n_samples;
  s.first = sample_at(options.start_s, axis, n_samples, 1.0 - slack);
  const Index end = sample_at(options.end_s, axis, n_samples, 1.0 - slack);
  s.length = length < static_cast<double>(n_samples) ? std::max<Index>(1, static_cast<Index>(length + 0.5)) : n_samples;
  s.per_channel = end > s.first ? (end - s.first) / s.length : 0;
  s.count = s.per_channel * std::max<Index>(n_channels, 1);
  return s;
}

Problem validate(const DepthOptions& options, const StreamSpec& in) noexcept {
  if (const Problem problem = check_ranges(options)) return problem;
  const double last = in.axis.at(in.channel_samples());
  if (!(options.end_s > options.start_s))
    return {"end_s", "must lie after start_s", options.end_s, above(options.start_s), Unit::second};
  if (!(options.end_s > in.axis.start))
    return {"end_s", "must lie after the beginning of the trace", options.end_s, above(in.axis.start), Unit::second};
  if (!(options.start_s < last))
    return {"start_s",
            "must lie before the end of the trace",
            options.start_s,
            {.high = last, .high_open = true},
            Unit::second};
  if (depth_segments(options, in.axis, in.n_samples, in.n_channels).count == 0)
    return {"segment_s", "leaves no whole segment between start_s and the end", options.segment_s,
            above_to(0.0, std::min(last, options.end_s) - std::max(in.axis.start, options.start_s)), Unit::second};
  return {};
}

StreamSpec DepthScore::output(const DepthOptions& options, const StreamSpec& in) noexcept {
  if (options.emit == Emit::trace) return in;
  const DepthSegments s = depth_segments(options, in.axis, in.n_samples, in.n_channels);
  StreamSpec out = in;
  out.n_samples = s.count;
  const double half = 0.5 * static_cast<double>(s.length - 1);
  out.axis.start = in.axis.at(s.first) + half * in.axis.step;
  out.axis.step = static_cast<double>(s.length) * in.axis.step;
  return out;
}

DepthScore::DepthScore(const DepthOptions& options, const StreamSpec& in, Arena& arena, Index ahead) noexcept
    : segments_(depth_segments(options, in.axis, in.n_samples, in.n_channels)),
      axis_(in.axis),
      combine_(options.combine),
      top_segments_(options.combine == Combine::largest ? std::min<Index>(1, segments_.count)
                                                        : std::min(options.top_segments, segments_.count)),
      warm_up_traces_(options.warm_up_traces),
      emit_(options.emit),
      freeze_z_(options.freeze_z),
      watch_(in, options.hover_limit_s, ahead, arena),
      normalizer_(segments_.count, segments_.length,
                  {.alpha = options.rate,
                   .freeze_z = options.freeze_z,
                   .freeze_limit_traces = options.freeze_limit_traces,
                   .limit_z = options.limit_z},
                  arena),
      log_energy_(arena.take<double>(segments_.count)),
      z_(arena.take<double>(segments_.count)),
      top_(arena.take<double>(top_segments_)),
      depth_z_(arena.take<double>(segments_.count > segments_.per_channel ? segments_.per_channel : 0)) {}

void DepthScore::set_energy(Index k, double mean_square) noexcept { log_energy_[to_size(k)] = mean_square; }

void DepthScore::finish_trace(ConstTraceRef in, TraceRef out, TraceTag& tag) noexcept {
  const Index learnt = normalizer_.seen();
  dsp::log_energies(log_energy_, log_energy_);
  normalizer_.normalize(log_energy_, z_, ground_ == Ground::same ? dsp::Lesson::none : dsp::Lesson::usual);
  conclude(in, out, tag);
  tag.evidence.background_traces = static_cast<double>(learnt);
}

void DepthScore::finish_trace_with(std::span<const double> z, ConstTraceRef in, TraceRef out, TraceTag& tag) noexcept {
  dsp::log_energies(log_energy_, log_energy_);
  std::copy(z.begin(), z.end(), z_.begin());
  conclude(in, out, tag);
}

// From z_ and the largest of them in top_.
double DepthScore::combined() const noexcept {
  if (combine_ == Combine::order_statistic) return top_.back();
  double sum = 0.0;
  if (combine_ == Combine::positive_sum) {
    constexpr double mean = 0x1.9884533d43651p-2;  // of max(x, 0), x standard normal: 1 / sqrt(2 pi)
    const auto n = static_cast<double>(z_.size());
    for (const double z : z_) sum += std::max(z, 0.0);
    return (sum - n * mean) / std::sqrt(n * (0.5 - mean * mean));
  }
  for (const double z : top_) sum += z;
  return sum / static_cast<double>(top_.size());
}

// The highest z of each depth over the channels.
std::span<const double> DepthScore::of_depths() noexcept {
  if (depth_z_.empty()) return z_;
  std::copy_n(z_.begin(), depth_z_.size(), depth_z_.begin());
  for (std::size_t k = depth_z_.size(); k < z_.size(); ++k) {
    double& highest = depth_z_[k % depth_z_.size()];
    highest = std::max(highest, z_[k]);
  }
  return depth_z_;
}

// What the smallest in top_ will not be below: that of the largest of as many stretches. It spares the list most of its insertions.
double DepthScore::least_of_top() const noexcept {
  const std::size_t stretch = z_.size() / top_.size();
  double least = std::numeric_limits<double>::infinity();
  for (std::size_t i = 0; i < top_.size(); ++i) {
    double highest = z_[i * stretch];
    for (std::size_t k = i * stretch + 1; k < (i + 1) * stretch; ++k) highest = z_[k] > highest ? z_[k] : highest;
    least = highest < least ? highest : least;
  }
  return least;
}

void DepthScore::conclude(ConstTraceRef in, TraceRef out, TraceTag& tag) noexcept {
  std::fill(top_.begin(), top_.end(), -std::numeric_limits<double>::infinity());
  const double least = least_of_top();
  for (const double z : z_) {
    if (z < least || !(z > top_.back())) continue;
    std::size_t i = top_.size() - 1;  // insert into the short descending list
    for (; i > 0 && z > top_[i - 1]; --i) top_[i] = top_[i - 1];
    top_[i] = z;
  }
  const auto strongest = static_cast<Index>(std::find(z_.begin(), z_.end(), top_.front()) - z_.begin());
  strongest_ = strongest;
  tag.score = static_cast<float>(combined());
  const double centre = axis_.at(segments_.first) + 0.5 * static_cast<double>(segments_.length - 1) * axis_.step;
  const double step = static_cast<double>(segments_.length) * axis_.step;
  tag.score_time_s =
      axis_.at(segments_.begin_in_channel(strongest)) + 0.5 * static_cast<double>(segments_.length - 1) * axis_.step;
  set_profile(tag.evidence, of_depths(), centre, step);
  stands_out_ = static_cast<double>(tag.score) > freeze_z_;
  watch_.flag(tag);
  if (scored_ < warm_up_traces_) {
    ++scored_;
    tag.quality |= Quality::warming_up;
  }
  emit(in, out);
}

void DepthScore::skip_trace(ConstTraceRef in, TraceRef out, TraceTag& tag) const noexcept {
  tag.quality |= Quality::warming_up;
  tag.score = 0.0F;
  tag.score_time_s = unknown;
  tag.evidence = {};
  if (emit_ == Emit::trace) std::copy(in.begin(), in.end(), out.begin());
  else std::fill(out.begin(), out.end(), 0.0F);
}

void DepthScore::emit(ConstTraceRef in, TraceRef out) const noexcept {
  if (emit_ == Emit::trace) {
    std::copy(in.begin(), in.end(), out.begin());
    return;
  }
  // A silent segment has no logarithm: the most negative float says so without being infinite.
  constexpr double silent = static_cast<double>(std::numeric_limits<Sample>::lowest());
  const std::span<double> values = emit_ == Emit::z ? z_ : log_energy_;
  for (std::size_t k = 0; k < out.size(); ++k) out[k] = static_cast<Sample>(std::max(values[k], silent));
}

void DepthScore::clear() noexcept {
  watch_.clear();
  ground_ = Ground::fresh;
  stands_out_ = false;
  normalizer_.clear();
  scored_ = 0;
}

void DepthScore::state(StateArchive& archive) noexcept {
  watch_.state(archive);
  archive.choice(ground_, 3);
  archive(stands_out_);
  normalizer_.state(archive);
  archive.any(log_energy_);  // minus infinity where it is silent
  archive(z_);
  archive.index(scored_, warm_up_traces_ + 1);
}

}  // namespace surefoot::detect
