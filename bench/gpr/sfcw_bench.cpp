// SPDX-License-Identifier: MIT
// gpr.sfcw and gpr.sweep_calibrate: one push and one pull a turn; argument: frequencies a sweep.
#include <surefoot/gpr/sfcw.hpp>
#include <surefoot/gpr/sweep_calibrate.hpp>

#include "support/allocations.hpp"

#include <cmath>
#include <vector>

namespace {

using namespace surefoot;

template <class StageType, class Options>
void push_and_pull(benchmark::State& state, Options options) {
  const Index n = state.range(0);
  const StreamSpec spec{{AxisKind::sweep, 0.6e9, 5.4e9 / static_cast<double>(n)}, 2 * n, 0.01, 0.02, 0};
  std::vector<std::byte> memory(std::size_t{4} << 20U);
  Arena arena(memory);
  StageType stage(options, spec, arena);
  std::vector<Sample> in(to_size(2 * n));
  for (std::size_t i = 0; i < in.size(); ++i) in[i] = static_cast<Sample>(std::sin(0.37 * static_cast<double>(i)));
  std::vector<Sample> out(to_size(stage.output().n_samples));
  TraceTag tag;
  const std::int64_t before = bench::allocations();
  for (auto _ : state) {
    stage.push(in, tag);
    benchmark::DoNotOptimize(stage.pull(out, tag));
    benchmark::ClobberMemory();
  }
  bench::report(state, stage.output().n_samples, before);
}

void sfcw_whole_range(benchmark::State& state) { push_and_pull<gpr::Sfcw>(state, gpr::SfcwOptions{}); }
void sfcw_20_ns(benchmark::State& state) {
  push_and_pull<gpr::Sfcw>(state, gpr::SfcwOptions{.length_s = 20e-9, .sample_interval_s = 0.04e-9});
}
void sweep_calibrate(benchmark::State& state) {
  push_and_pull<gpr::SweepCalibrate>(
      state, gpr::SweepCalibrateOptions{.reference = gpr::SweepReference::subtract_and_divide, .delay_s = 1e-9});
}

BENCHMARK(sfcw_whole_range)->Arg(251)->Arg(501)->Arg(1001);
BENCHMARK(sfcw_20_ns)->Arg(251)->Arg(501)->Arg(1001);
BENCHMARK(sweep_calibrate)->Arg(251)->Arg(501)->Arg(1001);

}  // namespace
