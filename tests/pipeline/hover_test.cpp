// SPDX-License-Identifier: MIT
// A head that comes over a mine, stands over it for 30 s with a hand that is not quite still, and goes on: at each second of the
// stand there must be an active alarm, and afterwards all must be as it was. Through the built-in pipelines at their defaults, with
// the distance measured; those of metal also without. The ground of these radar lanes is too smooth to tell a stand without one: for that
// see tests/dsp/standstill_test.cpp and src/decisions/0029-standing.md.
#include <surefoot/io/coil_array.hpp>
#include <surefoot/pipeline/apply.hpp>
#include <surefoot/sim/metal_scene.hpp>
#include <surefoot/sim/scene.hpp>

#include "support/lines.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <vector>

namespace surefoot {
namespace {

constexpr double stand_s = 30.0;

std::string text_of(const std::string& name) {
  std::ifstream in(std::string(SUREFOOT_SOURCE_DIR) + "/datasets/" + name + "/scene.toml", std::ios::binary);
  EXPECT_TRUE(in);
  return {std::istreambuf_iterator<char>(in), {}};
}

// A lane with one target, without the receiver's noise, which is made anew for each trace that is taken.
struct Lane {
  Line line;
  Index target = 0;           // trace over it
  std::vector<double> noise;  // rms of each sample
  double drift = 0.0;         // of each sample, in its noise, over minutes
};

Lane radar_lane(const std::string& pipeline) {
  sim::Scene scene = sim::parse_scene(text_of("handheld-lane"));
  std::erase_if(scene.targets, [](const sim::SceneTarget& t) { return t.name != "PMN-like"; });
  scene.line.n_traces = 800;
  scene.receiver.noise = scene.receiver.coloured_noise = 0.0;
  scene.receiver.bits = 0;
  if (pipeline == "gpr-vehicle") {
    scene.line.trace_spacing_m = 0.02;
    scene.ground.standoff_m = 0.1;
    scene.ground.wander_m = 0.004;
    scene.antenna.pattern_power = 1;
  }
  if (pipeline == "gpr-airborne") {
    scene.ground.standoff_m = 0.35;
    scene.ground.wander_m = 0.03;
    scene.line.axis_start_s = -0.5e-9;
    scene.antenna.direct_wave = 0.02;
    scene.antenna.pattern_power = 1;
    scene.receiver.ringing = 0.005;
    scene.receiver.wow = 0.02;
    scene.receiver.gain = 0.4;
  }
  Lane lane;
  lane.target = 400;
  scene.targets.at(0).options.x_m = 400 * scene.line.trace_spacing_m;
  lane.line = sim::simulate(scene).line;
  lane.noise.assign(to_size(lane.line.n_samples()), 0.001);
  return lane;
}

Lane metal_lane(const std::string& pipeline) {
  sim::MetalScene scene = sim::parse_metal_scene(text_of("metal-lane"));
  scene.array = io::load_coil_array(scene.array_name);
  std::erase_if(scene.targets, [](const sim::MetalTarget& t) { return t.name != "PMN-like"; });
  scene.patches.clear();
  scene.line.n_traces = 1200;
  scene.targets.at(0).options.x_m = 6.0;
  if (pipeline == "md-pulse") {
    scene.head.mode = sim::HeadMode::gates;
    scene.receiver.noise_v = 2e-6;
    scene.receiver.imbalance_h = 1e-8;
    scene.receiver.full_scale_v = 10.0;
  }
  const Line noisy = sim::simulate(scene).line;
  scene.receiver.noise_v = scene.receiver.drift_v = scene.receiver.warm_up_v = scene.receiver.hum_v = 0.0;
  scene.receiver.gain_drift = scene.receiver.imbalance_drift_h = 0.0;
  scene.receiver.bits = 0;
  Lane lane;
  lane.target = 600;
  lane.line = sim::simulate(scene).line;
  lane.drift = 3.0;
  // Noise from the steps of the difference, from trace to trace.
  const TraceMatrix difference = noisy.samples - lane.line.samples;
  for (Index i = 0; i < difference.rows(); ++i) {
    double squares = 0.0;
    for (Index k = 1; k < difference.cols(); ++k) {
      const double step = static_cast<double>(difference(i, k)) - static_cast<double>(difference(i, k - 1));
      squares += step * step;
    }
    lane.noise.push_back(std::sqrt(0.5 * squares / static_cast<double>(difference.cols() - 1)));
  }
  return lane;
}

struct Taken {
  std::vector<Sample> trace;
  TraceTag tag;
};

// What the head takes: to the target, there for `stand` seconds with a sway of 2 cm (two traces of radar) rms, and on.
// With `lost` above 0 each of so many traces of the stand carries nothing.
std::vector<Taken> walk(const Lane& lane, double rate_hz, bool with_distance, double stand, int lost = 0) {
  test::Random random(77);
  std::vector<double> phase;
  for (std::size_t i = 0; i < lane.noise.size(); ++i) phase.push_back(6.0 * random.uniform());
  std::vector<Taken> out;
  const auto take = [&](Index at) {
    Taken t;
    const double time = static_cast<double>(out.size()) / rate_hz;
    for (std::size_t i = 0; i < lane.noise.size(); ++i) {
      const double drift = lane.drift * std::sin(6.28 * time / 97.0 + phase[i]);
      const double value = static_cast<double>(lane.line.samples(static_cast<Index>(i), at));
      t.trace.push_back(static_cast<Sample>(value + lane.noise[i] * (random.normal() + drift)));
    }
    t.tag.index = static_cast<std::int64_t>(out.size());
    t.tag.time_s = time;
    if (with_distance) t.tag.distance_m = lane.line.tags[to_size(at)].distance_m;
    out.push_back(std::move(t));
  };
  for (Index k = 0; k < lane.target; ++k) take(k);
  double sway = 0.0;
  for (int i = 0; i < static_cast<int>(stand * rate_hz); ++i) {
    sway = 0.98 * sway + 0.2 * random.normal();
    take(lane.target + static_cast<Index>(std::lround(2.0 * sway)));
    if (lost > 0 && i % lost == lost - 1) out.back().tag.quality |= Quality::dropped;
  }
  for (Index k = lane.target; k < lane.line.n_traces(); ++k) take(k);
  return out;
}

Pipeline pipeline_for(const std::string& name, const Lane& lane, double rate_hz, bool with_distance) {
  StreamSpec spec = lane.line.spec();
  spec.max_traces = 0;
  spec.trace_interval_s = 1.0 / rate_hz;
  if (!with_distance) spec.trace_spacing_m = 0.0;
  return Pipeline(load_description(name), spec);
}

struct Outcome {
  std::vector<Alarm> records;
  std::vector<double> scores;
  std::vector<bool> active;  // some alarm was, after each trace
};

Outcome drive(Pipeline& p, const std::vector<Taken>& taken) {
  Outcome out;
  std::vector<Sample> trace(to_size(p.output().n_samples));
  std::map<std::int64_t, bool> active;
  for (const Taken& t : taken) {
    p.push(std::span<const Sample>(t.trace), t.tag);
    TraceTag tag;
    while (p.pull(std::span<Sample>(trace), tag)) out.scores.push_back(static_cast<double>(tag.score));
    Alarm a;
    while (p.pull_alarm(a)) {
      active[a.id] = a.active != 0;
      out.records.push_back(a);
    }
    out.active.push_back(std::any_of(active.begin(), active.end(), [](const auto& x) { return x.second; }));
  }
  return out;
}

struct Case {
  const char* pipeline;
  double rate_hz;
  bool with_distance;
  friend void PrintTo(const Case& c, std::ostream* out) {
    *out << c.pipeline << " at " << c.rate_hz << " Hz" << (c.with_distance ? "" : " without distance");
  }
};

class Hover : public ::testing::TestWithParam<Case> {};

TEST_P(Hover, HalfAMinuteOverAMineStaysAlarmed) {
  const Case& c = GetParam();
  const std::string name = c.pipeline;
  const bool metal = name.starts_with("md-");
  const Lane lane = metal ? metal_lane(name) : radar_lane(name);
  const auto taken = walk(lane, c.rate_hz, c.with_distance, stand_s);
  Pipeline p = pipeline_for(name, lane, c.rate_hz, c.with_distance);
  const Outcome got = drive(p, taken);

  const auto begin = to_size(lane.target);
  const auto second = static_cast<std::size_t>(c.rate_hz);
  const auto stand = static_cast<std::size_t>(stand_s) * second;
  // The first second is for telling it.
  for (std::size_t s = 1; s < static_cast<std::size_t>(stand_s); ++s) {
    const auto from = got.active.begin() + static_cast<std::ptrdiff_t>(begin + s * second);
    EXPECT_TRUE(std::any_of(from, from + static_cast<std::ptrdiff_t>(second), [](bool a) { return a; })) << s << " s";
  }
  std::map<std::int64_t, int> told;
  for (const Alarm& a : got.records)
    if (a.active != 0 && a.trace_index >= lane.target && a.trace_index < lane.target + static_cast<Index>(stand))
      ++told[a.id];
  if (c.with_distance) {
    EXPECT_LE(told.size(), 2U) << "one object, not a row of alarms";
  }

  // Afterwards: over the same ground as a head that did not stand, the same scores but for noise.
  Pipeline q = pipeline_for(name, lane, c.rate_hz, c.with_distance);
  const Outcome straight = drive(q, walk(lane, c.rate_hz, c.with_distance, 0.0));
  const std::size_t last = got.scores.size();
  const std::size_t n = std::min<std::size_t>(150, straight.scores.size());
  double stood = 0.0;
  double went = 0.0;
  for (std::size_t i = 1; i <= n; ++i) {
    stood += got.scores[last - i] / static_cast<double>(n);
    went += straight.scores[straight.scores.size() - i] / static_cast<double>(n);
  }
  std::printf("mean score at the end of the lane %.2f, without the stand %.2f\n", stood, went);
  if (!metal) {
    EXPECT_NEAR(stood, went, 1.0);
  }
  EXPECT_FALSE(got.active.back());
}

INSTANTIATE_TEST_SUITE_P(Builtins, Hover,
                         ::testing::Values(Case{"gpr-handheld", 25, true}, Case{"gpr-handheld", 100, true},
                                           Case{"gpr-handheld", 50, true}, Case{"gpr-vehicle", 50, true},
                                           Case{"gpr-airborne", 50, true}, Case{"md-cw", 100, true},
                                           Case{"md-cw", 50, false}, Case{"md-pulse", 100, true},
                                           Case{"md-pulse", 50, false}),
                         [](const auto& given) {
                           std::string name = given.param.pipeline;
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name + "_" + std::to_string(static_cast<int>(given.param.rate_hz)) +
                                  (given.param.with_distance ? "" : "_without_distance");
                         });

// Each live score behind the same alignment, at its defaults.
struct ScoreCase {
  const char* name;
  const char* stages;
  bool with_distance;
  friend void PrintTo(const ScoreCase& c, std::ostream* out) {
    *out << c.name << (c.with_distance ? "" : " without distance");
  }
};

std::string text_of(const ScoreCase& c) {
  return std::string(
             "surefoot = 1\nmodality = \"gpr\"\nstage = [\n"
             "{ use = \"gpr.time_zero\", method = \"cross_correlation\", wave_s = 1.2e-9, median_traces = 3 },\n"
             "{ use = \"gpr.dewow\", window_s = 3e-9 },\n") +
         c.stages +
         "]\ndetector = { use = \"detect.peak_alarm\", threshold = 2.0, release = 0.4, suppression_m = 0.25 }\n";
}

class HoverScore : public ::testing::TestWithParam<ScoreCase> {};

TEST_P(HoverScore, StaysAlarmedAlsoThroughARestart) {
  const ScoreCase& c = GetParam();
  const Lane lane = radar_lane("gpr-handheld");
  const auto taken = walk(lane, 50.0, c.with_distance, stand_s, 20);
  const std::string text = text_of(c);
  Pipeline p = pipeline_for(text, lane, 50.0, c.with_distance);
  const Outcome whole = drive(p, taken);
  const auto begin = static_cast<std::ptrdiff_t>(lane.target);
  int held = 0;
  for (std::ptrdiff_t s = 2; s < 30; ++s) {
    const auto from = whole.active.begin() + begin + s * 50;
    held += std::any_of(from, from + 50, [](bool a) { return a; }) ? 1 : 0;
  }
  EXPECT_EQ(held, 28) << "seconds of 28";

  Pipeline first = pipeline_for(text, lane, 50.0, c.with_distance);
  Pipeline second = pipeline_for(text, lane, 50.0, c.with_distance);
  const std::ptrdiff_t cut = begin + 313;
  Outcome got = drive(first, {taken.begin(), taken.begin() + cut});
  second.load_state(first.save_state());
  const Outcome rest = drive(second, {taken.begin() + cut, taken.end()});
  got.scores.insert(got.scores.end(), rest.scores.begin(), rest.scores.end());
  EXPECT_EQ(got.scores, whole.scores);
}

constexpr const char* cleared =
    "{ use = \"gpr.background\", method = \"exponential\", rate = 0.01, guard_traces = 10, segment_s = 3e-9 },\n"
    "{ use = \"gpr.gain\", method = \"power\", reference_s = 1e-9, max_gain_db = 30.0 },\n";
std::vector<ScoreCase> score_cases() {
  static const std::vector<std::pair<const char*, std::string>> scores{
      {"energy_score", std::string(cleared) + "{ use = \"detect.energy_score\", start_s = 0.8e-9, end_s = 8e-9 } "},
      {"nlms", std::string(cleared) + "{ use = \"detect.nlms\", start_s = 0.8e-9, end_s = 8e-9 } "},
      {"nlms_two_sided",
       std::string(cleared) + "{ use = \"detect.nlms\", two_sided = true, start_s = 0.8e-9, end_s = 8e-9 } "},
      {"rx", std::string(cleared) + "{ use = \"detect.rx\", start_s = 0.8e-9, end_s = 8e-9 } "},
      {"rx_ahead",
       std::string(cleared) + "{ use = \"detect.rx\", ahead_traces = 12, start_s = 0.8e-9, end_s = 8e-9 } "},
      {"local_contrast", std::string(cleared) + "{ use = \"detect.local_contrast\", start_s = 0.8e-9, end_s = 8e-9 } "},
      {"local_contrast_two_sided",
       std::string(cleared) + "{ use = \"detect.local_contrast\", two_sided = true, start_s = 0.8e-9, end_s = 8e-9 } "},
      {"hyperbola", std::string(cleared) + "{ use = \"detect.hyperbola\" } "},
      {"online_rpca",
       "{ use = \"gpr.online_rpca\" }, { use = \"detect.energy_score\", start_s = 0.8e-9, end_s = 8e-9 } "},
      {"contrast", "{ use = \"detect.contrast\", ahead_traces = 0 } "}};
  std::vector<ScoreCase> out;
  for (const auto& [name, stages] : scores) out.push_back({name, stages.c_str(), true});
  return out;
}
INSTANTIATE_TEST_SUITE_P(Live, HoverScore, ::testing::ValuesIn(score_cases()), [](const auto& given) {
  return std::string(given.param.name) + (given.param.with_distance ? "" : "_without_distance");
});

// A head that walks on and does not know where it is scores as one that does, but for what it is held back over things that stand out.
TEST(HoverWalk, WithoutADistanceAWalkScoresTheSame) {
  const Lane lane = radar_lane("gpr-handheld");
  Pipeline with = pipeline_for("gpr-handheld", lane, 50.0, true);
  Pipeline without = pipeline_for("gpr-handheld", lane, 50.0, false);
  EXPECT_EQ(drive(with, walk(lane, 50.0, true, 0.0)).scores, drive(without, walk(lane, 50.0, false, 0.0)).scores);
}

// Stopped in the middle of the stand and in the middle of a footprint, and gone on elsewhere: the same records, byte for byte.
TEST(HoverRestart, GoesOnWithTheSameBytes) {
  const Lane lane = radar_lane("gpr-handheld");
  for (const bool with_distance : {true, false}) {
    const auto taken = walk(lane, 50.0, with_distance, 6.0);
    Pipeline whole = pipeline_for("gpr-handheld", lane, 50.0, with_distance);
    const Outcome want = drive(whole, taken);
    ASSERT_GT(want.records.size(), 3U);
    for (const std::ptrdiff_t cut : {398, 406, 500, 640, 703}) {
      Pipeline first = pipeline_for("gpr-handheld", lane, 50.0, with_distance);
      Pipeline second = pipeline_for("gpr-handheld", lane, 50.0, with_distance);
      Outcome got = drive(first, {taken.begin(), taken.begin() + cut});
      second.load_state(first.save_state());
      const Outcome rest = drive(second, {taken.begin() + cut, taken.end()});
      got.records.insert(got.records.end(), rest.records.begin(), rest.records.end());
      got.scores.insert(got.scores.end(), rest.scores.begin(), rest.scores.end());
      ASSERT_EQ(got.records.size(), want.records.size()) << cut;
      for (std::size_t i = 0; i < want.records.size(); ++i)
        ASSERT_EQ(std::memcmp(&got.records[i], &want.records[i], sizeof(Alarm)), 0) << cut << ", record " << i;
      EXPECT_EQ(got.scores, want.scores) << cut;
    }
    whole.reset();
    const Outcome again = drive(whole, taken);
    ASSERT_EQ(again.records.size(), want.records.size());
    for (std::size_t i = 0; i < want.records.size(); ++i)
      ASSERT_EQ(std::memcmp(&again.records[i], &want.records[i], sizeof(Alarm)), 0) << "after reset, record " << i;
  }
}

}  // namespace
}  // namespace surefoot
