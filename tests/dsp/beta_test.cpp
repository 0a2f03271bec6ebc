// SPDX-License-Identifier: MIT
#include <surefoot/dsp/beta.hpp>

#include "support/columns.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace surefoot::dsp {
namespace {

TEST(Beta, IsSciPys) {
  auto golden = test::read_golden_columns("beta.csv");
  for (std::size_t i = 0; i < golden.at("a").size(); ++i) {
    const double a = golden.at("a")[i];
    EXPECT_NEAR(incomplete_beta(a, golden.at("b")[i], golden.at("x")[i]), golden.at("incomplete_beta")[i],
                1e-14 + 5e-15 * (a + golden.at("b")[i]))
        << a << " " << golden.at("b")[i] << " " << golden.at("x")[i];
    EXPECT_NEAR(log_gamma(a), golden.at("log_gamma_a")[i], 1e-14 * std::max(1.0, golden.at("log_gamma_a")[i]));
  }
}

TEST(Beta, HasItsClosedForms) {
  EXPECT_NEAR(incomplete_beta(1.0, 1.0, 0.3), 0.3, 1e-14);
  EXPECT_NEAR(incomplete_beta(3.0, 1.0, 0.5), 0.125, 1e-14);
  EXPECT_EQ(incomplete_beta(2.0, 3.0, 0.0), 0.0);
  EXPECT_EQ(incomplete_beta(2.0, 3.0, 1.5), 1.0);
  EXPECT_TRUE(std::isnan(incomplete_beta(0.0, 1.0, 0.5)));
  EXPECT_TRUE(std::isnan(incomplete_beta(1.0, 1.0, std::nan(""))));
  EXPECT_NEAR(log_gamma(5.0), std::log(24.0), 1e-14);
  EXPECT_NEAR(log_gamma(0.5), 0.5 * std::log(3.141592653589793), 1e-14);
  EXPECT_TRUE(std::isnan(log_gamma(0.0)));
}

}  // namespace
}  // namespace surefoot::dsp
