// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/eval/compare.hpp>
#include <surefoot/eval/report.hpp>
#include <surefoot/eval/split.hpp>

#include <pybind11/pybind11.h>

#include <optional>
#include <string>
#include <utility>

/// What the faces of eval/ have in common.
namespace surefoot::python {

namespace py = pybind11;

using Pair = std::pair<double, double>;
[[nodiscard]] inline Pair pair_of(const eval::Interval& i) { return {i.low, i.high}; }

/// One object with what belongs to it, as Python keeps it.
struct Outcome {
  eval::Outcome outcome;
  std::optional<Alarm> alarm;
  std::string line;
  std::string lane;
};
[[nodiscard]] Outcome outcome_of(const eval::Evaluation& e, const eval::Outcome& o);

/// Exactly one of the two. @throws ConfigError
[[nodiscard]] eval::Criterion criterion_of(std::optional<double> far, std::optional<double> pd);
[[nodiscard]] py::dict drawn_dict(const eval::Drawn& d);
/// All but the objects that were missed.
[[nodiscard]] py::dict held_out_dict(const eval::HoldOut& h);

}  // namespace surefoot::python
