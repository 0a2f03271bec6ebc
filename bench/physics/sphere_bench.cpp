// SPDX-License-Identifier: MIT
// A steel ball: one frequency, one time early and one late, its modes, 30 gates of them behind a receiver.
#include <surefoot/physics/relaxation.hpp>
#include <surefoot/physics/sphere.hpp>

#include "support/allocations.hpp"

#include <array>
#include <cmath>

namespace {

using namespace surefoot;
using namespace surefoot::physics;

constexpr Sphere steel{0.02, 4e6, 100.0};

void frequency(benchmark::State& state) {
  double omega = static_cast<double>(state.range(0));
  for (auto _ : state) {
    benchmark::DoNotOptimize(omega);
    benchmark::DoNotOptimize(sphere_chi(steel, omega));
  }
}
BENCHMARK(frequency)->Name("sphere/frequency")->Arg(1)->Arg(100000);

void decay(benchmark::State& state) {
  double t = 1e-6 * static_cast<double>(state.range(0));
  for (auto _ : state) {
    benchmark::DoNotOptimize(t);
    benchmark::DoNotOptimize(sphere_step_off(steel, t));
  }
}
BENCHMARK(decay)->Name("sphere/step_off_us")->Arg(10)->Arg(20000);

void modes(benchmark::State& state) {
  std::array<Mode, 100> out{};
  for (auto _ : state) {
    sphere_modes(steel, out);
    benchmark::DoNotOptimize(out.data());
  }
}
BENCHMARK(modes)->Name("sphere/100_modes");

void gates(benchmark::State& state) {
  std::array<Mode, 40> out{};
  sphere_modes(steel, out);
  std::array<double, 31> edges{};
  for (std::size_t i = 0; i < edges.size(); ++i) edges[i] = 1e-4 * std::pow(250.0, static_cast<double>(i) / 30.0);
  constexpr std::array knots{Knot{-0.025, 0.0}, Knot{-0.0249, 1.0}, Knot{-1e-5, 1.0}, Knot{0.0, 0.0}};
  const Sounding sounding{knots, Repeat::opposite, 0.05, static_cast<double>(state.range(0)) * 1e-6};
  std::array<double, 30> means{};
  const std::int64_t before = bench::allocations();
  for (auto _ : state) {
    voltage_gates(0.0, out, sounding, edges, means);
    benchmark::DoNotOptimize(means.data());
  }
  state.counters["allocations"] = static_cast<double>(bench::allocations() - before);
}
BENCHMARK(gates)->Name("relaxation/40_modes_30_gates_receiver_us")->Arg(0)->Arg(5);

}  // namespace
