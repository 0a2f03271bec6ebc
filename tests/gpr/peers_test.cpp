// SPDX-License-Identifier: MIT
// What other people's programs made of a line (tests/golden/peers.py ran them): where their definition is ours the results agree,
// up to what each test undoes; where it is not, the difference is the one that their definition says.
#include <surefoot/gpr/antenna_separation.hpp>
#include <surefoot/gpr/background.hpp>
#include <surefoot/gpr/background_mean.hpp>
#include <surefoot/gpr/bandpass.hpp>
#include <surefoot/gpr/dc.hpp>
#include <surefoot/gpr/dewow.hpp>
#include <surefoot/gpr/fir.hpp>
#include <surefoot/gpr/gain.hpp>
#include <surefoot/gpr/kirchhoff.hpp>
#include <surefoot/gpr/phase_shift.hpp>
#include <surefoot/gpr/stolt.hpp>
#include <surefoot/gpr/time_zero.hpp>

#include "support/diffractor.hpp"
#include "support/golden.hpp"
#include "support/image_run.hpp"
#include "support/lines.hpp"
#include "support/stage_run.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <vector>

namespace surefoot::gpr {
namespace {

using test::Single;
using Section = std::vector<std::vector<double>>;  // trace, sample

constexpr std::size_t m = 30;
constexpr std::size_t n = 60;
const StreamSpec spec{{AxisKind::two_way_time, 0.0, 1e-10}, 60, 0.01, 0.02, 30};

// The order of the rows in peers.npy.
constexpr std::array names{"siina_dc",        "siina_butterworth", "impdar_band_pass", "impdar_hfilt",
                           "impdar_adaptive", "impdar_winavg",     "impdar_rangegain", "readgssi_bgr",
                           "readgssi_bgr_11", "gprpy_dewow",       "gprpy_mean_trace", "gprpy_mean_trace_10",
                           "gprpy_power",     "gprpy_agc",         "impdar_fir",       "impdar_agc",
                           "readgssi_dewow",  "gprpy_align"};

Section section_of(const std::vector<double>& values) {
  Section out(m, std::vector<double>(n));
  for (std::size_t k = 0; k < m; ++k)
    for (std::size_t i = 0; i < n; ++i) out[k][i] = values.at(k * n + i);
  return out;
}
Section theirs(const std::string& name) {
  const test::GoldenArray all = test::read_golden_npy("peers.npy");
  const auto row = static_cast<std::size_t>(std::find(names.begin(), names.end(), name) - names.begin());
  if (all.shape.at(0) != names.size() || row == names.size()) throw std::runtime_error("no row " + name);
  const auto first = all.values.begin() + static_cast<std::ptrdiff_t>(row * m * n);
  return section_of({first, first + static_cast<std::ptrdiff_t>(m * n)});
}
Section input() { return section_of(test::read_golden_npy("peers_input.npy").values); }

template <class StageType, class Options>
Section ours(const Options& options) {
  EXPECT_FALSE(validate(options, spec));
  Single<StageType> stage(options, spec);
  for (const std::vector<double>& trace : input()) {
    std::vector<Sample> x;
    for (const double v : trace) x.push_back(static_cast<Sample>(v));
    stage.push(x);
  }
  stage->finish();
  stage.pull();
  Section out;
  for (const std::vector<Sample>& trace : stage.traces) out.emplace_back(trace.begin(), trace.end());
  EXPECT_EQ(out.size(), m);
  return out;
}
// The mean of each trace and `half` to either side, from a background that leaves the trace itself out.
Section centred_mean(Index half) {
  const Section y =
      ours<RunningMeanBackground>(BackgroundOptions{.length_traces = half, .guard_traces = 0, .two_sided = true});
  Section mean = input();
  for (std::size_t k = 0; k < m; ++k) {
    const double others =
        static_cast<double>(std::min<std::size_t>(k, to_size(half)) + std::min(m - 1 - k, to_size(half)));
    for (std::size_t i = 0; i < n; ++i) mean[k][i] = (others * (mean[k][i] - y[k][i]) + mean[k][i]) / (others + 1.0);
  }
  return mean;
}
Section line_mean() {
  std::vector<std::byte> memory(1 << 20);
  Arena arena(memory);
  Stage* stage = make_background(BackgroundOptions{.method = BackgroundMethod::mean}, spec, arena);
  EXPECT_TRUE(arena.ok());
  for (const std::vector<double>& trace : input()) {
    std::vector<Sample> x;
    for (const double v : trace) x.push_back(static_cast<Sample>(v));
    stage->push(x, {});
  }
  stage->finish();
  Section out;
  std::vector<Sample> y(n);
  TraceTag tag;
  while (stage->pull(std::span<Sample>(y), tag)) out.emplace_back(y.begin(), y.end());
  stage->~Stage();
  EXPECT_EQ(out.size(), m);
  return out;
}

struct Part {
  std::size_t first_trace = 0;
  std::size_t end_trace = m;
  std::size_t first_sample = 0;
  std::size_t end_sample = n;
};
// The largest difference in a part, as a share of the largest value there.
double unlike(const Section& a, const Section& b, const Part& part = {}) {
  double largest = 0.0;
  double off = 0.0;
  for (std::size_t k = part.first_trace; k < part.end_trace; ++k)
    for (std::size_t i = part.first_sample; i < part.end_sample; ++i) {
      largest = std::max(largest, std::abs(b[k][i]));
      off = std::max(off, std::abs(a[k][i] - b[k][i]));
    }
  return off / largest;
}
double taper(std::size_t i) { return std::exp(-0.05 * 1e-4 * static_cast<double>(i)); }  // ImpDAR's, t in microseconds

TEST(Peers, DcAndBandPassAreSiinasAndImpdars) {
  EXPECT_LT(unlike(ours<Dc>(DcOptions{}), theirs("siina_dc")), 2e-7);
  BandpassOptions band{.method = FilterMethod::zero_phase, .low_hz = 3e8, .high_hz = 2e9, .order = 4};
  EXPECT_LT(unlike(ours<Bandpass>(band), theirs("siina_butterworth")), 3e-7);
  band.order = 3;
  EXPECT_LT(unlike(ours<Bandpass>(band), theirs("impdar_band_pass")), 3e-7);
}

TEST(Peers, TheMeanTraceIsThatOfAll) {
  EXPECT_LT(unlike(line_mean(), theirs("readgssi_bgr")), 1e-6);
  EXPECT_LT(unlike(line_mean(), theirs("gprpy_mean_trace")), 1e-6);
  const Section x = input();
  Section tapered = line_mean();
  for (std::size_t k = 0; k < m; ++k)
    for (std::size_t i = 0; i < n; ++i) tapered[k][i] = x[k][i] - taper(i) * (x[k][i] - tapered[k][i]);
  EXPECT_LT(unlike(tapered, theirs("impdar_hfilt")), 1e-6);
}

TEST(Peers, RunningMeansAgreeInTheInterior) {
  const Section x = input();
  Section removed = centred_mean(5);
  for (std::size_t k = 0; k < m; ++k)
    for (std::size_t i = 0; i < n; ++i) removed[k][i] = x[k][i] - removed[k][i];
  EXPECT_LT(unlike(removed, theirs("readgssi_bgr_11"), {5, m - 5, 0, n}), 2e-6);
  EXPECT_LT(unlike(removed, theirs("gprpy_mean_trace_10"), {5, m - 5, 0, n}), 2e-6);
  // At the ends readgssi counts zeros that are not there, GPRPy gives several traces one mean.
  EXPECT_GT(unlike(removed, theirs("readgssi_bgr_11")), 1e-3);
  EXPECT_GT(unlike(removed, theirs("gprpy_mean_trace_10")), 1e-3);
}

TEST(Peers, ImpdarsRunningMeansAreOursWithItsSmoothingTaperAndLopsidedWindow) {
  const Section x = input();
  const Section mean = centred_mean(4);
  Section adaptive = x;
  Section lopsided = x;
  for (std::size_t k = 5; k < m - 5; ++k)
    for (std::size_t i = 3; i + 3 < n; ++i) {
      double smooth = 0.0;  // four equal taps, forwards and backwards
      for (std::size_t j = 0; j < 7; ++j)
        smooth += static_cast<double>(4 - std::abs(static_cast<int>(j) - 3)) / 16.0 * mean[k][i + j - 3];
      adaptive[k][i] = x[k][i] - taper(i) * smooth;
      lopsided[k][i] = x[k][i] - taper(i) * (9.0 * mean[k][i] - x[k + 4][i]) / 8.0;
    }
  const Part inner{6, m - 5, 3, n - 3};
  EXPECT_LT(unlike(adaptive, theirs("impdar_adaptive"), inner), 2e-6);
  EXPECT_LT(unlike(lopsided, theirs("impdar_winavg"), inner), 2e-6);
}

TEST(Peers, DewowAndGainsAreGprpysInTheInterior) {
  const Part inner{0, m, 7, n - 7};
  const Section wow = ours<Dewow>(DewowOptions{.window_s = 1.52e-9});
  EXPECT_LT(unlike(wow, theirs("gprpy_dewow"), inner), 1e-6);
  EXPECT_GT(unlike(wow, theirs("gprpy_dewow")), 1e-2) << "one mean for all samples near an end";
  const GainOptions power{.method = GainMethod::power, .exponent = 1.5, .reference_s = 1e-9, .max_gain_db = 100.0};
  EXPECT_LT(unlike(ours<Gain>(power), theirs("gprpy_power")), 3e-7);
  Section level = theirs("gprpy_agc");
  for (std::vector<double>& trace : level)
    for (double& v : trace) v *= std::sqrt(15.0);  // the root of the sum, not of the mean
  const GainOptions agc{.method = GainMethod::agc, .window_s = 1.52e-9, .max_gain_db = 100.0};
  EXPECT_LT(unlike(ours<Gain>(agc), level, inner), 1e-6);
  GainOptions linear = power;
  linear.exponent = 1.0;
  const Section range = ours<Gain>(linear);
  EXPECT_LT(unlike(range, theirs("impdar_rangegain"), {0, m, 1, n}), 3e-7);
  EXPECT_EQ(range[3][0], 0.0);
  EXPECT_EQ(theirs("impdar_rangegain")[3][0], input()[3][0]) << "ImpDAR leaves the first sample as it is";
}

// Time zero at the direct wave, which runs as fast as the rest. It reads the trace linearly, ours is band-limited: 0.3 % apart on a
// wave of 67 samples a period.
TEST(Peers, SeparationIsImpdarsNmo) {
  const test::GoldenArray golden = test::read_golden_npy("peers_nmo.npy");
  StreamSpec in = spec;
  in.n_samples = 200;
  Single<AntennaSeparation> stage(
      AntennaSeparationOptions{
          .separation_m = 0.3, .velocity_m_per_s = 1e8, .direct_velocity_m_per_s = 1e8, .max_stretch = 100.0},
      in);
  stage.push(golden.row(0));
  std::size_t compared = 0;
  for (std::size_t i = 1; i < 195; ++i) {
    if (stage.traces[0][i] == 0.0F || std::isnan(golden.at(1, i))) continue;
    EXPECT_NEAR(static_cast<double>(stage.traces[0][i]), golden.at(1, i), 0.3) << i;
    ++compared;
  }
  EXPECT_GT(compared, 150U);
}

// Its 21 taps are ours, but the result stands 10 samples early, and the last 20 samples are the input.
TEST(Peers, ImpdarsFirIsOursInAnotherPlace) {
  const Section y = ours<Fir>(FirOptions{.low_hz = 3e8, .high_hz = 2e9, .taps = 21});
  const Section peer = theirs("impdar_fir");
  const Section x = input();
  double largest = 0.0;
  for (std::size_t i = 0; i < n; ++i) largest = std::max(largest, std::abs(y[7][i]));
  for (std::size_t i = 0; i < 40; ++i) EXPECT_NEAR(peer[7][i], y[7][i + 10], 2e-6 * largest) << i;
  for (std::size_t i = 40; i < n; ++i) EXPECT_EQ(peer[7][i], x[7][i]);
  EXPECT_GT(unlike(peer, y), 0.5);
}

// One factor for a row, over all traces: what is weak on one trace stays weak. Ours brings each to level one.
TEST(Peers, ImpdarsAgcKeepsTheDifferenceBetweenTraces) {
  const Section y = ours<Gain>(GainOptions{.method = GainMethod::agc, .window_s = 1.52e-9, .max_gain_db = 100.0});
  const Section peer = theirs("impdar_agc");
  const Section x = input();
  for (std::size_t i = 10; i < 50; i += 7) {
    const double factor = peer[0][i] / x[0][i];
    for (std::size_t k = 1; k < m; ++k) EXPECT_NEAR(peer[k][i] / x[k][i], factor, 1e-5 * factor);
  }
  double apart = 0.0;
  for (std::size_t k = 1; k < m; ++k) apart = std::max(apart, std::abs(y[k][30] / x[k][30] - y[0][30] / x[0][30]));
  EXPECT_GT(apart, 1e-4);
}

// It adds the cubic that it fits to trace 10: offset and drift are there twice.
TEST(Peers, ReadgssisDewowAddsWhatItShouldTakeAway) {
  const auto offset = [](const Section& s) {
    double sum = 0.0;
    for (const double v : s[15]) sum += v / static_cast<double>(n);
    return std::abs(sum);
  };
  const double before = offset(input());
  EXPECT_GT(offset(theirs("readgssi_dewow")), 1.8 * before);
  EXPECT_LT(offset(ours<Dewow>(DewowOptions{.window_s = 3e-9})), 0.1 * before);
}

// Its shifts are whole samples: the peaks of the aligned traces still lie up to half a sample from each other. Ours do not.
TEST(Peers, GprpysAlignmentIsOfWholeSamples) {
  const auto peaks = [](const Section& s) {
    std::vector<double> at;
    for (const std::vector<double>& x : s) {
      const auto p = static_cast<std::size_t>(
          std::max_element(x.begin() + 1, x.end() - 1, [](double a, double b) { return std::abs(a) < std::abs(b); }) -
          x.begin());
      const double bend = x[p - 1] - 2.0 * x[p] + x[p + 1];
      at.push_back(static_cast<double>(p) + 0.5 * (x[p - 1] - x[p + 1]) / bend);
    }
    std::sort(at.begin(), at.end());
    return at;
  };
  const std::vector<double> peer = peaks(theirs("gprpy_align"));
  const Section y = ours<TimeZero>(
      TimeZeroOptions{.method = TimeZeroMethod::peak, .gate_end_s = 2.5e-9, .median_traces = 1, .before_zero_s = 1e-9});
  const std::vector<double> own = peaks(y);
  EXPECT_GT(peer.back() - peer.front(), 0.7);
  EXPECT_LT(own.back() - own.front(), 0.1);
}

// A line of 40 traces of 64 samples, 2 cm apart: zeros, or a point 0.1 m under trace 20.
Line small_line(bool point) {
  const test::PointScene scene{
      .sample_interval_s = 1e-10, .n_samples = 64, .first_x_m = -0.4, .n_traces = 40, .spreading = 0.0};
  return test::point_line(scene, {{.x_m = 0.0, .depth_m = 0.1, .amplitude = point ? 1.0 : 0.0}});
}
// Image k of a golden file, samples by traces.
test::Image their_image(const test::GoldenArray& all, std::size_t k) {
  test::Image image(64, 40);
  for (Index trace = 0; trace < 40; ++trace)
    for (Index i = 0; i < 64; ++i) image(i, trace) = all.values.at((k * 40 + to_size(trace)) * 64 + to_size(i));
  return image;
}

// A pulse on one trace becomes half a circle of 10 traces. Half of it lies beside the line; without zeros beside the line it comes
// in again on the other side.
TEST(Peers, ImpdarsStoltAndPhaseShiftWrapRoundAndOursDoNot) {
  const test::GoldenArray peer = test::read_golden_npy("peers_wrap.npy");
  Line line = small_line(false);
  for (Index i = 0; i < 64; ++i) line.samples(i, 4) = static_cast<Sample>(test::ricker(line.axis.at(i) - 4e-9, 1e9));
  const auto far = [](const test::Image& image) {
    return image.rightCols(7).cwiseAbs().maxCoeff() / image.cwiseAbs().maxCoeff();
  };
  EXPECT_GT(far(their_image(peer, 0)), 0.3);
  EXPECT_GT(far(their_image(peer, 1)), 0.3);
  EXPECT_LT(far(test::image_line<Stolt>(StoltOptions{}, line).image), 0.01);
  EXPECT_LT(far(test::image_line<PhaseShift>(PhaseShiftOptions{}, line).image), 0.01);
}

// Around a point the images are alike, in place exactly: ImpDAR's has no padding and reads between frequencies linearly, which
// costs it part of the wave (bench/peers has the same bounds); Kirchhoff's by their envelopes, as its sum is that of three dimensions.
TEST(Peers, TheImageOfAPointIsImpdars) {
  const test::GoldenArray peer = test::read_golden_npy("peers_point.npy");
  const Line line = small_line(true);
  const auto part = [](const test::Image& image) { return test::Image(image.block(12, 12, 18, 17)); };
  const auto like = [&](const test::Image& a, const test::Image& b) {
    const test::Image x = part(a);
    const test::Image y = part(b);
    return (x.array() * y.array()).sum() / (x.norm() * y.norm());
  };
  const std::array images{test::image_line<Stolt>(StoltOptions{}, line).image,
                          test::image_line<PhaseShift>(PhaseShiftOptions{}, line).image,
                          test::image_line<Kirchhoff>(KirchhoffOptions{.aperture_deg = 80.0}, line).image};
  for (std::size_t k = 0; k < 3; ++k) {
    test::Image a = images[k].topRows(64);
    test::Image b = their_image(peer, k);
    const test::Peak own = test::peak_of(test::envelope(a));
    const test::Peak other = test::peak_of(test::envelope(b));
    EXPECT_NEAR(own.column, other.column, 0.1) << k;
    EXPECT_NEAR(own.row, other.row, 1.0) << k;
    if (k == 2) {
      a = test::envelope(a);
      b = test::envelope(b);
    }
    RecordProperty(k == 0 ? "stolt" : k == 1 ? "phase_shift" : "kirchhoff", std::to_string(like(a, b)));
    EXPECT_GT(like(a, b), k == 0 ? 0.85 : k == 1 ? 0.8 : 0.95) << k;
  }
}

}  // namespace
}  // namespace surefoot::gpr
