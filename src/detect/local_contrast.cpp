// SPDX-License-Identifier: MIT
#include <surefoot/detect/local_contrast.hpp>

#include <surefoot/dsp/detection.hpp>
#include <surefoot/dsp/distributions.hpp>
#include <surefoot/dsp/math.hpp>
#include <surefoot/dsp/reduce.hpp>

#include <algorithm>
#include <limits>

namespace surefoot::detect {
namespace {

constexpr std::uint8_t usable = 1;
constexpr std::uint8_t suspect = 2;

Index ahead_of(const LocalContrastOptions& o) noexcept { return o.two_sided ? o.cells_across / 2 : 0; }
Index latency_of(const LocalContrastOptions& o) noexcept { return ahead_of(o) > 0 ? ahead_of(o) + o.guard_traces : 0; }

dsp::CfarShape shape_of(const LocalContrastOptions& o, Index segment_samples) noexcept {
  const Index cells = o.cells_across + o.cells_along;
  const auto rank = static_cast<Index>(o.rank_share * static_cast<double>(cells) + 0.5);
  return {.kind = o.kind,
          .cells = cells,
          .rank = std::clamp<Index>(rank, 1, std::max<Index>(cells, 1)),
          .freedom = o.freedom > 0.0 ? o.freedom : static_cast<double>(segment_samples)};
}

Problem odd(const char* field, Index n, Unit unit) noexcept {
  return {field, "must be even", static_cast<double>(n), between(0.0, 1024.0), unit};
}

}  // namespace

Problem validate(const LocalContrastOptions& options, const StreamSpec& in) noexcept {
  if (const Problem problem = check_ranges(options)) return problem;
  if (options.cells_across % 2 != 0) return odd("cells_across", options.cells_across, Unit::traces);
  if (options.cells_along % 2 != 0) return odd("cells_along", options.cells_along, Unit::segments);
  if (options.cells_across + options.cells_along == 0)
    return {"cells_across", "must not be 0 where cells_along is", 0.0, between(2.0, 1024.0), Unit::traces};
  if (options.freedom > 0.0 && options.freedom < 1.0)
    return {"freedom", "must be 0 or at least 1", options.freedom, between(1.0, 1e4), Unit::none};
  if (const Problem problem = validate(options.depth, in)) return problem;
  const Index segments = depth_segments(options.depth, in.axis, in.n_samples, in.n_channels).per_channel;
  if (options.cells_along > 0 && options.cells_along + 2 * options.guard_segments + 1 > segments)
    return {"cells_along", "and the guard on both sides must leave a segment", static_cast<double>(options.cells_along),
            between(0.0, static_cast<double>(std::max<Index>(segments - 1 - 2 * options.guard_segments, 0))),
            Unit::segments};
  return {};
}

LocalContrast::LocalContrast(const LocalContrastOptions& options, const StreamSpec& in, Arena& arena) noexcept
    : WindowStage(in, DepthScore::output(options.depth, in), 0, latency_of(options), arena),
      options_(options),
      after_(latency_of(options)),
      score_(options.depth, in, arena, after_),
      shape_(shape_of(options, score_.segments().length)),
      ring_({score_.segments().count, options.cells_across, options.guard_traces, after_}, arena),
      across_(arena.take<const double*>(options.cells_across)),
      cells_(arena.take<double>(shape_.cells)),
      work_(arena.take<double>(shape_.cells)),
      z_(arena.take<double>(score_.segments().count)),
      aside_(arena.take<double>(score_.segments().count)) {
  if (arena.ok() && options.calibration == Calibration::formula) tabulate(shape_.freedom);
}

// z over ln ratio: one piece for the rates from 0.999 to 1e-4, where z is looked at closely, and one from there to 1e-100. Few
// cells of few samples hardly ever reach that.
void LocalContrast::tabulate(double freedom) noexcept {
  dsp::CfarShape shape = shape_;
  shape.freedom = freedom;
  constexpr double middle_rate = 1e-4;
  const double first = dsp::log(dsp::cfar_factor(shape, 0.999));
  const double middle = dsp::log(dsp::cfar_factor(shape, middle_rate));
  double last = dsp::log(dsp::cfar_factor(shape, 1e-100));
  for (double rate = 1e-80; !(last > middle) && rate < 1e-6; rate *= 1e10)
    last = dsp::log(dsp::cfar_factor(shape, rate));
  pieces_[0].start = first;
  pieces_[0].step = (middle - first) / static_cast<double>(knots - 1);
  pieces_[1].start = middle;
  pieces_[1].step = (last - middle) / static_cast<double>(knots - 1);
  for (Piece& p : pieces_)
    for (Index i = 0; i < knots; ++i) {
      const double factor = dsp::exp(p.start + p.step * static_cast<double>(i));
      p.z[to_size(i)] = dsp::normal_quantile(dsp::cfar_false_alarm(shape, factor));
    }
}

double LocalContrast::z_of(double log_ratio) const noexcept {
  if (!(log_ratio - log_ratio == 0.0)) return 0.0;
  const Piece& p = pieces_[log_ratio < pieces_[1].start ? 0 : 1];
  const double at = std::clamp((log_ratio - p.start) / p.step, 0.0, static_cast<double>(knots - 1));
  const auto i = std::min<std::size_t>(static_cast<std::size_t>(static_cast<std::int32_t>(at)), to_size(knots - 2));
  return p.z[i] + (at - static_cast<double>(static_cast<std::int32_t>(i))) * (p.z[i + 1] - p.z[i]);
}

void LocalContrast::energies(ConstTraceRef trace, std::span<double> cell) noexcept {
  const DepthSegments& s = score_.segments();
  for (Index i = 0; i < s.count; ++i)
    cell[to_size(i)] = dsp::mean_square(trace.subspan(to_size(s.begin(i)), to_size(s.length)));
}

Ground LocalContrast::arrive(const TraceWindow& window, Index k) noexcept {
  if (window.usable(k))
    return by_formula() ? score_.arrive(window.trace(k), window.tag(k), ring_.behind() < options_.cells_across)
                        : score_.arrive(window.trace(k), window.tag(k));
  return score_.arrive_unusable();
}

void LocalContrast::take_in(const TraceWindow& window, Index k, Ground ground) noexcept {
  if (ground == Ground::same) return;
  const Index place = ring_.place();
  ring_.mark(place) = window.usable(k) ? usable : 0;
  if (window.usable(k)) energies(window.trace(k), ring_.near(place));
}

// The rows of the cells across; false if there are too few. Missing ones ahead are taken behind.
bool LocalContrast::choose_across() noexcept {
  const Index n = options_.cells_across;
  Index ahead = 0;
  for (Index k = options_.guard_traces + 1; k <= after_; ++k)
    if (ring_.mark(k) == usable) across_[to_size(n - 1 - ahead++)] = ring_.near(k).data();
  std::reverse(across_.end() - ahead, across_.end());
  const Index behind = n - ahead;
  if (ring_.behind() < behind) return false;
  for (Index i = 0; i < behind; ++i) across_[to_size(behind - 1 - i)] = ring_.behind(i).data();
  return true;
}

void LocalContrast::put_across(Index k, Index from, Index n, Index to) noexcept {
  for (Index i = 0; i < n; ++i) cells_[to_size(to + i)] = across_[to_size(from + i)][k];
}

// First half of the cells: the first across and above; second half: the others.
void LocalContrast::put_along(Index k) noexcept {
  const Index n = options_.cells_along;
  if (n == 0) return;
  const DepthSegments& s = score_.segments();
  const Index in_channel = k % s.per_channel;
  const std::span<const double> column = ring_.near(0).subspan(to_size(k - in_channel), to_size(s.per_channel));
  const Index room_above = std::max<Index>(in_channel - options_.guard_segments, 0);
  const Index room_below = std::max<Index>(s.per_channel - 1 - options_.guard_segments - in_channel, 0);
  const Index above = std::clamp(n / 2, std::max<Index>(n - room_below, 0), room_above);
  for (Index i = 0; i < n; ++i) {
    const Index from = i < above ? room_above - above + i : s.per_channel - room_below + i - above;
    const Index half = i < n / 2 ? options_.cells_across / 2 : options_.cells_across;
    cells_[to_size(half + i)] = column[to_size(from)];
  }
}

double LocalContrast::contrast(Index k) noexcept {
  const Index half = options_.cells_across / 2;
  put_across(k, 0, half, 0);
  put_across(k, half, half, half + options_.cells_along / 2);
  put_along(k);
  const double level = dsp::cfar_level(shape_, cells_, work_);
  return level > 0.0 ? current_[to_size(k)] / level : 0.0;
}

// A trace that stands out is no background, for so many in a row; then it is the new ground until one does not stand out.
void LocalContrast::judge(const TraceTag& tag) noexcept {
  if (!(static_cast<double>(tag.score) > options_.depth.freeze_z)) suspects_ = 0;
  else if (suspects_ < options_.depth.freeze_limit_traces) {
    ++suspects_;
    ring_.mark(0) |= suspect;
  }
}

void LocalContrast::look(const TraceWindow& window, TraceRef out, TraceTag& tag) noexcept {
  Ground ground = Ground::fresh;
  if (started_) {
    const Ground came = arrive(window, after_);
    ground = score_.answer();
    if (ground == Ground::fresh) ring_.advance(ring_.mark(-options_.guard_traces) == usable);
    take_in(window, after_, came);
  } else {
    started_ = true;
    for (Index k = 0; k <= after_; ++k) take_in(window, k, arrive(window, k));
    ground = score_.answer();
  }
  tag.score = 0.0F;
  tag.score_time_s = unknown;
  tag.evidence = {};
  if (!window.usable(0)) return;
  current_ = ground == Ground::same ? aside_ : ring_.near(0);
  if (ground == Ground::same) energies(window.trace(0), aside_);
  if (!choose_across()) {
    score_.skip_trace(window.trace(0), out, tag);
    return;
  }
  for (Index k = 0; k < score_.segments().count; ++k) {
    const double ratio = contrast(k);
    score_.set_energy(k, ratio);
    if (by_formula()) z_[to_size(k)] = z_of(dsp::log_energy(ratio));
  }
  if (by_formula()) score_.finish_trace_with(z_, window.trace(0), out, tag);
  else score_.finish_trace(window.trace(0), out, tag);
  tag.evidence.background_traces = static_cast<double>(options_.cells_across);
  if (ground == Ground::fresh) judge(tag);
}

void LocalContrast::forget() noexcept {
  score_.clear();
  ring_.clear();
  suspects_ = 0;
  started_ = false;
}

void LocalContrast::remember(StateArchive& archive) noexcept {
  score_.state(archive);
  ring_.state(archive);
  archive.index(suspects_, options_.depth.freeze_limit_traces + 1);
  archive(started_);
}

}  // namespace surefoot::detect
