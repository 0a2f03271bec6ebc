// SPDX-License-Identifier: MIT
#include <surefoot/gpr/envelope.hpp>

#include <surefoot/dsp/phase.hpp>

#include "support/columns.hpp"
#include "support/lines.hpp"
#include "support/stage_run.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace surefoot::gpr {
namespace {

using test::Single;

constexpr double pi = std::numbers::pi;

StreamSpec spec_of(std::size_t n) {
  return {{AxisKind::two_way_time, 0.0, 0.1e-9}, static_cast<Index>(n), 0.0, 0.0, 0};
}

std::vector<Sample> attribute(const std::vector<Sample>& x, Attribute output) {
  EXPECT_FALSE(validate(EnvelopeOptions{output}, spec_of(x.size())));
  Single<Envelope> stage(EnvelopeOptions{output}, spec_of(x.size()));
  stage.push(x);
  return stage.traces.at(0);
}

TEST(Envelope, IsSciPys) {
  auto golden = test::read_golden_columns("envelope.csv");
  for (const std::size_t n : {160U, 157U}) {
    std::vector<Sample> x = test::to_samples(golden.at("input"));
    x.resize(n);
    const std::string tail = "_" + std::to_string(n);
    const std::vector<Sample> envelope = attribute(x, Attribute::envelope);
    const std::vector<Sample> phase = attribute(x, Attribute::phase);
    const std::vector<Sample> frequency = attribute(x, Attribute::frequency);
    const std::vector<Sample> cosine = attribute(x, Attribute::cosine_phase);
    Index compared = 0;
    for (std::size_t i = 0; i < n; ++i) {
      EXPECT_NEAR(static_cast<double>(envelope[i]), golden.at("envelope" + tail)[i], 1e-6 * 800.0) << n << " " << i;
      if (golden.at("envelope" + tail)[i] < 8.0) continue;
      ++compared;
      const double turn = static_cast<double>(phase[i]) - golden.at("phase" + tail)[i];
      EXPECT_NEAR(std::remainder(turn, 2.0 * pi), 0.0, 1e-4) << n << " " << i;
      EXPECT_NEAR(static_cast<double>(frequency[i]), golden.at("frequency" + tail)[i], 1e6) << n << " " << i;
      EXPECT_NEAR(static_cast<double>(cosine[i]), golden.at("cosine_phase" + tail)[i], 1e-4) << n << " " << i;
    }
    EXPECT_GT(compared, 80);
  }
}

// Whole periods of a cosine: envelope, phase and frequency are those of the sine, at every sample, up to near Nyquist.
TEST(Envelope, OfACosineIsItsAmplitudePhaseAndFrequency) {
  for (const int periods : {1, 20, 100, 190, 199}) {  // of 400 samples: up to 0.995 of the Nyquist frequency
    std::vector<Sample> x;
    const double w = 2.0 * pi * periods / 400.0;
    for (int i = 0; i < 400; ++i) x.push_back(static_cast<Sample>(30.0 * std::cos(w * i + 0.4)));
    const std::vector<Sample> envelope = attribute(x, Attribute::envelope);
    const std::vector<Sample> phase = attribute(x, Attribute::phase);
    const std::vector<Sample> frequency = attribute(x, Attribute::frequency);
    const std::vector<Sample> cosine = attribute(x, Attribute::cosine_phase);
    for (std::size_t i = 0; i < 400; ++i) {
      const double angle = w * static_cast<double>(i) + 0.4;
      EXPECT_NEAR(envelope[i], 30.0F, 1e-4F) << periods << " " << i;
      EXPECT_NEAR(std::remainder(static_cast<double>(phase[i]) - angle, 2.0 * pi), 0.0, 1e-5) << periods << " " << i;
      EXPECT_NEAR(static_cast<double>(frequency[i]), periods * 25e6, 2e4) << periods << " " << i;
      EXPECT_NEAR(static_cast<double>(cosine[i]), std::cos(angle), 1e-5) << periods << " " << i;
    }
  }
}

TEST(Envelope, OfADelayedPulsePeaksAtItWhateverItsPhase) {
  for (const double phase : {0.0, 0.7, 1.6, 3.0}) {
    std::vector<Sample> x;
    for (int i = 0; i < 400; ++i) {
      const double t = i - 170.0;
      x.push_back(static_cast<Sample>(50.0 * std::exp(-t * t / 400.0) * std::cos(0.8 * t + phase)));
    }
    const std::vector<Sample> y = attribute(x, Attribute::envelope);
    EXPECT_EQ(std::max_element(y.begin(), y.end()) - y.begin(), 170) << phase;
    for (std::size_t i = 0; i < 400; ++i) {
      const double t = static_cast<double>(i) - 170.0;
      EXPECT_NEAR(static_cast<double>(y[i]), 50.0 * std::exp(-t * t / 400.0), 1e-3) << phase << " " << i;
    }
  }
}

TEST(Envelope, ZeroConstantSingleSampleAndNonFinite) {
  for (const Attribute output :
       {Attribute::envelope, Attribute::phase, Attribute::frequency, Attribute::cosine_phase}) {
    for (const std::size_t n : {1U, 2U, 3U, 64U}) {
      EXPECT_EQ(attribute(std::vector<Sample>(n, 0.0F), output), std::vector<Sample>(n, 0.0F)) << n;
      for (const Sample v : attribute(std::vector<Sample>(n, 7.0F), output)) EXPECT_TRUE(std::isfinite(v));
      for (const Sample v : attribute(std::vector<Sample>(n, -8e15F), output)) EXPECT_TRUE(std::isfinite(v));
    }
    std::vector<Sample> x(64, 1.0F);
    x[9] = std::numeric_limits<Sample>::quiet_NaN();
    Single<Envelope> stage(EnvelopeOptions{output}, spec_of(64));
    stage.push(x);
    EXPECT_TRUE(has(stage.tags.at(0).quality, Quality::non_finite));
    EXPECT_EQ(stage.traces.at(0), std::vector<Sample>(64, 0.0F));
  }
  // A constant of a length that the transform takes has no quadrature: its envelope is the constant.
  for (const Sample v : attribute(std::vector<Sample>(64, 7.0F), Attribute::envelope)) EXPECT_NEAR(v, 7.0F, 1e-5F);
}

// What a migration gives has depths: its envelope is that of the same samples.
TEST(Envelope, TakesDepthsButForTheFrequency) {
  StreamSpec depths = spec_of(64);
  depths.axis = {AxisKind::depth, 0.0, 0.005};
  test::Random random(3);
  std::vector<Sample> x(64);
  for (Sample& v : x) v = static_cast<Sample>(random.normal());
  for (const Attribute output : {Attribute::envelope, Attribute::phase, Attribute::cosine_phase}) {
    ASSERT_FALSE(validate(EnvelopeOptions{.output = output}, depths));
    Single<Envelope> stage(EnvelopeOptions{.output = output}, depths);
    stage.push(x);
    EXPECT_EQ(stage.traces.at(0), attribute(x, output));
    EXPECT_EQ(stage->output().axis, depths.axis);
  }
  EXPECT_STREQ(validate(EnvelopeOptions{.output = Attribute::frequency}, depths).field, "output");
}

TEST(Envelope, NeedsTime) {
  StreamSpec channels = spec_of(64);
  channels.axis.kind = AxisKind::channel;
  EXPECT_STREQ(validate(EnvelopeOptions{}, channels).field, "output");
}

TEST(PhaseOf, IsTheAngle) {
  test::Random random(6);
  for (int k = 0; k < 200000; ++k) {
    const double scale = std::pow(10.0, 20.0 * random.uniform() - 10.0);
    const double y = scale * random.normal();
    const double x = scale * random.normal() * std::pow(10.0, 8.0 * random.uniform() - 4.0);
    ASSERT_NEAR(dsp::phase_of(y, x), std::atan2(y, x), 1e-9) << y << " " << x;
  }
  EXPECT_EQ(dsp::phase_of(0.0, 0.0), 0.0);
  EXPECT_EQ(dsp::phase_of(0.0, 3.0), 0.0);
  EXPECT_NEAR(dsp::phase_of(0.0, -3.0), pi, 1e-15);
  EXPECT_NEAR(dsp::phase_of(-0.0, -3.0), pi, 1e-15);
  EXPECT_NEAR(dsp::phase_of(2.0, 0.0), 0.5 * pi, 1e-15);
  EXPECT_NEAR(dsp::phase_of(-2.0, 0.0), -0.5 * pi, 1e-15);
  EXPECT_NEAR(dsp::phase_of(1.0, 1.0), 0.25 * pi, 1e-15);
}

}  // namespace
}  // namespace surefoot::gpr
