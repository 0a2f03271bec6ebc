// SPDX-License-Identifier: MIT
#include <surefoot/eval/strata.hpp>

#include "trial.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <map>
#include <utility>

namespace surefoot::eval {
namespace {

using test::alarm_at;
using test::line_of;
using test::target_at;

constexpr double all = -std::numeric_limits<double>::infinity();

std::map<std::pair<std::string, std::string>, std::pair<Index, Index>> table_of(const Matched& m,
                                                                                double threshold = all) {
  std::map<std::pair<std::string, std::string>, std::pair<Index, Index>> out;
  for (const Stratum& s : strata(m, threshold)) out[{s.by, s.name}] = {s.n, s.detected};
  return out;
}

TEST(Strata, Classes) {
  const auto named = [](const char* kind, const char* metal) {
    Target t;
    t.kind = kind;
    t.metal = metal;
    return class_of(t);
  };
  EXPECT_EQ(named("mine-AP", "none"), "AP minimum-metal");
  EXPECT_EQ(named("mine-AP", "minimum"), "AP minimum-metal");
  EXPECT_EQ(named("mine-AP", "low"), "AP metal");
  EXPECT_EQ(named("mine-AP", ""), "AP");
  EXPECT_EQ(named("mine-AT", "low"), "AT plastic");
  EXPECT_EQ(named("mine-AT", "high"), "AT metal");
  EXPECT_EQ(named("ordnance", "high"), "other ordnance");
  EXPECT_EQ(named("", ""), "not said");
  const auto at = [](double depth) {
    Target t;
    t.depth_m = depth;
    return depth_class_of(t);
  };
  EXPECT_EQ(at(0.0), "0-5 cm");
  EXPECT_EQ(at(0.05), "0-5 cm");
  EXPECT_EQ(at(0.051), "5-10 cm");
  EXPECT_EQ(at(0.1), "5-10 cm");
  EXPECT_EQ(at(0.15), "10-15 cm");
  EXPECT_EQ(at(0.2), "15-20 cm");
  EXPECT_EQ(at(0.201), "over 20 cm");
}

TEST(Strata, EachWithItsNumber) {
  Trial trial{{line_of({alarm_at(1.0, 9.0F), alarm_at(2.0, 4.0F), alarm_at(5.0, 6.0F)})},
              {target_at(1.0), target_at(2.0), target_at(3.0, 0.3, "mine-AT"), target_at(4.0, 0.1, "ordnance"),
               target_at(5.0, 0.1, "clutter"), target_at(6.0, 0.1, "clutter"), target_at(20.0)},
              {}};
  for (const std::size_t i : {0U, 1U}) trial.truth[i].metal = "minimum";
  trial.truth[2].depth_m = 0.12;
  trial.truth[4].metal = "high";
  trial.truth[5].metal = "none";
  trial.truth[0].soil = "sand";
  trial.truth[1].soil = "clay";
  const Matched m = match(trial);
  auto table = table_of(m);
  using Counts = std::pair<Index, Index>;
  EXPECT_EQ((table[{"class", "AP minimum-metal"}]), (Counts{2, 2}));  // the one at 20 m was not scanned
  EXPECT_EQ((table[{"class", "AT"}]), (Counts{1, 0}));
  EXPECT_EQ((table[{"class", "other ordnance"}]), (Counts{1, 0}));
  EXPECT_EQ((table[{"depth", "0-5 cm"}]), (Counts{3, 2}));
  EXPECT_EQ((table[{"depth", "10-15 cm"}]), (Counts{1, 0}));
  EXPECT_EQ((table[{"soil", "sand"}]), (Counts{1, 1}));
  EXPECT_EQ((table[{"soil", "not said"}]), (Counts{2, 0}));
  EXPECT_EQ((table[{"clutter", "metal"}]), (Counts{1, 1}));
  EXPECT_EQ((table[{"clutter", "without metal"}]), (Counts{1, 0}));
  EXPECT_EQ(table.count({"surface", "not said"}), 0U);
  EXPECT_EQ((table_of(m, 5.0)[{"class", "AP minimum-metal"}]), (Counts{2, 1}));
  for (const Stratum& s : strata(m, all)) {
    EXPECT_EQ(s.pd_interval.low, clopper_pearson(s.detected, s.n).low);
    EXPECT_EQ(s.pd_wilson.high, wilson(s.detected, s.n).high);
  }
  const auto order = strata(m, all);
  EXPECT_EQ(order[0].name, "AP minimum-metal");
  EXPECT_EQ(order.back().by, "clutter");
}

TEST(Strata, TwoOperatorsOverOneObject) {
  Trial trial{{line_of({alarm_at(1.0)}, 10.0, "a"), line_of({}, 10.0, "b")}, {}, {}};
  for (const auto& [line, user] : {std::pair{"a", "Ann"}, std::pair{"b", "Ben"}}) {
    Target t = target_at(1.0, 0.1, "mine-AP", line);
    t.id = "m";
    t.user = user;
    trial.truth.push_back(t);
  }
  auto table = table_of(match(trial));
  using Counts = std::pair<Index, Index>;
  EXPECT_EQ((table[{"operator", "Ann"}]), (Counts{1, 1}));
  EXPECT_EQ((table[{"operator", "Ben"}]), (Counts{1, 0}));
  EXPECT_EQ((table[{"class", "AP"}]), (Counts{1, 1}));
}

}  // namespace
}  // namespace surefoot::eval
