// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/fields.hpp>
#include <surefoot/base/whole_line.hpp>

namespace surefoot::gpr {

struct ReverseOptions {};

template <class V>
void fields(V&, ReverseOptions&) {}

/// There is nothing to be wrong.
[[nodiscard]] Problem validate(const ReverseOptions& options, const StreamSpec& in) noexcept;

/// Turn a line round, last trace first, so that lines walked there and back lie beside each other.
///
///   y_k = x_{n-1-k},  k = 0 .. n-1
///
/// Tags      index is counted anew from 0. distance_m is measured from the other end: D - d_{n-1-k}, D the largest known
///           distance of the line. Time, position, standoff, score and flags stay with their trace: time now runs backwards.
/// Axis      across traces; the samples of a trace stay as they are.
/// Edges     an unusable trace stays zero, at its new place; a distance that is not known stays so.
/// Cost      one pass; latency: the whole line, which it keeps in memory. Twice gives the line back (distances: if one of them
///           was 0).
/// Not       live. Not for stages after it that learn in time: they learn backwards.
/// @source   our own
class Reverse final : public WholeLine {
 public:
  Reverse(const ReverseOptions& options, const StreamSpec& in, Arena& arena) noexcept;
  [[nodiscard]] bool one_to_one() const noexcept override { return false; }

 private:
  void process(ColumnRing& line) noexcept override;
};

}  // namespace surefoot::gpr
