// SPDX-License-Identifier: MIT
#include <surefoot/dsp/ground_watch.hpp>

#include "support/lines.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstddef>
#include <vector>

namespace surefoot::dsp {
namespace {

constexpr Index n_samples = 200;
constexpr double interval_s = 0.02;

// Soil that is another after a few traces (half of it is left after three), with noise 26 dB below.
class Soil {
 public:
  explicit Soil(std::uint64_t seed) : random_(seed), state_(to_size(n_samples)) {}
  std::vector<Sample> walk(double size = 1.0) {
    for (double& v : state_) v = 0.8 * v + 0.6 * random_.normal();
    return stand(size);
  }
  std::vector<Sample> stand(double size = 1.0) {
    std::vector<Sample> out;
    for (const double v : state_) out.push_back(static_cast<Sample>(size * (v + 0.05 * random_.normal())));
    return out;
  }

 private:
  test::Random random_;
  std::vector<double> state_;
};

StreamSpec spec_of(double spacing_m = 0.0, double interval = interval_s) {
  return {{AxisKind::two_way_time, 0.0, 1e-10}, n_samples, interval, spacing_m, 0};
}

struct Owned {
  explicit Owned(const StreamSpec& spec, double limit_s = 60.0)
      : memory(1U << 16U), arena(memory), it(spec, limit_s, arena) {}
  bool push(const std::vector<Sample>& x, Doubt doubt = Doubt::usual) {
    TraceTag tag;
    tag.time_s = time;
    time += interval_s;
    return it(std::span<const Sample>(x), tag, doubt);
  }
  std::vector<std::byte> memory;
  Arena arena;
  Standstill it;
  double time = 0.0;
};

TEST(Standstill, TellsAStandWithinASecondAndAWalkAtOnce) {
  for (const double scale : {1.0, 1e-12, 1e9}) {
    Soil soil(5);
    Owned s(spec_of());
    for (int i = 0; i < 400; ++i) ASSERT_FALSE(s.push(soil.walk(scale))) << i;
    int told = 0;
    for (int i = 0; i < 1500; ++i) {  // 30 s
      const bool stands = s.push(soil.stand(scale));
      if (i >= 50) {
        EXPECT_TRUE(stands) << i;
      }
      told += stands ? 1 : 0;
    }
    EXPECT_GT(told, 1450);
    int late = 0;
    while (s.push(soil.walk(scale)) && late < 100) ++late;
    EXPECT_LE(late, 15) << "a third of a metre at two centimetres a trace";
    for (int i = 0; i < 400; ++i) ASSERT_FALSE(s.push(soil.walk(scale))) << i;
  }
}

// Another, rougher or smoother soil under a head that walks is no stand.
TEST(Standstill, AChangeOfSoilIsNoStand) {
  for (const double change : {0.6, 1.7, 10.0}) {
    Soil soil(6);
    Owned s(spec_of());
    for (int i = 0; i < 400; ++i) (void)s.push(soil.walk());
    for (int i = 0; i < 600; ++i) {
      std::vector<Sample> x = soil.walk(change);
      for (std::size_t k = 0; k < x.size(); ++k)
        x[k] += static_cast<Sample>(20.0 * std::sin(0.2 * static_cast<double>(k)));
      ASSERT_FALSE(s.push(x)) << change << ' ' << i;
    }
  }
}

// What stands out is held back for patience looks, then learnt if the traces do not say that the head stands.
TEST(Standstill, SomethingThatStandsOutIsHeldForAsLongAsItTakesToTell) {
  Soil soil(7);
  Owned s(spec_of());
  for (int i = 0; i < 400; ++i) (void)s.push(soil.walk());
  int held = 0;
  while (s.push(soil.walk(), Doubt::least) && held < 1000) {
    EXPECT_FALSE(s.it.told());
    ++held;
  }
  EXPECT_GE(held, 5 * (Standstill::patience - 1) - 5);
  EXPECT_LE(held, 5 * Standstill::patience);
}

TEST(Standstill, EndsAtTheLimitByTheTimeStamps) {
  Soil soil(8);
  Owned s(spec_of(), 4.0);
  for (int i = 0; i < 400; ++i) (void)s.push(soil.walk());
  int told = 0;
  for (int i = 0; i < 1000; ++i) told += s.push(soil.stand()) ? 1 : 0;
  EXPECT_NEAR(told * interval_s, 4.0, 0.2);
  // A clock that runs twice as fast.
  Owned fast(spec_of(), 4.0);
  told = 0;
  for (int i = 0; i < 400; ++i) (void)fast.push(soil.walk());
  for (int i = 0; i < 1000; ++i) {
    told += fast.push(soil.stand()) ? 1 : 0;
    fast.time += interval_s;
  }
  EXPECT_NEAR(told * interval_s, 2.0, 0.2);
  Owned never(spec_of(), 0.0);
  for (int i = 0; i < 400; ++i) (void)never.push(soil.walk());
  for (int i = 0; i < 400; ++i) ASSERT_FALSE(never.push(soil.stand(), Doubt::least));
}

// A clock that stops, is set, or goes by whole seconds neither holds a stand for ever nor ends it.
TEST(Standstill, AClockThatStopsOrIsSetDoesNotChangeTheLimit) {
  const auto told = [](auto&& step) {
    Soil soil(8);
    Owned s(spec_of(), 4.0);
    for (int i = 0; i < 400; ++i) (void)s.push(soil.walk());
    int n = 0;
    for (int i = 0; i < 1000; ++i) {
      n += s.push(soil.stand()) ? 1 : 0;
      s.time = step(i, s.time);
    }
    return n * interval_s;
  };
  EXPECT_NEAR(told([](int, double) { return 8.0; }), 5.0, 1.1);  // two seconds until it is known to have stopped
  EXPECT_NEAR(told([](int i, double t) { return i == 80 ? t + 1.7e9 : t; }), 4.0, 0.2);
  EXPECT_NEAR(told([](int i, double t) { return i == 80 ? t - 1.7e9 : t; }), 4.0, 0.2);
  EXPECT_NEAR(told([](int i, double) { return 8.0 + i / 50; }), 4.0, 1.2);
  EXPECT_NEAR(told([](int, double) { return unknown; }), 4.0, 0.2);
}

TEST(Standstill, ConstantAndSilentInputIsNoStand) {
  for (const Sample v : {0.0F, 3.0F}) {
    Owned s(spec_of());
    const std::vector<Sample> x(to_size(n_samples), v);
    for (int i = 0; i < 500; ++i) ASSERT_FALSE(s.push(x)) << i;
  }
}

// A trace repeated bit by bit, as a recording that stopped would have it.
TEST(Standstill, ARepeatedTraceIsAStand) {
  Soil soil(9);
  Owned s(spec_of());
  for (int i = 0; i < 400; ++i) (void)s.push(soil.walk());
  const std::vector<Sample> x = soil.walk();
  for (int i = 0; i < 60; ++i) (void)s.push(x);
  for (int i = 0; i < 1000; ++i) ASSERT_TRUE(s.push(x)) << i;
  // For minutes: beyond the limit it does not teach that ground never changes, so that the next stand is told.
  for (int i = 0; i < 20000; ++i) (void)s.push(x);
  for (int i = 0; i < 200; ++i) ASSERT_FALSE(s.push(soil.walk())) << i;
  for (int i = 0; i < 50; ++i) (void)s.push(soil.stand());
  for (int i = 0; i < 500; ++i) ASSERT_TRUE(s.push(soil.stand())) << i;
}

TEST(GroundWatch, ADistanceDecidesWhereThereIsOne) {
  Soil soil(10);
  std::vector<std::byte> memory(1U << 16U);
  Arena arena(memory);
  GroundWatch watch(spec_of(0.02), 60.0, 0, arena);
  TraceTag tag;
  for (int i = 0; i < 300; ++i) {
    tag.index = i;
    tag.distance_m = 0.021 * i;  // measured
    ASSERT_EQ(watch.arrive(std::span<const Sample>(soil.stand()), tag, true, false), Ground::fresh);
  }
  for (int i = 0; i < 300; ++i)
    ASSERT_EQ(watch.arrive(std::span<const Sample>(soil.walk()), tag, true, false), Ground::same);
  // While the stage warms up it learns from whatever comes.
  EXPECT_EQ(watch.arrive(std::span<const Sample>(soil.walk()), tag, true, true), Ground::fresh);
}

// A distance that is the number of the trace times the spacing says nothing about a trace that is repeated.
TEST(GroundWatch, ACountedDistanceDoesNotHideAStand) {
  Soil soil(11);
  std::vector<std::byte> memory(1U << 16U);
  Arena arena(memory);
  GroundWatch watch(spec_of(0.02), 60.0, 0, arena);
  TraceTag tag;
  const auto come = [&](const std::vector<Sample>& x) {
    tag.distance_m = 0.02 * static_cast<double>(tag.index);
    const Ground g = watch.arrive(std::span<const Sample>(x), tag, false, false);
    ++tag.index;
    return g;
  };
  for (int i = 0; i < 400; ++i) ASSERT_EQ(come(soil.walk()), Ground::fresh);
  const std::vector<Sample> x = soil.walk();
  for (int i = 0; i < 60; ++i) (void)come(x);
  TraceTag out;
  watch.flag(out);
  EXPECT_TRUE(has(out.quality, Quality::standing));
  for (int i = 0; i < 300; ++i) ASSERT_EQ(come(x), Ground::same);
}

// Traces with neither a distance nor a time: alike as they may be, each is over fresh ground.
TEST(GroundWatch, ATableWithoutATimeIsNeverAStand) {
  for (const double spacing : {0.0, 0.01}) {
    Soil soil(12);
    std::vector<std::byte> memory(1U << 16U);
    Arena arena(memory);
    StreamSpec spec = spec_of(spacing);
    spec.trace_interval_s = 0.0;
    GroundWatch watch(spec, 60.0, 0, arena);
    TraceTag tag;
    for (int i = 0; i < 400; ++i) {
      tag.index = i;
      if (spacing > 0.0) tag.distance_m = spacing * i;
      const auto& x = i < 200 ? soil.walk() : soil.stand();
      ASSERT_EQ(watch.arrive(std::span<const Sample>(x), tag, i % 2 == 0, false), Ground::fresh) << i;
      watch.flag(tag);
      ASSERT_FALSE(has(tag.quality, Quality::standing));
    }
  }
}

// A trace that carries nothing lies where the last one did: while the head stands it takes no place among those around it.
TEST(GroundWatch, ALostTraceOfAStandIsNoFreshGround) {
  std::vector<std::byte> memory(1U << 16U);
  Arena arena(memory);
  GroundWatch watch(spec_of(), 60.0, 0, arena);
  EXPECT_EQ(watch.arrive_unusable(), Ground::fresh);
  const std::vector<Sample> x(to_size(n_samples), 1.0F);
  TraceTag tag;
  for (const bool moves : {true, false, false, true, false}) {
    if (moves) tag.distance_m = std::isnan(tag.distance_m) ? 0.0 : tag.distance_m + 0.1;
    const Ground want = moves ? Ground::fresh : Ground::same;
    EXPECT_EQ(watch.answer(), Ground::fresh);  // of the lost one at first, then none waits
    EXPECT_EQ(watch.arrive(std::span<const Sample>(x), tag, false, false), want);
    EXPECT_EQ(watch.answer(), want);
    StateArchive size;
    watch.state(size);
    std::vector<std::byte> bytes(size.size());
    StateArchive save = StateArchive::saving(bytes);
    watch.state(save);
    StateArchive load = StateArchive::loading(bytes);
    watch.state(load);
    EXPECT_EQ(watch.arrive_unusable(), want);
    EXPECT_EQ(watch.answer(), want);
  }
}

TEST(GroundWatch, AnswersInTheOrderOfArrivalAlsoAfterARestart) {
  std::vector<std::byte> memory(1U << 16U);
  Arena arena(memory);
  GroundWatch one(spec_of(), 60.0, 3, arena);
  GroundWatch two(spec_of(), 60.0, 3, arena);
  const std::vector<Sample> x(to_size(n_samples), 1.0F);
  TraceTag tag;
  const auto at = [&](GroundWatch& w, double d) {
    tag.distance_m = d;
    (void)w.arrive(std::span<const Sample>(x), tag, false, false);
  };
  at(one, 0.0);
  at(one, 0.0);
  one.arrive_unusable();
  at(one, 1.0);
  EXPECT_EQ(one.answer(), Ground::fresh);
  StateArchive size;
  one.state(size);
  std::vector<std::byte> bytes(size.size());
  StateArchive save = StateArchive::saving(bytes);
  one.state(save);
  StateArchive load = StateArchive::loading(bytes);
  two.state(load);
  ASSERT_TRUE(load.ok());
  for (GroundWatch* w : {&one, &two}) {
    at(*w, 1.0);
    EXPECT_EQ(w->answer(), Ground::same);
    EXPECT_EQ(w->answer(), Ground::same);
    EXPECT_EQ(w->answer(), Ground::fresh);
    EXPECT_EQ(w->answer(), Ground::same);
  }
}

}  // namespace
}  // namespace surefoot::dsp
