// SPDX-License-Identifier: MIT
#include <surefoot/gpr/trace_check.hpp>

#include <surefoot/dsp/math.hpp>
#include <surefoot/dsp/reduce.hpp>
#include <surefoot/dsp/tidy.hpp>

#include <algorithm>
#include <cmath>

namespace surefoot::gpr {
namespace {

constexpr double mad_to_sigma = 1.4826;
// Of log energy: very steady data must not make a tenth of a decibel a burst.
constexpr double least_spread = 0.1;
constexpr Index fewest_neighbours = 3;
constexpr std::int32_t dead = 1;
constexpr std::int32_t counts = 2;

double mean_of(ConstTraceRef x) noexcept {
  const double sum = dsp::reduce(x.n(), [x](Index i) noexcept { return static_cast<double>(x[to_size(i)]); });
  return sum / static_cast<double>(x.n());
}

bool constant(ConstTraceRef x) noexcept {
  Sample low = x.front();
  Sample high = low;
  for (const Sample v : x) {
    low = v < low ? v : low;
    high = v > high ? v : high;
  }
  return low == high;
}

// The middle one, or the mean of the two in the middle; sorts.
double median_of(std::span<double> x) noexcept {
  std::sort(x.begin(), x.end());
  const std::size_t n = x.size();
  return n % 2 == 1 ? x[n / 2] : 0.5 * (x[n / 2 - 1] + x[n / 2]);
}

// Cubic through the samples at a-2, a-1, b, b+1 for each place in [a, b).
void bridge(TraceRef x, Index a, Index b, bool upper) noexcept {
  const std::array<double, 4> at{-2.0, -1.0, static_cast<double>(b - a), static_cast<double>(b - a + 1)};
  const std::array<double, 4> value{static_cast<double>(x[to_size(a - 2)]), static_cast<double>(x[to_size(a - 1)]),
                                    static_cast<double>(x[to_size(b)]), static_cast<double>(x[to_size(b + 1)])};
  const auto rail = static_cast<double>(x[to_size(a)]);
  for (Index i = a; i < b; ++i) {
    const double t = static_cast<double>(i - a);
    double y = 0.0;
    for (std::size_t j = 0; j < 4; ++j) {
      double weight = value[j];
      for (std::size_t m = 0; m < 4; ++m)
        if (m != j) weight *= (t - at[m]) / (at[j] - at[m]);
      y += weight;
    }
    // What was clipped lay beyond the rail.
    x[to_size(i)] = static_cast<Sample>(upper ? std::max(y, rail) : std::min(y, rail));
  }
}

}  // namespace

Problem validate(const TraceCheckOptions& options, const StreamSpec&) noexcept { return check_ranges(options); }

TraceCheck::TraceCheck(const TraceCheckOptions& options, const StreamSpec& in, Arena& arena) noexcept
    : WindowStage(in, in, options.window_traces, options.window_traces, arena),
      options_(options),
      marks_(arena.take<Mark>(2 * options.window_traces + 1)),
      sorted_(arena.take<double>(2 * options.window_traces + 1)),
      mean_(arena.take<double>(in.n_samples)) {}

TraceCheck::Mark& TraceCheck::mark(Index k) noexcept {
  const auto n = static_cast<Index>(marks_.size());
  return marks_[to_size((looks_ + k + n) % n)];
}

void TraceCheck::measure(const TraceWindow& window, Index k) noexcept {
  Mark& m = mark(k);
  m = {};
  if (!window.usable(k)) return;
  const ConstTraceRef x = window.trace(k);
  m.known = dead;
  if (constant(x)) return;
  const double mean = mean_of(x);
  const double energy = dsp::reduce(x.n(), [x, mean](Index i) noexcept {
    const double v = static_cast<double>(x[to_size(i)]) - mean;
    return v * v;
  });
  // Differences of subnormal samples may have no square.
  if (!(energy > 0.0)) return;
  m.log_energy = dsp::log(energy);
  m.known = counts;
}

void TraceCheck::look(const TraceWindow& window, TraceRef out, TraceTag& tag) noexcept {
  const Index reach = options_.window_traces;
  if (!primed_)
    for (Index k = 0; k < reach; ++k) measure(window, k);
  primed_ = true;
  measure(window, reach);

  std::size_t n = 0;
  for (Index k = -reach; k <= reach; ++k)
    if (k != 0 && window.usable(k) && mark(k).known == counts) sorted_[n++] = mark(k).log_energy;
  double middle = 0.0;
  double spread = 0.0;
  if (n > 0) {
    middle = median_of(sorted_.first(n));
    for (std::size_t j = 0; j < n; ++j) sorted_[j] = std::abs(sorted_[j] - middle);
    spread = std::max(mad_to_sigma * median_of(sorted_.first(n)), least_spread);
  }

  if (window.usable(0)) {
    const ConstTraceRef in = window.trace(0);
    std::copy(in.begin(), in.end(), out.begin());
    const Mark& own = mark(0);
    bool bad = own.known == dead;
    if (!bad && static_cast<Index>(n) < fewest_neighbours) tag.quality |= Quality::warming_up;
    else if (!bad)
      bad = !good(window, 0, middle, spread) ||
            (options_.min_correlation > -1.0 && likeness(window) < options_.min_correlation);
    bool changed = false;
    if (!constant(in) && clipped(in, out, changed)) tag.quality |= Quality::saturated;
    if (changed) tag.quality |= Quality::repaired;
    if (bad) {
      tag.quality |= Quality::bad_trace;
      if (options_.repair == TraceRepair::interpolate) repair(window, middle, spread, out, tag);
    }
  }
  looks_ = looks_ + 1 == static_cast<Index>(marks_.size()) ? 0 : looks_ + 1;
}

bool TraceCheck::good(const TraceWindow& window, Index k, double middle, double spread) noexcept {
  if (!window.usable(k) || mark(k).known != counts) return false;
  return std::abs(mark(k).log_energy - middle) <= options_.bad_z * spread;
}

// Correlation coefficient with the mean of the neighbours.
double TraceCheck::likeness(const TraceWindow& window) noexcept {
  std::fill(mean_.begin(), mean_.end(), 0.0);
  for (Index k = -options_.window_traces; k <= options_.window_traces; ++k) {
    if (k == 0 || !window.usable(k) || mark(k).known != counts) continue;
    const ConstTraceRef x = window.trace(k);
    // Each with the same weight, or one burst among the neighbours would be all of their mean.
    const double weight = dsp::exp(-0.5 * mark(k).log_energy);
    for (std::size_t i = 0; i < mean_.size(); ++i) mean_[i] += weight * static_cast<double>(x[i]);
  }
  const ConstTraceRef x = window.trace(0);
  const double* const m = mean_.data();
  const auto n = static_cast<double>(x.n());
  const double own_mean = mean_of(x);
  const double their_mean = dsp::reduce(x.n(), [m](Index i) noexcept { return m[i]; }) / n;
  const double product = dsp::reduce(
      x.n(), [&](Index i) noexcept { return (static_cast<double>(x[to_size(i)]) - own_mean) * (m[i] - their_mean); });
  const double theirs = dsp::reduce(x.n(), [&](Index i) noexcept { return (m[i] - their_mean) * (m[i] - their_mean); });
  return theirs > 0.0 ? product * dsp::exp(-0.5 * mark(0).log_energy) / std::sqrt(theirs) : 1.0;
}

void TraceCheck::repair(const TraceWindow& window, double middle, double spread, TraceRef out, TraceTag& tag) noexcept {
  Index a = -1;
  while (a >= -options_.window_traces && !good(window, a, middle, spread)) --a;
  Index b = 1;
  while (b <= options_.window_traces && !good(window, b, middle, spread)) ++b;
  const bool has_a = a >= -options_.window_traces;
  const bool has_b = b <= options_.window_traces;
  if (!has_a && !has_b) return;
  if (!has_a) a = b;
  if (!has_b) b = a;
  const double share = a == b ? 0.0 : static_cast<double>(-a) / static_cast<double>(b - a);
  const Sample* const xa = window.trace(a).data();
  const Sample* const xb = window.trace(b).data();
  for (std::size_t i = 0; i < out.size(); ++i) {
    const auto from = static_cast<double>(xa[i]);
    out[i] = static_cast<Sample>(from + share * (static_cast<double>(xb[i]) - from));
  }
  dsp::tidy(out);
  tag.quality |= window.tag(a).quality | window.tag(b).quality | Quality::repaired;
}

// True if the trace has clipped stretches; they are bridged in out if that is wanted and can be done.
bool TraceCheck::clipped(ConstTraceRef in, TraceRef out, bool& changed) const noexcept {
  Sample low = in.front();
  Sample high = low;
  for (const Sample x : in) {
    low = x < low ? x : low;
    high = x > high ? x : high;
  }
  const bool known = options_.rail > 0.0;
  const auto at_rail = [&](Sample x) noexcept {
    if (known) return static_cast<double>(std::abs(x)) >= options_.rail;
    return x != 0.0F && (x == high || x == low);
  };
  if (known && !(static_cast<double>(std::max(high, -low)) >= options_.rail)) return false;
  const Index shortest = known ? 1 : options_.min_run_samples;
  bool found = false;
  for (Index i = 0; i < in.n();) {
    if (!at_rail(in[to_size(i)])) {
      ++i;
      continue;
    }
    // A stretch has one side: both rails may follow each other.
    const auto upper = [&](Index k) noexcept { return known ? in[to_size(k)] > 0.0F : in[to_size(k)] == high; };
    Index end = i + 1;
    while (end < in.n() && at_rail(in[to_size(end)]) && upper(end) == upper(i)) ++end;
    if (end - i >= shortest) {
      found = true;
      if (options_.declip && i >= 2 && end + 1 < in.n()) {
        bridge(out, i, end, upper(i));
        changed = true;
      }
    }
    i = end;
  }
  dsp::tidy(out);
  return found;
}

void TraceCheck::forget() noexcept {
  looks_ = 0;
  primed_ = false;
  std::fill(marks_.begin(), marks_.end(), Mark{});
}

void TraceCheck::remember(StateArchive& archive) noexcept {
  archive.index(looks_, static_cast<Index>(marks_.size()));
  archive(primed_);
  archive(marks_);
}

}  // namespace surefoot::gpr
