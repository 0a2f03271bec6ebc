// SPDX-License-Identifier: MIT
#pragma once

#include <span>

namespace surefoot::dsp {

/// Two-way time from a transmitter over a buried point to a receiver, all in one medium.
///
///   t = (sqrt((x - s/2)^2 + z^2) + sqrt((x + s/2)^2 + z^2)) / v
///
/// x is the horizontal distance from the middle of the antenna pair to the point, s the antenna offset, z the depth.
///
/// Units     metres, metres per second, seconds.
/// Edges     offset 0 gives the monostatic hyperbola 2 sqrt(x^2 + z^2) / v.
/// @source   geometry; Daniels, Ground Penetrating Radar (2004), section 7.2
[[nodiscard]] double two_way_time(double x_m, double depth_m, double offset_m, double velocity_m_s) noexcept;

/// A flat slab that a ray crosses.
struct Slab {
  double thickness_m = 0.0;
  double velocity_m_s = 0.0;
  double attenuation_np_m = 0.0;
  double permittivity = 1.0;
};

/// The one-way ray through a stack of slabs.
struct Ray {
  double time_s = 0.0;
  double length_m = 0.0;        ///< along the ray
  double attenuation_np = 0.0;  ///< sum of attenuation * length
  double slowness_s_m = 0.0;    ///< horizontal slowness sin(angle) / velocity, the same in every slab

  /// Sine of the ray's angle from the vertical where the velocity is that.
  [[nodiscard]] double sine(double velocity_m_s) const noexcept { return slowness_s_m * velocity_m_s; }
};

/// The ray that obeys Snell's law at every border and covers a horizontal distance: refraction at the ground.
///
///   find u >= 0:  sum_i d_i r_i u / sqrt(1 + u^2 (1 - r_i^2)) = distance,  r_i = v_i / v_max,  u = tan(angle) where v = v_max
///
/// The left side is concave and grows with u, so Newton's steps from 0 rise to the root and never pass it.
///
/// Units     metres, seconds.
/// Edges     slabs without thickness are left out; an empty stack is a horizontal path of no time. distance may be
///           negative: only its size counts.
/// Cost      about 5 to 10 steps of one square root a slab.
/// @source   Fermat's principle; the parametrisation is our own
[[nodiscard]] Ray trace_ray(double distance_m, std::span<const Slab> slabs) noexcept;

}  // namespace surefoot::dsp
