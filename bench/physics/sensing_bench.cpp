// SPDX-License-Identifier: MIT
// The sensing matrix of a 2 x 2 array: 4 square transmitters of 0.35 m, 4 receivers of 3 windings of 0.08 m: 48 x 6, with gradients.
#include <surefoot/physics/sensing.hpp>

#include "support/allocations.hpp"

#include <array>
#include <vector>

namespace {

using namespace surefoot;
using namespace surefoot::physics;

struct Array {
  std::array<Coil, 4> transmitters;
  std::array<Coil, 12> receivers;
  std::array<PointCoil, 12> points;

  Array() {
    std::size_t i = 0;
    for (const double x : {-0.2, 0.2})
      for (const double y : {-0.2, 0.2}) {
        transmitters[i] = rectangle({x, y, 0.0}, 0.35, 0.35);
        for (std::size_t axis = 0; axis < 3; ++axis) {
          Coil& coil = receivers[3 * i + axis];
          coil = rectangle({}, 0.08, 0.08);
          for (Vector3& corner : coil.corners_m) {
            Vector3 turned{x, y, 0.0};
            turned[(axis + 1) % 3] += corner[0];
            turned[(axis + 2) % 3] += corner[1];
            corner = turned;
          }
          points[3 * i + axis] = {{x, y, 0.0}, moment_of(coil)};
        }
        ++i;
      }
  }
};

template <bool points, bool gradients = true>
void whole_matrix(benchmark::State& state) {
  const Array array;
  std::array<CoilField, 4> tx{};
  std::array<CoilField, 12> rx{};
  std::vector<double> memory(4 * 288);
  const auto part = [&memory](std::size_t k) { return std::span(memory).subspan(288 * k, 288); };
  Vector3 place{0.07, -0.05, -0.42};
  const std::int64_t before = bench::allocations();
  for (auto _ : state) {
    place[0] = -place[0];
    fields_of(array.transmitters, place, tx);
    if constexpr (points) fields_of(array.points, place, rx);
    else fields_of(array.receivers, place, rx);
    if constexpr (gradients) sensing_matrix(tx, rx, {part(0), {part(1), part(2), part(3)}});
    else sensing_matrix(tx, rx, {part(0), {}});
    benchmark::DoNotOptimize(memory.data());
    benchmark::ClobberMemory();
  }
  state.counters["allocations"] = static_cast<double>(bench::allocations() - before);
}
BENCHMARK(whole_matrix<true>)->Name("sensing/48x6_gradients_points");
BENCHMARK(whole_matrix<false>)->Name("sensing/48x6_gradients_squares");
BENCHMARK(whole_matrix<true, false>)->Name("sensing/48x6_values_points");

}  // namespace
