// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/dsp/math.hpp>

#include <algorithm>
#include <cmath>

namespace surefoot::dsp {

/// The angle of the point (x, y) in (-pi, pi], good enough for a float32 sample: a quarter of the time of dsp::atan2, and
/// loops of it vectorise.
///
///   arctan(t) = t - t^3/3 + t^5/5 - ... up to t^19, |t| <= tan(pi/8) after turning by pi/4 where needed
///
/// Accuracy  1e-9 rad.
/// Edges     (0, 0) gives 0. The sign of a zero does not count: (-1, -0) gives pi. x and y must be finite.
/// @source   Abramowitz and Stegun 4.4.42, 4.4.34
[[nodiscard]] inline double phase_of(double y, double x) noexcept {
  constexpr double tan_pi_8 = 0.41421356237309503;
  const double ax = std::abs(x);
  const double ay = std::abs(y);
  const double large = std::max(ax, ay);
  const double small = std::min(ax, ay);
  const bool turned = small > tan_pi_8 * large;
  const double numerator = turned ? small - large : small;
  const double denominator = turned ? small + large : large;
  const double t = numerator / (denominator > 0.0 ? denominator : 1.0);
  const double s = t * t;
  double series = -1.0 / 19.0;
  series = series * s + 1.0 / 17.0;
  series = series * s - 1.0 / 15.0;
  series = series * s + 1.0 / 13.0;
  series = series * s - 1.0 / 11.0;
  series = series * s + 1.0 / 9.0;
  series = series * s - 1.0 / 7.0;
  series = series * s + 1.0 / 5.0;
  series = series * s - 1.0 / 3.0;
  double angle = t + t * s * series;
  angle = turned ? angle + 0.25 * pi : angle;
  angle = ay > ax ? 0.5 * pi - angle : angle;
  angle = x < 0.0 ? pi - angle : angle;
  return y < 0.0 ? -angle : angle;
}

}  // namespace surefoot::dsp
