// SPDX-License-Identifier: MIT
// Stepped-frequency sweeps over a point, through gpr.sweep_calibrate, gpr.sfcw and gpr.back_projection: the phase is kept all
// the way, so the image peaks where the point is.
#include <surefoot/gpr/back_projection.hpp>
#include <surefoot/gpr/sfcw.hpp>
#include <surefoot/gpr/sweep_calibrate.hpp>

#include "support/diffractor.hpp"
#include "support/stage_run.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <complex>
#include <numbers>

namespace surefoot::gpr {
namespace {

using test::Single;

constexpr double start_hz = 0.61e9;  // no multiple of the step
constexpr double step_hz = 21e6;
constexpr Index n_frequencies = 101;
constexpr double cable_s = 3e-9;

// What an analyser records at one place: the coupling of the antennas and the echo, both late by the cables.
std::vector<Sample> sweep(const test::PointScene& scene, const test::Point& point, double x_m, double echo) {
  std::vector<Sample> out;
  const double t = test::two_way_time(scene, point, x_m);
  for (Index k = 0; k < n_frequencies; ++k) {
    const double turn = -2.0 * std::numbers::pi * (start_hz + step_hz * static_cast<double>(k));
    const std::complex<double> s =
        5.0 * std::polar(1.0, turn * (0.4e-9 + cable_s)) + echo * std::polar(1.0, turn * (t + cable_s));
    out.push_back(static_cast<Sample>(s.real()));
    out.push_back(static_cast<Sample>(s.imag()));
  }
  return out;
}

struct Peak {
  double x_m = 0.0;
  double depth_m = 0.0;
  double value = 0.0;
};

Peak focus(const test::PointScene& scene, const test::Point& point, ImageOutput output) {
  constexpr Index n_air = 5;
  const StreamSpec in{
      {AxisKind::sweep, start_hz, step_hz}, 2 * n_frequencies, 0.0, scene.spacing_m, scene.n_traces + n_air};
  Single<SweepCalibrate> calibrate(SweepCalibrateOptions{.reference_traces = n_air, .delay_s = cable_s}, in);
  Single<Sfcw> to_time(SfcwOptions{.length_s = 20e-9, .oversampling = 6.0}, calibrate->output());
  StreamSpec line = to_time->output();
  line.max_traces = scene.n_traces;
  Single<BackProjection> image(BackProjectionOptions{.velocity_m_per_s = scene.velocity_m_per_s,
                                                     .antenna_offset_m = scene.antenna_offset_m,
                                                     .standoff_m = scene.standoff_m,
                                                     .aperture_deg = 45.0,
                                                     .output = output,
                                                     .places = TracePlaces::distance},
                               line);
  for (Index j = 0; j < n_air; ++j) calibrate.push(sweep(scene, point, 0.0, 0.0));
  for (Index j = 0; j < scene.n_traces; ++j) calibrate.push(sweep(scene, point, scene.x(j), 1.0));
  for (std::size_t j = 0; j < calibrate.traces.size(); ++j) to_time.push(calibrate.traces[j]);
  for (Index j = 0; j < scene.n_traces; ++j) image.push(to_time.traces[to_size(j + n_air)], {.distance_m = scene.x(j)});
  image->finish();
  image.pull();
  EXPECT_EQ(image.traces.size(), to_size(scene.n_traces));
  Peak peak;
  for (std::size_t j = 0; j < image.traces.size(); ++j)
    for (std::size_t i = 0; i < image.traces[j].size(); ++i) {
      const auto v = static_cast<double>(image.traces[j][i]);
      if (v <= peak.value) continue;
      peak = {scene.x(static_cast<Index>(j)), image->output().axis.at(static_cast<Index>(i)), v};
    }
  return peak;
}

TEST(SfcwFocus, AnImageOfAPointPeaksAtThePoint) {
  for (const double velocity : {0.07e9, 0.12e9})
    for (const double standoff : {0.0, 0.2})
      for (const double depth : {0.1, 0.3}) {
        const test::PointScene scene{.velocity_m_per_s = velocity,
                                     .antenna_offset_m = 0.08,
                                     .standoff_m = standoff,
                                     .first_x_m = -0.8,
                                     .spacing_m = 0.01,
                                     .n_traces = 161};
        const test::Point point{.x_m = 0.1, .depth_m = depth};
        const double wavelength = velocity / (start_hz + 0.5 * step_hz * static_cast<double>(n_frequencies - 1));
        for (const ImageOutput output : {ImageOutput::amplitude, ImageOutput::envelope}) {
          const Peak peak = focus(scene, point, output);
          const std::string what =
              std::to_string(velocity) + " " + std::to_string(standoff) + " " + std::to_string(depth);
          EXPECT_NEAR(peak.x_m, point.x_m, 0.25 * wavelength) << what;
          EXPECT_NEAR(peak.depth_m, depth, 0.25 * wavelength) << what;
          // A unit echo that all traces share adds up to 1 where it is in phase everywhere.
          EXPECT_NEAR(peak.value, 1.0, 0.05) << what;
        }
      }
}

}  // namespace
}  // namespace surefoot::gpr
