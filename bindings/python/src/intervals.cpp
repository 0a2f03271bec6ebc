// SPDX-License-Identifier: MIT
// Intervals and tests of counts: thin faces of eval/interval.hpp.
#include "evaluation.hpp"
#include "module.hpp"

#include <surefoot/eval/interval.hpp>

#include <pybind11/stl.h>

namespace surefoot::python {

void bind_intervals(py::module_& m) {
  const auto confidence = py::arg("confidence") = 0.95;
  m.def(
      "clopper_pearson", [](Index k, Index n, double c) { return pair_of(eval::clopper_pearson(k, n, c)); },
      py::arg("hits"), py::arg("n"), confidence,
      "Two-sided interval of a probability from hits of n (Clopper and Pearson 1934): never covers less often than it "
      "says.");
  m.def(
      "wilson", [](Index k, Index n, double c) { return pair_of(eval::wilson(k, n, c)); }, py::arg("hits"),
      py::arg("n"), confidence, "The same by the score test (Wilson 1927): shorter, covers about as often as it says.");
  m.def(
      "poisson_rate", [](Index k, double a, double c) { return pair_of(eval::poisson_rate(k, a, c)); },
      py::arg("events"), py::arg("exposure"), confidence,
      "Two-sided exact interval of a rate from events in an exposure (Garwood 1936).");
  m.def("zero_miss_sample_size", &eval::zero_miss_sample_size, py::arg("probability"), confidence,
        "How many targets must be found, none missed, to show that probability of detection, one-sided.");
  m.def("zero_miss_shows", &eval::zero_miss_shows, py::arg("n"), confidence,
        "What n found of n shows, one-sided: a lower bound of the probability of detection.");
  m.def("mcnemar", &eval::mcnemar, py::arg("b"), py::arg("c"),
        "Two-sided exact McNemar test: b targets found by the first run only, c by the second only.");
}

}  // namespace surefoot::python
