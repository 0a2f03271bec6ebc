// SPDX-License-Identifier: MIT
#include <surefoot/base/spec.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <string_view>

using namespace surefoot;

namespace {

TEST(Axis, ListedPlacesStandForEqualSteps) {
  const TraceAxis steps{AxisKind::two_way_time, -1.0, 0.5};
  EXPECT_EQ(steps.at(0), -1.0);
  EXPECT_EQ(steps.at(4), 1.0);
  const TraceAxis tones{AxisKind::sweep, 0.0, 0.0, {1000.0, 2500.0, 19200.0}};
  EXPECT_EQ(tones.at(0), 1000.0);
  EXPECT_EQ(tones.at(2), 19200.0);
  EXPECT_TRUE(std::isnan(tones.at(3)));
  EXPECT_TRUE(std::isnan(tones.at(-1)));
}

TEST(Axis, EqualityLooksAtThePlacesThatCount) {
  TraceAxis a{AxisKind::gates, 0.0, 0.0, {1e-5, 2e-5}};
  TraceAxis b = a;
  b.places.values[7] = 3.0;
  EXPECT_EQ(a, b);
  b.places.values[1] = 3e-5;
  EXPECT_NE(a, b);
  b = a;
  b.places.count = 1;
  EXPECT_NE(a, b);
}

TEST(Axis, EachKindHasItsWord) {
  for (const AxisKind kind : axis_kinds) {
    EXPECT_STRNE(name_of(kind), "");
    for (const AxisKind other : axis_kinds) {
      EXPECT_EQ(std::string_view(name_of(kind)) == name_of(other), other == kind);
    }
  }
}

TEST(Axis, AChannelIsAnEqualPartOfATrace) {
  StreamSpec spec;
  spec.n_samples = 48;
  EXPECT_EQ(spec.channel_samples(), 48);
  spec.n_channels = 4;
  EXPECT_EQ(spec.channel_samples(), 12);
}

}  // namespace
