// SPDX-License-Identifier: MIT
#include <surefoot/gpr/background_mean.hpp>

#include "subtract_mean.hpp"

#include <algorithm>

namespace surefoot::gpr {

RunningMeanBackground::RunningMeanBackground(const BackgroundOptions& options, const StreamSpec& in,
                                             Arena& arena) noexcept
    : WindowStage(in, in, options.length_traces + options.guard_traces,
                  options.two_sided ? options.length_traces + options.guard_traces : 0, arena),
      length_(options.length_traces),
      guard_(options.guard_traces),
      two_sided_(options.two_sided),
      earlier_(in.n_samples, options.length_traces, arena),
      later_(options.two_sided ? in.n_samples : 0, options.length_traces, arena) {}

void RunningMeanBackground::look(const TraceWindow& window, TraceRef out, TraceTag& tag) noexcept {
  const auto usable = [&window](Index k) noexcept -> ConstTraceRef {
    return window.usable(k) ? window.trace(k) : ConstTraceRef{};
  };
  const Index nearest = -guard_ - 1;
  earlier_.step([&](Index age) noexcept { return usable(nearest - age); });
  bool entered = window.usable(nearest);
  if (two_sided_) {
    if (!primed_) enter_later_traces(window);
    const Index farthest = guard_ + length_;
    later_.step([&](Index age) noexcept { return usable(farthest - age); });
    entered = entered || window.usable(farthest);
  }
  if (entered && entered_ < length_) ++entered_;

  const Index count = earlier_.count() + (two_sided_ ? later_.count() : 0);
  if (entered_ < length_ || count == 0) tag.quality |= Quality::warming_up;
  if (count == 0) {
    std::fill(out.begin(), out.end(), 0.0F);
  } else if (two_sided_) {
    const auto sum = [a = earlier_.rows(), b = later_.rows()](std::size_t i) noexcept { return a[i] + b[i]; };
    subtract_mean(window.trace(0), sum, count, out);
  } else {
    const auto sum = [a = earlier_.rows()](std::size_t i) noexcept { return a[i]; };
    subtract_mean(window.trace(0), sum, count, out);
  }
}

// All but the last of the later traces of the first answer.
void RunningMeanBackground::enter_later_traces(const TraceWindow& window) noexcept {
  for (Index k = guard_ + 1; k < guard_ + length_; ++k) {
    later_.step([&](Index age) noexcept -> ConstTraceRef {
      return k - age > guard_ && window.usable(k - age) ? window.trace(k - age) : ConstTraceRef{};
    });
    if (window.usable(k) && entered_ < length_) ++entered_;
  }
  primed_ = true;
}

void RunningMeanBackground::forget() noexcept {
  primed_ = false;
  entered_ = 0;
  earlier_.clear();
  later_.clear();
}

void RunningMeanBackground::remember(StateArchive& archive) noexcept {
  archive(primed_);
  archive.index(entered_, length_ + 1);
  earlier_.state(archive);
  later_.state(archive);
}

MeanBackground::MeanBackground(const StreamSpec& in, Arena& arena) noexcept
    : TwoPass(in, arena), sum_(arena.take<double>(in.n_samples)), mean_(in.n_samples, arena) {}

void MeanBackground::see(ConstTraceRef trace) noexcept {
  ++seen_;
  dsp::add(trace, sum_);
}

void MeanBackground::learn(KeptColumns&) noexcept {
  for (std::size_t i = 0; i < sum_.size(); ++i) mean_.set(i, sum_[i] / static_cast<double>(std::max<Index>(1, seen_)));
}

void MeanBackground::map(Index, ConstTraceRef in, TraceRef out) noexcept { mean_.subtract_from(in, out); }

void MeanBackground::forget() noexcept {
  seen_ = 0;
  std::fill(sum_.begin(), sum_.end(), 0.0);
}

void MeanBackground::remember(StateArchive& archive) noexcept {
  archive(seen_);
  archive(sum_);
}

}  // namespace surefoot::gpr
