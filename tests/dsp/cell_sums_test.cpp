// SPDX-License-Identifier: MIT
#include <surefoot/dsp/cell_sums.hpp>

#include <surefoot/sim/random.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <deque>
#include <limits>
#include <vector>

namespace surefoot::dsp {
namespace {

std::vector<std::int32_t> cell_of(sim::Random& random, std::size_t p, double level) {
  std::vector<std::int32_t> cell(p);
  for (std::int32_t& v : cell) v = CellSums::quanta(level + random.normal());
  return cell;
}

TEST(CellSums, RoundsToQuantaAndCuts) {
  EXPECT_EQ(CellSums::quanta(1.0), 65536);
  EXPECT_EQ(CellSums::quanta(-0.5 / 65536.0), -1);
  EXPECT_EQ(CellSums::quanta(0.49 / 65536.0), 0);
  EXPECT_EQ(CellSums::quanta(1e300), CellSums::most_quanta);
  EXPECT_EQ(CellSums::quanta(-std::numeric_limits<double>::infinity()), -CellSums::most_quanta);
  EXPECT_EQ(CellSums::quanta(std::nan("")), 0);
  EXPECT_EQ(CellSums::value(CellSums::quanta(-3.25)), -3.25);
}

// A window that slid over 100000 cells, huge ones among them, has the mean and covariance of the cells in it, in long double.
TEST(CellSums, DoNotDrift) {
  constexpr std::size_t p = 5;
  std::vector<std::byte> memory(4096);
  Arena arena(memory);
  CellSums sums(p, arena);
  sim::Random random(7);
  std::deque<std::vector<std::int32_t>> window;
  for (int n = 0; n < 100000; ++n) {
    window.push_back(cell_of(random, p, n % 1000 == 500 ? 500.0 : 3.0));
    sums.add(window.back());
    if (window.size() > 40) {
      sums.remove(window.front());
      window.pop_front();
    }
  }
  ASSERT_EQ(sums.cells(), 40);
  std::vector<double> mean(p);
  std::vector<double> covariance(p * p);
  sums.mean(mean);
  sums.covariance(covariance);
  for (std::size_t i = 0; i < p; ++i)
    for (std::size_t j = 0; j <= i; ++j) {
      long double mi = 0.0L;
      long double mj = 0.0L;
      long double sum = 0.0L;
      for (const auto& c : window) {
        mi += static_cast<long double>(c[i]) / 65536.0L / 40.0L;
        mj += static_cast<long double>(c[j]) / 65536.0L / 40.0L;
      }
      for (const auto& c : window)
        sum += (static_cast<long double>(c[i]) / 65536.0L - mi) * (static_cast<long double>(c[j]) / 65536.0L - mj);
      EXPECT_NEAR(mean[i], static_cast<double>(mi), 1e-14);
      EXPECT_NEAR(covariance[i * p + j], static_cast<double>(sum / 39.0L), 1e-13);
    }
  // Everything out again: nothing is left, to the bit.
  for (const auto& c : window) sums.remove(c);
  sums.mean(mean);
  sums.covariance(covariance);
  for (const double v : mean) EXPECT_EQ(v, 0.0);
  for (const double v : covariance) EXPECT_EQ(v, 0.0);
}

TEST(CellSums, TheLargestWindowDoesNotOverflow) {
  std::vector<std::byte> memory(4096);
  Arena arena(memory);
  CellSums sums(2, arena);
  for (Index n = 0; n < CellSums::most_cells; ++n) {
    const std::int32_t v = n % 2 == 0 ? CellSums::most_quanta : -CellSums::most_quanta;
    sums.add(std::vector<std::int32_t>{v, -v});
  }
  std::vector<double> covariance(4);
  sums.covariance(covariance);
  EXPECT_NEAR(covariance[0], 512.0 * 512.0 * 4096.0 / 4095.0, 1e-6);
  EXPECT_NEAR(covariance[2], -512.0 * 512.0 * 4096.0 / 4095.0, 1e-6);
}

}  // namespace
}  // namespace surefoot::dsp
