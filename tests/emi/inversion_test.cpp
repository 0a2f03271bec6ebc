// SPDX-License-Identifier: MIT
#include <surefoot/emi/inversion.hpp>
#include <surefoot/emi/polarizability.hpp>
#include <surefoot/emi/principal_decays.hpp>
#include <surefoot/io/coil_array.hpp>
#include <surefoot/sim/random.hpp>

#include "support/golden.hpp"
#include "support/metal_array.hpp"
#include "support/realtime_guard.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <limits>
#include <map>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace surefoot::emi {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr Index n_gates = 30;

const test::ArrayOf& temtads() {
  static const test::ArrayOf array(io::load_coil_array("temtads-2x2"));
  return array;
}

std::vector<double> gate_times() {
  std::vector<double> t;
  for (int g = 0; g < n_gates; ++g) t.push_back(1e-4 * std::pow(250.0, g / 29.0));
  return t;
}
// The decay of the simulation behind the bars, and of the golden files (Smith and Morrison's form).
double decay(double t) { return std::pow(1.0 + std::sqrt(t / 2e-4), -1.2) * std::exp(-t / 8e-3); }

double distance(const Vector3& a, const Vector3& b) {
  return std::sqrt((a[0] - b[0]) * (a[0] - b[0]) + (a[1] - b[1]) * (a[1] - b[1]) + (a[2] - b[2]) * (a[2] - b[2]));
}
double median(std::vector<double> x) {
  std::nth_element(x.begin(), x.begin() + static_cast<std::ptrdiff_t>(x.size() / 2), x.end());
  return x[x.size() / 2];
}

// One simulated measurement: targets of 1 : 0.4 : 0.4 in random directions; SNR is the rms of gate 0 over its noise, which
// falls as t^-1/2.
struct Shot {
  std::vector<double> values, sigma;
  std::vector<Vector3> places;
  std::vector<physics::Matrix3> axes;

  Shot(const std::vector<Vector3>& where, double snr_db, sim::Random& random) : places(where) {
    const std::vector<double> t = gate_times();
    for (const Vector3& place : places) {
      const double u = random.uniform();
      const double v = random.uniform();
      axes.push_back(test::rotation_of(u, v, random.uniform()));
      std::vector<physics::Symmetric3> q;
      for (const double x : t) q.push_back(test::turned(axes.back(), {decay(x), 0.4 * decay(x), 0.4 * decay(x)}));
      test::add_dipole(temtads().view(), place, q, values);
    }
    double square = 0.0;
    for (std::size_t c = 0; c < 48; ++c) square += values[c * n_gates] * values[c * n_gates];
    for (const double x : t)
      sigma.push_back(std::sqrt(square / 48.0) * std::pow(10.0, -snr_db / 20.0) * std::sqrt(t[0] / x));
    for (std::size_t i = 0; i < values.size(); ++i) values[i] += sigma[i % n_gates] * random.normal();
  }
  [[nodiscard]] InversionData data() const { return {.values = values, .sigma = sigma, .channel_sigma = {}}; }
};

TEST(DipoleInversion, IsSciPysSolution) {
  const auto data = test::read_golden_csv("dipole_data.csv");
  const auto golden = test::read_golden_csv("dipole_solution.csv");
  std::vector<double> values;
  for (std::size_t c = 1; c < 49; ++c) values.insert(values.end(), data[c].begin(), data[c].end());
  test::InArena<DipoleInversion> inversion(InversionOptions{}, temtads().view(), n_gates);
  ASSERT_TRUE(inversion.fits());
  const InversionResult r = inversion->fit({.values = values, .sigma = data[0], .channel_sigma = {}}, 1);
  EXPECT_EQ(r.flags, InversionFlag::none);
  const double chi2 = golden[1][0];
  EXPECT_NEAR(r.chi2, chi2, 1e-8 * chi2);
  EXPECT_EQ(r.degrees_of_freedom, 1257);
  const double scale = chi2 / 1257.0;
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_NEAR(r.place_m[0][i], golden[0][i], 2e-8);
    for (std::size_t j = 0; j < 3; ++j)
      EXPECT_NEAR(r.place_covariance_m2[0][3 * i + j], scale * golden[2 + i][j], 1e-4 * scale * golden[2][0]);
  }
  const Index gates[] = {0, 15, 29};
  for (std::size_t g = 0; g < 3; ++g) {
    const physics::Symmetric3 q = inversion->polarizability(0, gates[g]);
    const auto covariance = inversion->covariance(0, gates[g]);
    for (std::size_t i = 0; i < 6; ++i) {
      const double variance = scale * golden[7 + 4 * g + i / 3][i % 3];
      EXPECT_NEAR(q[i], golden[5 + 4 * g + i / 3][i % 3], 1e-4 * std::sqrt(variance));
      EXPECT_NEAR(covariance[7 * i], variance, 1e-4 * variance);
    }
  }
}

