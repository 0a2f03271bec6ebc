// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/fields.hpp>

namespace surefoot::sim {

/// The options of how a head is carried, which every scene has: `o` has these four members.
template <class V, class Options>
void carried_fields(V& v, Options& o) {
  v(o.standoff_m, "standoff_m", Unit::metre, between(0.005, 10), "Mean height of the head over the mean ground.");
  v(o.wander_m, "wander_m", Unit::metre, between(0, 1), "Slow change of the height, rms.");
  v(o.wander_length_m, "wander_length_m", Unit::metre, above_to(0, 1000), "Correlation length of all slow changes.");
  v(o.jitter_m, "jitter_m", Unit::metre, between(0, 0.1), "Change of the height from trace to trace, rms.");
}

}  // namespace surefoot::sim
