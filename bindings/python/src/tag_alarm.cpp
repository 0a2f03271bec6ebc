// SPDX-License-Identifier: MIT
// Tags, alarms and what their scores rest on.
#include "module.hpp"
#include "numpy.hpp"

#include <surefoot/base/alarm.hpp>
#include <surefoot/base/error.hpp>

#include <pybind11/native_enum.h>
#include <pybind11/stl.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstring>

namespace surefoot::python {
namespace {

std::string hash_text(std::uint64_t hash) {
  std::array<char, 17> text{};
  std::snprintf(text.data(), text.size(), "%016llx", static_cast<unsigned long long>(hash));
  return text.data();
}

py::object number_or_none(double x) { return std::isnan(x) ? py::object(py::none()) : py::object(py::float_(x)); }

std::vector<float> profile_of(const Evidence& e) {
  const Index n = std::clamp<Index>(static_cast<Index>(e.profile_count), 0, Evidence::capacity);
  return {e.profile_z.begin(), e.profile_z.begin() + n};
}

void bind_score_evidence(py::module_& m) {
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
      .def_readonly("echo_z", &Evidence::echo_z, "Radar: z of the strongest echo from under the surface.")
      .def_readonly("echo_phase_rad", &Evidence::echo_phase_rad,
                    "Its phase against the strongest wave of the background.")
      .def("__repr__", [](const Evidence& e) {
        return "<surefoot.Evidence: " + std::to_string(profile_of(e).size()) + " slices, background of " +
               text_of(e.background_traces) + " traces>";
      });
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
  d["echo_z"] = number_or_none(e.echo_z);
  d["echo_phase_rad"] = number_or_none(e.echo_phase_rad);
  return d;
}

}  // namespace

void bind_tag(py::module_& m) {
  py::native_enum<Quality> quality(m, "Quality", "enum.IntFlag",
                                   "What is wrong with a trace: flags that travel with it to the alarm.");
  quality.value("good", Quality::good);
  for (const QualityName& q : quality_names) quality.value(q.name, q.flag, q.meaning);
  quality.finalize();

  PYBIND11_NUMPY_DTYPE(Evidence, profile_start_s, profile_step_s, profile_count, profile_z, background_traces,
                       hyperbola_velocity_m_per_s, hyperbola_time_s, hyperbola_fit, probability, echo_z,
                       echo_phase_rad);
  bind_score_evidence(m);
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

}  // namespace surefoot::python
