// SPDX-License-Identifier: MIT
#include <surefoot/emi/ground_balance.hpp>

#include <surefoot/sim/random.hpp>

#include "support/stage_run.hpp"
#include "support/tones.hpp"

#include <gtest/gtest.h>
#include <Eigen/Dense>

#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>

namespace surefoot::emi {
namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;
using test::Single;

constexpr double pi = std::numbers::pi;

StreamSpec tones(Index n_channels = 1) { return test::tone_spec(test::log_spaced(12, 1e3, 1e5), n_channels); }
StreamSpec gates() { return test::gate_spec(test::log_spaced(21, 1e-5, 1e-3)); }

VectorXd complex_values(const StreamSpec& spec, auto f) {
  VectorXd v(spec.channel_samples());
  for (Index k = 0; k < v.size() / 2; ++k) {
    const std::complex<double> z = f(2.0 * pi * spec.axis.at(k));
    v(2 * k) = z.real();
    v(2 * k + 1) = z.imag();
  }
  return v;
}
VectorXd soil(const StreamSpec& spec, double loss) {
  return complex_values(
      spec, [loss](double w) { return std::complex<double>(1.0 - loss * std::log(w / 6e4), -0.5 * pi * loss); });
}
VectorXd pole(const StreamSpec& spec, double tau) {
  return complex_values(spec, [tau](double w) {
    const std::complex<double> x(0.0, w * tau);
    return -x / (1.0 + x);
  });
}
std::vector<Sample> samples(const VectorXd& v) {
  std::vector<Sample> out(to_size(v.size()));
  for (Index i = 0; i < v.size(); ++i) out[to_size(i)] = static_cast<Sample>(v(i));
  return out;
}
double norm(const std::vector<Sample>& x) {
  double sum = 0.0;
  for (const Sample s : x) sum += static_cast<double>(s) * static_cast<double>(s);
  return std::sqrt(sum);
}

TEST(GroundBalance, TheModelIsCutOutByProjection) {
  for (const Soil kind : {Soil::viscous, Soil::conductive}) {
    const StreamSpec spec = tones();
    Single<GroundBalance> stage(GroundBalanceOptions{.method = BalanceMethod::model, .model = {.soil = kind}}, spec);
    MatrixXd s(24, kind == Soil::conductive ? 3 : 2);
    s.col(0) = complex_values(spec, [](double) { return std::complex<double>(1.0, 0.0); });
    s.col(1) = complex_values(spec, [](double w) { return std::complex<double>(-std::log(w), -0.5 * pi); });
    if (kind == Soil::conductive)
      s.col(2) = complex_values(spec, [](double w) { return std::complex<double>(0.0, w); });
    sim::Random random(1);
    for (int n = 0; n < 20; ++n) {
      const VectorXd x = VectorXd::NullaryExpr(24, [&] { return random.normal(); });
      const std::vector<Sample> in = samples(x);
      stage.push(in);
      const VectorXd want = x - s * s.colPivHouseholderQr().solve(x);
      for (Index i = 0; i < 24; ++i) EXPECT_NEAR(static_cast<double>(stage.traces.back()[to_size(i)]), want(i), 1e-6);
    }
    // What is left of a target, against the definition.
    const VectorXd target = pole(spec, 1e-5);
    stage.push(samples(1000.0 * target));
    const VectorXd left = target - s * s.colPivHouseholderQr().solve(target);
    EXPECT_NEAR(norm(stage.traces.back()), 1000.0 * left.norm(), 1e-3);
  }
}

// The head is pumped for three seconds: the soil goes by a factor of thousands at any height, the target stays but for what
// looks like the soil, and the tag tells how much that is.
TEST(GroundBalance, LearnsTheSoilWhateverTheStandoff) {
  const StreamSpec spec = tones(2);
  Single<GroundBalance> stage(GroundBalanceOptions{}, spec);
  VectorXd ground(48);
  ground << 1000.0 * soil(spec, 0.05), -400.0 * soil(spec, 0.05);
  VectorXd target(48);
  target << pole(spec, 1e-5), 0.5 * pole(spec, 1e-5);
  sim::Random random(2);
  double worst = 0.0;
  double seen = 0.0;
  for (int n = 0; n < 1500; ++n) {
    const double t = 0.01 * n;
    VectorXd x = (1.0 + 0.6 * std::sin(2.0 * pi * 0.8 * t)) * ground;
    if (n == 1400) x += 50.0 * target;
    for (Index i = 0; i < 48; ++i) x(i) += 0.02 * random.normal();
    stage.push(samples(x));
    EXPECT_EQ(has(stage.tags.back().quality, Quality::warming_up), n < 300);
    EXPECT_FALSE(has(stage.tags.back().quality, Quality::ground_balance_lost));
    if (n == 1400) seen = norm(stage.traces.back());
    else if (n > 350) worst = std::max(worst, norm(stage.traces.back()));
  }
  EXPECT_LT(worst, 2.0);  // of up to 8,000
  const VectorXd g = soil(spec, 0.05).normalized();
  const VectorXd p = pole(spec, 1e-5);
  const double left = (p - g * g.dot(p)).norm() * std::sqrt(1.25) * 50.0;
  EXPECT_NEAR(seen, left, 0.02 * left);
  // The mean over time constants, by the definition.
  double mean = 0.0;
  for (int k = 0; k < 32; ++k) {
    const double fast = 0.3 / (2.0 * pi * 1e5);
    const double slow = 3.0 / (2.0 * pi * 1e3);
    const VectorXd c = pole(spec, fast * std::pow(slow / fast, k / 31.0)).normalized();
    mean += (1.0 - std::pow(g.dot(c), 2)) / 32.0;
  }
  EXPECT_NEAR(stage.tags.back().kept_share, mean, 0.01);
  std::array<Note, most_notes> notes{};
  EXPECT_EQ(stage->notes(notes), 2);
}

TEST(GroundBalance, LearnsTheDecayOfSoil) {
  const StreamSpec spec = gates();
  Single<GroundBalance> stage(GroundBalanceOptions{.learn_s = 2.0}, spec);
  VectorXd ground(20);
  for (Index g = 0; g < 20; ++g) ground(g) = std::pow(std::sqrt(spec.axis.at(g) * spec.axis.at(g + 1)), -1.1);
  sim::Random random(3);
  double worst = 0.0;
  for (int n = 0; n < 1000; ++n) {
    VectorXd x = (1.0 + 0.5 * std::sin(0.05 * n)) * ground;
    for (Index i = 0; i < 20; ++i) x(i) *= 1.0 + 1e-6 * random.normal();
    stage.push(samples(x));
    if (n > 250) worst = std::max(worst, norm(stage.traces.back()) / ground.norm());
  }
  EXPECT_LT(worst, 1e-4);
}

TEST(GroundBalance, ATargetDoesNotTurnWhatWasLearnt) {
  const StreamSpec spec = tones();
  Single<GroundBalance> stage(GroundBalanceOptions{}, spec);
  sim::Random random(4);
  for (int n = 0; n < 3000; ++n) {
    const double t = 0.01 * n;
    VectorXd x = 100.0 * (1.0 + 0.5 * std::sin(5.0 * t)) * soil(spec, 0.05);
    if (n > 1000 && n < 2900) x += 300.0 * pole(spec, 2e-6);  // 19 s over a large one
    for (Index i = 0; i < 24; ++i) x(i) += 0.02 * random.normal();
    stage.push(samples(x));
  }
  EXPECT_LT(norm(stage.traces.back()), 0.3);
}

TEST(GroundBalance, SaysThatItIsLost) {
  const StreamSpec spec = tones();
  Single<GroundBalance> stage(GroundBalanceOptions{.time_constant_s = 3.0, .freeze_limit_s = 5.0}, spec);
  sim::Random random(5);
  bool early = false;
  bool late = false;
  for (int n = 0; n < 3000; ++n) {
    // After ten seconds the ground is another one.
    VectorXd x = 100.0 * (1.0 + 0.5 * std::sin(0.05 * n)) * soil(spec, n < 1000 ? 0.02 : 0.4);
    for (Index i = 0; i < 24; ++i) x(i) += 0.02 * random.normal();
    stage.push(samples(x));
    const bool lost = has(stage.tags.back().quality, Quality::ground_balance_lost);
    if (n < 1000) early = early || lost;
    if (n > 1500) late = late || lost;
  }
  EXPECT_FALSE(early);
  EXPECT_TRUE(late);
}

TEST(GroundBalance, ZeroInputAndOddTracesAreDefined) {
  Single<GroundBalance> stage(GroundBalanceOptions{}, tones());
  for (int n = 0; n < 500; ++n) stage.push(std::vector<Sample>(24, 0.0F));
  for (int n = 0; n < 20; ++n) stage.push(std::vector<Sample>(24, n % 2 == 0 ? 3e38F : -3e38F));
  std::vector<Sample> broken(24, 1.0F);
  broken[5] = std::numeric_limits<Sample>::quiet_NaN();
  stage.push(broken);
  for (const auto& y : stage.traces)
    for (const Sample s : y) EXPECT_TRUE(std::isfinite(s));
  EXPECT_TRUE(has(stage.tags.back().quality, Quality::non_finite));
  EXPECT_EQ(norm(stage.traces[400]), 0.0);
}

TEST(GroundBalance, RefusesWhatDoesNotFit) {
  EXPECT_FALSE(validate(GroundBalanceOptions{}, tones()));
  StreamSpec radar{{AxisKind::two_way_time, 0.0, 1e-10}, 512, 0.01, 0.0, 0};
  EXPECT_STREQ(validate(GroundBalanceOptions{}, radar).field, "response");
  EXPECT_STREQ(validate(GroundBalanceOptions{.learn_s = 0.0}, tones()).field, "learn_s");
  StreamSpec timeless = tones();
  timeless.trace_interval_s = 0.0;
  EXPECT_STREQ(validate(GroundBalanceOptions{}, timeless).field, "time_constant_s");
}

}  // namespace
}  // namespace surefoot::emi
