// SPDX-License-Identifier: MIT
#include <surefoot/gpr/reverse.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace surefoot::gpr {

Problem validate(const ReverseOptions&, const StreamSpec&) noexcept { return {}; }

Reverse::Reverse(const ReverseOptions&, const StreamSpec& in, Arena& arena) noexcept : WholeLine(in, arena) {}

void Reverse::process(ColumnRing& line) noexcept {
  double farthest = -std::numeric_limits<double>::infinity();
  for (Index k = 0; k < line.size(); ++k)
    if (std::isfinite(line.tag(k).distance_m)) farthest = std::max(farthest, line.tag(k).distance_m);
  for (Index a = 0, b = line.size() - 1; a < b; ++a, --b) {
    const TraceRef x = line.column(a);
    std::swap_ranges(x.begin(), x.end(), line.column(b).begin());
    std::swap(line.tag(a), line.tag(b));
  }
  for (Index k = 0; k < line.size(); ++k) {
    TraceTag& tag = line.tag(k);
    tag.index = k;
    tag.distance_m = std::isfinite(tag.distance_m) ? farthest - tag.distance_m : unknown;
  }
}

}  // namespace surefoot::gpr
