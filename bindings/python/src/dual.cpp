// SPDX-License-Identifier: MIT
// Pipelines for two sensors.
#include "live.hpp"
#include "module.hpp"

#include <surefoot/pipeline/dual_run.hpp>

#include <pybind11/stl.h>

#include <fstream>
#include <iterator>

namespace surefoot::python {
namespace {

// What is given for both sensors: {"emi": ..., "gpr": ...}.
template <class T>
T of_sensor(const py::dict& both, const char* sensor) {
  if (py::len(both) != 2 || !both.contains("emi") || !both.contains("gpr"))
    throw py::type_error("two sensors need {\"emi\": ..., \"gpr\": ...}");
  return both[sensor].cast<T>();
}

class DualLive final : public LiveOf<DualPipeline> {
 public:
  DualLive(DualDescription description, const DualSpec& spec) : LiveOf(std::move(description), spec) {}

  void push_emi(const py::array& traces, const py::object& tag) {
    push(traces, tag, pipeline_.input().emi, n_emi_,
         [this](ConstTraceRef trace, const TraceTag& own) { pipeline_.push_emi(trace, own); });
  }
  void push_gpr(const py::array& traces, const py::object& tag) {
    push(traces, tag, pipeline_.input().gpr, n_gpr_,
         [this](ConstTraceRef trace, const TraceTag& own) { pipeline_.push_gpr(trace, own); });
  }
  py::tuple pickled() {
    return py::make_tuple(text(), pipeline_.input().emi, pipeline_.input().gpr, save_state(), n_emi_, n_gpr_, alarms_);
  }
  static std::unique_ptr<DualLive> unpickled(const py::tuple& t) {
    auto live = std::make_unique<DualLive>(parse_dual_description(t[0].cast<std::string>()),
                                           DualSpec{t[1].cast<StreamSpec>(), t[2].cast<StreamSpec>()});
    live->load_state(t[3].cast<std::string>());
    live->n_emi_ = t[4].cast<std::int64_t>();
    live->n_gpr_ = t[5].cast<std::int64_t>();
    live->alarms_ = t[6].cast<std::vector<Alarm>>();
    return live;
  }

 private:
  void forget() override {
    LiveOf::forget();
    n_emi_ = n_gpr_ = 0;
  }

