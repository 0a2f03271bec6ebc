// SPDX-License-Identifier: MIT
// detect.hyperbola_fit against NumPy, against diffractions whose place is known, and at the ends of a line.
#include <surefoot/detect/hyperbola_fit.hpp>

#include "support/golden.hpp"
#include "support/lines.hpp"
#include "support/stage_run.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

namespace surefoot::detect {
namespace {

using Single = test::Single<HyperbolaFit>;
using Traces = std::vector<std::vector<Sample>>;

constexpr double c = 299792458.0;
constexpr StreamSpec fine_spec{{AxisKind::two_way_time, 0.0, 0.035e-9}, 300, 0.0, 0.02, 0};

struct Point {
  double x_m, z_m, velocity, width_m = 0.0, strength = 1.0;
};

// Antennas together on the ground: t = 2 sqrt(x^2 + z^2) / v, amplitudes (z/R)^3 as the template's (t0/t)^2 cos.
Traces diffractions(Index n_traces, const std::vector<Point>& points, double noise = 0.0) {
  test::Random random(91);
  Traces line(to_size(n_traces), std::vector<Sample>(to_size(fine_spec.n_samples)));
  for (std::size_t n = 0; n < line.size(); ++n)
    for (std::size_t i = 0; i < line[n].size(); ++i) {
      double y = noise * random.normal();
      for (const Point& p : points) {
        const double away = std::max(0.0, std::abs(0.02 * static_cast<double>(n) - p.x_m) - 0.5 * p.width_m);
        const double r = std::hypot(away, p.z_m);
        y += p.strength * std::pow(p.z_m / r, 4) *
             test::ricker(fine_spec.axis.at(static_cast<Index>(i)) - 2.0 * r / p.velocity, 1e9);
      }
      line[n][i] = static_cast<Sample>(y);
    }
  return line;
}

void run(Single& stage, const Traces& line, const TraceTag& tag = {}) {
  for (const auto& trace : line) stage.push(std::span<const Sample>(trace), tag);
  stage->finish();
  stage.pull();
}

TEST(HyperbolaFit, AgreesWithNumPy) {
  const auto input = test::read_golden_npy("hyperbola_input.npy");
  const auto expected = test::read_golden_npy("hyperbola_fit_expected.npy");
  const StreamSpec in{{AxisKind::two_way_time, -1e-9, 0.1e-9}, 90, 0.0, 0.02, 0};
  const HyperbolaFitOptions o{.curves = {.min_velocity_m_per_s = 0.08e9,
                                         .max_velocity_m_per_s = 0.14e9,
                                         .n_velocities = 3,
                                         .widths_m = {0.0, 0.15},
                                         .aperture_m = 0.37,
                                         .pattern_power = 1.5,
                                         .antenna_offset_m = 0.06,
                                         .standoff_m = 0.05,
                                         .ground_time_s = 0.1e-9},
                              .start_s = 0.2e-9,
                              .end_s = 6.2e-9,
                              .near_score_s = 0.0};
  ASSERT_FALSE(validate(o, in));
  Single stage(o, in);
  EXPECT_EQ(stage->output().n_samples, 14);
  EXPECT_EQ(stage->output().axis.kind, AxisKind::channel);
  EXPECT_EQ(stage->latency(), 9);
  for (std::size_t n = 0; n < input.shape[0]; ++n) {
    std::vector<Sample> trace = input.row(n);
    if (n == 17) trace[40] = std::numeric_limits<float>::quiet_NaN();
    stage.push(std::span<const Sample>(trace));
  }
  stage->finish();
  stage.pull();
  ASSERT_EQ(stage.traces.size(), expected.shape[0]);
  for (std::size_t n = 0; n < expected.shape[0]; ++n) {
    EXPECT_EQ(has(stage.tags[n].quality, Quality::non_finite), n == 17);
    for (std::size_t k = 0; k < 14; ++k)
      ASSERT_NEAR(static_cast<double>(stage.traces[n][k]), expected.at(n, k), 2e-3) << n << ", " << k;
  }
}

TEST(HyperbolaFit, TellsWhatLiesUnderATrace) {
  for (const double velocity : {0.08e9, 0.1e9, 0.12e9})
    for (const double width : {0.0, 0.2})
      for (const double strength : {1.0, -3.0}) {
        const HyperbolaFitOptions o{.curves = {.n_velocities = 9, .aperture_m = 0.6, .most_traces = 31},
                                    .start_s = 0.5e-9};
        Single stage(o, fine_spec);
        run(stage, diffractions(81, {{0.8, 0.1, velocity, width, strength}}, 0.002));
        const std::vector<Sample>& f = stage.traces[40];
        const auto at = [&](std::size_t k) { return static_cast<double>(f[k]); };
        EXPECT_NEAR(at(0), c / velocity, 0.05 * c / velocity) << width;
        EXPECT_NEAR(at(1), 0.2 / velocity * 1e9, 0.15);
        EXPECT_NEAR(at(2), 0.1, 0.01);
        EXPECT_NEAR(at(3), width, 1e-6);
        EXPECT_GT(at(4), 0.97);
        EXPECT_LT(at(5), at(4) - 0.1);
        EXPECT_GT(at(6) * (strength > 0.0 ? 1.0 : -1.0), 0.95);
        EXPECT_NEAR(at(7), 0.0, 0.15);
        EXPECT_GT(at(8), 0.5);
        EXPECT_NEAR(at(9), 0.0, 0.01);
        EXPECT_NEAR(at(10), 0.0, 0.1);  // 5 % of velocity bend the ends by so much
        EXPECT_LT(at(11), 0.03);
        EXPECT_NEAR(at(12), 0.0, 0.02);
        EXPECT_NEAR(at(13), 0.0, 0.35);
        const Evidence& evidence = stage.tags[40].evidence;
        EXPECT_NEAR(evidence.hyperbola_velocity_m_per_s, c / at(0), 1e4);
        EXPECT_NEAR(evidence.hyperbola_time_s, at(1) * 1e-9, 1e-15);
        EXPECT_GT(evidence.hyperbola_fit, 0.9);
        // Beside the apex the same hyperbola is one that tilts, and its traces are uneven in strength.
        EXPECT_LT(static_cast<double>(stage.traces[36][9]), -0.05);
        EXPECT_GT(static_cast<double>(stage.traces[44][9]), 0.05);
        EXPECT_GT(static_cast<double>(stage.traces[34][12]), 0.1);
        EXPECT_LT(static_cast<double>(stage.traces[46][12]), -0.1);
      }
}

// A template that is too slow expects the flanks too late: the bend is what is left, by the formula of both curves.
TEST(HyperbolaFit, TheBendIsTheCurvatureThatIsLeft) {
  for (const double velocity : {0.094e9, 0.106e9}) {
    const HyperbolaFitOptions o{.curves = {.min_velocity_m_per_s = 0.1e9, .n_velocities = 1, .widths_m = {0.0}},
                                .start_s = 0.5e-9};
    Single stage(o, fine_spec);
    run(stage, diffractions(81, {{0.8, 0.1, velocity}}));
    const std::vector<Sample>& f = stage.traces[40];
    ASSERT_NEAR(f[0], c / 0.1e9, 1e-4);
    // Lags of true against template, weighted by energies that fall as (z/R)^8: the sums of least squares by hand.
    const double z = 0.5e-9 * static_cast<double>(f[1]) * 0.1e9;
    double m0 = 0.0, m2 = 0.0, m4 = 0.0, d0 = 0.0, d2 = 0.0;
    Index reach = 0;
    while (std::pow(z / std::hypot(0.02 * static_cast<double>(reach + 1), z), 4) >= 0.1 && reach < 10) ++reach;
    for (Index m = -reach; m <= reach; ++m) {
      const double u2 = static_cast<double>(m * m) / static_cast<double>(reach * reach);
      const double x = 0.02 * static_cast<double>(m);
      const double d = 2e9 * ((std::hypot(x, 0.1) - 0.1) / velocity - (std::hypot(x, z) - z) / 0.1e9);
      const double e = std::pow(0.1 / std::hypot(x, 0.1), 8);
      m0 += e, m2 += e * u2, m4 += e * u2 * u2, d0 += e * d, d2 += e * u2 * d;
    }
    EXPECT_NEAR(static_cast<double>(f[10]), (m0 * d2 - m2 * d0) / (m0 * m4 - m2 * m2), 0.02) << velocity;
    EXPECT_GT(static_cast<double>(f[10]) * (velocity < 0.1e9 ? 1.0 : -1.0), 0.03);
  }
}

// A layer has no curvature: flat semblance says so. One that dips by so many periods along the curve has that tilt.
TEST(HyperbolaFit, LayersAreToldFromHyperbolas) {
  const HyperbolaFitOptions o{
      .curves = {.n_velocities = 1, .widths_m = {10.0}, .amplitude_power = 0.0, .pattern_power = 0.0},
      .start_s = 0.5e-9};
  for (const double dip : {0.0, 0.1, -0.1}) {
    Traces line(41, std::vector<Sample>(300));
    for (std::size_t n = 0; n < line.size(); ++n)
      for (std::size_t i = 0; i < 300; ++i)
        line[n][i] = static_cast<Sample>(test::ricker(
            fine_spec.axis.at(static_cast<Index>(i)) - 4e-9 - dip * 1e-9 * (static_cast<double>(n) - 20.0) / 10.0,
            1e9));
    Single stage(o, fine_spec);
    run(stage, line);
    const std::vector<Sample>& f = stage.traces[20];
    EXPECT_NEAR(f[9], dip, 0.01);
    EXPECT_NEAR(f[10], 0.0, 0.01);
    EXPECT_NEAR(f[4], f[5], 1e-6);
    EXPECT_NEAR(f[13], 0.0, 0.02);
    EXPECT_GT(f[4], dip == 0.0 ? 0.9999F : 0.8F);
  }
}

TEST(HyperbolaFit, LooksNearWhatScored) {
  const Traces line = diffractions(81, {{0.8, 0.06, 0.1e9, 0.0, 1.0}, {0.8, 0.25, 0.1e9, 0.0, 3.0}});
  const HyperbolaFitOptions o{.curves = {}, .start_s = 0.5e-9};
  const auto time_of = [&](double score_time_s) {
    Single stage(o, fine_spec);
    TraceTag tag;
    tag.score = 5.0F;
    tag.score_time_s = score_time_s;
    run(stage, line, tag);
    EXPECT_EQ(stage.tags[40].score, 5.0F);
    if (!std::isnan(score_time_s)) {
      EXPECT_EQ(stage.tags[40].score_time_s, score_time_s);
    }
    return static_cast<double>(stage.traces[40][1]);
  };
  EXPECT_NEAR(time_of(1.3e-9), 1.2, 0.15);
  EXPECT_NEAR(time_of(4.8e-9), 5.0, 0.15);
  EXPECT_NEAR(time_of(std::nan("")), 5.0, 0.15);
  EXPECT_EQ(time_of(1.0), 0.0);  // nothing of the gate is near
}

TEST(HyperbolaFit, LooksOnlyWhereTheScoreAsksForIt) {
  HyperbolaFitOptions o{.curves = {}, .start_s = 0.5e-9, .least_score = 3.0};
  Single stage(o, fine_spec);
  const Traces line = diffractions(60, {{0.6, 0.1, 0.1e9}}, 0.1);
  for (std::size_t n = 0; n < line.size(); ++n) {
    TraceTag tag;
    tag.score = n == 30 ? 3.0F : 2.9F;
    stage.push(std::span<const Sample>(line[n]), tag);
  }
  stage->finish();
  stage.pull();
  o.least_score = 0.0;
  Single all(o, fine_spec);
  run(all, line);
  for (std::size_t n = 0; n < line.size(); ++n) {
    EXPECT_EQ(stage.traces[n], n == 30 ? all.traces[n] : std::vector<Sample>(14, 0.0F)) << n;
    EXPECT_EQ(std::isnan(stage.tags[n].evidence.hyperbola_fit), n != 30);
  }
}

// A factor of two to a power and a sign leave every bit but the sign of the two correlations.
TEST(HyperbolaFit, AFactorChangesNothing) {
  const HyperbolaFitOptions o{.curves = {}, .start_s = 0.5e-9};
  const Traces line = diffractions(60, {{0.6, 0.1, 0.1e9}}, 0.1);
  Single base(o, fine_spec);
  run(base, line);
  for (const float factor : {-1.0F, 0x1p-20F, -0x1p20F}) {
    Traces scaled = line;
    for (auto& trace : scaled)
      for (Sample& x : trace) x *= factor;
    Single stage(o, fine_spec);
    run(stage, scaled);
    for (std::size_t n = 0; n < line.size(); ++n)
      for (std::size_t k = 0; k < 14; ++k) {
        const float sign = factor < 0.0F && (k == 6 || k == 7) ? -1.0F : 1.0F;
        ASSERT_EQ(stage.traces[n][k], sign * base.traces[n][k]) << n << " " << k << " " << factor;
      }
  }
}

TEST(HyperbolaFit, EveryInputGivesFiniteNumbers) {
  const HyperbolaFitOptions o{.curves = {.widths_m = {0.0, 0.2}}};
  const auto expect_finite = [&](const Traces& line, bool zero) {
    Single stage(o, fine_spec);
    run(stage, line);
    ASSERT_EQ(stage.traces.size(), line.size());
    for (const auto& trace : stage.traces)
      for (const Sample x : trace) {
        EXPECT_TRUE(std::isfinite(x));
        EXPECT_TRUE(!zero || x == 0.0F);
      }
  };
  expect_finite(Traces(40, std::vector<Sample>(300, 0.0F)), true);
  expect_finite(Traces(40, std::vector<Sample>(300, 1000.0F)), false);
  expect_finite(Traces(1, std::vector<Sample>(300, 1.0F)), true);
  expect_finite(Traces(40, std::vector<Sample>(300, 9e15F)), false);
  expect_finite(Traces(40, std::vector<Sample>(300, 1e-37F)), true);
  Traces lonely(40, std::vector<Sample>(300, 0.0F));
  lonely[20][150] = 1.0F;
  expect_finite(lonely, false);
  Traces broken = diffractions(40, {{0.4, 0.1, 0.1e9}}, 0.1);
  for (std::size_t n = 0; n < broken.size(); n += 2) broken[n][7] = std::numeric_limits<float>::infinity();
  expect_finite(broken, false);
}

TEST(HyperbolaFit, SaysHowManyTemplates) {
  const HyperbolaFitOptions o{
      .curves = {.n_velocities = 3, .widths_m = {0.0, 0.2}}, .start_s = 0.0, .end_s = 286 * 0.035e-9};
  Single stage(o, fine_spec);
  EXPECT_EQ(stage->latency(), 10);
  std::array<Note, most_notes> notes;
  ASSERT_EQ(stage->notes(notes), 1);
  EXPECT_EQ(notes[0].value, 6.0 * std::ceil(std::floor(286.0 / 3.0) / 4.0));
}

TEST(HyperbolaFit, RefusesWhatCannotWork) {
  const auto wrong = [](const HyperbolaFitOptions& o, StreamSpec in = fine_spec) {
    const Problem p = validate(o, in);
    return std::string(p ? p.field : "");
  };
  EXPECT_EQ(wrong({}), "");
  EXPECT_EQ(wrong({.curves = {}, .end_s = 0.1e-9}), "end_s");
  EXPECT_EQ(wrong({.curves = {}, .end_s = std::nan("")}), "end_s");
  EXPECT_EQ(wrong({.curves = {}, .near_score_s = -1.0}), "near_score_s");
  EXPECT_EQ(wrong({.curves = {.widths_m = {}}}), "widths_m");
  EXPECT_EQ(wrong({.curves = {.centre_frequency_hz = 1e7}}), "centre_frequency_hz");
  StreamSpec in = fine_spec;
  in.trace_spacing_m = 0.0;
  EXPECT_EQ(wrong({}, in), "aperture_m");
  in = fine_spec;
  in.axis.kind = AxisKind::depth;
  EXPECT_NE(wrong({}, in), "");
}

}  // namespace
}  // namespace surefoot::detect