TEST(DipoleInversion, ExactDataGiveTheExactTarget) {
  test::InArena<DipoleInversion> inversion(InversionOptions{}, temtads().view(), n_gates);
  sim::Random random(32);
  for (int trial = 0; trial < 20; ++trial) {
    const Vector3 place{random.uniform(-0.3, 0.3), random.uniform(-0.3, 0.3), -random.uniform(0.15, 1.0)};
    Shot shot({place}, 400.0, random);  // noise of 1e-20
    for (double& s : shot.sigma) s *= 1e16;
    const InversionResult r = inversion->fit(shot.data(), 1);
    EXPECT_LT(distance(r.place_m[0], place), 1e-7) << trial;
    EXPECT_GT(r.coherence, 1.0 - 1e-12);
    for (const Index g : {0, 29}) {
      const double l = decay(gate_times()[to_size(g)]);
      const physics::Symmetric3 expected = test::turned(shot.axes[0], {l, 0.4 * l, 0.4 * l});
      for (std::size_t i = 0; i < 6; ++i) EXPECT_NEAR(inversion->polarizability(0, g)[i], expected[i], 1e-5 * l);
    }
  }
}

// The bars of emi.md F17 for the place. A median of n trials varies by 1.25 / sqrt(n) of the spread, and the bar is such a median
// itself: 3 sigma of the difference of two are allowed. The Cramer-Rao bound of this simulation is 0.119, 0.35 and 0.90 mm at
// 40 dB, which the covariances promise and the errors keep; where the target is taken as the body of revolution that it is (and
// that the data do not contradict), 0.113, 0.32 and 0.81 mm. The worst gate of L1 is the last one, whose signal is 16 dB: its bar
// of 0.004 and 0.011 decades is not reached for single trials; fitted as decays it is below 0.01 and 0.025.
TEST(DipoleInversion, ErrorsOfPlaceAndCurvesInTheSimulationOfTheBars) {
  constexpr int trials = 100;
  constexpr std::uint64_t seed = 33;
  std::printf("seed %llu, %d trials a row\n", static_cast<unsigned long long>(seed), trials);
  test::InArena<DipoleInversion> inversion(InversionOptions{}, temtads().view(), n_gates);
  constexpr Index n_modes = 20;
  test::InArena<PrincipalDecays> decays(n_gates, n_modes);
  std::vector<double> basis;
  for (Index k = 0; k < n_modes; ++k)
    for (const double t : gate_times())
      basis.push_back(std::exp(-t / (3e-5 * std::pow(2000.0, static_cast<double>(k) / (n_modes - 1)))));
  const struct {
    double snr_db, depth_m, bar_mm, bar_decades;
  } rows[] = {{40, 0.3, 0.10, 0.004}, {40, 0.6, 0.34, 0.004}, {40, 1.0, 0.87, 0.004},
              {30, 0.3, 0.38, 0.011}, {30, 0.6, 1.1, 0.011},  {30, 1.0, 2.6, 0.011}};
  for (const auto& row : rows) {
    sim::Random random(seed, static_cast<std::uint64_t>(row.snr_db + 100.0 * row.depth_m));
    std::vector<double> errors, worst, raw, chi2;
    std::vector<std::vector<double>> by_gate(n_gates);
    double squares = 0.0;
    double body_squares = 0.0;
    std::vector<double> body_errors;
    int contradicted = 0;
    for (int n = 0; n < trials; ++n) {
      const double x = random.uniform(-0.15, 0.15);
      const Shot shot({{x, random.uniform(-0.15, 0.15), -row.depth_m}}, row.snr_db, random);
      const InversionResult r = inversion->fit(shot.data(), 1);
      ASSERT_EQ(r.flags, InversionFlag::none) << n;
      errors.push_back(1e3 * distance(r.place_m[0], shot.places[0]));
      chi2.push_back(r.chi2 / static_cast<double>(r.degrees_of_freedom));
      // What the covariance promises: the mean of |error|^2.
      squares += r.place_covariance_m2[0][0] + r.place_covariance_m2[0][4] + r.place_covariance_m2[0][8];
      const BodyResult body = inversion->fit_body(r, BodyShape::revolution);
      ASSERT_TRUE(body.found && body.converged) << n;
      contradicted += body.p_value < 0.01 ? 1 : 0;
      body_errors.push_back(1e3 * distance(body.place_m, shot.places[0]));
      body_squares += body.place_covariance_m2[0] + body.place_covariance_m2[4] + body.place_covariance_m2[8];
      std::vector<Symmetric3> q;
      std::vector<double> weight;
      for (Index g = 0; g < n_gates; ++g) {
        q.push_back(inversion->polarizability(0, g));
        weight.push_back(1.0 / shot.sigma[to_size(g)]);
      }
      std::vector<Vector3> curves(n_gates);
      std::vector<double> scratch(9 * n_gates);
      const PrincipalCurves p = principal_curves(q, weight, curves, scratch);
      std::vector<double> information(36);
      ASSERT_TRUE(inversion->information(r, 0, information));
      for (int smooth = 0; smooth < 2; ++smooth) {
        ASSERT_TRUE(smooth == 0 || decays->fit(p.axes, q, weight, basis, information, curves));
        double most = 0.0;
        for (std::size_t g = 0; g < n_gates; ++g) {
          const double e = std::abs(std::log10(curves[g][0] / decay(gate_times()[g])));
          most = std::max(most, e);
          if (smooth == 1) by_gate[g].push_back(e);
        }
        (smooth == 1 ? worst : raw).push_back(most);
      }
    }
    double worst_median = 0.0;
    for (const std::vector<double>& e : by_gate) worst_median = std::max(worst_median, median(e));
    double mean_square = 0.0;
    for (const double e : errors) mean_square += 1e-6 * e * e / trials;
    const double place = median(errors);
    // Spread of errors about their median: for three normal components about 0.42 of it.
    const double chance = 3.0 * 1.4142 * 1.25 / std::sqrt(static_cast<double>(trials)) * 0.42;
    std::printf("%g dB, %.1f m: median %.3f mm (bar %.2f), rms %.3f, promised rms %.3f; chi2/dof median %.3f\n",
                row.snr_db, row.depth_m, place, row.bar_mm, 1e3 * std::sqrt(mean_square),
                1e3 * std::sqrt(squares / trials), median(chi2));
    std::printf(
        "  L1 in decades (bar %.3f): median of the worst gate %.4f gate by gate, %.4f as decays; worst gate of the "
        "median %.4f\n",
        row.bar_decades, median(raw), median(worst), worst_median);
    double body_square = 0.0;
    for (const double e : body_errors) body_square += 1e-6 * e * e / trials;
    std::printf("  as a body of revolution: median %.3f mm, rms %.3f, promised rms %.3f; contradicted at 1 %%: %d\n",
                median(body_errors), 1e3 * std::sqrt(body_square), 1e3 * std::sqrt(body_squares / trials),
                contradicted);
    EXPECT_LE(place, row.bar_mm * (1.0 + chance));
    EXPECT_LE(median(body_errors), row.bar_mm * (1.0 + chance));
    if (row.snr_db == 40 && row.depth_m > 0.5) {
      EXPECT_LE(median(body_errors), row.bar_mm);
    }
    EXPECT_LE(body_squares, squares * (1.0 + 1e-9));
    EXPECT_NEAR(body_square * trials / body_squares, 1.0, 0.4);
    EXPECT_LE(contradicted, 4);  // 1 of 100 expected
    EXPECT_LE(median(worst), row.snr_db == 40 ? 0.010 : 0.025);
    EXPECT_LT(median(worst), 0.75 * median(raw));
    EXPECT_GE(median(chi2), 0.94);
    EXPECT_LE(median(chi2), 1.01);
    // The covariance is true: the mean square of 100 errors is within 3 sigma of the promised one.
    EXPECT_NEAR(mean_square * trials / squares, 1.0, 0.35);
  }
}

