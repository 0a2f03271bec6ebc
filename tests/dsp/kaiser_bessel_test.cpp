// SPDX-License-Identifier: MIT
#include <surefoot/dsp/kaiser_bessel.hpp>

#include "support/lines.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>
#include <vector>

namespace surefoot::dsp {
namespace {

using Complex = std::complex<double>;

struct Setup {
  Index n;
  Index bins;
  double tolerance;
};

class ReadBetweenBins : public testing::TestWithParam<Setup> {
 protected:
  void SetUp() override {
    test::Random random(3);
    for (Index i = 0; i < GetParam().n; ++i) x_.push_back({random.normal(), random.normal()});
  }
  Index d(Index i) const { return i - GetParam().n / 2; }
  Complex turn(double cycles) const { return std::polar(1.0, 2.0 * std::numbers::pi * cycles); }

  std::vector<std::byte> memory_ = std::vector<std::byte>(16384);
  Arena arena_{memory_};
  KaiserBessel kernel_{static_cast<double>(GetParam().bins) / static_cast<double>(GetParam().n), arena_};
  std::vector<Complex> x_;
};

// The reference is the sum that defines the spectrum, at bins that are no whole numbers.
TEST_P(ReadBetweenBins, IsTheSumThatDefinesTheSpectrum) {
  const auto [n, bins, tolerance] = GetParam();
  ASSERT_TRUE(arena_.ok());
  const auto n_bins = static_cast<double>(bins);
  std::vector<Complex> y(to_size(bins));
  for (Index k = 0; k < bins; ++k)
    for (Index i = 0; i < n; ++i)
      y[to_size(k)] += x_[to_size(i)] / kernel_.transform(static_cast<double>(d(i)) / n_bins) *
                       turn(-static_cast<double>(k * d(i) % bins) / n_bins);
  test::Random random(4);
  double worst = 0.0;
  for (int round = 0; round < 300; ++round) {
    const double p = n_bins * (random.uniform() - 0.5);
    const auto whole = static_cast<Index>(std::floor(p));
    const KaiserBessel::Weights w = kernel_.weights(static_cast<float>(p - std::floor(p)));
    Complex got{};
    Complex want{};
    for (Index j = 0; j < KaiserBessel::n_taps; ++j)
      got += static_cast<double>(w[to_size(j)]) * y[to_size((whole - KaiserBessel::before + j + 2 * bins) % bins)];
    for (Index i = 0; i < n; ++i) want += x_[to_size(i)] * turn(-p * static_cast<double>(d(i)) / n_bins);
    worst = std::max(worst, std::abs(got - want));
  }
  const double rms = std::sqrt(2.0 * static_cast<double>(n));
  EXPECT_LT(worst / rms, tolerance);
  EXPECT_GT(worst, 0.0);
}

INSTANTIATE_TEST_SUITE_P(Oversampling, ReadBetweenBins,
                         testing::Values(Setup{128, 192, 1e-5}, Setup{128, 256, 1e-5}, Setup{100, 125, 7e-5}));

TEST(KaiserBessel, WeightsAtTheEndsOfABinMeet) {
  std::vector<std::byte> memory(16384);
  Arena arena(memory);
  const KaiserBessel kernel(1.5, arena);
  const KaiserBessel::Weights low = kernel.weights(0.0F);
  const KaiserBessel::Weights high = kernel.weights(1.0F);
  EXPECT_EQ(low[3], 1.0F);
  for (std::size_t j = 0; j + 1 < low.size(); ++j) EXPECT_EQ(high[j + 1], low[j]) << j;
}

}  // namespace
}  // namespace surefoot::dsp
