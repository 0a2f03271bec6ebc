// SPDX-License-Identifier: MIT
#include <surefoot/detect/contrast.hpp>

#include <surefoot/dsp/math.hpp>
#include <surefoot/dsp/plane_wave.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace surefoot::detect {
namespace {

// The spread of ln E over real clutter, as in dsp::DepthNormalizer before it has seen anything.
constexpr double spread = 0.6;
constexpr double least = std::numeric_limits<double>::min();
constexpr Index most_traces = 1000000000;
constexpr Index most_beside = 1000;

// A length of time in samples, rounded; clamped before the conversion, which is then safe.
Index samples(double seconds, double step, Index most) noexcept {
  const double n = seconds / step + 0.5;
  return n < static_cast<double>(most) ? static_cast<Index>(std::max(n, 0.0)) : most;
}

// The first sample at or after a time; within a millionth of a sample counts.
Index sample_at(double time, const TraceAxis& axis, Index n) noexcept {
  const double at = (time - axis.start) / axis.step + (1.0 - 1e-6);
  if (!(at > 0.0)) return 0;
  return at < static_cast<double>(n) ? static_cast<Index>(at) : n;
}

// Whole traces on each side of one within half a footprint.
Index traces_beside(const ContrastOptions& o, const StreamSpec& in) noexcept {
  if (!(in.trace_spacing_m > 0.0)) return 0;
  const double n = 0.5 * o.footprint_m / in.trace_spacing_m * (1.0 + 1e-9);
  return static_cast<Index>(std::min(n, static_cast<double>(most_beside)));
}

}  // namespace

Problem validate(const ContrastOptions& options, const StreamSpec& in) noexcept {
  if (const Problem problem = check_ranges(options)) return problem;
  if (in.n_channels != 1)
    return {"window_s", "runs along one channel", static_cast<double>(in.n_channels), between(1.0, 1.0), Unit::none};
  const double last = in.axis.at(in.n_samples);
  if (!(options.start_s < last))
    return {"start_s",
            "must lie before the end of the trace",
            options.start_s,
            {.high = last, .high_open = true},
            Unit::second};
  if (sample_at(options.end_s, in.axis, in.n_samples) <= sample_at(options.start_s, in.axis, in.n_samples))
    return {"end_s", "leaves no sample after start_s and the beginning of the trace", options.end_s,
            above(std::max(options.start_s, in.axis.start)), Unit::second};
  return {};
}

Contrast::Contrast(const ContrastOptions& options, const StreamSpec& in, Arena& arena) noexcept
    : WindowStage(in, in, traces_beside(options, in), options.ahead_traces + traces_beside(options, in), arena),
      axis_(in.axis),
      beside_(traces_beside(options, in)),
      watch_(in, options.hover_limit_s, 0, arena),
      ahead_(options.ahead_traces),
      half_(samples(0.5 * options.window_s, in.axis.step, in.n_samples)),
      reach_(samples(options.window_s, in.axis.step, in.n_samples)),
      surface_(samples(options.surface_s, in.axis.step, in.n_samples)),
      pulse_(samples(2.0 * options.window_s, in.axis.step, in.n_samples)),
      from_(to_size(sample_at(options.start_s, in.axis, in.n_samples))),
      to_(to_size(sample_at(options.end_s, in.axis, in.n_samples))),
      rate_(options.rate),
      full_(1.0 / options.rate),
      jitter_(2.0 * options.roughness_m / dsp::speed_of_light_m_s / in.axis.step),
      polarity_z_(options.polarity_z),
      cos_(dsp::cos(options.polarity_rad)),
      sin_(dsp::sin(options.polarity_rad)),
      warm_up_(static_cast<double>(options.warm_up_traces)),
      background_(arena.take<double>(in.n_samples)),
      level_(arena.take<double>(in.n_samples)),
      prior_(arena.take<double>(in.n_samples)),
      taught_(arena.take<double>(in.n_samples)),
      fall_(arena.take<double>(in.n_samples)),
      residual_(arena.take<double>(in.n_samples)),
      contrast_(arena.take<double>(in.n_samples)),
      sums_(arena.take<double>(in.n_samples + 1)),
      taper_(arena.take<double>(2 * pulse_ + 1)),
      shape_(arena.take<double>(2 * pulse_ + 1)),
      slope_(arena.take<double>(2 * pulse_ + 1)),
      slices_(arena.take<double>(Evidence::capacity)),
      sum_(arena.take<double>(beside_ > 0 ? in.n_samples : 0)),
      mean_(arena.take<Sample>(beside_ > 0 ? in.n_samples : 0)) {
  if (!arena.ok()) return;
  const double strength = dsp::pow(10.0, 0.1 * options.clutter_db);
  for (std::size_t i = 0; i < fall_.size(); ++i) {
    const double t = static_cast<double>(i) * axis_.step / options.clutter_reference_s;
    fall_[i] = strength * dsp::pow(1.0 + t, -options.clutter_exponent);
  }
  const double width = static_cast<double>(pulse_ + 1);
  for (Index j = -pulse_; j <= pulse_; ++j)
    taper_[to_size(j + pulse_)] = 0.5 + 0.5 * dsp::cos(dsp::pi * static_cast<double>(j) / width);
  forget();
}

