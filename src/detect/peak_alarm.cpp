// SPDX-License-Identifier: MIT
#include <surefoot/detect/peak_alarm.hpp>

#include <algorithm>
#include <cmath>
#include <utility>

namespace surefoot::detect {
namespace {

bool known(double x) noexcept { return x - x == 0.0; }
double magnitude(double x) noexcept { return x < 0.0 ? -x : x; }

// Places that are equal but for rounding are a suppression radius apart.
constexpr double slack = 1.0 - 1e-9;

constexpr Index most_repeat = 1000000;

// Beside a strong object stand lobes of its own, behind a null: what is weaker than this share of it is taken for one.
constexpr float lobe = 0.1F;

Index hold_of(const PeakAlarmOptions& options, const StreamSpec& in) noexcept {
  if (!(in.trace_interval_s > 0.0)) return options.hold_traces;
  const double traces = options.hold_s / in.trace_interval_s + 0.5;
  return traces < static_cast<double>(options.hold_traces) ? std::max<Index>(1, static_cast<Index>(traces))
                                                           : options.hold_traces;
}

template <class Seen>
bool both_placed(const Seen& a, const Seen& b) noexcept {
  return known(a.position_m[0] - b.position_m[0]) && known(a.position_m[1] - b.position_m[1]);
}
template <class Seen>
double squared_way(const Seen& a, const Seen& b) noexcept {
  const double x = a.position_m[0] - b.position_m[0];
  const double y = a.position_m[1] - b.position_m[1];
  return x * x + y * y;
}
template <class Seen>
double way_between(const Seen& a, const Seen& b) noexcept {
  return both_placed(a, b) ? std::sqrt(squared_way(a, b)) : magnitude(a.place - b.place);
}

}  // namespace

Problem validate(const PeakAlarmOptions& options, const StreamSpec&) noexcept { return check_ranges(options); }

PeakAlarm::PeakAlarm(const PeakAlarmOptions& options, const StreamSpec& in, Arena& arena) noexcept
    : options_(options),
      spacing_m_(in.trace_spacing_m),
      hold_(hold_of(options, in)),
      recent_(arena.take<Seen>(2 * hold_ + 1)),
      waiting_(arena.take<Alarm>(options.capacity)) {
  reset();
}

const PeakAlarm::Seen& PeakAlarm::recent(Index back) const noexcept {
  const Index slot = newest_ - back;
  return recent_[to_size(slot < 0 ? slot + memory() : slot)];
}

double PeakAlarm::place_of(const TraceTag& tag) noexcept {
  double place = tag.distance_m;
  if (known(place)) {
    if (placed_ && !measured_) start_anew();
    measured_ = metric_ = true;
  } else if (!placed_) {
    place = 0.0;
    metric_ = spacing_m_ > 0.0;
  } else {
    // A head that does not know where it is cannot say that it is still beside the last alarm.
    if (metric_ && spacing_m_ == 0.0 && !known(tag.position_m[0])) has_alarm_ = false;
    place = last_place_ + (spacing_m_ > 0.0 ? spacing_m_ : metric_ ? 0.0 : 1.0);
  }
  placed_ = true;
  return last_place_ = place;
}

// Counted places have another origin than measured ones: what is followed is told now, older places no longer count.
void PeakAlarm::start_anew() noexcept {
  if (phase_ == Phase::following) tell(false);
  if (phase_ == Phase::active) update(false, false);
  if (phase_ == Phase::following || phase_ == Phase::active) {
    phase_ = Phase::releasing;
    valley_ = peak_.score;
  }
  seen_ = 0;
  has_alarm_ = false;
}

double PeakAlarm::suppression() const noexcept {
  return metric_ ? options_.suppression_m : static_cast<double>(options_.suppression_traces);
}

bool PeakAlarm::apart(const Seen& a, const Seen& b) const noexcept {
  if (!both_placed(a, b)) return magnitude(a.place - b.place) >= suppression() * slack;
  const double radius = options_.suppression_m * slack;
  return squared_way(a, b) >= radius * radius;
}

bool PeakAlarm::inside(const Seen& seen, float level) const noexcept {
  // Unusable traces bridge a footprint: they tell nothing against it, and their flags belong to it.
  return unusable(seen.quality) || seen.score >= level;
}

void PeakAlarm::push(ConstTraceRef, const TraceTag& tag) noexcept {
  const double place = place_of(tag);
  const Seen now{tag.index, tag.position_m, tag.distance_m, place, tag.score, tag.quality};
  newest_ = newest_ + 1 == memory() ? 0 : newest_ + 1;
  recent_[to_size(newest_)] = now;
  seen_ = std::min(seen_ + 1, memory());
  if (has_alarm_ && apart(now, anchor_)) away_ = true;

  const bool usable = !unusable(tag.quality);
  if (phase_ == Phase::following) return follow(now, tag, usable);
  if (phase_ == Phase::active) return stay(now, tag, usable);
  if (!usable) return;
  const auto threshold = static_cast<float>(options_.threshold);
  const auto release = static_cast<float>(options_.release);
  if (phase_ == Phase::releasing) {
    valley_ = std::min(valley_, tag.score);
    const bool went_on = tag.score >= threshold && apart(now, told_at_);
    if (tag.score < release * threshold) phase_ = Phase::idle;
    else if (rises(tag) || went_on) begin(now, tag);
  } else if (tag.score >= threshold) {
    begin(now, tag);
  }
}

void PeakAlarm::begin(const Seen& now, const TraceTag& tag) noexcept {
  phase_ = Phase::following;
  since_begin_ = 0;
  hidden_ = false;
  valley_ = now.score;
  raise(now, tag);
}

// From the valley to another peak.
bool PeakAlarm::rises(const TraceTag& tag) const noexcept {
  return tag.score >= static_cast<float>(options_.threshold) &&
         tag.score * static_cast<float>(options_.release) > valley_;
}

void PeakAlarm::raise(const Seen& now, const TraceTag& tag) noexcept {
  top_ = tag;
  peak_ = now;
  since_peak_ = 0;
  settled_ = false;
}

// The flank of a higher peak lies near the one that is followed; the peak itself may not.
void PeakAlarm::hide() noexcept {
  if (!settled_) settle();
  hidden_ = true;
  hidden_top_ = top_;
  hidden_peak_ = peak_;
  hidden_footprint_ = footprint_;
}

// The higher peak lies far enough: both are alarms.
void PeakAlarm::tell_hidden(float higher) noexcept {
  hidden_ = false;
  since_begin_ = 0;  // the other has only just begun
  if (hidden_peak_.score < lobe * higher) return;
  const auto swap_all = [this] {
    std::swap(top_, hidden_top_);
    std::swap(peak_, hidden_peak_);
    std::swap(footprint_, hidden_footprint_);
  };
  swap_all();
  settled_ = true;
  tell(false);
  swap_all();
  settled_ = false;
}

// Not told yet.
void PeakAlarm::follow(const Seen& now, const TraceTag& tag, bool usable) noexcept {
  ++since_begin_;
  ++since_peak_;
  const auto low = static_cast<float>(options_.release) * static_cast<float>(options_.threshold);
  const float level = static_cast<float>(options_.footprint) * peak_.score;
  if (usable) valley_ = std::min(valley_, tag.score);
  // Where it has ended it has ended: what rises again so far away is another object, and neither hides the other.
  const bool ended = valley_ < std::min(level, low);
  const bool past = usable && (ended || tag.score < level) && apart(now, peak_);
  if (!past && usable && tag.score > peak_.score) {
    if (hidden_ && apart(now, hidden_peak_)) tell_hidden(tag.score);
    if (ended && !hidden_) hide();
    raise(now, tag);
    valley_ = tag.score;
  }
  if (!past && since_begin_ < hold_) return;
  const bool fell = usable && tag.score < low;
  const bool active = !past && !fell;
  told_at_ = now;
  if (!past || tag.score < lobe * peak_.score) valley_ = usable ? tag.score : peak_.score;
  tell(active);
  phase_ = active ? Phase::active : Phase::releasing;
  if (past && rises(tag)) begin(now, tag);
}

// Told, and the head is still over it.
void PeakAlarm::stay(const Seen& now, const TraceTag& tag, bool usable) noexcept {
  since_peak_ = std::min(since_peak_ + 1, memory());
  since_told_ = std::min(since_told_ + 1, most_repeat);
  const bool near = !apart(now, anchor_);
  if (usable && near && tag.score > peak_.score) raise(now, tag);
  else if (settled_) extend(now);
  if (!settled_ && since_peak_ >= hold_) settle();

  const auto threshold = static_cast<float>(options_.threshold);
  const auto release = static_cast<float>(options_.release);
  if (usable) {
    valley_ = std::min(valley_, tag.score);
    const bool fell = tag.score < release * threshold;
    const bool closed = tag.score < static_cast<float>(options_.footprint) * peak_.score;
    if (fell || (closed && apart(now, peak_))) {
      phase_ = fell ? Phase::idle : Phase::releasing;
      valley_ = tag.score;
      told_at_ = now;
      return update(false, false);
    }
    // Where places are only counted, a head that stands still seems to go on.
    const bool placed = measured_ || both_placed(now, told_at_);
    const bool goes_on = placed && apart(now, told_at_);
    if (tag.score >= threshold && !near && (goes_on || tag.score * release > valley_)) {
      update(false, false);
      return begin(now, tag);
    }
  }
  if (options_.repeat_traces > 0 && since_told_ >= options_.repeat_traces) update(true, false);
}

void PeakAlarm::weigh(const Seen& seen, double way) noexcept {
  const auto score = static_cast<double>(seen.score);
  const double w = score * way;
  const double d = seen.place - peak_.place;
  footprint_.weight += w;
  footprint_.place += w * d;
  footprint_.place_square += w * d * d;
  for (std::size_t axis = 0; axis < 3; ++axis)
    footprint_.position[axis] += w * (seen.position_m[axis] - peak_.position_m[axis]);
  footprint_.position_square += w * squared_way(seen, peak_);
}

// One more usable trace, after the last one.
void PeakAlarm::add(const Seen& seen) noexcept {
  if (footprint_.hits == 0) {
    footprint_.first = seen;
  } else {
    const double half = 0.5 * way_between(footprint_.last, seen);
    weigh(footprint_.last, half);
    weigh(seen, half);
  }
  const auto score = static_cast<double>(seen.score);
  footprint_.plain_weight += score;
  footprint_.plain_place += score * (seen.place - peak_.place);
  for (std::size_t axis = 0; axis < 3; ++axis)
    footprint_.plain_position[axis] += score * (seen.position_m[axis] - peak_.position_m[axis]);
  footprint_.last = seen;
  ++footprint_.hits;
  footprint_.quality |= footprint_.pending | seen.quality;
  footprint_.pending = Quality::good;
}

// The footprint around the peak, from the traces that are remembered.
void PeakAlarm::settle() noexcept {
  const Index peak = std::min(since_peak_, seen_ - 1);
  const auto level = static_cast<float>(options_.footprint) * peak_.score;
  Index oldest = peak;
  for (Index b = peak; b < seen_ && inside(recent(b), level); ++b)
    if (!unusable(recent(b).quality)) oldest = b;
  footprint_ = {};
  footprint_.open = 1;
  settled_ = true;
  for (Index b = oldest; b >= 0 && footprint_.open != 0; --b) extend(recent(b));
}

void PeakAlarm::extend(const Seen& now) noexcept {
  if (footprint_.open == 0) return;
  const auto level = static_cast<float>(options_.footprint) * peak_.score;
  if (unusable(now.quality)) footprint_.pending |= now.quality;
  else if (now.score >= level) add(now);
  else footprint_.open = 0;
}

// What is followed is an alarm: a new one, or the last one again.
void PeakAlarm::tell(bool active) noexcept {
  if (has_alarm_ && !apart(peak_, anchor_)) return update(active, away_);
  if (!settled_) settle();
  alarm_ = {};
  alarm_.id = next_id_++;
  alarm_.revision = -1;
  has_alarm_ = true;
  away_ = false;
  anchor_ = peak_;
  low_ = std::min(footprint_.first.place, footprint_.last.place);
  high_ = std::max(footprint_.first.place, footprint_.last.place);
  describe();
  alarm_.hits = footprint_.hits;
  alarm_.quality = footprint_.quality;
  record(active);
}

void PeakAlarm::update(bool active, bool another_pass) noexcept {
  if (!settled_) settle();
  const Alarm before = alarm_;
  const Footprint& f = footprint_;
  low_ = std::min({low_, f.first.place, f.last.place});
  high_ = std::max({high_, f.first.place, f.last.place});
  const bool higher = peak_.score > before.score;
  const double extent = alarm_.extent_m;
  if (higher || peak_.index == before.trace_index) describe();
  if (!another_pass) {
    alarm_.first_index = std::min(before.first_index, f.first.index);
    alarm_.last_index = std::max(before.last_index, f.last.index);
  }
  if (known(alarm_.extent_m) || known(extent)) {
    const double all = measured_ ? high_ - low_ + spacing_m_ : 0.0;
    alarm_.extent_m = std::max({all, known(extent) ? extent : 0.0, known(alarm_.extent_m) ? alarm_.extent_m : 0.0});
  }
  alarm_.hits = another_pass ? before.hits + f.hits : std::max(before.hits, f.hits);
  alarm_.passes = before.passes + (another_pass ? 1U : 0U);
  alarm_.quality = before.quality | f.quality;
  away_ = false;
  const bool wider = alarm_.first_index != before.first_index || alarm_.last_index != before.last_index;
  // The same object, lower and not wider, from a head that stood still or swung back: nothing new.
  const bool news = higher || wider || another_pass || active || before.active != 0;
  if (news) record(active);
}

// What the highest peak says.
void PeakAlarm::describe() noexcept {
  const Footprint& f = footprint_;
  const bool walked = f.weight > 0.0;
  const double weight = walked ? f.weight : f.plain_weight;
  alarm_.trace_index = top_.index;
  alarm_.first_index = f.first.index;
  alarm_.last_index = f.last.index;
  alarm_.time_s = top_.time_s;
  const double mean_place = (walked ? f.place : f.plain_place) / weight;
  double mean_square = 0.0;
  for (std::size_t axis = 0; axis < 3; ++axis) {
    const double mean = (walked ? f.position[axis] : f.plain_position[axis]) / weight;
    const double centre = top_.position_m[axis] + mean;
    // One trace without a position must not take it from the alarm: the peak's own is then the best there is.
    alarm_.position_m[axis] = known(centre) ? centre : top_.position_m[axis];
    if (axis < 2) mean_square += mean * mean;
  }
  const double error = options_.position_error_m * options_.position_error_m;
  const double of_positions = walked ? f.position_square / weight - mean_square : 0.0;
  const double of_places = walked ? f.place_square / weight - mean_place * mean_place : 0.0;
  if (known(top_.position_m[0]) && known(top_.position_m[1])) {
    const double along_m2 = metric_ ? of_places : 0.0;  // counted places are no metres
    const double variance = error + std::max(known(of_positions) ? of_positions : along_m2, 0.0);
    alarm_.covariance_m2 = {variance, 0.0, variance};
  } else if (metric_) {
    const double variance = error + std::max(of_places, 0.0);
    alarm_.covariance_m2 = {variance, 0.0, variance};
  } else {
    alarm_.covariance_m2 = {unknown, unknown, unknown};
  }
  const bool along = metric_ && (known(top_.distance_m) || spacing_m_ > 0.0);
  alarm_.distance_m = along ? peak_.place + mean_place : unknown;
  if (both_placed(f.first, f.last)) alarm_.extent_m = way_between(f.first, f.last) + spacing_m_;
  else alarm_.extent_m = along ? magnitude(f.last.place - f.first.place) + spacing_m_ : unknown;
  alarm_.two_way_time_s = top_.score_time_s;
  const double depth = 0.5 * options_.velocity_m_per_s * (top_.score_time_s - options_.ground_time_s);
  alarm_.depth_m = known(top_.depth_m) ? top_.depth_m : known(depth) ? std::max(depth, 0.0) : unknown;
  alarm_.phase_rad = top_.phase_rad;
  alarm_.kept_share = top_.kept_share;
  alarm_.evidence = top_.evidence;
  alarm_.score = peak_.score;
  alarm_.threshold = static_cast<float>(options_.threshold);
}

void PeakAlarm::record(bool active) noexcept {
  alarm_.active = active ? 1 : 0;
  ++alarm_.revision;
  since_told_ = 0;
  const auto capacity = static_cast<Index>(waiting_.size());
  if (n_waiting_ == capacity) {
    Alarm& last = waiting_[to_size(first_waiting_ + n_waiting_ - 1) % waiting_.size()];
    if (last.id == alarm_.id) last = alarm_;
    else ++overflow_;
    return;
  }
  waiting_[to_size(first_waiting_ + n_waiting_) % waiting_.size()] = alarm_;
  ++n_waiting_;
}

bool PeakAlarm::pull(Alarm& alarm) noexcept {
  if (n_waiting_ == 0) return false;
  alarm = waiting_[to_size(first_waiting_)];
  first_waiting_ = first_waiting_ + 1 == static_cast<Index>(waiting_.size()) ? 0 : first_waiting_ + 1;
  --n_waiting_;
  return true;
}

void PeakAlarm::finish() noexcept {
  if (phase_ == Phase::following) tell(false);
  if (phase_ == Phase::active) update(false, false);
  phase_ = Phase::idle;
}

void PeakAlarm::reset() noexcept {
  newest_ = seen_ = first_waiting_ = n_waiting_ = 0;
  phase_ = Phase::idle;
  metric_ = placed_ = measured_ = settled_ = hidden_ = has_alarm_ = away_ = false;
  since_begin_ = since_peak_ = since_told_ = 0;
  top_ = hidden_top_ = {};
  peak_ = hidden_peak_ = anchor_ = told_at_ = {};
  footprint_ = hidden_footprint_ = {};
  alarm_ = {};
  valley_ = 0.0F;
  low_ = high_ = last_place_ = 0.0;
  next_id_ = 1;
  overflow_ = 0;
}

void PeakAlarm::state(StateArchive& archive) noexcept {
  archive(recent_);
  archive(waiting_);
  archive.index(newest_, memory());
  archive.index(seen_, memory() + 1);
  archive.index(first_waiting_, static_cast<Index>(waiting_.size()));
  archive.index(n_waiting_, static_cast<Index>(waiting_.size()) + 1);
  archive.choice(phase_, 4);
  for (bool* flag : {&metric_, &placed_, &measured_, &settled_, &hidden_, &has_alarm_, &away_}) archive(*flag);
  archive.index(since_begin_, hold_ + 1);
  archive.index(since_peak_, memory() + 1);
  archive.index(since_told_, most_repeat + 1);
  archive(top_);
  archive(peak_);
  archive(footprint_);
  archive(hidden_top_);
  archive(hidden_peak_);
  archive(hidden_footprint_);
  archive(valley_);
  archive(last_place_);
  archive(alarm_);
  archive(low_);
  archive(high_);
  archive(anchor_);
  archive(told_at_);
  archive(next_id_);
  archive(overflow_);
  // What is followed or active has a trace.
  if (archive.loading() && seen_ == 0 && (phase_ == Phase::following || phase_ == Phase::active)) archive.fail();
}

}  // namespace surefoot::detect
