// SPDX-License-Identifier: MIT
#include <surefoot/gpr/background_median.hpp>

#include <surefoot/dsp/column_medians.hpp>
#include <surefoot/dsp/tidy.hpp>

#include <algorithm>

namespace surefoot::gpr {
namespace {

ConstTraceRef usable(const TraceWindow& window, Index k) noexcept {
  return window.usable(k) ? window.trace(k) : ConstTraceRef{};
}

}  // namespace

// The window holds one trace more than the running mean's: what leaves the median must still be there.
RunningMedianBackground::RunningMedianBackground(const BackgroundOptions& options, const StreamSpec& in,
                                                 Arena& arena) noexcept
    : WindowStage(in, in, options.length_traces + options.guard_traces + 1,
                  options.two_sided ? options.length_traces + options.guard_traces : 0, arena),
      length_(options.length_traces),
      guard_(options.guard_traces),
      two_sided_(options.two_sided),
      median_(in.n_samples, options.length_traces * (options.two_sided ? 2 : 1), arena) {}

void RunningMedianBackground::look(const TraceWindow& window, TraceRef out, TraceTag& tag) noexcept {
  const Index nearest = guard_ + 1;
  const Index farthest = guard_ + length_;
  if (two_sided_) {
    if (!primed_) {
      for (Index k = nearest; k < farthest; ++k) {
        median_.replace({}, usable(window, k));
        if (window.usable(k) && entered_ < length_) ++entered_;
      }
    }
    median_.replace(primed_ ? usable(window, guard_) : ConstTraceRef{}, usable(window, farthest));
    primed_ = true;
  }
  median_.replace(usable(window, -farthest - 1), usable(window, -nearest));
  const bool entered = window.usable(-nearest) || (two_sided_ && window.usable(farthest));
  if (entered && entered_ < length_) ++entered_;

  if (entered_ < length_ || median_.count() == 0) tag.quality |= Quality::warming_up;
  if (median_.count() == 0) {
    std::fill(out.begin(), out.end(), 0.0F);
  } else {
    median_.subtract_from(window.trace(0), out);
    dsp::tidy(out);
  }
}

void RunningMedianBackground::forget() noexcept {
  primed_ = false;
  entered_ = 0;
  median_.clear();
}

void RunningMedianBackground::remember(StateArchive& archive) noexcept {
  archive(primed_);
  archive.index(entered_, length_ + 1);
  median_.state(archive);
}

MedianBackground::MedianBackground(const StreamSpec& in, Arena& arena) noexcept
    : TwoPass(in, arena),
      block_(arena.take<Sample>(dsp::column_medians_at_once * in.max_traces)),
      median_(in.n_samples, arena) {}

void MedianBackground::learn(KeptColumns& line) noexcept {
  constexpr Index at_once = dsp::column_medians_at_once;
  constexpr Index ahead = 8;  // traces: their samples lie too far from each other for the processor to guess the next
  const Index n_samples = output().n_samples;
  std::fill(block_.begin(), block_.end(), 0.0F);
  for (Index first = 0; first < n_samples; first += at_once) {
    const Index n = std::min(at_once, n_samples - first);
    Sample* to = block_.data();
    for (Index k = 0; k < line.size(); ++k) {
      if (k + ahead < line.size() && line.usable(k + ahead)) __builtin_prefetch(line.column(k + ahead).data() + first);
      if (!line.usable(k)) continue;
      std::copy_n(line.column(k).data() + first, n, to);
      to += at_once;
    }
    const auto medians = dsp::column_medians({block_.data(), static_cast<std::size_t>(to - block_.data())});
    for (Index r = 0; r < n; ++r) median_.set(to_size(first + r), medians[to_size(r)]);
  }
}

void MedianBackground::map(Index, ConstTraceRef in, TraceRef out) noexcept { median_.subtract_from(in, out); }

}  // namespace surefoot::gpr
