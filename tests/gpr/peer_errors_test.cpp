// SPDX-License-Identifier: MIT
// Mistakes that other programs make along time and across traces, as read in their sources. Each test computes what the peer's
// definition gives beside what ours does, so that it can tell them apart; its name says whose mistake it is.
#include <surefoot/base/error.hpp>
#include <surefoot/dsp/fir_design.hpp>
#include <surefoot/gpr/antenna_separation.hpp>
#include <surefoot/gpr/background.hpp>
#include <surefoot/gpr/background_mean.hpp>
#include <surefoot/gpr/bandpass.hpp>
#include <surefoot/gpr/dewow.hpp>
#include <surefoot/gpr/fir.hpp>
#include <surefoot/gpr/fk_filter.hpp>
#include <surefoot/gpr/gain.hpp>
#include <surefoot/gpr/time_zero.hpp>
#include <surefoot/pipeline/pipeline.hpp>

#include "support/lines.hpp"
#include "support/stage_run.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <string>
#include <vector>

namespace surefoot::gpr {
namespace {

using test::ricker;
using test::Single;
using Trace = std::vector<double>;

constexpr double pi = std::numbers::pi;
constexpr double dt = 0.1e-9;

StreamSpec spec_of(std::size_t n, Index max_traces = 0, double step_s = dt) {
  return {{AxisKind::two_way_time, 0.0, step_s}, static_cast<Index>(n), 0.01, 0.02, max_traces};
}

template <class StageType, class Options>
std::vector<Trace> line_of(const Options& options, const std::vector<Trace>& in, double step_s = dt) {
  const StreamSpec spec = spec_of(in.at(0).size(), static_cast<Index>(in.size()), step_s);
  EXPECT_FALSE(validate(options, spec)) << validate(options, spec).field;
  Single<StageType> stage(options, spec);
  for (const Trace& x : in) {
    std::vector<Sample> samples;
    for (const double v : x) samples.push_back(static_cast<Sample>(v));
    stage.push(samples);
  }
  stage->finish();
  stage.pull();
  std::vector<Trace> out;
  for (const std::vector<Sample>& y : stage.traces) out.emplace_back(y.begin(), y.end());
  return out;
}
template <class StageType, class Options>
Trace trace_of(const Options& options, const Trace& x, double step_s = dt) {
  return line_of<StageType>(options, {x}, step_s).at(0);
}
template <class F>
Trace made(std::size_t n, const F& f) {
  Trace x(n);
  for (std::size_t i = 0; i < n; ++i) x[i] = f(static_cast<double>(i));
  return x;
}
std::size_t peak_of(const Trace& x) {
  return static_cast<std::size_t>(
      std::max_element(x.begin(), x.end(), [](double a, double b) { return std::abs(a) < std::abs(b); }) - x.begin());
}
double largest(const Trace& x) { return std::abs(x[peak_of(x)]); }
double mean_of(const Trace& x, std::size_t a, std::size_t b) {
  double sum = 0.0;
  for (std::size_t i = a; i < b; ++i) sum += x[i];
  return sum / static_cast<double>(b - a);
}

// --- along time

TEST(PeerErrors, BandpassDoesNotCutToTheIntegersOfItsInputAsImpdarDoes) {
  Trace x(200, 1000.0);
  x[100] = 1001.0;
  const Trace y = trace_of<Bandpass>(BandpassOptions{.high_hz = 2e9}, x);
  double kept = 0.0;
  for (const double v : y) {
    EXPECT_EQ(static_cast<std::int16_t>(v), 0) << "cast to the dtype of the input, as there, nothing is left";
    kept += v * v;
  }
  EXPECT_GT(kept, 0.05);
}

// Second-order high-pass, then low-pass (Bristow-Johnson, Q = 0.707), once forwards: a pulse comes out late and lopsided.
TEST(PeerErrors, BandpassDoesNotTurnThePhaseAsRidalDoes) {
  const Trace x = made(400, [](double i) { return 1000.0 * ricker((i - 200.0) * dt, 0.9e9); });
  const auto biquad = [](const Trace& in, double corner_hz, bool high) {
    const double w = 2.0 * pi * corner_hz * dt;
    const double alpha = std::sin(w) / (2.0 * 0.707);
    const double c = std::cos(w);
    const double b1 = high ? -(1.0 + c) : 1.0 - c;
    const double b0 = std::abs(b1) / 2.0;
    Trace out(in.size());
    double s1 = 0.0;
    double s2 = 0.0;
    for (std::size_t i = 0; i < in.size(); ++i) {
      out[i] = b0 / (1.0 + alpha) * in[i] + s1;
      s1 = b1 / (1.0 + alpha) * in[i] + 2.0 * c / (1.0 + alpha) * out[i] + s2;
      s2 = b0 / (1.0 + alpha) * in[i] - (1.0 - alpha) / (1.0 + alpha) * out[i];
    }
    return out;
  };
  const auto lopsided = [](const Trace& y) {
    double off = 0.0;
    for (std::size_t i = 1; i < 100; ++i) off = std::max(off, std::abs(y[200 - i] - y[200 + i]));
    return off / largest(y);
  };
  const Trace ridal = biquad(biquad(x, 0.3e9, true), 2.5e9, false);
  const Trace own = trace_of<Bandpass>(BandpassOptions{.low_hz = 0.3e9, .high_hz = 2.5e9, .order = 2}, x);
  EXPECT_GT(lopsided(ridal), 0.2);
  EXPECT_LT(lopsided(own), 1e-3);
  EXPECT_EQ(peak_of(own), 200U);
}

// A windowed sinc is half its pass band high at the corner; applied as |H|^2 it would be a quarter.
TEST(PeerErrors, FirIsNotAppliedTwiceAsInMatgpr) {
  const double corner = 1.5e9;
  const Trace x = made(600, [&](double i) { return 1000.0 * std::cos(2.0 * pi * corner * i * dt); });
  const FirOptions options{.band = dsp::FirBand::lowpass, .low_hz = 1e8, .high_hz = corner};
  const auto height = [](const Trace& y) { return largest({y.begin() + 200, y.begin() + 400}) / 1000.0; };
  const Trace once = trace_of<Fir>(options, x);
  EXPECT_NEAR(height(once), 0.5, 5e-3);
  EXPECT_NEAR(height(trace_of<Fir>(options, once)), 0.25, 5e-3) << "what matGPR has";
}

// GPRPy: half window ceil(w/2), so 17 samples where 15 were asked for; one mean for all of the first 9 samples.
TEST(PeerErrors, DewowHasTheWindowThatWasAskedForAndNoSeamAsGprpy) {
  const auto gprpy = [](const Trace& x, std::size_t w) {
    const std::size_t n = x.size();
    const std::size_t h = (w + 1) / 2;
    Trace y(n);
    for (std::size_t i = 0; i < n; ++i) {
      if (i < h) y[i] = x[i] - mean_of(x, 0, h + 1);
      else if (i >= n - h) y[i] = x[i] - mean_of(x, n - h, n);
      else y[i] = x[i] - mean_of(x, i - h, i + h + 1);
    }
    return y;
  };
  const DewowOptions options{.window_s = 15.2 * dt};
  // A sine of 15 samples a period has no mean over 15 of them.
  const Trace sine = made(120, [](double i) { return 100.0 * std::sin(2.0 * pi * i / 15.0); });
  const Trace own = trace_of<Dewow>(options, sine);
  const Trace peer = gprpy(sine, 15);
  double off = 0.0;
  for (std::size_t i = 20; i < 100; ++i) {
    EXPECT_NEAR(own[i], sine[i], 1e-4);
    off = std::max(off, std::abs(peer[i] - sine[i]));
  }
  EXPECT_GT(off, 5.0);
  // On a drift the result runs through its edge without a jump.
  const Trace drift = made(120, [](double i) { return 10.0 * i; });
  const auto jump = [](const Trace& y) {
    double most = 0.0;
    for (std::size_t i = 1; i < y.size(); ++i) most = std::max(most, std::abs(y[i] - y[i - 1]));
    return most;
  };
  EXPECT_LE(jump(trace_of<Dewow>(options, drift)), 5.0 + 1e-3);
  EXPECT_GT(jump(gprpy(drift, 15)), 25.0);
}

// MyGPR gives zeros for a window of one sample and cuts a long one to half the trace without a word.
TEST(PeerErrors, DewowRefusesWindowsThatMygprTakes) {
  const Trace x = made(64, [](double i) { return std::sin(i); });
  for (std::size_t i = 0; i < x.size(); ++i) EXPECT_EQ(x[i] - mean_of(x, i, i + 1), 0.0) << "its result for one sample";
  const Problem one = validate(DewowOptions{.window_s = dt}, spec_of(64));
  ASSERT_TRUE(one);
  EXPECT_STREQ(one.field, "window_s");
  EXPECT_GE(one.allowed.low, 1.9 * dt);
  EXPECT_STREQ(validate(DewowOptions{.window_s = 100 * dt}, spec_of(64)).field, "window_s");
  EXPECT_FALSE(validate(DewowOptions{.window_s = 48 * dt}, spec_of(64))) << "above half the trace: taken as it is";
}

// ridal takes one number from a block of rows over all traces, and leaves the rows after the last whole block.
TEST(PeerErrors, DewowTreatsEachTraceAndTheTailUnlikeRidal) {
  const std::vector<Trace> in{Trace(50, 100.0), Trace(50, -100.0), Trace(50, 30.0)};
  constexpr std::size_t w = 16;
  std::vector<Trace> ridal = in;
  for (std::size_t first = 0; first + w <= 50; first += w) {
    double mean = 0.0;
    for (const Trace& x : in) mean += mean_of(x, first, first + w) / 3.0;
    for (Trace& x : ridal)
      for (std::size_t i = first; i < first + w; ++i) x[i] -= mean;
  }
  EXPECT_NEAR(ridal[0][10], 90.0, 1e-9);
  EXPECT_EQ(ridal[2][49], 30.0) << "the tail";
  for (const Trace& y : line_of<Dewow>(DewowOptions{.window_s = w * dt}, in)) EXPECT_EQ(largest(y), 0.0);
}

// --- gains

// GPRPy divides by the root of the sum: the longer the window, the smaller the result.
TEST(PeerErrors, AgcDoesNotDependOnTheLengthOfItsWindowAsGprpys) {
  const Trace x = made(512, [](double i) { return 70.0 * std::sin(2.0 * pi * i / 8.0); });
  std::vector<double> own;
  std::vector<double> peer;
  for (const std::size_t w : {17U, 65U}) {
    const std::size_t h = w / 2;
    const Trace y =
        trace_of<Gain>(GainOptions{.method = GainMethod::agc, .window_s = (static_cast<double>(w) + 0.2) * dt}, x);
    double sum = 0.0;
    for (std::size_t i = 258 - h; i <= 258 + h; ++i) sum += x[i] * x[i];
    own.push_back(y[258]);
    peer.push_back(x[258] / std::sqrt(sum));
  }
  EXPECT_NEAR(own[0] / own[1], 1.0, 0.04);
  EXPECT_NEAR(own[1], std::sqrt(2.0), 0.03) << "a sine of level one";
  EXPECT_GT(peer[0] / peer[1], 1.9);
}

// matGPR counts one sample too many in the window of its AGC: a constant would come out too high by that.
TEST(PeerErrors, AgcCountsItsWindowExactlyUnlikeMatgpr) {
  const Trace x = made(101, [](double i) { return std::fmod(i, 2.0) == 0.0 ? 40.0 : -40.0; });
  const Trace y =
      trace_of<Gain>(GainOptions{.method = GainMethod::agc, .window_s = 21.2 * dt, .max_gain_db = 100.0}, x);
  for (std::size_t i = 0; i < 101; ++i) {
    const std::size_t count = std::min<std::size_t>(i, 10) + std::min<std::size_t>(100 - i, 10) + 1;
    const double matgpr = 40.0 / std::sqrt(40.0 * 40.0 * static_cast<double>(count) / static_cast<double>(count + 1));
    EXPECT_NEAR(std::abs(y[i]), 1.0, 1e-6) << i;
    EXPECT_GT(matgpr, 1.02);
  }
}

// RGPR divides its gained line by the 99 % quantile, matGPR scales its power gain back to the range of the input: what a trace
// becomes depends on all others. Here it does not, and the factor is the formula.
TEST(PeerErrors, GainIsTheFormulaAndNotScaledByTheLineAsInRgprAndMatgpr) {
  const Trace weak = made(200, [](double i) { return std::cos(0.7 * i); });
  Trace strong = weak;
  for (double& v : strong) v *= 50.0;
  const GainOptions options{.method = GainMethod::power, .exponent = 1.0, .reference_s = 5e-9};
  const std::vector<Trace> alone = line_of<Gain>(options, {weak, weak});
  const std::vector<Trace> beside = line_of<Gain>(options, {weak, strong});
  EXPECT_EQ(alone[0], beside[0]);
  for (std::size_t i = 0; i < 200; ++i) EXPECT_NEAR(alone[0][i], weak[i] * static_cast<double>(i) * dt / 5e-9, 1e-5);
  const auto quantile = [](const std::vector<Trace>& line) {
    Trace all;
    for (const Trace& x : line)
      for (const double v : x) all.push_back(std::abs(v));
    std::sort(all.begin(), all.end());
    return all[all.size() * 99 / 100];
  };
  EXPECT_GT(quantile(beside) / quantile(alone), 10.0) << "so much smaller the weak trace becomes in RGPR";
  EXPECT_LT(largest(weak) / largest(alone[0]), 0.5) << "what matGPR would scale the whole by";
}

// CMU's exponent counts samples, MyGPR's "SEC" is a straight line from 1 to 6.
TEST(PeerErrors, ExponentialGainIsOneOfTimeNotOfSamplesAsCmusNorARampAsMygprs) {
  constexpr double rate = 3e8;
  const auto decay = [](double step_s) { return [step_s](double i) { return 1000.0 * std::exp(-rate * i * step_s); }; };
  const GainOptions options{.method = GainMethod::exponential, .rate_per_s = rate, .max_gain_db = 100.0};
  for (const double step_s : {0.1e-9, 0.2e-9}) {
    const Trace x = made(100, decay(step_s));
    const Trace y = trace_of<Gain>(options, x, step_s);
    for (const double v : y) EXPECT_NEAR(v, 1000.0, 1e-3);
    // By sample: the factor is right for one interval alone. By ramp: a decay stays a decay.
    const double cmu = x[90] * std::exp(rate * 0.1e-9 * 90.0);
    if (step_s > 0.15e-9) {
      EXPECT_LT(cmu, 100.0);
    }
    EXPECT_LT(x[90] * (1.0 + 5.0 * 90.0 / 99.0), 0.5 * 1000.0);
  }
}

// --- time zero

// polimi rolls every B-scan by an array of shifts along one axis: numpy adds them up, and nothing is aligned.
TEST(PeerErrors, EachTraceHasItsOwnShiftUnlikePolimisAndRidals) {
  const std::vector<int> at{60, 67, 55, 63};
  std::vector<Trace> in;
  for (const int p : at) in.push_back(made(160, [&](double i) { return 100.0 * ricker((i - p) * dt, 1e9); }));
  const auto spread = [](const std::vector<Trace>& line) {
    std::vector<std::size_t> peaks;
    for (const Trace& x : line) peaks.push_back(peak_of(x));
    return *std::max_element(peaks.begin(), peaks.end()) - *std::min_element(peaks.begin(), peaks.end());
  };
  std::size_t sum = 0;
  for (const int p : at) sum += static_cast<std::size_t>(p - 50);
  std::vector<Trace> polimi = in;
  for (Trace& x : polimi) std::rotate(x.begin(), x.begin() + static_cast<std::ptrdiff_t>(sum), x.end());
  EXPECT_EQ(spread(polimi), 12U);
  // ridal has one time zero for all: where the mean trace passes half its standard deviation. The spread stays as well.
  EXPECT_EQ(spread(in), 12U);
  const std::vector<Trace> own =
      line_of<TimeZero>(TimeZeroOptions{.median_traces = 1, .max_shift_s = 3e-9, .before_zero_s = 1e-9}, in);
  EXPECT_EQ(spread(own), 0U);
}

// MultichannelGPR climbs from lag 0 to the next local maximum of the correlation. Over half a period it climbs the wrong hill.
TEST(PeerErrors, CorrelationFindsTheHighestPeakNotTheNearestAsMultichannelgprDoes) {
  const auto burst = [](double i) { return 100.0 * std::exp(-i * i / 200.0) * std::cos(2.0 * pi * i / 10.0); };
  const Trace first = made(256, [&](double i) { return burst(i - 100.0); });
  const Trace later = made(256, [&](double i) { return burst(i - 112.0); });
  const auto correlation = [&](int lag) {
    double sum = 0.0;
    for (int i = 60; i < 150; ++i) sum += first[static_cast<std::size_t>(i)] * later[static_cast<std::size_t>(i + lag)];
    return sum;
  };
  int lag = 0;
  while (correlation(lag + 1) > correlation(lag)) ++lag;
  while (correlation(lag - 1) > correlation(lag)) --lag;
  EXPECT_NEAR(lag, 2, 1) << "one period short";
  const std::vector<Trace> own = line_of<TimeZero>(TimeZeroOptions{.method = TimeZeroMethod::cross_correlation,
                                                                   .median_traces = 1,
                                                                   .max_shift_s = 2e-9,
                                                                   .before_zero_s = 3e-9,
                                                                   .wave_s = 4e-9},
                                                   {first, later});
  double off = 0.0;
  for (std::size_t i = 5; i < 120; ++i) off = std::max(off, std::abs(own[0][i] - own[1][i]));
  EXPECT_LT(off, 1.0) << "of 100";
}

// Without a sample interval MyGPR takes 48 ns for the length of the trace.
TEST(PeerErrors, ASampleIntervalIsNeverInventedAsMygprsIs) {
  const Description d = parse_description("surefoot = 1\nstage = [ { use = \"gpr.dewow\", window_s = 3e-9 } ]\n");
  for (const double step : {0.0, -0.1e-9, std::nan("")}) {
    StreamSpec spec = spec_of(512);
    spec.axis.step = step;
    try {
      const Pipeline p(d, spec);
      ADD_FAILURE() << "built with a step of " << step;
    } catch (const ConfigError& e) {
      EXPECT_EQ(e.path(), "input.axis.step");
    }
  }
  // A trace of 512 samples at 0.05 ns would get nearly twice its length, and each depth would be so wrong.
  EXPECT_GT(48e-9 / 512.0 / 0.05e-9, 1.8);
}

// GPRPy's antennaSep gives one-way time: half of what a reflector has.
TEST(PeerErrors, SeparationGivesTwoWayTimeUnlikeGprpys) {
  constexpr double s = 0.3;
  constexpr double v = 1e8;
  constexpr double c = 299792458.0;
  const double depth = 0.6;
  const double arrival = 2.0 * std::hypot(depth, 0.5 * s) / v - s / c;  // after the direct wave
  const Trace x = made(300, [&](double i) { return 100.0 * ricker(i * dt - arrival, 1e9); });
  const Trace y = trace_of<AntennaSeparation>(AntennaSeparationOptions{.separation_m = s, .velocity_m_per_s = v}, x);
  const double gprpy = std::sqrt(std::pow(arrival + s / c, 2) - std::pow(s / v, 2)) / 2.0;
  EXPECT_NEAR(static_cast<double>(peak_of(y)) * dt, 2.0 * depth / v, 0.6 * dt);
  EXPECT_NEAR(gprpy, depth / v, 1e-12);
}

// --- across traces

// ImpDAR's winavg takes [i - h, i + h): a target throws a longer shadow to one side than to the other.
TEST(PeerErrors, TheTwoSidedMeanIsNotLopsidedAsImpdarsIs) {
  constexpr std::size_t m = 41;
  constexpr std::size_t h = 6;
  std::vector<Trace> in(m, Trace(4, 100.0));
  in[20] = Trace(4, 260.0);
  const auto lopsided = [](const std::vector<Trace>& y) {
    double off = 0.0;
    for (std::size_t d = 1; d < 15; ++d) off = std::max(off, std::abs(y[20 - d][0] - y[20 + d][0]));
    return off;
  };
  std::vector<Trace> impdar = in;
  for (std::size_t k = h; k + h < m; ++k) {
    double mean = 0.0;
    for (std::size_t j = k - h; j < k + h; ++j) mean += in[j][0] / (2.0 * h);
    for (double& v : impdar[k]) v -= mean;
  }
  const BackgroundOptions options{.length_traces = h, .guard_traces = 0, .two_sided = true};
  EXPECT_EQ(lopsided(line_of<RunningMeanBackground>(options, in)), 0.0);
  EXPECT_GT(lopsided(impdar), 10.0);
}

// ImpDAR's adaptive filter smooths the mean trace along time before it subtracts it: a steady bounce stays in part.
TEST(PeerErrors, ASteadyBounceGoesWholeUnlikeImpdars) {
  const Trace bounce = made(100, [](double i) { return 1000.0 * ricker((i - 40.0) * dt, 1.5e9); });
  const std::vector<Trace> in(30, bounce);
  Trace impdar = bounce;
  for (std::size_t i = 3; i < 97; ++i)
    for (std::size_t j = 0; j < 7; ++j)
      impdar[i] -= (4.0 - std::abs(static_cast<double>(j) - 3.0)) / 16.0 * bounce[i + j - 3];
  EXPECT_GT(largest(impdar), 0.3 * largest(bounce));
  const BackgroundOptions options{.length_traces = 5, .guard_traces = 0, .two_sided = true};
  for (const Trace& y : line_of<RunningMeanBackground>(options, in)) EXPECT_EQ(largest(y), 0.0);
}

// readgssi's window counts zeros beyond the ends of the line: there half of the background stays.
TEST(PeerErrors, TheEndsOfTheLineAreNotDarkenedAsReadgssisAre) {
  constexpr std::size_t m = 60;
  constexpr std::size_t h = 5;
  // What is left of a drifting background after the mean of the whole line, which it takes off first.
  std::vector<Trace> in;
  for (std::size_t k = 0; k < m; ++k) in.emplace_back(3, 4.0 * (static_cast<double>(k) - 29.5));
  double mean = 0.0;
  for (std::size_t j = 0; j <= h; ++j) mean += in[j][0] / (2.0 * h + 1.0);
  const double readgssi = in[0][0] - mean;
  const BackgroundOptions options{.length_traces = h, .guard_traces = 0, .two_sided = true};
  const std::vector<Trace> own = line_of<RunningMeanBackground>(options, in);
  EXPECT_LT(std::abs(own[0][0]), 13.0) << "three traces away from the mean of its five neighbours: 3 * 4";
  EXPECT_GT(std::abs(readgssi), 50.0);
}

// ImpDAR divides the corner across traces by the sampling rate along time: 0.2 m become a corner at 0.002 of the Nyquist wavenumber.
TEST(PeerErrors, TheCornerAcrossTracesIsNotScaledByTheRateAlongTimeAsImpdars) {
  constexpr double spacing = 0.02;
  constexpr double wavelength = 0.2;  // shortest that is to go
  constexpr double wave = 0.5;        // a long one
  const double corner = 100e6 / (wavelength / spacing) / (0.5 / dt);
  const auto butterworth = [](double f, double at) {  // |H|^2 of the high-pass of order 5, forwards and backwards
    return 1.0 / (1.0 + std::pow(std::tan(0.5 * pi * at) / std::tan(0.5 * pi * f), 10.0));
  };
  EXPECT_NEAR(corner, 0.002, 1e-12);
  EXPECT_GT(butterworth(2.0 * spacing / wave, corner), 0.999) << "ImpDAR lets it pass";
  EXPECT_LT(butterworth(2.0 * spacing / wave, 2.0 * spacing / wavelength), 0.001) << "as it should be";
  std::vector<Trace> in;
  for (std::size_t k = 0; k < 400; ++k) {
    const double at = (static_cast<double>(k) - 199.5) / 80.0;
    in.emplace_back(8, 100.0 * std::exp(-at * at) * std::cos(2.0 * pi * spacing / wave * static_cast<double>(k)));
  }
  const FkFilterOptions options{.domain = FkDomain::wavenumber, .min_wavenumber_per_m = 1.0 / wavelength};
  for (const Trace& y : line_of<FkFilter>(options, in)) EXPECT_LT(largest(y), 0.2);
}

}  // namespace
}  // namespace surefoot::gpr
