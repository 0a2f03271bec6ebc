// SPDX-License-Identifier: MIT
// Features of responses and figures of receivers, and where a dipole is: thin faces of include/surefoot/emi.
#include "arguments.hpp"
#include "arrays.hpp"
#include "module.hpp"
#include "numpy.hpp"

#include <surefoot/emi/decay_fit.hpp>
#include <surefoot/emi/inversion.hpp>
#include <surefoot/emi/noise.hpp>
#include <surefoot/emi/polarizability.hpp>
#include <surefoot/emi/relaxation_spectrum.hpp>

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

// Data of one measurement, and its weights if there are any.
std::vector<double> weights_of(const std::optional<Doubles>& weights, std::size_t n) {
  if (!weights) return std::vector<double>(n, 1.0);
  const auto w = span_of(*weights, "weights");
  require(w.size() == n, "weights", "needs " + std::to_string(n) + " values, not " + std::to_string(w.size()));
  for (const double x : w) require(x >= 0.0 && std::isfinite(x), "weights", "must be at least 0 and finite");
  return {w.begin(), w.end()};
}

template <class Record>
py::array_t<double> column(std::span<const Record> lines, double Record::*member) {
  std::vector<double> out;
  for (const Record& line : lines) out.push_back(line.*member);
  return array_of(std::move(out));
}

py::dict relaxation_spectrum(const Doubles& frequency_hz, const Complexes& response,
                             const std::optional<Doubles>& weights, const py::kwargs& given) {
  emi::SpectrumOptions options;
  read_options("relaxation_spectrum", given, [&](FieldVisitor& v) { fields(v, options); });
  const auto tones = span_of(frequency_hz, "frequency_hz");
  const auto values = span_of(response, "response");
  require(emi::validate_tones(options, tones));
  require(values.size() == tones.size(), "response", "needs one value for each tone");
  const InArena<emi::RelaxationSpectrum> spectrum(tones, options);
  spectrum->set_weights(weights_of(weights, tones.size()));
  require(spectrum->fit(values), "response", "must be finite");
  const auto lines = spectrum->lines();
  py::dict out;
  out["zeta_rad_s"] = column(lines, &emi::RelaxationLine::zeta_rad_s);
  out["strength"] = column(lines, &emi::RelaxationLine::strength);
  out["log10_zeta_sigma"] = column(lines, &emi::RelaxationLine::log10_zeta_sigma);
  out["strength_sigma"] = column(lines, &emi::RelaxationLine::strength_sigma);
  out["constant"] = spectrum->constant();
  out["constant_sigma"] = spectrum->constant_sigma();
  out["rest"] = spectrum->rest();
  out["degrees"] = spectrum->degrees();
  return out;
}

py::dict decay_spectrum(const Doubles& edges_s, const Doubles& gates, const std::optional<Doubles>& weights,
                        bool offset, const py::kwargs& given) {
  emi::SpectrumOptions options;
  read_options("decay_spectrum", given, [&](FieldVisitor& v) { fields(v, options); });
  const auto edges = span_of(edges_s, "edges_s");
  const auto values = span_of(gates, "gates");
  require(emi::validate_gates(options, edges));
  require(values.size() + 1 == edges.size(), "gates", "needs one value less than edges_s");
  const InArena<emi::DecaySpectrum> spectrum(edges, offset, options);
  spectrum->set_weights(weights_of(weights, values.size()));
  require(spectrum->fit(values), "gates", "must be finite");
  const auto lines = spectrum->lines();
  py::dict out;
  out["tau_s"] = column(lines, &emi::DecayLine::tau_s);
  out["strength"] = column(lines, &emi::DecayLine::strength);
  out["log10_tau_sigma"] = column(lines, &emi::DecayLine::log10_tau_sigma);
  out["strength_sigma"] = column(lines, &emi::DecayLine::strength_sigma);
  out["offset"] = spectrum->offset();
  out["rest"] = spectrum->rest();
  out["degrees"] = spectrum->degrees();
  return out;
}

