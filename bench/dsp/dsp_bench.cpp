// SPDX-License-Identifier: MIT
// Kernels on arrays; argument: samples.
#include "support/allocations.hpp"

#include <surefoot/dsp/depth_normalizer.hpp>
#include <surefoot/dsp/real_fft.hpp>
#include <surefoot/dsp/reduce.hpp>

#include <complex>
#include <vector>

namespace {

using namespace surefoot;

std::vector<Sample> noise(Index n) {
  std::vector<Sample> x(to_size(n));
  unsigned seed = 1;
  for (Sample& v : x) {
    seed = seed * 1664525U + 1013904223U;
    v = static_cast<Sample>(seed >> 16U) / 32768.0F - 1.0F;
  }
  return x;
}

void sum_of_squares(benchmark::State& state) {
  const std::vector<Sample> x = noise(state.range(0));
  const std::int64_t before = bench::allocations();
  for (auto _ : state) benchmark::DoNotOptimize(dsp::sum_of_squares(std::span<const Sample>(x)));
  bench::report(state, state.range(0), before);
}

void log_energy(benchmark::State& state) {
  const std::vector<Sample> x = noise(state.range(0));
  const std::int64_t before = bench::allocations();
  for (auto _ : state)
    for (const Sample v : x) benchmark::DoNotOptimize(dsp::log_energy(static_cast<double>(v * v)));
  bench::report(state, state.range(0), before);
}

void real_fft_forward(benchmark::State& state) {
  dsp::RealFft fft(state.range(0));
  const std::vector<Sample> x = noise(state.range(0));
  std::vector<std::complex<float>> spectrum(to_size(state.range(0) / 2 + 1));
  const std::int64_t before = bench::allocations();
  for (auto _ : state) {
    fft.forward(std::span<const Sample>(x), spectrum);
    benchmark::DoNotOptimize(spectrum.data());
  }
  bench::report(state, state.range(0), before);
}

BENCHMARK(sum_of_squares)->Name("dsp.sum_of_squares")->Arg(512)->Arg(2048);
BENCHMARK(log_energy)->Name("dsp.log_energy")->Arg(64);
BENCHMARK(real_fft_forward)->Name("dsp.real_fft/forward")->Arg(512)->Arg(1024)->Arg(2048);

}  // namespace
