// SPDX-License-Identifier: MIT
#include <surefoot/detect/pass_merger.hpp>

#include "support/lines.hpp"

#include <gtest/gtest.h>

#include <Eigen/Dense>

#include <cmath>
#include <cstdio>
#include <cstring>
#include <map>
#include <memory>
#include <vector>

namespace surefoot::detect {
namespace {

class Merger {
 public:
  explicit Merger(const PassMergerOptions& o = {}) {
    Arena counting = Arena::counting({});
    const PassMerger counted(o, counting);
    memory_.resize(counting.needed());
    arena_ = std::make_unique<Arena>(memory_);
    merger_ = std::make_unique<PassMerger>(o, *arena_);
  }
  std::vector<Alarm> pull() {
    std::vector<Alarm> out;
    Alarm a;
    while (merger_->pull(a)) out.push_back(a);
    return out;
  }
  /// One record in, the one record out.
  Alarm push(std::int64_t pass, const Alarm& alarm) {
    merger_->push(pass, alarm);
    const auto out = pull();
    EXPECT_EQ(out.size(), 1U);
    return out.empty() ? Alarm{} : out.back();
  }
  PassMerger& it() { return *merger_; }

 private:
  std::vector<std::byte> memory_;
  std::unique_ptr<Arena> arena_;
  std::unique_ptr<PassMerger> merger_;
};

Alarm at(double x, double y, double variance, std::int64_t id = 1, float score = 8.0F) {
  Alarm a;
  a.id = id;
  a.position_m = {x, y, 0.0};
  a.covariance_m2 = {variance, 0.0, variance};
  a.score = score;
  a.hits = 5;
  return a;
}

TEST(PassMerger, JoinsUpToTheGateAndNotBeyond) {
  // d^2 / (v1 + v2) = 9.2103 at d = sqrt(9.2103 * 0.05).
  const double d = std::sqrt(-2.0 * std::log(0.01) * 0.05);
  for (const double share : {0.999, 1.001}) {
    Merger m;
    const Alarm first = m.push(1, at(3.0, 4.0, 0.02));
    const Alarm second = m.push(2, at(3.0 + share * d * 0.6, 4.0 - share * d * 0.8, 0.03));
    EXPECT_EQ(first.id, 1);
    EXPECT_EQ(second.id, share < 1.0 ? 1 : 2) << share;
    EXPECT_EQ(second.passes, share < 1.0 ? 2U : 1U);
    EXPECT_EQ(second.revision, share < 1.0 ? 1 : 0);
  }
}

TEST(PassMerger, CombinesByInverseCovariance) {
  Merger m;
  Alarm a = at(1.00, 2.00, 0.04, 1, 7.0F);
  a.position_m[2] = -0.3;
  a.quality = Quality::saturated;
  a.sensors = Sensors::gpr;
  a.gpr_z = 7.0;
  Alarm b = at(1.10, 2.00, 0.01, 1, 9.0F);
  b.trace_index = 77;
  b.depth_m = 0.12;
  b.quality = Quality::repaired;
  b.sensors = Sensors::emi;
  b.emi_z = 9.0;
  b.active = 1;
  m.push(10, a);
  const Alarm joined = m.push(11, b);
  // Weights 25 and 100.
  EXPECT_NEAR(joined.position_m[0], (25 * 1.0 + 100 * 1.1) / 125, 1e-12);
  EXPECT_NEAR(joined.position_m[1], 2.0, 1e-12);
  EXPECT_NEAR(joined.covariance_m2[0], 1.0 / 125, 1e-15);
  EXPECT_EQ(joined.trace_index, 77) << "of the highest";
  EXPECT_EQ(joined.depth_m, 0.12);
  EXPECT_EQ(joined.score, 9.0F);
  EXPECT_EQ(joined.quality, Quality::saturated | Quality::repaired);
  EXPECT_EQ(joined.sensors, Sensors::gpr | Sensors::emi);
  EXPECT_EQ(joined.gpr_z, 7.0);
  EXPECT_EQ(joined.emi_z, 9.0);
  EXPECT_EQ(joined.active, 1U);
  EXPECT_EQ(joined.hits, 10);
}

// Random objects 2 m apart, random full covariances, errors drawn from them; what Eigen makes of each object's alarms.
TEST(PassMerger, AgreesWithMatricesOverRandomPasses) {
  test::Random random(20261126);
  Merger m({.gate = 40.0, .objects = 32});
  struct Sum {
    Eigen::Matrix2d information = Eigen::Matrix2d::Zero();
    Eigen::Vector2d weighted = Eigen::Vector2d::Zero();
  };
  std::map<int, Sum> truth;
  std::map<int, std::int64_t> id_of;
  for (int pass = 0; pass < 6; ++pass) {
    for (int object = 0; object < 9; ++object) {
      Eigen::Matrix2d half;
      half << 0.05 + 0.1 * random.uniform(), 0.0, 0.1 * random.normal(), 0.05 + 0.1 * random.uniform();
      const Eigen::Matrix2d p = half * half.transpose();
      const Eigen::Vector2d centre(5.0 * (object % 3), 5.0 * (object / 3));
      const Eigen::Vector2d place = centre + half * Eigen::Vector2d(random.normal(), random.normal());
      Alarm a = at(place.x(), place.y(), 1.0, object + 1);
      a.covariance_m2 = {p(0, 0), p(0, 1), p(1, 1)};
      const Alarm joined = m.push(pass, a);
      Sum& sum = truth[object];
      sum.information += p.inverse();
      sum.weighted += p.inverse() * place;
      const Eigen::Matrix2d q = sum.information.inverse();
      const Eigen::Vector2d want = q * sum.weighted;
      if (pass == 0) id_of[object] = joined.id;
      ASSERT_EQ(joined.id, id_of[object]) << "seed 20261126, pass " << pass << ", object " << object;
      EXPECT_EQ(joined.passes, static_cast<std::uint32_t>(pass) + 1);
      EXPECT_EQ(joined.revision, pass);
      EXPECT_NEAR(joined.position_m[0], want.x(), 1e-9);
      EXPECT_NEAR(joined.position_m[1], want.y(), 1e-9);
      EXPECT_NEAR(joined.covariance_m2[0], q(0, 0), 1e-12);
      EXPECT_NEAR(joined.covariance_m2[1], q(0, 1), 1e-12);
      EXPECT_NEAR(joined.covariance_m2[2], q(1, 1), 1e-12);
    }
  }
}

// Of two alarms of one object 1 % lie outside the gate of 9.21: that of chi-squared with two degrees of freedom.
TEST(PassMerger, TheGateTearsOnePercentApart) {
  constexpr std::uint64_t seed = 7;
  constexpr int trials = 20000;
  test::Random random(seed);
  int torn = 0;
  Merger m;
  for (int i = 0; i < trials; ++i) {
    m.it().reset();
    const double v1 = 0.01 + 0.1 * random.uniform();
    const double v2 = 0.01 + 0.1 * random.uniform();
    m.push(1, at(std::sqrt(v1) * random.normal(), std::sqrt(v1) * random.normal(), v1));
    torn += m.push(2, at(std::sqrt(v2) * random.normal(), std::sqrt(v2) * random.normal(), v2)).id == 2 ? 1 : 0;
  }
  const double sigma = std::sqrt(trials * 0.01 * 0.99);
  std::printf("seed %d: %d of %d torn apart, %.0f +- %.1f expected\n", static_cast<int>(seed), torn, trials,
              trials * 0.01, sigma);
  EXPECT_NEAR(torn, trials * 0.01, 3.0 * sigma);
}

TEST(PassMerger, AlarmsOfOnePassAreDifferentObjects) {
  Merger m;
  EXPECT_EQ(m.push(1, at(0.0, 0.0, 0.1, 1)).id, 1);
  EXPECT_EQ(m.push(1, at(0.3, 0.0, 0.1, 2)).id, 2);
  EXPECT_EQ(m.push(2, at(0.2, 0.0, 0.1, 1)).id, 2) << "the nearer one";
  EXPECT_EQ(m.push(3, at(0.1, 0.0, 0.1, 1)).id, 1) << "now nearer to the first";
}

TEST(PassMerger, OfEquallyNearObjectsTheFirst) {
  Merger m;
  m.push(1, at(0.0, 0.0, 0.1, 1));
  m.push(1, at(1.0, 0.0, 0.1, 2));
  EXPECT_EQ(m.push(2, at(0.5, 0.0, 0.1)).id, 1);
}

TEST(PassMerger, AnUpdateReplacesWhatItsPassSaid) {
  Merger m;
  m.push(1, at(0.0, 0.0, 0.01));
  m.push(2, at(0.1, 0.0, 0.01));
  Alarm later = at(0.2, 0.0, 0.01, 1, 20.0F);
  later.revision = 1;
  later.active = 1;
  const Alarm joined = m.push(2, later);
  EXPECT_EQ(joined.id, 1);
  EXPECT_EQ(joined.revision, 2);
  EXPECT_EQ(joined.passes, 2U);
  EXPECT_NEAR(joined.position_m[0], 0.1, 1e-12);
  EXPECT_EQ(joined.score, 20.0F);
  EXPECT_EQ(joined.active, 1U);
  later.active = 0;
  EXPECT_EQ(m.push(2, later).active, 0U);
  // It stays with its object, even where it now lies far off.
  EXPECT_EQ(m.push(2, at(9.0, 0.0, 0.01)).id, 1);
}

TEST(PassMerger, WhatIsNotPlacedStandsAlone) {
  Alarm a = at(unknown, unknown, unknown);
  a.distance_m = 3.0;
  Merger alone;
  EXPECT_EQ(alone.push(1, a).id, 1);
  EXPECT_EQ(alone.push(2, a).id, 2) << "3 m along another line";
  Merger along({.position_error_m = 0.1, .along_line = true});
  EXPECT_EQ(along.push(1, a).id, 1);
  a.distance_m = 3.2;
  const Alarm joined = along.push(2, a);
  EXPECT_EQ(joined.id, 1);
  EXPECT_NEAR(joined.distance_m, 3.1, 1e-12);
  EXPECT_NEAR(joined.covariance_m2[0], 0.005, 1e-12);
  EXPECT_TRUE(std::isnan(joined.position_m[0]));
  a.distance_m = 3.6;
  EXPECT_EQ(along.push(3, a).id, 2) << "0.5 m: d^2 = 0.25 / 0.015 = 17";
}

TEST(PassMerger, ManyPassesAreFoldedIntoTheSum) {
  Merger m;
  Alarm last;
  double sum = 0.0;
  for (int pass = 0; pass < 30; ++pass) {
    const double x = 0.01 * (pass % 7);
    sum += x;
    last = m.push(pass, at(x, 0.0, 0.04, 1, pass == 3 ? 30.0F : 8.0F));
  }
  EXPECT_EQ(last.id, 1);
  EXPECT_EQ(last.passes, 30U);
  EXPECT_EQ(last.hits, 150);
  EXPECT_EQ(last.score, 30.0F) << "the highest is kept though its pass is folded away";
  EXPECT_NEAR(last.position_m[0], sum / 30, 1e-9);
  EXPECT_NEAR(last.covariance_m2[0], 0.04 / 30, 1e-12);
}

TEST(PassMerger, CountsWhatHasNoRoom) {
  Merger m({.objects = 2, .capacity = 2});
  for (int i = 0; i < 4; ++i) m.it().push(1, at(10.0 * i, 0.0, 0.01, i + 1));
  EXPECT_EQ(m.it().overflow(), 2);
  EXPECT_EQ(m.it().forgotten(), 2);
  EXPECT_EQ(m.pull().size(), 2U);
  EXPECT_EQ(m.push(2, at(30.0, 0.0, 0.01)).id, 4) << "the last two are remembered";
  EXPECT_EQ(m.push(2, at(0.0, 0.0, 0.01, 2)).id, 5) << "the first is not";
}

TEST(PassMerger, ResetAndStateRepeatExactly) {
  const auto drive = [](Merger& m, int from, int to) {
    std::vector<Alarm> out;
    test::Random random(5);
    for (int i = 0; i < to; ++i) {
      const Alarm a = at(6.0 * random.uniform(), 0.3 * random.normal(), 0.01 + 0.05 * random.uniform(), i / 3 + 1,
                         static_cast<float>(8.0 + random.normal()));
      if (i < from) continue;
      m.it().push(i % 3, a);
      for (const Alarm& x : m.pull()) out.push_back(x);
    }
    return out;
  };
  Merger one({.objects = 8});
  const auto all = drive(one, 0, 300);
  one.it().reset();
  auto again = drive(one, 0, 300);
  ASSERT_EQ(again.size(), all.size());
  for (std::size_t i = 0; i < all.size(); ++i) ASSERT_EQ(std::memcmp(&again[i], &all[i], sizeof(Alarm)), 0) << i;

  Merger first({.objects = 8});
  auto head = drive(first, 0, 111);
  StateArchive measure;
  first.it().state(measure);
  std::vector<std::byte> bytes(measure.size());
  StateArchive save = StateArchive::saving(bytes);
  first.it().state(save);
  Merger second({.objects = 8});
  StateArchive load = StateArchive::loading(bytes);
  second.it().state(load);
  ASSERT_TRUE(load.ok());
  for (const Alarm& x : drive(second, 111, 300)) head.push_back(x);
  ASSERT_EQ(head.size(), all.size());
  for (std::size_t i = 0; i < all.size(); ++i) ASSERT_EQ(std::memcmp(&head[i], &all[i], sizeof(Alarm)), 0) << i;
}

TEST(PassMerger, RefusesImpossibleOptions) {
  EXPECT_TRUE(validate(PassMergerOptions{.gate = 0.0}));
  EXPECT_TRUE(validate(PassMergerOptions{.position_error_m = -1.0}));
  EXPECT_FALSE(validate(PassMergerOptions{}));
}

}  // namespace
}  // namespace surefoot::detect
