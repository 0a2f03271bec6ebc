// SPDX-License-Identifier: MIT
#include <surefoot/gpr/time_zero.hpp>

#include <algorithm>
#include <cmath>

namespace surefoot::gpr {
namespace {

// Whole samples, safe for any number of seconds.
Index samples_of(double seconds, double step, Index most) noexcept {
  const double samples = seconds / step;
  return static_cast<Index>(std::clamp(std::floor(samples + 0.5), -1.0, static_cast<double>(most)));
}

bool compares_energies(TimeZeroMethod method) noexcept {
  return method == TimeZeroMethod::coppens || method == TimeZeroMethod::energy_ratio;
}

struct Gate {
  Index begin;
  Index end;
};

// The input's own zero or, for fixed, the one that is asked for, in samples; whole up to rounding is whole.
double known_zero(const TimeZeroOptions& options, const StreamSpec& in) noexcept {
  const double zero_s = options.method == TimeZeroMethod::fixed ? options.zero_s : 0.0;
  const double samples = (zero_s - in.axis.start) / in.axis.step;
  const double whole = std::floor(samples + 0.5);
  return options.method == TimeZeroMethod::fixed && std::abs(samples - whole) < 1e-6 ? whole : samples;
}

Gate gate_of(const TimeZeroOptions& options, const StreamSpec& in) noexcept {
  const double n = static_cast<double>(in.n_samples);
  const double a = std::ceil((options.gate_start_s - in.axis.start) / in.axis.step - 1e-6);
  const double b = std::floor((options.gate_end_s - in.axis.start) / in.axis.step + 1e-6) + 1.0;
  return {static_cast<Index>(std::clamp(a, 0.0, n)), static_cast<Index>(std::clamp(b, 0.0, n))};
}

BreakScratch take_scratch(TimeZeroMethod method, Index n_samples, Arena& arena) noexcept {
  const Index n = compares_energies(method) ? n_samples + 1 : 0;
  BreakScratch scratch;
  scratch.energy = arena.take<double>(n);
  scratch.ratio = arena.take<double>(n);
  scratch.mean = arena.take<double>(n);
  scratch.variance = arena.take<double>(n);
  return scratch;
}

}  // namespace

Problem validate(const TimeZeroOptions& options, const StreamSpec& in) noexcept {
  if (const Problem problem = check_ranges(options)) return problem;
  if (in.axis.kind != AxisKind::two_way_time || !(in.axis.step > 0.0))
    return {"method", "needs an axis of two-way time", static_cast<double>(options.method), finite(), Unit::none};
  const bool fixed = options.method == TimeZeroMethod::fixed;
  const Gate gate = gate_of(options, in);
  if (!fixed && gate.end - gate.begin < 3)
    return {"gate_end_s", "leaves fewer than three samples of the trace in the gate", options.gate_end_s,
            above(options.gate_start_s), Unit::second};
  const double length = in.axis.step * static_cast<double>(in.n_samples);
  if (!(options.before_zero_s + in.axis.step <= length))
    return {"before_zero_s", "must be shorter than the trace", options.before_zero_s,
            between(0.0, length - in.axis.step), Unit::second};
  if (fixed) {
    const Range allowed = between(in.axis.start + options.before_zero_s + in.axis.step - length,
                                  in.axis.at(in.n_samples - 1) + options.before_zero_s);
    if (!allowed.contains(options.zero_s))
      return {"zero_s", "leaves nothing of the trace", options.zero_s, allowed, Unit::second};
  }
  if (options.method == TimeZeroMethod::cross_correlation &&
      !(options.wave_s <= length && 4.0 * in.axis.step <= length))
    return {"wave_s", "must fit into the trace", options.wave_s, above_to(0.0, length), Unit::second};
  if (compares_energies(options.method)) {
    // The ratio of MER needs a window on both sides of at least one sample.
    const double most = in.axis.step * std::floor(0.5 * static_cast<double>(gate.end - gate.begin - 1));
    if (!(options.energy_window_s >= in.axis.step && options.energy_window_s <= most))
      return {"energy_window_s", "must be a sample at least and fit into the gate twice", options.energy_window_s,
              between(in.axis.step, most), Unit::second};
  }
  return {};
}

TimeZero::TimeZero(const TimeZeroOptions& options, const StreamSpec& in, Arena& arena) noexcept
    : CausalStage(
          in,
          [&] {
            StreamSpec out = in;
            const Index before = samples_of(options.before_zero_s, in.axis.step, in.n_samples);
            out.axis.start = 0.0 - in.axis.step * static_cast<double>(before);  // never -0
            return out;
          }(),
          arena),
      options_(options),
      gate_begin_(gate_of(options, in).begin),
      gate_end_(gate_of(options, in).end),
      before_(samples_of(options.before_zero_s, in.axis.step, in.n_samples)),
      max_shift_(std::min(options.max_shift_s / in.axis.step, static_cast<double>(in.n_samples))),
      most_lag_(static_cast<Index>(std::ceil(max_shift_)) + 1),
      wave_(options.method == TimeZeroMethod::cross_correlation
                ? std::max<Index>(4, samples_of(options.wave_s, in.axis.step, in.n_samples))
                : 0),
      wave_before_(wave_ / 4),
      first_shift_(known_zero(options, in)),
      most_updates_(static_cast<Index>(std::min(std::ceil(1.0 / options.reference_rate), 1e9))),
      last_good_(first_shift_),
      arrivals_(arena.take<double>(options.median_traces)),
      sorted_(arena.take<double>(options.median_traces)),
      reference_(arena.take<double>(wave_)),
      correlation_(arena.take<double>(wave_ > 0 ? 2 * most_lag_ + 1 : 0)),
      energy_(arena.take<double>(wave_ > 0 ? 2 * most_lag_ + 1 : 0)),
      search_(arena.take<Sample>(wave_ > 0 ? wave_ + 2 * most_lag_ : 0)),
      aligned_(arena.take<Sample>(wave_ > 0 ? wave_ + 2 : 0)),
      energy_window_(samples_of(options.energy_window_s, in.axis.step, in.n_samples)),
      smoothing_(std::max<Index>(1, samples_of(options.smoothing_s, in.axis.step, in.n_samples))),
      scratch_(take_scratch(options.method, in.n_samples, arena)),
      delay_(in.n_samples, arena) {}

TimeZero::Arrival TimeZero::pick(ConstTraceRef in) noexcept {
  double at = -1.0;
  switch (options_.method) {
    case TimeZeroMethod::threshold: at = threshold_break(in, gate_begin_, gate_end_, options_.threshold); break;
    case TimeZeroMethod::cross_correlation:
      if (has_reference_ || start_reference(in)) return correlate();
      break;
    case TimeZeroMethod::coppens:
      at = coppens_break(in, gate_begin_, gate_end_, energy_window_, smoothing_, scratch_);
      break;
    case TimeZeroMethod::energy_ratio:
      at = energy_ratio_break(in, gate_begin_, gate_end_, energy_window_, scratch_);
      break;
    case TimeZeroMethod::peak: at = peak_break(in, gate_begin_, gate_end_); break;
    case TimeZeroMethod::fixed: break;
  }
  return {at, at >= 0.0};
}

void TimeZero::step(ConstTraceRef in, TraceRef out, TraceTag& tag) noexcept {
  delay_.load(in);
  if (options_.method == TimeZeroMethod::fixed) return delay_.read(last_good_ - static_cast<double>(before_), out);
  if (lost_in_a_row_ >= options_.relock_traces) begin_anew();
  const Arrival arrival = pick(in);
  bool good = false;
  if (arrival.found) {
    const double median = median_with(arrival.at);
    if (updates_ == 0) mean_ = median;
    good = std::abs(median - mean_) <= max_shift_;
    if (good) {
      last_good_ = median;
      if (updates_ < most_updates_) ++updates_;
      mean_ += std::max(options_.reference_rate, 1.0 / static_cast<double>(updates_)) * (median - mean_);
      if (options_.method == TimeZeroMethod::cross_correlation) update_reference();
    }
  }
  lost_in_a_row_ = good ? 0 : lost_in_a_row_ + 1;
  if (!good) tag.quality |= Quality::time_zero_lost;
  if (n_arrivals_ < options_.median_traces) tag.quality |= Quality::warming_up;
  delay_.read(last_good_ - static_cast<double>(before_), out);
}

// The median of the last arrivals with this one among them; the mean of the middle two if their number is even.
double TimeZero::median_with(double arrival) noexcept {
  arrivals_[to_size(next_arrival_)] = arrival;
  next_arrival_ = next_arrival_ + 1 == options_.median_traces ? 0 : next_arrival_ + 1;
  if (n_arrivals_ < options_.median_traces) ++n_arrivals_;
  const auto n = n_arrivals_;
  const std::span<double> sorted = sorted_.first(to_size(n));
  std::copy_n(arrivals_.begin(), n, sorted.begin());
  std::sort(sorted.begin(), sorted.end());
  const double upper = sorted[to_size(n / 2)];
  return n % 2 == 1 ? upper : 0.5 * (upper + sorted[to_size(n / 2 - 1)]);
}

// Take the wave of this trace as the reference.
bool TimeZero::start_reference(ConstTraceRef in) noexcept {
  const double at = threshold_break(in, gate_begin_, gate_end_, options_.threshold);
  if (at < 0.0) return false;
  const std::span<Sample> wave = aligned_.first(to_size(wave_));
  delay_.read(at - static_cast<double>(wave_before_), wave);
  std::copy(wave.begin(), wave.end(), reference_.begin());
  crossing_ = threshold_break(reference_, 0, wave_, options_.threshold);
  if (crossing_ < 0.0) return false;
  has_reference_ = true;
  mean_ = at;
  return true;
}

TimeZero::Arrival TimeZero::correlate() noexcept {
  // The reference began here when the mean was measured: look so many whole samples to both sides.
  const double centre = std::floor(mean_ - crossing_ + 0.5);
  delay_.read(centre - static_cast<double>(most_lag_), search_);
  // Lags side by side, so that the sums over the wave vectorise in one fixed order.
  std::fill(correlation_.begin(), correlation_.end(), 0.0);
  std::fill(energy_.begin(), energy_.end(), 0.0);
  const auto lags = correlation_.size();
  double reference_energy = 0.0;
  for (Index k = 0; k < wave_; ++k) {
    const double r = reference_[to_size(k)];
    reference_energy += r * r;
    const Sample* const x = search_.data() + k;
    double* const c = correlation_.data();
    double* const e = energy_.data();
    for (std::size_t l = 0; l < lags; ++l) {
      const auto v = static_cast<double>(x[l]);
      c[l] += r * v;
      e[l] += v * v;
    }
  }
  double best = 0.0;
  std::size_t lag = 0;
  for (std::size_t l = 0; l < lags; ++l) {
    const double scale = energy_[l] * reference_energy;
    correlation_[l] = scale > 0.0 ? correlation_[l] / std::sqrt(scale) : 0.0;
    if (!(correlation_[l] > best)) continue;
    best = correlation_[l];
    lag = l;
  }
  if (lag < 1 || lag + 1 >= lags || !(best >= options_.min_correlation)) return {};
  const double first = parabola_vertex(correlation_[lag - 1], best, correlation_[lag + 1]);
  const double coarse = centre + static_cast<double>(lag) - static_cast<double>(most_lag_) + first;

  // Once more around the refined position, where the parabola has hardly any error left.
  delay_.read(coarse - 1.0, aligned_);
  std::array<double, 3> c{};
  for (Index l = 0; l < 3; ++l) {
    double sum = 0.0;
    double squares = 0.0;
    for (Index k = 0; k < wave_; ++k) {
      const Sample x = aligned_[to_size(k + l)];
      sum += reference_[to_size(k)] * static_cast<double>(x);
      squares += static_cast<double>(x) * static_cast<double>(x);
    }
    c[to_size(l)] = squares > 0.0 ? sum / std::sqrt(squares) : 0.0;
  }
  return {coarse + parabola_vertex(c[0], c[1], c[2]) + crossing_, true};
}

void TimeZero::update_reference() noexcept {
  const double rate = std::max(options_.reference_rate, 1.0 / static_cast<double>(updates_));
  for (Index k = 0; k < wave_; ++k) {
    double& r = reference_[to_size(k)];
    r += rate * (static_cast<double>(aligned_[to_size(k + 1)]) - r);
  }
  // The crossing is measured again each time: time zero cannot wander off with the alignment errors.
  const double at = threshold_break(reference_, 0, wave_, options_.threshold);
  if (at >= 0.0) crossing_ = at;
}

void TimeZero::begin_anew() noexcept {
  updates_ = lost_in_a_row_ = n_arrivals_ = next_arrival_ = 0;
  has_reference_ = false;
}

void TimeZero::forget() noexcept {
  begin_anew();
  mean_ = crossing_ = 0.0;
  last_good_ = first_shift_;
  std::fill(reference_.begin(), reference_.end(), 0.0);
  std::fill(arrivals_.begin(), arrivals_.end(), 0.0);
}

void TimeZero::remember(StateArchive& archive) noexcept {
  archive(last_good_);
  archive(mean_);
  archive(crossing_);
  archive.index(updates_, most_updates_ + 1);
  archive.index(lost_in_a_row_, options_.relock_traces + 1);
  archive.index(n_arrivals_, options_.median_traces + 1);
  archive.index(next_arrival_, options_.median_traces);
  archive(has_reference_);
  archive(arrivals_);
  archive(reference_);
}

}  // namespace surefoot::gpr
