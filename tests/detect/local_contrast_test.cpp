// SPDX-License-Identifier: MIT
#include <surefoot/detect/local_contrast.hpp>
#include <surefoot/dsp/distributions.hpp>

#include "support/lines.hpp"
#include "support/stage_run.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <functional>

namespace surefoot::detect {
namespace {

using Single = test::Single<LocalContrast>;

StreamSpec spec_of(Index n_samples) { return {{AxisKind::two_way_time, 0.0, 1.0}, n_samples, 0.0, 0.0, 0}; }

LocalContrastOptions options_of(Index segment) {
  LocalContrastOptions o;
  o.depth.end_s = 1e6;
  o.depth.segment_s = static_cast<double>(segment);
  return o;
}

std::vector<std::vector<Sample>> noise(std::size_t n_traces, std::size_t n_samples, std::uint64_t seed) {
  test::Random random(seed);
  std::vector<std::vector<Sample>> x(n_traces, std::vector<Sample>(n_samples));
  for (auto& trace : x)
    for (Sample& v : trace) v = static_cast<Sample>(random.normal());
  return x;
}

// Level from the definition: sorted or averaged cells that are listed one by one.
double plain_level(dsp::Cfar kind, const std::vector<double>& first, const std::vector<double>& second, double share) {
  const auto mean = [](const std::vector<double>& v) {
    double sum = 0.0;
    for (const double x : v) sum += x;
    return sum / static_cast<double>(v.size());
  };
  switch (kind) {
    case dsp::Cfar::cell_average: return 0.5 * (mean(first) + mean(second));
    case dsp::Cfar::greatest: return std::max(mean(first), mean(second));
    case dsp::Cfar::smallest: return std::min(mean(first), mean(second));
    case dsp::Cfar::ordered: break;
  }
  std::vector<double> all = first;
  all.insert(all.end(), second.begin(), second.end());
  std::sort(all.begin(), all.end());
  return all[static_cast<std::size_t>(share * static_cast<double>(all.size()) + 0.5) - 1];
}

struct Layout {
  dsp::Cfar kind;
  Index across;
  bool two_sided;
  Index along;
};
class LocalContrastPlain : public testing::TestWithParam<Layout> {};
INSTANTIATE_TEST_SUITE_P(
    Layouts, LocalContrastPlain,
    testing::Values(Layout{dsp::Cfar::cell_average, 8, false, 0}, Layout{dsp::Cfar::greatest, 8, false, 4},
                    Layout{dsp::Cfar::smallest, 8, true, 0}, Layout{dsp::Cfar::ordered, 6, true, 4},
                    Layout{dsp::Cfar::cell_average, 0, false, 4}, Layout{dsp::Cfar::greatest, 4, true, 2}));

// The cells listed from the sentences of the header; no trace stands out enough to be left out.
TEST_P(LocalContrastPlain, TakesTheCellsThatItSays) {
  const Layout layout = GetParam();
  constexpr Index segment = 4;
  constexpr Index segments = 9;
  constexpr Index guard = 2;
  LocalContrastOptions o = options_of(segment);
  o.kind = layout.kind;
  o.cells_across = layout.across;
  o.guard_traces = guard;
  o.two_sided = layout.two_sided;
  o.cells_along = layout.along;
  o.guard_segments = 1;
  o.depth.freeze_z = 1e9;
  o.depth.emit = Emit::log_energy;
  const auto x = noise(40, segment * segments, 5);
  Single run(o, spec_of(segment * segments));
  for (const auto& trace : x) run.push(std::span<const Sample>(trace));
  run->finish();
  run.pull();
  const Index half = layout.across / 2;
  EXPECT_EQ(run->latency(), layout.two_sided ? half + guard : 0);
  const auto energy = [&](Index n, Index k) {
    double sum = 0.0;
    for (Index i = 0; i < segment; ++i) {
      const auto v = static_cast<double>(x[to_size(n)][to_size(k * segment + i)]);
      sum += v * v / segment;
    }
    return sum;
  };
  int compared = 0;
  for (Index n = 0; n < 40; ++n) {
    std::vector<Index> traces;  // across, in their order
    for (Index j = guard + 1; layout.two_sided && j <= guard + half; ++j)
      if (n + j < 40) traces.push_back(n + j);
    Index at = n - guard - 1;
    while (static_cast<Index>(traces.size()) < layout.across && at >= 0) traces.insert(traces.begin(), at--);
    if (static_cast<Index>(traces.size()) < layout.across) {
      EXPECT_EQ(run.tags[to_size(n)].score, 0.0F);
      EXPECT_TRUE(has(run.tags[to_size(n)].quality, Quality::warming_up));
      continue;
    }
    for (Index k = 0; k < segments; ++k) {
      std::vector<Index> depths;
      for (Index j = 2; static_cast<Index>(depths.size()) < layout.along / 2 && k - j >= 0; ++j)
        depths.push_back(k - j);
      for (Index j = 2; static_cast<Index>(depths.size()) < layout.along && k + j < segments; ++j)
        depths.push_back(k + j);
      for (Index j = 2 + layout.along / 2; static_cast<Index>(depths.size()) < layout.along; ++j)
        depths.push_back(k - j);
      std::sort(depths.begin(), depths.end());
      std::vector<double> first;
      std::vector<double> second;
      for (Index i = 0; i < layout.across; ++i) (i < half ? first : second).push_back(energy(traces[to_size(i)], k));
      for (Index i = 0; i < layout.along; ++i)
        (i < layout.along / 2 ? first : second).push_back(energy(n, depths[to_size(i)]));
      const double expected = std::log(energy(n, k) / plain_level(layout.kind, first, second, 0.75));
      ASSERT_NEAR(static_cast<double>(run.traces[to_size(n)][to_size(k)]), expected, 1e-5) << n << " " << k;
      ++compared;
    }
  }
  EXPECT_GT(compared, 150);
}

// z by formula is the normal quantile of the exact rate, and noise alarms as often as asked.
TEST(LocalContrast, FormulaHoldsOverNoise) {
  constexpr Index segment = 6;
  constexpr std::uint64_t seed = 31;
  for (const dsp::Cfar kind : {dsp::Cfar::cell_average, dsp::Cfar::greatest, dsp::Cfar::smallest, dsp::Cfar::ordered}) {
    LocalContrastOptions o = options_of(segment);
    o.kind = kind;
    o.cells_across = 16;
    o.guard_traces = 1;
    o.calibration = Calibration::formula;
    o.depth.freeze_z = 1e9;
    o.depth.emit = Emit::z;
    Single run(o, spec_of(segment * 40));
    LocalContrastOptions other = o;
    other.depth.emit = Emit::log_energy;
    Single ratios(other, spec_of(segment * 40));
    long cells = 0;
    long above = 0;
    for (const auto& trace : noise(1500, segment * 40, seed)) {
      run.push(std::span<const Sample>(trace));
      ratios.push(std::span<const Sample>(trace));
      if (has(run.tags.back().quality, Quality::warming_up)) continue;
      for (const Sample z : run.traces.back()) above += z > 2.3263479F ? 1 : 0;
      cells += 40;
    }
    // Neighbouring cells share a background, so the count scatters more than a binomial one: 16 cells are behind each level.
    const auto n = static_cast<double>(cells);
    const double rate = static_cast<double>(above) / n;
    std::printf("kind %d, seed %llu: %.5f of %ld cells\n", static_cast<int>(kind),
                static_cast<unsigned long long>(seed), rate, cells);
    EXPECT_NEAR(rate, 0.01, 3.0 * std::sqrt(0.01 * 0.99 / n) * 1.5);
    const dsp::CfarShape shape{kind, 16, 12, static_cast<double>(segment)};
    for (std::size_t t = 30; t < 60; ++t)
      for (std::size_t k = 0; k < 40; ++k) {
        const double exact =
            dsp::normal_quantile(dsp::cfar_false_alarm(shape, std::exp(static_cast<double>(ratios.traces[t][k]))));
        if (std::abs(exact) < 3.0) {
          ASSERT_NEAR(static_cast<double>(run.traces[t][k]), exact, 1e-2);
        }
      }
  }
}

// The claim about the table, also where the law has its longest tails: one degree of freedom, two cells.
TEST(LocalContrast, TheTableIsTrueToAHundredth) {
  for (const dsp::Cfar kind : {dsp::Cfar::cell_average, dsp::Cfar::greatest, dsp::Cfar::smallest, dsp::Cfar::ordered})
    for (const double freedom : {1.0, 2.0}) {
      const Index cells = kind == dsp::Cfar::smallest && freedom == 1.0 ? 8 : 2;  // its integrals take a second
      LocalContrastOptions o = options_of(1);
      o.kind = kind;
      o.cells_across = cells;
      o.guard_traces = 0;
      o.freedom = freedom;
      o.calibration = Calibration::formula;
      o.depth.freeze_z = 1e9;
      o.depth.emit = Emit::z;
      Single run(o, spec_of(1));
      const dsp::CfarShape shape{kind, cells, kind == dsp::Cfar::ordered ? Index{2} : Index{1}, freedom};
      for (double log_ratio = -14.0; log_ratio < 14.0; log_ratio += 0.37) {
        const std::vector<Sample> one(1, 1.0F);
        for (Index k = 0; k < cells; ++k) run.push(std::span<const Sample>(one));
        const std::vector<Sample> x(1, static_cast<Sample>(std::exp(0.5 * log_ratio)));
        run.push(std::span<const Sample>(x));
        const double ratio = static_cast<double>(x[0]) * static_cast<double>(x[0]);
        const double exact = dsp::normal_quantile(dsp::cfar_false_alarm(shape, ratio));
        if (std::abs(exact) < 3.0) {
          ASSERT_NEAR(static_cast<double>(run.traces.back()[0]), exact, 1e-2)
              << static_cast<int>(kind) << " " << freedom << " " << log_ratio;
        }
      }
    }
}

// A target found by each member and calibration, over noise of which the rest is far below.
TEST(LocalContrast, FindsATarget) {
  for (const Calibration calibration : {Calibration::past, Calibration::formula})
    for (const bool two_sided : {false, true}) {
      LocalContrastOptions o = options_of(8);
      o.calibration = calibration;
      o.two_sided = two_sided;
      o.kind = dsp::Cfar::ordered;
      Single run(o, spec_of(80));
      auto x = noise(220, 80, 8);
      for (std::size_t n = 150; n < 157; ++n)
        for (std::size_t i = 24; i < 40; ++i) x[n][i] *= 5.0F;
      for (const auto& trace : x) run.push(std::span<const Sample>(trace));
      run->finish();
      run.pull();
      for (std::size_t n = 150; n < 157; ++n) EXPECT_GT(run.tags[n].score, 3.0F) << n;
      for (std::size_t n = 60; n < 140; ++n) EXPECT_LT(run.tags[n].score, 3.0F) << n;
      EXPECT_TRUE(run.tags[153].score_time_s == 27.5 || run.tags[153].score_time_s == 35.5);
      EXPECT_EQ(run.tags[153].evidence.background_traces, 24.0);
    }
}

// While the freeze lasts a target does not become its own background; a new soil does.
TEST(LocalContrast, ATargetDoesNotBecomeBackground) {
  LocalContrastOptions o = options_of(8);
  o.calibration = Calibration::formula;
  o.guard_traces = 2;
  o.depth.freeze_limit_traces = 300;
  Single run(o, spec_of(80));
  auto x = noise(700, 80, 9);
  for (std::size_t n = 100; n < 700; ++n)
    for (Sample& v : x[n]) v *= 4.0F;
  for (const auto& trace : x) run.push(std::span<const Sample>(trace));
  for (std::size_t n = 100; n < 390; ++n) EXPECT_GT(run.tags[n].score, 3.0F) << n;
  for (std::size_t n = 450; n < 700; ++n) EXPECT_LT(run.tags[n].score, 3.5F) << n;
}

TEST(LocalContrast, DegenerateInputIsDefined) {
  for (const Calibration calibration : {Calibration::past, Calibration::formula})
    for (const float level : {0.0F, 1.0F, 3e9F}) {
      LocalContrastOptions o = options_of(8);
      o.calibration = calibration;
      Single run(o, spec_of(64));
      const std::vector<Sample> trace(64, level);
      for (int n = 0; n < 60; ++n) run.push(std::span<const Sample>(trace));
      for (const TraceTag& t : run.tags) {
        EXPECT_TRUE(std::isfinite(t.score));
        EXPECT_LT(std::abs(t.score), 1.0F);
      }
      std::vector<Sample> bad = trace;
      bad[5] = std::numeric_limits<float>::quiet_NaN();
      run.push(std::span<const Sample>(bad));
      EXPECT_TRUE(has(run.tags.back().quality, Quality::non_finite));
      EXPECT_EQ(run.tags.back().score, 0.0F);
    }
  Single one(options_of(8), spec_of(64));
  one.push(std::span<const Sample>(std::vector<Sample>(64, 1.0F)));
  EXPECT_EQ(one.tags[0].score, 0.0F);
  EXPECT_TRUE(has(one.tags[0].quality, Quality::warming_up));
}

TEST(LocalContrast, RefusesWhatCannotWork) {
  const auto field = [](const std::function<void(LocalContrastOptions&)>& change) {
    LocalContrastOptions o = options_of(10);
    change(o);
    const Problem problem = validate(o, spec_of(100));
    return std::string(problem ? problem.field : "");
  };
  EXPECT_EQ(field([](auto&) {}), "");
  EXPECT_EQ(field([](auto& o) { o.cells_across = 5; }), "cells_across");
  EXPECT_EQ(field([](auto& o) { o.cells_across = 0; }), "cells_across");
  EXPECT_EQ(field([](auto& o) { o.cells_along = 3; }), "cells_along");
  EXPECT_EQ(field([](auto& o) { o.cells_along = 8; }), "cells_along");
  EXPECT_EQ(field([](auto& o) { o.cells_along = 6; }), "");
  EXPECT_EQ(field([](auto& o) { o.freedom = 0.5; }), "freedom");
  EXPECT_EQ(field([](auto& o) { o.depth.segment_s = -1.0; }), "segment_s");
}

}  // namespace
}  // namespace surefoot::detect
