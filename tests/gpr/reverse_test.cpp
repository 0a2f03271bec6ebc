// SPDX-License-Identifier: MIT
#include <surefoot/gpr/reverse.hpp>

#include "support/golden.hpp"
#include "support/stage_run.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace surefoot::gpr {
namespace {

using test::Single;

StreamSpec spec_of(Index max_traces) { return {{AxisKind::two_way_time, 0.0, 1e-10}, 2, 0.01, 0.02, max_traces}; }

TEST(Reverse, TurnsTheLineRound) {
  for (const Index n : {1, 2, 5, 6}) {
    Single<Reverse> stage(ReverseOptions{}, spec_of(n));
    EXPECT_FALSE(stage->one_to_one());
    for (Index k = 0; k < n; ++k) {
      TraceTag tag;
      tag.time_s = 0.1 * static_cast<double>(k);
      tag.position_m = {static_cast<double>(k), 0.0, 0.0};
      tag.distance_m = k == 3 ? unknown : 2.0 + 0.5 * static_cast<double>(k);
      tag.quality = k == 0 ? Quality::saturated : k == 1 ? Quality::dropped : Quality::good;
      tag.score = static_cast<float>(k == 1 ? 0 : k);
      stage.push(std::vector<Sample>{static_cast<Sample>(k), -1.0F}, tag);
    }
    EXPECT_TRUE(stage.traces.empty());
    stage->finish();
    stage.pull();
    ASSERT_EQ(stage.traces.size(), to_size(n));
    const double farthest = 2.0 + 0.5 * static_cast<double>(n - 1);
    for (Index k = 0; k < n; ++k) {
      const Index from = n - 1 - k;
      const TraceTag& tag = stage.tags[to_size(k)];
      EXPECT_EQ(tag.index, k);
      EXPECT_EQ(tag.time_s, 0.1 * static_cast<double>(from));
      EXPECT_EQ(tag.position_m[0], static_cast<double>(from));
      if (from == 3) EXPECT_TRUE(std::isnan(tag.distance_m));
      else EXPECT_DOUBLE_EQ(tag.distance_m, farthest - (2.0 + 0.5 * static_cast<double>(from)));
      EXPECT_EQ(tag.quality, from == 0 ? Quality::saturated : from == 1 ? Quality::dropped : Quality::good);
      EXPECT_EQ(stage.traces[to_size(k)][0], from == 1 ? 0.0F : static_cast<Sample>(from));
    }
  }
}

TEST(Reverse, IsNumPysReversedAxis) {
  const test::GoldenArray input = test::read_golden_npy("editing_input.npy");
  const test::GoldenArray golden = test::read_golden_npy("editing_reverse.npy");
  StreamSpec in = spec_of(8);
  in.n_samples = 30;
  Single<Reverse> stage(ReverseOptions{}, in);
  for (std::size_t k = 0; k < 8; ++k) {
    TraceTag tag;
    tag.distance_m = input.at(k, 30);
    tag.time_s = input.at(k, 31);
    stage.push(ConstTraceRef(input.row(k)).first(30), tag);
  }
  stage->finish();
  stage.pull();
  ASSERT_EQ(stage.traces.size(), 8U);
  for (std::size_t k = 0; k < 8; ++k) {
    for (std::size_t i = 0; i < 30; ++i) EXPECT_EQ(static_cast<double>(stage.traces[k][i]), golden.at(k, i));
    EXPECT_NEAR(stage.tags[k].distance_m, golden.at(k, 30), 1e-15);
    EXPECT_EQ(stage.tags[k].time_s, golden.at(k, 31));
  }
}

TEST(Reverse, NothingComesOutOfNothing) {
  Single<Reverse> stage(ReverseOptions{}, spec_of(3));
  stage->finish();
  stage.pull();
  EXPECT_TRUE(stage.traces.empty());
  EXPECT_FALSE(validate(ReverseOptions{}, spec_of(3)));
}

}  // namespace
}  // namespace surefoot::gpr
