// SPDX-License-Identifier: MIT
#include <surefoot/detect/depth_score.hpp>

#include "support/lines.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

namespace surefoot::detect {
namespace {

struct Owned {
  Owned(const DepthOptions& options, const StreamSpec& spec) : block(65536), arena(block), it(options, spec, arena) {
    EXPECT_TRUE(arena.ok());
  }
  TraceTag of(std::span<const double> z) {
    const std::vector<Sample> in(z.size());
    std::vector<Sample> out(z.size());
    TraceTag tag;
    it.finish_trace_with(z, std::span<const Sample>(in), std::span<Sample>(out), tag);
    return tag;
  }
  std::vector<std::byte> block;
  Arena arena;
  DepthScore it;
};

StreamSpec spec_of(Index n_samples, Index n_channels = 1) {
  StreamSpec spec{{AxisKind::two_way_time, 0.0, 1.0}, n_samples, 0.0, 0.0, 0};
  spec.n_channels = n_channels;
  return spec;
}
DepthOptions options_of(Combine combine, Index top = 3) {
  DepthOptions o;
  o.end_s = 1000.0;
  o.segment_s = 1.0;
  o.combine = combine;
  o.top_segments = top;
  return o;
}

TEST(DepthScore, CombinesAsTold) {
  const std::vector<double> z{1.0, -2.0, 5.0, 0.5, 3.0, -1.0};
  const auto score = [&](Combine combine, Index top) {
    Owned owned(options_of(combine, top), spec_of(6));
    const TraceTag tag = owned.of(z);
    EXPECT_EQ(tag.score_time_s, 2.0);
    EXPECT_TRUE(has(tag.quality, Quality::warming_up));
    return static_cast<double>(tag.score);
  };
  EXPECT_FLOAT_EQ(static_cast<float>(score(Combine::top_mean, 3)), 3.0F);
  EXPECT_FLOAT_EQ(static_cast<float>(score(Combine::top_mean, 20)), static_cast<float>(6.5 / 6.0));
  EXPECT_EQ(score(Combine::order_statistic, 1), 5.0);
  EXPECT_EQ(score(Combine::order_statistic, 2), 3.0);
  EXPECT_EQ(score(Combine::order_statistic, 4), 0.5);
  EXPECT_EQ(score(Combine::order_statistic, 6), -2.0);
  EXPECT_EQ(score(Combine::largest, 3), 5.0);
  const double a = 1.0 / std::sqrt(2.0 * std::numbers::pi);
  EXPECT_NEAR(score(Combine::positive_sum, 3), (9.5 - 6.0 * a) / std::sqrt(6.0 * (0.5 - a * a)), 1e-6);
}

// For independent normal z the sum of the positive parts has mean 0 and variance 1.
TEST(DepthScore, PositiveSumIsStandardised) {
  Owned owned(options_of(Combine::positive_sum), spec_of(30));
  constexpr std::uint64_t seed = 21;
  constexpr int trials = 20000;
  test::Random random(seed);
  double sum = 0.0;
  double square = 0.0;
  std::vector<double> z(30);
  for (int i = 0; i < trials; ++i) {
    for (double& v : z) v = random.normal();
    const auto s = static_cast<double>(owned.of(z).score);
    sum += s / trials;
    square += s * s / trials;
  }
  EXPECT_NEAR(sum, 0.0, 3.0 / std::sqrt(trials)) << "seed " << seed;
  EXPECT_NEAR(square, 1.0, 3.0 * std::sqrt(2.2 / trials)) << "seed " << seed;
}

TEST(DepthScore, SegmentsLieInEveryChannel) {
  DepthOptions o = options_of(Combine::largest);
  o.start_s = 2.0;
  o.segment_s = 3.0;
  const DepthSegments s = depth_segments(o, spec_of(30, 3).axis, 30, 3);
  EXPECT_EQ(s.per_channel, 2);
  EXPECT_EQ(s.count, 6);
  EXPECT_EQ(s.begin(0), 2);
  EXPECT_EQ(s.begin(1), 5);
  EXPECT_EQ(s.begin(2), 12);
  EXPECT_EQ(s.begin(5), 25);
  EXPECT_EQ(s.begin_in_channel(5), 5);
  Owned owned(o, spec_of(30, 3));
  const std::vector<double> z{0.0, 0.0, 0.0, 0.0, 0.0, 7.0};
  EXPECT_EQ(owned.of(z).score_time_s, 6.0);  // the second segment of the third channel: samples 5 to 7
  o.emit = Emit::z;
  const StreamSpec out = DepthScore::output(o, spec_of(30, 3));
  EXPECT_EQ(out.n_samples, 6);
  EXPECT_EQ(out.n_channels, 3);
}

}  // namespace
}  // namespace surefoot::detect
