// SPDX-License-Identifier: MIT
// Detectors with a learnt covariance (argument: channels; three times as many training vectors), their thresholds, and
// non-negative least squares.
#include <surefoot/dsp/detection.hpp>
#include <surefoot/dsp/nnls.hpp>
#include <surefoot/sim/random.hpp>

#include "support/allocations.hpp"

#include <cmath>
#include <vector>

namespace {

using namespace surefoot;
using Complex = std::complex<double>;

std::vector<Complex> noise(sim::Random& random, Index n) {
  std::vector<Complex> x;
  for (Index i = 0; i < n; ++i) {
    const double re = random.normal();
    x.emplace_back(re, random.normal());
  }
  return x;
}

void adaptive_score(benchmark::State& state) {
  const Index n = state.range(0);
  std::vector<std::byte> memory(std::size_t{1} << 20U);
  Arena arena(memory);
  dsp::AdaptiveDetector<Complex> detector(n, 1, arena);
  sim::Random random(1);
  for (Index i = 0; i < 3 * n; ++i) detector.train(noise(random, n));
  const auto x = noise(random, n);
  if (!detector.factor(noise(random, n))) return;
  const std::int64_t before = bench::allocations();
  for (auto _ : state) benchmark::DoNotOptimize(detector.score(x));
  bench::report(state, n, before);
}

void matched_subspace(benchmark::State& state) {
  const Index n = state.range(0);
  std::vector<std::byte> memory(std::size_t{1} << 20U);
  Arena arena(memory);
  dsp::MatchedSubspace<Complex> detector(n, 1, 2, arena);
  sim::Random random(2);
  const auto x = noise(random, n);
  if (!detector.set(noise(random, n), noise(random, 2 * n))) return;
  const std::int64_t before = bench::allocations();
  for (auto _ : state) benchmark::DoNotOptimize(detector.unknown(x));
  bench::report(state, n, before);
}

void amf_threshold(benchmark::State& state) {
  const dsp::Field field = state.range(0) == 0 ? dsp::Field::real : dsp::Field::complex;
  for (auto _ : state) benchmark::DoNotOptimize(dsp::adaptive_threshold(dsp::AdaptiveTest::amf, {field, 21, 64}, 1e-6));
}

// 42 equations, a constant and 100 relaxations; argument 1: from the answer.
void nnls(benchmark::State& state) {
  constexpr Index rows = 42;
  constexpr Index columns = 101;
  std::vector<double> a(rows * columns);
  std::vector<double> b(rows);
  sim::Random random(3);
  for (std::size_t i = 0; i < rows / 2; ++i) {
    const double f = 330.0 * std::pow(90030.0 / 330.0, static_cast<double>(i) / 20.0);
    a[2 * i] = 1.0;
    const Complex h = -0.8 + 1.0 / Complex(1.0, f / 1e3) + 0.6 / Complex(1.0, f / 12e3);
    b[2 * i] = h.real() + 5e-3 * random.normal();
    b[2 * i + 1] = h.imag() + 5e-3 * random.normal();
    for (std::size_t k = 0; k < columns - 1; ++k) {
      const Complex mode = 1.0 / Complex(1.0, f / (33.0 * std::pow(10.0, 4.4 * static_cast<double>(k) / 99.0)));
      a[(k + 1) * rows + 2 * i] = mode.real();
      a[(k + 1) * rows + 2 * i + 1] = mode.imag();
    }
  }
  std::vector<std::byte> memory(std::size_t{1} << 20U);
  Arena arena(memory);
  dsp::Nnls solver(rows, columns, 1, arena);
  solver.set_matrix(a);
  std::vector<double> x(columns);
  if (!solver.solve(b, x)) return;
  const std::int64_t before = bench::allocations();
  for (auto _ : state) benchmark::DoNotOptimize(solver.solve(b, x, state.range(0) == 1));
  bench::report(state, rows, before);
}

BENCHMARK(adaptive_score)->Name("dsp.adaptive_score")->Arg(8)->Arg(21)->Arg(42);
BENCHMARK(matched_subspace)->Name("dsp.matched_subspace")->Arg(21)->Arg(42);
BENCHMARK(amf_threshold)->Name("dsp.amf_threshold")->Arg(0)->Arg(1);
BENCHMARK(nnls)->Name("dsp.nnls")->Arg(0)->Arg(1);

}  // namespace
