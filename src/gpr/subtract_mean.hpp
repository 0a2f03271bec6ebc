// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/types.hpp>

#include "../base/lanes.hpp"

namespace surefoot::gpr {

// A plain loop, at the vector width of the processor at hand.
struct SubtractMean {
  template <int, class Sum>
  [[gnu::always_inline]] static inline void run(const Sample* x, Sum sum, double n_in_mean, Sample* y,
                                                std::size_t n) noexcept {
    const double share = 1.0 / n_in_mean;
    for (std::size_t i = 0; i < n; ++i)
      y[i] = static_cast<Sample>((n_in_mean * static_cast<double>(x[i]) - sum(i)) * share);
  }
};

// y = (count x - sum) / count, so that a constant gives exactly zero; in double, rounded once.
template <class Sum>
void subtract_mean(ConstTraceRef x, Sum sum, Index count, TraceRef y) noexcept {
  dispatch<SubtractMean, const Sample*, Sum, double, Sample*, std::size_t>(x.data(), sum, static_cast<double>(count),
                                                                           y.data(), y.size());
}

}  // namespace surefoot::gpr
