// SPDX-License-Identifier: MIT
#include <surefoot/gpr/first_break.hpp>
#include <surefoot/gpr/time_zero.hpp>

#include <support/golden.hpp>
#include <support/lines.hpp>
#include <support/stage_run.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

namespace surefoot::gpr {
namespace {

using test::ricker;
using test::Single;

constexpr double step_s = 0.1e-9;
constexpr Index n_samples = 256;
const StreamSpec spec{{AxisKind::two_way_time, 0.0, step_s}, n_samples, 0.01, 0.02, 0};

// The four methods that look at one trace, as tests/golden/time_zero.py has them.
class Picker {
 public:
  explicit Picker(Index n) : memory_(to_size(4 * (n + 1))) {
    const auto part = [&](Index k) { return std::span<double>(memory_).subspan(to_size(k * (n + 1)), to_size(n + 1)); };
    scratch_ = {part(0), part(1), part(2), part(3)};
  }
  double operator()(TimeZeroMethod method, std::span<const float> x, Index begin, Index end) const {
    switch (method) {
      case TimeZeroMethod::coppens: return coppens_break(x, begin, end, 10, 10, scratch_);
      case TimeZeroMethod::energy_ratio: return energy_ratio_break(x, begin, end, 10, scratch_);
      case TimeZeroMethod::peak: return peak_break(x, begin, end);
      default: return threshold_break(x, begin, end, 0.7);
    }
  }