  std::int64_t n_emi_ = 0;
  std::int64_t n_gpr_ = 0;
};

DualDescription dual_description_of(const py::object& source) {
  if (py::isinstance<DualLive>(source)) return source.cast<const DualLive&>().pipeline().description();
  if (py::isinstance<py::str>(source)) return load_dual_description(source.cast<std::string>());
  return parse_dual_description(text_of_path(source));
}

py::array scores_of(const Line& line) {
  py::array_t<float> out(static_cast<py::ssize_t>(line.tags.size()));
  for (std::size_t i = 0; i < line.tags.size(); ++i) out.mutable_at(static_cast<py::ssize_t>(i)) = line.tags[i].score;
  return out;
}

void bind_run(py::module_& m) {
  py::class_<DualRun, std::shared_ptr<DualRun>>(m, "DualRun", "What a pipeline for two sensors made of a line of each.")
      .def_property_readonly(
          "emi", [](const std::shared_ptr<DualRun>& r) { return std::shared_ptr<Line>(r, &r->emi); },
          "What the last stage of the metal detector gave, with its tags.")
      .def_property_readonly(
          "gpr", [](const std::shared_ptr<DualRun>& r) { return std::shared_ptr<Line>(r, &r->gpr); },
          "What the last stage of the radar gave, with its tags.")
      .def_property_readonly(
          "emi_scores", [](const DualRun& r) { return scores_of(r.emi); }, "Robust z of each trace, float32.")
      .def_property_readonly(
          "gpr_scores", [](const DualRun& r) { return scores_of(r.gpr); }, "Robust z of each trace, float32.")
      .def_readonly("alarms", &DualRun::alarms, "One an id: the last record of each.")
      .def_readonly("alarm_records", &DualRun::alarm_records, "All records of alarms, as they were told.")
      .def_readonly("description", &DualRun::description, "The canonical text of the pipeline.")
      .def_readonly("description_hash", &DualRun::description_hash, "What each alarm carries.")
      .def_readonly("emi_latency", &DualRun::emi_latency, "In traces.")
      .def_readonly("gpr_latency", &DualRun::gpr_latency, "In traces.")
      .def_readonly("emi_notes", &DualRun::emi_notes)
      .def_readonly("gpr_notes", &DualRun::gpr_notes)
      .def("__repr__", [](const DualRun& r) {
        return "<surefoot.DualRun: " + std::to_string(r.emi.n_traces()) + " and " + std::to_string(r.gpr.n_traces()) +
               " traces, " + std::to_string(r.alarms.size()) + " alarms>";
      });
  m.def(
      "run",
      [](const py::object& pipeline, const py::dict& lines, const py::object& callback) {
        const DualDescription description = dual_description_of(pipeline);
        const auto& emi = of_sensor<const Line&>(lines, "emi");
        const auto& gpr = of_sensor<const Line&>(lines, "gpr");
        const Progress progress = progress_of(callback);
        const py::gil_scoped_release released;
        return std::make_shared<DualRun>(run_dual(description, emi, gpr, progress));
      },
      py::arg("pipeline"), py::arg("line"), py::kw_only(), py::arg("progress") = py::none());
}

void bind_live(py::module_& m) {
  py::class_<DualLive> live(
      m, "DualPipeline",
      "A metal detector and a radar on one head: push the traces of both in the order in which they were taken, take\n"
      "records of alarms. An alarm of the metal detector is told by the push that raised it and is only ranked\n"
      "afterwards: the same id comes again with a higher revision. An alarm of radar alone is told too.");
  bind_live_of(live);
  live.def(py::init([](const py::object& pipeline, const py::dict& specs) {
             return std::make_unique<DualLive>(
                 dual_description_of(pipeline),
                 DualSpec{of_sensor<StreamSpec>(specs, "emi"), of_sensor<StreamSpec>(specs, "gpr")});
           }),
           py::arg("pipeline"), py::arg("specs"),
           "pipeline: a built-in name, a path or a text. specs: {\"emi\": Line.spec, \"gpr\": Line.spec}.")
      .def("push_emi", &DualLive::push_emi, py::arg("traces"), py::arg("tag") = py::none(),
           "Push one trace or a block of the metal detector, as Pipeline.push().")
      .def("push_gpr", &DualLive::push_gpr, py::arg("traces"), py::arg("tag") = py::none(),
           "Push one trace or a block of the radar, as Pipeline.push().")
      .def("reset", &DualLive::reset, "As freshly constructed.")
      .def("save_state", &DualLive::save_state, "The state of all stages as bytes; the same bytes as in C and C++.")
      .def_property_readonly("emi_output", [](const DualLive& l) { return l.pipeline().emi_output(); })
      .def_property_readonly("gpr_output", [](const DualLive& l) { return l.pipeline().gpr_output(); })
      .def_property_readonly(
          "emi_latency", [](const DualLive& l) { return l.pipeline().emi_latency(); }, "In traces.")
      .def_property_readonly(
          "gpr_latency", [](const DualLive& l) { return l.pipeline().gpr_latency(); }, "In traces.")
      .def("emi_notes", [](const DualLive& l) { return l.pipeline().emi_notes(); })
      .def("gpr_notes", [](const DualLive& l) { return l.pipeline().gpr_notes(); });
}

}  // namespace

void bind_dual(py::module_& m) {
  bind_run(m);
  bind_live(m);
  m.def(
      "builtin_dual_pipelines",
      [] {
        py::dict out;
        for (const Builtin& b : dual_builtins()) out[b.name] = b.text;
        return out;
      },
      "The text of each pipeline for two sensors that comes with the library, by name.");
  m.def(
      "describes_two_sensors",
      [](const py::object& source) {
        return describes_two_sensors(py::isinstance<py::str>(source) ? source.cast<std::string>()
                                                                     : text_of_path(source));
      },
      py::arg("pipeline"), "Whether a pipeline (a built-in name, a path or a text) is one for two sensors.");
}

}  // namespace surefoot::python
