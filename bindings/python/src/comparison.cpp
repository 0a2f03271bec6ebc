// SPDX-License-Identifier: MIT
// Two runs against each other: thin faces of eval/compare.hpp.
#include "evaluation.hpp"
#include "module.hpp"

#include <surefoot/eval/compare.hpp>

#include <pybind11/stl.h>

namespace surefoot::python {
namespace {

using eval::Evaluation;

void bind_two_runs(py::module_& m) {
  struct Named {
    eval::Comparison comparison;
    Evaluation first;
    [[nodiscard]] std::vector<Outcome> outcomes(const std::vector<Index>& objects) const {
      std::vector<Outcome> out;
      for (const Index i : objects) out.push_back(outcome_of(first, first.matched.outcomes[to_size(i)]));
      return out;
    }
  };
  py::class_<Named>(m, "Comparison", "Two runs over the same targets, at equal false alarm rate.")
      .def_property_readonly("first", [](const Named& c) { return c.comparison.first; })
      .def_property_readonly("second", [](const Named& c) { return c.comparison.second; })
      .def_property_readonly("n_targets", [](const Named& c) { return c.comparison.n_targets; })
      .def_property_readonly(
          "only_first", [](const Named& c) { return c.outcomes(c.comparison.only_first); }, "Found by the first alone.")
      .def_property_readonly("only_second", [](const Named& c) { return c.outcomes(c.comparison.only_second); })
      .def_property_readonly(
          "mcnemar_p", [](const Named& c) { return c.comparison.mcnemar_p; }, "Exact, two-sided.")
      .def_property_readonly(
          "area_difference", [](const Named& c) { return drawn_dict(c.comparison.area_difference); },
          "Partial area of the second less that of the first, by lane.")
      .def("to_json", [](const Named& c) { return eval::to_json(c.comparison, c.first); })
      .def("table", [](const Named& c) { return eval::to_text(c.comparison, c.first); });
  m.def(
      "compare",
      [](const Evaluation& first, const Evaluation& second, double far, double area_far, Index draws, Index seed) {
        const py::gil_scoped_release released;
        return Named{eval::compare(first.matched, second.matched, far, area_far,
                                   {.draws = draws, .seed = seed, .confidence = first.curve.confidence}),
                     first};
      },
      py::arg("first"), py::arg("second"), py::kw_only(), py::arg("far"), py::arg("area_far"), py::arg("draws") = 1000,
      py::arg("seed") = 1,
      "Two runs at equal false alarm rate: McNemar's exact test over targets, and the difference of the partial areas "
      "to "
      "area_far drawn by lanes.");
}

void bind_rejection(py::module_& m) {
  using eval::ClutterRejection;
  py::class_<ClutterRejection>(m, "ClutterRejection",
                               "Alarms of a metal detector that a second score may silence with its mines kept.")
      .def_readonly("kept_asked", &ClutterRejection::kept_asked)
      .def_readonly("mines", &ClutterRejection::mines, "That the metal detector found.")
      .def_readonly("mines_kept", &ClutterRejection::mines_kept)
      .def_readonly("clutter_alarms", &ClutterRejection::clutter_alarms)
      .def_readonly("rejected", &ClutterRejection::rejected)
      .def_readonly("threshold", &ClutterRejection::threshold, "-inf: nothing may be silenced.")
      .def_readonly("share", &ClutterRejection::share)
      .def_property_readonly("interval", [](const ClutterRejection& r) { return pair_of(r.interval); })
      .def_readonly("kept_shows", &ClutterRejection::kept_shows)
      .def("to_json", [](const ClutterRejection& r) { return eval::to_json(r); })
      .def("table", [](const ClutterRejection& r) { return eval::to_text(r); });
  m.def(
      "clutter_rejection",
      [](const Evaluation& metal, const Evaluation& ranked, double kept, double radius_m) {
        const py::gil_scoped_release released;
        return eval::clutter_rejection(metal.trial, ranked.trial, metal.matched.options, radius_m, kept,
                                       metal.curve.confidence);
      },
      py::arg("metal"), py::arg("ranked"), py::kw_only(), py::arg("kept") = 1.0, py::arg("radius_m") = 0.10,
      "The share of a metal detector's alarms on clutter, or on nothing, that the alarms of `ranked` within radius_m "
      "of them "
      "reject when that share of the metal-detected mines is kept. A run that ranks its own alarms is given as both.");
}

}  // namespace

void bind_comparison(py::module_& m) {
  bind_two_runs(m);
  bind_rejection(m);
}

}  // namespace surefoot::python
