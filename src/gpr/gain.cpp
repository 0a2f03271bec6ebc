// SPDX-License-Identifier: MIT
#include <surefoot/gpr/gain.hpp>

#include <surefoot/dsp/math.hpp>
#include <surefoot/dsp/tidy.hpp>

#include <algorithm>
#include <cmath>

namespace surefoot::gpr {
namespace {

// A window longer than twice the trace is the trace: the bound keeps the conversion to a count safe.
Index half_window(const GainOptions& options, const StreamSpec& in) noexcept {
  return static_cast<Index>(std::min(options.window_s / in.axis.step / 2.0 + 1e-9, static_cast<double>(in.n_samples)));
}

// Samples of agc's buffers: the trace with half a window on both sides, in whole blocks of one window.
Index padded(const GainOptions& options, const StreamSpec& in) noexcept {
  if (options.method != GainMethod::agc) return 0;
  const Index h = half_window(options, in);
  const Index window = 2 * h + 1;
  return (in.n_samples + 2 * h + window - 1) / window * window;
}

double gain_at(const GainOptions& options, double t) noexcept {
  const double after = t > 0.0 ? t : 0.0;
  const double g = options.method == GainMethod::power ? dsp::pow(after / options.reference_s, options.exponent)
                                                       : dsp::exp(options.rate_per_s * after);
  return std::min(g, dsp::pow(10.0, options.max_gain_db / 20.0));
}

}  // namespace

Problem validate(const GainOptions& options, const StreamSpec& in) noexcept {
  if (const Problem problem = check_ranges(options)) return problem;
  if (in.axis.kind != AxisKind::two_way_time || !(in.axis.step > 0.0)) {
    return {"method", "needs an axis of two-way time", static_cast<double>(options.method), finite(), Unit::none};
  }
  const double two_samples = 2.0 * in.axis.step;
  if (options.method == GainMethod::agc && !(options.window_s >= two_samples))
    return {"window_s", "must span at least two samples", options.window_s, at_least(two_samples), Unit::second};
  return {};
}

Gain::Gain(const GainOptions& options, const StreamSpec& in, Arena& arena) noexcept
    : TraceMap(in, in, arena),
      method_(options.method),
      floor_(dsp::pow(10.0, -options.max_gain_db / 10.0)),
      half_window_(to_size(half_window(options, in))),
      factor_(arena.take<double>(in.n_samples)),
      square_(arena.take<double>(padded(options, in))),
      from_start_(arena.take<double>(padded(options, in))),
      to_end_(arena.take<double>(padded(options, in))) {
  if (!arena.ok()) return;
  const Index h = static_cast<Index>(half_window_);
  for (Index i = 0; i < in.n_samples; ++i) {
    const Index count = std::min(in.n_samples, i + h + 1) - std::max<Index>(0, i - h);
    factor_[to_size(i)] =
        method_ == GainMethod::agc ? 1.0 / static_cast<double>(count) : gain_at(options, in.axis.at(i));
  }
}

void Gain::map(ConstTraceRef in, TraceRef out) noexcept {
  if (method_ == GainMethod::agc) level(in, out);
  else {
    const Sample* x = in.data();
    const double* g = factor_.data();
    Sample* y = out.data();
    for (std::size_t i = 0; i < in.size(); ++i) y[i] = static_cast<Sample>(static_cast<double>(x[i]) * g[i]);
  }
  dsp::tidy(out);
}

// Sums over a moving window without subtraction (van Herk): a window is the end of one block and the start of the next,
// so a quiet window beside a loud echo keeps all its digits, and the blocks' additions run side by side.
void Gain::level(ConstTraceRef in, TraceRef out) noexcept {
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
  const double mean_square = total / static_cast<double>(n);
  if (!(mean_square > 0.0)) {
    std::fill(out.begin(), out.end(), 0.0F);
    return;
  }
  // Relative to the trace's level everything is near 1 and the root can be taken in float32.
  const double scale = 1.0 / mean_square;
  const double inverse_rms = 1.0 / std::sqrt(mean_square);
  const double least = floor_;
  const double* per_sample = factor_.data();
  Sample* y = out.data();
  for (std::size_t i = 0; i < n; ++i) {
    const double relative = (to_end[i] + from_start[i + 2 * h]) * per_sample[i] * scale;
    const auto level = static_cast<Sample>(relative + least);
    y[i] = static_cast<Sample>(static_cast<double>(x[i]) * inverse_rms) / std::sqrt(level);
  }
}

}  // namespace surefoot::gpr
