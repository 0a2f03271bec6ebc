// SPDX-License-Identifier: MIT
#include <surefoot/gpr/time_resample.hpp>

#include <surefoot/dsp/math.hpp>
#include <surefoot/dsp/reduce.hpp>
#include <surefoot/dsp/tidy.hpp>
#include <surefoot/dsp/window.hpp>

#include <algorithm>
#include <cmath>

namespace surefoot::gpr {
namespace {

constexpr double zero_crossings = 16.0;
constexpr double beta = 8.0;
constexpr double pass_share = 0.84;
constexpr double farthest = 64.0;

double ratio_of(const TimeResampleOptions& options, const StreamSpec& in) noexcept {
  return options.sample_interval_s / in.axis.step;
}
double cutoff_of(double ratio) noexcept { return ratio > 1.0 ? pass_share / ratio : 1.0; }

Index half_of(double ratio) noexcept { return static_cast<Index>(std::ceil(zero_crossings / cutoff_of(ratio))); }

Index n_out_of(double ratio, Index n_in) noexcept {
  return static_cast<Index>(std::floor(static_cast<double>(n_in - 1) / ratio + 1e-6)) + 1;
}

// The smallest number of output samples that spans whole input samples; all of them if none does.
Index rows_of(double ratio, Index n_out) noexcept {
  for (Index rows = 1; rows < n_out; ++rows) {
    const double span = ratio * static_cast<double>(rows);
    // Over the whole trace the positions are then off by less than 1e-6 samples.
    if (std::abs(span - std::floor(span + 0.5)) * static_cast<double>(n_out) < 1e-6 * static_cast<double>(rows) &&
        span > 0.5)
      return rows;
  }
  return n_out;
}

// Taps that one pass over the outputs of a row adds.
constexpr Index group = 8;
// Where fewer outputs share their coefficients, dealing the trace out does not pay.
constexpr Index fewest_a_row = 16;

// Taps in each of row_shift streams, in whole groups; 0 where each output has coefficients of its own, or nearly so.
Index taps_a_stream(Index half, Index n_rows, Index row_shift, Index n_out) noexcept {
  if (n_out < fewest_a_row * n_rows) return 0;
  return ((2 * half + row_shift - 1) / row_shift + group - 1) / group * group;
}

StreamSpec output_of(const TimeResampleOptions& options, const StreamSpec& in) noexcept {
  StreamSpec out = in;
  out.axis.step = options.sample_interval_s;
  out.n_samples = n_out_of(ratio_of(options, in), in.n_samples);
  return out;
}

// Windowed sinc at t zero crossings from its centre.
double kernel(double t) noexcept {
  const double u = t / zero_crossings;
  if (u * u >= 1.0) return 0.0;
  const double sinc = t == 0.0 ? 1.0 : dsp::sin(dsp::pi * t) / (dsp::pi * t);
  return sinc * dsp::bessel_i0(beta * std::sqrt(1.0 - u * u)) / dsp::bessel_i0(beta);
}

}  // namespace

Problem validate(const TimeResampleOptions& options, const StreamSpec& in) noexcept {
  if (const Problem problem = check_ranges(options)) return problem;
  if (in.axis.kind != AxisKind::two_way_time)
    return {"sample_interval_s", "needs an axis of two-way time", options.sample_interval_s, finite(), Unit::second};
  const Range allowed = between(in.axis.step / farthest, in.axis.step * farthest);
  if (!allowed.contains(options.sample_interval_s))
    return {"sample_interval_s", "is too far from the interval of the input", options.sample_interval_s, allowed,
            Unit::second};
  // As many samples as a trace may have at the entrance of a pipeline.
  constexpr double most = 1048576.0;
  const double span = in.axis.step * static_cast<double>(in.n_samples);
  if (span / options.sample_interval_s > most)
    return {"sample_interval_s", "makes traces of more than 1048576 samples", options.sample_interval_s,
            between(span / most, allowed.high), Unit::second};
  return {};
}

TimeResample::TimeResample(const TimeResampleOptions& options, const StreamSpec& in, Arena& arena) noexcept
    : TraceMap(in, output_of(options, in), arena),
      n_in_(in.n_samples),
      ratio_(ratio_of(options, in)),
      half_(half_of(ratio_)),
      n_rows_(rows_of(ratio_, output().n_samples)),
      row_shift_(static_cast<Index>(std::floor(ratio_ * static_cast<double>(n_rows_) + 0.5))),
      taps_a_stream_(taps_a_stream(half_, n_rows_, row_shift_, output().n_samples)),
      stream_length_(taps_a_stream_ > 0 ? (in.n_samples + 2 * half_) / row_shift_ + 2 + group : 0),
      first_(arena.take<Index>(n_rows_)),
      table_(arena.take<float>(n_rows_ * (taps_a_stream_ > 0 ? row_shift_ * taps_a_stream_ : 2 * half_))),
      padded_(arena.take<Sample>(in.n_samples + 2 * half_)),
      streams_(arena.take<Sample>(stream_length_ * row_shift_)),
      sums_(arena.take<float>(taps_a_stream_ > 0 ? output().n_samples / n_rows_ + 1 : 0)) {
  if (!arena.ok()) return;
  const double cutoff = cutoff_of(ratio_);
  for (Index r = 0; r < n_rows_; ++r) {
    double position = ratio_ * static_cast<double>(r);
    // A position that rounding moved off a sample belongs on it.
    const double nearest = std::floor(position + 0.5);
    if (std::abs(position - nearest) < 1e-9 * (1.0 + nearest)) position = nearest;
    const auto base = static_cast<Index>(std::floor(position));
    const double phase = position - static_cast<double>(base);
    // Taps base - half + 1 ... base + half; in the padded trace sample j stands at j + half.
    first_[to_size(r)] = base + 1;
    double sum = 0.0;
    for (Index j = 0; j < 2 * half_; ++j) sum += kernel(cutoff * (phase - static_cast<double>(j - half_ + 1)));
    for (Index j = 0; j < 2 * half_; ++j) {
      // By rows, the taps of one stream follow each other.
      const Index at =
          taps_a_stream_ > 0 ? (r * row_shift_ + j % row_shift_) * taps_a_stream_ + j / row_shift_ : r * 2 * half_ + j;
      table_[to_size(at)] = static_cast<float>(kernel(cutoff * (phase - static_cast<double>(j - half_ + 1))) / sum);
    }
  }
}

void TimeResample::map(ConstTraceRef in, TraceRef out) noexcept {
  const auto margin = to_size(half_);
  std::fill_n(padded_.begin(), margin, in.front());
  const auto end = std::copy(in.begin(), in.end(), padded_.begin() + half_);
  std::fill(end, padded_.end(), in.back());
  if (taps_a_stream_ > 0) by_rows(out);
  else by_samples(out);
  dsp::tidy(out);
}

// All outputs of one row of coefficients side by side. Their first taps lie row_shift_ samples apart, so the trace is dealt out
// to row_shift_ streams: in each of them the samples for one tap are neighbours.
void TimeResample::by_rows(TraceRef out) noexcept {
  const auto n_streams = to_size(row_shift_);
  const auto length = to_size(stream_length_);
  for (std::size_t s = 0; s < n_streams; ++s) {
    Sample* to = streams_.data() + s * length;
    for (std::size_t i = s; i < padded_.size(); i += n_streams) *to++ = padded_[i];
  }
  for (Index row = 0; row < n_rows_; ++row) {
    const auto n = to_size((out.n() - row + n_rows_ - 1) / n_rows_);
    float* const sum = sums_.data();
    std::fill_n(sum, n, 0.0F);
    for (Index q = 0; q < row_shift_; ++q) {
      const Index first = first_[to_size(row)] + q;
      const float* h = table_.data() + (row * row_shift_ + q) * taps_a_stream_;
      const float* x = streams_.data() + first % row_shift_ * stream_length_ + first / row_shift_;
      for (Index m = 0; m < taps_a_stream_; m += group, h += group, x += group)
        for (std::size_t k = 0; k < n; ++k)
          sum[k] += ((h[0] * x[k] + h[1] * x[k + 1]) + (h[2] * x[k + 2] + h[3] * x[k + 3])) +
                    ((h[4] * x[k + 4] + h[5] * x[k + 5]) + (h[6] * x[k + 6] + h[7] * x[k + 7]));
    }
    for (std::size_t k = 0; k < n; ++k) out[to_size(row) + k * to_size(n_rows_)] = sum[k];
  }
}

// Each output has coefficients of its own, or nearly so.
void TimeResample::by_samples(TraceRef out) noexcept {
  const auto taps = to_size(2 * half_);
  Index row = 0;
  Index shift = 0;
  for (Sample& y : out) {
    const Index at = std::min(first_[to_size(row)] + shift, n_in_);
    y = dsp::dot(std::span<const Sample>(padded_).subspan(to_size(at), taps),
                 std::span<const float>(table_).subspan(to_size(row) * taps, taps));
    if (++row == n_rows_) {
      row = 0;
      shift += row_shift_;
    }
  }
}

}  // namespace surefoot::gpr
