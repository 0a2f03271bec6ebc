// SPDX-License-Identifier: MIT
#include <surefoot/emi/target_score.hpp>

#include <surefoot/sim/random.hpp>

#include "support/stage_run.hpp"
#include "support/tones.hpp"

#include <gtest/gtest.h>
#include <Eigen/Dense>

#include <algorithm>
#include <cmath>
#include <complex>
#include <iostream>
#include <limits>
#include <numbers>

namespace surefoot::emi {
namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;
using test::Single;

constexpr double interval_s = 0.01;
constexpr double pi = std::numbers::pi;

StreamSpec tones(Index n_channels = 1, Index n = 12) {
  return test::tone_spec(test::log_spaced(n, 1e3, 1e5), n_channels);
}
StreamSpec gates(Index n_channels = 1, Index n = 20) {
  return test::gate_spec(test::log_spaced(n + 1, 1e-5, 1e-3), n_channels);
}

// The polarizability of one pole, in phase and quadrature in turn.
VectorXd pole(const StreamSpec& spec, double tau) {
  VectorXd v(spec.channel_samples());
  for (Index k = 0; k < v.size() / 2; ++k) {
    const std::complex<double> x(0.0, 2.0 * pi * spec.axis.at(k) * tau);
    const std::complex<double> m = -x / (1.0 + x);
    v(2 * k) = m.real();
    v(2 * k + 1) = m.imag();
  }
  return v;
}
// Gate means of a decay after a pulse, by Simpson's rule.
VectorXd decay(const StreamSpec& spec, double tau, double pulse_s) {
  VectorXd v(spec.channel_samples());
  for (Index g = 0; g < v.size(); ++g) {
    const double a = spec.axis.at(g);
    const double b = spec.axis.at(g + 1);
    constexpr int n = 2000;
    double sum = 0.0;
    for (int i = 0; i <= n; ++i) {
      const double t = a + (b - a) * i / n;
      sum += (i == 0 || i == n ? 1.0 : i % 2 == 1 ? 4.0 : 2.0) * (std::exp(-t / tau) - std::exp(-(t + pulse_s) / tau));
    }
    v(g) = sum / (3.0 * n);
  }
  return v;
}
MatrixXd soil_of(const ResponseModel& m) {
  MatrixXd s(m.size(), m.soil_rank());
  for (Index k = 0; k < m.soil_rank(); ++k)
    for (Index i = 0; i < m.size(); ++i) s(i, k) = m.soil(k)[to_size(i)];
  return s;
}
MatrixXd targets_of(const ResponseModel& m) {
  MatrixXd s(m.size(), m.target_rank());
  for (Index k = 0; k < m.target_rank(); ++k)
    for (Index i = 0; i < m.size(); ++i) s(i, k) = m.target(k)[to_size(i)];
  return s;
}
struct Model {
  explicit Model(const StreamSpec& spec, const ResponseOptions& options = {})
      : memory(1 << 16), arena(memory), model(options, spec, arena) {}
  std::vector<std::byte> memory;
  Arena arena;
  ResponseModel model;
};
double outside(const MatrixXd& basis, VectorXd v) {
  v.normalize();
  return (v - basis * (basis.transpose() * v)).norm();
}

TEST(ResponseModel, SoilOfTonesIsMullinsAndTite) {
  // chi = chi0 - D ln[(1 + i w tau2) / (1 + i w tau1)] / ln(tau2 / tau1) with time constants far outside the band (F8)
  const StreamSpec spec = tones();
  const Model m(spec);
  VectorXd v(spec.n_samples);
  for (Index k = 0; k < v.size() / 2; ++k) {
    const double w = 2.0 * pi * spec.axis.at(k);
    const std::complex<double> i(0.0, 1.0);
    const auto chi = 0.3 - 0.02 * std::log((1.0 + i * w * 1e2) / (1.0 + i * w * 1e-12)) / std::log(1e14);
    v(2 * k) = chi.real();
    v(2 * k + 1) = chi.imag();
  }
  const MatrixXd s = soil_of(m.model);
  const VectorXd fit = s.colPivHouseholderQr().solve(v);
  EXPECT_LT((v - s * fit).norm() / v.norm(), 1e-6);
}

TEST(ResponseModel, SoilOfGatesIsTheSumOverTheSpectrum) {
  // The same soil in time: decays with all time constants alike, integrated over ln tau by brute force.
  const StreamSpec spec = gates();
  const ResponseOptions options{.pulse_s = 2e-4};
  const Model m(spec, options);
  VectorXd v = VectorXd::Zero(spec.n_samples);
  for (int i = 0; i <= 1600; ++i) {
    const double tau = 1e-8 * std::pow(10.0, 8.0 * i / 1600.0);
    // dM/dt of a unit of magnetization at tau
    v += decay(spec, tau, options.pulse_s) / tau;
  }
  EXPECT_LT(outside(soil_of(m.model), v), 2e-4);
}

TEST(ResponseModel, ARampIsManySmallSteps) {
  constexpr double ramp_s = 2e-5;
  const Model ramped(gates(), {.ramp_s = ramp_s});
  VectorXd v = VectorXd::Zero(gates().n_samples);
  for (int i = 0; i < 400; ++i) {  // one step after the other, each so long before the end of the ramp
    StreamSpec later = gates();
    for (double& edge : later.axis.places.values) edge += ramp_s * (i + 0.5) / 400.0;
    for (Index g = 0; g < v.size(); ++g) {
      const double a = later.axis.at(g);
      const double b = later.axis.at(g + 1);
      v(g) += (std::log(b / a) - std::log((b + 1e-3) / (a + 1e-3))) / (b - a);
    }
  }
  const MatrixXd soil = soil_of(ramped.model);
  EXPECT_LT((v.normalized() - soil.col(0)).norm(), 1e-6);
  const Model stepped(gates());
  EXPECT_GT((v.normalized() - soil_of(stepped.model).col(0)).norm(), 0.1);  // what it costs to leave the ramp out
}

TEST(ResponseModel, TargetsOfAllTimeConstantsAreNearTheSpan) {
  for (const StreamSpec& spec : {tones(), gates()}) {
    const Model m(spec);
    const MatrixXd h = targets_of(m.model);
    EXPECT_LT((h.transpose() * h - MatrixXd::Identity(h.cols(), h.cols())).norm(), 1e-12);
    const bool is_tones = spec.axis.kind == AxisKind::sweep;
    double worst = 0.0;
    for (int i = 0; i <= 100; ++i) {
      const double tau = is_tones ? 1e-6 * std::pow(300.0, i / 100.0) : 1e-5 * std::pow(100.0, i / 100.0);
      worst = std::max(worst, outside(h, is_tones ? pole(spec, tau) : decay(spec, tau, 1e-3)));
    }
    RecordProperty(is_tones ? "worst_tones" : "worst_gates", std::to_string(worst));
    EXPECT_LT(worst * worst, 0.015);
  }
}

TEST(ResponseModel, VoltageIsThePolarizabilityTimesIOmega) {
  const StreamSpec spec = tones();
  const Model m(spec);
  const Model v(spec, {.response = Response::voltage});
  double w0 = 1.0;
  for (Index k = 0; k < 12; ++k) w0 *= std::pow(2.0 * pi * spec.axis.at(k), 1.0 / 12.0);
  for (Index s = 0; s < 2; ++s) {
    VectorXd want(24);
    for (Index k = 0; k < 12; ++k) {
      const double w = 2.0 * pi * spec.axis.at(k) / w0;
      want(2 * k) = -w * m.model.soil(s)[to_size(2 * k + 1)];
      want(2 * k + 1) = w * m.model.soil(s)[to_size(2 * k)];
    }
    want.normalize();
    for (Index i = 0; i < 24; ++i) EXPECT_NEAR(v.model.soil(s)[to_size(i)], want(i), 1e-12);
  }
}

// What the header says, with dense matrices: no Woodbury, no elimination of ours.
struct Plain {
  MatrixXd s, h, curves;
  VectorXd v, power, last;
  MatrixXd c;
  double soil_power = 0.0;
  double soil_now = 0.0;
  int updates = 0;

