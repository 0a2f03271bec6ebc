// SPDX-License-Identifier: MIT
#include <surefoot/dsp/cholesky.hpp>
#include <surefoot/dsp/shrinkage.hpp>
#include <surefoot/dsp/thresholds.hpp>

#include <surefoot/sim/random.hpp>

#include "support/columns.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace surefoot::dsp {
namespace {

struct Draw {
  std::vector<double> s;  // divided by n
  double fourth = 0.0;
};
Draw draw_of(const std::vector<double>& x, Index p, Index n) {
  Draw d{std::vector<double>(to_size(p * p)), 0.0};
  std::vector<double> mean(to_size(p));
  for (Index i = 0; i < n * p; ++i) mean[to_size(i % p)] += x[to_size(i)] / static_cast<double>(n);
  for (Index i = 0; i < n; ++i) {
    double square = 0.0;
    for (Index a = 0; a < p; ++a) {
      const double u = x[to_size(i * p + a)] - mean[to_size(a)];
      square += u * u;
      for (Index b = 0; b <= a; ++b)
        d.s[to_size(a * p + b)] += u * (x[to_size(i * p + b)] - mean[to_size(b)]) / static_cast<double>(n);
    }
    d.fourth += square * square;
  }
  return d;
}

// tests/golden/shrinkage.py: NumPy, and scikit-learn where it was at hand.
TEST(Shrinkage, SharesAreThoseOfNumPy) {
  const test::GoldenArray input = test::read_golden_npy("shrinkage_input.npy");
  auto golden = test::read_golden_columns("shrinkage.csv");
  ASSERT_EQ(golden.at("p").size(), 8U);
  for (std::size_t k = 0; k < 8; ++k) {
    const auto p = static_cast<Index>(golden.at("p")[k]);
    const auto n = static_cast<Index>(golden.at("n")[k]);
    std::vector<double> x;
    for (const Sample v : input.row(k)) x.push_back(static_cast<double>(v));
    const Draw d = draw_of(x, p, n);
    EXPECT_NEAR(oas_share(d.s, p, n), golden.at("oas")[k], 1e-12) << p << " " << n;
    EXPECT_NEAR(ledoit_wolf_share(d.s, p, n, d.fourth), golden.at("ledoit_wolf")[k], 1e-12) << p << " " << n;
    // Both are shares: a common factor changes nothing.
    Draw scaled = d;
    for (double& v : scaled.s) v *= 1e-6;
    EXPECT_NEAR(oas_share(scaled.s, p, n), golden.at("oas")[k], 1e-12);
    EXPECT_NEAR(ledoit_wolf_share(scaled.s, p, n, d.fourth * 1e-12), golden.at("ledoit_wolf")[k], 1e-12);
  }
}

TEST(Shrinkage, MixesWithTheIdentity) {
  std::vector<double> s{3.0, -1.0, 1.0, 5.0};  // the upper triangle is not looked at
  shrink(s, 2, 0.25);
  EXPECT_DOUBLE_EQ(s[0], 0.75 * 3.0 + 0.25 * 4.0);
  EXPECT_DOUBLE_EQ(s[2], 0.75);
  EXPECT_DOUBLE_EQ(s[3], 0.75 * 5.0 + 0.25 * 4.0);
  EXPECT_EQ(s[1], -1.0);
  const std::vector<double> zero(4);
  EXPECT_EQ(oas_share(zero, 2, 10), 1.0);
  EXPECT_EQ(ledoit_wolf_share(zero, 2, 10, 0.0), 0.0);
}

// detection.md 2.4: p = 8, n = 60. Unshrunk cells alarm as asked, the chi-square threshold 4.5 times as often, and 10 % of shrinkage
// lowers the rate to about 0.0073.
TEST(Shrinkage, RxThresholdHolds) {
  constexpr Index p = 8;
  constexpr Index n = 60;
  constexpr int trials = 20000;
  constexpr std::uint64_t seed = 20261126;
  EXPECT_NEAR(rx_threshold(p, n, 1e-2), 26.526, 5e-4);
  EXPECT_NEAR(rx_false_alarm(p, n, rx_threshold(p, n, 1e-5)), 1e-5, 1e-16);
  // Hotelling's statistic is that of an adaptive filter whose target fills all channels.
  EXPECT_NEAR(adaptive_threshold(AdaptiveTest::amf, {Field::real, p, n - 1, p}, 1e-3) * (n - 1.0) * (n + 1.0) / n,
              rx_threshold(p, n, 1e-3), 1e-9);
  for (const double bad : {0.0, 1.0, std::nan("")}) EXPECT_TRUE(std::isnan(rx_threshold(p, n, bad)));
  EXPECT_TRUE(std::isnan(rx_threshold(8, 8, 1e-2)));
  EXPECT_TRUE(std::isnan(rx_false_alarm(0, 8, 1.0)));
  EXPECT_EQ(rx_false_alarm(p, n, -1.0), 1.0);

  sim::Random random(seed);
  const double exact = rx_threshold(p, n, 1e-2);
  long plain = 0;
  long shrunk = 0;
  long chi = 0;
  std::vector<double> x(to_size(n * p));
  std::vector<double> s(to_size(p * p));
  std::vector<double> d(to_size(p));
  for (int trial = 0; trial < trials; ++trial) {
    for (double& v : x) v = random.normal();
    const Draw draw = draw_of(x, p, n);
    for (std::size_t k = 0; k < d.size(); ++k) {
      double mean = 0.0;
      for (std::size_t i = 0; i < to_size(n); ++i) mean += x[i * d.size() + k] / static_cast<double>(n);
      d[k] = random.normal() - mean;
    }
    const auto distance = [&](double share) {
      for (std::size_t k = 0; k < s.size(); ++k) s[k] = draw.s[k] * static_cast<double>(n) / static_cast<double>(n - 1);
      shrink(s, p, share);
      EXPECT_TRUE(cholesky<double>(s, p));
      std::vector<double> y = d;
      solve_lower<double>(s, p, y);
      double sum = 0.0;
      for (const double v : y) sum += v * v;
      return sum;
    };
    const double d2 = distance(0.0);
    plain += d2 > exact ? 1 : 0;
    chi += d2 > 20.090 ? 1 : 0;
    shrunk += distance(0.1) > exact ? 1 : 0;
  }
  const auto rate = [&](long count) { return static_cast<double>(count) / trials; };
  const auto sigma = [&](double q) { return std::sqrt(q * (1.0 - q) / trials); };
  std::printf("seed %llu: exact %.4f, chi-square %.4f, shrunk by a tenth %.4f\n", static_cast<unsigned long long>(seed),
              rate(plain), rate(chi), rate(shrunk));
  EXPECT_NEAR(rate(plain), 1e-2, 3.0 * sigma(1e-2));
  EXPECT_NEAR(rate(chi), rx_false_alarm(p, n, 20.090), 3.0 * sigma(rx_false_alarm(p, n, 20.090)));
  EXPECT_NEAR(rx_false_alarm(p, n, 20.090), 0.045, 1e-3);
  EXPECT_NEAR(rate(shrunk), 0.0073, 3.0 * sigma(0.0073) * std::sqrt(2.0));  // both are measured
}

}  // namespace
}  // namespace surefoot::dsp
