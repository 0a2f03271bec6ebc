// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/coil.hpp>

#include <array>
#include <cmath>
#include <cstddef>

namespace surefoot::physics {

/// Nine numbers, row by row: element (i, j) stands at 3 i + j.
using Matrix3 = std::array<double, 9>;

/// mu0 in H/m (CODATA 2018 differs from 4 pi 1e-7 by 5.5e-10 relative; peers and golden data use 4 pi 1e-7).
inline constexpr double vacuum_permeability = 1.25663706143591729539e-6;

[[nodiscard]] constexpr Vector3 operator+(const Vector3& a, const Vector3& b) noexcept {
  return {a[0] + b[0], a[1] + b[1], a[2] + b[2]};
}
[[nodiscard]] constexpr Vector3 operator-(const Vector3& a, const Vector3& b) noexcept {
  return {a[0] - b[0], a[1] - b[1], a[2] - b[2]};
}
[[nodiscard]] constexpr Vector3 operator*(double s, const Vector3& a) noexcept {
  return {s * a[0], s * a[1], s * a[2]};
}
[[nodiscard]] constexpr double dot(const Vector3& a, const Vector3& b) noexcept {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}
[[nodiscard]] constexpr Vector3 cross(const Vector3& a, const Vector3& b) noexcept {
  return {a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]};
}
[[nodiscard]] inline double norm(const Vector3& a) noexcept { return std::sqrt(dot(a, a)); }

/// m a.
[[nodiscard]] constexpr Vector3 times(const Matrix3& m, const Vector3& a) noexcept {
  return {m[0] * a[0] + m[1] * a[1] + m[2] * a[2], m[3] * a[0] + m[4] * a[1] + m[5] * a[2],
          m[6] * a[0] + m[7] * a[1] + m[8] * a[2]};
}

}  // namespace surefoot::physics
