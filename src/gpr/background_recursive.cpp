// SPDX-License-Identifier: MIT
#include <surefoot/gpr/background_recursive.hpp>

#include <algorithm>
#include <cmath>

namespace surefoot::gpr {
namespace {

// Smaller state is zero: an input that falls silent must not end in subnormal numbers.
constexpr double smallest_state = 1e-30;

// The share of a new trace in a background that has settled.
double settled_gain(const BackgroundOptions& options) noexcept {
  const double q = options.process_ratio;
  // (sqrt(q^2 + 4 q) - q) / 2, without the difference
  return options.method == BackgroundMethod::kalman ? 2.0 * q / (q + std::sqrt(q * q + 4.0 * q)) : options.rate;
}

}  // namespace

RecursiveBackground::RecursiveBackground(const BackgroundOptions& options, const StreamSpec& in, Arena& arena) noexcept
    : CausalStage(in, in, arena),
      options_(options),
      start_up_(static_cast<Index>(std::min(std::ceil(1.0 / settled_gain(options)), 1e9))),
      background_(arena.take<double>(in.n_samples)),
      guard_(arena.take<Sample>(in.n_samples * options.guard_traces)),
      admitted_(arena.take<unsigned char>(options.guard_traces)),
      freeze_({options.freeze_z, options.freeze_limit_traces, options.segment_s}, in, arena),
      watch_(in, options.hover_limit_s, 0, arena) {}

void RecursiveBackground::step(ConstTraceRef in, TraceRef out, TraceTag& tag) noexcept {
  bool frozen = false;
  const bool settled = updates_ >= std::min(start_up_, dsp::GroundWatch::fewest_taught) && freeze_.settled();
  const Ground ground = watch_.arrive(in, tag, freeze_.stands_out(), !settled);
  watch_.flag(tag);
  if (updates_ < start_up_) tag.quality |= Quality::warming_up;
  if (updates_ == 0) {
    std::fill(out.begin(), out.end(), 0.0F);
  } else {
    const Sample* const x = in.data();
    const double* const b = background_.data();
    Sample* const y = out.data();
    const std::size_t n = out.size();
    for (std::size_t i = 0; i < n; ++i) y[i] = static_cast<Sample>(static_cast<double>(x[i]) - b[i]);
    if (ground == Ground::same) return;
    frozen = freeze_.frozen(std::span<const Sample>(out));
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
  updates_ = held_ = oldest_ = 0;
  std::fill(background_.begin(), background_.end(), 0.0);
  freeze_.clear();
  watch_.clear();
}

void RecursiveBackground::remember(StateArchive& archive) noexcept {
  archive.index(updates_, start_up_ + 1);
  archive.index(held_, options_.guard_traces + 1);
  if (options_.guard_traces > 0) archive.index(oldest_, options_.guard_traces);
  archive(variance_);
  archive(background_);
  archive(guard_);
  archive(admitted_);
  freeze_.state(archive);
  watch_.state(archive);
}

}  // namespace surefoot::gpr
