// SPDX-License-Identifier: MIT
// What nulling the soil costs: the shares of F10 (hard) for spheres of 10 mm, and what soft nulling keeps instead.
#include <surefoot/emi/target_score.hpp>
#include <surefoot/physics/sphere.hpp>
#include <surefoot/sim/random.hpp>

#include "support/stage_run.hpp"
#include "support/tones.hpp"

#include <gtest/gtest.h>
#include <Eigen/Dense>

#include <cmath>
#include <numbers>

namespace surefoot::emi {
namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr double pi = std::numbers::pi;

struct Ball {
  const char* name;
  physics::Sphere sphere;
  double kept_by_tones;
  double kept_by_gates;
};
const Ball balls[] = {{"stainless", {0.005, 1.4e6, 1.0}, 0.21, 0.43},
                      {"aluminium", {0.005, 3.5e7, 1.0}, 0.025, 0.051},
                      {"steel", {0.005, 5e6, 100.0}, 0.014, 0.063}};

StreamSpec tones() { return test::tone_spec(test::log_spaced(12, 1e3, 1e5)); }
// 16 gates whose middles run from 10 us to 1 ms.
StreamSpec gates() {
  const double half = std::pow(100.0, 1.0 / 30.0);
  return test::gate_spec(test::log_spaced(17, 1e-5 / half, 1e-3 * half));
}

VectorXd by_tones(const StreamSpec& spec, const physics::Sphere& sphere) {
  VectorXd v(spec.n_samples);
  for (Index k = 0; k < v.size() / 2; ++k) {
    const auto chi = physics::sphere_chi(sphere, 2.0 * pi * spec.axis.at(k));
    v(2 * k) = chi.real();
    v(2 * k + 1) = chi.imag();
  }
  return v;
}
// dm/dt after a pulse of 1 ms at the middle of each gate.
VectorXd by_gates(const StreamSpec& spec, const physics::Sphere& sphere) {
  VectorXd v(spec.n_samples);
  for (Index g = 0; g < v.size(); ++g) {
    const double t = std::sqrt(spec.axis.at(g) * spec.axis.at(g + 1));
    v(g) = physics::sphere_step_off_rate(sphere, t + 1e-3) - physics::sphere_step_off_rate(sphere, t);
  }
  return v;
}
double kept(const ResponseModel& model, const VectorXd& weight, const VectorXd& target) {
  MatrixXd s(model.size(), model.soil_rank());
  for (Index k = 0; k < model.soil_rank(); ++k)
    for (Index i = 0; i < model.size(); ++i) s(i, k) = weight(i) * model.soil(k)[to_size(i)];
  const VectorXd z = weight.cwiseProduct(target);
  return (z - s * s.colPivHouseholderQr().solve(z)).squaredNorm() / z.squaredNorm();
}

TEST(SoilNulling, HardNullingLeavesTheSharesOfF10) {
  std::vector<std::byte> memory(1 << 18);
  Arena arena(memory);
  const ResponseModel in_tones({}, tones(), arena);
  const ResponseModel in_gates({}, gates(), arena);
  ASSERT_TRUE(arena.ok());
  // The noise of gates falls as t^(-1/2), that of tones is white.
  VectorXd root(16);
  for (Index g = 0; g < 16; ++g) root(g) = std::pow(gates().axis.at(g) * gates().axis.at(g + 1), 0.25);
  for (const Ball& ball : balls) {
    EXPECT_NEAR(kept(in_tones, VectorXd::Ones(24), by_tones(tones(), ball.sphere)), ball.kept_by_tones,
                0.02 * ball.kept_by_tones + 0.0007)
        << ball.name;
    EXPECT_NEAR(kept(in_gates, root, by_gates(gates(), ball.sphere)), ball.kept_by_gates, 0.06 * ball.kept_by_gates)
        << ball.name;
  }
}

// Over a ground that varies by three times the noise, soft nulling keeps many times what hard nulling does; over one that
// varies by 10,000 times it keeps the same. Seed 71.
TEST(SoilNulling, SoftNullingKeepsWhatTheSoilLeaves) {
  const StreamSpec spec = tones();
  for (const Ball& ball : balls) {
    double share[2] = {};
    double score[2] = {};
    for (int loud = 0; loud < 2; ++loud) {
      test::Single<TargetScore> stage(TargetScoreOptions{}, spec);
      sim::Random random(71);
      const double level = loud == 1 ? 1e4 : 3.0;
      const VectorXd target = by_tones(spec, ball.sphere).normalized();
      double phase = 0.0;
      for (int n = 0; n <= 4000; ++n) {
        phase += 0.02 * random.normal();  // slow, so that the noise is seen under it
        VectorXd x(24);
        for (Index k = 0; k < 12; ++k) {
          const double w = 2.0 * pi * spec.axis.at(k);
          x(2 * k) = level * (std::sin(phase) - 0.05 * std::cos(0.7 * phase) * std::log(w / 6e4)) / std::sqrt(12.0);
          x(2 * k + 1) = -level * 0.05 * std::cos(0.7 * phase) * 0.5 * pi / std::sqrt(12.0);
        }
        if (n == 4000) x += 100.0 * target;
        std::vector<Sample> in(24);
        for (Index i = 0; i < 24; ++i) in[to_size(i)] = static_cast<Sample>(x(i) + random.normal());
        stage.push(in);
        stage.traces.clear();
      }
      share[loud] = stage.tags.back().kept_share;
      score[loud] = static_cast<double>(stage.tags.back().score);
    }
    EXPECT_GT(share[0], 2.5 * ball.kept_by_tones) << ball.name;
    EXPECT_LT(share[1], share[0]) << ball.name;
    EXPECT_GT(score[0], 1.5 * score[1]) << ball.name;
    RecordProperty(ball.name, std::to_string(share[0]) + " " + std::to_string(share[1]) + " " +
                                  std::to_string(score[0]) + " " + std::to_string(score[1]));
  }
}

}  // namespace
}  // namespace surefoot::emi
