// SPDX-License-Identifier: MIT
#include <surefoot/gpr/bounce_race.hpp>

#include <algorithm>

namespace surefoot::gpr {
namespace {

constexpr Index first_pause = 6;
constexpr Index last_pause = 96;
constexpr Index doubtful_pause = 6;  // while the leader may follow the direct wave
constexpr Index least_mean = 8;      // traces of which the mean says what stays the same
constexpr Index clean_after = 100;   // lost traces after which the mean has forgotten the bounce
constexpr Index challenge = 24;      // traces
constexpr Index patience = 8;        // traces in which a challenger must find a bounce at all
constexpr double drift = 0.2;        // what a challenger must be better by
constexpr double decision = 4.0;     // sum of evidence that decides
constexpr double least_loss = 0.15;  // of the leader's explanation, from which a later arrival is not the bounce
constexpr double least_rate = 0.02;
constexpr Index most_traces = 1000;  // the counter stops here

}  // namespace

BounceRace::BounceRace(const BounceTrackerSettings& settings, Index n_samples, Arena& arena) noexcept
    : trackers_{BounceTracker(settings, n_samples, arena), BounceTracker(settings, n_samples, arena)},
      mean_(arena.take<Sample>(n_samples)),
      zero_(arena.take<Sample>(n_samples)),
      min_amplitude_(settings.min_amplitude) {}

BounceTracker::Bounce BounceRace::track(ConstTraceRef trace) noexcept {
  const ConstTraceRef mean(mean_.data(), mean_.size());
  const ConstTraceRef zero(zero_.data(), zero_.size());
  // The mean holds a bounce that was followed until lately: it is of no use for finding that one again.
  const bool clean = n_traces_ >= least_mean && (!leader().settled() || leader().lost_in_a_row() >= clean_after);
  BounceTracker::Bounce bounce = leader().track(trace, clean ? mean : zero);
  if (leader().doubtful()) pause_ = std::min(pause_, doubtful_pause);
  if (pause_ > 0) {
    --pause_;
  } else {
    const BounceTracker::Bounce other = challenger().track(trace, with_mean_ || leader().doubtful() ? mean : zero);
    evidence_ = std::clamp(evidence_ + evidence(bounce.found, other.found) - drift, 0.0, 2.0 * decision);
    ++age_;
    if (evidence_ > decision) {
      second_leads_ = !second_leads_;
      bounce = other;
      end_challenge();
    } else if (age_ >= challenge || (age_ >= patience && !challenger().locked())) {
      end_challenge();
    }
  }
  average(trace);
  return bounce;
}

// By how much the challenger explains the last trace better, in units of the usual bounce. What a second echo explains is not
// counted, so that traces with one say nothing; unless the leader seems to follow the direct wave, whose second echo would be
// the bounce.
double BounceRace::evidence(bool leader_found, bool challenger_found) noexcept {
  const bool doubtful = leader().doubtful();
  if (!challenger().locked() || challenger().crowded() || (leader().crowded() && !doubtful)) return 0.0;
  const double least = min_amplitude_ * min_amplitude_ * leader().energy();
  if (leader().settled() && !doubtful && challenger().energy() < least) return 0.0;  // too weak to be the bounce
  const double scale = std::max(challenger().energy(), least);
  const auto better = [&](double end) noexcept {
    return std::clamp((challenger().explained(end) - leader().explained(end)) / scale, -1.0, 1.0);
  };
  if (!leader_found && !challenger_found) return 0.0;
  const double first = challenger_found ? challenger().end() : leader().end();
  if (!leader_found || first <= leader().end()) return better(first);
  // A later arrival may be a target's: it counts only if the earlier one is explained without it.
  const double there = better(leader().end());
  return there < -least_loss ? there : better(first);
}

void BounceRace::end_challenge() noexcept {
  challenger().forget();
  evidence_ = 0.0;
  age_ = 0;
  with_mean_ = !with_mean_;
  longest_ = std::min(last_pause, 2 * longest_);
  pause_ = longest_;
}

void BounceRace::average(ConstTraceRef trace) noexcept {
  n_traces_ = std::min(n_traces_ + 1, most_traces);
  const double rate = std::max(least_rate, 1.0 / static_cast<double>(n_traces_));
  for (std::size_t i = 0; i < mean_.size(); ++i) {
    const double m = static_cast<double>(mean_[i]);
    mean_[i] = static_cast<Sample>(m + rate * (static_cast<double>(trace[i]) - m));
  }
}

void BounceRace::forget() noexcept {
  for (BounceTracker& tracker : trackers_) tracker.forget();
  std::fill(mean_.begin(), mean_.end(), Sample{0});
  second_leads_ = false;
  with_mean_ = true;
  n_traces_ = age_ = 0;
  pause_ = longest_ = first_pause;
  evidence_ = 0.0;
}

void BounceRace::remember(StateArchive& archive) noexcept {
  archive(second_leads_);
  archive(with_mean_);
  archive.index(n_traces_, most_traces + 1);
  archive.index(age_, challenge + 1);
  archive.index(pause_, last_pause + 1);
  archive.index(longest_, last_pause + 1);
  archive(evidence_);
  if (archive.loading() && !(evidence_ >= 0.0 && evidence_ <= 2.0 * decision)) {
    archive.fail();
    evidence_ = 0.0;
  }
  archive(mean_);
  for (BounceTracker& tracker : trackers_) tracker.remember(archive);
}

}  // namespace surefoot::gpr
