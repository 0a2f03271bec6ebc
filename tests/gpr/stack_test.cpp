// SPDX-License-Identifier: MIT
#include <surefoot/gpr/stack.hpp>

#include "support/golden.hpp"
#include "support/stage_run.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace surefoot::gpr {
namespace {

using test::Single;

StreamSpec spec_of(Index n, Index max_traces = 0) {
  return {{AxisKind::two_way_time, 0.0, 1e-10}, n, 0.01, 0.02, max_traces};
}
constexpr StackMethod methods[] = {StackMethod::mean, StackMethod::median, StackMethod::robust};

TEST(Stack, IsNumPys) {
  const test::GoldenArray input = test::read_golden_npy("stack_input.npy");
  const test::GoldenArray golden = test::read_golden_npy("stack.npy");
  std::size_t row = 0;
  for (const Index length : {1, 4, 5, 9})
    for (const StackMethod method : methods) {
      Single<DecimatingStack> stage(StackOptions{.method = method, .length_traces = length}, spec_of(37));
      for (std::size_t k = 0; k < input.shape[0]; ++k) stage.push(input.row(k));
      stage->finish();
      stage.pull();
      ASSERT_EQ(stage.traces.size(), (22 + to_size(length) - 1) / to_size(length));
      for (const auto& trace : stage.traces) {
        for (std::size_t i = 0; i < 37; ++i)
          EXPECT_NEAR(static_cast<double>(trace[i]), golden.at(row, i), 2e-7 * 600.0) << length << " " << row;
        ++row;
      }
    }
  EXPECT_EQ(row, golden.shape[0]);
}

TEST(Stack, RunningIsNumPys) {
  const test::GoldenArray input = test::read_golden_npy("stack_input.npy");
  const test::GoldenArray golden = test::read_golden_npy("stack_running.npy");
  std::size_t row = 0;
  for (const Index length : {1, 4, 9})
    for (const StackMethod method : methods) {
      Single<RunningStack> stage(StackOptions{.mode = StackMode::running, .method = method, .length_traces = length},
                                 spec_of(37));
      for (std::size_t k = 0; k < input.shape[0]; ++k) stage.push(input.row(k));
      stage->finish();
      stage.pull();
      ASSERT_EQ(stage.traces.size(), input.shape[0]);
      for (const auto& trace : stage.traces) {
        for (std::size_t i = 0; i < 37; ++i)
          EXPECT_NEAR(static_cast<double>(trace[i]), golden.at(row, i), 2e-7 * 600.0) << length << " " << row;
        ++row;
      }
    }
  EXPECT_EQ(row, golden.shape[0]);
}

TEST(Stack, TheNoiseFallsAsStatisticsSays) {
  // The spread of the mean of 16 is a quarter; of their median 1.25 times that (exactly 1.2114 for n = 16 is within 3 %).
  std::vector<Sample> x(4096);
  std::uint64_t seed = 1;
  const auto uniform = [&seed] {
    seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
    return static_cast<double>(seed >> 11U) * 0x1p-53;
  };
  for (const StackMethod method : {StackMethod::mean, StackMethod::median}) {
    Single<DecimatingStack> stage(StackOptions{.method = method, .length_traces = 16}, spec_of(4096));
    for (int k = 0; k < 16; ++k) {
      for (Sample& v : x)
        v = static_cast<Sample>(std::sqrt(-2.0 * std::log(1.0 - uniform())) * std::cos(6.283185307179586 * uniform()));
      stage.push(x);
    }
    double square = 0.0;
    for (const Sample v : stage.traces.at(0)) square += static_cast<double>(v) * static_cast<double>(v);
    const double spread = std::sqrt(square / 4096.0);
    EXPECT_NEAR(spread, method == StackMethod::mean ? 0.25 : 0.25 * 1.2114, 0.015);
  }
}

TEST(Stack, TagsAreMeansAndTheOutputIsCountedAnew) {
  Single<DecimatingStack> stage(StackOptions{.length_traces = 4}, spec_of(3, 10));
  EXPECT_EQ(stage->output().max_traces, 3);
  EXPECT_DOUBLE_EQ(stage->output().trace_spacing_m, 0.08);
  EXPECT_DOUBLE_EQ(stage->output().trace_interval_s, 0.04);
  EXPECT_EQ(stage->latency(), 3);
  for (int k = 0; k < 10; ++k) {
    TraceTag tag;
    tag.time_s = 0.01 * k;
    tag.distance_m = 1.0 + 0.02 * k;
    tag.position_m = {1.0 * k, 2.0, unknown};
    tag.score = static_cast<float>(k % 3);
    stage.push(std::vector<Sample>(3, static_cast<Sample>(k)), tag);
    EXPECT_EQ(stage.traces.size(), static_cast<std::size_t>((k + 1) / 4));
  }
  stage->finish();
  stage.pull();
  ASSERT_EQ(stage.traces.size(), 3U);
  EXPECT_EQ(stage.traces[1][0], 5.5F);
  EXPECT_EQ(stage.tags[1].index, 1);
  EXPECT_DOUBLE_EQ(stage.tags[1].time_s, 0.055);
  EXPECT_DOUBLE_EQ(stage.tags[1].distance_m, 1.11);
  EXPECT_DOUBLE_EQ(stage.tags[1].position_m[0], 5.5);
  EXPECT_TRUE(std::isnan(stage.tags[1].position_m[2]));
  EXPECT_EQ(stage.tags[1].score, 2.0F);
  EXPECT_EQ(stage.tags[1].quality, Quality::good);
  EXPECT_EQ(stage.traces[2][0], 8.5F) << "what is left";
  EXPECT_EQ(stage.tags[2].quality, Quality::warming_up);
}

TEST(Stack, UnusableTracesDoNotCountAndAreNotHidden) {
  for (const StackMethod method : methods) {
    Single<DecimatingStack> stage(StackOptions{.method = method, .length_traces = 3}, spec_of(2));
    stage.push(std::vector<Sample>{1.0F, 4.0F}, {});
    TraceTag rail;
    rail.quality = Quality::saturated;
    stage.push(std::vector<Sample>{3.0F, 8.0F}, rail);
    stage.push(std::vector<Sample>{std::numeric_limits<Sample>::quiet_NaN(), 0.0F}, {});
    for (int k = 0; k < 3; ++k) stage.push(std::vector<Sample>(5, 1.0F), rail);  // wrong length
    EXPECT_EQ(stage.traces.at(0), (std::vector<Sample>{2.0F, 6.0F}));
    EXPECT_EQ(stage.tags.at(0).quality, Quality::saturated | Quality::repaired);
    EXPECT_EQ(stage.traces.at(1), (std::vector<Sample>{0.0F, 0.0F}));
    EXPECT_EQ(stage.tags.at(1).quality, Quality::saturated | Quality::dropped);
  }
}

TEST(Stack, RunningLooksToBothSides) {
  Single<RunningStack> stage(StackOptions{.mode = StackMode::running, .length_traces = 4}, spec_of(1));
  EXPECT_EQ(stage->latency(), 2);
  for (int k = 0; k < 7; ++k) {
    TraceTag tag;
    if (k == 4) tag.quality = Quality::dropped;
    if (k == 6) tag.quality = Quality::saturated;
    stage.push(std::vector<Sample>(1, static_cast<Sample>(k * k)), tag);
  }
  stage->finish();
  stage.pull();
  ASSERT_EQ(stage.traces.size(), 7U);
  // Traces k-1 .. k+2, those that exist and are usable.
  const std::vector<Sample> expected{5.0F / 3.0F, 14.0F / 4.0F, 14.0F / 3.0F, 38.0F / 3.0F,
                                     0.0F,        61.0F / 2.0F, 61.0F / 2.0F};
  for (std::size_t k = 0; k < 7; ++k) EXPECT_FLOAT_EQ(stage.traces[k][0], expected[k]) << k;
  EXPECT_EQ(stage.tags[1].quality, Quality::good);
  EXPECT_EQ(stage.tags[0].quality, Quality::warming_up);
  EXPECT_TRUE(has(stage.tags[4].quality, Quality::dropped));
  EXPECT_TRUE(has(stage.tags[5].quality, Quality::saturated));
}

TEST(Stack, HugeAndConstantInputStaysFinite) {
  for (const StackMethod method : methods) {
    Single<DecimatingStack> stage(StackOptions{.method = method, .length_traces = 2}, spec_of(2));
    for (int k = 0; k < 2; ++k) stage.push(std::vector<Sample>{9e15F, -7.0F});
    EXPECT_EQ(stage.traces.at(0), (std::vector<Sample>{9e15F, -7.0F}));
    stage.push(std::vector<Sample>{1.0F, 1.0F});
    stage->finish();
    stage.pull();
    EXPECT_EQ(stage.traces.at(1), (std::vector<Sample>{1.0F, 1.0F})) << "a single trace";
  }
}

TEST(Stack, RefusesWhatItCannotDo) {
  EXPECT_FALSE(validate(StackOptions{}, spec_of(8)));
  EXPECT_STREQ(validate(StackOptions{.length_traces = 0}, spec_of(8)).field, "length_traces");
  EXPECT_STREQ(validate(StackOptions{.length_traces = 1002}, spec_of(8)).field, "length_traces");
  EXPECT_STREQ(validate(StackOptions{.reject_z = 0.0}, spec_of(8)).field, "reject_z");
}

}  // namespace
}  // namespace surefoot::gpr
