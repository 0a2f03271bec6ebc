// SPDX-License-Identifier: MIT
// Where dipoles are and what their polarizabilities are: thin faces of the inversion.
#include "arguments.hpp"
#include "arrays.hpp"
#include "module.hpp"
#include "numpy.hpp"

#include <surefoot/emi/gate_mean.hpp>
#include <surefoot/emi/inversion.hpp>
#include <surefoot/emi/polarizability.hpp>
#include <surefoot/emi/principal_decays.hpp>

#include <pybind11/native_enum.h>
#include <pybind11/stl.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <optional>

namespace surefoot::python {
namespace {

using std::complex;

// One measurement as the core takes it: rows of columns, complex ones as in-phase and quadrature side by side.
struct Measurement {
  Doubles values;
  std::vector<double> sigma;
  Index n_columns = 0;
  bool is_complex = false;
};

Measurement measurement_of(const py::array& data, const Doubles& sigma, Index n_channels) {
  Measurement m;
  m.is_complex = data.dtype().kind() == 'c';
  require(data.ndim() == 2 && data.shape(0) == n_channels, "data",
          "must have the shape (" + std::to_string(n_channels) + " channels, columns) for this array");
  require(data.shape(1) >= 1 && data.shape(1) <= 100000, "data", "must have from 1 to 100000 columns");
  if (m.is_complex) {
    const Complexes pairs = Complexes::ensure(data);
    m.values = Doubles(std::vector<py::ssize_t>{data.shape(0), 2 * data.shape(1)},
                       reinterpret_cast<const double*>(pairs.data()));
  } else {
    m.values = Doubles::ensure(data);
    if (!m.values) throw py::error_already_set();
  }
  m.n_columns = m.values.shape(1);
  const auto given = span_of(sigma, "sigma");
  if (m.is_complex && static_cast<py::ssize_t>(given.size()) == data.shape(1)) {
    for (const double s : given) m.sigma.insert(m.sigma.end(), {s, s});
  } else {
    m.sigma.assign(given.begin(), given.end());
  }
  require(static_cast<Index>(m.sigma.size()) == m.n_columns, "sigma", "needs one value for each column of data");
  return m;
}

void put_tensor(const physics::Symmetric3& s, double* out, Index stride) {
  const physics::Matrix3 whole = emi::full(s);
  for (std::size_t i = 0; i < 9; ++i) out[static_cast<Index>(i) * stride] = whole[i];
}

// An array of float64, or of complex128 made of pairs of columns: (k, columns, shape...).
py::array columns_array(const std::vector<double>& all, Index k, Index n_columns, Index per_column, bool is_complex,
                        std::vector<py::ssize_t> shape) {
  shape.insert(shape.begin(), {k, is_complex ? n_columns / 2 : n_columns});
  if (!is_complex) return py::array_t<double>(shape, all.data());
  py::array_t<complex<double>> out(shape);
  complex<double>* to = out.mutable_data();
  for (Index i = 0; i < k * n_columns / 2; ++i)
    for (Index j = 0; j < per_column; ++j)
      *to++ = {all[to_size(2 * i * per_column + j)], all[to_size((2 * i + 1) * per_column + j)]};
  return out;
}

py::dict result_dict(const emi::InversionResult& r, emi::DipoleInversion& inversion, const Measurement& data) {
  const Index k = r.n_sources;
  const Index n = data.n_columns;
  py::array_t<double> place(std::vector<py::ssize_t>{k, 3});
  py::array_t<double> place_covariance(std::vector<py::ssize_t>{k, 3, 3});
  py::array_t<double> axes(std::vector<py::ssize_t>{k, 3, 3});
  py::array_t<double> covariance(std::vector<py::ssize_t>{k, n, 6, 6});
  py::array_t<double> information(std::vector<py::ssize_t>{k, 6, 6});
  std::vector<double> tensors(to_size(k * n * 9));
  std::vector<double> curves(to_size(k * n * 3));
  std::vector<double> curve_sigma(to_size(k * n * 3));
  std::vector<physics::Symmetric3> q(to_size(n));
  std::vector<Vector3> principal(to_size(n));
  std::vector<double> scratch(to_size(9 * n));
  std::vector<double> weight(to_size(n));
  for (std::size_t g = 0; g < weight.size(); ++g) weight[g] = data.sigma[g] > 0.0 ? 1.0 / data.sigma[g] : 0.0;
  for (Index s = 0; s < k; ++s) {
    std::ranges::copy(r.place_m[to_size(s)], place.mutable_data(s, 0));
    std::ranges::copy(r.place_covariance_m2[to_size(s)], place_covariance.mutable_data(s, 0, 0));
    std::span<double> whitened(information.mutable_data(s, 0, 0), 36);
    if (!inversion.information(r, s, whitened)) std::ranges::fill(whitened, std::numeric_limits<double>::quiet_NaN());
    for (Index g = 0; g < n; ++g) {
      q[to_size(g)] = inversion.polarizability(s, g);
      put_tensor(q[to_size(g)], tensors.data() + 9 * (s * n + g), 1);
      std::ranges::copy(inversion.covariance(s, g), covariance.mutable_data(s, g, 0, 0));
    }
    const emi::PrincipalCurves found = emi::principal_curves(q, weight, principal, scratch);
    std::ranges::copy(found.axes, axes.mutable_data(s, 0, 0));
    for (Index g = 0; g < n; ++g) {
      for (Index i = 0; i < 3; ++i) {
        const std::size_t at = to_size(3 * (s * n + g) + i);
        const Vector3 axis{found.axes[to_size(i)], found.axes[to_size(3 + i)], found.axes[to_size(6 + i)]};
        curves[at] = principal[to_size(g)][to_size(i)];
        curve_sigma[at] = emi::deviation_along(axis, inversion.covariance(s, g));
      }
    }
  }
  py::dict out;
  out["place_m"] = place;
  out["place_covariance_m2"] = place_covariance;
  out["polarizability"] = columns_array(tensors, k, n, 9, data.is_complex, {3, 3});
  out["polarizability_covariance"] = covariance;
  out["information"] = information;
  out["principal_axes"] = axes;
  out["principal_curves"] = columns_array(curves, k, n, 3, data.is_complex, {3});
  out["principal_sigma"] = columns_array(curve_sigma, k, n, 3, data.is_complex, {3});
  out["chi2"] = r.chi2;
  out["degrees_of_freedom"] = r.degrees_of_freedom;
  out["coherence"] = r.coherence;
  out["bic"] = r.bic;
  out["f_statistic"] = r.f_statistic;
  out["p_value"] = r.p_value;
  out["iterations"] = r.iterations;
  out["flags"] = r.flags;
  out["cannot_tell"] = has(r.flags, emi::InversionFlag::cannot_tell);
  return out;
}

// The curves of a body, (columns, 3), with their deviations.
py::dict body_dict(const emi::BodyResult& r, emi::DipoleInversion& inversion, const Measurement& data) {
  std::vector<double> curves;
  std::vector<double> sigma;
  for (Index g = 0; g < data.n_columns; ++g) {
    const Vector3 value = inversion.body_curve(g);
    const Vector3 deviation = inversion.body_deviation(g);
    curves.insert(curves.end(), value.begin(), value.end());
    sigma.insert(sigma.end(), deviation.begin(), deviation.end());
  }
  const std::vector<py::ssize_t> square{3, 3};
  py::dict out;
  out["place_m"] = py::array_t<double>(py::ssize_t{3}, r.place_m.data());
  out["place_covariance_m2"] = py::array_t<double>(square, r.place_covariance_m2.data());
  out["axes"] = py::array_t<double>(square, r.axes.data());
  out["curves"] = columns_array(curves, 1, data.n_columns, 3, data.is_complex, {3})[py::int_(0)];
  out["sigma"] = columns_array(sigma, 1, data.n_columns, 3, data.is_complex, {3})[py::int_(0)];
  out["chi2"] = r.chi2;
  out["degrees_of_freedom"] = r.degrees_of_freedom;
  out["p_value"] = r.p_value;
  out["converged"] = r.converged;
  return out;
}

py::object body_of(const std::string& word, const emi::InversionResult& result, emi::DipoleInversion& inversion,
                   const Measurement& data) {
  const auto* const at = std::ranges::find(emi::body_shape_words, word);
  require(at != emi::body_shape_words.end(), "body", "unknown word '" + word + "'; known: fixed_axes, revolution");
  const auto shape = static_cast<emi::BodyShape>(at - emi::body_shape_words.begin());
  emi::BodyResult body;
  {
    const py::gil_scoped_release released;
    body = inversion.fit_body(result, shape);
  }
  return body.found ? py::object(body_dict(body, inversion, data)) : py::object(py::none());
}

py::dict invert_dipoles(const CoilArray& array, const py::array& data, const Doubles& sigma,
                        const std::optional<Index>& n_sources, const std::optional<Doubles>& channel_sigma, double rail,
                        const std::optional<std::string>& body, const py::kwargs& given) {
  emi::InversionOptions options;
  if (n_sources) options.max_sources = std::max(*n_sources, Index{1});
  read_options("invert_dipoles", given, [&](FieldVisitor& v) { fields(v, options); });
  const ArraySpans spans(array);
  const Measurement measured = measurement_of(data, sigma, spans.n_channels());
  require(emi::validate(options, spans.view(), measured.n_columns));
  require(!n_sources || (*n_sources >= 1 && *n_sources <= options.max_sources), "n_sources",
          "must be from 1 to max_sources");
  const std::span<const double> factors =
      channel_sigma ? span_of(*channel_sigma, "channel_sigma") : std::span<const double>{};
  require(factors.empty() || static_cast<Index>(factors.size()) == spans.n_channels(), "channel_sigma",
          "needs one value for each channel");
  require(rail > 0.0, "rail", "must be above 0");
  const InArena<emi::DipoleInversion> inversion(options, spans.view(), measured.n_columns);
  const emi::InversionData all{all_of(measured.values), measured.sigma, factors, rail};
  emi::InversionResult result;
  {
    const py::gil_scoped_release released;
    result = n_sources ? inversion->fit(all, *n_sources) : inversion->fit_order(all);
  }
  py::dict out = result_dict(result, *inversion, measured);
  if (body) out["body"] = body_of(*body, result, *inversion, measured);
  return out;
}

py::array_t<double> positive_decays(const Doubles& edges_s, const Doubles& polarizability, const Doubles& axes,
                                    const Doubles& information, const Doubles& sigma, const Doubles& tau_s) {
  const auto edges = span_of(edges_s, "edges_s");
  const auto noise = span_of(sigma, "sigma");
  const auto taus = span_of(tau_s, "tau_s");
  require(edges.size() >= 2, "edges_s", "needs at least 2 edges");
  for (std::size_t i = 1; i < edges.size(); ++i) require(edges[i] > edges[i - 1], "edges_s", "must ascend");
  const auto n = static_cast<py::ssize_t>(edges.size()) - 1;
  const std::string gates = std::to_string(n);
  require(polarizability.ndim() == 3 && polarizability.shape(0) == n && polarizability.shape(1) == 3 &&
              polarizability.shape(2) == 3,
          "polarizability", "must have the shape (" + gates + ", 3, 3)");
  require(axes.ndim() == 2 && axes.shape(0) == 3 && axes.shape(1) == 3, "axes", "must have the shape (3, 3)");
  require(information.ndim() == 2 && information.shape(0) == 6 && information.shape(1) == 6, "information",
          "must have the shape (6, 6)");
  require(static_cast<py::ssize_t>(noise.size()) == n, "sigma", "needs " + gates + " values");
  require(!taus.empty() && taus.size() <= 1000, "tau_s", "needs from 1 to 1000 values");
  for (const double tau : taus) require(tau > 0.0 && std::isfinite(tau), "tau_s", "must be above 0 and finite");
  std::vector<physics::Symmetric3> q(to_size(n));
  std::vector<double> weight(to_size(n));
  std::vector<double> basis;
  for (py::ssize_t g = 0; g < n; ++g) {
    const double* m = polarizability.data(g, 0, 0);
    q[to_size(g)] = {m[0], m[1], m[2], m[4], m[5], m[8]};
    weight[to_size(g)] = noise[to_size(g)] > 0.0 ? 1.0 / noise[to_size(g)] : 0.0;
  }
  for (const double tau : taus)
    for (std::size_t g = 0; g + 1 < edges.size(); ++g)
      basis.push_back(emi::gate_mean(tau, edges[g], edges[g + 1]).value);
  physics::Matrix3 columns{};
  std::copy_n(axes.data(), 9, columns.begin());
  std::vector<Vector3> curves(to_size(n));
  const InArena<emi::PrincipalDecays> decays(static_cast<Index>(n), static_cast<Index>(taus.size()));
  require(decays->fit(columns, q, weight, basis, all_of(information), curves), "polarizability",
          "has no gate that can be used, or the search did not end");
  py::array_t<double> out(std::vector<py::ssize_t>{n, 3});
  for (py::ssize_t g = 0; g < n; ++g) std::ranges::copy(curves[to_size(g)], out.mutable_data(g, 0));
  return out;
}

void bind_flags(py::module_& m) {
  using emi::InversionFlag;
  py::native_enum<InversionFlag>(m, "InversionFlag", "enum.IntFlag",
                                 "What is to be known beside the numbers of an inversion.")
      .value("none", InversionFlag::none)
      .value("cannot_tell", InversionFlag::cannot_tell, "for one of the three reasons that follow")
      .value("no_signal", InversionFlag::no_signal, "noise alone explains the data")
      .value("place_unknown", InversionFlag::place_unknown, "a place is less certain than place_limit_m")
      .value("no_minimum", InversionFlag::no_minimum, "too few data, or no place that they can tell from others")
      .value("not_converged", InversionFlag::not_converged, "the descent did not end")
      .value("at_bounds", InversionFlag::at_bounds, "a place lies on the border of the box")
      .value("poor_fit", InversionFlag::poor_fit, "residuals are far beyond the noise: another target, or not a dipole")
      .value("missing_channels", InversionFlag::missing_channels, "a channel has no data")
      .value("missing_columns", InversionFlag::missing_columns, "a gate or tone has no data: its numbers are NaN")
      .value("missing_samples", InversionFlag::missing_samples, "single numbers were left out")
      .value("saturated", InversionFlag::saturated, "numbers at or beyond the rail were left out")
      .finalize();
}

}  // namespace

void bind_inversion(py::module_& m) {
  bind_flags(m);
  emi::InversionOptions usual;
  m.def("invert_dipoles", &invert_dipoles, py::arg("array"), py::arg("data"), py::arg("sigma"), py::kw_only(),
        py::arg("n_sources") = 1, py::arg("channel_sigma") = py::none(),
        py::arg("rail") = std::numeric_limits<double>::infinity(), py::arg("body") = py::none(),
        ("Where dipoles are and what their polarizabilities are, from one measurement of an array at rest (variable "
         "projection; Golub and Pereyra 1973).\n\n"
         "data: (n_channels, n_gates), or complex (n_channels, n_tones), as y = sensing_matrix() q; V / (-i w I) "
         "gives q in m^3. NaN is left out.\n"
         "sigma: standard deviation of each column (of both parts of a tone). channel_sigma: a factor on it for "
         "each channel. |value| >= rail is left out as saturated.\n"
         "n_sources: so many dipoles; None: as many, up to max_sources, as have the least BIC.\n\n"
         "A dict, k sources: place_m (k, 3), place_covariance_m2 (k, 3, 3), polarizability (k, columns, 3, 3), "
         "polarizability_covariance (k, columns, 6, 6) of (xx, xy, xz, yy, yz, zz), of tones 2 n_tones columns; "
         "information (k, 6, 6) of one column of noise 1, principal_axes (k, 3, 3) as columns, principal_curves "
         "and principal_sigma (k, columns, 3), chi2, degrees_of_freedom, coherence, bic, f_statistic, p_value, "
         "iterations, flags (InversionFlag) and cannot_tell. Principal axes are the same for all columns (joint "
         "diagonalisation), so that curves do not swap.\n\n"
         "body: fixed_axes or revolution fits a single source again as a body of that shape; the dict then has "
         "body (None: not one source): place_m, place_covariance_m2, axes as columns, curves and sigma (columns, "
         "3), chi2, degrees_of_freedom, p_value (small: the body is not of that shape), converged.\n\n"
         "Options\n" +
         options_text([&](FieldVisitor& v) {
           fields(v, usual);
         })).c_str());
  m.def("positive_decays", &positive_decays, py::arg("edges_s"), py::arg("polarizability"), py::arg("axes"),
        py::arg("information"), py::arg("sigma"), py::arg("tau_s"),
        "Principal curves (n_gates, 3) that a passive body can have: along each of the axes (columns) a sum of "
        "decays of the time constants tau_s with amplitudes at or above 0 (Lawson and Hanson 1974), nearest to "
        "polarizability (n_gates, 3, 3), each gate with its sigma and the information of one of noise 1. All but "
        "edges_s and tau_s come from invert_dipoles().");
}

}  // namespace surefoot::python
