// SPDX-License-Identifier: MIT
#include <surefoot/detect/fusion.hpp>

#include <surefoot/dsp/logistic.hpp>
#include <surefoot/dsp/math.hpp>

#include <algorithm>
#include <cmath>

namespace surefoot::detect {
namespace {

constexpr std::size_t emi = 0;
constexpr std::size_t gpr = 1;
constexpr std::array sensors{Sensors::emi, Sensors::gpr};
constexpr double least_step_m = 1e-3;  // below which a head stands still

bool known(double x) noexcept { return x - x == 0.0; }
double magnitude(double x) noexcept { return x < 0.0 ? -x : x; }

// Scores of other traces say nothing: neither that there is something nor that there is nothing.
bool says_something(Quality quality) noexcept {
  return !unusable(quality) && !has(quality, Quality::warming_up | Quality::bad_trace);
}

std::array<double, 2> numbers(const NumberList& arm) noexcept {
  return arm.empty() ? std::array{0.0, 0.0} : std::array{arm[0], arm[1]};
}

template <class T>
T& in_ring(std::span<T> ring, Index first, Index i) noexcept {
  const Index at = first + i;
  const auto size = static_cast<Index>(ring.size());
  return ring[to_size(at < size ? at : at - size)];
}

}  // namespace

Fusion::Fusion(const FusionOptions& options, const StreamSpec&, Arena& arena) noexcept : options_(options) {
  for (Side& side : sides_) side.seen = arena.take<Seen>(options.memory_traces);
  records_ = arena.take<Record>(options.capacity);
  waiting_ = arena.take<Alarm>(2 * options.capacity + 1);  // a claim tells three times at most
  if (!arena.ok()) return;
  reset();
}

double Fusion::clock(std::size_t s, double time_s) const noexcept {
  return s == gpr ? time_s - options_.lag_s : time_s;
}

std::array<double, 2> Fusion::lever(std::size_t s) const noexcept {
  const auto [x, y] = numbers(s == emi ? options_.emi_lever_m : options_.gpr_lever_m);
  if (options_.lever_frame == LeverFrame::line) return {x, y};
  const auto [east, north] = sides_[s].ahead;
  return {x * east - y * north, x * north + y * east};
}

void Fusion::turn(Side& side, const TraceTag& tag) noexcept {
  const std::array<double, 2> here{tag.position_m[0], tag.position_m[1]};
  if (!known(here[0]) || !known(here[1])) return;
  const std::array<double, 2> way{here[0] - side.last_m[0], here[1] - side.last_m[1]};
  const double step = std::sqrt(way[0] * way[0] + way[1] * way[1]);
  if (known(step) && step < least_step_m) return;
  if (known(step)) side.ahead = {way[0] / step, way[1] / step};
  side.last_m = here;
}

// Of a tag or an alarm. The arm ahead comes to a place earlier than the head itself does.
template <class Tagged>
Fusion::Place Fusion::place_of(std::size_t s, const Tagged& tagged, std::array<double, 2> lever_m) const noexcept {
  const double ahead = numbers(s == emi ? options_.emi_lever_m : options_.gpr_lever_m)[0];
  return {tagged.position_m[0] + lever_m[0], tagged.position_m[1] + lever_m[1], tagged.distance_m + ahead,
          clock(s, tagged.time_s) + ahead / options_.speed_m_per_s};
}

double Fusion::gap(const Place& a, const Place& b) const noexcept {
  const double dx = a.x_m - b.x_m;
  const double dy = a.y_m - b.y_m;
  if (known(dx) && known(dy)) return std::sqrt(dx * dx + dy * dy);
  const double along = a.along_m - b.along_m;
  return magnitude(known(along) ? along : (a.time_s - b.time_s) * options_.speed_m_per_s);
}

const Fusion::Seen& Fusion::seen(std::size_t s, Index back) const noexcept {
  const Index at = sides_[s].newest - back;
  return sides_[s].seen[to_size(at < 0 ? at + options_.memory_traces : at)];
}

// What a trace or an alarm says: an echo from under the surface, in its phase, where there is evidence of one; else its score.
double Fusion::z_of(std::size_t s, float score, const Evidence& evidence) const noexcept {
  const double z = evidence.echo_z;
  const double phase = evidence.echo_phase_rad;
  if (s != gpr || !known(z)) return static_cast<double>(score);
  if (!known(phase)) return z;
  return std::max(0.0, z + options_.gpr_phase_z * std::min(1.0, z) * dsp::cos(phase - options_.gpr_phase_rad));
}

// Within sight of a centre, and within the gate of the place.
bool Fusion::beside(const Seen& trace, const Place& place, const Place& centre) const noexcept {
  return says_something(trace.quality) && known(trace.z) && gap(trace.place, centre) <= options_.sight_m &&
         gap(trace.place, place) <= options_.gate_m;
}

double Fusion::mean_around(std::size_t s, const Place& place, const Place& centre, Index newest,
                           Index oldest) const noexcept {
  double sum = 0.0;
  Index count = 0;
  for (Index back = newest; back <= oldest; ++back) {
    const Seen& trace = seen(s, back);
    if (!beside(trace, place, centre)) continue;
    sum += trace.z;
    ++count;
  }
  return count > 0 ? sum / static_cast<double>(count) : unknown;
}

Fusion::Sight Fusion::look(std::size_t s, const Place& place) const noexcept {
  Sight sight;
  double highest = unknown;
  Index newest = sides_[s].count;
  Index oldest = -1;
  for (Index back = 0; back < sides_[s].count; ++back) {
    const Seen& trace = seen(s, back);
    const double distance = gap(trace.place, place);
    if (!(distance <= options_.gate_m)) continue;
    sight.quality |= trace.quality;
    if (!says_something(trace.quality) || !known(trace.z)) continue;
    newest = std::min(newest, back);
    oldest = back;
    if (trace.z <= highest) continue;  // nothing is below what is not known yet
    highest = trace.z;
    sight.gap_m = distance;
    sight.depth_m = trace.depth_m;
    sight.kept_share = trace.kept_share;
  }
  Place best = place;
  Place last;
  for (Index back = newest; back <= oldest && options_.search_m > 0.0; ++back) {
    const Seen& trace = seen(s, back);
    if (!says_something(trace.quality) || !(gap(trace.place, place) <= options_.search_m)) continue;
    if (gap(trace.place, last) < least_step_m) continue;  // a head that stands still has been looked around
    last = trace.place;
    const double mean = mean_around(s, place, trace.place, newest, oldest);
    if (mean <= sight.z) continue;
    sight.z = mean;
    best = trace.place;
  }
  if (!known(sight.z)) sight.z = mean_around(s, place, place, newest, oldest);
  for (Index back = newest; back <= oldest; ++back) {
    const Seen& trace = seen(s, back);
    if (!beside(trace, place, best) || !known(trace.echo_z) || trace.echo_z <= sight.echo_z) continue;
    sight.echo_z = trace.echo_z;
    sight.echo_phase_rad = trace.echo_phase_rad;
  }
  return sight;
}

Fusion::Record& Fusion::record(Index i) const noexcept { return in_ring(records_, first_record_, i); }

// The record that an alarm belongs to: the one it is in already, else the nearest that has none of this sensor's.
Fusion::Record* Fusion::find(std::size_t s, const Alarm& alarm, const Place& place) const noexcept {
  Record* nearest = nullptr;
  double least = options_.gate_m;
  for (Index i = n_records_ - 1; i >= 0; --i) {
    Record& candidate = record(i);
    if (candidate.raised[s] != 0) {
      if (candidate.claims[s].alarm.id == alarm.id) return &candidate;
      continue;
    }
    const double distance = gap(candidate.claims[candidate.lead()].place, place);
    if (!(distance <= least) || (nearest != nullptr && distance == least)) continue;
    least = distance;
    nearest = &candidate;
  }
  return nearest;
}

Fusion::Record& Fusion::add() noexcept {
  if (n_records_ == static_cast<Index>(records_.size())) {
    if (record(0).open != 0) settle(record(0));
    first_record_ = first_record_ + 1 == static_cast<Index>(records_.size()) ? 0 : first_record_ + 1;
    --n_records_;
  }
  Record& added = record(n_records_++);
  added = {};
  added.id = next_id_++;
  return added;
}

void Fusion::claim(Sensors sensor, const Alarm& alarm) noexcept {
  const std::size_t s = sensor == Sensors::emi ? emi : gpr;
  std::array<double, 2> arm = lever(s);
  for (Index back = 0; back < sides_[s].count; ++back)  // as the head stood then
    if (seen(s, back).index == alarm.trace_index) {
      arm = seen(s, back).lever_m;
      break;
    }
  const Place place = place_of(s, alarm, arm);
  Record* found = find(s, alarm, place);
  const bool begun = found == nullptr;
  Record& record = begun ? add() : *found;
  record.claims[s] = {alarm, place};
  Alarm& own = record.claims[s].alarm;
  own.position_m[0] = place.x_m;
  own.position_m[1] = place.y_m;
  own.distance_m = place.along_m;
  const std::size_t lead_before = record.lead();
  record.raised[s] = 1;
  if (begun || record.lead() != lead_before) {  // what is waited for is another sensor now, at another place
    record.covered = 0;
    record.open = begun || !passed(record) ? 1 : 0;
    record.deadline_s = now_s_ + options_.wait_s;
  }
  tell(record);
  if (begun && passed(record)) settle(record);
}

// Whether the sensor that does not lead has been within the gate and is beyond it. Then nothing more need be waited for.
bool Fusion::passed(Record& record) noexcept {
  const std::size_t other = 1 - record.lead();
  const Place& place = record.claims[record.lead()].place;
  bool beyond = false;
  bool newest = true;
  for (Index back = 0; back < sides_[other].count && record.covered == 0; ++back) {
    const Seen& trace = seen(other, back);
    if (!says_something(trace.quality)) continue;
    const bool inside = gap(trace.place, place) <= options_.gate_m;
    if (newest) beyond = !inside;
    newest = false;
    record.covered = inside ? 1 : 0;
  }
  return record.covered != 0 && beyond;
}

void Fusion::settle(Record& record) noexcept {
  record.open = 0;
  tell(record);
}

void Fusion::sense(Sensors sensor, const TraceTag& tag) noexcept {
  const std::size_t s = sensor == Sensors::emi ? emi : gpr;
  Side& side = sides_[s];
  turn(side, tag);
  side.newest = side.newest + 1 == options_.memory_traces ? 0 : side.newest + 1;
  side.count = std::min(side.count + 1, options_.memory_traces);
  Seen& here = side.seen[to_size(side.newest)];
  const std::array<double, 2> arm = lever(s);
  here = {place_of(s, tag, arm),
          arm,
          z_of(s, tag.score, tag.evidence),
          tag.evidence.echo_z,
          tag.evidence.echo_phase_rad,
          tag.depth_m,
          tag.kept_share,
          tag.index,
          tag.quality,
          0};

  const double time = clock(s, tag.time_s);
  if (known(time) && !(time <= now_s_)) now_s_ = time;
  for (Index i = 0; i < n_records_; ++i) {
    Record& waiting = record(i);
    if (waiting.open == 0) continue;
    if (s != waiting.lead() && says_something(tag.quality)) {
      const bool inside = gap(here.place, waiting.claims[waiting.lead()].place) <= options_.gate_m;
      if (inside) waiting.covered = 1;
      else if (waiting.covered != 0) settle(waiting);
    }
    if (waiting.open != 0 && now_s_ >= waiting.deadline_s) settle(waiting);
  }
}

void Fusion::tell(Record& record) noexcept {
  const std::size_t lead = record.lead();
  const std::size_t other = 1 - lead;
  const Claim& claim = record.claims[lead];
  const Claim& second = record.claims[other];
  const bool both = record.raised[other] != 0;
  Sight sight;
  if (record.open == 0 || both) sight = look(other, claim.place);
  if (both) {  // its alarm knows more of it, but its z must be what calibrations are over
    if (!known(sight.z)) sight.z = z_of(other, second.alarm.score, second.alarm.evidence);
    sight.gap_m = gap(claim.place, second.place);
    sight.depth_m = second.alarm.depth_m;
    sight.kept_share = second.alarm.kept_share;
    sight.quality |= second.alarm.quality;
  }

  Alarm alarm = claim.alarm;
  // A radar that tells echoes is weighed by them, whoever leads.
  const bool by_echo = lead == gpr && known(claim.alarm.evidence.echo_z);
  Sight radar = by_echo ? look(gpr, claim.place) : lead == gpr ? Sight{} : sight;
  if (lead == gpr && !known(radar.z)) radar.z = z_of(gpr, claim.alarm.score, claim.alarm.evidence);
  alarm.emi_z = lead == emi ? static_cast<double>(claim.alarm.score) : sight.z;
  alarm.gpr_z = radar.z;
  const double kept = lead == emi ? claim.alarm.kept_share : sight.kept_share;
  const FusionResult result = weigh(options_, {alarm.emi_z, alarm.gpr_z, magnitude(claim.alarm.depth_m - sight.depth_m),
                                               sight.gap_m, 1.0 - kept, lead == emi ? claim.alarm.phase_rad : unknown});
  record.log_odds = result.log_odds;

  alarm.id = record.id;
  alarm.revision = record.told++;
  alarm.active = claim.alarm.active != 0 || record.open != 0 ? 1 : 0;
  alarm.sensors = both ? sensors[lead] | sensors[other] : sensors[lead];
  alarm.quality |= sight.quality;
  if (!known(alarm.depth_m)) alarm.depth_m = sight.depth_m;
  if (both && lead == emi) {
    alarm.two_way_time_s = second.alarm.two_way_time_s;
    alarm.evidence = second.alarm.evidence;
  }
  if (known(radar.echo_z)) {
    alarm.evidence.echo_z = radar.echo_z;
    alarm.evidence.echo_phase_rad = radar.echo_phase_rad;
  }
  alarm.evidence.probability = result.probability;
  alarm.conflict = result.conflict;
  alarm.rank = rank(record, result.probability);
  if (options_.policy == FusionPolicy::rank) {
    alarm.score = static_cast<float>(result.log_odds);
    alarm.threshold = static_cast<float>(dsp::log_odds(options_.likely_probability));
  }

  if (n_waiting_ == static_cast<Index>(waiting_.size())) {  // the newest are kept
    ++overflow_;
    (void)pull(waiting_[to_size(first_waiting_)]);
  }
  in_ring(waiting_, first_waiting_, n_waiting_++) = alarm;
}

std::int64_t Fusion::rank(const Record& told, double probability) const noexcept {
  if (options_.policy == FusionPolicy::label) return probability >= options_.likely_probability ? 1 : 2;
  std::int64_t place = 1;
  for (Index i = 0; i < n_records_; ++i)
    if (record(i).log_odds > told.log_odds) ++place;
  return place;
}

bool Fusion::pull(Alarm& alarm) noexcept {
  if (n_waiting_ == 0) return false;
  alarm = waiting_[to_size(first_waiting_)];
  first_waiting_ = first_waiting_ + 1 == static_cast<Index>(waiting_.size()) ? 0 : first_waiting_ + 1;
  --n_waiting_;
  return true;
}

void Fusion::finish() noexcept {
  for (Index i = 0; i < n_records_; ++i)
    if (record(i).open != 0) settle(record(i));
}

void Fusion::reset() noexcept {
  for (Side& side : sides_) {
    std::fill(side.seen.begin(), side.seen.end(), Seen{});
    side.newest = side.count = 0;
    side.last_m = {unknown, unknown};
    side.ahead = {};
  }
  std::fill(records_.begin(), records_.end(), Record{});
  std::fill(waiting_.begin(), waiting_.end(), Alarm{});
  first_record_ = n_records_ = first_waiting_ = n_waiting_ = 0;
  now_s_ = unknown;
  next_id_ = 1;
  overflow_ = 0;
}

void Fusion::state(StateArchive& archive) noexcept {
  for (Side& side : sides_) {
    archive(side.seen);
    archive.index(side.newest, options_.memory_traces);
    archive.index(side.count, options_.memory_traces + 1);
    archive(side.last_m);
    archive(side.ahead);
  }
  archive(records_);
  archive(waiting_);
  archive.index(first_record_, static_cast<Index>(records_.size()));
  archive.index(n_records_, static_cast<Index>(records_.size()) + 1);
  archive.index(first_waiting_, static_cast<Index>(waiting_.size()));
  archive.index(n_waiting_, static_cast<Index>(waiting_.size()) + 1);
  archive.any(now_s_);  // unknown before a trace with a time
  archive(next_id_);
  archive(overflow_);
}

}  // namespace surefoot::detect
