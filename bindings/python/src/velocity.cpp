// SPDX-License-Identifier: MIT
// Velocity, soils and depths: thin faces of include/surefoot/gpr.
#include "arguments.hpp"
#include "module.hpp"
#include "numpy.hpp"

#include <surefoot/base/line.hpp>
#include <surefoot/dsp/plane_wave.hpp>
#include <surefoot/gpr/dix.hpp>
#include <surefoot/gpr/hyperbola_fit.hpp>
#include <surefoot/gpr/hyperbola_search.hpp>
#include <surefoot/gpr/permittivity.hpp>
#include <surefoot/gpr/semblance.hpp>

#include <pybind11/stl.h>

#include <algorithm>
#include <optional>

namespace surefoot::python {
namespace {

std::span<const double> span_of(const std::optional<Doubles>& a, const char* name) {
  return a ? python::span_of(*a, name) : std::span<const double>{};
}
std::span<const double> span_of(const Doubles& a, const char* name) { return python::span_of(a, name); }

gpr::HyperbolaFit fit(const Doubles& x_m, const Doubles& time_s, const std::optional<Doubles>& sigma_s,
                      double antenna_offset_m, double standoff_m, double time_zero_s, bool fit_time_zero) {
  const gpr::HyperbolaFit found =
      gpr::fit_hyperbola({span_of(x_m, "x_m"), span_of(time_s, "time_s"), span_of(sigma_s, "sigma_s")},
                         {.antenna_offset_m = antenna_offset_m,
                          .standoff_m = standoff_m,
                          .time_zero_s = time_zero_s,
                          .fit_time_zero = fit_time_zero});
  require(found.problem);
  return found;
}

py::dict dix(const Doubles& time_s, const Doubles& velocity_m_per_s, const std::optional<Doubles>& time_sigma_s,
             const std::optional<Doubles>& velocity_sigma_m_per_s) {
  const auto t = span_of(time_s, "time_s");
  const auto v = span_of(velocity_m_per_s, "velocity_m_per_s");
  const auto dt = span_of(time_sigma_s, "time_sigma_s");
  const auto dv = span_of(velocity_sigma_m_per_s, "velocity_sigma_m_per_s");
  const auto same = [&](std::span<const double> a, const char* name) {
    if (!a.empty() && a.size() != t.size()) throw ConfigError(name, "needs one value for each time");
  };
  if (v.size() != t.size()) throw ConfigError("velocity_m_per_s", "needs one value for each time");
  same(dt, "time_sigma_s");
  same(dv, "velocity_sigma_m_per_s");
  std::vector<gpr::RmsPick> picks(t.size());
  for (std::size_t i = 0; i < t.size(); ++i)
    picks[i] = {t[i], v[i], dt.empty() ? 0.0 : dt[i], dv.empty() ? 0.0 : dv[i]};
  std::vector<gpr::IntervalLayer> layers(t.size());
  require(gpr::dix(picks, layers));
  const auto column = [&](double gpr::IntervalLayer::*member) {
    std::vector<double> out;
    for (const gpr::IntervalLayer& layer : layers) out.push_back(layer.*member);
    return array_of(std::move(out));
  };
  py::dict out;
  out["velocity_m_per_s"] = column(&gpr::IntervalLayer::velocity_m_per_s);
  out["thickness_m"] = column(&gpr::IntervalLayer::thickness_m);
  out["depth_m"] = column(&gpr::IntervalLayer::depth_m);
  out["velocity_sigma_m_per_s"] = column(&gpr::IntervalLayer::velocity_sigma_m_per_s);
  out["thickness_sigma_m"] = column(&gpr::IntervalLayer::thickness_sigma_m);
  out["depth_sigma_m"] = column(&gpr::IntervalLayer::depth_sigma_m);
  return out;
}

std::vector<gpr::FoundHyperbola> find(const Line& line, const py::kwargs& given) {
  gpr::HyperbolaSearchOptions options;
  read_options("find_hyperbolas", given, [&](FieldVisitor& v) { fields(v, options); });
  std::vector<gpr::FoundHyperbola> found;
  const gpr::Radargram radargram{
      line.axis, line.n_samples(), {line.samples.data(), static_cast<std::size_t>(line.samples.size())}, line.tags};
  Problem problem;
  {
    const py::gil_scoped_release released;
    problem = gpr::find_hyperbolas(radargram, options, found);
  }
  require(problem);
  return found;
}

void bind_search(py::module_& m) {
  using gpr::FoundHyperbola;
  py::class_<FoundHyperbola>(m, "FoundHyperbola", "A hyperbola that was found in a line, with the fit to its picks.")
      .def_readonly("fit", &FoundHyperbola::fit)
      .def_readonly("semblance", &FoundHyperbola::semblance, "Of the traces along it, 0 to 1.")
      .def_readonly("chance", &FoundHyperbola::chance, "That noise alone reaches this semblance at one place.")
      .def_readonly("amplitude", &FoundHyperbola::amplitude, "RMS of the stacked wave, in the unit of the samples.")
      .def_readonly("n_picks", &FoundHyperbola::n_picks)
      .def_readonly("trace", &FoundHyperbola::trace, "The trace over which it was found.");
  std::string doc =
      "Find the hyperbolas of buried points in a line (semblance over place, time and velocity), and fit each to picks "
      "along "
      "its branches. Remove direct wave and layers before; traces must stand at even places. Sorted by "
      "place.\n\nOptions\n";
  gpr::HyperbolaSearchOptions usual;
  doc += options_text([&](FieldVisitor& v) { fields(v, usual); });
  m.def("find_hyperbolas", &find, py::arg("line"), doc.c_str());
}

void bind_fit(py::module_& m) {
  using gpr::HyperbolaFit;
  py::class_<HyperbolaFit>(m, "HyperbolaFit", "Place, depth and velocity of a diffraction, and how sure they are.")
      .def_readonly("x_m", &HyperbolaFit::x_m)
      .def_readonly("depth_m", &HyperbolaFit::depth_m)
      .def_readonly("velocity_m_per_s", &HyperbolaFit::velocity_m_per_s)
      .def_readonly("time_zero_s", &HyperbolaFit::time_zero_s, "As given, unless it was looked for.")
      .def_property_readonly(
          "covariance",
          [](const HyperbolaFit& f) {
            py::array_t<double> out({4, 4});
            std::copy(f.covariance.begin(), f.covariance.end(), out.mutable_data());
            return out;
          },
          "Of (x_m, depth_m, velocity_m_per_s, time_zero_s), float64 (4, 4).")
      .def_property_readonly("x_error_m", [](const HyperbolaFit& f) { return f.standard_error(0); })
      .def_property_readonly("depth_error_m", [](const HyperbolaFit& f) { return f.standard_error(1); })
      .def_property_readonly("velocity_error_m_per_s", [](const HyperbolaFit& f) { return f.standard_error(2); })
      .def_property_readonly("time_zero_error_s", [](const HyperbolaFit& f) { return f.standard_error(3); })
      .def_readonly("residual_s", &HyperbolaFit::residual_s, "Root of the mean square of picked minus computed times.")
      .def_readonly("chi_square", &HyperbolaFit::chi_square, "NaN without sigma_s.")
      .def_readonly("degrees_of_freedom", &HyperbolaFit::degrees_of_freedom)
      .def_readonly("iterations", &HyperbolaFit::iterations)
      .def("__repr__", [](const HyperbolaFit& f) {
        return "<surefoot.HyperbolaFit x_m=" + text_of(f.x_m) + " +- " + text_of(f.standard_error(0)) +
               ", depth_m=" + text_of(f.depth_m) + " +- " + text_of(f.standard_error(1)) +
               ", velocity_m_per_s=" + text_of(f.velocity_m_per_s) + " +- " + text_of(f.standard_error(2)) + ">";
      });
  m.def(
      "fit_hyperbola", &fit, py::arg("x_m"), py::arg("time_s"), py::kw_only(), py::arg("sigma_s") = py::none(),
      py::arg("antenna_offset_m") = 0.0, py::arg("standoff_m") = 0.0, py::arg("time_zero_s") = 0.0,
      py::arg("fit_time_zero") = false,
      "Fit the two-way times of a buried point to picks: least squares over place, depth, velocity and, if asked, time "
      "zero, with the ray refracted at the ground if there is a standoff. The errors belong to the picks alone: a "
      "wrong "
      "offset, standoff or time zero does not show in them.\n\nRaises ConfigError if the picks have no answer.");
  m.def(
      "dix", &dix, py::arg("time_s"), py::arg("velocity_m_per_s"), py::kw_only(), py::arg("time_sigma_s") = py::none(),
      py::arg("velocity_sigma_m_per_s") = py::none(),
      "Interval velocities, thicknesses and depths of flat layers from RMS (stacking) velocities at zero-offset "
      "two-way "
      "times, with standard errors (Dix 1955). A dict of float64 arrays.\n\nRaises ConfigError for picks that no flat "
      "layer can give.");
}

void bind_soil(py::module_& m) {
  m.def(
      "topp_permittivity", py::vectorize(gpr::topp_permittivity), py::arg("water_content"),
      "Relative permittivity of a mineral soil of this volumetric water content (Topp et al. 1980, eq. 6). NaN outside "
      "[0, 1].");
  m.def(
      "topp_water_content", py::vectorize(gpr::topp_water_content), py::arg("permittivity"),
      "Volumetric water content of a mineral soil of this relative permittivity (Topp et al. 1980, eq. 7). NaN outside "
      "[1, 81].");
  constexpr gpr::CrimSoil usual{};
  m.def(
      "crim_permittivity", py::vectorize([](double water, double porosity, double grain, double liquid) {
        return gpr::crim_permittivity(water, {porosity, grain, liquid});
      }),
      py::arg("water_content"), py::arg("porosity") = usual.porosity,
      py::arg("grain_permittivity") = usual.grain_permittivity,
      py::arg("water_permittivity") = usual.water_permittivity,
      "Relative permittivity of grains, water and air by the complex refractive index model. NaN where there is none.");
  m.def("crim_water_content", py::vectorize([](double permittivity, double porosity, double grain, double liquid) {
          return gpr::crim_water_content(permittivity, {porosity, grain, liquid});
        }),
        py::arg("permittivity"), py::arg("porosity") = usual.porosity,
        py::arg("grain_permittivity") = usual.grain_permittivity,
        py::arg("water_permittivity") = usual.water_permittivity,
        "Volumetric water content by the complex refractive index model. NaN where there is none.");
  m.def("water_permittivity", py::vectorize(gpr::water_permittivity), py::arg("temperature_deg_c"),
        "Static permittivity of pure water from 0 to 100 degrees Celsius (Malmberg and Maryott 1956).");
  m.def("velocity_of_permittivity", py::vectorize(gpr::velocity_of_permittivity), py::arg("permittivity"),
        "c / sqrt(permittivity) in m/s: soil of low loss, c = 299792458 m/s.");
  m.def("permittivity_of_velocity", py::vectorize(gpr::permittivity_of_velocity), py::arg("velocity_m_per_s"),
        "(c / velocity)^2; NaN outside (0, c].");
  m.def("velocity_of_soil", py::vectorize([](double permittivity, double conductivity, double frequency) {
          return dsp::soil_wave(permittivity, conductivity, frequency).velocity_m_s;
        }),
        py::arg("permittivity"), py::arg("conductivity_s_per_m"), py::arg("frequency_hz"),
        "Phase velocity in m/s in a soil of any loss.");
  m.def("attenuation_of_soil", py::vectorize([](double permittivity, double conductivity, double frequency) {
          return dsp::soil_wave(permittivity, conductivity, frequency).attenuation_np_m;
        }),
        py::arg("permittivity"), py::arg("conductivity_s_per_m"), py::arg("frequency_hz"),
        "Attenuation in Np/m (1 Np = 8.686 dB) in a soil of any loss.");
  m.def("time_of_depth", py::vectorize([](double depth, double velocity, double offset, double standoff) {
          return gpr::time_of_depth(depth, {velocity, offset, standoff});
        }),
        py::arg("depth_m"), py::arg("velocity_m_per_s"), py::arg("antenna_offset_m") = 0.0, py::arg("standoff_m") = 0.0,
        "Two-way time from transmission on to a flat reflector, refracted at the ground under a standoff.");
  m.def("depth_of_time", py::vectorize([](double time, double velocity, double offset, double standoff) {
          return gpr::depth_of_time(time, {velocity, offset, standoff});
        }),
        py::arg("two_way_time_s"), py::arg("velocity_m_per_s"), py::arg("antenna_offset_m") = 0.0,
        py::arg("standoff_m") = 0.0, "The inverse of time_of_depth(); NaN before the time of depth 0.");
  m.def("semblance_chance", py::vectorize([](double semblance, Index n_traces, double n_samples) {
          return gpr::semblance_chance(semblance, n_traces, n_samples);
        }),
        py::arg("semblance"), py::arg("n_traces"), py::arg("n_samples"),
        "Probability that noise alone reaches this semblance; n_samples counts the independent samples of the gate.");
  m.def("semblance_threshold", py::vectorize([](double chance, Index n_traces, double n_samples) {
          return gpr::semblance_threshold(chance, n_traces, n_samples);
        }),
        py::arg("chance"), py::arg("n_traces"), py::arg("n_samples"),
        "Semblance that noise alone reaches with this probability.");
}

}  // namespace

void bind_velocity(py::module_& m) {
  bind_fit(m);
  bind_search(m);
  bind_soil(m);
}

}  // namespace surefoot::python
