// SPDX-License-Identifier: MIT
#include <surefoot/detect/contrast.hpp>

#include "support/golden.hpp"
#include "support/lines.hpp"
#include "support/stage_run.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <limits>

namespace surefoot::detect {
namespace {

using Single = test::Single<Contrast>;

constexpr Index n_samples = 120;
constexpr double step_s = 0.05e-9;

StreamSpec spec_of(Index n = n_samples) { return {{AxisKind::two_way_time, 0.0, step_s}, n, 0.02, 0.0, 0}; }

ContrastOptions golden_options() {
  return {.ahead_traces = 7,
          .rate = 0.05,
          .clutter_db = -35.0,
          .clutter_exponent = 2.5,
          .roughness_m = 0.002,
          .warm_up_traces = 10};
}

std::vector<std::vector<Sample>> golden_line() {
  const auto input = test::read_golden_npy("contrast_input.npy");
  std::vector<std::vector<Sample>> line;
  for (std::size_t n = 0; n < input.shape[0]; ++n) line.push_back(input.row(n));
  return line;
}

void push_all(Single& run, const std::vector<std::vector<Sample>>& line) {
  for (const auto& trace : line) run.push(std::span<const Sample>(trace));
  run->finish();
  run.pull();
}

std::vector<double> scores(const Single& run) {
  std::vector<double> out;
  for (const TraceTag& t : run.tags) out.push_back(static_cast<double>(t.score));
  return out;
}

double square(double x) { return x * x; }

// A pulse of 1 GHz around t0.
double ricker(double t, double t0) {
  const double u = square(3.141592653589793e9 * (t - t0));
  return (1.0 - 2.0 * u) * std::exp(-u);
}

// A wave that all traces have, and noise; `echo` times one more wave on the traces from first to last.
std::vector<std::vector<Sample>> lane(std::size_t n_traces, double echo, std::size_t first, std::size_t last,
                                      unsigned seed = 5) {
  test::Random random(seed);
  std::vector<std::vector<Sample>> line(n_traces, std::vector<Sample>(to_size(n_samples)));
  for (std::size_t n = 0; n < n_traces; ++n)
    for (std::size_t i = 0; i < line[n].size(); ++i) {
      const double t = static_cast<double>(i) * step_s;
      const double e = n >= first && n <= last ? echo * ricker(t, 3e-9) : 0.0;
      line[n][i] = static_cast<Sample>(1000.0 * ricker(t, 1.2e-9) + e + 0.5 * random.normal());
    }
  return line;
}

// tests/golden/contrast.py: the same formulas in NumPy, in double.
TEST(Contrast, MatchesTheNumPyReference) {
  const auto expected = test::read_golden_csv("contrast_expected.csv");
  Single run(golden_options(), spec_of());
  EXPECT_EQ(run->latency(), 7);
  const auto line = golden_line();
  push_all(run, line);
  ASSERT_EQ(run.tags.size(), expected.size());
  for (std::size_t n = 0; n < expected.size(); ++n) {
    EXPECT_NEAR(static_cast<double>(run.tags[n].score), expected[n][0], 2e-5) << n;
    EXPECT_NEAR(run.tags[n].score_time_s, expected[n][1] * step_s, 1e-15) << n;
    EXPECT_NEAR(run.tags[n].evidence.background_traces, expected[n][2], 1e-6) << n;
    EXPECT_NEAR(run.tags[n].evidence.echo_z, expected[n][3], 1e-7) << n;
    const double turn = run.tags[n].evidence.echo_phase_rad - expected[n][4];
    EXPECT_NEAR(std::remainder(turn, 2.0 * 3.141592653589793), 0.0, 1e-6) << n;
    EXPECT_EQ(run.traces[n], line[n]);
    EXPECT_EQ(run.tags[n].index, static_cast<std::int64_t>(n));
    EXPECT_EQ(has(run.tags[n].quality, Quality::warming_up), n < 2) << n;  // 8 traces taught the first
  }
}

// An echo of known energy on a background that is known exactly, with no noise and nothing but the prior under it:
//   q = (a / A)^2 10^(-clutter_db / 10);  the trace itself has taught with g = 1 / (3 (1 + q)):  q' = (1 - g)^2 q / (1 + g q)
TEST(Contrast, IsTheRatioToTheCluttersPriorWhereNothingElseIs) {
  ContrastOptions o{.ahead_traces = 0,
                    .window_s = 0.2 * step_s,
                    .clutter_db = -30.0,
                    .clutter_exponent = 0.0,
                    .roughness_m = 0.0,
                    .polarity_z = 0.0};
  for (const double a : {100.0, -100.0, 400.0}) {
    Single run(o, spec_of());
    std::vector<Sample> trace(to_size(n_samples));
    for (int n = 0; n < 3; ++n) {
      for (std::size_t i = 0; i < trace.size(); ++i) {
        const double t = static_cast<double>(i) * step_s;
        trace[i] = static_cast<Sample>(1000.0 * ricker(t, 1.2e-9) + (n == 2 ? a * ricker(t, 3.2e-9) : 0.0));
      }
      run.push(std::span<const Sample>(trace));
    }
    EXPECT_EQ(run.tags[1].score, 0.0F);
    EXPECT_TRUE(std::isnan(run.tags[1].score_time_s));
    const double q = square(a / 1000.0) * 1000.0;
    const double g = 1.0 / (3.0 * (1.0 + q));
    const double ratio = std::log(square(1.0 - g) * q / (1.0 + g * q)) / 0.6;
    EXPECT_NEAR(static_cast<double>(run.tags[2].score), ratio, 1e-4) << a;
    EXPECT_NEAR(run.tags[2].score_time_s, 3.2e-9, 1e-15);
  }
}

// The same echo as the strongest wave, or turned over: the phase is 0 or pi.
TEST(Contrast, PolarityGainsAndLosesByTheCosineOfThePhase) {
  for (const double angle : {0.0, 0.4, 1.2}) {
    std::array<double, 2> got{};
    for (const int sign : {1, -1}) {
      ContrastOptions o{.ahead_traces = 0, .roughness_m = 0.0, .polarity_z = 2.0, .polarity_rad = angle};
      Single run(o, spec_of());
      std::vector<Sample> trace(to_size(n_samples));
      for (int n = 0; n < 2; ++n) {
        for (std::size_t i = 0; i < trace.size(); ++i) {
          const double t = static_cast<double>(i) * step_s;
          trace[i] =
              static_cast<Sample>(1000.0 * ricker(t, 1.2e-9) + (n == 1 ? sign * 200.0 * ricker(t, 3.2e-9) : 0.0));
        }
        run.push(std::span<const Sample>(trace));
      }
      got[sign > 0 ? 0 : 1] = static_cast<double>(run.tags[1].score);
    }
    EXPECT_NEAR(got[0] - got[1], 2.0 * 2.0 * std::cos(angle), 0.01) << angle;
  }
}

TEST(Contrast, ScalingTheInputLeavesTheScoresUnchanged) {
  const auto line = golden_line();
  Single base(golden_options(), spec_of());
  push_all(base, line);
  for (const float factor : {0x1p-40F, 3e-9F, 1e6F}) {
    auto scaled = line;
    for (auto& trace : scaled)
      for (Sample& v : trace) v *= factor;
    Single run(golden_options(), spec_of());
    push_all(run, scaled);
    for (std::size_t n = 0; n < line.size(); ++n) ASSERT_NEAR(scores(run)[n], scores(base)[n], 1e-4) << n << factor;
  }
}

// A footprint of five traces is the same as the mean of five traces before the stage, with two more of latency; the traces come out
// as they went in, and those that are unusable are not averaged.
TEST(Contrast, AFootprintIsAMeanOfTraces) {
  const auto line = golden_line();
  std::vector<std::vector<Sample>> means(line.size(), std::vector<Sample>(to_size(n_samples)));
  constexpr std::size_t bad = 40;
  for (std::size_t n = 0; n < line.size(); ++n)
    for (std::size_t i = 0; i < means[n].size(); ++i) {
      double sum = 0.0;
      double count = 0.0;
      for (std::size_t k = n < 2 ? 0 : n - 2; k <= std::min(n + 2, line.size() - 1); ++k) {
        if (k == bad) continue;
        sum += static_cast<double>(line[k][i]);
        count += 1.0;
      }
      means[n][i] = n == bad ? std::numeric_limits<Sample>::quiet_NaN() : static_cast<Sample>(sum / count);
    }
  auto holed = line;
  holed[bad].assign(holed[bad].size(), std::numeric_limits<Sample>::quiet_NaN());
  ContrastOptions options = golden_options();
  StreamSpec spaced = spec_of();
  spaced.trace_spacing_m = 0.02;
  Single expected(options, spaced);
  push_all(expected, means);
  options.footprint_m = 0.08;
  Single run(options, spaced);
  EXPECT_EQ(run->latency(), 9);
  push_all(run, holed);
  ASSERT_EQ(run.tags.size(), line.size());
  for (std::size_t n = 0; n < line.size(); ++n) {
    EXPECT_EQ(run.tags[n].score, expected.tags[n].score) << n;
    if (n != bad) {
      EXPECT_EQ(run.traces[n], line[n]) << n;
    }
  }
  EXPECT_EQ(Single(options, spec_of())->latency(), 7);  // the spacing is not known
}

// Whatever reads as many later traces as it says gives the same for any later ones beyond.
TEST(Contrast, LooksNoFurtherAheadThanItsLatency) {
  auto line = golden_line();
  Single one(golden_options(), spec_of());
  push_all(one, line);
  for (std::size_t n = 70; n < line.size(); ++n)
    for (Sample& v : line[n]) v = 10.0F - v;
  Single two(golden_options(), spec_of());
  push_all(two, line);
  for (std::size_t n = 0; n < 63; ++n) EXPECT_EQ(one.tags[n].score, two.tags[n].score) << n;
  EXPECT_NE(one.tags[63].score, two.tags[63].score);
}

// Where the distance is known; where it is not, this ground is too smooth to tell a stand from a walk.
TEST(Contrast, LearnsNothingWhereTheDistanceStandsStill) {
  auto line = lane(200, 0.0, 1, 0);
  const auto hover = lane(2000, 60.0, 0, 2000, 6);
  line.insert(line.end(), hover.begin(), hover.end());
  for (const bool known : {true, false}) {
    Single run(ContrastOptions{}, spec_of());
    for (std::size_t n = 0; n < line.size(); ++n) {
      TraceTag tag;
      if (known) tag.distance_m = 0.02 * static_cast<double>(std::min<std::size_t>(n, 200));
      run.push(std::span<const Sample>(line[n]), tag);
    }
    if (known) {
      EXPECT_GT(run.tags.back().score, 4.0F);
    } else {
      EXPECT_LT(run.tags.back().score, 2.0F);
    }
  }
}

// Another soil that goes on is learnt while the head walks.
TEST(Contrast, LearnsAnotherSoilThatStays) {
  auto line = lane(200, 0.0, 1, 0);
  const auto soil = lane(600, 60.0, 0, 600, 6);
  line.insert(line.end(), soil.begin(), soil.end());
  Single run(ContrastOptions{}, spec_of());
  push_all(run, line);
  EXPECT_GT(run.tags[200].score, 4.0F);
  EXPECT_LT(run.tags.back().score, 2.0F);
}

// A target at the start of a lane, as soon as the ground beside it has been seen; the mean of the lane would smear it.
TEST(Contrast, FindsATargetTenTracesAfterTheStart) {
  const auto line = lane(60, 60.0, 10, 16);
  Single run(ContrastOptions{}, spec_of());
  push_all(run, line);
  for (std::size_t n = 0; n < line.size(); ++n) {
    if (n >= 10 && n <= 16) {
      EXPECT_GT(run.tags[n].score, 5.0F) << n;
    } else {
      EXPECT_LT(run.tags[n].score, 3.0F) << n;
    }
  }
}

TEST(Contrast, InputWithoutContrastScoresZero) {
  const auto all_zero = [](const Single& run) {
    for (const TraceTag& t : run.tags) {
      EXPECT_EQ(t.score, 0.0F);
      EXPECT_TRUE(std::isnan(t.score_time_s));
    }
  };
  Single silent(ContrastOptions{}, spec_of());
  push_all(silent, std::vector(40, std::vector<Sample>(to_size(n_samples), 0.0F)));
  all_zero(silent);
  Single constant(ContrastOptions{}, spec_of());
  push_all(constant, std::vector(40, std::vector<Sample>(to_size(n_samples), 3.0e4F)));
  all_zero(constant);
  Single single(ContrastOptions{}, spec_of());
  push_all(single, lane(1, 0.0, 1, 0));
  ASSERT_EQ(single.tags.size(), 1U);
  all_zero(single);
  EXPECT_TRUE(has(single.tags[0].quality, Quality::warming_up));
}

TEST(Contrast, BadTracesComeOutZeroAndTeachNothing) {
  auto line = lane(80, 60.0, 40, 46);
  Single clean(ContrastOptions{}, spec_of());
  push_all(clean, line);
  auto spoilt = line;
  spoilt.insert(spoilt.begin() + 20, std::vector<Sample>(to_size(n_samples), std::numeric_limits<float>::quiet_NaN()));
  Single run(ContrastOptions{}, spec_of());
  push_all(run, spoilt);
  ASSERT_EQ(run.tags.size(), 81U);
  EXPECT_TRUE(has(run.tags[20].quality, Quality::non_finite));
  EXPECT_EQ(run.tags[20].score, 0.0F);
  for (const Sample v : run.traces[20]) EXPECT_EQ(v, 0.0F);
  // From trace 25 on all that was left out lies within both horizons.
  for (std::size_t n = 21; n < line.size(); ++n) EXPECT_EQ(clean.tags[n].score, run.tags[n + 1].score) << n;
  // Rails: huge and constant is finite too.
  for (std::size_t n = 60; n < 70; ++n) std::fill(line[n].begin(), line[n].end(), 3e38F);
  Single railed(ContrastOptions{}, spec_of());
  push_all(railed, line);
  for (const TraceTag& t : railed.tags) EXPECT_TRUE(std::isfinite(t.score));
}

TEST(Contrast, StateReproducesTheNextScoresBitForBit) {
  const auto line = golden_line();
  Single one(golden_options(), spec_of());
  Single two(golden_options(), spec_of());
  for (std::size_t n = 0; n < 70; ++n) one.push(std::span<const Sample>(line[n]));
  StateArchive measure;
  one->state(measure);
  std::vector<std::byte> state(measure.size());
  StateArchive save = StateArchive::saving(state);
  one->state(save);
  StateArchive load = StateArchive::loading(state);
  two->state(load);
  ASSERT_TRUE(load.ok());
  for (std::size_t n = 70; n < line.size(); ++n) {
    one.push(std::span<const Sample>(line[n]));
    two.push(std::span<const Sample>(line[n]));
    EXPECT_EQ(one.tags.back().score, two.tags.back().score);
  }
}

TEST(Contrast, SaysWhatIsWrongWithItsOptions) {
  const auto field_of = [](const ContrastOptions& o) { return std::string(validate(o, spec_of()).field); };
  EXPECT_FALSE(validate(ContrastOptions{}, spec_of()));
  EXPECT_EQ(field_of({.window_s = 0.0}), "window_s");
  EXPECT_EQ(field_of({.rate = 1.5}), "rate");
  EXPECT_EQ(field_of({.clutter_db = 3.0}), "clutter_db");
  EXPECT_EQ(field_of({.start_s = 1.0, .end_s = 2.0}), "start_s");
  EXPECT_EQ(field_of({.start_s = 2e-9, .end_s = 1e-9}), "end_s");
}

}  // namespace
}  // namespace surefoot::detect
