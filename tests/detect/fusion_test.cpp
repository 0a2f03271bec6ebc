// SPDX-License-Identifier: MIT
// Rules of combination against closed forms, and the fuser against its policy.
#include <surefoot/detect/fusion.hpp>

#include "support/lines.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <memory>
#include <string>
#include <vector>

namespace surefoot::detect {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

TEST(Evidence, DempstersRuleGivesTheVectorsOfTheReference) {
  const Combination c = combine({0.6, 0.1}, {0.5, 0.2});
  EXPECT_NEAR(c.conflict, 0.17, 1e-15);
  EXPECT_NEAR(c.masses.target, 0.63 / 0.83, 1e-15);
  EXPECT_NEAR(c.masses.clutter, 0.11 / 0.83, 1e-15);
  EXPECT_NEAR(c.masses.open(), 0.09 / 0.83, 1e-15);
  EXPECT_NEAR(c.masses.target, 0.7590, 5e-5);
  EXPECT_NEAR(c.masses.clutter, 0.1325, 5e-5);
  EXPECT_NEAR(c.masses.open(), 0.1084, 5e-5);
}

TEST(Evidence, DempstersRuleIsSymmetricAssociativeAndHasANeutralElement) {
  test::Random random(5);
  const auto masses = [&] {
    const double a = random.uniform();
    const double b = random.uniform() * (1.0 - a);
    return Masses{a, b};
  };
  for (int i = 0; i < 200; ++i) {
    const Masses a = masses();
    const Masses b = masses();
    const Masses c = masses();
    EXPECT_EQ(combine(a, b).masses.target, combine(b, a).masses.target);
    EXPECT_EQ(combine(a, b).conflict, combine(b, a).conflict);
    const Masses left = combine(combine(a, b).masses, c).masses;
    const Masses right = combine(a, combine(b, c).masses).masses;
    EXPECT_NEAR(left.target, right.target, 1e-12);
    EXPECT_NEAR(left.clutter, right.clutter, 1e-12);
    EXPECT_NEAR(combine(a, {}).masses.target, a.target, 1e-15);
    EXPECT_EQ(combine(a, {}).conflict, 0.0);
  }
  const Combination total = combine({1.0, 0.0}, {0.0, 1.0});
  EXPECT_EQ(total.conflict, 1.0);
  EXPECT_EQ(total.masses.open(), 1.0);
}

TEST(Evidence, ADiscountMovesBeliefToWhatIsOpen) {
  const Masses m = discount({0.6, 0.1}, 0.5);
  EXPECT_EQ(m.target, 0.3);
  EXPECT_EQ(m.clutter, 0.05);
  EXPECT_NEAR(m.open(), 1.0 - 0.5 + 0.5 * 0.3, 1e-15);
  EXPECT_EQ(discount({0.6, 0.1}, 0.0).open(), 1.0);
}

TEST(Evidence, AHistogramGivesTheLogRatioWithOneExampleMore) {
  const std::vector<double> edges{1.0, 2.0};
  const std::vector<double> target{0.0, 3.0, 9.0};
  const std::vector<double> clutter{20.0, 5.0, 0.0};
  const auto llr = [&](double x) { return histogram_llr(x, edges, target, clutter); };
  EXPECT_NEAR(llr(0.5), std::log(1.0 / 15.0) - std::log(21.0 / 28.0), 1e-14);
  EXPECT_NEAR(llr(1.0), std::log(4.0 / 15.0) - std::log(6.0 / 28.0), 1e-14) << "an edge belongs to the bin above";
  EXPECT_NEAR(llr(99.0), std::log(10.0 / 15.0) - std::log(1.0 / 28.0), 1e-14);
  EXPECT_TRUE(std::isnan(llr(nan)));
  EXPECT_TRUE(std::isnan(histogram_llr(0.0, edges, target, {}))) << "shapes that do not fit";
}

TEST(Evidence, AHistogramOverTwoNumbersPutsTogetherTheBinsOfWhatIsNotKnown) {
  const std::vector<double> x{1.0, 2.0};
  const std::vector<double> y{-2.0};
  const std::vector<double> target{0.0, 3.0, 9.0, 1.0, 4.0, 0.0};    // 17 + 6
  const std::vector<double> clutter{20.0, 5.0, 0.0, 2.0, 6.0, 7.0};  // 40 + 6
  const auto llr = [&](double u, double phase) { return histogram_llr(u, phase, x, y, target, clutter); };
  EXPECT_NEAR(llr(0.5, -3.0), std::log(1.0 / 23.0) - std::log(21.0 / 46.0), 1e-14);
  EXPECT_NEAR(llr(0.5, -2.0), std::log(4.0 / 23.0) - std::log(6.0 / 46.0), 1e-14) << "an edge belongs to the bin above";
  EXPECT_NEAR(llr(1.5, -2.5), std::log(10.0 / 23.0) - std::log(1.0 / 46.0), 1e-14);
  EXPECT_NEAR(llr(9.0, 0.0), std::log(1.0 / 23.0) - std::log(8.0 / 46.0), 1e-14);
  EXPECT_NEAR(llr(1.5, nan), std::log(12.0 / 23.0) - std::log(4.0 / 46.0), 1e-14);
  EXPECT_TRUE(std::isnan(llr(nan, -3.0)));
  EXPECT_TRUE(std::isnan(histogram_llr(0.0, 0.0, x, {}, target, clutter))) << "shapes that do not fit";
}

TEST(Weigh, ThePhaseOfTheMetalChoosesTheBinAndTheRadarsSilenceHasAFloor) {
  FusionOptions o;
  o.emi_edges = {std::log(11.0)};
  o.emi_phase_edges_rad = {-2.7};
  o.emi_target = {9.0, 1.0, 2.0, 2.0};
  o.emi_clutter = {1.0, 9.0, 5.0, 5.0};
  o.gpr_slope = 2.0;
  o.gpr_offset = -5.0;
  o.gpr_least = -1.5;
  ASSERT_FALSE(validate(o, {}));
  const auto odds = [&](double z, double radar, double phase) {
    return weigh(o, {z, radar, nan, nan, nan, phase}).log_odds;
  };
  EXPECT_NEAR(odds(5.0, nan, -3.0), std::log(10.0 / 18.0) - std::log(2.0 / 24.0), 1e-13);
  EXPECT_NEAR(odds(5.0, nan, -1.0), std::log(2.0 / 18.0) - std::log(10.0 / 24.0), 1e-13);
  EXPECT_NEAR(odds(5.0, nan, nan), std::log(12.0 / 18.0) - std::log(12.0 / 24.0), 1e-13);
  EXPECT_NEAR(odds(5.0, 0.0, nan) - odds(5.0, nan, nan), -1.5, 1e-13);
  EXPECT_NEAR(odds(5.0, std::exp(3.0) - 1.0, nan) - odds(5.0, nan, nan), 1.0, 1e-13);
}

TEST(Weigh, AddsWhatIsKnownAndLeavesOutWhatIsNot) {
  FusionOptions o;
  o.prior = 0.2;
  o.emi_slope = 0.5;
  o.emi_offset = -1.0;
  o.gpr_edges = {1.0};
  o.gpr_target = {2.0, 8.0};
  o.gpr_clutter = {40.0, 10.0};
  const double prior = std::log(0.25);
  const double emi = -1.0 + 0.5 * std::log(1.0 + 9.0);
  const double gpr = std::log(9.0 / 12.0) - std::log(11.0 / 52.0);
  EXPECT_NEAR(weigh(o, {9.0, 6.0, nan, nan, nan}).log_odds, prior + emi + gpr, 1e-13);
  EXPECT_NEAR(weigh(o, {9.0, nan, nan, nan, nan}).log_odds, prior + emi, 1e-13)
      << "no radar is not a radar that sees nothing";
  EXPECT_LT(weigh(o, {9.0, 0.0, nan, nan, nan}).log_odds, prior + emi - 0.5) << "a radar that sees nothing is evidence";
  EXPECT_NEAR(weigh(o, {nan, nan, nan, nan, nan}).probability, 0.2, 1e-15);
  EXPECT_EQ(weigh(o, {-5.0, nan, nan, nan, nan}).log_odds, weigh(o, {0.0, nan, nan, nan, nan}).log_odds);
  EXPECT_TRUE(std::isnan(weigh(o, {9.0, nan, nan, nan, nan}).conflict));
  // The conflict is Dempster's, of the masses that the two ratios make.
  const auto p = [](double llr) { return 1.0 / (1.0 + std::exp(-llr)); };
  const double k = 0.81 * (p(emi) * (1.0 - p(gpr)) + (1.0 - p(emi)) * p(gpr));
  EXPECT_NEAR(weigh(o, {9.0, 6.0, nan, nan, nan}).conflict, k, 1e-14);
}

TEST(Weigh, TheLogisticModelLeavesOutTermsThatAreNotKnown) {
  FusionOptions o;
  o.method = FusionMethod::logistic;
  o.bias = -0.7;
  o.weights = {0.3, 0.9, -0.2, -4.0, -7.0, 1.5};
  o.centres = {1.0, 2.0, 3.0, 0.05, 0.04, 0.2};
  const double a = std::log(1.0 + 20.0);
  const double b = std::log(1.0 + 4.0);
  const double plain = -0.7 + 0.3 * (a - 1.0) + 0.9 * (b - 2.0) - 0.2 * (a * b - 3.0);
  EXPECT_NEAR(weigh(o, {20.0, 4.0, nan, nan, nan}).log_odds, plain, 1e-13);
  const double all = plain - 4.0 * (0.1 - 0.05) - 7.0 * (0.02 - 0.04) + 1.5 * (0.6 - 0.2);
  EXPECT_NEAR(weigh(o, {20.0, 4.0, 0.1, 0.02, 0.6}).log_odds, all, 1e-13);
  EXPECT_NEAR(weigh(o, {20.0, 4.0, 0.1, 0.02, 0.6}).probability, 1.0 / (1.0 + std::exp(-all)), 1e-15);
  FusionOptions sums = o;
  sums.method = FusionMethod::llr;
  EXPECT_EQ(weigh(o, {20.0, nan, nan, nan, 0.6}).log_odds, weigh(sums, {20.0, nan, nan, nan, 0.6}).log_odds)
      << "with one sensor there is no product to feed";
}

TEST(Weigh, DempstersMethodTakesMassesFromTheRatios) {
  FusionOptions o;
  o.method = FusionMethod::dempster_shafer;
  o.emi_slope = o.gpr_slope = 0.0;
  o.emi_offset = std::log(3.0);          // 0.75
  o.gpr_offset = std::log(0.25 / 0.75);  // 0.25
  o.emi_reliability = 0.8;
  o.gpr_reliability = 0.4;
  const Combination c = combine({0.6, 0.2}, {0.1, 0.3});
  const FusionResult r = weigh(o, {1.0, 1.0, nan, nan, nan});
  EXPECT_NEAR(r.probability, c.masses.target + 0.5 * c.masses.open(), 1e-14);
  EXPECT_NEAR(r.conflict, c.conflict, 1e-15);
  EXPECT_NEAR(weigh(o, {1.0, nan, nan, nan, nan}).probability, 0.7, 1e-14);
  EXPECT_EQ(weigh(o, {nan, nan, nan, nan, nan}).probability, 0.5);
  o.emi_offset = 1e6;
  o.emi_reliability = 1.0;
  EXPECT_LE(weigh(o, {1.0, nan, nan, nan, nan}).probability, 1.0 - 1e-9);
}

TEST(FusionOptions, ListsMustFitEachOther) {
  const auto wrong = [](const FusionOptions& o) {
    const Problem p = validate(o, {});
    return std::string(p ? p.field : "");
  };
  EXPECT_EQ(wrong({}), "");
  EXPECT_EQ(wrong({.emi_lever_m = {0.1}}), "emi_lever_m");
  EXPECT_EQ(wrong({.gpr_edges = {1.0, 1.0}, .gpr_target = {0, 0, 0}, .gpr_clutter = {0, 0, 0}}), "gpr_edges");
  EXPECT_EQ(wrong({.gpr_edges = {1.0}, .gpr_target = {0, 0, 0}, .gpr_clutter = {0, 0}}), "gpr_target");
  EXPECT_EQ(wrong({.emi_edges = {1.0}, .emi_target = {0, 0}}), "emi_clutter");
  EXPECT_EQ(wrong({.emi_target = {1.0}}), "emi_target");
  EXPECT_EQ(wrong({.emi_edges = {1.0}, .emi_phase_edges_rad = {-2, -1}, .emi_target = {0, 0}, .emi_clutter = {0, 0}}),
            "emi_target");
  EXPECT_EQ(wrong({.emi_phase_edges_rad = {-1, -2}}), "emi_phase_edges_rad");
  EXPECT_EQ(wrong({.emi_phase_edges_rad = {-1}}), "emi_phase_edges_rad") << "there are no bins to divide";
  EXPECT_EQ(wrong({.method = FusionMethod::logistic}), "weights");
  EXPECT_EQ(wrong({.weights = {1, 2, 3, 4, 5}}), "weights");
  EXPECT_EQ(wrong({.weights = {1, 2, 3, 4, 5, 6}, .centres = {1}}), "centres");
  EXPECT_EQ(wrong({.prior = 1.0}), "prior");
  EXPECT_EQ(wrong({.prior = nan}), "prior");
  EXPECT_EQ(wrong({.emi_edges = {1.0}, .emi_target = {-1, 0}, .emi_clutter = {0, 0}}), "emi_target");
}

TEST(Weigh, WhateverTheNumbersAnAlarmHasOdds) {
  // The largest numbers that the ranges let through, of opposite sign: no infinity less infinity.
  double most = 0.0;
  for (double x = 1.0; x < 1e308; x *= 10.0)
    if (!validate({.emi_slope = x,
                   .gpr_slope = -x,
                   .bias = x,
                   .weights = {x, -x, x, -x, x, -x},
                   .centres = {x, x, x, x, x, x}},
                  {}))
      most = x;
  ASSERT_GT(most, 100.0);
  for (const FusionMethod method : {FusionMethod::llr, FusionMethod::logistic, FusionMethod::dempster_shafer}) {
    const FusionOptions o{.method = method,
                          .emi_slope = most,
                          .emi_offset = most,
                          .gpr_slope = -most,
                          .gpr_offset = -most,
                          .bias = most,
                          .weights = {most, -most, most, -most, most, -most},
                          .centres = {most, -most, most, most, -most, most}};
    for (const double z : {0.0, 10.0, 3e38}) {
      const FusionResult r = weigh(o, {z, z, 1.0, 0.1, 0.5});
      EXPECT_TRUE(std::isfinite(r.log_odds)) << z;
      EXPECT_TRUE(r.probability > 0.0 && r.probability < 1.0) << z;
    }
  }
  EXPECT_TRUE(std::isfinite(weigh({}, {std::numeric_limits<double>::infinity(), 1.0, nan, nan, nan}).log_odds));
}

// A fuser with its memory. A head moves along x; each sensor's traces are 1 cm and 20 ms apart.
class Head {
 public:
  explicit Head(const FusionOptions& o = {}) {
    EXPECT_FALSE(validate(o, {}));
    alignas(Arena::alignment) std::byte scratch[8192];
    Arena counting = Arena::counting(scratch);
    counting.emplace<Fusion>(o, StreamSpec{}, counting)->~Fusion();
    memory_.resize(counting.needed());
    arena_ = std::make_unique<Arena>(memory_);
    fusion_ = arena_->emplace<Fusion>(o, StreamSpec{}, *arena_);
  }
  ~Head() { fusion_->~Fusion(); }
  Head(const Head&) = delete;
  Head& operator=(const Head&) = delete;

