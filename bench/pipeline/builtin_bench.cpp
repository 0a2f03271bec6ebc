// SPDX-License-Identifier: MIT
// The built-in pipelines as a host runs them, and the cost of the pipeline itself; argument: samples a trace.
// copy is the yardstick: what one memcpy of the trace costs on this machine in the same run.
#include "support/live.hpp"

#include <cstring>

namespace {

using namespace surefoot;

void handheld(benchmark::State& state) {
  bench::push_and_pull(state, load_description("gpr-handheld"), bench::Traffic(state.range(0)));
}
void vehicle(benchmark::State& state) {
  bench::push_and_pull(state, load_description("gpr-vehicle"), bench::Traffic(state.range(0)));
}
void airborne(benchmark::State& state) {
  bench::push_and_pull(state, load_description("gpr-airborne"), bench::Traffic(state.range(0)));
}
void empty(benchmark::State& state) { bench::push_and_pull(state, Description{}, bench::Traffic(state.range(0))); }
void copy(benchmark::State& state) {
  const bench::Traffic traffic(state.range(0));
  std::vector<Sample> to(to_size(state.range(0)));
  std::size_t k = 0;
  const std::int64_t before = bench::allocations();
  for (auto _ : state) {
    std::memcpy(to.data(), traffic.traces[k].data(), to.size() * sizeof(Sample));
    benchmark::ClobberMemory();
    k = k + 1 == bench::Traffic::n_traces ? 0 : k + 1;
  }
  bench::report(state, state.range(0), before);
}

BENCHMARK(handheld)->Name("gpr-handheld")->Arg(256)->Arg(512)->Arg(1024)->Arg(2048);
BENCHMARK(vehicle)->Name("gpr-vehicle")->Arg(256)->Arg(512)->Arg(1024)->Arg(2048);
BENCHMARK(airborne)->Name("gpr-airborne")->Arg(256)->Arg(512)->Arg(1024);
BENCHMARK(empty)->Name("no stage")->Arg(512);
BENCHMARK(copy)->Name("copy")->Arg(512);

}  // namespace
