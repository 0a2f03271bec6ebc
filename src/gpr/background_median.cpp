// SPDX-License-Identifier: MIT
#include <surefoot/gpr/background_median.hpp>

#include <surefoot/dsp/tidy.hpp>

#include <algorithm>

namespace surefoot::gpr {
namespace {

// Rows that are gathered at a time: one cache line of each trace.
constexpr Index rows_at_once = 16;

ConstTraceRef usable(const TraceWindow& window, Index k) noexcept {
  return window.usable(k) ? window.trace(k) : ConstTraceRef{};
}

// The median of what a row holds; the row is left in another order.
double median_of(std::span<Sample> row) noexcept {
  const auto middle = row.begin() + static_cast<std::ptrdiff_t>(row.size() / 2);
  std::nth_element(row.begin(), middle, row.end());
  const auto high = static_cast<double>(*middle);
  if (row.size() % 2 == 1) return high;
  return 0.5 * (static_cast<double>(*std::max_element(row.begin(), middle)) + high);
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
    : TwoPass(in, arena), rows_(arena.take<Sample>(rows_at_once * in.max_traces)), median_(in.n_samples, arena) {}

void MedianBackground::learn(KeptColumns& line) noexcept {
  const Index n_samples = output().n_samples;
  const Index room = static_cast<Index>(rows_.size()) / rows_at_once;
  for (Index first = 0; first < n_samples; first += rows_at_once) {
    const Index n_rows = std::min(rows_at_once, n_samples - first);
    Index count = 0;
    for (Index k = 0; k < line.size(); ++k) {
      if (!line.usable(k)) continue;
      const Sample* const x = line.column(k).data() + first;
      for (Index r = 0; r < n_rows; ++r) rows_[to_size(r * room + count)] = x[r];
      ++count;
    }
    if (count == 0) return;
    for (Index r = 0; r < n_rows; ++r)
      median_.set(to_size(first + r), median_of(rows_.subspan(to_size(r * room), to_size(count))));
  }
}

void MedianBackground::map(ConstTraceRef in, TraceRef out) noexcept { median_.subtract_from(in, out); }

void MedianBackground::remember(StateArchive& archive) noexcept { median_.state(archive); }

}  // namespace surefoot::gpr