  [[nodiscard]] TraceTag tag(double x_m, double score) const {
    TraceTag t;
    t.index = std::lround(x_m * 100.0);
    t.time_s = with_time ? 2.0 * x_m : nan;
    if (with_distance) t.distance_m = x_m;
    if (with_position) t.position_m = {x_m, 0.0, 0.0};
    t.score = static_cast<float>(score);
    return t;
  }
  [[nodiscard]] Alarm alarm(double x_m, double score, std::int64_t id = 1) const {
    const TraceTag t = tag(x_m, score);
    Alarm a;
    a.id = id;
    a.trace_index = t.index;
    a.time_s = t.time_s;
    a.position_m = t.position_m;
    a.distance_m = t.distance_m;
    a.score = t.score;
    a.threshold = 5.0F;
    return a;
  }
  /// Traces of one sensor from x to end, with a triangle of the given height around `at`.
  void pass(Sensors s, double from_m, double end_m, double at_m = nan, double height = 0.0) {
    for (int i = static_cast<int>(std::lround(from_m * 100.0)); i < static_cast<int>(std::lround(end_m * 100.0)); ++i) {
      const double x = 0.01 * i;
      const double score = std::max(0.3, height * (1.0 - std::abs(x - at_m) / 0.1));
      fusion_->sense(s, tag(x, std::isnan(score) ? 0.3 : score));
    }
  }
  void pass_both(double from_m, double end_m, double emi_at, double emi_height, double gpr_at, double gpr_height) {
    for (int i = static_cast<int>(std::lround(from_m * 100.0)); i < static_cast<int>(std::lround(end_m * 100.0)); ++i) {
      pass(Sensors::emi, 0.01 * i, 0.01 * (i + 1), emi_at, emi_height);
      pass(Sensors::gpr, 0.01 * i, 0.01 * (i + 1), gpr_at, gpr_height);
    }
  }
  std::vector<Alarm> pull() {
    std::vector<Alarm> out;
    Alarm a;
    while (fusion_->pull(a)) out.push_back(a);
    return out;
  }
  Fusion& operator*() { return *fusion_; }
  Fusion* operator->() { return fusion_; }
  bool with_time = true;
  bool with_distance = true;
  bool with_position = true;

