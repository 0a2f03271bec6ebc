// SPDX-License-Identifier: MIT
#include <surefoot/detect/peak_alarm.hpp>

#include <algorithm>
#include <limits>

namespace surefoot::detect {
namespace {

bool known(double x) noexcept { return x - x == 0.0; }
double magnitude(double x) noexcept { return x < 0.0 ? -x : x; }

}  // namespace

Problem validate(const PeakAlarmOptions& options, const StreamSpec&) noexcept { return check_ranges(options); }

PeakAlarm::PeakAlarm(const PeakAlarmOptions& options, const StreamSpec& in, Arena& arena) noexcept
    : options_(options),
      spacing_m_(in.trace_spacing_m),
      recent_(arena.take<Seen>(2 * options.hold_traces + 1)),
      waiting_(arena.take<Alarm>(options.capacity)) {
  reset();
}

PeakAlarm::Seen& PeakAlarm::recent(Index back) noexcept {
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
    if (metric_ && spacing_m_ == 0.0) near_given_ = false;
    place = last_place_ + (spacing_m_ > 0.0 ? spacing_m_ : metric_ ? 0.0 : 1.0);
  }
  placed_ = true;
  return last_place_ = place;
}

// Counted places have another origin than measured ones: what is followed is given now, older places no longer count.
void PeakAlarm::start_anew() noexcept {
  if (phase_ == Phase::following) {
    give();
    phase_ = Phase::releasing;
    valley_ = peak_score_;
  }
  seen_ = 0;
  near_given_ = false;
}

double PeakAlarm::suppression() const noexcept {
  return metric_ ? options_.suppression_m : static_cast<double>(options_.suppression_traces);
}

void PeakAlarm::push(ConstTraceRef, const TraceTag& tag) noexcept {
  const double place = place_of(tag);
  newest_ = newest_ + 1 == memory() ? 0 : newest_ + 1;
  recent_[to_size(newest_)] = {tag, place};
  seen_ = std::min(seen_ + 1, memory());

  if (magnitude(place - given_place_) >= suppression() * (1.0 - 1e-9)) near_given_ = false;

  const float score = tag.score;
  const auto threshold = static_cast<float>(options_.threshold);
  const auto release = static_cast<float>(options_.release);
  const bool usable = !unusable(tag.quality);

  if (phase_ == Phase::following) {
    ++since_begin_;
    ++since_peak_;
    if (usable && score > peak_score_) {
      peak_score_ = score;
      peak_place_ = place;
      since_peak_ = 0;
    }
    const bool past = magnitude(place - peak_place_) >= suppression() * (1.0 - 1e-9);
    const bool closed = usable && score < static_cast<float>(options_.footprint) * peak_score_;
    if ((past && closed) || since_begin_ >= options_.hold_traces) {
      give();
      phase_ = Phase::releasing;
      valley_ = usable ? score : peak_score_;
      given_end_ = place;
    }
  } else if (usable) {
    if (phase_ == Phase::releasing) {
      valley_ = std::min(valley_, score);
      const bool fell = score < release * threshold;
      const bool rose = score >= threshold && score * release > valley_;
      const bool went_on = score >= threshold && magnitude(place - given_end_) >= suppression() * (1.0 - 1e-9);
      if (fell) phase_ = Phase::idle;
      else if (rose || went_on) begin();
    } else if (score >= threshold) {
      begin();
    }
  }
}

void PeakAlarm::begin() noexcept {
  phase_ = Phase::following;
  peak_score_ = recent(0).tag.score;
  peak_place_ = recent(0).place;
  since_begin_ = since_peak_ = 0;
}

void PeakAlarm::give() noexcept {
  // Still beside the last alarm, and lower: the same object seen again by a head that stood still or swung back.
  if (near_given_ && peak_score_ <= given_score_) return;
  near_given_ = true;
  given_place_ = peak_place_;
  given_score_ = peak_score_;

  const Index peak = since_peak_;
  const TraceTag& top = recent(peak).tag;
  const auto level = static_cast<float>(options_.footprint) * peak_score_;
  // Unusable traces inside the footprint bridge it: they tell nothing against it, and their flags belong to it.
  const auto inside = [&](Index back) { return unusable(recent(back).tag.quality) || recent(back).tag.score >= level; };
  Index oldest = peak;
  Index latest = peak;
  for (Index b = peak; b < seen_ && inside(b); ++b)
    if (!unusable(recent(b).tag.quality)) oldest = b;
  for (Index b = peak; b >= 0 && inside(b); --b)
    if (!unusable(recent(b).tag.quality)) latest = b;

  Alarm alarm;
  double weights = 0.0;
  double place = 0.0;
  std::array<double, 3> position{};
  for (Index b = oldest; b >= latest; --b) {
    const Seen& s = recent(b);
    alarm.quality |= s.tag.quality;
    if (unusable(s.tag.quality)) continue;
    ++alarm.hits;
    const auto w = static_cast<double>(s.tag.score);
    weights += w;
    place += w * s.place;
    for (std::size_t axis = 0; axis < 3; ++axis) position[axis] += w * s.tag.position_m[axis];
  }
  alarm.trace_index = top.index;
  alarm.first_index = recent(oldest).tag.index;
  alarm.last_index = recent(latest).tag.index;
  alarm.time_s = top.time_s;
  for (std::size_t axis = 0; axis < 3; ++axis) {
    const double centre = position[axis] / weights;
    // One trace without a position must not take it from the alarm: the peak's own is then the best there is.
    alarm.position_m[axis] = known(centre) ? centre : top.position_m[axis];
  }
  if (metric_ && (known(top.distance_m) || spacing_m_ > 0.0)) {
    alarm.distance_m = place / weights;
    alarm.extent_m = magnitude(recent(latest).place - recent(oldest).place) + spacing_m_;
  }
  alarm.two_way_time_s = top.score_time_s;
  const double depth = 0.5 * options_.velocity_m_per_s * (top.score_time_s - options_.ground_time_s);
  alarm.depth_m = known(top.depth_m) ? top.depth_m : known(depth) ? std::max(depth, 0.0) : unknown;
  alarm.phase_rad = top.phase_rad;
  alarm.kept_share = top.kept_share;
  alarm.evidence = top.evidence;
  alarm.score = peak_score_;
  alarm.threshold = static_cast<float>(options_.threshold);
  alarm.id = next_id_++;

  if (n_waiting_ == static_cast<Index>(waiting_.size())) {
    ++overflow_;
    return;
  }
  const Index slot = first_waiting_ + n_waiting_;
  waiting_[to_size(slot) % waiting_.size()] = alarm;
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
  if (phase_ == Phase::following) give();
  phase_ = Phase::idle;
}

void PeakAlarm::reset() noexcept {
  newest_ = seen_ = first_waiting_ = n_waiting_ = 0;
  phase_ = Phase::idle;
  metric_ = placed_ = measured_ = near_given_ = false;
  given_score_ = 0.0F;
  given_place_ = given_end_ = 0.0;
  since_begin_ = since_peak_ = 0;
  peak_score_ = valley_ = 0.0F;
  peak_place_ = last_place_ = 0.0;
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
  archive.choice(phase_, 3);
  archive(metric_);
  archive(placed_);
  archive(measured_);
  archive.index(since_begin_, options_.hold_traces + 1);
  archive.index(since_peak_, options_.hold_traces + 1);
  archive(peak_score_);
  archive(valley_);
  archive(peak_place_);
  archive(last_place_);
  archive(near_given_);
  archive(given_score_);
  archive(given_place_);
  archive(given_end_);
  archive(next_id_);
  archive(overflow_);
}

}  // namespace surefoot::detect
