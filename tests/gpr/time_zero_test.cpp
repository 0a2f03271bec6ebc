// SPDX-License-Identifier: MIT
#include <surefoot/gpr/time_zero.hpp>

#include <support/lines.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <functional>
#include <limits>
#include <vector>

namespace surefoot::gpr {
namespace {

using test::Random;
using test::ricker;

constexpr double step_s = 0.1e-9;
constexpr double frequency_hz = 1e9;  // ten samples a period
constexpr Index n_samples = 256;

const StreamSpec spec{{AxisKind::two_way_time, 0.0, step_s}, n_samples, 0.01, 0.02, 0};

struct Owned {
  explicit Owned(const TimeZeroOptions& options, const StreamSpec& in = spec)
      : block(needed(options, in)), arena(block), it(options, in, arena) {
    EXPECT_FALSE(validate(options, in));
    EXPECT_TRUE(arena.ok());
  }
  static std::size_t needed(const TimeZeroOptions& options, const StreamSpec& in) {
    Arena arena = Arena::counting({});
    const TimeZero counted(options, in, arena);
    return arena.needed();
  }
  struct Result {
    std::vector<Sample> trace = std::vector<Sample>(to_size(n_samples));
    TraceTag tag{};
  };
  Result push(const std::vector<Sample>& trace, const TraceTag& tag = {}) {
    Result out;
    it.push(trace, tag);
    EXPECT_TRUE(it.pull(out.trace, out.tag));
    EXPECT_FALSE(it.pull(out.trace, out.tag));
    return out;
  }
  std::vector<std::byte> block;
  Arena arena;
  TimeZero it;
};

// A wavelet whose centre is at sample `centre`.
std::vector<Sample> pulse(double centre, double amplitude = 100.0) {
  std::vector<Sample> x(to_size(n_samples));
  for (Index i = 0; i < n_samples; ++i)
    x[to_size(i)] = static_cast<Sample>(amplitude * ricker((static_cast<double>(i) - centre) * step_s, frequency_hz));
  return x;
}

// The centre of the wavelet in a trace: the whole shift that a finely sampled copy explains best.
double centre_of(const std::vector<Sample>& trace, double near) {
  const auto misfit = [&](double c) {
    double sum = 0.0;
    for (Index i = std::max<Index>(0, static_cast<Index>(near) - 12); i <= static_cast<Index>(near) + 12; ++i) {
      const double model = 100.0 * ricker((static_cast<double>(i) - c) * step_s, frequency_hz);
      sum += std::pow(static_cast<double>(trace.at(to_size(i))) - model, 2);
    }
    return sum;
  };
  double low = near - 2.0;
  double high = near + 2.0;
  for (int k = 0; k < 60; ++k) {
    const double a = low + (high - low) / 3.0;
    const double b = high - (high - low) / 3.0;
    (misfit(a) < misfit(b) ? high : low) = misfit(a) < misfit(b) ? b : a;
  }
  return 0.5 * (low + high);
}

// Ricker: the lobes are 0.446 of the peak, so |x| first passes half its maximum on the flank of the peak itself,
// where (1 - 2a) exp(-a) = 1/2.
double half_flank_samples(double share = 0.5) {
  double low = 0.0;
  double high = 0.5;
  for (int k = 0; k < 80; ++k) {
    const double a = 0.5 * (low + high);
    ((1.0 - 2.0 * a) * std::exp(-a) > share ? low : high) = a;
  }
  return std::sqrt(low) / (std::acos(-1.0) * frequency_hz) / step_s;
}

constexpr TimeZeroOptions single{.median_traces = 1};
constexpr TimeZeroOptions single_correlation{.method = TimeZeroMethod::cross_correlation, .median_traces = 1};

TEST(TimeZero, TheOutputAxisBeginsBeforeZeroByWholeSamples) {
  const Owned a({.before_zero_s = 1.02e-9});
  EXPECT_DOUBLE_EQ(a.it.output().axis.start, -10 * step_s);
  EXPECT_EQ(a.it.output().axis.step, step_s);
  EXPECT_EQ(a.it.output().n_samples, n_samples);
  EXPECT_EQ(a.it.latency(), 0);
}

TEST(TimeZero, ThresholdPutsTheHalfMaximumAtZero) {
  for (const double sign : {1.0, -1.0}) {
    double worst = 0.0;
    for (int k = 0; k < 50; ++k) {
      Owned stage(single);
      const auto out = stage.push(pulse(60.0 + k / 50.0, 100.0 * sign));
      auto upright = out.trace;
      for (Sample& x : upright) x *= static_cast<Sample>(sign);
      const double expected = 10.0 + half_flank_samples();
      worst = std::max(worst, std::abs(centre_of(upright, expected) - expected));
      EXPECT_FALSE(has(out.tag.quality, Quality::time_zero_lost));
    }
    EXPECT_LT(worst, 0.03) << sign;
  }
}

// The wave is at a known fractional place in each trace; in the output it must stand still.
TEST(TimeZero, CrossCorrelationRecoversFractionalShifts) {
  for (const double sign : {1.0, -1.0}) {
    Owned stage(single_correlation);
    Random random(1);
    double first = 0.0;
    double worst = 0.0;
    for (int k = 0; k < 200; ++k) {
      auto out = stage.push(pulse(60.0 + 6.0 * (random.uniform() - 0.5), 100.0 * sign)).trace;
      for (Sample& x : out) x *= static_cast<Sample>(sign);
      const double centre = centre_of(out, 10.0 + half_flank_samples());
      if (k == 0) first = centre;
      worst = std::max(worst, std::abs(centre - first));
      EXPECT_NEAR(centre, 10.0 + half_flank_samples(), 0.05);
    }
    EXPECT_LT(worst, 0.02) << sign;
  }
}

// 20 dB: noise of a tenth of the peak. Measured: threshold 0.33, cross_correlation 0.09 samples rms.
TEST(TimeZero, HoldsItsAccuracyInNoise) {
  for (const auto& [options, bound] : {std::pair{single, 0.45}, std::pair{single_correlation, 0.12}}) {
    TimeZeroOptions gated = options;
    gated.threshold = 0.7;  // the lobes in front of the peak reach 0.446 of it: noise lifts them over one half
    gated.gate_start_s = 40 * step_s;
    gated.gate_end_s = 80 * step_s;
    Owned stage(gated);
    Random random(2);
    double sum = 0.0;
    double squares = 0.0;
    int n = 0;
    for (int k = 0; k < 600; ++k) {
      const double at = 60.0 + 3.0 * std::sin(0.05 * k);
      auto x = pulse(at);
      for (Sample& v : x) v += static_cast<Sample>(10.0 * random.normal());
      // A clean marker far behind tells by how much the trace was moved.
      for (Index i = 150; i < 250; ++i)
        x[to_size(i)] =
            static_cast<Sample>(100.0 * ricker((static_cast<double>(i) - at - 130.0) * step_s, frequency_hz));
      const auto out = stage.push(x);
      if (k < 100) continue;  // while the reference is young
      EXPECT_FALSE(has(out.tag.quality, Quality::time_zero_lost)) << k;
      const double error = centre_of(out.trace, 140.0 + half_flank_samples(0.7)) - 140.0 - half_flank_samples(0.7);
      sum += error;
      squares += error * error;
      ++n;
    }
    const double mean = sum / n;
    const double rms = std::sqrt(squares / n - mean * mean);
    RecordProperty(options.method == TimeZeroMethod::threshold ? "threshold" : "cross_correlation",
                   std::to_string(rms));
    EXPECT_LT(rms, bound);
    EXPECT_GT(rms, 0.005);  // the noise was there
  }
}

TEST(TimeZero, WholeShiftsCopySamplesAndNothingIsInvented) {
  // The wave of whole-sample positions: time zero itself is not whole, so compare traces with each other.
  Owned stage(single);
  const auto a = stage.push(pulse(60.0));
  const auto b = stage.push(pulse(67.0));
  for (Index i = 0; i < 200; ++i) EXPECT_NEAR(a.trace[to_size(i)], b.trace[to_size(i)], 2e-3F) << i;
  // 60 - 1.x - 10 samples were cut off in front: as many zeros stand at the end.
  for (Index i = n_samples - 45; i < n_samples; ++i) EXPECT_EQ(a.trace[to_size(i)], 0.0F);
  // With more time kept than there is, zeros stand in front.
  Owned early({.median_traces = 1, .before_zero_s = 10e-9});
  const auto c = early.push(pulse(60.0));
  for (Index i = 0; i < 40; ++i) EXPECT_EQ(c.trace[to_size(i)], 0.0F) << i;
}

TEST(TimeZero, ALostWaveKeepsTheLastGoodShift) {
  for (const auto& options : {single, single_correlation}) {
    Owned stage(options);
    const auto good = stage.push(pulse(60.3));
    EXPECT_FALSE(has(good.tag.quality, Quality::time_zero_lost));
    const auto silent = stage.push(std::vector<Sample>(to_size(n_samples)));
    EXPECT_TRUE(has(silent.tag.quality, Quality::time_zero_lost));
    // 30 samples away: another wave, not the ground that moved.
    const auto far = stage.push(pulse(90.3));
    EXPECT_TRUE(has(far.tag.quality, Quality::time_zero_lost));
    EXPECT_NEAR(centre_of(far.trace, 40.0 + half_flank_samples()), 40.0 + half_flank_samples(), 0.05);
    const auto again = stage.push(pulse(60.3));
    EXPECT_FALSE(has(again.tag.quality, Quality::time_zero_lost));
    for (std::size_t i = 0; i < good.trace.size(); ++i) EXPECT_NEAR(again.trace[i], good.trace[i], 1e-3F);
  }
}

TEST(TimeZero, BeforeAnyWaveTheInputsOwnZeroHolds) {
  StreamSpec in = spec;
  in.axis.start = -20 * step_s;
  Owned stage({.median_traces = 1, .max_shift_s = 5e-9}, in);
  auto x = std::vector<Sample>(to_size(n_samples), 1.0F);  // over the threshold from the gate's start on: no flank
  x[20] = 1.2F;
  const auto out = stage.push(x);
  EXPECT_TRUE(has(out.tag.quality, Quality::time_zero_lost));
  EXPECT_EQ(out.trace[10], 1.2F);
}

TEST(TimeZero, ASingleOutlierDoesNotMoveTheMedian) {
  Owned stage({.median_traces = 5, .max_shift_s = 5e-9});
  for (int k = 0; k < 10; ++k) {
    const auto out = stage.push(pulse(60.0));
    EXPECT_EQ(has(out.tag.quality, Quality::warming_up), k < 4) << k;
  }
  for (int k = 0; k < 2; ++k) {
    const auto out = stage.push(pulse(80.0));
    EXPECT_FALSE(has(out.tag.quality, Quality::time_zero_lost));
    EXPECT_NEAR(centre_of(out.trace, 30.0 + half_flank_samples()), 30.0 + half_flank_samples(), 0.05);
  }
  // The third one is the median: the step is taken, two traces late.
  const auto out = stage.push(pulse(80.0));
  EXPECT_NEAR(centre_of(out.trace, 10.0 + half_flank_samples()), 10.0 + half_flank_samples(), 0.05);
}

TEST(TimeZero, DoesNotFollowAStrongShallowTargetButANewAntenna) {
  for (const auto method : {TimeZeroMethod::threshold, TimeZeroMethod::cross_correlation}) {
    Owned stage({.method = method, .median_traces = 5, .max_shift_s = 1e-9, .relock_traces = 100});
    for (int k = 0; k < 50; ++k) stage.push(pulse(60.0));
    const auto ground = stage.push(pulse(60.0));
    // A target three times as strong, 2.5 ns later: the first half maximum jumps to it.
    for (int k = 0; k < 60; ++k) {
      auto x = pulse(60.0);
      const auto target = pulse(85.0, 300.0);
      for (std::size_t i = 0; i < x.size(); ++i) x[i] += target[i];
      const auto out = stage.push(x);
      EXPECT_NEAR(out.trace[9], ground.trace[9], 1.0F) << k;  // on the flank: 0.06 samples
    }
    for (int k = 0; k < 5; ++k) stage.push(pulse(60.0));
    // The whole system moved by 2.5 ns and stays there.
    int lost = 0;
    for (int k = 0; k < 300; ++k) lost += has(stage.push(pulse(85.0)).tag.quality, Quality::time_zero_lost) ? 1 : 0;
    EXPECT_GE(lost, 95);
    EXPECT_LE(lost, 106);
    const auto out = stage.push(pulse(85.0));
    EXPECT_NEAR(centre_of(out.trace, 10.0 + half_flank_samples()), 10.0 + half_flank_samples(), 0.05);
  }
}

TEST(TimeZero, TheReferenceDoesNotWander) {
  Owned stage({.method = TimeZeroMethod::cross_correlation, .median_traces = 1});
  Random random(3);
  for (int k = 0; k < 5000; ++k) {
    auto x = pulse(60.0 + 0.5 * random.normal());
    for (Sample& v : x) v += static_cast<Sample>(2.0 * random.normal());
    stage.push(x);
  }
  const auto out = stage.push(pulse(60.4));
  EXPECT_NEAR(centre_of(out.trace, 10.0 + half_flank_samples()), 10.0 + half_flank_samples(), 0.06);
}

TEST(TimeZero, BadTracesChangeNothing) {
  Owned stage(single_correlation);
  Owned clean(single_correlation);
  for (int k = 0; k < 30; ++k) {
    auto bad = pulse(61.0);
    bad[200] = std::numeric_limits<Sample>::quiet_NaN();
    const auto out = stage.push(bad);
    EXPECT_TRUE(has(out.tag.quality, Quality::non_finite));
    EXPECT_EQ(std::count(out.trace.begin(), out.trace.end(), 0.0F), n_samples);
    const auto x = pulse(60.0 + 0.1 * k);
    EXPECT_EQ(stage.push(x).trace, clean.push(x).trace);
  }
}

TEST(TimeZero, ResumesAndResetsExactly) {
  for (const auto method : {TimeZeroMethod::threshold, TimeZeroMethod::cross_correlation}) {
    const TimeZeroOptions options{.method = method, .median_traces = 4};
    Owned a(options);
    std::vector<std::vector<Sample>> first;
    const auto input = [](int k) { return pulse(60.0 + 2.0 * std::sin(0.3 * k)); };
    for (int k = 0; k < 60; ++k) first.push_back(a.push(input(k)).trace);
    a.it.reset();
    for (int k = 0; k < 30; ++k) EXPECT_EQ(a.push(input(k)).trace, first[static_cast<std::size_t>(k)]);
    StateArchive measure;
    a.it.state(measure);
    std::vector<std::byte> bytes(measure.size());
    StateArchive save = StateArchive::saving(bytes);
    a.it.state(save);
    Owned b(options);
    StateArchive load = StateArchive::loading(bytes);
    b.it.state(load);
    ASSERT_TRUE(load.ok());
    for (int k = 30; k < 60; ++k) EXPECT_EQ(b.push(input(k)).trace, first[static_cast<std::size_t>(k)]);
    std::vector<std::byte> forged(bytes.size(), std::byte{0x7F});
    StateArchive bad = StateArchive::loading(forged);
    b.it.state(bad);
    EXPECT_FALSE(bad.ok());
  }
}

TEST(TimeZero, AKnownZeroShiftsAllTracesAlike) {
  const std::vector<Sample> x = pulse(60.0);
  // 37 samples, 10 of them kept before: copied. Zeros where the input had nothing.
  Owned late(TimeZeroOptions{.method = TimeZeroMethod::fixed, .before_zero_s = 1e-9, .zero_s = 3.7e-9});
  const Owned::Result moved = late.push(x);
  for (Index i = 0; i < n_samples; ++i)
    EXPECT_EQ(moved.trace.at(to_size(i)), i + 27 < n_samples ? x.at(to_size(i + 27)) : 0.0F) << i;
  EXPECT_EQ(moved.tag.quality, Quality::good);
  EXPECT_NEAR(late.it.output().axis.start, -1e-9, 1e-22);

  // From the direct wave of antennas 0.1 m apart to the emission: the wave comes out that much later.
  const double lead_s = 0.1 / 299792458.0;
  Owned early(TimeZeroOptions{.method = TimeZeroMethod::fixed, .before_zero_s = 0.0, .zero_s = -lead_s});
  EXPECT_NEAR(centre_of(early.push(x).trace, 63.0), 60.0 + lead_s / step_s, 0.01);
  EXPECT_FALSE(std::signbit(early.it.output().axis.start)) << "an axis that starts at -0 is printed as such";

  // A trace where no method finds a wave is moved all the same and not flagged.
  EXPECT_EQ(early.push(std::vector<Sample>(to_size(n_samples))).tag.quality, Quality::good);
}

TEST(TimeZero, RefusesWhatMakesNoSense) {
  const auto fixed = [](double zero_s) {
    return TimeZeroOptions{.method = TimeZeroMethod::fixed, .before_zero_s = 1e-9, .zero_s = zero_s};
  };
  EXPECT_FALSE(validate(fixed(26.4e-9), spec));
  EXPECT_STREQ(validate(fixed(26.6e-9), spec).field, "zero_s");
  EXPECT_FALSE(validate(fixed(-24.4e-9), spec));
  EXPECT_STREQ(validate(fixed(-24.6e-9), spec).field, "zero_s");
  StreamSpec deep = spec;
  deep.axis.kind = AxisKind::depth;
  EXPECT_STREQ(validate(TimeZeroOptions{.gate_start_s = 0.0, .gate_end_s = 1.0}, deep).field, "method");
  EXPECT_FALSE(validate(TimeZeroOptions{}, spec));
  EXPECT_STREQ(validate(TimeZeroOptions{.threshold = 1.5}, spec).field, "threshold");
  EXPECT_STREQ(validate(TimeZeroOptions{.median_traces = 0}, spec).field, "median_traces");
  EXPECT_STREQ(validate(TimeZeroOptions{.gate_start_s = 2e-9, .gate_end_s = 1e-9}, spec).field, "gate_end_s");
  EXPECT_STREQ(validate(TimeZeroOptions{.gate_start_s = 1.0, .gate_end_s = 2.0}, spec).field, "gate_end_s");
  EXPECT_STREQ(validate(TimeZeroOptions{.before_zero_s = 1.0}, spec).field, "before_zero_s");
  EXPECT_STREQ(validate(TimeZeroOptions{.method = TimeZeroMethod::cross_correlation, .wave_s = 1.0}, spec).field,
               "wave_s");
}

}  // namespace
}  // namespace surefoot::gpr
