// SPDX-License-Identifier: MIT
#include <surefoot/pipeline/apply.hpp>

#include <surefoot/base/error.hpp>

#include <utility>

namespace surefoot {

Run run(const Description& description, const Line& line, const Progress& progress) {
  if (line.tags.size() != to_size(line.n_traces()))
    throw Error("a line needs one tag a trace: it has " + std::to_string(line.n_traces()) + " traces and " +
                std::to_string(line.tags.size()) + " tags");
  Pipeline pipeline(description, line.spec());
  Run result;
  result.description = to_text(description);
  result.latency = pipeline.latency();
  result.traces.axis = pipeline.output().axis;
  result.traces.trace_interval_s = pipeline.output().trace_interval_s;
  result.traces.trace_spacing_m = pipeline.output().trace_spacing_m;
  result.traces.provenance = line.provenance;
  result.traces.assumptions = line.assumptions;
  result.traces.origin = line.origin;

  const Index n_samples = pipeline.output().n_samples;
  TraceMatrix& samples = result.traces.samples;
  samples.resize(n_samples, line.n_traces() + 1);  // one to spare for the pull that finds nothing
  Index n_out = 0;
  const auto collect = [&] {
    TraceTag tag;
    for (;;) {
      if (n_out == samples.cols()) samples.conservativeResize(Eigen::NoChange, 2 * n_out + 1);
      if (!pipeline.pull(samples.col(n_out), tag)) break;
      result.traces.tags.push_back(tag);
      result.scores.push_back(tag.score);
      ++n_out;
    }
    Alarm alarm;
    while (pipeline.pull_alarm(alarm)) result.alarms.push_back(alarm);
  };
  constexpr Index progress_step = 256;
  for (Index i = 0; i < line.n_traces(); ++i) {
    pipeline.push(line.trace(i), line.tags[to_size(i)]);
    collect();
    if (progress && (i + 1) % progress_step == 0 && !progress(i + 1, line.n_traces())) throw Error("stopped");
  }
  pipeline.finish();
  collect();
  samples.conservativeResize(Eigen::NoChange, n_out);
  result.notes = pipeline.notes();
  if (progress) (void)progress(line.n_traces(), line.n_traces());
  return result;
}

Run run(std::string_view name_path_or_text, const Line& line, const Progress& progress) {
  return run(load_description(name_path_or_text), line, progress);
}

Line apply(const Step<StageEntry>& stage, const Line& line) {
  Description one;
  one.stages.push_back(stage);
  return std::move(run(one, line).traces);
}

}  // namespace surefoot
