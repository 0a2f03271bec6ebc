// SPDX-License-Identifier: MIT
#include <surefoot/dsp/parallel.hpp>
#include <surefoot/gpr/hyperbola_search.hpp>

#include "support/diffractor.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace surefoot::gpr {
namespace {

Radargram view(const Line& line) {
  return {line.axis, line.n_samples(), {line.samples.data(), static_cast<std::size_t>(line.samples.size())}, line.tags};
}

Line noisy(Line line, double noise, std::uint64_t seed) {
  test::Random random(seed);
  for (Index j = 0; j < line.n_traces(); ++j)
    for (Index i = 0; i < line.n_samples(); ++i) line.samples(i, j) += static_cast<Sample>(noise * random.normal());
  return line;
}

std::vector<FoundHyperbola> found_in(const Line& line, const HyperbolaSearchOptions& options) {
  std::vector<FoundHyperbola> found;
  const Problem problem = find_hyperbolas(view(line), options, found);
  EXPECT_FALSE(problem) << problem.field << " " << problem.reason;
  return found;
}

// Distances of the tags run from 0; the scene's from first_x_m.
constexpr double first_x_m = -1.0;

TEST(HyperbolaSearch, FindsPointsWithTheirVelocities) {
  std::uint64_t seed = 1;
  for (const double velocity : {0.06e9, 0.1e9, 0.15e9})
    for (const double offset : {0.0, 0.1})
      for (const double standoff : {0.0, 0.15}) {
        const test::PointScene scene{
            .velocity_m_per_s = velocity, .antenna_offset_m = offset, .standoff_m = standoff, .first_x_m = first_x_m};
        const std::vector<test::Point> points{{.x_m = -0.55, .depth_m = 0.15}, {.x_m = 0.45, .depth_m = 0.3}};
        const Line line = noisy(test::point_line(scene, points), 0.05, ++seed);
        const auto found = found_in(line, {.antenna_offset_m = offset, .standoff_m = standoff});
        const std::string what =
            std::to_string(velocity) + " " + std::to_string(offset) + " " + std::to_string(standoff);
        ASSERT_EQ(found.size(), 2U) << what;
        for (std::size_t k = 0; k < 2; ++k) {
          const HyperbolaFit& fit = found[k].fit;
          EXPECT_NEAR(fit.x_m + first_x_m, points[k].x_m, 0.002) << what;
          EXPECT_NEAR(fit.velocity_m_per_s / velocity, 1.0, 0.03) << what;
          EXPECT_NEAR(fit.depth_m, points[k].depth_m, 0.03 * points[k].depth_m) << what;
          EXPECT_LT(std::abs(fit.velocity_m_per_s - velocity), 5.0 * fit.standard_error(2)) << what;
          EXPECT_LT(std::abs(fit.depth_m - points[k].depth_m), 5.0 * fit.standard_error(1)) << what;
          EXPECT_GT(found[k].semblance, 0.9);
          EXPECT_LT(found[k].chance, 1e-8);
          EXPECT_GE(found[k].n_picks, 8);
          EXPECT_NEAR(line.tags[to_size(found[k].trace)].distance_m + first_x_m, points[k].x_m, 0.03);
        }
      }
}

// What it says of a find, from the line itself: Neidell and Taner's semblance over a window along the fitted hyperbola, and the
// chance that belongs to it.
TEST(HyperbolaSearch, SemblanceAndChanceAreTheirFormulas) {
  for (const double noise : {0.05, 0.15}) {
    const test::PointScene scene{.first_x_m = first_x_m};
    const Line line = noisy(test::point_line(scene, {{.x_m = 0.1, .depth_m = 0.25}}), noise, 11);
    const HyperbolaSearchOptions options;
    const auto found = found_in(line, options);
    ASSERT_EQ(found.size(), 1U) << noise;
    const HyperbolaFit& fit = found[0].fit;
    test::PointScene fitted = scene;
    fitted.velocity_m_per_s = fit.velocity_m_per_s;
    const double reach = std::min(0.5 * options.aperture_m, fit.depth_m);  // 45 degrees to either side
    const auto half = static_cast<int>(std::lround(0.5 * options.window_s / line.axis.step));
    double stacked = 0.0;
    double energy = 0.0;
    int traces = 0;
    for (int j = -half; j <= half; ++j) {
      double sum = 0.0;
      traces = 0;
      for (Index m = 0; m < line.n_traces(); ++m) {
        const double x = line.tags[to_size(m)].distance_m;
        if (std::abs(x - fit.x_m) > reach) continue;
        const double t = test::two_way_time(fitted, {.x_m = fit.x_m, .depth_m = fit.depth_m}, x);
        const double at = (t - line.axis.start) / line.axis.step + j;
        const auto i = static_cast<Index>(std::floor(at));
        const double share = at - std::floor(at);
        const double v = (1.0 - share) * static_cast<double>(line.samples(i, m)) +
                         share * static_cast<double>(line.samples(i + 1, m));
        sum += v;
        energy += v * v;
        ++traces;
      }
      stacked += sum * sum;
    }
    const double semblance = stacked / (traces * energy);
    EXPECT_NEAR(found[0].semblance, semblance, 0.02) << noise;
    const double m = 1.0 + std::log(found[0].chance) / std::log1p(-found[0].semblance);
    EXPECT_NEAR(m, std::round(m), 1e-6) << "a number of traces";
    EXPECT_NEAR(m, traces, 2.0);
  }
}

TEST(HyperbolaSearch, FindsNothingWhereNothingIs) {
  test::PointScene scene;
  const Line empty = test::point_line(scene, {});
  EXPECT_TRUE(found_in(empty, {}).empty()) << "zeros";
  EXPECT_TRUE(found_in(noisy(empty, 1.0, 4), {}).empty()) << "noise";
  Line layer = noisy(empty, 0.05, 5);
  for (Index j = 0; j < layer.n_traces(); ++j)
    for (Index i = 0; i < layer.n_samples(); ++i)
      layer.samples(i, j) += static_cast<Sample>(test::ricker(layer.axis.at(i) - 6e-9, 1e9));
  EXPECT_TRUE(found_in(layer, {}).empty()) << "a flat layer is no hyperbola";
  Line few = empty;
  few.samples.conservativeResize(few.n_samples(), 4);
  few.tags.resize(4);
  EXPECT_TRUE(found_in(few, {}).empty());
}

TEST(HyperbolaSearch, UnusableTracesDoNotCount) {
  const test::PointScene scene{.first_x_m = first_x_m};
  Line line = noisy(test::point_line(scene, {{.x_m = 0.0, .depth_m = 0.2}}), 0.05, 6);
  const auto clean = found_in(line, {});
  for (const Index j : {Index{45}, Index{52}}) {
    line.samples.col(j).setConstant(1e6F);
    line.tags[to_size(j)].quality |= Quality::dropped;
  }
  const auto dirty = found_in(line, {});
  ASSERT_EQ(clean.size(), 1U);
  ASSERT_EQ(dirty.size(), 1U);
  EXPECT_NEAR(dirty[0].fit.depth_m, clean[0].fit.depth_m, 0.003);
  EXPECT_LT(dirty[0].n_picks, clean[0].n_picks);
}

TEST(HyperbolaSearch, ThreadsDoNotChangeTheBits) {
  const test::PointScene scene{.antenna_offset_m = 0.05, .first_x_m = first_x_m};
  const Line line = noisy(test::point_line(scene, {{.x_m = 0.1, .depth_m = 0.2}}), 0.1, 7);
  const auto one = found_in(line, {.antenna_offset_m = 0.05});
  dsp::set_threads(3);
  const auto three = found_in(line, {.antenna_offset_m = 0.05});
  dsp::set_threads(1);
  ASSERT_EQ(one.size(), 1U);
  ASSERT_EQ(three.size(), 1U);
  EXPECT_EQ(one[0].fit.depth_m, three[0].fit.depth_m);
  EXPECT_EQ(one[0].fit.covariance, three[0].fit.covariance);
  EXPECT_EQ(one[0].semblance, three[0].semblance);
}

// An aperture beyond the line is the line, also where its traces are more than a count can hold.
TEST(HyperbolaSearch, AnApertureOfAnySizeIsCutToTheLine) {
  const test::PointScene scene{.n_samples = 200, .first_x_m = -0.4, .n_traces = 41};
  const Line line = noisy(test::point_line(scene, {{.depth_m = 0.2}}), 0.05, 3);
  const auto want = found_in(line, {.n_velocities = 11, .aperture_m = 100.0});
  ASSERT_EQ(want.size(), 1U);
  for (const double aperture_m : {1e18, 1e300}) {
    const auto found = found_in(line, {.n_velocities = 11, .aperture_m = aperture_m});
    ASSERT_EQ(found.size(), 1U) << aperture_m;
    EXPECT_EQ(found[0].fit.depth_m, want[0].fit.depth_m) << aperture_m;
  }
}

TEST(HyperbolaSearch, RefusesWhatItCannotDo) {
  Line line = test::point_line({}, {});
  std::vector<FoundHyperbola> found(3);
  const auto problem = [&](const HyperbolaSearchOptions& o) { return find_hyperbolas(view(line), o, found); };
  EXPECT_FALSE(problem({}));
  EXPECT_STREQ(problem({.max_velocity_m_per_s = 3e8}).field, "max_velocity_m_per_s");
  EXPECT_TRUE(found.empty());
  EXPECT_STREQ(problem({.min_velocity_m_per_s = 0.2e9}).field, "min_velocity_m_per_s");
  EXPECT_STREQ(problem({.window_s = 1e-6}).field, "window_s");
  EXPECT_STREQ(problem({.window_s = 0.0}).field, "window_s");
  EXPECT_STREQ(problem({.antenna_offset_m = std::nan("")}).field, "antenna_offset_m");
  line.tags[10].distance_m += 0.02;
  EXPECT_STREQ(problem({}).field, "aperture_m") << "uneven places";
  line.tags[10].distance_m = std::numeric_limits<double>::quiet_NaN();
  EXPECT_STREQ(problem({}).field, "aperture_m");
  line.axis.kind = AxisKind::depth;
  EXPECT_STREQ(problem({}).field, "window_s");
}

}  // namespace
}  // namespace surefoot::gpr
