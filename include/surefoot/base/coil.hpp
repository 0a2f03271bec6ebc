// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/types.hpp>

#include <array>
#include <cstdint>

namespace surefoot {

/// A place or a direction: x, y, z.
using Vector3 = std::array<double, 3>;

enum class CoilShape : std::uint8_t { circle, polygon };
inline constexpr std::array coil_shape_words{"circle", "polygon"};

/// One winding of a head: a circle, or a closed polygon whose corners are joined in order, the last to the first.
///
/// The current runs right-handed about `axis` (circle) or from corner to corner (polygon).
///
/// Units     metres in the head's frame: x along the sweep, y to the left, z up, origin at the head's centre; turns is a
///           number, negative for a winding that bucks another.
/// Edges     a polygon has 3 to max_corners corners.
/// @source   our own
struct Coil {
  static constexpr Index max_corners = 32;

  CoilShape shape = CoilShape::circle;
  Vector3 centre_m{};                                     ///< of a circle
  Vector3 axis{0.0, 0.0, 1.0};                            ///< of a circle: unit vector
  double radius_m = 0.1;                                  ///< of a circle
  std::array<Vector3, to_size(max_corners)> corners_m{};  ///< of a polygon
  Index n_corners = 0;
  double turns = 1.0;
};

/// One channel of a trace: which transmitter was driven and which receiver listened.
struct CoilChannel {
  Index transmitter = 0;
  Index receiver = 0;
  friend bool operator==(const CoilChannel&, const CoilChannel&) = default;
};

}  // namespace surefoot
