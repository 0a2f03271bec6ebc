// SPDX-License-Identifier: MIT
// gpr.depth and gpr.nmo: one push and one pull a turn (argument: samples a trace); gpr.velocity_scan: a whole gather a turn;
// fit_hyperbola: one fit a turn (argument: picks).
#include <surefoot/gpr/depth.hpp>
#include <surefoot/gpr/hyperbola_fit.hpp>
#include <surefoot/gpr/nmo.hpp>
#include <surefoot/gpr/velocity_scan.hpp>

#include "support/allocations.hpp"

#include <cmath>
#include <vector>

namespace {

using namespace surefoot;

StreamSpec spec_of(Index n, Index max_traces) {
  return {{AxisKind::two_way_time, 0.0, 0.1e-9}, n, 0.01, 0.02, max_traces};
}

std::vector<Sample> trace(Index n) {
  std::vector<Sample> x(to_size(n));
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = static_cast<Sample>(std::sin(0.5 * static_cast<double>(i)));
  return x;
}

template <class StageType, class Options>
void push_and_pull(benchmark::State& state, Options options) {
  const Index n = state.range(0);
  std::vector<std::byte> memory(std::size_t{1} << 20U);
  Arena arena(memory);
  StageType stage(options, spec_of(n, 0), arena);
  const std::vector<Sample> in = trace(n);
  std::vector<Sample> out(to_size(stage.output().n_samples));
  TraceTag tag;
  const std::int64_t before = bench::allocations();
  for (auto _ : state) {
    tag.distance_m = 0.5;
    stage.push(in, tag);
    benchmark::DoNotOptimize(stage.pull(out, tag));
    benchmark::ClobberMemory();
  }
  bench::report(state, n, before);
}

void depth_band_limited(benchmark::State& state) {
  push_and_pull<gpr::Depth>(state, gpr::DepthOptions{.antenna_offset_m = 0.1});
}
void depth_linear(benchmark::State& state) {
  push_and_pull<gpr::Depth>(state,
                            gpr::DepthOptions{.antenna_offset_m = 0.1, .interpolation = dsp::Interpolation::linear});
}
void nmo_band_limited(benchmark::State& state) { push_and_pull<gpr::Nmo>(state, gpr::NmoOptions{}); }
void nmo_linear(benchmark::State& state) {
  push_and_pull<gpr::Nmo>(state, gpr::NmoOptions{.interpolation = dsp::Interpolation::linear});
}

void velocity_scan(benchmark::State& state) {
  const Index n = state.range(0);
  constexpr Index n_traces = 60;
  std::vector<std::byte> memory(std::size_t{16} << 20U);
  Arena arena(memory);
  gpr::VelocityScan stage(gpr::VelocityScanOptions{}, spec_of(n, n_traces), arena);
  const std::vector<Sample> in = trace(n);
  std::vector<Sample> out(in.size());
  const std::int64_t before = bench::allocations();
  for (auto _ : state) {
    for (Index k = 0; k < n_traces; ++k) {
      TraceTag tag{.index = k};
      tag.distance_m = 0.1 * static_cast<double>(k);
      stage.push(in, tag);
    }
    stage.finish();
    TraceTag tag;
    while (stage.pull(out, tag)) benchmark::DoNotOptimize(out.data());
    stage.reset();
  }
  bench::report(state, n * n_traces, before);
}

void fit_hyperbola(benchmark::State& state) {
  std::vector<double> x;
  std::vector<double> t;
  for (Index i = 0; i < state.range(0); ++i) {
    x.push_back(-0.5 + static_cast<double>(i) / static_cast<double>(state.range(0)));
    t.push_back(2.0 * std::hypot(x.back(), 0.3) / 1e8 + (i % 2 == 0 ? 2e-11 : -2e-11));
  }
  for (auto _ : state) benchmark::DoNotOptimize(gpr::fit_hyperbola({x, t, {}}, {.antenna_offset_m = 0.06}).depth_m);
}

BENCHMARK(depth_band_limited)->Arg(512);
BENCHMARK(depth_linear)->Arg(512);
BENCHMARK(nmo_band_limited)->Arg(512);
BENCHMARK(nmo_linear)->Arg(512);
BENCHMARK(velocity_scan)->Arg(512)->Unit(benchmark::kMillisecond);
BENCHMARK(fit_hyperbola)->Arg(40);

}  // namespace
