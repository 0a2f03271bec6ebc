// SPDX-License-Identifier: MIT
// Two sensors on one head: text, memory, policy, order, state. The lines are the two lanes that are shipped, laid over each
// other: their objects are not the same, which is what a policy has to stand.
#include <surefoot/base/error.hpp>
#include <surefoot/io/reader.hpp>
#include <surefoot/pipeline/dual_run.hpp>

#include "support/lines.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

namespace surefoot {
namespace {

const Line& emi_line() {
  static const Line line = io::read(std::string(SUREFOOT_SOURCE_DIR) + "/datasets/metal-lane/lane.npy");
  return line;
}
const Line& gpr_line() {
  static const Line line = io::read(std::string(SUREFOOT_SOURCE_DIR) + "/datasets/handheld-lane/lane.npy");
  return line;
}
DualSpec specs() { return {emi_line().spec(), gpr_line().spec()}; }

std::string text(const std::string& fusion = "", const std::string& emi = "use = \"md-cw\"") {
  return "surefoot = 1\nmodality = \"dual\"\n[emi]\n" + emi + "\n[gpr]\nuse = \"gpr-handheld\"\n[fusion]\n" + fusion;
}

std::string error_of(const std::string& dual) {
  try {
    const DualPipeline p(load_dual_description(dual), specs());
  } catch (const Error& e) {
    return e.what();
  }
  return "no error";
}
bool says(const std::string& message, const std::string& part) { return message.find(part) != std::string::npos; }

// Which trace of which sensor comes next: the metal detector's first where times are equal.
struct Turn {
  bool emi;
  Index trace;
};
std::vector<Turn> turns() {
  std::vector<Turn> out;
  Index e = 0;
  Index g = 0;
  const auto time = [](const Line& line, Index i) { return line.tags[to_size(i)].time_s; };
  while (e < emi_line().n_traces() || g < gpr_line().n_traces()) {
    const bool emi =
        g == gpr_line().n_traces() || (e < emi_line().n_traces() && time(emi_line(), e) <= time(gpr_line(), g));
    out.push_back({emi, emi ? e++ : g++});
  }
  return out;
}
void push(DualPipeline& p, Turn turn) {
  const Line& line = turn.emi ? emi_line() : gpr_line();
  const TraceTag& tag = line.tags[to_size(turn.trace)];
  EXPECT_EQ(turn.emi ? p.push_emi(line.trace(turn.trace), tag) : p.push_gpr(line.trace(turn.trace), tag), Status::ok);
}
void drain(DualPipeline& p, std::vector<Alarm>& to) {
  Alarm alarm;
  while (p.pull_alarm(alarm)) to.push_back(alarm);
}
::testing::AssertionResult same(const std::vector<Alarm>& a, const std::vector<Alarm>& b) {
  if (a.size() != b.size()) return ::testing::AssertionFailure() << a.size() << " and " << b.size() << " records";
  for (std::size_t i = 0; i < a.size(); ++i)
    if (std::memcmp(&a[i], &b[i], sizeof(Alarm)) != 0) return ::testing::AssertionFailure() << "record " << i;
  return ::testing::AssertionSuccess();
}
std::vector<Alarm> all_records(const std::string& description) {
  DualPipeline p(load_dual_description(description), specs());
  std::vector<Alarm> out;
  for (const Turn turn : turns()) {
    push(p, turn);
    drain(p, out);
  }
  p.finish();
  drain(p, out);
  EXPECT_EQ(p.lost_alarms(), 0);
  return out;
}

TEST(DualDescription, CanonicalTextRoundTripsAndHoldsBothPipelinesInFull) {
  for (const std::string& source :
       {text(),
        text("method = \"logistic\"\nweights = [1, 2, 3, 4, 5, 6]\ngpr_edges = [1.0]\ngpr_target = [0, 3]\n"
             "gpr_clutter = [4, 0]\n"),
        std::string("dual-handheld"), std::string("dual-vehicle"),
        std::string("surefoot = 1\nmodality = \"dual\"\ntitle = \"t\"\n[emi]\ndetector = { use = \"detect.peak_alarm\" "
                    "}\n[gpr]\n")}) {
    const DualDescription once = load_dual_description(source);
    const std::string written = to_text(once);
    const DualDescription twice = parse_dual_description(written);
    EXPECT_EQ(to_text(twice), written);
    EXPECT_EQ(hash_of(twice), hash_of(once));
  }
  const std::string written = to_text(load_dual_description("dual-handheld"));
  for (const char* part :
       {"[[emi.stage]]\nuse = \"emi.baseline\"", "[emi.detector]", "[[gpr.stage]]\nuse = \"gpr.time_zero\"",
        "[gpr.detector]", "[fusion]\nuse = \"detect.fusion\"\nmethod = ", "policy = ", "gate_m = "})
    EXPECT_TRUE(says(written, part)) << part;
  EXPECT_TRUE(says(to_text(load_dual_description(text())), to_text(load_description("md-cw")).substr(120, 40)));
}

TEST(DualDescription, SaysWhatIsWrongAndWhere) {
  EXPECT_TRUE(says(error_of(text("methd = \"llr\"")), "did you mean 'method'"));
  EXPECT_TRUE(says(error_of(text("method = \"vote\"")), "llr"));
  EXPECT_TRUE(says(error_of(text("gate_m = 0.0")), "fusion.detect.fusion.gate_m (line"));
  EXPECT_TRUE(says(error_of(text("", "use = \"gpr-handheld\"")), "built-in pipeline of the modality emi"));
  EXPECT_TRUE(says(error_of(text("", "use = \"md-cw\"\nstage = []")), "unknown key 'stage'"));
  EXPECT_TRUE(says(error_of(text("", "stage = []")), "needs a detector"));
  EXPECT_TRUE(says(error_of(text("", "stage = [{use = \"gpr.dewow\"}]")), "emi.stage[0].gpr.dewow"));
  EXPECT_TRUE(says(error_of("surefoot = 1\nmodality = \"dual\"\n[emi]\nuse = \"md-cw\"\n"), "gpr"));
  EXPECT_TRUE(says(error_of("surefoot = 1\nmodality = \"gpr\"\n"), "\"dual\""));
  EXPECT_TRUE(says(error_of("dual-handhold"), "dual-handheld"));
  EXPECT_TRUE(says(error_of("surefoot = 1\nmodality = \"dual\"\n[emi]\nuse = \"md-cw\"\n[gpr]\nuse = \"gpr-survey\"\n"),
                   "gpr.stage"))
      << "what needs the whole line is refused by name";
  // One description of one sensor is told from one of two.
  try {
    (void)load_description("dual-handheld");
    ADD_FAILURE();
  } catch (const ConfigError& e) {
    EXPECT_TRUE(says(e.what(), "two sensors")) << e.what();
  }
}

TEST(DualDescription, IsToldFromThatOfOneSensor) {
  EXPECT_TRUE(describes_two_sensors("dual-handheld"));
  EXPECT_TRUE(describes_two_sensors(text()));
  EXPECT_FALSE(describes_two_sensors("gpr-handheld"));
  EXPECT_FALSE(describes_two_sensors("surefoot = 1\nstage = []\n"));
  EXPECT_THROW((void)describes_two_sensors("dual-handhold"), ConfigError);
}

TEST(DualPipeline, BytesAreKnownExactlyAndTheHostsMemoryIsUsed) {
  const DualDescription d = load_dual_description(text());
  const std::size_t bytes = DualPipeline::bytes(d, specs());
  EXPECT_EQ(DualPipeline(d, specs()).bytes(), bytes);
  std::vector<std::byte> block(bytes + 127, std::byte{0xA5});
  DualPipeline p(d, specs(), {.memory = std::span(block).subspan(63, bytes)});
  for (const Turn turn : turns()) push(p, turn);
  for (std::size_t i = 0; i < block.size(); ++i)
    if (i < 63 || i >= 63 + bytes) {
      ASSERT_EQ(block[i], std::byte{0xA5});
    }
  std::vector<std::byte> small(bytes - 1);
  try {
    DualPipeline q(d, specs(), {.memory = small});
    ADD_FAILURE();
  } catch (const Error& e) {
    EXPECT_TRUE(says(e.what(), std::to_string(bytes)));
  }
}

// The policy, on real pipelines: every record of the metal detector alone is told in the same push, at the same place.
TEST(DualPipeline, EveryAlarmOfTheMetalDetectorIsToldInThePushThatRaisedIt) {
  for (const char* fusion : {"policy = \"rank\"", "policy = \"label\"", "gpr_offset = -1000.0\nprior = 0.001",
                             "method = \"dempster_shafer\"\ngpr_reliability = 1.0"}) {
    DualPipeline dual(load_dual_description(text(fusion)), specs());
    Pipeline alone(load_description("md-cw"), emi_line().spec(), {.queue_traces = 2000, .memory = {}});
    int metal = 0;
    const auto expect_told = [&] {
      std::vector<Alarm> told;
      drain(dual, told);
      Alarm alarm;
      while (alone.pull_alarm(alarm)) {
        ++metal;
        EXPECT_TRUE(std::any_of(told.begin(), told.end(),
                                [&](const Alarm& a) {
                                  return has(a.sensors, Sensors::emi) && a.trace_index == alarm.trace_index &&
                                         a.distance_m == alarm.distance_m &&
                                         a.emi_z == static_cast<double>(alarm.score);
                                }))
            << fusion << ", alarm at " << alarm.distance_m;
      }
    };
    for (const Turn turn : turns()) {
      push(dual, turn);
      if (turn.emi) alone.push(emi_line().trace(turn.trace), emi_line().tags[to_size(turn.trace)]);
      expect_told();
    }
    dual.finish();
    alone.finish();
    expect_told();
    EXPECT_GE(metal, 8) << fusion;
  }
}

TEST(DualPipeline, RecordsCountUpAndEndWithTheEvidenceOfBoth) {
  const DualRun run = run_dual(load_dual_description(text()), emi_line(), gpr_line());
  ASSERT_FALSE(run.alarms.empty());
  std::vector<std::int64_t> told(run.alarm_records.size() + 2, 0);
  bool radar_alone = false;
  for (const Alarm& a : run.alarm_records) {
    ASSERT_LT(to_size(static_cast<Index>(a.id)), told.size());
    EXPECT_EQ(a.revision, told[static_cast<std::size_t>(a.id)]++);
    EXPECT_EQ(a.description_hash, run.description_hash);
    radar_alone = radar_alone || a.sensors == Sensors::gpr;
  }
  EXPECT_TRUE(radar_alone) << "an alarm of radar alone is told too";
  for (std::size_t i = 0; i < run.alarms.size(); ++i) {
    EXPECT_EQ(run.alarms[i].id, static_cast<std::int64_t>(i + 1));
    EXPECT_EQ(run.alarms[i].active, 0U);
    EXPECT_GT(run.alarms[i].evidence.probability, 0.0);
  }
  EXPECT_TRUE(same(run.alarm_records, all_records(text()))) << "a run is the same loop";
  EXPECT_EQ(run.emi.n_traces(), emi_line().n_traces());
  EXPECT_EQ(run.gpr.n_traces(), gpr_line().n_traces());
  const surefoot::Run alone = surefoot::run("gpr-handheld", gpr_line());
  EXPECT_EQ(run.gpr.samples, alone.traces.samples);
  for (std::size_t i = 0; i < alone.scores.size(); ++i) ASSERT_EQ(run.gpr.tags[i].score, alone.scores[i]);
}

TEST(DualPipeline, WhenAlarmsArePulledChangesNothing) {
  const std::vector<Alarm> expected = all_records(text());
  DualPipeline one(load_dual_description(text()), specs());
  DualPipeline two(load_dual_description(text()), specs());
  EXPECT_EQ(one.state_size(), two.state_size());
  test::Random random(20261126);
  for (int k = 0; k < 6; ++k) {
    DualPipeline* p = &one;
    DualPipeline* other = &two;
    p->reset();
    std::vector<Alarm> out;
    std::size_t until = 0;
    for (const Turn turn : turns()) {
      push(*p, turn);
      if (until-- > 0) continue;
      until = random.below(200);
      if (random.below(3) != 0) drain(*p, out);
      if (random.below(3) == 0) {  // stop here, go on there
        const std::vector<std::byte> state = p->save_state();
        std::swap(p, other);
        p->load_state(state);
      }
    }
    p->finish();
    drain(*p, out);
    EXPECT_TRUE(same(out, expected)) << k;
  }
}

TEST(DualPipeline, RefusesStatesOfOthers) {
  DualPipeline p(load_dual_description(text()), specs());
  for (Index i = 0; i < 300; ++i) push(p, turns()[to_size(i)]);
  const std::vector<std::byte> state = p.save_state();
  DualPipeline q(load_dual_description(text("gate_m = 0.2")), specs());
  EXPECT_TRUE(says(q.try_load_state(state), "another pipeline description"));
  DualSpec wider = specs();
  wider.gpr.trace_spacing_m *= 2.0;
  DualPipeline r(load_dual_description(text()), wider);
  EXPECT_TRUE(says(r.try_load_state(state), "another input"));
  EXPECT_NE(p.try_load_state(std::span(state).first(20)), nullptr);
  std::vector<std::byte> damaged = state;
  damaged[damaged.size() / 2] ^= std::byte{1};
  EXPECT_TRUE(says(p.try_load_state(damaged), "damaged"));
  EXPECT_THROW(p.load_state(damaged), StateError);
  EXPECT_EQ(p.try_load_state(state), nullptr);
  std::vector<std::byte> little(state.size() - 1);
  EXPECT_EQ(p.save_state(little), 0U);
}

TEST(DualPipeline, ADeadSensorTakesNothingFromTheOther) {
  const auto alarms_of = [](const std::vector<Alarm>& records, Sensors sensor) {
    std::vector<std::int64_t> traces;
    for (const Alarm& a : records)
      if (a.sensors == sensor && a.revision == 0) traces.push_back(a.trace_index);
    return traces;
  };
  for (const bool emi_lives : {true, false}) {
    DualPipeline p(load_dual_description(text()), specs());
    Pipeline alone(load_description(emi_lives ? "md-cw" : "gpr-handheld"),
                   emi_lives ? emi_line().spec() : gpr_line().spec(), {.queue_traces = 2000, .memory = {}});
    std::vector<Alarm> out;
    std::vector<Alarm> expected;
    for (const Turn turn : turns()) {
      const Line& line = turn.emi ? emi_line() : gpr_line();
      const TraceTag& tag = line.tags[to_size(turn.trace)];
      if (turn.emi == emi_lives) {
        push(p, turn);
        alone.push(line.trace(turn.trace), tag);
      } else {
        EXPECT_EQ(turn.emi ? p.push_emi({}, tag) : p.push_gpr({}, tag), Status::length);
      }
      drain(p, out);
    }
    p.finish();
    alone.finish();
    drain(p, out);
    Alarm alarm;
    while (alone.pull_alarm(alarm)) {
      alarm.sensors = emi_lives ? Sensors::emi : Sensors::gpr;
      expected.push_back(alarm);
    }
    EXPECT_EQ(alarms_of(out, emi_lives ? Sensors::emi : Sensors::gpr),
              alarms_of(expected, emi_lives ? Sensors::emi : Sensors::gpr));
    for (const Alarm& a : out) EXPECT_TRUE(std::isnan(emi_lives ? a.gpr_z : a.emi_z));
  }
}

TEST(RunDual, OrdersByTimeElseByDistanceElseSaysWhy) {
  const DualDescription d = load_dual_description(text());
  Line emi = emi_line();
  Line gpr = gpr_line();
  const DualRun timed = run_dual(d, emi, gpr);
  for (TraceTag& tag : emi.tags) tag.time_s = unknown;
  EXPECT_FALSE(run_dual(d, emi, gpr).alarms.empty());
  for (TraceTag& tag : gpr.tags) tag.distance_m = unknown;
  EXPECT_THROW((void)run_dual(d, emi, gpr), Error);
  emi.tags.pop_back();
  EXPECT_THROW((void)run_dual(d, emi, gpr), Error);
  EXPECT_FALSE(timed.alarms.empty());
}

}  // namespace
}  // namespace surefoot
