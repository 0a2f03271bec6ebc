// SPDX-License-Identifier: MIT
#include <surefoot/dsp/depth_normalizer.hpp>

#include "support/vector_width.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <limits>
#include <random>
#include <vector>

namespace surefoot::dsp {
namespace {

// A normaliser with memory of its own.
struct Owned {
  Owned(Index k, Index m, const DepthNormalizerOptions& options)
      : block(65536), arena(block), it(k, m, options, arena) {
    EXPECT_TRUE(arena.ok());
  }
  double one(double log_energy) {
    double z = 0.0;
    it.normalize({&log_energy, 1}, {&z, 1});
    return z;
  }
  std::vector<std::byte> block;
  Arena arena;
  DepthNormalizer it;
};

constexpr DepthNormalizerOptions never_frozen{.alpha = 0.02, .freeze_z = 3.0, .freeze_limit_traces = 0};

TEST(LogEnergy, ManyAtATimeAreTheSameBits) {
  std::mt19937_64 engine(12);
  std::uniform_real_distribution<double> exponent(-1021.0, 1023.9);
  for (const std::size_t n : {1U, 3U, 8U, 64U, 65U, 131U})
    for (const bool irregular : {false, true}) {
      std::vector<double> x(n);
      for (double& v : x) v = std::exp2(exponent(engine));
      if (irregular) {
        x[0] = 0.0;
        x[n / 2] = std::numeric_limits<double>::infinity();
        x[n - 1] = std::numeric_limits<double>::quiet_NaN();
      }
      for (const int width : test::vector_widths()) {
        const test::VectorWidth only(width);
        std::vector<double> out = x;
        log_energies(out, out);
        for (std::size_t i = 0; i < n; ++i) ASSERT_EQ(out[i], log_energy(x[i])) << n << " " << i << " " << width;
      }
    }
}

TEST(LogEnergy, IsTheNaturalLogarithm) {
  std::mt19937_64 engine(11);
  std::uniform_real_distribution<double> exponent(-1021.0, 1023.9);
  double worst = 0.0;
  for (int i = 0; i < 200000; ++i) {
    const double x = i % 2 == 0 ? std::exp2(exponent(engine)) : 0.5 + std::abs(exponent(engine)) / 1000.0;
    worst = std::max(worst, std::abs(log_energy(x) - std::log(x)));
  }
  EXPECT_LT(worst, 1e-9);
  EXPECT_EQ(log_energy(1.0), 0.0);
  constexpr double infinity = std::numeric_limits<double>::infinity();
  for (const double none : {0.0, -0.0, -1.0, 1e-310, -infinity}) EXPECT_EQ(log_energy(none), -infinity);
  EXPECT_EQ(log_energy(infinity), infinity);
  EXPECT_EQ(log_energy(std::numeric_limits<double>::quiet_NaN()), infinity);
  EXPECT_NEAR(log_energy(std::numeric_limits<double>::max()), std::log(std::numeric_limits<double>::max()), 1e-9);
  EXPECT_NEAR(log_energy(std::numeric_limits<double>::min()), std::log(std::numeric_limits<double>::min()), 1e-9);
}

TEST(DepthNormalizer, IsThePlainMeanAndVarianceDuringTheStartUp) {
  Owned n(1, 2000, never_frozen);  // many samples: the floor of the deviation is 0.03
  std::mt19937 engine(1);
  std::normal_distribution<double> normal(5.0, 2.0);
  std::vector<double> past;
  for (int i = 0; i < 50; ++i) {
    const double x = normal(engine);
    const double z = n.one(x);
    if (past.size() > 1) {
      double mean = 0.0;
      for (const double p : past) mean += p / static_cast<double>(past.size());
      double variance = 0.0;
      for (const double p : past) variance += (p - mean) * (p - mean) / static_cast<double>(past.size());
      EXPECT_NEAR(z, (x - mean) / std::sqrt(variance), 1e-9) << i;
    }
    past.push_back(x);
  }
  EXPECT_FALSE(n.it.warming_up());
}

TEST(DepthNormalizer, FollowsTheExponentialRuleAfterTheStartUp) {
  Owned n(1, 2000, {.alpha = 0.25, .freeze_z = 3.0, .freeze_limit_traces = 0});
  std::mt19937 engine(2);
  std::normal_distribution<double> normal(-3.0, 1.0);
  double mean = 0.0;
  double variance = 0.0;
  for (int i = 1; i <= 200; ++i) {
    const double x = normal(engine);
    const double z = n.one(x);
    if (i > 5) {
      EXPECT_NEAR(z, (x - mean) / std::sqrt(variance), 1e-9 * (1.0 + std::abs(z))) << i;
    }
    // E[(x - mean)^2] with weights a (1-a)^j, by the textbook's two moments.
    const double a = i < 4 ? 1.0 / i : 0.25;
    const double second = (1.0 - a) * (variance + mean * mean) + a * x * x;
    mean = (1.0 - a) * mean + a * x;
    variance = second - mean * mean;
  }
}

// ln E of 20 white Gaussian samples: mean ln s^2 + psi(10) - ln(10), variance psi_1(10).
TEST(DepthNormalizer, WhiteGaussianSegmentsHaveUnitScores) {
  constexpr int m = 20;
  constexpr int n_traces = 100000;
  Owned n(1, m, {.alpha = 1e-5, .freeze_z = 1e9, .freeze_limit_traces = 0});
  std::mt19937 engine(3);
  std::normal_distribution<double> normal;
  double sum = 0.0;
  double squares = 0.0;
  double z_squares = 0.0;
  int counted = 0;
  for (int i = 0; i < n_traces; ++i) {
    double energy = 0.0;
    for (int j = 0; j < m; ++j) {
      const double x = normal(engine);
      energy += x * x / m;
    }
    const double value = std::log(energy);
    sum += value;
    squares += value * value;
    const double z = n.one(value);
    if (i >= 1000) {
      z_squares += z * z;
      ++counted;
    }
  }
  const double mean = sum / n_traces;
  // Standard errors: 0.001 of the mean, 0.0005 of the variance.
  EXPECT_NEAR(mean, -0.0508, 0.004);
  EXPECT_NEAR(squares / n_traces - mean * mean, 0.1052, 0.002);
  EXPECT_NEAR(z_squares / counted, 1.0, 0.02);
}

TEST(DepthNormalizer, TheDeviationHasAFloor) {
  Owned n(1, 20, never_frozen);
  for (int i = 0; i < 100; ++i) n.one(1.0);                             // no scatter at all
  EXPECT_NEAR(n.one(2.0), 1.0 / std::sqrt(0.10516633568168575), 1e-9);  // psi_1(10)
}

TEST(DepthNormalizer, FreezesOverATargetAndUpToTheLimit) {
  constexpr Index limit = 30;
  Owned n(1, 20, {.alpha = 0.02, .freeze_z = 3.0, .freeze_limit_traces = limit});
  std::mt19937 engine(4);
  std::normal_distribution<double> normal(0.0, 0.33);
  for (int i = 0; i < 500; ++i) n.one(normal(engine));
  const double first = n.one(10.0);
  EXPECT_GT(first, 20.0);
  EXPECT_TRUE(n.it.frozen(0));
  for (Index i = 1; i < limit; ++i) {
    EXPECT_EQ(n.one(10.0), first);  // nothing is learnt: the target stays as visible as it was
    EXPECT_TRUE(n.it.frozen(0));
  }
  EXPECT_EQ(n.one(10.0), first);  // the trace at the limit is scored the same, and learnt
  EXPECT_FALSE(n.it.frozen(0));
  EXPECT_LT(n.one(10.0), 0.6 * first);
  int i = 0;
  while (n.one(10.0) > 3.0 && i < 1000) ++i;
  EXPECT_LT(i, 50);  // a new soil is not an alarm for ever
  for (int j = 0; j < 500; ++j) n.one(10.0 + normal(engine));
  EXPECT_LT(std::abs(n.one(10.0)), 1.0);
  EXPECT_GT(n.one(20.0), 10.0);
  EXPECT_TRUE(n.it.frozen(0));  // and the freeze is armed again
}

TEST(DepthNormalizer, AFreezeThatBitesEarlyHealsItself) {
  // Scatter three times the floor: at first many traces freeze, but the estimate must reach the truth.
  Owned n(1, 20, {});
  std::mt19937 engine(5);
  std::normal_distribution<double> normal(0.0, 1.0);
  for (int i = 0; i < 3000; ++i) n.one(normal(engine));
  double mean = 0.0;
  double square = 0.0;
  for (int i = 0; i < 20000; ++i) {
    const double z = n.one(normal(engine));
    mean += z / 20000.0;
    square += z * z / 20000.0;
  }
  EXPECT_NEAR(mean, 0.0, 0.05);
  EXPECT_NEAR(square, 1.0, 0.1);
}

TEST(DepthNormalizer, AnEmptySegmentScoresZeroAndTouchesNothing) {
  Owned a(1, 20, {});
  Owned b(1, 20, {});
  std::mt19937 engine(6);
  std::normal_distribution<double> normal;
  for (int i = 0; i < 300; ++i) {
    const double x = normal(engine);
    for (const double empty : {-std::numeric_limits<double>::infinity(), std::numeric_limits<double>::infinity(),
                               std::numeric_limits<double>::quiet_NaN()})
      EXPECT_EQ(a.one(empty), 0.0);
    EXPECT_EQ(a.one(x), b.one(x));
  }
}

TEST(DepthNormalizer, AConstantFactorOnTheEnergiesChangesNothing) {
  Owned a(1, 20, {});
  Owned b(1, 20, {});
  std::mt19937 engine(7);
  std::normal_distribution<double> normal;
  for (int i = 0; i < 1000; ++i) {
    const double x = normal(engine);
    EXPECT_NEAR(a.one(x), b.one(x + std::log(1e12)), 1e-9);
  }
}

TEST(DepthNormalizer, SegmentsAreIndependentAndMayBeNormalisedInPlace) {
  Owned both(2, 20, {});
  Owned left(1, 20, {});
  Owned right(1, 20, {});
  std::mt19937 engine(8);
  std::normal_distribution<double> normal;
  for (int i = 0; i < 300; ++i) {
    std::array<double, 2> x{normal(engine), 5.0 + normal(engine) * (i % 17 == 0 ? 9.0 : 1.0)};
    const std::array<double, 2> expected{left.one(x[0]), right.one(x[1])};
    both.it.normalize(x, x);
    EXPECT_EQ(x, expected);
  }
}

TEST(DepthNormalizer, StateResumesExactlyAndClearForgets) {
  Owned a(1, 20, {.freeze_limit_traces = 5});
  std::mt19937 engine(9);
  std::normal_distribution<double> normal;
  std::vector<double> first;
  std::vector<double> input;
  for (int i = 0; i < 200; ++i) input.push_back(normal(engine) + (i > 90 && i < 110 ? 8.0 : 0.0));
  for (std::size_t i = 0; i < 100; ++i) first.push_back(a.one(input[i]));
  StateArchive measure;
  a.it.state(measure);
  std::vector<std::byte> bytes(measure.size());
  StateArchive save = StateArchive::saving(bytes);
  a.it.state(save);
  ASSERT_TRUE(save.ok());
  Owned b(1, 20, {.freeze_limit_traces = 5});
  StateArchive load = StateArchive::loading(bytes);
  b.it.state(load);
  ASSERT_TRUE(load.ok());
  for (std::size_t i = 100; i < 200; ++i) EXPECT_EQ(a.one(input[i]), b.one(input[i]));
  a.it.clear();
  for (std::size_t i = 0; i < 100; ++i) EXPECT_EQ(a.one(input[i]), first[i]);
}

TEST(DepthNormalizer, RefusesAForgedState) {
  Owned a(1, 20, {});
  StateArchive measure;
  a.it.state(measure);
  std::vector<std::byte> bytes(measure.size(), std::byte{0x7F});
  StateArchive load = StateArchive::loading(bytes);
  a.it.state(load);
  EXPECT_FALSE(load.ok());
}

}  // namespace
}  // namespace surefoot::dsp