py::dict fit_decay(const Doubles& edges_s, const Doubles& gates, const std::optional<Doubles>& weights,
                   double least_tau_s, double most_tau_s, bool offset, bool known_noise) {
  const auto edges = span_of(edges_s, "edges_s");
  require(edges.size() >= 2, "edges_s", "needs at least 2 edges");
  for (std::size_t i = 1; i < edges.size(); ++i) require(edges[i] > edges[i - 1], "edges_s", "must ascend");
  const auto n = static_cast<py::ssize_t>(edges.size()) - 1;
  require(gates.ndim() >= 1 && gates.shape(gates.ndim() - 1) == n, "gates",
          "needs " + std::to_string(n) + " values along its last axis, one less than edges_s");
  require(least_tau_s > 0.0 && most_tau_s > least_tau_s && std::isfinite(most_tau_s), "most_tau_s",
          "must be finite and above least_tau_s, and that above 0");
  const std::vector<double> w = weights_of(weights, to_size(n));
  std::vector<emi::DecayFit> fits(static_cast<std::size_t>(gates.size() / n));
  for (std::size_t i = 0; i < fits.size(); ++i)
    fits[i] = emi::fit_decay(edges, {gates.data() + static_cast<py::ssize_t>(i) * n, to_size(n)}, w,
                             {least_tau_s, most_tau_s, offset, known_noise});
  py::dict out;
  const auto put = [&](const char* name, auto emi::DecayFit::*member) {
    using Value = std::remove_cvref_t<decltype(fits[0].*member)>;
    py::array_t<Value> all(leading(gates, 1));
    for (std::size_t i = 0; i < fits.size(); ++i) all.mutable_data()[i] = fits[i].*member;
    out[name] = all;
  };
  put("tau_s", &emi::DecayFit::tau_s);
  put("amplitude", &emi::DecayFit::amplitude);
  put("offset", &emi::DecayFit::offset);
  put("tau_sigma_s", &emi::DecayFit::tau_sigma_s);
  put("amplitude_sigma", &emi::DecayFit::amplitude_sigma);
  put("offset_sigma", &emi::DecayFit::offset_sigma);
  put("correlation", &emi::DecayFit::correlation);
  put("rest", &emi::DecayFit::rest);
  put("degrees", &emi::DecayFit::degrees);
  put("usable", &emi::DecayFit::usable);
  return out;
}

ConstTraceRef block_of(const py::array& block) {
  require_samples(block, "block");
  if (block.ndim() != 1) throw py::type_error("block must have 1 dimension, not " + std::to_string(block.ndim()));
  return {static_cast<const Sample*>(block.data()), static_cast<std::size_t>(block.size())};
}
void require_rate(double rate_hz) { require(rate_hz > 0.0 && std::isfinite(rate_hz), "rate_hz", "must be above 0"); }

py::dict noise_figures(const py::array& block, double rate_hz) {
  const ConstTraceRef samples = block_of(block);
  require_rate(rate_hz);
  std::vector<Sample> work(samples.size());
  const emi::NoiseFigures f = emi::noise_of(samples, rate_hz, work);
  py::dict out;
  out["mean"] = f.mean;
  out["rms"] = f.rms;
  out["robust_rms"] = f.robust_rms;
  out["density_per_root_hz"] = f.density_per_root_hz;
  out["samples"] = f.samples;
  return out;
}

py::dict tone_figures(const py::array& block, double rate_hz, double frequency_hz, double full_scale) {
  const ConstTraceRef samples = block_of(block);
  require_rate(rate_hz);
  require(full_scale > 0.0, "full_scale", "must be above 0");
  const emi::ToneFigures f = emi::tone_figures(samples, rate_hz, frequency_hz, full_scale);
  py::dict out;
  out["amplitude"] = f.amplitude;
  out["phase_rad"] = f.phase_rad;
  out["offset"] = f.offset;
  out["frequency_hz"] = f.frequency_hz;
  out["rest_rms"] = f.rest_rms;
  out["sinad_db"] = f.sinad_db;
  out["enob"] = f.enob;
  out["clipped"] = f.clipped;
  out["usable"] = f.usable;
  return out;
}

void bind_features(py::module_& m) {
  emi::SpectrumOptions usual;
  const std::string options = "\n\nOptions\n" + options_text([&](FieldVisitor& v) { fields(v, usual); });
  m.def(
      "relaxation_spectrum", &relaxation_spectrum, py::arg("frequency_hz"), py::arg("response"), py::kw_only(),
      py::arg("weights") = py::none(),
      ("Relaxation frequencies of one response over tones (DSRF; Wei, Scott and McClellan 2010): H(w) = constant + sum "
       "strength / (1 + i w / zeta), e^(+i w t). weights: one a tone. A dict: zeta_rad_s (ascending), strength, "
       "log10_zeta_sigma (decades), strength_sigma, constant, constant_sigma, rest (weighted sum of squares), degrees. "
       "Remove soil first: its slope comes out as a comb of lines." +
       options)
          .c_str());
  m.def("decay_spectrum", &decay_spectrum, py::arg("edges_s"), py::arg("gates"), py::kw_only(),
        py::arg("weights") = py::none(), py::arg("offset") = false,
        ("Decay constants of a sum of exponentials from means over gates, in the same way; offset adds a constant. A "
         "dict: "
         "tau_s (ascending), strength (at 0 s), log10_tau_sigma, strength_sigma, offset, rest, degrees." +
         options)
            .c_str());
  constexpr emi::DecayFitOptions decay{};
  m.def(
      "fit_decay", &fit_decay, py::arg("edges_s"), py::arg("gates"), py::kw_only(), py::arg("weights") = py::none(),
      py::arg("least_tau_s") = decay.least_tau_s, py::arg("most_tau_s") = decay.most_tau_s,
      py::arg("offset") = decay.offset, py::arg("known_noise") = decay.known_noise,
      "One exponential through means over gates (..., n_gates), with standard errors: a dict of arrays of the leading "
      "shape. weights: 1 / sigma of each gate. Look at usable, and at rest / degrees: two decays leave more than the "
      "noise.");
}

