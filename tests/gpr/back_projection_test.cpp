// SPDX-License-Identifier: MIT
#include <surefoot/gpr/back_projection.hpp>

#include <surefoot/dsp/parallel.hpp>

#include "../../src/gpr/imaging/kernels.hpp"
#include "support/diffractor.hpp"
#include "support/golden.hpp"
#include "support/image_run.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
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

TEST(BackProjection, IsTheBruteForceSum) {
  for (const double standoff : {0.0, 0.11}) {
    const BackProjectionOptions options{.velocity_m_per_s = 0.11e9,
                                        .antenna_offset_m = 0.06,
                                        .standoff_m = standoff,
                                        .aperture_deg = 50.0,
                                        .aperture_m = 0.13,
                                        .taper = 0.4,
                                        .depth_step_m = 0.008,
                                        .n_depths = 40};
    const test::GoldenArray want =
        test::read_golden_npy(standoff > 0.0 ? "back_projection_air.npy" : "back_projection.npy");
    double largest = 0.0;
    for (const double v : want.values) largest = std::max(largest, std::abs(v));
    for (const bool even : {true, false}) {
      Line line = golden_line();
      if (!even) line.tags[5].distance_m += 3e-5;
      const ImageRun run = image_line<BackProjection>(options, line);
      EXPECT_EQ(run.note("even_spacing"), even ? 1.0 : 0.0);
      for (Index m = 0; m < run.image.cols(); ++m)
        for (Index i = 0; i < run.image.rows(); ++i)
          EXPECT_NEAR(run.image(i, m), want.at(to_size(m), to_size(i)), 0.006 * largest)
              << standoff << " " << m << " " << i;
    }
  }
}

TEST(BackProjection, EnvelopeAndCoherenceAreTheirBruteForceSums) {
  BackProjectionOptions options{.velocity_m_per_s = 0.11e9,
                                .antenna_offset_m = 0.06,
                                .aperture_deg = 50.0,
                                .aperture_m = 0.13,
                                .taper = 0.4,
                                .depth_step_m = 0.008,
                                .n_depths = 40};
  for (const bool coherence : {false, true}) {
    options.output = coherence ? ImageOutput::amplitude : ImageOutput::envelope;
    options.coherence = coherence;
    const test::GoldenArray want =
        test::read_golden_npy(coherence ? "back_projection_coherence.npy" : "back_projection_envelope.npy");
    double largest = 0.0;
    for (const double v : want.values) largest = std::max(largest, std::abs(v));
    const Image image = image_line<BackProjection>(options, golden_line()).image;
    for (Index m = 0; m < image.cols(); ++m)
      for (Index i = 0; i < image.rows(); ++i)
        EXPECT_NEAR(image(i, m), want.at(to_size(m), to_size(i)), 0.01 * largest) << coherence << " " << m << " " << i;
  }
}

// The table of one-way times, row by row, against the search for Fermat's minimum.
TEST(BackProjection, TimesAreFermatsWithinAPicosecond) {
  using namespace imaging;
  constexpr Index n = 256;
  std::vector<float> depth(n);
  for (std::size_t i = 0; i < n; ++i) depth[i] = 0.004F * static_cast<float>(i);
  Law law;
  law.n = n;
  law.depth_m = depth.data();
  constexpr Index rows = 32;
  std::vector<float> time(rows * n);
  std::vector<float> tangent(n);
  double largest = 0.0;
  for (const double v : {0.03e9, 0.06e9, 0.15e9, 0.25e9})
    for (const double standoff : {0.005, 0.02, 0.05, 0.4, 2.0})
      for (const double first : {0.0, 0.064, 0.512, 1.92}) {
        kernels().table(law,
                        {static_cast<float>(first), 0.002F, rows, static_cast<float>(standoff),
                         static_cast<float>(v / test::light_m_per_s), static_cast<float>(1e9 / test::light_m_per_s),
                         static_cast<float>(1e9 / v), time.data(), tangent.data()});
        for (Index r = 0; r + 1 < rows; r += 3)
          for (Index i = 0; i < n; i += 5) {
            const auto at = [&](Index k) { return static_cast<double>(time[to_size(k * n + i)]); };
            const double z = 0.004 * static_cast<double>(i);
            const double across = first + 0.002 * static_cast<double>(r);
            const double node = 1e9 * test::one_way_time(across, z, standoff, v);
            const double between = 1e9 * test::one_way_time(across + 0.001, z, standoff, v);
            largest = std::max({largest, std::abs(at(r) - node), std::abs(0.5 * (at(r) + at(r + 1)) - between)});
          }
      }
  RecordProperty("largest_error_ps", std::to_string(1e3 * largest));
  EXPECT_LT(largest, 1e-3) << "nanoseconds";
}

