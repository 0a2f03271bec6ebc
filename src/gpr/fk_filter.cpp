// SPDX-License-Identifier: MIT
#include <surefoot/gpr/fk_filter.hpp>

#include "spacing_error.hpp"

#include <surefoot/dsp/fft_size.hpp>
#include <surefoot/dsp/math.hpp>
#include <surefoot/dsp/tidy.hpp>

#include <algorithm>
#include <limits>
#include <utility>

namespace surefoot::gpr {
namespace {

constexpr Index traces_at_once = 16;  // whose spectra are turned: runs of two cache lines

Index continued(Index n) noexcept { return dsp::fft_size(n + std::max<Index>(n / 2, 16)); }

// Half a cosine from 1 at x = 0 to 0 at x = 1.
double fall(double x) noexcept { return 0.5 * (1.0 + dsp::cos(dsp::pi * x)); }

}  // namespace

Problem validate(const FkFilterOptions& options, const StreamSpec& in) noexcept {
  if (const Problem problem = check_ranges(options)) return problem;
  const bool fan = options.domain == FkDomain::velocity;
  const char* const low_name = fan ? "min_velocity_m_per_s" : "min_wavenumber_per_m";
  const char* const high_name = fan ? "max_velocity_m_per_s" : "max_wavenumber_per_m";
  const Unit unit = fan ? Unit::metre_per_second : Unit::per_metre;
  const double low = fan ? options.min_velocity_m_per_s : options.min_wavenumber_per_m;
  const double high = fan ? options.max_velocity_m_per_s : options.max_wavenumber_per_m;
  if (!(in.trace_spacing_m > 0.0))
    return {low_name, "from trace to trace: needs a known, equal spacing; resample the line first", in.trace_spacing_m,
            above(0.0), Unit::metre};
  if (fan && (in.axis.kind != AxisKind::two_way_time || !(in.axis.step > 0.0)))
    return {low_name, "needs an axis of two-way time", low, at_least(0.0), unit};
  if (low == 0.0 && high == 0.0)
    return {low_name, "and the upper bound must not both be 0: that is no band", low, above(0.0), unit};
  const double most = fan ? std::numeric_limits<double>::infinity() : 0.5 / in.trace_spacing_m;
  if (low >= most)
    return {low_name,
            "must be below half a cycle a trace spacing",
            low,
            {.low = 0.0, .high = most, .high_open = true},
            unit};
  if (high >= most)
    return {high_name,
            "must be below half a cycle a trace spacing",
            high,
            {.low = 0.0, .high = most, .high_open = true},
            unit};
  if (high > 0.0 && high <= low) return {high_name, "must be above the lower bound, or 0", high, above(low), unit};
  return {};
}

FkFilter::FkFilter(const FkFilterOptions& options, const StreamSpec& in, Arena& arena) noexcept
    : WholeLine(in, arena),
      options_(options),
      trace_spacing_m_(in.trace_spacing_m),
      n_samples_(in.n_samples),
      n_time_(continued(in.n_samples)),
      n_across_(continued(in.max_traces)),
      frequency_step_hz_(1.0 / (static_cast<double>(n_time_) * in.axis.step)),
      wavenumber_step_per_m_(1.0 / (static_cast<double>(n_across_) * in.trace_spacing_m)),
      along_(n_time_),
      across_(n_across_),
      spectrum_(arena.take<std::complex<float>>((n_time_ / 2 + 1) * n_across_)),
      columns_(arena.take<std::complex<float>>((n_time_ / 2 + 1) * traces_at_once)),
      trace_(arena.take<float>(n_time_)),
      fade_(arena.take<float>(n_time_ - in.n_samples)),
      weights_(arena.take<float>(n_across_)) {
  if (!along_.ok() || !across_.ok()) arena.fail();
  for (std::size_t i = 0; i < fade_.size(); ++i)
    fade_[i] = static_cast<float>(fall(static_cast<double>(i + 1) / static_cast<double>(fade_.size() + 1)));
}

void FkFilter::process(ColumnRing& line) noexcept {
  spacing_error_ = spacing_error(line, trace_spacing_m_);
  if (!along_.ok() || !across_.ok()) {
    // No memory for the transforms: nothing must pass as if it had been filtered.
    for (Index k = 0; k < line.size(); ++k) line.tag(k).quality |= Quality::dropped;
    return;
  }
  if (!bridge(line)) return;
  to_spectrum(line);
  for (Index f = 0; f < along_.n_frequencies(); ++f) {
    const auto row = spectrum_.subspan(to_size(f * n_across_), to_size(n_across_));
    if (f == 0 || options_.domain == FkDomain::velocity) weigh(f);
    // Where the whole frequency stays as it is, the transforms would only add their rounding.
    if (std::all_of(weights_.begin(), weights_.end(), [](float w) noexcept { return w == 1.0F; })) continue;
    across_.forward(row);
    for (std::size_t k = 0; k < row.size(); ++k) row[k] *= weights_[k];
    across_.inverse(row);
  }
  from_spectrum(line);
}

Index FkFilter::findings(std::span<Note> out) const noexcept {
  if (out.empty()) return 0;
  out[0] = note_of_spacing(spacing_error_);
  return 1;
}

// Put straight lines from neighbour to neighbour where there is no usable trace; false if there is none at all.
bool FkFilter::bridge(ColumnRing& line) noexcept {
  Index before = -1;
  for (Index k = 0; k <= line.size(); ++k) {
    if (k < line.size() && unusable(line.tag(k).quality)) continue;
    const Index left = before < 0 ? k : before;
    const Index right = k < line.size() ? k : before;
    if (right < 0) return false;
    for (Index gap = before + 1; gap < k; ++gap) {
      const float share = left == right ? 0.0F : static_cast<float>(gap - left) / static_cast<float>(right - left);
      const ConstTraceRef a = std::as_const(line).column(left == line.size() ? right : left);
      const ConstTraceRef b = std::as_const(line).column(right);
      const TraceRef to = line.column(gap);
      for (std::size_t i = 0; i < to.size(); ++i) to[i] = a[i] + share * (b[i] - a[i]);
    }
    before = k;
  }
  return true;
}

void FkFilter::to_spectrum(const ColumnRing& line) noexcept {
  const Index n_frequencies = along_.n_frequencies();
  const Index last = line.size() - 1;
  for (Index first = 0; first < n_across_; first += traces_at_once) {
    const Index n = std::min(traces_at_once, n_across_ - first);
    for (Index c = 0; c < n; ++c) {
      const Index k = first + c;
      const ConstTraceRef a = line.column(std::min(k, last));
      const ConstTraceRef b = line.column(0);
      const auto share = static_cast<float>(
          k <= last ? 1.0 : fall(static_cast<double>(k - last) / static_cast<double>(n_across_ - last)));
      for (std::size_t i = 0; i < to_size(n_samples_); ++i)
        trace_[i] = k <= last ? a[i] : share * a[i] + (1.0F - share) * b[i];
      const float begin = trace_[0];
      const float end = trace_[to_size(n_samples_ - 1)];
      for (std::size_t i = 0; i < fade_.size(); ++i) trace_[to_size(n_samples_) + i] = begin + fade_[i] * (end - begin);
      along_.forward(std::span<const float>(trace_),
                     columns_.subspan(to_size(c * n_frequencies), to_size(n_frequencies)));
    }
    for (Index f = 0; f < n_frequencies; ++f)
      for (Index c = 0; c < n; ++c)
        spectrum_[to_size(f * n_across_ + first + c)] = columns_[to_size(c * n_frequencies + f)];
  }
}

void FkFilter::from_spectrum(ColumnRing& line) noexcept {
  const Index n_frequencies = along_.n_frequencies();
  for (Index first = 0; first < line.size(); first += traces_at_once) {
    const Index n = std::min(traces_at_once, line.size() - first);
    for (Index f = 0; f < n_frequencies; ++f)
      for (Index c = 0; c < n; ++c)
        columns_[to_size(c * n_frequencies + f)] = spectrum_[to_size(f * n_across_ + first + c)];
    for (Index c = 0; c < n; ++c) {
      const TraceRef out = line.column(first + c);
      along_.inverse(columns_.subspan(to_size(c * n_frequencies), to_size(n_frequencies)), out);
      dsp::tidy(out);
    }
  }
}

// The weights of all wavenumbers at one frequency.
void FkFilter::weigh(Index frequency) noexcept {
  const double f = static_cast<double>(frequency) * frequency_step_hz_;
  for (Index k = 0; k <= n_across_ / 2; ++k) {
    const double wavenumber = static_cast<double>(k) * wavenumber_step_per_m_;
    double q = wavenumber;
    if (options_.domain == FkDomain::velocity) q = k == 0 ? std::numeric_limits<double>::infinity() : f / wavenumber;
    const double w = weight(q);
    const auto kept = static_cast<float>(options_.keep == FkKeep::inside ? w : 1.0 - w);
    weights_[to_size(k)] = kept;
    if (k > 0) weights_[to_size(n_across_ - k)] = kept;
  }
}

double FkFilter::weight(double q) const noexcept {
  const bool fan = options_.domain == FkDomain::velocity;
  const double low = fan ? options_.min_velocity_m_per_s : options_.min_wavenumber_per_m;
  const double high = fan ? options_.max_velocity_m_per_s : options_.max_wavenumber_per_m;
  const double edge = 1.0 + options_.taper;
  if (q < low) return q * edge <= low ? 0.0 : fall(dsp::log(low / q) / dsp::log(edge));
  if (high > 0.0 && q > high) return q >= high * edge ? 0.0 : fall(dsp::log(q / high) / dsp::log(edge));
  return 1.0;
}

}  // namespace surefoot::gpr
