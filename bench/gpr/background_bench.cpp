// SPDX-License-Identifier: MIT
#include <surefoot/gpr/background.hpp>

#include <benchmark/benchmark.h>

#include <cstddef>
#include <vector>

namespace {

using namespace surefoot;

// One push and one pull a turn over noise; argument: samples a trace.
void push_and_pull(benchmark::State& state, const gpr::BackgroundOptions& options) {
  const Index n = state.range(0);
  constexpr std::size_t n_traces = 64;
  std::vector<std::vector<Sample>> line(n_traces, std::vector<Sample>(to_size(n)));
  unsigned seed = 1;
  for (auto& trace : line)
    for (Sample& x : trace) {
      seed = seed * 1664525U + 1013904223U;
      x = static_cast<Sample>(seed >> 16U) - 32768.0F;
    }
  const StreamSpec spec{{AxisKind::two_way_time, 0.0, 0.1e-9}, n, 0.01, 0.02, 0};
  std::vector<std::byte> scratch(65536);
  Arena counting = Arena::counting(scratch);
  gpr::make_background(options, spec, counting)->~Stage();
  std::vector<std::byte> block(counting.needed());
  Arena arena(block);
  Stage* stage = gpr::make_background(options, spec, arena);
  std::vector<Sample> out(to_size(n));
  TraceTag tag;
  std::size_t k = 0;
  for (auto _ : state) {
    stage->push(line[k], tag);
    benchmark::DoNotOptimize(stage->pull(out, tag));
    tag = {};
    k = k + 1 == n_traces ? 0 : k + 1;
  }
  state.SetItemsProcessed(state.iterations());
  state.counters["bytes"] = static_cast<double>(block.size());
  stage->~Stage();
}

void running_mean(benchmark::State& state) { push_and_pull(state, {.length_traces = 100}); }
void running_mean_two_sided(benchmark::State& state) {
  push_and_pull(state, {.length_traces = 100, .two_sided = true});
}
void exponential(benchmark::State& state) { push_and_pull(state, {.method = gpr::BackgroundMethod::exponential}); }
void running_median(benchmark::State& state) {
  push_and_pull(state, {.method = gpr::BackgroundMethod::running_median, .length_traces = 101});
}
void reference(benchmark::State& state) { push_and_pull(state, {.method = gpr::BackgroundMethod::reference}); }
void kalman(benchmark::State& state) { push_and_pull(state, {.method = gpr::BackgroundMethod::kalman}); }

BENCHMARK(running_mean)->Name("gpr.background/running_mean")->Arg(256)->Arg(512)->Arg(2048);
BENCHMARK(running_mean_two_sided)->Name("gpr.background/two_sided")->Arg(512);
BENCHMARK(exponential)->Name("gpr.background/exponential")->Arg(256)->Arg(512)->Arg(2048);
BENCHMARK(running_median)->Name("gpr.background/running_median")->Arg(256)->Arg(512)->Arg(2048);
BENCHMARK(reference)->Name("gpr.background/reference")->Arg(512);
BENCHMARK(kalman)->Name("gpr.background/kalman")->Arg(512);

}  // namespace
