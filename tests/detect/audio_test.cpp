// SPDX-License-Identifier: MIT
#include <surefoot/detect/audio.hpp>

#include "support/stage_run.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numbers>

namespace surefoot::detect {
namespace {

using test::Single;

StreamSpec spec_of() { return {{AxisKind::channel, 0.0, 1.0}, 4, 0.01, 0.0, 0}; }

struct Tone {
  double pitch_hz;
  double level;
};
Tone play(Single<Audio>& stage, float score, double phase_rad = unknown, double depth_m = unknown) {
  TraceTag tag;
  tag.score = score;
  tag.phase_rad = phase_rad;
  tag.depth_m = depth_m;
  stage.push(std::vector<Sample>(4, 1.0F), tag);
  return {static_cast<double>(stage.traces.back()[0]), static_cast<double>(stage.traces.back()[1])};
}
constexpr AudioOptions options{.threshold = 4.0, .full_score = 64.0, .low_hz = 200.0, .high_hz = 1600.0};

TEST(Audio, GrowsWithTheLogarithmOfTheScore) {
  for (const float score : {4.0F, 8.0F, 16.0F, 32.0F, 64.0F, 1000.0F}) {
    Single<Audio> stage(options, spec_of());
    const double u = std::min(1.0, std::log2(static_cast<double>(score) / 4.0) / 4.0);
    const Tone tone = play(stage, score);
    EXPECT_NEAR(tone.level, 0.1 + 0.9 * u, 1e-6);
    EXPECT_NEAR(tone.pitch_hz, 200.0 * std::pow(8.0, u), 1e-3);
  }
}

TEST(Audio, IsSilentBelowTheThresholdAndThereWithItsTrace) {
  Single<Audio> stage(options, spec_of());
  for (const float score : {0.0F, -5.0F, 3.99F, std::numeric_limits<float>::quiet_NaN()})
    EXPECT_EQ(play(stage, score).level, 0.0);
  EXPECT_GT(play(stage, 10.0F).level, 0.1);
  EXPECT_EQ(stage->latency(), 0);
}

TEST(Audio, FallsToAThirdInTheReleaseTimeAndKeepsItsPitch) {
  Single<Audio> stage(AudioOptions{.threshold = 4.0, .full_score = 64.0, .release_s = 0.1}, spec_of());
  const Tone loud = play(stage, 64.0F);
  Tone tone{};
  for (int n = 0; n < 10; ++n) tone = play(stage, 0.0F);
  EXPECT_NEAR(tone.level / loud.level, std::exp(-1.0), 1e-6);
  EXPECT_EQ(tone.pitch_hz, loud.pitch_hz);
  for (int n = 0; n < 200; ++n) tone = play(stage, 0.0F);
  EXPECT_EQ(tone.level, 0.0);
}

TEST(Audio, PitchFollowsPhaseOrDepth) {
  AudioOptions by_phase = options;
  by_phase.pitch = Pitch::phase;
  Single<Audio> phase(by_phase, spec_of());
  EXPECT_NEAR(play(phase, 10.0F, 0.0).pitch_hz, 200.0, 1e-3);
  EXPECT_NEAR(play(phase, 64.0F, -std::numbers::pi).pitch_hz, 1600.0, 1e-2);
  AudioOptions by_depth = options;
  by_depth.pitch = Pitch::depth;
  Single<Audio> depth(by_depth, spec_of());
  EXPECT_NEAR(play(depth, 10.0F, unknown, 0.15).pitch_hz, 200.0 * std::sqrt(8.0), 1e-2);
  EXPECT_NEAR(play(depth, 64.0F, unknown, 2.0).pitch_hz, 200.0, 1e-3);
  Single<Audio> fallback(by_depth, spec_of());
  EXPECT_NEAR(play(fallback, 64.0F).pitch_hz, 1600.0, 1e-2);
}

TEST(Audio, FlagsStayAndLostTracesAreSilent) {
  Single<Audio> stage(options, spec_of());
  TraceTag tag;
  tag.score = 50.0F;
  tag.quality = Quality::ground_balance_lost;
  stage.push(std::vector<Sample>(4, 1.0F), tag);
  EXPECT_TRUE(has(stage.tags[0].quality, Quality::ground_balance_lost));
  stage.push(std::vector<Sample>(3, 1.0F), tag);
  EXPECT_TRUE(has(stage.tags[1].quality, Quality::dropped));
  EXPECT_EQ(stage.traces[1], std::vector<Sample>(2, 0.0F));
}

TEST(Audio, RefusesWhatContradictsItself) {
  EXPECT_STREQ(validate(AudioOptions{.threshold = 5.0, .full_score = 5.0}, spec_of()).field, "full_score");
  EXPECT_STREQ(validate(AudioOptions{.low_hz = 500.0, .high_hz = 400.0}, spec_of()).field, "high_hz");
  EXPECT_FALSE(validate(AudioOptions{}, spec_of()));
}

}  // namespace
}  // namespace surefoot::detect
