// SPDX-License-Identifier: MIT
#include <surefoot/gpr/rpca_clutter.hpp>

#include "support/golden.hpp"
#include "support/lines.hpp"
#include "support/whole_line_run.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace surefoot::gpr {
namespace {

using Line = std::vector<std::vector<Sample>>;

StreamSpec spec_of(std::size_t n_samples, std::size_t n_traces) {
  return {
      {AxisKind::two_way_time, 0.0, 0.1e-9}, static_cast<Index>(n_samples), 0.01, 0.02, static_cast<Index>(n_traces)};
}

test::WholeLineResult run(const RpcaClutterOptions& options, const Line& line,
                          const std::vector<std::size_t>& dropped = {}) {
  return test::run_whole_line<RpcaClutter>(options, spec_of(line[0].size(), line.size()), line, dropped);
}

// Known parts: L = A B with normal factors, S on a share of the samples.
struct Mixture {
  Mixture(std::size_t n_traces, std::size_t n_samples, std::size_t rank, double clutter, double share, double amplitude,
          bool uniform, std::uint64_t seed)
      : low_rank(n_traces, std::vector<double>(n_samples)),
        sparse(low_rank),
        sum(n_traces, std::vector<Sample>(n_samples)) {
    test::Random random(seed);
    std::vector<double> a(n_traces * rank);
    std::vector<double> b(rank * n_samples);
    for (double& x : a) x = random.normal();
    for (double& x : b) x = random.normal();
    for (std::size_t k = 0; k < n_traces; ++k)
      for (std::size_t i = 0; i < n_samples; ++i) {
        double& l = low_rank[k][i];
        for (std::size_t q = 0; q < rank; ++q) l += clutter * a[k * rank + q] * b[q * n_samples + i];
        if (random.uniform() < share) {
          const double u = 2.0 * random.uniform() - 1.0;
          sparse[k][i] = uniform ? amplitude * u : (u < 0.0 ? -amplitude : amplitude);
          ++n_sparse;
        }
        sum[k][i] = static_cast<Sample>(l + sparse[k][i]);
      }
  }
  std::vector<std::vector<double>> low_rank;
  std::vector<std::vector<double>> sparse;
  Line sum;
  std::size_t n_sparse = 0;
};

double relative_error(const Line& got, const std::vector<std::vector<double>>& want) {
  double error = 0.0;
  double square = 0.0;
  for (std::size_t k = 0; k < got.size(); ++k)
    for (std::size_t i = 0; i < got[k].size(); ++i) {
      error += std::pow(static_cast<double>(got[k][i]) - want[k][i], 2);
      square += want[k][i] * want[k][i];
    }
  return std::sqrt(error / square);
}

// 200 x 200, rank 10, 5 % of the samples from U(-500, 500); and 400 x 91, rank 2, clutter 50 times, 3 % of +-20.
Mixture sparse_dominated() { return {200, 200, 10, 1.0, 0.05, 500.0, true, 51}; }
Mixture clutter_dominated() { return {400, 91, 2, 50.0, 0.03, 20.0, false, 52}; }

TEST(RpcaClutter, IalmFindsThePartsOfTheMixtures) {
  for (const bool sparse_one : {true, false}) {
    const Mixture mixture = sparse_one ? sparse_dominated() : clutter_dominated();
    RpcaClutterOptions options{.lambda_scale = 1.0};
    const auto sparse = run(options, mixture.sum);
    options.output = RpcaOutput::low_rank;
    const auto low_rank = run(options, mixture.sum);
    EXPECT_EQ(sparse.note("rank").value, sparse_one ? 10.0 : 2.0);
    EXPECT_EQ(sparse.note("rank").warning, nullptr);
    EXPECT_LE(sparse.note("iterations").value, sparse_one ? 21.0 : 26.0);
    EXPECT_EQ(sparse.note("iterations").warning, nullptr);
    EXPECT_LT(sparse.note("residual").value, 1e-7);
    EXPECT_LT(relative_error(low_rank.traces, mixture.low_rank), sparse_one ? 2e-6 : 1.5e-7);
    EXPECT_LT(relative_error(sparse.traces, mixture.sparse), sparse_one ? 1e-7 : 1.5e-6);
    EXPECT_NEAR(sparse.note("sparse_share").value * static_cast<double>(mixture.sum.size() * mixture.sum[0].size()),
                static_cast<double>(mixture.n_sparse), 3.0);
    for (const TraceTag& tag : sparse.tags) EXPECT_EQ(tag.quality, Quality::good);
    // The parts add up to the line.
    for (std::size_t k = 0; k < mixture.sum.size(); ++k)
      for (std::size_t i = 0; i < mixture.sum[0].size(); ++i) {
        const float both = sparse.traces[k][i] + low_rank.traces[k][i];
        ASSERT_NEAR(both, mixture.sum[k][i], 1e-4F);
      }
  }
}

TEST(RpcaClutter, IsNumPys) {
  const auto table = test::read_golden_csv("clutter.csv");
  for (const std::string name : {"wide", "tall"}) {
    const auto& row = table[name == "wide" ? 0 : 1];
    const auto input = test::read_golden_npy("clutter_" + name + ".npy");
    Line line;
    for (std::size_t k = 0; k < input.shape[0]; ++k) line.push_back(input.row(k));
    const auto expect = [&](const RpcaClutterOptions& options, const std::string& golden, double tolerance,
                            std::size_t first) {
      const auto out = run(options, line);
      const auto expected = test::read_golden_npy("clutter_" + name + "_" + golden + ".npy");
      EXPECT_EQ(out.note("rank").value, row[first]) << name;
      EXPECT_EQ(out.note("iterations").value, row[first + 1]) << name;
      // At the end the threshold comes down to 1e-7 of the largest singular value, where a Gram matrix is good to 1 %.
      EXPECT_NEAR(out.note("residual").value, row[first + 2], 1e-2 * row[first + 2]) << name;
      for (std::size_t k = 0; k < line.size(); ++k)
        for (std::size_t i = 0; i < line[0].size(); ++i) {
          const double y = expected.at(k, i);
          ASSERT_NEAR(static_cast<double>(out.traces[k][i]), y, 0.5 * 0x1p-23 * std::abs(y) + tolerance)
              << name << " " << golden << " " << k << " " << i;
        }
    };
    expect({.lambda_scale = 1.0}, "ialm", 1e-4, 1);
    expect({.method = RpcaMethod::godec, .rank = 2, .sparse_share = 0.06, .residual_share = 1e-6}, "godec", 1e-6, 4);
  }
}

TEST(RpcaClutter, GodecSplitsWhereClutterDominatesAndSaysThatItFailedWhereItDoesNot) {
  const Mixture clutter = clutter_dominated();
  RpcaClutterOptions options{.method = RpcaMethod::godec, .rank = 2, .sparse_share = 0.03, .residual_share = 1e-6};
  options.sparse_share = static_cast<double>(clutter.n_sparse) / (400.0 * 91.0);
  const auto good = run(options, clutter.sum);
  EXPECT_LE(good.note("iterations").value, 2.0);
  EXPECT_EQ(good.note("iterations").warning, nullptr);
  EXPECT_LT(relative_error(good.traces, clutter.sparse), 2.5e-2);
  EXPECT_LE(good.note("sparse_share").value, options.sparse_share);
  for (const TraceTag& tag : good.tags) EXPECT_EQ(tag.quality, Quality::good);
  options.output = RpcaOutput::low_rank;
  EXPECT_LT(relative_error(run(options, clutter.sum).traces, clutter.low_rank), 1.1e-3);

  const Mixture sparse = sparse_dominated();
  for (const double tolerance : {1e-6, RpcaClutterOptions{}.residual_share}) {
    options = {.method = RpcaMethod::godec, .rank = 10, .residual_share = tolerance, .most_iterations = 100};
    options.sparse_share = static_cast<double>(sparse.n_sparse) / (200.0 * 200.0);
    const auto failed = run(options, sparse.sum);
    EXPECT_NE(failed.note("iterations").warning, nullptr);
    EXPECT_GT(failed.note("residual").value, 1e-3);
    for (const TraceTag& tag : failed.tags) EXPECT_TRUE(has(tag.quality, Quality::not_converged));
  }
}

TEST(RpcaClutter, IalmThatIsStoppedEarlySaysSo) {
  const Mixture mixture = clutter_dominated();
  const auto out = run({.lambda_scale = 1.0, .most_iterations = 5}, mixture.sum);
  EXPECT_EQ(out.note("iterations").value, 5.0);
  EXPECT_NE(out.note("iterations").warning, nullptr);
  EXPECT_GT(out.note("residual").value, 1e-7);
  for (const TraceTag& tag : out.tags) EXPECT_TRUE(has(tag.quality, Quality::not_converged));
}

// A large lambda sends everything to L: the rank says it.
TEST(RpcaClutter, WarnsWhenTheClutterHasTooMuchRank) {
  test::Random random(53);
  Line line(60, std::vector<Sample>(40));
  for (auto& trace : line)
    for (Sample& x : trace) x = static_cast<Sample>(random.normal());
  const auto out = run({.lambda_scale = 3.0}, line);
  EXPECT_GT(out.note("rank").value, 10.0);
  EXPECT_NE(out.note("rank").warning, nullptr);
}

TEST(RpcaClutter, UnusableTracesDoNotCount) {
  const Mixture mixture(60, 30, 1, 100.0, 0.03, 20.0, false, 54);
  Line holes = mixture.sum;
  Line without;
  for (std::size_t k = 0; k < holes.size(); ++k) {
    if (k == 0 || k == 31) holes[k][4] = std::numeric_limits<Sample>::quiet_NaN();
    else without.push_back(holes[k]);
  }
  for (const RpcaMethod method : {RpcaMethod::ialm, RpcaMethod::godec}) {
    const RpcaClutterOptions options{.method = method};
    const auto a = run(options, holes);
    const auto b = run(options, without);
    std::size_t at = 0;
    for (std::size_t k = 0; k < holes.size(); ++k) {
      if (k == 0 || k == 31) EXPECT_EQ(a.traces[k], std::vector<Sample>(30, 0.0F));
      else EXPECT_EQ(a.traces[k], b.traces[at++]) << k;
    }
    EXPECT_TRUE(has(a.tags[31].quality, Quality::non_finite));
  }
}

TEST(RpcaClutter, ZeroConstantSingleAndNoTraces) {
  for (const RpcaMethod method : {RpcaMethod::ialm, RpcaMethod::godec}) {
    const RpcaClutterOptions options{.method = method};
    const auto zero = run(options, Line(30, std::vector<Sample>(12, 0.0F)));
    for (const auto& trace : zero.traces) EXPECT_EQ(trace, std::vector<Sample>(12, 0.0F));
    for (const TraceTag& tag : zero.tags) EXPECT_EQ(tag.quality, Quality::good);
    const auto constant = run(options, Line(30, std::vector<Sample>(12, 1000.0F)));
    for (const auto& trace : constant.traces)
      for (const Sample y : trace) EXPECT_NEAR(y, 0.0F, 1e-3F);
    const auto single = run(options, Line(1, std::vector<Sample>(12, 1000.0F)));
    ASSERT_EQ(single.traces.size(), 1U);
    for (const Sample y : single.traces[0]) EXPECT_TRUE(std::isfinite(y));
    EXPECT_NE(single.note("rank").warning, nullptr);
    const auto none = run(options, Line(3, std::vector<Sample>(12, 5.0F)), {0, 1, 2});
    for (const auto& trace : none.traces) EXPECT_EQ(trace, std::vector<Sample>(12, 0.0F));
  }
}

TEST(RpcaClutter, RefusesWhatItCannotDo) {
  const StreamSpec in = spec_of(64, 40);
  EXPECT_FALSE(validate(RpcaClutterOptions{}, in));
  RpcaClutterOptions godec{.method = RpcaMethod::godec, .rank = 40};
  EXPECT_FALSE(validate(godec, in));
  godec.rank = 41;
  EXPECT_STREQ(validate(godec, in).field, "rank");
  EXPECT_EQ(validate(godec, in).allowed.high, 40.0);
  EXPECT_STREQ(validate(RpcaClutterOptions{.lambda_scale = 0.0}, in).field, "lambda_scale");
  EXPECT_STREQ(validate(RpcaClutterOptions{.sparse_share = 1.01}, in).field, "sparse_share");
  EXPECT_STREQ(validate(RpcaClutterOptions{.tolerance = 0.0}, in).field, "tolerance");
}

}  // namespace
}  // namespace surefoot::gpr
