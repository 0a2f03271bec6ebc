// SPDX-License-Identifier: MIT
#include <surefoot/dsp/growing_qr.hpp>

#include <surefoot/sim/random.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

namespace surefoot::dsp {
namespace {

constexpr Index rows = 9;

// Columns come and go; after each, Q must be orthonormal, and R^-1 Q^T must undo the columns in use.
TEST(GrowingQr, StaysAFactorisationWhileColumnsComeAndGo) {
  sim::Random random(51);
  std::vector<std::byte> memory(16384);
  Arena arena(memory);
  GrowingQr qr(rows, 5, arena);
  ASSERT_TRUE(arena.ok());
  std::vector<double> target(to_size(rows));
  for (double& v : target) v = random.normal();
  std::vector<std::vector<double>> columns;
  std::vector<double> with(5);
  for (int step = 0; step < 300; ++step) {
    if (qr.full() || (qr.columns() > 0 && random.uniform() < 0.45)) {
      const auto place = static_cast<Index>(random.uniform() * static_cast<double>(qr.columns()));
      qr.remove(place, with);
      columns.erase(columns.begin() + place);
    } else {
      columns.emplace_back(to_size(rows));
      for (double& v : columns.back()) v = random.normal();
      ASSERT_TRUE(qr.append(columns.back(), 1e-10));
      double share = 0.0;
      for (Index i = 0; i < rows; ++i) share += qr.q(qr.columns() - 1)[i] * target[to_size(i)];
      with[to_size(qr.columns() - 1)] = share;
    }
    ASSERT_EQ(qr.columns(), static_cast<Index>(columns.size()));
    for (Index a = 0; a < qr.columns(); ++a)
      for (Index b = 0; b < qr.columns(); ++b) {
        double sum = 0.0;
        for (Index i = 0; i < rows; ++i) sum += qr.q(a)[i] * qr.q(b)[i];
        ASSERT_NEAR(sum, a == b ? 1.0 : 0.0, 1e-13) << step;
      }
    // The least-squares answer: its rest is at right angles to all columns.
    std::vector<double> x = with;
    qr.solve(x);
    std::vector<double> rest = target;
    for (std::size_t k = 0; k < columns.size(); ++k)
      for (std::size_t i = 0; i < rest.size(); ++i) rest[i] -= columns[k][i] * x[k];
    for (const auto& column : columns) {
      double sum = 0.0;
      for (std::size_t i = 0; i < rest.size(); ++i) sum += column[i] * rest[i];
      ASSERT_NEAR(sum, 0.0, 1e-11) << step;
    }
  }
}

TEST(GrowingQr, ErrorsAreThoseOfTheNormalMatrix) {
  std::vector<std::byte> memory(16384);
  Arena arena(memory);
  GrowingQr qr(rows, 2, arena);
  std::vector<double> ones(to_size(rows), 1.0);
  std::vector<double> ramp(to_size(rows));
  for (std::size_t i = 0; i < ramp.size(); ++i) ramp[i] = static_cast<double>(i);
  ASSERT_TRUE(qr.append(ones, 1e-10));
  ASSERT_TRUE(qr.append(ramp, 1e-10));
  std::vector<double> error(2);
  qr.errors(error);
  // Straight line through n = 9 places: var(slope) = 12 / (n (n^2 - 1)), var(start) = 2 (2n - 1) / (n (n + 1)).
  EXPECT_NEAR(error[1], std::sqrt(12.0 / (9.0 * 80.0)), 1e-15);
  EXPECT_NEAR(error[0], std::sqrt(2.0 * 17.0 / 90.0), 1e-14);
}

TEST(GrowingQr, RefusesWhatIsInTheSpan) {
  std::vector<std::byte> memory(16384);
  Arena arena(memory);
  GrowingQr qr(3, 2, arena);
  EXPECT_TRUE(qr.append(std::vector<double>{1.0, 2.0, 3.0}, 1e-10));
  EXPECT_FALSE(qr.append(std::vector<double>{-2.0, -4.0, -6.0}, 1e-10));
  EXPECT_FALSE(qr.append(std::vector<double>{0.0, 0.0, 0.0}, 1e-10));
  EXPECT_FALSE(qr.append(std::vector<double>{1.0, std::numeric_limits<double>::quiet_NaN(), 0.0}, 1e-10));
  EXPECT_TRUE(qr.append(std::vector<double>{0.0, 1.0, 0.0}, 1e-10));
  EXPECT_FALSE(qr.append(std::vector<double>{0.0, 0.0, 1.0}, 1e-10));  // full
  EXPECT_EQ(qr.columns(), 2);
}

}  // namespace
}  // namespace surefoot::dsp
