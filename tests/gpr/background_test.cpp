// SPDX-License-Identifier: MIT
#include <surefoot/gpr/background.hpp>

#include <support/golden.hpp>
#include <support/lines.hpp>

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstddef>
#include <limits>
#include <memory>
#include <vector>

namespace surefoot::gpr {
namespace {

using test::Random;

constexpr std::array every_method{BackgroundMethod::running_mean, BackgroundMethod::exponential,
                                  BackgroundMethod::mean,         BackgroundMethod::running_median,
                                  BackgroundMethod::median,       BackgroundMethod::reference,
                                  BackgroundMethod::kalman};

struct EndLife {
  void operator()(Stage* stage) const noexcept { stage->~Stage(); }
};

// A background stage with exactly the memory that it asks for.
struct Owned {
  Owned(const BackgroundOptions& options, const StreamSpec& in) : spec(in) {
    EXPECT_FALSE(validate(options, in));
    std::vector<std::byte> scratch(65536);
    Arena counting = Arena::counting(scratch);
    make_background(options, in, counting)->~Stage();
    block.resize(counting.needed());
    arena = std::make_unique<Arena>(block);
    stage.reset(make_background(options, in, *arena));
    EXPECT_TRUE(arena->ok());
  }
  StreamSpec spec;
  std::vector<std::byte> block;
  std::unique_ptr<Arena> arena;
  std::unique_ptr<Stage, EndLife> stage;
};

struct Output {
  std::vector<std::vector<Sample>> traces;
  std::vector<TraceTag> tags;
};

void pull_all(Stage& stage, Output& out) {
  std::vector<Sample> trace(to_size(stage.output().n_samples));
  TraceTag tag;
  while (stage.pull(trace, tag)) {
    out.traces.push_back(trace);
    out.tags.push_back(tag);
  }
}

Output run(Stage& stage, const std::vector<std::vector<Sample>>& line, const std::vector<std::size_t>& dropped = {}) {
  Output out;
  for (std::size_t k = 0; k < line.size(); ++k) {
    TraceTag tag;
    tag.index = static_cast<std::int64_t>(k);
    for (const std::size_t d : dropped)
      if (d == k) tag.quality = Quality::dropped;
    stage.push(line[k], tag);
    pull_all(stage, out);
  }
  stage.finish();
  pull_all(stage, out);
  return out;
}

StreamSpec spec_of(Index n_samples, Index n_traces = 0) {
  return {{AxisKind::two_way_time, 0.0, 0.1e-9}, n_samples, 0.01, 0.02, n_traces};
}

std::vector<std::vector<Sample>> noise(std::size_t n_traces, std::size_t n_samples, double sd, std::uint64_t seed,
                                       double offset = 0.0) {
  Random random(seed);
  std::vector<std::vector<Sample>> line(n_traces, std::vector<Sample>(n_samples));
  for (auto& trace : line)
    for (auto& x : trace) x = static_cast<Sample>(offset + sd * random.normal());
  return line;
}

double rms(const std::vector<Sample>& x) {
  double sum = 0.0;
  for (const Sample v : x) sum += static_cast<double>(v) * static_cast<double>(v);
  return std::sqrt(sum / static_cast<double>(x.size()));
}

void expect_golden(const BackgroundOptions& options, const std::string& name) {
  const auto input = test::read_golden_npy("background_input.npy");
  const auto expected = test::read_golden_npy(name);
  std::vector<std::vector<Sample>> line;
  for (std::size_t k = 0; k < input.shape[0]; ++k) line.push_back(input.row(k));
  Owned stage(options, spec_of(static_cast<Index>(input.shape[1]), static_cast<Index>(line.size())));
  const Output out = run(*stage.stage, line, {9, 10, 31});
  ASSERT_EQ(out.traces.size(), line.size());
  for (std::size_t k = 0; k < line.size(); ++k)
    for (std::size_t i = 0; i < input.shape[1]; ++i) {
      const double y = expected.at(k, i);
      EXPECT_NEAR(static_cast<double>(out.traces[k][i]), y, 0.5 * 0x1p-23 * std::abs(y) + 1e-12 * 1300.0)
          << name << " trace " << k << " sample " << i;
    }
}

TEST(Background, MatchesNumpy) {
  expect_golden({.length_traces = 7, .guard_traces = 2}, "background_causal.npy");
  expect_golden({.length_traces = 5, .guard_traces = 1, .two_sided = true}, "background_two_sided.npy");
  const auto method = BackgroundMethod::exponential;
  expect_golden({.method = method, .guard_traces = 0, .rate = 0.1, .freeze_limit_traces = 0},
                "background_exponential.npy");
  expect_golden({.method = method, .guard_traces = 3, .rate = 0.1, .freeze_limit_traces = 0},
                "background_exponential_guard.npy");
  expect_golden({.method = BackgroundMethod::mean}, "background_mean.npy");
  expect_golden({.method = BackgroundMethod::median}, "background_median.npy");
  const auto median = BackgroundMethod::running_median;
  expect_golden({.method = median, .length_traces = 7, .guard_traces = 2}, "background_median_causal.npy");
  expect_golden({.method = median, .length_traces = 5, .guard_traces = 1, .two_sided = true},
                "background_median_two_sided.npy");
  expect_golden({.method = BackgroundMethod::reference, .reference_first_trace = 4, .reference_traces = 8},
                "background_reference.npy");
  expect_golden(
      {.method = BackgroundMethod::kalman, .guard_traces = 2, .process_ratio = 0.05, .freeze_limit_traces = 0},
      "background_kalman.npy");
}

TEST(Background, AConstantBackgroundGoesToZeroExactly) {
  const auto one = noise(1, 64, 1e4, 3);
  const std::vector<std::vector<Sample>> line(60, one[0]);
  for (const auto method : every_method)
    for (const bool two_sided : {false, true}) {
      Owned stage({.method = method, .length_traces = 13, .guard_traces = 3, .two_sided = two_sided, .rate = 0.07},
                  spec_of(64, 60));
      const Output out = run(*stage.stage, line);
      ASSERT_EQ(out.traces.size(), line.size());
      for (const auto& trace : out.traces)
        for (const Sample y : trace) ASSERT_EQ(y, 0.0F);
    }
}

TEST(Background, ATargetOfTheGuardLengthKeepsItsWholeAmplitude) {
  std::vector<std::vector<Sample>> line(100, std::vector<Sample>(8, 250.0F));
  for (std::size_t k = 60; k < 65; ++k) line[k][3] += 7.0F;
  for (const auto method : {BackgroundMethod::running_mean, BackgroundMethod::exponential,
                            BackgroundMethod::running_median, BackgroundMethod::kalman})
    for (const bool two_sided : {false, true}) {
      Owned stage({.method = method, .length_traces = 20, .guard_traces = 5, .two_sided = two_sided}, spec_of(8));
      const Output out = run(*stage.stage, line);
      ASSERT_EQ(out.traces.size(), line.size());
      for (std::size_t k = 60; k < 65; ++k) EXPECT_EQ(out.traces[k][3], 7.0F) << k;
    }
  // Without a guard the causal mean has eaten 4/20 of its last trace.
  Owned bare({.length_traces = 20, .guard_traces = 0}, spec_of(8));
  EXPECT_FLOAT_EQ(run(*bare.stage, line).traces[64][3], 7.0F * (1.0F - 4.0F / 20.0F));
}

TEST(Background, StatesItsLatency) {
  EXPECT_EQ(Owned({.length_traces = 20, .guard_traces = 5}, spec_of(8)).stage->latency(), 0);
  EXPECT_EQ(Owned({.length_traces = 20, .guard_traces = 5, .two_sided = true}, spec_of(8)).stage->latency(), 25);
  EXPECT_EQ(Owned({.method = BackgroundMethod::exponential, .two_sided = true}, spec_of(8)).stage->latency(), 0);
  EXPECT_EQ(Owned({.method = BackgroundMethod::mean}, spec_of(8, 9)).stage->latency(), whole_line);
  const auto median = BackgroundMethod::running_median;
  EXPECT_EQ(Owned({.method = median, .length_traces = 20, .guard_traces = 5}, spec_of(8)).stage->latency(), 0);
  EXPECT_EQ(
      Owned({.method = median, .length_traces = 20, .guard_traces = 5, .two_sided = true}, spec_of(8)).stage->latency(),
      25);
  EXPECT_EQ(Owned({.method = BackgroundMethod::median}, spec_of(8, 9)).stage->latency(), whole_line);
  EXPECT_EQ(Owned({.method = BackgroundMethod::reference}, spec_of(8)).stage->latency(), 0);
  EXPECT_EQ(Owned({.method = BackgroundMethod::kalman}, spec_of(8)).stage->latency(), 0);
}

TEST(Background, TwoSidedAnswersAfterItsLatencyAndDrainsAtTheEnd) {
  const auto line = noise(40, 4, 1.0, 8);
  Owned stage({.length_traces = 6, .guard_traces = 2, .two_sided = true}, spec_of(4));
  Output out;
  for (std::size_t k = 0; k < line.size(); ++k) {
    stage.stage->push(line[k], TraceTag{.index = static_cast<std::int64_t>(k)});
    pull_all(*stage.stage, out);
    EXPECT_EQ(out.traces.size(), k < 8 ? 0 : k - 7);
  }
  stage.stage->finish();
  pull_all(*stage.stage, out);
  ASSERT_EQ(out.traces.size(), line.size());
  for (std::size_t k = 0; k < line.size(); ++k) {
    EXPECT_EQ(out.tags[k].index, static_cast<std::int64_t>(k));
    EXPECT_FALSE(has(out.tags[k].quality, Quality::warming_up)) << k;  // six later traces are there from the start
  }
}

TEST(Background, WarmsUpUntilTheMeanIsFull) {
  const auto line = noise(60, 4, 1.0, 9);
  Owned causal({.length_traces = 10, .guard_traces = 3}, spec_of(4));
  const Output a = run(*causal.stage, line);
  for (std::size_t k = 0; k < line.size(); ++k) EXPECT_EQ(has(a.tags[k].quality, Quality::warming_up), k < 13) << k;
  for (std::size_t k = 0; k < 4; ++k) EXPECT_EQ(rms(a.traces[k]), 0.0);
  EXPECT_GT(rms(a.traces[4]), 0.0);
  Owned slow({.method = BackgroundMethod::exponential, .guard_traces = 3, .rate = 0.05, .freeze_limit_traces = 0},
             spec_of(4));
  const Output b = run(*slow.stage, line);
  for (std::size_t k = 0; k < line.size(); ++k) EXPECT_EQ(has(b.tags[k].quality, Quality::warming_up), k < 23) << k;
}

TEST(Background, UnusableTracesNeverEnterABackground) {
  auto line = noise(120, 16, 1.0, 10, 100.0);
  auto holes = line;
  const std::vector<std::size_t> at{20, 21, 50, 80, 119};
  for (const std::size_t k : at) holes[k][5] = std::numeric_limits<Sample>::quiet_NaN();
  for (const auto method : every_method)
    for (const bool two_sided : {false, true}) {
      const BackgroundOptions options{.method = method, .length_traces = 10, .guard_traces = 2, .two_sided = two_sided};
      Owned nan(options, spec_of(16, 120));
      Owned missing(options, spec_of(16, 120));
      const Output a = run(*nan.stage, holes);
      const Output b = run(*missing.stage, line, at);
      EXPECT_EQ(a.traces, b.traces);
      for (const std::size_t k : at) {
        EXPECT_TRUE(has(a.tags[k].quality, Quality::non_finite));
        EXPECT_EQ(rms(a.traces[k]), 0.0);
      }
    }
}

TEST(Background, AWindowWithNothingInItIsFlagged) {
  const auto line = noise(40, 4, 1.0, 12);
  std::vector<std::size_t> gap;
  for (std::size_t k = 20; k < 26; ++k) gap.push_back(k);
  Owned stage({.length_traces = 4, .guard_traces = 0}, spec_of(4));
  const Output out = run(*stage.stage, line, gap);
  EXPECT_TRUE(has(out.tags[26].quality, Quality::warming_up));
  EXPECT_EQ(rms(out.traces[26]), 0.0);
  EXPECT_FALSE(has(out.tags[27].quality, Quality::warming_up));
}

// 30 s of hovering at 100 traces/s over a target 20 times the noise: still fully visible at the end.
TEST(Background, ExponentialKeepsATargetVisibleWhileHovering) {
  auto line = noise(500 + 3000 + 200, 64, 1.0, 13, 50.0);
  for (std::size_t k = 500; k < 3500; ++k)
    for (std::size_t i = 20; i < 60; ++i) line[k][i] += 20.0F;
  Owned frozen({.method = BackgroundMethod::exponential}, spec_of(64));
  const Output a = run(*frozen.stage, line);
  for (std::size_t k = 505; k < 3500; ++k) ASSERT_GT(a.traces[k][40], 13.0F) << k;
  // And the ground afterwards is as it was.
  for (std::size_t k = 3500; k < 3700; ++k) ASSERT_LT(rms(a.traces[k]), 1.6) << k;
  Owned plain({.method = BackgroundMethod::exponential, .freeze_limit_traces = 0}, spec_of(64));
  const Output b = run(*plain.stage, line);
  EXPECT_LT(rms(b.traces[1000]), 1.6);  // without the freeze it has faded away
}

TEST(Background, ExponentialLearnsANewSoilAfterTheLimit) {
  constexpr std::size_t limit = 150;
  auto line = noise(1200, 64, 1.0, 14);
  for (std::size_t k = 600; k < line.size(); ++k)
    for (std::size_t i = 0; i < 64; ++i) line[k][i] += i % 7 < 3 ? 30.0F : -10.0F;
  Owned stage({.method = BackgroundMethod::exponential, .guard_traces = 4, .freeze_limit_traces = limit}, spec_of(64));
  const Output out = run(*stage.stage, line);
  for (std::size_t k = 600; k < 600 + limit; ++k) ASSERT_GT(rms(out.traces[k]), 15.0) << k;
  for (std::size_t k = 1150; k < 1200; ++k) EXPECT_LT(rms(out.traces[k]), 1.6) << k;
}

TEST(Background, ScalingTheInputScalesTheOutput) {
  auto line = noise(400, 64, 1.0, 15, 20.0);
  for (std::size_t k = 200; k < 230; ++k)
    for (std::size_t i = 10; i < 50; ++i) line[k][i] += 12.0F;
  auto scaled = line;
  for (auto& trace : scaled)
    for (auto& x : trace) x *= 0x1p-60F;  // exact
  const BackgroundOptions options{.method = BackgroundMethod::exponential};
  Owned a(options, spec_of(64));
  Owned b(options, spec_of(64));
  const Output one = run(*a.stage, line);
  const Output other = run(*b.stage, scaled);
  for (std::size_t k = 0; k < line.size(); ++k)
    for (std::size_t i = 0; i < 64; ++i) ASSERT_EQ(other.traces[k][i], one.traces[k][i] * 0x1p-60F) << k;
}

TEST(Background, ASilentInputLeavesNoSubnormalNumbers) {
  auto line = noise(100, 8, 1e-6, 16, 1.0);
  line.resize(6000, std::vector<Sample>(8, 0.0F));
  Owned stage({.method = BackgroundMethod::exponential, .rate = 0.05, .freeze_limit_traces = 10, .hover_limit_s = 1.0},
              spec_of(8));
  const Output out = run(*stage.stage, line);
  for (const auto& trace : out.traces)
    for (const Sample y : trace) ASSERT_TRUE(y == 0.0F || std::abs(y) >= std::numeric_limits<float>::min());
  EXPECT_EQ(rms(out.traces.back()), 0.0);
}

TEST(Background, AnOutlierThatHasPassedLeavesNoTrace) {
  auto line = noise(200, 8, 1.0, 17, 3.0);
  auto spoiled = line;
  spoiled[100][2] = 1e15F;
  const BackgroundOptions options{.length_traces = 30, .guard_traces = 5};
  Owned a(options, spec_of(8));
  Owned b(options, spec_of(8));
  const Output clean = run(*a.stage, line);
  const Output dirty = run(*b.stage, spoiled);
  for (std::size_t k = 136; k < 200; ++k) EXPECT_EQ(clean.traces[k], dirty.traces[k]) << k;
  EXPECT_NE(clean.traces[135][2], dirty.traces[135][2]);
}

TEST(Background, ResumesAndResetsExactly) {
  auto line = noise(300, 32, 1.0, 18, 5.0);
  for (std::size_t k = 140; k < 170; ++k)
    for (std::size_t i = 5; i < 30; ++i) line[k][i] += 15.0F;
  for (const auto method : {BackgroundMethod::running_mean, BackgroundMethod::exponential,
                            BackgroundMethod::running_median, BackgroundMethod::reference, BackgroundMethod::kalman})
    for (const bool two_sided : {false, true}) {
      const BackgroundOptions options{
          .method = method, .length_traces = 17, .guard_traces = 3, .two_sided = two_sided, .freeze_limit_traces = 20};
      Owned a(options, spec_of(32));
      const Output whole = run(*a.stage, line);
      a.stage->reset();
      EXPECT_EQ(run(*a.stage, line).traces, whole.traces);
      a.stage->reset();
      Output resumed;
      for (std::size_t k = 0; k < 150; ++k) {
        a.stage->push(line[k], TraceTag{});
        pull_all(*a.stage, resumed);
      }
      StateArchive measure;
      a.stage->state(measure);
      std::vector<std::byte> bytes(measure.size());
      StateArchive save = StateArchive::saving(bytes);
      a.stage->state(save);
      Owned b(options, spec_of(32));
      StateArchive load = StateArchive::loading(bytes);
      b.stage->state(load);
      ASSERT_TRUE(load.ok());
      for (std::size_t k = 150; k < line.size(); ++k) {
        b.stage->push(line[k], TraceTag{});
        pull_all(*b.stage, resumed);
      }
      b.stage->finish();
      pull_all(*b.stage, resumed);
      EXPECT_EQ(resumed.traces, whole.traces);
    }
}

// The mean leaves a shadow of the opposite sign behind a target; the median none, as long as the target is the lesser part.
TEST(Background, TheMedianLeavesNoShadowBehindATarget) {
  std::vector<std::vector<Sample>> line(200, std::vector<Sample>(20, 250.0F));
  for (std::size_t k = 60; k < 78; ++k) line[k][17] += 7.0F;
  for (const bool two_sided : {false, true}) {
    const BackgroundMethod median = BackgroundMethod::running_median;
    Owned stage({.method = median, .length_traces = 40, .guard_traces = 5, .two_sided = two_sided}, spec_of(20));
    const Output out = run(*stage.stage, line);
    ASSERT_EQ(out.traces.size(), line.size());
    for (std::size_t k = 0; k < line.size(); ++k)
      for (std::size_t i = 0; i < 20; ++i)
        ASSERT_EQ(out.traces[k][i], i == 17 && k >= 60 && k < 78 ? 7.0F : 0.0F) << k << " " << i;
  }
  Owned mean({.length_traces = 40, .guard_traces = 5}, spec_of(20));
  EXPECT_LT(run(*mean.stage, line).traces[90][17], -3.0F);
}

// A settled Kalman background takes the share K = (sqrt(q^2 + 4 q) - q) / 2 of a trace; at the start it is the plain mean.
TEST(Background, KalmanStartsAsAMeanAndEndsAtTheSteadyGain) {
  for (const double q : {1e-4, 0.01, 1.0, 100.0}) {
    std::vector<std::vector<Sample>> line(3000, std::vector<Sample>(8, 0.0F));
    line[2998].assign(8, 1000.0F);
    Owned stage({.method = BackgroundMethod::kalman, .guard_traces = 0, .process_ratio = q, .freeze_limit_traces = 0},
                spec_of(8));
    const Output out = run(*stage.stage, line);
    const double gain = 0.5 * (std::sqrt(q * q + 4.0 * q) - q);
    EXPECT_EQ(out.traces[2998][3], 1000.0F);
    EXPECT_NEAR(static_cast<double>(out.traces[2999][3]), -1000.0 * gain, 1e-4) << q;
    EXPECT_TRUE(has(out.tags[0].quality, Quality::warming_up));
    EXPECT_FALSE(has(out.tags[2000].quality, Quality::warming_up));
  }
  const auto line = noise(6, 8, 1.0, 22, 5.0);
  Owned still({.method = BackgroundMethod::kalman, .guard_traces = 0, .process_ratio = 1e-12}, spec_of(8));
  const Output out = run(*still.stage, line);
  for (std::size_t i = 0; i < 8; ++i) {
    double mean = 0.0;
    for (std::size_t k = 0; k < 5; ++k) mean += 0.2 * static_cast<double>(line[k][i]);
    EXPECT_NEAR(static_cast<double>(out.traces[5][i]), static_cast<double>(line[5][i]) - mean, 1e-6);
  }
}

// While it is frozen the ground walks on: afterwards the gain is that of a variance p + m q.
TEST(Background, KalmanFollowsFasterAfterAFreeze) {
  constexpr double q = 1e-3;
  constexpr std::size_t frozen = 200;
  auto line = noise(1000, 64, 1.0, 23);
  for (std::size_t k = 600; k < 600 + frozen; ++k)
    for (std::size_t i = 0; i < 64; ++i) line[k][i] += 40.0F;
  auto probe = line;
  constexpr std::size_t after = 600 + frozen;
  for (std::size_t i = 0; i < 64; ++i) probe[after][i] += 1e-3F;  // too small to freeze on
  const BackgroundOptions options{.method = BackgroundMethod::kalman,
                                  .guard_traces = 0,
                                  .process_ratio = q,
                                  .freeze_z = 20.0,
                                  .freeze_limit_traces = 1000};
  Owned a(options, spec_of(64));
  Owned b(options, spec_of(64));
  const Output plain = run(*a.stage, line);
  const Output probed = run(*b.stage, probe);
  const double settled = 0.5 * (std::sqrt(q * q + 4.0 * q) - q);
  const double predicted = settled + q * (1.0 + static_cast<double>(frozen));
  const double gain = predicted / (predicted + 1.0);
  for (std::size_t i = 0; i < 64; ++i) {
    const double change = static_cast<double>(probe[after][i]) - static_cast<double>(line[after][i]);
    EXPECT_NEAR(
        (static_cast<double>(plain.traces[after + 1][i]) - static_cast<double>(probed.traces[after + 1][i])) / change,
        gain, 2e-3)
        << i;
  }
}

TEST(Background, ReferenceIsZeroAndFlaggedUntilItIsComplete) {
  const auto line = noise(80, 4, 1.0, 24, 100.0);
  const BackgroundOptions options{
      .method = BackgroundMethod::reference, .reference_first_trace = 5, .reference_traces = 20};
  Owned stage(options, spec_of(4));
  const Output out = run(*stage.stage, line, {7, 8});
  for (std::size_t k = 0; k < line.size(); ++k) {
    const bool usable = k != 7 && k != 8;
    EXPECT_EQ(has(out.tags[k].quality, Quality::warming_up), usable && k < 27) << k;
    EXPECT_EQ(rms(out.traces[k]) == 0.0, k < 27) << k;
  }
}

TEST(Background, OneTraceComesOutAsZeroAndFlaggedOrZero) {
  const auto line = noise(1, 33, 1.0, 25, 100.0);
  for (const auto method : every_method) {
    Owned stage({.method = method, .reference_traces = 1}, spec_of(33, 1));
    const Output out = run(*stage.stage, line);
    ASSERT_EQ(out.traces.size(), 1U);
    EXPECT_EQ(rms(out.traces[0]), 0.0) << background_methods[static_cast<std::size_t>(method)];
    const bool whole = stage.stage->latency() == whole_line;
    EXPECT_EQ(has(out.tags[0].quality, Quality::warming_up), !whole);
  }
}

TEST(Background, RefusesWhatMakesNoSense) {
  const StreamSpec in = spec_of(64);
  EXPECT_STREQ(validate(BackgroundOptions{.length_traces = 0}, in).field, "length_traces");
  EXPECT_STREQ(validate(BackgroundOptions{.guard_traces = -1}, in).field, "guard_traces");
  EXPECT_STREQ(validate(BackgroundOptions{.rate = 0.0}, in).field, "rate");
  EXPECT_STREQ(validate(BackgroundOptions{.rate = 1.1}, in).field, "rate");
  EXPECT_STREQ(validate(BackgroundOptions{.freeze_z = std::nan("")}, in).field, "freeze_z");
  EXPECT_STREQ(validate(BackgroundOptions{.method = BackgroundMethod::exponential, .segment_s = 1e-10}, in).field,
               "segment_s");
  EXPECT_FALSE(validate(BackgroundOptions{.segment_s = 1e-10}, in));
  EXPECT_STREQ(validate(BackgroundOptions{.method = BackgroundMethod::kalman, .segment_s = 1e-10}, in).field,
               "segment_s");
  EXPECT_STREQ(validate(BackgroundOptions{.process_ratio = 0.0}, in).field, "process_ratio");
  BackgroundOptions median{.method = BackgroundMethod::running_median, .length_traces = 10000};
  EXPECT_FALSE(validate(median, in));
  median.two_sided = true;
  EXPECT_STREQ(validate(median, in).field, "length_traces");
  EXPECT_EQ(validate(median, in).allowed.high, 5000.0);
  BackgroundOptions reference{.method = BackgroundMethod::reference, .reference_traces = 50};
  EXPECT_FALSE(validate(reference, in));
  EXPECT_EQ(validate(reference, spec_of(64, 49)).allowed.high, 49.0);
  reference.reference_first_trace = 100;
  EXPECT_STREQ(validate(reference, spec_of(64, 100)).field, "reference_first_trace");
  EXPECT_FALSE(validate(BackgroundOptions{}, in));
}

}  // namespace
}  // namespace surefoot::gpr
