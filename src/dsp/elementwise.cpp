// SPDX-License-Identifier: MIT
#include <surefoot/dsp/elementwise.hpp>

#include "../base/lanes.hpp"
#include "tidy_scan.hpp"

#include <array>

namespace surefoot::dsp {
namespace {

// Plain loops: the compiler vectorises them for the width that they are run at.
struct Multiply {
  template <int>
  [[gnu::always_inline]] static void run(const Sample* x, const Sample* factor, Sample* y, std::size_t n) noexcept {
    TidyScan scan;
    for (std::size_t i = 0; i < n; ++i) scan.see(y[i] = x[i] * factor[i]);
    if (!scan.tidy()) TidyScan::repair(y, n);
  }
};

// The offset in two parts: x - high is exact where x lies near it, so that the result is rounded as if once.
struct Subtract {
  template <int>
  [[gnu::always_inline]] static void run(const Sample* x, Sample high, Sample low, Sample* y, std::size_t n) noexcept {
    TidyScan scan;
    for (std::size_t i = 0; i < n; ++i) scan.see(y[i] = (x[i] - high) - low);
    if (!scan.tidy()) TidyScan::repair(y, n);
  }
};

struct SubtractEach {
  template <int>
  [[gnu::always_inline]] static void run(const Sample* x, const Sample* high, const Sample* low, Sample* y,
                                         std::size_t n) noexcept {
    TidyScan scan;
    for (std::size_t i = 0; i < n; ++i) scan.see(y[i] = (x[i] - high[i]) - low[i]);
    if (!scan.tidy()) TidyScan::repair(y, n);
  }
};

struct Add {
  template <int>
  [[gnu::always_inline]] static void run(const Sample* x, double* sum, std::size_t n) noexcept {
    for (std::size_t i = 0; i < n; ++i) sum[i] += static_cast<double>(x[i]);
  }
};

// As in reduce.hpp, but with 64 lanes: with 8, each addition waits for the one before.
struct Sum {
  template <int>
  [[gnu::always_inline]] static void run(const Sample* x, std::size_t n, double* sum) noexcept {
    constexpr std::size_t lanes = 64;
    std::array<double, lanes> lane{};
    std::size_t i = 0;
    for (; i + lanes <= n; i += lanes)
      for (std::size_t l = 0; l < lanes; ++l) lane[l] += static_cast<double>(x[i + l]);
    for (std::size_t l = 0; i + l < n; ++l) lane[l] += static_cast<double>(x[i + l]);
    for (std::size_t half = lanes / 2; half > 0; half /= 2)
      for (std::size_t l = 0; l < half; ++l) lane[l] += lane[l + half];
    *sum = lane[0];
  }
};

}  // namespace

void multiply(ConstTraceRef x, ConstTraceRef factor, TraceRef out) noexcept {
  dispatch<Multiply>(x.data(), factor.data(), out.data(), out.size());
}
void subtract(ConstTraceRef x, double offset, TraceRef out) noexcept {
  const auto high = static_cast<Sample>(offset);
  const auto low = static_cast<Sample>(offset - static_cast<double>(high));
  dispatch<Subtract>(x.data(), high, low, out.data(), out.size());
}
void add(ConstTraceRef x, std::span<double> sum) noexcept { dispatch<Add>(x.data(), sum.data(), sum.size()); }
double sum_in_double(ConstTraceRef x) noexcept {
  double sum = 0.0;
  dispatch<Sum>(x.data(), x.size(), &sum);
  return sum;
}

void SplitOffsets::subtract_from(ConstTraceRef x, TraceRef out) const noexcept {
  dispatch<SubtractEach>(x.data(), high_.data(), low_.data(), out.data(), out.size());
}

}  // namespace surefoot::dsp
