// SPDX-License-Identifier: MIT
// The pipeline itself: memory, latency, lost counters, state, and what it refuses.
#include <surefoot/base/error.hpp>
#include <surefoot/base/finite.hpp>
#include <surefoot/pipeline/apply.hpp>

#include "support/forged_state.hpp"
#include "support/lines.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

namespace surefoot {
namespace {

constexpr const char* dewow = "surefoot = 1\nstage = [ { use = \"gpr.dewow\", window_s = 3e-9 } ]\n";
constexpr const char* alarms =
    "surefoot = 1\nstage = [ { use = \"gpr.dewow\", window_s = 3e-9 }, { use = \"detect.energy_score\" } ]\n"
    "detector = { use = \"detect.peak_alarm\", threshold = 4.0 }\n";

std::string error_of(const Description& d, const StreamSpec& spec, const PipelineOptions& options = {}) {
  try {
    (void)Pipeline(d, spec, options);
  } catch (const Error& e) {
    return e.what();
  }
  return "no error";
}

TEST(Pipeline, WithoutStagesPassesTracesOn) {
  Description none;
  const Line line = test::rough_line(20, 64);
  const surefoot::Run r = run(none, line);
  ASSERT_EQ(r.traces.n_traces(), 20);
  for (Index i = 0; i < 20; ++i) {
    const Quality quality = r.traces.tags[to_size(i)].quality;
    EXPECT_EQ(has(quality, Quality::non_finite),
              !all_finite(line.trace(i)) || has(line.tags[to_size(i)].quality, Quality::non_finite));
    for (Index j = 0; j < 64; ++j)
      EXPECT_EQ(r.traces.samples(j, i), unusable(quality) ? 0.0F : line.samples(j, i)) << i;
  }
  Pipeline p(none, line.spec());
  EXPECT_EQ(p.latency(), 0);
  EXPECT_EQ(p.push(line.trace(0).first(3), {}), Status::length);
  std::vector<Sample> out(64, 1.0F);
  TraceTag tag;
  ASSERT_TRUE(p.pull(std::span<Sample>(out), tag));
  EXPECT_TRUE(has(tag.quality, Quality::dropped));
  for (const Sample x : out) EXPECT_EQ(x, 0.0F);
}

TEST(Pipeline, StagesWorkInTheirOrder) {
  const Line line = test::radar_line(30, 128);
  const Description twice = parse_description(
      "surefoot = 1\nstage = [ { use = \"gpr.dewow\", window_s = 3e-9 }, { use = \"gpr.dewow\", window_s = 1e-9 } ]\n");
  const Description first = parse_description("surefoot = 1\nstage = [ { use = \"gpr.dewow\", window_s = 3e-9 } ]\n");
  const Description second = parse_description("surefoot = 1\nstage = [ { use = \"gpr.dewow\", window_s = 1e-9 } ]\n");
  const Line chained = run(second, run(first, line).traces).traces;
  EXPECT_EQ(run(twice, line).traces.samples, chained.samples);
  EXPECT_EQ(apply(second.stages[0], apply(first.stages[0], line)).samples, chained.samples);
}

TEST(Pipeline, BytesAreKnownExactlyAndTheHostsMemoryIsUsed) {
  const Line line = test::rough_line(100, 256);
  const Description d = parse_description(alarms);
  const std::size_t bytes = Pipeline::bytes(d, line.spec());
  Pipeline own(d, line.spec());
  EXPECT_EQ(own.bytes(), bytes);
  for (const std::size_t shift : {std::size_t{0}, std::size_t{1}, std::size_t{63}}) {
    std::vector<std::byte> block(bytes + 128, std::byte{0xA5});
    const std::span<std::byte> memory = std::span(block).subspan(shift, bytes);
    Pipeline p(d, line.spec(), {.queue_traces = 64, .memory = memory});
    std::vector<Sample> a(256);
    std::vector<Sample> b(256);
    TraceTag ta;
    TraceTag tb;
    own.reset();
    for (Index i = 0; i < 100; ++i) {
      own.push(line.trace(i), line.tags[to_size(i)]);
      p.push(line.trace(i), line.tags[to_size(i)]);
      ASSERT_TRUE(own.pull(std::span<Sample>(a), ta));
      ASSERT_TRUE(p.pull(std::span<Sample>(b), tb));
      ASSERT_EQ(std::memcmp(a.data(), b.data(), 256 * sizeof(Sample)), 0);
      ASSERT_EQ(std::memcmp(&ta, &tb, sizeof ta), 0);
    }
    for (std::size_t i = 0; i < shift; ++i) ASSERT_EQ(block[i], std::byte{0xA5});
    for (std::size_t i = shift + bytes; i < block.size(); ++i) ASSERT_EQ(block[i], std::byte{0xA5});
  }
  std::vector<std::byte> small(bytes - 1);
  const std::string why = error_of(d, line.spec(), {.queue_traces = 64, .memory = small});
  EXPECT_NE(why.find(std::to_string(bytes)), std::string::npos) << why;
}

TEST(Pipeline, CountsWhatNobodyPulled) {
  const Line line = test::radar_line(1, 64);
  Pipeline p(parse_description(dewow), test::radar_spec(64), {.queue_traces = 5, .memory = {}});
  for (int i = 0; i < 12; ++i) {
    TraceTag tag;
    tag.index = i;
    p.push(line.trace(0), tag);
  }
  EXPECT_EQ(p.lost_traces(), 7);
  std::vector<Sample> out(64);
  TraceTag tag;
  ASSERT_TRUE(p.pull(std::span<Sample>(out), tag));
  EXPECT_EQ(tag.index, 7) << "the oldest are lost, the newest kept";
  p.reset();
  EXPECT_EQ(p.lost_traces(), 0);
  EXPECT_FALSE(p.pull(std::span<Sample>(out), tag));
}

// A host with room for a few traces: the rest waits in the queue, in order, with the same bits.
class SmallSink final : public TraceSink {
 public:
  SmallSink(Index n_samples, std::size_t most) : most_(most), columns_(most, std::vector<Sample>(to_size(n_samples))) {}
  TraceRef room() noexcept override { return tags.size() < most_ ? TraceRef(columns_[tags.size()]) : TraceRef{}; }
  void take(const TraceTag& tag) noexcept override { tags.push_back(tag); }
  [[nodiscard]] const std::vector<Sample>& column(std::size_t i) const { return columns_[i]; }
  std::vector<TraceTag> tags;

