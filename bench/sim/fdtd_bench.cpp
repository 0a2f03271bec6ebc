// SPDX-License-Identifier: MIT
// One radar trace of 12 ns over a window of 1.1 by 0.6 m, cells of 5 mm, on one core; argument: whether the soil relaxes (Debye).
#include <surefoot/sim/fdtd.hpp>
#include <surefoot/sim/wavelet.hpp>

#include <benchmark/benchmark.h>

#include <vector>

namespace {

using namespace surefoot;
using namespace surefoot::sim;

void trace(benchmark::State& state) {
  GridOptions grid;
  grid.rows = 240;
  grid.columns = 140;
  FdtdMedia media(grid);
  for (Index i = 0; i < grid.rows; ++i)
    for (Index k = 50; k < grid.columns; ++k) media.set(i, k, {6.0, 0.01, state.range(0) == 0 ? 0.0 : 2.0, false});
  std::vector<double> current;
  std::vector<double> out(static_cast<std::size_t>(12e-9 / media.time_step_s()));
  for (std::size_t n = 0; n < out.size(); ++n)
    current.push_back(wavelet(WaveletKind::ricker, static_cast<double>(n) * media.time_step_s() - 1.5e-9, 1e9));
  Fdtd solver(media, grid.rows);
  for (auto _ : state) {
    solver.run(0, {114, 40}, current, {126, 40}, out);
    benchmark::DoNotOptimize(out.data());
  }
  const double cells = static_cast<double>(grid.rows * grid.columns) * static_cast<double>(out.size());
  state.counters["cells/s"] =
      benchmark::Counter(cells * static_cast<double>(state.iterations()), benchmark::Counter::kIsRate);
}
BENCHMARK(trace)->Arg(0)->Arg(1)->Unit(benchmark::kMillisecond);

}  // namespace
