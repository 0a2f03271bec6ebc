// SPDX-License-Identifier: MIT
#include <surefoot/emi/lock_in.hpp>

#include <surefoot/dsp/turns.hpp>

#include "support/golden.hpp"
#include "support/lines.hpp"
#include "support/stage_run.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <complex>
#include <functional>
#include <numbers>

namespace surefoot::emi {
namespace {

using test::Single;
using Complex = std::complex<double>;
constexpr double two_pi = 2.0 * std::numbers::pi;

StreamSpec block_spec(double rate_hz, Index n, Index n_channels = 1) {
  return {{AxisKind::sample_time, 0.0, 1.0 / rate_hz},
          n * n_channels,
          static_cast<double>(n) / rate_hz,
          0.0,
          0,
          false,
          n_channels};
}

// Block number `index` of a signal given by sample number and channel.
std::vector<Sample> block_of(const StreamSpec& spec, std::int64_t index,
                             const std::function<double(std::int64_t, Index)>& x) {
  std::vector<Sample> out;
  for (Index c = 0; c < spec.n_channels; ++c)
    for (Index i = 0; i < spec.channel_samples(); ++i)
      out.push_back(static_cast<Sample>(x(index * spec.channel_samples() + i, c)));
  return out;
}

void push(Single<LockIn>& stage, const StreamSpec& spec, std::int64_t index,
          const std::function<double(std::int64_t, Index)>& x, Quality quality = Quality::good) {
  TraceTag tag;
  tag.index = index;
  tag.time_s = static_cast<double>(index * spec.channel_samples()) * spec.axis.step;
  tag.quality = quality;
  stage->push(block_of(spec, index, x), tag);
  stage.pull();
}

Complex value(const std::vector<Sample>& trace, std::size_t k) {
  return {static_cast<double>(trace.at(2 * k)), static_cast<double>(trace.at(2 * k + 1))};
}

// A cos(2 pi f n / rate + phi), its phase from integers where f and rate are whole.
double line(std::int64_t n, std::int64_t f, std::int64_t rate, double amplitude, double phi) {
  const double t = static_cast<double>((n % rate) * f % rate) / static_cast<double>(rate);
  return amplitude * std::cos(two_pi * t + phi);
}

TEST(LockIn, GivesAmplitudeAndPhaseOfEachToneAndReceiver) {
  const StreamSpec spec = block_spec(200e3, 500, 2);
  const LockInOptions options{.tones_hz{2425.0, 9625.0, 19225.0}, .output_interval_s = 0.01, .integration_s = 0.04};
  ASSERT_FALSE(validate(options, spec));
  Single<LockIn> stage(options, spec);
  const auto x = [](std::int64_t n, Index c) {
    const double other = c == 0 ? 1.0 : -0.25;
    return other * (line(n, 2425, 200000, 3.0, 0.4) + line(n, 9625, 200000, 0.01, -2.0) +
                    line(n, 19225, 200000, 1.0, 3.0)) +
           line(n, 50, 200000, 5.0, 1.0) + line(n, 150, 200000, 2.0, 0.1) + 0.7;
  };
  for (std::int64_t i = 0; i < 32; ++i) push(stage, spec, i, x);
  EXPECT_EQ(stage->output().axis.kind, AxisKind::sweep);
  EXPECT_EQ(stage->output().axis.places, options.tones_hz);
  EXPECT_EQ(stage->output().n_channels, 2);
  EXPECT_DOUBLE_EQ(stage->output().trace_interval_s, 0.01);
  ASSERT_EQ(stage.traces.size(), 8U);
  for (std::size_t r = 3; r < 8; ++r) {
    EXPECT_EQ(stage.tags[r].quality, Quality::good);
    EXPECT_EQ(stage.tags[r].index, static_cast<std::int64_t>(r));
    // The middle of samples (r - 3) 2000 .. (r + 1) 2000 - 1.
    EXPECT_NEAR(stage.tags[r].time_s, 0.01 * (static_cast<double>(r) - 1.0) - 0.5 / 200e3, 1e-9);
    for (std::size_t c = 0; c < 2; ++c) {
      const double other = c == 0 ? 1.0 : -0.25;
      EXPECT_NEAR(std::abs(value(stage.traces[r], 3 * c) - other * std::polar(3.0, 0.4)), 0.0, 3e-7);
      EXPECT_NEAR(std::abs(value(stage.traces[r], 3 * c + 1) - other * std::polar(0.01, -2.0)), 0.0, 5e-8);
      EXPECT_NEAR(std::abs(value(stage.traces[r], 3 * c + 2) - other * std::polar(1.0, 3.0)), 0.0, 2e-7);
    }
  }
  for (std::size_t r = 0; r < 3; ++r) {
    EXPECT_TRUE(has(stage.tags[r].quality, Quality::dropped) && has(stage.tags[r].quality, Quality::warming_up));
    for (const Sample v : stage.traces[r]) EXPECT_EQ(v, 0.0F);
  }
}

TEST(LockIn, IsNumPys) {
  const test::GoldenArray want = test::read_golden_npy("lock_in.npy");
  const StreamSpec spec = block_spec(50e3, 250, 2);
  std::vector<std::vector<double>> x(2, std::vector<double>(10000));
  std::uint32_t state = 12345;
  for (std::size_t n = 0; n < 10000; ++n)
    for (std::size_t c = 0; c < 2; ++c) {
      state = state * 1664525U + 1013904223U;
      x[c][n] = static_cast<double>(state >> 16U) / 32768.0 - 1.0;
    }
  for (std::size_t f = 0; f < 4; ++f) {
    const LockInOptions options{.tones_hz{1234.5, 7777.0, 15500.25},
                                .output_interval_s = 0.008,
                                .filter = static_cast<LockInFilter>(f),
                                .integration_s = 0.04,
                                .time_constant_s = 0.02};
    ASSERT_FALSE(validate(options, spec));
    Single<LockIn> stage(options, spec);
    for (std::int64_t i = 0; i < 40; ++i)
      push(stage, spec, i, [&](std::int64_t n, Index c) { return x[to_size(c)][static_cast<std::size_t>(n)]; });
    ASSERT_EQ(stage.traces.size(), 25U);
    for (std::size_t r = f == 3 ? 0 : 4; r < 25; ++r)
      for (std::size_t i = 0; i < 12; ++i)
        EXPECT_NEAR(static_cast<double>(stage.traces[r][i]), want.at(25 * f + r, i), 6e-9) << f << " " << r << " " << i;
  }
}

// 1e7 samples in, a ratio of rates that is not whole: no turn of the phase, at the start of a stream or in its middle.
TEST(LockIn, PhaseDoesNotDriftNorDependOnWhereTheStreamBegan) {
  constexpr std::int64_t rate = 192000;
  constexpr std::int64_t tone = 19001;
  const StreamSpec spec = block_spec(rate, 960);
  const LockInOptions options{.tones_hz{2400.0, 19001.0}, .output_interval_s = 0.25, .integration_s = 1.0};
  ASSERT_FALSE(validate(options, spec));
  Single<LockIn> late(options, spec);
  const std::int64_t start = 10416 * 960 / 48000 * 50;  // a whole number of output intervals beyond 1e7 samples
  for (std::int64_t i = start; i < start + 200; ++i)
    push(late, spec, i, [](std::int64_t n, Index) { return line(n, tone, rate, 1.0, 0.7); });
  ASSERT_EQ(late.traces.size(), 4U);
  const Complex z = value(late.traces[3], 1);
  EXPECT_NEAR(std::arg(z), 0.7, 1e-7);  // of float32 results
  EXPECT_NEAR(std::abs(z), 1.0, 1e-7);
  // The phase itself, without the rounding of results, is in tests/dsp/turns_test.cpp.
}

TEST(LockIn, RetuningGivesTheSamePhase) {
  const StreamSpec spec = block_spec(48e3, 480);
  const auto x = [](std::int64_t n, Index) { return line(n, 1777, 48000, 2.0, -1.1) + line(n, 5003, 48000, 1.0, 0.0); };
  LockInOptions options{.tones_hz{1777.0}, .output_interval_s = 1.0, .integration_s = 1.0};
  Single<LockIn> first(options, spec);
  for (std::int64_t i = 0; i < 100; ++i) push(first, spec, i, x);
  options.tones_hz = {5003.0};
  Single<LockIn> between(options, spec);
  for (std::int64_t i = 100; i < 200; ++i) push(between, spec, i, x);
  options.tones_hz = {1777.0};
  Single<LockIn> again(options, spec);
  for (std::int64_t i = 200; i < 300; ++i) push(again, spec, i, x);
  EXPECT_NEAR(std::arg(value(first.traces.at(0), 0)), -1.1, 1e-7);
  EXPECT_NEAR(std::arg(value(again.traces.at(0), 0)), -1.1, 1e-7);
  EXPECT_NEAR(std::arg(value(between.traces.at(0), 0)), 0.0, 1e-7);
}

// Block lengths and intervals that divide nothing: one block gives several results, or several blocks one.
TEST(LockIn, BlockLengthDoesNotMatter) {
  const LockInOptions options{
      .tones_hz{3000.0, 7000.0}, .output_interval_s = 0.0011, .filter = LockInFilter::hann, .integration_s = 0.0033};
  const auto x = [](std::int64_t n, Index c) {
    return line(n, 3000, 50000, 1.0, 0.3 + static_cast<double>(c)) + line(n, 6900, 50000, 0.5, 0.1);
  };
  std::vector<std::vector<Sample>> reference;
  for (const Index n : {Index{1}, Index{7}, Index{55}, Index{64}, Index{700}, Index{1400}}) {
    const StreamSpec spec = block_spec(50e3, n, 2);
    ASSERT_FALSE(validate(options, spec));
    Single<LockIn> stage(options, spec);
    for (std::int64_t i = 0; i < 1400 / n; ++i) push(stage, spec, i, x);
    if (n == 1) reference = stage.traces;
    ASSERT_GE(reference.size(), 25U);
    for (std::size_t r = 0; r < std::min(reference.size(), stage.traces.size()); ++r)
      EXPECT_EQ(stage.traces[r], reference[r]) << n << " " << r;
    EXPECT_GE(stage.traces.size() + 1, reference.size());
  }
}

TEST(LockIn, NoiseIsThatOfTheStatedBandwidth) {
  constexpr double rate = 50e3;
  constexpr std::uint64_t seed = 4;
  const StreamSpec spec = block_spec(rate, 1000);
  for (const LockInFilter filter :
       {LockInFilter::boxcar, LockInFilter::hann, LockInFilter::blackman, LockInFilter::lowpass}) {
    // Windows do not overlap: the results are independent. Those of the low-passes are not; they count as one in 4 T.
    const double window_s = filter == LockInFilter::lowpass ? 0.001 : 0.004;
    const LockInOptions options{.tones_hz{3000.0, 11000.0},
                                .output_interval_s = window_s,
                                .filter = filter,
                                .integration_s = window_s,
                                .time_constant_s = 0.002};
    ASSERT_FALSE(validate(options, spec));
    Single<LockIn> stage(options, spec);
    test::Random random(seed);
    constexpr double sigma = 0.5;
    for (std::int64_t i = 0; i < 400; ++i)
      push(stage, spec, i, [&](std::int64_t, Index) { return sigma * random.normal(); });
    double square = 0.0;
    double n = 0.0;
    for (std::size_t r = 0; r < stage.traces.size(); ++r) {
      if (stage.tags[r].quality != Quality::good) continue;
      for (const Sample v : stage.traces[r]) {
        square += static_cast<double>(v) * static_cast<double>(v);
        n += 1.0;
      }
    }
    const double bandwidth = lock_in_noise_bandwidth_hz(options, rate);
    const double variance = sigma * sigma * 4.0 * bandwidth / rate;
    const double independent = filter == LockInFilter::lowpass ? n * 0.001 / 0.008 : n;
    EXPECT_NEAR(square / n / variance, 1.0, 3.0 * std::sqrt(2.0 / independent))
        << "filter " << static_cast<int>(filter) << ", seed " << seed;
    if (filter == LockInFilter::boxcar) {
      EXPECT_NEAR(bandwidth, rate / (2.0 * 200.0), 1e-9);
      EXPECT_NEAR(variance, sigma * sigma * 2.0 / 200.0, 1e-15);
    }
    if (filter == LockInFilter::hann) {
      EXPECT_NEAR(bandwidth, 1.5 * rate / 400.0, 1e-9);
    }
    std::array<Note, most_notes> notes{};
    ASSERT_EQ(stage->notes(notes), 3);
    EXPECT_EQ(notes[0].value, bandwidth);
  }
}

// The bandwidth as the sum of squares of the filter's own answer to single samples.
TEST(LockIn, BandwidthIsTheSumOfSquaresOfTheWeights) {
  constexpr double rate = 20e3;
  for (const LockInFilter filter :
       {LockInFilter::boxcar, LockInFilter::hann, LockInFilter::blackman, LockInFilter::lowpass}) {
    const LockInOptions options{.tones_hz{2500.0},
                                .output_interval_s = 0.0025,
                                .filter = filter,
                                .integration_s = 0.0075,
                                .time_constant_s = 0.006};
    const StreamSpec spec = block_spec(rate, 50);
    ASSERT_FALSE(validate(options, spec));
    double squares = 0.0;
    for (std::int64_t impulse = 2000; impulse < 2050; ++impulse) {
      Single<LockIn> stage(options, spec);
      for (std::int64_t i = 0; i < 100; ++i)
        push(stage, spec, i, [&](std::int64_t n, Index) { return n == impulse ? 1.0 : 0.0; });
      for (const auto& trace : stage.traces) squares += std::norm(value(trace, 0));
    }
    // Each result sees every sample position once: sum of w^2 / (sum w)^2 times 4, half of it in I.
    EXPECT_NEAR(squares / 4.0, 2.0 * lock_in_noise_bandwidth_hz(options, rate) / rate, 2e-6)
        << "filter " << static_cast<int>(filter);
  }
}

TEST(LockIn, ResponseIsWhatALineOffTheToneLeaves) {
  constexpr double rate = 50e3;
  const StreamSpec spec = block_spec(rate, 500);
  for (const LockInFilter filter : {LockInFilter::boxcar, LockInFilter::hann, LockInFilter::blackman})
    for (const double off : {37.0, 140.0, 333.0, 1500.0}) {
      const LockInOptions options{
          .tones_hz{9000.0}, .output_interval_s = 0.005, .filter = filter, .integration_s = 0.01};
      ASSERT_FALSE(validate(options, spec));
      Single<LockIn> stage(options, spec);
      for (std::int64_t i = 0; i < 4; ++i)
        push(stage, spec, i, [&](std::int64_t n, Index) {
          return std::cos(two_pi * (9000.0 + off) / rate * static_cast<double>(n) + 0.3);
        });
      const double expected = lock_in_response(options, rate, off);
      const double image = lock_in_response(options, rate, 18000.0 + off);
      EXPECT_NEAR(std::abs(value(stage.traces.at(2), 0)), expected, image + 1e-6) << static_cast<int>(filter);
    }
  const LockInOptions low{
      .tones_hz{9000.0}, .output_interval_s = 0.001, .filter = LockInFilter::lowpass, .time_constant_s = 0.005};
  Single<LockIn> stage(low, spec);
  for (std::int64_t i = 0; i < 40; ++i)
    push(stage, spec, i,
         [&](std::int64_t n, Index) { return std::cos(two_pi * 9070.0 / rate * static_cast<double>(n)); });
  EXPECT_NEAR(std::abs(value(stage.traces.back(), 0)), lock_in_response(low, rate, 70.0), 1e-3);
  EXPECT_DOUBLE_EQ(lock_in_response(low, rate, 0.0), 1.0);
}

TEST(LockIn, HarmonicsOfAToneAreRejectedAllOfThem) {
  const StreamSpec spec = block_spec(200e3, 2000);
  const LockInOptions options{.tones_hz{2000.0}, .output_interval_s = 0.01, .integration_s = 0.01};
  // A square wave: odd harmonics up to 99 kHz. Eight signed bins a cycle pass the 7th and the 9th at full weight.
  Single<LockIn> stage(options, spec);
  push(stage, spec, 0, [](std::int64_t n, Index) {
    double sum = 0.0;
    for (std::int64_t h = 3; h < 50; h += 2) sum += line(n, 2000 * h, 200000, 1.0 / static_cast<double>(h), 0.2);
    return sum;
  });
  EXPECT_NEAR(std::abs(value(stage.traces.at(0), 0)), 0.0, 1e-8);
}

TEST(LockIn, NotesTellWhatLeaks) {
  const StreamSpec spec = block_spec(200e3, 1000);
  std::array<Note, most_notes> notes{};
  Single<LockIn> whole(LockInOptions{}, spec);
  ASSERT_EQ(whole->notes(notes), 3);
  EXPECT_STREQ(notes[1].name, "leak_of_tones");
  EXPECT_LT(notes[1].value, -200.0);
  EXPECT_LT(notes[2].value, -200.0);
  EXPECT_EQ(notes[1].warning, nullptr);
  EXPECT_EQ(notes[2].warning, nullptr);
  // On the 48th harmonic of 50 Hz; and 2.4 cycles of it in 1 ms.
  Single<LockIn> on_mains(LockInOptions{.tones_hz{2400.0, 19225.0}}, spec);
  (void)on_mains->notes(notes);
  EXPECT_NEAR(notes[2].value, 0.0, 1e-9);
  EXPECT_NE(notes[2].warning, nullptr);
  Single<LockIn> part(LockInOptions{.tones_hz{2400.0, 19225.0}, .output_interval_s = 1e-3, .integration_s = 1e-3},
                      spec);
  (void)part->notes(notes);
  EXPECT_GT(notes[1].value, -40.0);
  EXPECT_NE(notes[1].warning, nullptr);
}

TEST(LockIn, ClippingAtTheRailIsFlaggedInEveryWindowThatHasIt) {
  const StreamSpec spec = block_spec(200e3, 1000);
  const LockInOptions options{.tones_hz{5000.0}, .output_interval_s = 0.005, .integration_s = 0.01, .rail = 2.0};
  Single<LockIn> stage(options, spec);
  for (std::int64_t i = 0; i < 10; ++i)
    push(stage, spec, i, [](std::int64_t n, Index) { return n == 4999 ? -2.0 : line(n, 5000, 200000, 1.9, 0.0); });
  ASSERT_EQ(stage.traces.size(), 10U);
  for (std::size_t r = 1; r < 10; ++r) EXPECT_EQ(has(stage.tags[r].quality, Quality::saturated), r == 4 || r == 5) << r;
}

TEST(LockIn, ZeroAndConstantInputGiveZero) {
  const StreamSpec spec = block_spec(200e3, 2000);
  for (const double level : {0.0, 1000.0}) {
    Single<LockIn> stage(LockInOptions{}, spec);
    for (std::int64_t i = 0; i < 5; ++i) push(stage, spec, i, [&](std::int64_t, Index) { return level; });
    ASSERT_EQ(stage.traces.size(), 5U);
    for (const Sample v : stage.traces[4]) EXPECT_NEAR(v, 0.0F, 1e-11F);
    EXPECT_EQ(stage.tags[4].quality, Quality::good);
  }
}

TEST(LockIn, LowpassWarmsUpAndRemembersWhatWasWrong) {
  const StreamSpec spec = block_spec(200e3, 1000);
  const LockInOptions options{
      .tones_hz{5000.0}, .output_interval_s = 0.005, .filter = LockInFilter::lowpass, .time_constant_s = 0.01};
  Single<LockIn> stage(options, spec);
  for (std::int64_t i = 0; i < 60; ++i)
    push(
        stage, spec, i, [](std::int64_t n, Index) { return line(n, 5000, 200000, 1.0, 0.5); },
        i == 30 ? Quality::saturated : Quality::good);
  ASSERT_EQ(stage.traces.size(), 60U);
  for (std::size_t r = 0; r < 60; ++r) {
    EXPECT_EQ(has(stage.tags[r].quality, Quality::warming_up), r < 12) << r;
    EXPECT_EQ(has(stage.tags[r].quality, Quality::saturated), r >= 30 && r < 50) << r;
    EXPECT_NEAR(std::abs(value(stage.traces[r], 0) - std::polar(1.0, 0.5)), 0.0, 1e-6);
  }
}

TEST(LockIn, ShortLineStillTellsItsFlags) {
  const StreamSpec spec = block_spec(200e3, 100);
  Single<LockIn> stage(LockInOptions{}, spec);
  push(
      stage, spec, 0, [](std::int64_t, Index) { return 1.0; }, Quality::bad_trace);
  EXPECT_TRUE(stage.traces.empty());
  stage->finish();
  stage.pull();
  ASSERT_EQ(stage.traces.size(), 1U);
  EXPECT_TRUE(has(stage.tags[0].quality, Quality::bad_trace));
  EXPECT_TRUE(has(stage.tags[0].quality, Quality::dropped));
}

TEST(LockIn, RefusesWhatItCannotDo) {
  const StreamSpec spec = block_spec(200e3, 1000, 2);
  EXPECT_FALSE(validate(LockInOptions{}, spec));
  const auto field = [&](const LockInOptions& o) { return validate(o, spec).field; };
  EXPECT_STREQ(field({.tones_hz{}}), "tones_hz");
  EXPECT_STREQ(field({.tones_hz{-5.0}}), "tones_hz");
  EXPECT_STREQ(field({.tones_hz{2400.0, 100e3}}), "tones_hz");   // half the sampling rate
  EXPECT_STREQ(field({.tones_hz{2400.0, 120e3}}), "tones_hz");   // above it
  EXPECT_STREQ(field({.tones_hz{2400.0, 2420.0}}), "tones_hz");  // 25 Hz apart is what 40 ms resolve
  EXPECT_STREQ(field({.tones_hz{5000.0, 2400.0}}), "tones_hz");  // rising
  EXPECT_STREQ(field({.tones_hz{20.0}}), "tones_hz");            // less than a cycle
  EXPECT_EQ(field({.tones_hz{2400.0, 2425.0}}), nullptr);
  EXPECT_STREQ(field({.tones_hz{2400.0, 2425.0}, .filter = LockInFilter::hann}), "tones_hz");
  EXPECT_STREQ(field({.output_interval_s = 1e-4, .integration_s = 0.04}), "integration_s");
  EXPECT_STREQ(field({.output_interval_s = 0.0}), "output_interval_s");
  EXPECT_STREQ(field({.rail = -1.0}), "rail");
  StreamSpec other = spec;
  other.axis.kind = AxisKind::gate_time;
  EXPECT_TRUE(validate(LockInOptions{}, other));
  other = spec;
  other.axis.step = 0.0;
  EXPECT_TRUE(validate(LockInOptions{}, other));
}

}  // namespace
}  // namespace surefoot::emi