 private:
  std::vector<std::byte> memory_;
  std::unique_ptr<Arena> arena_;
  Fusion* fusion_ = nullptr;
};

TEST(Fusion, AMetalAlarmIsToldAtOnceAndAgainWhenTheRadarHasPassed) {
  for (const FusionPolicy policy : {FusionPolicy::rank, FusionPolicy::label}) {
    Head head({.policy = policy, .sight_m = 0.065});
    head.pass(Sensors::emi, 0.0, 1.2, 1.0, 40.0);
    head.pass(Sensors::gpr, 0.0, 0.8);
    head->claim(Sensors::emi, head.alarm(1.0, 40.0));
    const auto first = head.pull();
    ASSERT_EQ(first.size(), 1U);
    EXPECT_EQ(first[0].id, 1);
    EXPECT_EQ(first[0].revision, 0);
    EXPECT_EQ(first[0].active, 1U);
    EXPECT_EQ(first[0].sensors, Sensors::emi);
    EXPECT_EQ(first[0].emi_z, 40.0);
    EXPECT_TRUE(std::isnan(first[0].gpr_z)) << "no radar yet is not a silent radar";
    EXPECT_TRUE(std::isnan(first[0].conflict));
    EXPECT_NEAR(first[0].position_m[0], 1.0, 1e-12);
    head.pass(Sensors::gpr, 0.8, 1.15, 1.03, 8.0);
    EXPECT_TRUE(head.pull().empty()) << "the radar is still within the gate";
    head.pass(Sensors::gpr, 1.15, 1.2, 1.03, 8.0);
    double mean = 0.0;  // of the 13 traces within 6 cm
    for (int i = 94; i <= 106; ++i)
      mean +=
          static_cast<double>(static_cast<float>(std::max(0.3, 8.0 * (1.0 - std::abs(0.01 * i - 1.03) / 0.1)))) / 13.0;
    const auto second = head.pull();
    ASSERT_EQ(second.size(), 1U);
    EXPECT_EQ(second[0].id, 1);
    EXPECT_EQ(second[0].revision, 1);
    EXPECT_EQ(second[0].active, 0U);
    EXPECT_NEAR(second[0].gpr_z, mean, 1e-6);
    EXPECT_EQ(second[0].emi_z, 40.0);
    EXPECT_EQ(second[0].position_m[0], first[0].position_m[0]) << "ranked, not moved";
    const FusionResult expected = weigh({}, {40.0, second[0].gpr_z, nan, 0.03, nan});
    EXPECT_EQ(second[0].evidence.probability, expected.probability);
    EXPECT_EQ(second[0].conflict, expected.conflict);
    if (policy == FusionPolicy::rank) {
      EXPECT_EQ(second[0].score, static_cast<float>(expected.log_odds));
      EXPECT_EQ(second[0].threshold, 0.0F);
    } else {
      EXPECT_EQ(second[0].score, 40.0F);
      EXPECT_EQ(second[0].threshold, 5.0F);
      EXPECT_EQ(second[0].rank, 1);
    }
    head->finish();
    EXPECT_TRUE(head.pull().empty()) << "nothing is left to say";
  }
}

TEST(Fusion, NoRadarAndNoOptionSilencesAMetalAlarm) {
  for (const FusionMethod method : {FusionMethod::llr, FusionMethod::logistic, FusionMethod::dempster_shafer})
    for (const FusionPolicy policy : {FusionPolicy::rank, FusionPolicy::label}) {
      FusionOptions o{.method = method, .policy = policy, .prior = 1e-6, .likely_probability = 0.999};
      o.gpr_offset = -1e3;  // the radar speaks against everything
      o.bias = -1e3;
      o.weights = {0, 0, 0, 0, 0, 0};
      o.gpr_reliability = 1.0;
      Head head(o);
      head.pass_both(0.0, 1.3, 1.0, 40.0, nan, 0.0);
      head->claim(Sensors::emi, head.alarm(1.0, 40.0));
      const auto told = head.pull();
      ASSERT_EQ(told.size(), 2U) << "at once, and with the radar's evidence";
      for (const Alarm& a : told) {
        EXPECT_NEAR(a.position_m[0], 1.0, 1e-12);
        EXPECT_TRUE(has(a.sensors, Sensors::emi));
      }
      EXPECT_LT(told[1].evidence.probability, 0.1) << "it is only ranked low";
    }
}

TEST(Fusion, WithoutRadarARecordIsCompletedAfterTheWaitWithTheMetalAlone) {
  Head head({.wait_s = 1.0});
  head.pass(Sensors::emi, 0.0, 1.2, 1.0, 40.0);  // up to 2.38 s
  head->claim(Sensors::emi, head.alarm(1.0, 40.0));
  const auto first = head.pull();
  ASSERT_EQ(first.size(), 1U);
  head.pass(Sensors::emi, 1.2, 1.69);  // up to 3.36 s
  EXPECT_TRUE(head.pull().empty());
  head.pass(Sensors::emi, 1.69, 1.70);  // 3.38 s
  const auto second = head.pull();
  ASSERT_EQ(second.size(), 1U);
  EXPECT_EQ(second[0].active, 0U);
  EXPECT_TRUE(std::isnan(second[0].gpr_z));
  EXPECT_EQ(second[0].evidence.probability, first[0].evidence.probability);
}

TEST(Fusion, TracesThatSayNothingAreNoEvidence) {
  for (const Quality flag : {Quality::dropped, Quality::non_finite, Quality::warming_up, Quality::bad_trace}) {
    Head head;
    head.pass(Sensors::emi, 0.0, 1.2, 1.0, 40.0);
    head->claim(Sensors::emi, head.alarm(1.0, 40.0));
    for (int i = 80; i < 120; ++i) {
      TraceTag t = head.tag(0.01 * i, 0.0);
      t.quality = flag;
      head->sense(Sensors::gpr, t);
    }
    head->finish();
    const auto told = head.pull();
    ASSERT_EQ(told.size(), 2U);
    EXPECT_TRUE(std::isnan(told[1].gpr_z));
    EXPECT_EQ(told[1].evidence.probability, told[0].evidence.probability);
    EXPECT_TRUE(has(told[1].quality, flag)) << "but the alarm says so";
  }
}

TEST(Fusion, ARadarAlarmAloneIsToldAtOnceToo) {
  Head head;
  head.pass_both(0.0, 1.1, nan, 0.0, 1.0, 12.0);
  Alarm radar = head.alarm(1.0, 12.0);
  radar.two_way_time_s = 3e-9;
  radar.depth_m = 0.1;
  head->claim(Sensors::gpr, radar);
  auto told = head.pull();
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0].sensors, Sensors::gpr);
  EXPECT_TRUE(std::isnan(told[0].emi_z));
  EXPECT_EQ(told[0].gpr_z, 12.0);
  head.pass_both(1.1, 1.3, nan, 0.0, 1.0, 12.0);
  told = head.pull();
  ASSERT_EQ(told.size(), 1U);
  EXPECT_NEAR(told[0].emi_z, 0.3, 1e-6) << "minimum metal: the coil has been there";
  EXPECT_EQ(told[0].two_way_time_s, 3e-9);
  EXPECT_EQ(told[0].depth_m, 0.1);
}

