// SPDX-License-Identifier: MIT
#include <surefoot/dsp/logistic.hpp>

#include "support/golden.hpp"
#include "support/lines.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

namespace surefoot::dsp {
namespace {

// A fit with memory of its own.
struct Fitted {
  std::vector<double> weights;
  LogisticResult result;
};
Fitted fit(Index n_features, const std::vector<double>& x, const std::vector<double>& targets, double l2) {
  Arena counting = Arena::counting({});
  (void)LogisticFit(n_features, counting);
  std::vector<std::byte> memory(counting.needed());
  Arena arena(memory);
  LogisticFit fitter(n_features, arena);
  EXPECT_TRUE(arena.ok());
  Fitted out{std::vector<double>(to_size(n_features + 1)), {}};
  out.result = fitter.fit(x, targets, l2, out.weights);
  return out;
}

TEST(Logistic, AgreesWithLongDouble) {
  for (double x = -745.0; x <= 745.0; x += 0.37) {
    const long double exact = 1.0L / (1.0L + std::exp(-static_cast<long double>(x)));
    EXPECT_NEAR(logistic(x), static_cast<double>(exact), 4e-16 * static_cast<double>(exact) + 5e-324) << x;
    const long double soft =
        static_cast<long double>(x > 0 ? x : 0.0) + std::log1p(std::exp(-std::fabs(static_cast<long double>(x))));
    EXPECT_NEAR(softplus(x), static_cast<double>(soft), 8e-16 * static_cast<double>(soft) + 5e-324) << x;
  }
  EXPECT_EQ(logistic(std::numeric_limits<double>::infinity()), 1.0);
  EXPECT_EQ(logistic(-std::numeric_limits<double>::infinity()), 0.0);
  EXPECT_TRUE(std::isnan(logistic(std::numeric_limits<double>::quiet_NaN())));
  EXPECT_EQ(log_odds(0.5), 0.0);
  EXPECT_NEAR(log_odds(0.9), std::log(9.0), 1e-15);
  EXPECT_EQ(log_odds(0.0), -std::numeric_limits<double>::infinity());
  EXPECT_EQ(log_odds(1.0), std::numeric_limits<double>::infinity());
}

TEST(Logistic, PlattsTargets) {
  const PlattTargets t = platt_targets(3, 8);
  EXPECT_EQ(t.positive, 4.0 / 5.0);
  EXPECT_EQ(t.negative, 1.0 / 10.0);
}

// With one binary feature and no penalty the answer is in closed form: the log odds of each group.
TEST(LogisticFit, ABinaryFeatureGivesTheLogOddsOfEachGroup) {
  std::vector<double> x;
  std::vector<double> t;
  const auto add = [&](double feature, int positive, int negative) {
    for (int i = 0; i < positive + negative; ++i) {
      x.push_back(feature);
      t.push_back(i < positive ? 1.0 : 0.0);
    }
  };
  add(0.0, 3, 17);
  add(1.0, 30, 6);
  const Fitted f = fit(1, x, t, 0.0);
  EXPECT_TRUE(f.result.converged);
  EXPECT_NEAR(f.weights[1], std::log(3.0 / 17.0), 1e-8);
  EXPECT_NEAR(f.weights[0], std::log(5.0) - std::log(3.0 / 17.0), 1e-8);
}

TEST(LogisticFit, AgreesWithScipy) {
  const auto data = test::read_golden_csv("logistic_data.csv");
  const auto answers = test::read_golden_csv("logistic_fit.csv");
  ASSERT_EQ(data.front().size(), 5U);
  std::vector<double> x;
  std::vector<double> t;
  for (const auto& row : data) {
    x.insert(x.end(), row.begin(), row.begin() + 4);
    t.push_back(row[4]);
  }
  ASSERT_EQ(answers.size(), 3U);
  for (const auto& row : answers) {  // l2, loss, weights, bias
    const Fitted f = fit(4, x, t, row[0]);
    EXPECT_TRUE(f.result.converged);
    EXPECT_NEAR(f.result.loss, row[1], 1e-9 * row[1]);
    for (std::size_t j = 0; j < 5; ++j) EXPECT_NEAR(f.weights[j], row[2 + j], 1e-6) << "l2 " << row[0] << ", " << j;
  }
}

TEST(LogisticFit, SaysWhereThereIsNoAnswer) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_FALSE(fit(1, {0.0, 1.0}, {0.0, 1.0}, 0.0).result.converged) << "separated without a penalty";
  EXPECT_TRUE(fit(1, {0.0, 1.0}, {0.0, 1.0}, 1e-3).result.converged);
  EXPECT_FALSE(fit(1, {1.0, 1.0, 1.0}, {0.0, 1.0, 0.0}, 0.0).result.converged) << "a constant feature";
  EXPECT_FALSE(fit(1, {1.0, nan, 2.0}, {0.0, 1.0, 0.0}, 0.1).result.converged);
  EXPECT_FALSE(fit(1, {}, {}, 0.1).result.converged);
  EXPECT_FALSE(fit(2, {1.0, 2.0, 3.0}, {0.0, 1.0}, 0.1).result.converged) << "shapes that do not fit";
}

// Platt's calibration gives back the odds that made the labels.
TEST(LogisticFit, PlattsCalibrationFindsTheOddsThatMadeTheLabels) {
  test::Random random(20261126);
  const double slope = 1.7;
  const double offset = -0.8;
  const int n = 20000;
  std::vector<double> x;
  std::vector<int> labels;
  Index positive = 0;
  for (int i = 0; i < n; ++i) {
    x.push_back(random.normal());
    labels.push_back(random.uniform() < 1.0 / (1.0 + std::exp(-(offset + slope * x.back()))) ? 1 : 0);
    positive += labels.back();
  }
  const PlattTargets targets = platt_targets(positive, n - positive);
  std::vector<double> t;
  for (const int label : labels) t.push_back(label == 1 ? targets.positive : targets.negative);
  const Fitted f = fit(1, x, t, 0.0);
  ASSERT_TRUE(f.result.converged);
  // Standard errors from the Fisher information at the answer.
  double a = 0.0;
  double b = 0.0;
  double c = 0.0;
  for (const double v : x) {
    const double p = logistic(offset + slope * v);
    a += p * (1.0 - p) * v * v;
    b += p * (1.0 - p) * v;
    c += p * (1.0 - p);
  }
  const double determinant = a * c - b * b;
  EXPECT_NEAR(f.weights[0], slope, 3.0 * std::sqrt(c / determinant)) << "seed 20261126";
  EXPECT_NEAR(f.weights[1], offset, 3.0 * std::sqrt(a / determinant)) << "seed 20261126";
}

}  // namespace
}  // namespace surefoot::dsp
