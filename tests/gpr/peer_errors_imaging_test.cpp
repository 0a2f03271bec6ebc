// SPDX-License-Identifier: MIT
// Mistakes that other programs make in migration and with stepped frequencies, as read in their sources. Each test computes what
// the peer's definition gives beside what ours does; its name says whose mistake it is.
#include <surefoot/gpr/back_projection.hpp>
#include <surefoot/gpr/kirchhoff.hpp>
#include <surefoot/gpr/phase_shift.hpp>
#include <surefoot/gpr/sfcw.hpp>
#include <surefoot/gpr/stolt.hpp>
#include <surefoot/gpr/volume.hpp>

#include "support/diffractor.hpp"
#include "support/image_run.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>
#include <vector>

namespace surefoot::gpr {
namespace {

using test::Image;
using test::image_line;
using test::ricker;

constexpr double pi = std::numbers::pi;
constexpr double v = 1e8;

// All traces the same wave at t0.
Line flat_line(double t0, Index n_samples = 256, Index n_traces = 241, double spacing = 0.01) {
  test::PointScene scene{.n_samples = n_samples, .spacing_m = spacing, .n_traces = n_traces};
  Line line = test::point_line(scene, {});
  for (Index m = 0; m < n_traces; ++m)
    for (Index i = 0; i < n_samples; ++i) line.samples(i, m) = static_cast<Sample>(ricker(line.axis.at(i) - t0, 1e9));
  return line;
}

// ImpDAR's migrationTimeWavenumber gives back its input. Each of ours gathers a hyperbola into a point.
TEST(PeerErrors, NoMigrationIsAStubAsOneOfImpdarsIs) {
  const test::PointScene scene{.n_samples = 200};  // from 1 m before the point to 1 m behind it
  const Line line = test::point_line(scene, {{.depth_m = 0.2}});
  const auto beside = [](const Image& image) {  // 0.2 to 0.4 m beside the point, as a share of what is over it
    return image.middleCols(30, 11).cwiseAbs().maxCoeff() / image.cwiseAbs().maxCoeff();
  };
  EXPECT_GT(beside(line.samples.cast<double>()), 0.3);
  EXPECT_LT(beside(image_line<Stolt>(StoltOptions{}, line).image), 0.1);
  EXPECT_LT(beside(image_line<PhaseShift>(PhaseShiftOptions{}, line).image), 0.1);
  EXPECT_LT(beside(image_line<Kirchhoff>(KirchhoffOptions{}, line).image), 0.1);
  EXPECT_LT(beside(image_line<BackProjection>(BackProjectionOptions{}, line).image), 0.15);
}

// ImpDAR's weight at depth 0 below the trace itself is 0/0.
TEST(PeerErrors, DepthZeroIsNoNanAsInImpdar) {
  const double depth = 0.0;
  const double distance = std::hypot(0.0, depth);
  EXPECT_TRUE(std::isnan(depth / distance)) << "its cos(theta)";
  const Image image = image_line<Kirchhoff>(KirchhoffOptions{}, flat_line(4e-9, 128, 41)).image;
  EXPECT_TRUE(image.allFinite());
  EXPECT_EQ(image.row(0).cwiseAbs().maxCoeff(), 0.0);
}

// A line has two dimensions: its sum wants the half derivative. With the whole one, as in ImpDAR (whose law is that of three
// dimensions), a flat reflector comes out turned by 45 degrees.
TEST(PeerErrors, AFlatReflectorKeepsItsPhaseUnlikeImpdars) {
  const double depth = 0.3;
  const Line line = flat_line(2.0 * depth / v);
  const Image image = image_line<Kirchhoff>(KirchhoffOptions{.aperture_deg = 70.0}, line).image;
  const double dz = 0.5 * v * line.axis.step;
  double own = 0.0;
  double peer = 0.0;
  double own2 = 0.0;
  double peer2 = 0.0;
  double wave2 = 0.0;
  for (Index i = 60; i < 180; ++i) {
    const double z = dz * static_cast<double>(i);
    double sum = 0.0;  // derivative of the wave at the time of each trace, times cos(theta) / v / (2 pi)
    for (Index k = -82; k <= 82; ++k) {
      const double r = std::hypot(z, 0.01 * static_cast<double>(k));
      if (z / r < std::cos(70.0 * pi / 180.0)) continue;
      const double t = 2.0 * r / v - 2.0 * depth / v;
      sum += (ricker(t + 1e-12, 1e9) - ricker(t - 1e-12, 1e9)) / 2e-12 * z / r / v / (2.0 * pi);
    }
    const double wave = ricker(2.0 * (z - depth) / v, 1e9);
    own += image(i, 120) * wave;
    peer += sum * wave;
    own2 += image(i, 120) * image(i, 120);
    peer2 += sum * sum;
    wave2 += wave * wave;
  }
  EXPECT_GT(own / std::sqrt(own2 * wave2), 0.995);
  EXPECT_LT(std::abs(peer) / std::sqrt(peer2 * wave2), 0.85);
}

// ridal divides by the number of traces: the wider the aperture, the weaker a flat reflector.
TEST(PeerErrors, TheSumIsNoMeanAsRidalsIs) {
  const double depth = 0.3;
  const Line line = flat_line(2.0 * depth / v);
  std::vector<double> own;
  std::vector<double> mean;
  for (const double angle : {35.0, 70.0}) {
    own.push_back(image_line<Kirchhoff>(KirchhoffOptions{.aperture_deg = angle}, line).image(120, 120));
    double sum = 0.0;
    double count = 0.0;
    for (Index k = -90; k <= 90; ++k) {
      const double x = 0.01 * static_cast<double>(k);
      if (std::abs(x) > depth * std::tan(angle * pi / 180.0)) continue;
      sum += ricker(2.0 * (std::hypot(depth, x) - depth) / v, 1e9);
      count += 1.0;
    }
    mean.push_back(sum / count);
  }
  EXPECT_NEAR(own[1] / own[0], 1.0, 0.08);
  EXPECT_NEAR(own[1], 1.0, 0.05);
  EXPECT_LT(mean[1] / mean[0], 0.5);
}

// RGPR and ridal take lambda = f / v, the reciprocal of a wavelength. Where ours needs one, to leave out dips that alias, the
// aperture becomes narrower as the frequency rises: sin = lambda / (4 dx).
TEST(PeerErrors, TheWavelengthIsVOverFUnlikeRgprsAndRidals) {
  constexpr double spacing = 0.05;
  test::PointScene scene{.n_samples = 300, .first_x_m = -2.0, .spacing_m = spacing, .n_traces = 81};
  Line line = test::point_line(scene, {});
  for (Index i = 0; i < 300; ++i) line.samples(i, 40) = 1.0F;  // one trace, and how far its samples reach
  double before = 1e9;
  for (const double f : {0.7e9, 1e9, 2e9}) {
    const Image image = image_line<BackProjection>(
                            BackProjectionOptions{.velocity_m_per_s = v, .aperture_deg = 80.0, .taper = 0.0}, line)
                            .image;
    const Image limited =
        image_line<Kirchhoff>(
            KirchhoffOptions{.velocity_m_per_s = v, .aperture_deg = 80.0, .taper = 0.0, .alias_hz = f}, line)
            .image;
    const Index row = 160;  // 0.4 m
    const double z = 0.4;
    const auto reach = [&](const Image& what) {
      Index columns = 0;
      while (40 + columns + 1 < 81 && what(row, 40 + columns + 1) != 0.0) ++columns;
      return spacing * static_cast<double>(columns);
    };
    const double sine = v / f / (4.0 * spacing);
    EXPECT_NEAR(reach(limited), z * std::tan(std::asin(sine)), spacing) << f;
    EXPECT_LT(reach(limited), before) << "narrower as the frequency rises";
    before = reach(limited);
    const double peer = (f * 1e-9) / (v * 1e-9) / (4.0 * spacing);  // in GHz and m/ns, as there
    EXPECT_GT(peer, 1.0) << "a sine above one: nothing would be left out, and less the higher the frequency";
    EXPECT_GT(reach(image), 0.55) << "without the limit";
  }
}

// GPR-Uniandes transforms across traces and puts the weights of the half derivative along time: a factor that depends on where in
// the record an echo lies, and is zero in its middle.
TEST(PeerErrors, TheHalfDerivativeIsTakenAlongTimeUnlikeUniandes) {
  constexpr Index n = 256;
  std::vector<double> own;
  std::vector<double> peer;
  for (const double depth : {0.16, 0.32}) {  // 6.4 ns is the middle of the record of 12.8 ns
    const Line line = flat_line(2.0 * depth / v, n);
    const auto row = static_cast<Index>(std::lround(depth / 2.5e-3));
    own.push_back(image_line<Kirchhoff>(KirchhoffOptions{.aperture_deg = 70.0}, line).image(row, 120));
    // Traces that are all the same have wavenumber 0 alone: what is left of the filter is the factor of the row.
    peer.push_back(std::sqrt(std::abs(static_cast<double>(row) - n / 2.0)) * ricker(0.0, 1e9));
  }
  EXPECT_NEAR(own[1] / own[0], 1.0, 0.05);
  EXPECT_LT(peer[1] / peer[0], 0.1);
}

// Two 2-D images multiplied are no 3-D image: two points throw ghosts where the row of one meets the column of the other.
TEST(PeerErrors, AVolumeIsNoProductOfTwoImagesAsUniandes) {
  Line all;
  for (int k = 0; k < 12; ++k) {
    const test::PointScene scene{
        .n_samples = 160, .first_x_m = 0.0, .spacing_m = 0.05, .n_traces = 13, .y_m = 0.05 * k, .spreading = 1.0};
    const Line one = test::point_line(
        scene, {{.x_m = 0.15, .depth_m = 0.15, .y_m = 0.15}, {.x_m = 0.45, .depth_m = 0.15, .y_m = 0.4}});
    if (k == 0) {
      all = one;
      all.samples.resize(160, 12 * 13);
      all.tags.clear();
    }
    for (Index m = 0; m < 13; ++m) {
      all.samples.col(k * 13 + m) = one.samples.col(m);
      all.tags.push_back(one.tags[to_size(m)]);
    }
  }
  for (std::size_t m = 0; m < all.tags.size(); ++m) all.tags[m].index = static_cast<std::int64_t>(m);
  const Image image = image_line<Volume>(VolumeOptions{.aperture_deg = 50.0,
                                                       .x_start_m = 0.0,
                                                       .x_step_m = 0.05,
                                                       .x_count = 13,
                                                       .y_start_m = 0.0,
                                                       .y_step_m = 0.05,
                                                       .y_count = 12},
                                         all)
                          .image;
  const Index row = 60;  // 0.15 m
  const auto at = [&](Index x, Index y) { return image(row, 13 * y + x); };
  const auto product = [&](Index x, Index y) {
    double along_x = 0.0;
    double along_y = 0.0;
    for (Index i = 0; i < 12; ++i) along_x = std::max(along_x, at(x, i));
    for (Index i = 0; i < 13; ++i) along_y = std::max(along_y, at(i, y));
    return along_x * along_y;
  };
  for (const auto& [x, y] : {std::pair<Index, Index>{3, 8}, {9, 3}}) {
    EXPECT_LT(at(x, y), 0.25 * at(3, 3));
    EXPECT_GT(product(x, y), 0.7 * product(3, 3)) << "the ghost";
  }
}

// GPR-Uniandes puts a band that starts at 55.56 steps at step 55: 6 MHz too low, which turns the carrier with the delay. And its
// mirror counts 0 Hz twice.
TEST(PeerErrors, TheBandLiesWhereItIsAndZeroHertzCountsOnceUnlikeUniandes) {
  constexpr double start = 600e6;
  constexpr double step = 10.8e6;
  constexpr Index k_count = 501;
  const double slip = start - std::floor(start / step) * step;
  EXPECT_NEAR(slip, 6e6, 1.0);
  StreamSpec spec;
  spec.axis = {AxisKind::sweep, start, step};
  spec.n_samples = 2 * k_count;
  const double delay = 41.0e-9;
  std::vector<Sample> sweep;
  for (Index k = 0; k < k_count; ++k) {
    const auto s = std::polar(1.0, -2.0 * pi * (start + step * static_cast<double>(k)) * delay);
    sweep.push_back(static_cast<Sample>(s.real()));
    sweep.push_back(static_cast<Sample>(s.imag()));
  }
  SfcwOptions options{.start_s = delay, .length_s = 2e-9};
  ASSERT_FALSE(validate(options, spec));
  test::Single<Sfcw> stage(options, spec);
  stage.push(sweep);
  EXPECT_NEAR(stage.traces.at(0).at(0), 1.0F, 1e-5F);
  EXPECT_LT(std::cos(2.0 * pi * slip * delay), 0.1) << "what is left of the echo's peak where the band has slipped";

  StreamSpec base = spec;
  base.axis.start = 0.0;
  std::vector<Sample> steady(sweep.size(), 0.0F);
  steady[0] = 3.0F;
  options = {.window = dsp::Window::rectangular, .scale = SfcwScale::spectrum};
  test::Single<Sfcw> from_zero(options, base);
  from_zero.push(steady);
  const double once = 3.0 * step;
  EXPECT_NEAR(static_cast<double>(from_zero.traces.at(0).at(7)), once, 1e-5 * once);
  EXPECT_GT(2.0 * once, 1.5 * static_cast<double>(from_zero.traces.at(0).at(7))) << "twice, as there";
}

}  // namespace
}  // namespace surefoot::gpr
