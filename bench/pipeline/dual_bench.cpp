// SPDX-License-Identifier: MIT
// Two sensors: one trace of the metal detector and one of the radar a turn, through dual-handheld.
#include "support/allocations.hpp"

#include <surefoot/io/reader.hpp>
#include <surefoot/pipeline/dual_pipeline.hpp>

#include <benchmark/benchmark.h>

#include <string>

namespace {

using namespace surefoot;

void dual_handheld(benchmark::State& state) {
  const std::string folder = std::string(SUREFOOT_SOURCE_DIR) + "/datasets/";
  const Line emi = io::read(folder + "metal-lane/lane.npy");
  const Line gpr = io::read(folder + "handheld-lane/lane.npy");
  DualPipeline pipeline(load_dual_description("dual-handheld"), {emi.spec(), gpr.spec()});
  Alarm alarm;
  Index i = 0;
  const std::int64_t before = bench::allocations();
  for (auto _ : state) {
    pipeline.push_emi(emi.trace(i % emi.n_traces()), emi.tags[to_size(i % emi.n_traces())]);
    pipeline.push_gpr(gpr.trace(i % gpr.n_traces()), gpr.tags[to_size(i % gpr.n_traces())]);
    while (pipeline.pull_alarm(alarm)) benchmark::DoNotOptimize(alarm.id);
    ++i;
  }
  bench::report(state, emi.n_samples() + gpr.n_samples(), before);
  state.counters["bytes"] = static_cast<double>(pipeline.bytes());
}

BENCHMARK(dual_handheld)->Name("dual-handheld");

}  // namespace
