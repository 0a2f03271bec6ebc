// SPDX-License-Identifier: MIT
#include <surefoot/gpr/antenna_separation.hpp>

#include <benchmark/benchmark.h>

#include <cstddef>
#include <vector>

namespace {

using namespace surefoot;

// One push and one pull a turn; argument: samples a trace.
void antenna_separation(benchmark::State& state) {
  const Index n = state.range(0);
  const StreamSpec spec{{AxisKind::two_way_time, -2e-9, 0.1e-9}, n, 0.01, 0.02, 0};
  const gpr::AntennaSeparationOptions options{.separation_m = 0.2};
  Arena counting = Arena::counting({});
  const gpr::AntennaSeparation counted(options, spec, counting);
  std::vector<std::byte> block(counting.needed());
  Arena arena(block);
  gpr::AntennaSeparation stage(options, spec, arena);
  std::vector<Sample> trace(to_size(n));
  for (std::size_t i = 0; i < trace.size(); ++i) trace[i] = static_cast<Sample>((i * 7919) % 1000);
  std::vector<Sample> out(to_size(n));
  TraceTag tag;
  for (auto _ : state) {
    stage.push(trace, tag);
    benchmark::DoNotOptimize(stage.pull(out, tag));
    tag = {};
  }
  state.SetItemsProcessed(state.iterations());
  state.counters["bytes"] = static_cast<double>(block.size());
}

BENCHMARK(antenna_separation)->Name("gpr.antenna_separation")->Arg(256)->Arg(512)->Arg(2048);

}  // namespace
