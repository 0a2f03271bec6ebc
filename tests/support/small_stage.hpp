// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/arena.hpp>
#include <surefoot/base/stage.hpp>

#include <cstddef>
#include <vector>

/// Traces of two samples for stages that tests write themselves.
namespace surefoot::test::small {

inline const StreamSpec spec{{AxisKind::two_way_time, 0.0, 1e-10}, 2, 0.0, 0.0, 6};
using Trace = std::vector<Sample>;

struct Memory {
  std::vector<std::byte> block = std::vector<std::byte>(1 << 16);
  Arena arena{block};
};

struct Pulled {
  Trace samples = Trace(2, -1.0F);
  TraceTag tag{};
  bool ready = false;
};
inline Pulled pull(Stage& stage) {
  Pulled out;
  out.ready = stage.pull(out.samples, out.tag);
  return out;
}
inline Trace number(int k) { return {static_cast<Sample>(k), 1.0F}; }
inline TraceTag tag_of(int k, Quality quality = Quality::good) {
  TraceTag tag;
  tag.index = k;
  tag.quality = quality;
  return tag;
}

}  // namespace surefoot::test::small