// Every variant of the inner loops gives the same bits.
TEST(BackProjection, VectorsOfAnyWidthGiveTheSameBits) {
  using namespace imaging;
  constexpr Index n = 64;
  std::vector<float> depth(n);
  for (std::size_t i = 0; i < n; ++i) depth[i] = 0.005F * static_cast<float>(i);
  std::vector<float> trace(700);
  test::Random random(5);
  for (float& x : trace) x = static_cast<float>(random.normal());
  const auto all = [&](const Kernels& k) {
    Law law;
    law.n = n;
    law.depth_m = depth.data();
    law.samples_per_m = 400.0F;
    law.last = 600.0F;
    law.spreading = 1.6e8F;
    std::vector<float> inverse(n);
    std::vector<std::int32_t> row(n);
    std::vector<float> first(n);
    std::vector<float> second(n);
    std::vector<float> sum(4 * n + 33 * n);
    k.aperture(law, 0.0F, inverse.data());
    k.straight(law, {0.0121F, 0.0361F, 0.15F, 0.0F, 0.01F, inverse.data()}, {row.data(), first.data(), second.data()});
    k.add(law, {row.data(), first.data(), second.data()}, trace.data(), sum.data());
    k.count(law, {row.data(), first.data(), second.data()}, sum.data() + n);
    std::vector<float> tangent(n);
    k.table(law, {0.0F, 0.01F, 4, 0.05F, 0.33F, 3.0F, 9.0F, sum.data() + 2 * n, tangent.data()});
    k.refracted(law, {sum.data() + 2 * n, sum.data() + 3 * n, n, 0.3F, 0.6F, 0.02F, inverse.data()},
                {row.data(), first.data(), second.data()});
    k.add(law, {row.data(), first.data(), second.data()}, trace.data(), sum.data() + 6 * n);
    std::vector<Tap> taps(8);
    for (std::size_t j = 0; j < taps.size(); ++j) taps[j] = {1, 0.3F * static_cast<float>(j + 1), 0.7F};
    k.even({trace.data() + tile, 200, 70}, taps.data(), 8, 0, sum.data() + 7 * n);
    return sum;
  };
  const std::vector<float> wide = all(kernels());
  const std::vector<float> plain = all(plain_kernels());
  EXPECT_EQ(std::memcmp(wide.data(), plain.data(), wide.size() * sizeof(float)), 0);
}

struct Case {
  double depth;
  double velocity;
  double offset;
  double standoff;
};