TEST(Fusion, AlarmsOfBothSensorsWithinTheGateAreOneRecordLedByTheMetalDetector) {
  Head head;
  head.pass_both(0.0, 1.2, 1.02, 30.0, 1.0, 12.0);
  Alarm radar = head.alarm(1.0, 12.0, 7);
  radar.depth_m = 0.11;
  radar.two_way_time_s = 3e-9;
  radar.evidence.hyperbola_fit = 0.9;
  head->claim(Sensors::gpr, radar);
  head->claim(Sensors::emi, head.alarm(1.02, 30.0, 3));
  const auto told = head.pull();
  ASSERT_GE(told.size(), 2U);
  EXPECT_EQ(told.back().id, told.front().id);
  EXPECT_EQ(told.back().revision, static_cast<std::int64_t>(told.size()) - 1);
  EXPECT_EQ(told.back().sensors, Sensors::emi | Sensors::gpr);
  EXPECT_NEAR(told.back().position_m[0], 1.02, 1e-12);
  EXPECT_EQ(told.back().depth_m, 0.11);
  EXPECT_EQ(told.back().two_way_time_s, 3e-9);
  EXPECT_EQ(told.back().evidence.hyperbola_fit, 0.9);
  // A second alarm of the metal detector at the same place is an alarm of its own.
  head->claim(Sensors::emi, head.alarm(1.03, 50.0, 4));
  const auto second = head.pull();
  ASSERT_FALSE(second.empty());
  EXPECT_EQ(second[0].id, told.back().id + 1);
  // More of an alarm that is known is a further record of it.
  head->claim(Sensors::emi, head.alarm(1.02, 33.0, 3));
  const auto more = head.pull();
  ASSERT_EQ(more.size(), 1U);
  EXPECT_EQ(more[0].id, told.back().id);
  EXPECT_EQ(more[0].emi_z, 33.0);
  EXPECT_EQ(more[0].revision, told.back().revision + 1);
}

