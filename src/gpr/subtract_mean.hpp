// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/types.hpp>

namespace surefoot::gpr {

// y = (count x - sum) / count, so that a constant gives exactly zero; in double, rounded once.
template <class Sum>
void subtract_mean(ConstTraceRef x, Sum sum, Index count, TraceRef y) noexcept {
  const auto n_in_mean = static_cast<double>(count);
  const double share = 1.0 / n_in_mean;
  const Sample* const from = x.data();
  Sample* const to = y.data();
  const std::size_t n = y.size();
  for (std::size_t i = 0; i < n; ++i)
    to[i] = static_cast<Sample>((n_in_mean * static_cast<double>(from[i]) - sum(i)) * share);
}

}  // namespace surefoot::gpr