TEST(DipoleInversion, AShapeThatDataContradictIsSeen) {
  test::InArena<DipoleInversion> inversion(InversionOptions{}, temtads().view(), n_gates);
  sim::Random random(40);
  const Vector3 place{0.05, 0.02, -0.45};
  const physics::Matrix3 axes = test::rotation_of(0.4, 0.1, 0.7);
  for (const int kind : {0, 1, 2}) {
    // A plate (two long axes alike), three different axes, axes that turn with time.
    std::vector<Symmetric3> q;
    for (Index g = 0; g < n_gates; ++g) {
      const double l = decay(gate_times()[to_size(g)]);
      physics::Matrix3 a = axes;
      const double turn = kind == 2 ? 0.02 * static_cast<double>(g) : 0.0;
      for (std::size_t i = 0; i < 3; ++i) {
        a[3 * i] = std::cos(turn) * axes[3 * i] + std::sin(turn) * axes[3 * i + 1];
        a[3 * i + 1] = std::cos(turn) * axes[3 * i + 1] - std::sin(turn) * axes[3 * i];
      }
      q.push_back(test::turned(a, {l, (kind == 0 ? 1.0 : 0.6) * l, 0.2 * l}));
    }
    std::vector<double> values;
    test::add_dipole(temtads().view(), place, q, values);
    double square = 0.0;
    for (std::size_t c = 0; c < 48; ++c) square += values[c * n_gates] * values[c * n_gates];
    std::vector<double> sigma;
    for (const double t : gate_times()) sigma.push_back(0.01 * std::sqrt(square / 48.0) * std::sqrt(1e-4 / t));
    for (std::size_t i = 0; i < values.size(); ++i) values[i] += sigma[i % n_gates] * random.normal();
    const InversionResult r = inversion->fit({.values = values, .sigma = sigma, .channel_sigma = {}}, 1);
    ASSERT_EQ(r.flags, InversionFlag::none);
    const BodyResult round = inversion->fit_body(r, BodyShape::revolution);
    ASSERT_TRUE(round.found);
    EXPECT_EQ(round.degrees_of_freedom, 48 * 30 - 2 * 30 - 5);
    EXPECT_EQ(round.p_value > 0.001, kind == 0) << kind;
    if (kind == 0) {  // its axis is the short one, which comes first
      double along = 0.0;
      for (std::size_t i = 0; i < 3; ++i) along += round.axes[3 * i] * axes[3 * i + 2];
      EXPECT_GT(std::abs(along), 0.999);
      for (const Index g : {0, 15}) {
        const double l = decay(gate_times()[to_size(g)]);
        EXPECT_NEAR(inversion->body_curve(g)[0], 0.2 * l, 4.0 * inversion->body_deviation(g)[0]);
        EXPECT_NEAR(inversion->body_curve(g)[1], l, 4.0 * inversion->body_deviation(g)[1]);
        EXPECT_EQ(inversion->body_curve(g)[1], inversion->body_curve(g)[2]);
      }
    }
    const BodyResult fixed = inversion->fit_body(r, BodyShape::fixed_axes);
    ASSERT_TRUE(fixed.found);
    EXPECT_EQ(fixed.degrees_of_freedom, 48 * 30 - 3 * 30 - 6);
    EXPECT_EQ(fixed.p_value > 0.001, kind != 2) << kind;
    if (kind == 1) {
      EXPECT_LT(distance(fixed.place_m, place), 2e-3);
      for (const Index g : {0, 15}) {
        const double l = decay(gate_times()[to_size(g)]);
        Vector3 sorted = inversion->body_curve(g);
        std::sort(sorted.begin(), sorted.end());
        EXPECT_NEAR(sorted[2], l, 0.05 * l);
        EXPECT_NEAR(sorted[1], 0.6 * l, 0.05 * l);
        EXPECT_NEAR(sorted[0], 0.2 * l, 0.05 * l);
      }
    }
  }
  // Not for what is not one source.
  std::vector<double> none(48 * n_gates, nan);
  const std::vector<double> sigma(n_gates, 1.0);
  const InversionResult nothing = inversion->fit({.values = none, .sigma = sigma, .channel_sigma = {}}, 1);
  EXPECT_FALSE(inversion->fit_body(nothing, BodyShape::fixed_axes).found);
  EXPECT_TRUE(std::isnan(inversion->body_curve(0)[0]));
}

