// SPDX-License-Identifier: MIT
#include <surefoot/gpr/volume.hpp>

#include <surefoot/dsp/parallel.hpp>
#include <surefoot/io/reader.hpp>

#include "support/diffractor.hpp"
#include "support/golden.hpp"
#include "support/image_run.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>

namespace surefoot::gpr {
namespace {

using test::Image;
using test::image_line;
using test::ImageRun;

// Parallel lines along x, joined one after the other, walked to and fro.
Line joined(test::PointScene scene, double first_y, double y_step, int n_lines, const test::Point& point) {
  Line all;
  for (int k = 0; k < n_lines; ++k) {
    scene.y_m = first_y + y_step * k;
    const Line one = test::point_line(scene, {point});
    if (k == 0) {
      all = one;
      all.samples.resize(one.n_samples(), one.n_traces() * n_lines);
      all.tags.clear();
    }
    for (Index m = 0; m < one.n_traces(); ++m) {
      const Index from = k % 2 == 0 ? m : one.n_traces() - 1 - m;
      all.samples.col(k * one.n_traces() + m) = one.samples.col(from);
      all.tags.push_back(one.tags[to_size(from)]);
    }
  }
  for (std::size_t m = 0; m < all.tags.size(); ++m) all.tags[m].index = static_cast<std::int64_t>(m);
  return all;
}

test::PointScene scene_of(double standoff) {
  return {.antenna_offset_m = 0.06,
          .standoff_m = standoff,
          .n_samples = 200,
          .first_x_m = 0.0,
          .spacing_m = 0.025,
          .n_traces = 33,
          .spreading = 1.0};
}

// A point under a grid of 5 cm lines: the volume peaks at its x, y and z, for antennas on the ground and above it.
TEST(Volume, FocusesAPointInAllThreeDirections) {
  for (const double standoff : {0.0, 0.15}) {
    const test::PointScene scene = scene_of(standoff);
    const test::Point point{.x_m = 0.41, .depth_m = 0.14, .y_m = 0.27};
    const Line line = joined(scene, 0.0, 0.05, 12, point);
    const ImageRun run = image_line<Volume>(
        VolumeOptions{.antenna_offset_m = 0.06, .aperture_deg = 50.0, .y_step_m = 0.025, .most_columns = 1000}, line);
    ASSERT_EQ(run.note("x_count"), 33.0);
    ASSERT_EQ(run.note("y_count"), 23.0);
    ASSERT_EQ(run.image.cols(), 33 * 23);
    const test::Peak peak = test::peak_of(run.image);
    const auto column = static_cast<std::size_t>(std::lround(peak.column));
    const TraceTag& tag = run.tags[column];
    const double quarter = 0.25 * scene.wavelength_m();
    EXPECT_LT(
        std::hypot(tag.position_m[0] - point.x_m, tag.position_m[1] - point.y_m, 2.5e-3 * peak.row - point.depth_m),
        quarter)
        << tag.position_m[0] << " " << tag.position_m[1] << " " << 2.5e-3 * peak.row;
    EXPECT_NEAR(tag.position_m[0], point.x_m, 0.0251);
    EXPECT_NEAR(tag.position_m[1], point.y_m, 0.0251);
    EXPECT_EQ(tag.index, static_cast<std::int64_t>(column));
    // Sharp in both directions of the C-scan through the peak: a wavelength away half is gone, across the lines as well.
    const auto row = static_cast<Index>(std::lround(peak.row));
    EXPECT_LT(run.image(row, static_cast<Index>(column) + 4), 0.5 * peak.value);
    EXPECT_LT(run.image(row, static_cast<Index>(column) + 4 * 33), 0.5 * peak.value);
  }
}

// Over one line the columns under its traces are those of gpr.back_projection.
TEST(Volume, OverOneLineIsTheBackProjection) {
  const test::PointScene scene = scene_of(0.1);
  Line line = test::point_line(scene, {{.x_m = 0.4, .depth_m = 0.2}});
  const Image volume =
      image_line<Volume>(VolumeOptions{.antenna_offset_m = 0.06, .output = ImageOutput::amplitude}, line).image;
  const Image image =
      image_line<BackProjection>(BackProjectionOptions{.antenna_offset_m = 0.06, .aperture_m = 1.0}, line).image;
  ASSERT_EQ(volume.cols(), image.cols());
  EXPECT_LT((volume - image).cwiseAbs().maxCoeff(), 1e-4 * image.cwiseAbs().maxCoeff());
}

TEST(Volume, IsTheBruteForceSum) {
  const test::GoldenArray in = test::read_golden_npy("volume_input.npy");
  Line line;
  line.axis = {AxisKind::two_way_time, 0.0, 0.08e-9};
  line.trace_spacing_m = 0.02;
  line.samples.resize(96, static_cast<Index>(in.shape[0]));
  for (std::size_t m = 0; m < in.shape[0]; ++m) {
    for (std::size_t i = 0; i < 96; ++i)
      line.samples(static_cast<Index>(i), static_cast<Index>(m)) = static_cast<Sample>(in.at(m, i + 2));
    TraceTag tag;
    tag.index = static_cast<std::int64_t>(m);
    tag.position_m = {in.at(m, 0), in.at(m, 1), 0.0};
    line.tags.push_back(tag);
  }
  for (const double standoff : {0.0, 0.11}) {
    const test::GoldenArray want = test::read_golden_npy(standoff > 0.0 ? "volume_air.npy" : "volume.npy");
    double largest = 0.0;
    for (const double v : want.values) largest = std::max(largest, std::abs(v));
    const ImageRun run = image_line<Volume>(VolumeOptions{.velocity_m_per_s = 0.11e9,
                                                          .antenna_offset_m = 0.06,
                                                          .standoff_m = standoff,
                                                          .aperture_deg = 50.0,
                                                          .aperture_m = 0.13,
                                                          .taper = 0.4,
                                                          .output = ImageOutput::amplitude,
                                                          .places = TracePlaces::position,
                                                          .x_start_m = 0.04,
                                                          .x_step_m = 0.04,
                                                          .x_count = 3,
                                                          .y_start_m = 0.02,
                                                          .y_step_m = 0.05,
                                                          .y_count = 2,
                                                          .depth_step_m = 0.008,
                                                          .n_depths = 24},
                                            line);
    ASSERT_EQ(run.image.cols(), 6);
    double worst = 0.0;
    for (Index c = 0; c < 6; ++c)
      for (Index i = 0; i < 24; ++i)
        worst = std::max(worst, std::abs(static_cast<double>(run.image(i, c)) - want.at(to_size(c), to_size(i))));
    EXPECT_LT(worst, 0.006 * largest) << standoff;
    RecordProperty(standoff > 0.0 ? "largest_error_air" : "largest_error", std::to_string(worst / largest));
  }
}

TEST(Volume, CountsTheTimeFromTheGroundIfToldTo) {
  test::PointScene scene{.standoff_m = 0.1, .n_samples = 256, .first_x_m = -0.4, .n_traces = 41};
  scene.start_s = 0.2 / test::light_m_per_s;
  VolumeOptions options{.aperture_m = 0.4};
  Line line = test::point_line(scene, {{.depth_m = 0.2}});
  const Image want = image_line<Volume>(options, line).image;
  line.axis.start = 0.0;
  options.time_zero = TimeReference::ground;
  EXPECT_LT((image_line<Volume>(options, line).image - want).cwiseAbs().maxCoeff(), 1e-3 * want.cwiseAbs().maxCoeff());
}

TEST(Volume, StandsWhereItIsToldTo) {
  const Line line = joined(scene_of(0.0), 0.0, 0.05, 3, {.x_m = 0.4, .depth_m = 0.1});
  const ImageRun run = image_line<Volume>(VolumeOptions{.x_start_m = 0.3,
                                                        .x_step_m = 0.1,
                                                        .x_count = 3,
                                                        .y_start_m = -0.1,
                                                        .y_step_m = 0.2,
                                                        .y_count = 2,
                                                        .n_depths = 50},
                                          line);
  ASSERT_EQ(run.image.cols(), 6);
  EXPECT_EQ(run.image.rows(), 50);
  EXPECT_NEAR(run.tags[4].position_m[0], 0.4, 1e-12);
  EXPECT_NEAR(run.tags[4].position_m[1], 0.1, 1e-12);
  EXPECT_TRUE(std::isnan(run.tags[4].distance_m));
}

TEST(Volume, SaysThatTheGridWasCut) {
  const Line line = joined(scene_of(0.0), 0.0, 0.05, 3, {.x_m = 0.4, .depth_m = 0.1});
  const ImageRun cut = image_line<Volume>(VolumeOptions{.y_step_m = 0.05, .most_columns = 70}, line);
  EXPECT_EQ(cut.image.cols(), 66);
  EXPECT_EQ(cut.note("y_count"), 2.0);
  bool said = false;
  for (Index k = 0; k < cut.n_notes; ++k) said = said || cut.notes[to_size(k)].warning != nullptr;
  EXPECT_TRUE(said);
  const ImageRun whole = image_line<Volume>(VolumeOptions{.y_step_m = 0.05}, line);
  EXPECT_EQ(whole.image.cols(), 99);
  for (Index k = 0; k < whole.n_notes; ++k) EXPECT_EQ(whole.notes[to_size(k)].warning, nullptr);
}

TEST(Volume, FlagsStayWithTheirCells) {
  Line line = joined(scene_of(0.0), 0.0, 0.05, 2, {.x_m = 0.4, .depth_m = 0.1});
  line.tags[10].quality |= Quality::saturated;
  line.samples(3, 20) = std::numeric_limits<float>::quiet_NaN();
  const ImageRun run = image_line<Volume>(VolumeOptions{}, line);
  ASSERT_EQ(run.image.cols(), 66);
  EXPECT_TRUE(has(run.tags[10].quality, Quality::saturated));
  EXPECT_TRUE(has(run.tags[20].quality, Quality::non_finite));
  EXPECT_EQ(run.image.col(20).cwiseAbs().maxCoeff(), 0.0);
  EXPECT_GT(run.image.col(21).cwiseAbs().maxCoeff(), 0.0);
  EXPECT_EQ(run.tags[11].quality, Quality::good);
}

TEST(Volume, WithoutAnyTraceThereIsOneFlaggedColumn) {
  Line line = joined(scene_of(0.0), 0.0, 0.05, 2, {.x_m = 0.4, .depth_m = 0.1});
  for (TraceTag& tag : line.tags) tag.quality |= Quality::dropped;
  const ImageRun run = image_line<Volume>(VolumeOptions{}, line);
  ASSERT_EQ(run.image.cols(), 1);
  EXPECT_TRUE(has(run.tags[0].quality, Quality::dropped));
  EXPECT_EQ(run.image.cwiseAbs().maxCoeff(), 0.0);
}

TEST(Volume, ThreadsDoNotChangeTheBits) {
  const Line line = joined(scene_of(0.1), 0.0, 0.05, 4, {.x_m = 0.4, .depth_m = 0.1, .y_m = 0.1});
  const Image one = image_line<Volume>(VolumeOptions{.coherence = true}, line).image;
  dsp::set_threads(3);
  const Image three = image_line<Volume>(VolumeOptions{.coherence = true}, line).image;
  dsp::set_threads(1);
  EXPECT_TRUE(one == three);
}

TEST(Volume, RefusesWhatItCannotDo) {
  const StreamSpec in = test::radar_spec(256, 100);
  EXPECT_FALSE(validate(VolumeOptions{}, in));
  EXPECT_STREQ(validate(VolumeOptions{.velocity_m_per_s = 4e8}, in).field, "velocity_m_per_s");
  const Problem small = validate(VolumeOptions{.x_count = 20, .y_count = 10, .most_columns = 100}, in);
  EXPECT_STREQ(small.field, "most_columns");
  EXPECT_EQ(small.allowed.low, 200.0);
  EXPECT_TRUE(validate(VolumeOptions{.x_count = 100000, .y_count = 100000}, in));
  StreamSpec nowhere = in;
  nowhere.trace_spacing_m = 0.0;
  EXPECT_STREQ(validate(VolumeOptions{}, nowhere).field, "x_step_m");
  EXPECT_FALSE(validate(VolumeOptions{.x_step_m = 0.05}, nowhere));
}

// 25 recorded lines on a 5 cm grid: a whole volume, focused where the lines were and finite everywhere.
TEST(Volume, TakesRecordedLines) {
  const char* const data = std::getenv("SUREFOOT_DATA");
  if (data == nullptr) GTEST_SKIP() << "SUREFOOT_DATA is not set";
  Line all;
  Index n_traces = 0;
  std::vector<Line> lines;
  for (int k = 0; k < 24; ++k) {  // the last one has a time zero of its own
    const std::string name = (k < 10 ? "XLINE0" : "XLINE") + std::to_string(k) + ".DT1";
    lines.push_back(io::read(std::string(data) + "/gpr/dt1/gpro-grid3d/" + name));
    n_traces += lines.back().n_traces();
  }
  all = lines.front();
  all.samples.resize(lines.front().n_samples(), n_traces);
  all.tags.clear();
  for (std::size_t k = 0; k < lines.size(); ++k) {
    ASSERT_EQ(lines[k].n_samples(), all.n_samples());
    for (Index m = 0; m < lines[k].n_traces(); ++m) {
      all.samples.col(static_cast<Index>(all.tags.size())) = lines[k].samples.col(m);
      TraceTag tag = lines[k].tags[to_size(m)];
      tag.position_m = {lines[k].trace_spacing_m * static_cast<double>(m), 0.05 * static_cast<double>(k), 0.0};
      all.tags.push_back(tag);
    }
  }
  ASSERT_GT(all.trace_spacing_m, 0.0);
  const ImageRun run =
      image_line<Volume>(VolumeOptions{.velocity_m_per_s = 0.1e9, .aperture_m = 0.3, .most_columns = 8000}, all);
  EXPECT_EQ(run.note("y_count"), 24.0);
  EXPECT_EQ(run.note("traces_without_place"), 0.0);
  EXPECT_TRUE(run.image.allFinite());
  EXPECT_GT(run.image.maxCoeff(), 0.0);
}

}  // namespace
}  // namespace surefoot::gpr
