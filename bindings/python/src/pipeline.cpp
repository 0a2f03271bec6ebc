// SPDX-License-Identifier: MIT
#include "live.hpp"
#include "module.hpp"
#include "numpy.hpp"

#include <surefoot/base/error.hpp>
#include <surefoot/dsp/parallel.hpp>
#include <surefoot/pipeline/apply.hpp>

#include <pybind11/stl.h>

#include <algorithm>
#include <deque>

namespace surefoot::python {
namespace {

// One finished trace.
struct Result {
  std::vector<float> samples;
  TraceTag tag;
};

py::object latency_of(Index latency) {
  return latency == whole_line ? py::object(py::none()) : py::object(py::int_(latency));
}

class Live final : public LiveOf<Pipeline> {
 public:
  Live(Description description, const StreamSpec& spec, Index queue_traces)
      : LiveOf(std::move(description), spec, PipelineOptions{.queue_traces = queue_traces, .memory = {}}),
        queue_traces_(queue_traces) {}

  void push(const py::array& traces, const py::object& tag) {
    LiveOf::push(traces, tag, pipeline_.input(), n_pushed_,
                 [this](ConstTraceRef trace, const TraceTag& own) { pipeline_.push(trace, own); });
  }

  py::object pull() {
    if (results_.empty()) return py::none();
    auto out = py::cast(std::make_shared<Result>(std::move(results_.front())));
    results_.pop_front();
    return out;
  }
  std::shared_ptr<Line> pull_all() {
    auto line = std::make_shared<Line>();
    const StreamSpec& spec = pipeline_.output();
    line->axis = spec.axis;
    line->trace_interval_s = spec.trace_interval_s;
    line->trace_spacing_m = spec.trace_spacing_m;
    line->provenance.format = "pipeline";
    line->samples.resize(spec.n_samples, static_cast<Index>(results_.size()));
    for (Index i = 0; i < line->n_traces(); ++i) {
      const Result& r = results_[to_size(i)];
      std::copy(r.samples.begin(), r.samples.end(), line->samples.col(i).data());
      line->tags.push_back(r.tag);
    }
    results_.clear();
    return line;
  }

  // Also what has not been pulled yet and the number of the next trace: a copy goes on as the original would.
  py::tuple pickled() {
    py::list results;
    for (const Result& r : results_)
      results.append(
          py::make_tuple(py::bytes(reinterpret_cast<const char*>(r.samples.data()), r.samples.size() * sizeof(float)),
                         py::bytes(reinterpret_cast<const char*>(&r.tag), sizeof r.tag)));
    return py::make_tuple(text(), pipeline_.input(), queue_traces_, save_state(), n_pushed_, results, alarms_);
  }
  static std::unique_ptr<Live> unpickled(const py::tuple& t) {
    auto live = std::make_unique<Live>(parse_description(t[0].cast<std::string>()), t[1].cast<StreamSpec>(),
                                       t[2].cast<Index>());
    live->load_state(t[3].cast<std::string>());
    live->n_pushed_ = t[4].cast<std::int64_t>();
    for (const py::handle item : t[5]) {
      const auto pair = item.cast<std::pair<std::string, std::string>>();
      Result r{std::vector<float>(to_size(live->pipeline_.output().n_samples)), {}};
      if (pair.first.size() != r.samples.size() * sizeof(float) || pair.second.size() != sizeof r.tag)
        throw StateError("the pickled results have a wrong length");
      std::memcpy(r.samples.data(), pair.first.data(), pair.first.size());
      std::memcpy(&r.tag, pair.second.data(), pair.second.size());
      live->results_.push_back(std::move(r));
    }
    live->alarms_ = t[6].cast<std::vector<Alarm>>();
    return live;
  }

  [[nodiscard]] std::size_t ready() const noexcept { return results_.size(); }

 private:
  void drain() override {
    const std::size_t n = to_size(pipeline_.output().n_samples);
    for (;;) {
      Result r{std::vector<float>(n), {}};
      if (!pipeline_.pull(r.samples, r.tag)) break;
      results_.push_back(std::move(r));
    }
    LiveOf::drain();
  }
  void forget() override {
    LiveOf::forget();
    results_.clear();
    n_pushed_ = 0;
  }

