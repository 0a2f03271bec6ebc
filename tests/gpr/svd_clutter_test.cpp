// SPDX-License-Identifier: MIT
#include <surefoot/gpr/svd_clutter.hpp>

#include "support/golden.hpp"
#include "support/lines.hpp"
#include "support/whole_line_run.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numbers>

namespace surefoot::gpr {
namespace {

using Line = std::vector<std::vector<Sample>>;

StreamSpec spec_of(std::size_t n_samples, std::size_t n_traces) {
  return {
      {AxisKind::two_way_time, 0.0, 0.1e-9}, static_cast<Index>(n_samples), 0.01, 0.02, static_cast<Index>(n_traces)};
}

Line rows_of(const test::GoldenArray& array) {
  Line line;
  for (std::size_t k = 0; k < array.shape[0]; ++k) line.push_back(array.row(k));
  return line;
}

test::WholeLineResult run(const SvdClutterOptions& options, const Line& line,
                          const std::vector<std::size_t>& dropped = {}) {
  return test::run_whole_line<SvdClutter>(options, spec_of(line[0].size(), line.size()), line, dropped);
}

TEST(SvdClutter, IsNumPys) {
  for (const std::string name : {"wide", "tall"}) {
    const Line line = rows_of(test::read_golden_npy("clutter_" + name + ".npy"));
    const auto expect = [&](const SvdClutterOptions& options, const std::string& golden) {
      const auto expected = test::read_golden_npy("clutter_" + name + "_" + golden + ".npy");
      const auto out = run(options, line);
      for (std::size_t k = 0; k < line.size(); ++k)
        for (std::size_t i = 0; i < line[0].size(); ++i) {
          const double y = expected.at(k, i);
          EXPECT_NEAR(static_cast<double>(out.traces[k][i]), y, 0.5 * 0x1p-23 * std::abs(y) + 1e-6)
              << name << " " << golden << " " << k << " " << i;
        }
      return out;
    };
    expect({.last_component = 2}, "rank");
    expect({.first_component = 2, .last_component = 3}, "second");
    const auto out = expect({.select = SvdSelection::energy, .energy_share = 0.985}, "energy");
    const auto ranks = test::read_golden_csv("clutter.csv");
    EXPECT_EQ(out.note("removed_components").value, ranks[name == "wide" ? 0 : 1][0]);
    EXPECT_GE(out.note("removed_energy_share").value, 0.985);
  }
}

// Clutter that is a wavelet times a drift along the line goes whole; what is orthogonal to it stays whole.
TEST(SvdClutter, AProductGoesAndWhatIsOrthogonalStays) {
  constexpr std::size_t n_traces = 60;
  constexpr std::size_t n_samples = 32;
  Line line(n_traces, std::vector<Sample>(n_samples));
  const auto wave = [](std::size_t i, std::size_t n, double periods) {
    return std::cos(2.0 * std::numbers::pi * periods * static_cast<double>(i) / static_cast<double>(n));
  };
  for (std::size_t k = 0; k < n_traces; ++k)
    for (std::size_t i = 0; i < n_samples; ++i)
      line[k][i] = static_cast<Sample>(5000.0 * wave(i, n_samples, 3.0) * wave(k, n_traces, 1.0) +
                                       7.0 * wave(i, n_samples, 5.0) * wave(k, n_traces, 4.0));
  const auto out = run({}, line);
  for (std::size_t k = 0; k < n_traces; ++k)
    for (std::size_t i = 0; i < n_samples; ++i)
      ASSERT_NEAR(static_cast<double>(out.traces[k][i]), 7.0 * wave(i, n_samples, 5.0) * wave(k, n_traces, 4.0), 5e-4);
  EXPECT_NEAR(out.note("removed_energy_share").value, 1.0 - 49.0 / (25e6 + 49.0), 1e-9);
  EXPECT_EQ(out.note("removed_components").warning, nullptr);
}

TEST(SvdClutter, UnusableTracesDoNotCount) {
  test::Random random(41);
  Line line(50, std::vector<Sample>(20));
  for (auto& trace : line)
    for (Sample& x : trace) x = static_cast<Sample>(random.normal());
  Line without;
  Line holes = line;
  for (std::size_t k = 0; k < line.size(); ++k) {
    if (k == 7 || k == 30) holes[k][3] = std::numeric_limits<Sample>::quiet_NaN();
    else without.push_back(line[k]);
  }
  const SvdClutterOptions options{.last_component = 3};
  const auto clean = run(options, without);
  const auto nan = run(options, holes);
  const auto gone = run(options, line, {7, 30});
  EXPECT_EQ(nan.traces, gone.traces);
  std::size_t at = 0;
  for (std::size_t k = 0; k < line.size(); ++k) {
    if (k == 7 || k == 30) {
      EXPECT_TRUE(has(nan.tags[k].quality, Quality::non_finite));
      EXPECT_EQ(nan.traces[k], std::vector<Sample>(20, 0.0F));
    } else {
      EXPECT_EQ(nan.traces[k], clean.traces[at++]) << k;
    }
  }
}

TEST(SvdClutter, ZeroConstantSingleAndNoTraces) {
  const auto expect_zero = [](const test::WholeLineResult& out, double tolerance) {
    for (const auto& trace : out.traces)
      for (const Sample y : trace) ASSERT_NEAR(static_cast<double>(y), 0.0, tolerance);
  };
  for (const SvdSelection select : {SvdSelection::rank, SvdSelection::energy}) {
    const SvdClutterOptions options{.select = select};
    const Line zero(30, std::vector<Sample>(12, 0.0F));
    expect_zero(run(options, zero), 0.0);
    expect_zero(run(options, Line(30, std::vector<Sample>(12, 1000.0F))), 1e-9);
    const auto single = run(options, Line(1, std::vector<Sample>(12, 1000.0F)));
    expect_zero(single, 1e-9);
    EXPECT_NE(single.note("removed_components").warning, nullptr);
    const auto none = run(options, zero, {0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 12, 13, 14,
                                          15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29});
    EXPECT_EQ(none.note("removed_components").value, 0.0);
  }
}

TEST(SvdClutter, WarnsWhenItTakesTooMuch) {
  test::Random random(42);
  Line line(40, std::vector<Sample>(16));
  for (auto& trace : line)
    for (Sample& x : trace) x = static_cast<Sample>(random.normal());
  EXPECT_EQ(run({.last_component = 4}, line).note("removed_components").warning, nullptr);
  EXPECT_NE(run({.last_component = 5}, line).note("removed_components").warning, nullptr);
  // Noise has no strong components: 90 % of its energy needs many.
  EXPECT_NE(run({.select = SvdSelection::energy}, line).note("removed_components").warning, nullptr);
}

TEST(SvdClutter, RefusesWhatItCannotDo) {
  const StreamSpec in = spec_of(64, 40);
  EXPECT_FALSE(validate(SvdClutterOptions{}, in));
  EXPECT_FALSE(validate(SvdClutterOptions{.last_component = 40}, in));
  const Problem problem = validate(SvdClutterOptions{.last_component = 41}, in);
  EXPECT_STREQ(problem.field, "last_component");
  EXPECT_EQ(problem.allowed.high, 40.0);
  EXPECT_STREQ(validate(SvdClutterOptions{.first_component = 3, .last_component = 2}, in).field, "first_component");
  EXPECT_STREQ(validate(SvdClutterOptions{.first_component = 0}, in).field, "first_component");
  EXPECT_STREQ(validate(SvdClutterOptions{.energy_share = 1.5}, in).field, "energy_share");
}

}  // namespace
}  // namespace surefoot::gpr
