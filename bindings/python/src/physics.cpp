// SPDX-License-Identifier: MIT
// Closed forms of induction: thin faces of include/surefoot/physics. Frequencies come in hertz.
#include "arguments.hpp"
#include "module.hpp"
#include "numpy.hpp"

#include <surefoot/physics/relaxation.hpp>
#include <surefoot/physics/soil.hpp>
#include <surefoot/physics/sphere.hpp>
#include <surefoot/physics/spheroid.hpp>

#include <pybind11/stl.h>

#include <array>
#include <cmath>
#include <numbers>

namespace surefoot::python {
namespace {

using physics::Mode;
using std::complex;

constexpr double two_pi = 2.0 * std::numbers::pi;
constexpr Index most_modes = 100000;

double positive(double x, const char* name) {
  require(x > 0.0 && std::isfinite(x), name, text_of(x) + " must be above 0 and finite");
  return x;
}
double not_negative(double x, const char* name) {
  require(x >= 0.0, name, text_of(x) + " must be at least 0");
  return x;
}
physics::Sphere sphere(double radius_m, double conductivity_s_per_m, double mu_r) {
  return {positive(radius_m, "radius_m"), not_negative(conductivity_s_per_m, "conductivity_s_per_m"),
          positive(mu_r, "mu_r")};
}
physics::Spheroid spheroid(double across_m, double along_m, double conductivity_s_per_m, double mu_r) {
  return {positive(across_m, "across_m"), positive(along_m, "along_m"),
          not_negative(conductivity_s_per_m, "conductivity_s_per_m"), positive(mu_r, "mu_r")};
}

py::tuple columns_of(const std::vector<Mode>& modes) {
  std::vector<double> amplitude;
  std::vector<double> tau;
  for (const Mode& mode : modes) {
    amplitude.push_back(mode.amplitude);
    tau.push_back(mode.tau_s);
  }
  return py::make_tuple(array_of(std::move(amplitude)), array_of(std::move(tau)));
}
std::vector<Mode> some_modes(Index n) {
  require(n >= 1 && n <= most_modes, "n", "must be from 1 to " + std::to_string(most_modes));
  return std::vector<Mode>(to_size(n));
}
std::vector<Mode> modes_of(const Doubles& amplitude, const Doubles& tau_s) {
  const auto a = span_of(amplitude, "amplitude");
  const auto tau = span_of(tau_s, "tau_s");
  require(a.size() == tau.size(), "tau_s", "needs one value for each amplitude");
  std::vector<Mode> modes(a.size());
  for (std::size_t i = 0; i < a.size(); ++i) modes[i] = {a[i], tau[i]};
  return modes;
}

void bind_spheres(py::module_& m) {
  const auto radius = py::arg("radius_m");
  const auto sigma = py::arg("conductivity_s_per_m");
  const auto mu = py::arg("mu_r") = 1.0;
  m.def("sphere_chi", py::vectorize([](double f, double a, double s, double mu_r) {
          return physics::sphere_chi(sphere(a, s, mu_r), two_pi * not_negative(f, "frequency_hz"));
        }),
        py::arg("frequency_hz"), radius, sigma, mu,
        "chi(i w) of a conducting permeable sphere, m = V chi H, e^(+i w t): from 3 (mu_r - 1)/(mu_r + 2) at 0 Hz "
        "to -3/2 (Wait 1951). Times sphere_volume() it is the polarizability in m^3.");
  m.def("sphere_volume",
        py::vectorize([](double a) { return physics::volume_m3({.radius_m = positive(a, "radius_m")}); }), radius,
        "(4/3) pi a^3 in m^3.");
  m.def("sphere_step_off", py::vectorize([](double t, double a, double s, double mu_r) {
          return physics::sphere_step_off(sphere(a, s, mu_r), t);
        }),
        py::arg("time_s"), radius, sigma, mu,
        "chi that is left at time_s after a steady field was switched off (Wait and Spies 1969). NaN before 0 s.");
  m.def("sphere_step_off_rate", py::vectorize([](double t, double a, double s, double mu_r) {
          return physics::sphere_step_off_rate(sphere(a, s, mu_r), t);
        }),
        py::arg("time_s"), radius, sigma, mu, "Its rate of change in 1/s, below 0.");
  m.def(
      "sphere_modes",
      [](Index n, double a, double s, double mu_r) {
        std::vector<Mode> modes = some_modes(n);
        physics::sphere_modes(sphere(a, s, mu_r), modes);
        return columns_of(modes);
      },
      py::arg("n"), radius, sigma, mu,
      "The n slowest modes (amplitude, tau_s): chi(i w) = chi(0) - sum A i w tau / (1 + i w tau) (Wait and Spies "
      "1969).");
}

py::dict axis_dict(const physics::PrincipalAxis& axis) {
  py::dict out;
  out["still_m3"] = axis.still_m3;
  out["fast_m3"] = axis.fast_m3;
  out["radius_m"] = axis.radius_m;
  return out;
}

void bind_spheroids(py::module_& m) {
  const auto across = py::arg("across_m");
  const auto along = py::arg("along_m");
  const auto sigma = py::arg("conductivity_s_per_m");
  const auto mu = py::arg("mu_r") = 1.0;
  m.def(
      "demagnetising_factors",
      [](double aspect) {
        const physics::Demagnetising n = physics::demagnetising(not_negative(aspect, "aspect"));
        return py::make_tuple(n.along, n.across);
      },
      py::arg("aspect"), "(along, across) of a spheroid of aspect c / a; along + 2 across = 1 (Osborn 1945).");
  m.def(
      "spheroid_axes",
      [](double a, double c, double s, double mu_r) {
        const physics::SpheroidAxes axes = physics::spheroid_axes(spheroid(a, c, s, mu_r));
        py::dict out;
        out["along"] = axis_dict(axes.along);
        out["across"] = axis_dict(axes.across);
        return out;
      },
      across, along, sigma, mu,
      "The principal axes of a spheroid of semi-axes across_m (twice) and along_m: still_m3 = M(0), fast_m3 = "
      "M(infinity), radius_m of the sphere of the same material whose course over frequency it has.");
  m.def(
      "spheroid_polarizability",
      [](const Doubles& frequency_hz, double a, double c, double s, double mu_r) {
        const physics::Spheroid shape = spheroid(a, c, s, mu_r);
        py::array_t<complex<double>> out(leading(frequency_hz, 0) + std::initializer_list<py::ssize_t>{2});
        complex<double>* to = out.mutable_data();
        for (const double f : all_of(frequency_hz))
          for (const auto& value : physics::spheroid_polarizability(shape, two_pi * not_negative(f, "frequency_hz")))
            *to++ = value;
        return out;
      },
      py::arg("frequency_hz"), across, along, sigma, mu,
      "Polarizability in m^3 along and across the axis of a spheroid: complex128 (..., 2). Its limits and the "
      "first order in frequency are exact, between them it is an approximation (after Smith, Morrison and Becker "
      "2004).");
  m.def(
      "spheroid_modes",
      [](Index n, double a, double c, double s, double mu_r) {
        const physics::Spheroid shape = spheroid(a, c, s, mu_r);
        const physics::SpheroidAxes axes = physics::spheroid_axes(shape);
        std::vector<Mode> modes = some_modes(n);
        py::dict out;
        physics::spheroid_modes(shape, axes.along, modes);
        out["along"] = columns_of(modes);
        physics::spheroid_modes(shape, axes.across, modes);
        out["across"] = columns_of(modes);
        return out;
      },
      py::arg("n"), across, along, sigma, mu, "The n slowest modes (amplitude in m^3, tau_s) of each axis.");
}

py::array_t<double> gate_voltages(const Doubles& edges_s, const Doubles& amplitude, const Doubles& tau_s,
                                  const Doubles& waveform, const std::string& repeat, double period_s,
                                  double receiver_tau_s, double chi_inf) {
  const auto edges = span_of(edges_s, "edges_s");
  require(edges.size() >= 2, "edges_s", "needs at least 2 edges");
  for (std::size_t i = 1; i < edges.size(); ++i) require(edges[i] > edges[i - 1], "edges_s", "must ascend");
  require(waveform.ndim() == 2 && waveform.shape(1) == 2 && waveform.shape(0) >= 1, "waveform",
          "must be corners of the field: (time_s, value), shape (n, 2)");
  std::vector<physics::Knot> knots;
  for (py::ssize_t i = 0; i < waveform.shape(0); ++i) {
    knots.push_back({waveform.at(i, 0), waveform.at(i, 1)});
    require(i == 0 || knots[to_size(i)].t_s >= knots[to_size(i) - 1].t_s, "waveform", "must be in order of time");
  }
  physics::Sounding sounding{knots, physics::Repeat::once, period_s, not_negative(receiver_tau_s, "receiver_tau_s")};
  if (repeat == "same") sounding.repeat = physics::Repeat::same;
  else if (repeat == "opposite") sounding.repeat = physics::Repeat::opposite;
  else require(repeat == "once", "repeat", "unknown word '" + repeat + "'; known: once, same, opposite");
  if (sounding.repeat != physics::Repeat::once) positive(period_s, "period_s");
  const std::vector<Mode> modes = modes_of(amplitude, tau_s);
  py::array_t<double> out(static_cast<py::ssize_t>(edges.size() - 1));
  physics::voltage_gates(chi_inf, modes, sounding, edges, {out.mutable_data(), edges.size() - 1});
  return out;
}

void bind_modes(py::module_& m) {
  const auto amplitude = py::arg("amplitude");
  const auto tau = py::arg("tau_s");
  m.def(
      "modes_response",
      [](const Doubles& frequency_hz, const Doubles& a, const Doubles& tau_s, double chi0) {
        const std::vector<Mode> modes = modes_of(a, tau_s);
        py::array_t<complex<double>> out(leading(frequency_hz, 0));
        complex<double>* to = out.mutable_data();
        for (const double f : all_of(frequency_hz))
          *to++ = physics::response(chi0, modes, two_pi * not_negative(f, "frequency_hz"));
        return out;
      },
      py::arg("frequency_hz"), amplitude, tau, py::arg("chi0") = 0.0,
      "chi0 - sum A i w tau / (1 + i w tau), complex128 of the shape of frequency_hz.");
  m.def(
      "modes_step_off",
      [](const Doubles& time_s, const Doubles& a, const Doubles& tau_s) {
        const std::vector<Mode> modes = modes_of(a, tau_s);
        py::array_t<double> out(leading(time_s, 0));
        double* to = out.mutable_data();
        for (const double t : all_of(time_s)) *to++ = physics::step_off(modes, t);
        return out;
      },
      py::arg("time_s"), amplitude, tau, "sum A e^(-t/tau): what is left after a steady field was switched off.");
  m.def("gate_voltages", &gate_voltages, py::arg("edges_s"), amplitude, tau, py::kw_only(), py::arg("waveform"),
        py::arg("repeat") = "once", py::arg("period_s") = 0.0, py::arg("receiver_tau_s") = 0.0,
        py::arg("chi_inf") = 0.0,
        "Mean of -dm/dt in 1/s over the gates between edges_s, of modes in a field that runs in straight lines "
        "through waveform (n, 2) of (time_s, value), behind a receiver of the time constant receiver_tau_s. "
        "repeat: once, same (each period_s for ever) or opposite (each time with the other sign). NaN for gates "
        "beyond the period. chi_inf: the part that follows the field at once; 0 leaves it out.");
}

template <auto function>
double of_soil(double t, double chi0, double dchi, double tau1, double tau2) {
  return function({chi0, dchi, tau1, tau2}, t);
}
template <auto function>
double of_pulse(double t, double pulse, double chi0, double dchi, double tau1, double tau2) {
  return function({chi0, dchi, tau1, tau2}, pulse, t);
}

void bind_soils(py::module_& m) {
  constexpr physics::ViscousSoil usual{};
  const auto chi0 = py::arg("chi0") = usual.chi0;
  const auto dchi = py::arg("dchi") = usual.dchi;
  const auto tau1 = py::arg("tau1_s") = usual.tau1_s;
  const auto tau2 = py::arg("tau2_s") = usual.tau2_s;
  m.def("viscous_chi", py::vectorize([](double f, double x0, double dx, double t1, double t2) {
          return physics::viscous_chi({x0, dx, t1, t2}, two_pi * not_negative(f, "frequency_hz"));
        }),
        py::arg("frequency_hz"), chi0, dchi, tau1, tau2,
        "Susceptibility (SI) of viscous soil, chi0 - dchi ln[(1 + i w tau2)/(1 + i w tau1)] / ln(tau2/tau1), e^(+i w "
        "t) (Mullins and Tite 1973).");
  m.def("viscous_step_off", py::vectorize(of_soil<physics::viscous_step_off>), py::arg("time_s"), chi0, dchi, tau1,
        tau2,
        "M / H that is left after a steady field was switched off: kappa [E1(t/tau2) - E1(t/tau1)], kappa = dchi / "
        "ln(tau2/tau1).");
  m.def("viscous_step_off_rate", py::vectorize(of_soil<physics::viscous_step_off_rate>), py::arg("time_s"), chi0, dchi,
        tau1, tau2, "Its rate in 1/s: -kappa/t in the band.");
  m.def("viscous_pulse", py::vectorize(of_pulse<physics::viscous_pulse>), py::arg("time_s"), py::arg("pulse_s"), chi0,
        dchi, tau1, tau2, "The same after a pulse of pulse_s that ended at 0 s.");
  m.def("viscous_pulse_rate", py::vectorize(of_pulse<physics::viscous_pulse_rate>), py::arg("time_s"),
        py::arg("pulse_s"), chi0, dchi, tau1, tau2, "Its rate in 1/s: -kappa [1/t - 1/(t + pulse_s)] in the band.");
  const auto sigma = py::arg("conductivity_s_per_m");
  m.def("conductive_loop_centre",
        py::vectorize([](double f, double a, double s) { return physics::conductive_loop_centre(a, s, two_pi * f); }),
        py::arg("frequency_hz"), py::arg("radius_m"), sigma,
        "Secondary H_z in A/m per ampere at the centre of a loop on a conductive half-space (Ward and Hohmann "
        "1988, eq. 4.94).");
  m.def("conductive_coplanar",
        py::vectorize([](double f, double r, double s) { return physics::conductive_coplanar(r, s, two_pi * f); }),
        py::arg("frequency_hz"), py::arg("distance_m"), sigma,
        "Secondary over primary H_z of two vertical dipoles on a conductive half-space (Ward and Hohmann 1988, eq. "
        "4.56); i w mu0 sigma r^2 / 4 at low induction numbers.");
  m.def("conductive_step_off",
        py::vectorize([](double t, double a, double s) { return physics::conductive_step_off(a, s, t); }),
        py::arg("time_s"), py::arg("radius_m"), sigma,
        "H_z in A/m per ampere at the centre of that loop after its current was switched off (Ward and Hohmann "
        "1988, eq. 4.98).");
  m.def("conductive_step_off_rate",
        py::vectorize([](double t, double a, double s) { return physics::conductive_step_off_rate(a, s, t); }),
        py::arg("time_s"), py::arg("radius_m"), sigma, "Its rate in A/(m s) per ampere.");
}

}  // namespace

void bind_physics(py::module_& m) {
  bind_spheres(m);
  bind_spheroids(m);
  bind_modes(m);
  bind_soils(m);
}

}  // namespace surefoot::python
