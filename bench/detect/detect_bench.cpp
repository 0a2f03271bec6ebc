// SPDX-License-Identifier: MIT
// Scores and alarms: one push and one pull a turn; argument: samples a trace (35 ps apart).
#include "support/live.hpp"

#include <string>
#include <string_view>

namespace {

using namespace surefoot;

void of_text(benchmark::State& state, const char* text) {
  const bench::Traffic traffic(state.range(0));
  bench::push_and_pull(state, parse_description(text), traffic);
}

void energy_score(benchmark::State& state) {
  of_text(state, "surefoot = 1\nstage = [{ use = \"detect.energy_score\" }]");
}
void nlms(benchmark::State& state) { of_text(state, "surefoot = 1\nstage = [{ use = \"detect.nlms\" }]"); }
// A window that covers every sample: the bar is 2 us at 512.
void nlms_all_samples(benchmark::State& state) {
  of_text(state, "surefoot = 1\nstage = [{ use = \"detect.nlms\", start_s = -1e-9 }]");
}
void nlms_two_sided(benchmark::State& state) {
  of_text(state, "surefoot = 1\nstage = [{ use = \"detect.nlms\", two_sided = true }]");
}
void contrast(benchmark::State& state) { of_text(state, "surefoot = 1\nstage = [{ use = \"detect.contrast\" }]"); }
// 14 segments at 512 samples.
void rx(benchmark::State& state) { of_text(state, "surefoot = 1\nstage = [{ use = \"detect.rx\" }]"); }
void rx_ledoit_wolf(benchmark::State& state) {
  of_text(state, "surefoot = 1\nstage = [{ use = \"detect.rx\", shrinkage = \"ledoit_wolf\" }]");
}
void rx_both_sides_trimmed(benchmark::State& state) {
  of_text(state, "surefoot = 1\nstage = [{ use = \"detect.rx\", ahead_traces = 40, trim = 0.1 }]");
}
void local_contrast(benchmark::State& state) {
  of_text(state, "surefoot = 1\nstage = [{ use = \"detect.local_contrast\", calibration = \"formula\" }]");
}
void local_contrast_ordered(benchmark::State& state) {
  of_text(state, "surefoot = 1\nstage = [{ use = \"detect.local_contrast\", kind = \"ordered\" }]");
}
void peak_alarm(benchmark::State& state) { of_text(state, "surefoot = 1\ndetector = { use = \"detect.peak_alarm\" }"); }

// Features of every trace; with least_score only where something was found.
void hog(benchmark::State& state) {
  of_text(state, "surefoot = 1\nstage = [{ use = \"detect.hog\", start_s = 0.0, end_s = 6e-9 }]");
}
void edge_histogram(benchmark::State& state) {
  of_text(state, "surefoot = 1\nstage = [{ use = \"detect.edge_histogram\", start_s = 0.0, end_s = 6e-9 }]");
}
void logistic(benchmark::State& state) {
  std::string weights = "[0.1";
  for (Index j = 1; j < state.range(0); ++j) weights += ", 0.1";
  of_text(state, ("surefoot = 1\nstage = [{ use = \"detect.logistic\", weights = " + weights + "] }]").c_str());
}

void audio(benchmark::State& state) { of_text(state, "surefoot = 1\nstage = [{ use = \"detect.audio\" }]"); }

// 60 templates of 21 traces: 15 depths, 2 velocities, 2 widths.
void hyperbola(benchmark::State& state) {
  of_text(
      state,
      "surefoot = 1\nstage = [{ use = \"detect.hyperbola\", n_velocities = 2, widths_m = [0.0, 0.2], aperture_m = 0.2, "
      "end_s = 6.4e-9, segment_s = 0.42e-9 }]");
}
void hyperbola_default(benchmark::State& state) {
  of_text(state, "surefoot = 1\nstage = [{ use = \"detect.hyperbola\" }]");
}
// The same templates as detect.hyperbola/all, all traces looked at.
void hyperbola_fit(benchmark::State& state) {
  of_text(state, "surefoot = 1\nstage = [{ use = \"detect.hyperbola_fit\", end_s = 10e-9 }]");
}
// A line of 1024 traces a turn.
void whole_line_of(benchmark::State& state, const char* text) {
  bench::Traffic traffic(state.range(0));
  traffic.spec.max_traces = static_cast<Index>(bench::Traffic::n_traces);
  Pipeline pipeline(parse_description(text), traffic.spec);
  std::vector<Sample> out(to_size(traffic.spec.n_samples));
  TraceTag tag;
  for (auto _ : state) {
    pipeline.reset();
    for (std::size_t k = 0; k < bench::Traffic::n_traces; ++k)
      pipeline.push(std::span<const Sample>(traffic.traces[k]), traffic.tags[k]);
    pipeline.finish();
    while (pipeline.pull(std::span<Sample>(out), tag)) benchmark::DoNotOptimize(tag.score);
  }
  for (const StageNote& note : pipeline.notes())
    if (std::string_view(note.note.name) == "peaks") state.counters["peaks"] = note.note.value;
}
void image_contrast(benchmark::State& state) {
  whole_line_of(state, "surefoot = 1\nstage = [{ use = \"detect.image_contrast\" }]");
}
// With the score that it weighs; contrast_of_line is that alone, and the difference over the peaks is what one costs.
void contrast_of_line(benchmark::State& state) {
  whole_line_of(state, "surefoot = 1\nstage = [{ use = \"detect.contrast\" }]");
}
void echo_shape(benchmark::State& state) {
  whole_line_of(
      state,
      "surefoot = 1\nstage = [{ use = \"detect.contrast\" }, { use = \"detect.echo_shape\", least_score = 0.0 }]");
}
BENCHMARK(echo_shape)->Name("detect.echo_shape")->Arg(512)->Arg(1024)->Unit(benchmark::kMillisecond);
BENCHMARK(contrast_of_line)->Name("detect.contrast/line")->Arg(512)->Arg(1024)->Unit(benchmark::kMillisecond);
BENCHMARK(image_contrast)->Name("detect.image_contrast")->Arg(512)->Unit(benchmark::kMillisecond);
BENCHMARK(hyperbola)->Name("detect.hyperbola")->Arg(512);
BENCHMARK(hyperbola_default)->Name("detect.hyperbola/all")->Arg(512);
BENCHMARK(hyperbola_fit)->Name("detect.hyperbola_fit")->Arg(512);
BENCHMARK(energy_score)->Name("detect.energy_score")->Arg(256)->Arg(512)->Arg(1024)->Arg(2048);
BENCHMARK(nlms)->Name("detect.nlms")->Arg(256)->Arg(512)->Arg(1024)->Arg(2048);
BENCHMARK(nlms_all_samples)->Name("detect.nlms/all_samples")->Arg(512);
BENCHMARK(nlms_two_sided)->Name("detect.nlms/two_sided")->Arg(512);
BENCHMARK(contrast)->Name("detect.contrast")->Arg(256)->Arg(512)->Arg(1024)->Arg(2048);
BENCHMARK(rx)->Name("detect.rx")->Arg(512);
BENCHMARK(rx_ledoit_wolf)->Name("detect.rx/ledoit_wolf")->Arg(512);
BENCHMARK(rx_both_sides_trimmed)->Name("detect.rx/both_sides_trimmed")->Arg(512);
BENCHMARK(local_contrast)->Name("detect.local_contrast/cell_average")->Arg(512);
BENCHMARK(local_contrast_ordered)->Name("detect.local_contrast/ordered")->Arg(512);
BENCHMARK(hog)->Name("detect.hog")->Arg(512);
BENCHMARK(edge_histogram)->Name("detect.edge_histogram")->Arg(512);
BENCHMARK(logistic)->Name("detect.logistic")->Arg(324);
BENCHMARK(audio)->Name("detect.audio")->Arg(512);
BENCHMARK(peak_alarm)->Name("detect.peak_alarm")->Arg(512);

}  // namespace
