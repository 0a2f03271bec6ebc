// SPDX-License-Identifier: MIT
#include <surefoot/dsp/gradient_histogram.hpp>

#include "support/lines.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <vector>

namespace surefoot::dsp {
namespace {

constexpr Index n = 24;
const GradientCells cells{3, 3, 8, 8, 18};

// Whole numbers, so that what is added to them is added exactly.
std::vector<float> rough(std::uint64_t seed) {
  test::Random random(seed);
  std::vector<float> out(n * n);
  for (float& x : out) x = static_cast<float>(std::floor(200.0 * random.uniform()));
  return out;
}

std::vector<double> histograms(const std::vector<float>& pixels, const GradientCells& c = cells) {
  std::vector<double> out(to_size(c.size()));
  cell_histograms({pixels, n, n}, c, out);
  return out;
}

TEST(GradientHistogram, TheSumOfVotesIsTheSumOfMagnitudes) {
  for (const Index bins : {2, 9, 18}) {
    const std::vector<float> p = rough(1);
    const Picture picture{p, n, n};
    double expected = 0.0;
    for (Index i = 0; i < n; ++i)
      for (Index j = 0; j < n; ++j) {
        const double r = i == 0 || i == n - 1 ? 0.0 : static_cast<double>(picture.at(i + 1, j) - picture.at(i - 1, j));
        const double c = j == 0 || j == n - 1 ? 0.0 : static_cast<double>(picture.at(i, j + 1) - picture.at(i, j - 1));
        expected += std::hypot(r, c);
      }
    double sum = 0.0;
    for (const double v : histograms(p, {3, 3, 8, 8, bins})) sum += v;
    EXPECT_NEAR(sum, expected, 1e-10 * expected) << bins;
  }
}

TEST(GradientHistogram, TurningByARightAngleMovesTheBinsByHalfTheirNumber) {
  const std::vector<float> p = rough(2);
  std::vector<float> turned(p.size());
  for (Index i = 0; i < n; ++i)
    for (Index j = 0; j < n; ++j) turned[to_size(j * n + (n - 1 - i))] = p[to_size(i * n + j)];
  const auto before = histograms(p);
  const auto after = histograms(turned);
  for (Index a = 0; a < 3; ++a)
    for (Index b = 0; b < 3; ++b)
      for (Index k = 0; k < 18; ++k) {
        const double x = before[to_size((a * 3 + b) * 18 + k)];
        const double y = after[to_size((b * 3 + (2 - a)) * 18 + (k + 9) % 18)];
        EXPECT_NEAR(x, y, 1e-9 * (1.0 + x)) << a << b << k;
      }
}

TEST(GradientHistogram, AConstantChangesNothingAndAFlatPictureIsZero) {
  std::vector<float> p = rough(3);
  const auto before = histograms(p);
  for (float& x : p) x += 4096.0F;
  EXPECT_EQ(histograms(p), before);
  const std::vector<float> flat(n * n, 7.0F);
  for (const double v : histograms(flat)) EXPECT_EQ(v, 0.0);
  std::vector<float> features(to_size(cells.features()), 1.0F);
  block_features(histograms(flat), cells, features);
  for (const float f : features) EXPECT_EQ(f, 0.0F);
}

// A ramp of known direction: all votes go to the two bins around it, in proportion.
TEST(GradientHistogram, ARampVotesForItsDirection) {
  for (double degrees = 0.0; degrees < 360.0; degrees += 7.5) {
    const double angle = degrees * std::numbers::pi / 180.0;
    std::vector<float> p(n * n);
    for (Index i = 0; i < n; ++i)
      for (Index j = 0; j < n; ++j)
        p[to_size(i * n + j)] = static_cast<float>(
            1000.0 * (std::sin(angle) * static_cast<double>(i) + std::cos(angle) * static_cast<double>(j)));
    // The border has one component only; the middle of the picture is what is told.
    std::vector<double> middle(9 * 9);
    cell_histograms({p, n, n}, {3, 3, 8, 8, 9}, middle);
    const std::span<const double> centre = std::span(middle).subspan(4 * 9, 9);
    const double place = std::fmod(degrees, 180.0) / 20.0 - 0.5;
    const auto low = static_cast<Index>(std::floor(place));
    const double share = place - std::floor(place);
    double sum = 0.0;
    for (const double v : centre) sum += v;
    EXPECT_NEAR(sum, 64.0 * 2000.0, 1.0);
    EXPECT_NEAR(centre[to_size((low + 9) % 9)], sum * (1.0 - share), 1e-3 * sum) << degrees;
    EXPECT_NEAR(centre[to_size((low + 10) % 9)], sum * share, 1e-3 * sum) << degrees;
  }
}

TEST(GradientHistogram, BlocksHaveUnitLengthAndNoNumberDominates) {
  const auto h = histograms(rough(4));
  std::vector<float> features(to_size(cells.features()));
  block_features(h, cells, features);
  for (std::size_t block = 0; block < 4; ++block) {
    double squares = 0.0;
    for (std::size_t k = 0; k < 72; ++k) {
      const auto f = static_cast<double>(features[block * 72 + k]);
      EXPECT_GE(f, 0.0);
      squares += f * f;
    }
    EXPECT_NEAR(squares, 1.0, 1e-6);
  }
}

TEST(EdgeHistogram, KnowsTheKindsOfEdges) {
  const auto kinds = [](auto pixel, float threshold = 0.5F) {
    std::vector<float> p(n * n);
    for (Index i = 0; i < n; ++i)
      for (Index j = 0; j < n; ++j) p[to_size(i * n + j)] = pixel(i, j);
    std::vector<float> h(to_size(n_edge_kinds));
    edge_histogram({p, n, n}, 0, n, threshold, h);
    return h;
  };
  const std::vector<float> none(5, 0.0F);
  EXPECT_EQ(kinds([](Index, Index) { return 3.0F; }), none);
  EXPECT_EQ(kinds([](Index i, Index) { return static_cast<float>(i); }), (std::vector<float>{1, 0, 0, 0, 0}));
  EXPECT_EQ(kinds([](Index, Index j) { return static_cast<float>(j); }), (std::vector<float>{0, 1, 0, 0, 0}));
  EXPECT_EQ(kinds([](Index i, Index j) { return static_cast<float>(i + j); }), (std::vector<float>{0, 0, 1, 0, 0}));
  EXPECT_EQ(kinds([](Index i, Index j) { return static_cast<float>(i - j); }), (std::vector<float>{0, 0, 0, 1, 0}));
  EXPECT_EQ(kinds([](Index i, Index j) { return (i + j) % 2 == 0 ? 1.0F : -1.0F; }),
            (std::vector<float>{0, 0, 0, 0, 1}));
  EXPECT_EQ(kinds([](Index i, Index) { return static_cast<float>(i); }, 2.0F), none)
      << "as strong as the threshold is not above it";
  // A step in the middle: one row of 23 of 2 x 2 pixels.
  const auto step = kinds([](Index i, Index) { return i < 12 ? 0.0F : 1.0F; });
  EXPECT_NEAR(static_cast<double>(step[0]), 1.0 / 23.0, 1e-7);
}

TEST(ToUnitRms, ScalesAndLeavesZerosAlone) {
  std::vector<float> p = rough(5);
  to_unit_rms(p);
  double squares = 0.0;
  for (const float x : p) squares += static_cast<double>(x) * static_cast<double>(x);
  EXPECT_NEAR(squares / static_cast<double>(p.size()), 1.0, 1e-6);
  std::vector<float> zero(8, 0.0F);
  to_unit_rms(zero);
  for (const float x : zero) EXPECT_EQ(x, 0.0F);
}

}  // namespace
}  // namespace surefoot::dsp
