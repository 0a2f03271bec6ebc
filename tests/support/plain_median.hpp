// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <vector>

namespace surefoot::test {

/// The median by sorting: what every faster way must equal. The mean of the two in the middle for an even number, 0 for none.
inline double plain_median(std::vector<double> x) {
  if (x.empty()) return 0.0;
  std::sort(x.begin(), x.end());
  return 0.5 * (x[(x.size() - 1) / 2] + x[x.size() / 2]);
}

}  // namespace surefoot::test
