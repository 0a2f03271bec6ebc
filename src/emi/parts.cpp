// SPDX-License-Identifier: MIT
#include <surefoot/emi/parts.hpp>

#include <cmath>
#include <complex>
#include <numbers>

namespace surefoot::emi {

void part_decays(const physics::Spheroid& shape, const physics::Sounding& sounding, std::span<const double> edges_s,
                 std::span<Vector3> curves) noexcept {
  constexpr std::size_t n_modes = 400;
  const physics::SpheroidAxes axes = physics::spheroid_axes(shape);
  std::array<physics::Mode, n_modes> modes{};
  std::array<double, 2> energy{};
  for (std::size_t axis = 0; axis < 2; ++axis) {
    physics::spheroid_modes(shape, axis == 0 ? axes.along : axes.across, modes);
    for (std::size_t g = 0; g < curves.size(); ++g) {
      const double v = physics::voltage_mean(0.0, modes, sounding, {edges_s[g], edges_s[g + 1]});
      curves[g][axis] = v;
      energy[axis] += v * v;
    }
  }
  // Two axes across, one along: the strongest first.
  for (Vector3& c : curves) c = energy[0] >= energy[1] ? Vector3{c[0], c[1], c[1]} : Vector3{c[1], c[1], c[0]};
}

void part_tensor(const physics::Spheroid& shape, std::span<const double> tones_hz,
                 std::span<Symmetric3> parts_of) noexcept {
  for (std::size_t k = 0; k < tones_hz.size(); ++k) {
    const auto [along, across] = physics::spheroid_polarizability(shape, 2.0 * std::numbers::pi * tones_hz[k]);
    parts_of[2 * k] = {across.real(), 0.0, 0.0, across.real(), 0.0, along.real()};
    parts_of[2 * k + 1] = {across.imag(), 0.0, 0.0, across.imag(), 0.0, along.imag()};
  }
}

}  // namespace surefoot::emi
