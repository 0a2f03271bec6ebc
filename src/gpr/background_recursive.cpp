// SPDX-License-Identifier: MIT
#include <surefoot/gpr/background_recursive.hpp>

#include <surefoot/dsp/reduce.hpp>

#include <algorithm>
#include <cmath>

namespace surefoot::gpr {
namespace {

// The rate at which the statistics of the freeze follow.
constexpr double normalizer_rate = 0.02;
// A freeze needs a scale first.
constexpr Index fewest_to_freeze = 10;
// Smaller state is zero: an input that falls silent must not end in subnormal numbers.
constexpr double smallest_state = 1e-30;

Index samples_a_segment(const BackgroundOptions& options, const StreamSpec& in) noexcept {
  // The bound keeps the conversion to a count safe.
  const double samples = std::min(options.segment_s / in.axis.step + 0.5, static_cast<double>(in.n_samples));
  return std::clamp<Index>(static_cast<Index>(samples), 1, std::max<Index>(in.n_samples, 1));
}

// The share of a new trace in a background that has settled.
double settled_gain(const BackgroundOptions& options) noexcept {
  const double q = options.process_ratio;
  // (sqrt(q^2 + 4 q) - q) / 2, without the difference
  return options.method == BackgroundMethod::kalman ? 2.0 * q / (q + std::sqrt(q * q + 4.0 * q)) : options.rate;
}

// Mean of the three largest, or of all if there are fewer.
double mean_of_largest(std::span<const double> z) noexcept {
  double first = -1e300;
  double second = -1e300;
  double third = -1e300;
  for (const double x : z) {
    const double low = std::min(x, first);
    first = std::max(x, first);
    const double lower = std::min(low, second);
    second = std::max(low, second);
    third = std::max(lower, third);
  }
  if (z.size() >= 3) return (first + second + third) / 3.0;
  return z.size() == 2 ? (first + second) / 2.0 : first;
}

}  // namespace

RecursiveBackground::RecursiveBackground(const BackgroundOptions& options, const StreamSpec& in, Arena& arena) noexcept
    : CausalStage(in, in, arena),
      options_(options),
      segment_(samples_a_segment(options, in)),
      start_up_(static_cast<Index>(std::min(std::ceil(1.0 / settled_gain(options)), 1e9))),
      background_(arena.take<double>(in.n_samples)),
      guard_(arena.take<Sample>(in.n_samples * options.guard_traces)),
      admitted_(arena.take<unsigned char>(options.guard_traces)),
      log_energy_(arena.take<double>(in.n_samples / segment_)),
      z_(arena.take<double>(in.n_samples / segment_)),
      normalizer_(
          in.n_samples / segment_, segment_,
          {.alpha = normalizer_rate, .freeze_z = options.freeze_z, .freeze_limit_traces = options.freeze_limit_traces},
          arena) {}

void RecursiveBackground::step(ConstTraceRef in, TraceRef out, TraceTag& tag) noexcept {
  bool frozen = false;
  if (updates_ < start_up_) tag.quality |= Quality::warming_up;
  if (updates_ == 0) {
    std::fill(out.begin(), out.end(), 0.0F);
  } else {
    const Sample* const x = in.data();
    const double* const b = background_.data();
    Sample* const y = out.data();
    const std::size_t n = out.size();
    for (std::size_t i = 0; i < n; ++i) y[i] = static_cast<Sample>(static_cast<double>(x[i]) - b[i]);
    if (!anomalous(std::span<const Sample>(out))) frozen_in_a_row_ = 0;
    else if (frozen_in_a_row_ < options_.freeze_limit_traces) {
      ++frozen_in_a_row_;
      frozen = true;
    }
  }
  if (options_.guard_traces == 0) {
    if (!frozen) update(in);
    else stand_still();
    return;
  }
  const std::size_t n = in.size();
  if (held_ == options_.guard_traces) {
    const ConstTraceRef passed = std::span<const Sample>(guard_).subspan(to_size(oldest_) * n, n);
    if (!frozen && admitted_[to_size(oldest_)] != 0) update(passed);
    else stand_still();
    oldest_ = oldest_ + 1 == options_.guard_traces ? 0 : oldest_ + 1;
    --held_;
  }
  const Index end = oldest_ + held_;
  const auto slot = to_size(end < options_.guard_traces ? end : end - options_.guard_traces);
  std::copy(in.begin(), in.end(), guard_.subspan(slot * n, n).begin());
  admitted_[slot] = frozen ? 0 : 1;
  ++held_;
}

bool RecursiveBackground::anomalous(ConstTraceRef residual) noexcept {
  const std::size_t n_segments = z_.size();
  const auto length = to_size(segment_);
  for (std::size_t k = 0; k < n_segments; ++k) {
    // Samples that are left over belong to the last segment.
    const std::size_t end = k + 1 == n_segments ? residual.size() : (k + 1) * length;
    log_energy_[k] = dsp::log_energy(dsp::sum_of_squares(residual.subspan(k * length, end - k * length)));
  }
  const bool ready = normalizer_.seen() >= std::min(fewest_to_freeze, normalizer_.start_up());
  normalizer_.normalize(log_energy_, z_);
  return ready && mean_of_largest(z_) > options_.freeze_z;
}

void RecursiveBackground::update(ConstTraceRef trace) noexcept {
  if (updates_ < start_up_) ++updates_;
  const double rate = next_gain();
  const Sample* const x = trace.data();
  double* const b = background_.data();
  const std::size_t n = background_.size();
  for (std::size_t i = 0; i < n; ++i) {
    const double next = b[i] + rate * (static_cast<double>(x[i]) - b[i]);
    b[i] = std::abs(next) < smallest_state ? 0.0 : next;
  }
}

// The ground walks on while nobody looks.
void RecursiveBackground::stand_still() noexcept { variance_ += options_.process_ratio; }

double RecursiveBackground::next_gain() noexcept {
  if (options_.method == BackgroundMethod::exponential)
    return std::max(options_.rate, 1.0 / static_cast<double>(updates_));
  if (updates_ == 1) return variance_ = 1.0;  // nothing was known before: all of the first trace
  const double predicted = variance_ + options_.process_ratio;
  return variance_ = predicted / (predicted + 1.0);
}

void RecursiveBackground::forget() noexcept {
  variance_ = 0.0;
  updates_ = frozen_in_a_row_ = held_ = oldest_ = 0;
  std::fill(background_.begin(), background_.end(), 0.0);
  normalizer_.clear();
}

void RecursiveBackground::remember(StateArchive& archive) noexcept {
  archive.index(updates_, start_up_ + 1);
  archive.index(frozen_in_a_row_, options_.freeze_limit_traces + 1);
  archive.index(held_, options_.guard_traces + 1);
  if (options_.guard_traces > 0) archive.index(oldest_, options_.guard_traces);
  archive(variance_);
  archive(background_);
  archive(guard_);
  archive(admitted_);
  normalizer_.state(archive);
}

}  // namespace surefoot::gpr
