// SPDX-License-Identifier: MIT
#include <surefoot/detect/pass_merger.hpp>

#include <algorithm>

namespace surefoot::detect {
namespace {

bool known(double x) noexcept { return x - x == 0.0; }

double highest(double a, double b) noexcept { return !known(a) ? b : known(b) && b > a ? b : a; }

// 0 where the matrix is none of a covariance.
double determinant(const std::array<double, 3>& m) noexcept {
  const double d = m[0] * m[2] - m[1] * m[1];
  return m[0] > 0.0 && m[2] > 0.0 && d > 0.0 && known(d) ? d : 0.0;
}

}  // namespace

Problem validate(const PassMergerOptions& options) noexcept { return check_ranges(options); }

PassMerger::PassMerger(const PassMergerOptions& options, Arena& arena) noexcept
    : options_(options), objects_(arena.take<Object>(options.objects)), waiting_(arena.take<Alarm>(options.capacity)) {}

PassMerger::Place PassMerger::place_of(const Alarm& alarm) const noexcept {
  Place place{{alarm.position_m[0], alarm.position_m[1]}, alarm.covariance_m2};
  if (options_.along_line && !placed(place)) place.at = {alarm.distance_m, 0.0};
  if (determinant(place.covariance) == 0.0) {
    const double variance = options_.position_error_m * options_.position_error_m;
    place.covariance = {variance, 0.0, variance};
  }
  return place;
}

bool PassMerger::placed(const Place& place) noexcept { return known(place.at[0]) && known(place.at[1]); }

void PassMerger::add(Sums& sums, const Place& place) noexcept {
  if (!placed(place)) return;
  const std::array<double, 3>& p = place.covariance;
  const double d = determinant(p);
  const std::array<double, 3> inverse{p[2] / d, -p[1] / d, p[0] / d};
  for (std::size_t i = 0; i < 3; ++i) sums.information[i] += inverse[i];
  sums.weighted[0] += inverse[0] * place.at[0] + inverse[1] * place.at[1];
  sums.weighted[1] += inverse[1] * place.at[0] + inverse[2] * place.at[1];
}

PassMerger::Place PassMerger::joined(const Object& object) noexcept {
  // Alone it is exactly what it was: no rounding decides which of two is nearer.
  if (object.n_passes == 1 && object.folded_passes == 0) return object.passes[0].place;
  Sums sums = object.folded;
  for (std::size_t i = 0; i < static_cast<std::size_t>(object.n_passes); ++i) add(sums, object.passes[i].place);
  const double d = determinant(sums.information);
  if (d == 0.0) return {};
  const std::array<double, 3>& j = sums.information;
  Place place;
  place.covariance = {j[2] / d, -j[1] / d, j[0] / d};
  place.at = {place.covariance[0] * sums.weighted[0] + place.covariance[1] * sums.weighted[1],
              place.covariance[1] * sums.weighted[0] + place.covariance[2] * sums.weighted[1]};
  return place;
}

// Room for a new object.
PassMerger::Object& PassMerger::begin() noexcept {
  Index at = n_objects_;
  if (n_objects_ == static_cast<Index>(objects_.size())) {
    const auto oldest = std::min_element(objects_.begin(), objects_.end(),
                                         [](const Object& a, const Object& b) { return a.heard < b.heard; });
    at = oldest - objects_.begin();
    ++forgotten_;
  } else {
    ++n_objects_;
  }
  Object& o = object(at);
  o = {};
  o.id = next_id_++;
  return o;
}

void PassMerger::take(Object& object, std::int64_t pass, const Alarm& alarm, const Place& place) noexcept {
  if (object.n_passes == most_passes) {
    const Pass& oldest = object.passes[0];
    add(object.folded, oldest.place);
    object.folded_passes += oldest.alarm.passes;
    object.folded_hits += oldest.alarm.hits;
    std::move(object.passes.begin() + 1, object.passes.end(), object.passes.begin());
    --object.n_passes;
  }
  object.passes[static_cast<std::size_t>(object.n_passes++)] = {pass, alarm, place};
}

void PassMerger::push(std::int64_t pass, const Alarm& alarm) noexcept {
  ++heard_;
  const Place place = place_of(alarm);
  Object* nearest = nullptr;
  double least = options_.gate;
  for (Index i = 0; i < n_objects_; ++i) {
    Object& o = object(i);
    bool of_this_pass = false;
    for (std::size_t k = 0; k < static_cast<std::size_t>(o.n_passes); ++k) {
      Pass& p = o.passes[k];
      if (p.pass != pass) continue;
      of_this_pass = true;
      if (p.alarm.id != alarm.id) continue;
      p.alarm = alarm;
      p.place = place;
      return tell(o);
    }
    if (of_this_pass || !placed(place)) continue;
    const Place there = joined(o);
    if (!placed(there)) continue;
    std::array<double, 3> s{};
    for (std::size_t k = 0; k < 3; ++k) s[k] = place.covariance[k] + there.covariance[k];
    const double x = place.at[0] - there.at[0];
    const double y = place.at[1] - there.at[1];
    const double squared = (s[2] * x * x - 2.0 * s[1] * x * y + s[0] * y * y) / determinant(s);
    // Objects stand in no order once one was forgotten: of equally near ones the lower id.
    const bool nearer = squared < least || (squared == least && (nearest == nullptr || o.id < nearest->id));
    if (!nearer) continue;
    least = squared;
    nearest = &o;
  }
  Object& o = nearest != nullptr ? *nearest : begin();
  take(o, pass, alarm, place);
  tell(o);
}

void PassMerger::tell(Object& o) noexcept {
  o.heard = heard_;
  Alarm merged = o.best;
  // What was folded away may have been the highest; it is in best.
  bool has_best = o.folded_passes > 0;
  std::int64_t passes = o.folded_passes;
  std::int64_t hits = o.folded_hits;
  bool active = false;
  Quality quality = o.best.quality;
  Sensors sensors = o.best.sensors;
  double gpr_z = o.best.gpr_z;
  double emi_z = o.best.emi_z;
  for (std::size_t i = 0; i < static_cast<std::size_t>(o.n_passes); ++i) {
    const Alarm& a = o.passes[i].alarm;
    passes += a.passes;
    hits += a.hits;
    active = active || a.active != 0;
    quality |= a.quality;
    sensors = sensors | a.sensors;
    gpr_z = highest(gpr_z, a.gpr_z);
    emi_z = highest(emi_z, a.emi_z);
    if (has_best && !(a.score > merged.score)) continue;
    merged = a;
    has_best = true;
  }
  const Place place = joined(o);
  if (placed(place)) {
    merged.covariance_m2 = place.covariance;
    if (known(merged.position_m[0]) && known(merged.position_m[1])) {
      merged.position_m[0] = place.at[0];
      merged.position_m[1] = place.at[1];
    } else {
      merged.distance_m = place.at[0];
    }
  }
  merged.id = o.id;
  merged.revision = o.told++;
  merged.passes = static_cast<std::uint32_t>(std::min<std::int64_t>(passes, 0xFFFFFFFF));
  merged.hits = hits;
  merged.active = active ? 1 : 0;
  merged.quality = quality;
  merged.sensors = sensors;
  merged.gpr_z = gpr_z;
  merged.emi_z = emi_z;
  o.best = merged;
  const auto capacity = static_cast<Index>(waiting_.size());
  if (n_waiting_ == capacity) {
    Alarm& last = waiting_[to_size(first_waiting_ + n_waiting_ - 1) % waiting_.size()];
    if (last.id == merged.id) last = merged;
    else ++overflow_;
    return;
  }
  waiting_[to_size(first_waiting_ + n_waiting_) % waiting_.size()] = merged;
  ++n_waiting_;
}

bool PassMerger::pull(Alarm& alarm) noexcept {
  if (n_waiting_ == 0) return false;
  alarm = waiting_[to_size(first_waiting_)];
  first_waiting_ = first_waiting_ + 1 == static_cast<Index>(waiting_.size()) ? 0 : first_waiting_ + 1;
  --n_waiting_;
  return true;
}

void PassMerger::reset() noexcept {
  n_objects_ = first_waiting_ = n_waiting_ = 0;
  next_id_ = 1;
  heard_ = overflow_ = forgotten_ = 0;
}

void PassMerger::state(StateArchive& archive) noexcept {
  archive(objects_);
  archive(waiting_);
  archive.index(n_objects_, static_cast<Index>(objects_.size()) + 1);
  archive.index(first_waiting_, static_cast<Index>(waiting_.size()));
  archive.index(n_waiting_, static_cast<Index>(waiting_.size()) + 1);
  archive(next_id_);
  archive(heard_);
  archive(overflow_);
  archive(forgotten_);
  if (!archive.loading()) return;
  for (const Object& o : objects_)
    if (o.n_passes < 0 || o.n_passes > most_passes) archive.fail();
  if (!archive.ok()) reset();
}

}  // namespace surefoot::detect
