// SPDX-License-Identifier: MIT
// Stages that tell clutter from targets by all traces: one line of 4096 traces of 512 samples a turn (arguments: samples, traces).
#include <surefoot/gpr/fk_filter.hpp>
#include <surefoot/gpr/online_rpca.hpp>
#include <surefoot/gpr/rpca_clutter.hpp>
#include <surefoot/gpr/svd_clutter.hpp>

#include <benchmark/benchmark.h>

#include <cmath>
#include <cstddef>
#include <vector>

namespace {

using namespace surefoot;

// Clutter of rank 3, a hyperbola, noise: float32, a trace after the other.
std::vector<Sample> make_line(Index n_samples, Index n_traces) {
  std::vector<Sample> line(to_size(n_samples * n_traces));
  unsigned seed = 1;
  const auto noise = [&seed] {
    seed = seed * 1664525U + 1013904223U;
    return static_cast<double>(seed >> 8U) * 0x1p-24 - 0.5;
  };
  for (Index k = 0; k < n_traces; ++k) {
    const double x = static_cast<double>(k - n_traces / 2) / 40.0;
    const double apex = 0.4 * static_cast<double>(n_samples) * std::sqrt(1.0 + x * x);
    for (Index i = 0; i < n_samples; ++i) {
      const double t = static_cast<double>(i);
      const double u = (t - apex) / 8.0;
      const double clutter = 1000.0 * std::cos(0.1 * t) * std::exp(-0.02 * t) +
                             200.0 * std::sin(0.07 * t) * std::sin(0.003 * static_cast<double>(k)) +
                             80.0 * std::cos(0.03 * t) * std::cos(0.011 * static_cast<double>(k));
      const double target = 60.0 * (1.0 - u * u) * std::exp(-0.5 * u * u);
      line[to_size(k * n_samples + i)] = static_cast<Sample>(clutter + target + noise());
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
  std::vector<std::byte> scratch(65536);
  Arena counting = Arena::counting(scratch);
  counting.emplace<StageType>(options, spec, counting)->~StageType();
  std::vector<std::byte> block(counting.needed());
  Arena arena(block);
  auto* stage = arena.emplace<StageType>(options, spec, arena);
  std::vector<Sample> out(to_size(n_samples));
  std::array<Note, most_notes> notes;
  for (auto _ : state) {
    stage->reset();
    TraceTag tag;
    for (Index k = 0; k < n_traces; ++k) {
      stage->push(std::span<const Sample>(line).subspan(to_size(k * n_samples), to_size(n_samples)), TraceTag{});
      while (stage->pull(std::span<Sample>(out), tag)) benchmark::DoNotOptimize(out.data());
    }
    stage->finish();
    while (stage->pull(std::span<Sample>(out), tag)) benchmark::DoNotOptimize(out.data());
  }
  const Index n = stage->notes(notes);
  for (Index i = 0; i < n; ++i) state.counters[notes[to_size(i)].name] = notes[to_size(i)].value;
  state.counters["bytes"] = static_cast<double>(block.size());
  stage->~StageType();
}

void svd(benchmark::State& state) {
  whole_line_of<gpr::SvdClutter>(state, gpr::SvdClutterOptions{.last_component = 3});
}
void ialm(benchmark::State& state) { whole_line_of<gpr::RpcaClutter>(state, gpr::RpcaClutterOptions{}); }
void godec(benchmark::State& state) {
  whole_line_of<gpr::RpcaClutter>(state, gpr::RpcaClutterOptions{.method = gpr::RpcaMethod::godec, .rank = 3});
}
void fk(benchmark::State& state) { whole_line_of<gpr::FkFilter>(state, gpr::FkFilterOptions{}); }
void online(benchmark::State& state) { whole_line_of<gpr::OnlineRpca>(state, gpr::OnlineRpcaOptions{}); }

BENCHMARK(svd)->Name("gpr.svd_clutter/rank 3")->Args({512, 4096})->Unit(benchmark::kMillisecond);
BENCHMARK(ialm)->Name("gpr.rpca_clutter/ialm")->Args({512, 4096})->Unit(benchmark::kMillisecond)->Iterations(1);
BENCHMARK(godec)->Name("gpr.rpca_clutter/godec")->Args({512, 4096})->Unit(benchmark::kMillisecond)->Iterations(1);
BENCHMARK(fk)->Name("gpr.fk_filter/velocity")->Args({512, 4096})->Unit(benchmark::kMillisecond);
BENCHMARK(online)->Name("gpr.online_rpca")->Args({512, 4096})->Unit(benchmark::kMillisecond);

}  // namespace