TEST(DipoleInversion, CovarianceOfPolarizabilitiesIsTrue) {
  // Standardised errors of q over 60 trials: their mean square is 1.
  test::InArena<DipoleInversion> inversion(InversionOptions{}, temtads().view(), n_gates);
  sim::Random random(34);
  double square = 0.0;
  int count = 0;
  for (int n = 0; n < 60; ++n) {
    const Shot shot({{0.1, -0.05, -0.5}}, 30.0, random);
    (void)inversion->fit(shot.data(), 1);
    for (const Index g : {0, 20}) {
      const double l = decay(gate_times()[to_size(g)]);
      const Symmetric3 expected = test::turned(shot.axes[0], {l, 0.4 * l, 0.4 * l});
      for (std::size_t i = 0; i < 6; ++i) {
        const double e = inversion->polarizability(0, g)[i] - expected[i];
        square += e * e / inversion->covariance(0, g)[7 * i];
        ++count;
      }
    }
  }
  // 720 numbers, correlated within a trial as if they were about 200: sigma of the mean 0.1.
  EXPECT_NEAR(square / count, 1.0, 0.3);
}

TEST(DipoleInversion, LeavesMissingAndSaturatedNumbersOut) {
  InversionOptions options;
  test::InArena<DipoleInversion> inversion(options, temtads().view(), n_gates);
  sim::Random random(35);
  Shot shot({{0.05, 0.1, -0.5}}, 40.0, random);
  const InversionResult whole = inversion->fit(shot.data(), 1);
  const Symmetric3 q_whole = inversion->polarizability(0, 12);

  // Wild numbers that are marked as missing change nothing but the count of data.
  std::vector<double> values = shot.values;
  for (Index g = 0; g < n_gates; ++g) values[to_size(5 * n_gates + g)] = nan;  // a channel
  for (Index c = 0; c < 48; ++c) values[to_size(c * n_gates + 7)] = std::numeric_limits<double>::infinity();  // a gate
  values[to_size(20 * n_gates + 3)] = nan;  // one number
  values[to_size(21 * n_gates + 4)] = nan;
  values[to_size(21 * n_gates + 5)] = nan;
  const InversionResult r = inversion->fit({.values = values, .sigma = shot.sigma, .channel_sigma = {}}, 1);
  EXPECT_EQ(r.flags, InversionFlag::missing_channels | InversionFlag::missing_columns | InversionFlag::missing_samples);
  EXPECT_EQ(r.degrees_of_freedom, 47 * 29 - 3 - 6 * 29 - 3);
  EXPECT_LT(distance(r.place_m[0], shot.places[0]), 1e-3);
  EXPECT_LT(r.chi2 / static_cast<double>(r.degrees_of_freedom), 1.15);
  EXPECT_TRUE(std::isnan(inversion->polarizability(0, 7)[0]));
  for (std::size_t i = 0; i < 6; ++i)
    EXPECT_NEAR(inversion->polarizability(0, 12)[i], q_whole[i], 5.0 * std::sqrt(inversion->covariance(0, 12)[7 * i]));

  // A rail: the numbers at it are out.
  std::vector<double> railed = shot.values;
  double largest = 0.0;
  for (const double x : railed) largest = std::max(largest, std::abs(x));
  const double rail = 0.7 * largest;
  for (double& x : railed) x = std::clamp(x, -rail, rail);
  const InversionResult unmarked = inversion->fit({.values = railed, .sigma = shot.sigma, .channel_sigma = {}}, 1);
  EXPECT_TRUE(has(unmarked.flags, InversionFlag::poor_fit));  // not a silent wrong number
  const InversionResult marked = inversion->fit({railed, shot.sigma, {}, rail}, 1);
  EXPECT_TRUE(has(marked.flags, InversionFlag::saturated));
  EXPECT_FALSE(has(marked.flags, InversionFlag::poor_fit));
  EXPECT_LT(distance(marked.place_m[0], shot.places[0]), 1e-3);

  // A channel with ten times the noise counts a hundredth; said so, chi2 is right.
  std::vector<double> factor(48, 1.0);
  factor[17] = 10.0;
  std::vector<double> loud = shot.values;
  for (Index g = 0; g < n_gates; ++g)
    loud[to_size(17 * n_gates + g)] += 10.0 * shot.sigma[to_size(g)] * random.normal();
  const InversionResult weighted = inversion->fit({.values = loud, .sigma = shot.sigma, .channel_sigma = factor}, 1);
  EXPECT_EQ(weighted.flags, InversionFlag::none);
  EXPECT_LT(distance(weighted.place_m[0], whole.place_m[0]), 1e-3);
  EXPECT_NEAR(weighted.chi2 / static_cast<double>(weighted.degrees_of_freedom), 1.0, 0.15);
}

