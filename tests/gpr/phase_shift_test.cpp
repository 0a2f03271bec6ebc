// SPDX-License-Identifier: MIT
#include <surefoot/gpr/phase_shift.hpp>

#include <surefoot/dsp/parallel.hpp>
#include <surefoot/gpr/stolt.hpp>

#include "support/diffractor.hpp"
#include "support/golden.hpp"
#include "support/point_bound.hpp"
#include "support/stage_run.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>

namespace surefoot::gpr {
namespace {

using test::Image;
using test::Peak;
using test::PointScene;
using test::Single;

template <class StageType, class Options>
Image image_of(const Options& options, const Line& line) {
  Single<StageType> stage(options, line.spec());
  for (Index j = 0; j < line.n_traces(); ++j) stage.push(line.trace(j), line.tags[to_size(j)]);
  stage->finish();
  stage.pull();
  return test::image_of(stage.traces);
}

Line golden_line() {
  const test::GoldenArray golden = test::read_golden_npy("migration_input.npy");
  Line line;
  line.axis = {AxisKind::two_way_time, 0.0, 0.2e-9};
  line.trace_spacing_m = 0.02;
  line.samples.resize(static_cast<Index>(golden.shape.at(1)), static_cast<Index>(golden.shape.at(0)));
  for (Index j = 0; j < line.n_traces(); ++j)
    for (Index i = 0; i < line.n_samples(); ++i)
      line.samples(i, j) = static_cast<Sample>(golden.at(to_size(j), to_size(i)));
  line.tags = test::plain_tags(line.n_traces(), line.spec());
  return line;
}

double largest_error(const Image& got, const test::GoldenArray& want) {
  EXPECT_EQ(to_size(got.cols()), want.shape.at(0));
  EXPECT_EQ(to_size(got.rows()), want.shape.at(1));
  double largest = 0.0;
  double error = 0.0;
  for (Index j = 0; j < got.cols(); ++j)
    for (Index i = 0; i < got.rows(); ++i) {
      largest = std::max(largest, std::abs(want.at(to_size(j), to_size(i))));
      error = std::max(error, std::abs(got(i, j) - want.at(to_size(j), to_size(i))));
    }
  return error / largest;
}

// The sum that defines the image, phases layer by layer, in double, without FFT (tests/golden/migration.py).
TEST(PhaseShift, IsTheSumThatDefinesIt) {
  const Line line = golden_line();
  EXPECT_LT(largest_error(image_of<PhaseShift>(PhaseShiftOptions{.depth_step_m = 0.01, .max_depth_m = 0.2}, line),
                          test::read_golden_npy("phase_shift.npy")),
            2e-5);
  const PhaseShiftOptions layers{.layer_top_m = {0.0, 0.055, 0.11},
                                 .velocity_m_per_s = {1e8, 0.6e8, 1.4e8},
                                 .depth_step_m = 0.007,
                                 .max_depth_m = 0.16,
                                 .largest_angle_deg = 60.0};
  EXPECT_LT(largest_error(image_of<PhaseShift>(layers, line), test::read_golden_npy("phase_shift_layers.npy")), 2e-5);
}

PointScene scene(double velocity, double offset = 0.0) {
  PointScene s;
  s.velocity_m_per_s = velocity;
  s.antenna_offset_m = offset;
  s.spacing_m = velocity / (8.0 * s.centre_hz);
  s.sample_interval_s = 0.1e-9;
  s.n_traces = 2 * static_cast<Index>(1.0 / s.spacing_m) + 1;
  s.first_x_m = -s.spacing_m * static_cast<double>(s.n_traces / 2);
  return s;
}

// Two ways to the same image: a mapping of frequencies with its Jacobian, and a sum of shifted phases without one.
TEST(PhaseShift, IsStoltsImageWhereTheVelocityIsConstant) {
  PointScene s = scene(1e8);
  s.n_samples = 256;
  s.n_traces = 101;
  s.first_x_m = -50.0 * s.spacing_m;
  for (const double start : {0.0, -1.5e-9}) {
    s.start_s = start;
    const Line line = test::point_line(s, {{0.0, 0.2}, {0.3, 0.5}, {-0.4, 0.08}});
    const Image shifted = image_of<PhaseShift>(PhaseShiftOptions{}, line);
    const Image mapped = image_of<Stolt>(StoltOptions{.largest_angle_deg = 70.0, .time_padding = 3.0}, line);
    // The axes: depth from 0 in the one, from the start of the record in the other, in the same steps.
    const auto above = static_cast<Index>(std::lround(-start / s.sample_interval_s));
    ASSERT_EQ(shifted.rows(), mapped.rows() - above);
    const double error = (shifted - mapped.bottomRows(shifted.rows())).cwiseAbs().maxCoeff();
    EXPECT_LT(error, 5e-3 * mapped.cwiseAbs().maxCoeff()) << start;
  }
}

double taper(double sine) {
  const double largest = std::sin(70.0 * std::numbers::pi / 180.0);
  const double x = std::clamp((sine - 0.9 * largest) / (0.1 * largest), 0.0, 1.0);
  return 1.0 - x * x * (3.0 - 2.0 * x);
}

class PhaseShiftOfAPoint : public testing::TestWithParam<std::tuple<double, double, double>> {};

TEST_P(PhaseShiftOfAPoint, PeaksAtTheTruthAsSharpAsCanBe) {
  const auto [velocity, depth, offset] = GetParam();
  const PointScene s = scene(velocity, offset);
  const double step = 0.5 * velocity * s.sample_interval_s;
  const Image image =
      image_of<PhaseShift>(PhaseShiftOptions{.velocity_m_per_s = {velocity}}, test::point_line(s, {{0.0, depth}}));
  const Index middle = s.n_traces / 2;
  EXPECT_LT(test::asymmetry(image, static_cast<double>(middle)), 1e-3);

  const double quarter_wave = 0.25 * s.wavelength_m();
  const Peak global = test::peak_of(image.cwiseAbs());
  EXPECT_NEAR((global.column - static_cast<double>(middle)) * s.spacing_m, 0.0, quarter_wave);
  EXPECT_NEAR(global.row * step, depth, quarter_wave);

  constexpr Index half = 20;
  const Image e = test::envelope(image.middleCols(middle - half, 2 * half + 1));
  const Peak peak = test::peak_of(e);
  EXPECT_NEAR((peak.column - static_cast<double>(half)) * s.spacing_m, 0.0, 0.1 * quarter_wave);
  EXPECT_NEAR(peak.row * step, depth, quarter_wave);

  const double end = -s.first_x_m;
  const Image bound = test::sharpest_image(s, depth, end, end, 81, 2 * half + 1, step, s.spacing_m, taper);
  const Peak best = test::peak_of(bound);
  for (const double level : {0.5, 0.7079}) {
    EXPECT_NEAR(test::width_across_traces(e, peak, level) / test::width_across_traces(bound, best, level), 1.0, 0.15);
    EXPECT_NEAR(test::width_along_depth(e, peak, level) / test::width_along_depth(bound, best, level), 1.0, 0.15);
  }
}

INSTANTIATE_TEST_SUITE_P(Points, PhaseShiftOfAPoint,
                         testing::Combine(testing::Values(0.06e9, 0.1e9, 0.15e9), testing::Values(0.05, 0.1, 0.2, 0.5),
                                          testing::Values(0.0, 0.03)));

// A point in the second of two layers; its travel times by tracing rays: the angle in the upper layer is found by bisection
// so that the ray ends in the point (Snell).
TEST(PhaseShift, FocusesAPointUnderALayerOfAnotherVelocity) {
  struct Soil {
    double upper;
    double lower;
    double border;
    double depth;
  };
  for (const Soil& soil : {Soil{1.2e8, 0.7e8, 0.1, 0.25}, Soil{0.7e8, 1.2e8, 0.12, 0.3}}) {
    PointScene s = scene(std::min(soil.upper, soil.lower));
    s.n_samples = 400;
    s.n_traces = 161;
    s.first_x_m = -80.0 * s.spacing_m;
    Line line = test::point_line(s, {});
    const auto time_to = [&](double across) {
      const double ratio = soil.lower / soil.upper;
      double low = 0.0;  // sine in the upper layer
      double high = std::min(1.0, 1.0 / ratio);
      const auto tangent = [](double sine) { return sine / std::sqrt(1.0 - sine * sine); };
      for (int round = 0; round < 200; ++round) {
        const double sine = 0.5 * (low + high);
        const double x = soil.border * tangent(sine) + (soil.depth - soil.border) * tangent(sine * ratio);
        (x < across ? low : high) = sine;
      }
      const double sine = low;
      return soil.border / soil.upper / std::sqrt(1.0 - sine * sine) +
             (soil.depth - soil.border) / soil.lower / std::sqrt(1.0 - sine * sine * ratio * ratio);
    };
    for (Index j = 0; j < s.n_traces; ++j) {
      const double t = 2.0 * time_to(std::abs(s.x(j)));
      for (Index i = 0; i < s.n_samples; ++i)
        line.samples(i, j) =
            static_cast<Sample>(2.0 * time_to(0.0) / t * test::ricker(line.axis.at(i) - t, s.centre_hz));
    }
    const PhaseShiftOptions options{.layer_top_m = {0.0, soil.border}, .velocity_m_per_s = {soil.upper, soil.lower}};
    const Image image = image_of<PhaseShift>(options, line);
    const double step = 0.5 * s.velocity_m_per_s * s.sample_interval_s;
    const double quarter_wave = 0.25 * soil.lower / s.centre_hz;
    const Peak peak = test::peak_of(test::envelope(image.middleCols(60, 41)));
    EXPECT_NEAR(peak.column, 20.0, 0.05);
    EXPECT_NEAR(peak.row * step, soil.depth, 0.2 * quarter_wave);
    const double focused = peak.value;

    // One mean velocity, chosen so that the apex is at the right depth, focuses less: the test can see the layers.
    const double mean = soil.depth / time_to(0.0);
    const Image blurred =
        image_of<PhaseShift>(PhaseShiftOptions{.velocity_m_per_s = {mean}, .depth_step_m = step}, line);
    EXPECT_GT(focused, 1.03 * test::peak_of(test::envelope(blurred.middleCols(60, 41))).value) << soil.upper;
  }
}

// Layers of one velocity are one layer, wherever they are cut, also between two samples of the image.
TEST(PhaseShift, CutsBetweenLayersOfOneVelocityLeaveNoTrace) {
  const Line line = golden_line();
  const Image whole = image_of<PhaseShift>(PhaseShiftOptions{.depth_step_m = 0.01, .max_depth_m = 0.2}, line);
  const Image cut = image_of<PhaseShift>(PhaseShiftOptions{.layer_top_m = {0.0, 0.013, 0.014, 0.1, 0.5},
                                                           .velocity_m_per_s = {1e8, 1e8, 1e8, 1e8, 1e8},
                                                           .depth_step_m = 0.01,
                                                           .max_depth_m = 0.2},
                                         line);
  EXPECT_LT((whole - cut).cwiseAbs().maxCoeff(), 3e-5 * whole.cwiseAbs().maxCoeff());
}

// A flat layer keeps its amplitude and comes to its depth: t(z) of the layers above. One trace is taken as flat layers.
TEST(PhaseShift, AFlatLayerKeepsItsAmplitude) {
  const Index n = 200;
  StreamSpec in{{AxisKind::two_way_time, -0.7e-9, 0.1e-9}, n, 0.0, 0.01, 40};
  std::vector<Sample> trace;
  for (Index i = 0; i < n; ++i) trace.push_back(static_cast<Sample>(3.0 * test::ricker(in.axis.at(i) - 8e-9, 0.7e9)));
  const PhaseShiftOptions options{
      .layer_top_m = {0.0, 0.15}, .velocity_m_per_s = {1e8, 0.6e8}, .depth_step_m = 0.002, .max_depth_m = 0.4};
  Single<PhaseShift> stage(options, in);
  stage.push(trace);
  stage->finish();
  stage.pull();
  ASSERT_EQ(stage.traces.size(), 1U);
  for (std::size_t i = 0; i < stage.traces[0].size(); ++i) {
    const double z = 0.002 * static_cast<double>(i);
    const double t = 2.0 * (std::min(z, 0.15) / 1e8 + std::max(0.0, z - 0.15) / 0.6e8);
    ASSERT_NEAR(stage.traces[0][i], 3.0 * test::ricker(t - 8e-9, 0.7e9), 1e-4) << z;
  }
}

// What more padding would change is what came round. Points at both ends, at the bottom and on top.
TEST(PhaseShift, NothingComesRoundAboveMinus40Decibels) {
  for (const double start : {0.0, -2e-9, 3e-9}) {
    PointScene s = scene(1e8);
    s.start_s = start;
    s.n_samples = 200;
    s.n_traces = 81;
    s.first_x_m = 0.0;
    const double bottom = 0.5 * 1e8 * (start + 195.0 * s.sample_interval_s);
    const std::vector<test::Point> points{{0.03, 0.2}, {0.97, 0.2}, {0.02, bottom}, {0.98, bottom}, {0.5, bottom}};
    for (const test::Point& point : points) {
      const Line line = test::point_line(s, {point});
      const Image image = image_of<PhaseShift>(PhaseShiftOptions{}, line);
      // The truth: Stolt's image with padding without end, which goes another way through time.
      const Image mapped =
          image_of<Stolt>(StoltOptions{.largest_angle_deg = 70.0, .time_padding = 6.0, .trace_padding = 6.0}, line);
      const double first = std::max(0.0, start) / s.sample_interval_s;
      const auto skip = static_cast<Index>(std::lround(first));
      const auto above = static_cast<Index>(std::lround(std::max(0.0, -start) / s.sample_interval_s));
      const Index rows = mapped.rows() - above;
      const double peak = mapped.cwiseAbs().maxCoeff();
      EXPECT_LT((image.middleRows(skip, rows) - mapped.bottomRows(rows)).cwiseAbs().maxCoeff(), 1e-2 * peak)
          << start << " " << point.x_m << " " << point.depth_m;
    }
  }
}

TEST(PhaseShift, ThreadsDoNotChangeTheBits) {
  const Line line = test::rough_line(97, 200);
  const auto run = [&](Index threads) {
    dsp::set_threads(threads);
    Single<PhaseShift> stage(PhaseShiftOptions{.layer_top_m = {0.0, 0.3}, .velocity_m_per_s = {1e8, 0.7e8}},
                             line.spec());
    dsp::set_threads(1);
    for (Index j = 0; j < line.n_traces(); ++j) stage.push(line.trace(j), line.tags[to_size(j)]);
    stage->finish();
    stage.pull();
    return stage.traces;
  };
  const auto one = run(1);
  EXPECT_GT(test::image_of(one).cwiseAbs().maxCoeff(), 0.0);
  EXPECT_EQ(one, run(2));
  EXPECT_EQ(one, run(3));
}

TEST(PhaseShift, ZeroStaysZeroAndHugeStaysFinite) {
  Line line = golden_line();
  line.samples.setZero();
  EXPECT_EQ(image_of<PhaseShift>(PhaseShiftOptions{}, line).cwiseAbs().maxCoeff(), 0.0);
  line.samples.setConstant(8e15F);
  EXPECT_TRUE(image_of<PhaseShift>(PhaseShiftOptions{}, line).allFinite());
}

TEST(PhaseShift, SaysItsAxis) {
  const StreamSpec in{{AxisKind::two_way_time, -1e-9, 0.1e-9}, 211, 0.0, 0.01, 30};
  Single<PhaseShift> stage(PhaseShiftOptions{.layer_top_m = {0.0, 0.2}, .velocity_m_per_s = {1e8, 0.6e8}}, in);
  // 20 ns: 4 ns and 0.2 m in the upper layer, 16 ns and 0.48 m in the lower one.
  EXPECT_EQ(stage->output().axis, (TraceAxis{AxisKind::depth, 0.0, 0.003}));
  EXPECT_EQ(stage->output().n_samples, 227);
  EXPECT_EQ(stage->output().max_traces, 30);
  EXPECT_TRUE(stage->one_to_one());
}

TEST(PhaseShift, RefusesWhatItCannotDo) {
  const StreamSpec in{{AxisKind::two_way_time, 0.0, 0.2e-9}, 512, 0.0, 0.02, 100};
  const auto field = [&](const PhaseShiftOptions& o, const StreamSpec& spec) {
    const Problem problem = validate(o, spec);
    return std::string(problem ? problem.field : "none");
  };
  EXPECT_EQ(field({}, in), "none");
  EXPECT_EQ(field({.velocity_m_per_s = {}}, in), "velocity_m_per_s");
  EXPECT_EQ(field({.velocity_m_per_s = {3e8}}, in), "velocity_m_per_s");
  EXPECT_EQ(field({.velocity_m_per_s = {1e8, 0.5e8}}, in), "layer_top_m");
  EXPECT_EQ(field({.layer_top_m = {0.1}}, in), "layer_top_m");
  EXPECT_EQ(field({.layer_top_m = {0.0, 0.2, 0.2}, .velocity_m_per_s = {1e8, 1e8, 1e8}}, in), "layer_top_m");
  EXPECT_EQ(field({.max_depth_m = 5.2}, in), "max_depth_m");
  EXPECT_NEAR(validate(PhaseShiftOptions{.max_depth_m = 9.0}, in).allowed.high, 5.11, 1e-9);
  EXPECT_EQ(field({.depth_step_m = 1e-9}, in), "depth_step_m");
  EXPECT_EQ(field({.depth_step_m = -1.0}, in), "depth_step_m");
  EXPECT_EQ(field({.largest_angle_deg = 86.0}, in), "largest_angle_deg");
  StreamSpec other = in;
  other.trace_spacing_m = 0.0;
  EXPECT_EQ(field({}, other), "velocity_m_per_s");
  other = in;
  other.trace_spacing_m = 1e-8;
  EXPECT_EQ(field({}, other), "trace_padding");
  other = in;
  other.axis.kind = AxisKind::depth;
  EXPECT_EQ(field({}, other), "velocity_m_per_s");
}

}  // namespace
}  // namespace surefoot::gpr
