// SPDX-License-Identifier: MIT
#include <surefoot/pipeline/dual_run.hpp>

#include <surefoot/base/error.hpp>

namespace surefoot {
namespace {

// The finished traces of one sensor, in a line that grows.
class Collected final : public TraceSink {
 public:
  Collected(Line& line, Index n_traces) : line_(line), n_traces_(n_traces) {}

  void open(const StreamSpec& output, const Line& from) {
    line_.axis = output.axis;
    line_.trace_interval_s = output.trace_interval_s;
    line_.trace_spacing_m = output.trace_spacing_m;
    line_.n_channels = output.n_channels;
    line_.provenance = from.provenance;
    line_.assumptions = from.assumptions;
    line_.origin = from.origin;
    line_.samples.resize(output.n_samples, n_traces_ + 1);
    line_.tags.reserve(to_size(n_traces_ + 1));
  }
  TraceRef room() noexcept override {
    const auto filled = static_cast<Index>(line_.tags.size());
    return filled < line_.n_traces() ? TraceRef(line_.samples.col(filled)) : TraceRef{};
  }
  void take(const TraceTag& tag) noexcept override { line_.tags.push_back(tag); }  // reserved
  // Between pushes: a stage may give more traces than it gets.
  void grow() {
    if (static_cast<Index>(line_.tags.size()) + most_a_push <= line_.n_traces()) return;
    line_.samples.conservativeResize(Eigen::NoChange, 2 * line_.n_traces() + most_a_push);
    line_.tags.reserve(to_size(line_.n_traces()));
  }
  void close() { line_.samples.conservativeResize(Eigen::NoChange, static_cast<Index>(line_.tags.size())); }

 private:
  static constexpr Index most_a_push = 1024;
  Line& line_;
  Index n_traces_;
};

bool known(double x) { return x - x == 0.0; }

// What orders the traces of both: times if all have one, else distances.
std::array<std::vector<double>, 2> keys(const Line& emi, const Line& gpr, double lag_s) {
  std::array<std::vector<double>, 2> times;
  std::array<std::vector<double>, 2> distances;
  bool timed = true;
  bool placed = true;
  const std::array<const Line*, 2> lines{&emi, &gpr};
  for (std::size_t s = 0; s < lines.size(); ++s)
    for (const TraceTag& tag : lines[s]->tags) {
      times[s].push_back(tag.time_s - (s == 1 ? lag_s : 0.0));
      distances[s].push_back(tag.distance_m);
      timed = timed && known(times[s].back());
      placed = placed && known(distances[s].back());
    }
  if (timed) return times;
  if (placed) return distances;
  throw Error("two lines can only be run together if the times or the distances of all their traces are known");
}

}  // namespace

DualRun run_dual(const DualDescription& description, const Line& emi, const Line& gpr, const Progress& progress) {
  for (const Line* line : {&emi, &gpr})
    if (line->tags.size() != to_size(line->n_traces()))
      throw Error("a line needs one tag a trace: it has " + std::to_string(line->n_traces()) + " traces and " +
                  std::to_string(line->tags.size()) + " tags");
  DualRun result;
  Collected emi_traces(result.emi, emi.n_traces());
  Collected gpr_traces(result.gpr, gpr.n_traces());
  DualPipeline pipeline(description, {emi.spec(), gpr.spec()},
                        {.memory = {}, .emi_sink = &emi_traces, .gpr_sink = &gpr_traces});
  emi_traces.open(pipeline.emi_output(), emi);
  gpr_traces.open(pipeline.gpr_output(), gpr);
  result.description = to_text(description);
  result.description_hash = pipeline.description_hash();
  result.emi_latency = pipeline.emi_latency();
  result.gpr_latency = pipeline.gpr_latency();

  const auto collect = [&] {
    Alarm alarm;
    while (pipeline.pull_alarm(alarm)) result.alarm_records.push_back(alarm);
    emi_traces.grow();
    gpr_traces.grow();
  };
  const auto order = keys(emi, gpr, pipeline.gpr_lag_s());
  const std::size_t all = order[0].size() + order[1].size();
  constexpr std::size_t progress_step = 256;
  for (std::size_t e = 0, g = 0; e < order[0].size() || g < order[1].size();) {
    const bool metal = g == order[1].size() || (e < order[0].size() && order[0][e] <= order[1][g]);
    if (metal) pipeline.push_emi(emi.trace(static_cast<Index>(e)), emi.tags[e]), ++e;
    else pipeline.push_gpr(gpr.trace(static_cast<Index>(g)), gpr.tags[g]), ++g;
    collect();
    if (progress && (e + g) % progress_step == 0 && !progress(static_cast<Index>(e + g), static_cast<Index>(all)))
      throw Error("stopped");
  }
  pipeline.finish();
  collect();
  emi_traces.close();
  gpr_traces.close();
  result.alarms = latest_alarms(result.alarm_records);
  result.emi_notes = pipeline.emi_notes();
  result.gpr_notes = pipeline.gpr_notes();
  if (progress) (void)progress(static_cast<Index>(all), static_cast<Index>(all));
  return result;
}

}  // namespace surefoot
