// SPDX-License-Identifier: MIT
// The merger of passes behind the C face: the numbers of detect::PassMerger, sizes of structs, null pointers, states, memory.
#include <surefoot/c/surefoot.h>
#include <surefoot/detect/pass_merger.hpp>

#include "support/lines.hpp"
#include "support/realtime_guard.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <string>
#include <vector>

namespace surefoot {
namespace {

struct Merger {
  surefoot_merger* m = nullptr;
  explicit Merger(const surefoot_merge_options& options = SUREFOOT_MERGE_OPTIONS_INIT) {
    char error[512] = "";
    EXPECT_EQ(surefoot_merger_create(&options, error, sizeof error, &m), SUREFOOT_OK) << error;
  }
  ~Merger() { surefoot_merger_destroy(m); }
  Merger(const Merger&) = delete;
  Merger& operator=(const Merger&) = delete;
  operator surefoot_merger*() const { return m; }
};

surefoot_alarm alarm_at(double x, double y, std::int64_t id, float score = 8.0F) {
  surefoot_alarm a = SUREFOOT_ALARM_INIT;
  a.id = id;
  a.position_m[0] = x;
  a.position_m[1] = y;
  a.position_m[2] = 0.0;
  a.covariance_m2[0] = a.covariance_m2[2] = 0.01;
  a.covariance_m2[1] = 0.0;
  a.score = score;
  a.hits = 5;
  a.sensors = SUREFOOT_SENSOR_GPR;
  a.quality = SUREFOOT_QUALITY_SATURATED;
  a.profile_count = 2;
  a.profile_z[1] = 3.0F;
  a.hyperbola_fit = 0.5;
  a.polarizability_m3[0] = 1e-6;
  return a;
}

std::vector<surefoot_alarm> pull(surefoot_merger* m) {
  std::vector<surefoot_alarm> out;
  surefoot_alarm a = SUREFOOT_ALARM_INIT;
  while (surefoot_merger_pull(m, &a) == SUREFOOT_OK) out.push_back(a);
  return out;
}

void expect_same(const surefoot_alarm& c, const Alarm& cpp) {
  EXPECT_EQ(c.id, cpp.id);
  EXPECT_EQ(c.revision, cpp.revision);
  EXPECT_EQ(c.passes, cpp.passes);
  EXPECT_EQ(c.hits, cpp.hits);
  EXPECT_EQ(c.score, cpp.score);
  EXPECT_EQ(c.quality, bits(cpp.quality));
  EXPECT_EQ(c.sensors, bits(cpp.sensors));
  for (std::size_t k = 0; k < 3; ++k) {
    EXPECT_EQ(c.position_m[k], cpp.position_m[k]);
    EXPECT_EQ(c.covariance_m2[k], cpp.covariance_m2[k]);
  }
  EXPECT_EQ(c.profile_count, cpp.evidence.profile_count);
  EXPECT_EQ(c.profile_z[1], cpp.evidence.profile_z[1]);
  EXPECT_EQ(c.hyperbola_fit, cpp.evidence.hyperbola_fit);
}

// Three passes over two objects, one of them lost in one pass: two alarms of the first id of every object.
TEST(CMerger, GivesTheNumbersOfTheMergerBehindIt) {
  const Merger c;
  Arena counting = Arena::counting({});
  { const detect::PassMerger counted({}, counting); }
  std::vector<std::byte> memory(counting.needed());
  Arena arena(memory);
  detect::PassMerger cpp({}, arena);
  test::Random random(31);
  std::vector<surefoot_alarm> last;
  for (std::int64_t pass = 0; pass < 3; ++pass)
    for (std::int64_t object = 0; object < 2; ++object) {
      if (pass == 1 && object == 1) continue;
      const double x = 2.0 * static_cast<double>(object) + 0.05 * random.normal();
      const double y = 0.05 * random.normal();
      const auto score = static_cast<float>(8.0 + random.normal());
      const surefoot_alarm a = alarm_at(x, y, object + 1, score);
      ASSERT_EQ(surefoot_merger_push(c, pass, &a), SUREFOOT_OK);
      Alarm b;
      b.id = object + 1;
      b.position_m = {x, y, 0.0};
      b.covariance_m2 = {0.01, 0.0, 0.01};
      b.score = score;
      b.hits = 5;
      b.sensors = Sensors::gpr;
      b.quality = Quality::saturated;
      b.evidence.profile_count = 2;
      b.evidence.profile_z[1] = 3.0F;
      b.evidence.hyperbola_fit = 0.5;
      cpp.push(pass, b);
      const auto got = pull(c);
      Alarm expected;
      ASSERT_TRUE(cpp.pull(expected));
      ASSERT_EQ(got.size(), 1U);
      expect_same(got[0], expected);
      EXPECT_EQ(got[0].polarizability_m3[0], 1e-6);
      last = got;
    }
  EXPECT_EQ(last[0].id, 2);
  EXPECT_EQ(last[0].passes, 2U);
  EXPECT_EQ(last[0].revision, 1);
  EXPECT_NEAR(last[0].covariance_m2[0], 0.005, 1e-12);
  EXPECT_EQ(surefoot_merger_lost_alarms(c), 0);
  EXPECT_EQ(surefoot_merger_forgotten(c), 0);
}

// Every field of an alarm comes through: alone in its pass it is given as it was, but for its number.
TEST(CMerger, NoFieldOfAnAlarmIsLost) {
  surefoot_alarm in = SUREFOOT_ALARM_INIT;
  in.quality = SUREFOOT_QUALITY_SATURATED;
  in.id = 41;
  double next = 1.0;
  for (std::int64_t* n : {&in.trace_index, &in.first_index, &in.last_index, &in.hits, &in.rank})
    *n = static_cast<std::int64_t>(next++);
  for (double* x : {&in.time_s,
                    &in.position_m[0],
                    &in.position_m[1],
                    &in.position_m[2],
                    &in.distance_m,
                    &in.extent_m,
                    &in.two_way_time_s,
                    &in.depth_m,
                    &in.phase_rad,
                    &in.kept_share,
                    &in.gpr_z,
                    &in.emi_z,
                    &in.covariance_m2[0],
                    &in.covariance_m2[1],
                    &in.covariance_m2[2],
                    &in.polarizability_m3[0],
                    &in.polarizability_m3[1],
                    &in.polarizability_m3[2],
                    &in.conflict,
                    &in.profile_start_s,
                    &in.profile_step_s,
                    &in.background_traces,
                    &in.hyperbola_velocity_m_per_s,
                    &in.hyperbola_time_s,
                    &in.hyperbola_fit,
                    &in.probability,
                    &in.echo_z,
                    &in.echo_phase_rad})
    *x = next++;
  in.covariance_m2[1] = 0.5;
  in.score = 8.0F;
  in.threshold = 5.0F;
  in.active = 0;
  in.passes = 3;
  in.sensors = SUREFOOT_SENSOR_GPR | SUREFOOT_SENSOR_EMI;
  in.description_hash = 77;
  in.profile_count = SUREFOOT_PROFILE_SLICES;
  for (float& z : in.profile_z) z = static_cast<float>(next++);
  const Merger m;
  ASSERT_EQ(surefoot_merger_push(m, 5, &in), SUREFOOT_OK);
  const auto out = pull(m);
  ASSERT_EQ(out.size(), 1U);
  surefoot_alarm expected = in;
  expected.id = 1;
  expected.revision = 0;
  EXPECT_EQ(std::memcmp(&out[0], &expected, sizeof expected), 0);
}

TEST(CMerger, OptionsAreHeardAndWrongOnesNamed) {
  surefoot_merge_options o = SUREFOOT_MERGE_OPTIONS_INIT;
  o.objects = 1;
  o.capacity = 1;
  const Merger small(o);
  for (std::int64_t k = 0; k < 3; ++k) {
    const surefoot_alarm a = alarm_at(10.0 * static_cast<double>(k), 0.0, k + 1);
    ASSERT_EQ(surefoot_merger_push(small, 0, &a), SUREFOOT_OK);
  }
  EXPECT_EQ(surefoot_merger_lost_alarms(small), 2);
  EXPECT_EQ(surefoot_merger_forgotten(small), 2);
  ASSERT_EQ(surefoot_merger_reset(small), SUREFOOT_OK);
  EXPECT_EQ(surefoot_merger_forgotten(small), 0);
  EXPECT_TRUE(pull(small).empty());

  char error[256] = "";
  surefoot_merger* m = nullptr;
  const auto refused = [&](surefoot_merge_options wrong, const char* name) {
    EXPECT_EQ(surefoot_merger_create(&wrong, error, sizeof error, &m), SUREFOOT_CONFIG);
    EXPECT_EQ(m, nullptr);
    EXPECT_NE(std::string(error).find(name), std::string::npos) << error;
  };
  o = SUREFOOT_MERGE_OPTIONS_INIT;
  o.gate = 0.0;
  refused(o, "merger.gate");
  o = SUREFOOT_MERGE_OPTIONS_INIT;
  o.position_error_m = SUREFOOT_UNKNOWN;
  refused(o, "merger.position_error_m");
  o = SUREFOOT_MERGE_OPTIONS_INIT;
  o.objects = 0;
  refused(o, "merger.objects");
  o = SUREFOOT_MERGE_OPTIONS_INIT;
  o.capacity = INT64_MAX;
  refused(o, "merger.capacity");
  o = SUREFOOT_MERGE_OPTIONS_INIT;
  o.along_line = 2;
  refused(o, "merger.along_line");
}

// Alarms without positions are joined by their distance only if that is asked for.
TEST(CMerger, JoinsAlongOneLine) {
  for (const std::uint32_t along : {0U, 1U}) {
    surefoot_merge_options o = SUREFOOT_MERGE_OPTIONS_INIT;
    o.along_line = along;
    const Merger m(o);
    surefoot_alarm a = SUREFOOT_ALARM_INIT;
    a.id = 1;
    a.score = 6.0F;
    for (std::int64_t pass = 0; pass < 2; ++pass) {
      a.distance_m = 3.0 + 0.05 * static_cast<double>(pass);
      ASSERT_EQ(surefoot_merger_push(m, pass, &a), SUREFOOT_OK);
    }
    const auto records = pull(m);
    ASSERT_EQ(records.size(), 2U);
    EXPECT_EQ(records.back().id, along == 1 ? 1 : 2);
    EXPECT_EQ(records.back().passes, along == 1 ? 2U : 1U);
  }
}

TEST(CMerger, AStateGoesOnWithTheSameBitsAndNowhereElse) {
  const Merger one;
  const surefoot_alarm first = alarm_at(1.0, 0.0, 1);
  const surefoot_alarm second = alarm_at(1.03, 0.02, 1, 9.0F);
  ASSERT_EQ(surefoot_merger_push(one, 0, &first), SUREFOOT_OK);
  std::vector<std::byte> state(surefoot_merger_state_size(one));
  std::size_t written = 0;
  ASSERT_EQ(surefoot_merger_save_state(one, state.data(), state.size(), &written), SUREFOOT_OK);
  EXPECT_EQ(written, state.size());
  EXPECT_EQ(surefoot_merger_save_state(one, state.data(), state.size() - 1, nullptr), SUREFOOT_MEMORY);

  const Merger two;
  ASSERT_EQ(surefoot_merger_load_state(two, state.data(), state.size()), SUREFOOT_OK)
      << surefoot_merger_last_error(two);
  for (surefoot_merger* m : {one.m, two.m}) ASSERT_EQ(surefoot_merger_push(m, 1, &second), SUREFOOT_OK);
  const auto expected = pull(one);
  const auto got = pull(two);
  ASSERT_EQ(got.size(), expected.size());
  ASSERT_EQ(std::memcmp(got.data(), expected.data(), got.size() * sizeof got[0]), 0);
  EXPECT_EQ(got.back().passes, 2U);

  surefoot_merge_options o = SUREFOOT_MERGE_OPTIONS_INIT;
  o.gate = 4.0;
  const Merger other(o);
  EXPECT_EQ(surefoot_merger_load_state(other, state.data(), state.size()), SUREFOOT_STATE);
  EXPECT_STRNE(surefoot_merger_last_error(other), "");
  EXPECT_EQ(surefoot_merger_load_state(two, state.data(), state.size() - 1), SUREFOOT_STATE);
  for (const std::size_t at : {std::size_t{0}, std::size_t{9}, std::size_t{70}, state.size() - 1}) {
    std::vector<std::byte> damaged = state;
    damaged[at] ^= std::byte{1};
    ASSERT_EQ(surefoot_merger_load_state(two, damaged.data(), damaged.size()), SUREFOOT_STATE) << at;
    EXPECT_TRUE(pull(two).empty()) << "a refused state leaves a fresh merger";
  }
}

TEST(CMerger, TakesMemoryOfTheHostAndNoOther) {
  surefoot_merge_options o = SUREFOOT_MERGE_OPTIONS_INIT;
  char error[256] = "";
  std::size_t bytes = 0;
  ASSERT_EQ(surefoot_merger_bytes(&o, error, sizeof error, &bytes), SUREFOOT_OK);
  std::vector<std::byte> memory(bytes + 1);
  surefoot_merger* m = nullptr;
  EXPECT_EQ(surefoot_merger_create_in(&o, memory.data(), bytes / 2, error, sizeof error, &m), SUREFOOT_MEMORY);
  EXPECT_EQ(surefoot_merger_create_in(&o, memory.data(), 0, error, sizeof error, &m), SUREFOOT_MEMORY);
  EXPECT_EQ(m, nullptr);
  ASSERT_EQ(surefoot_merger_create_in(&o, memory.data() + 1, bytes, error, sizeof error, &m), SUREFOOT_OK) << error;
  std::vector<std::byte> state(surefoot_merger_state_size(m));
  surefoot_alarm a = alarm_at(1.0, 0.0, 1);
  const auto live = [&] {
    surefoot_merger_push(m, 0, &a);
    surefoot_merger_pull(m, &a);
    surefoot_merger_save_state(m, state.data(), state.size(), nullptr);
    surefoot_merger_load_state(m, state.data(), state.size());
    surefoot_merger_reset(m);
  };
  live();
  if (test::RealtimeGuard::available()) {
    const test::RealtimeGuard guard;
    live();
    EXPECT_EQ(guard.calls(), 0) << guard.last();
  }
  surefoot_merger_destroy(m);
}

TEST(CMerger, NullAndWrongSizesAreRefused) {
  surefoot_merge_options o = SUREFOOT_MERGE_OPTIONS_INIT;
  surefoot_merger* m = nullptr;
  char error[8];
  std::size_t bytes = 0;
  EXPECT_EQ(surefoot_merger_create(nullptr, error, sizeof error, &m), SUREFOOT_INVALID_ARGUMENT);
  EXPECT_EQ(error[7], '\0');
  EXPECT_EQ(surefoot_merger_create(&o, nullptr, 0, nullptr), SUREFOOT_INVALID_ARGUMENT);
  EXPECT_EQ(surefoot_merger_create_in(&o, nullptr, 5, nullptr, 0, &m), SUREFOOT_INVALID_ARGUMENT);
  EXPECT_EQ(surefoot_merger_bytes(&o, nullptr, 0, nullptr), SUREFOOT_INVALID_ARGUMENT);
  o.size = 8;
  EXPECT_EQ(surefoot_merger_bytes(&o, nullptr, 0, &bytes), SUREFOOT_INVALID_ARGUMENT);
  o.size = sizeof o + 1;
  EXPECT_EQ(surefoot_merger_bytes(&o, nullptr, 0, &bytes), SUREFOOT_INVALID_ARGUMENT);
  o.size = offsetof(surefoot_merge_options, objects);  // an older program: the rest are the defaults
  o.objects = 0;
  EXPECT_EQ(surefoot_merger_bytes(&o, nullptr, 0, &bytes), SUREFOOT_OK);
  const Merger good;
  surefoot_alarm a = alarm_at(0.0, 0.0, 1);
  EXPECT_EQ(surefoot_merger_push(nullptr, 0, &a), SUREFOOT_INVALID_ARGUMENT);
  EXPECT_EQ(surefoot_merger_push(good, 0, nullptr), SUREFOOT_INVALID_ARGUMENT);
  EXPECT_EQ(surefoot_merger_pull(good, nullptr), SUREFOOT_INVALID_ARGUMENT);
  a.size = 3;
  EXPECT_EQ(surefoot_merger_push(good, 0, &a), SUREFOOT_INVALID_ARGUMENT);
  EXPECT_STRNE(surefoot_merger_last_error(good), "");
  EXPECT_EQ(surefoot_merger_pull(good, &a), SUREFOOT_INVALID_ARGUMENT);
  a.size = sizeof a;
  EXPECT_EQ(surefoot_merger_pull(good, &a), SUREFOOT_EMPTY);
  EXPECT_EQ(surefoot_merger_pull(nullptr, &a), SUREFOOT_INVALID_ARGUMENT);
  EXPECT_EQ(surefoot_merger_reset(nullptr), SUREFOOT_INVALID_ARGUMENT);
  EXPECT_EQ(surefoot_merger_lost_alarms(nullptr), -1);
  EXPECT_EQ(surefoot_merger_forgotten(nullptr), -1);
  EXPECT_EQ(surefoot_merger_state_size(nullptr), 0U);
  EXPECT_EQ(surefoot_merger_save_state(good, nullptr, 5, nullptr), SUREFOOT_INVALID_ARGUMENT);
  EXPECT_EQ(surefoot_merger_load_state(good, nullptr, 5), SUREFOOT_INVALID_ARGUMENT);
  EXPECT_NE(surefoot_merger_last_error(nullptr), nullptr);
  surefoot_merger_destroy(nullptr);
}

}  // namespace
}  // namespace surefoot