// Metal whose lobes lie beside it: the radar's answer is 10 cm off.
TEST(Fusion, TheOtherSensorIsSearchedAroundTheAlarm) {
  for (const double search : {0.0, 0.12}) {
    Head head({.gate_m = 0.2, .sight_m = 0.045, .search_m = search});
    head.pass_both(0.0, 1.5, 1.0, 40.0, 1.1, 8.0);
    head->claim(Sensors::emi, head.alarm(1.0, 40.0));
    const auto told = head.pull();
    ASSERT_EQ(told.size(), 2U);
    const auto mean = [](double centre, double last) {
      double sum = 0.0;
      double n = 0.0;
      for (double x = centre - 0.04; x < std::min(centre + 0.045, last); x += 0.01, n += 1.0)
        sum += std::max(0.3, 8.0 * (1.0 - std::abs(x - 1.1) / 0.1));
      return sum / n;
    };
    EXPECT_NEAR(told[1].gpr_z, search > 0.0 ? mean(1.1, 2.0) : mean(1.0, 2.0), 1e-5);
  }
}

TEST(Fusion, AnEchoCountsInItsPhaseAndIsTold) {
  const FusionOptions o{.sight_m = 0.035, .gpr_phase_z = 2.0, .gpr_phase_rad = 1.5};
  const auto run = [&](double z, double phase) {
    Head head(o);
    head.pass(Sensors::emi, 0.0, 1.3, 1.0, 40.0);
    head->claim(Sensors::emi, head.alarm(1.0, 40.0));
    for (int i = 70; i < 130; ++i) {
      TraceTag t = head.tag(0.01 * i, 9.0);  // of the surface
      t.evidence.echo_z = std::abs(i - 100) <= 5 ? z : 0.0;
      t.evidence.echo_phase_rad = phase;
      head->sense(Sensors::gpr, t);
    }
    return head.pull().back();
  };
  for (const double phase : {1.5, 0.0, -1.6, 3.1}) {
    const Alarm a = run(4.0, phase);
    EXPECT_NEAR(a.gpr_z, 4.0 + 2.0 * std::cos(phase - 1.5), 1e-12) << phase;
    EXPECT_EQ(a.evidence.echo_z, 4.0);
    EXPECT_EQ(a.evidence.echo_phase_rad, phase);
  }
  EXPECT_NEAR(run(0.25, 1.5).gpr_z, 0.75, 1e-12) << "the phase of next to nothing counts little";
  EXPECT_EQ(run(1.0, 1.5 - 3.14).gpr_z, 0.0);
  EXPECT_EQ(run(4.0, nan).gpr_z, 4.0);
  // Where radar leads, its z is of the same measure, not the score of its alarm.
  Head head(o);
  for (int i = 70; i < 130; ++i) {
    TraceTag t = head.tag(0.01 * i, 9.0);
    t.evidence.echo_z = 3.0;
    head->sense(Sensors::gpr, t);
  }
  Alarm radar = head.alarm(1.0, 9.0);
  radar.evidence.echo_z = 3.0;
  head->claim(Sensors::gpr, radar);
  EXPECT_EQ(head.pull().front().gpr_z, 3.0);
}

