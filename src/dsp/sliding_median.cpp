// SPDX-License-Identifier: MIT
#include <surefoot/dsp/sliding_median.hpp>

#include <algorithm>

namespace surefoot::dsp {
namespace {

double middle_of(double a, double b) noexcept { return 0.5 * (a + b) + 0.0; }  // + 0.0: no negative zero

// Numbers of the sorted ones that are below x. No branch depends on the samples.
std::size_t below(const Sample* sorted, std::size_t n, Sample x) noexcept {
  const Sample* base = sorted;
  while (n > 1) {
    const std::size_t half = n / 2;
    base += base[half - 1] < x ? half : 0;
    n -= half;
  }
  return static_cast<std::size_t>(base - sorted) + (n == 1 && *base < x ? 1U : 0U);
}

double middle_of(const Sample* sorted, std::size_t n) noexcept {
  return middle_of(static_cast<double>(sorted[(n - 1) / 2]), static_cast<double>(sorted[n / 2]));
}

}  // namespace

double median(std::span<Sample> numbers) noexcept {
  if (numbers.empty()) return 0.0;
  const auto upper = numbers.begin() + static_cast<std::ptrdiff_t>(numbers.size() / 2);
  std::nth_element(numbers.begin(), upper, numbers.end());
  const auto high = static_cast<double>(*upper);
  if (numbers.size() % 2 != 0) return middle_of(high, high);
  return middle_of(static_cast<double>(*std::max_element(numbers.begin(), upper)), high);
}

SlidingMedian::SlidingMedian(Index n_samples, Index half_window, Arena& arena) noexcept
    : half_window_(to_size(half_window)), sorted_(arena.take<Sample>(std::min(n_samples, 2 * half_window + 1))) {}

void SlidingMedian::run(ConstTraceRef x, std::span<double> medians) noexcept {
  const std::size_t n = x.size();
  const std::size_t h = half_window_;
  Sample* const sorted = sorted_.data();
  std::size_t count = 0;
  const auto enter = [&](Sample v) {
    const std::size_t at = below(sorted, count, v);
    std::copy_backward(sorted + at, sorted + count, sorted + count + 1);
    sorted[at] = v;
    ++count;
  };
  const auto leave = [&](Sample v) {
    const std::size_t at = below(sorted, count, v);
    std::copy(sorted + at + 1, sorted + count, sorted + at);
    --count;
  };
  const auto replace = [&](Sample old, Sample fresh) {
    const std::size_t from = below(sorted, count, old);
    std::size_t to = below(sorted, count, fresh);
    if (to > from) {
      --to;
      std::copy(sorted + from + 1, sorted + to + 1, sorted + from);
    } else {
      std::copy_backward(sorted + to, sorted + from, sorted + from + 1);
    }
    sorted[to] = fresh;
  };
  for (std::size_t i = 0; i < std::min(h, n); ++i) enter(x[i]);
  for (std::size_t i = 0; i < n; ++i) {
    const bool enters = i + h < n;
    const bool leaves = i > h;
    if (enters && leaves) replace(x[i - h - 1], x[i + h]);
    else if (enters) enter(x[i + h]);
    else if (leaves) leave(x[i - h - 1]);
    medians[i] = middle_of(sorted, count);
  }
}

}  // namespace surefoot::dsp
