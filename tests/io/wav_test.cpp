// SPDX-License-Identifier: MIT
// The sound of detect.audio against closed forms: where a sample is, what it is, and that nothing jumps.
#include <surefoot/io/wav.hpp>

#include <surefoot/base/error.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>
#include <numbers>
#include <string>
#include <vector>

namespace surefoot::io {
namespace {

constexpr double two_pi = 2.0 * std::numbers::pi;

struct Trace {
  double pitch_hz = 220.0;
  double level = 0.0;
  Quality quality = Quality::good;
};

Line line_of(const std::vector<Trace>& traces, double interval_s) {
  Line line;
  line.axis = {AxisKind::channel, 0.0, 1.0};
  line.trace_interval_s = interval_s;
  line.samples.resize(2, static_cast<Index>(traces.size()));
  line.tags.resize(traces.size());
  for (std::size_t i = 0; i < traces.size(); ++i) {
    line.samples(0, static_cast<Index>(i)) = static_cast<Sample>(traces[i].pitch_hz);
    line.samples(1, static_cast<Index>(i)) = static_cast<Sample>(traces[i].level);
    line.tags[i].quality = traces[i].quality;
  }
  return line;
}

std::vector<double> counts_of(const std::string& wav) {
  std::vector<double> out;
  for (std::size_t i = 44; i + 1 < wav.size(); i += 2) {
    const auto low = static_cast<unsigned char>(wav[i]);
    const auto high = static_cast<unsigned char>(wav[i + 1]);
    out.push_back(static_cast<std::int16_t>(static_cast<std::uint16_t>(low | high << 8U)));
  }
  return out;
}

// The amplitude of one frequency in a stretch that holds whole periods of it.
double amplitude(const std::vector<double>& x, std::size_t from, std::size_t n, double turns_per_sample) {
  double re = 0.0;
  double im = 0.0;
  for (std::size_t i = 0; i < n; ++i) {
    re += x[from + i] * std::cos(two_pi * turns_per_sample * static_cast<double>(i));
    im += x[from + i] * std::sin(two_pi * turns_per_sample * static_cast<double>(i));
  }
  return 2.0 * std::hypot(re, im) / static_cast<double>(n);
}

TEST(Wav, TheHeaderSaysWhatFollowsByteForByte) {
  const std::string wav = to_wav(line_of(std::vector<Trace>(7), 0.01), {.sample_rate_hz = 8000});
  constexpr std::size_t n = 7 * 80 + 2000;
  ASSERT_EQ(wav.size(), 44 + 2 * n);
  const std::string expected(
      "RIFF\x24\x14\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0\x40\x1f\0\0\x80\x3e\0\0\x02\0\x10\0data\0\x14\0\0", 44);
  EXPECT_EQ(wav.substr(0, 44), expected);  // 5156 = 0x1424 = 36 + 5120, 5120 = 0x1400, 8000 = 0x1f40, 16000 = 0x3e80
  for (const double x : counts_of(wav)) ASSERT_EQ(x, 0.0);
  // Half a sample up: 3 traces of 1/3 s less a bit, 2.7 samples each.
  EXPECT_EQ(to_wav(line_of(std::vector<Trace>(3), 2.7 / 8000.0), {.sample_rate_hz = 8000}).size(), 44 + 2 * (8 + 2000));
  EXPECT_EQ(to_wav(line_of({}, 0.01)).size(), 44 + 2 * 11025);
}

TEST(Wav, ASteadyToneIsItsSine) {
  const std::vector<double> x = counts_of(to_wav(line_of(std::vector<Trace>(100, {1000.0, 0.5}), 0.01)));
  // The first 441 samples rise from silence, the rest of the second stands.
  for (std::size_t k = 0; k < 44100; ++k) {
    const double t = static_cast<double>(k) / 44100.0;
    ASSERT_NEAR(x[k], 32767.0 * 0.6 * 0.5 * std::min(1.0, t / 0.01) * std::sin(two_pi * 1000.0 * t), 0.51) << k;
  }
  Index crossings = 0;
  for (std::size_t k = 1; k < 44100; ++k) crossings += x[k - 1] < 0.0 && x[k] >= 0.0 ? 1 : 0;
  EXPECT_EQ(crossings, 999);
  EXPECT_NEAR(amplitude(x, 441, 44100 - 441, 1000.0 / 44100.0), 0.3 * 32767.0, 0.1);
  for (std::size_t k = 44100 + 441; k < x.size(); ++k) ASSERT_EQ(x[k], 0.0);  // faded within 10 ms
}

TEST(Wav, PitchAndLevelGoInStraightLinesAndThePhaseGoesOn) {
  const std::vector<double> x =
      counts_of(to_wav(line_of({{400.0, 1.0}, {800.0, 0.25}, {800.0, 0.25}}, 0.1), {.sample_rate_hz = 20000}));
  // Phase in turns: 400 t, then 400 t' + 2000 t'^2, then 800 t''; sums of samples instead of integrals: half a step each.
  for (std::size_t k = 0; k < 6000; ++k) {
    const double t = static_cast<double>(k) / 20000.0;
    const double second = std::clamp(t - 0.1, 0.0, 0.1);
    const double third = std::max(0.0, t - 0.2);
    const double half_step = 0.5 / 20000.0 * 400.0 * second / 0.1;
    const double turns =
        400.0 * std::min(t, 0.1) + 400.0 * second + 2000.0 * second * second - half_step + 800.0 * third;
    const double level = t < 0.1 ? t / 0.1 : 1.0 - 0.75 * second / 0.1;
    ASSERT_NEAR(x[k], 32767.0 * 0.6 * level * std::sin(two_pi * turns), 0.6) << k;
  }
}

TEST(Wav, ADroppedTraceKeepsThePitchWhileTheLevelFalls) {
  const std::vector<Trace> traces{{500.0, 1.0}, {0.0, 0.0, Quality::repaired}, {0.0, 0.0}, {900.0, 1.0}};
  const std::vector<double> x = counts_of(to_wav(line_of(traces, 0.1), {.sample_rate_hz = 10000}));
  for (std::size_t k = 1000; k < 2000; ++k) {
    const double t = static_cast<double>(k) / 10000.0;
    ASSERT_NEAR(x[k], 32767.0 * 0.6 * (2.0 - t / 0.1) * std::sin(two_pi * 500.0 * t), 0.51) << k;
  }
  for (std::size_t k = 2000; k < 3000; ++k) ASSERT_EQ(x[k], 0.0);
  // A tone that begins has its own pitch at once: it does not slide up from 500 Hz.
  for (std::size_t k = 3000; k < 4000; ++k) {
    const double t = static_cast<double>(k - 3000) / 10000.0;
    ASSERT_NEAR(std::abs(x[k]), std::abs(32767.0 * 0.6 * t / 0.1 * std::sin(two_pi * 900.0 * t)), 0.6) << k;
  }
}

TEST(Wav, SilenceThatCannotBeTrustedIsHeard) {
  for (const QualityName& q : quality_names) {
    std::vector<Trace> traces(100);
    traces[40].quality = q.flag;  // one trace of 10 ms
    const std::vector<double> x = counts_of(to_wav(line_of(traces, 0.01), {.sample_rate_hz = 16000}));
    const bool expected = has(heard, q.flag);
    for (std::size_t k = 0; k < x.size(); ++k) {
      double pulse = 0.0;
      if (expected && k >= 6400 && k < 8400) {
        const double t = static_cast<double>(k - 6400) / 16000.0;
        const double swell = std::sin(std::numbers::pi * t / 0.125);
        pulse = 0.15 * swell * swell * (std::sin(two_pi * 600.0 * t) + std::sin(two_pi * 848.0 * t));
      }
      ASSERT_NEAR(x[k], 32767.0 * pulse, 0.51) << q.name << " " << k;
    }
  }
  for (const Quality q : {Quality::saturated, Quality::non_finite, Quality::dropped, Quality::ground_balance_lost,
                          Quality::uncalibrated, Quality::out_of_order})
    EXPECT_TRUE(has(heard, q));
}

TEST(Wav, PulsesFollowEachOtherWhileTracesAreFlaggedAndEndWithinTheFile) {
  const std::vector<double> x = counts_of(
      to_wav(line_of(std::vector<Trace>(100, {220.0, 0.0, Quality::saturated}), 0.01), {.sample_rate_hz = 16000}));
  // 8 pulses in the second, and one that the traces after the beginning of the eighth asked for.
  for (std::size_t pulse = 0; pulse < 9; ++pulse)
    for (std::size_t k = 0; k < 2000; ++k) ASSERT_EQ(x[2000 * pulse + k], x[k]) << pulse << " " << k;
  for (std::size_t k = 18000; k < x.size(); ++k) ASSERT_EQ(x[k], 0.0);
  // sin^2 has the mean 1/2: half of 0.15 at each of the two frequencies, over the whole second.
  EXPECT_NEAR(amplitude(x, 0, 16000, 600.0 / 16000.0), 0.075 * 32767.0, 3.0);
  EXPECT_NEAR(amplitude(x, 0, 16000, 848.0 / 16000.0), 0.075 * 32767.0, 3.0);
}

TEST(Wav, NothingJumpsAndNothingClips) {
  std::uint32_t state = 12345;  // seed
  const auto uniform = [&state] {
    state = state * 1664525U + 1013904223U;
    return static_cast<double>(state >> 8U) / 16777216.0;
  };
  std::vector<Trace> traces(300);
  for (Trace& t : traces) {
    const double kind = uniform();
    t = {kind < 0.2 ? 0.0 : 220.0 + 1540.0 * uniform(), kind < 0.3 ? 0.0 : uniform(),
         kind > 0.8 ? Quality::dropped : Quality::good};
    if (t.pitch_hz == 0.0) t.level = 0.0;
  }
  const std::vector<double> x = counts_of(to_wav(line_of(traces, 0.01), {.volume = 0.7}));
  const double bound =
      32767.0 * (0.7 * (two_pi * 1760.0 + 100.0) + 0.3 * (two_pi * 724.0 + 8.0 * std::numbers::pi)) / 44100.0 + 1.0;
  double largest = 0.0;
  for (std::size_t k = 1; k < x.size(); ++k) {
    ASSERT_LE(std::abs(x[k] - x[k - 1]), bound) << k;
    largest = std::max(largest, std::abs(x[k]));
  }
  EXPECT_EQ(x.back(), 0.0);
  EXPECT_GT(largest, 0.6 * 32767.0);
}

TEST(Wav, WhatCannotBeASoundIsRefusedByName) {
  const auto path_of = [](const Line& line, const WavOptions& options = {}) {
    try {
      (void)to_wav(line, options);
    } catch (const ConfigError& e) {
      return e.path();
    }
    return std::string("none");
  };
  const Line good = line_of({{400.0, 1.0}}, 0.01);
  EXPECT_EQ(path_of(good), "none");
  EXPECT_EQ(path_of(good, {.sample_rate_hz = 7999}), "sample_rate_hz");
  EXPECT_EQ(path_of(good, {.volume = 0.8}), "volume");
  EXPECT_EQ(path_of(good, {.warning_volume = std::numeric_limits<double>::quiet_NaN()}), "warning_volume");
  EXPECT_EQ(path_of(line_of({{400.0, 1.0}}, 0.0)), "line.trace_interval_s");
  Line other = good;
  other.axis.kind = AxisKind::two_way_time;
  EXPECT_EQ(path_of(other), "line");
  other = good;
  other.samples.resize(3, 1);
  EXPECT_EQ(path_of(other), "line");
  EXPECT_EQ(path_of(line_of(std::vector<Trace>(3), 1e9)), "line");  // too long
  EXPECT_EQ(path_of(line_of(std::vector<Trace>(2), 1e308)), "line");
  EXPECT_EQ(path_of(line_of({{400.0, 1.0}, {400.0, 1.1}}, 0.01)), "line.samples[1]");
  EXPECT_EQ(path_of(line_of({{400.0, -0.1}}, 0.01)), "line.samples[0]");
  EXPECT_EQ(path_of(line_of({{400.0, std::numeric_limits<double>::quiet_NaN()}}, 0.01)), "line.samples[0]");
  EXPECT_EQ(path_of(line_of({{22050.0, 1.0}}, 0.01)), "line.samples[0]");
  EXPECT_EQ(path_of(line_of({{0.0, 1.0}}, 0.01)), "line.samples[0]");
  EXPECT_EQ(path_of(line_of({{std::numeric_limits<double>::infinity(), 1.0}}, 0.01)), "line.samples[0]");
}

TEST(Wav, AFileHoldsTheSameBytes) {
  const Line line = line_of(std::vector<Trace>(5, {600.0, 0.4}), 0.01);
  const std::filesystem::path file = std::filesystem::temp_directory_path() / "surefoot_wav_test.wav";
  write_wav(file, line, {.sample_rate_hz = 8000});
  std::ifstream in(file, std::ios::binary);
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(in), {}), to_wav(line, {.sample_rate_hz = 8000}));
  in.close();
  std::filesystem::remove(file);
  EXPECT_THROW(write_wav(std::filesystem::temp_directory_path() / "surefoot_no_such_folder" / "a.wav", line),
               DataError);
}

}  // namespace
}  // namespace surefoot::io