  void learn(const VectorXd& x, double gain) {
    if (last.size() > 0) {
      ++updates;
      const double rate = std::max(gain, 1.0 / updates);
      const VectorXd now = 0.5 * (residual - last).cwiseAbs2().cwiseQuotient(VectorXd::Ones(x.size()) - leverage);
      if (updates == 1) {
        v = now;
        power = VectorXd::Zero(x.size());
      } else {
        v += rate * (now - v);
      }
      power += rate * (x.cwiseAbs2() - power);
      v = v.cwiseMax(power * std::pow(2.0, -46)).cwiseMax(1e-44);
    }
    last = residual;
  }
  VectorXd residual, leverage;
  void learn_soil(double rate) {
    if (c.size() == 0) c = MatrixXd::Zero(s.cols(), s.cols());
    c += rate * (numbers * numbers.transpose() - c);
    soil_power += rate * (soil_now - soil_power);
  }
  VectorXd numbers;
  double statistic = 0.0, hard = 0.0, kept = 0.0;
  VectorXd theta;
  void fit(const VectorXd& x) {
    const VectorXd w = (v.size() > 0 ? v : VectorXd::Constant(x.size(), 1e-44)).cwiseInverse();
    const MatrixXd wd = w.asDiagonal();
    numbers = (s.transpose() * wd * s).ldlt().solve(s.transpose() * wd * x);
    const MatrixXd root_w = w.cwiseSqrt().asDiagonal();
    const MatrixXd q = MatrixXd((root_w * s).householderQr().householderQ()) * MatrixXd::Identity(x.size(), s.cols());
    leverage = q.rowwise().squaredNorm().cwiseMin(0.9);
    residual = x - s * numbers;
    soil_now = numbers.dot(s.transpose() * wd * s * numbers);
    if (updates == 0) return;
    MatrixXd r = v.asDiagonal();
    if (soil_power > 0.0) r += std::max(0.0, 1.0 - static_cast<double>(s.cols()) / soil_power) * s * c * s.transpose();
    const MatrixXd ri = r.fullPivLu().inverse();
    theta = (h.transpose() * ri * h).ldlt().solve(h.transpose() * ri * x);
    statistic = theta.dot(h.transpose() * ri * x);
    double most = 0.0;
    for (Index k = 0; k < curves.cols(); ++k) {
      const VectorXd curve = curves.col(k);
      const double nulled = curve.dot(ri * curve);
      const double explained = std::pow(curve.dot(ri * x), 2) / nulled;
      if (explained <= most) continue;
      most = explained;
      kept = nulled / curve.dot(wd * curve);
    }
    // Hard: the soil is fitted along with the target.
    MatrixXd both(x.size(), s.cols() + h.cols());
    both << s, h;
    const MatrixXd root = w.cwiseSqrt().asDiagonal();
    const VectorXd z = root * x;
    const auto left = [&](const MatrixXd& a) {
      const MatrixXd b = root * a;
      return (z - b * b.colPivHouseholderQr().solve(z)).squaredNorm();
    };
    hard = left(s) - left(both);
  }
};

TEST(TargetScore, IsTheFormulaWithDenseMatrices) {
  for (const StreamSpec& spec : {tones(), gates()}) {
    const TargetScoreOptions options{.time_constant_s = 1.0, .warm_up_s = 0.5};
    Single<TargetScore> stage(options, spec);
    const Model m(spec);
    Plain plain;
    plain.s = soil_of(m.model);
    plain.h = targets_of(m.model);
    plain.curves.resize(spec.n_samples, ResponseModel::n_curves);
    for (Index k = 0; k < ResponseModel::n_curves; ++k)
      for (Index i = 0; i < spec.n_samples; ++i) plain.curves(i, k) = m.model.curve(k)[to_size(i)];
    int lessons = 0;
    const double gain = -std::expm1(-interval_s / options.time_constant_s);
    sim::Random random(11);
    double mean = 0.0;
    double variance = 0.0;
    int levels = 0;
    int holding = 0;
    for (int n = 0; n < 400; ++n) {
      VectorXd x(spec.n_samples);
      for (Index i = 0; i < x.size(); ++i) x(i) = (1.0 + 0.1 * static_cast<double>(i)) * random.normal();
      x += 30.0 * random.normal() * plain.s.col(0);
      if (n > 250 && n < 270) x += 60.0 * plain.h.col(1);
      std::vector<Sample> in(to_size(x.size()));
      for (Index i = 0; i < x.size(); ++i) {
        in[to_size(i)] = static_cast<Sample>(x(i));
        x(i) = static_cast<double>(in[to_size(i)]);
      }
      stage.push(in);
      const TraceTag& tag = stage.tags.back();
      plain.fit(x);
      const double spread = std::max(1.0, std::sqrt(variance));
      const auto u_of = [](double q) { return std::sqrt(2.0 * q) - std::sqrt(7.0); };
      double u = 0.0;
      if (plain.updates >= 32) {
        u = u_of(plain.statistic);
        const double score = n < 50 ? 0.0 : (u - std::max(0.0, mean)) / spread;  // silent while it warms up
        EXPECT_NEAR(static_cast<double>(tag.score), score, 1e-4 * (1.0 + std::abs(score))) << n;
        EXPECT_NEAR(tag.kept_share, plain.kept, 1e-5) << n;
        if (n >= 50 && u_of(plain.hard) > options.freeze_z * spread) holding = 31;
      }
      const bool stopped = n >= 50 && holding > 0;
      if (holding > 0) --holding;
      if (!stopped) {
        if (plain.updates >= 32) {
          ++lessons;
          plain.learn_soil(std::max(gain, 1.0 / lessons));
          if (n >= 50) {
            ++levels;
            const double rate = std::max(gain, 1.0 / levels);
            const double d = std::min(u, 2.0 * options.lost_z) - mean;
            mean += rate * d;
            variance = levels == 1 ? 0.0 : variance + rate * (d * d - variance);
          }
        }
        plain.learn(x, gain);
      } else {
        plain.last = plain.residual;
      }
    }
  }
}

// Over soil that swings by 1e5 times the noise, the share that is kept is that of hard nulling, by projection.
TEST(TargetScore, TellsTheShareOfEnergyThatIsKept) {
  const StreamSpec spec = tones();
  const Model m(spec);
  const MatrixXd s = soil_of(m.model).householderQr().householderQ() * MatrixXd::Identity(24, 2);
  for (const double tau : {2e-6, 2e-5, 2e-4}) {
    Single<TargetScore> stage(TargetScoreOptions{.time_constant_s = 2.0}, spec);
    sim::Random random(21);
    const VectorXd target = pole(spec, tau).normalized();
    for (int n = 0; n < 1500; ++n) {
      VectorXd x = VectorXd::NullaryExpr(24, [&] { return random.normal(); });
      x += 1e5 * random.normal() * s.col(0) + 1e5 * random.normal() * s.col(1);
      if (n == 1499) x = 3e4 * target;
      std::vector<Sample> in(24);
      for (Index i = 0; i < 24; ++i) in[to_size(i)] = static_cast<Sample>(x(i));
      stage.push(in);
    }
    const double left = std::pow(outside(s, target), 2);
    EXPECT_NEAR(stage.tags.back().kept_share, left, 0.1 * left);
  }
}

std::vector<Sample> noise(Index n, sim::Random& random, double sigma = 1.0) {
  std::vector<Sample> x(to_size(n));
  for (Sample& s : x) s = static_cast<Sample>(sigma * random.normal());
  return x;
}

// Noise alone: the score is nearly standard normal. Seed 31, 40,000 traces.
TEST(TargetScore, OfNoiseIsNearlyNormal) {
  for (const StreamSpec& spec : {tones(2), gates(3)}) {
    Single<TargetScore> stage(TargetScoreOptions{}, spec);
    sim::Random random(31);
    for (int n = 0; n < 40000; ++n) {
      stage.push(noise(spec.n_samples, random));
      stage.traces.clear();
    }
    double above_2 = 0.0;
    double above_4 = 0.0;
    double mean = 0.0;
    for (std::size_t n = 2000; n < stage.tags.size(); ++n) {
      const auto z = static_cast<double>(stage.tags[n].score);
      mean += z / 38000.0;
      above_2 += z > 2.0 ? 1.0 : 0.0;
      above_4 += z > 4.0 ? 1.0 : 0.0;
      EXPECT_FALSE(has(stage.tags[n].quality, Quality::ground_balance_lost));
    }
    EXPECT_NEAR(mean, 0.0, 0.1);
    EXPECT_NEAR(above_2 / 38000.0, 0.0228, 0.012);
    EXPECT_LT(above_4 / 38000.0, 5e-4);
  }
}

// A lifted head over viscous soil does not score once the soil was seen to vary; a target in it does, with its phase.
TEST(TargetScore, OutvotesTheSoilAndFindsTheTarget) {
  const StreamSpec spec = tones();
  const Model m(spec);
  const MatrixXd s = soil_of(m.model);
  Single<TargetScore> stage(TargetScoreOptions{}, spec);
  sim::Random random(41);
  const VectorXd target = pole(spec, 8e-6);
  float soil_max = 0.0F;
  float target_max = 0.0F;
  TraceTag at_peak;
  for (int n = 0; n < 6000; ++n) {
    const double t = n * interval_s;
    const double lift = 1.0 + 0.5 * std::sin(2.0 * pi * 0.7 * t);  // pumped all the time
    VectorXd x = 3000.0 * lift * (s.col(0) + 0.05 * s.col(1));
    const bool over = t > 50.0 && t < 51.0;
    if (over) x += 40.0 * std::sin(pi * (t - 50.0)) * target;
    std::vector<Sample> in = noise(24, random);
    for (Index i = 0; i < 24; ++i) in[to_size(i)] += static_cast<Sample>(x(i));
    stage.push(in);
    const TraceTag& tag = stage.tags.back();
    if (t > 20.0 && !(t > 49.9 && t < 51.1)) soil_max = std::max(soil_max, tag.score);
    if (over && tag.score > target_max) {
      target_max = tag.score;
      at_peak = tag;
    }
  }
  EXPECT_LT(soil_max, 6.0F);
  EXPECT_GT(target_max, 10.0F);
  const std::complex<double> x(0.0, 2.0 * pi * spec.axis.at(6) * 8e-6);
  // The shapes do not hold the soil's part of the target, so its phase is that of the fit: within some degrees.
  EXPECT_NEAR(at_peak.phase_rad, std::arg(-x / (1.0 + x)), 0.25);
  EXPECT_LE(at_peak.phase_rad, 0.0);
  EXPECT_GT(at_peak.kept_share, 0.01);
  EXPECT_LT(at_peak.kept_share, 1.0);
}

// Hovering for 30 s over a target: the score stays.
TEST(TargetScore, StaysHighWhileTheHeadHovers) {
  const StreamSpec spec = gates();
  Single<TargetScore> stage(TargetScoreOptions{}, spec);
  sim::Random random(51);
  const VectorXd target = decay(spec, 1e-4, 1e-3);
  float least = 1e9F;
  for (int n = 0; n < 5000; ++n) {
    std::vector<Sample> in = noise(20, random);
    if (n >= 2000)
      for (Index i = 0; i < 20; ++i) in[to_size(i)] += static_cast<Sample>(40.0 * target(i));
    stage.push(in);
    if (n >= 2000) least = std::min(least, stage.tags.back().score);
  }
  EXPECT_GT(least, 15.0F);
}

TEST(TargetScore, SaysThatTheSoilModelNoLongerFits) {
  const StreamSpec spec = tones();
  Single<TargetScore> stage(TargetScoreOptions{.time_constant_s = 2.0, .freeze_limit_s = 5.0}, spec);
  sim::Random random(61);
  // A swinging response that is neither soil nor noise.
  VectorXd odd(24);
  for (Index i = 0; i < 24; ++i) odd(i) = random.normal();
  bool before = false;
  bool after = false;
  for (int n = 0; n < 4000; ++n) {
    std::vector<Sample> in = noise(24, random);
    if (n > 1500)
      for (Index i = 0; i < 24; ++i) in[to_size(i)] += static_cast<Sample>(30.0 * std::sin(0.02 * n) * odd(i));
    stage.push(in);
    const bool lost = has(stage.tags.back().quality, Quality::ground_balance_lost);
    if (n <= 1500) before = before || lost;
    if (n > 2600) after = after || lost;
  }
  EXPECT_FALSE(before);
  EXPECT_TRUE(after);
}

TEST(TargetScore, OddInputGivesDefinedScores) {
  const StreamSpec spec = tones();
  Single<TargetScore> stage(TargetScoreOptions{}, spec);
  for (int n = 0; n < 300; ++n) stage.push(std::vector<Sample>(24, 0.0F));
  for (int n = 0; n < 300; ++n) stage.push(std::vector<Sample>(24, 1e30F));
  for (int n = 0; n < 10; ++n) stage.push(std::vector<Sample>(24, n % 2 == 0 ? 3e38F : -3e38F));
  std::vector<Sample> broken(24, 1.0F);
  broken[0] = std::numeric_limits<Sample>::infinity();
  stage.push(broken);
  for (const TraceTag& tag : stage.tags) {
    EXPECT_TRUE(std::isfinite(tag.score));
    EXPECT_FALSE(tag.kept_share < 0.0 || tag.kept_share > 1.0);
  }
  EXPECT_EQ(stage.tags.back().score, 0.0F);
  EXPECT_TRUE(has(stage.tags.back().quality, Quality::non_finite));
}

// Of an ideal conductor in ideal silence the quadrature is exactly zero.
TEST(TargetScore, ThePhaseOfNoQuadratureLiesOnItsRange) {
  const StreamSpec spec = tones();
  Single<TargetScore> stage(TargetScoreOptions{.warm_up_s = 0.0}, spec);
  std::vector<Sample> trace(to_size(spec.n_samples), 0.0F);
  for (int n = 0; n < 60; ++n) stage.push(trace);
  for (std::size_t k = 0; k < trace.size(); k += 2) trace[k] = -1.0F;
  stage.push(trace);
  ASSERT_GT(stage.tags.back().score, 0.0F);
  EXPECT_EQ(stage.tags.back().phase_rad, -pi);
}

TEST(TargetScore, RefusesWhatDoesNotFit) {
  EXPECT_FALSE(validate(TargetScoreOptions{}, tones()));
  StreamSpec radar{{AxisKind::two_way_time, 0.0, 1e-10}, 512, 0.01, 0.0, 0};
  EXPECT_STREQ(validate(TargetScoreOptions{}, radar).field, "response");
  StreamSpec steps = tones();
  steps.axis = {AxisKind::sweep, 1e3, 1e3};
  EXPECT_STREQ(validate(TargetScoreOptions{}, steps).field, "response");
  EXPECT_STREQ(validate(TargetScoreOptions{}, tones(1, 3)).field, "target_rank");
  StreamSpec timeless = tones();
  timeless.trace_interval_s = 0.0;
  EXPECT_STREQ(validate(TargetScoreOptions{}, timeless).field, "time_constant_s");
}

}  // namespace
}  // namespace surefoot::emi
