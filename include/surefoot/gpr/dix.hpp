// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/fields.hpp>

#include <span>

namespace surefoot::gpr {

/// One reflector: its zero-offset two-way time and the stacking velocity that was picked there.
struct RmsPick {
  double time_s = 0.0;
  double velocity_m_per_s = 0.0;
  double time_sigma_s = 0.0;            ///< standard error; 0: exact
  double velocity_sigma_m_per_s = 0.0;  ///< standard error; 0: exact
};

/// The layer that ends at a reflector.
struct IntervalLayer {
  double velocity_m_per_s = 0.0;
  double thickness_m = 0.0;
  double depth_m = 0.0;  ///< of its lower border
  double velocity_sigma_m_per_s = 0.0;
  double thickness_sigma_m = 0.0;
  double depth_sigma_m = 0.0;
};

/// Interval velocities of flat layers from RMS velocities, with what the errors of the picks make of them.
///
///   v_n^2 = (V_n^2 t_n - V_{n-1}^2 t_{n-1}) / (t_n - t_{n-1}),  t_0 = 0
///   thickness_n = v_n (t_n - t_{n-1}) / 2,  depth_n = sum of the thicknesses down to n
///
/// Errors are propagated to first order, picks independent of each other; depth_n holds the covariance of neighbouring
/// layers, which share a pick.
///
/// Shape     picks from the top down, layers as many.
/// Units     seconds, metres, metres per second.
/// Edges     Problem, and layers left as they are, if times do not increase, a number is not finite or a sigma negative, a
///           layer comes out with v_n^2 <= 0 (picks that no flat layer can give) or faster than c = 299792458 m/s; value
///           then is the number of the layer, counted from 0.
/// Cost      O(picks); no allocation.
/// Not       for dipping layers or offsets beyond about the depth, where the stacking velocity is not the RMS one. A thin
///           layer at depth has an error that is t_n / (t_n - t_{n-1}) times that of the picks, and more: look at the sigma.
/// @source   Dix, Geophysics 20(1), 1955, eq. 7; derivatives our own
[[nodiscard]] Problem dix(std::span<const RmsPick> picks, std::span<IntervalLayer> layers) noexcept;

}  // namespace surefoot::gpr
