// SPDX-License-Identifier: MIT
#include <surefoot/gpr/trace_resample.hpp>

#include <surefoot/base/tag_between.hpp>
#include <surefoot/dsp/tidy.hpp>

#include <algorithm>
#include <cmath>
#include <utility>

namespace surefoot::gpr {
namespace {

// Outputs that one step of the operator may give.
constexpr double most_a_jump = 1e6;
// Metres; farther out the places of a grid could no longer be told apart.
constexpr double farthest_place = 1e9;

StreamSpec output_of(const TraceResampleOptions& options, const StreamSpec& in) noexcept {
  StreamSpec out = in;
  out.trace_spacing_m = options.spacing_m;
  out.trace_interval_s =
      in.trace_spacing_m > 0.0 ? in.trace_interval_s * (options.spacing_m / in.trace_spacing_m) : 0.0;
  if (in.max_traces == 0) return out;
  const double share = in.trace_spacing_m > 0.0 ? 1.5 * in.trace_spacing_m / options.spacing_m : 2.0;
  const double most = std::min(std::ceil(share * static_cast<double>(in.max_traces)) + 16.0, 1e9);
  out.max_traces = options.most_traces > 0 ? options.most_traces : static_cast<Index>(most);
  return out;
}

}  // namespace

Problem validate(const TraceResampleOptions& options, const StreamSpec&) noexcept {
  if (const Problem problem = check_ranges(options)) return problem;
  if (!(options.max_jump_m >= options.max_gap_m))
    return {"max_jump_m", "must not be below max_gap_m", options.max_jump_m, between(options.max_gap_m, 1e4),
            Unit::metre};
  if (options.max_jump_m / options.spacing_m > most_a_jump)
    return {"max_jump_m", "must not span more than 1e6 traces of spacing_m", options.max_jump_m,
            between(options.max_gap_m, most_a_jump * options.spacing_m), Unit::metre};
  return {};
}

TraceResample::TraceResample(const TraceResampleOptions& options, const StreamSpec& in, Arena& arena) noexcept
    : EditStage(in, output_of(options, in), arena),
      options_(options),
      ahead_(options.method == ResampleMethod::cubic ? 1 : 0),
      snap_(1e-6 * options.spacing_m),
      // The step itself; what waited for the next node, one interval of at most a gap and a jump (two if cubic); the ends.
      most_at_once_((3 + 2 * ahead_) * static_cast<Index>(std::ceil(options.max_jump_m / options.spacing_m)) + 6),
      waiting_(in.n_samples, options.unplaced_traces + 1, arena),
      node_sum_(arena.take<double>(in.n_samples)),
      nodes_(in.n_samples, n_nodes, arena) {}

// NaN if it is not known.
double TraceResample::place_of(const TraceTag& tag) noexcept {
  if (options_.along == ResampleAlong::distance)
    return std::abs(tag.distance_m) <= farthest_place ? tag.distance_m : unknown;
  const double x = tag.position_m[0];
  const double y = tag.position_m[1];
  if (!(std::abs(x) <= farthest_place && std::abs(y) <= farthest_place)) return unknown;
  if (!known_) {
    anchor_ = {x, y};
    return 0.0;
  }
  const double dx = x - anchor_[0];
  const double dy = y - anchor_[1];
  const double step = std::sqrt(dx * dx + dy * dy);
  if (step <= options_.standing_m) return known_s_;
  anchor_ = {x, y};
  return known_s_ + step;
}

void TraceResample::take(ConstTraceRef trace, const TraceTag& tag) noexcept {
  const double place = place_of(tag);
  const bool has_place = std::isfinite(place);
  if (!has_place && waiting_.size() == options_.unplaced_traces) {
    // No room: the oldest one is left out, and what is interpolated across it says so.
    missed_ |= (waiting_.empty() ? tag : waiting_.tag(0)).quality | Quality::dropped;
    ++unplaced_;
    if (waiting_.empty()) return;
    waiting_.pop();
    --unplaced_;
  }
  const TraceRef column = waiting_.push(tag);
  if (trace.empty()) std::fill(column.begin(), column.end(), 0.0F);
  else std::copy(trace.begin(), trace.end(), column.begin());
  if (!has_place) {
    ++unplaced_;
    return;
  }
  jump_ = known_ && (place - known_s_ > options_.max_jump_m || known_s_ - place > options_.max_gap_m);
  if (!known_ || jump_) {
    // Nothing tells where the traces before this one were.
    for (; waiting_.size() > 1; waiting_.pop()) missed_ |= waiting_.tag(0).quality | Quality::dropped;
    if (!known_ && unplaced_ > 0) serving_ = Serving::unplaced;
    known_s_ = place;
    unplaced_ = 0;
  }
  known_ = true;
  step_s_ = (place - known_s_) / to_double(unplaced_ + 1);
  from_s_ = known_s_;
  steps_ = unplaced_ + 1 - static_cast<std::int64_t>(waiting_.size());
  known_s_ = place;
  unplaced_ = 0;
  placed_ = waiting_.size();
  advance();
}

void TraceResample::close() noexcept {
  if (begun_) {
    close_node();
    flush_ = restart_ = true;
  }
  for (; !waiting_.empty(); waiting_.pop()) missed_ |= waiting_.tag(0).quality | Quality::dropped;
  tail_ = unplaced_ > 0;
  unplaced_ = 0;
  advance();
}

// Go on until something can be given or nothing is left to do.
void TraceResample::advance() noexcept {
  for (;;) {
    if (serving_ != Serving::nothing) {
      if (has_output()) return;
      end_serving();
    }
    if (begin_serving()) continue;
    if (flush_) {
      flush_ = false;
      if (restart_) begun_ = restart_ = false;
      continue;
    }
    if (placed_ > 0) {
      const double s = placed_ == 1 ? known_s_ : from_s_ + step_s_ * to_double(steps_ + 1);
      if (begun_ && jump_) {
        close_node();
        flush_ = restart_ = true;
        continue;
      }
      jump_ = false;
      consume(s);
      continue;
    }
    if (!tail_) return;
    tail_ = false;
    serving_ = Serving::unplaced;
  }
}

bool TraceResample::begin_serving() noexcept {
  if (nodes_.empty()) {
    if (!begun_ || !(grid(k_) <= far_ + snap_)) return false;
    serving_ = Serving::dead;
    end_ = far_ + snap_;
    return true;
  }
  if (grid(k_) < node_place(0) - snap_) {
    serving_ = Serving::dead;
    end_ = node_place(0) - snap_;
    return true;
  }
  if (nodes_.size() - next_ >= 2 + (flush_ ? 0 : ahead_)) {
    serving_ = Serving::bridge;
    passed_ = nodes_.tag(next_).quality | nodes_.tag(next_ + 1).quality | between_[to_size(next_ + 1)];
    return true;
  }
  if (!flush_) return false;
  serving_ = Serving::last;
  return true;
}

bool TraceResample::has_output() const noexcept {
  switch (serving_) {
    case Serving::bridge: return grid(k_) < node_place(next_ + 1) - snap_;
    case Serving::last: return grid(k_) <= node_place(nodes_.size() - 1) + snap_;
    case Serving::dead: return grid(k_) <= end_;
    case Serving::unplaced: return true;
    case Serving::nothing: break;
  }
  return false;
}

void TraceResample::end_serving() noexcept {
  skipped_ |= passed_;
  passed_ = Quality::good;
  if (serving_ == Serving::bridge) ++next_;
  if (serving_ == Serving::last) {
    nodes_.clear();
    next_ = 0;
  }
  serving_ = Serving::nothing;
}

// The oldest placed trace finds its node.
void TraceResample::consume(double s) noexcept {
  const TraceTag& tag = waiting_.tag(0);
  if (!begun_) {
    begun_ = true;
    origin_ = s;
    far_ = s - options_.spacing_m;  // nothing is dead yet
    k_ = 0;
    open_node(s, tag);
  } else if (s > node_s_ + options_.standing_m) {
    close_node();
    open_node(s, tag);
  }
  if (missed_ != Quality::good) lost_.add(missed_);
  missed_ = Quality::good;
  node_quality_.add(tag.quality);
  if (!unusable(tag.quality) && s >= node_s_ - options_.standing_m) {
    if (node_count_ == 0) node_tag_ = tag;
    ++node_count_;
    const ConstTraceRef x = std::as_const(waiting_).column(0);
    double* const sum = node_sum_.data();
    for (std::size_t i = 0; i < x.size(); ++i) sum[i] += static_cast<double>(x[i]);
  } else if (!unusable(tag.quality)) {
    ++behind_;
  }
  waiting_.pop();
  --placed_;
  ++steps_;
}

void TraceResample::open_node(double s, const TraceTag& tag) noexcept {
  node_s_ = s;
  node_tag_ = tag;
  node_count_ = 0;
  node_quality_.clear();
  std::fill(node_sum_.begin(), node_sum_.end(), 0.0);
}

void TraceResample::close_node() noexcept {
  if (node_count_ == 0) {
    lost_.add(node_quality_.value() | Quality::dropped);
    far_ = node_s_;
    // Too far to be bridged, whatever comes: what lies before need not wait.
    if (!nodes_.empty() && node_s_ - node_place(nodes_.size() - 1) > options_.max_gap_m) flush_ = true;
    return;
  }
  if (nodes_.full()) {
    --next_;
    std::copy(between_.begin() + 1, between_.end(), between_.begin());
  }
  TraceTag tag = node_tag_;
  tag.distance_m = node_s_;
  tag.quality = node_quality_.value();
  const TraceRef column = nodes_.push(tag);
  const double share = 1.0 / static_cast<double>(node_count_);
  for (std::size_t i = 0; i < column.size(); ++i) column[i] = static_cast<Sample>(node_sum_[i] * share);
  dsp::tidy(column);
  lost_.add(Quality::good);
  between_[to_size(nodes_.size() - 1)] = lost_.value();
  lost_.clear();
  node_count_ = 0;
}

void TraceResample::give(TraceRef out, TraceTag& tag) noexcept {
  switch (serving_) {
    case Serving::bridge: interpolate(out, tag); break;
    case Serving::last: {
      const Index i = nodes_.size() - 1;
      const ConstTraceRef node = std::as_const(nodes_).column(i);
      std::copy(node.begin(), node.end(), out.begin());
      tag = nodes_.tag(i);
      break;
    }
    case Serving::dead: tag.quality = (nodes_.empty() ? lost_.value() : between_[0]) | Quality::dropped; break;
    case Serving::unplaced:
      tag.quality = missed_ | Quality::dropped;
      missed_ = Quality::good;
      break;
    case Serving::nothing: return;
  }
  tag.index = given_++;
  if (serving_ == Serving::unplaced) {
    serving_ = Serving::nothing;
  } else {
    // Also what lay between two places of the grid and counts for neither.
    tag.quality |= skipped_;
    skipped_ = Quality::good;
    tag.distance_m = grid(k_);
    ++k_;
  }
  advance();
}

void TraceResample::interpolate(TraceRef out, TraceTag& tag) noexcept {
  const TraceTag& a = nodes_.tag(next_);
  const TraceTag& b = nodes_.tag(next_ + 1);
  const double h = b.distance_m - a.distance_m;
  double t = (grid(k_) - a.distance_m) / h;
  if (grid(k_) - a.distance_m <= snap_) t = 0.0;
  tag = tag_between(a, b, t);
  const TraceTag& nearer = t > 0.5 ? b : a;
  tag.score = nearer.score;
  tag.score_time_s = nearer.score_time_s;
  tag.quality = a.quality;
  const Sample* const xa = std::as_const(nodes_).column(next_).data();
  if (t == 0.0) {
    std::copy_n(xa, out.size(), out.begin());
    passed_ = between_[to_size(next_ + 1)];
    return;
  }
  passed_ = Quality::good;
  tag.quality |= b.quality | between_[to_size(next_ + 1)];
  if (h > options_.max_gap_m) {
    tag.quality |= Quality::dropped;
    return;
  }
  const Sample* const xb = std::as_const(nodes_).column(next_ + 1).data();
  if (options_.method == ResampleMethod::linear) {
    for (std::size_t i = 0; i < out.size(); ++i) {
      const auto from = static_cast<double>(xa[i]);
      out[i] = static_cast<Sample>(from + t * (static_cast<double>(xb[i]) - from));
    }
    dsp::tidy(out);
    return;
  }
  // Hermite: values and slopes at a and b; the slopes are sums of the differences on both sides of a node.
  const double left = next_ > 0 ? a.distance_m - node_place(next_ - 1) : 0.0;
  const double right = next_ + 2 < nodes_.size() ? node_place(next_ + 2) - b.distance_m : 0.0;
  const bool has_left = left > 0.0 && left <= options_.max_gap_m;
  const bool has_right = right > 0.0 && right <= options_.max_gap_m;
  const double slope_a = h * t * (1.0 - t) * (1.0 - t);  // what a slope at a adds to the value
  const double slope_b = h * t * t * (t - 1.0);
  const double own_a = has_left ? left / (left + h) / h : 1.0 / h;  // share of the difference b - a in the slope at a
  const double own_b = has_right ? right / (right + h) / h : 1.0 / h;
  const double outer_a = has_left ? h / (left + h) / left : 0.0;  // share of a - (the node before)
  const double outer_b = has_right ? h / (right + h) / right : 0.0;
  const double rise = t * t * (3.0 - 2.0 * t) + slope_a * own_a + slope_b * own_b;
  const double before = slope_a * outer_a;
  const double after = slope_b * outer_b;
  if (has_left) tag.quality |= nodes_.tag(next_ - 1).quality | between_[to_size(next_)];
  if (has_right) tag.quality |= nodes_.tag(next_ + 2).quality | between_[to_size(next_ + 2)];
  const Sample* const xl = has_left ? std::as_const(nodes_).column(next_ - 1).data() : xa;
  const Sample* const xr = has_right ? std::as_const(nodes_).column(next_ + 2).data() : xb;
  for (std::size_t i = 0; i < out.size(); ++i) {
    const auto va = static_cast<double>(xa[i]);
    const auto vb = static_cast<double>(xb[i]);
    out[i] = static_cast<Sample>(va + (rise * (vb - va) + (before * (va - static_cast<double>(xl[i])) +
                                                           after * (static_cast<double>(xr[i]) - vb))));
  }
  dsp::tidy(out);
}

Index TraceResample::notes(std::span<Note> out) const noexcept {
  if (out.empty()) return 0;
  out[0] = {"traces_behind", to_double(behind_), Unit::traces,
            behind_ > 0 ? "Traces lay behind where the line had been already and were left out." : nullptr};
  return 1;
}

void TraceResample::forget() noexcept {
  behind_ = given_ = steps_ = unplaced_ = k_ = 0;
  placed_ = node_count_ = next_ = 0;
  known_ = begun_ = flush_ = restart_ = jump_ = tail_ = false;
  known_s_ = from_s_ = step_s_ = node_s_ = far_ = end_ = origin_ = 0.0;
  anchor_ = {};
  missed_ = skipped_ = passed_ = Quality::good;
  node_quality_.clear();
  lost_.clear();
  between_ = {};
  serving_ = Serving::nothing;
  waiting_.clear();
  nodes_.clear();
}

void TraceResample::remember(StateArchive& archive) noexcept {
  archive(given_);
  archive(behind_);
  waiting_.state(archive);
  archive.index(placed_, waiting_.capacity() + 1);
  archive(known_);
  for (double* x : {&known_s_, &from_s_, &step_s_, &node_s_, &far_, &end_, &origin_}) archive(*x);
  archive(steps_);
  archive(unplaced_);
  archive(anchor_);
  for (Quality* q : {&missed_, &skipped_, &passed_}) archive(*q);
  archive(node_tag_);
  archive.index(node_count_, Index{1} << 30);
  node_quality_.state(archive);
  archive(node_sum_);
  nodes_.state(archive);
  archive(between_);
  lost_.state(archive);
  archive.index(next_, n_nodes);
  archive.choice(serving_, 5);
  archive(k_);
  archive(begun_);
  archive(flush_);
  archive(restart_);
  archive(jump_);
  archive(tail_);
  if (!archive.loading()) return;
  // A forged state must not point outside of the nodes that there are, nor to a line without end.
  const double farthest = grid(k_) + options_.spacing_m * static_cast<double>(most_at_once_);
  const auto near = [farthest](double place) noexcept { return place <= farthest; };
  if (!std::isfinite(farthest)) archive.fail();
  if (begun_ && nodes_.empty() && !near(far_)) archive.fail();
  if (serving_ == Serving::dead && !near(end_)) archive.fail();
  for (Index i = 0; i < nodes_.size(); ++i)
    if (!near(node_place(i))) archive.fail();
  if (placed_ > waiting_.size() || next_ > nodes_.size()) archive.fail();
  if (serving_ == Serving::bridge && next_ + 1 >= nodes_.size()) archive.fail();
  if (serving_ == Serving::last && nodes_.empty()) archive.fail();
}

}  // namespace surefoot::gpr
