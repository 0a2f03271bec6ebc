// SPDX-License-Identifier: MIT
#include "module.hpp"
#include "numpy.hpp"

#include <surefoot/base/alarm.hpp>
#include <surefoot/base/error.hpp>
#include <surefoot/base/truth.hpp>

#include <pybind11/native_enum.h>
#include <pybind11/stl.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
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

std::string hash_text(std::uint64_t hash) {
  std::array<char, 17> text{};
  std::snprintf(text.data(), text.size(), "%016llx", static_cast<unsigned long long>(hash));
  return text.data();
}

py::object number_or_none(double x) { return std::isnan(x) ? py::object(py::none()) : py::object(py::float_(x)); }

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

std::string text_of(double x) { return py::str(py::float_(x)); }

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

std::vector<float> profile_of(const Evidence& e) {
  const Index n = std::clamp<Index>(static_cast<Index>(e.profile_count), 0, Evidence::capacity);
  return {e.profile_z.begin(), e.profile_z.begin() + n};
}

void bind_evidence(py::module_& m) {
  py::class_<Evidence>(m, "Evidence", "What a score rests on; NaN where not known.")
      .def_property_readonly(
          "profile_z", [](const Evidence& e) { return array_of(profile_of(e)); },
          "Score of each depth slice, float32; empty where there is no depth.")
      .def_property_readonly(
          "profile_times_s",
          [](const Evidence& e) {
            std::vector<double> times(profile_of(e).size());
            for (std::size_t i = 0; i < times.size(); ++i)
              times[i] = e.profile_start_s + static_cast<double>(i) * e.profile_step_s;
            return array_of(std::move(times));
          },
          "Two-way time of the centre of each slice.")
      .def_readonly("profile_start_s", &Evidence::profile_start_s)
      .def_readonly("profile_step_s", &Evidence::profile_step_s)
      .def_readonly("background_traces", &Evidence::background_traces,
                    "So many traces' worth of ground the statistics rest on.")
      .def_readonly("hyperbola_velocity_m_per_s", &Evidence::hyperbola_velocity_m_per_s,
                    "Of the hyperbola that fits best.")
      .def_readonly("hyperbola_time_s", &Evidence::hyperbola_time_s, "Two-way time of its apex.")
      .def_readonly("hyperbola_fit", &Evidence::hyperbola_fit, "0 to 1.")
      .def_readonly("probability", &Evidence::probability, "Of a target, if something calibrated said so.")
      .def("__repr__", [](const Evidence& e) {
        return "<surefoot.Evidence: " + std::to_string(profile_of(e).size()) + " slices, background of " +
               text_of(e.background_traces) + " traces>";
      });
}