// There and back, the best place at the end of the gate: what lies beyond has no part in z, nor in what is told of the echo.
TEST(Fusion, TheEchoThatIsToldIsOneOfThoseThatCount) {
  Head head({.gate_m = 0.155, .sight_m = 0.065, .search_m = 0.155});
  const auto look_at = [&](int i) {
    TraceTag t = head.tag(0.01 * i, 0.0);
    t.evidence.echo_z = i >= 118 ? 9.0 : i >= 110 ? 3.0 : 0.0;
    head->sense(Sensors::gpr, t);
  };
  for (int i = 70; i < 140; ++i) look_at(i);
  for (int i = 140; i > 70; --i) look_at(i);
  head->claim(Sensors::emi, head.alarm(1.0, 40.0));
  const Alarm a = head.pull().back();
  EXPECT_NEAR(a.gpr_z, 3.0 * 6.0 / 7.0, 1e-12) << "of 1.09 to 1.15 m";
  EXPECT_EQ(a.evidence.echo_z, 3.0);
}

TEST(Fusion, TracesFartherApartThanTheSearchAreSeenAllTheSame) {
  Head head({.sight_m = 0.06, .search_m = 0.03});
  for (const double x : {0.75, 0.85, 0.95, 1.05, 1.15, 1.25}) head->sense(Sensors::gpr, head.tag(x, 2.0));
  head->claim(Sensors::emi, head.alarm(1.0, 40.0));
  EXPECT_EQ(head.pull().back().gpr_z, 2.0);
}