void Contrast::sum_squares(std::span<const double> x) noexcept {
  double sum = 0.0;
  sums_[0] = 0.0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    sum += x[i] * x[i];
    sums_[i + 1] = sum;
  }
}

// Of the squares that were summed, over window_s around sample i; shorter at the ends. Differences of sums of squares may
// come out a rounding below zero.
double Contrast::mean(std::size_t i) const noexcept {
  const auto half = to_size(half_);
  const std::size_t low = i > half ? i - half : 0;
  const std::size_t high = std::min(i + half + 1, background_.size());
  return std::max(0.0, sums_[high] - sums_[low]) / static_cast<double>(high - low);
}

// Its strongest wave, the clutter that any soil has under it, and the wave's shape.
void Contrast::measure_background() noexcept {
  const std::size_t n = background_.size();
  sum_squares(background_);
  strongest_ = 0;
  double energy = mean(0);
  for (std::size_t i = 1; i < n; ++i)
    if (const double e = mean(i); e > energy) {
      energy = e;
      strongest_ = i;
    }
  for (std::size_t i = 0; i < n; ++i) {
    const bool inner = i > 0 && i + 1 < n;
    residual_[i] = inner ? 0.5 * jitter_ * (background_[i + 1] - background_[i - 1]) : 0.0;
  }
  sum_squares(residual_);
  for (std::size_t i = 0; i < n; ++i) prior_[i] = energy * fall_[i > strongest_ ? i - strongest_ : 0] + mean(i);

  const auto centre = static_cast<Index>(strongest_);
  const auto inside = [n](Index i) noexcept { return i >= 0 && i < static_cast<Index>(n); };
  for (Index j = -pulse_; j <= pulse_; ++j) {
    const Index i = centre + j;
    const auto at = to_size(j + pulse_);
    shape_[at] = inside(i) ? taper_[at] * background_[to_size(i)] : 0.0;
  }
  double shape = 0.0;
  double slope = 0.0;
  for (Index j = -pulse_; j <= pulse_; ++j) {
    const auto at = to_size(j + pulse_);
    const bool inner = j > -pulse_ && j < pulse_ && inside(centre + j - 1) && inside(centre + j + 1);
    slope_[at] = inner ? shape_[at + 1] - shape_[at - 1] : 0.0;
    shape += shape_[at] * shape_[at];
    slope += slope_[at] * slope_[at];
  }
  for (double& v : shape_) v = shape > least ? v / std::sqrt(shape) : 0.0;
  for (double& v : slope_) v = slope > least ? v / std::sqrt(slope) : 0.0;
}

void Contrast::compare(ConstTraceRef trace) noexcept {
  const std::size_t n = background_.size();
  for (std::size_t i = 0; i < n; ++i) residual_[i] = static_cast<double>(trace[i]) - background_[i];
  sum_squares(residual_);
  for (std::size_t i = 0; i < n; ++i) contrast_[i] = mean(i) / std::max(level_[i] + prior_[i], least);
}

void Contrast::teach(ConstTraceRef trace, const TraceTag& tag) noexcept {
  const std::size_t n = background_.size();
  // What stands out hardly teaches anyway: no need to hold it back before it is told.
  const bool warming_up =
      static_cast<double>(traces_) < std::min(full_, static_cast<double>(dsp::GroundWatch::fewest_taught));
  if (watch_.arrive(trace, tag, false, warming_up) == Ground::same) return;
  if (traces_ == 0) {
    for (std::size_t i = 0; i < n; ++i) background_[i] = static_cast<double>(trace[i]);
    std::fill(taught_.begin(), taught_.end(), 1.0);
  } else {
    compare(trace);
    for (std::size_t i = 0; i < n; ++i) {
      const double q = contrast_[i];
      const double weight = 1.0 / (1.0 + q);
      const double gain = weight * std::max(rate_, 1.0 / (1.0 + taught_[i]));
      background_[i] += gain * residual_[i];
      level_[i] += gain * (mean(i) - level_[i]);
      taught_[i] = std::min(taught_[i] + weight, full_);
    }
  }
  if (traces_ < most_traces) ++traces_;
  measure_background();
}

// The echo at a sample, as parts of the strongest wave of the background and of its slope; both 0 if there is nothing.
Contrast::Wave Contrast::wave_at(std::size_t strongest) const noexcept {
  const Index n = static_cast<Index>(residual_.size());
  const auto centre = static_cast<Index>(strongest);
  double most = 0.0;
  Wave wave;
  for (Index m = std::max<Index>(0, centre - reach_); m <= std::min(n - 1, centre + reach_); ++m) {
    const Index low = std::max(-pulse_, -m);
    const Index high = std::min(pulse_, n - 1 - m);
    double in_phase = 0.0;
    double quadrature = 0.0;
    for (Index j = low; j <= high; ++j) {
      in_phase += shape_[to_size(j + pulse_)] * residual_[to_size(m + j)];
      quadrature += slope_[to_size(j + pulse_)] * residual_[to_size(m + j)];
    }
    const double energy = in_phase * in_phase + quadrature * quadrature;
    if (!(energy > most)) continue;
    most = energy;
    wave = {in_phase, quadrature};
  }
  return wave;
}