TEST(BackProjection, APointIsFocusedToTheTheoreticalWidth) {
  for (const Case c : {Case{0.05, 0.06e9, 0.0, 0.05}, Case{0.05, 0.15e9, 0.1, 0.1}, Case{0.2, 0.1e9, 0.1, 0.4},
                       Case{0.2, 0.1e9, 0.0, 0.0}, Case{0.5, 0.06e9, 0.1, 0.2}, Case{0.5, 0.15e9, 0.0, 0.05}}) {
    SCOPED_TRACE(testing::Message() << c.depth << " m, " << c.velocity << " m/s, offset " << c.offset << ", standoff "
                                    << c.standoff);
    const double wavelength = c.velocity / 1e9;
    const double spacing = 0.01;
    test::PointScene scene{.velocity_m_per_s = c.velocity,
                           .antenna_offset_m = c.offset,
                           .standoff_m = c.standoff,
                           .first_x_m = -0.8,
                           .spacing_m = spacing,
                           .n_traces = 161};
    const test::Point point{.depth_m = c.depth};
    scene.n_samples = static_cast<Index>(test::two_way_time(scene, point, 0.62) / scene.sample_interval_s) + 60;
    const Line line = test::point_line(scene, {point});
    const BackProjectionOptions options{.velocity_m_per_s = c.velocity,
                                        .antenna_offset_m = c.offset,
                                        .aperture_deg = 45.0,
                                        .aperture_m = 0.6,
                                        .output = ImageOutput::envelope,
                                        .depth_step_m = 0.025 * wavelength,
                                        .n_depths = static_cast<Index>((c.depth + wavelength) / (0.025 * wavelength))};
    const Image image = image_line<BackProjection>(options, line).image;
    const test::Peak peak = test::peak_of(image);
    const double dz = options.depth_step_m;
    EXPECT_LT(std::hypot(scene.first_x_m + spacing * peak.column, dz * peak.row - c.depth), 0.25 * wavelength);
    EXPECT_NEAR(peak.column, 80.0, 0.02);
    EXPECT_LT(test::asymmetry(image, 80.0), 1e-3);

    const auto theory = [&](double x, double z) {
      const auto weight = [&](Index m) {
        const double limit = std::min(z + c.standoff, 0.6);
        const double e = std::clamp((std::abs(scene.x(m) - x) / limit - 0.7) / 0.3, 0.0, 1.0);
        return 1.0 - e * e * (3.0 - 2.0 * e);
      };
      double weights = 0.0;
      for (Index m = 0; m < scene.n_traces; ++m) weights += weight(m);
      return test::point_response(
                 1e9, 0.0, scene.n_traces,
                 [&](Index m) {
                   return test::two_way_time(scene, {.x_m = x, .depth_m = z}, scene.x(m)) -
                          test::two_way_time(scene, point, scene.x(m));
                 },
                 [&](Index m) {
                   return weight(m) * test::two_way_time(scene, point, 0.0) /
                          test::two_way_time(scene, point, scene.x(m));
                 }) /
             weights;
    };
    const double across = test::width_of([&](double x) { return theory(x, c.depth); }, 0.04 * wavelength);
    const double deep = test::width_of([&](double z) { return theory(0.0, c.depth + z); }, 0.04 * wavelength);
    EXPECT_NEAR(spacing * test::width_across_traces(image, peak, 0.5), across, 0.15 * across);
    EXPECT_NEAR(dz * test::width_along_depth(image, peak, 0.5), deep, 0.15 * deep);
  }
}

// A head that swings: each trace has a standoff of its own.
TEST(BackProjection, FollowsTheStandoffOfEachTrace) {
  test::PointScene scene{.velocity_m_per_s = 0.08e9, .n_samples = 300, .first_x_m = -0.6, .n_traces = 61};
  const test::Point point{.depth_m = 0.15};
  Line line = test::point_line(scene, {});
  test::Random random(2);
  for (Index m = 0; m < scene.n_traces; ++m) {
    scene.standoff_m = 0.12 + 0.03 * (2.0 * random.uniform() - 1.0);
    line.tags[to_size(m)].standoff_m = scene.standoff_m;
    const double t = test::two_way_time(scene, point, scene.x(m));
    for (Index i = 0; i < line.n_samples(); ++i)
      line.samples(i, m) = static_cast<Sample>(test::ricker(line.axis.at(i) - t, 1e9));
  }
  BackProjectionOptions options{
      .velocity_m_per_s = 0.08e9, .standoff_m = 0.12, .aperture_deg = 45.0, .output = ImageOutput::envelope};
  const ImageRun swung = image_line<BackProjection>(options, line);
  EXPECT_GT(swung.note("standoffs"), 30.0);
  const test::Peak peak = test::peak_of(swung.image);
  EXPECT_NEAR(peak.column, 30.0, 0.1);
  EXPECT_NEAR(peak.row * 2e-3, 0.15, 0.005);
  EXPECT_GT(peak.value, 0.9);  // a mean: all traces agree
  for (TraceTag& tag : line.tags) tag.standoff_m = unknown;
  EXPECT_LT(test::peak_of(image_line<BackProjection>(options, line).image).value, 0.85 * peak.value);
}

