// SPDX-License-Identifier: MIT
#include <surefoot/gpr/ground_track.hpp>

#include <benchmark/benchmark.h>

#include <cmath>
#include <cstddef>
#include <vector>

namespace {

using namespace surefoot;

// One push and one pull a turn over a bounce that swings by 10 cm, with a second, stronger echo behind it; argument: samples a
// trace.
void ground_track(benchmark::State& state, const gpr::GroundTrackOptions& options) {
  const Index n = state.range(0);
  constexpr std::size_t n_traces = 64;
  constexpr double step = 0.05e-9;
  const auto wave = [](double t) {
    const double a = 22.2e18 * t * t;  // 1.5 GHz
    return (1.0 - 2.0 * a) * std::exp(-a);
  };
  std::vector<std::vector<Sample>> line(n_traces, std::vector<Sample>(to_size(n)));
  unsigned seed = 1;
  for (std::size_t k = 0; k < n_traces; ++k) {
    const double at = 1.4e-9 + 0.3e-9 * std::sin(0.2 * static_cast<double>(k));
    const double echo = at + 0.4e-9 + 0.02e-9 * static_cast<double>(k);
    for (std::size_t i = 0; i < line[k].size(); ++i) {
      seed = seed * 1664525U + 1013904223U;
      const double t = step * static_cast<double>(i) - 1e-9;
      line[k][i] = static_cast<Sample>(1000.0 * (wave(t - at) - 1.5 * wave(t - echo)) + 1e-8 * (seed >> 1U));
    }
  }
  const StreamSpec spec{{AxisKind::two_way_time, -1e-9, step}, n, 0.01, 0.02, 0};
  Arena counting = Arena::counting({});
  const gpr::GroundTrack counted(options, spec, counting);
  std::vector<std::byte> block(counting.needed());
  Arena arena(block);
  gpr::GroundTrack stage(options, spec, arena);
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

void track(benchmark::State& state) { ground_track(state, {}); }
void known(benchmark::State& state) { ground_track(state, {.method = gpr::GroundMethod::known}); }

BENCHMARK(track)->Name("gpr.ground_track/track")->Arg(256)->Arg(512)->Arg(2048);
BENCHMARK(known)->Name("gpr.ground_track/known")->Arg(256)->Arg(512)->Arg(2048);

}  // namespace
