// SPDX-License-Identifier: MIT
#include <surefoot/sim/random.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <map>
#include <sstream>
#include <string>

namespace surefoot::sim {
namespace {

TEST(Random, HasTheBitsOfTheGoldenScript) {
  std::ifstream file(SUREFOOT_SOURCE_DIR "/tests/golden/sim_random.csv");
  ASSERT_TRUE(file);
  std::string row;
  std::getline(file, row);
  std::map<std::pair<std::uint64_t, std::uint64_t>, Random> generators;
  int rows = 0;
  while (std::getline(file, row)) {
    std::uint64_t seed = 0, stream = 0, index = 0, bits = 0;
    char comma = 0;
    std::istringstream(row) >> seed >> comma >> stream >> comma >> index >> comma >> bits;
    auto it = generators.try_emplace({seed, stream}, seed, stream).first;
    EXPECT_EQ(it->second.bits(), bits) << row;
    ++rows;
  }
  EXPECT_EQ(rows, 32);
}

TEST(Random, UniformAndNormalHaveTheirMoments) {
  constexpr int n = 200000;
  Random random(7);
  double u1 = 0, u2 = 0, g1 = 0, g2 = 0, g4 = 0;
  for (int i = 0; i < n; ++i) {
    const double u = random.uniform();
    ASSERT_GE(u, 0.0);
    ASSERT_LT(u, 1.0);
    u1 += u / n;
    u2 += u * u / n;
    const double g = random.normal();
    g1 += g / n;
    g2 += g * g / n;
    g4 += g * g * g * g / n;
  }
  // Five standard errors each.
  EXPECT_NEAR(u1, 0.5, 5 * 0.2887 / std::sqrt(n));
  EXPECT_NEAR(u2, 1.0 / 3.0, 5 * 0.298 / std::sqrt(n));
  EXPECT_NEAR(g1, 0.0, 5 / std::sqrt(n));
  EXPECT_NEAR(g2, 1.0, 5 * std::sqrt(2.0 / n));
  EXPECT_NEAR(g4, 3.0, 5 * std::sqrt(96.0 / n));
}

TEST(Random, StreamsAreUncorrelated) {
  constexpr int n = 100000;
  Random a(3, 1);
  Random b(3, 2);
  double product = 0;
  for (int i = 0; i < n; ++i) product += a.normal() * b.normal() / n;
  EXPECT_NEAR(product, 0.0, 5 / std::sqrt(n));
}

TEST(RandomProfile, HasItsRmsAndCorrelationLength) {
  constexpr int n = 4000;
  constexpr double rms = 0.01, length = 0.3, lag = 0.2;
  double power = 0, lagged = 0;
  for (int seed = 0; seed < n; ++seed) {
    Random random(static_cast<std::uint64_t>(seed), 5);
    const RandomProfile profile(rms, length, random);
    power += profile.at(1.0) * profile.at(1.0) / n;
    lagged += profile.at(1.0) * profile.at(1.0 + lag) / n;
  }
  EXPECT_NEAR(power / (rms * rms), 1.0, 0.12);
  EXPECT_NEAR(lagged / (rms * rms), std::exp(-lag * lag / (length * length)), 0.12);
}

TEST(RandomProfile, IsFlatWithoutRms) {
  Random random(1);
  EXPECT_EQ(RandomProfile(0.0, 0.3, random).at(2.0), 0.0);
}

}  // namespace
}  // namespace surefoot::sim
