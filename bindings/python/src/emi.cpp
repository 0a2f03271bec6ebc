// SPDX-License-Identifier: MIT
// Features of responses and figures of receivers: thin faces of include/surefoot/emi.
#include "arguments.hpp"
#include "module.hpp"
#include "numpy.hpp"

#include <surefoot/emi/decay_fit.hpp>
#include <surefoot/emi/noise.hpp>
#include <surefoot/emi/relaxation_spectrum.hpp>

#include <pybind11/stl.h>

#include <cmath>
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
       "log10_zeta_sigma (decades), strength_sigma, constant, constant_sigma, rest (weighted sum of squares), "
       "degrees. Remove soil first: its slope comes out as a comb of lines." +
       options)
          .c_str());
  m.def("decay_spectrum", &decay_spectrum, py::arg("edges_s"), py::arg("gates"), py::kw_only(),
        py::arg("weights") = py::none(), py::arg("offset") = false,
        ("Decay constants of a sum of exponentials from means over gates, in the same way; offset adds a constant. A "
         "dict: tau_s (ascending), strength (at 0 s), log10_tau_sigma, strength_sigma, offset, rest, degrees." +
         options)
            .c_str());
  constexpr emi::DecayFitOptions decay{};
  m.def("fit_decay", &fit_decay, py::arg("edges_s"), py::arg("gates"), py::kw_only(), py::arg("weights") = py::none(),
        py::arg("least_tau_s") = decay.least_tau_s, py::arg("most_tau_s") = decay.most_tau_s,
        py::arg("offset") = decay.offset, py::arg("known_noise") = decay.known_noise,
        "One exponential through means over gates (..., n_gates), with standard errors: a dict of arrays of the "
        "leading shape. weights: 1 / sigma of each gate. Look at usable, and at rest / degrees: two decays leave "
        "more than the noise.");
}

void bind_figures(py::module_& m) {
  m.def("noise_figures", &noise_figures, py::arg("block"), py::arg("rate_hz"),
        "Noise of a float32 block that holds nothing else: mean, rms, robust_rms (1.4826 times the median "
        "deviation), density_per_root_hz (rms / sqrt(rate / 2)), samples (those that are finite).");
  m.def("tone_figures", &tone_figures, py::arg("block"), py::arg("rate_hz"), py::arg("frequency_hz"), py::kw_only(),
        py::arg("full_scale"),
        "A float32 block that holds one tone near frequency_hz (IEEE Std 1057, four parameters): amplitude, "
        "phase_rad, offset, frequency_hz, rest_rms, sinad_db, enob, clipped, usable. full_scale: the largest "
        "amplitude the converter takes.");
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

}  // namespace

void bind_emi(py::module_& m) {
  bind_features(m);
  bind_figures(m);
}

}  // namespace surefoot::python
