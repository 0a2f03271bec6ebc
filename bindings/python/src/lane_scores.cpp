// SPDX-License-Identifier: MIT
// Curves of lanes that are known by their scores: thin faces of eval/roc.hpp, split.hpp and compare.hpp.
#include "evaluation.hpp"
#include "module.hpp"

#include <surefoot/base/error.hpp>

#include <pybind11/stl.h>

#include <vector>

namespace surefoot::python {

using eval::LaneScores;
using Lanes = std::vector<LaneScores>;

eval::Criterion criterion_of(std::optional<double> far, std::optional<double> pd) {
  if (far.has_value() == pd.has_value()) throw ConfigError("far", "give either far or pd");
  if (far) return {eval::Criterion::Kind::far, *far};
  return {eval::Criterion::Kind::pd, *pd};
}

py::dict drawn_dict(const eval::Drawn& d) {
  py::dict out;
  out["value"] = d.value;
  out["interval"] = pair_of(d.interval);
  out["p"] = d.p;
  out["draws"] = d.draws;
  return out;
}

py::dict held_out_dict(const eval::HoldOut& h) {
  py::list parts;
  for (const eval::HeldOut& part : h.parts) {
    py::dict d;
    d["name"] = part.name;
    d["training"] = part.training;
    d["test"] = part.test;
    d["n_targets"] = part.n_targets;
    d["exposure"] = part.exposure;
    parts.append(d);
  }
  py::dict out;
  out["achieved"] = h.achieved;
  out["n_targets"] = h.n_targets;
  out["exposure"] = h.exposure;
  out["parts"] = parts;
  return out;
}

void bind_lane_scores(py::module_& m) {
  py::class_<LaneScores>(m, "LaneScores", "All that a curve needs of one lane.")
      .def(py::init([](std::vector<double> targets, std::vector<double> false_alarms, double exposure) {
             return LaneScores{std::move(targets), std::move(false_alarms), exposure};
           }),
           py::arg("targets"), py::arg("false_alarms"), py::arg("exposure"),
           "targets: the highest score in the halo of each that counts, -inf without an alarm. exposure: m or m2.")
      .def_readonly("targets", &LaneScores::targets)
      .def_readonly("false_alarms", &LaneScores::false_alarms)
      .def_readonly("exposure", &LaneScores::exposure);
  m.def(
      "partial_area", [](const Lanes& lanes, double far) { return eval::partial_area(eval::pooled(lanes), far); },
      py::arg("lanes"), py::arg("far"),
      "Mean probability of detection over false alarm rates from 0 to far, of all lanes together; NaN without "
      "targets.");
  m.def(
      "at_far",
      [](const Lanes& lanes, double far, double confidence) {
        return eval::roc(eval::pooled(lanes), confidence).at_far(far);
      },
      py::arg("lanes"), py::arg("far"), py::kw_only(), py::arg("confidence") = 0.95,
      "What the lowest threshold gives whose false alarm rate is at most far, on all lanes together.");
  m.def(
      "hold_out",
      [](const Lanes& lanes, std::optional<double> far, std::optional<double> pd,
         std::optional<std::vector<std::string>> groups, double confidence) {
        if (!groups) {
          groups.emplace();
          for (std::size_t i = 0; i < lanes.size(); ++i) groups->push_back(std::to_string(i));
        }
        return held_out_dict(eval::leave_one_group_out(lanes, *groups, criterion_of(far, pd), confidence));
      },
      py::arg("lanes"), py::arg("far") = py::none(), py::kw_only(), py::arg("pd") = py::none(),
      py::arg("groups") = py::none(), py::arg("confidence") = 0.95,
      "Leave one lane, or one group of lanes, out: the threshold is fixed on the others. As Evaluation.hold_out(), "
      "without the objects that were missed.");
  m.def(
      "bootstrap_partial_area",
      [](const Lanes& lanes, double far, Index draws, Index seed, double confidence, bool targets) {
        return drawn_dict(eval::bootstrap_partial_area(
            lanes, far, {.draws = draws, .seed = seed, .confidence = confidence, .targets = targets}));
      },
      py::arg("lanes"), py::arg("far"), py::kw_only(), py::arg("draws") = 1000, py::arg("seed") = 1,
      py::arg("confidence") = 0.95, py::arg("targets") = true,
      "The partial area with the interval of its draws of lanes and, unless targets is False, of the targets in them.");
}

}  // namespace surefoot::python