 private:
  std::vector<double> memory_;
  BreakScratch scratch_;
};

constexpr std::array one_trace{TimeZeroMethod::threshold, TimeZeroMethod::coppens, TimeZeroMethod::energy_ratio,
                               TimeZeroMethod::peak};

std::vector<Sample> pulse(double centre, double amplitude = 100.0, Index n = n_samples) {
  std::vector<Sample> x(to_size(n));
  for (Index i = 0; i < n; ++i)
    x[to_size(i)] = static_cast<Sample>(amplitude * ricker((static_cast<double>(i) - centre) * step_s, 1e9));
  return x;
}

TEST(FirstBreak, AgreesWithNumpy) {
  const auto input = test::read_golden_npy("time_zero_input.npy");
  const auto expected = test::read_golden_csv("time_zero_picks.csv");
  const auto n = static_cast<Index>(input.shape[1]);
  const Picker pick(n);
  ASSERT_EQ(expected.size(), input.shape[0]);
  for (std::size_t k = 0; k < expected.size(); ++k)
    for (std::size_t m = 0; m < one_trace.size(); ++m)
      // The crossing of the threshold is found by bisection to 2^-14 of a sample.
      EXPECT_NEAR(pick(one_trace[m], input.row(k), 5, 90), expected[k][m], m == 0 ? 1e-4 : 1e-9) << k << " " << m;
}

TEST(FirstBreak, AlignedTracesAgreeWithTheFourierShift) {
  const auto input = test::read_golden_npy("time_zero_input.npy");
  const auto expected = test::read_golden_npy("time_zero_aligned.npy");
  const auto n_traces = input.shape[0];
  const auto n = static_cast<Index>(input.shape[1]);
  StreamSpec in = spec;
  in.n_samples = n;
  for (std::size_t m = 0; m < one_trace.size(); ++m) {
    Single<TimeZero> stage(TimeZeroOptions{.method = one_trace[m],
                                           .gate_start_s = 5 * step_s,
                                           .gate_end_s = 89 * step_s,
                                           .threshold = 0.7,
                                           .median_traces = 3,
                                           .max_shift_s = 5e-9,
                                           .before_zero_s = 10 * step_s,
                                           .energy_window_s = 10 * step_s,
                                           .smoothing_s = 10 * step_s},
                           in);
    for (std::size_t k = 0; k < n_traces; ++k) stage.push(input.row(k));
    ASSERT_EQ(stage.traces.size(), n_traces);
    for (std::size_t k = 0; k < n_traces; ++k) {
      EXPECT_FALSE(has(stage.tags[k].quality, Quality::time_zero_lost)) << m << " " << k;
      for (std::size_t i = 0; i < to_size(n); ++i)  // of a peak of 850
        ASSERT_NEAR(stage.traces[k][i], expected.values[(m * n_traces + k) * to_size(n) + i], 0.35)
            << m << " " << k << " " << i;
    }
  }
}

// The correlation against a plain maximisation, on band-limited traces: one wave that moves by fractions of a sample.
TEST(FirstBreak, CorrelationAgreesWithSciPysMaximum) {
  const auto input = test::read_golden_npy("time_zero_input.npy");
  const auto golden = test::read_golden_npy("time_zero_correlated.npy");
  const auto n = static_cast<Index>(input.shape[1]);
  StreamSpec in = spec;
  in.n_samples = n;
  Single<TimeZero> stage(TimeZeroOptions{.method = TimeZeroMethod::cross_correlation,
                                         .gate_start_s = 5 * step_s,
                                         .gate_end_s = 89 * step_s,
                                         .threshold = 0.7,
                                         .median_traces = 1,
                                         .max_shift_s = 0.6e-9,
                                         .before_zero_s = 10 * step_s,
                                         .wave_s = 20 * step_s},
                         in);
  double worst = 0.0;
  for (std::size_t k = 0; k < input.shape[0]; ++k) {
    std::vector<Sample> x = input.row(k);
    if (k >= 6)  // the second half of the line has the other polarity
      for (Sample& v : x) v = -v;
    stage.push(x);
    EXPECT_FALSE(has(stage.tags[k].quality, Quality::time_zero_lost)) << k;
    for (std::size_t i = 0; i < to_size(n); ++i)
      worst = std::max(worst, std::abs(static_cast<double>(stage.traces[k][i]) - golden.at(k, i + 1)));
  }
  // The steepest flank rises by 2 pi / 10 of 850 a sample: 0.02 samples, as the header says, are 11.
  RecordProperty("largest_error_samples", std::to_string(worst / 534.0));
  EXPECT_LT(worst, 0.02 * 534.0);
}

// A step of energy: everything is known in closed form. x = 1 from sample s on, window w, no smoothing:
// Coppens: R[s+k] = min(k+1, w) / (k + 1.2). Its steepest rise is at s, from 0 to 1/1.2, half of which lies at s - 1/2.
// MER: R[i] = (w + 1 + b) / (i - s + 1 + b) for i in [s, s + w]: the largest at s itself.
TEST(FirstBreak, AStepIsFoundWhereItIs) {
  std::vector<Sample> x(200);
  std::fill(x.begin() + 120, x.end(), -3.0F);
  std::vector<double> memory(4 * 201);
  const std::span<double> all(memory);
  const BreakScratch scratch{all.subspan(0, 201), all.subspan(201, 201), all.subspan(402, 201), all.subspan(603, 201)};
  EXPECT_NEAR(coppens_break(x, 10, 190, 12, 1, scratch), 119.5, 1e-12);
  EXPECT_NEAR(energy_ratio_break(x, 10, 190, 12, scratch), 120.0, 0.5);
  EXPECT_EQ(peak_break(x, 10, 190), 120.0 + parabola_vertex(0.0, 3.0, 3.0));
  // Half of 3.375 (the parabola through 0, 3, 3 at the end of its range) is 0.1875 over the middle of the flank; the cubic
  // through 0, 0, 3, 3 has a slope of 9/8 * 3 there.
  EXPECT_NEAR(threshold_break(x, 10, 190, 0.5), 119.5 + 0.1875 / 3.375, 3e-3);
}

// Whole-sample peaks (an argmax for each trace) jump by up to half a sample; here the wave moves by 2.37 samples in steps of
// 0.01 and every method must follow it.
TEST(FirstBreak, FollowsFractionsOfASample) {
  const Picker pick(n_samples);
  const std::array<double, 4> bound{0.02, 0.2, 0.2, 0.05};
  for (std::size_t m = 0; m < one_trace.size(); ++m) {
    const double first = pick(one_trace[m], pulse(60.0), 0, n_samples);
    ASSERT_GE(first, 50.0);
    double worst = 0.0;
    for (int k = 0; k <= 237; ++k) {
      const double moved = 0.01 * k;
      worst = std::max(worst, std::abs(pick(one_trace[m], pulse(60.0 + moved, -100.0), 0, n_samples) - first - moved));
    }
    RecordProperty("worst_" + std::string(time_zero_methods[static_cast<std::size_t>(one_trace[m])]),
                   std::to_string(worst));
    EXPECT_LT(worst, bound[m]) << m;
  }
}

TEST(FirstBreak, AFactorOnTheTraceChangesNothingAndSilenceGivesNothing) {
  const Picker pick(n_samples);
  const std::vector<Sample> silent(to_size(n_samples));
  const std::vector<Sample> constant(to_size(n_samples), 5.0F);
  for (const auto method : one_trace) {
    const double a = pick(method, pulse(60.3), 0, n_samples);
    EXPECT_NEAR(pick(method, pulse(60.3, -1e12), 0, n_samples), a, 1e-5);
    EXPECT_NEAR(pick(method, pulse(60.3, 1e-15), 0, n_samples), a, 1e-5);
    EXPECT_EQ(pick(method, silent, 0, n_samples), -1.0);
    const double flat = pick(method, constant, 0, n_samples);
    EXPECT_TRUE(flat == -1.0 || (flat >= 0.0 && flat < n_samples)) << flat;
  }
}

TEST(FirstBreak, BreaksComeBeforeTheThresholdAndThatBeforeThePeak) {
  const Picker pick(n_samples);
  const auto x = pulse(60.0);
  const double mer = pick(TimeZeroMethod::energy_ratio, x, 0, n_samples);
  const double coppens = pick(TimeZeroMethod::coppens, x, 0, n_samples);
  const double threshold = pick(TimeZeroMethod::threshold, x, 0, n_samples);
  const double peak = pick(TimeZeroMethod::peak, x, 0, n_samples);
  EXPECT_LT(mer, threshold);
  EXPECT_LT(coppens, threshold);
  EXPECT_LT(threshold, peak);
  EXPECT_NEAR(peak, 60.0, 1e-4);
  EXPECT_GT(mer, 45.0);
}

// Time is what the axis says: the same wave on an axis of another step gives the same samples, and no step is ever assumed.
TEST(FirstBreak, TheStageTakesTheStepFromTheAxisAlone) {
  for (const auto method : one_trace) {
    std::vector<std::vector<Sample>> seen;
    for (const double step : {0.1e-9, 0.02e-9}) {
      StreamSpec in = spec;
      in.axis.step = step;
      Single<TimeZero> stage(TimeZeroOptions{.method = method,
                                             .median_traces = 1,
                                             .max_shift_s = 10 * step,
                                             .before_zero_s = 10 * step,
                                             .energy_window_s = 10 * step,
                                             .smoothing_s = 10 * step},
                             in);
      stage.push(pulse(60.2));
      EXPECT_DOUBLE_EQ(stage->output().axis.start, -10 * step);
      seen.push_back(stage.traces[0]);
    }
    EXPECT_EQ(seen[0], seen[1]);
  }
}

TEST(FirstBreak, SilentTracesAreFlaggedWithEveryMethod) {
  for (const auto method : one_trace) {
    Single<TimeZero> stage(TimeZeroOptions{.method = method, .median_traces = 1}, spec);
    stage.push(std::vector<Sample>(to_size(n_samples)));
    EXPECT_TRUE(has(stage.tags[0].quality, Quality::time_zero_lost));
    stage.push(pulse(60.0));
    EXPECT_FALSE(has(stage.tags[1].quality, Quality::time_zero_lost));
    std::vector<Sample> bad = pulse(60.0);
    bad[3] = std::numeric_limits<Sample>::quiet_NaN();
    stage.push(bad);
    EXPECT_TRUE(has(stage.tags[2].quality, Quality::non_finite));
    EXPECT_EQ(stage.traces[2], std::vector<Sample>(to_size(n_samples)));
  }
}

TEST(FirstBreak, EnergyWindowsMustFitIntoTheGate) {
  const TimeZeroOptions o{.method = TimeZeroMethod::energy_ratio, .gate_start_s = 0.0, .gate_end_s = 2e-9};
  EXPECT_FALSE(validate(o, spec));
  TimeZeroOptions longer = o;
  longer.energy_window_s = 1.2e-9;
  const Problem problem = validate(longer, spec);
  EXPECT_STREQ(problem.field, "energy_window_s");
  EXPECT_NEAR(problem.allowed.high, 1e-9, 1e-15);
  longer.energy_window_s = 0.05e-9;
  EXPECT_STREQ(validate(longer, spec).field, "energy_window_s");
  longer.energy_window_s = -1.0;
  EXPECT_STREQ(validate(longer, spec).field, "energy_window_s");
  longer.method = TimeZeroMethod::threshold;
  longer.energy_window_s = 1.0;
  EXPECT_FALSE(validate(longer, spec));  // not used
}

}  // namespace
}  // namespace surefoot::gpr