// One score that is no number must not take the vote from all the others beside it.
TEST(Fusion, AScoreThatIsNoNumberSaysNothing) {
  for (const double search : {0.0, 0.15})
    for (const double odd : {nan, std::numeric_limits<double>::infinity()}) {
      Head head({.sight_m = 0.035, .search_m = search});
      for (int i = 70; i < 140; ++i) head->sense(Sensors::gpr, head.tag(0.01 * i, i == 98 || i == 115 ? odd : 2.0));
      head->claim(Sensors::emi, head.alarm(1.0, 40.0));
      EXPECT_EQ(head.pull().back().gpr_z, 2.0) << odd;
    }
}

// Traces that are forgotten, or that say nothing by themselves: what the radar's own alarm says still counts.
TEST(Fusion, ARadarAlarmSpeaksForTracesThatDoNot) {
  const FusionOptions o{.gpr_phase_z = 2.0, .gpr_phase_rad = 1.5, .memory_traces = 2};
  for (const bool metal : {false, true}) {
    Head head(o);
    for (int i = 90; i < 130; ++i) {
      TraceTag t = head.tag(0.01 * i, 9.0);
      t.evidence.echo_z = 4.0;
      head->sense(Sensors::gpr, t);
    }
    if (metal) head->claim(Sensors::emi, head.alarm(1.0, 40.0));
    Alarm radar = head.alarm(1.02, 9.0);
    radar.evidence.echo_z = 4.0;
    radar.evidence.echo_phase_rad = 1.5;
    head->claim(Sensors::gpr, radar);
    head->finish();
    const Alarm a = head.pull().back();
    EXPECT_EQ(a.sensors, metal ? Sensors::emi | Sensors::gpr : Sensors::gpr);
    EXPECT_EQ(a.gpr_z, 6.0) << metal;
    EXPECT_EQ(a.evidence.echo_z, 4.0);
  }
}

// A radar alarm comes while the coils lag behind, and theirs before the radar is past: what is still to come is waited for.
TEST(Fusion, AnAlarmThatJoinsDoesNotCloseTheRecord) {
  Head head({.sight_m = 0.065});
  head.pass(Sensors::gpr, 0.0, 1.0, 1.05, 12.0);
  head.pass(Sensors::emi, 0.0, 1.02, 1.05, 30.0);
  head->claim(Sensors::gpr, head.alarm(1.0, 12.0));
  head->claim(Sensors::emi, head.alarm(1.02, 30.0));
  auto told = head.pull();
  ASSERT_EQ(told.size(), 2U);
  EXPECT_EQ(told[1].sensors, Sensors::emi | Sensors::gpr);
  EXPECT_EQ(told[1].active, 1U) << "the radar is not past yet";
  const double early = told[1].gpr_z;
  head.pass(Sensors::gpr, 1.0, 1.17, 1.05, 12.0);
  EXPECT_TRUE(head.pull().empty());
  head.pass(Sensors::gpr, 1.17, 1.19, 1.05, 12.0);
  told = head.pull();
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0].active, 0U);
  double mean = 0.0;  // of the 13 traces within 6.5 cm
  for (int i = 96; i <= 108; ++i)
    mean +=
        static_cast<double>(static_cast<float>(std::max(0.3, 12.0 * (1.0 - std::abs(0.01 * i - 1.05) / 0.1)))) / 13.0;
  EXPECT_NEAR(told[0].gpr_z, mean, 1e-5);
  EXPECT_GT(told[0].gpr_z, early);
}

TEST(Fusion, BeyondTheGateTheyAreTwo) {
  Head head({.gate_m = 0.1});
  head.pass_both(0.0, 1.5, 1.0, 30.0, 1.12, 12.0);
  head->claim(Sensors::emi, head.alarm(1.0, 30.0));
  head->claim(Sensors::gpr, head.alarm(1.12, 12.0));
  const auto told = head.pull();
  ASSERT_EQ(told.size(), 4U);
  EXPECT_EQ(told[0].id, 1);
  EXPECT_EQ(told[3].id, 2);
  EXPECT_GT(told[1].gpr_z, 0.31) << "the slope of the radar's peak reaches into sight";
}

