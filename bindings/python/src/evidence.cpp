// SPDX-License-Identifier: MIT
// How evidence is weighed, and the fit of the numbers for it: thin faces of detect/fusion_model.hpp and dsp/logistic.hpp.
#include "arguments.hpp"
#include "module.hpp"

#include <surefoot/detect/fusion_model.hpp>
#include <surefoot/dsp/logistic.hpp>

#include <pybind11/stl.h>

#include <array>
#include <limits>
#include <utility>

namespace surefoot::python {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

detect::Masses masses_of(const std::pair<double, double>& m, const char* name) {
  require(m.first >= 0.0 && m.second >= 0.0 && m.first + m.second <= 1.0 + 1e-12, name,
          "needs two beliefs that are not negative and at most 1 together");
  return {m.first, m.second};
}

py::dict combine(const std::pair<double, double>& a, const std::pair<double, double>& b) {
  const detect::Combination c = detect::combine(masses_of(a, "a"), masses_of(b, "b"));
  py::dict out;
  out["target"] = c.masses.target;
  out["clutter"] = c.masses.clutter;
  out["open"] = c.masses.open();
  out["conflict"] = c.conflict;
  return out;
}

py::tuple discount(const std::pair<double, double>& m, double reliability) {
  require(reliability >= 0.0 && reliability <= 1.0, "reliability", "must be in [0, 1]");
  const detect::Masses out = detect::discount(masses_of(m, "masses"), reliability);
  return py::make_tuple(out.target, out.clutter);
}

py::array_t<double> histogram_llr(const Doubles& x, const Doubles& edges, const Doubles& target,
                                  const Doubles& clutter) {
  const auto e = span_of(edges, "edges");
  const auto t = span_of(target, "target");
  const auto c = span_of(clutter, "clutter");
  require(t.size() == e.size() + 1, "target", "needs one number more than there are edges");
  require(c.size() == t.size(), "clutter", "needs one number more than there are edges");
  py::array_t<double> out(std::vector<py::ssize_t>(x.shape(), x.shape() + x.ndim()));
  for (py::ssize_t i = 0; i < x.size(); ++i) out.mutable_data()[i] = detect::histogram_llr(x.data()[i], e, t, c);
  return out;
}

py::dict weigh(double emi_z, double gpr_z, double depth_gap_m, double position_gap_m, double soil, double emi_phase_rad,
               const py::kwargs& given) {
  detect::FusionOptions options;
  read_options("weigh", given, [&](FieldVisitor& v) { fields(v, options); });
  require(detect::validate(options, {}));
  const detect::FusionResult r =
      detect::weigh(options, {emi_z, gpr_z, depth_gap_m, position_gap_m, soil, emi_phase_rad});
  py::dict out;
  out["log_odds"] = r.log_odds;
  out["probability"] = r.probability;
  out["conflict"] = r.conflict;
  return out;
}

py::dict fit_logistic(const Doubles& x, const Doubles& targets, double l2) {
  require(x.ndim() == 2, "x", "must have 2 dimensions (n_examples, n_features)");
  require(targets.ndim() == 1 && targets.shape(0) == x.shape(0), "targets", "needs one number an example");
  require(l2 >= 0.0, "l2", "must be at least 0");
  require(x.shape(1) <= 4096, "x", "must have at most 4096 features");
  const Index p = x.shape(1);
  const InArena<dsp::LogisticFit> fit(p);
  std::vector<double> weights(to_size(p + 1));
  const dsp::LogisticResult r = (*fit).fit(all_of(x), all_of(targets), l2, weights);
  py::dict out;
  out["bias"] = weights.back();
  weights.pop_back();
  out["weights"] = weights;
  out["converged"] = r.converged;
  out["iterations"] = r.iterations;
  out["loss"] = r.loss;
  return out;
}

}  // namespace

void bind_evidence(py::module_& m) {
  detect::FusionOptions usual;
  m.def("combine_masses", &combine, py::arg("a"), py::arg("b"),
        "Dempster's rule on two pairs (belief in a target, belief in clutter): target, clutter, open and conflict.");
  m.def("discount_masses", &discount, py::arg("masses"), py::arg("reliability"),
        "Beliefs (target, clutter) of a source that is right with this probability.");
  m.def("histogram_llr", &histogram_llr, py::arg("x"), py::arg("edges"), py::arg("target"), py::arg("clutter"),
        "Log-likelihood ratio of numbers by the histograms of two classes, with one example more in each bin.");
  m.def("weigh_evidence", &weigh, py::arg("emi_z") = nan, py::arg("gpr_z") = nan, py::arg("depth_gap_m") = nan,
        py::arg("position_gap_m") = nan, py::arg("soil") = nan, py::arg("emi_phase_rad") = nan,
        ("Log odds, probability and conflict of what two sensors saw; NaN is what is not known.\n\nOptions, as in "
         "[fusion]\n" +
         options_text([&](FieldVisitor& v) {
           fields(v, usual);
         })).c_str());
  m.def("fit_logistic", &fit_logistic, py::arg("x"), py::arg("targets"), py::kw_only(), py::arg("l2") = 0.0,
        "Logistic regression with an L2 penalty by Newton's method; targets in [0, 1]. With one feature and Platt's "
        "targets\n"
        "it is Platt's calibration. Returns weights, bias, converged, iterations, loss.");
}

}  // namespace surefoot::python
