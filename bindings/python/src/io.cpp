// SPDX-License-Identifier: MIT
#include "module.hpp"

#include <surefoot/base/error.hpp>
#include <surefoot/base/truth.hpp>
#include <surefoot/io/alarm_table.hpp>
#include <surefoot/io/geojson.hpp>
#include <surefoot/io/reader.hpp>
#include <surefoot/io/truth_table.hpp>
#include <surefoot/io/wav.hpp>
#include <surefoot/pipeline/simulate.hpp>

#include <pybind11/stl.h>
#include <pybind11/stl/filesystem.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

namespace surefoot::python {
namespace {

io::ReadOptions read_options(Index channel, std::string component, double trace_spacing_m,
                             const std::string& dzt_interval) {
  io::ReadOptions options;
  options.channel = channel;
  options.component = std::move(component);
  options.trace_spacing_m = trace_spacing_m;
  if (dzt_interval == "n_minus_1") options.dzt_interval = io::ReadOptions::DztInterval::n_minus_1;
  else if (dzt_interval != "n")
    throw ConfigError("dzt_interval", "unknown word '" + dzt_interval + "'; known: n, n_minus_1");
  return options;
}

py::dict scan_dict(const io::Scan& s) {
  py::dict d;
  d["file"] = s.provenance.file;
  d["format"] = s.provenance.format;
  d["instrument"] = s.provenance.instrument;
  d["n_traces"] = s.n_traces;
  d["n_samples"] = s.n_samples;
  d["axis"] = name_of(s.axis.kind);
  d["start"] = s.axis.start;
  d["step"] = s.axis.step;
  d["places"] = std::vector<double>(s.axis.places.view().begin(), s.axis.places.view().end());
  d["trace_channels"] = s.trace_channels;
  d["trace_interval_s"] = s.trace_interval_s;
  d["trace_spacing_m"] = s.trace_spacing_m;
  d["n_channels"] = s.n_channels;
  d["channel"] = s.channel;
  d["component"] = s.component;
  d["unit"] = s.unit;
  d["origin"] = py::none();
  if (s.origin) d["origin"] = py::make_tuple(s.origin->latitude_deg, s.origin->longitude_deg, s.origin->height_m);
  py::dict details;
  for (const auto& [name, text] : s.details) details[py::str(name)] = text;
  d["details"] = details;
  d["assumptions"] = s.assumptions;
  return d;
}

void bind_truth(py::module_& m) {
  py::class_<Target>(m, "Target", "One known object under a line.")
      .def(py::init([](std::string line, double x_m, double depth_m, std::string kind, std::string name, double width_m,
                       double height_m, std::string metal, std::string id, double y_m, double length_m,
                       std::string lane, std::string soil, std::string surface, std::string user) {
             return Target{std::move(line), x_m,
                           depth_m,         std::move(kind),
                           std::move(name), width_m,
                           height_m,        std::move(metal),
                           std::move(id),   y_m,
                           length_m,        std::move(lane),
                           std::move(soil), std::move(surface),
                           std::move(user)};
           }),
           py::kw_only(), py::arg("line") = "", py::arg("x_m"), py::arg("depth_m") = 0.0, py::arg("kind") = "",
           py::arg("name") = "", py::arg("width_m") = 0.0, py::arg("height_m") = 0.0, py::arg("metal") = "",
           py::arg("id") = "", py::arg("y_m") = unknown, py::arg("length_m") = 0.0, py::arg("lane") = "",
           py::arg("soil") = "", py::arg("surface") = "", py::arg("operator") = "")
      .def_readonly("line", &Target::line)
      .def_readonly("x_m", &Target::x_m, "Centre of the object, in metres along the line.")
      .def_readonly("depth_m", &Target::depth_m, "From the ground to its top, in metres.")
      .def_readonly("kind", &Target::kind, "mine-AP, mine-AT, ordnance or clutter")
      .def_readonly("name", &Target::name)
      .def_readonly("width_m", &Target::width_m)
      .def_readonly("height_m", &Target::height_m)
      .def_readonly("metal", &Target::metal, "none, minimum, low, small or high")
      .def_readonly("id", &Target::id, "Rows with the same id are passes over one object.")
      .def_readonly("y_m", &Target::y_m, "NaN where the place is only known along the line.")
      .def_readonly("length_m", &Target::length_m, "Across the line; 0: round.")
      .def_readonly("lane", &Target::lane)
      .def_readonly("soil", &Target::soil)
      .def_readonly("surface", &Target::surface)
      .def_readonly("operator", &Target::user)
      .def("__repr__", [](const Target& t) {
        return "Target(name='" + t.name + "', kind='" + t.kind + "', x_m=" + text_of(t.x_m) +
               ", depth_m=" + text_of(t.depth_m) + ")";
      });
  m.def(
      "read_truth", [](const std::filesystem::path& path) { return io::read_truth(path); }, py::arg("path"),
      "The known targets of a table, CSV or JSON: columns line, x_m, depth_m, kind, name, width_m, height_m, metal, "
      "and "
      "where they are known id, y_m, length_m, lane, soil, surface, operator.");
}

// The alarms of one line as text, by one of the writers.
template <auto write>
std::string written(const std::vector<Alarm>& alarms, const std::string& name, const Line* line) {
  io::LineAlarms one{name, std::nullopt, alarms};
  if (line != nullptr) one.origin = line->origin;
  return write(one);
}
std::string csv_text(const io::LineAlarms& a) { return io::to_csv(a); }
std::string geojson_text(const io::LineAlarms& a) { return io::to_geojson(a); }

void write_wav(const Line& line, const std::filesystem::path& path, const py::kwargs& given) {
  io::WavOptions options;
  python::read_options("write_wav", given, [&](FieldVisitor& v) { fields(v, options); });
  const py::gil_scoped_release released;
  io::write_wav(path, line, options);
}

void bind_writers(py::module_& m) {
  io::WavOptions usual;
  m.def(
      "write_wav", &write_wav, py::arg("line"), py::arg("path"),
      ("Write the sound of what detect.audio gives as a WAV file, 16 bits, mono. The tone goes in straight lines from "
       "trace to trace, so that nothing clicks. Where a flag says that silence cannot be trusted (saturated, dropped, "
       "non_finite, warming_up, ground_balance_lost, bad_trace, uncalibrated, out_of_order) a second sound is heard: "
       "600 Hz and 848 Hz together, eight pulses a second.\n\nOptions\n" +
       options_text([&](FieldVisitor& v) { fields(v, usual); }) +
       "\nRaises ConfigError if the line is not what detect.audio gives or does not know trace_interval_s.")
          .c_str());
  m.def("alarms_to_csv", &written<&csv_text>, py::arg("alarms"), py::kw_only(), py::arg("name") = "line",
        py::arg("line") = py::none(),
        "Alarms as a CSV table. name: what the column line says. line: the Line they came from, for its origin.");
  m.def("alarms_to_geojson", &written<&geojson_text>, py::arg("alarms"), py::kw_only(), py::arg("name") = "line",
        py::arg("line") = py::none(), "Alarms as GeoJSON (RFC 7946), one feature an alarm.");
  m.def(
      "simulate_to_folder",
      [](const std::filesystem::path& scene, const std::filesystem::path& folder) {
        std::ifstream file(scene, std::ios::binary);
        if (!file) throw ConfigError("scene", "cannot open " + scene.string());
        const std::string text{std::istreambuf_iterator<char>(file), {}};
        const py::gil_scoped_release released;
        simulate_to_folder(text, folder, scene.filename().string());
      },
      py::arg("scene"), py::arg("folder"),
      "Simulate a scene of radar or of a metal detector (a .toml file) and write NAME.npy, card.toml and truth.csv; "
      "the same "
      "bytes each time.");
}

}  // namespace

void bind_io(py::module_& m) {
  bind_truth(m);
  bind_writers(m);
  m.def(
      "read",
      [](const std::filesystem::path& path, Index channel, std::string component, double trace_spacing_m,
         const std::string& dzt_interval) {
        const io::ReadOptions options = read_options(channel, std::move(component), trace_spacing_m, dzt_interval);
        const py::gil_scoped_release released;
        return std::make_shared<Line>(io::read(path, options));
      },
      py::arg("path"), py::kw_only(), py::arg("channel") = 0, py::arg("component") = "",
      py::arg("trace_spacing_m") = 0.0, py::arg("dzt_interval") = "n",
      "Read a file of any supported format; its content decides which. What it did not say is in Line.assumptions.\n\n"
      "channel: channel of a DZT or XYZ file, receiver of a gprMax file; from 0.\n"
      "component: gprMax \"Ex\" ... \"Hz\"; empty: the electric one with the most energy. XYZ: a group of columns.\n"
      "    NDJSON: \"raw\", \"raw_iq\", \"adc_raw\" or \"feature\"; empty: what comes first.\n"
      "trace_spacing_m: metres, where the file is wrong or silent; 0: as the file says.\n"
      "dzt_interval: \"n\" (window / n_samples) or \"n_minus_1\".\n\n"
      "Raises DataError if the file is missing, cut or of no known format.");
  m.def(
      "scan",
      [](const std::filesystem::path& path, Index channel, std::string component, double trace_spacing_m,
         const std::string& dzt_interval) {
        const io::ReadOptions options = read_options(channel, std::move(component), trace_spacing_m, dzt_interval);
        io::Scan scan;
        {
          const py::gil_scoped_release released;
          scan = io::scan(path, options);
        }
        return scan_dict(scan);
      },
      py::arg("path"), py::kw_only(), py::arg("channel") = 0, py::arg("component") = "",
      py::arg("trace_spacing_m") = 0.0, py::arg("dzt_interval") = "n",
      "What read() would give, without the samples, as a dict.");
  m.def(
      "readers",
      [] {
        py::list out;
        for (const io::ReaderEntry& r : io::readers()) {
          py::dict d;
          d["name"] = r.name;
          d["summary"] = r.summary;
          d["extensions"] = r.extensions;
          out.append(d);
        }
        return out;
      },
      "The formats that can be read: name, summary, usual extensions.");
}

}  // namespace surefoot::python
