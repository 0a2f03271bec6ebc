// SPDX-License-Identifier: MIT
#include <surefoot/gpr/kirchhoff.hpp>

#include <surefoot/dsp/parallel.hpp>

#include "support/diffractor.hpp"
#include "support/golden.hpp"
#include "support/image_run.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace surefoot::gpr {
namespace {

using test::Image;
using test::image_line;
using test::ImageRun;

// The line of tests/golden/kirchhoff.py.
Line golden_line() {
  const test::GoldenArray in = test::read_golden_npy("kirchhoff_input.npy");
  Line line;
  line.axis = {AxisKind::two_way_time, 0.0, 0.08e-9};
  line.trace_spacing_m = 0.015;
  const auto n = static_cast<Index>(in.shape[0]);
  line.samples.resize(static_cast<Index>(in.shape[1]), n);
  for (Index m = 0; m < n; ++m)
    for (Index i = 0; i < line.n_samples(); ++i)
      line.samples(i, m) = static_cast<Sample>(in.at(to_size(m), to_size(i)));
  line.tags = test::plain_tags(n, line.spec());
  return line;
}

KirchhoffOptions golden_options() {
  return {.velocity_m_per_s = 0.11e9,
          .antenna_offset_m = 0.06,
          .aperture_deg = 50.0,
          .aperture_m = 0.13,
          .taper = 0.4,
          .depth_step_m = 0.008,
          .n_depths = 40};
}

void expect_golden(const Image& got, const std::string& name, double tolerance) {
  const test::GoldenArray want = test::read_golden_npy(name);
  ASSERT_EQ(to_size(got.cols()), want.shape[0]);
  ASSERT_EQ(to_size(got.rows()), want.shape[1]);
  double largest = 0.0;
  for (const double v : want.values) largest = std::max(largest, std::abs(v));
  for (Index m = 0; m < got.cols(); ++m)
    for (Index i = 0; i < got.rows(); ++i)
      EXPECT_NEAR(got(i, m), want.at(to_size(m), to_size(i)), tolerance * largest) << m << " " << i;
}

// Off by a hundredth of the spacing here and there: no longer even, and the image hardly changes.
Line uneven(Line line) {
  for (std::size_t m = 0; m < line.tags.size(); m += 3) line.tags[m].distance_m += 0.002 * line.trace_spacing_m;
  return line;
}

TEST(Kirchhoff, IsTheBruteForceSum) {
  const ImageRun even = image_line<Kirchhoff>(golden_options(), golden_line());
  EXPECT_EQ(even.note("even_spacing"), 1.0);
  expect_golden(even.image, "kirchhoff.npy", 0.006);
  const ImageRun pairs = image_line<Kirchhoff>(golden_options(), uneven(golden_line()));
  EXPECT_EQ(pairs.note("even_spacing"), 0.0);
  expect_golden(pairs.image, "kirchhoff.npy", 0.006);
  EXPECT_EQ(even.axis, (TraceAxis{AxisKind::depth, 0.0, 0.008}));
}

TEST(Kirchhoff, IsTheBruteForceSumAtUnevenPlacesAndOverTopography) {
  const test::GoldenArray walk = test::read_golden_npy("kirchhoff_walk.npy");
  Line line = golden_line();
  for (std::size_t m = 0; m < line.tags.size(); ++m) {
    line.tags[m].distance_m = walk.at(0, m);
    line.tags[m].position_m = {walk.at(0, m), 0.0, walk.at(1, m)};
  }
  KirchhoffOptions options = golden_options();
  expect_golden(image_line<Kirchhoff>(options, line).image, "kirchhoff_uneven.npy", 0.006);
  options.topography = true;
  expect_golden(image_line<Kirchhoff>(options, line).image, "kirchhoff_topography.npy", 0.006);
}

TEST(Kirchhoff, BothPathsAgree) {
  const Line line = test::radar_line(150, 256);
  KirchhoffOptions options{.antenna_offset_m = 0.1};
  const Image even = image_line<Kirchhoff>(options, line).image;
  // Places that are even to 1e-5 of the spacing, and standing on ground that is not: the pair path, with the same result.
  Line rough = line;
  for (std::size_t m = 0; m < rough.tags.size(); ++m) rough.tags[m].position_m = {0.0, 0.0, m % 2 == 0 ? 2e-4 : 0.0};
  options.topography = true;
  const ImageRun pairs = image_line<Kirchhoff>(options, rough);
  EXPECT_EQ(pairs.note("even_spacing"), 0.0);
  const double largest = even.cwiseAbs().maxCoeff();
  EXPECT_GT(largest, 1.0);
  // 0.2 mm of height is 4 ps of two-way time: 1.5 % of a period at 1 GHz, most of it cancelling in the sum.
  EXPECT_LT((even - pairs.image).bottomRows(200).cwiseAbs().maxCoeff(), 0.02 * largest);
  // Exactly flat and even, but out of reach of the even path because one place is off by 0.2 % of the spacing.
  options.topography = false;
  const ImageRun shifted = image_line<Kirchhoff>(options, uneven(line));
  EXPECT_EQ(shifted.note("even_spacing"), 0.0);
  EXPECT_LT((even - shifted.image).cwiseAbs().maxCoeff(), 2e-3 * largest);
}

TEST(Kirchhoff, ThreadsDoNotChangeTheBits) {
  const Line line = test::rough_line(150, 256);
  const Image one = image_line<Kirchhoff>(KirchhoffOptions{}, line).image;
  const Image one_uneven = image_line<Kirchhoff>(KirchhoffOptions{}, uneven(line)).image;
  dsp::set_threads(3);
  const Image three = image_line<Kirchhoff>(KirchhoffOptions{}, line).image;
  const Image three_uneven = image_line<Kirchhoff>(KirchhoffOptions{}, uneven(line)).image;
  dsp::set_threads(1);
  EXPECT_TRUE(one == three);
  EXPECT_TRUE(one_uneven == three_uneven);
}

// A flat reflector comes out as it went in: wave, amplitude and place, also with antennas apart, and at every time of the
// record (a half derivative taken across traces would scale it by where it lies in the window). Half a wavelength deep the
// stationary phase, on which the weights rest, is a tenth off.
TEST(Kirchhoff, AFlatReflectorKeepsItsWaveAndAmplitude) {
  const double v = 0.1e9;
  for (const double offset : {0.0, 0.1})
    for (const double depth : {0.0503, 0.2, 0.4011}) {
      if (offset > depth) continue;  // the ray hits the reflector too flat for that
      test::PointScene scene{.n_samples = 256, .spacing_m = 0.01, .n_traces = 241};
      Line line = test::point_line(scene, {});
      const double t0 = 2.0 * std::hypot(0.5 * offset, depth) / v;
      for (Index m = 0; m < line.n_traces(); ++m)
        for (Index i = 0; i < line.n_samples(); ++i)
          line.samples(i, m) = static_cast<Sample>(test::ricker(line.axis.at(i) - t0, 1e9));
      const Image image =
          image_line<Kirchhoff>(
              KirchhoffOptions{.velocity_m_per_s = v, .antenna_offset_m = offset, .aperture_deg = 70.0}, line)
              .image;
      const double dz = 0.5 * v * line.axis.step;
      for (Index i = 1; i < image.rows(); ++i) {
        const double z = dz * static_cast<double>(i);
        if (std::abs(z - depth) > 0.06) continue;
        const double t = 2.0 * std::hypot(0.5 * offset, z) / v;
        EXPECT_NEAR(image(i, 120), test::ricker(t - t0, 1e9), depth < 0.1 ? 0.12 : 0.03)
            << offset << " " << depth << " at " << z;
      }
      EXPECT_NEAR(test::peak_of(image, {.first_row = 4, .first_column = 120, .last_column = 120}).row * dz, depth,
                  (depth < 0.1 ? 0.6 : 0.1) * dz)
          << "no nearest sample: the peak lies between the samples";
    }
}

struct Case {
  double depth;
  double velocity;
  double offset;
};

// The image of a point against the theoretical one: place, widths, symmetry.
TEST(Kirchhoff, APointIsFocusedToTheTheoreticalWidth) {
  for (const Case c : {Case{0.05, 0.06e9, 0.0}, Case{0.05, 0.15e9, 0.04}, Case{0.2, 0.1e9, 0.0}, Case{0.2, 0.1e9, 0.1},
                       Case{0.5, 0.06e9, 0.1}, Case{0.5, 0.15e9, 0.0}}) {
    SCOPED_TRACE(testing::Message() << c.depth << " m, " << c.velocity << " m/s, offset " << c.offset);
    const double wavelength = c.velocity / 1e9;
    const double spacing = 0.01;
    test::PointScene scene{.velocity_m_per_s = c.velocity,
                           .antenna_offset_m = c.offset,
                           .first_x_m = -0.8,
                           .spacing_m = spacing,
                           .n_traces = 161};
    scene.n_samples = static_cast<Index>(2.4 * std::hypot(c.depth, 0.6) / c.velocity / scene.sample_interval_s) + 40;
    const test::Point point{.depth_m = c.depth};
    const Line line = test::point_line(scene, {point});
    const KirchhoffOptions options{
        .velocity_m_per_s = c.velocity, .antenna_offset_m = c.offset, .aperture_deg = 45.0, .aperture_m = 0.6};
    const Image image = image_line<Kirchhoff>(options, line).image;
    const Image envelope = test::envelope(image);
    const test::Peak peak = test::peak_of(envelope);
    const double dz = 0.5 * c.velocity * scene.sample_interval_s;
    EXPECT_LT(std::hypot(scene.first_x_m + spacing * peak.column, dz * peak.row - c.depth), 0.25 * wavelength);
    EXPECT_NEAR(peak.column, 80.0, 0.01);
    EXPECT_LT(test::asymmetry(image, 80.0), 1e-4);

    const auto theory = [&](double x, double z) {
      const auto leg = [&](double xm, double side) { return std::hypot(xm + side * 0.5 * c.offset - x, z); };
      return test::point_response(
          1e9, 0.5, scene.n_traces,
          [&](Index m) {
            return (leg(scene.x(m), -1.0) + leg(scene.x(m), 1.0)) / c.velocity -
                   test::two_way_time(scene, point, scene.x(m));
          },
          [&](Index m) {
            const double xm = scene.x(m);
            const double limit = std::min(z, 0.6);
            const double e = std::clamp((std::abs(xm - x) / limit - 0.7) / 0.3, 0.0, 1.0);
            const double a = leg(xm, -1.0);
            const double b = leg(xm, 1.0);
            const double amplitude = test::two_way_time(scene, point, 0.0) / test::two_way_time(scene, point, xm);
            return (1.0 - e * e * (3.0 - 2.0 * e)) * amplitude * z * (1.0 / a + 1.0 / b) / std::sqrt(a + b);
          });
    };
    const double across = test::width_of([&](double x) { return theory(x, c.depth); }, 0.02 * wavelength);
    const double deep = test::width_of([&](double z) { return theory(0.0, c.depth + z); }, 0.02 * wavelength);
    EXPECT_NEAR(spacing * test::width_across_traces(envelope, peak, 0.5), across, 0.15 * across);
    EXPECT_NEAR(dz * test::width_along_depth(envelope, peak, 0.5), deep, 0.15 * deep);
  }
}

// Sums do not wrap around: what lies at one end of the line or of the record leaves the other end empty.
TEST(Kirchhoff, NothingWrapsAround) {
  test::PointScene scene{.n_samples = 256, .first_x_m = 0.0, .spacing_m = 0.01, .n_traces = 300};
  const KirchhoffOptions options{.aperture_deg = 50.0, .aperture_m = 0.5};
  const Image side = image_line<Kirchhoff>(options, test::point_line(scene, {{.x_m = 0.03, .depth_m = 0.3}})).image;
  EXPECT_LT(side.rightCols(100).cwiseAbs().maxCoeff(), 1e-4 * side.cwiseAbs().maxCoeff());
  const Image deep = image_line<Kirchhoff>(options, test::point_line(scene, {{.x_m = 1.5, .depth_m = 0.61}})).image;
  EXPECT_LT(deep.topRows(100).cwiseAbs().maxCoeff(), 1e-2 * deep.cwiseAbs().maxCoeff());
  const Image shallow = image_line<Kirchhoff>(options, test::point_line(scene, {{.x_m = 1.5, .depth_m = 0.03}})).image;
  EXPECT_LT(shallow.bottomRows(60).cwiseAbs().maxCoeff(), 1e-2 * shallow.cwiseAbs().maxCoeff());
}

// One trace alone becomes an arc that ends where the angle of the aperture does: metres and degrees, not a wavelength that
// was computed upside down.
TEST(Kirchhoff, OneTraceSpreadsOverItsApertureAndNoFarther) {
  test::PointScene scene{.n_samples = 256, .first_x_m = 0.0, .spacing_m = 0.01, .n_traces = 201};
  Line line = test::point_line(scene, {});
  for (Index i = 0; i < line.n_samples(); ++i)
    line.samples(i, 100) = static_cast<Sample>(test::ricker(line.axis.at(i) - 6e-9, 1e9));
  const Image image = image_line<Kirchhoff>(KirchhoffOptions{.aperture_deg = 45.0, .taper = 0.1}, line).image;
  const double dz = 2.5e-3;
  double largest = image.cwiseAbs().maxCoeff();
  for (const Index away : {0, 10, 19}) {
    const auto row = static_cast<Index>(std::lround(std::sqrt(0.09 - 1e-4 * static_cast<double>(away * away)) / dz));
    EXPECT_GT(image.col(100 + away).segment(row - 4, 9).cwiseAbs().maxCoeff(), 0.5 * largest) << away;
  }
  EXPECT_LT(image.rightCols(201 - 100 - 26).cwiseAbs().maxCoeff(), 0.02 * largest);
}

// ImpDAR's row 0 is 0/0 where the first sample lies at time zero.
TEST(Kirchhoff, DepthZeroIsZeroNotNan) {
  test::PointScene scene{.n_samples = 128, .first_x_m = -0.2, .n_traces = 21};
  const Image image = image_line<Kirchhoff>(KirchhoffOptions{}, test::point_line(scene, {{.depth_m = 0.1}})).image;
  EXPECT_TRUE(image.allFinite());
  for (Index m = 0; m < image.cols(); ++m) EXPECT_EQ(image(0, m), 0.0);
  EXPECT_GT(image.row(40).cwiseAbs().maxCoeff(), 0.0);
}

TEST(Kirchhoff, FollowsTheSurface) {
  // A slope of 30 %: the flat assumption puts the point beside its place.
  test::PointScene scene{.n_samples = 400, .spacing_m = 0.01, .n_traces = 201};
  Line line = test::point_line(scene, {});
  const double point_x = 0.2;
  const double point_depth = 0.3;
  const auto height = [](double x) { return 0.3 * x; };
  for (Index m = 0; m < line.n_traces(); ++m) {
    const double x = scene.x(m);
    line.tags[to_size(m)].position_m = {x, 0.0, height(x)};
    line.tags[to_size(m)].distance_m = x;
    const double t = 2.0 * std::hypot(x - point_x, height(x) - height(point_x) + point_depth) / 1e8;
    for (Index i = 0; i < line.n_samples(); ++i)
      line.samples(i, m) = static_cast<Sample>(test::ricker(line.axis.at(i) - t, 1e9) * 4e-9 / t);
  }
  KirchhoffOptions options{.topography = true};
  const auto miss = [&](const ImageRun& run) {
    const test::Peak peak = test::peak_of(test::envelope(run.image));
    return std::hypot(-1.0 + 0.01 * peak.column - point_x, 2.5e-3 * peak.row - point_depth);
  };
  EXPECT_LT(miss(image_line<Kirchhoff>(options, line)), 0.01);
  options.topography = false;
  EXPECT_GT(miss(image_line<Kirchhoff>(options, line)), 0.05);
  // A trace whose height is unknown cannot be used.
  options.topography = true;
  line.tags[7].position_m[2] = unknown;
  const ImageRun run = image_line<Kirchhoff>(options, line);
  EXPECT_TRUE(has(run.tags[7].quality, Quality::dropped));
  EXPECT_EQ(run.note("traces_without_place"), 1.0);
  EXPECT_LT(miss(run), 0.01);
}

TEST(Kirchhoff, PlacesComeFromWhereTheyAreKnown) {
  test::PointScene scene{.n_samples = 256, .n_traces = 101};
  Line line = test::point_line(scene, {{.depth_m = 0.2}});
  const Image by_distance = image_line<Kirchhoff>(KirchhoffOptions{}, line).image;
  const Image by_position = image_line<Kirchhoff>(KirchhoffOptions{.places = TracePlaces::position}, line).image;
  const Image by_spacing = image_line<Kirchhoff>(KirchhoffOptions{.places = TracePlaces::spacing}, line).image;
  EXPECT_LT((by_distance - by_position).cwiseAbs().maxCoeff(), 1e-4);
  EXPECT_LT((by_distance - by_spacing).cwiseAbs().maxCoeff(), 1e-4);
  for (TraceTag& tag : line.tags) {
    tag.distance_m = unknown;
    tag.position_m = {unknown, unknown, unknown};
  }
  EXPECT_LT((by_distance - image_line<Kirchhoff>(KirchhoffOptions{}, line).image).cwiseAbs().maxCoeff(), 1e-4);
  line.trace_spacing_m = 0.0;
  const ImageRun nowhere = image_line<Kirchhoff>(KirchhoffOptions{}, line);
  EXPECT_EQ(nowhere.image.cwiseAbs().maxCoeff(), 0.0);
  for (const TraceTag& tag : nowhere.tags) EXPECT_TRUE(has(tag.quality, Quality::dropped));
}

// What gpr.time_zero leaves: the direct wave at t = 0. The image is that of traces that count from the emission.
TEST(Kirchhoff, CountsTheTimeFromTheDirectWaveIfToldTo) {
  const test::PointScene scene{.antenna_offset_m = 0.2, .n_samples = 300, .first_x_m = -0.5, .n_traces = 51};
  test::PointScene later = scene;
  later.start_s = 0.2 / test::light_m_per_s;
  KirchhoffOptions options{.antenna_offset_m = 0.2, .aperture_m = 0.5, .n_depths = 120};
  Line line = test::point_line(later, {{.depth_m = 0.2}});
  const Image want = image_line<Kirchhoff>(options, line).image;
  line.axis.start = 0.0;
  options.time_zero = TimeReference::direct_wave;
  const Image got = image_line<Kirchhoff>(options, line).image;
  EXPECT_LT((got - want).cwiseAbs().maxCoeff(), 1e-3 * want.cwiseAbs().maxCoeff());
  EXPECT_GT(want.cwiseAbs().maxCoeff(), 0.0);
  options.time_zero = TimeReference::ground;  // those of gpr.back_projection only
  EXPECT_STREQ(validate(options, line.spec()).field, "time_zero");
}

TEST(Kirchhoff, UnusableTracesAddNothing) {
  test::PointScene scene{.n_samples = 256, .n_traces = 101};
  Line line = test::point_line(scene, {{.depth_m = 0.2}});
  Line zeroed = line;
  zeroed.samples.col(45).setZero();
  line.samples(7, 45) = std::numeric_limits<float>::quiet_NaN();
  const ImageRun bad = image_line<Kirchhoff>(KirchhoffOptions{}, line);
  Image want = image_line<Kirchhoff>(KirchhoffOptions{}, zeroed).image;
  want.col(45).setZero();
  EXPECT_TRUE(bad.image == want);
  EXPECT_TRUE(has(bad.tags[45].quality, Quality::non_finite));
}

TEST(Kirchhoff, DefinedForLittleInput) {
  test::PointScene scene{.n_samples = 64, .n_traces = 1};
  Line line = test::point_line(scene, {{.x_m = -1.0, .depth_m = 0.05}});
  const Image one = image_line<Kirchhoff>(KirchhoffOptions{}, line).image;
  EXPECT_TRUE(one.allFinite());
  EXPECT_GT(one.cwiseAbs().maxCoeff(), 0.0);
  line.samples.setZero();
  EXPECT_EQ(image_line<Kirchhoff>(KirchhoffOptions{}, line).image.cwiseAbs().maxCoeff(), 0.0);
  line.samples.setConstant(8e15F);
  EXPECT_TRUE(image_line<Kirchhoff>(KirchhoffOptions{}, line).image.allFinite());
  // Standing still: traces at one place stand for no length of line.
  test::PointScene still{.n_samples = 64, .n_traces = 5};
  Line stopped = test::point_line(still, {{.depth_m = 0.05}});
  for (TraceTag& tag : stopped.tags) tag.distance_m = 1.0;
  EXPECT_EQ(image_line<Kirchhoff>(KirchhoffOptions{}, stopped).image.cwiseAbs().maxCoeff(), 0.0);
  // One sample.
  Line flat = line;
  flat.samples.resize(1, 1);
  flat.samples(0, 0) = 1.0F;
  EXPECT_TRUE(image_line<Kirchhoff>(KirchhoffOptions{}, flat).image.allFinite());
}

// Traces 5 cm apart show 1 GHz without aliasing up to sin = v / (4 f dx) = 0.5 only: beyond that the sum makes false arcs.
TEST(Kirchhoff, LeavesOutDipsThatAlias) {
  test::PointScene scene{.n_samples = 300, .spacing_m = 0.05, .n_traces = 41};
  const Line line = test::point_line(scene, {{.depth_m = 0.3}});
  KirchhoffOptions options{.aperture_deg = 80.0};
  const Image all = image_line<Kirchhoff>(options, line).image;
  options.alias_hz = 1.5e9;
  const Image some = image_line<Kirchhoff>(options, line).image;
  const auto noise = [](const Image& image) {
    return image.topRows(90).cwiseAbs().maxCoeff() / image.cwiseAbs().maxCoeff();
  };
  EXPECT_LT(noise(some), 0.3 * noise(all));
  const test::Peak peak = test::peak_of(test::envelope(some));
  EXPECT_NEAR(peak.column, 20.0, 0.05);
  EXPECT_NEAR(peak.row * 2.5e-3, 0.3, 0.01);
}

TEST(Kirchhoff, RefusesWhatItCannotDo) {
  const StreamSpec in = test::radar_spec(256, 100);
  EXPECT_FALSE(validate(KirchhoffOptions{}, in));
  const Problem fast = validate(KirchhoffOptions{.velocity_m_per_s = 3.1e8}, in);
  EXPECT_STREQ(fast.field, "velocity_m_per_s");
  EXPECT_EQ(fast.allowed.high, 299792458.0);
  EXPECT_STREQ(validate(KirchhoffOptions{.velocity_m_per_s = 0.0}, in).field, "velocity_m_per_s");
  EXPECT_STREQ(validate(KirchhoffOptions{.aperture_deg = 90.0}, in).field, "aperture_deg");
  EXPECT_STREQ(validate(KirchhoffOptions{.antenna_offset_m = -0.1}, in).field, "antenna_offset_m");
  StreamSpec nowhere = in;
  nowhere.trace_spacing_m = 0.0;
  EXPECT_STREQ(validate(KirchhoffOptions{.places = TracePlaces::spacing}, nowhere).field, "places");
  EXPECT_FALSE(validate(KirchhoffOptions{.places = TracePlaces::distance}, nowhere));
  StreamSpec depth = in;
  depth.axis.kind = AxisKind::depth;
  EXPECT_TRUE(validate(KirchhoffOptions{}, depth));
}

}  // namespace
}  // namespace surefoot::gpr
