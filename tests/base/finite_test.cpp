// SPDX-License-Identifier: MIT
#include <surefoot/base/finite.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

namespace surefoot {
namespace {

TEST(Finite, FindsOneBadSampleAtAnyPlace) {
  using Limits = std::numeric_limits<float>;
  const float bad[] = {Limits::quiet_NaN(), -Limits::quiet_NaN(), Limits::signaling_NaN(),
                       Limits::infinity(),  -Limits::infinity(),  too_large,
                       -too_large,          Limits::max()};
  const float good[] = {0.0F,
                        -0.0F,
                        1.0F,
                        Limits::denorm_min(),
                        Limits::min(),
                        std::nextafter(too_large, 0.0F),
                        -std::nextafter(too_large, 0.0F)};
  for (const std::size_t n : {1U, 7U, 8U, 33U}) {
    for (std::size_t at = 0; at < n; ++at) {
      for (const float x : bad) {
        std::vector<float> trace(n, 1.0F);
        trace[at] = x;
        EXPECT_FALSE(all_finite(std::span<const float>(trace))) << x << " at " << at;
      }
      for (const float x : good) {
        std::vector<float> trace(n, 1.0F);
        trace[at] = x;
        EXPECT_TRUE(all_finite(std::span<const float>(trace))) << x << " at " << at;
      }
    }
  }
  EXPECT_TRUE(all_finite({}));
}

}  // namespace
}  // namespace surefoot