TEST(DipoleInversion, SaysWhenItCannotTell) {
  test::InArena<DipoleInversion> inversion(InversionOptions{}, temtads().view(), n_gates);
  sim::Random random(36);
  const Shot shot({{0.0, 0.0, -0.5}}, 40.0, random);
  // Noise alone, of the noise it is said to be.
  int told = 0;
  for (int n = 0; n < 20; ++n) {
    std::vector<double> noise(shot.values.size());
    for (std::size_t i = 0; i < noise.size(); ++i) noise[i] = shot.sigma[i % n_gates] * random.normal();
    const InversionResult r = inversion->fit({.values = noise, .sigma = shot.sigma, .channel_sigma = {}}, 1);
    EXPECT_TRUE(has(r.flags, InversionFlag::cannot_tell));
    told += has(r.flags, InversionFlag::no_signal) ? 1 : 0;
  }
  EXPECT_EQ(told, 20);
  // Nothing usable, of right and of wrong shape.
  std::vector<double> none(shot.values.size(), nan);
  for (const InversionData& data :
       {InversionData{.values = none, .sigma = shot.sigma, .channel_sigma = {}},
        InversionData{.values = std::span(none).first(10), .sigma = shot.sigma, .channel_sigma = {}},
        InversionData{.values = shot.values, .sigma = std::span(none).first(n_gates), .channel_sigma = {}}}) {
    const InversionResult r = inversion->fit(data, 1);
    EXPECT_TRUE(has(r.flags, InversionFlag::cannot_tell));
    EXPECT_TRUE(has(r.flags, InversionFlag::no_minimum));
    EXPECT_TRUE(has(r.flags, InversionFlag::missing_columns));
    EXPECT_TRUE(std::isnan(r.place_m[0][0]));
    EXPECT_TRUE(std::isnan(r.chi2));
    EXPECT_TRUE(std::isnan(inversion->polarizability(0, 0)[0]));
  }
  // Zeros: no signal.
  std::vector<double> zero(shot.values.size());
  EXPECT_TRUE(has(inversion->fit({.values = zero, .sigma = shot.sigma, .channel_sigma = {}}, 1).flags,
                  InversionFlag::cannot_tell));
  // A target outside the box: it is found on the border.
  InversionOptions tight;
  tight.half_width_m = 0.1;
  test::InArena<DipoleInversion> small(tight, temtads().view(), n_gates);
  const Shot outside({{0.3, 0.0, -0.5}}, 40.0, random);
  const InversionResult r = small->fit(outside.data(), 1);
  EXPECT_TRUE(has(r.flags, InversionFlag::at_bounds));
  EXPECT_TRUE(has(r.flags, InversionFlag::poor_fit));
  EXPECT_EQ(r.place_m[0][0], 0.1);
}

