// SPDX-License-Identifier: MIT
// gpr.stolt and gpr.phase_shift: one line a turn, pushed, migrated and pulled (arguments: samples, traces, threads).
#include <surefoot/dsp/parallel.hpp>
#include <surefoot/gpr/phase_shift.hpp>
#include <surefoot/gpr/stolt.hpp>

#include "support/allocations.hpp"

#include <cmath>
#include <cstddef>
#include <vector>

namespace {

using namespace surefoot;

// Hyperbolas and noise: float32, a trace after the other.
std::vector<Sample> make_line(Index n_samples, Index n_traces) {
  std::vector<Sample> line(to_size(n_samples * n_traces));
  unsigned seed = 1;
  for (Index k = 0; k < n_traces; ++k) {
    const double x = static_cast<double>(k % 400 - 200) / 40.0;
    const double apex = 0.3 * static_cast<double>(n_samples) * std::sqrt(1.0 + x * x);
    for (Index i = 0; i < n_samples; ++i) {
      const double u = (static_cast<double>(i) - apex) / 4.0;
      seed = seed * 1664525U + 1013904223U;
      const double noise = static_cast<double>(seed >> 8U) * 0x1p-24 - 0.5;
      line[to_size(k * n_samples + i)] = static_cast<Sample>(60.0 * (1.0 - u * u) * std::exp(-0.5 * u * u) + noise);
    }
  }
  return line;
}

template <class StageType, class Options>
void whole_line_of(benchmark::State& state, const Options& options) {
  const Index n_samples = state.range(0);
  const Index n_traces = state.range(1);
  const std::vector<Sample> line = make_line(n_samples, n_traces);
  const StreamSpec spec{{AxisKind::two_way_time, 0.0, 0.1e-9}, n_samples, 0.01, 0.02, n_traces};
  dsp::set_threads(state.range(2));
  std::vector<std::byte> scratch(65536);
  Arena counting = Arena::counting(scratch);
  counting.emplace<StageType>(options, spec, counting)->~StageType();
  std::vector<std::byte> block(counting.needed());
  Arena arena(block);
  auto* stage = arena.emplace<StageType>(options, spec, arena);
  dsp::set_threads(1);
  std::vector<Sample> out(to_size(stage->output().n_samples));
  const std::int64_t before = bench::allocations();
  for (auto _ : state) {
    stage->reset();
    for (Index k = 0; k < n_traces; ++k)
      stage->push(std::span<const Sample>(line).subspan(to_size(k * n_samples), to_size(n_samples)), TraceTag{});
    stage->finish();
    TraceTag tag;
    while (stage->pull(std::span<Sample>(out), tag)) benchmark::DoNotOptimize(out.data());
  }
  const std::int64_t allocated = bench::allocations() - before;
  const auto samples = static_cast<double>(state.iterations() * n_samples * n_traces);
  state.counters["s/sample"] = benchmark::Counter(samples, benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
  state.counters["allocations"] = static_cast<double>(allocated);
  state.counters["bytes"] = static_cast<double>(block.size());
  stage->~StageType();
}

void stolt(benchmark::State& state) { whole_line_of<gpr::Stolt>(state, gpr::StoltOptions{}); }
void phase_shift(benchmark::State& state) { whole_line_of<gpr::PhaseShift>(state, gpr::PhaseShiftOptions{}); }
void phase_shift_layers(benchmark::State& state) {
  whole_line_of<gpr::PhaseShift>(
      state, gpr::PhaseShiftOptions{.layer_top_m = {0.0, 0.3, 0.8}, .velocity_m_per_s = {1.2e8, 0.9e8, 0.7e8}});
}

BENCHMARK(stolt)
    ->Name("gpr.stolt")
    ->Unit(benchmark::kMillisecond)
    ->Args({512, 1040, 1})
    ->Args({512, 4096, 1})
    ->Args({512, 4096, 2});
BENCHMARK(phase_shift)
    ->Name("gpr.phase_shift/one_velocity")
    ->Unit(benchmark::kMillisecond)
    ->Args({512, 1040, 1})
    ->Args({512, 4096, 1})
    ->Args({512, 4096, 2});
BENCHMARK(phase_shift_layers)
    ->Name("gpr.phase_shift/three_layers")
    ->Unit(benchmark::kMillisecond)
    ->Args({512, 4096, 1});

}  // namespace
