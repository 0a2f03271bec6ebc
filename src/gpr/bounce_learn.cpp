// SPDX-License-Identifier: MIT
// What the tracker learns from a trace: the wave, its strength, what stays the same.
#include <surefoot/gpr/bounce_tracker.hpp>

#include <surefoot/gpr/first_break.hpp>

#include <algorithm>
#include <cmath>

namespace surefoot::gpr {
namespace {

constexpr double cut_energy = 0.005;  // share of the wave's energy that may lie outside on either side
constexpr double still_clip = 3.0;    // standard deviations: what stays the same does not learn more from one trace
constexpr Index young_still = 10;     // traces before that holds
constexpr Index always_crowded = 32;  // traces with a second echo, after which a young wave takes it in
constexpr Index young_wave = 20;      // traces learned
constexpr double most_rise = 4.0;     // of the noise, for one trace

}  // namespace

void BounceTracker::learn(double place, double strength, const Fit& best) noexcept {
  const double n = static_cast<double>(n_learned_);
  usual_ += std::max(0.1, 1.0 / (n + 2.0)) * (strength - usual_);
  learn_still(place, strength, best);
  // Where a second echo never goes away, it belongs to the wave.
  crowded_in_a_row_ = crowded_ ? std::min(crowded_in_a_row_ + 1, most_count) : 0;
  if (crowded_ && n_learned_ >= 10 && (n_learned_ >= young_wave || crowded_in_a_row_ < always_crowded)) return;
  const double room = static_cast<double>(window_ - 2);
  noise_ += std::max(0.05, 1.0 / (n + 2.0)) *
            (std::min(std::max(best.rest, 0.0) / room, most_rise * noise_ + 1e-4 * usual_ * usual_ / room) - noise_);
  n_learned_ = std::min(n_learned_ + 1, doubtful() ? Index{10} : most_count);
  const auto nearest = static_cast<Index>(std::floor(place + 0.5));
  if (nearest < before_) return;  // the start of the trace cuts the wave
  std::array<Sample, most_window> x{};
  const Index first = nearest - long_before_;
  delay_.read(place - static_cast<double>(long_before_), TraceRef(x.data(), to_size(long_window_)));
  const double rate = std::max(0.005, 1.0 / (n + 2.0));
  for (Index k = 0; k < long_window_; ++k) {
    const Index i = first + k;
    if (i < 0 || i >= n_coarse_) continue;
    double& w = learned_[to_size(k)];
    w += rate * (static_cast<double>(x[to_size(k)]) / strength - w);
  }
  trim();
  take_wave();
  centre();
  find_feature();
  tabulate();
}

// What stays the same: what the two echoes do not explain. A trace that is far from it teaches little.
void BounceTracker::learn_still(double place, double strength, const Fit& best) noexcept {
  const bool found = strength != 0.0;
  if (!found && n_still_ < young_still) return;
  const double share = std::max(0.02, 1.0 / static_cast<double>(n_still_ + 1));
  const double most = n_still_ < young_still ? 1e300 : still_clip * std::sqrt(variance_of_points());
  n_still_ = std::min(n_still_ + 1, most_count);
  const auto nearest = static_cast<Index>(std::floor(place + 0.5));
  const double off = place - static_cast<double>(nearest);
  const Index start = nearest - before_;
  for (Index i = 0; i < n_coarse_; ++i) {
    double x = coarse_[to_size(i)];
    const Index k = i - start;
    if (k >= 0 && k < window_) x -= strength * (wave_[to_size(k)] - off * slope_[to_size(k)]);
    const Index l = k - best.delay;
    if (best.is_pair && l >= 0 && l < window_) x -= best.second * wave_[to_size(l)];
    const Index m = i - nearest + long_before_;
    const double slower = found && !has_direct_ && m >= 0 && m < long_window_ ? (n_learned_ < 20 ? 0.0 : 0.25) : 1.0;
    still_[to_size(i)] += slower * share * std::clamp(x, -most, most);
  }
}

// As much of the wave as carries energy above what the noise of the average has.
void BounceTracker::trim() noexcept {
  if (n_learned_ < 8 || n_learned_ > 500 || n_learned_ % 8 != 0) return;
  const double noise = noise_ / (usual_ * usual_ * static_cast<double>(n_learned_));
  double energy = 0.0;
  for (const double w : learned_) energy += w * w;
  const auto points_of = [this](double periods) noexcept {
    return std::max<Index>(2, static_cast<Index>(periods * period_ + 0.5));
  };
  const auto cut = [&](Index from, Index to) noexcept {  // where to stop, coming from outside
    const Index step_in = from < to ? 1 : -1;
    double sum = 0.0;
    Index k = from;
    for (; k != to; k += step_in) {
      sum += learned_[to_size(k)] * learned_[to_size(k)] - 4.0 * noise;
      sum = std::max(0.0, sum);
      if (sum > cut_energy * energy) break;
    }
    return k;
  };
  const Index first = cut(0, long_before_ - points_of(front_periods));
  const Index last = cut(long_window_ - 1, long_before_ + points_of(back_periods));
  feature_ += static_cast<double>(long_before_ - first - before_);
  before_ = long_before_ - first;
  window_ = std::min(last + 1 - first, n_coarse_ - 3);
  set_gate();
}

// While the wave is young, the first guess may have taken a side lobe for its peak.
void BounceTracker::centre() noexcept {
  if (n_learned_ < 3) return;
  const auto magnitude = [this](Index k) noexcept { return std::abs(learned_[to_size(k)]); };
  Index peak = 0;
  for (Index k = 1; k < long_window_; ++k)
    if (magnitude(k) > magnitude(peak)) peak = k;
  const Index off = peak - long_before_;
  if (std::abs(off) < static_cast<Index>(0.2 * period_) ||
      magnitude(peak) < (n_learned_ <= young_wave ? 1.1 : 1.25) * magnitude(long_before_))
    return;
  Window moved{};
  for (Index k = 0; k < long_window_; ++k)
    if (k + off >= 0 && k + off < long_window_) moved[to_size(k)] = learned_[to_size(k + off)];
  std::copy(moved.begin(), moved.end(), learned_.begin());
  take_wave();
  feature_ = static_cast<double>(before_);
  last_ += static_cast<double>(off);
  mean_ += static_cast<double>(off);
}

// The peak of the wave near where it was, or the flank in front of it.
void BounceTracker::find_feature() noexcept {
  const auto magnitude = [this](Index k) noexcept { return std::abs(wave_[to_size(k)]); };
  Index peak = std::clamp(static_cast<Index>(feature_ + 0.5), Index{1}, window_ - 2);
  if (settings_.threshold < 1.0) {  // the feature is a flank: its peak is the largest point
    peak = 1;
    for (Index k = 2; k + 1 < window_; ++k)
      if (magnitude(k) > magnitude(peak)) peak = k;
  } else {
    while (peak + 2 < window_ && magnitude(peak + 1) > magnitude(peak)) ++peak;
    while (peak > 1 && magnitude(peak - 1) > magnitude(peak)) --peak;
  }
  const double left = magnitude(peak - 1);
  const double right = magnitude(peak + 1);
  const double d = parabola_vertex(left, magnitude(peak), right);
  feature_ = static_cast<double>(peak) + d;
  if (settings_.threshold >= 1.0) return;
  const double level = settings_.threshold * (magnitude(peak) - 0.25 * (left - right) * d);
  Index k = peak;
  while (k > 0 && magnitude(k) > level) --k;
  if (magnitude(k) <= level)
    feature_ = static_cast<double>(k) + (level - magnitude(k)) / (magnitude(k + 1) - magnitude(k));
}

// The part of what was learned that counts, with unit energy.
void BounceTracker::take_wave() noexcept {
  double energy = 0.0;
  for (Index k = 0; k < window_; ++k) {
    const double w = learned_[to_size(k + long_before_ - before_)];
    energy += w * w;
  }
  const double scale = 1.0 / std::sqrt(energy);
  for (double& w : learned_) w *= scale;
  cut_wave();
}

void BounceTracker::cut_wave() noexcept {
  std::fill(wave_.begin(), wave_.end(), 0.0);
  for (Index k = 0; k < window_; ++k) wave_[to_size(k)] = learned_[to_size(k + long_before_ - before_)];
}

}  // namespace surefoot::gpr