TEST(DipoleInversion, FindsTwoTargetsAndCountsThem) {
  InversionOptions options;
  options.max_sources = 2;
  test::InArena<DipoleInversion> inversion(options, temtads().view(), n_gates);
  sim::Random random(37);
  int right = 0;
  for (int n = 0; n < 8; ++n) {
    const Vector3 a{random.uniform(-0.3, -0.1), random.uniform(-0.2, 0.2), -random.uniform(0.3, 0.5)};
    const Vector3 b{random.uniform(0.1, 0.3), random.uniform(-0.2, 0.2), -random.uniform(0.3, 0.5)};
    const Shot two({a, b}, 40.0, random);
    const InversionResult r = inversion->fit_order(two.data());
    EXPECT_EQ(r.n_sources, 2) << n;
    EXPECT_LT(r.p_value, 1e-6);
    const bool swapped = distance(r.place_m[0], a) > distance(r.place_m[1], a);
    const double e = std::max(distance(r.place_m[swapped ? 1 : 0], a), distance(r.place_m[swapped ? 0 : 1], b));
    right += e < 5e-3 ? 1 : 0;
    // Asked for one only: the fit says that this is not the truth.
    EXPECT_TRUE(has(inversion->fit(two.data(), 1).flags, InversionFlag::poor_fit));
    const Shot one({a}, 40.0, random);
    const InversionResult s = inversion->fit_order(one.data());
    EXPECT_EQ(s.n_sources, 1) << n;
    EXPECT_LT(distance(s.place_m[0], a), 2e-3);
  }
  EXPECT_EQ(right, 8);
}

