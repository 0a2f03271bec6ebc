// SPDX-License-Identifier: MIT
// Windings and arrays of metal detectors: what they are, their fields, and what they see of a dipole.
#include "arrays.hpp"

#include "arguments.hpp"
#include "module.hpp"
#include "numpy.hpp"

#include <surefoot/io/coil_array.hpp>
#include <surefoot/physics/loop.hpp>
#include <surefoot/physics/mutual.hpp>

#include <pybind11/stl.h>

#include <algorithm>
#include <fstream>
#include <iterator>

namespace surefoot::python {
namespace {

// The library's own test of a winding, as the only one of an array.
Coil checked(const Coil& coil) {
  CoilArray array;
  array.name = "coil";
  array.transmitters = array.receivers = {{"coil", {coil}}};
  array.frequency.tones_hz = {1.0};
  try {
    validate(array);
  } catch (const ConfigError& e) {
    const std::string& path = e.path();
    const std::string what = e.what();
    throw ConfigError(path.substr(path.rfind('.') + 1), what.substr(std::min(what.size(), path.size() + 2)));
  }
  return coil;
}

Coil circle(double radius_m, const Vector3& centre_m, const Vector3& axis, double turns) {
  Coil coil;
  coil.radius_m = radius_m;
  coil.centre_m = centre_m;
  coil.axis = axis;
  coil.turns = turns;
  return checked(coil);
}

Coil polygon(const Doubles& corners_m, double turns) {
  require(corners_m.ndim() == 2 && corners_m.shape(1) == 3, "corners_m", "must have the shape (n, 3)");
  require(corners_m.shape(0) <= Coil::max_corners, "corners_m",
          "has more than " + std::to_string(Coil::max_corners) + " corners");
  Coil coil;
  coil.shape = CoilShape::polygon;
  coil.n_corners = corners_m.shape(0);
  for (Index i = 0; i < coil.n_corners; ++i) coil.corners_m[to_size(i)] = place_of(corners_m.data(i, 0));
  coil.turns = turns;
  return checked(coil);
}

py::array_t<double> corners_of(const Coil& coil) {
  py::array_t<double> out(std::vector<py::ssize_t>{coil.n_corners, 3});
  for (Index i = 0; i < coil.n_corners; ++i) std::copy_n(coil.corners_m[to_size(i)].data(), 3, out.mutable_data(i, 0));
  return out;
}

// One vector for each place.
template <auto function>
py::array_t<double> at_places(const Coil& coil, const Doubles& place_m) {
  require_places(place_m, "place_m");
  py::array_t<double> out(leading(place_m, 0));
  double* to = out.mutable_data();
  for (py::ssize_t i = 0; i < place_m.size(); i += 3)
    std::ranges::copy(function(coil, place_of(place_m.data() + i)), to + i);
  return out;
}

py::array_t<double> gradient(const Coil& coil, const Doubles& place_m) {
  require_places(place_m, "place_m");
  py::array_t<double> out(leading(place_m, 1) + std::initializer_list<py::ssize_t>{3, 3});
  double* to = out.mutable_data();
  for (py::ssize_t i = 0; i < place_m.size(); i += 3)
    std::ranges::copy(physics::field_and_gradient_of(coil, place_of(place_m.data() + i)).gradient, to + 3 * i);
  return out;
}

// From column by column to row by row.
void put_rows(const double* columns, Index rows, double* out, Index stride) {
  for (Index r = 0; r < rows; ++r)
    for (Index c = 0; c < 6; ++c) out[(6 * r + c) * stride] = columns[c * rows + r];
}

py::array_t<double> sensing_matrix(const CoilArray& array, const Doubles& place_m) {
  require_places(place_m, "place_m");
  const ArraySpans spans(array);
  const Index n = spans.n_channels();
  const InArena<emi::DipoleModel> model(spans.view());
  py::array_t<double> out(leading(place_m, 1) + std::initializer_list<py::ssize_t>{n, 6});
  std::vector<double> g(to_size(6 * n));
  double* to = out.mutable_data();
  for (py::ssize_t i = 0; i < place_m.size() / 3; ++i) {
    model->at(place_of(place_m.data() + 3 * i), {g.data(), n, 6});
    put_rows(g.data(), n, to + 6 * n * i, 1);
  }
  return out;
}

py::array_t<double> sensing_gradient(const CoilArray& array, const Doubles& place_m) {
  require_places(place_m, "place_m");
  const ArraySpans spans(array);
  const Index n = spans.n_channels();
  const InArena<emi::DipoleModel> model(spans.view());
  py::array_t<double> out(leading(place_m, 1) + std::initializer_list<py::ssize_t>{n, 6, 3});
  std::vector<double> g(to_size(4 * 6 * n));
  double* to = out.mutable_data();
  const auto part = [&](Index k) { return dsp::Columns{g.data() + 6 * n * k, n, 6}; };
  for (py::ssize_t i = 0; i < place_m.size() / 3; ++i) {
    model->at(place_of(place_m.data() + 3 * i), part(0), {part(1), part(2), part(3)});
    for (Index k = 0; k < 3; ++k) put_rows(part(k + 1).data, n, to + 18 * n * i + k, 3);
  }
  return out;
}

py::list windings(const std::vector<Winding>& all) {
  py::list out;
  for (const Winding& w : all) {
    py::list coils;
    for (const Coil& coil : w.coils) coils.append(coil);
    out.append(py::make_tuple(w.name, coils));
  }
  return out;
}

CoilArray read_array(const py::object& source) {
  if (py::isinstance<py::str>(source)) return io::load_coil_array(source.cast<std::string>());
  if (!py::hasattr(source, "__fspath__"))
    throw py::type_error("an array is a built-in name, a path or a text, not " +
                         std::string(py::repr(py::type::of(source))));
  const auto path = py::module_::import("os").attr("fspath")(source).cast<std::string>();
  std::ifstream file(path, std::ios::binary);
  if (!file) throw ConfigError("array", "cannot open " + path);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  return io::parse_coil_array(text, path);
}

void bind_coil(py::module_& m) {
  py::class_<Coil>(m, "Coil",
                   "One winding: a circle or a closed polygon, in metres in the head's frame (x along the sweep, y "
                   "to the left, z up). Negative turns buck another winding.")
      .def_static("circle", &circle, py::arg("radius_m"), py::kw_only(), py::arg("centre_m") = Vector3{},
                  py::arg("axis") = Vector3{0.0, 0.0, 1.0}, py::arg("turns") = 1.0,
                  "A circle; the current runs right-handed about axis, a direction of length 1.")
      .def_static("polygon", &polygon, py::arg("corners_m"), py::kw_only(), py::arg("turns") = 1.0,
                  "A polygon through corners_m (n, 3), 3 to 32 of them, the last joined to the first; the current "
                  "runs from corner to corner.")
      .def_property_readonly("shape", [](const Coil& c) { return coil_shape_words[static_cast<std::size_t>(c.shape)]; })
      .def_readonly("centre_m", &Coil::centre_m, "Of a circle.")
      .def_readonly("axis", &Coil::axis, "Of a circle.")
      .def_readonly("radius_m", &Coil::radius_m, "Of a circle.")
      .def_property_readonly("corners_m", &corners_of, "Of a polygon, float64 (n, 3).")
      .def_readonly("turns", &Coil::turns)
      .def_property_readonly("moment_m2", &physics::moment_of, "Turns times area times direction, per ampere, in m^2.")
      .def("field", &at_places<&physics::field_of>, py::arg("place_m"),
           "Magnetic field in A/m per ampere at places (..., 3) in m, the turns included: complete elliptic "
           "integrals of a circle, Biot and Savart's sides of a polygon (Hanson and Hirshman 2002). NaN on the "
           "wire.")
      .def("field_gradient", &gradient, py::arg("place_m"),
           "Its derivatives (..., 3, 3): element [i, j] is d H_i / d x_j in 1/m^2 per ampere.")
      .def("vector_potential", &at_places<&physics::vector_potential_of>, py::arg("place_m"),
           "Vector potential (..., 3) in Wb/m per ampere; B = curl A.")
      .def("__repr__", [](const Coil& c) {
        return c.shape == CoilShape::circle
                   ? "<surefoot.Coil circle, radius_m=" + text_of(c.radius_m) + ", turns=" + text_of(c.turns) + ">"
                   : "<surefoot.Coil polygon of " + std::to_string(c.n_corners) +
                         " corners, turns=" + text_of(c.turns) + ">";
      });
}

void bind_array(py::module_& m) {
  py::class_<CoilArray>(m, "CoilArray", "A metal detector as data: its windings, its channels and how it is driven.")
      .def_readonly("name", &CoilArray::name)
      .def_readonly("title", &CoilArray::title)
      .def_readonly("source", &CoilArray::source, "Where the numbers come from, and which of them are assumed.")
      .def_property_readonly(
          "transmitters", [](const CoilArray& a) { return windings(a.transmitters); },
          "[(name, [Coil, ...]), ...]: coils in series.")
      .def_property_readonly(
          "receivers", [](const CoilArray& a) { return windings(a.receivers); }, "[(name, [Coil, ...]), ...]")
      .def_property_readonly(
          "channels",
          [](const CoilArray& a) {
            py::list out;
            for (const CoilChannel& c : a.all_channels())
              out.append(
                  py::make_tuple(a.transmitters[to_size(c.transmitter)].name, a.receivers[to_size(c.receiver)].name));
            return out;
          },
          "[(transmitter, receiver), ...] by name, in the order of the data.")
      .def_property_readonly("n_channels", [](const CoilArray& a) { return a.all_channels().size(); })
      .def_property_readonly(
          "tones_hz", [](const CoilArray& a) { return array_of(std::vector(a.frequency.tones_hz)); }, "Empty without.")
      .def_property_readonly(
          "current_a", [](const CoilArray& a) { return array_of(std::vector(a.frequency.current_a)); },
          "Peak of each tone; empty: 1 A each.")
      .def_property_readonly(
          "waveform",
          [](const CoilArray& a) {
            py::array_t<double> out(std::vector<py::ssize_t>{static_cast<py::ssize_t>(a.time.waveform.size()), 2});
            for (std::size_t i = 0; i < a.time.waveform.size(); ++i) {
              *out.mutable_data(i, 0) = a.time.waveform[i].time_s;
              *out.mutable_data(i, 1) = a.time.waveform[i].current_a;
            }
            return out;
          },
          "Corners of the pulse's current (n, 2): seconds, amperes; it ends at 0 s.")
      .def_property_readonly("period_s", [](const CoilArray& a) { return a.time.period_s; })
      .def_property_readonly("bipolar", [](const CoilArray& a) { return a.time.bipolar; })
      .def_property_readonly(
          "gate_edges_s", [](const CoilArray& a) { return array_of(std::vector(a.time.gate_edges_s)); },
          "Seconds after switch-off, one more than there are gates; empty without.")
      .def_property_readonly("receiver_pole_s", [](const CoilArray& a) { return a.time.receiver_pole_s; })
      .def(
          "to_text", [](const CoilArray& a) { return io::to_text(a); },
          "The canonical text: read_array() of it gives the same array, bit for bit.")
      .def("__repr__", [](const CoilArray& a) {
        return "<surefoot.CoilArray '" + a.name + "', " + std::to_string(a.transmitters.size()) + " transmitters, " +
               std::to_string(a.receivers.size()) + " receivers, " + std::to_string(a.all_channels().size()) +
               " channels>";
      });
  m.def("read_array", &read_array, py::arg("array"),
        "A metal detector's array: a built-in name, the path of a .toml file, or the text itself.\n\n"
        "Raises ConfigError with the place in the text.");
  m.def(
      "builtin_arrays",
      [] {
        py::dict out;
        for (const io::BuiltinCoilArray& b : io::builtin_coil_arrays()) out[b.name] = b.text;
        return out;
      },
      "The text of each array that comes with the library, by name.");
}

}  // namespace

void bind_arrays(py::module_& m) {
  bind_coil(m);
  bind_array(m);
  m.def("mutual_inductance", &physics::mutual_inductance, py::arg("first"), py::arg("second"),
        "Mutual inductance in H of two windings of any shape and pose, turns included, signed by the two "
        "directions of current: Neumann's formula, the vector potential of the first around the second.");
  m.def("coaxial_mutual_inductance", py::vectorize(physics::coaxial_mutual_inductance), py::arg("a_m"), py::arg("b_m"),
        py::arg("distance_m"),
        "Mutual inductance in H of two circles of one turn about one axis (Maxwell, Treatise, 701). NaN for one "
        "circle with itself.");
  m.def("sensing_matrix", &sensing_matrix, py::arg("array"), py::arg("place_m"),
        "What each channel sees of a point dipole at places (..., 3) in m: float64 (..., n_channels, 6), y = G q, "
        "q = (Mxx, Mxy, Mxz, Myy, Myz, Mzz) in m^3. The row is mu0 h_r^T M h_t, so that the voltage is -i w I y, "
        "or -d(I y)/dt.");
  m.def("sensing_gradient", &sensing_gradient, py::arg("array"), py::arg("place_m"),
        "The derivative of sensing_matrix() by the place of the dipole: float64 (..., n_channels, 6, 3).");
}

}  // namespace surefoot::python
