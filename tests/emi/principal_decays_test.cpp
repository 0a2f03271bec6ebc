// SPDX-License-Identifier: MIT
#include <surefoot/emi/principal_decays.hpp>

#include "support/lines.hpp"
#include "support/metal_array.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

namespace surefoot::emi {
namespace {

constexpr std::size_t gates = 30;
constexpr std::size_t modes = 12;

// Decays of two modes of the basis along each of three turned axes; an information matrix that is not diagonal.
struct Case {
  physics::Matrix3 axes = test::rotation_of(0.3, 0.2, 0.9);
  std::vector<double> basis, weight, information;
  std::vector<Vector3> truth;
  std::vector<Symmetric3> q;

  Case() : weight(gates, 100.0), information(36) {
    for (std::size_t k = 0; k < modes; ++k)
      for (std::size_t g = 0; g < gates; ++g) basis.push_back(std::exp(-time(g) / (1e-4 * std::pow(1.6, k))));
    for (std::size_t i = 0; i < 6; ++i)
      for (std::size_t j = 0; j < 6; ++j)
        information[6 * i + j] =
            (i == j ? 2.0 : 0.0) + 0.3 / (1.0 + std::abs(static_cast<double>(i) - static_cast<double>(j)));
    for (std::size_t g = 0; g < gates; ++g) {
      truth.push_back({1.0 * at(2, g) + 0.2 * at(9, g), 0.5 * at(5, g), 0.3 * at(1, g) + 0.1 * at(7, g)});
      q.push_back(test::turned(axes, truth.back()));
    }
  }
  static double time(std::size_t g) { return 5e-5 * std::pow(300.0, static_cast<double>(g) / 29.0); }
  [[nodiscard]] double at(std::size_t k, std::size_t g) const { return basis[k * gates + g]; }
};

TEST(PrincipalDecays, GiveExactDecaysBack) {
  Case c;
  test::InArena<PrincipalDecays> decays(static_cast<Index>(gates), static_cast<Index>(modes));
  ASSERT_TRUE(decays.fits());
  c.q[6][4] = std::numeric_limits<double>::quiet_NaN();  // no say, but a value
  c.weight[11] = 0.0;
  std::vector<Vector3> curves(gates);
  ASSERT_TRUE(decays->fit(c.axes, c.q, c.weight, c.basis, c.information, curves));
  for (std::size_t g = 0; g < gates; ++g)
    for (std::size_t i = 0; i < 3; ++i) EXPECT_NEAR(curves[g][i], c.truth[g][i], 1e-7) << g;
}

TEST(PrincipalDecays, FallAndStayPositiveInNoise) {
  Case c;
  test::Random random(71);
  double raw = 0.0;
  for (std::size_t g = 0; g < gates; ++g)
    for (double& x : c.q[g]) {
      const double e = 0.01 * random.normal();
      x += e;
      raw += e * e / (6.0 * gates);
    }
  test::InArena<PrincipalDecays> decays(static_cast<Index>(gates), static_cast<Index>(modes));
  std::vector<Vector3> curves(gates);
  ASSERT_TRUE(decays->fit(c.axes, c.q, c.weight, c.basis, c.information, curves));
  double square = 0.0;
  for (std::size_t g = 0; g < gates; ++g)
    for (std::size_t i = 0; i < 3; ++i) {
      EXPECT_GE(curves[g][i], 0.0);
      if (g > 0) {
        EXPECT_LE(curves[g][i], curves[g - 1][i]);
      }
      square += (curves[g][i] - c.truth[g][i]) * (curves[g][i] - c.truth[g][i]) / (3.0 * gates);
    }
  EXPECT_LT(square, 0.5 * raw);
}

TEST(PrincipalDecays, NothingUsable) {
  Case c;
  test::InArena<PrincipalDecays> decays(static_cast<Index>(gates), static_cast<Index>(modes));
  std::vector<Vector3> curves(gates);
  EXPECT_FALSE(decays->fit(c.axes, c.q, std::vector<double>(gates), c.basis, c.information, curves));
  EXPECT_FALSE(decays->fit(c.axes, c.q, c.weight, c.basis, std::vector<double>(36), curves));
}

}  // namespace
}  // namespace surefoot::emi
