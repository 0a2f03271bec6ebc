// SPDX-License-Identifier: MIT
#include <surefoot/dsp/window.hpp>

#include "support/columns.hpp"

#include <gtest/gtest.h>

namespace surefoot::dsp {
namespace {

TEST(Window, IsSciPys) {
  auto golden = test::read_golden_columns("windows.csv");
  for (std::size_t i = 0; i < golden.at("n").size(); ++i) {
    const auto n = static_cast<Index>(golden.at("n")[i]);
    const auto k = static_cast<Index>(golden.at("k")[i]);
    for (std::size_t w = 0; w < window_words.size(); ++w)
      EXPECT_NEAR(window_weight(static_cast<Window>(w), k, n, 5.5), golden.at(window_words[w])[i], 1e-15)
          << window_words[w] << " " << k << " of " << n;
  }
}

TEST(Window, IsSymmetricToTheLastBitAndNeverNegative) {
  for (std::size_t w = 0; w < window_words.size(); ++w)
    for (const Index n : {1, 2, 3, 50, 51})
      for (Index k = 0; k < n; ++k) {
        const double weight = window_weight(static_cast<Window>(w), k, n, 8.6);
        EXPECT_EQ(weight, window_weight(static_cast<Window>(w), n - 1 - k, n, 8.6));
        EXPECT_GE(weight, 0.0);
        EXPECT_LE(weight, 1.0);
      }
  EXPECT_EQ(window_weight(Window::hann, 0, 1, 0.0), 1.0);
}

// Abramowitz and Stegun, table 9.8: e^-x I0(x); the last two from the series in 60 digits.
TEST(BesselI0, HasItsTabulatedValues) {
  EXPECT_EQ(bessel_i0(0.0), 1.0);
  EXPECT_NEAR(bessel_i0(1.0), 1.2660658777520083, 1e-15);
  EXPECT_NEAR(bessel_i0(5.0) / 27.239871823604442, 1.0, 1e-14);
  EXPECT_NEAR(bessel_i0(20.0) / 4.3558282559553534e7, 1.0, 1e-14);
  EXPECT_NEAR(bessel_i0(-5.0) / 27.239871823604442, 1.0, 1e-14);
  EXPECT_NEAR(bessel_i0(100.0) / 1.0737517071310738e42, 1.0, 1e-13);
}

}  // namespace
}  // namespace surefoot::dsp