  Index queue_traces_;
  std::deque<Result> results_;
  std::int64_t n_pushed_ = 0;
};

std::shared_ptr<Run> run_over(const Description& description, const Line& line, const py::object& callback) {
  const Progress progress = progress_of(callback);
  const py::gil_scoped_release released;
  return std::make_shared<Run>(run(description, line, progress));
}

std::shared_ptr<Line> traces_of_run(const std::shared_ptr<Run>& r) { return {r, &r->traces}; }

}  // namespace

void bind_pipeline(py::module_& m) {
  py::class_<Result, std::shared_ptr<Result>>(m, "Result", "One finished trace of a live pipeline.")
      .def_property_readonly(
          "samples", [](const py::object& self) { return vector_view(self.cast<Result&>().samples, self); },
          "float32 (n_samples): a view, not a copy.")
      .def_property_readonly(
          "score", [](const Result& r) { return r.tag.score; }, "Robust z; larger is more anomalous.")
      .def_readonly("tag", &Result::tag);

  py::class_<StageNote>(m, "Note", "What a stage had to say about its work: a rank, a number of iterations, a warning.")
      .def_readonly("stage", &StageNote::stage, "Its place in the pipeline, from 0.")
      .def_property_readonly(
          "use", [](const StageNote& n) { return n.use; }, "Its name.")
      .def_property_readonly("name", [](const StageNote& n) { return n.note.name; })
      .def_property_readonly("value", [](const StageNote& n) { return n.note.value; })
      .def_property_readonly("unit", [](const StageNote& n) { return symbol(n.note.unit); })
      .def_property_readonly(
          "warning", [](const StageNote& n) { return n.note.warning; }, "A sentence, or None if all is well.")
      .def("__repr__", [](const StageNote& n) {
        return std::string("<surefoot.Note ") + n.use + ": " + n.note.name + " = " + text_of(n.note.value) +
               (n.note.unit == Unit::none ? "" : std::string(" ") + symbol(n.note.unit)) +
               (n.note.warning == nullptr ? "" : std::string("; ") + n.note.warning) + ">";
      });

  py::class_<Run, std::shared_ptr<Run>>(m, "Run", "What a pipeline made of a whole line.")
      .def_property_readonly("traces", &traces_of_run, "The output of the last stage, with its tags.")
      .def_property_readonly(
          "scores", [](const py::object& self) { return vector_view(self.cast<Run&>().scores, self); },
          "Robust z of each trace, float32 (n_traces): a view, not a copy.")
      .def_readonly("alarms", &Run::alarms, "One an id: the last record of each.")
      .def_readonly("alarm_records", &Run::alarm_records, "All records of alarms, as they were told.")
      .def_readonly("description_hash", &Run::description_hash, "What each alarm carries.")
      .def_readonly("description", &Run::description, "The canonical text of the pipeline.")
      .def_property_readonly(
          "latency", [](const Run& r) { return latency_of(r.latency); },
          "In traces; None if a stage needs the whole line.")
      .def_readonly("notes", &Run::notes, "What the stages had to say about their work, warnings included.")
      .def("__repr__", [](const Run& r) {
        return "<surefoot.Run: " + std::to_string(r.traces.n_traces()) + " traces, " + std::to_string(r.alarms.size()) +
               " alarms>";
      });

  py::class_<Live> live(
      m, "Pipeline",
      "A pipeline built for one stream of traces: push traces, pull finished ones and alarms.\n\n"
      "All memory of the stages is taken here. What is finished waits until it is pulled; nothing is lost.\n"
      "One thread a pipeline; different pipelines never interact.");
  bind_live_of(live);
  live.def(py::init([](const py::object& pipeline, const StreamSpec& spec, Index queue_traces) {
             return std::make_unique<Live>(description_of(pipeline), spec, queue_traces);
           }),
           py::arg("pipeline"), py::arg("spec"), py::kw_only(), py::arg("queue_traces") = 64,
           "pipeline: a built-in name, a path or a text. spec: Line.spec or a StreamSpec.")
      .def("push", &Live::push, py::arg("traces"), py::arg("tag") = py::none(),
           "Push one trace (n_samples) or a block (n_traces, n_samples), float32, without copying it. tag: a Tag or "
           "a row of Line.tags, for a block a structured array like it; without it traces are numbered on.")
      .def("pull", &Live::pull, "The next finished trace with .samples, .score and .tag, or None.")
      .def("pull_all", &Live::pull_all, "All finished traces as a Line.")
      .def("reset", &Live::reset, "As freshly constructed; what was not pulled is gone.")
      .def("save_state", &Live::save_state,
           "The state of all stages as bytes. Finished traces that were not pulled are not part of it; a pickle has "
           "them.")
      .def(
          "notes", [](const Live& l) { return l.pipeline().notes(); },
          "What the stages have to say about their work so far.")
      .def_property_readonly("input", [](const Live& l) { return l.pipeline().input(); })
      .def_property_readonly("output", [](const Live& l) { return l.pipeline().output(); })
      .def_property_readonly(
          "latency", [](const Live& l) { return latency_of(l.pipeline().latency()); },
          "In traces; None if a stage needs the whole line.")
      .def_property_readonly("ready", &Live::ready, "Finished traces that wait to be pulled.")
      .def_property_readonly("lost_traces", [](const Live& l) { return l.pipeline().lost_traces(); });

  m.def(
      "latest_alarms", [](const std::vector<Alarm>& records) { return latest_alarms(records); }, py::arg("records"),
      "The last record of each id, in order of id.");
  m.def("set_threads", &dsp::set_threads, py::arg("n"),
        "Threads that whole-line stages (imaging) may use from now on; 1 at first. The results do not depend on it.");
  m.def("threads", &dsp::threads, "Threads that whole-line stages may use.");
  m.def(
      "run",
      [](const py::object& pipeline, const Line& line, const py::object& progress) {
        if (py::isinstance<Live>(pipeline))
          return run_over(pipeline.cast<const Live&>().pipeline().description(), line, progress);
        return run_over(description_of(pipeline), line, progress);
      },
      py::arg("pipeline"), py::arg("line"), py::kw_only(), py::arg("progress") = py::none(),
      "Run a pipeline over a whole line, by push and pull, trace by trace.\n\n"
      "pipeline: a built-in name, a path, a text or a Pipeline (its description; its state is not touched).\n"
      "A pipeline of two sensors takes {\"emi\": line, \"gpr\": line} and gives a DualRun.\n"
      "progress: called now and then with (traces done, traces in all); return False to stop, which raises Error. The\n"
      "line must not change meanwhile.");
  m.def(
      "run_one",
      [](const std::string& name, const py::dict& options, const Line& line) {
        return run_over(description_of_one(name, options), line, py::none());
      },
      py::arg("name"), py::arg("options"), py::arg("line"), "Run one stage or detector of the registry over a line.");
}

}  // namespace surefoot::python
