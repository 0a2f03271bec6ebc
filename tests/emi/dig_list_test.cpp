// SPDX-License-Identifier: MIT
#include <surefoot/emi/dig_list.hpp>

#include <surefoot/sim/random.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <limits>
#include <utility>
#include <vector>

namespace surefoot::emi {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

std::vector<Index> ranked(const std::vector<Candidate>& c) {
  std::vector<Index> order(c.size());
  rank(c, order);
  return order;
}

// P(X <= k) of the binomial distribution, summed.
double binomial(Index k, Index n, double p) {
  double sum = 0.0;
  const auto all = static_cast<double>(n);
  for (Index i = 0; i <= k; ++i) {
    const auto x = static_cast<double>(i);
    sum += std::exp(std::lgamma(all + 1.0) - std::lgamma(x + 1.0) - std::lgamma(all - x + 1.0) + x * std::log(p) +
                    (all - x) * std::log1p(-p));
  }
  return sum;
}

TEST(DigList, CannotAnalyseFirstThenByScore) {
  const std::vector<Candidate> c{{.score = 0.2}, {.score = 0.9}, {.score = 0.1, .can_analyse = false},
                                 {.score = nan}, {.score = 0.9}, {.score = -std::numeric_limits<double>::infinity()}};
  EXPECT_EQ(ranked(c), (std::vector<Index>{2, 3, 1, 4, 0, 5}));
  EXPECT_TRUE(ranked({}).empty());
}

TEST(DigList, RefusesOptionsOutOfRange) {
  EXPECT_FALSE(validate(DigOptions{}));
  EXPECT_STREQ(validate(DigOptions{.threshold = nan}).field, "threshold");
  EXPECT_STREQ(validate(DigOptions{.target_rate = 0.0}).field, "target_rate");
  EXPECT_STREQ(validate(DigOptions{.confidence = 1.0}).field, "confidence");
}

TEST(DigList, StopsAtAFixedMargin) {
  const std::vector<Candidate> c{{.score = 0.2}, {.score = 0.5}, {.score = 0.1, .can_analyse = false}, {.score = 0.49}};
  const auto order = ranked(c);
  const StopPoint s = stop_point({.rule = StopRule::margin, .threshold = 0.5}, c, order);
  EXPECT_EQ(s.n_dig, 2);
  EXPECT_TRUE(s.reached);
  // What cannot be analysed is dug whatever the margin.
  EXPECT_EQ(stop_point({.rule = StopRule::margin, .threshold = 2.0}, c, order).n_dig, 1);
  EXPECT_TRUE(stop_point({}, {}, {}).reached);
}

TEST(DigList, StopsWhereFewTargetsCanBeExpected) {
  std::vector<Candidate> c;
  for (int i = 0; i < 20; ++i) c.push_back({.score = 20.0 - i, .probability = std::pow(0.5, i)});
  c.push_back({.score = 0.0, .probability = 0.0, .can_analyse = false});
  const auto order = ranked(c);
  const StopPoint s = stop_point({.rule = StopRule::expected, .expected_left = 0.05}, c, order);
  // The rest after i of the 20: 2^(1-i) - 2^-19 < 0.05 from i = 6.
  EXPECT_EQ(s.n_dig, 1 + 6);
  EXPECT_TRUE(s.reached);
  EXPECT_NEAR(s.expected_left, std::pow(0.5, 5) - std::pow(0.5, 19), 1e-15);
  EXPECT_EQ(stop_point({.rule = StopRule::expected, .expected_left = 0.0}, c, order).n_dig, 21);
  c[3].probability = nan;
  const StopPoint unsound = stop_point({.rule = StopRule::expected}, c, order);
  EXPECT_FALSE(unsound.reached);
  EXPECT_EQ(unsound.n_dig, 21);
}

TEST(DigList, VerificationDigsBoundWhatIsLeft) {
  // About 3/n: exactly 1 - 0.05^(1/n).
  EXPECT_EQ(digs_needed(0.01, 0.95), 299);
  EXPECT_EQ(digs_needed(0.05, 0.95), 59);
  EXPECT_EQ(digs_needed(0.5, 0.5), 1);
  EXPECT_EQ(digs_needed(0.0, 0.95), 0);
  std::vector<Candidate> c;
  for (int i = 0; i < 200; ++i) c.push_back({.score = 200.0 - i, .dug = i < 90, .is_target = i < 20 || i == 25});
  const auto order = ranked(c);
  StopPoint s = stop_point({.rule = StopRule::verification, .target_rate = 0.05}, c, order);
  EXPECT_TRUE(s.reached);
  EXPECT_EQ(s.n_dig, 26 + 59);
  EXPECT_EQ(s.verification_digs, 59);
  EXPECT_LE(s.target_bound, 0.05);
  EXPECT_NEAR(s.target_bound, 3.0 / 59.0, 0.002);
  // A target among them: the count begins again, and there are too few digs.
  c[60].is_target = true;
  s = stop_point({.rule = StopRule::verification, .target_rate = 0.05}, c, order);
  EXPECT_FALSE(s.reached);
  EXPECT_EQ(s.n_dig, 200);
  EXPECT_EQ(s.verification_digs, 29);
  // A gap in the digs: what comes after it does not count.
  c[60].is_target = false;
  c[50].dug = false;
  s = stop_point({.rule = StopRule::verification, .target_rate = 0.05}, c, order);
  EXPECT_FALSE(s.reached);
  EXPECT_EQ(s.verification_digs, 24);
}

TEST(DigList, ATargetDugBelowTheLineTakesTheLineBack) {
  // 59 digs without a target would do, but those who dug on have found one: it must not be left out of the count.
  std::vector<Candidate> c;
  for (int i = 0; i < 200; ++i) c.push_back({.score = 200.0 - i, .dug = i < 100, .is_target = i < 20 || i == 95});
  const auto order = ranked(c);
  StopPoint s = stop_point({.rule = StopRule::verification, .target_rate = 0.05}, c, order);
  EXPECT_FALSE(s.reached);
  EXPECT_EQ(s.n_dig, 200);
  EXPECT_EQ(s.verification_digs, 4);
  // Nor one that was found far down the list, beyond a gap.
  c[95].is_target = false;
  c[180].dug = c[180].is_target = true;
  s = stop_point({.rule = StopRule::verification, .target_rate = 0.05}, c, order);
  EXPECT_FALSE(s.reached);
  EXPECT_EQ(s.n_dig, 200);
  EXPECT_EQ(s.verification_digs, 0);
  EXPECT_EQ(s.target_bound, 1.0);
  // Without them it stands where it did.
  c[180].is_target = false;
  s = stop_point({.rule = StopRule::verification, .target_rate = 0.05}, c, order);
  EXPECT_TRUE(s.reached);
  EXPECT_EQ(s.n_dig, 20 + 59);
}

TEST(DigList, IntervalsAreClopperAndPearsons) {
  // By definition: at the ends the tail of the binomial distribution is half of what is missing to the confidence.
  for (const auto& [k, n] : {std::pair<Index, Index>{0, 10}, {1, 10}, {7, 20}, {20, 20}, {150, 200}})
    for (const double confidence : {0.9, 0.95, 0.99}) {
      const Interval i = clopper_pearson(k, n, confidence);
      const double tail = 0.5 * (1.0 - confidence);
      EXPECT_NEAR(k == 0 ? tail + i.low : 1.0 - binomial(k - 1, n, i.low), tail, 1e-10);
      EXPECT_NEAR(k == n ? tail + 1.0 - i.high : binomial(k, n, i.high), tail, 1e-10);
    }
  EXPECT_EQ(clopper_pearson(3, 0, 0.95).high, 1.0);
  EXPECT_EQ(clopper_pearson(5, 4, 0.95).low, 0.0);
}

TEST(DigList, ScoreCurveAndClutterRejected) {
  // Order: T C T C C; cannot-analyse clutter first.
  const std::vector<Candidate> c{{.score = 9, .dug = true, .is_target = true},
                                 {.score = 8, .dug = true},
                                 {.score = 7, .dug = true, .is_target = true},
                                 {.score = 6, .dug = true},
                                 {.score = 5, .dug = true},
                                 {.score = 1, .can_analyse = false, .dug = true}};
  std::vector<CurvePoint> curve(7);
  const DigScore s = score_list(c, ranked(c), 0.95, curve);
  EXPECT_EQ(s.n_targets, 2);
  EXPECT_EQ(s.n_clutter, 4);
  EXPECT_EQ(s.digs_for_all, 4);
  EXPECT_EQ(s.clutter_left, 2);
  EXPECT_EQ(s.clutter_rejected, 0.5);
  EXPECT_TRUE(s.all_truth);
  EXPECT_EQ(s.rejected_interval.low, clopper_pearson(2, 4, 0.95).low);
  EXPECT_EQ(curve[1].clutter_dug, 1);
  EXPECT_EQ(curve[4].targets_found, 2);
  EXPECT_EQ(curve[6].clutter_dug, 4);
  const std::vector<Candidate> clean{{.dug = true}, {.dug = true}, {.dug = false}};
  const DigScore none = score_list(clean, ranked(clean), 0.95, {});
  EXPECT_EQ(none.digs_for_all, 0);
  EXPECT_EQ(none.clutter_rejected, 1.0);
  EXPECT_FALSE(none.all_truth);
  EXPECT_TRUE(std::isnan(score_list({}, {}, 0.95, {}).clutter_rejected));
}

TEST(DigList, RulesKeepTheirPromiseOverManySites) {
  // Scores of targets and clutter one standard deviation wide and 3 apart; probabilities are the true ones. Over 300 sites of
  // 200: targets left under `expected` on average below what was asked for; `verification` leaves a share above its rate in at
  // most 5 % of sites, within 3 sigma.
  constexpr std::uint64_t seed = 41;
  std::printf("seed %llu\n", static_cast<unsigned long long>(seed));
  sim::Random random(seed);
  constexpr int sites = 300;
  double left = 0.0;
  int broken = 0;
  int stopped = 0;
  for (int site = 0; site < sites; ++site) {
    std::vector<Candidate> c;
    for (int i = 0; i < 200; ++i) {
      const bool target = random.uniform() < 0.2;
      const double score = random.normal() + (target ? 3.0 : 0.0);
      const double odds = 0.25 * std::exp(3.0 * score - 4.5);
      c.push_back({.score = score, .probability = odds / (1.0 + odds), .dug = true, .is_target = target});
    }
    const auto order = ranked(c);
    const StopPoint e = stop_point({.rule = StopRule::expected, .expected_left = 0.5}, c, order);
    for (Index k = e.n_dig; k < 200; ++k) left += c[to_size(order[to_size(k)])].is_target ? 1.0 : 0.0;
    EXPECT_LT(e.expected_left, 0.5);
    // As it goes in the field: what lies further down has not been dug yet.
    std::vector<Candidate> so_far = c;
    for (Candidate& one : so_far) one.dug = one.is_target = false;
    StopPoint v;
    for (std::size_t k = 0; k < 200 && !v.reached; ++k) {
      so_far[to_size(order[k])] = c[to_size(order[k])];
      v = stop_point({.rule = StopRule::verification, .target_rate = 0.1}, so_far, order);
    }
    if (v.n_dig == 200) continue;
    ++stopped;
    int missed = 0;
    for (Index k = v.n_dig; k < 200; ++k) missed += c[to_size(order[to_size(k)])].is_target ? 1 : 0;
    broken += missed > 0.1 * static_cast<double>(200 - v.n_dig) ? 1 : 0;
  }
  EXPECT_LE(left / sites, 0.5 + 3.0 * std::sqrt(0.5 / sites));
  EXPECT_GE(left / sites, 0.2);
  EXPECT_GT(stopped, 200);
  EXPECT_LE(broken, 0.05 * stopped + 3.0 * std::sqrt(0.05 * stopped));
}

}  // namespace
}  // namespace surefoot::emi
