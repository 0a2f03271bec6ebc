// SPDX-License-Identifier: MIT
#include <surefoot/emi/calibration.hpp>

#include "support/lines.hpp"
#include "support/stage_run.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <complex>
#include <numbers>
#include <string>

namespace surefoot::emi {
namespace {

using test::Single;
using Complex = std::complex<double>;
constexpr double two_pi = 2.0 * std::numbers::pi;
constexpr Index n_tones = 21;

StreamSpec sweep_spec(Index n_channels = 2) {
  StreamSpec spec;
  spec.axis = {AxisKind::sweep, 0.0, 0.0, test::rising_places(n_tones, 330.0, std::pow(90030.0 / 330.0, 1.0 / 20.0))};
  spec.n_samples = 2 * n_tones * n_channels;
  spec.trace_interval_s = 0.01;
  spec.n_channels = n_channels;
  return spec;
}

// What a chain makes of a polarizability: i w, a gain, a delay, two poles, each channel its own.
Complex chain(double f, Index c) {
  const Complex iw(0.0, two_pi * f);
  const double gain = c == 0 ? 3.0 : -0.4;
  return gain * iw * std::exp(-iw * 0.3e-6) / ((1.0 + iw * 0.8e-6) * (1.0 + iw * 0.2e-6));
}
Complex q_coil(double f, double corner) { return -Complex(0.0, f / corner) / (1.0 + Complex(0.0, f / corner)); }

template <class F>
std::vector<Sample> trace(const StreamSpec& spec, F&& moment, double scale = 1.0, double noise = 0.0,
                          test::Random* random = nullptr) {
  std::vector<Sample> out;
  for (Index c = 0; c < spec.n_channels; ++c)
    for (Index k = 0; k < n_tones; ++k) {
      const double f = spec.axis.at(k);
      // Air: what the coils give without metal.
      const Complex v = scale * chain(f, c) * (moment(f) + Complex(2e-7, 1e-7));
      out.push_back(static_cast<Sample>(v.real() + (random != nullptr ? noise * random->normal() : 0.0)));
      out.push_back(static_cast<Sample>(v.imag() + (random != nullptr ? noise * random->normal() : 0.0)));
    }
  return out;
}

Complex value(const std::vector<Sample>& t, Index c, Index k) {
  const std::size_t i = to_size(2 * (c * n_tones + k));
  return {static_cast<double>(t.at(i)), static_cast<double>(t.at(i + 1))};
}

constexpr double corner = 8000.0;
const CalibrationOptions whole{.source = CalibrationSource::ferrite,
                               .air_traces = 3,
                               .ferrite_traces = 4,
                               .ferrite_moment_m3 = 1e-6,
                               .q_coil_traces = 3,
                               .q_coil_corner_hz = corner};

void references(Single<Calibration>& stage, const StreamSpec& spec, double q_corner, double q_turn = 0.0) {
  for (int i = 0; i < 3; ++i) stage.push(trace(spec, [](double) { return Complex(); }));
  for (int i = 0; i < 4; ++i) stage.push(trace(spec, [](double) { return Complex(1e-6, 0.0); }));
  for (int i = 0; i < 3; ++i)
    stage.push(trace(spec, [&](double f) { return 3e-7 * q_coil(f, q_corner) * std::polar(1.0, q_turn); }));
}

const char* reason(Single<Calibration>& stage) {
  std::array<Note, most_notes> notes{};
  return stage->notes(notes) > 0 ? notes[0].warning : "no note";
}

TEST(Calibration, FerriteTakesTheWholeChainOut) {
  const StreamSpec spec = sweep_spec();
  ASSERT_FALSE(validate(whole, spec));
  Single<Calibration> stage(whole, spec);
  references(stage, spec, corner);
  const auto target = [](double f) { return 2e-6 * q_coil(f, 2500.0) + 5e-7; };
  stage.push(trace(spec, target));
  ASSERT_EQ(stage.traces.size(), 11U);
  for (std::size_t i = 0; i < 10; ++i)
    EXPECT_EQ(stage.tags[i].quality, Quality::warming_up | Quality::uncalibrated) << i;
  EXPECT_EQ(stage.tags[10].quality, Quality::good);
  for (Index c = 0; c < 2; ++c)
    for (Index k = 0; k < n_tones; ++k) {
      const Complex want = target(spec.axis.at(k)) + Complex(2e-7, 1e-7);  // air is emi.baseline's
      EXPECT_NEAR(std::abs(value(stage.traces[10], c, k) - want) / std::abs(want), 0.0, 1e-6) << c << " " << k;
    }
  std::array<Note, most_notes> notes{};
  ASSERT_EQ(stage->notes(notes), 6);
  EXPECT_EQ(notes[0].value, 1.0);
  EXPECT_EQ(notes[0].warning, nullptr);
  EXPECT_NEAR(notes[2].value, corner, 1e-4 * corner);
  EXPECT_LT(notes[3].value, 0.001);
  EXPECT_LT(notes[4].value, 1e-4);
  EXPECT_LT(notes[5].value, 1e-5);
}

TEST(Calibration, AcceptanceLimitsAreEnforced) {
  const StreamSpec spec = sweep_spec();
  // The phase of a pole whose corner is off by 0.6 % is off by 0.17 degrees: within both limits.
  for (const double off : {-0.006, 0.0, 0.006}) {
    Single<Calibration> stage(whole, spec);
    references(stage, spec, corner * (1.0 + off));
    stage.push(trace(spec, [](double) { return Complex(1e-6, 0.0); }));
    EXPECT_EQ(stage.tags.back().quality, Quality::good) << off;
  }
  for (const double off : {-0.012, 0.012, 0.5}) {
    Single<Calibration> stage(whole, spec);
    references(stage, spec, corner * (1.0 + off));
    stage.push(trace(spec, [](double) { return Complex(1e-6, 0.0); }));
    EXPECT_EQ(stage.tags.back().quality, Quality::uncalibrated) << off;
    EXPECT_STREQ(reason(stage), "The Q-coil's corner is not the known one.");
  }
  for (const double degrees : {-0.25, 0.25}) {
    // A corner wide open: it is the phase that must be seen.
    CalibrationOptions options = whole;
    options.corner_tolerance = 0.5;
    Single<Calibration> stage(options, spec);
    references(stage, spec, corner, degrees * std::numbers::pi / 180.0);
    stage.push(trace(spec, [](double) { return Complex(1e-6, 0.0); }));
    EXPECT_EQ(stage.tags.back().quality, Quality::uncalibrated) << degrees;
    EXPECT_STREQ(reason(stage), "The Q-coil's phase is off at some tone.");
  }
}

// One tone whose gain was another while the ferrite was there: phase and corner are those of the coil, the amplitude is not.
TEST(Calibration, OneToneWithAnotherGainIsFound) {
  const StreamSpec spec = sweep_spec();
  for (const double gain : {0.98, 1.02, 0.94, 1.06}) {
    Single<Calibration> stage(whole, spec);
    for (int i = 0; i < 10; ++i)
      stage.push(trace(spec, [&](double f) {
        if (i < 3) return Complex();
        const double g = f > 2000.0 && f < 2800.0 ? gain : 1.0;
        return i < 7 ? Complex(1e-6 / g, 0.0) : 3e-7 * q_coil(f, corner);
      }));
    stage.push(trace(spec, [](double) { return Complex(1e-6, 0.0); }));
    const bool fit = std::abs(gain - 1.0) < 0.03;
    EXPECT_EQ(stage.tags.back().quality, fit ? Quality::good : Quality::uncalibrated) << gain;
    if (!fit) {
      EXPECT_STREQ(reason(stage), "The Q-coil's amplitude is off at some tone.") << gain;
    }
  }
}

// A ferrite with losses, whose phase is 1 degree, would turn every response: the Q-coil tells.
TEST(Calibration, AFerriteWithLossesIsFound) {
  const StreamSpec spec = sweep_spec();
  Single<Calibration> stage(whole, spec);
  for (int i = 0; i < 3; ++i) stage.push(trace(spec, [](double) { return Complex(); }));
  for (int i = 0; i < 4; ++i)
    stage.push(trace(spec, [](double) { return std::polar(1e-6, -std::numbers::pi / 180.0); }));
  for (int i = 0; i < 3; ++i) stage.push(trace(spec, [](double f) { return 3e-7 * q_coil(f, corner); }));
  stage.push(trace(spec, [](double) { return Complex(1e-6, 0.0); }));
  EXPECT_TRUE(has(stage.tags.back().quality, Quality::uncalibrated));
}

TEST(Calibration, BadReferencesAreNeverAccepted) {
  const StreamSpec spec = sweep_spec();
  CalibrationOptions options = whole;
  options.q_coil_traces = 0;
  const auto run = [&](const std::vector<Sample>& ferrite, Quality quality, test::Random* random, double noise) {
    Single<Calibration> stage(options, spec);
    for (int i = 0; i < 3; ++i)
      stage.push(trace(
          spec, [](double) { return Complex(); }, ferrite.empty() ? 1.0 : 0.0));
    for (int i = 0; i < 4; ++i) {
      TraceTag tag;
      tag.quality = quality;
      if (ferrite.empty())
        stage.push(trace(
                       spec, [](double) { return Complex(1e-6, 0.0); }, 1.0, noise, random),
                   tag);
      else stage.push(ferrite, tag);
    }
    stage.push(trace(spec, [](double) { return Complex(1e-6, 0.0); }));
    const bool flagged = has(stage.tags.back().quality, Quality::uncalibrated);
    return flagged ? std::string(reason(stage)) : std::string("accepted");
  };
  EXPECT_EQ(run({}, Quality::good, nullptr, 0.0), "accepted");
  EXPECT_EQ(run(std::vector<Sample>(to_size(spec.n_samples), 0.0F), Quality::good, nullptr, 0.0),
            "The ferrite gave no response at some tone.");
  EXPECT_EQ(run({}, Quality::saturated, nullptr, 0.0), "A reference stood at a rail of the converter.");
  test::Random random(3);
  EXPECT_EQ(run({}, Quality::good, &random, 1e-3), "The ferrite stands too little above the noise at some tone.");
}

TEST(Calibration, NoReferencesYetMeansUncalibrated) {
  const StreamSpec spec = sweep_spec();
  Single<Calibration> stage(whole, spec);
  stage.push(trace(spec, [](double) { return Complex(1e-6, 0.0); }));
  EXPECT_TRUE(has(stage.tags.at(0).quality, Quality::uncalibrated));
  EXPECT_STREQ(reason(stage), "The references have not all been seen.");
}

TEST(Calibration, GivenFactorsPolesAndFrequencies) {
  const StreamSpec spec = sweep_spec(1);
  CalibrationOptions options{.per_frequency = true, .receiver_time_constant_s = 0.7e-6};
  for (Index k = 0; k < n_tones; ++k) {
    options.factor_in_phase.values[to_size(k)] = 1.0 + 0.1 * static_cast<double>(k);
    options.factor_quadrature.values[to_size(k)] = -0.03 * static_cast<double>(k);
  }
  options.factor_in_phase.count = options.factor_quadrature.count = n_tones;
  ASSERT_FALSE(validate(options, spec));
  Single<Calibration> stage(options, spec);
  std::vector<Sample> x(to_size(spec.n_samples));
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = static_cast<Sample>(std::sin(0.7 * static_cast<double>(i)));
  stage.push(x);
  EXPECT_EQ(stage.tags.at(0).quality, Quality::good);
  for (Index k = 0; k < n_tones; ++k) {
    const Complex iw(0.0, two_pi * spec.axis.at(k));
    const Complex factor(options.factor_in_phase[k], options.factor_quadrature[k]);
    const Complex want = value(x, 0, k) * factor * (1.0 + iw * 0.7e-6) / iw;
    EXPECT_NEAR(std::abs(value(stage.traces.at(0), 0, k) - want) / std::abs(want), 0.0, 2e-7);
  }
}

TEST(ReferenceCheck, FindsTheCornerAnywhereInTheBand) {
  std::vector<double> tones;
  for (Index k = 0; k < n_tones; ++k) tones.push_back(sweep_spec().axis.at(k));
  for (const double f0 : {100.0, 1000.0, 12345.6, 80e3, 500e3}) {
    std::vector<double> y;
    for (const double f : tones) {
      const Complex g = 0.02 * q_coil(f, f0);
      y.insert(y.end(), {g.real(), g.imag()});
    }
    QCoilFit fit;
    EXPECT_FALSE(check_q_coil(tones, y, f0, {}, fit)) << f0;
    EXPECT_NEAR(fit.corner_hz / f0, 1.0, 1e-7);
    EXPECT_NEAR(fit.amplitude, 0.02, 1e-8);
    EXPECT_LT(fit.residual, 1e-7);
    EXPECT_STREQ(check_q_coil(tones, y, 1.02 * f0, {}, fit).field, "corner_hz");
    for (double& v : y) v = -v;
    EXPECT_STREQ(check_q_coil(tones, y, f0, {}, fit).field, "q_coil");
    for (double& v : y) v = 0.0;
    EXPECT_STREQ(check_q_coil(tones, y, f0, {}, fit).field, "q_coil");
  }
}

TEST(Calibration, RefusesWhatItCannotDo) {
  const StreamSpec spec = sweep_spec();
  EXPECT_FALSE(validate(CalibrationOptions{}, spec));
  EXPECT_STREQ(validate(CalibrationOptions{.factor_in_phase{1.0}}, spec).field, "factor_in_phase");
  EXPECT_STREQ(validate(CalibrationOptions{.factor_quadrature{1.0}}, spec).field, "factor_quadrature");
  EXPECT_STREQ(validate(CalibrationOptions{.corner_tolerance = 0.0}, spec).field, "corner_tolerance");
  EXPECT_STREQ(validate(CalibrationOptions{.ferrite_traces = 1}, spec).field, "ferrite_traces");
  StreamSpec other = spec;
  other.axis.kind = AxisKind::gates;
  EXPECT_TRUE(validate(CalibrationOptions{}, other));
}

}  // namespace
}  // namespace surefoot::emi
