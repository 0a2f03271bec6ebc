// SPDX-License-Identifier: MIT
#include <surefoot/gpr/velocity_scan.hpp>

#include <surefoot/dsp/parallel.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

namespace surefoot::gpr {
namespace {

double velocity_of(const VelocityScanOptions& o, Index k) noexcept {
  const double share = static_cast<double>(k) / static_cast<double>(o.n_velocities - 1);
  return o.min_velocity_m_per_s + share * (o.max_velocity_m_per_s - o.min_velocity_m_per_s);
}

StreamSpec output_of(const VelocityScanOptions& o, const StreamSpec& in) noexcept {
  StreamSpec out = in;
  out.trace_interval_s = 0.0;
  out.trace_spacing_m = 0.0;
  out.max_traces = o.n_velocities + 1;  // one more for the flags of what could not be used
  return out;
}

}  // namespace

Problem validate(const VelocityScanOptions& options, const StreamSpec& in) noexcept {
  if (const Problem problem = check_ranges(options)) return problem;
  if (in.axis.kind != AxisKind::two_way_time || !(in.axis.step > 0.0))
    return {"window_s", "needs an axis of two-way time", options.window_s, finite(), Unit::second};
  if (!(options.min_velocity_m_per_s < options.max_velocity_m_per_s)) {
    return {"min_velocity_m_per_s", "must be below max_velocity_m_per_s", options.min_velocity_m_per_s,
            Range{.low = 0.0, .high = options.max_velocity_m_per_s, .low_open = true, .high_open = true},
            Unit::metre_per_second};
  }
  const double length = static_cast<double>(in.n_samples) * in.axis.step;
  if (options.window_s > length)
    return {"window_s", "must not be longer than the trace", options.window_s, between(0.0, length), Unit::second};
  return {};
}

VelocityScan::VelocityScan(const VelocityScanOptions& options, const StreamSpec& in, Arena& arena) noexcept
    : WholeLineTo(in, output_of(options, in), arena),
      options_(options),
      axis_(in.axis),
      n_samples_(in.n_samples),
      half_gate_(static_cast<Index>(options.window_s / in.axis.step / 2.0 + 1e-9)),
      workers_(dsp::threads()),
      offset_m_(arena.take<double>(in.max_traces)),
      sum_(arena.take<double>(in.n_samples * workers_)),
      energy_(arena.take<double>(in.n_samples * workers_)),
      count_(arena.take<double>(in.n_samples * workers_)) {}

void VelocityScan::process(ColumnRing& line, ColumnRing& made) noexcept {
  Quality used = Quality::good;
  Quality left_out = Quality::good;
  n_used_ = 0;
  for (Index i = 0; i < line.size(); ++i) {
    const TraceTag& tag = line.tag(i);
    const double offset =
        unusable(tag.quality) ? std::numeric_limits<double>::quiet_NaN() : std::abs(offset_of(tag, options_.gather));
    offset_m_[to_size(i)] = offset;
    if (std::isfinite(offset)) {
      ++n_used_;
      used |= tag.quality;
    } else {
      left_out |= tag.quality | (unusable(tag.quality) ? Quality::good : Quality::dropped);
    }
  }
  for (Index k = 0; k < options_.n_velocities; ++k) made.push(TraceTag{.index = k, .quality = used});
  dsp::parallel_for(options_.n_velocities, workers_, [&](Index begin, Index end, Index worker) noexcept {
    for (Index k = begin; k < end; ++k) scan(line, velocity_of(options_, k), worker, made.column(k));
  });
  best_semblance_ = 0.0;
  best_velocity_ = unknown;
  best_time_s_ = unknown;
  for (Index k = 0; k < options_.n_velocities; ++k) {
    const TraceRef column = made.column(k);
    for (Index n = 0; n < n_samples_; ++n) {
      const auto s = static_cast<double>(column[to_size(n)]);
      if (s <= best_semblance_) continue;
      best_semblance_ = s;
      best_velocity_ = velocity_of(options_, k);
      best_time_s_ = axis_.at(n);
    }
  }
  if (left_out != Quality::good) {
    const TraceRef column = made.push(TraceTag{.index = options_.n_velocities, .quality = left_out});
    std::fill(column.begin(), column.end(), 0.0F);
  }
}

// The first sample from t0 = 0 on whose stretch sqrt(1 + (late / t0)^2) - 1 is small enough.
std::size_t VelocityScan::first_sample(double late) const noexcept {
  const double stretched = 1.0 + options_.max_stretch;
  const double t0 = late / std::sqrt(stretched * stretched - 1.0);
  constexpr double rounding = 1e-9;
  const double position = (std::max(0.0, t0) - axis_.start) / axis_.step - rounding;
  return to_size(static_cast<Index>(std::ceil(std::clamp(position, 0.0, static_cast<double>(n_samples_)))));
}

void VelocityScan::scan(const ColumnRing& line, double velocity, Index worker, TraceRef out) noexcept {
  const std::size_t n = to_size(n_samples_);
  const std::span<double> sum = sum_.subspan(to_size(worker) * n, n);
  const std::span<double> energy = energy_.subspan(to_size(worker) * n, n);
  const std::span<double> count = count_.subspan(to_size(worker) * n, n);
  std::fill(sum.begin(), sum.end(), 0.0);
  std::fill(energy.begin(), energy.end(), 0.0);
  std::fill(count.begin(), count.end(), 0.0);
  const double last = static_cast<double>(n_samples_ - 1);
  for (Index i = 0; i < line.size(); ++i) {
    if (!std::isfinite(offset_m_[to_size(i)])) continue;
    const double late = offset_m_[to_size(i)] / velocity;
    const ConstTraceRef x = line.column(i);
    // The stretch falls and the time rises with t0: what counts is one run of samples.
    for (std::size_t k = first_sample(late); k < n; ++k) {
      const double t0 = axis_.at(static_cast<Index>(k));
      const double position = (std::sqrt(t0 * t0 + late * late) - axis_.start) / axis_.step;
      if (position > last) break;
      const auto at = static_cast<std::size_t>(position);
      const double share = position - static_cast<double>(at);
      const auto low = static_cast<double>(x[at]);
      const auto high = static_cast<double>(x[std::min(at + 1, n - 1)]);
      const double y = low + share * (high - low);
      sum[k] += y;
      energy[k] += y * y;
      count[k] += 1.0;
    }
  }
  const auto fewest = static_cast<double>(options_.min_traces);
  for (std::size_t k = 0; k < n; ++k) {
    const bool counts = count[k] >= fewest;
    energy[k] = counts ? count[k] * energy[k] : 0.0;
    sum[k] = counts ? sum[k] * sum[k] : 0.0;
  }
  // Summed anew at each sample: running sums would leave the rest of a strong early wave in a quiet gate.
  for (Index k = 0; k < n_samples_; ++k) {
    double numerator = 0.0;
    double denominator = 0.0;
    const Index end = std::min(n_samples_ - 1, k + half_gate_);
    for (Index j = std::max<Index>(0, k - half_gate_); j <= end; ++j) {
      numerator += sum[to_size(j)];
      denominator += energy[to_size(j)];
    }
    const bool counts = denominator > 0.0 && count[to_size(k)] >= fewest;
    out[to_size(k)] = counts ? static_cast<Sample>(std::min(1.0, numerator / denominator)) : 0.0F;
  }
}

Index VelocityScan::findings(std::span<Note> out) const noexcept {
  if (out.size() < 4) return 0;
  out[0] = {"traces", static_cast<double>(n_used_), Unit::traces,
            n_used_ < options_.min_traces ? "Fewer traces with a known offset than min_traces: the panel is empty."
                                          : nullptr};
  if (!(best_semblance_ > 0.0)) return 1;
  out[1] = {"best_velocity", best_velocity_, Unit::metre_per_second, nullptr};
  out[2] = {"best_time", best_time_s_, Unit::second, nullptr};
  out[3] = {"best_semblance", best_semblance_, Unit::none, nullptr};
  return 4;
}

}  // namespace surefoot::gpr
