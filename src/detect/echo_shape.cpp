// SPDX-License-Identifier: MIT
#include <surefoot/detect/echo_shape.hpp>

#include <surefoot/dsp/math.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>

namespace surefoot::detect {
namespace {

// In periods of the pulse.
constexpr std::array phase_lags{-0.5, 0.0, 0.5};
constexpr std::array envelope_lags{-0.75, -0.5, -0.25, 0.25, 0.5, 0.75, 1.0, 1.5};
constexpr std::array extent_lags{-0.375, -0.25, -0.125, 0.0, 0.125, 0.25, 0.375};
constexpr std::array distances_m{0.04, 0.08, 0.12, 0.16};
static_assert(2 * phase_lags.size() + envelope_lags.size() + 2 * distances_m.size() == to_size(echo_shape_features));

constexpr double ratio_floor = 0.03;
constexpr double most_coherence = 2.0;
constexpr double unseen_extent = 0.3;
constexpr double told_nothing = std::numeric_limits<double>::quiet_NaN();

bool unknown_odds(double odds) noexcept { return odds != odds; }

// A length in steps, rounded; clamped before the conversion, which is then safe.
Index steps(double length, double step, Index most) noexcept {
  const double n = length / step + 0.5;
  return n < static_cast<double>(most) ? static_cast<Index>(std::max(n, 0.0)) : most;
}

// Whole traces in a length of line, at most so many.
Index traces_in(double length_m, double spacing_m, Index most) noexcept {
  return spacing_m > 0.0 ? static_cast<Index>(std::min(length_m / spacing_m * (1.0 + 1e-9), static_cast<double>(most)))
                         : 0;
}

double log_ratio(double a, double b) noexcept { return dsp::log(a / b + ratio_floor); }

}  // namespace

Problem validate(const EchoShapeOptions& o, const StreamSpec& in) noexcept {
  if (const Problem problem = check_ranges(o)) return problem;
  if (in.n_channels != 1)
    return {"window_s", "runs along one channel", static_cast<double>(in.n_channels), between(1.0, 1.0), Unit::none};
  if (in.axis.kind != AxisKind::two_way_time)
    return {"window_s", "runs along two-way time: the traces must be a radar's", o.window_s, finite(), Unit::second};
  if (!o.weights.empty() && o.weights.count != echo_shape_features)
    return {"weights", "must be as many as there are features, or none", static_cast<double>(o.weights.count),
            between(static_cast<double>(echo_shape_features), static_cast<double>(echo_shape_features)), Unit::none};
  if (!(o.min_frequency_hz < o.max_frequency_hz))
    return {"min_frequency_hz",
            "must lie below max_frequency_hz",
            o.min_frequency_hz,
            {.high = o.max_frequency_hz, .high_open = true},
            Unit::hertz};
  return {};
}

EchoShape::EchoShape(const EchoShapeOptions& options, const StreamSpec& in, Arena& arena) noexcept
    : WholeLine(in, arena),
      options_(options),
      in_(in),
      pulse_(steps(2.0 * options.window_s, in.axis.step, in.n_samples)),
      half_(steps(0.5 * options.window_s, in.axis.step, in.n_samples)),
      ground_(traces_in(options.background_m, in.trace_spacing_m, in.max_traces)),
      order_(arena.take<Index>(in.max_traces)),
      owner_(arena.take<Index>(in.max_traces)),
      told_(arena.take<double>(in.max_traces)),
      values_(arena.take<Sample>(in.max_traces)),
      background_(arena.take<double>(in.n_samples)),
      residual_(arena.take<double>(in.n_samples)),
      taper_(arena.take<double>(2 * pulse_ + 1)),
      shape_(arena.take<double>(2 * pulse_ + 1)),
      slope_(arena.take<double>(2 * pulse_ + 1)) {
  if (!arena.ok()) return;
  const double width = static_cast<double>(pulse_ + 1);
  for (Index j = -pulse_; j <= pulse_; ++j)
    taper_[to_size(j + pulse_)] = 0.5 + 0.5 * dsp::cos(dsp::pi * static_cast<double>(j) / width);
}

void EchoShape::find_background(const ColumnRing& line, Index peak) noexcept {
  const Index from = std::max<Index>(0, peak - ground_);
  const Index to = std::min(line.size() - 1, peak + ground_);
  for (std::size_t i = 0; i < background_.size(); ++i) {
    std::size_t n = 0;
    for (Index k = from; k <= to; ++k)
      if (!unusable(line.tag(k).quality)) values_[n++] = line.column(k)[i];
    const auto middle = values_.begin() + static_cast<std::ptrdiff_t>(n / 2);
    std::nth_element(values_.begin(), middle, values_.begin() + static_cast<std::ptrdiff_t>(n));
    background_[i] = static_cast<double>(*middle);
    if (n % 2 == 0)
      background_[i] = 0.5 * (background_[i] + static_cast<double>(*std::max_element(values_.begin(), middle)));
  }
}

// The strongest wave of the background, its slope and its period. False if there is none.
bool EchoShape::find_pulse() noexcept {
  const auto n = static_cast<Index>(background_.size());
  const auto squared = [this](Index i) noexcept { return background_[to_size(i)] * background_[to_size(i)]; };
  Index centre = 0;
  double most = -1.0;
  for (Index i = 0; i < n; ++i) {
    double sum = 0.0;
    const Index low = std::max<Index>(0, i - half_);
    const Index high = std::min(n - 1, i + half_);
    for (Index k = low; k <= high; ++k) sum += squared(k);
    sum /= static_cast<double>(high - low + 1);
    if (!(sum > most)) continue;
    most = sum;
    centre = i;
  }
  double energy = 0.0;
  double slope_energy = 0.0;
  for (Index j = -pulse_; j <= pulse_; ++j) {
    const Index i = centre + j;
    const double b = i >= 0 && i < n ? background_[to_size(i)] : 0.0;
    shape_[to_size(j + pulse_)] = taper_[to_size(j + pulse_)] * b;
  }
  for (std::size_t j = 0; j < shape_.size(); ++j) {
    const bool inner = j > 0 && j + 1 < shape_.size();
    slope_[j] = inner ? 0.5 * (shape_[j + 1] - shape_[j - 1]) : 0.0;
    energy += shape_[j] * shape_[j];
    slope_energy += slope_[j] * slope_[j];
  }
  if (!(energy > 0.0 && slope_energy > 0.0)) return false;
  period_ = 2.0 * dsp::pi * std::sqrt(energy / slope_energy);
  for (double& v : shape_) v /= std::sqrt(energy);
  for (double& v : slope_) v /= std::sqrt(slope_energy);
  return true;
}

// The mean of the usable traces from one to another without the background; there is at least one.
void EchoShape::mean_residual(const ColumnRing& line, Index from, Index to) noexcept {
  std::fill(residual_.begin(), residual_.end(), 0.0);
  double n = 0.0;
  for (Index k = std::max<Index>(0, from); k <= std::min(line.size() - 1, to); ++k) {
    if (unusable(line.tag(k).quality)) continue;
    const ConstTraceRef trace = line.column(k);
    for (std::size_t i = 0; i < residual_.size(); ++i) residual_[i] += static_cast<double>(trace[i]);
    n += 1.0;
  }
  for (std::size_t i = 0; i < residual_.size(); ++i) residual_[i] = residual_[i] / n - background_[i];
}

EchoShape::Wave EchoShape::match(Index sample) const noexcept {
  const Index low = std::max(-pulse_, -sample);
  const Index high = std::min(pulse_, static_cast<Index>(residual_.size()) - 1 - sample);
  Wave wave;
  for (Index j = low; j <= high; ++j) {
    wave.in_phase += shape_[to_size(j + pulse_)] * residual_[to_size(sample + j)];
    wave.quadrature += slope_[to_size(j + pulse_)] * residual_[to_size(sample + j)];
  }
  return wave;
}

// Straight between two samples; beyond the trace as at its ends.
EchoShape::Wave EchoShape::match_between(double sample) const noexcept {
  const auto last = static_cast<Index>(residual_.size()) - 1;
  const double at = std::clamp(sample, 0.0, static_cast<double>(last));
  const Index i = std::min(static_cast<Index>(at), std::max<Index>(0, last - 1));
  const double share = at - static_cast<double>(i);
  const Wave a = match(i);
  if (!(share > 0.0)) return a;
  const Wave b = match(i + 1);
  return {a.in_phase + share * (b.in_phase - a.in_phase), a.quadrature + share * (b.quadrature - a.quadrature)};
}

// The sample of the strongest wave within half a period.
Index EchoShape::find_echo(Index around) const noexcept {
  const Index reach = steps(0.5 * period_, 1.0, in_.n_samples);
  Index best = around;
  double most = -1.0;
  for (Index i = std::max<Index>(0, around - reach); i <= std::min(in_.n_samples - 1, around + reach); ++i)
    if (const double energy = match(i).energy(); energy > most) {
      most = energy;
      best = i;
    }
  return best;
}

double EchoShape::extent(Index echo) const noexcept {
  double sum = 0.0;
  for (const double lag : extent_lags) sum += match_between(static_cast<double>(echo) + lag * period_).energy();
  return std::sqrt(sum / static_cast<double>(extent_lags.size()));
}

void EchoShape::look_along_time(Index echo, double strongest) noexcept {
  std::size_t f = 0;
  for (const double lag : phase_lags) {
    const Wave wave = match_between(static_cast<double>(echo) + lag * period_);
    features_[f] = wave.in_phase / strongest;
    features_[f + phase_lags.size()] = wave.quadrature / strongest;
    ++f;
  }
  f += phase_lags.size();
  for (const double lag : envelope_lags)
    features_[f++] = log_ratio(std::sqrt(match_between(static_cast<double>(echo) + lag * period_).energy()), strongest);
}

bool EchoShape::look_along_line(const ColumnRing& line, Index peak, Index echo) noexcept {
  mean_residual(line, peak, peak);
  const Wave here = match(echo);
  const double extent_here = extent(echo);
  if (!(here.energy() > 0.0 && extent_here > 0.0)) return false;
  std::size_t f = features_.size() - 2 * distances_m.size();
  for (const double distance : distances_m) {
    const Index away = steps(distance, in_.trace_spacing_m, line.size());
    double sides = 0.0;
    double coherence = 0.0;
    double extents = 0.0;
    for (const Index k : {peak - away, peak + away}) {
      if (k < 0 || k >= line.size() || unusable(line.tag(k).quality)) continue;
      mean_residual(line, k, k);
      const Wave there = match(echo);
      const double alike = here.in_phase * there.in_phase + here.quadrature * there.quadrature;
      coherence += std::clamp(alike / here.energy(), -most_coherence, most_coherence);
      extents += extent(echo);
      sides += 1.0;
    }
    features_[f] = sides > 0.0 ? coherence / sides : 0.0;
    features_[f + distances_m.size()] =
        sides > 0.0 ? log_ratio(extents / sides, extent_here) : dsp::log(unseen_extent + ratio_floor);
    ++f;
  }
  return true;
}

// Of the echo at a peak; told_nothing where there is nothing to tell of it.
double EchoShape::log_odds(const ColumnRing& line, Index peak) noexcept {
  const double at = (line.tag(peak).score_time_s - in_.axis.start) / in_.axis.step;
  if (!(at > -0.5 && at < static_cast<double>(in_.n_samples) - 0.5)) return told_nothing;
  find_background(line, peak);
  if (!find_pulse()) return told_nothing;
  const double frequency = 1.0 / (period_ * in_.axis.step);
  if (!(frequency >= options_.min_frequency_hz && frequency <= options_.max_frequency_hz)) return told_nothing;
  const Index beside = traces_in(0.5 * options_.footprint_m, in_.trace_spacing_m, line.size());
  mean_residual(line, peak - beside, peak + beside);
  const Index echo = find_echo(static_cast<Index>(at + 0.5));
  const double strongest = std::sqrt(match(echo).energy());
  if (!(strongest > 0.0)) return told_nothing;
  look_along_time(echo, strongest);
  if (!look_along_line(line, peak, echo)) return told_nothing;
  double sum = options_.bias;
  for (std::size_t j = 0; j < features_.size(); ++j) sum += options_.weights.values[j] * features_[j];
  return std::clamp(sum, -options_.limit, options_.limit);
}

void EchoShape::process(ColumnRing& line) noexcept {
  looked_at_ = left_ = 0;
  const bool knows = !options_.weights.empty() && in_.trace_spacing_m > 0.0 &&
                     in_.trace_spacing_m <= options_.max_spacing_m * (1.0 + 1e-9);
  const Index n = line.size();
  const auto order = order_.first(to_size(n));
  std::iota(order.begin(), order.end(), Index{0});
  // What is no number is below all that are: a sort needs an order.
  const auto score_of = [&line](Index k) noexcept {
    const float score = line.tag(k).score;
    return score > 0.0F ? score : 0.0F;
  };
  std::sort(order.begin(), order.end(), [&score_of](Index a, Index b) noexcept {
    const float left = score_of(a);
    const float right = score_of(b);
    return left > right || (left == right && a < b);
  });
  std::fill(owner_.begin(), owner_.end(), Index{-1});
  const Index reach = traces_in(options_.reach_m, in_.trace_spacing_m, n);
  for (const Index peak : order) {
    const TraceTag& tag = line.tag(peak);
    if (!(static_cast<double>(tag.score) > options_.least_score)) break;
    if (owner_[to_size(peak)] >= 0 || unusable(tag.quality)) continue;
    for (Index k = std::max<Index>(0, peak - reach); k <= std::min(n - 1, peak + reach); ++k)
      if (owner_[to_size(k)] < 0) owner_[to_size(k)] = peak;
    const double odds = knows ? log_odds(line, peak) : told_nothing;
    told_[to_size(peak)] = odds;
    ++(unknown_odds(odds) ? left_ : looked_at_);
  }
  for (Index k = 0; k < n; ++k) {
    if (owner_[to_size(k)] < 0 || unusable(line.tag(k).quality)) continue;
    const double odds = told_[to_size(owner_[to_size(k)])];
    if (unknown_odds(odds)) continue;
    TraceTag& tag = line.tag(k);
    tag.score = static_cast<float>(std::max(0.0, static_cast<double>(tag.score) + options_.weight * odds));
    tag.evidence.probability = 1.0 / (1.0 + dsp::exp(-odds));
  }
}

Index EchoShape::findings(std::span<Note> out) const noexcept {
  if (out.size() < 2) return 0;
  out[0] = {"peaks", static_cast<double>(looked_at_), Unit::none, nullptr};
  out[1] = {"peaks_left", static_cast<double>(left_), Unit::none,
            left_ > 0
                ? "The form of these echoes told nothing: the model does not know this spacing or frequency, or the "
                  "echo could not be measured."
                : nullptr};
  return 2;
}

}  // namespace surefoot::detect
