// SPDX-License-Identifier: MIT
#include <surefoot/detect/nlms.hpp>

#include "support/golden.hpp"
#include "support/lines.hpp"
#include "support/stage_run.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace surefoot::detect {
namespace {

using Single = test::Single<Nlms>;

// Sample interval 1 s, so that segment_s counts samples.
StreamSpec spec_of(Index n_samples) { return {{AxisKind::two_way_time, 0.0, 1.0}, n_samples, 0.0, 0.0, 0}; }

NlmsOptions golden_options() {
  NlmsOptions o;
  o.order = 6;
  o.guard_traces = 3;
  o.step = 0.2;
  o.depth = {.start_s = 10,
             .end_s = 1000,
             .segment_s = 8,
             .top_segments = 3,
             .rate = 0.05,
             .limit_z = 1000.0,
             .freeze_z = 3.0,
             .freeze_limit_traces = 12,
             .hover_limit_s = 0.0,
             .warm_up_traces = 20,
             .emit = Emit::log_energy};
  return o;
}

// tests/golden/nlms.py: an implementation in NumPy, in double, with and without limited teaching.
class NlmsGolden : public testing::TestWithParam<double> {};
INSTANTIATE_TEST_SUITE_P(Limit, NlmsGolden, testing::Values(1000.0, 1.0));

TEST_P(NlmsGolden, MatchesTheNumPyReference) {
  const auto input = test::read_golden_npy("nlms_input.npy");
  const auto expected = test::read_golden_csv(GetParam() < 10.0 ? "nlms_limited_expected.csv" : "nlms_expected.csv");
  NlmsOptions options = golden_options();
  options.depth.limit_z = GetParam();
  Single run(options, spec_of(100));
  for (std::size_t n = 0; n < input.shape[0]; ++n) run.push(std::span<const Sample>(input.row(n)));
  ASSERT_EQ(run.tags.size(), expected.size());
  for (std::size_t n = 0; n < expected.size(); ++n) {
    EXPECT_NEAR(static_cast<double>(run.tags[n].score), expected[n][0], 2e-4) << n;
    if (n < 9) {
      EXPECT_TRUE(has(run.tags[n].quality, Quality::warming_up));
      continue;
    }
    EXPECT_NEAR(static_cast<double>(run.traces[n][0]), expected[n][2], 2e-4) << n;
    EXPECT_NEAR(static_cast<double>(run.traces[n][5]), expected[n][3], 2e-4) << n;
    const double centre = 10 + 8 * expected[n][1] + 3.5;
    EXPECT_NEAR(run.tags[n].score_time_s, centre, 1e-9) << n;
  }
}

// With mu = 0 the residual is the guarded moving average removed.
TEST(Nlms, WithoutAdaptationItIsTheGuardedMovingAverage) {
  constexpr Index n_samples = 40;
  constexpr Index order = 8;
  constexpr Index guard = 4;
  NlmsOptions o;
  o.order = order;
  o.guard_traces = guard;
  o.step = 0.0;
  o.depth.segment_s = 5;
  o.depth.end_s = 100;
  o.depth.emit = Emit::log_energy;
  Single run(o, spec_of(n_samples));
  test::Random random(3);
  std::vector<std::vector<Sample>> x(60, std::vector<Sample>(n_samples));
  for (auto& trace : x)
    for (Sample& v : trace) v = static_cast<Sample>(10.0 + random.normal());
  for (const auto& trace : x) run.push(std::span<const Sample>(trace));
  for (std::size_t n = order + guard; n < x.size(); ++n)
    for (std::size_t k = 0; k < 8; ++k) {
      double energy = 0.0;
      for (std::size_t i = 5 * k; i < 5 * k + 5; ++i) {
        double mean = 0.0;
        for (std::size_t j = 1; j <= order; ++j) mean += static_cast<double>(x[n - guard - j][i]) / order;
        energy += std::pow(static_cast<double>(x[n][i]) - mean, 2) / 5.0;
      }
      ASSERT_NEAR(static_cast<double>(run.traces[n][k]), std::log(energy), 2e-5) << n << " " << k;
    }
}

// A constant factor on the input changes nothing.
TEST(Nlms, ScalingTheInputLeavesTheScoresUnchanged) {
  const auto input = test::read_golden_npy("nlms_input.npy");
  const auto scores = [&](float factor) {
    NlmsOptions o = golden_options();
    o.depth.emit = Emit::z;
    Single run(o, spec_of(100));
    for (std::size_t n = 0; n < input.shape[0]; ++n) {
      std::vector<Sample> trace = input.row(n);
      for (Sample& v : trace) v *= factor;
      run.push(std::span<const Sample>(trace));
    }
    std::vector<double> out;
    for (const TraceTag& t : run.tags) out.push_back(static_cast<double>(t.score));
    return out;
  };
  const std::vector<double> base = scores(1.0F);
  for (const float factor : {0x1p-60F, 0x1p20F, 3e-9F, 1e6F}) {
    const std::vector<double> scaled = scores(factor);
    for (std::size_t n = 0; n < base.size(); ++n) ASSERT_NEAR(scaled[n], base[n], 1e-3) << n << " factor " << factor;
  }
}

// The definition in double, trace by trace, over channels and on both sides, with a trace that carries nothing in between.
class NlmsPlain : public testing::TestWithParam<std::tuple<std::pair<int, int>, bool>> {};
INSTANTIATE_TEST_SUITE_P(Channels, NlmsPlain,
                         testing::Combine(testing::Values(std::pair{1, 0}, std::pair{4, 0}, std::pair{4, 1},
                                                          std::pair{3, 2}),
                                          testing::Bool()));

TEST_P(NlmsPlain, IsItsDefinition) {
  const int channels = std::get<0>(GetParam()).first;
  const int neighbours = std::get<0>(GetParam()).second;
  const bool two_sided = std::get<1>(GetParam());
  constexpr int order = 5;
  constexpr int near = 3;
  constexpr int guard = 2;
  constexpr double mu = 0.3;
  constexpr int length = 6;
  constexpr int segments = 3;
  constexpr int samples = 20;
  constexpr int first = 1;
  NlmsOptions o{.order = order,
                .guard_traces = guard,
                .step = mu,
                .two_sided = two_sided,
                .neighbours = neighbours,
                .neighbour_order = near,
                .depth = {}};
  o.depth.start_s = first;
  o.depth.end_s = 1000;
  o.depth.segment_s = length;
  o.depth.freeze_limit_traces = 0;
  o.depth.emit = Emit::log_energy;
  StreamSpec spec = spec_of(channels * samples);
  spec.n_channels = channels;
  Single run(o, spec);
  EXPECT_EQ(run->latency(), two_sided ? order + guard : 0);
  EXPECT_EQ(run->output().n_samples, channels * segments);
  test::Random random(17);
  std::vector<std::vector<double>> usable;
  std::vector<std::size_t> number;  // of the usable ones, in the line
  for (std::size_t n = 0; n < 60; ++n) {
    std::vector<Sample> trace(to_size(channels * samples));
    for (Sample& v : trace) v = static_cast<Sample>(3.0 + random.normal());
    if (n == 30) trace[7] = std::numeric_limits<float>::infinity();
    else {
      usable.emplace_back(trace.begin(), trace.end());
      number.push_back(n);
    }
    run.push(std::span<const Sample>(trace));
  }
  run->finish();
  run.pull();
  ASSERT_EQ(run.traces.size(), 60U);
  EXPECT_TRUE(has(run.tags[30].quality, Quality::non_finite));

  const auto count = static_cast<int>(usable.size());
  for (int c = 0; c < channels; ++c)
    for (int k = 0; k < segments; ++k) {
      std::vector<double> w;
      for (int n = 0; n < count; ++n) {
        // Ahead a trace sees no further than the latency, in traces of the line.
        int last = n;
        while (last + 1 < count && number[to_size(last + 1)] <= number[to_size(n)] + order + guard) ++last;
        std::vector<std::pair<int, int>> regressors;  // trace and channel
        bool complete = true;
        for (const int side : {-1, 1}) {
          if (side > 0 && !two_sided) break;
          const auto add = [&](int j, int channel) {
            int at = n + side * (guard + j);
            if (two_sided && (at < 0 || at > last)) at = 2 * n - at;
            if (at < 0 || at > last) complete = false;
            if (channel >= 0 && channel < channels) regressors.emplace_back(at, channel);
          };
          for (int j = 1; j <= order; ++j) add(j, c);
          for (int d = 1; d <= neighbours; ++d)
            for (int j = 1; j <= near; ++j) {
              add(j, c - d);
              add(j, c + d);
            }
        }
        const std::vector<Sample>& out = run.traces[number[to_size(n)]];
        const double got = static_cast<double>(out[to_size(c * segments + k)]);
        if (!complete) {
          EXPECT_EQ(got, 0.0);
          EXPECT_TRUE(has(run.tags[number[to_size(n)]].quality, Quality::warming_up));
          continue;
        }
        if (w.empty()) w.assign(regressors.size(), 1.0 / static_cast<double>(regressors.size()));
        const auto value = [&](int trace, int channel, int i) {
          return usable[to_size(trace)][to_size(channel * samples + first + k * length + i)];
        };
        std::vector<double> step(w.size());
        double energy = 0.0;
        double power = 0.0;
        for (int i = 0; i < length; ++i) {
          double e = value(n, c, i);
          for (std::size_t j = 0; j < w.size(); ++j) e -= w[j] * value(regressors[j].first, regressors[j].second, i);
          energy += e * e / length;
          for (std::size_t j = 0; j < w.size(); ++j) {
            const double u = value(regressors[j].first, regressors[j].second, i);
            step[j] += u * e;
            power += u * u;
          }
        }
        for (std::size_t j = 0; j < w.size(); ++j) w[j] += mu * step[j] / power;
        ASSERT_NEAR(got, std::log(energy), 3e-4) << n << " channel " << c << " segment " << k;
      }
    }
}

// Also proved for the whole registry by the contract test.
TEST(Nlms, StateReproducesTheNextScoresBitForBit) {
  const auto input = test::read_golden_npy("nlms_input.npy");
  Single one(golden_options(), spec_of(100));
  Single two(golden_options(), spec_of(100));
  for (std::size_t n = 0; n < 70; ++n) one.push(std::span<const Sample>(input.row(n)));
  StateArchive measure;
  one->state(measure);
  std::vector<std::byte> state(measure.size());
  StateArchive save = StateArchive::saving(state);
  one->state(save);
  StateArchive load = StateArchive::loading(state);
  two->state(load);
  ASSERT_TRUE(load.ok());
  for (std::size_t n = 70; n < input.shape[0]; ++n) {
    one.push(std::span<const Sample>(input.row(n)));
    two.push(std::span<const Sample>(input.row(n)));
    EXPECT_EQ(one.tags.back().score, two.tags.back().score);
    EXPECT_EQ(one.traces.back(), two.traces.back());
  }
}

TEST(Nlms, ASilentPastDoesNotMoveTheWeights) {
  NlmsOptions o = golden_options();
  Single run(o, spec_of(100));
  const std::vector<Sample> zero(100, 0.0F);
  const std::vector<Sample> one(100, 1.0F);
  for (int i = 0; i < 30; ++i) run.push(std::span<const Sample>(zero));
  for (const TraceTag& t : run.tags) EXPECT_EQ(t.score, 0.0F);
  for (int i = 0; i < 30; ++i) run.push(std::span<const Sample>(one));
  for (const TraceTag& t : run.tags) EXPECT_TRUE(std::isfinite(t.score));
}

// Twenty-six orders of magnitude up and down again: the weights must come back, with a flag, and find a target.
TEST(Nlms, AJumpOfTheInputDoesNotDeafenItForEver) {
  for (const double loud : {1e14, 1e8}) {
    NlmsOptions o;
    o.depth.segment_s = 8;
    o.depth.end_s = 1000;
    o.depth.warm_up_traces = 0;
    Single run(o, spec_of(100));
    test::Random random(9);
    std::vector<Sample> trace(100);
    const auto push = [&](double level, int n) {
      for (int k = 0; k < n; ++k) {
        for (Sample& v : trace) v = static_cast<Sample>(level * random.normal());
        run.push(std::span<const Sample>(trace));
      }
    };
    push(1e-12, 20);
    push(loud, 20);
    push(1.0, 2500);
    bool flagged = false;
    for (std::size_t k = 20; k < run.tags.size(); ++k) {
      EXPECT_TRUE(std::isfinite(run.tags[k].score)) << k;
      flagged = flagged || (has(run.tags[k].quality, Quality::warming_up));
    }
    EXPECT_TRUE(flagged);
    push(100.0, 1);
    EXPECT_GT(run.tags.back().score, 5.0F) << loud;
  }
}

// A score that came in with the tag is not this stage's.
TEST(Nlms, AnOldScoreDoesNotSurvive) {
  Single run(golden_options(), spec_of(100));
  std::vector<Sample> trace(100, 1.0F);
  for (int k = 0; k < 12; ++k) {
    trace[50] = k == 11 ? std::numeric_limits<float>::quiet_NaN() : 1.0F;
    TraceTag tag;
    tag.score = 50.0F;
    run.push(std::span<const Sample>(trace), tag);
    EXPECT_NE(run.tags.back().score, 50.0F) << k;
  }
  EXPECT_EQ(run.tags.back().score, 0.0F);
}

TEST(Nlms, RefusesWhatCannotWork) {
  NlmsOptions o;
  o.depth.segment_s = 200.0;
  EXPECT_STREQ(validate(o, spec_of(100)).field, "segment_s");
  o = {};
  o.step = 2.0;
  EXPECT_STREQ(validate(o, spec_of(100)).field, "step");
  o = {};
  o.depth.start_s = 5.0;
  o.depth.end_s = 4.0;
  EXPECT_STREQ(validate(o, spec_of(100)).field, "end_s");
  NlmsOptions wide;
  wide.neighbours = 1;
  wide.depth.end_s = 100.0;
  EXPECT_STREQ(validate(wide, spec_of(100)).field, "neighbours");
  StreamSpec two = spec_of(100);
  two.n_channels = 2;
  wide.depth.segment_s = 50.0;
  EXPECT_FALSE(validate(wide, two));
  wide.depth.segment_s = 60.0;  // longer than a channel
  wide.depth.start_s = 1.0;
  EXPECT_STREQ(validate(wide, two).field, "segment_s");
  o.depth.start_s = 200.0;
  o.depth.end_s = 300.0;
  EXPECT_STREQ(validate(o, spec_of(100)).field, "start_s");
}

}  // namespace
}  // namespace surefoot::detect
