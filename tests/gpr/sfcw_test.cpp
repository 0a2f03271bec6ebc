// SPDX-License-Identifier: MIT
#include <surefoot/gpr/sfcw.hpp>

#include "support/columns.hpp"
#include "support/lines.hpp"
#include "support/stage_run.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <complex>
#include <cstdlib>
#include <filesystem>
#include <limits>
#include <numbers>

namespace surefoot::gpr {
namespace {

using test::Single;
using Complex = std::complex<double>;
constexpr double two_pi = 2.0 * std::numbers::pi;

StreamSpec sweep_spec(double start_hz, double step_hz, Index n) {
  return {{AxisKind::sweep, start_hz, step_hz}, 2 * n, 0.0, 0.0, 0};
}

std::vector<Sample> echo(const StreamSpec& spec, double delay_s, double amplitude = 1.0) {
  std::vector<Sample> pairs;
  for (Index k = 0; k < spec.n_samples / 2; ++k) {
    const Complex s = std::polar(amplitude, -two_pi * spec.axis.at(k) * delay_s);
    pairs.push_back(static_cast<Sample>(s.real()));
    pairs.push_back(static_cast<Sample>(s.imag()));
  }
  return pairs;
}

std::vector<Sample> timed(const SfcwOptions& options, const StreamSpec& spec, const std::vector<Sample>& sweep) {
  EXPECT_FALSE(validate(options, spec)) << validate(options, spec).field << validate(options, spec).reason;
  Single<Sfcw> stage(options, spec);
  stage.push(sweep);
  return stage.traces.at(0);
}

TEST(Sfcw, IsThePlainSumOfNumPy) {
  const test::GoldenArray sweeps = test::read_golden_npy("sfcw_sweeps.npy");
  auto golden = test::read_golden_columns("sfcw_time.csv");
  const StreamSpec spec = sweep_spec(600e6, 10.8e6, static_cast<Index>(sweeps.shape.at(1) / 2));
  const std::array sets{
      SfcwOptions{.window = dsp::Window::hann, .sample_interval_s = 0.1e-9},
      SfcwOptions{.window = dsp::Window::rectangular, .start_s = -3.3e-9, .sample_interval_s = 0.0937e-9},
      SfcwOptions{.window = dsp::Window::hamming, .output = SfcwOutput::envelope, .sample_interval_s = 0.25e-9},
      SfcwOptions{
          .window = dsp::Window::blackman, .scale = SfcwScale::spectrum, .start_s = 5e-9, .sample_interval_s = 0.05e-9},
      SfcwOptions{.window = dsp::Window::kaiser, .kaiser_beta = 7.0, .start_s = 1e-9, .sample_interval_s = 0.2e-9}};
  for (std::size_t number = 0; number < sets.size(); ++number) {
    std::vector<double> want;
    for (std::size_t i = 0; i < golden.at("set").size(); ++i)
      if (golden.at("set")[i] == static_cast<double>(number)) want.push_back(golden.at("value")[i]);
    SfcwOptions options = sets[number];
    options.length_s = options.sample_interval_s * static_cast<double>(want.size());
    const std::vector<Sample> got = timed(options, spec, sweeps.row(number % 3));
    ASSERT_EQ(got.size(), want.size());
    double largest = 0.0;
    for (const double v : want) largest = std::max(largest, std::abs(v));
    for (std::size_t i = 0; i < got.size(); ++i)
      EXPECT_NEAR(static_cast<double>(got[i]), want[i], 1e-6 * largest) << number << " " << i;
  }
}

// The closed form of a unit echo seen through a rectangular band: a Dirichlet kernel around the carrier in the middle of the
// band. A band that slips by part of a step, as where the start is no multiple of it, turns the carrier with delay.
TEST(Sfcw, PutsTheBandWhereItIs) {
  const StreamSpec spec = sweep_spec(600e6, 10.8e6, 501);
  const SfcwOptions options{.window = dsp::Window::rectangular};
  Single<Sfcw> stage(options, spec);
  const TraceAxis time = stage->output().axis;
  const double centre_hz = 600e6 + 250.0 * 10.8e6;
  std::size_t k = 0;
  for (const double delay : {3.1e-9, 20.05e-9, 47.3e-9, 88.8e-9}) {
    stage.push(echo(spec, delay));
    const std::vector<Sample>& x = stage.traces.at(k++);
    for (Index i = 0; i < stage->output().n_samples; ++i) {
      const double t = time.at(i) - delay;
      const double u = std::numbers::pi * 10.8e6 * t;
      const double dirichlet = std::abs(std::sin(u)) < 1e-9 ? 1.0 : std::sin(501.0 * u) / (501.0 * std::sin(u));
      EXPECT_NEAR(static_cast<double>(x[to_size(i)]), dirichlet * std::cos(two_pi * centre_hz * t), 4e-6) << delay;
    }
  }
}

TEST(Sfcw, AUnitEchoHasAPeakOfOneAtItsDelay) {
  for (std::size_t w = 0; w < dsp::window_words.size(); ++w)
    for (const double start : {0.0, 0.4e9, 1.237e9}) {
      const StreamSpec spec = sweep_spec(start, 7e6, 200);
      SfcwOptions options{.window = static_cast<dsp::Window>(w), .start_s = 31.7e-9, .length_s = 2e-9};
      EXPECT_NEAR(timed(options, spec, echo(spec, 31.7e-9)).at(0), 1.0F, 2e-6F) << w << " " << start;
      options.output = SfcwOutput::envelope;
      const std::vector<Sample> e = timed(options, spec, echo(spec, 31.7e-9));
      EXPECT_NEAR(e.at(0), 1.0F, 2e-6F);
      EXPECT_EQ(std::max_element(e.begin(), e.end()), e.begin());
    }
}

// A real signal of 0 Hz and up: the inverse real Fourier transform counts 0 Hz once and everything else twice.
TEST(Sfcw, CountsZeroFrequencyOnce) {
  constexpr Index n = 33;
  const StreamSpec spec = sweep_spec(0.0, 20e6, n);
  test::Random random(4);
  std::vector<Sample> sweep;
  for (Index k = 0; k < 2 * n; ++k) sweep.push_back(static_cast<Sample>(random.normal()));
  sweep[1] = 0.0F;
  const SfcwOptions options{.window = dsp::Window::rectangular, .scale = SfcwScale::spectrum};
  Single<Sfcw> stage(options, spec);
  stage.push(sweep);
  for (Index i = 0; i < stage->output().n_samples; ++i) {
    double sum = 0.0;
    for (Index k = -(n - 1); k < n; ++k) {  // both sides, Hermitian
      const std::size_t at = 2 * to_size(std::abs(k));
      Complex s(static_cast<double>(sweep[at]), static_cast<double>(sweep[at + 1]));
      if (k < 0) s = std::conj(s);
      sum += (s * std::polar(1.0, two_pi * 20e6 * static_cast<double>(k) * stage->output().axis.at(i))).real() * 20e6;
    }
    EXPECT_NEAR(static_cast<double>(stage.traces.at(0)[to_size(i)]), sum, 3e-6 * 20e6 * n);
  }
  // Nothing but 0 Hz is a constant: twice it would be twice.
  std::fill(sweep.begin(), sweep.end(), 0.0F);
  sweep[0] = 3.0F;
  stage.push(sweep);
  EXPECT_NEAR(stage.traces.at(1).at(5), 3.0F * 20e6F, 100.0F);
}

TEST(Sfcw, SaysWhatComesOut) {
  const StreamSpec spec = sweep_spec(1e9, 10e6, 101);
  Single<Sfcw> all(SfcwOptions{}, spec);
  EXPECT_EQ(all->output().axis.kind, AxisKind::two_way_time);
  EXPECT_EQ(all->output().n_samples, 1024);  // at least 2 * 2 * 2 GHz / 10 MHz
  EXPECT_DOUBLE_EQ(all->output().axis.step * 1024.0, 1e-7);
  Single<Sfcw> part(SfcwOptions{.start_s = -1e-9, .length_s = 20e-9, .sample_interval_s = 0.1e-9}, spec);
  EXPECT_EQ(part->output().n_samples, 200);
  EXPECT_EQ(part->output().axis, (TraceAxis{AxisKind::two_way_time, -1e-9, 0.1e-9}));
}

TEST(Sfcw, FlagsNonFiniteInputAndKeepsZerosZero) {
  const StreamSpec spec = sweep_spec(1e9, 10e6, 32);
  Single<Sfcw> stage(SfcwOptions{}, spec);
  std::vector<Sample> sweep(64, 0.0F);
  stage.push(sweep);
  for (const Sample v : stage.traces.at(0)) ASSERT_EQ(v, 0.0F);
  sweep[9] = std::numeric_limits<Sample>::quiet_NaN();
  stage.push(sweep);
  EXPECT_TRUE(has(stage.tags.at(1).quality, Quality::non_finite));
  for (const Sample v : stage.traces.at(1)) ASSERT_EQ(v, 0.0F);
  std::fill(sweep.begin(), sweep.end(), 8e15F);
  stage.push(sweep);
  for (const Sample v : stage.traces.at(2)) ASSERT_TRUE(std::isfinite(v));
}

TEST(Sfcw, RefusesWhatItCannotDo) {
  const StreamSpec spec = sweep_spec(1e9, 10e6, 101);
  EXPECT_FALSE(validate(SfcwOptions{}, spec));
  StreamSpec time = spec;
  time.axis.kind = AxisKind::two_way_time;
  EXPECT_TRUE(validate(SfcwOptions{}, time));
  EXPECT_TRUE(validate(SfcwOptions{}, sweep_spec(-1e6, 10e6, 101)));
  EXPECT_TRUE(validate(SfcwOptions{}, sweep_spec(1e9, 10e6, 1)));
  EXPECT_STREQ(validate(SfcwOptions{}, sweep_spec(1e9, 10e6, 2)).field, "window") << "hann leaves nothing of two";
  EXPECT_FALSE(validate(SfcwOptions{.window = dsp::Window::rectangular}, sweep_spec(1e9, 10e6, 2)));
  StreamSpec odd = spec;
  odd.n_samples = 203;
  EXPECT_TRUE(validate(SfcwOptions{}, odd));
  const Problem coarse = validate(SfcwOptions{.sample_interval_s = 0.26e-9}, spec);
  EXPECT_STREQ(coarse.field, "sample_interval_s");
  EXPECT_DOUBLE_EQ(coarse.allowed.high, 0.25e-9);
  const Problem longer = validate(SfcwOptions{.length_s = 101e-9}, spec);
  EXPECT_STREQ(longer.field, "length_s");
  EXPECT_DOUBLE_EQ(longer.allowed.high, 100e-9);
  EXPECT_FALSE(validate(SfcwOptions{.length_s = 100e-9}, spec));
  EXPECT_STREQ(validate(SfcwOptions{.length_s = 0.01e-9}, spec).field, "length_s");
  EXPECT_STREQ(validate(SfcwOptions{.length_s = -1e-9}, spec).field, "length_s");
  EXPECT_STREQ(validate(SfcwOptions{.oversampling = 0.5}, spec).field, "oversampling");
  EXPECT_STREQ(validate(SfcwOptions{.sample_interval_s = 1e-15}, spec).field, "sample_interval_s");
  EXPECT_STREQ(validate(SfcwOptions{.oversampling = 64.0}, sweep_spec(1e9, 1e4, 101)).field, "oversampling");
  EXPECT_STREQ(validate(SfcwOptions{.kaiser_beta = -1.0}, spec).field, "kaiser_beta");
  EXPECT_STREQ(validate(SfcwOptions{.start_s = std::nan("")}, spec).field, "start_s");
}

// A full-wave solver's S-matrix and its own time signal: pulse spectrum times S32, through our transform.
class CstCase : public testing::Test {
 protected:
  // Two columns below a head of two or three lines.
  static std::vector<std::array<double, 2>> columns(const std::filesystem::path& path) {
    std::ifstream file(path);
    std::vector<std::array<double, 2>> rows;
    for (std::string text; std::getline(file, text);) {
      std::istringstream cells(text);
      std::array<double, 2> row{};
      if (cells >> row[0] >> row[1]) rows.push_back(row);
    }
    return rows;
  }
};

TEST_F(CstCase, SweepToTimeIsTheSolversSignal) {
  const char* data = std::getenv("SUREFOOT_DATA");
  if (data == nullptr) GTEST_SKIP() << "SUREFOOT_DATA is not set: no recorded data";
  const std::filesystem::path folder = std::filesystem::path(data) / "gpr/sfcw/cst-case1";
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << folder << " is not there";
  const auto pulse = columns(folder / "Gaussian_pulse.txt");
  for (const auto& [real, imaginary, signal] : {std::array{"w_obj_r3_2.txt", "w_obj_i3_2.txt", "s23_time.txt"},
                                                std::array{"wo_obj_r3_2.txt", "wo_obj_i3_2.txt", "s23_timew.txt"}}) {
    const auto re = columns(folder / real);
    const auto im = columns(folder / imaginary);
    const auto want = columns(folder / signal);
    ASSERT_EQ(re.size(), 1001U);
    ASSERT_EQ(im.size(), 1001U);
    ASSERT_GT(want.size(), 100U);
    // The frequency column is rounded; the sweep is 0 to 2 GHz in steps of 2 MHz.
    const StreamSpec spec = sweep_spec(0.0, 2e6, 1001);
    std::vector<Sample> sweep;
    for (std::size_t k = 0; k < re.size(); ++k) {
      const double f = spec.axis.at(static_cast<Index>(k));
      Complex p = 0.0;  // V/Hz: the pulse's Fourier integral by the trapezoid rule
      for (std::size_t i = 0; i + 1 < pulse.size(); ++i) {
        const double dt = (pulse[i + 1][0] - pulse[i][0]) * 1e-9;
        p += 0.5 * dt *
             (pulse[i][1] * std::polar(1.0, -two_pi * f * pulse[i][0] * 1e-9) +
              pulse[i + 1][1] * std::polar(1.0, -two_pi * f * pulse[i + 1][0] * 1e-9));
      }
      const Complex s = p * Complex(re[k][1], im[k][1]);
      sweep.push_back(static_cast<Sample>(s.real()));
      sweep.push_back(static_cast<Sample>(s.imag()));
    }
    const SfcwOptions options{.window = dsp::Window::rectangular,
                              .scale = SfcwScale::spectrum,
                              .length_s = std::min(want.back()[0] * 1e-9, 499e-9),
                              .sample_interval_s = 0.02e-9};
    const std::vector<Sample> got = timed(options, spec, sweep);
    double xx = 0.0, yy = 0.0, xy = 0.0, rest = 0.0;
    for (const auto& row : want) {
      const double at = row[0] * 1e-9 / options.sample_interval_s;
      const auto i = static_cast<std::size_t>(at);
      if (i + 1 >= got.size()) break;
      const double share = at - static_cast<double>(i);
      const double x = (1.0 - share) * static_cast<double>(got[i]) + share * static_cast<double>(got[i + 1]);
      xx += x * x;
      yy += row[1] * row[1];
      xy += x * row[1];
      rest += (x - row[1]) * (x - row[1]);
    }
    const double correlation = xy / std::sqrt(xx * yy);
    RecordProperty(std::string("correlation_") + signal, std::to_string(correlation));
    RecordProperty(std::string("rest_") + signal, std::to_string(std::sqrt(rest / yy)));
    EXPECT_GT(correlation, 0.999) << signal;
    EXPECT_LT(std::sqrt(rest / yy), 0.05) << signal << ": the scale is that of the integral";
  }
}

}  // namespace
}  // namespace surefoot::gpr
