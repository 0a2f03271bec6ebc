// SPDX-License-Identifier: MIT
#pragma once

namespace surefoot::dsp {

/// From a transmitter through air and soil to a buried point and back to a receiver.
struct DiffractionPath {
  double standoff_m = 0.0;        ///< of the antennas over the ground; 0: they stand on it
  double depth_m = 0.0;           ///< of the point
  double antenna_offset_m = 0.0;  ///< from transmitter to receiver
  double velocity_m_per_s = 1e8;  ///< in the soil
};

/// Two-way time over a point that lies x to the side of the middle of the antenna pair, refracted at the ground.
///
///   t(x) = T(x - s/2) + T(x + s/2),  T(d) = time of the ray (Snell) over d through the standoff of air and the depth of soil
///
/// Units     metres, seconds.
/// Edges     standoff 0: sqrt(d^2 + z^2) / v. The sign of x does not matter.
/// Cost      1 us with standoff, 10 ns without. The same bits everywhere: only square roots beside the four operations.
/// @source   Fermat's principle
[[nodiscard]] double diffraction_time(double x_m, const DiffractionPath& path) noexcept;

/// Product of the cosines of the angles from the vertical at which the two rays leave and reach the antennas: in the air where
/// they hang, where a ray stands far flatter than in the soil.
[[nodiscard]] double diffraction_cosines(double x_m, const DiffractionPath& path) noexcept;

/// Two-way time of the wave that the surface sends back, or with standoff 0 of the direct wave through the air.
///
///   sqrt(4 h^2 + s^2) / c
[[nodiscard]] double surface_time(const DiffractionPath& path) noexcept;

/// The depth of the point whose apex diffraction_time(0) is at a time after the emission; path.depth_m is not looked at.
///
/// Edges     at least `least_m`, for times before that as well.
/// Accuracy  1e-12 m.
[[nodiscard]] double diffraction_depth(double time_s, const DiffractionPath& path, double least_m) noexcept;

}  // namespace surefoot::dsp
