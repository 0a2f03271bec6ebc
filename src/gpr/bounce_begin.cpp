// SPDX-License-Identifier: MIT
// How the tracker begins: the period of the wave, the direct wave, the first place of the bounce.
#include <surefoot/gpr/bounce_tracker.hpp>

#include <algorithm>
#include <cmath>

namespace surefoot::gpr {
namespace {

constexpr double least_likeness = 0.6;   // correlation with a Ricker wave from which the search can begin
constexpr double sure_signal = 4.5;      // strength of a first arrival over that of noise
constexpr double least_signal = 3.5;     // the same for one that comes twice in a row
constexpr Index known_still = 7;         // traces that a given mean counts for
constexpr double direct_periods = 0.15;  // after the place of the direct wave an arrival is still taken for it

}  // namespace

// The first zero of the autocorrelation, from the start of the trace (the direct wave has the same period) to the end of the
// gate, lies at 0.237 periods of a Ricker wave. White noise is in lag 0 only.
double BounceTracker::measured_period(ConstTraceRef trace) const noexcept {
  const Index first = 0;
  const auto last = static_cast<Index>(std::clamp(settings_.last + 1.0, 1.0, static_cast<double>(n_samples_)));
  const Index n = last - first;
  if (n < 4) return 0.0;
  double mean = 0.0;
  for (Index i = first; i < last; ++i) mean += static_cast<double>(trace[to_size(i)]);
  mean /= static_cast<double>(n);
  const auto at = [&](Index i) noexcept { return static_cast<double>(trace[to_size(first + i)]) - mean; };
  double previous = 0.0;
  for (Index i = 0; i < n; ++i) previous += at(i) * at(i);
  for (Index lag = 1; lag < n; ++lag) {
    double sum = 0.0;
    for (Index i = 0; i + lag < n; ++i) sum += at(i) * at(i + lag);
    if (sum <= 0.0) {
      const double share = previous > sum ? previous / (previous - sum) : 0.0;
      // The noise makes lag 0 too large: then only that the zero lies before lag 1 is known.
      return (static_cast<double>(lag - 1) + share) / 0.237;
    }
    previous = sum;
  }
  return 0.0;
}

// The correlation coefficient of the wave alone with the data at a place, and its strength there.
double BounceTracker::alone(Index place, double& strength) const noexcept {
  double sum = 0.0;
  double energy = 0.0;
  double wave = 0.0;
  const Index start = place - before_;
  for (Index k = std::max<Index>(0, -start); k < std::min(window_, n_coarse_ - start); ++k) {
    const double x = coarse_[to_size(start + k)];
    const double w = wave_[to_size(k)];
    sum += x * w;
    energy += x * x;
    wave += w * w;
  }
  strength = wave > 0.5 ? sum / wave : 0.0;
  return energy > 0.0 && wave > 0.5 ? sum / std::sqrt(energy * wave) : 0.0;
}

void BounceTracker::subtract(Index place, double strength, std::span<double> from) const noexcept {
  const Index start = place - before_;
  for (Index k = std::max<Index>(0, -start); k < std::min(window_, n_coarse_ - start); ++k)
    from[to_size(start + k)] -= strength * wave_[to_size(k)];
}

bool BounceTracker::prepare(double period, ConstTraceRef trace, ConstTraceRef still) noexcept {
  set_wave(period);
  if (n_coarse_ <= window_ + 2) return false;
  set_gate();
  coarsen(still, still_);
  coarsen(trace, coarse_);
  take_still();
  return true;
}

// The strongest arrival in [low, high] that is like the wave.
BounceTracker::Arrival BounceTracker::strongest(Index low, Index high, double least) const noexcept {
  Arrival best;
  for (Index p = low; p <= high; ++p) {
    double s = 0.0;
    if (std::abs(alone(p, s)) < least || std::abs(s) <= std::abs(best.strength)) continue;
    best = {p, s};
  }
  return best;
}

bool BounceTracker::begin(ConstTraceRef trace, ConstTraceRef still) noexcept {
  const bool known = std::any_of(still.begin(), still.end(), [](Sample x) { return x != Sample{0}; });
  n_still_ = known ? known_still : 0;
  has_direct_ = known;
  double period = settings_.period;
  if (period <= 0.0) {
    // Noise disturbs the autocorrelation: of a few periods around it, the one whose wave explains the most.
    const double measured = measured_period(trace);
    double most = 0.0;
    for (const double factor : {1.0, 0.5, 0.7, 1.4}) {
      if (!is_period(factor * measured) || !prepare(factor * measured, trace, still)) continue;
      const double strength = strongest(0, high_, least_likeness).strength;
      const double explained = strength * strength * samples_a_point();
      if (explained <= 1.1 * most) continue;
      most = explained;
      period = factor * measured;
    }
  }
  if (!is_period(period) || !prepare(period, trace, still) || !first_guess()) return false;
  locked_ = true;
  n_learned_ = n_moves_ = lost_in_a_row_ = crowded_in_a_row_ = 0;
  speed_ = wander_ = 0.0;
  found_share_ = 1.0;
  error_.fill(0.25 * period_ * period_);
  return true;
}

// Variance of white noise from third differences, in which a wave of 16 points a period all but vanishes.
double BounceTracker::white_noise() const noexcept {
  double sum = 0.0;
  for (Index i = 3; i < n_coarse_; ++i) {
    const double* const x = coarse_.data() + i;
    const double d = (x[0] - x[-3]) - 3.0 * (x[-1] - x[-2]);
    sum += d * d;
  }
  return sum / (20.0 * static_cast<double>(n_coarse_ - 3));
}

// Standard deviation of the strength that the wave finds in the noise: from the quarter of the places where it finds least.
double BounceTracker::usual_noise() noexcept {
  const Index n = n_coarse_ - window_;
  for (Index p = 0; p < n; ++p) {
    double sum = 0.0;
    for (Index k = 0; k < window_; ++k) sum += wave_[to_size(k)] * coarse_[to_size(p + k)];
    for_delay_[to_size(p)] = static_cast<Sample>(std::abs(sum));
  }
  const auto quarter = for_delay_.begin() + n / 4;
  std::nth_element(for_delay_.begin(), quarter, for_delay_.begin() + n);
  return static_cast<double>(*quarter) / 0.3186;  // of a normal distribution
}

double BounceTracker::direct_place() const noexcept {
  return (settings_.direct - 0.5 * static_cast<double>(step_ - 1)) / samples_a_point() + static_cast<double>(before_) -
         feature_;
}

bool BounceTracker::first_guess() noexcept {
  const double least = least_signal * usual_noise();
  // What is strong in front of the gate, or where the direct wave should be, is the direct wave, in a few pieces.
  const auto border = static_cast<Index>(
      std::clamp(direct_place() + direct_periods * period_, static_cast<double>(low_), static_cast<double>(high_)));
  for (int k = 0; k < 4 && border > 1; ++k) {
    const Arrival inside = strongest(border + 1, high_, least_likeness);
    const Arrival outside = strongest(0, border, least_likeness);
    if (outside.place < 0 || std::abs(outside.strength) <= std::max(least, 0.7 * std::abs(inside.strength))) break;
    subtract(outside.place, outside.strength, coarse_);
    subtract(outside.place, -outside.strength, still_);
    has_direct_ = true;
  }
  Arrival guess = strongest(low_, high_, least_likeness);
  if (guess.place < 0 || std::abs(guess.strength) < least) return false;
  const double seen = static_cast<double>(guess.place) * samples_a_point();
  const bool again = seen_strength_ * guess.strength > 0.0 && std::abs(seen - seen_) < samples_a_period_;
  seen_ = seen;
  seen_strength_ = guess.strength;
  if (std::abs(guess.strength) < sure_signal / least_signal * least && !again) return false;
  subtract(guess.place, guess.strength, coarse_);
  const Arrival front = strongest(low_, guess.place - static_cast<Index>(0.2 * period_), 0.7);
  if (front.place >= 0 && std::abs(front.strength) >= std::max(least, 0.35 * std::abs(guess.strength))) guess = front;
  else subtract(guess.place, -guess.strength, coarse_);
  const auto [at, strength] = guess;
  double unused = 0.0;
  const double correlation = alone(at, unused);
  const double rest = strength * strength * std::max(0.01, 1.0 / (correlation * correlation) - 1.0);
  noise_ = rest / static_cast<double>(window_);
  usual_ = std::abs(strength);
  const Index start = at - before_;
  const bool unlike =
      finer_ == 1 && start >= 0 && rest - white_noise() * static_cast<double>(window_) > 0.15 * usual_ * usual_;
  if (unlike) {  // the wave is no Ricker wave: take this one as it is
    double energy = 0.0;
    std::fill(learned_.begin(), learned_.end(), 0.0);
    for (Index k = 0; k < window_; ++k) {
      const double x = coarse_[to_size(start + k)];
      learned_[to_size(k + long_before_ - before_)] = x;
      energy += x * x;
    }
    usual_ = std::sqrt(energy);
    noise_ = std::max(white_noise(), 1e-3 * energy / static_cast<double>(window_));
    take_wave();
    find_feature();
  } else if (strength < 0.0) {
    for (double& w : learned_) w = -w;
    take_wave();
  }
  tabulate();
  last_ = mean_ = static_cast<double>(at);
  return true;
}

}  // namespace surefoot::gpr