TEST(DipoleInversion, ComplexDataAreTwiceAsManyColumns) {
  // 12 tones: in-phase and quadrature of M(w), e^{+i w t}.
  constexpr Index columns = 24;
  test::InArena<DipoleInversion> inversion(InversionOptions{}, temtads().view(), columns);
  sim::Random random(38);
  const physics::Matrix3 axes = test::rotation_of(0.3, 0.6, 0.2);
  std::vector<Symmetric3> q;
  std::vector<Vector3> truth;
  for (int k = 0; k < 12; ++k) {
    const double w = 2e3 * std::pow(10.0, 0.15 * k);
    Vector3 re{}, im{};
    for (std::size_t i = 0; i < 3; ++i) {
      const double x = w * (i == 0 ? 1e-4 : 3e-5);
      re[i] = (i == 0 ? 1.0 : -0.1) - x * x / (1.0 + x * x);
      im[i] = -x / (1.0 + x * x);
    }
    q.push_back(test::turned(axes, re));
    q.push_back(test::turned(axes, im));
    truth.push_back(re);
    truth.push_back(im);
  }
  std::vector<double> values;
  const Vector3 place{-0.08, 0.06, -0.45};
  test::add_dipole(temtads().view(), place, q, values);
  double square = 0.0;
  for (const double v : values) square += v * v / static_cast<double>(values.size());
  std::vector<double> sigma(columns, 0.01 * std::sqrt(square));
  for (double& v : values) v += sigma[0] * random.normal();
  const InversionResult r = inversion->fit({.values = values, .sigma = sigma, .channel_sigma = {}}, 1);
  EXPECT_EQ(r.flags, InversionFlag::none);
  EXPECT_LT(distance(r.place_m[0], place), 1e-3);
  std::vector<Symmetric3> found;
  for (Index c = 0; c < columns; ++c) found.push_back(inversion->polarizability(0, c));
  std::vector<Vector3> curves(columns);
  std::vector<double> scratch(9 * columns);
  const PrincipalCurves p = principal_curves(found, {}, curves, scratch);
  EXPECT_LT(p.residual, 0.05);
  for (std::size_t c = 0; c < columns; ++c) EXPECT_NEAR(curves[c][0], truth[c][0], 0.03) << c;
}

TEST(DipoleInversion, AllocatesNothingAndRepeatsItself) {
  InversionOptions options;
  options.max_sources = 2;
  test::InArena<DipoleInversion> inversion(options, temtads().view(), n_gates);
  sim::Random random(39);
  const Shot shot({{0.1, 0.1, -0.4}, {-0.2, 0.0, -0.5}}, 30.0, random);
  const Shot other({{0.0, 0.0, -0.3}}, 20.0, random);
  InversionResult first;
  {
    const test::RealtimeGuard guard;
    first = inversion->fit_order(shot.data());
    if (test::RealtimeGuard::available()) {
      EXPECT_EQ(guard.calls(), 0) << guard.last();
    }
  }
  (void)inversion->fit(other.data(), 1);
  const InversionResult again = inversion->fit_order(shot.data());
  EXPECT_EQ(first.place_m, again.place_m);
  EXPECT_EQ(first.chi2, again.chi2);
  // An arena that is too small is seen before anything is done.
  std::vector<std::byte> little(1000);
  Arena arena(little);
  const DipoleInversion unusable(options, temtads().view(), n_gates, arena);
  EXPECT_FALSE(arena.ok());
}

TEST(DipoleInversion, RefusesOptionsThatCannotWork) {
  const ArrayView array = temtads().view();
  EXPECT_FALSE(validate(InversionOptions{}, array, 30));
  EXPECT_STREQ(validate(InversionOptions{.half_width_m = 0.0}, array, 30).field, "half_width_m");
  EXPECT_STREQ(validate(InversionOptions{.shallowest_m = 0.5, .deepest_m = 0.5}, array, 30).field, "deepest_m");
  EXPECT_STREQ(validate(InversionOptions{.max_sources = 5}, array, 30).field, "max_sources");
  EXPECT_STREQ(validate(InversionOptions{.tolerance_m = nan}, array, 30).field, "tolerance_m");
  EXPECT_STREQ(validate(InversionOptions{}, array, 0).field, "n_columns");
  const test::ArrayOf one(io::load_coil_array("handheld-coaxial"));
  EXPECT_STREQ(validate(InversionOptions{}, one.view(), 12).field, "max_sources");
}

