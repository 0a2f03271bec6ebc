// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/fields.hpp>

#include <array>
#include <span>

namespace surefoot::gpr {

/// Picked arrivals of one diffraction: at which place which two-way time, and how sure.
struct HyperbolaPicks {
  std::span<const double> x_m;      ///< place of the middle of the antenna pair
  std::span<const double> time_s;   ///< two-way time from transmission on
  std::span<const double> sigma_s;  ///< standard error of each time; empty: all the same and unknown
};

struct HyperbolaFitOptions {
  double antenna_offset_m = 0.0;
  double standoff_m = 0.0;
  double time_zero_s = 0.0;
  bool fit_time_zero = false;
};

template <class V>
void fields(V& v, HyperbolaFitOptions& o) {
  v(o.antenna_offset_m, "antenna_offset_m", Unit::metre, at_least(0.0), "Distance between transmitter and receiver.");
  v(o.standoff_m, "standoff_m", Unit::metre, at_least(0.0), "Height of the antennas over the ground; 0: on it.");
  v(o.time_zero_s, "time_zero_s", Unit::second, finite(), "When the wave left, on the clock of the picks.");
  v(o.fit_time_zero, "fit_time_zero", "Look for time_zero_s too; it then is where the search starts.");
}

/// What the picks say: the point, the velocity above it, and how sure.
struct HyperbolaFit {
  static constexpr std::size_t n_parameters = 4;

  double x_m = 0.0;
  double depth_m = 0.0;
  double velocity_m_per_s = 0.0;
  double time_zero_s = 0.0;
  /// Of (x_m, depth_m, velocity_m_per_s, time_zero_s), row by row; the last row and column are 0 if it was not looked for.
  std::array<double, n_parameters * n_parameters> covariance{};
  double residual_s = 0.0;       ///< root of the mean square of picked minus computed times
  double chi_square = 0.0;       ///< sum of squares of (picked - computed) / sigma; NaN without sigma
  Index degrees_of_freedom = 0;  ///< picks less parameters
  Index iterations = 0;
  Problem problem;  ///< why there is no answer, if so; the numbers above are then those of the last iteration

  /// Standard error of parameter i.
  [[nodiscard]] double standard_error(std::size_t i) const noexcept;
};

/// Fit the two-way times of a buried point to picks: least squares over place, depth, velocity and, if asked, time zero.
///
///   t(x) = t0 + T(x - x0 - s/2) + T(x - x0 + s/2),   T(d) = time of the ray from the antenna to the point
///   T(d) = sqrt(d^2 + depth^2) / v   on the ground; with standoff h the ray through h of air and depth of soil (Snell)
///   minimise sum_i ((t_i - t(x_i)) / sigma_i)^2 by Levenberg and Marquardt, in double, with exact derivatives (Fermat)
///
/// The start is the closed form for s = h = 0: t^2 is a parabola in x, fitted by linear least squares.
/// covariance is (J^T W J)^-1 with W = 1 / sigma^2; without sigma, W = 1 and the result times sum(residual^2) / (picks -
/// parameters), as scipy.optimize.curve_fit does with and without absolute_sigma. It belongs to the picks' errors alone: a
/// wrong offset, standoff or time zero shifts the answer and does not show in it.
///
/// Shape     at least 3 picks (4 with time zero) at as many places.
/// Units     metres, seconds, metres per second.
/// Edges     Problem, never an exception: too few picks, numbers that are not finite, picks that do not determine the
///           parameters (all on one side and far out, or without curvature), no convergence in 200 iterations, a velocity
///           above c = 299792458 m/s. As many picks as parameters and no sigma: covariance is NaN.
/// Cost      about 0.2 us a pick and iteration on the ground, 2 us with standoff; some 5 to 15 iterations; no allocation.
/// Not       robust: one wrong pick pulls the fit. Depth, velocity and time zero are strongly correlated when the flanks are
///           short against depth and offset, and nearly undetermined together under a standoff: look at the covariance. An
///           extended target (a pipe of radius r) makes the fit too fast and too deep.
/// @source   geometry; Marquardt, J. SIAM 11(2), 1963; Bevington and Robinson, Data Reduction (2003), 8.3 (covariance)
[[nodiscard]] HyperbolaFit fit_hyperbola(const HyperbolaPicks& picks, const HyperbolaFitOptions& options) noexcept;

}  // namespace surefoot::gpr
