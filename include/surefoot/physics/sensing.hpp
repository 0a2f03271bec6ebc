// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/physics/loop.hpp>

#include <array>
#include <span>

namespace surefoot::physics {

/// The six different elements of a symmetric 3 x 3 matrix: xx, xy, xz, yy, yz, zz.
using Symmetric3 = std::array<double, 6>;

inline constexpr Index n_symmetric = 6;

/// A winding so small that only its moment counts. Moment: turns times area times direction, m^2.
struct PointCoil {
  Vector3 place_m{};
  Vector3 moment_m2{0.0, 0.0, 1.0};
};

/// The point that a small winding is from afar: centre_of and moment_of.
[[nodiscard]] PointCoil point_of(const Coil& coil) noexcept;

/// Field per ampere of each winding at one place, with gradients: fields[i] = field_and_gradient_of(coils[i], place_m).
///
/// Shape     fields at least as long as coils.
void fields_of(std::span<const Coil> coils, const Vector3& place_m, std::span<CoilField> fields) noexcept;

/// The same of points: h = (3 e (e . p) - p) / (4 pi r^3), r from the point to the place, e = r / |r|.
///
/// Cost      points that follow each other at one place (the three windings of a cube) share the tensor.
/// Edges     at the point itself NaN.
void fields_of(std::span<const PointCoil> points, const Vector3& place_m, std::span<CoilField> fields) noexcept;

/// One row of the sensing matrix: row . vech(M) = h_r^T M h_t for each symmetric M.
///
///   [rx tx, rx ty + ry tx, rx tz + rz tx, ry ty, ry tz + rz ty, rz tz]
///
/// Units     (1/m)^2; with M in m^3 the voltage is -i w mu0 I row . vech(M), and -mu0 I row . d vech(M)/dt in time.
/// @source   reciprocity; emi.md F7
[[nodiscard]] Symmetric3 sensing_row(const Vector3& h_t, const Vector3& h_r) noexcept;

/// What sensing_matrix fills: G and its three derivatives by the place of the target, each column by column.
///
/// Shape     each at least 6 n long, n = transmitters x receivers. Element (row, column) at column * n + row; the row of
///           transmitter t and receiver r is t * receivers + r. `by_place[k]` is d G / d r0_k; an empty one is not filled.
struct SensingMatrix {
  std::span<double> g;
  std::array<std::span<double>, 3> by_place{};
};

/// The whole multistatic sensing matrix at one place from the fields of all windings there.
///
/// Cost      48 x 6 with gradients, the fields of 4 square transmitters and 4 cubes included: 1.3 us with points, 2.5 us with
///           square windings (bench/physics/sensing_bench.cpp); no memory.
/// Edges     a span that is too short is left as it is: nothing is written beyond its end.
void sensing_matrix(std::span<const CoilField> transmitters, std::span<const CoilField> receivers,
                    const SensingMatrix& out) noexcept;

/// h_r^T M h_t.
[[nodiscard]] double coupling(const Vector3& h_t, const Symmetric3& m, const Vector3& h_r) noexcept;

}  // namespace surefoot::physics
