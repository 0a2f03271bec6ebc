// SPDX-License-Identifier: MIT
#include <surefoot/gpr/bounce_tracker.hpp>

#include <surefoot/dsp/math.hpp>
#include <surefoot/gpr/first_break.hpp>

#include <algorithm>
#include <cmath>

namespace surefoot::gpr {
namespace {

constexpr double direct_reach = 2.0;     // periods from the direct wave in which it may be followed by mistake
constexpr double still_periods = 0.04;   // mean movement of what may be a direct wave
constexpr double points = 16.0;          // least number of points a period
constexpr double pair_cost = 12.0;       // of a second echo, in units of the squared noise
constexpr double strength_spread = 0.4;  // of the strength about its usual value
constexpr double misfit = 0.02;          // share of the wave's energy that a model of it never explains
constexpr double first_misfit = 0.3;     // the same while the wave is a guess
constexpr double pair_hint = 6.0;        // gain of a second echo from which the wave is not learned
// What a bounce needs after 0, 1, 2 and more lost traces: once it is gone, noise must not bring it back.
constexpr std::array<double, 3> least_errors{2.5, 3.0, 3.5};  // its strength, in standard errors
constexpr std::array<double, 3> evidence{5.0, 8.0, 11.0};     // by how much it is cheaper than nothing
constexpr double weak = 60.0;        // energy of a bounce over the noise, below which it may have been noise
constexpr double most_growth = 2.5;  // of such a one
constexpr double tail = 12.0;        // most that a bad prediction can cost
constexpr double no_bounce = 1e12;   // cost of a place where there is none

double ricker(double cycles) noexcept {
  const double a = dsp::pi * cycles * (dsp::pi * cycles);
  return (1.0 - 2.0 * a) * dsp::exp(-a);
}

}  // namespace

BounceTracker::BounceTracker(const BounceTrackerSettings& settings, Index n_samples, Arena& arena) noexcept
    : settings_(settings),
      n_samples_(n_samples),
      coarse_(arena.take<double>(most_finer * n_samples)),
      still_(arena.take<double>(most_finer * n_samples)),
      squares_(arena.take<double>(most_finer * n_samples + 1)),
      for_delay_(arena.take<Sample>(most_finer * n_samples)),
      between_(n_samples, arena),
      delay_(most_finer * n_samples, arena),
      learned_(arena.take<double>(most_window)),
      wave_(arena.take<double>(most_window)),
      reversed_(arena.take<double>(2 * most_window)),
      slope_(arena.take<double>(most_window)),
      tilt_(arena.take<double>(most_window)),
      overlap_(arena.take<double>(most_window)),
      front_(arena.take<double>(most_window)) {}

BounceTracker::Bounce BounceTracker::track(ConstTraceRef trace, ConstTraceRef still) noexcept {
  const Index patience = n_learned_ < 10 ? std::min<Index>(8, settings_.relock_traces) : settings_.relock_traces;
  const bool was_noise = n_learned_ < 60 && is_weak() && found_share_ < 0.5;
  if (lost_in_a_row_ >= patience || was_noise) locked_ = false;
  if (!locked_ && !begin(trace, still)) {
    unlock();
    return {};
  }
  coarsen(trace, coarse_);
  take_still();
  crowded_ = false;
  double spread = 0.0;
  const double predicted = predict(spread);
  const double reach = std::max(5.0 * spread, 0.6 * period_);
  const auto bounded = [this](double at) noexcept {
    return static_cast<Index>(std::clamp(at, static_cast<double>(low_), static_cast<double>(high_)));
  };
  const Index low = bounded(std::floor(predicted - reach));
  const Index high = bounded(std::ceil(predicted + reach));
  Bounce bounce = search(low, high, predicted, spread);
  if (!bounce.found && (low > low_ || high < high_)) bounce = search(low_, high_, predicted, spread);
  if (bounce.amplitude < 0.0) {
    locked_ = false;
    return track(trace, still);
  }
  found_share_ += 0.1 * ((bounce.found ? 1.0 : 0.0) - found_share_);
  if (bounce.found) {
    lost_in_a_row_ = 0;
  } else {
    account(0.0, 0.0);
    learn_still(0.0, 0.0, {});
    ++lost_in_a_row_;
    speed_ = 0.0;
  }
  return bounce;
}

void BounceTracker::set_wave(double period) noexcept {
  samples_a_period_ = period;
  step_ = std::max<Index>(1, static_cast<Index>(period / points));
  finer_ = std::clamp(static_cast<Index>(0.75 * points / period + 1.0), Index{1}, most_finer);
  period_ = period / samples_a_point();
  const auto points_of = [this](double periods) noexcept {
    return std::max<Index>(2, static_cast<Index>(periods * period_ + 0.5));
  };
  before_ = points_of(front_periods);
  window_ = std::min(most_window, before_ + 1 + points_of(back_periods));
  long_before_ = points_of(most_periods);
  long_window_ = std::min(most_window, 2 * long_before_ + 1);
  n_coarse_ = n_samples_ * finer_ / step_;
  std::fill(learned_.begin(), learned_.end(), 0.0);
  for (Index k = 0; k < long_window_; ++k)
    learned_[to_size(k)] = ricker(static_cast<double>(k - long_before_) / period_);
  take_wave();
  feature_ = static_cast<double>(before_);
  find_feature();
  tabulate();
}

// The places that the start of the window can take, from those that the wave's feature may have.
void BounceTracker::set_gate() noexcept {
  const double half = 0.5 * static_cast<double>(step_ - 1);
  const double d = samples_a_point();
  const double most = static_cast<double>(n_coarse_ - (window_ - before_));
  const auto place = [&](double at) noexcept {
    return static_cast<Index>(std::clamp(std::floor((at - half) / d + 0.5), 1.0, most - 1.0));
  };
  low_ = place(settings_.first);
  high_ = std::max(low_, place(settings_.last));
}

// The trace on the grid.
void BounceTracker::coarsen(ConstTraceRef trace, std::span<double> to) noexcept {
  if (finer_ > 1) {
    between_.load(trace);
    const TraceRef part(for_delay_.data(), to_size(n_samples_));
    for (Index f = 0; f < finer_; ++f) {
      between_.read(static_cast<double>(f) / static_cast<double>(finer_), part);
      for (Index i = 0; i < n_samples_; ++i) to[to_size(i * finer_ + f)] = static_cast<double>(part[to_size(i)]);
    }
    return;
  }
  const double share = 1.0 / static_cast<double>(step_);
  for (Index i = 0; i < n_coarse_; ++i) {
    double sum = 0.0;
    for (Index j = 0; j < step_; ++j) sum += static_cast<double>(trace[to_size(i * step_ + j)]);
    to[to_size(i)] = sum * share;
  }
}

void BounceTracker::take_still() noexcept {
  for (Index i = 0; i < n_coarse_; ++i) coarse_[to_size(i)] -= still_[to_size(i)];
}

void BounceTracker::tabulate() noexcept {
  std::fill(reversed_.begin(), reversed_.end(), 0.0);
  for (Index k = 0; k < window_; ++k) reversed_[to_size(window_ - 1 - k)] = wave_[to_size(k)];
  for (Index k = 0; k < window_; ++k) {
    const double right = k + 1 < window_ ? wave_[to_size(k + 1)] : wave_[to_size(k)];
    const double left = k > 0 ? wave_[to_size(k - 1)] : wave_[to_size(k)];
    slope_[to_size(k)] = 0.5 * (right - left);
  }
  steep_ = 0.0;
  for (Index d = 0; d < window_; ++d) {
    double sum = 0.0;
    double energy = 0.0;
    double slope = 0.0;
    for (Index k = d; k < window_; ++k) {
      const double w = wave_[to_size(k - d)];
      sum += wave_[to_size(k)] * w;
      slope += slope_[to_size(k)] * w;
      energy += w * w;
    }
    overlap_[to_size(d)] = sum;
    tilt_[to_size(d)] = slope;
    front_[to_size(d)] = energy;
    steep_ += slope_[to_size(d)] * slope_[to_size(d)];
  }
}

void BounceTracker::sum_energy(Index from) noexcept {
  const double scale = 1.0 / variance_of_points();
  const double each = 1.0 / static_cast<double>(finer_);
  double sum = 0.0;
  for (Index i = from; i < n_coarse_; ++i) {
    squares_[to_size(i)] = sum;
    const double x = coarse_[to_size(i)];
    sum += x * x * scale - each;
  }
  squares_[to_size(n_coarse_)] = sum;
}

BounceTracker::Fit BounceTracker::fit(Index place, Index from, double predicted, double spread) const noexcept {
  const double variance = variance_of_points();
  const Index start = place - before_;
  const Index skip = std::max<Index>(0, -start);
  // Sums of the data with the wave shifted by 0, 1, 2, ... points; wave[k - d] is reversed[window - 1 - k + d].
  Window with{};
  double with_slope = 0.0;
  Fit out;
  for (Index k = skip; k < window_; ++k) {
    const double x = coarse_[to_size(start + k)];
    out.energy += x * x;
    with_slope += x * slope_[to_size(k)];
    const double* const w = reversed_.data() + (window_ - 1 - k);
    for (Index d = 0; d < window_; ++d) with[to_size(d)] += x * w[d];
  }
  std::array<Window, 3> cut{};
  if (skip > 0) cut = {};
  double steep = skip > 0 ? 0.0 : steep_;
  if (skip > 0) {  // the wave is cut by the start of the trace
    for (Index k = skip; k < window_; ++k) {
      const double* const w = reversed_.data() + (window_ - 1 - k);
      const double v = slope_[to_size(k)];
      steep += v * v;
      for (Index d = 0; d < window_; ++d) {
        cut[0][to_size(d)] += w[0] * w[d];
        cut[1][to_size(d)] += v * w[d];
        cut[2][to_size(d)] += w[d] * w[d];
      }
    }
  }
  const double* const overlap = skip > 0 ? cut[0].data() : overlap_.data();
  const double* const tilt = skip > 0 ? cut[1].data() : tilt_.data();
  const double* const front = skip > 0 ? cut[2].data() : front_.data();
  // Normal equations of a wave of strength a between the points, a w - s w', with priors on both: a near the usual strength,
  // s / a within half a point.
  const double ridge = variance / (strength_spread * usual_ * (strength_spread * usual_));
  const double between = 12.0 * variance / (usual_ * usual_);
  const double g = front[0] + ridge;
  const double h = steep + between;
  const double m = -tilt[0];
  const double c = with[0] + ridge * usual_;
  const double e = -with_slope;
  const double det = g * h - m * m;
  const double a = (h * c - m * e) / det;
  const double s = (g * e - m * c) / det;
  const double rest = out.energy + ridge * usual_ * usual_ - a * c - s * e;

  const double count = static_cast<double>(window_ - skip);
  double common = squares_[to_size(std::max(from, start + skip))] - count / static_cast<double>(finer_);
  if (spread > 0.0) {
    const double off = static_cast<double>(place) - predicted;
    const double q = off * off / (spread * spread);
    common += q / (1.0 + q / tail);
  }
  const double alone = common + rest / variance;
  out.single = alone;
  out.amplitude = a;
  out.shift = a > 0.0 ? std::clamp(s / a, -1.0, 1.0) : 0.0;
  const double white = noise_ * static_cast<double>(finer_);
  out.error = std::sqrt(white / std::max(front[0], 1e-3));
  out.rest = rest;
  out.single += weakness(a, out.error);
  out.cost = out.single;

  const Index first = std::max<Index>(1, static_cast<Index>(period_ / 8.0 + 0.5));
  Window gain{};
  Window second{};
  Index best = -1;
  for (Index d = first; d < window_; ++d) {
    // What the second echo has that the first, with its shift, cannot explain.
    const double o = overlap[to_size(d)];
    const double t = -tilt[to_size(d)];
    const double oa = (h * o - m * t) / det;
    const double os = (g * t - m * o) / det;
    const double own = front[to_size(d)] - o * oa - t * os;
    if (!(own > 0.01)) continue;
    const double b = (with[to_size(d)] - c * oa - e * os) / own;
    second[to_size(d)] = b;
    gain[to_size(d)] = b * b * own;
    if (best < 0 || gain[to_size(d)] > gain[to_size(best)]) best = d;
  }
  out.pair = no_bounce;
  if (best < 0) return out;
  double more = gain[to_size(best)];
  if (best > first && best + 1 < window_) {
    const double left = gain[to_size(best - 1)];
    const double right = gain[to_size(best + 1)];
    more -= 0.25 * (left - right) * parabola_vertex(left, more, right);
  }
  out.gain = more / variance;
  out.pair = alone - out.gain + pair_cost;
  const double o = overlap[to_size(best)];
  const double t = -tilt[to_size(best)];
  const double oa = (h * o - m * t) / det;
  const double os = (g * t - m * o) / det;
  const double b = second[to_size(best)];
  const double amplitude = a - b * oa;
  const double error = std::sqrt(white * (1.0 / g + oa * oa / std::max(gain[to_size(best)] / (b * b + 1e-300), 1e-3)));
  out.pair += weakness(amplitude, error);
  if (!(out.pair < out.single)) return out;
  out.is_pair = true;
  out.second = b;
  out.delay = best;
  out.cost = out.pair;
  out.amplitude = amplitude;
  out.error = error;
  out.shift = amplitude > 0.0 ? std::clamp((s - b * os) / amplitude, -1.0, 1.0) : 0.0;
  out.rest = rest - more;
  return out;
}

// A bounce that is much weaker than usual is unlikely, and one that could be noise is none.
double BounceTracker::weakness(double amplitude, double error) const noexcept {
  const double errors = least_errors[n_learned_ < 10 && is_weak() ? 2 : lost()];
  if (!(amplitude >= std::max(settings_.min_amplitude * usual_, errors * error))) return no_bounce;
  const double lack = std::max(0.0, usual_ / amplitude - 1.0);
  return lack * lack;
}

// A wave that may have been learned from noise.
bool BounceTracker::is_weak() const noexcept { return usual_ * usual_ < weak * noise_; }

double BounceTracker::variance_of_points() const noexcept {
  // Points between the samples bring nothing new: each counts for its share.
  const double unlike = misfit + first_misfit / static_cast<double>(1 + n_learned_ * n_learned_);
  return (noise_ + unlike * usual_ * usual_ / static_cast<double>(window_)) * static_cast<double>(finer_);
}

BounceTracker::Bounce BounceTracker::search(Index low, Index high, double predicted, double spread) noexcept {
  const Index from = std::max<Index>(0, low - before_);
  sum_energy(from);
  Index at = low;
  Fit best;
  for (Index p = low; p <= high; ++p) {
    const Fit here = fit(p, from, predicted, spread);
    if (p > low && here.cost >= best.cost) continue;
    best = here;
    at = p;
  }
  const double nothing = squares_[to_size(std::min(at - before_ + window_, n_coarse_))];
  const double needed = n_learned_ < 10 && !is_weak() ? 4.0 : evidence[lost()];  // a guessed wave explains less
  if (!(best.cost + needed <= nothing)) return {};

  double place = static_cast<double>(at) + best.shift;
  for (Index i = 0; i < n_coarse_; ++i) for_delay_[to_size(i)] = static_cast<Sample>(coarse_[to_size(i)]);
  delay_.load(for_delay_.first(to_size(n_coarse_)));
  if (!best.is_pair && at > before_ + 1) {
    // Once more around the refined place, where the parabola has hardly any error left.
    std::array<Sample, most_window + 2> x{};
    delay_.read(place - static_cast<double>(before_) - 1.0, TraceRef(x.data(), to_size(window_ + 2)));
    std::array<double, 3> sums{};
    for (Index l = 0; l < 3; ++l)
      for (Index k = 0; k < window_; ++k)
        sums[to_size(l)] += wave_[to_size(k)] * static_cast<double>(x[to_size(k + l)]);
    place += parabola_vertex(sums[0], sums[1], sums[2]);
  }
  account(place, best.amplitude);
  crowded_ = best.is_pair || best.gain > pair_hint;
  // A wave that was learned from noise: the bounce has come.
  if (n_moves_ > 0 && n_learned_ < 40 && is_weak() && best.amplitude > most_growth * usual_) return {0.0, -1.0, false};
  move(place);
  learn(place, best.amplitude, best);
  const double on_grid = place - static_cast<double>(before_) + feature_;
  return {on_grid * samples_a_point() + 0.5 * static_cast<double>(step_ - 1), best.amplitude, true};
}

// Leaves in squares_ the running sum of what the model explains of the trace.
void BounceTracker::account(double place, double strength) noexcept {
  const auto nearest = static_cast<Index>(std::floor(place + 0.5));
  const double off = place - static_cast<double>(nearest);
  double sum = 0.0;
  for (Index i = 0; i < n_coarse_; ++i) {
    squares_[to_size(i)] = sum;
    const double x = coarse_[to_size(i)];
    const double still = still_[to_size(i)];
    const Index k = i - nearest + before_;
    const double wave = k >= 0 && k < window_ ? strength * (wave_[to_size(k)] - off * slope_[to_size(k)]) : 0.0;
    sum += (still + wave) * (2.0 * x + still - wave);  // (x + still)^2 - (x - wave)^2
  }
  squares_[to_size(n_coarse_)] = sum;
}

bool BounceTracker::doubtful() const noexcept {
  const bool at_edge = last_ < static_cast<double>(low_) + 1.0;
  return locked_ && (at_edge || std::abs(last_ - direct_place()) < direct_reach * period_) &&
         wander_ < still_periods * period_;
}

double BounceTracker::explained(double end) const noexcept {
  if (!locked_) return 0.0;
  const double i = std::clamp(end / samples_a_point(), 0.0, static_cast<double>(n_coarse_));
  return squares_[to_size(static_cast<Index>(i))] * samples_a_point();
}

double BounceTracker::predict(double& spread) const noexcept {
  const std::array<double, 3> guess{last_, mean_, last_ + speed_};
  const auto best = std::min_element(error_.begin(), error_.end()) - error_.begin();
  const double floor = 0.04 * period_;
  const double patience = static_cast<double>(1 + std::min<Index>(lost_in_a_row_, 100));
  spread = std::sqrt(std::max(error_[to_size(best)], floor * floor) * patience);
  if (n_moves_ == 0) spread = 0.1 * period_;  // the place that began it all
  return guess[to_size(best)];
}

void BounceTracker::move(double place) noexcept {
  const std::array<double, 3> guess{last_, mean_, last_ + speed_};
  ++n_moves_;
  const double rate = std::max(0.05, 1.0 / static_cast<double>(n_moves_ + 1));
  const double limit = 9.0;  // spreads squared: one wild place must not open the gate
  for (std::size_t m = 0; m < guess.size(); ++m) {
    const double d = (place - guess[m]) * (place - guess[m]);
    error_[m] += rate * (std::min(d, limit * error_[m] + 0.01 * period_ * period_) - error_[m]);
  }
  wander_ += 0.1 * (std::abs(place - mean_) - wander_);
  speed_ += 0.4 * (place - last_ - speed_);
  last_ = place;
  mean_ += std::max(0.1, 1.0 / static_cast<double>(n_moves_)) * (place - mean_);
  n_moves_ = std::min(n_moves_, most_count);
}

void BounceTracker::forget() noexcept {
  locked_ = has_direct_ = false;
  step_ = finer_ = 1;
  long_before_ = long_window_ = before_ = window_ = n_coarse_ = low_ = high_ = 0;
  lost_in_a_row_ = crowded_in_a_row_ = n_learned_ = n_still_ = n_moves_ = 0;
  seen_ = seen_strength_ = samples_a_period_ = period_ = feature_ = usual_ = noise_ = last_ = mean_ = speed_ = wander_ =
      0.0;
  error_.fill(0.0);
  std::fill(learned_.begin(), learned_.end(), 0.0);
  std::fill(wave_.begin(), wave_.end(), 0.0);
  std::fill(still_.begin(), still_.end(), 0.0);
}

// Forgets all but the arrival that may come again.
void BounceTracker::unlock() noexcept {
  const double seen = seen_;
  const double strength = seen_strength_;
  forget();
  seen_ = seen;
  seen_strength_ = strength;
}

void BounceTracker::remember(StateArchive& archive) noexcept {
  if (!locked_) forget();  // nothing of a bounce that is lost counts, and equal states are equal bytes
  archive(locked_);
  archive(has_direct_);
  archive(samples_a_period_);
  archive.index(n_learned_, most_count + 1);
  archive.index(n_still_, most_count + 1);
  archive.index(n_moves_, most_count + 1);
  archive.index(crowded_in_a_row_, most_count + 1);
  archive.index(lost_in_a_row_, settings_.relock_traces + 1);
  // What a forged state must not bring in: places and sizes that are no numbers.
  Index before = before_;
  Index window = window_;
  archive.index(before, most_window);
  archive.index(window, most_window + 1);
  Window wave{};
  std::copy(learned_.begin(), learned_.end(), wave.begin());
  const auto number = [&archive](double& x, double low, double high) noexcept {
    archive(x);
    if (archive.loading() && !(x >= low && x <= high)) {
      archive.fail();
      x = 0.0;
    }
  };
  const double most = 16.0 * static_cast<double>(n_samples_ + 1);
  for (double* const x : {&last_, &mean_, &speed_, &seen_}) number(*x, -most, most);
  for (double& x : error_) number(x, 0.0, most * most);
  number(seen_strength_, -1e40, 1e40);
  for (double* const x : {&usual_, &noise_, &wander_, &found_share_}) number(*x, 0.0, 1e40);
  double feature = feature_;
  number(feature, 0.0, static_cast<double>(most_window));
  for (double& x : wave) number(x, -1e3, 1e3);
  archive(still_);
  if (!archive.loading()) return;
  if (locked_ && archive.ok() && is_period(samples_a_period_)) {
    set_wave(samples_a_period_);
    if (n_coarse_ <= window_ + 2) archive.fail();
    if (!(before >= 2 && before <= long_before_ && window >= before + 3 &&
          window <= long_window_ - (long_before_ - before) && n_coarse_ > window + 2)) {
      archive.fail();
      forget();
      return;
    }
    before_ = before;
    window_ = window;
    set_gate();
    std::copy(wave.begin(), wave.end(), learned_.begin());
    cut_wave();
    feature_ = feature;
    tabulate();
  } else {
    if (locked_) archive.fail();
    unlock();
  }
}

bool BounceTracker::is_period(double samples) const noexcept {
  return samples >= 2.0 && samples <= 0.8 * static_cast<double>(n_samples_);
}

}  // namespace surefoot::gpr
