// SPDX-License-Identifier: MIT
// Relaxation spectra: one response a turn, 21 tones (42 rows), 101 columns besides the second sign of the constant; argument:
// signal-to-noise ratio in dB. Decays: 30 gates.
#include <surefoot/emi/decay_fit.hpp>
#include <surefoot/emi/gate_mean.hpp>
#include <surefoot/emi/relaxation_spectrum.hpp>
#include <surefoot/sim/random.hpp>

#include "support/allocations.hpp"

#include <cmath>
#include <vector>

namespace {

using namespace surefoot;

std::vector<double> tones() {
  std::vector<double> f;
  for (int i = 0; i < 21; ++i) f.push_back(330.0 * std::pow(90030.0 / 330.0, i / 20.0));
  return f;
}

// 64 noisy responses of two lines, rms signal over rms noise as asked.
std::vector<std::vector<std::complex<double>>> responses(double snr_db) {
  sim::Random random(1);
  std::vector<std::vector<std::complex<double>>> out(64);
  const double sigma = 0.6555 * std::sqrt(0.5) * std::pow(10.0, -snr_db / 20.0);
  for (auto& h : out)
    for (const double f : tones()) {
      const double re = random.normal();
      h.push_back(-0.8 + 1.0 / std::complex<double>(1.0, f / 1e3) + 0.6 / std::complex<double>(1.0, f / 12e3) +
                  sigma * std::complex<double>(re, random.normal()));
    }
  return out;
}

void spectrum(benchmark::State& state, const emi::SpectrumOptions& options) {
  std::vector<std::byte> memory(std::size_t{1} << 20U);
  Arena arena(memory);
  emi::RelaxationSpectrum dsrf(tones(), options, arena);
  const auto in = responses(static_cast<double>(state.range(0)));
  std::size_t i = 0;
  const std::int64_t before = bench::allocations();
  for (auto _ : state) {
    benchmark::DoNotOptimize(dsrf.fit(in[i++ % in.size()]));
    benchmark::ClobberMemory();
  }
  bench::report(state, 21, before);
}
void relaxation_spectrum(benchmark::State& state) { spectrum(state, {}); }
void relaxation_spectrum_on_grid(benchmark::State& state) { spectrum(state, {.refine = false}); }
void relaxation_spectrum_any_sign(benchmark::State& state) { spectrum(state, {.any_sign = true}); }
void relaxation_spectrum_weights(benchmark::State& state) {
  std::vector<std::byte> memory(std::size_t{1} << 20U);
  Arena arena(memory);
  emi::RelaxationSpectrum dsrf(tones(), {}, arena);
  const std::vector<double> weights(21, 2.0);
  for (auto _ : state) {
    dsrf.set_weights(weights);
    benchmark::ClobberMemory();
  }
}

struct Decay {
  std::vector<double> edges{1e-5};
  std::vector<double> y;
  Decay() {
    sim::Random random(2);
    for (int g = 0; g < 30; ++g) {
      edges.push_back(edges.back() * 1.2);
      const double a = edges[edges.size() - 2];
      y.push_back(emi::gate_mean(5e-5, a, edges.back()).value + 0.4 * emi::gate_mean(6e-4, a, edges.back()).value +
                  1e-3 * random.normal());
    }
  }
};
void decay_spectrum(benchmark::State& state) {
  const Decay decay;
  std::vector<std::byte> memory(std::size_t{1} << 20U);
  Arena arena(memory);
  emi::DecaySpectrum spectrum(decay.edges, false, {}, arena);
  const std::int64_t before = bench::allocations();
  for (auto _ : state) {
    benchmark::DoNotOptimize(spectrum.fit(decay.y));
    benchmark::ClobberMemory();
  }
  bench::report(state, 30, before);
}
void decay_fit(benchmark::State& state) {
  const Decay decay;
  const std::int64_t before = bench::allocations();
  for (auto _ : state) benchmark::DoNotOptimize(emi::fit_decay(decay.edges, decay.y, {}));
  bench::report(state, 30, before);
}

BENCHMARK(relaxation_spectrum)->Arg(80)->Arg(60)->Arg(40)->Arg(20);
BENCHMARK(relaxation_spectrum_on_grid)->Arg(40);
BENCHMARK(relaxation_spectrum_any_sign)->Arg(40);
BENCHMARK(relaxation_spectrum_weights);
BENCHMARK(decay_spectrum);
BENCHMARK(decay_fit);

}  // namespace
