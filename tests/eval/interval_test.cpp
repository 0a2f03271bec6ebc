// SPDX-License-Identifier: MIT
#include <surefoot/eval/interval.hpp>

#include "support/golden.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace surefoot::eval {
namespace {

constexpr double printed = 5.01e-5;  // the vectors are printed with four digits

void expect_interval(Interval got, double low, double high, double tolerance = printed) {
  EXPECT_NEAR(got.low, low, tolerance);
  EXPECT_NEAR(got.high, high, tolerance);
}

TEST(Interval, VectorsOfTheProtocol) {
  expect_interval(clopper_pearson(10, 10), 0.6915, 1.0);
  expect_interval(wilson(10, 10), 0.7225, 1.0);
  expect_interval(clopper_pearson(28, 30), 0.7793, 0.9918);
  expect_interval(wilson(28, 30), 0.7868, 0.9815);
  expect_interval(clopper_pearson(30, 30), 0.8843, 1.0);
  expect_interval(clopper_pearson(95, 100), 0.8872, 0.9836);
  expect_interval(wilson(95, 100), 0.8882, 0.9785);
  expect_interval(clopper_pearson(299, 299), 0.9877, 1.0);
  expect_interval(poisson_rate(0, 100.0), 0.0, 0.0369);
  expect_interval(poisson_rate(5, 100.0), 0.0162, 0.1167);
  expect_interval(poisson_rate(20, 100.0), 0.1222, 0.3089);
  EXPECT_EQ(zero_miss_sample_size(0.90), 29);
  EXPECT_EQ(zero_miss_sample_size(0.95), 59);
  EXPECT_EQ(zero_miss_sample_size(0.99), 299);
  EXPECT_EQ(zero_miss_sample_size(0.996), 748);
}

TEST(Interval, AgreesWithSciPy) {
  std::size_t n = 0;
  for (const auto& row : test::read_golden_csv("scoring_intervals.csv")) {
    const auto a = static_cast<Index>(row[1]);
    const double confidence = row[3];
    if (row[0] == 3.0) {
      EXPECT_NEAR(mcnemar(a, static_cast<Index>(row[2])), row[4], 1e-12 * row[4] + 1e-300);
      continue;
    }
    const Interval got = row[0] == 0.0   ? clopper_pearson(a, static_cast<Index>(row[2]), confidence)
                         : row[0] == 1.0 ? wilson(a, static_cast<Index>(row[2]), confidence)
                                         : poisson_rate(a, row[2], confidence);
    EXPECT_NEAR(got.low, row[4], 1e-9 * row[4] + 1e-15) << row[0] << " " << row[1] << " of " << row[2];
    EXPECT_NEAR(got.high, row[5], 1e-9 * row[5]) << row[0] << " " << row[1] << " of " << row[2];
    ++n;
  }
  EXPECT_GT(n, 250U);
}

TEST(Interval, AnUpperBoundForNothingIsThatOfTheSampleSize) {
  for (const double pd : {0.5, 0.9, 0.95, 0.99, 0.996}) {
    const Index n = zero_miss_sample_size(pd);
    EXPECT_GE(zero_miss_shows(n), pd * (1.0 - 1e-12));
    EXPECT_LT(zero_miss_shows(n - 1), pd);
    EXPECT_NEAR(zero_miss_shows(n), clopper_pearson(n, n, 0.90).low, 1e-12);  // one side of 95 % is two of 90 %
  }
}

TEST(Interval, ASampleSizeThatIsAWholeNumber) { EXPECT_EQ(zero_miss_sample_size(0.5, 0.875), 3); }  // 0.5^3 = 1/8

TEST(Interval, WhatCannotBe) {
  EXPECT_TRUE(std::isnan(clopper_pearson(3, 2).low));
  EXPECT_TRUE(std::isnan(clopper_pearson(-1, 2).high));
  EXPECT_TRUE(std::isnan(wilson(1, 2, 1.0).low));
  EXPECT_TRUE(std::isnan(poisson_rate(-1, 1.0).low));
  EXPECT_TRUE(std::isnan(poisson_rate(1, std::nan("")).high));
  EXPECT_TRUE(std::isnan(mcnemar(-1, 2)));
  EXPECT_EQ(zero_miss_sample_size(1.0), 0);
  EXPECT_EQ(zero_miss_sample_size(0.0), 0);
  EXPECT_EQ(zero_miss_shows(0), 0.0);
}

TEST(Interval, NothingTriedSaysNothing) {
  expect_interval(clopper_pearson(0, 0), 0.0, 1.0, 0.0);
  expect_interval(wilson(0, 0), 0.0, 1.0, 0.0);
  EXPECT_EQ(poisson_rate(0, 0.0).low, 0.0);
  EXPECT_TRUE(std::isinf(poisson_rate(3, 0.0).high));
}

}  // namespace
}  // namespace surefoot::eval