// The same head after gpr.ground_track, which laid the bounce of each trace at t = 0, and after gpr.time_zero.
TEST(BackProjection, CountsTheTimeFromWhatItIsToldZeroMeans) {
  test::PointScene scene{
      .velocity_m_per_s = 0.08e9, .antenna_offset_m = 0.12, .n_samples = 300, .first_x_m = -0.6, .n_traces = 61};
  const test::Point point{.depth_m = 0.15};
  for (const TimeReference zero : {TimeReference::emission, TimeReference::direct_wave, TimeReference::ground}) {
    for (const bool swung : {true, false}) {
      Line line = test::point_line(scene, {});
      test::Random random(2);
      for (Index m = 0; m < scene.n_traces; ++m) {
        scene.standoff_m = swung ? 0.12 + 0.03 * (2.0 * random.uniform() - 1.0) : 0.12;
        line.tags[to_size(m)].standoff_m = scene.standoff_m;
        double t = test::two_way_time(scene, point, scene.x(m));
        if (zero == TimeReference::direct_wave) t -= 0.12 / test::light_m_per_s;
        if (zero == TimeReference::ground) t -= 2.0 * std::hypot(scene.standoff_m, 0.06) / test::light_m_per_s;
        for (Index i = 0; i < line.n_samples(); ++i)
          line.samples(i, m) = static_cast<Sample>(test::ricker(line.axis.at(i) - t, 1e9));
      }
      const BackProjectionOptions options{.velocity_m_per_s = 0.08e9,
                                          .antenna_offset_m = 0.12,
                                          .time_zero = zero,
                                          .aperture_deg = 45.0,
                                          .output = ImageOutput::envelope};
      const test::Peak peak = test::peak_of(image_line<BackProjection>(options, line).image);
      EXPECT_NEAR(peak.column, 30.0, 0.1);
      EXPECT_NEAR(peak.row * 2e-3, 0.15, 0.004) << static_cast<int>(zero) << swung;
      EXPECT_GT(peak.value, 0.9) << static_cast<int>(zero) << swung;
    }
  }
}

// Coherence by its definition: 1 where all agree, and 1/N for one trace among N that are silent.
TEST(BackProjection, CoherenceIsOneWhereAllTracesAgree) {
  test::PointScene scene{.n_samples = 300, .first_x_m = -0.5, .n_traces = 51, .spreading = 0.0};
  const Line line = test::point_line(scene, {{.depth_m = 0.2}});
  BackProjectionOptions options{.taper = 0.0, .output = ImageOutput::envelope};
  const Image plain = image_line<BackProjection>(options, line).image;
  options.coherence = true;
  const Image coherent = image_line<BackProjection>(options, line).image;
  const test::Peak peak = test::peak_of(plain);
  EXPECT_NEAR(peak.value, 1.0, 0.03);
  EXPECT_NEAR(test::peak_of(coherent).value / peak.value, 1.0, 0.03);
  EXPECT_LE((coherent - plain).maxCoeff(), 1e-6);

  Line single = line;
  for (Index m = 0; m < single.n_traces(); ++m)
    if (m != 25) single.samples.col(m).setZero();
  const Image alone =
      image_line<BackProjection>(BackProjectionOptions{.taper = 0.0, .output = ImageOutput::envelope}, single).image;
  const Image alone_coherent = image_line<BackProjection>(options, single).image;
  // 60 degrees at 0.2 m: 0.346 m to each side, 35 traces.
  EXPECT_NEAR(alone(80, 25) * 35.0, 1.0, 0.03);
  EXPECT_NEAR(alone_coherent(80, 25) / alone(80, 25) * 35.0, 1.0, 0.02);
}

TEST(BackProjection, EnvelopeHoldsTheAmplitude) {
  test::PointScene scene{.standoff_m = 0.1, .n_samples = 256, .first_x_m = -0.5, .n_traces = 51};
  const Line line = test::point_line(scene, {{.depth_m = 0.2}});
  const Image amplitude = image_line<BackProjection>(BackProjectionOptions{}, line).image;
  const Image envelope = image_line<BackProjection>(BackProjectionOptions{.output = ImageOutput::envelope}, line).image;
  EXPECT_LE((amplitude.cwiseAbs() - envelope).maxCoeff(), 1e-5);
  EXPECT_NEAR(amplitude.maxCoeff(), envelope.maxCoeff(), 0.02 * envelope.maxCoeff());
}