void bind_tag(py::module_& m) {
  py::native_enum<Quality> quality(m, "Quality", "enum.IntFlag",
                                   "What is wrong with a trace: flags that travel with it to the alarm.");
  quality.value("good", Quality::good);
  for (const QualityName& q : quality_names) quality.value(q.name, q.flag, q.meaning);
  quality.finalize();

  PYBIND11_NUMPY_DTYPE(Evidence, profile_start_s, profile_step_s, profile_count, profile_z, background_traces,
                       hyperbola_velocity_m_per_s, hyperbola_time_s, hyperbola_fit, probability);
  bind_evidence(m);
  PYBIND11_NUMPY_DTYPE(TraceTag, index, time_s, position_m, distance_m, quality, score, score_time_s, standoff_m,
                       phase_rad, kept_share, depth_m, evidence);
  py::class_<TraceTag>(m, "Tag", "Where and when a trace was taken, how good it is and, once scored, how anomalous.")
      .def(py::init([](std::int64_t index, double time_s, std::array<double, 3> position_m, double distance_m,
                       Quality quality_flags, double standoff_m) {
             return TraceTag{.index = index,
                             .time_s = time_s,
                             .position_m = position_m,
                             .distance_m = distance_m,
                             .quality = quality_flags,
                             .standoff_m = standoff_m};
           }),
           py::arg("index") = 0, py::kw_only(), py::arg("time_s") = unknown,
           py::arg("position_m") = std::array<double, 3>{unknown, unknown, unknown}, py::arg("distance_m") = unknown,
           py::arg("quality") = Quality::good, py::arg("standoff_m") = unknown, "NaN stands for what is not known.")
      .def_readwrite("index", &TraceTag::index, "Number of the trace in its line, from 0.")
      .def_readwrite("time_s", &TraceTag::time_s, "Seconds since the start of the line.")
      .def_property(
          "position_m",
          [](const TraceTag& t) { return py::make_tuple(t.position_m[0], t.position_m[1], t.position_m[2]); },
          [](TraceTag& t, std::array<double, 3> p) { t.position_m = p; }, "East, north and up in metres.")
      .def_readwrite("distance_m", &TraceTag::distance_m, "Metres along the line.")
      .def_readwrite("quality", &TraceTag::quality)
      .def_readwrite("score", &TraceTag::score, "Robust z; larger is more anomalous.")
      .def_readwrite("score_time_s", &TraceTag::score_time_s, "Two-way time of the strongest depth segment in seconds.")
      .def_readwrite("standoff_m", &TraceTag::standoff_m, "Height of the antennas above the ground in metres.")
      .def_readwrite("phase_rad", &TraceTag::phase_rad, "Metal detector: phase of what scored, in radians.")
      .def_readwrite("kept_share", &TraceTag::kept_share,
                     "Share of a target's energy that the removal of soil left, 0 to 1.")
      .def_readwrite("depth_m", &TraceTag::depth_m, "Depth of what scored in metres.")
      .def_readonly("evidence", &TraceTag::evidence, "What the score rests on.")
      .def("__repr__", [](const TraceTag& t) {
        return "Tag(index=" + std::to_string(t.index) + ", distance_m=" + text_of(t.distance_m) +
               ", time_s=" + text_of(t.time_s) + ", quality=" + std::string(py::str(py::cast(t.quality))) +
               ", score=" + text_of(static_cast<double>(t.score)) + ")";
      });
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

py::tuple triple(const std::array<double, 3>& x) { return py::make_tuple(x[0], x[1], x[2]); }

py::dict as_dict(const Alarm& a) {
  py::dict d;
  d["id"] = a.id;
  d["trace_index"] = a.trace_index;
  d["first_index"] = a.first_index;
  d["last_index"] = a.last_index;
  d["time_s"] = number_or_none(a.time_s);
  d["x_m"] = number_or_none(a.position_m[0]);
  d["y_m"] = number_or_none(a.position_m[1]);
  d["z_m"] = number_or_none(a.position_m[2]);
  d["distance_m"] = number_or_none(a.distance_m);
  d["extent_m"] = number_or_none(a.extent_m);
  d["two_way_time_s"] = number_or_none(a.two_way_time_s);
  d["depth_m"] = number_or_none(a.depth_m);
  d["phase_rad"] = number_or_none(a.phase_rad);
  d["kept_share"] = number_or_none(a.kept_share);
  d["score"] = a.score;
  d["threshold"] = a.threshold;
  py::list words;
  for (const QualityName& q : quality_names)
    if (has(a.quality, q.flag)) words.append(q.name);
  d["quality"] = words;
  d["revision"] = a.revision;
  d["active"] = a.active != 0;
  py::list sensors;
  for (const SensorName& s : sensor_names)
    if (has(a.sensors, s.flag)) sensors.append(s.name);
  d["sensors"] = sensors;
  d["gpr_z"] = number_or_none(a.gpr_z);
  d["emi_z"] = number_or_none(a.emi_z);
  d["passes"] = a.passes;
  d["hits"] = a.hits;
  const auto numbers = [](const auto& values) {
    py::list list;
    for (const double x : values) list.append(number_or_none(x));
    return list;
  };
  d["covariance_m2"] = numbers(a.covariance_m2);
  d["polarizability_m3"] = numbers(a.polarizability_m3);
  d["rank"] = a.rank == 0 ? py::object(py::none()) : py::object(py::int_(a.rank));
  d["conflict"] = number_or_none(a.conflict);
  d["description_hash"] = hash_text(a.description_hash);
  const Evidence& e = a.evidence;
  d["background_traces"] = number_or_none(e.background_traces);
  d["hyperbola_velocity_m_per_s"] = number_or_none(e.hyperbola_velocity_m_per_s);
  d["hyperbola_time_s"] = number_or_none(e.hyperbola_time_s);
  d["hyperbola_fit"] = number_or_none(e.hyperbola_fit);
  d["probability"] = number_or_none(e.probability);
  d["profile_start_s"] = number_or_none(e.profile_start_s);
  d["profile_step_s"] = number_or_none(e.profile_step_s);
  d["profile_z"] = profile_of(e);
  return d;
}

void bind_alarm(py::module_& m) {
  py::native_enum<Sensors> sensors(m, "Sensors", "enum.IntFlag", "Whose scores are in an alarm.");
  sensors.value("none", Sensors::none);
  for (const SensorName& s : sensor_names) sensors.value(s.name, s.flag);
  sensors.finalize();
  py::class_<Alarm>(m, "Alarm", "The machine's claim that something is there; only a disposal expert confirms one.")
      .def_readonly("id", &Alarm::id)
      .def_readonly("trace_index", &Alarm::trace_index, "Trace of the highest score.")
      .def_readonly("first_index", &Alarm::first_index)
      .def_readonly("last_index", &Alarm::last_index)
      .def_readonly("time_s", &Alarm::time_s)
      .def_property_readonly("position_m", [](const Alarm& a) { return triple(a.position_m); })
      .def_readonly("distance_m", &Alarm::distance_m)
      .def_readonly("extent_m", &Alarm::extent_m)
      .def_readonly("two_way_time_s", &Alarm::two_way_time_s)
      .def_readonly("depth_m", &Alarm::depth_m)
      .def_readonly("phase_rad", &Alarm::phase_rad)
      .def_readonly("kept_share", &Alarm::kept_share)
      .def_readonly("score", &Alarm::score)
      .def_readonly("threshold", &Alarm::threshold)
      .def_readonly("quality", &Alarm::quality)
      .def_readonly("revision", &Alarm::revision,
                    "0: first told; a later record of the same id replaces those before it.")
      .def_property_readonly(
          "active", [](const Alarm& a) { return a.active != 0; }, "Whether the head was still over it.")
      .def_readonly("sensors", &Alarm::sensors, "Whose scores are in it.")
      .def_readonly("gpr_z", &Alarm::gpr_z, "Highest robust z of the radar; NaN where not known.")
      .def_readonly("emi_z", &Alarm::emi_z, "Highest robust z of the metal detector; NaN where not known.")
      .def_readonly("passes", &Alarm::passes, "Passes over it that were joined.")
      .def_readonly("hits", &Alarm::hits, "Usable traces of the footprint.")
      .def_property_readonly(
          "covariance_m2", [](const Alarm& a) { return triple(a.covariance_m2); },
          "xx, xy, yy of the place; without a position along and across the line.")
      .def_property_readonly(
          "polarizability_m3", [](const Alarm& a) { return triple(a.polarizability_m3); },
          "Principal ones, largest first.")
      .def_readonly("rank", &Alarm::rank, "1: look here first; 0: not ranked.")
      .def_readonly("conflict", &Alarm::conflict, "Of the sensors, 0 to 1.")
      .def_readonly("description_hash", &Alarm::description_hash, "Of pipeline description and library version.")
      .def_readonly("evidence", &Alarm::evidence, "What the score rested on at the peak.")
      .def("as_dict", &as_dict, "All of it as plain values for JSON or a table; None where something is not known.")
      .def("__repr__",
           [](const Alarm& a) {
             return "Alarm(id=" + std::to_string(a.id) + ", trace_index=" + std::to_string(a.trace_index) +
                    ", distance_m=" + text_of(a.distance_m) + ", depth_m=" + text_of(a.depth_m) +
                    ", score=" + text_of(static_cast<double>(a.score)) + ")";
           })
      .def(py::pickle(
          [](const Alarm& a) { return py::make_tuple(py::bytes(reinterpret_cast<const char*>(&a), sizeof a)); },
          [](const py::tuple& t) {
            const auto bytes = t[0].cast<std::string>();
            Alarm a;
            if (bytes.size() != sizeof a) throw StateError("the pickled alarm has a wrong length");
            std::memcpy(&a, bytes.data(), sizeof a);
            return a;
          }));
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
