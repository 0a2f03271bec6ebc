// SPDX-License-Identifier: MIT
#include <surefoot/gpr/gain.hpp>

#include "along_time.hpp"

#include <surefoot/dsp/elementwise.hpp>
#include <surefoot/dsp/math.hpp>
#include <surefoot/dsp/tidy.hpp>

#include <algorithm>
#include <cmath>

namespace surefoot::gpr {
namespace {

bool has_window(const GainOptions& options) noexcept {
  return options.method == GainMethod::agc || options.method == GainMethod::envelope;
}

// Samples of the window's buffers: the trace with half a window on both sides, in whole blocks of one window.
Index padded(const GainOptions& options, const StreamSpec& in) noexcept {
  if (!has_window(options)) return 0;
  const Index h = half_window(options.window_s, in);
  const Index window = 2 * h + 1;
  return (in.n_samples + 2 * h + window - 1) / window * window;
}

double gain_at(const GainOptions& options, double largest, double t) noexcept {
  const double after = t > 0.0 ? t : 0.0;
  double g = 1.0;
  if (options.method != GainMethod::exponential) g = dsp::pow(after / options.reference_s, options.exponent);
  if (g == 0.0) return 0.0;  // also where the exponential beside it would be infinite
  if (options.method != GainMethod::power) {
    const double attenuation = options.method == GainMethod::spherical
                                   ? options.attenuation_db_per_m * options.velocity_m_per_s * (dsp::log(10.0) / 20.0)
                                   : 0.0;
    g *= dsp::exp((options.rate_per_s + attenuation) * after);
  }
  return std::min(g, largest);
}

// The recorder's gain at sample i of n: a polygon in dB through the break points.
double range_gain_at(const GainOptions& options, Index i, Index n) noexcept {
  const std::span<const double> points = options.points_db.view();
  const std::size_t intervals = points.size() - 1;
  const double place =
      n > 1 ? static_cast<double>(i) * static_cast<double>(intervals) / static_cast<double>(n - 1) : 0.0;
  const std::size_t k = std::min(static_cast<std::size_t>(place), intervals - 1);
  const double db = points[k] + (points[k + 1] - points[k]) * (place - static_cast<double>(k));
  return dsp::pow(10.0, (options.sense == RangeGainSense::remove ? -db : db) / 20.0);
}

}  // namespace

Problem validate(const GainOptions& options, const StreamSpec& in) noexcept {
  if (const Problem problem = check_ranges(options)) return problem;
  if (in.axis.kind != AxisKind::two_way_time || !(in.axis.step > 0.0)) {
    return {"method", "needs an axis of two-way time", static_cast<double>(options.method), finite(), Unit::none};
  }
  if (has_window(options)) return check_window(options.window_s, in);
  if (options.method == GainMethod::range_gain && options.points_db.count < 2) {
    return {"points_db", "break points are too few", static_cast<double>(options.points_db.count),
            between(2.0, static_cast<double>(NumberList::capacity)), Unit::none};
  }
  return {};
}

Gain::Gain(const GainOptions& options, const StreamSpec& in, Arena& arena) noexcept
    : CausalStage(in, in, arena),
      method_(options.method),
      floor_(dsp::pow(10.0, -options.max_gain_db / 10.0)),
      share_(options.share),
      start_up_(static_cast<Index>(std::min(1e9, std::ceil(1.0 / options.share)))),
      half_window_(to_size(half_window(options.window_s, in))),
      curve_(arena.take<Sample>(has_window(options) ? 0 : in.n_samples)),
      share_of_window_(arena.take<double>(has_window(options) ? in.n_samples : 0)),
      square_(arena.take<double>(padded(options, in))),
      from_start_(arena.take<double>(padded(options, in))),
      to_end_(arena.take<double>(padded(options, in))),
      energy_(arena.take<double>(method_ == GainMethod::envelope ? in.n_samples : 0)) {
  if (!arena.ok()) return;
  const double largest = dsp::pow(10.0, options.max_gain_db / 20.0);
  for (Index i = 0; i < static_cast<Index>(curve_.size()); ++i) {
    curve_[to_size(i)] =
        static_cast<Sample>(method_ == GainMethod::range_gain ? range_gain_at(options, i, in.n_samples)
                                                              : gain_at(options, largest, in.axis.at(i)));
  }
  const Index h = static_cast<Index>(half_window_);
  for (Index i = 0; i < static_cast<Index>(share_of_window_.size()); ++i) {
    const Index count = std::min(in.n_samples, i + h + 1) - std::max<Index>(0, i - h);
    share_of_window_[to_size(i)] = 1.0 / static_cast<double>(count);
  }
}

void Gain::step(ConstTraceRef in, TraceRef out, TraceTag& tag) noexcept {
  if (!curve_.empty()) return dsp::multiply(in, curve_, out);
  if (method_ == GainMethod::agc) level(in, out);
  else follow(in, out, tag);
  dsp::tidy(out);
}

void Gain::forget() noexcept {
  seen_ = 0;
  std::fill(energy_.begin(), energy_.end(), 0.0);
}

void Gain::remember(StateArchive& archive) noexcept {
  if (method_ != GainMethod::envelope) return;
  archive.index(seen_, start_up_ + 1);
  archive(energy_);
}

// Sums over a moving window without subtraction (van Herk): a window is the end of one block and the start of the next,
// so a quiet window beside a loud echo keeps all its digits, and the blocks' additions run side by side. Gives the sum of
// all squares.
double Gain::sum_in_windows(ConstTraceRef in) noexcept {
  const std::size_t n = in.size();
  const std::size_t h = half_window_;
  const std::size_t window = 2 * h + 1;
  const Sample* x = in.data();
  double* square = square_.data();
  double* from_start = from_start_.data();
  double* to_end = to_end_.data();
  for (std::size_t i = 0; i < n; ++i) square[h + i] = static_cast<double>(x[i]) * static_cast<double>(x[i]);

  double total = 0.0;
  for (std::size_t start = 0; start < square_.size(); start += window) {
    double forward = 0.0;
    double backward = 0.0;
    for (std::size_t i = 0; i < window; ++i) {
      forward += square[start + i];
      from_start[start + i] = forward;
      const std::size_t j = start + window - 1 - i;
      backward += square[j];
      to_end[j] = backward;
    }
    to_end[start] = 0.0;  // a window that is a block counts once
    total += forward;
  }
  return total;
}

void Gain::level(ConstTraceRef in, TraceRef out) noexcept {
  const std::size_t n = in.size();
  const double mean_square = sum_in_windows(in) / static_cast<double>(n);
  if (!(mean_square > 0.0)) {
    std::fill(out.begin(), out.end(), 0.0F);
    return;
  }
  // Relative to the trace's level everything is near 1 and the root can be taken in float32.
  const double scale = 1.0 / mean_square;
  const double inverse_rms = 1.0 / std::sqrt(mean_square);
  const double least = floor_;
  const std::size_t h = half_window_;
  const double* to_end = to_end_.data();
  const double* from_start = from_start_.data();
  const double* per_sample = share_of_window_.data();
  const Sample* x = in.data();
  Sample* y = out.data();
  for (std::size_t i = 0; i < n; ++i) {
    const double relative = (to_end[i] + from_start[i + 2 * h]) * per_sample[i] * scale;
    const auto level = static_cast<Sample>(relative + least);
    y[i] = static_cast<Sample>(static_cast<double>(x[i]) * inverse_rms) / std::sqrt(level);
  }
}

void Gain::follow(ConstTraceRef in, TraceRef out, TraceTag& tag) noexcept {
  constexpr double silence = 1e-200;  // an energy below it is none: the mean never ends in subnormal numbers
  const std::size_t n = in.size();
  if (seen_ < start_up_) ++seen_;
  if (seen_ < start_up_) tag.quality |= Quality::warming_up;
  const double weight = std::max(share_, 1.0 / static_cast<double>(seen_));
  sum_in_windows(in);
  const std::size_t h = half_window_;
  const double* to_end = to_end_.data();
  const double* from_start = from_start_.data();
  const double* per_sample = share_of_window_.data();
  double* energy = energy_.data();
  double* decay = square_.data() + h;  // the squares are not needed any more
  for (std::size_t i = 0; i < n; ++i) {
    const double mean = (to_end[i] + from_start[i + 2 * h]) * per_sample[i];
    const double next = energy[i] + weight * (mean - energy[i]);
    energy[i] = next < silence ? 0.0 : next;
  }
  double highest = 0.0;
  for (std::size_t i = n; i-- > 0;) {
    highest = std::max(highest, energy[i]);
    decay[i] = highest;
  }
  if (!(highest > 0.0)) {
    std::copy(in.begin(), in.end(), out.begin());
    return;
  }
  const double scale = 1.0 / highest;
  const double least = floor_;
  const Sample* x = in.data();
  Sample* y = out.data();
  for (std::size_t i = 0; i < n; ++i) y[i] = x[i] / std::sqrt(static_cast<Sample>(std::max(decay[i] * scale, least)));
}

}  // namespace surefoot::gpr