TEST(BackProjection, TheWayMayBend) {
  test::PointScene scene{.n_samples = 256, .n_traces = 81};
  Line line = test::point_line(scene, {});
  // Round a quarter of a circle of 0.5 m; the point lies under the middle of the arc.
  const auto place = [](Index m) {
    const double a = 0.5 * 3.14159265358979 * static_cast<double>(m) / 80.0;
    return std::array<double, 2>{0.5 * std::cos(a), 0.5 * std::sin(a)};
  };
  const auto under = place(40);
  for (Index m = 0; m < 81; ++m) {
    const auto p = place(m);
    line.tags[to_size(m)].position_m = {p[0], p[1], 0.0};
    line.tags[to_size(m)].standoff_m = 0.0;
    const double t = 2.0 * std::hypot(p[0] - under[0], p[1] - under[1], 0.2) / 1e8;
    for (Index i = 0; i < line.n_samples(); ++i)
      line.samples(i, m) = static_cast<Sample>(test::ricker(line.axis.at(i) - t, 1e9));
  }
  const ImageRun run = image_line<BackProjection>(BackProjectionOptions{.output = ImageOutput::envelope}, line);
  const test::Peak peak = test::peak_of(run.image);
  EXPECT_NEAR(peak.column, 40.0, 0.1);
  EXPECT_NEAR(peak.row * 2.5e-3, 0.2, 0.004);
  EXPECT_GT(peak.value, 0.95);
}

TEST(BackProjection, ThreadsDoNotChangeTheBits) {
  Line line = test::rough_line(150, 256);
  Line swung = line;
  for (std::size_t m = 0; m < swung.tags.size(); ++m)
    swung.tags[m].standoff_m = 0.1 + 0.001 * static_cast<double>(m % 7);
  const BackProjectionOptions options{.standoff_m = 0.1, .output = ImageOutput::envelope, .coherence = true};
  const Image one = image_line<BackProjection>(options, line).image;
  const Image one_swung = image_line<BackProjection>(options, swung).image;
  dsp::set_threads(3);
  const Image three = image_line<BackProjection>(options, line).image;
  const Image three_swung = image_line<BackProjection>(options, swung).image;
  dsp::set_threads(1);
  EXPECT_TRUE(one == three);
  EXPECT_TRUE(one_swung == three_swung);
}

TEST(BackProjection, UnusableTracesDoNotCount) {
  test::PointScene scene{.n_samples = 256, .first_x_m = -0.5, .n_traces = 51, .spreading = 0.0};
  Line line = test::point_line(scene, {{.depth_m = 0.2}});
  const Image all = image_line<BackProjection>(BackProjectionOptions{.output = ImageOutput::envelope}, line).image;
  for (const Index m : {18, 22, 23, 31}) line.samples(9, m) = std::numeric_limits<float>::infinity();
  const ImageRun some = image_line<BackProjection>(BackProjectionOptions{.output = ImageOutput::envelope}, line);
  // A mean of those that remain: the echo keeps its amplitude.
  EXPECT_NEAR(some.image(80, 25), all(80, 25), 0.02 * all(80, 25));
  EXPECT_EQ(some.image.col(22).cwiseAbs().maxCoeff(), 0.0);
  EXPECT_TRUE(has(some.tags[22].quality, Quality::non_finite));
}

TEST(BackProjection, RefusesWhatItCannotDo) {
  const StreamSpec in = test::radar_spec(256, 100);
  EXPECT_FALSE(validate(BackProjectionOptions{}, in));
  EXPECT_STREQ(validate(BackProjectionOptions{.velocity_m_per_s = 3e8}, in).field, "velocity_m_per_s");
  EXPECT_STREQ(validate(BackProjectionOptions{.standoff_m = -0.1}, in).field, "standoff_m");
  EXPECT_STREQ(validate(BackProjectionOptions{.n_depths = -1}, in).field, "n_depths");
  StreamSpec nowhere = in;
  nowhere.trace_spacing_m = 0.0;
  EXPECT_STREQ(validate(BackProjectionOptions{.places = TracePlaces::spacing}, nowhere).field, "places");
}

}  // namespace
}  // namespace surefoot::gpr
