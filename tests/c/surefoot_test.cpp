// SPDX-License-Identifier: MIT
// The C face: status numbers, sizes of structs, null pointers, and the same numbers as the C++ pipeline behind it.
#include <surefoot/c/surefoot.h>
#include <surefoot/pipeline/apply.hpp>
#include <surefoot/version.hpp>

#include "support/lines.hpp"
#include "support/realtime_guard.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <string>
#include <vector>

namespace surefoot {
namespace {

constexpr const char* alarms_text =
    "surefoot = 1\nmodality = \"gpr\"\nstage = [ { use = \"gpr.dewow\" }, { use = \"detect.energy_score\" } ]\n"
    "detector = { use = \"detect.peak_alarm\" }\n";

surefoot_spec spec_of(const StreamSpec& spec) {
  surefoot_spec c = SUREFOOT_SPEC_INIT;
  c.n_samples = spec.n_samples;
  c.axis_start = spec.axis.start;
  c.axis_step = spec.axis.step;
  c.trace_interval_s = spec.trace_interval_s;
  c.trace_spacing_m = spec.trace_spacing_m;
  c.max_traces = spec.max_traces;
  return c;
}

struct Handle {
  surefoot_pipeline* p = nullptr;
  explicit Handle(const char* text, surefoot_spec spec = spec_of(test::radar_spec(256))) {
    char error[512] = "";
    EXPECT_EQ(surefoot_pipeline_create(text, &spec, error, sizeof error, &p), SUREFOOT_OK) << error;
  }
  ~Handle() { surefoot_pipeline_destroy(p); }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  operator surefoot_pipeline*() const { return p; }
};

surefoot_tag tag_of(std::int64_t index) {
  surefoot_tag tag = SUREFOOT_TAG_INIT;
  tag.index = index;
  return tag;
}

TEST(CFace, SaysWhatItIs) {
  EXPECT_EQ(surefoot_abi_version(), static_cast<std::uint32_t>(SUREFOOT_ABI_VERSION));
  EXPECT_STREQ(surefoot_version(), surefoot::version);
  for (surefoot_status s = SUREFOOT_INTERNAL; s <= SUREFOOT_OK; ++s)
    EXPECT_STRNE(surefoot_status_text(s), "unknown status") << s;
  EXPECT_STREQ(surefoot_status_text(1), "unknown status");
  EXPECT_STREQ(surefoot_status_text(SUREFOOT_INTERNAL - 1), "unknown status");
  EXPECT_STREQ(surefoot_quality_name(SUREFOOT_QUALITY_WARMING_UP), "warming_up");
  for (const QualityName& q : quality_names) {
    EXPECT_STREQ(surefoot_quality_name(bits(q.flag)), q.name);
    EXPECT_STREQ(surefoot_quality_meaning(bits(q.flag)), q.meaning);
  }
  EXPECT_EQ(surefoot_quality_name(0), nullptr);
  EXPECT_EQ(surefoot_quality_name(3), nullptr);
  EXPECT_EQ(surefoot_quality_meaning(UINT32_C(1) << 31), nullptr);
}

TEST(CFace, GivesTheBitsOfThePipelineBehindIt) {
  const Line line = test::rough_line(400, 256);
  const surefoot::Run expected = run(alarms_text, line);
  ASSERT_FALSE(expected.alarm_records.empty()) << "the test line must raise an alarm";
  const Handle p(alarms_text, spec_of(line.spec()));
  Index n = 0;
  std::size_t n_alarms = 0;
  std::vector<float> out(256);
  const auto drain = [&] {
    surefoot_tag tag = SUREFOOT_TAG_INIT;
    while (surefoot_pipeline_pull(p, out.data(), out.size(), &tag) == SUREFOOT_OK) {
      const TraceTag& want = expected.traces.tags[to_size(n)];
      ASSERT_EQ(std::memcmp(out.data(), expected.traces.trace(n).data(), 256 * sizeof(float)), 0) << n;
      ASSERT_EQ(tag.index, want.index);
      ASSERT_EQ(tag.quality, bits(want.quality));
      ASSERT_EQ(std::memcmp(&tag.score, &want.score, sizeof(float)), 0);
      ASSERT_EQ(std::memcmp(&tag.score_time_s, &want.score_time_s, sizeof(double)), 0);
      ASSERT_EQ(std::memcmp(&tag.distance_m, &want.distance_m, sizeof(double)), 0);
      ++n;
    }
    surefoot_alarm a = SUREFOOT_ALARM_INIT;
    while (surefoot_pipeline_pull_alarm(p, &a) == SUREFOOT_OK) {
      ASSERT_LT(n_alarms, expected.alarm_records.size());
      const Alarm& want = expected.alarm_records[n_alarms++];
      ASSERT_EQ(a.id, want.id);
      ASSERT_EQ(a.revision, want.revision);
      ASSERT_EQ(a.active, want.active);
      ASSERT_EQ(a.description_hash, surefoot_pipeline_hash(p));
      ASSERT_EQ(a.trace_index, want.trace_index);
      ASSERT_EQ(a.first_index, want.first_index);
      ASSERT_EQ(a.last_index, want.last_index);
      ASSERT_EQ(a.quality, bits(want.quality));
      ASSERT_EQ(a.score, want.score);
      ASSERT_EQ(a.threshold, want.threshold);
      const double got[] = {a.time_s,     a.position_m[0], a.position_m[1],  a.position_m[2],
                            a.distance_m, a.extent_m,      a.two_way_time_s, a.depth_m};
      const double wanted[] = {want.time_s,     want.position_m[0], want.position_m[1],  want.position_m[2],
                               want.distance_m, want.extent_m,      want.two_way_time_s, want.depth_m};
      ASSERT_EQ(std::memcmp(got, wanted, sizeof got), 0);
    }
  };
  for (Index i = 0; i < line.n_traces(); ++i) {
    const TraceTag& t = line.tags[to_size(i)];
    surefoot_tag tag = tag_of(t.index);
    tag.time_s = t.time_s;
    tag.distance_m = t.distance_m;
    tag.quality = bits(t.quality);
    ASSERT_EQ(surefoot_pipeline_push(p, line.trace(i).data(), 256, &tag), SUREFOOT_OK);
    drain();
  }
  ASSERT_EQ(surefoot_pipeline_finish(p), SUREFOOT_OK);
  drain();
  EXPECT_EQ(n, line.n_traces());
  EXPECT_EQ(n_alarms, expected.alarm_records.size());
  EXPECT_EQ(std::string(surefoot_pipeline_text(p)), expected.description);
}

TEST(CFace, RefusesNullEverywhere) {
  surefoot_spec spec = spec_of(test::radar_spec(256));
  surefoot_tag tag = SUREFOOT_TAG_INIT;
  surefoot_alarm alarm = SUREFOOT_ALARM_INIT;
  surefoot_pipeline* p = nullptr;
  std::size_t bytes = 0;
  std::int64_t latency = 0;
  float trace[256] = {};
  const auto bad = SUREFOOT_INVALID_ARGUMENT;
  EXPECT_EQ(surefoot_pipeline_bytes(nullptr, &spec, nullptr, 0, &bytes), bad);
  EXPECT_EQ(surefoot_pipeline_bytes("gpr-handheld", nullptr, nullptr, 0, &bytes), bad);
  EXPECT_EQ(surefoot_pipeline_bytes("gpr-handheld", &spec, nullptr, 0, nullptr), bad);
  EXPECT_EQ(surefoot_pipeline_create(nullptr, &spec, nullptr, 0, &p), bad);
  EXPECT_EQ(surefoot_pipeline_create("gpr-handheld", nullptr, nullptr, 0, &p), bad);
  EXPECT_EQ(surefoot_pipeline_create("gpr-handheld", &spec, nullptr, 0, nullptr), bad);
  EXPECT_EQ(surefoot_pipeline_create_in("gpr-handheld", &spec, nullptr, 100, nullptr, 0, &p), bad);
  EXPECT_EQ(surefoot_pipeline_create_in("gpr-handheld", &spec, trace, sizeof trace, nullptr, 0, nullptr), bad);
  EXPECT_EQ(surefoot_pipeline_push(nullptr, trace, 256, &tag), bad);
  EXPECT_EQ(surefoot_pipeline_pull(nullptr, trace, 256, &tag), bad);
  EXPECT_EQ(surefoot_pipeline_pull_alarm(nullptr, &alarm), bad);
  EXPECT_EQ(surefoot_pipeline_finish(nullptr), bad);
  EXPECT_EQ(surefoot_pipeline_reset(nullptr), bad);
  EXPECT_EQ(surefoot_pipeline_latency(nullptr, &latency), bad);
  EXPECT_EQ(surefoot_pipeline_input(nullptr, &spec), bad);
  EXPECT_EQ(surefoot_pipeline_output(nullptr, &spec), bad);
  EXPECT_EQ(surefoot_pipeline_lost_traces(nullptr), -1);
  EXPECT_EQ(surefoot_pipeline_lost_alarms(nullptr), -1);
  EXPECT_EQ(surefoot_pipeline_state_size(nullptr), 0U);
  EXPECT_EQ(surefoot_pipeline_save_state(nullptr, trace, sizeof trace, nullptr), bad);
  EXPECT_EQ(surefoot_pipeline_load_state(nullptr, trace, sizeof trace), bad);
  surefoot_note note = SUREFOOT_NOTE_INIT;
  EXPECT_EQ(surefoot_pipeline_note(nullptr, 0, &note), bad);
  EXPECT_EQ(surefoot_pipeline_text(nullptr), nullptr);
  EXPECT_NE(surefoot_pipeline_last_error(nullptr), nullptr);
  surefoot_pipeline_destroy(nullptr);

  const Handle h("gpr-handheld");
  EXPECT_STREQ(surefoot_pipeline_last_error(h), "");
  EXPECT_EQ(surefoot_pipeline_push(h, nullptr, 256, &tag), bad);
  EXPECT_STRNE(surefoot_pipeline_last_error(h), "");
  EXPECT_EQ(surefoot_pipeline_push(h, trace, 256, nullptr), bad);
  EXPECT_EQ(surefoot_pipeline_pull(h, nullptr, 256, &tag), bad);
  EXPECT_EQ(surefoot_pipeline_pull(h, trace, 256, nullptr), bad);
  EXPECT_EQ(surefoot_pipeline_pull_alarm(h, nullptr), bad);
  EXPECT_EQ(surefoot_pipeline_latency(h, nullptr), bad);
  EXPECT_EQ(surefoot_pipeline_input(h, nullptr), bad);
  EXPECT_EQ(surefoot_pipeline_output(h, nullptr), bad);
  EXPECT_EQ(surefoot_pipeline_note(h, 0, nullptr), bad);
  EXPECT_EQ(surefoot_pipeline_save_state(h, nullptr, 0, nullptr), bad);
  EXPECT_EQ(surefoot_pipeline_load_state(h, nullptr, 0), bad);
}

TEST(CFace, StructsGrowAndWrongSizesAreRefused) {
  surefoot_spec spec = spec_of(test::radar_spec(256));
  surefoot_pipeline* p = nullptr;
  const std::uint32_t required = offsetof(surefoot_spec, axis_step) + sizeof(double);
  for (const std::uint32_t size : {0U, 3U, required - 1, std::uint32_t{sizeof spec} + 1, 0xCCCCCCCCU}) {
    spec.size = size;
    EXPECT_EQ(surefoot_pipeline_create("gpr-handheld", &spec, nullptr, 0, &p), SUREFOOT_INVALID_ARGUMENT) << size;
    EXPECT_EQ(p, nullptr);
  }
  // An older and smaller struct: what lies behind its end is not read.
  spec.size = required;
  spec.max_traces = -5;
  spec.queue_traces = -5;
  char error[256] = "";
  ASSERT_EQ(surefoot_pipeline_create("gpr-handheld", &spec, error, sizeof error, &p), SUREFOOT_OK) << error;
  surefoot_spec out = SUREFOOT_SPEC_INIT;
  out.size = required;
  out.max_traces = 77;
  EXPECT_EQ(surefoot_pipeline_output(p, &out), SUREFOOT_OK);
  EXPECT_EQ(out.size, required) << "the caller's size stays";
  EXPECT_EQ(out.n_samples, 256);
  EXPECT_EQ(out.max_traces, 77) << "what lies behind its end is not written";

  const float trace[256] = {};
  float pulled[256];
  surefoot_tag tag = tag_of(5);
  tag.size = offsetof(surefoot_tag, index) + sizeof(std::int64_t);
  tag.time_s = 3.0;
  EXPECT_EQ(surefoot_pipeline_push(p, trace, 256, &tag), SUREFOOT_OK);
  tag.size -= 1;
  EXPECT_EQ(surefoot_pipeline_push(p, trace, 256, &tag), SUREFOOT_INVALID_ARGUMENT);
  tag.size = sizeof tag + 8;
  EXPECT_EQ(surefoot_pipeline_pull(p, pulled, 256, &tag), SUREFOOT_INVALID_ARGUMENT);
  tag.size = sizeof tag;
  if (surefoot_pipeline_pull(p, pulled, 256, &tag) == SUREFOOT_EMPTY) {
    surefoot_pipeline_finish(p);
    ASSERT_EQ(surefoot_pipeline_pull(p, pulled, 256, &tag), SUREFOOT_OK);
  }
  EXPECT_EQ(tag.index, 5);
  EXPECT_TRUE(std::isnan(tag.time_s)) << "not what lay behind the end of the smaller struct";
  surefoot_alarm alarm = SUREFOOT_ALARM_INIT;
  alarm.size = 8;
  EXPECT_EQ(surefoot_pipeline_pull_alarm(p, &alarm), SUREFOOT_INVALID_ARGUMENT);
  surefoot_pipeline_destroy(p);
}

TEST(CFace, NamesWhatIsWrong) {
  surefoot_spec spec = spec_of(test::radar_spec(256));
  surefoot_pipeline* p = nullptr;
  char error[512];
  EXPECT_EQ(surefoot_pipeline_create("gpr-handhold", &spec, error, sizeof error, &p), SUREFOOT_CONFIG);
  EXPECT_NE(std::string(error).find("gpr-handheld"), std::string::npos) << error;
  EXPECT_EQ(surefoot_pipeline_create("surefoot = 1\nstage = [ { use = \"gpr.dewow\", windw_s = 1e-9 } ]\n", &spec,
                                     error, sizeof error, &p),
            SUREFOOT_CONFIG);
  EXPECT_NE(std::string(error).find("line 2"), std::string::npos) << error;
  EXPECT_NE(std::string(error).find("window_s"), std::string::npos) << error;

  char small[8];
  EXPECT_EQ(surefoot_pipeline_create("no", &spec, small, sizeof small, &p), SUREFOOT_CONFIG);
  EXPECT_EQ(std::strlen(small), 7U) << "cut, and ended by a zero";
  EXPECT_EQ(surefoot_pipeline_create("no", &spec, small, 0, &p), SUREFOOT_CONFIG);
  EXPECT_EQ(surefoot_pipeline_create("no", &spec, nullptr, 100, &p), SUREFOOT_CONFIG);

  surefoot_spec wrong = spec;
  wrong.axis_kind = 17;
  EXPECT_EQ(surefoot_pipeline_create("gpr-handheld", &wrong, error, sizeof error, &p), SUREFOOT_CONFIG);
  for (const std::int64_t n : {std::int64_t{0}, std::int64_t{-1}, INT64_MAX, INT64_MIN}) {
    wrong = spec;
    wrong.n_samples = n;
    EXPECT_EQ(surefoot_pipeline_create("gpr-handheld", &wrong, error, sizeof error, &p), SUREFOOT_CONFIG) << n;
    if (n == 0) continue;
    wrong = spec;
    wrong.max_traces = n;
    EXPECT_EQ(surefoot_pipeline_create("gpr-handheld", &wrong, error, sizeof error, &p), SUREFOOT_CONFIG) << n;
    wrong = spec;
    wrong.queue_traces = n;
    EXPECT_EQ(surefoot_pipeline_create("gpr-handheld", &wrong, error, sizeof error, &p), SUREFOOT_CONFIG) << n;
  }
  for (const double x : {0.0, -1e-9, std::numeric_limits<double>::infinity(), unknown}) {
    wrong = spec;
    wrong.axis_step = x;
    EXPECT_EQ(surefoot_pipeline_create("gpr-handheld", &wrong, error, sizeof error, &p), SUREFOOT_CONFIG) << x;
  }
  EXPECT_EQ(p, nullptr);
}

TEST(CFace, WrongLengthsAreDroppedAndLostTracesCounted) {
  surefoot_spec spec = spec_of(test::radar_spec(256));
  spec.queue_traces = 4;
  const Handle p("surefoot = 1\nstage = [ { use = \"gpr.dewow\" } ]\n", spec);
  std::vector<float> trace(300, 1.0F);
  surefoot_tag tag = tag_of(0);
  EXPECT_EQ(surefoot_pipeline_push(p, trace.data(), 300, &tag), SUREFOOT_LENGTH);
  EXPECT_EQ(surefoot_pipeline_push(p, nullptr, 0, &tag), SUREFOOT_LENGTH) << "a lost trace";
  EXPECT_EQ(surefoot_pipeline_pull(p, trace.data(), 255, &tag), SUREFOOT_INVALID_ARGUMENT) << "nothing is pulled";
  for (int i = 0; i < 2; ++i) {
    ASSERT_EQ(surefoot_pipeline_pull(p, trace.data(), 256, &tag), SUREFOOT_OK);
    EXPECT_EQ(tag.quality, SUREFOOT_QUALITY_DROPPED);
    for (int k = 0; k < 256; ++k) ASSERT_EQ(trace[static_cast<std::size_t>(k)], 0.0F);
  }
  EXPECT_EQ(surefoot_pipeline_pull(p, trace.data(), 256, &tag), SUREFOOT_EMPTY);
  for (int i = 0; i < 7; ++i) surefoot_pipeline_push(p, trace.data(), 256, &tag);
  EXPECT_EQ(surefoot_pipeline_lost_traces(p), 3);
  EXPECT_EQ(surefoot_pipeline_lost_alarms(p), 0);
  EXPECT_EQ(surefoot_pipeline_reset(p), SUREFOOT_OK);
  EXPECT_EQ(surefoot_pipeline_lost_traces(p), 0);
}

TEST(CFace, StateCrossesTheFaceBothWays) {
  const Line line = test::rough_line(120, 256);
  Pipeline cpp(load_description(alarms_text), line.spec());
  const Handle c(alarms_text, spec_of(line.spec()));
  std::vector<float> out(256);
  TraceTag tag;
  for (Index i = 0; i < 60; ++i) {
    cpp.push(line.trace(i), line.tags[to_size(i)]);
    cpp.pull(std::span<float>(out), tag);
  }
  const std::vector<std::byte> state = cpp.save_state();
  ASSERT_EQ(surefoot_pipeline_state_size(c), state.size());
  ASSERT_EQ(surefoot_pipeline_load_state(c, state.data(), state.size()), SUREFOOT_OK);
  std::vector<std::byte> again(state.size());
  std::size_t written = 0;
  EXPECT_EQ(surefoot_pipeline_save_state(c, again.data(), again.size() - 1, &written), SUREFOOT_MEMORY);
  ASSERT_EQ(surefoot_pipeline_save_state(c, again.data(), again.size(), &written), SUREFOOT_OK);
  EXPECT_EQ(written, state.size());
  EXPECT_EQ(again, state);
  again[again.size() / 2] ^= std::byte{4};
  EXPECT_EQ(surefoot_pipeline_load_state(c, again.data(), again.size()), SUREFOOT_STATE);
  EXPECT_STREQ(surefoot_pipeline_last_error(c), "the state is damaged");
  const Handle other("gpr-handheld", spec_of(line.spec()));
  EXPECT_EQ(surefoot_pipeline_load_state(other, state.data(), state.size()), SUREFOOT_STATE);
}

// The two strongest parts of the line are taken out, and the stage says what they held.
TEST(CFace, TellsTheNotesOfTheStages) {
  const char* text =
      "surefoot = 1\nstage = [ { use = \"gpr.dewow\" }, { use = \"gpr.svd_clutter\", last_component = 2 } ]\n";
  const Line line = test::rough_line(60, 256);
  const surefoot::Run expected = run(text, line);
  ASSERT_FALSE(expected.notes.empty());
  const Handle p(text, spec_of(line.spec()));
  surefoot_note note = SUREFOOT_NOTE_INIT;
  EXPECT_EQ(surefoot_pipeline_note(p, 0, &note), SUREFOOT_EMPTY) << "nothing was done yet";
  for (Index i = 0; i < line.n_traces(); ++i) {
    surefoot_tag tag = tag_of(i);
    tag.quality = bits(line.tags[to_size(i)].quality);
    surefoot_pipeline_push(p, line.trace(i).data(), 256, &tag);
  }
  ASSERT_EQ(surefoot_pipeline_finish(p), SUREFOOT_OK);
  for (std::size_t i = 0; i < expected.notes.size(); ++i) {
    note = SUREFOOT_NOTE_INIT;
    ASSERT_EQ(surefoot_pipeline_note(p, i, &note), SUREFOOT_OK) << i;
    const Note& want = expected.notes[i].note;
    EXPECT_EQ(note.stage, 1);
    EXPECT_STREQ(note.use, "gpr.svd_clutter");
    EXPECT_STREQ(note.name, want.name);
    EXPECT_EQ(note.value, want.value);
    EXPECT_STREQ(note.unit, symbol(want.unit));
    EXPECT_STREQ(note.warning, want.warning);
  }
  EXPECT_EQ(surefoot_pipeline_note(p, expected.notes.size(), &note), SUREFOOT_EMPTY);
  note.size = offsetof(surefoot_note, value) + sizeof(double);
  note.unit = "as it was";
  EXPECT_EQ(surefoot_pipeline_note(p, 0, &note), SUREFOOT_OK);
  EXPECT_STREQ(note.unit, "as it was") << "what lies behind the end of a smaller struct is not written";
  note.size -= 1;
  EXPECT_EQ(surefoot_pipeline_note(p, 0, &note), SUREFOOT_INVALID_ARGUMENT);
  note.size = sizeof note + 8;
  EXPECT_EQ(surefoot_pipeline_note(p, 0, &note), SUREFOOT_INVALID_ARGUMENT);
  ASSERT_EQ(surefoot_pipeline_reset(p), SUREFOOT_OK);
  note.size = sizeof note;
  EXPECT_EQ(surefoot_pipeline_note(p, 0, &note), SUREFOOT_EMPTY) << "reset is as freshly created";
}

TEST(CFace, SharesImagingBetweenThreadsWithTheSameBits) {
  const char* text = "surefoot = 1\nstage = [ { use = \"gpr.kirchhoff\" } ]\n";
  const Line line = test::radar_line(60, 256);
  const auto image = [&] {
    const Handle p(text, spec_of(line.spec()));
    for (Index i = 0; i < line.n_traces(); ++i) {
      surefoot_tag tag = tag_of(i);
      tag.distance_m = line.tags[to_size(i)].distance_m;
      surefoot_pipeline_push(p, line.trace(i).data(), 256, &tag);
    }
    surefoot_pipeline_finish(p);
    surefoot_spec spec = SUREFOOT_SPEC_INIT;
    EXPECT_EQ(surefoot_pipeline_output(p, &spec), SUREFOOT_OK);
    std::vector<float> all;
    std::vector<float> out(static_cast<std::size_t>(spec.n_samples));
    surefoot_tag tag = SUREFOOT_TAG_INIT;
    while (surefoot_pipeline_pull(p, out.data(), out.size(), &tag) == SUREFOOT_OK)
      all.insert(all.end(), out.begin(), out.end());
    return all;
  };
  EXPECT_EQ(surefoot_threads(), 1);
  const std::vector<float> alone = image();
  ASSERT_FALSE(alone.empty());
  surefoot_set_threads(3);
  EXPECT_EQ(surefoot_threads(), 3);
  const std::vector<float> shared = image();
  surefoot_set_threads(0);
  EXPECT_EQ(surefoot_threads(), 1);
  ASSERT_EQ(shared.size(), alone.size());
  EXPECT_EQ(std::memcmp(shared.data(), alone.data(), alone.size() * sizeof(float)), 0);
}

TEST(CFace, BuildsInTheHostsMemory) {
  surefoot_spec spec = spec_of(test::radar_spec(256));
  std::size_t bytes = 0;
  ASSERT_EQ(surefoot_pipeline_bytes(alarms_text, &spec, nullptr, 0, &bytes), SUREFOOT_OK);
  // Any alignment, and not one byte outside.
  std::vector<unsigned char> block(bytes + 64, 0xA5);
  unsigned char* memory = block.data() + 3;
  surefoot_pipeline* p = nullptr;
  char error[256] = "";
  EXPECT_EQ(surefoot_pipeline_create_in(alarms_text, &spec, memory, bytes - 1, error, sizeof error, &p),
            SUREFOOT_MEMORY);
  EXPECT_NE(std::string(error).find(std::to_string(bytes)), std::string::npos) << error;
  EXPECT_EQ(surefoot_pipeline_create_in(alarms_text, &spec, memory, 0, error, sizeof error, &p), SUREFOOT_MEMORY);
  ASSERT_EQ(surefoot_pipeline_create_in(alarms_text, &spec, memory, bytes, error, sizeof error, &p), SUREFOOT_OK)
      << error;
  const Line line = test::radar_line(100, 256);
  for (Index i = 0; i < 100; ++i) {
    const surefoot_tag tag = tag_of(i);
    surefoot_pipeline_push(p, line.trace(i).data(), 256, &tag);
  }
  surefoot_pipeline_destroy(p);
  for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(block[i], 0xA5);
  for (std::size_t i = 3 + bytes; i < block.size(); ++i) EXPECT_EQ(block[i], 0xA5);
}

TEST(CFace, AllocatesNothingAfterCreate) {
  if (!test::RealtimeGuard::available()) GTEST_SKIP() << "the sanitizer replaces the same functions";
  const Line line = test::rough_line(300, 256);
  const Handle p(alarms_text);
  std::vector<float> out(256);
  std::vector<std::byte> state(surefoot_pipeline_state_size(p));
  surefoot_tag tag = SUREFOOT_TAG_INIT;
  surefoot_alarm alarm = SUREFOOT_ALARM_INIT;
  const test::RealtimeGuard guard;
  for (Index i = 0; i < 300; ++i) {
    tag.index = i;
    surefoot_pipeline_push(p, line.trace(i).data(), i % 50 == 3 ? 17 : 256, &tag);
    surefoot_pipeline_push(p, nullptr, 256, &tag);
    while (surefoot_pipeline_pull(p, out.data(), 256, &tag) == SUREFOOT_OK) {
    }
    while (surefoot_pipeline_pull_alarm(p, &alarm) == SUREFOOT_OK) {
    }
  }
  surefoot_pipeline_finish(p);
  surefoot_pipeline_save_state(p, state.data(), state.size(), nullptr);
  surefoot_pipeline_reset(p);
  surefoot_pipeline_load_state(p, state.data(), state.size());
  surefoot_pipeline_load_state(p, state.data(), 3);
  EXPECT_EQ(guard.calls(), 0) << guard.last();
}

TEST(CFace, LatencyIsWholeLineOnlyWhereItIs) {
  const Handle p(alarms_text);
  std::int64_t latency = -1;
  ASSERT_EQ(surefoot_pipeline_latency(p, &latency), SUREFOOT_OK);
  EXPECT_EQ(latency, 0);
}

}  // namespace
}  // namespace surefoot