// The golden files of this project's data folder, made by another program.
TEST(DipoleInversion, GoldenMeasurementOfTheDataFolder) {
  const char* const folder = std::getenv("SUREFOOT_DATA");
  if (folder == nullptr) GTEST_SKIP() << "SUREFOOT_DATA is not set";
  const auto rows = [&](const std::string& name) {
    std::ifstream file(std::string(folder) + "/emi/golden/" + name);
    if (!file) throw std::runtime_error(name);
    std::vector<std::vector<std::string>> out;
    for (std::string text; std::getline(file, text);) {
      std::vector<std::string> row;
      std::istringstream cells(text);
      for (std::string cell; std::getline(cells, cell, ',');) row.push_back(cell);
      out.push_back(row);
    }
    return out;
  };
  const auto forward = rows("temtads2x2_synthetic_forward.csv");
  const auto data = rows("temtads2x2_synthetic_data.csv");
  std::map<std::string, double> truth;
  for (const auto& row : rows("temtads2x2_synthetic_truth.csv"))
    if (row[0] != "key") truth[row[0]] = std::stod(row[1]);
  const Vector3 place{truth.at("x"), truth.at("y"), truth.at("z")};
  test::InArena<DipoleModel> model(temtads().view());
  std::vector<double> g(48 * 6);
  model->at(place, {g.data(), 48, 6});
  double largest = 0.0;
  for (const double x : g) largest = std::max(largest, std::abs(x));
  for (std::size_t c = 0; c < 48; ++c)
    for (std::size_t j = 0; j < 6; ++j)
      EXPECT_NEAR(g[48 * j + c], std::stod(forward.at(c + 1).at(3 + j)), 1e-14 * largest);

  std::vector<double> clean(48 * n_gates), noisy(48 * n_gates), sigma;
  for (std::size_t t = 0; t < n_gates; ++t) {
    sigma.push_back(std::stod(data.at(t + 1).at(2)));
    EXPECT_NEAR(decay(std::stod(data[t + 1][1])), std::stod(data[t + 1][3]), 1e-14);
    for (std::size_t c = 0; c < 48; ++c) {
      clean[c * n_gates + t] = std::stod(data[t + 1].at(6 + c));
      noisy[c * n_gates + t] = std::stod(data[t + 1].at(54 + c));
    }
  }
  test::InArena<DipoleInversion> inversion(InversionOptions{}, temtads().view(), n_gates);
  const InversionResult exact = inversion->fit({.values = clean, .sigma = sigma, .channel_sigma = {}}, 1);
  EXPECT_LT(distance(exact.place_m[0], place), 1e-8);
  // Without noise all three curves are those of the file: L1 along its axis, L2 = L3 across it.
  for (Index t = 0; t < n_gates; ++t) {
    const Vector3 l = eigen_of(inversion->polarizability(0, t)).values;
    for (std::size_t k = 0; k < 3; ++k)
      EXPECT_NEAR(l[k] / std::stod(data[to_size(t) + 1].at(3 + k)), 1.0, 1e-6) << t << " " << k;
  }
  const InversionResult r = inversion->fit({.values = noisy, .sigma = sigma, .channel_sigma = {}}, 1);
  EXPECT_EQ(r.flags, InversionFlag::none);
  const auto& c = r.place_covariance_m2[0];
  EXPECT_LT(distance(r.place_m[0], place), 3.0 * std::sqrt(c[0] + c[4] + c[8]));
  EXPECT_LT(distance(r.place_m[0], place), 5e-4);
  EXPECT_NEAR(r.chi2 / static_cast<double>(r.degrees_of_freedom), 1.0, 3.0 * std::sqrt(2.0 / 1257.0));
  std::vector<Symmetric3> q;
  std::vector<double> weight;
  for (Index t = 0; t < n_gates; ++t) {
    q.push_back(inversion->polarizability(0, t));
    weight.push_back(1.0 / sigma[to_size(t)]);
  }
  std::vector<Vector3> curves(n_gates);
  std::vector<double> scratch(9 * n_gates);
  const PrincipalCurves p = principal_curves(q, weight, curves, scratch);
  double worst = 0.0;
  for (std::size_t t = 0; t < n_gates; ++t)
    worst = std::max(worst, std::abs(std::log10(curves[t][0] / std::stod(data[t + 1][3]))));
  EXPECT_LT(worst, 0.02);
  double along = 0.0;
  for (std::size_t i = 0; i < 3; ++i)
    along += p.axes[3 * i] * truth.at(i == 0 ? "axis1_x" : i == 1 ? "axis1_y" : "axis1_z");
  EXPECT_GT(std::abs(along), 0.9999);
  std::printf("golden: place off by %.3f mm, worst gate of L1 %.4f decades\n", 1e3 * distance(r.place_m[0], place),
              worst);
}

}  // namespace
}  // namespace surefoot::emi
