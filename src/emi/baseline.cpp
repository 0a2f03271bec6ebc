// SPDX-License-Identifier: MIT
#include <surefoot/emi/baseline.hpp>

#include <surefoot/dsp/math.hpp>

#include <algorithm>
#include <cmath>

namespace surefoot::emi {
namespace {

constexpr Index most_guard_traces = 100000;
constexpr Index least_updates = 32;      // before them the noise is not known
constexpr Index most_updates = 1 << 20;  // after them the mean has long settled
constexpr double smallest_state = 1e-30;
constexpr double rounding = 0x1p-22;  // of a float32 and its baseline

double settle(double x) noexcept { return std::abs(x) < smallest_state ? 0.0 : x; }

}  // namespace

Problem validate(const BaselineOptions& options, const StreamSpec& in) noexcept {
  if (const Problem problem = check_ranges(options)) return problem;
  if (!(in.trace_interval_s > 0.0))
    return {"time_constant_s", "needs the time from trace to trace", in.trace_interval_s, above(0.0), Unit::second};
  if (traces_in(options.guard_s, in) > most_guard_traces)
    return {"guard_s", "needs too many traces", options.guard_s,
            between(0.0, static_cast<double>(most_guard_traces) * in.trace_interval_s), Unit::second};
  return {};
}

Baseline::Baseline(const BaselineOptions& options, const StreamSpec& in, Arena& arena) noexcept
    : CausalStage(in, in, arena),
      gain_(1.0 - dsp::exp(-in.trace_interval_s / options.time_constant_s)),
      freeze_squared_(options.freeze_z * options.freeze_z),
      guard_(traces_in(options.guard_s, in)),
      warm_up_(std::max(traces_in(options.warm_up_s, in), least_updates)),
      stop_(traces_in(options.hold_s, in), traces_in(options.freeze_limit_s, in)),
      mean_(arena.take<double>(in.n_samples)),
      variance_(arena.take<double>(in.n_samples)),
      traces_(arena.take<Sample>(in.n_samples * guard_)),
      admitted_(arena.take<unsigned char>(guard_)) {}

void Baseline::step(ConstTraceRef in, TraceRef out, TraceTag& tag) noexcept {
  const bool warm = seen_ < warm_up_;
  if (order_(tag.index) != Place::next) tag.quality |= Quality::out_of_order;
  const bool unfit = has(tag.quality, Quality::saturated | Quality::out_of_order);
  if (warm) {
    tag.quality |= Quality::warming_up;
    if (!unfit) ++seen_;
  }
  if (updates_ == 0) {
    std::fill(out.begin(), out.end(), 0.0F);
    if (!unfit) learn(in);  // the guard would leave the first traces without a zero
    return;
  }
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = static_cast<Sample>(static_cast<double>(in[i]) - mean_[i]);
  if (unfit) return;
  if (warm) {
    learn(in);
    return;
  }
  const bool stopped = stop_(moves(out));
  if (guard_ == 0) {
    if (!stopped) learn(in);
    return;
  }
  if (held_ == guard_) {
    const std::size_t n = in.size();
    if (!stopped && admitted_[to_size(oldest_)] != 0)
      learn(std::span<const Sample>(traces_).subspan(to_size(oldest_) * n, n));
    oldest_ = oldest_ + 1 == guard_ ? 0 : oldest_ + 1;
    --held_;
  }
  keep(in, !stopped);
}

bool Baseline::moves(TraceRef residual) const noexcept {
  for (std::size_t i = 0; i < residual.size(); ++i) {
    const double d = static_cast<double>(residual[i]);
    const double least = rounding * mean_[i];
    if (d * d > std::max(freeze_squared_ * variance_[i], least * least)) return true;
  }
  return false;
}

void Baseline::learn(ConstTraceRef trace) noexcept {
  if (updates_ < most_updates) ++updates_;
  const double rate = std::max(gain_, 1.0 / static_cast<double>(updates_));
  for (std::size_t i = 0; i < trace.size(); ++i) {
    const double d = static_cast<double>(trace[i]) - mean_[i];
    mean_[i] = settle(mean_[i] + rate * d);
    if (updates_ > 1) variance_[i] = settle(variance_[i] + rate * (d * d - variance_[i]));
  }
}

void Baseline::keep(ConstTraceRef trace, bool admitted) noexcept {
  const Index end = oldest_ + held_;
  const auto slot = to_size(end < guard_ ? end : end - guard_);
  std::copy(trace.begin(), trace.end(), traces_.subspan(slot * trace.size(), trace.size()).begin());
  admitted_[slot] = admitted ? 1 : 0;
  ++held_;
}

void Baseline::forget() noexcept {
  updates_ = seen_ = held_ = oldest_ = 0;
  order_.clear();
  stop_.clear();
  std::fill(mean_.begin(), mean_.end(), 0.0);
  std::fill(variance_.begin(), variance_.end(), 0.0);
}

void Baseline::remember(StateArchive& archive) noexcept {
  archive.index(updates_, most_updates + 1);
  archive.index(seen_, warm_up_ + 1);
  order_.state(archive);
  stop_.state(archive);
  archive.index(held_, guard_ + 1);
  if (guard_ > 0) archive.index(oldest_, guard_);
  archive(mean_);
  archive(variance_);
  archive(traces_);
  archive(admitted_);
}

}  // namespace surefoot::emi
