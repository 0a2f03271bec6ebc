// SPDX-License-Identifier: MIT
#include <surefoot/detect/echo_shape.hpp>

#include "support/golden.hpp"
#include "support/lines.hpp"
#include "support/stage_run.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace surefoot::detect {
namespace {

using Single = test::Single<EchoShape>;
using Traces = std::vector<std::vector<Sample>>;

constexpr double step_s = 0.05e-9;

StreamSpec spec_of(std::size_t n_traces, Index n_samples = 180) {
  return {{AxisKind::two_way_time, 0.0, step_s}, n_samples, 0.0, 0.02, static_cast<Index>(n_traces)};
}

TraceTag scored(double score, double time_s) {
  TraceTag tag;
  tag.score = static_cast<float>(score);
  tag.score_time_s = time_s;
  return tag;
}

double number(float x) { return static_cast<double>(x); }

// A pulse of 1 GHz around t0.
double ricker(double t, double t0) {
  const double u = 3.141592653589793e9 * (t - t0);
  return (1.0 - 2.0 * u * u) * std::exp(-u * u);
}

// Ground of 101 traces with a wave that all have; on those from first to last one more, `echo` times as strong.
Traces ground(double echo = 0.0, std::size_t first = 0, std::size_t last = 0) {
  Traces line(101, std::vector<Sample>(180));
  for (std::size_t n = 0; n < line.size(); ++n)
    for (std::size_t i = 0; i < line[n].size(); ++i) {
      const double t = static_cast<double>(i) * step_s;
      const double e = n >= first && n <= last ? echo * ricker(t, 3e-9) : 0.0;
      line[n][i] = static_cast<Sample>(1000.0 * ricker(t, 1.2e-9) + e);
    }
  return line;
}

// The same score everywhere but at the middle, which is the highest, where the echo is.
std::vector<TraceTag> run(const EchoShapeOptions& options, const Traces& line, StreamSpec in, double time_s = 3e-9) {
  Single stage(options, in);
  for (std::size_t n = 0; n < line.size(); ++n) stage.push(line[n], scored(n == 50 ? 6.0 : 0.5, time_s));
  stage->finish();
  stage.pull();
  EXPECT_EQ(stage.traces.size(), line.size());
  return stage.tags;
}

std::array<double, 22> one_weight(std::size_t j) {
  std::array<double, 22> w{};
  w[j] = 1.0;
  return w;
}

NumberList list_of(const std::array<double, 22>& w) {
  NumberList list;
  for (const double x : w) list.values[to_size(list.count++)] = x;
  return list;
}

// The log odds that one feature alone makes.
double feature(std::size_t j, const Traces& line) {
  EchoShapeOptions o{.weight = 1.0, .limit = 50.0, .weights = list_of(one_weight(j)), .bias = 10.0};
  return number(run(o, line, spec_of(line.size()))[50].score) - 6.0 - 10.0;
}

// tests/golden/echo_shape.py: the same formulas in NumPy, in double; two traces carry nothing, one peak has no time.
TEST(EchoShape, MatchesTheNumPyReference) {
  const auto input = test::read_golden_npy("echo_shape_input.npy");
  const auto expected = test::read_golden_csv("echo_shape_expected.csv");
  std::array<double, 22> weights{};
  for (std::size_t j = 0; j < weights.size(); ++j) weights[j] = 0.25 * std::cos(static_cast<double>(j));
  const EchoShapeOptions options{.weights = list_of(weights), .bias = 0.25};
  Single stage(options, spec_of(input.shape[0]));
  EXPECT_EQ(stage->latency(), whole_line);
  for (std::size_t n = 0; n < expected.size(); ++n) {
    const double sample = expected[n][1];
    TraceTag tag = scored(expected[n][0], sample < 0.0 ? unknown : sample * step_s);
    if (n == 31 || n == 33) tag.quality |= Quality::dropped;
    stage.push(input.row(n), tag);
  }
  stage->finish();
  stage.pull();
  ASSERT_EQ(stage.tags.size(), expected.size());
  int told = 0;
  for (std::size_t n = 0; n < expected.size(); ++n) {
    EXPECT_NEAR(number(stage.tags[n].score), expected[n][2], 2e-5) << n;
    const double odds = expected[n][3];
    if (std::isnan(odds)) {
      EXPECT_TRUE(std::isnan(stage.tags[n].evidence.probability)) << n;
    } else {
      ++told;
      EXPECT_NEAR(stage.tags[n].evidence.probability, 1.0 / (1.0 + std::exp(-odds)), 1e-6) << n;
    }
    if (n != 31 && n != 33) {
      EXPECT_EQ(stage.traces[n], input.row(n)) << n;
    }
  }
  EXPECT_GT(told, 40);
  std::array<Note, most_notes> notes;
  ASSERT_EQ(stage->notes(notes), 2);
  EXPECT_GE(notes[0].value, 4.0);
  EXPECT_EQ(notes[1].value, 1.0);
  EXPECT_NE(notes[1].warning, nullptr);
}

// An echo like the direct wave is in phase, its negative in the opposite phase, a strip is as coherent as it is wide.
TEST(EchoShape, FeaturesOfAStripAreThoseOfItsGeometry) {
  for (const double sign : {1.0, -1.0}) {
    const Traces wide = ground(sign * 100.0, 44, 56);  // 6 traces to each side: 12 cm
    EXPECT_NEAR(feature(1, wide), sign, 1e-3);
    EXPECT_NEAR(feature(4, wide), 0.0, 0.05);
    EXPECT_NEAR(feature(14, wide), 1.0, 1e-4);
    EXPECT_NEAR(feature(15, wide), 1.0, 1e-4);
    EXPECT_NEAR(feature(16, wide), 1.0, 1e-4);
    EXPECT_NEAR(feature(17, wide), 0.0, 1e-4);
    EXPECT_NEAR(feature(20, wide), std::log(1.03), 1e-4);
    EXPECT_NEAR(feature(21, wide), std::log(0.03), 1e-4);
    const Traces narrow = ground(sign * 100.0, 49, 51);
    EXPECT_NEAR(feature(14, narrow), 0.0, 1e-4);
    EXPECT_NEAR(feature(18, narrow), std::log(0.03), 1e-4);
    // The envelope does not know the sign.
    for (std::size_t j = 6; j < 14; ++j) EXPECT_NEAR(feature(j, wide), feature(j, ground(-sign * 100.0, 44, 56)), 1e-4);
  }
}

TEST(EchoShape, ScalingTheInputChangesNothing) {
  Traces line = ground(100.0, 46, 54);
  const auto base = run({}, line, spec_of(line.size()));
  EXPECT_NE(base[50].score, 6.0F);
  for (auto& trace : line)
    for (Sample& v : trace) v *= 0x1p-20F;
  const auto scaled = run({}, line, spec_of(line.size()));
  for (std::size_t n = 0; n < base.size(); ++n) EXPECT_NEAR(number(base[n].score), number(scaled[n].score), 1e-5) << n;
}

// All traces of a peak take the same, so their order stays; beyond its reach, and below least_score, nothing changes.
TEST(EchoShape, ThePeaksTracesTakeWhatItTakes) {
  const Traces line = ground(100.0, 46, 54);
  EchoShapeOptions o{.limit = 1.0, .reach_m = 0.1, .weights = list_of(one_weight(1)), .bias = 40.0};
  const auto tags = run(o, line, spec_of(line.size()));
  for (std::size_t n = 0; n < line.size(); ++n) {
    const bool inside = n >= 45 && n <= 55;
    const double before = n == 50 ? 6.0 : 0.5;
    EXPECT_EQ(number(tags[n].score), inside ? before + 1.5 : before) << n;
    EXPECT_EQ(std::isnan(tags[n].evidence.probability), !inside) << n;
  }
  o.bias = -40.0;
  EXPECT_EQ(run(o, line, spec_of(line.size()))[45].score, 0.0F);  // never below zero
  o.least_score = 6.0;
  EXPECT_EQ(run(o, line, spec_of(line.size()))[50].score, 6.0F);
}

// Where the model knows nothing, or nothing can be measured, the scores stay as they are.
TEST(EchoShape, SaysNothingOfWhatItDoesNotKnow) {
  const Traces line = ground(100.0, 46, 54);
  const auto stays = [](const EchoShapeOptions& o, const Traces& traces, StreamSpec in, double time_s = 3e-9) {
    const auto tags = run(o, traces, in, time_s);
    for (std::size_t n = 0; n < tags.size(); ++n)
      if (tags[n].score != (n == 50 ? 6.0F : 0.5F) || !std::isnan(tags[n].evidence.probability)) return false;
    return true;
  };
  EXPECT_FALSE(stays({}, line, spec_of(line.size())));
  StreamSpec far = spec_of(line.size());
  far.trace_spacing_m = 0.06;
  EXPECT_TRUE(stays({}, line, far));
  far.trace_spacing_m = 0.0;
  EXPECT_TRUE(stays({}, line, far));
  EXPECT_TRUE(stays({.min_frequency_hz = 1.6e9}, line, spec_of(line.size())));
  EXPECT_TRUE(stays({.max_frequency_hz = 0.8e9}, line, spec_of(line.size())));
  EXPECT_TRUE(stays({.weights = {}}, line, spec_of(line.size())));
  EXPECT_TRUE(stays({}, line, spec_of(line.size()), unknown));
  EXPECT_TRUE(stays({}, line, spec_of(line.size()), 1.0));
  EXPECT_TRUE(stays({}, line, spec_of(line.size()), -1.0));
  EXPECT_TRUE(stays({}, Traces(101, std::vector<Sample>(180)), spec_of(line.size())));        // silence
  EXPECT_TRUE(stays({}, Traces(101, std::vector<Sample>(180, 5.0F)), spec_of(line.size())));  // constant
  EXPECT_TRUE(stays({}, ground(), spec_of(line.size())));                                     // nothing but background
}

TEST(EchoShape, ShortAndBrokenLinesStayDefined) {
  for (const std::size_t n_traces : {std::size_t{1}, std::size_t{2}, std::size_t{3}}) {
    Traces line = ground(100.0, 0, 1);
    line.resize(n_traces);
    Single stage(EchoShapeOptions{}, spec_of(n_traces));
    for (const auto& trace : line) stage.push(trace, scored(4.0, 3e-9));
    stage->finish();
    stage.pull();
    ASSERT_EQ(stage.tags.size(), n_traces);
    for (const TraceTag& tag : stage.tags) EXPECT_TRUE(std::isfinite(tag.score));
  }
  Traces line = ground(100.0, 46, 54);
  line[50][3] = std::numeric_limits<Sample>::quiet_NaN();
  line[10].assign(180, std::numeric_limits<Sample>::infinity());
  const auto tags = run({}, line, spec_of(line.size()));
  for (const std::size_t n : {std::size_t{10}, std::size_t{50}}) {
    EXPECT_TRUE(has(tags[n].quality, Quality::non_finite));
    EXPECT_TRUE(std::isnan(tags[n].evidence.probability));
  }
  Single tiny(EchoShapeOptions{}, spec_of(5, 1));  // a trace of one sample
  for (int n = 0; n < 5; ++n) tiny.push(std::vector<Sample>{static_cast<Sample>(n)}, scored(4.0, 0.0));
  tiny->finish();
  tiny.pull();
  for (const TraceTag& tag : tiny.tags) EXPECT_EQ(tag.score, 4.0F);
}

// A score that is no number, from a tag that was read or made by hand, is no peak, and hides none.
TEST(EchoShape, AScoreThatIsNoNumberIsNoPeak) {
  const Traces line = ground(100.0, 46, 54);
  const auto want = run({}, line, spec_of(line.size()));
  Single stage(EchoShapeOptions{}, spec_of(line.size()));
  for (std::size_t n = 0; n < line.size(); ++n) {
    TraceTag tag = scored(n == 50 ? 6.0 : 0.5, 3e-9);
    if (n % 3 == 0) tag.score = std::numeric_limits<float>::quiet_NaN();
    stage.push(line[n], tag);
  }
  stage->finish();
  stage.pull();
  ASSERT_EQ(stage.tags.size(), line.size());
  for (std::size_t n = 1; n < line.size(); n += 3) EXPECT_EQ(stage.tags[n].score, want[n].score) << n;
  for (std::size_t n = 2; n < line.size(); n += 3) EXPECT_EQ(stage.tags[n].score, want[n].score) << n;
}

TEST(EchoShape, SaysWhatIsWrongWithItsOptions) {
  const StreamSpec in = spec_of(10);
  EXPECT_FALSE(validate(EchoShapeOptions{}, in));
  EXPECT_FALSE(validate(EchoShapeOptions{.weights = {}}, in));
  EXPECT_TRUE(validate(EchoShapeOptions{.weights = {1.0, 2.0}}, in));
  EXPECT_TRUE(validate(EchoShapeOptions{.min_frequency_hz = 3e9}, in));
  EXPECT_TRUE(validate(EchoShapeOptions{.limit = 0.0}, in));
  EXPECT_TRUE(validate(EchoShapeOptions{.background_m = std::numeric_limits<double>::quiet_NaN()}, in));
  StreamSpec two = in;
  two.n_channels = 2;
  EXPECT_TRUE(validate(EchoShapeOptions{}, two));
  StreamSpec metal = in;
  metal.axis.kind = AxisKind::gate_time;
  EXPECT_TRUE(validate(EchoShapeOptions{}, metal));
}

}  // namespace
}  // namespace surefoot::detect
