// SPDX-License-Identifier: MIT
#include <surefoot/emi/relaxation_features.hpp>

#include "support/stage_run.hpp"
#include "support/tones.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <complex>
#include <limits>
#include <vector>

namespace surefoot::emi {
namespace {

using test::Single;

StreamSpec tones(Index n_channels = 1) { return test::tone_spec(test::log_spaced(12, 1e3, 1e5), n_channels); }

// c0 + c / (1 + i f / f0), as polarizability or as voltage (times i w over the geometric mean of w).
void add(std::vector<Sample>& in, double c0, double c, double f0, Response response) {
  const StreamSpec spec = tones();
  double middle = 0.0;
  for (const double f : spec.axis.places.view()) middle += std::log(f) / 12.0;
  for (const double f : spec.axis.places.view()) {
    std::complex<double> z = c0 + c / std::complex<double>(1.0, f / f0);
    if (response == Response::voltage) z *= std::complex<double>(0.0, f / std::exp(middle));
    in.push_back(static_cast<Sample>(z.real()));
    in.push_back(static_cast<Sample>(z.imag()));
  }
}

TEST(RelaxationFeatures, AreTheLinesOfEachChannelWithTheirSign) {
  for (const Response response : {Response::polarizability, Response::voltage}) {
    RelaxationFeaturesOptions options;
    options.response = response;
    options.most_lines = 2;
    Single<RelaxationFeatures> stage(options, tones(2));
    std::vector<Sample> in;
    add(in, -0.8, 1.5, 7e3, response);
    add(in, 0.4, -0.7, 2e4, response);  // the same kind of target under coils of the other sign
    stage.push(in);
    const std::vector<Sample>& y = stage.traces.at(0);
    ASSERT_EQ(y.size(), 24U);
    const double expected[2][3] = {{-0.8, 1.5, 7e3}, {0.4, -0.7, 2e4}};
    for (std::size_t c = 0; c < 2; ++c) {
      const Sample* const v = y.data() + 12 * c;
      ASSERT_GE(v[3], 1.0F);  // the rounding of float32 may be worth a second line, of no strength
      std::size_t strongest = 4;
      if (v[3] > 1.0F && std::abs(v[10]) > std::abs(v[6])) strongest = 8;
      EXPECT_NEAR(static_cast<double>(v[0]), expected[c][0], 1e-5);
      EXPECT_NEAR(static_cast<double>(v[strongest]) / expected[c][2], 1.0, 1e-5);
      EXPECT_NEAR(static_cast<double>(v[strongest + 2]), expected[c][1], 1e-5);
      EXPECT_LT(v[2], 1e-6F);
    }
  }
}

TEST(RelaxationFeatures, ZeroFerriteAndNonFiniteInputAreDefined) {
  Single<RelaxationFeatures> stage(RelaxationFeaturesOptions{}, tones());
  std::vector<Sample> in(24, 0.0F);
  stage.push(in);
  for (const Sample v : stage.traces.at(0)) EXPECT_EQ(v, 0.0F);
  for (std::size_t k = 0; k < 24; k += 2) in[k] = 2.0F;
  stage.push(in);
  EXPECT_NEAR(stage.traces.at(1)[0], 2.0F, 1e-6F);
  EXPECT_EQ(stage.traces.at(1)[3], 0.0F);
  in[5] = std::numeric_limits<Sample>::quiet_NaN();
  stage.push(in);
  for (const Sample v : stage.traces.at(2)) EXPECT_EQ(v, 0.0F);
  EXPECT_TRUE(has(stage.tags.at(2).quality, Quality::non_finite));
}

TEST(RelaxationFeatures, RefuseWhatCannotBe) {
  EXPECT_FALSE(validate(RelaxationFeaturesOptions{}, tones()));
  EXPECT_TRUE(validate(RelaxationFeaturesOptions{.most_lines = 9}, tones()));
  EXPECT_TRUE(validate(RelaxationFeaturesOptions{.most_lines = 0}, tones()));
  EXPECT_TRUE(validate(RelaxationFeaturesOptions{}, {{AxisKind::two_way_time, 0.0, 1e-9}, 24, 0.01, 0.0, 0}));
  StreamSpec two{{AxisKind::sweep, 0.0, 0.0, {1e3, 1e4}}, 4, 0.01, 0.0, 0};
  EXPECT_TRUE(validate(RelaxationFeaturesOptions{}, two));
  StreamSpec falling{{AxisKind::sweep, 0.0, 0.0, {1e5, 1e4, 1e3}}, 6, 0.01, 0.0, 0};
  EXPECT_TRUE(validate(RelaxationFeaturesOptions{}, falling));
}

}  // namespace
}  // namespace surefoot::emi
