// SPDX-License-Identifier: MIT
#include <surefoot/dsp/distributions.hpp>

#include "support/columns.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace surefoot::dsp {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

TEST(Distributions, TailsAreThoseOfFortyDigits) {
  auto golden = test::read_golden_columns("distribution_tails.csv");
  ASSERT_GT(golden.at("kind").size(), 300U);
  for (std::size_t i = 0; i < golden.at("kind").size(); ++i) {
    const double a = golden.at("a")[i];
    const double b = golden.at("b")[i];
    const double x = golden.at("x")[i];
    const Tails t = golden.at("kind")[i] == 0.0 ? gamma_tails(a, x) : beta_tails(a, b, x, 1.0 - x);
    const auto near = [&](double got, double expected) {
      EXPECT_NEAR(got / expected, 1.0, 1e-13 + 5e-15 * std::abs(std::log(expected))) << a << " " << b << " " << x;
    };
    near(t.lower, golden.at("lower")[i]);
    near(t.upper, golden.at("upper")[i]);
  }
}

TEST(Distributions, QuantilesAreThoseOfFortyDigits) {
  auto golden = test::read_golden_columns("distribution_quantiles.csv");
  ASSERT_GT(golden.at("kind").size(), 100U);
  for (std::size_t i = 0; i < golden.at("kind").size(); ++i) {
    const int kind = static_cast<int>(golden.at("kind")[i]);
    const double a = golden.at("a")[i];
    const double b = golden.at("b")[i];
    const double p = golden.at("tail")[i];
    const double x = kind == 0   ? chi_square_quantile(a, p)
                     : kind == 1 ? f_quantile(a, b, p)
                     : kind == 2 ? student_quantile(a, p)
                     : kind == 3 ? beta_quantile(a, b, p)
                                 : normal_quantile(p);
    // 1 - p has been rounded where p is near 1, which is as much as the quantile can know.
    EXPECT_NEAR(x / golden.at("x")[i], 1.0, p > 0.5 ? 1e-12 : 1e-13) << kind << " " << a << " " << b << " " << p;
  }
}

TEST(Distributions, ClosedForms) {
  for (const double x : {0.01, 0.5, 3.0, 50.0, 600.0}) {
    EXPECT_NEAR(chi_square_tail(2.0, x) / std::exp(-0.5 * x), 1.0, 1e-13);
    EXPECT_NEAR(f_tail(2.0, 10.0, x) / std::pow(1.0 + x / 5.0, -5.0), 1.0, 1e-13);
    EXPECT_NEAR(student_tail(1.0, x) / (std::atan2(1.0, x) / std::acos(-1.0)), 1.0, 1e-13);
    EXPECT_NEAR(student_tail(2.0, -x), 1.0 - student_tail(2.0, x), 1e-15);
    if (x < 30.0) {
      EXPECT_NEAR(normal_tail(x) / (0.5 * std::erfc(x / std::sqrt(2.0))), 1.0, 1e-13);
    }
  }
  for (const double p : {1e-300, 1e-9, 0.1, 0.5, 0.9}) {
    EXPECT_NEAR(chi_square_quantile(2.0, p) / (-2.0 * std::log(p)), 1.0, 1e-13) << p;
    EXPECT_NEAR(beta_quantile(1.0, 3.0, p), 1.0 - std::cbrt(p), 1e-14) << p;
    // Symmetry: the lower tail of F is the upper one of its reciprocal.
    EXPECT_NEAR(f_quantile(3.0, 7.0, 1.0 - p) * f_quantile(7.0, 3.0, p), 1.0, p < 1e-8 ? infinity : 1e-11) << p;
  }
  EXPECT_EQ(student_quantile(4.0, 0.5), 0.0);
  EXPECT_EQ(normal_quantile(0.5), 0.0);
  EXPECT_NEAR(normal_quantile(0.9), -normal_quantile(1.0 - 0.9), 1e-15);
}

TEST(Distributions, LowerAndUpperInversesMeet) {
  for (const double a : {0.1, 1.0, 7.5, 300.0})
    for (const double p : {1e-12, 1e-3, 0.4}) {
      EXPECT_NEAR(gamma_tails(a, inverse_gamma_lower(a, p)).lower / p, 1.0, 1e-12);
      EXPECT_NEAR(gamma_tails(a, inverse_gamma_upper(a, p)).upper / p, 1.0, 1e-12);
      const double low = inverse_beta_odds_lower(a, 2.5, p);
      const double high = inverse_beta_odds_upper(a, 2.5, p);
      EXPECT_NEAR(beta_tails(a, 2.5, low / (1.0 + low), 1.0 / (1.0 + low)).lower / p, 1.0, 1e-12);
      EXPECT_NEAR(beta_tails(a, 2.5, high / (1.0 + high), 1.0 / (1.0 + high)).upper / p, 1.0, 1e-12);
    }
}

TEST(Distributions, EndsAndNonsense) {
  EXPECT_EQ(chi_square_quantile(3.0, 1.0), 0.0);
  EXPECT_EQ(chi_square_quantile(3.0, 0.0), infinity);
  EXPECT_EQ(f_quantile(3.0, 4.0, 0.0), infinity);
  EXPECT_EQ(beta_quantile(3.0, 4.0, 0.0), 1.0);
  EXPECT_EQ(beta_quantile(3.0, 4.0, 1.0), 0.0);
  EXPECT_EQ(chi_square_tail(3.0, -1.0), 1.0);
  EXPECT_EQ(chi_square_tail(3.0, infinity), 0.0);
  EXPECT_EQ(f_tail(3.0, 4.0, infinity), 0.0);
  const double nan = std::nan("");
  for (const double bad :
       {chi_square_tail(0.0, 1.0), chi_square_tail(1.0, nan), chi_square_quantile(1.0, 1.5),
        chi_square_quantile(-1.0, 0.5), f_tail(1.0, 0.0, 1.0), f_tail(1.0, 1.0, nan), f_quantile(1.0, 1.0, -0.1),
        f_quantile(1.0, nan, 0.1), student_tail(nan, 1.0), student_quantile(1.0, nan), beta_tail(1.0, 1.0, nan),
        beta_quantile(0.0, 1.0, 0.5), normal_tail(nan), normal_quantile(2.0)})
    EXPECT_TRUE(std::isnan(bad));
}

}  // namespace
}  // namespace surefoot::dsp
