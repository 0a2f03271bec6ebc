// SPDX-License-Identifier: MIT
#include <surefoot/gpr/antenna_separation.hpp>

#include <support/golden.hpp>
#include <support/lines.hpp>
#include <support/stage_run.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace surefoot::gpr {
namespace {

using test::ricker;
using test::Single;

constexpr double c = 299792458.0;
constexpr Index n_samples = 400;
const StreamSpec spec{{AxisKind::two_way_time, -2e-9, 0.05e-9}, n_samples, 0.01, 0.02, 0};

std::vector<Sample> run(const AntennaSeparationOptions& options, const std::vector<Sample>& trace,
                        const StreamSpec& in = spec) {
  EXPECT_FALSE(validate(options, in));
  Single<AntennaSeparation> stage(options, in);
  stage.push(trace);
  EXPECT_EQ(stage->output(), in);
  return stage.traces.at(0);
}

// A wave that arrives `t` after the emission (or after the direct wave, if that is t = 0).
std::vector<Sample> arrival(double t, double frequency_hz = 1e9) {
  std::vector<Sample> x(to_size(n_samples));
  for (Index i = 0; i < n_samples; ++i)
    x[to_size(i)] = static_cast<Sample>(100.0 * ricker(spec.axis.at(i) - t, frequency_hz));
  return x;
}

double peak_time(const std::vector<Sample>& x) {
  const auto p = std::max_element(x.begin(), x.end()) - x.begin();
  const auto l = static_cast<double>(x[to_size(p - 1)]);
  const auto m = static_cast<double>(x[to_size(p)]);
  const auto r = static_cast<double>(x[to_size(p + 1)]);
  return spec.axis.at(p) + spec.axis.step * 0.5 * (l - r) / (l - 2.0 * m + r);
}

TEST(AntennaSeparation, AgreesWithNumpy) {
  const auto rows = test::read_golden_csv("antenna_separation.csv");
  const StreamSpec in{{AxisKind::two_way_time, -1e-9, 0.1e-9}, static_cast<Index>(rows.size()), 0.01, 0.02, 0};
  std::vector<Sample> x;
  for (const auto& row : rows) x.push_back(static_cast<Sample>(row[0]));
  const std::array<AntennaSeparationOptions, 3> cases{{
      {.separation_m = 0.3, .velocity_m_per_s = 1.2e8},
      {.separation_m = 0.5, .velocity_m_per_s = 1e8, .time_zero = TimeReference::emission},
      {.separation_m = 0.2, .velocity_m_per_s = 1e8, .direct_velocity_m_per_s = 1e8},
  }};
  for (std::size_t k = 0; k < cases.size(); ++k) {
    const auto y = run(cases[k], x, in);
    std::size_t live = 0;
    for (std::size_t i = 0; i < y.size(); ++i) {
      EXPECT_NEAR(y[i], rows[i][k + 1], 0.4) << k << " " << i;  // of 600: the error of the taps
      live += rows[i][k + 1] != 0.0 ? 1U : 0U;
    }
    EXPECT_GT(live, 100U);
  }
}

// A flat reflector at depth z below two antennas: measured late, put right to 2 z / v, in two-way time (not one-way).
TEST(AntennaSeparation, ReflectorsComeToTheirVerticalTwoWayTime) {
  for (const double s : {0.05, 0.15, 0.4})
    for (const double v : {0.6e8, 1e8, 1.5e8})
      for (const double z : {0.2, 0.35, 0.5})
        for (const auto reference : {TimeReference::emission, TimeReference::direct_wave}) {
          const double emission = std::sqrt(s * s + 4.0 * z * z) / v;
          if (emission > 16e-9) continue;
          const double t = emission - (reference == TimeReference::direct_wave ? s / c : 0.0);
          const auto y = run({.separation_m = s, .velocity_m_per_s = v, .time_zero = reference}, arrival(t));
          // The peak of a wave that is stretched more at its front than at its back stays where it is.
          EXPECT_NEAR(peak_time(y), 2.0 * z / v, 0.004e-9) << s << " " << v << " " << z;
        }
}

TEST(AntennaSeparation, ThePublishedFormWithOneVelocityIsASpecialCase) {
  const double s = 0.3;
  const double u = 1.1e8;
  const double t = 5e-9;
  const auto y = run({.separation_m = s, .velocity_m_per_s = u, .direct_velocity_m_per_s = u}, arrival(t));
  EXPECT_NEAR(peak_time(y), std::sqrt((t + s / u) * (t + s / u) - s / u * (s / u)), 0.004e-9);
}

TEST(AntennaSeparation, WithoutSeparationSamplesAreCopiedAndTimeBeforeZeroIsCut) {
  const auto x = arrival(1e-9);
  const auto y = run({.separation_m = 0.0}, x);
  for (std::size_t i = 0; i < y.size(); ++i) {
    const bool before = spec.axis.at(static_cast<Index>(i)) < 0.0;
    if (std::abs(x[i]) >= 1e-37F || before) {  // subnormal ones become zero
      EXPECT_EQ(y[i], before ? 0.0F : x[i]) << i;
    }
  }
}

TEST(AntennaSeparation, StretchIsMutedAtItsLimit) {
  const double s = 0.3;
  const double v = 1e8;
  const std::vector<Sample> ones(to_size(n_samples), 1.0F);
  for (const double limit : {1.1, 1.5, 2.0, 4.0}) {
    const auto y = run({.separation_m = s, .velocity_m_per_s = v, .max_stretch = limit}, ones);
    const double first = s / v / std::sqrt(limit * limit - 1.0);
    for (Index i = 0; i < n_samples - 80; ++i) {
      const double t = spec.axis.at(i);
      if (std::abs(t - first) < 1e-15) continue;
      EXPECT_NEAR(y[to_size(i)], t < first ? 0.0F : 1.0F, 1e-5F) << i;
    }
  }
}

TEST(AntennaSeparation, NothingIsInventedBeyondTheTrace) {
  const std::vector<Sample> ones(to_size(n_samples), 1.0F);
  const auto y = run({.separation_m = 1.0, .velocity_m_per_s = 1e8, .time_zero = TimeReference::emission}, ones);
  const double end = spec.axis.at(n_samples - 1);
  for (Index i = 0; i < n_samples; ++i) {
    const double t = spec.axis.at(i);
    const double source = std::sqrt(t * t + 1e-16);
    if (source > end + 1e-15) {
      EXPECT_EQ(y[to_size(i)], 0.0F);
    }
  }
}

TEST(AntennaSeparation, BadTracesAreZeroAndFlagged) {
  auto x = arrival(3e-9);
  x[7] = std::numeric_limits<Sample>::quiet_NaN();
  Single<AntennaSeparation> stage(AntennaSeparationOptions{}, spec);
  stage.push(x);
  EXPECT_TRUE(has(stage.tags[0].quality, Quality::non_finite));
  EXPECT_EQ(stage.traces[0], std::vector<Sample>(to_size(n_samples)));
  stage.push(std::vector<Sample>(to_size(n_samples)));
  EXPECT_EQ(stage.traces[1], std::vector<Sample>(to_size(n_samples)));
  EXPECT_EQ(stage.tags[1].quality, Quality::good);
}

TEST(AntennaSeparation, RefusesWhatMakesNoSense) {
  EXPECT_FALSE(validate(AntennaSeparationOptions{}, spec));
  StreamSpec depths = spec;
  depths.axis = {AxisKind::depth, 0.0, 0.005};
  EXPECT_STREQ(validate(AntennaSeparationOptions{}, depths).field, "separation_m") << "metres are no seconds";
  EXPECT_STREQ(validate(AntennaSeparationOptions{.separation_m = -0.1}, spec).field, "separation_m");
  EXPECT_STREQ(validate(AntennaSeparationOptions{.velocity_m_per_s = 3e8}, spec).field, "velocity_m_per_s");
  EXPECT_STREQ(validate(AntennaSeparationOptions{.direct_velocity_m_per_s = 0.0}, spec).field,
               "direct_velocity_m_per_s");
  EXPECT_STREQ(validate(AntennaSeparationOptions{.max_stretch = 1.0}, spec).field, "max_stretch");
  const Problem problem = validate(AntennaSeparationOptions{.separation_m = 50.0}, spec);
  EXPECT_STREQ(problem.field, "separation_m");
  EXPECT_GT(problem.allowed.high, 0.0);
  EXPECT_LT(problem.allowed.high, 50.0);
}

}  // namespace
}  // namespace surefoot::gpr
