// SPDX-License-Identifier: MIT
#include <surefoot/gpr/time_zero.hpp>

#include <benchmark/benchmark.h>

#include <cstddef>
#include <vector>

namespace {

using namespace surefoot;

// One push and one pull a turn over a wave that wanders; argument: samples a trace.
void push_and_pull(benchmark::State& state, const gpr::TimeZeroOptions& options) {
  const Index n = state.range(0);
  constexpr std::size_t n_traces = 64;
  std::vector<std::vector<Sample>> line(n_traces, std::vector<Sample>(to_size(n)));
  unsigned seed = 1;
  for (std::size_t k = 0; k < n_traces; ++k)
    for (std::size_t i = 0; i < line[k].size(); ++i) {
      seed = seed * 1664525U + 1013904223U;
      const double t = (static_cast<double>(i) - 40.0 - 0.01 * static_cast<double>(k)) / 4.0;
      line[k][i] = static_cast<Sample>(seed >> 22U) + static_cast<Sample>(30000.0 / (1.0 + t * t * t * t));
    }
  const StreamSpec spec{{AxisKind::two_way_time, 0.0, 0.1e-9}, n, 0.01, 0.02, 0};
  Arena counting = Arena::counting({});
  const gpr::TimeZero counted(options, spec, counting);
  std::vector<std::byte> block(counting.needed());
  Arena arena(block);
  gpr::TimeZero stage(options, spec, arena);
  std::vector<Sample> out(to_size(n));
  TraceTag tag;
  std::size_t k = 0;
  for (auto _ : state) {
    stage.push(line[k], tag);
    benchmark::DoNotOptimize(stage.pull(out, tag));
    tag = {};
    k = k + 1 == n_traces ? 0 : k + 1;
  }
  state.SetItemsProcessed(state.iterations());
  state.counters["bytes"] = static_cast<double>(block.size());
}

void threshold(benchmark::State& state) { push_and_pull(state, {.gate_end_s = 10e-9}); }
void cross_correlation(benchmark::State& state) {
  push_and_pull(state, {.method = gpr::TimeZeroMethod::cross_correlation, .gate_end_s = 10e-9});
}

void coppens(benchmark::State& state) {
  push_and_pull(state, {.method = gpr::TimeZeroMethod::coppens, .gate_end_s = 10e-9});
}
void energy_ratio(benchmark::State& state) {
  push_and_pull(state, {.method = gpr::TimeZeroMethod::energy_ratio, .gate_end_s = 10e-9});
}
void peak(benchmark::State& state) { push_and_pull(state, {.method = gpr::TimeZeroMethod::peak, .gate_end_s = 10e-9}); }

BENCHMARK(threshold)->Name("gpr.time_zero/threshold")->Arg(256)->Arg(512)->Arg(2048);
BENCHMARK(cross_correlation)->Name("gpr.time_zero/cross_correlation")->Arg(256)->Arg(512)->Arg(2048);
BENCHMARK(coppens)->Name("gpr.time_zero/coppens")->Arg(256)->Arg(512)->Arg(2048);
BENCHMARK(energy_ratio)->Name("gpr.time_zero/energy_ratio")->Arg(256)->Arg(512)->Arg(2048);
BENCHMARK(peak)->Name("gpr.time_zero/peak")->Arg(256)->Arg(512)->Arg(2048);

}  // namespace