// The cosine of its phase against polarity_rad, from -1 to 1; 0 if there is nothing.
double Contrast::polarity(std::size_t strongest) const noexcept {
  const auto [in_phase, quadrature] = wave_at(strongest);
  const double energy = in_phase * in_phase + quadrature * quadrature;
  return energy > 0.0 ? (in_phase * cos_ + quadrature * sin_) / std::sqrt(energy) : 0.0;
}

void Contrast::tell_echo(Evidence& evidence) const noexcept {
  const std::size_t from = std::max(from_, strongest_ + to_size(surface_));
  if (from >= to_) return;
  std::size_t strongest = from;
  for (std::size_t i = from; i < to_; ++i)
    if (contrast_[i] > contrast_[strongest]) strongest = i;
  const auto [in_phase, quadrature] = wave_at(strongest);
  evidence.echo_z = std::max(0.0, dsp::log(std::max(contrast_[strongest], least)) / spread);
  if (in_phase != 0.0 || quadrature != 0.0) evidence.echo_phase_rad = dsp::atan2(quadrature, in_phase);
}

void Contrast::score(ConstTraceRef trace, TraceTag& tag) noexcept {
  compare(trace);
  const auto before = to_size(reach_);
  const std::size_t from = std::max(from_, strongest_ > before ? strongest_ - before : 0);
  std::size_t strongest = from;
  for (std::size_t i = from; i < to_; ++i)
    if (contrast_[i] > contrast_[strongest]) strongest = i;
  if (from >= to_ || !(contrast_[strongest] > 0.0)) return;

  const auto z = [](double q) noexcept { return std::max(0.0, dsp::log(std::max(q, least)) / spread); };
  const std::size_t length = (to_ - from + slices_.size() - 1) / slices_.size();
  std::size_t count = 0;
  for (std::size_t i = from; i < to_; i += length)
    slices_[count++] = z(*std::max_element(contrast_.begin() + static_cast<std::ptrdiff_t>(i),
                                           contrast_.begin() + static_cast<std::ptrdiff_t>(std::min(i + length, to_))));
  const double ratio = dsp::log(std::max(contrast_[strongest], least)) / spread;
  tag.score = static_cast<float>(std::max(0.0, ratio + polarity_z_ * polarity(strongest)));
  tag.score_time_s = axis_.at(static_cast<Index>(strongest));
  const double step = static_cast<double>(length) * axis_.step;
  set_profile(tag.evidence, std::span<const double>(slices_).first(count),
              axis_.at(static_cast<Index>(from)) + 0.5 * (step - axis_.step), step);
  tag.evidence.background_traces = taught_[strongest];
  tell_echo(tag.evidence);
}

ConstTraceRef Contrast::footprint(const TraceWindow& window, Index k) noexcept {
  if (beside_ == 0) return window.trace(k);
  std::fill(sum_.begin(), sum_.end(), 0.0);
  double n = 0.0;
  for (Index j = k - beside_; j <= k + beside_; ++j) {
    if (!window.usable(j)) continue;
    const ConstTraceRef trace = window.trace(j);
    for (std::size_t i = 0; i < sum_.size(); ++i) sum_[i] += static_cast<double>(trace[i]);
    n += 1.0;
  }
  for (std::size_t i = 0; i < sum_.size(); ++i) mean_[i] = static_cast<Sample>(sum_[i] / n);
  return mean_;
}

void Contrast::look(const TraceWindow& window, TraceRef out, TraceTag& tag) noexcept {
  for (Index k = primed_ ? ahead_ : 0; k <= ahead_; ++k)
    if (window.usable(k)) teach(footprint(window, k), window.tag(k));
  primed_ = true;
  tag.score = 0.0F;
  tag.score_time_s = unknown;
  tag.evidence = {};
  if (!window.usable(0)) {
    std::fill(out.begin(), out.end(), 0.0F);
    return;
  }
  const ConstTraceRef trace = window.trace(0);
  std::copy(trace.begin(), trace.end(), out.begin());
  if (static_cast<double>(traces_) < warm_up_) tag.quality |= Quality::warming_up;
  watch_.flag(tag);
  score(footprint(window, 0), tag);
}

void Contrast::forget() noexcept {
  std::fill(background_.begin(), background_.end(), 0.0);
  std::fill(level_.begin(), level_.end(), 0.0);
  std::fill(taught_.begin(), taught_.end(), 0.0);
  traces_ = 0;
  primed_ = false;
  watch_.clear();
  measure_background();
}

void Contrast::remember(StateArchive& archive) noexcept {
  archive(background_);
  archive(level_);
  archive(taught_);
  archive.index(traces_, most_traces + 1);
  archive(primed_);
  watch_.state(archive);
  if (archive.loading()) measure_background();
}

}  // namespace surefoot::detect
