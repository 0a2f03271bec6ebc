// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/arena.hpp>
#include <surefoot/base/state.hpp>
#include <surefoot/base/types.hpp>

namespace surefoot::dsp {

/// The median of a changing set of columns, sample by sample: one goes out, one comes in.
///
///   median = (s[(N-1)/2] + s[N/2]) / 2,  s the N samples of the set in ascending order
///
/// The sorted samples are kept; 16 samples of a trace lie side by side, so that a replacement is one pass of comparisons,
/// minima and maxima over the set, without branches:
///
///   t[j] = s[j] < out ? s[j] : s[j+1],   s'[j] = max(t[j-1], min(in, t[j]))
///
/// Shape     columns of n_samples float32, at most `capacity` of them at a time.
/// Edges     an empty column is none: replace({}, x) only adds, replace(x, {}) only takes out. What goes out must be in the
///           set. The median of an empty set is 0. Zeros lose their sign. NaN must not come in.
/// Cost      O(capacity) a sample, but four vector operations a place: about 2 us for 512 samples and 101 columns with
///           AVX-512, 10 us with SSE2. No drift: it selects and never adds up. capacity * n_samples float32 of memory.
/// @source   our own; the sorted window is the running median of Huang, Yang and Tang, IEEE TASSP 27(1), 1979, with a
///           sorting network's exchange in place of their histogram
class RunningMedian {
 public:
  RunningMedian(Index n_samples, Index capacity, Arena& arena) noexcept;

  void replace(ConstTraceRef out, ConstTraceRef in) noexcept;
  [[nodiscard]] Index count() const noexcept { return count_; }
  /// y = x - median, in double, rounded once to float32.
  void subtract_from(ConstTraceRef x, TraceRef y) const noexcept;

  void clear() noexcept;
  void state(StateArchive& archive) noexcept;

 private:
  Index n_samples_;
  Index capacity_;
  Index count_ = 0;
  std::span<float> sorted_;  // group of 16 samples, place (capacity and one that stays infinite), sample in the group
};

}  // namespace surefoot::dsp
