// SPDX-License-Identifier: MIT
#include "module.hpp"
#include "numpy.hpp"

#include <surefoot/base/error.hpp>

#include <pybind11/stl.h>

#include <cmath>
#include <cstring>

namespace surefoot::python {
namespace {

// The axis of a line as Python sees it: it knows its length.
struct Axis {
  TraceAxis axis;
  Index n_samples = 0;
};

AxisKind kind_of(const std::string& word) {
  std::string known;
  for (const AxisKind kind : axis_kinds) {
    if (word == name_of(kind)) return kind;
    if (!known.empty()) known += ", ";
    known += name_of(kind);
  }
  throw ConfigError("kind", "unknown axis kind '" + word + "'; known: " + known);
}

// Equal steps, or listed places.
TraceAxis axis_from(const std::string& kind, double start_s, double sample_interval_s,
                    const std::vector<double>& places) {
  if (places.empty()) return {kind_of(kind), start_s, sample_interval_s};
  if (static_cast<Index>(places.size()) > NumberList::capacity)
    throw ConfigError("places", std::to_string(places.size()) + " places; allowed are at most " +
                                    std::to_string(NumberList::capacity));
  TraceAxis axis{kind_of(kind), 0.0, 0.0};
  for (const double place : places) axis.places.values[to_size(axis.places.count++)] = place;
  return axis;
}

std::shared_ptr<Line> line_from(const py::array& samples, double sample_interval_s, double start_s,
                                const std::string& kind, double trace_spacing_m, double trace_interval_s,
                                const std::vector<double>& places, Index n_channels) {
  const ConstTraces traces = traces_of(samples, "samples");
  const auto require = [](bool ok, const char* name, double value, const char* what) {
    if (!ok) throw ConfigError(name, std::to_string(value) + " " + what);
  };
  require((sample_interval_s > 0.0 && std::isfinite(sample_interval_s)) || !places.empty(), "sample_interval_s",
          sample_interval_s, "s must be above 0 and finite, or places be listed");
  require(std::isfinite(start_s), "start_s", start_s, "s must be finite");
  require(trace_spacing_m >= 0.0 && std::isfinite(trace_spacing_m), "trace_spacing_m", trace_spacing_m,
          "m must be finite and at least 0 (0: unknown)");
  require(trace_interval_s >= 0.0 && std::isfinite(trace_interval_s), "trace_interval_s", trace_interval_s,
          "s must be finite and at least 0 (0: unknown)");
  require(n_channels >= 1 && traces.rows() % std::max<Index>(n_channels, 1) == 0, "n_channels",
          static_cast<double>(n_channels), "must divide the samples of a trace");
  for (const double place : places) require(std::isfinite(place), "places", place, "must be finite");
  auto line = std::make_shared<Line>();
  line->axis = axis_from(kind, start_s, sample_interval_s, places);
  line->n_channels = n_channels;
  line->trace_spacing_m = trace_spacing_m;
  line->trace_interval_s = trace_interval_s;
  {
    const py::gil_scoped_release released;
    line->samples = traces;
    line->tags.resize(to_size(line->n_traces()));
    for (std::size_t i = 0; i < line->tags.size(); ++i)
      line->tags[i] = next_tag(line->spec(), static_cast<std::int64_t>(i));
  }
  line->provenance.format = "array";
  return line;
}

std::vector<double> places_of(const TraceAxis& axis) {
  const auto places = axis.places.view();
  return {places.begin(), places.end()};
}

py::tuple line_state(const py::object& self) {
  const auto& line = self.cast<const Line&>();
  const py::bytes tags(reinterpret_cast<const char*>(line.tags.data()), line.tags.size() * sizeof(TraceTag));
  py::object origin = py::none();
  if (line.origin)
    origin = py::make_tuple(line.origin->latitude_deg, line.origin->longitude_deg, line.origin->height_m);
  return py::make_tuple(self.attr("samples"), name_of(line.axis.kind), line.axis.start, line.axis.step, tags,
                        line.trace_interval_s, line.trace_spacing_m, line.provenance.file, line.provenance.format,
                        line.provenance.instrument, line.assumptions, origin, places_of(line.axis), line.n_channels);
}

std::shared_ptr<Line> line_from_state(const py::tuple& s) {
  auto line =
      line_from(s[0].cast<py::array>(), s[3].cast<double>(), s[2].cast<double>(), s[1].cast<std::string>(),
                s[6].cast<double>(), s[5].cast<double>(), s[12].cast<std::vector<double>>(), s[13].cast<Index>());
  const auto tags = s[4].cast<std::string>();
  if (tags.size() != line->tags.size() * sizeof(TraceTag)) throw StateError("the pickled tags have a wrong length");
  std::memcpy(line->tags.data(), tags.data(), tags.size());
  line->provenance = {s[7].cast<std::string>(), s[8].cast<std::string>(), s[9].cast<std::string>()};
  line->assumptions = s[10].cast<std::vector<std::string>>();
  if (!s[11].is_none()) {
    const auto [latitude, longitude, height] = s[11].cast<std::tuple<double, double, double>>();
    line->origin = GeoOrigin{latitude, longitude, height};
  }
  return line;
}

void bind_axis(py::module_& m) {
  py::class_<Axis>(m, "Axis", "What a row of a trace means: sample i lies at start + i * step.")
      .def_property_readonly(
          "kind", [](const Axis& a) { return name_of(a.axis.kind); },
          "two_way_time, gate_time, frequency, channel, depth, sweep, sample_time or gates")
      .def_property_readonly(
          "start", [](const Axis& a) { return a.axis.start; }, "Of sample 0, in s, Hz, m or 1.")
      .def_property_readonly(
          "step", [](const Axis& a) { return a.axis.step; },
          "From sample to sample (for a sweep from pair to pair), in s, Hz, m or 1.")
      .def_property_readonly(
          "places", [](const Axis& a) { return array_of(places_of(a.axis)); },
          "Where the samples lie, if they are listed: tones in Hz, or the edges of gates in s; else empty.")
      .def_property_readonly("n_samples", [](const Axis& a) { return a.n_samples; })
      .def("__len__", [](const Axis& a) { return a.n_samples; })
      .def(
          "values",
          [](const Axis& a) {
            if (!a.axis.places.empty()) return array_of(places_of(a.axis));
            std::vector<double> values(to_size(a.n_samples));
            for (std::size_t i = 0; i < values.size(); ++i) values[i] = a.axis.at(static_cast<Index>(i));
            return array_of(std::move(values));
          },
          "Where each sample lies, as a float64 array (n_samples); the places where they are listed.")
      .def(
          "__eq__", [](const Axis& a, const Axis& b) { return a.axis == b.axis && a.n_samples == b.n_samples; },
          py::is_operator())
      .def("__repr__", [](const Axis& a) {
        return std::string("Axis(") + name_of(a.axis.kind) + ", start=" + text_of(a.axis.start) +
               ", step=" + text_of(a.axis.step) + ", n_samples=" + std::to_string(a.n_samples) + ")";
      });
}

StreamSpec make_spec(Index n_samples, double sample_interval_s, double start_s, const std::string& kind,
                     double trace_spacing_m, double trace_interval_s, Index max_traces,
                     const std::vector<double>& places, Index n_channels) {
  return {axis_from(kind, start_s, sample_interval_s, places),
          n_samples,
          trace_interval_s,
          trace_spacing_m,
          max_traces,
          false,
          n_channels};
}

void bind_spec(py::module_& m) {
  py::class_<StreamSpec>(m, "StreamSpec", "The shape of a stream of traces: all that a pipeline must know beforehand.")
      .def(py::init(&make_spec), py::arg("n_samples"), py::kw_only(), py::arg("sample_interval_s") = 0.0,
           py::arg("start_s") = 0.0, py::arg("kind") = "two_way_time", py::arg("trace_spacing_m") = 0.0,
           py::arg("trace_interval_s") = 0.0, py::arg("max_traces") = 0, py::arg("places") = std::vector<double>(),
           py::arg("n_channels") = 1,
           "places lists where the samples lie instead of equal steps: tones in Hz, edges of gates in s. A trace is "
           "n_channels stretches, one a receiver. max_traces is 0 for a live stream without end; whole-line stages "
           "need the length of the line.")
      .def_property_readonly("axis",
                             [](const StreamSpec& s) {
                               return Axis{s.axis, s.n_samples};
                             })
      .def_readonly("n_samples", &StreamSpec::n_samples)
      .def_readonly("n_channels", &StreamSpec::n_channels)
      .def_readonly("trace_interval_s", &StreamSpec::trace_interval_s)
      .def_readonly("trace_spacing_m", &StreamSpec::trace_spacing_m)
      .def_readonly("max_traces", &StreamSpec::max_traces)
      .def(
          "live",
          [](StreamSpec s) {
            s.max_traces = 0;
            return s;
          },
          "The same for a stream without end (max_traces = 0).")
      .def(
          "__eq__", [](const StreamSpec& a, const StreamSpec& b) { return a == b; }, py::is_operator())
      .def("__repr__",
           [](const StreamSpec& s) {
             return "StreamSpec(n_samples=" + std::to_string(s.n_samples) +
                    ", sample_interval_s=" + text_of(s.axis.step) + ", start_s=" + text_of(s.axis.start) + ", kind='" +
                    name_of(s.axis.kind) + "', trace_spacing_m=" + text_of(s.trace_spacing_m) +
                    ", trace_interval_s=" + text_of(s.trace_interval_s) +
                    ", max_traces=" + std::to_string(s.max_traces) + ")";
           })
      .def(py::pickle(
          [](const StreamSpec& s) {
            return py::make_tuple(s.n_samples, s.axis.step, s.axis.start, name_of(s.axis.kind), s.trace_spacing_m,
                                  s.trace_interval_s, s.max_traces, places_of(s.axis), s.n_channels);
          },
          [](const py::tuple& t) {
            return make_spec(t[0].cast<Index>(), t[1].cast<double>(), t[2].cast<double>(), t[3].cast<std::string>(),
                             t[4].cast<double>(), t[5].cast<double>(), t[6].cast<Index>(),
                             t[7].cast<std::vector<double>>(), t[8].cast<Index>());
          }));
}

py::object column(const py::object& self, const char* name) { return self.attr("tags")[name]; }

void bind_line(py::module_& m) {
  py::class_<Line, std::shared_ptr<Line>>(m, "Line", "Ordered traces with their tags; a radar line is a radargram.")
      .def(py::init(&line_from), py::arg("samples"), py::kw_only(), py::arg("sample_interval_s") = 0.0,
           py::arg("start_s") = 0.0, py::arg("kind") = "two_way_time", py::arg("trace_spacing_m") = 0.0,
           py::arg("trace_interval_s") = 0.0, py::arg("places") = std::vector<double>(), py::arg("n_channels") = 1,
           "samples: float32 (n_traces, n_samples) in C order, copied once. Intervals in seconds, spacing in metres, "
           "0 where unknown. places lists where the samples lie instead of equal steps: tones in Hz, edges of gates in "
           "s. A trace is n_channels stretches, one a receiver.")
      .def_property_readonly(
          "samples", [](const py::object& self) { return samples_view(self.cast<Line&>(), self); },
          "float32 (n_traces, n_samples): a view, not a copy.")
      .def_property_readonly(
          "tags", [](const py::object& self) { return vector_view(self.cast<Line&>().tags, self); },
          "One a trace, as a structured array: a view, not a copy.")
      .def(
          "tag",
          [](const Line& l, Index i) {
            const Index n = l.n_traces();
            if (i < -n || i >= n) throw py::index_error("the line has " + std::to_string(n) + " traces");
            return l.tags[to_size(i < 0 ? i + n : i)];
          },
          py::arg("i"), "The tag of one trace.")
      .def_property_readonly(
          "quality", [](const py::object& self) { return column(self, "quality"); },
          "Quality flags of each trace, uint32 (n_traces).")
      .def_property_readonly(
          "position_m", [](const py::object& self) { return column(self, "position_m"); },
          "East, north, up of each trace in metres, float64 (n_traces, 3); NaN where unknown.")
      .def_property_readonly(
          "distance_m", [](const py::object& self) { return column(self, "distance_m"); },
          "Metres along the line, float64 (n_traces); NaN where unknown.")
      .def_property_readonly(
          "time_s", [](const py::object& self) { return column(self, "time_s"); },
          "Seconds since the start of the line, float64 (n_traces); NaN where unknown.")
      .def_property_readonly(
          "standoff_m", [](const py::object& self) { return column(self, "standoff_m"); },
          "Height of the antennas above the ground in metres, float64 (n_traces); NaN where unknown.")
      .def_property_readonly(
          "scores", [](const py::object& self) { return column(self, "score"); },
          "Robust z of each trace, float32 (n_traces); 0 until a detect stage has set it.")
      .def_property_readonly("axis",
                             [](const Line& l) {
                               return Axis{l.axis, l.n_samples()};
                             })
      .def_property_readonly("spec", &Line::spec, "The shape of the line, as a pipeline wants it.")
      .def_property_readonly("n_traces", &Line::n_traces)
      .def_property_readonly("n_samples", &Line::n_samples)
      .def_readonly("n_channels", &Line::n_channels, "Stretches of a trace, one a receiver.")
      .def_readonly("trace_interval_s", &Line::trace_interval_s, "Seconds; 0 where unknown.")
      .def_readonly("trace_spacing_m", &Line::trace_spacing_m, "Metres; 0 where unknown.")
      .def_readwrite("assumptions", &Line::assumptions, "What the reader had to assume, one sentence each (a copy).")
      .def_property_readonly("file", [](const Line& l) { return l.provenance.file; })
      .def_property_readonly("format", [](const Line& l) { return l.provenance.format; })
      .def_property_readonly("instrument", [](const Line& l) { return l.provenance.instrument; })
      .def_property_readonly(
          "origin",
          [](const Line& l) -> py::object {
            if (!l.origin) return py::none();
            return py::make_tuple(l.origin->latitude_deg, l.origin->longitude_deg, l.origin->height_m);
          },
          "Latitude and longitude in degrees and height in metres of the local frame, or None.")
      .def("__len__", &Line::n_traces)
      .def("__repr__",
           [](const Line& l) {
             return "<surefoot.Line of " + std::to_string(l.n_traces()) + " traces x " + std::to_string(l.n_samples()) +
                    " samples, " + name_of(l.axis.kind) + " step " + text_of(l.axis.step) +
                    (l.provenance.file.empty() ? "" : ", " + l.provenance.file) + ">";
           })
      .def(py::pickle(&line_state, &line_from_state));
}

}  // namespace

TraceTag next_tag(const StreamSpec& spec, std::int64_t index) noexcept {
  TraceTag tag{.index = index};
  if (spec.trace_interval_s > 0.0) tag.time_s = spec.trace_interval_s * static_cast<double>(index);
  if (spec.trace_spacing_m > 0.0) tag.distance_m = spec.trace_spacing_m * static_cast<double>(index);
  return tag;
}

void bind_errors(py::module_& m) {
  // Types with two bases each, so that `except ValueError` and `except OSError` work as well.
  static PyObject* error = nullptr;
  static PyObject* config_error = nullptr;
  static PyObject* data_error = nullptr;
  static PyObject* state_error = nullptr;
  const auto make = [&m](const char* name, const char* doc, const py::tuple& bases) {
    const std::string full = std::string("surefoot.") + name;
    PyObject* type = PyErr_NewExceptionWithDoc(full.c_str(), doc, bases.ptr(), nullptr);
    if (type == nullptr) throw py::error_already_set();
    m.attr(name) = py::reinterpret_borrow<py::object>(type);
    return type;
  };
  const auto borrowed = [](PyObject* p) { return py::reinterpret_borrow<py::object>(p); };
  error = make("Error", "What all errors of surefoot derive from.", py::make_tuple(borrowed(PyExc_Exception)));
  config_error = make("ConfigError", "A description or an option is wrong; .path says which.",
                      py::make_tuple(borrowed(error), borrowed(PyExc_ValueError)));
  data_error = make("DataError", "A file is missing, cut short or lies; .file and .offset (byte) say where.",
                    py::make_tuple(borrowed(error), borrowed(PyExc_OSError)));
  state_error = make("StateError", "A saved state does not belong to this pipeline, or is damaged.",
                     py::make_tuple(borrowed(error), borrowed(PyExc_ValueError)));
  // An error raised by the Python side has them too.
  borrowed(config_error).attr("path") = "";
  borrowed(data_error).attr("file") = "";
  borrowed(data_error).attr("offset") = 0;

  py::register_exception_translator([](std::exception_ptr p) {
    const auto instance = [](PyObject* type, const std::exception& e) {
      return py::reinterpret_borrow<py::object>(type)(e.what());
    };
    try {
      if (p) std::rethrow_exception(p);
    } catch (const ConfigError& e) {
      const py::object value = instance(config_error, e);
      value.attr("path") = e.path();
      PyErr_SetObject(config_error, value.ptr());
    } catch (const DataError& e) {
      const py::object value = instance(data_error, e);
      value.attr("file") = e.file();
      value.attr("offset") = e.offset();
      PyErr_SetObject(data_error, value.ptr());
    } catch (const StateError& e) {
      PyErr_SetObject(state_error, instance(state_error, e).ptr());
    } catch (const Error& e) {
      PyErr_SetObject(error, instance(error, e).ptr());
    }
  });
}

void bind_base(py::module_& m) {
  bind_axis(m);
  bind_spec(m);
  bind_tag(m);
  bind_line(m);
  bind_alarm(m);
}

}  // namespace surefoot::python
