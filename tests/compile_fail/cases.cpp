// SPDX-License-Identifier: MIT
// As it stands this compiles; each ..._MUST_FAIL turns one line into a mistake that the compiler must refuse.
#include <surefoot/base/detector.hpp>
#include <surefoot/base/line.hpp>
#include <surefoot/pipeline/pipeline.hpp>

#include <type_traits>
#include <utility>

namespace surefoot {

Index length_of(ConstTraceRef trace);
Index length_of(ConstTraceRef trace) { return trace.n(); }

// Eigen::Ref would make a hidden copy of a row on the heap; our view refuses it.
#ifdef ROW_AS_TRACE_MUST_FAIL
Index use(const TraceMatrix& m) { return length_of(m.row(0)); }
#else
Index use(const TraceMatrix& m);
Index use(const TraceMatrix& m) { return length_of(m.col(0)); }
#endif

// A stage points into its arena: a copy would write into the buffers of the original.
bool assign(Stage& a, Stage& b);
bool assign(Stage& a, Stage& b) {
#ifdef STAGE_COPY_MUST_FAIL
  a = b;
#endif
  return &a == &b;
}

Pipeline pass_on(Pipeline& p);
#ifdef PIPELINE_COPY_MUST_FAIL
Pipeline pass_on(Pipeline& p) { return p; }
#else
Pipeline pass_on(Pipeline& p) { return std::move(p); }
#endif

// The same and its relatives as properties of the types.
template <class View, class From>
constexpr bool views = std::is_convertible_v<From, View>;
using Row = decltype(std::declval<TraceMatrix&>().row(0));
using ConstRow = decltype(std::declval<const TraceMatrix&>().row(0));
using Column = decltype(std::declval<TraceMatrix&>().col(0));
using ConstColumn = decltype(std::declval<const TraceMatrix&>().col(0));
using Strided = Eigen::Map<const Eigen::VectorXf, 0, Eigen::InnerStride<2>>;
using Sum = decltype(std::declval<Eigen::VectorXf&>() + std::declval<Eigen::VectorXf&>());
static_assert(views<ConstTraceRef, Column> && views<ConstTraceRef, ConstColumn> && views<TraceRef, Column>);
static_assert(views<ConstTraceRef, Eigen::VectorXf&> && views<TraceRef, Eigen::VectorXf&>);
static_assert(!views<ConstTraceRef, Row> && !views<ConstTraceRef, ConstRow> && !views<TraceRef, Row>);
static_assert(!views<ConstTraceRef, Strided>, "samples must lie one after the other");
static_assert(!views<ConstTraceRef, Sum>, "an expression has no memory to view");
static_assert(!views<ConstTraceRef, Eigen::VectorXd&>, "no conversion of the sample type");
static_assert(!views<TraceRef, ConstColumn> && !views<TraceRef, const Eigen::VectorXf&>, "const stays const");
static_assert(!std::is_copy_constructible_v<Stage> && !std::is_copy_assignable_v<Stage>);
static_assert(!std::is_copy_constructible_v<Detector> && !std::is_copy_assignable_v<Detector>);
static_assert(!std::is_copy_constructible_v<Pipeline> && !std::is_copy_assignable_v<Pipeline>);
static_assert(std::is_nothrow_move_constructible_v<Pipeline> && std::is_nothrow_move_assignable_v<Pipeline>);
static_assert(!std::is_copy_constructible_v<Arena> && !std::is_move_constructible_v<Arena>);

}  // namespace surefoot