 private:
  std::size_t most_;
  std::vector<std::vector<Sample>> columns_;
};

TEST(Pipeline, ASinkGetsTracesWithoutTheQueueAndWithTheSameBits) {
  const Line line = test::rough_line(40, 64);
  for (const char* text :
       {"surefoot = 1\nstage = []", dewow, "surefoot = 1\nstage = [{ use = \"gpr.background\", method = \"mean\" }]"}) {
    const Description d = parse_description(text);
    Pipeline by_queue(d, line.spec());
    SmallSink sink(64, 15);
    Pipeline by_sink(d, line.spec(), {.queue_traces = 25, .memory = {}, .sink = &sink});
    for (Index i = 0; i < 40; ++i) {
      by_queue.push(line.trace(i), line.tags[to_size(i)]);
      by_sink.push(line.trace(i), line.tags[to_size(i)]);
    }
    by_queue.finish();
    by_sink.finish();
    ASSERT_EQ(sink.tags.size(), 15U) << text;
    EXPECT_EQ(by_sink.lost_traces(), 0);
    for (std::size_t i = 0; i < 40; ++i) {
      std::vector<Sample> expected(64);
      TraceTag tag;
      ASSERT_TRUE(by_queue.pull(std::span<Sample>(expected), tag));
      std::vector<Sample> got(64);
      TraceTag other;
      if (i < 15) {
        got = sink.column(i);
        other = sink.tags[i];
      } else {
        ASSERT_TRUE(by_sink.pull(std::span<Sample>(got), other));
      }
      EXPECT_EQ(std::memcmp(got.data(), expected.data(), 64 * sizeof(Sample)), 0) << text << " trace " << i;
      EXPECT_EQ(other.index, tag.index);
      EXPECT_EQ(other.quality, tag.quality);
    }
  }
  // The columns of the queue are the host's business then.
  const Description whole =
      parse_description("surefoot = 1\nstage = [{ use = \"gpr.background\", method = \"mean\" }]");
  StreamSpec spec = line.spec();
  spec.max_traces = 10000;
  SmallSink sink(64, 1);
  EXPECT_LT(
      Pipeline::bytes(whole, spec, {.queue_traces = 64, .memory = {}, .sink = &sink}) + 9000 * 64 * sizeof(Sample),
      Pipeline::bytes(whole, spec));
}

// A promise of who pushes: a stage of the whole line looks where the traces lie, with the same result and less memory.
TEST(Pipeline, OverALineThatStaysGivesTheSameBitsAndHasNoState) {
  const Line line = test::rough_line(40, 64);
  StreamSpec stays = line.spec();
  stays.stays = true;
  for (const char* stage :
       {"", "{ use = \"gpr.dewow\", window_s = 3e-9 }", "{ use = \"gpr.background\", method = \"mean\" }",
        "{ use = \"gpr.background\", method = \"median\" }", "{ use = \"gpr.svd_clutter\" }",
        "{ use = \"gpr.dewow\", window_s = 3e-9 }, { use = \"gpr.background\", method = \"mean\" }"}) {
    const Description d = parse_description("surefoot = 1\nstage = [" + std::string(stage) + "]");
    Pipeline copying(d, line.spec());
    Pipeline looking(d, stays);
    EXPECT_FALSE(looking.output().stays) << stage;
    EXPECT_LE(looking.bytes(), copying.bytes()) << stage;
    for (Index i = 0; i < 40; ++i) {
      copying.push(line.trace(i), line.tags[to_size(i)]);
      looking.push(line.trace(i), line.tags[to_size(i)]);
    }
    copying.finish();
    looking.finish();
    std::vector<Sample> expected(64);
    std::vector<Sample> got(64);
    TraceTag tag;
    TraceTag other;
    for (Index i = 0; i < 40; ++i) {
      ASSERT_TRUE(copying.pull(std::span<Sample>(expected), tag)) << stage;
      ASSERT_TRUE(looking.pull(std::span<Sample>(got), other)) << stage;
      EXPECT_EQ(std::memcmp(got.data(), expected.data(), 64 * sizeof(Sample)), 0) << stage << " trace " << i;
      EXPECT_EQ(other.quality, tag.quality);
    }
    EXPECT_EQ(looking.state_size(), 0U);
    EXPECT_TRUE(looking.save_state().empty());
    std::vector<std::byte> room(1 << 16);
    EXPECT_EQ(looking.save_state(room), 0U);
    EXPECT_THROW(looking.load_state(copying.save_state()), StateError) << stage;
  }
  const Description mean = parse_description("surefoot = 1\nstage = [{ use = \"gpr.background\", method = \"mean\" }]");
  EXPECT_LE(Pipeline::bytes(mean, stays) + 38 * 64 * sizeof(Sample), Pipeline::bytes(mean, line.spec()));
}

TEST(Pipeline, AWrongPullIsDroppedNotWrittenOutside) {
  const Line line = test::radar_line(1, 64);
  Pipeline p(parse_description(dewow), line.spec());
  p.push(line.trace(0), {});
  std::vector<Sample> small(10, 1.0F);
  TraceTag tag;
  ASSERT_TRUE(p.pull(std::span<Sample>(small), tag));
  EXPECT_TRUE(has(tag.quality, Quality::dropped));
  for (const Sample x : small) EXPECT_EQ(x, 0.0F);
}

TEST(Pipeline, WholeLineStagesAreRefusedLiveByName) {
  const Description d = parse_description("surefoot = 1\nstage = [{ use = \"gpr.background\", method = \"mean\" }]");
  const std::string why = error_of(d, test::radar_spec(128, 0));
  EXPECT_NE(why.find("stage[0].gpr.background"), std::string::npos) << why;
  EXPECT_NE(why.find("whole line"), std::string::npos) << why;
  EXPECT_EQ(Pipeline(d, test::radar_spec(128, 50)).latency(), whole_line);
}

// A stage that needs the whole line gives all traces at once: more alarms than the detector can hold must not be lost.
TEST(Pipeline, AWholeLineLosesNoAlarm) {
  Line line = test::radar_line(4000, 64);
  line.samples.setConstant(1.0F);
  for (Index i = 0; i < line.n_traces(); ++i) line.tags[to_size(i)].score = i % 40 == 20 ? 9.0F : 0.0F;
  const surefoot::Run r = surefoot::run(
      "surefoot = 1\nstage = [{ use = \"gpr.background\", method = \"mean\" }]\n"
      "detector = { use = \"detect.peak_alarm\", threshold = 4.0, capacity = 2 }",
      line);
  EXPECT_EQ(r.alarms.size(), 100U);
}

TEST(Pipeline, AnAlarmCarriesItsSensorAndTheDescription) {
  for (const char* modality : {"gpr", "emi"}) {
    Line line = test::radar_line(300, 64);
    line.samples.setConstant(1.0F);
    for (Index i = 0; i < line.n_traces(); ++i) line.tags[to_size(i)].score = i == 150 ? 9.0F : 0.0F;
    const bool gpr = modality == std::string("gpr");
    const std::string text =
        std::string("surefoot = 1\nmodality = \"") + modality + "\"\ndetector = { use = \"detect.peak_alarm\" }";
    const surefoot::Run r = surefoot::run(text, line);
    ASSERT_EQ(r.alarms.size(), 1U);
    const Alarm& a = r.alarms[0];
    EXPECT_EQ(a.sensors, gpr ? Sensors::gpr : Sensors::emi);
    EXPECT_EQ(gpr ? a.gpr_z : a.emi_z, 9.0);
    EXPECT_TRUE(std::isnan(gpr ? a.emi_z : a.gpr_z));
    EXPECT_EQ(a.description_hash, r.description_hash);
    EXPECT_EQ(a.description_hash, Pipeline(parse_description(r.description), line.spec()).description_hash());
    EXPECT_NE(a.description_hash, Pipeline(parse_description(alarms), line.spec()).description_hash());
  }
}

TEST(LatestAlarms, KeepsTheLastRecordOfEach) {
  std::vector<Alarm> records(6);
  const std::pair<int, int> told[] = {{2, 0}, {1, 0}, {2, 1}, {1, 2}, {1, 1}, {3, 0}};
  for (std::size_t i = 0; i < 6; ++i) {
    records[i].id = told[i].first;
    records[i].revision = told[i].second;
  }
  const std::vector<Alarm> latest = latest_alarms(records);
  ASSERT_EQ(latest.size(), 3U);
  for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(latest[i].id, static_cast<std::int64_t>(i) + 1);
  EXPECT_EQ(latest[0].revision, 2);
  EXPECT_EQ(latest[1].revision, 1);
  EXPECT_TRUE(latest_alarms({}).empty());
}

TEST(Pipeline, ALineNeedsOneTagATrace) {
  Line line = test::radar_line(10, 64);
  line.tags.pop_back();
  EXPECT_THROW((void)surefoot::run("gpr-handheld", line), Error);
}

TEST(Description, AStageOfAnotherModalityIsRefused) {
  try {
    (void)parse_description("surefoot = 1\nmodality = \"emi\"\nstage = [{ use = \"gpr.dewow\" }]");
    FAIL() << "accepted";
  } catch (const ConfigError& e) {
    EXPECT_NE(std::string(e.what()).find("modality"), std::string::npos) << e.what();
  }
}

TEST(Pipeline, ImpossibleInputsAreRefusedByName) {
  const Description d = parse_description(alarms);
  const auto with = [](auto change) {
    StreamSpec s = test::radar_spec(256);
    change(s);
    return s;
  };
  const auto expect = [&](const StreamSpec& s, const char* name) {
    const std::string why = error_of(d, s);
    EXPECT_NE(why.find(name), std::string::npos) << why;
  };
  constexpr Index most = std::numeric_limits<Index>::max();
  for (const Index n : {Index{0}, Index{-1}, most, std::numeric_limits<Index>::min()})
    expect(with([&](StreamSpec& s) { s.n_samples = n; }), "input.n_samples");
  for (const Index n : {Index{-1}, most}) expect(with([&](StreamSpec& s) { s.max_traces = n; }), "input.max_traces");
  for (const double x : {0.0, -1e-9, unknown, std::numeric_limits<double>::infinity()}) {
    expect(with([&](StreamSpec& s) { s.axis.step = x; }), "input.axis.step");
    expect(with([&](StreamSpec& s) { s.axis.places = {1.0, x, 2.0}; }), "input.axis.places");
  }
  expect(with([](StreamSpec& s) { s.axis.start = unknown; }), "input.axis.start");
  expect(with([](StreamSpec& s) { s.trace_interval_s = -1.0; }), "input.trace_interval_s");
  expect(with([](StreamSpec& s) { s.trace_spacing_m = unknown; }), "input.trace_spacing_m");
  for (const Index n : {Index{0}, Index{-1}, most})
    EXPECT_NE(error_of(d, test::radar_spec(256), {.queue_traces = n, .memory = {}}).find("queue_traces"),
              std::string::npos);
}

// A count option at the end of its range asks for much memory: that is an error, or works, but never a wrong size.
class CountsAtTheirMost final : public FieldVisitor {
 public:
  void list(NumberList&, const char*, Unit, Range, const char*) override {}
  void real(double&, const char*, Unit, Range, const char*) override {}
  void count(Index& value, const char*, Unit, Range range, const char*) override {
    value = range.high < 9e18 ? static_cast<Index>(range.high) : std::numeric_limits<Index>::max();
  }
  void flag(bool&, const char*, const char*) override {}
  void choice(std::size_t&, const char*, Words, const char*) override {}
};

TEST(Pipeline, TheGreatestCountsAskForMemoryTruthfully) {
  for (const StageEntry& e : stages()) {
    Description d;
    d.stages.push_back({&e, e.defaults(), {}});
    const StreamSpec spec = test::suited(e, d.stages[0].options, test::radar_spec(512, 1000));
    CountsAtTheirMost most;
    e.visit(d.stages[0].options, most);
    if (e.validate(d.stages[0].options, spec)) continue;  // refused together: as good
    std::size_t bytes = 0;
    try {
      bytes = Pipeline::bytes(d, spec);
    } catch (const Error&) {
      continue;  // more than a machine has
    }
    Description usual;
    usual.stages.push_back({&e, e.defaults(), {}});
    EXPECT_GE(bytes, Pipeline::bytes(usual, spec)) << e.name << ": a greater count cannot need less memory";
  }
}

TEST(Pipeline, ForeignDamagedAndTruncatedStatesAreRefusedAndLeaveItFresh) {
  const Line line = test::rough_line(80, 128);
  const auto advance = [&](Pipeline& p) {
    std::vector<Sample> out(128);
    TraceTag tag;
    for (Index i = 0; i < line.n_traces(); ++i) {
      p.push(line.trace(i), line.tags[to_size(i)]);
      if (i % 2 == 0) p.pull(std::span<Sample>(out), tag);
    }
  };
  Pipeline p(parse_description(alarms), line.spec());
  const std::vector<std::byte> fresh = p.save_state();
  advance(p);
  const std::vector<std::byte> state = p.save_state();
  ASSERT_NE(state, fresh);
  ASSERT_EQ(state.size(), p.state_size());

  Pipeline q(parse_description(alarms), line.spec());
  const auto refused = [&](std::span<const std::byte> bad, const std::string& what) {
    advance(q);
    EXPECT_NE(q.try_load_state(bad), nullptr) << what;
    EXPECT_EQ(q.lost_traces(), 0) << what;
    std::vector<Sample> out(128);
    TraceTag tag;
    EXPECT_FALSE(q.pull(std::span<Sample>(out), tag)) << what << ": not as freshly constructed";
    EXPECT_THROW(q.load_state(bad), StateError) << what;
  };
  test::Random random(5);
  for (std::size_t n = 0; n < 200; ++n) refused(std::span(state).first(n), "cut to " + std::to_string(n));
  refused(std::span(state).first(state.size() - 1), "cut by one");
  std::vector<std::byte> longer = state;
  longer.push_back(std::byte{0});
  refused(longer, "one byte more");
  for (int i = 0; i < 300; ++i) {
    std::vector<std::byte> bad = state;
    const std::size_t at = i < 48 ? static_cast<std::size_t>(i) : random.below(bad.size());
    bad[at] ^= static_cast<std::byte>(1U << random.below(8));
    refused(bad, "flipped at " + std::to_string(at));
  }
  Pipeline other(parse_description(dewow), line.spec());
  refused(other.save_state(), "of another description");
  StreamSpec shifted = line.spec();
  shifted.axis.start += 1e-9;
  Pipeline elsewhere(parse_description(alarms), shifted);
  refused(elsewhere.save_state(), "of another input");
  EXPECT_EQ(q.try_load_state(state), nullptr) << "the good one is still taken";
  EXPECT_EQ(q.save_state(), state);

  std::vector<std::byte> small(state.size() - 1);
  EXPECT_EQ(p.save_state(std::span<std::byte>(small)), 0U);
}

// A forged state has the right length and checksum, but says anything: positions must be checked, nothing may be overrun.
TEST(Pipeline, ForgedStatesNeverPointOutside) {
  const Line line = test::rough_line(40, 64);
  Pipeline p(parse_description(alarms), line.spec());
  for (Index i = 0; i < 30; ++i) p.push(line.trace(i), line.tags[to_size(i)]);
  const std::vector<std::byte> state = p.save_state();
  test::Random random(11);
  int taken = 0;
  for (int round = 0; round < 2000; ++round) {
    std::vector<std::byte> forged = state;
    for (int k = 0; k < 3; ++k) {
      const std::size_t at = test::state_header + random.below(forged.size() - test::state_header);
      forged[at] = static_cast<std::byte>(random.bits());
    }
    test::sign(forged);
    if (p.try_load_state(forged) == nullptr) ++taken;
    std::vector<Sample> out(64);
    TraceTag tag;
    Alarm alarm;
    for (Index i = 0; i < line.n_traces(); ++i) {
      p.push(line.trace(i), line.tags[to_size(i)]);
      p.pull(std::span<Sample>(out), tag);
      p.pull_alarm(alarm);
    }
    p.finish();
  }
  EXPECT_GT(taken, 0) << "the checksum of the forgeries must be right, else this tests nothing";
}

TEST(Pipeline, MovesAndKeepsItsState) {
  const Line line = test::rough_line(60, 128);
  Pipeline a(parse_description(alarms), line.spec());
  Pipeline b(parse_description(alarms), line.spec());
  for (Index i = 0; i < 30; ++i) {
    a.push(line.trace(i), line.tags[to_size(i)]);
    b.push(line.trace(i), line.tags[to_size(i)]);
  }
  Pipeline c = std::move(a);
  for (Index i = 30; i < 60; ++i) {
    b.push(line.trace(i), line.tags[to_size(i)]);
    c.push(line.trace(i), line.tags[to_size(i)]);
  }
  EXPECT_EQ(b.save_state(), c.save_state());
}

TEST(Run, ReportsProgressAndStops) {
  const Line line = test::radar_line(1000, 64);
  const Description d = parse_description(dewow);
  std::vector<Index> seen;
  (void)run(d, line, [&](Index done, Index all) {
    EXPECT_EQ(all, 1000);
    seen.push_back(done);
    return true;
  });
  ASSERT_FALSE(seen.empty());
  EXPECT_EQ(seen.back(), 1000);
  EXPECT_TRUE(std::is_sorted(seen.begin(), seen.end()));
  EXPECT_THROW((void)run(d, line, [](Index, Index) { return false; }), Error);
}

// The zeros that come in behind a trace that was shifted to time zero must not meet an offset of the receiver.
TEST(Run, ASurveyOfTracesWithAnOffsetEndsWithoutAStep) {
  Line line;
  line.axis = {AxisKind::two_way_time, 0.0, 0.4e-9};
  line.trace_spacing_m = 0.05;
  line.samples.setZero(300, 80);
  line.tags = test::plain_tags(80, line.spec());
  for (Index k = 0; k < 80; ++k)
    for (Index i = 0; i < 300; ++i) {
      const double t = line.axis.at(i);
      const double x = 0.05 * static_cast<double>(k - 40);
      line.samples(i, k) =
          static_cast<Sample>(3000.0 * test::ricker(t - 20e-9, 0.3e9) +
                              500.0 * test::ricker(t - 20e-9 - 20.0 * std::hypot(x, 1.0) * 1e-9, 0.3e9));
    }
  const Description survey = load_description("gpr-survey");
  const Line clean = run(survey, line).traces;
  for (Index k = 0; k < 80; ++k) line.samples.col(k).array() += 200.0F + 100.0F * static_cast<float>(k % 7);
  const Line offset = run(survey, line).traces;
  EXPECT_GT(clean.samples.cwiseAbs().maxCoeff(), 0.0F);
  EXPECT_LT((offset.samples - clean.samples).cwiseAbs().maxCoeff(), 0.01F * clean.samples.cwiseAbs().maxCoeff());
}

TEST(Run, KeepsWhatTheLineSays) {
  Line line = test::radar_line(10, 64);
  line.assumptions = {"a sentence"};
  line.provenance.file = "lane.DZT";
  line.origin = GeoOrigin{47.0, 8.0, 400.0};
  const surefoot::Run r = run(parse_description(dewow), line);
  EXPECT_EQ(r.traces.assumptions, line.assumptions);
  EXPECT_EQ(r.traces.provenance.file, "lane.DZT");
  ASSERT_TRUE(r.traces.origin.has_value());
  EXPECT_EQ(r.traces.trace_spacing_m, line.trace_spacing_m);
  EXPECT_EQ(r.scores.size(), 10U);
}

// A filled gap comes out at one push: it must find room however small the queue that was asked for.
TEST(Pipeline, WhatOnePushGivesFindsRoom) {
  const Description fill = parse_description(
      "surefoot = 1\nstage = [ { use = \"gpr.dewow\", window_s = 3e-9 }, { use = \"gpr.fill_gaps\", max_gap_traces = "
      "200 } ]\n");
  Line line = test::radar_line(6, 64);
  for (Index i = 3; i < 6; ++i) line.tags[to_size(i)].index = i + 150;
  StreamSpec live = line.spec();
  live.max_traces = 0;
  Pipeline p(fill, live, {.queue_traces = 1, .memory = {}});
  Index n = 0;
  std::vector<Sample> out(64);
  for (Index i = 0; i < 6; ++i) {
    p.push(line.trace(i), line.tags[to_size(i)]);
    for (TraceTag tag; p.pull(std::span<Sample>(out), tag); ++n) EXPECT_EQ(tag.index, n);
  }
  EXPECT_EQ(n, 156);
  EXPECT_EQ(p.lost_traces(), 0);
  EXPECT_EQ(run(fill, line).traces.n_traces(), 156);
  // Also where nothing was reserved for them.
  const Description tight = parse_description(
      "surefoot = 1\nstage = [ { use = \"gpr.fill_gaps\", max_gap_traces = 200, added_traces = 0 } ]\n");
  EXPECT_EQ(run(tight, line).traces.n_traces(), 156);
}

}  // namespace
}  // namespace surefoot
