// SPDX-License-Identifier: MIT
// emi.polarizability_features against NumPy and SciPy, and on targets whose place, size and decay are known.
#include <surefoot/emi/polarizability_features.hpp>

#include <surefoot/physics/loop.hpp>
#include <surefoot/sim/random.hpp>

#include "support/golden.hpp"
#include "support/stage_run.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <complex>
#include <limits>
#include <numbers>
#include <string>

namespace surefoot::emi {
namespace {

using Single = test::Single<PolarizabilityFeatures>;
using Traces = std::vector<std::vector<Sample>>;

NumberList rising(Index n, double first, double last) {
  NumberList out;
  for (Index i = 0; i < n; ++i)
    out.values[to_size(out.count++)] =
        first * std::pow(last / first, static_cast<double>(i) / static_cast<double>(n - 1));
  return out;
}
StreamSpec tones() { return {{AxisKind::sweep, 0.0, 0.0, rising(12, 1e3, 9e4)}, 24, 0.01, 0.015, 0, false, 1}; }
StreamSpec gates(Index n = 1) {
  return {{AxisKind::gates, 0.0, 0.0, rising(21, 1e-5, 1e-3)}, 20 * n, 0.01, 0.015, 0, false, n};
}

// Response of an isotropic point of polarizability 1 m^3 under two coaxial loops.
double point(double x, double z) {
  Coil a;
  Coil b;
  a.radius_m = 0.13;
  b.radius_m = 0.055;
  const Vector3 h = physics::field_of(a, {x, 0.0, -z});
  const Vector3 g = physics::field_of(b, {x, 0.0, -z});
  return h[0] * g[0] + h[2] * g[2];
}
std::vector<double> of_tones(double tau, double static_moment = 0.0) {
  std::vector<double> out;
  const NumberList places = tones().axis.places;
  for (const double f : places.view()) {
    const std::complex<double> x(0.0, 2.0 * std::numbers::pi * f * tau);
    const std::complex<double> m = static_moment - x / (1.0 + x);
    out.push_back(m.real());
    out.push_back(m.imag());
  }
  return out;
}
std::vector<double> of_gates(double tau) {
  std::vector<double> out;
  for (Index g = 0; g < 20; ++g) {
    const double a = gates().axis.at(g);
    const double b = gates().axis.at(g + 1);
    out.push_back((1.0 - std::exp(-1e-3 / tau)) * tau / (b - a) * (std::exp(-a / tau) - std::exp(-b / tau)));
  }
  return out;
}
Traces pass(const std::vector<double>& shape, double z, double factor = 1.0, double noise = 0.0) {
  sim::Random random(5);
  Traces line;
  for (int n = 0; n < 121; ++n) {
    const double a = factor * point(0.015 * (n - 60), z);
    std::vector<Sample> trace;
    for (const double x : shape) trace.push_back(static_cast<Sample>(a * x + noise * random.normal()));
    line.push_back(trace);
  }
  return line;
}
void run(Single& stage, const Traces& line) {
  for (const auto& trace : line) stage.push(std::span<const Sample>(trace));
  stage->finish();
  stage.pull();
}

void expect_golden(const std::string& name, const StreamSpec& in) {
  const auto input = test::read_golden_npy("polarizability_" + name + "_input.npy");
  const auto expected = test::read_golden_npy("polarizability_" + name + "_expected.npy");
  const PolarizabilityFeaturesOptions o{.model = {}, .aperture_traces = 37, .beside_traces = 5};
  ASSERT_FALSE(validate(o, in));
  Single stage(o, in);
  EXPECT_EQ(stage->latency(), 18);
  EXPECT_EQ(stage->output().n_samples, 14);
  EXPECT_EQ(stage->output().n_channels, 1);
  for (std::size_t n = 0; n < input.shape[0]; ++n) {
    std::vector<Sample> trace = input.row(n);
    if (n == 30) trace[3] = std::numeric_limits<float>::quiet_NaN();
    stage.push(std::span<const Sample>(trace));
  }
  stage->finish();
  stage.pull();
  ASSERT_EQ(stage.traces.size(), expected.shape[0]);
  for (std::size_t n = 0; n < expected.shape[0]; ++n) {
    EXPECT_EQ(has(stage.tags[n].quality, Quality::non_finite), n == 30);
    for (std::size_t k = 0; k < 14; ++k)
      ASSERT_NEAR(static_cast<double>(stage.traces[n][k]), expected.at(n, k),
                  k == 4   ? 0.02
                  : k == 3 ? 1e-3
                           : 1e-4)
          << name << " " << n << " " << k;
  }
}

TEST(PolarizabilityFeatures, AgreesWithSciPyOnTones) { expect_golden("tones", tones()); }
TEST(PolarizabilityFeatures, AgreesWithSciPyOnGates) { expect_golden("gates", gates(2)); }

// Straight over a round target: place and polarizability come out, whatever its size and place.
TEST(PolarizabilityFeatures, TellsDistanceAndSizeOfARoundTarget) {
  for (const double z : {0.06, 0.1, 0.2, 0.35})
    for (const double size : {1e-7, 1e-4}) {
      const PolarizabilityFeaturesOptions o{.model = {}, .aperture_traces = 121, .beside_traces = 0};
      Single stage(o, tones());
      const std::vector<double> shape = of_tones(2e-5);
      run(stage, pass(shape, z, size));
      const std::vector<Sample>& f = stage.traces[60];
      double rms = 0.0;
      for (const double x : shape) rms += x * x / 12.0;
      EXPECT_NEAR(static_cast<double>(f[3]), z, 0.02 * z);
      EXPECT_NEAR(static_cast<double>(f[4]), std::log(size * std::sqrt(rms)), 0.05);
      EXPECT_NEAR(static_cast<double>(f[0]), std::log(size * std::sqrt(rms) * point(0.0, z)), 1e-5);
      EXPECT_GT(f[1], 0.99999F);
    }
}

TEST(PolarizabilityFeatures, TellsTimeConstantsAndPhases) {
  const PolarizabilityFeaturesOptions o{.model = {}, .aperture_traces = 61, .beside_traces = 0};
  const auto at_peak = [&](const std::vector<double>& shape, const StreamSpec& in, double sign = 1.0) {
    Single stage(o, in);
    run(stage, pass(shape, 0.1, sign));
    return stage.traces[60];
  };
  for (const double tau : {3e-6, 2e-5, 1e-4})
    for (const double sign : {1.0, -1.0}) {
      const auto f = at_peak(of_tones(tau), tones(), sign);
      EXPECT_NEAR(static_cast<double>(f[6]), std::log10(tau), 0.01) << tau;
      EXPECT_LT(f[7], 0.1F);
      EXPECT_LT(f[5], 1e-4F);
      EXPECT_LT(f[12], 0.02F);
      for (const std::size_t i : {0U, 1U, 2U}) {
        const double w = 2.0 * std::numbers::pi * tones().axis.at(i == 0 ? 0 : i == 1 ? 6 : 11);
        EXPECT_NEAR(static_cast<double>(f[9 + i]), -0.5 * std::numbers::pi - std::atan(w * tau), 1e-5);
      }
    }
  // Iron: a static moment beside the currents, and phases near 0 at low tones.
  const auto iron = at_peak(of_tones(2e-5, 1.5), tones());
  EXPECT_GT(iron[12], 0.4F);
  EXPECT_GT(iron[9], -0.5F);
  EXPECT_LT(iron[5], 1e-4F);
  for (const double tau : {3e-5, 1e-4, 4e-4}) {
    const auto f = at_peak(of_gates(tau), gates(), -1.0);
    EXPECT_NEAR(static_cast<double>(f[6]), std::log10(tau), 0.01) << tau;
    EXPECT_LT(f[7], 0.15F);
    EXPECT_LT(f[5], 1e-4F);
    EXPECT_EQ(f[13], 0.0F);
    EXPECT_LT(f[10], f[9]) << "an exponential falls ever steeper over the logarithm of time";
    EXPECT_EQ(f[11], f[10] - f[9]);
  }
  // A power law has the same slope everywhere; soil is like soil.
  std::vector<double> power;
  for (Index g = 0; g < 20; ++g) power.push_back(std::pow(gates().axis.at(g) * gates().axis.at(g + 1), -0.5));
  const auto soil = at_peak(power, gates());
  EXPECT_NEAR(soil[9], -1.0F, 1e-4F);
  EXPECT_NEAR(soil[10], -1.0F, 1e-4F);
  EXPECT_NEAR(soil[11], 0.0F, 2e-4F);
  EXPECT_NEAR(static_cast<double>(soil[12]),
              0.5 * std::log((power[14] * power[14] + power[15] * power[15] + power[16] * power[16] +
                              power[17] * power[17] + power[18] * power[18] + power[19] * power[19]) /
                             (power[0] * power[0] + power[1] * power[1] + power[2] * power[2] + power[3] * power[3] +
                              power[4] * power[4] + power[5] * power[5])),
              1e-4);
  EXPECT_GT(soil[8], 0.99F);
  EXPECT_LT(at_peak(of_gates(4e-4), gates())[8], 0.85F);
}

// The same object in volts of tones: V = i w M, as other instruments give it.
TEST(PolarizabilityFeatures, VoltagesAreTurnedBack) {
  PolarizabilityFeaturesOptions o{.model = {}, .aperture_traces = 61, .beside_traces = 0};
  Single plain(o, tones());
  run(plain, pass(of_tones(2e-5, 0.5), 0.1));
  o.model.response = Response::voltage;
  Single turned(o, tones());
  std::vector<double> volts = of_tones(2e-5, 0.5);
  for (std::size_t k = 0; k < 12; ++k) {
    const double w = tones().axis.at(static_cast<Index>(k)) / 1e4;
    const double re = volts[2 * k];
    volts[2 * k] = -w * volts[2 * k + 1];
    volts[2 * k + 1] = w * re;
  }
  run(turned, pass(volts, 0.1));
  for (const std::size_t k : {3U, 9U, 10U, 11U, 13U})
    EXPECT_NEAR(turned.traces[60][k], plain.traces[60][k], 2e-5F) << k;
  EXPECT_NEAR(turned.traces[60][6], plain.traces[60][6], 0.02F);
}

// Ground that drifts in a straight line leaves nothing; two axes that differ make a second component.
TEST(PolarizabilityFeatures, GroundIsTakenOffAndAxesAreCounted) {
  const PolarizabilityFeaturesOptions o{.model = {}, .aperture_traces = 101, .beside_traces = 4};
  Single clean(o, tones());
  Single drifting(o, tones());
  Traces line = pass(of_tones(2e-5), 0.1);
  run(clean, line);
  for (std::size_t n = 0; n < line.size(); ++n)
    for (std::size_t i = 0; i < 24; i += 2) line[n][i] += 10.0F + 0.25F * static_cast<Sample>(n);
  run(drifting, line);
  for (std::size_t k = 0; k < 14; ++k) EXPECT_NEAR(drifting.traces[60][k], clean.traces[60][k], 2e-3F) << k;
  EXPECT_LT(clean.traces[60][2], 1e-6F);
  const std::vector<double> one = of_tones(2e-5);
  const std::vector<double> two = of_tones(2e-6);
  for (std::size_t n = 0; n < line.size(); ++n)
    for (std::size_t i = 0; i < 24; ++i)
      line[n][i] = static_cast<Sample>(point(0.015 * (static_cast<double>(n) - 60.0), 0.1) *
                                       (one[i] + 0.2 * (static_cast<double>(n) - 60.0) * two[i]));
  Single turning(o, tones());
  run(turning, line);
  EXPECT_GT(turning.traces[60][2], 0.02F);
}

// Tags that know their distance in a part of the line only, from another origin than that of counted traces.
TEST(PolarizabilityFeatures, DistancesThatAreKnownInPartAreNotMixedWithCountedOnes) {
  const PolarizabilityFeaturesOptions o{.model = {}, .aperture_traces = 121, .beside_traces = 0};
  Single stage(o, tones());
  const Traces line = pass(of_tones(2e-5), 0.1);
  for (std::size_t n = 0; n < line.size(); ++n) {
    TraceTag tag;
    if (n < 60) tag.distance_m = 500.0 + 0.015 * static_cast<double>(n);
    stage.push(std::span<const Sample>(line[n]), tag);
  }
  stage->finish();
  stage.pull();
  EXPECT_NEAR(static_cast<double>(stage.traces[60][3]), 0.1, 0.002);
}

TEST(PolarizabilityFeatures, AFactorChangesOnlyTheSizes) {
  const PolarizabilityFeaturesOptions o{.model = {}, .aperture_traces = 61, .beside_traces = 0};
  Single plain(o, gates());
  run(plain, pass(of_gates(1e-4), 0.1));
  for (const double factor : {1e12, 1e-12, 1e-25, 1e-29, 1e-33}) {
    Single scaled(o, gates());
    run(scaled, pass(of_gates(1e-4), 0.1, factor));
    for (std::size_t k = 1; k < 14; ++k)
      if (k != 4) {
        EXPECT_NEAR(scaled.traces[60][k], plain.traces[60][k], 1e-4F) << factor << " " << k;
      }
    EXPECT_NEAR(static_cast<double>(scaled.traces[60][4] - plain.traces[60][4]), std::log(factor), 1e-3) << factor;
  }
}

TEST(PolarizabilityFeatures, EveryInputGivesFiniteNumbers) {
  const PolarizabilityFeaturesOptions o;
  for (const StreamSpec& in : {tones(), gates(2)}) {
    const auto expect_finite = [&](float value, std::size_t n, bool zero) {
      Single stage(o, in);
      run(stage, Traces(n, std::vector<Sample>(to_size(in.n_samples), value)));
      ASSERT_EQ(stage.traces.size(), n);
      for (const auto& trace : stage.traces)
        for (const Sample x : trace) EXPECT_TRUE(std::isfinite(x) && (!zero || x == 0.0F)) << value << " " << x;
    };
    expect_finite(0.0F, 90, true);
    expect_finite(1e-40F, 90, true);
    expect_finite(3.0F, 1, false);
    expect_finite(9e15F, 90, false);
  }
  PolarizabilityFeaturesOptions scored = o;
  scored.least_score = 1.0;
  Single stage(scored, tones());
  run(stage, pass(of_tones(2e-5), 0.1));
  for (const auto& trace : stage.traces) EXPECT_EQ(trace, std::vector<Sample>(14, 0.0F));
  StreamSpec nowhere = tones();
  nowhere.trace_spacing_m = 0.0;
  Single lost(o, nowhere);
  run(lost, pass(of_tones(2e-5), 0.1));
  EXPECT_EQ(lost.traces[60][3], 0.0F);
  EXPECT_EQ(lost.traces[60][4], lost.traces[60][0]);
}

TEST(PolarizabilityFeatures, RefusesWhatCannotWork) {
  PolarizabilityFeaturesOptions o;
  const auto wrong = [&](const StreamSpec& in) {
    const Problem p = validate(o, in);
    return std::string(p ? p.field : "");
  };
  EXPECT_EQ(wrong(tones()), "");
  EXPECT_EQ(wrong({{AxisKind::two_way_time, 0.0, 1e-10}, 24}), "response");
  o.beside_traces = 30;
  EXPECT_EQ(wrong(tones()), "beside_traces");
  o = {.model = {}, .aperture_traces = 4};
  EXPECT_EQ(wrong(tones()), "aperture_traces");
  o = {};
  o.receiver_radius_m = 0.0;
  EXPECT_EQ(wrong(tones()), "receiver_radius_m");
  o = {};
  EXPECT_EQ(wrong({{AxisKind::gates, 0.0, 0.0, rising(6, 1e-5, 1e-3)}, 5, 0.01, 0.01}), "response");
}

}  // namespace
}  // namespace surefoot::emi
