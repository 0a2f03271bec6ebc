// SPDX-License-Identifier: MIT
#include <surefoot/detect/logistic.hpp>

#include "support/lines.hpp"
#include "support/stage_run.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

namespace surefoot::detect {
namespace {

const StreamSpec spec{{AxisKind::channel, 0.0, 1.0}, 4, 0.02, 0.01, 0};

TEST(LogisticStage, TellsTheProbabilityAndPassesTheFeaturesOn) {
  const LogisticOptions o{.weights = {0.5, -1.0, 2.0, 0.25}, .bias = -0.3, .slope = 1.5, .offset = 0.1};
  ASSERT_FALSE(validate(o, spec));
  test::Single<Logistic> stage(o, spec);
  test::Random random(1);
  for (int i = 0; i < 50; ++i) {
    std::vector<Sample> x(4);
    for (Sample& v : x) v = static_cast<Sample>(3.0 * random.normal());
    TraceTag tag;
    tag.score = 7.0F;
    stage.push(x, tag);
    double f = -0.3;
    const std::vector<double> w{0.5, -1.0, 2.0, 0.25};
    for (std::size_t j = 0; j < 4; ++j) f += w[j] * static_cast<double>(x[j]);
    const double p = 1.0 / (1.0 + std::exp(-(0.1 + 1.5 * f)));
    EXPECT_NEAR(stage.tags.back().evidence.probability, p, 1e-14);
    EXPECT_EQ(stage.tags.back().score, 7.0F);
    EXPECT_EQ(stage.traces.back(), x);
  }
}

TEST(LogisticStage, CanPutTheLogOddsInPlaceOfTheScore) {
  test::Single<Logistic> stage(LogisticOptions{.weights = {1, 0, 0, 0}, .score = LogisticScore::log_odds}, spec);
  stage.push(std::vector<Sample>{-2.5F, 1, 1, 1});
  EXPECT_EQ(stage.tags.back().score, -2.5F);
  stage.push(std::vector<Sample>{1e6F, 1, 1, 1});
  EXPECT_EQ(stage.tags.back().score, 700.0F);
  EXPECT_EQ(stage.tags.back().evidence.probability, 1.0);
}

TEST(LogisticStage, SaysNothingWithoutAModelOrBelowTheLeastScore) {
  test::Single<Logistic> none(LogisticOptions{}, spec);
  none.push(std::vector<Sample>{1, 2, 3, 4});
  EXPECT_TRUE(std::isnan(none.tags.back().evidence.probability));
  test::Single<Logistic> stage(LogisticOptions{.weights = {1, 1, 1, 1}, .least_score = 4.0}, spec);
  TraceTag tag;
  tag.score = 3.9F;
  stage.push(std::vector<Sample>{1, 2, 3, 4}, tag);
  EXPECT_TRUE(std::isnan(stage.tags.back().evidence.probability));
  tag.score = 4.0F;
  stage.push(std::vector<Sample>{0, 0, 0, 0}, tag);
  EXPECT_EQ(stage.tags.back().evidence.probability, 0.5);
  stage.push(std::vector<Sample>{std::numeric_limits<float>::quiet_NaN(), 0, 0, 0}, tag);
  EXPECT_TRUE(has(stage.tags.back().quality, Quality::non_finite));
  EXPECT_TRUE(std::isnan(stage.tags.back().evidence.probability));
}

TEST(LogisticStage, NeedsOneWeightAFeature) {
  const auto wrong = [](const LogisticOptions& o) {
    const Problem p = validate(o, spec);
    return std::string(p ? p.field : "");
  };
  EXPECT_EQ(wrong({.weights = {1, 2, 3}}), "weights");
  EXPECT_EQ(wrong({.weights = {1, 2, 3, 4, 5}}), "weights");
  EXPECT_EQ(wrong({.weights = {1, 2, 3, std::numeric_limits<double>::quiet_NaN()}}), "weights");
  EXPECT_EQ(wrong({.bias = std::numeric_limits<double>::infinity()}), "bias");
  const Problem p = validate(LogisticOptions{.weights = {1, 2, 3}}, spec);
  EXPECT_EQ(p.allowed.low, 4.0);
  EXPECT_EQ(p.value, 3.0);
}

}  // namespace
}  // namespace surefoot::detect
