// SPDX-License-Identifier: MIT
#include <surefoot/detect/hyperbola.hpp>

#include <surefoot/dsp/thresholds.hpp>
#include <surefoot/sim/scene.hpp>

#include "support/golden.hpp"
#include "support/lines.hpp"
#include "support/stage_run.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <string>

namespace surefoot::detect {
namespace {

using Single = test::Single<Hyperbola>;
using Traces = std::vector<std::vector<Sample>>;

struct Scored {
  std::vector<std::vector<Sample>> traces;
  std::vector<TraceTag> tags;

  [[nodiscard]] std::size_t peak(std::size_t from = 0) const {
    std::size_t best = from;
    for (std::size_t k = from; k < tags.size(); ++k)
      if (tags[k].score > tags[best].score) best = k;
    return best;
  }
};

Scored run(const HyperbolaOptions& options, const StreamSpec& in, const Traces& line) {
  Single stage(options, in);
  for (const auto& trace : line) stage.push(std::span<const Sample>(trace));
  stage->finish();
  stage.pull();
  return {stage.traces, stage.tags};
}

// Four cases of tests/golden/hyperbola.py: plain sums in double over the traces along each curve.
TEST(Hyperbola, IsTheSumAlongCurvesOfNumPy) {
  const auto input = test::read_golden_npy("hyperbola_input.npy");
  const auto expected = test::read_golden_npy("hyperbola_expected.npy");
  const std::size_t n_traces = input.shape[0];
  const StreamSpec in{{AxisKind::two_way_time, -1e-9, 0.1e-9}, 90, 0.0, 0.02, 0};
  HyperbolaOptions o{.curves = {.min_velocity_m_per_s = 0.08e9,
                                .max_velocity_m_per_s = 0.14e9,
                                .n_velocities = 3,
                                .widths_m = {0.0, 0.15},
                                .aperture_m = 0.37,
                                .pattern_power = 1.5,
                                .antenna_offset_m = 0.06,
                                .standoff_m = 0.05,
                                .ground_time_s = 0.1e-9},
                     .depth = {.start_s = 0.2e-9, .end_s = 6.2e-9, .segment_s = 0.4e-9, .emit = Emit::log_energy}};
  const std::array cases{std::pair{dsp::CurveMatch::semblance, dsp::CurveScore::share},
                         std::pair{dsp::CurveMatch::semblance, dsp::CurveScore::product},
                         std::pair{dsp::CurveMatch::ncc, dsp::CurveScore::share},
                         std::pair{dsp::CurveMatch::ncc, dsp::CurveScore::energy}};
  for (std::size_t c = 0; c < cases.size(); ++c) {
    o.match = cases[c].first;
    o.score = cases[c].second;
    ASSERT_FALSE(validate(o, in));
    Traces line;
    for (std::size_t n = 0; n < n_traces; ++n) line.push_back(input.row(n));
    line[17][40] = std::numeric_limits<float>::quiet_NaN();
    const Scored out = run(o, in, line);
    ASSERT_EQ(out.traces.size(), n_traces);
    for (std::size_t n = 0; n < n_traces; ++n)
      for (std::size_t k = 0; k < 15; ++k) {
        if (n == 17) continue;
        const double y = expected.values[(c * n_traces + n) * 15 + k];
        ASSERT_NEAR(static_cast<double>(out.traces[n][k]), y, 2e-4) << c << " " << n << " " << k;
      }
    EXPECT_EQ(out.tags[17].score, 0.0F);
    EXPECT_TRUE(has(out.tags[17].quality, Quality::non_finite));
  }
}

// White noise on all traces of a template: the share is Beta distributed whatever the weights, with M = 11 and T = 9 of the
// reference; a correlation over 99 samples is Student's.
TEST(Hyperbola, NoiseReachesTheThresholdsAsOftenAsTheySay) {
  constexpr int n_trials = 20000;
  for (const auto match : {dsp::CurveMatch::semblance, dsp::CurveMatch::ncc}) {
    const std::array widths{10.0};  // flat: no trace is interpolated
    const dsp::HyperbolaBankOptions o{.match = match,
                                      .centre_frequency_hz = 1.0 / 8.0,
                                      .least_velocity_m_per_s = 1e8,
                                      .most_velocity_m_per_s = 1e8,
                                      .n_velocities = 1,
                                      .widths_m = widths,
                                      .aperture_m = 1.0,
                                      .most_traces = 11,
                                      .taper = 0.5};
    const dsp::ApexGate gate{{AxisKind::two_way_time, 0.0, 1.0}, 24, 0.1, 8, 9, 9};
    std::vector<std::byte> memory(1 << 18);
    Arena arena(memory);
    dsp::HyperbolaBank bank(o, gate, arena);
    ASSERT_TRUE(arena.ok());
    ASSERT_EQ(bank.window(), 9);
    ASSERT_EQ(dsp::HyperbolaBank::half(o, 0.1), 5);
    test::Random random(2026);
    std::vector<Sample> trace(24);
    int above_2 = 0;
    int above_3 = 0;
    const bool ncc = match == dsp::CurveMatch::ncc;
    const double r2 = dsp::correlation_threshold(99, 0.5e-2);  // two sides
    const double r3 = dsp::correlation_threshold(99, 0.5e-3);
    const double at_2 = ncc ? r2 * r2 : dsp::semblance_threshold(11, 9.0, 1e-2);
    const double at_3 = ncc ? r3 * r3 : dsp::semblance_threshold(11, 9.0, 1e-3);
    for (int k = 0; k < n_trials; ++k) {
      for (int i = 0; i < 11; ++i) {
        for (Sample& x : trace) x = static_cast<Sample>(random.normal());
        bank.push(std::span<const Sample>(trace));
      }
      bank.look();
      const double share = bank.share(4, 0);
      above_2 += share > at_2 ? 1 : 0;
      above_3 += share > at_3 ? 1 : 0;
    }
    EXPECT_NEAR(above_2, 1e-2 * n_trials, 3.0 * std::sqrt(1e-2 * n_trials)) << "seed 2026, ncc " << ncc;
    EXPECT_NEAR(above_3, 1e-3 * n_trials, 3.0 * std::sqrt(1e-3 * n_trials)) << "seed 2026, ncc " << ncc;
  }
}

// A point diffractor on the ground, s = h = 0, that follows the template's law: t = 2 sqrt(x^2 + z^2) / v, amplitude (z/R)^2.
struct Point {
  double x_m, z_m, velocity, width_m = 0.0, strength = 1.0;
};
Traces diffractions(const StreamSpec& in, Index n_traces, const std::vector<Point>& points, double noise) {
  test::Random random(77);
  Traces line(to_size(n_traces), std::vector<Sample>(to_size(in.n_samples)));
  for (std::size_t n = 0; n < line.size(); ++n)
    for (std::size_t i = 0; i < line[n].size(); ++i) {
      double y = noise * random.normal();
      for (const Point& p : points) {
        const double away =
            std::max(0.0, std::abs(in.trace_spacing_m * static_cast<double>(n) - p.x_m) - 0.5 * p.width_m);
        const double r = std::hypot(away, p.z_m);
        y += p.strength * std::pow(p.z_m / r, 2) *
             test::ricker(in.axis.at(static_cast<Index>(i)) - 2.0 * r / p.velocity, 1e9);
      }
      line[n][i] = static_cast<Sample>(y);
    }
  return line;
}

constexpr StreamSpec fine_spec{{AxisKind::two_way_time, 0.0, 0.035e-9}, 300, 0.0, 0.02, 0};

TEST(Hyperbola, FindsPlaceDepthAndVelocityOfAPoint) {
  for (const auto match : {dsp::CurveMatch::semblance, dsp::CurveMatch::ncc})
    for (const auto score : {dsp::CurveScore::share, dsp::CurveScore::energy, dsp::CurveScore::product})
      for (const double velocity : {0.08e9, 0.1e9, 0.12e9}) {
        HyperbolaOptions o{
            .match = match, .score = score, .curves = {.n_velocities = 9, .widths_m = {0.0}, .pattern_power = 0.0}};
        o.depth = {.start_s = 0.5e-9, .end_s = 9e-9, .warm_up_traces = 10};
        const Scored out = run(o, fine_spec, diffractions(fine_spec, 120, {{1.4, 0.12, velocity}}, 0.02));
        const std::size_t n = out.peak(12);
        EXPECT_NEAR(static_cast<double>(n), 70.0, 1.0) << velocity;
        EXPECT_GT(out.tags[n].score, 5.0F);
        EXPECT_NEAR(out.tags[n].score_time_s, 0.24 / velocity, 0.15e-9);
        EXPECT_NEAR(out.tags[n].depth_m, 0.12, 0.12 * 0.1) << velocity;
        const Evidence& evidence = out.tags[n].evidence;
        EXPECT_NEAR(evidence.hyperbola_velocity_m_per_s, velocity, 0.1 * velocity);
        EXPECT_EQ(evidence.hyperbola_time_s, out.tags[n].score_time_s);
        EXPECT_GT(evidence.hyperbola_fit, 0.8);
        EXPECT_LE(evidence.hyperbola_fit, 1.0);
        EXPECT_EQ(out.tags[n].index, static_cast<std::int64_t>(n));
      }
}

// The fit of the bank itself: velocity to 5 %, the share of a template that is in the bank near 1, and the wide plate's width.
TEST(Hyperbola, TheBestTemplateIsTheOneThatMadeTheTraces) {
  const std::array widths{0.0, 0.1, 0.2, 0.3};
  const dsp::HyperbolaBankOptions o{.least_velocity_m_per_s = 0.08e9,
                                    .most_velocity_m_per_s = 0.12e9,
                                    .n_velocities = 7,
                                    .widths_m = widths,
                                    .aperture_m = 0.6,
                                    .most_traces = 31,
                                    .pattern_power = 0.0};
  const dsp::ApexGate gate{fine_spec.axis, 300, 0.02, 20, 220, 220};
  std::vector<std::byte> memory(1 << 22);
  for (const double velocity : {0.08e9, 0.09e9, 0.1e9, 0.12e9})
    for (const double width : widths) {
      Arena arena(memory);
      dsp::HyperbolaBank bank(o, gate, arena);
      ASSERT_TRUE(arena.ok());
      for (const auto& trace : diffractions(fine_spec, 31, {{0.3, 0.1, velocity, width, -7.0}}, 0.005))
        bank.push(std::span<const Sample>(trace));
      bank.look();
      Index apex = -1;
      EXPECT_GT(bank.best_of_segment(0, apex), 0.0);
      ASSERT_GE(apex, 0);
      const dsp::CurveFit fit = bank.fit(apex);
      EXPECT_NEAR(fit.width_m, width, 1e-12) << velocity;
      EXPECT_NEAR(fit.velocity_m_per_s, velocity, 0.05 * velocity) << width;
      EXPECT_NEAR(fit.depth_m, 0.1, 0.01) << velocity << " " << width;
      EXPECT_GT(fit.share, 0.95) << velocity << " " << width;
    }
}

// Lanes of sim::scene: another author's geometry (refraction, pattern, transmission), truth known.
TEST(Hyperbola, FindsTheTargetsOfASceneWhereTheyAre) {
  const std::string scene = R"(
surefoot_scene = 1
seed = 11
[line]
n_traces = 160
n_samples = 320
trace_spacing_m = 0.02
[antenna]
direct_wave = 0.0
[ground]
standoff_m = 0.05
[[layer]]
permittivity = 7
conductivity_s_m = 0.005
[receiver]
noise = 0.0005
[[target]]
name = "point"
shape = "point"
kind = "clutter"
metal = "low"
scatterer_m = 0.02
x_m = 1.0
depth_m = 0.12
[[target]]
name = "plate"
shape = "plate"
kind = "mine-AT"
metal = "high"
conductor = true
x_m = 2.2
depth_m = 0.12
width_m = 0.3
height_m = 0.08
)";
  const sim::SimulatedLine made = sim::simulate(sim::parse_scene(scene));
  const StreamSpec in = made.line.spec();
  Traces line(160, std::vector<Sample>(320));
  for (std::size_t i = 0; i < 320; ++i) {  // the ground is flat: the median of the traces is the background
    std::vector<Sample> row(160);
    for (std::size_t n = 0; n < 160; ++n) row[n] = made.line.samples(static_cast<Index>(i), static_cast<Index>(n));
    std::nth_element(row.begin(), row.begin() + 80, row.end());
    for (std::size_t n = 0; n < 160; ++n)
      line[n][i] = made.line.samples(static_cast<Index>(i), static_cast<Index>(n)) - row[80];
  }
  HyperbolaOptions o{.curves = {.min_velocity_m_per_s = 0.08e9,
                                .n_velocities = 7,
                                .antenna_offset_m = 0.06,
                                .standoff_m = 0.05,
                                .ground_time_s = std::hypot(0.1, 0.06) / 299792458.0},
                     .depth = {.start_s = 1.2e-9, .end_s = 7e-9, .top_segments = 1, .warm_up_traces = 10}};
  const Scored out = run(o, in, line);
  const double velocity = 299792458.0 / std::sqrt(7.0);
  for (const double x : {1.0, 2.2}) {
    const auto truth = static_cast<std::size_t>(x / 0.02 + 0.5);
    std::size_t n = truth - 15;
    for (std::size_t k = truth - 15; k < truth + 15; ++k)
      if (out.tags[k].score > out.tags[n].score) n = k;
    EXPECT_NEAR(static_cast<double>(n), static_cast<double>(truth), x < 2.0 ? 1.0 : 5.0);
    EXPECT_GT(out.tags[n].score, 4.0F) << x;
  }
  // Straight above the point. Five centimetres of air narrow the beam: depth within 2 cm.
  EXPECT_NEAR(out.tags[50].depth_m, 0.12, 0.02);
  EXPECT_NEAR(out.tags[50].score_time_s - o.curves.ground_time_s, 0.24 / velocity, 0.15e-9);
}

// A wide plate is found by a wide template: taking the flat tops out lowers what its middle explains.
TEST(Hyperbola, FlatTopsWinOnWidePlates) {
  const auto share = [](std::span<const double> widths, double width) {
    const dsp::HyperbolaBankOptions o{
        .least_velocity_m_per_s = 0.08e9, .most_velocity_m_per_s = 0.14e9, .widths_m = widths};
    const dsp::ApexGate gate{fine_spec.axis, 300, 0.02, 20, 220, 220};
    std::vector<std::byte> memory(1 << 22);
    Arena arena(memory);
    dsp::HyperbolaBank bank(o, gate, arena);
    for (const auto& trace : diffractions(fine_spec, 21, {{0.2, 0.08, 0.11e9, width}}, 0.01))
      bank.push(std::span<const Sample>(trace));
    bank.look();
    Index apex = -1;
    (void)bank.best_of_segment(0, apex);
    return bank.fit(apex);
  };
  const std::array point{0.0};
  const std::array all{0.0, 0.1, 0.2, 0.3};
  const dsp::CurveFit with = share(all, 0.3);
  EXPECT_GE(with.width_m, 0.2);
  EXPECT_GT(with.share, share(point, 0.3).share + 0.1);
  EXPECT_EQ(share(all, 0.0).width_m, 0.0);
}

TEST(Hyperbola, ScalingTheInputLeavesTheScoresUnchanged) {
  HyperbolaOptions o{.curves = {.n_velocities = 2, .widths_m = {0.0}}};
  o.depth.warm_up_traces = 0;
  const Traces line = diffractions(fine_spec, 60, {{0.8, 0.1, 0.1e9}}, 0.1);
  for (const auto score : {dsp::CurveScore::share, dsp::CurveScore::product}) {
    o.score = score;
    const Scored base = run(o, fine_spec, line);
    for (const float factor : {0x1p-40F, 0x1p20F, -1e6F}) {
      Traces scaled = line;
      for (auto& trace : scaled)
        for (Sample& x : trace) x *= factor;
      const Scored out = run(o, fine_spec, scaled);
      for (std::size_t n = 0; n < line.size(); ++n)
        ASSERT_NEAR(static_cast<double>(out.tags[n].score), static_cast<double>(base.tags[n].score), 1e-3)
            << n << factor;
    }
  }
}

TEST(Hyperbola, ZeroConstantSingleAndClippedTracesGiveDefinedScores) {
  const HyperbolaOptions o{.curves = {.widths_m = {0.0, 0.2}}};
  const Scored zero = run(o, fine_spec, Traces(40, std::vector<Sample>(300, 0.0F)));
  for (const TraceTag& tag : zero.tags) {
    EXPECT_EQ(tag.score, 0.0F);
    EXPECT_TRUE(std::isnan(tag.depth_m));
  }
  const Scored constant = run(o, fine_spec, Traces(40, std::vector<Sample>(300, 1000.0F)));
  for (const TraceTag& tag : constant.tags) EXPECT_TRUE(std::isfinite(tag.score));
  const Scored single = run(o, fine_spec, Traces(1, std::vector<Sample>(300, 1.0F)));
  ASSERT_EQ(single.tags.size(), 1U);
  EXPECT_EQ(single.tags[0].score, 0.0F);
  Traces clipped = diffractions(fine_spec, 60, {{0.6, 0.1, 0.1e9, 0.0, 100.0}}, 0.1);
  for (auto& trace : clipped)
    for (Sample& x : trace) x = std::clamp(x, -1.0F, 1.0F);
  Single stage(o, fine_spec);
  for (const auto& trace : clipped) {
    TraceTag tag;
    tag.quality = Quality::saturated;
    stage.push(std::span<const Sample>(trace), tag);
  }
  stage->finish();
  stage.pull();
  for (const TraceTag& tag : stage.tags) {
    EXPECT_TRUE(std::isfinite(tag.score));
    EXPECT_TRUE(has(tag.quality, Quality::saturated));
  }
}

TEST(Hyperbola, SaysHowManyTemplatesAndHowLate) {
  const HyperbolaOptions o{.curves = {.n_velocities = 3, .widths_m = {0.0, 0.2}, .aperture_m = 0.4}};
  Single stage(o, fine_spec);
  EXPECT_EQ(stage->latency(), 10);
  std::array<Note, most_notes> notes;
  ASSERT_EQ(stage->notes(notes), 1);
  EXPECT_EQ(notes[0].value, 6.0 * std::ceil(std::ceil(286.0 / 3.0) / 4.0));
}

TEST(Hyperbola, RefusesWhatCannotWork) {
  HyperbolaOptions o;
  StreamSpec in = fine_spec;
  EXPECT_FALSE(validate(o, in));
  in.trace_spacing_m = 0.0;
  EXPECT_STREQ(validate(o, in).field, "aperture_m");
  EXPECT_NE(std::string(validate(o, in).reason).find("spacing"), std::string::npos);
  in = fine_spec;
  o.curves.aperture_m = 0.03;
  EXPECT_STREQ(validate(o, in).field, "aperture_m");
  EXPECT_EQ(validate(o, in).allowed.low, 0.04);
  o = {};
  o.curves.widths_m = {};
  EXPECT_STREQ(validate(o, in).field, "widths_m");
  o = {};
  o.curves.max_velocity_m_per_s = 0.05e9;
  EXPECT_STREQ(validate(o, in).field, "max_velocity_m_per_s");
  o = {};
  o.curves.centre_frequency_hz = 8e9;
  EXPECT_STREQ(validate(o, in).field, "centre_frequency_hz");
  o.curves.centre_frequency_hz = 1e7;
  EXPECT_STREQ(validate(o, in).field, "centre_frequency_hz");
  o = {};
  o.depth.segment_s = 1.0;
  EXPECT_STREQ(validate(o, in).field, "segment_s");
  in.n_channels = 2;
  EXPECT_STREQ(validate(HyperbolaOptions{}, in).field, "aperture_m");
  in.n_channels = 1;
  in.axis.kind = AxisKind::depth;
  EXPECT_TRUE(validate(HyperbolaOptions{}, in));
}

}  // namespace
}  // namespace surefoot::detect
