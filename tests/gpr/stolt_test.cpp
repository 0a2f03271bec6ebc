// SPDX-License-Identifier: MIT
#include <surefoot/gpr/stolt.hpp>

#include <surefoot/dsp/parallel.hpp>
#include <surefoot/gpr/fk_filter.hpp>
#include <surefoot/gpr/phase_shift.hpp>

#include "support/diffractor.hpp"
#include "support/golden.hpp"
#include "support/point_bound.hpp"
#include "support/point_spread.hpp"
#include "support/stage_run.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace surefoot::gpr {
namespace {

using test::Image;
using test::Peak;
using test::PointScene;
using test::Single;

StreamSpec spec_of(Index n_samples, Index n_traces, double start_s = 0.0) {
  return {{AxisKind::two_way_time, start_s, 0.2e-9}, n_samples, 0.01, 0.02, n_traces};
}

std::vector<std::vector<Sample>> traces_of(const test::GoldenArray& golden) {
  std::vector<std::vector<Sample>> out;
  for (std::size_t j = 0; j < golden.shape.at(0); ++j) out.push_back(golden.row(j));
  return out;
}

std::vector<std::vector<Sample>> image_of(const StoltOptions& options, const StreamSpec& in,
                                          const std::vector<std::vector<Sample>>& traces) {
  Single<Stolt> stage(options, in);
  for (const auto& trace : traces) stage.push(trace);
  stage->finish();
  stage.pull();
  return stage.traces;
}
Image image_of(const StoltOptions& options, const Line& line) {
  StreamSpec spec = line.spec();
  Single<Stolt> stage(options, spec);
  for (Index j = 0; j < line.n_traces(); ++j) stage.push(line.trace(j), line.tags[to_size(j)]);
  stage->finish();
  stage.pull();
  return test::image_of(stage.traces);
}

double largest_error(const std::vector<std::vector<Sample>>& got, const test::GoldenArray& want) {
  double largest = 0.0;
  double error = 0.0;
  for (std::size_t j = 0; j < want.shape.at(0); ++j)
    for (std::size_t i = 0; i < want.shape.at(1); ++i) {
      largest = std::max(largest, std::abs(want.at(j, i)));
      error = std::max(error, std::abs(static_cast<double>(got.at(j).at(i)) - want.at(j, i)));
    }
  return error / largest;
}

// The sum that defines the image, in double, without FFT or interpolation (tests/golden/migration.py).
TEST(Stolt, IsTheSumThatDefinesIt) {
  const auto line = traces_of(test::read_golden_npy("migration_input.npy"));
  const StreamSpec in = spec_of(24, 12);
  EXPECT_LT(largest_error(image_of({}, in, line), test::read_golden_npy("stolt.npy")), 2e-5);
  EXPECT_LT(largest_error(image_of({.largest_angle_deg = 50.0}, in, line), test::read_golden_npy("stolt_angle.npy")),
            2e-5);
  EXPECT_LT(largest_error(image_of({}, spec_of(24, 12, -0.5e-9), line), test::read_golden_npy("stolt_early.npy")),
            2e-5);
  EXPECT_LT(largest_error(image_of({}, spec_of(24, 12, 1.3e-9), line), test::read_golden_npy("stolt_late.npy")), 2e-5);
  // On grids eight times as dense, as if there were no end for waves to come round: -40 dB apart.
  EXPECT_LT(largest_error(image_of({}, in, line), test::read_golden_npy("stolt_dense.npy")), 1e-2);
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

struct Pixel {
  double row_m;
  double column_m;
};
Pixel pixel_of(const PointScene& s) { return {0.5 * s.velocity_m_per_s * s.sample_interval_s, s.spacing_m}; }

// A of the stage's formula, for a largest angle of 90 degrees.
double taper(double sine) {
  const double x = std::clamp((sine - 0.9) / 0.1, 0.0, 1.0);
  return 1.0 - x * x * (3.0 - 2.0 * x);
}

class StoltOfAPoint : public testing::TestWithParam<std::tuple<double, double, double>> {};

TEST_P(StoltOfAPoint, PeaksAtTheTruthAsSharpAsCanBe) {
  const auto [velocity, depth, offset] = GetParam();
  const PointScene s = scene(velocity, offset);
  const Pixel pixel = pixel_of(s);
  const Image image = image_of({.velocity_m_per_s = velocity}, test::point_line(s, {{0.0, depth}}));
  const Index middle = s.n_traces / 2;
  EXPECT_LT(test::asymmetry(image, static_cast<double>(middle)), 1e-3);

  const Peak global = test::peak_of(image.cwiseAbs());
  const double quarter_wave = 0.25 * s.wavelength_m();
  EXPECT_NEAR((global.column - static_cast<double>(middle)) * pixel.column_m, 0.0, quarter_wave);
  EXPECT_NEAR(global.row * pixel.row_m, depth, quarter_wave);

  constexpr Index half = 20;
  const Image e = test::envelope(image.middleCols(middle - half, 2 * half + 1));
  const Peak peak = test::peak_of(e);
  EXPECT_NEAR((peak.column - static_cast<double>(half)) * pixel.column_m, 0.0, 0.1 * quarter_wave);
  EXPECT_NEAR(peak.row * pixel.row_m, depth, quarter_wave);

  const double end = -s.first_x_m;
  const Image bound = test::sharpest_image(s, depth, end, end, 81, 2 * half + 1, pixel.row_m, pixel.column_m, taper);
  const Peak best = test::peak_of(bound);
  for (const double level : {0.5, 0.7079}) {
    EXPECT_NEAR(test::width_across_traces(e, peak, level) / test::width_across_traces(bound, best, level), 1.0, 0.15);
    EXPECT_NEAR(test::width_along_depth(e, peak, level) / test::width_along_depth(bound, best, level), 1.0, 0.15);
  }
}

INSTANTIATE_TEST_SUITE_P(Points, StoltOfAPoint,
                         testing::Combine(testing::Values(0.06e9, 0.1e9, 0.15e9), testing::Values(0.05, 0.1, 0.2, 0.5),
                                          testing::Values(0.0, 0.03)));

// What more padding would change is what came round. Points at both ends, at the bottom and on top; a late and an early axis.
TEST(Stolt, NothingComesRoundAboveMinus40Decibels) {
  for (const double start : {0.0, -2e-9, 3e-9}) {
    PointScene s = scene(1e8);
    s.start_s = start;
    s.n_samples = 200;
    s.n_traces = 81;
    s.first_x_m = 0.0;
    const double bottom = 0.5 * 1e8 * (start + 195.0 * s.sample_interval_s);
    const std::vector<test::Point> points{{0.03, 0.2},    {0.97, 0.2},   {0.02, bottom},
                                          {0.98, bottom}, {0.5, bottom}, {0.5, 0.2}};
    for (const test::Point& point : points) {
      const Line line = test::point_line(s, {point});
      const Image image = image_of({}, line);
      const Image wide = image_of({.time_padding = 6.0, .trace_padding = 6.0}, line);
      const double peak = wide.cwiseAbs().maxCoeff();
      EXPECT_LT((image - wide).cwiseAbs().maxCoeff(), 1e-2 * peak) << start << " " << point.x_m << " " << point.depth_m;
    }
  }
}

// One trace with one pulse becomes half a circle and nothing else. Without zeros beside the line the circle comes round:
// so does ImpDAR's, which has none.
TEST(Stolt, APulseBecomesHalfACircleThatEndsWithTheLine) {
  PointScene s = scene(1e8);
  s.n_samples = 128;
  s.n_traces = 80;
  Line line = test::point_line(s, {});
  constexpr Index at = 4;
  constexpr double radius = 90.0;  // in rows
  for (Index i = 0; i < s.n_samples; ++i)
    line.samples(i, at) =
        static_cast<Sample>(test::ricker((static_cast<double>(i) - radius) * s.sample_interval_s, s.centre_hz));
  const Pixel pixel = pixel_of(s);
  const auto outside = [&](const Image& image) {
    const double wave = s.wavelength_m();
    double largest = 0.0;
    for (Index j = 0; j < image.cols(); ++j)
      for (Index i = 0; i < image.rows(); ++i)
        if (std::hypot(static_cast<double>(j - at) * pixel.column_m, static_cast<double>(i) * pixel.row_m) >
            radius * pixel.row_m + wave)
          largest = std::max(largest, std::abs(image(i, j)));
    return largest / image.cwiseAbs().maxCoeff();
  };
  EXPECT_LT(outside(image_of({}, line)), 1e-2);
  EXPECT_GT(outside(image_of({.trace_padding = 0.0}, line)), 0.1) << "the measure must see what comes round";
}

// A dipping layer: at the angle a in the ground it is seen at the slope sin(a); the image has it at tan(a), of the same height.
// Without the Jacobian it would be 1 / cos(a) as high. Interpolating a spectrum without padding linearly, as ImpDAR does, would
// lose more than half of what lies in the second half of the record, where the last columns stand (sinc^2(1/2) = 0.4).
TEST(Stolt, ADippingLayerIsSteeperAndKeepsItsAmplitude) {
  PointScene s = scene(1e8);
  s.n_traces = 401;
  s.n_samples = 600;
  const Pixel pixel = pixel_of(s);
  for (const double angle : {20.0, 40.0, 55.0}) {
    const double sine = std::sin(angle * std::numbers::pi / 180.0);
    Line line = test::point_line(s, {});
    for (Index j = 0; j < s.n_traces; ++j)
      for (Index i = 0; i < s.n_samples; ++i) {
        const double path = sine * static_cast<double>(j) * s.spacing_m;
        const double t = line.axis.at(i) - 2.0 * path / s.velocity_m_per_s;
        line.samples(i, j) = static_cast<Sample>(test::ricker(t, s.centre_hz));
      }
    const Image image = image_of({.taper_traces = 20}, line);
    const double slope = sine / std::sqrt(1.0 - sine * sine);
    for (const Index j : {30, 45, 60}) {
      const Image column = image.col(j);
      const Peak peak = test::peak_of(column);
      EXPECT_NEAR(peak.row * pixel.row_m, slope * static_cast<double>(j) * pixel.column_m, 0.3 * pixel.row_m) << angle;
      EXPECT_NEAR(peak.value, 1.0, 0.02) << angle << " " << j;
    }
  }
}

// Where all traces are equal and fill the transform, the line comes out as it is, its mean included (ImpDAR's goes to zero).
TEST(Stolt, FlatLayersStayAsTheyAre) {
  const Index n = 100;
  test::Random random(6);
  std::vector<Sample> trace;
  for (Index i = 0; i < n; ++i) trace.push_back(static_cast<Sample>(10.0 + random.normal()));
  for (const double start : {0.0, -1.37e-9, 2.2e-9}) {
    const std::vector<std::vector<Sample>> line(48, trace);
    const auto image = image_of({.trace_padding = 0.0}, spec_of(n, 48, start), line);
    for (const auto& column : image)
      for (std::size_t i = 0; i < trace.size(); ++i) ASSERT_NEAR(column[i], trace[i], 2e-4) << start << " " << i;
  }
}

TEST(Stolt, SaysDepthOrTime) {
  const StreamSpec in = spec_of(64, 10, -1e-9);
  Single<Stolt> depth(StoltOptions{.velocity_m_per_s = 1.2e8}, in);
  EXPECT_EQ(depth->output().axis.kind, AxisKind::depth);
  EXPECT_DOUBLE_EQ(depth->output().axis.step, 0.012);
  EXPECT_DOUBLE_EQ(depth->output().axis.start, -0.06);
  EXPECT_EQ(depth->output().n_samples, 64);
  EXPECT_TRUE(depth->one_to_one());
  Single<Stolt> time(StoltOptions{.output = MigrationOutput::time}, in);
  EXPECT_EQ(time->output(), in);
}

TEST(Stolt, ThreadsDoNotChangeTheBits) {
  const Line line = test::rough_line(97, 200);
  const auto run = [&](Index threads) {
    dsp::set_threads(threads);
    Single<Stolt> stage(StoltOptions{}, line.spec());
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

TEST(Stolt, OneTraceComesOutAsItCameIn) {
  const StreamSpec in = spec_of(50, 20);
  std::vector<Sample> trace;
  for (Index i = 0; i < 50; ++i) trace.push_back(static_cast<Sample>(i * i % 17));
  EXPECT_EQ(image_of({}, in, {trace}), std::vector<std::vector<Sample>>{trace});
  EXPECT_TRUE(image_of({}, in, {}).empty());
}

TEST(Stolt, ZeroStaysZeroAndAConstantStaysFinite) {
  const StreamSpec in = spec_of(50, 20);
  const std::vector<std::vector<Sample>> zero(20, std::vector<Sample>(50, 0.0F));
  EXPECT_EQ(image_of({}, in, zero), zero);
  const std::vector<std::vector<Sample>> huge(20, std::vector<Sample>(50, 8e15F));
  for (const auto& trace : image_of({}, in, huge))
    for (const Sample x : trace) ASSERT_TRUE(std::isfinite(x));
  const StreamSpec tiny = spec_of(1, 3);
  for (const auto& trace : image_of({}, tiny, std::vector<std::vector<Sample>>(3, {1.0F})))
    for (const Sample x : trace) ASSERT_TRUE(std::isfinite(x));
}

// An unusable trace is as good as a trace of zeros to its neighbours, and stays zero and flagged itself.
TEST(Stolt, AnUnusableTraceCountsAsZeros) {
  PointScene s = scene(1e8);
  s.n_samples = 128;
  s.n_traces = 41;
  s.first_x_m = -20.0 * s.spacing_m;
  Line line = test::point_line(s, {{0.0, 0.2}});
  Line holed = line;
  line.samples.col(17).setZero();
  holed.samples(3, 17) = std::numeric_limits<Sample>::quiet_NaN();
  Single<Stolt> stage(StoltOptions{}, holed.spec());
  for (Index j = 0; j < holed.n_traces(); ++j) stage.push(holed.trace(j), holed.tags[to_size(j)]);
  stage->finish();
  stage.pull();
  EXPECT_TRUE(has(stage.tags.at(17).quality, Quality::non_finite));
  EXPECT_EQ(stage.traces.at(17), std::vector<Sample>(128, 0.0F));
  Image want = image_of({}, line);
  EXPECT_GT(want.col(17).cwiseAbs().maxCoeff(), 0.0);
  want.col(17).setZero();
  EXPECT_EQ(test::image_of(stage.traces), want);
}

TEST(Stolt, FadesOutTheEndsWhereAsked) {
  const StreamSpec in = spec_of(64, 40);
  std::vector<std::vector<Sample>> line(40, std::vector<Sample>(64, 0.0F));
  line[0][32] = 1.0F;
  const double sharp = test::image_of(image_of({}, in, line)).cwiseAbs().maxCoeff();
  const double faded = test::image_of(image_of({.taper_traces = 5}, in, line)).cwiseAbs().maxCoeff();
  EXPECT_NEAR(faded / sharp, std::pow(std::sin(0.25 * std::numbers::pi / 5.0), 2), 1e-5);
}

// What all stages that take the traces as evenly spaced say where the tags know better.
template <class StageType, class Options>
void expect_spacing_notes() {
  const auto note = [](double (*distance)(Index)) {
    Single<StageType> stage(Options{}, spec_of(32, 80));
    for (Index j = 0; j < 80; ++j) {
      TraceTag tag;
      tag.distance_m = distance(j);
      stage.push(std::vector<Sample>(32, 1.0F), tag);
    }
    stage->finish();
    std::array<Note, most_notes> notes{};
    EXPECT_GE(stage->notes(notes), 1);
    EXPECT_STREQ(notes[0].name, "spacing_error");
    return notes[0];
  };
  const auto expect = [](const Note& n, double value) {
    EXPECT_NEAR(n.value, value, 1e-9);
    EXPECT_EQ(n.warning != nullptr, value > 0.05);
  };
  expect(note([](Index j) { return 3.0 + 0.02 * static_cast<double>(j); }), 0.0);
  expect(note([](Index j) { return 3.0 - 0.02 * static_cast<double>(j); }), 0.0);
  expect(note([](Index j) { return 0.0208 * static_cast<double>(j); }), 0.04);
  expect(note([](Index j) { return 0.03 * static_cast<double>(j); }), 0.5);
  expect(note([](Index j) { return 0.02 * static_cast<double>(std::min<Index>(j, 40)); }), 1.0);  // stood still
  expect(note([](Index) { return unknown; }), 0.0);
}

TEST(Stolt, WarnsOfTracesThatAreNotEvenlySpaced) {
  expect_spacing_notes<Stolt, StoltOptions>();
  expect_spacing_notes<PhaseShift, PhaseShiftOptions>();
  expect_spacing_notes<FkFilter, FkFilterOptions>();
}

TEST(Stolt, RefusesWhatItCannotDo) {
  const StreamSpec in = spec_of(512, 100);
  EXPECT_FALSE(validate(StoltOptions{}, in));
  const auto field = [&](const StoltOptions& o, const StreamSpec& spec) {
    const Problem problem = validate(o, spec);
    return std::string(problem ? problem.field : "none");
  };
  EXPECT_EQ(field({.velocity_m_per_s = 0.0}, in), "velocity_m_per_s");
  EXPECT_EQ(field({.velocity_m_per_s = 3e8}, in), "velocity_m_per_s");
  EXPECT_EQ(field({.velocity_m_per_s = std::nan("")}, in), "velocity_m_per_s");
  EXPECT_EQ(validate(StoltOptions{.velocity_m_per_s = 3e8}, in).allowed.high, 299792458.0);
  EXPECT_EQ(field({.velocity_m_per_s = 299792458.0}, in), "none");
  EXPECT_EQ(field({.largest_angle_deg = 91.0}, in), "largest_angle_deg");
  EXPECT_EQ(field({.time_padding = 0.4}, in), "time_padding");
  EXPECT_EQ(field({.trace_padding = -0.1}, in), "trace_padding");
  EXPECT_EQ(field({.taper_traces = -1}, in), "taper_traces");
  StreamSpec other = in;
  other.trace_spacing_m = 0.0;
  EXPECT_EQ(field({}, other), "velocity_m_per_s");
  EXPECT_EQ(validate(StoltOptions{}, other).unit, Unit::metre) << "what is wrong is the spacing, not the velocity";
  EXPECT_FALSE(validate(StoltOptions{}, other).allowed.contains(validate(StoltOptions{}, other).value));
  other.trace_spacing_m = 1e-7;
  EXPECT_EQ(field({}, other), "trace_padding");
  other = in;
  other.axis.kind = AxisKind::gate_time;
  EXPECT_EQ(field({}, other), "velocity_m_per_s");
  other = in;
  other.axis.start = 1.0;
  EXPECT_EQ(field({}, other), "time_padding");
}

}  // namespace
}  // namespace surefoot::gpr
