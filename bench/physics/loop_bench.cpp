// SPDX-License-Identifier: MIT
// Fields of windings at one place, with and without gradient, and mutual inductances.
#include <surefoot/physics/loop.hpp>
#include <surefoot/physics/mutual.hpp>

#include "support/allocations.hpp"

namespace {

using namespace surefoot;
using namespace surefoot::physics;

Coil winding(bool round) { return round ? Coil{} : rectangle({}, 0.35, 0.35); }

template <bool round>
void field(benchmark::State& state) {
  const Coil coil = winding(round);
  Vector3 place{0.07, -0.05, -0.42};
  const std::int64_t before = bench::allocations();
  for (auto _ : state) {
    place[0] = -place[0];
    benchmark::DoNotOptimize(field_of(coil, place));
  }
  state.counters["allocations"] = static_cast<double>(bench::allocations() - before);
}
BENCHMARK(field<true>)->Name("loop/circle");
BENCHMARK(field<false>)->Name("loop/square");

template <bool round>
void gradient(benchmark::State& state) {
  const Coil coil = winding(round);
  Vector3 place{0.07, -0.05, -0.42};
  for (auto _ : state) {
    place[0] = -place[0];
    benchmark::DoNotOptimize(field_and_gradient_of(coil, place));
  }
}
BENCHMARK(gradient<true>)->Name("loop/circle_gradient");
BENCHMARK(gradient<false>)->Name("loop/square_gradient");

template <bool round>
void mutual(benchmark::State& state) {
  const Coil first = winding(round);
  Coil second = winding(round);
  second.centre_m[2] += 0.1;
  for (Vector3& corner : second.corners_m) corner[2] += 0.1;
  for (auto _ : state) benchmark::DoNotOptimize(mutual_inductance(first, second));
}
BENCHMARK(mutual<true>)->Name("mutual/circles_0.1m");
BENCHMARK(mutual<false>)->Name("mutual/squares_0.1m");

}  // namespace
