// SPDX-License-Identifier: MIT
// The built-in pipelines as a host runs them, and the cost of the pipeline itself; argument: samples a trace, or
// receivers of a metal detector.
// copy is the yardstick: what one memcpy of the trace costs on this machine in the same run.
#include "support/live.hpp"

#include <cmath>
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
// The same samples, said to be those of a metal detector: tones or gates, argument: receivers.
void metal(benchmark::State& state, const char* pipeline, AxisKind kind, Index n_places) {
  const Index n_channels = state.range(0);
  const bool gates = kind == AxisKind::gates;
  bench::Traffic traffic(n_channels * (gates ? n_places - 1 : 2 * n_places));
  traffic.spec.n_channels = n_channels;
  traffic.spec.axis = {kind, 0.0, 0.0, {}};
  for (Index k = 0; k < n_places; ++k)
    traffic.spec.axis.places.values[to_size(traffic.spec.axis.places.count++)] =
        gates ? 1e-5 * std::pow(1.26, static_cast<double>(k)) : 1e3 * std::pow(1.5, static_cast<double>(k));
  bench::push_and_pull(state, load_description(pipeline), traffic);
}
void cw(benchmark::State& state) { metal(state, "md-cw", AxisKind::sweep, 12); }
void pulse(benchmark::State& state) { metal(state, "md-pulse", AxisKind::gates, 21); }
void array(benchmark::State& state) { metal(state, "md-array", AxisKind::gates, 21); }
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
BENCHMARK(cw)->Name("md-cw, 12 tones")->Arg(1)->Arg(2);
BENCHMARK(pulse)->Name("md-pulse, 20 gates")->Arg(1);
BENCHMARK(array)->Name("md-array, 20 gates")->Arg(48);
BENCHMARK(empty)->Name("no stage")->Arg(512);
BENCHMARK(copy)->Name("copy")->Arg(512);

}  // namespace
