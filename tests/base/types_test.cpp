// SPDX-License-Identifier: MIT
#include <surefoot/base/axis.hpp>
#include <surefoot/base/line.hpp>
#include <surefoot/base/tag.hpp>
#include <surefoot/base/types.hpp>

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <type_traits>
#include <utility>
#include <vector>

namespace surefoot {
namespace {

using Row = decltype(std::declval<TraceMatrix&>().row(0));
using Column = decltype(std::declval<TraceMatrix&>().col(0));
using ConstColumn = decltype(std::declval<const TraceMatrix&>().col(0));

// A column is a trace; a row, another scalar or a strided view is not, and no copy is made behind anyone's back.
static_assert(std::is_convertible_v<Column, ConstTraceRef>);
static_assert(std::is_convertible_v<ConstColumn, ConstTraceRef>);
static_assert(std::is_convertible_v<Column, TraceRef>);
static_assert(!std::is_convertible_v<Row, ConstTraceRef>);
static_assert(!std::is_convertible_v<Row, TraceRef>);
static_assert(!std::is_convertible_v<Eigen::VectorXd&, ConstTraceRef>);
static_assert(!std::is_convertible_v<Eigen::Map<Eigen::VectorXf, 0, Eigen::InnerStride<2>>&, ConstTraceRef>);
static_assert(std::is_convertible_v<std::vector<Sample>&, TraceRef>);
static_assert(!std::is_convertible_v<const std::vector<Sample>&, TraceRef>);
static_assert(std::is_convertible_v<TraceRef, ConstTraceRef>);
static_assert(!std::is_convertible_v<ConstTraceRef, TraceRef>);

TEST(Types, AColumnIsSeenInPlace) {
  TraceMatrix m = TraceMatrix::Zero(5, 3);
  const TraceRef column = m.col(1);
  EXPECT_EQ(column.data(), m.data() + 5);
  EXPECT_EQ(column.n(), 5);
  column[2] = 4.0F;
  EXPECT_EQ(m(2, 1), 4.0F);
  const ConstTraceRef read = m.col(1);
  EXPECT_EQ(read[2], 4.0F);
}

TEST(Axis, PlacesSamples) {
  const TraceAxis axis{AxisKind::two_way_time, -1e-9, 0.5e-9};
  EXPECT_DOUBLE_EQ(axis.at(0), -1e-9);
  EXPECT_DOUBLE_EQ(axis.at(4), 1e-9);
  EXPECT_STREQ(name_of(AxisKind::gate_time), "gate_time");
}

TEST(Quality, FlagsJoinAndOnlyLossMakesATraceUnusable) {
  Quality q = Quality::saturated;
  q |= Quality::warming_up;
  EXPECT_TRUE(has(q, Quality::saturated));
  EXPECT_TRUE(has(q, Quality::saturated | Quality::dropped));
  EXPECT_FALSE(has(q, Quality::dropped));
  EXPECT_FALSE(unusable(q));
  EXPECT_TRUE(unusable(q | Quality::dropped));
  EXPECT_TRUE(unusable(Quality::non_finite));
}

TEST(ToDouble, RoundsAsTheLanguageDoes) {
  for (const std::int64_t n : {std::int64_t{0}, std::int64_t{1}, std::int64_t{-1}, std::int64_t{4294967296},
                               std::int64_t{-4294967297}, (std::int64_t{1} << 53) + 1, (std::int64_t{1} << 62) + 513,
                               std::numeric_limits<std::int64_t>::max(), std::numeric_limits<std::int64_t>::min()}) {
    EXPECT_EQ(to_double(n), static_cast<double>(n));
    EXPECT_EQ(to_double(static_cast<std::uint64_t>(n)), static_cast<double>(static_cast<std::uint64_t>(n)));
  }
}

TEST(Quality, EveryFlagHasOneName) {
  std::uint32_t all = 0;
  for (const QualityName& name : quality_names) {
    EXPECT_EQ(bits(name.flag) & (bits(name.flag) - 1), 0U) << name.name;  // a single bit
    EXPECT_EQ(all & bits(name.flag), 0U) << name.name;
    all |= bits(name.flag);
  }
  EXPECT_EQ(all, (1U << quality_names.size()) - 1U);
}

}  // namespace
}  // namespace surefoot
