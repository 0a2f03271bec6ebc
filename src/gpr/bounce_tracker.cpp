// SPDX-License-Identifier: MIT
#include <surefoot/gpr/bounce_tracker.hpp>

#include <surefoot/dsp/math.hpp>
#include <surefoot/gpr/first_break.hpp>

#include <algorithm>
#include <cmath>

namespace surefoot::gpr {
namespace {

constexpr double front_periods = 0.8;    // of the wave in front of its peak
constexpr double back_periods = 0.7;     // and behind it
constexpr double points = 16.0;          // least number of points a period
constexpr double pair_cost = 12.0;       // of a second echo, in units of the squared noise
constexpr double strength_spread = 0.4;  // of the strength about its usual value
constexpr double misfit = 0.02;          // share of the wave's energy that a model of it never explains
constexpr double first_misfit = 0.3;     // the same while the wave is a guess
constexpr double pair_hint = 6.0;        // gain of a second echo from which the wave is not learned
constexpr double least_errors = 3.0;     // of the strength, in standard errors
constexpr double evidence = 8.0;         // by which a bounce must be cheaper than nothing
constexpr double tail = 12.0;            // most that a bad prediction can cost
constexpr Index most_count = 1000;       // counters stop here
constexpr double no_bounce = 1e12;       // cost of a place where there is none
constexpr double most_rise = 4.0;        // of the noise, for one trace

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
      delay_(most_finer * n_samples, arena) {}

BounceTracker::Bounce BounceTracker::track(ConstTraceRef trace) noexcept {
  if (locked_ &&
      lost_in_a_row_ >= (n_learned_ < 10 ? std::min<Index>(8, settings_.relock_traces) : settings_.relock_traces))
    locked_ = false;
  if (!locked_ && !begin(trace)) return {};
  coarsen(trace);
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
  if (bounce.found) {
    lost_in_a_row_ = 0;
  } else {
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
  before_ = std::max<Index>(2, static_cast<Index>(front_periods * period_ + 0.5));
  window_ = std::min(most_window, before_ + 1 + std::max<Index>(2, static_cast<Index>(back_periods * period_ + 0.5)));
  n_coarse_ = n_samples_ * finer_ / step_;
  wave_.fill(0.0);
  double energy = 0.0;
  for (Index k = 0; k < window_; ++k) {
    wave_[to_size(k)] = ricker(static_cast<double>(k - before_) / period_);
    energy += wave_[to_size(k)] * wave_[to_size(k)];
  }
  for (double& w : wave_) w /= std::sqrt(energy);
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

void BounceTracker::coarsen(ConstTraceRef trace) noexcept {
  if (finer_ > 1) {
    between_.load(trace);
    const TraceRef part(for_delay_.data(), to_size(n_samples_));
    for (Index f = 0; f < finer_; ++f) {
      between_.read(static_cast<double>(f) / static_cast<double>(finer_), part);
      for (Index i = 0; i < n_samples_; ++i)
        coarse_[to_size(i * finer_ + f)] = static_cast<double>(part[to_size(i)]) - still_[to_size(i * finer_ + f)];
    }
    return;
  }
  const double share = 1.0 / static_cast<double>(step_);
  for (Index i = 0; i < n_coarse_; ++i) {
    double sum = 0.0;
    for (Index j = 0; j < step_; ++j) sum += static_cast<double>(trace[to_size(i * step_ + j)]);
    coarse_[to_size(i)] = sum * share - still_[to_size(i)];
  }
}

void BounceTracker::tabulate() noexcept {
  reversed_.fill(0.0);
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
  Window overlap = overlap_;
  Window front = front_;
  Window tilt = tilt_;
  double steep = steep_;
  if (skip > 0) {  // the wave is cut by the start of the trace
    overlap.fill(0.0);
    front.fill(0.0);
    tilt.fill(0.0);
    steep = 0.0;
    for (Index k = skip; k < window_; ++k) {
      const double* const w = reversed_.data() + (window_ - 1 - k);
      const double v = slope_[to_size(k)];
      steep += v * v;
      for (Index d = 0; d < window_; ++d) {
        overlap[to_size(d)] += w[0] * w[d];
        tilt[to_size(d)] += v * w[d];
        front[to_size(d)] += w[d] * w[d];
      }
    }
  }
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
  if (!(amplitude >= std::max(settings_.min_amplitude * usual_, least_errors * error))) return no_bounce;
  const double lack = std::max(0.0, usual_ / amplitude - 1.0);
  return lack * lack;
}

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
  const double needed = n_learned_ < 10 ? 0.5 * evidence : evidence;  // a guessed wave explains less
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
  move(place);
  learn(place, best.amplitude, best);
  const double on_grid = place - static_cast<double>(before_) + feature_;
  return {on_grid * samples_a_point() + 0.5 * static_cast<double>(step_ - 1), best.amplitude, true};
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
  speed_ += 0.4 * (place - last_ - speed_);
  last_ = place;
  mean_ += std::max(0.1, 1.0 / static_cast<double>(n_moves_)) * (place - mean_);
  n_moves_ = std::min(n_moves_, most_count);
}

void BounceTracker::learn(double place, double strength, const Fit& best) noexcept {
  const double n = static_cast<double>(n_learned_);
  usual_ += std::max(0.1, 1.0 / (n + 2.0)) * (strength - usual_);
  // What stays the same: what the two echoes do not explain.
  const double share = std::max(0.02, 1.0 / static_cast<double>(n_still_ + 1));
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
    still_[to_size(i)] += share * x;
  }
  if ((best.is_pair || best.gain > pair_hint) && n_learned_ >= 10) return;
  const double room = static_cast<double>(window_ - 2);
  noise_ += std::max(0.05, 1.0 / (n + 2.0)) *
            (std::min(std::max(best.rest, 0.0) / room, most_rise * noise_ + 1e-4 * usual_ * usual_ / room) - noise_);
  n_learned_ = std::min(n_learned_ + 1, most_count);
  if (start < 0) return;  // the start of the trace cuts the wave
  std::array<Sample, most_window> x{};
  delay_.read(place - static_cast<double>(before_), TraceRef(x.data(), to_size(window_)));
  const double rate = std::max(0.005, 1.0 / (n + 2.0));
  double energy = 0.0;
  for (Index k = 0; k < window_; ++k) {
    double& w = wave_[to_size(k)];
    w += rate * (static_cast<double>(x[to_size(k)]) / strength - w);
    energy += w * w;
  }
  const double scale = 1.0 / std::sqrt(energy);
  for (Index k = 0; k < window_; ++k) wave_[to_size(k)] *= scale;
  centre();
  find_feature();
  tabulate();
}

// While the wave is young, the first guess may have taken a side lobe for its peak.
void BounceTracker::centre() noexcept {
  if (n_learned_ > 10 || n_learned_ < 3) return;
  const auto magnitude = [this](Index k) noexcept { return std::abs(wave_[to_size(k)]); };
  Index peak = 0;
  for (Index k = 1; k < window_; ++k)
    if (magnitude(k) > magnitude(peak)) peak = k;
  const Index off = peak - before_;
  if (std::abs(off) < static_cast<Index>(0.2 * period_) || magnitude(peak) < 1.2 * magnitude(before_)) return;
  Window moved{};
  for (Index k = 0; k < window_; ++k)
    if (k + off >= 0 && k + off < window_) moved[to_size(k)] = wave_[to_size(k + off)];
  wave_ = moved;
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

void BounceTracker::forget() noexcept {
  locked_ = false;
  step_ = finer_ = 1;
  before_ = window_ = n_coarse_ = low_ = high_ = 0;
  lost_in_a_row_ = n_learned_ = n_still_ = n_moves_ = 0;
  samples_a_period_ = period_ = feature_ = usual_ = noise_ = last_ = mean_ = speed_ = 0.0;
  error_.fill(0.0);
  wave_.fill(0.0);
  std::fill(still_.begin(), still_.end(), 0.0);
}

void BounceTracker::remember(StateArchive& archive) noexcept {
  if (!locked_) forget();  // nothing of a bounce that is lost counts, and equal states are equal bytes
  archive(locked_);
  archive(samples_a_period_);
  archive.index(n_learned_, most_count + 1);
  archive.index(n_still_, most_count + 1);
  archive.index(n_moves_, most_count + 1);
  archive.index(lost_in_a_row_, settings_.relock_traces + 1);
  // What a forged state must not bring in: places and sizes that are no numbers.
  Window wave = wave_;
  const auto number = [&archive](double& x, double low, double high) noexcept {
    archive(x);
    if (archive.loading() && !(x >= low && x <= high)) {
      archive.fail();
      x = 0.0;
    }
  };
  const double most = 16.0 * static_cast<double>(n_samples_ + 1);
  for (double* const x : {&last_, &mean_, &speed_}) number(*x, -most, most);
  for (double& x : error_) number(x, 0.0, most * most);
  for (double* const x : {&usual_, &noise_}) number(*x, 0.0, 1e40);
  double feature = feature_;
  number(feature, 0.0, static_cast<double>(most_window));
  for (double& x : wave) number(x, -1.0, 1.0);
  archive(still_);
  if (!archive.loading()) return;
  if (locked_ && archive.ok() && is_period(samples_a_period_)) {
    set_wave(samples_a_period_);
    if (n_coarse_ <= window_ + 2) archive.fail();
    set_gate();
    wave_ = wave;
    feature_ = feature;
    tabulate();
  } else {
    if (locked_) archive.fail();
    forget();
  }
}

bool BounceTracker::is_period(double samples) const noexcept {
  return samples >= 2.0 && samples <= 0.8 * static_cast<double>(n_samples_);
}

}  // namespace surefoot::gpr
