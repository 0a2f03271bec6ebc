// SPDX-License-Identifier: MIT
#include <surefoot/emi/mains_notch.hpp>

#include "support/lines.hpp"
#include "support/stage_run.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <numbers>

namespace surefoot::emi {
namespace {

using test::Single;
constexpr double two_pi = 2.0 * std::numbers::pi;
constexpr double rate = 20e3;
constexpr Index block = 160;  // 8 ms: ten blocks a fit

StreamSpec block_spec(Index n_channels = 2) {
  return {{AxisKind::sample_time, 0.0, 1.0 / rate}, block * n_channels, 0.008, 0.0, 0, false, n_channels};
}

using Signal = std::function<double(double, Index)>;

void push(Single<MainsNotch>& stage, const StreamSpec& spec, std::int64_t index, const Signal& x,
          Quality quality = Quality::good) {
  std::vector<Sample> trace;
  for (Index c = 0; c < spec.n_channels; ++c)
    for (Index i = 0; i < block; ++i)
      trace.push_back(static_cast<Sample>(x(static_cast<double>(index * block + i) / rate, c)));
  TraceTag tag;
  tag.index = index;
  tag.quality = quality;
  stage->push(trace, tag);
  stage.pull();
}

double hum(double t, Index c, double hz) {
  double v = 0.0;
  for (int h = 1; h <= 7; h += 2) v += (c == 0 ? 30.0 : -4.0) / h * std::cos(two_pi * h * hz * t + 0.2 * h);
  return v;
}
double tone(double t, Index c) { return (c == 0 ? 0.5 : 0.1) * std::cos(two_pi * 2431.0 * t) + 2.0; }

TEST(MainsNotch, HumGoesAndTheToneStays) {
  const StreamSpec spec = block_spec();
  for (const double hz : {49.955, 50.0, 50.048, 50.31}) {
    const MainsNotchOptions options{.search_hz = hz > 50.1 ? 0.5 : 0.05};
    ASSERT_FALSE(validate(options, spec));
    Single<MainsNotch> stage(options, spec);
    for (std::int64_t i = 0; i < 30; ++i)
      push(stage, spec, i, [&](double t, Index c) { return hum(t, c, hz) + tone(t, c); });
    ASSERT_EQ(stage.traces.size(), 30U);
    double worst = 0.0;
    for (std::size_t b = 0; b < 30; ++b) {
      EXPECT_EQ(stage.tags[b].quality, Quality::good);
      EXPECT_EQ(stage.tags[b].index, static_cast<std::int64_t>(b));
      for (Index c = 0; c < 2; ++c)
        for (Index i = 0; i < block; ++i) {
          const double t = static_cast<double>(static_cast<Index>(b) * block + i) / rate;
          worst = std::max(worst, std::abs(static_cast<double>(stage.traces[b][to_size(c * block + i)]) - tone(t, c)));
        }
    }
    // What the tone itself has in the harmonics, 22 of its main lobes away, and float32.
    EXPECT_LT(worst, 0.02) << hz;
    std::array<Note, most_notes> notes{};
    ASSERT_EQ(stage->notes(notes), 2);
    EXPECT_NEAR(notes[0].value, hz, 1e-3);
    EXPECT_GT(notes[1].value, 0.99);
  }
}

TEST(MainsNotch, NothingButHumLeavesNothing) {
  const StreamSpec spec = block_spec();
  Single<MainsNotch> stage(MainsNotchOptions{}, spec);
  for (std::int64_t i = 0; i < 20; ++i)
    push(stage, spec, i, [&](double t, Index c) { return hum(t, c, 50.021) - 7.0; });
  for (const auto& trace : stage.traces)
    for (const Sample v : trace) EXPECT_NEAR(v, -7.0F, 1.5e-5F);
}

TEST(MainsNotch, MissingBlocksLeaveTheOthersRight) {
  const StreamSpec spec = block_spec();
  Single<MainsNotch> stage(MainsNotchOptions{}, spec);
  for (std::int64_t i = 0; i < 30; ++i)
    if (i != 13 && i != 14 && i != 17) push(stage, spec, i, [&](double t, Index c) { return hum(t, c, 49.97); });
  ASSERT_EQ(stage.traces.size(), 27U);
  for (const auto& trace : stage.traces)
    for (const Sample v : trace) EXPECT_NEAR(v, 0.0F, 2e-5F);
}

TEST(MainsNotch, AFrequencyBeyondTheSearchIsFlagged) {
  const StreamSpec spec = block_spec();
  Single<MainsNotch> stage(MainsNotchOptions{}, spec);
  for (std::int64_t i = 0; i < 10; ++i) push(stage, spec, i, [&](double t, Index c) { return hum(t, c, 50.2); });
  for (const TraceTag& tag : stage.tags) EXPECT_EQ(tag.quality, Quality::not_converged);
  test::Random random(4);
  Single<MainsNotch> noise(MainsNotchOptions{}, spec);
  for (std::int64_t i = 0; i < 30; ++i) push(noise, spec, i, [&](double, Index) { return random.normal(); });
  for (const TraceTag& tag : noise.tags) EXPECT_EQ(tag.quality, Quality::good);
}

TEST(MainsNotch, NoiseLosesItsShareOfFreedomAndNoMore) {
  const StreamSpec spec = block_spec(1);
  constexpr std::uint64_t seed = 8;
  test::Random random(seed);
  Single<MainsNotch> stage(MainsNotchOptions{.search_hz = 0.0, .n_harmonics = 20}, spec);
  double in = 0.0;
  double out = 0.0;
  for (std::int64_t i = 0; i < 200; ++i)
    push(stage, spec, i, [&](double, Index) {
      const double v = random.normal();
      in += v * v;
      return v;
    });
  for (const auto& trace : stage.traces)
    for (const Sample v : trace) out += static_cast<double>(v) * static_cast<double>(v);
  // 40 of 1600 samples a fit; chi-square of 20 fits times 40.
  const double lost = (in - out) / 20.0;
  EXPECT_NEAR(lost, 40.0, 3.0 * std::sqrt(2.0 * 40.0 / 20.0)) << "seed " << seed;
}

TEST(MainsNotch, ZeroConstantAndShortStreams) {
  const StreamSpec spec = block_spec();
  for (const double level : {0.0, 3.0}) {
    Single<MainsNotch> stage(MainsNotchOptions{}, spec);
    for (std::int64_t i = 0; i < 10; ++i) push(stage, spec, i, [&](double, Index) { return level; });
    ASSERT_EQ(stage.traces.size(), 10U);
    for (const auto& trace : stage.traces)
      for (const Sample v : trace) EXPECT_NEAR(v, static_cast<Sample>(level), 1e-6F);
    EXPECT_EQ(stage.tags[0].quality, Quality::good);
  }
  Single<MainsNotch> single(MainsNotchOptions{}, spec);
  push(single, spec, 0, [](double t, Index c) { return hum(t, c, 50.0); });
  single->finish();
  single.pull();
  ASSERT_EQ(single.traces.size(), 1U);
  EXPECT_EQ(single.tags[0].quality, Quality::warming_up);
  EXPECT_NEAR(single.traces[0][0], hum(0.0, 0, 50.0), 1e-5);  // as it came
}

TEST(MainsNotch, RefusesWhatItCannotDo) {
  const StreamSpec spec = block_spec();
  EXPECT_FALSE(validate(MainsNotchOptions{}, spec));
  EXPECT_STREQ(validate(MainsNotchOptions{.fit_s = 0.03}, spec).field, "fit_s");
  EXPECT_STREQ(validate(MainsNotchOptions{.mains_hz = 500.0, .n_harmonics = 19}, spec).field, "n_harmonics");
  EXPECT_STREQ(validate(MainsNotchOptions{.search_hz = 3.0, .n_harmonics = 50, .fit_s = 2.0}, spec).field, "search_hz");
  EXPECT_STREQ(validate(MainsNotchOptions{.mains_hz = 0.04}, spec).field, "search_hz");
  EXPECT_STREQ(validate(MainsNotchOptions{.n_harmonics = 0}, spec).field, "n_harmonics");
  StreamSpec other = spec;
  other.axis.kind = AxisKind::gate_time;
  EXPECT_TRUE(validate(MainsNotchOptions{}, other));
}

}  // namespace
}  // namespace surefoot::emi
