// SPDX-License-Identifier: MIT
#include <surefoot/gpr/dc.hpp>

#include "support/columns.hpp"
#include "support/stage_run.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace surefoot::gpr {
namespace {

using test::Single;

StreamSpec spec_of(std::size_t n) {
  return {{AxisKind::two_way_time, -2e-9, 0.1e-9}, static_cast<Index>(n), 0.0, 0.0, 0};
}

std::vector<Sample> centred(const std::vector<Sample>& x, const DcOptions& options) {
  EXPECT_FALSE(validate(options, spec_of(x.size())));
  Single<Dc> stage(options, spec_of(x.size()));
  stage.push(x);
  return stage.traces.at(0);
}

TEST(Dc, IsNumPys) {
  auto golden = test::read_golden_columns("dc.csv");
  const std::vector<Sample> x = test::to_samples(golden.at("input"));
  const auto check = [&](const std::vector<Sample>& y, const std::string& column) {
    for (std::size_t i = 0; i < y.size(); ++i)
      EXPECT_NEAR(static_cast<double>(y[i]), golden.at(column)[i], 1e-7 * 3.2e4) << column << " " << i;
  };
  check(centred(x, {}), "mean");
  check(centred(x, {.method = DcMethod::median}), "median");
  check(centred(x, {.over = DcGate::gate, .start_s = 1e-9, .end_s = 4.05e-9}), "mean_gate");
  check(centred(x, {.method = DcMethod::median, .over = DcGate::gate, .start_s = 1e-9, .end_s = 4.05e-9}),
        "median_gate");
  check(centred({x.begin(), x.end() - 1}, {.method = DcMethod::median}), "median_first_100");
}

TEST(Dc, ZeroConstantAndSingleSampleTracesBecomeZero) {
  for (const DcMethod method : {DcMethod::mean, DcMethod::median})
    for (const std::size_t n : {1U, 2U, 7U, 64U})
      for (const Sample level : {0.0F, -0.0F, 3.25F, -8e15F})
        EXPECT_EQ(centred(std::vector<Sample>(n, level), {.method = method}), std::vector<Sample>(n, 0.0F)) << n;
}

TEST(Dc, AGateIsNotMovedByWhatLiesOutside) {
  std::vector<Sample> x(100, 5.0F);
  for (std::size_t i = 0; i < 30; ++i) x[i] = 1e6F;
  const std::vector<Sample> y = centred(x, {.over = DcGate::gate, .start_s = 2e-9, .end_s = 7e-9});
  EXPECT_EQ(y[0], 1e6F - 5.0F);
  for (std::size_t i = 30; i < 100; ++i) EXPECT_EQ(y[i], 0.0F);
}

TEST(Dc, FlagsNonFiniteInput) {
  for (const DcMethod method : {DcMethod::mean, DcMethod::median}) {
    std::vector<Sample> x(64, 1.0F);
    x[10] = std::numeric_limits<Sample>::quiet_NaN();
    Single<Dc> stage(DcOptions{.method = method}, spec_of(64));
    stage.push(x);
    EXPECT_TRUE(has(stage.tags.at(0).quality, Quality::non_finite));
    EXPECT_EQ(stage.traces.at(0), std::vector<Sample>(64, 0.0F));
  }
}

TEST(Dc, RefusesAGateWithoutSamples) {
  const StreamSpec in = spec_of(64);  // -2 ns to 4.3 ns
  const auto gate = [](double start, double end) {
    return DcOptions{.over = DcGate::gate, .start_s = start, .end_s = end};
  };
  EXPECT_FALSE(validate(gate(0.0, 1e-9), in));
  EXPECT_FALSE(validate(gate(-1.0, 1.0), in));
  EXPECT_FALSE(validate(gate(4.3e-9, 9e-9), in));  // the last sample
  EXPECT_STREQ(validate(gate(1e-9, 1e-9), in).field, "start_s");
  EXPECT_STREQ(validate(gate(2e-9, 1e-9), in).field, "start_s");
  EXPECT_STREQ(validate(gate(5e-9, 9e-9), in).field, "start_s");
  EXPECT_STREQ(validate(gate(-5e-9, -3e-9), in).field, "end_s");
  EXPECT_STREQ(validate(gate(0.02e-9, 0.03e-9), in).field, "start_s");  // between two samples
  EXPECT_FALSE(validate(DcOptions{.start_s = 2.0, .end_s = 1.0}, in)) << "only a gate reads them";
  StreamSpec depths = in;
  depths.axis = {AxisKind::depth, 0.0, 0.005};
  EXPECT_STREQ(validate(gate(0.0, 1.0), depths).field, "start_s") << "metres are no seconds";
  EXPECT_FALSE(validate(DcOptions{}, depths));
}

}  // namespace
}  // namespace surefoot::gpr
