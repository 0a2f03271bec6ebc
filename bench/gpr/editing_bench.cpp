// SPDX-License-Identifier: MIT
// Geometry and editing: one push and all pulls a turn; argument: samples a trace.
#include <surefoot/gpr/crop.hpp>
#include <surefoot/gpr/fill_gaps.hpp>
#include <surefoot/gpr/grid.hpp>
#include <surefoot/gpr/stack.hpp>
#include <surefoot/gpr/time_resample.hpp>
#include <surefoot/gpr/topography.hpp>
#include <surefoot/gpr/trace_check.hpp>
#include <surefoot/gpr/trace_resample.hpp>

#include "support/allocations.hpp"

#include <vector>

namespace {

using namespace surefoot;

constexpr std::size_t n_bank = 64;

struct Bank {
  StreamSpec spec;
  std::vector<std::vector<Sample>> traces;

  explicit Bank(Index n, Index max_traces = 0)
      : spec{{AxisKind::two_way_time, 0.0, 0.1e-9}, n, 0.01, 0.02, max_traces}, traces(n_bank) {
    unsigned seed = 1;
    for (auto& trace : traces) {
      trace.resize(to_size(n));
      for (Sample& x : trace) {
        seed = seed * 1664525U + 1013904223U;
        x = static_cast<Sample>(seed >> 16U) - 32768.0F;
      }
    }
  }
};

template <class StageType, class Options>
void push_and_pull(benchmark::State& state, const Options& options) {
  const Bank bank(state.range(0));
  std::vector<std::byte> memory(std::size_t{1} << 24U);
  Arena arena(memory);
  StageType stage(options, bank.spec, arena);
  std::vector<Sample> out(to_size(stage.output().n_samples));
  TraceTag tag;
  TraceTag given;
  const std::int64_t before = bench::allocations();
  for (auto _ : state) {
    tag.distance_m = 0.0173 * static_cast<double>(tag.index);
    tag.position_m[2] = -0.001 * static_cast<double>(tag.index % 1000);
    stage.push(bank.traces[static_cast<std::size_t>(tag.index) % n_bank], tag);
    while (stage.pull(out, given)) benchmark::DoNotOptimize(out.data());
    ++tag.index;
    benchmark::ClobberMemory();
  }
  bench::report(state, bank.spec.n_samples, before);
}

void crop(benchmark::State& state) { push_and_pull<gpr::Crop>(state, gpr::CropOptions{.start_s = 5e-9}); }
void fill_gaps(benchmark::State& state) { push_and_pull<gpr::FillGaps>(state, gpr::FillGapsOptions{}); }
void stack_mean_8(benchmark::State& state) {
  push_and_pull<gpr::DecimatingStack>(state, gpr::StackOptions{.length_traces = 8});
}
void stack_median_9(benchmark::State& state) {
  push_and_pull<gpr::DecimatingStack>(state, gpr::StackOptions{.method = gpr::StackMethod::median, .length_traces = 9});
}
void stack_robust_9(benchmark::State& state) {
  push_and_pull<gpr::DecimatingStack>(state, gpr::StackOptions{.method = gpr::StackMethod::robust, .length_traces = 9});
}
void stack_running_median_9(benchmark::State& state) {
  push_and_pull<gpr::RunningStack>(
      state,
      gpr::StackOptions{.mode = gpr::StackMode::running, .method = gpr::StackMethod::median, .length_traces = 9});
}
void trace_resample_linear(benchmark::State& state) {
  push_and_pull<gpr::TraceResample>(state, gpr::TraceResampleOptions{});
}
void trace_resample_cubic(benchmark::State& state) {
  push_and_pull<gpr::TraceResample>(state, gpr::TraceResampleOptions{.method = gpr::ResampleMethod::cubic});
}
void time_resample_finer_2(benchmark::State& state) {
  push_and_pull<gpr::TimeResample>(state, gpr::TimeResampleOptions{.sample_interval_s = 0.05e-9});
}
void time_resample_coarser_2(benchmark::State& state) {
  push_and_pull<gpr::TimeResample>(state, gpr::TimeResampleOptions{.sample_interval_s = 0.2e-9});
}
void trace_check(benchmark::State& state) { push_and_pull<gpr::TraceCheck>(state, gpr::TraceCheckOptions{}); }
void topography(benchmark::State& state) { push_and_pull<gpr::LiveTopography>(state, gpr::TopographyOptions{}); }

BENCHMARK(crop)->RangeMultiplier(4)->Range(512, 2048);
BENCHMARK(fill_gaps)->RangeMultiplier(4)->Range(512, 2048);
BENCHMARK(stack_mean_8)->RangeMultiplier(4)->Range(512, 2048);
BENCHMARK(stack_median_9)->RangeMultiplier(4)->Range(512, 2048);
BENCHMARK(stack_robust_9)->RangeMultiplier(4)->Range(512, 2048);
BENCHMARK(stack_running_median_9)->RangeMultiplier(4)->Range(512, 2048);
BENCHMARK(trace_resample_linear)->RangeMultiplier(4)->Range(512, 2048);
BENCHMARK(trace_resample_cubic)->RangeMultiplier(4)->Range(512, 2048);
BENCHMARK(time_resample_finer_2)->RangeMultiplier(4)->Range(512, 2048);
BENCHMARK(time_resample_coarser_2)->RangeMultiplier(4)->Range(512, 2048);
BENCHMARK(trace_check)->RangeMultiplier(4)->Range(512, 2048);
BENCHMARK(topography)->RangeMultiplier(4)->Range(512, 2048);

// 25 lines of 80 traces, 10 cm apart, on a grid of 81 x 49 places; a turn is the whole survey, traces/s are those of the input.
void grid(benchmark::State& state) {
  constexpr Index n_traces = 2000;
  const Bank bank(state.range(0), n_traces);
  std::vector<std::byte> memory(std::size_t{1} << 27U);
  Arena arena(memory);
  gpr::Grid stage(gpr::GridOptions{.length_y_m = 2.4, .radius_m = 0.12}, bank.spec, arena);
  std::vector<Sample> out(to_size(bank.spec.n_samples));
  TraceTag given;
  const std::int64_t before = bench::allocations();
  for (auto _ : state) {
    for (Index k = 0; k < n_traces; ++k) {
      TraceTag tag;
      tag.index = k;
      tag.position_m = {0.05 * static_cast<double>(k % 80) + 0.013, 0.1 * static_cast<double>(k / 80), 0.0};
      stage.push(bank.traces[to_size(k) % n_bank], tag);
    }
    stage.finish();
    while (stage.pull(out, given)) benchmark::DoNotOptimize(out.data());
    stage.reset();
  }
  bench::report(state, bank.spec.n_samples * n_traces, before);
}
BENCHMARK(grid)->Arg(512)->Unit(benchmark::kMillisecond);

}  // namespace
