// SPDX-License-Identifier: MIT
#include <surefoot/pipeline/apply.hpp>

#include <surefoot/base/error.hpp>

#include "expect_use.hpp"

#include <algorithm>
#include <utility>

namespace surefoot {
namespace {

// The columns of the result, filled by the pipeline itself.
class Columns final : public TraceSink {
 public:
  explicit Columns(Line& line) : line_(line) {}

  void open(Index n_samples, Index n_traces) {
    line_.samples.resize(n_samples, n_traces);
    expect_use(std::as_writable_bytes(std::span(line_.samples.data(), to_size(line_.samples.size()))));
    line_.tags.reserve(to_size(n_traces));
  }
  TraceRef room() noexcept override {
    return full() ? TraceRef{} : TraceRef(line_.samples.col(static_cast<Index>(line_.tags.size())));
  }
  void take(const TraceTag& tag) noexcept override { line_.tags.push_back(tag); }  // reserved

  [[nodiscard]] bool full() const noexcept { return static_cast<Index>(line_.tags.size()) == line_.n_traces(); }
  void grow() {
    line_.samples.conservativeResize(Eigen::NoChange, 2 * line_.n_traces() + 1);
    line_.tags.reserve(to_size(line_.n_traces()));
  }
  void close() { line_.samples.conservativeResize(Eigen::NoChange, static_cast<Index>(line_.tags.size())); }

 private:
  Line& line_;
};

// Ask for a trace that is needed soon: a line does not fit into the near caches, and what is computed on one trace then hides
// the way of the next.
void fetch(ConstTraceRef trace) noexcept {
  constexpr std::size_t cache_line = 64 / sizeof(Sample);
  for (std::size_t i = 0; i < trace.size(); i += cache_line) __builtin_prefetch(trace.data() + i);
}

}  // namespace

Run run(const Description& description, const Line& line, const Progress& progress) {
  if (line.tags.size() != to_size(line.n_traces()))
    throw Error("a line needs one tag a trace: it has " + std::to_string(line.n_traces()) + " traces and " +
                std::to_string(line.tags.size()) + " tags");
  Run result;
  Columns columns(result.traces);
  StreamSpec input = line.spec();
  input.stays = true;
  Pipeline pipeline(description, input, {.queue_traces = 64, .memory = {}, .sink = &columns});
  result.description = to_text(description);
  result.latency = pipeline.latency();
  result.traces.axis = pipeline.output().axis;
  result.traces.trace_interval_s = pipeline.output().trace_interval_s;
  result.traces.trace_spacing_m = pipeline.output().trace_spacing_m;
  result.traces.n_channels = pipeline.output().n_channels;
  result.traces.provenance = line.provenance;
  result.traces.assumptions = line.assumptions;
  result.traces.origin = line.origin;

  columns.open(pipeline.output().n_samples, std::max(line.n_traces(), pipeline.output().max_traces) + 1);
  // What found no room in the columns waits in the queue; afterwards the queue is empty and there is room for a trace.
  const auto collect = [&] {
    TraceTag tag;
    for (;;) {
      if (columns.full()) columns.grow();
      if (!pipeline.pull(columns.room(), tag)) break;
      columns.take(tag);
    }
    Alarm alarm;
    while (pipeline.pull_alarm(alarm)) result.alarm_records.push_back(alarm);
  };
  constexpr Index progress_step = 256;
  for (Index i = 0; i < line.n_traces(); ++i) {
    const ConstTraceRef next = i + 1 < line.n_traces() ? line.trace(i + 1) : ConstTraceRef{};
    // In two halves: a processor has only so many loads under way at a time.
    fetch(next.first(next.size() / 2));
    pipeline.push(line.trace(i), line.tags[to_size(i)]);
    fetch(next.subspan(next.size() / 2));
    collect();
    if (progress && (i + 1) % progress_step == 0 && !progress(i + 1, line.n_traces())) throw Error("stopped");
  }
  pipeline.finish();
  collect();
  if (pipeline.lost_traces() > 0)
    throw Error("the pipeline gave more traces than it had said: a stage has an option for their number");
  columns.close();
  result.scores.reserve(result.traces.tags.size());
  for (const TraceTag& tag : result.traces.tags) result.scores.push_back(tag.score);
  result.notes = pipeline.notes();
  result.alarms = latest_alarms(result.alarm_records);
  result.description_hash = pipeline.description_hash();
  if (progress) (void)progress(line.n_traces(), line.n_traces());
  return result;
}

Run run(std::string_view name_path_or_text, const Line& line, const Progress& progress) {
  return run(load_description(name_path_or_text), line, progress);
}

std::vector<Alarm> latest_alarms(std::span<const Alarm> records) {
  std::vector<Alarm> latest(records.begin(), records.end());
  std::stable_sort(latest.begin(), latest.end(),
                   [](const Alarm& a, const Alarm& b) { return a.id != b.id ? a.id < b.id : a.revision > b.revision; });
  const auto same = [](const Alarm& a, const Alarm& b) { return a.id == b.id; };
  latest.erase(std::unique(latest.begin(), latest.end(), same), latest.end());
  return latest;
}

Line apply(const Step<StageEntry>& stage, const Line& line) {
  return std::move(run(description_of(stage), line).traces);
}

}  // namespace surefoot
