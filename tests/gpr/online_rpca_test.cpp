// SPDX-License-Identifier: MIT
#include <surefoot/gpr/online_rpca.hpp>

#include "support/golden.hpp"
#include "support/lines.hpp"
#include "support/stage_run.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace surefoot::gpr {
namespace {

using Line = std::vector<std::vector<Sample>>;
using test::Single;

StreamSpec spec_of(std::size_t n_samples) {
  return {{AxisKind::two_way_time, 0.0, 0.1e-9}, static_cast<Index>(n_samples), 0.01, 0.02, 0};
}

// Two directions of clutter whose weights drift, and noise.
Line ground(std::size_t n_traces, std::size_t n_samples, double noise, std::uint64_t seed) {
  test::Random random(seed);
  Line line(n_traces, std::vector<Sample>(n_samples));
  for (std::size_t k = 0; k < n_traces; ++k)
    for (std::size_t i = 0; i < n_samples; ++i) {
      const auto t = static_cast<double>(i);
      const auto x = static_cast<double>(k);
      line[k][i] = static_cast<Sample>(1000.0 * std::cos(0.3 * t) * (1.0 + 0.1 * std::sin(0.02 * x)) +
                                       200.0 * std::sin(0.11 * t) * std::cos(0.013 * x) + noise * random.normal());
    }
  return line;
}

double rms(const std::vector<Sample>& x) {
  double sum = 0.0;
  for (const Sample v : x) sum += static_cast<double>(v) * static_cast<double>(v);
  return std::sqrt(sum / static_cast<double>(x.size()));
}

TEST(OnlineRpca, IsTheAlgorithmInNumPy) {
  const auto input = test::read_golden_npy("online_rpca_input.npy");
  for (const auto output : {OnlineRpcaOutput::residual, OnlineRpcaOutput::sparse}) {
    const auto expected = test::read_golden_npy(output == OnlineRpcaOutput::residual ? "online_rpca_residual.npy"
                                                                                     : "online_rpca_sparse.npy");
    Single<OnlineRpca> stage(OnlineRpcaOptions{.output = output,
                                               .low_rank_scale = 1.0,
                                               .forgetting = 0.95,
                                               .most_iterations = 10000,
                                               .freeze_limit_traces = 0},
                             spec_of(input.shape[1]));
    for (std::size_t k = 0; k < input.shape[0]; ++k) stage.push(input.row(k));
    for (std::size_t k = 0; k < input.shape[0]; ++k)
      for (std::size_t i = 0; i < input.shape[1]; ++i)
        ASSERT_NEAR(static_cast<double>(stage.traces[k][i]), expected.at(k, i), 1e-4 * 700.0) << k << " " << i;
  }
}

TEST(OnlineRpca, RemovesTheClutterAndKeepsTheTarget) {
  Line line = ground(600, 200, 0.5, 71);
  for (std::size_t k = 400; k < 410; ++k)
    for (std::size_t i = 90; i < 98; ++i) line[k][i] += 300.0F;
  Single<OnlineRpca> stage(OnlineRpcaOptions{}, spec_of(200));
  for (const auto& trace : line) stage.push(trace);
  for (std::size_t k = 200; k < 390; ++k) ASSERT_LT(rms(stage.traces[k]), 0.02 * rms(line[k])) << k;
  for (std::size_t k = 400; k < 410; ++k)
    for (std::size_t i = 90; i < 98; ++i) EXPECT_NEAR(stage.traces[k][i], 300.0F, 30.0F) << k;
  for (std::size_t k = 450; k < 600; ++k) ASSERT_LT(rms(stage.traces[k]), 0.02 * rms(line[k])) << k;
  for (std::size_t k = 0; k < 600; ++k) EXPECT_EQ(has(stage.tags[k].quality, Quality::warming_up), k < 50) << k;
}

TEST(OnlineRpca, FreezesWhileHovering) {
  Line line = ground(300, 200, 0.5, 72);
  test::Random random(73);
  for (std::size_t k = 0; k < 1500; ++k) {
    auto trace = line[299];
    for (std::size_t i = 0; i < 200; ++i) {
      trace[i] += static_cast<Sample>(0.5 * random.normal());
      if (i >= 90 && i < 130) trace[i] += 100.0F;
    }
    line.push_back(trace);
  }
  const auto end_of_hover = [&](Index limit, double hover_s = 0.0) {
    Single<OnlineRpca> stage(
        OnlineRpcaOptions{.forgetting = 0.9, .freeze_limit_traces = limit, .hover_limit_s = hover_s}, spec_of(200));
    for (const auto& trace : line) stage.push(trace);
    double target = 0.0;
    for (std::size_t i = 90; i < 130; ++i) target += static_cast<double>(stage.traces.back()[i]) / 40.0;
    return target;
  };
  EXPECT_GT(end_of_hover(3000), 60.0);
  EXPECT_LT(end_of_hover(0), 20.0);
  EXPECT_GT(end_of_hover(0, 60.0), 60.0);  // the traces alone say that it stands
}

TEST(OnlineRpca, AScaleOfTheInputIsAScaleOfTheOutput) {
  const Line line = ground(120, 64, 2.0, 74);
  Single<OnlineRpca> a(OnlineRpcaOptions{}, spec_of(64));
  Single<OnlineRpca> b(OnlineRpcaOptions{}, spec_of(64));
  for (auto trace : line) {
    a.push(trace);
    for (Sample& x : trace) x *= 0x1p-40F;
    b.push(trace);
  }
  for (std::size_t k = 0; k < line.size(); ++k)
    for (std::size_t i = 0; i < 64; ++i) ASSERT_EQ(b.traces[k][i], a.traces[k][i] * 0x1p-40F) << k;
}

TEST(OnlineRpca, UnusableTracesLeaveTheStateAlone) {
  const Line line = ground(100, 32, 2.0, 75);
  Single<OnlineRpca> a(OnlineRpcaOptions{}, spec_of(32));
  Single<OnlineRpca> b(OnlineRpcaOptions{}, spec_of(32));
  std::vector<Sample> bad(32, std::numeric_limits<Sample>::infinity());
  for (std::size_t k = 0; k < line.size(); ++k) {
    if (k == 1 || k == 60) b.push(bad);
    a.push(line[k]);
    b.push(line[k]);
  }
  EXPECT_EQ(a.traces.back(), b.traces.back());
  EXPECT_TRUE(has(b.tags[1].quality, Quality::non_finite));
  EXPECT_EQ(b.traces[1], std::vector<Sample>(32, 0.0F));
}

TEST(OnlineRpca, ZeroConstantAndSingleTraces) {
  Single<OnlineRpca> zero(OnlineRpcaOptions{}, spec_of(32));
  for (int k = 0; k < 100; ++k) zero.push(std::vector<Sample>(32, 0.0F));
  for (std::size_t k = 0; k < 100; ++k) {
    EXPECT_EQ(zero.traces[k], std::vector<Sample>(32, 0.0F));
    EXPECT_TRUE(has(zero.tags[k].quality, Quality::warming_up));  // nothing has been learnt
  }
  Single<OnlineRpca> constant(OnlineRpcaOptions{}, spec_of(32));
  for (int k = 0; k < 400; ++k) constant.push(std::vector<Sample>(32, 1000.0F));
  EXPECT_TRUE(has(constant.tags[0].quality, Quality::warming_up));
  EXPECT_LT(rms(constant.traces[399]), 10.0);
  // It falls silent: nothing subnormal is left.
  for (int k = 0; k < 3000; ++k) constant.push(std::vector<Sample>(32, 0.0F));
  EXPECT_EQ(constant.traces.back(), std::vector<Sample>(32, 0.0F));
}

TEST(OnlineRpca, RefusesWhatItCannotDo) {
  const StreamSpec in = spec_of(10);
  EXPECT_FALSE(validate(OnlineRpcaOptions{.rank = 9}, in));
  EXPECT_STREQ(validate(OnlineRpcaOptions{.rank = 10}, in).field, "rank");
  EXPECT_EQ(validate(OnlineRpcaOptions{.rank = 10}, in).allowed.high, 9.0);
  EXPECT_STREQ(validate(OnlineRpcaOptions{.forgetting = 1.1}, in).field, "forgetting");
  EXPECT_STREQ(validate(OnlineRpcaOptions{.segment_s = 1e-10}, in).field, "segment_s");
}

}  // namespace
}  // namespace surefoot::gpr
