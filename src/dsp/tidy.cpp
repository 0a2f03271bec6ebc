// SPDX-License-Identifier: MIT
#include <surefoot/dsp/tidy.hpp>

#include "../base/lanes.hpp"
#include "tidy_scan.hpp"

namespace surefoot::dsp {
namespace {

// Plain loops, at the vector width of the processor at hand.
struct Tidy {
  template <int>
  [[gnu::always_inline]] static inline void run(Sample* x, std::size_t n) noexcept {
    TidyScan scan;
    for (std::size_t i = 0; i < n; ++i) scan.see(x[i]);
    if (!scan.tidy()) TidyScan::repair(x, n);
  }
};

}  // namespace

void tidy(TraceRef samples) noexcept { dispatch<Tidy>(samples.data(), samples.size()); }

}  // namespace surefoot::dsp