// Everything that tells a place in turn: x and y, the distance, the time.
TEST(Fusion, SensorsMeetByPositionDistanceOrTimeWithTheirLeverArmsAndLag) {
  for (int known = 0; known < 3; ++known) {
    // The coil is 20 cm ahead of the tags' place, the antennas 10 cm behind it, the radar's clock 0.5 s ahead.
    Head head({.sight_m = 0.005, .lag_s = 0.5, .emi_lever_m = {0.2, 0.0}, .gpr_lever_m = {-0.1, 0.0}});
    head.with_position = known == 0;
    head.with_distance = known == 1;
    const auto radar = [&](double x, double score) {
      TraceTag t = head.tag(x, score);
      t.time_s += 0.5;
      return t;
    };
    for (int i = 0; i < 200; ++i) {
      const double x = 0.01 * i;
      head->sense(Sensors::emi, head.tag(x, i == 80 ? 40.0 : 0.3));                // coil at 1.0 m
      head->sense(Sensors::gpr, radar(x, i == 110 ? 9.0 : i == 80 ? 99.0 : 0.3));  // antennas at 1.0 m
      if (i == 85) head->claim(Sensors::emi, head.alarm(0.8, 40.0));
    }
    const auto told = head.pull();
    ASSERT_EQ(told.size(), 2U) << known;
    EXPECT_EQ(told[1].gpr_z, 9.0) << known;
    if (known == 0) {
      EXPECT_NEAR(told[0].position_m[0], 1.0, 1e-9);
    }
    if (known == 1) {
      EXPECT_NEAR(told[0].distance_m, 1.0, 1e-9);
    }
  }
}

TEST(Fusion, LeverArmsTurnWithTheTravelOrStayInTheLinesFrame) {
  for (const LeverFrame frame : {LeverFrame::travel, LeverFrame::line}) {
    Head head({.lever_frame = frame, .emi_lever_m = {0.3, 0.1}});
    for (int i = 0; i <= 100; ++i) {  // towards the north
      TraceTag t = head.tag(0.0, i == 50 ? 40.0 : 0.3);
      t.index = i;
      t.position_m = {2.0, 0.01 * i, 0.0};
      head->sense(Sensors::emi, t);
    }
    Alarm a = head.alarm(0.0, 40.0);
    a.trace_index = 50;
    a.position_m = {2.0, 0.5, 0.0};
    head->claim(Sensors::emi, a);
    const auto told = head.pull();
    ASSERT_EQ(told.size(), 1U);
    EXPECT_NEAR(told[0].position_m[0], frame == LeverFrame::travel ? 1.9 : 2.3, 1e-9);
    EXPECT_NEAR(told[0].position_m[1], frame == LeverFrame::travel ? 0.8 : 0.6, 1e-9);
  }
}

TEST(Fusion, RanksAmongWhatItRemembers) {
  Head head({.capacity = 4});
  for (int k = 1; k <= 5; ++k) head->claim(Sensors::emi, head.alarm(k, k == 3 ? 100.0 : 10.0 + k, k));
  const auto told = head.pull();
  std::vector<std::int64_t> first;
  std::size_t last_words = 0;
  for (const Alarm& a : told) {
    if (a.revision == 0) first.push_back(a.rank);
    else ++last_words;
  }
  EXPECT_EQ(first, (std::vector<std::int64_t>{1, 1, 1, 2, 2}));
  EXPECT_EQ(last_words, 1U) << "what is forgotten is told for the last time";
  EXPECT_EQ(head->overflow(), 0);
}

TEST(Fusion, CountsWhatNobodyPulledAndKeepsTheNewest) {
  Head head({.capacity = 2});
  for (int k = 1; k <= 10; ++k) head->claim(Sensors::emi, head.alarm(k, 10.0, k));
  EXPECT_EQ(head->overflow(), 10 + 8 - 5);
  const auto told = head.pull();
  ASSERT_EQ(told.size(), 5U);
  EXPECT_EQ(told.back().id, 10);
  head->reset();
  EXPECT_EQ(head->overflow(), 0);
  head->claim(Sensors::emi, head.alarm(1.0, 10.0));
  ASSERT_EQ(head.pull().size(), 1U);
}

TEST(Fusion, LosesNothingThatIsPulledAfterEachClaim) {
  // With memory for one record a claim tells the one that is forgotten, the new one, and what radar saw of it before.
  Head head({.capacity = 1});
  head.pass(Sensors::gpr, 0.0, 1.5, 1.0, 10.0);
  head->claim(Sensors::emi, head.alarm(3.0, 10.0, 1));
  ASSERT_EQ(head.pull().size(), 1U);
  head->claim(Sensors::emi, head.alarm(1.0, 20.0, 2));
  const auto told = head.pull();
  EXPECT_EQ(head->overflow(), 0);
  ASSERT_EQ(told.size(), 3U);
  EXPECT_EQ(told[0].id, 1);
  EXPECT_EQ(told[0].active, 0U);
  EXPECT_EQ(told[1].id, 2);
  EXPECT_EQ(told[1].revision, 0);
}

TEST(Fusion, StandsWithoutAnyPlaceOrTime) {
  Head head;
  head.with_time = head.with_distance = head.with_position = false;
  head.pass_both(0.0, 1.0, 0.5, 30.0, 0.5, 10.0);
  head->claim(Sensors::emi, head.alarm(0.5, 30.0));
  head->claim(Sensors::gpr, head.alarm(0.5, 10.0));
  head->finish();
  const auto told = head.pull();
  ASSERT_EQ(told.size(), 4U) << "nothing says that they belong together, and nothing is lost";
  EXPECT_TRUE(std::isnan(told[2].gpr_z) || std::isnan(told[2].emi_z));
}

}  // namespace
}  // namespace surefoot::detect
