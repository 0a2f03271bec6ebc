// SPDX-License-Identifier: MIT
// One measurement of a TEMTADS 2x2 class array, 48 channels x 30 gates, 40 dB: one source from 15 starts, and up to two.
#include <surefoot/emi/inversion.hpp>
#include <surefoot/io/coil_array.hpp>
#include <surefoot/sim/random.hpp>

#include "support/allocations.hpp"

#include <cmath>
#include <cstddef>
#include <span>
#include <vector>

namespace {

using namespace surefoot;

constexpr std::size_t n_gates = 30;

struct Setup {
  CoilArray array = io::load_coil_array("temtads-2x2");
  std::vector<std::span<const Coil>> transmitters, receivers;
  std::vector<std::byte> memory = std::vector<std::byte>(std::size_t{4} << 20U);
  std::vector<double> sigma;
  std::vector<std::vector<double>> shots;

  Setup() {
    for (const Winding& w : array.transmitters) transmitters.emplace_back(w.coils);
    for (const Winding& w : array.receivers) receivers.emplace_back(w.coils);
    Arena arena(memory);
    emi::DipoleModel model(view(), arena);
    sim::Random random(1);
    sigma.resize(n_gates);
    for (int k = 0; k < 16; ++k) {
      std::vector<double> g(48 * 6);
      model.at({random.uniform(-0.15, 0.15), random.uniform(-0.15, 0.15), -0.3 - 0.05 * k}, {g.data(), 48, 6});
      std::vector<double> y(48 * n_gates);
      double square = 0.0;
      for (std::size_t c = 0; c < 48; ++c)
        for (std::size_t t = 0; t < n_gates; ++t) {
          const double time = 1e-4 * std::pow(250.0, static_cast<double>(t) / 29.0);
          const double l = std::pow(1.0 + std::sqrt(time / 2e-4), -1.2) * std::exp(-time / 8e-3);
          y[c * n_gates + t] = l * (g[c] + 0.4 * g[48 * 3 + c] + 0.4 * g[48 * 5 + c]);
          if (t == 0) square += y[c * n_gates] * y[c * n_gates];
        }
      for (std::size_t t = 0; t < n_gates; ++t)
        sigma[t] = 0.01 * std::sqrt(square / 48.0) * std::pow(250.0, -0.5 * static_cast<double>(t) / 29.0);
      for (std::size_t i = 0; i < y.size(); ++i) y[i] = (y[i] + sigma[i % n_gates] * random.normal()) / sigma[0];
      shots.push_back(y);
    }
    const double first = sigma[0];
    for (double& s : sigma) s /= first;
  }
  [[nodiscard]] emi::ArrayView view() const { return {transmitters, receivers, {}}; }
};

void run(benchmark::State& state, Index sources) {
  Setup setup;
  Arena arena(setup.memory);
  emi::InversionOptions options;
  options.max_sources = sources;
  emi::DipoleInversion inversion(options, setup.view(), static_cast<Index>(n_gates), arena);
  std::size_t k = 0;
  const std::int64_t before = bench::allocations();
  for (auto _ : state) {
    const emi::InversionData data{.values = setup.shots[k], .sigma = setup.sigma, .channel_sigma = {}};
    benchmark::DoNotOptimize(sources == 1 ? inversion.fit(data, 1) : inversion.fit_order(data));
    k = (k + 1) % setup.shots.size();
  }
  bench::report(state, 48 * static_cast<std::int64_t>(n_gates), before);
}

void inversion_one_source(benchmark::State& state) { run(state, 1); }
void inversion_up_to_two(benchmark::State& state) { run(state, 2); }

// G and its gradients for all 48 channels.
void dipole_model(benchmark::State& state) {
  Setup setup;
  Arena arena(setup.memory);
  emi::DipoleModel model(setup.view(), arena);
  std::vector<double> all(4 * 48 * 6);
  const std::array<dsp::Columns, 3> slopes{dsp::Columns{all.data() + 288, 48, 6}, dsp::Columns{all.data() + 576, 48, 6},
                                           dsp::Columns{all.data() + 864, 48, 6}};
  Vector3 place{0.1, 0.0, -0.4};
  for (auto _ : state) {
    place[0] = 0.1 - place[0];
    model.at(place, {all.data(), 48, 6}, slopes);
    benchmark::ClobberMemory();
  }
}

BENCHMARK(inversion_one_source)->Unit(benchmark::kMillisecond);
BENCHMARK(inversion_up_to_two)->Unit(benchmark::kMillisecond);
BENCHMARK(dipole_model)->Unit(benchmark::kMicrosecond);

}  // namespace