void bind_figures(py::module_& m) {
  m.def("noise_figures", &noise_figures, py::arg("block"), py::arg("rate_hz"),
        "Noise of a float32 block that holds nothing else: mean, rms, robust_rms (1.4826 times the median deviation), "
        "density_per_root_hz (rms / sqrt(rate / 2)), samples (those that are finite).");
  m.def("tone_figures", &tone_figures, py::arg("block"), py::arg("rate_hz"), py::arg("frequency_hz"), py::kw_only(),
        py::arg("full_scale"),
        "A float32 block that holds one tone near frequency_hz (IEEE Std 1057, four parameters): amplitude, phase_rad, "
        "offset, frequency_hz, rest_rms, sinad_db, enob, clipped, usable. full_scale: the largest amplitude the "
        "converter "
        "takes.");
  m.def("enbw_mean_hz", py::vectorize(emi::enbw_mean_hz), py::arg("rate_hz"), py::arg("n"),
        "Noise bandwidth of a mean of n samples, one-sided: rate / (2 n).");
  m.def("enbw_exponential_hz", py::vectorize(emi::enbw_exponential_hz), py::arg("rate_hz"), py::arg("alpha"),
        "Of y += alpha (x - y): alpha rate / (4 - 2 alpha).");
  m.def(
      "enbw_weights_hz",
      [](double rate_hz, const Doubles& weights) { return emi::enbw_weights_hz(rate_hz, span_of(weights, "weights")); },
      py::arg("rate_hz"), py::arg("weights"), "Of a weighted sum: rate / 2 sum w^2 / (sum w)^2 (Harris 1978).");
  m.def("lock_in_sigma", py::vectorize(emi::lock_in_sigma), py::arg("noise_rms"), py::arg("n"),
        "Standard deviation of each part of a lock-in over n samples: noise_rms sqrt(2 / n).");
  m.def("snr_db", py::vectorize(emi::snr_db), py::arg("signal_rms"), py::arg("noise_rms"),
        "20 log10(signal_rms / noise_rms).");
}

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

py::dict invert_dipoles(const CoilArray& array, const py::array& data, const Doubles& sigma,
                        const std::optional<Index>& n_sources, const std::optional<Doubles>& channel_sigma, double rail,
                        const py::kwargs& given) {
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
  return result_dict(result, *inversion, measured);
}

void bind_inversion(py::module_& m) {
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
  emi::InversionOptions usual;
  m.def(
      "invert_dipoles", &invert_dipoles, py::arg("array"), py::arg("data"), py::arg("sigma"), py::kw_only(),
      py::arg("n_sources") = 1, py::arg("channel_sigma") = py::none(),
      py::arg("rail") = std::numeric_limits<double>::infinity(),
      ("Where dipoles are and what their polarizabilities are, from one measurement of an array at rest (variable "
       "projection; Golub and Pereyra 1973).\n\ndata: (n_channels, n_gates), or complex (n_channels, n_tones), as y = "
       "sensing_matrix() q; V / (-i w I) gives q in m^3. NaN is left out.\nsigma: standard deviation of each column "
       "(of "
       "both parts of a tone). channel_sigma: a factor on it for each channel. |value| >= rail is left out as "
       "saturated.\nn_sources: so many dipoles; None: as many, up to max_sources, as have the least BIC.\n\nA dict, k "
       "sources: place_m (k, 3), place_covariance_m2 (k, 3, 3), polarizability (k, columns, 3, 3), "
       "polarizability_covariance (k, columns, 6, 6) of (xx, xy, xz, yy, yz, zz), of tones 2 n_tones columns; "
       "information "
       "(k, 6, 6) of one column of noise 1, principal_axes (k, 3, 3) as columns, principal_curves and principal_sigma "
       "(k, "
       "columns, 3), chi2, degrees_of_freedom, coherence, bic, f_statistic, p_value, iterations, flags (InversionFlag) "
       "and "
       "cannot_tell. Principal axes are the same for all columns (joint diagonalisation), so that curves do not "
       "swap.\n\nOptions\n" +
       options_text([&](FieldVisitor& v) {
         fields(v, usual);
       })).c_str());
}

}  // namespace

void bind_emi(py::module_& m) {
  bind_features(m);
  bind_figures(m);
  bind_inversion(m);
}

}  // namespace surefoot::python
