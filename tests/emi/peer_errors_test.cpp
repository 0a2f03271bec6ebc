// SPDX-License-Identifier: MIT
// Defects of other programs that were found by reading or running them, each beside what is right.
#include <surefoot/dsp/detection.hpp>
#include <surefoot/dsp/distributions.hpp>
#include <surefoot/dsp/phase_average.hpp>
#include <surefoot/sim/random.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <complex>
#include <cstdio>
#include <numbers>
#include <vector>

namespace surefoot::emi {
namespace {

// FCMD (GroundBalanceManager.kt, updateTrackingBaseline) tracks the phase of the ground by an exponential mean of the angle
// itself. Ground whose phase lies at 180 degrees, as that of a magnetic one does by its sign, is then tracked at any angle.
TEST(PeerErrors, FcmdAveragesAnglesThatWrap) {
  constexpr double alpha = 0.0005;  // theirs
  sim::Random random(17);
  double theirs = 0.0;
  bool first = true;
  dsp::PhaseAverage ours(alpha);
  for (int i = 0; i < 20000; ++i) {
    const double in_phase = -1.0 + 0.05 * random.normal();
    const double quadrature = 0.05 * random.normal();
    const double phase = std::atan2(quadrature, in_phase);
    theirs = first ? phase : alpha * phase + (1.0 - alpha) * theirs;
    first = false;
    ours.add(in_phase, quadrature);
  }
  constexpr double pi = std::numbers::pi;
  EXPECT_GT(std::abs(std::remainder(theirs - pi, 2.0 * pi)), 2.5);  // nearly the opposite direction
  EXPECT_LT(std::abs(std::remainder(ours.phase_rad() - pi, 2.0 * pi)), 5.0 * 0.05 * std::sqrt(alpha / 2.0));
  EXPECT_GT(ours.steadiness(), 0.99);
}

// The classic mistake with an adaptive matched filter: the threshold of a known covariance, -ln P_FA over K, for one that was
// estimated. Complex data, 8 channels, 24 training vectors, 1e-3 asked.
TEST(PeerErrors, AmfWithTheThresholdOfAKnownCovariance) {
  constexpr Index n = 8;
  constexpr Index k = 24;
  constexpr double asked = 1e-3;
  const dsp::AdaptiveShape shape{dsp::Field::complex, n, k};
  const double theirs = -std::log(asked) / static_cast<double>(k);
  const double ours = dsp::adaptive_threshold(dsp::AdaptiveTest::amf, shape, asked);
  EXPECT_NEAR(dsp::adaptive_false_alarm(dsp::AdaptiveTest::amf, shape, theirs), 0.0437060740848189, 1e-13);  // 2F1

  std::vector<std::byte> memory(16384);
  Arena arena(memory);
  dsp::AdaptiveDetector<std::complex<double>> detector(n, 1, arena);
  constexpr std::uint64_t seed = 18;
  sim::Random random(seed);
  std::vector<std::complex<double>> x(n);
  const auto draw = [&] {
    for (auto& v : x) {
      const double re = random.normal();
      v = {re, random.normal()};
    }
  };
  draw();
  const std::vector<std::complex<double>> target = x;
  constexpr int trials = 40000;
  int their_alarms = 0;
  int our_alarms = 0;
  for (int i = 0; i < trials; ++i) {
    detector.clear();
    for (Index j = 0; j < k; ++j) {
      draw();
      detector.train(x);
    }
    ASSERT_TRUE(detector.factor(target));
    draw();
    const double score = detector.score(x).amf;
    their_alarms += score > theirs ? 1 : 0;
    our_alarms += score > ours ? 1 : 0;
  }
  EXPECT_GT(their_alarms, 40 * trials / 1000) << "seed " << seed;
  EXPECT_LE(std::abs(our_alarms - asked * trials), 3.0 * std::sqrt(asked * trials)) << "seed " << seed;
}

// GatorSense's ace_det.m: the cosine with its sign, mean and covariance from the background, and no threshold. The stand-in of a
// known covariance, a quantile of the beta distribution, alarms far too often; ours holds, also with their mean taken off.
TEST(PeerErrors, GatorSenseAceHasNoThreshold) {
  constexpr Index n = 5;
  constexpr Index background = 16;
  constexpr double asked = 1e-2;
  const dsp::AdaptiveShape shape{dsp::Field::real, n, background - 1};  // the mean took one
  const double ours = dsp::cosine_threshold(shape, asked);
  const double naive = std::sqrt(dsp::beta_quantile(0.5, 0.5 * static_cast<double>(n - 1), 2.0 * asked));

  std::vector<std::byte> memory(16384);
  Arena arena(memory);
  dsp::AdaptiveDetector<double> detector(n, 1, arena);
  constexpr std::uint64_t seed = 19;
  sim::Random random(seed);
  const std::vector<double> target{0.3, -1.0, 0.4, 2.0, 0.1};
  constexpr int trials = 100000;
  int our_alarms = 0;
  int naive_alarms = 0;
  std::vector<std::vector<double>> vectors(to_size(background) + 1, std::vector<double>(to_size(n)));
  for (int i = 0; i < trials; ++i) {
    for (auto& v : vectors) {
      const double common = random.normal();  // correlated, with a mean that is not zero
      for (Index j = 0; j < n; ++j) v[to_size(j)] = 3.0 + common + 0.2 * static_cast<double>(j + 1) * random.normal();
    }
    detector.clear();
    std::vector<double> mean(to_size(n));
    for (std::size_t v = 0; v < to_size(background); ++v)
      for (std::size_t j = 0; j < to_size(n); ++j) mean[j] += vectors[v][j] / static_cast<double>(background);
    for (auto& v : vectors)
      for (std::size_t j = 0; j < to_size(n); ++j) v[j] -= mean[j];
    for (std::size_t v = 0; v < to_size(background); ++v) detector.train(vectors[v]);
    ASSERT_TRUE(detector.factor(target));
    const double cosine = detector.score(vectors.back()).cosine;
    our_alarms += cosine > ours ? 1 : 0;
    naive_alarms += cosine > naive ? 1 : 0;
  }
  const double sigma = std::sqrt(asked * (1.0 - asked) * trials);
  EXPECT_LE(std::abs(our_alarms - asked * trials), 3.0 * sigma) << "seed " << seed;
  EXPECT_GT(naive_alarms, 1.8 * asked * trials) << "seed " << seed;
  std::printf("signed ACE, asked %g: ours %g, a known covariance's %g\n", asked, our_alarms / double{trials},
              naive_alarms / double{trials});
}

}  // namespace
}  // namespace surefoot::emi
