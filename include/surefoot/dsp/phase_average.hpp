// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/dsp/math.hpp>

#include <algorithm>
#include <cmath>

namespace surefoot::dsp {

/// Running mean of a phase that may turn through the whole circle: the vector is averaged, never its angle.
///
///   v += a (z - v), r += a (|z| - r), a = max(alpha, 1/n);  phase = arg v, steadiness = |v| / r
///
/// Units     z = (x, y) in any; the phase in radians, (-pi, pi]. Stronger responses count more; give unit vectors where they
///           should not.
/// Edges     before the first value, or where the vectors cancel exactly: phase 0, steadiness 0. Values that are not finite
///           are left out.
/// Cost      a few operations a value; phase() one arctangent.
/// Not       an average of angles: halfway between -179 and 179 degrees that has 0, the opposite direction.
/// @source   Mardia and Jupp, Directional Statistics (2000), 2.2
class PhaseAverage {
 public:
  explicit PhaseAverage(double alpha) noexcept : alpha_(alpha) {}

  void add(double x, double y) noexcept {
    if (!std::isfinite(x) || !std::isfinite(y)) return;
    seen_ += 1.0;
    const double a = std::max(alpha_, 1.0 / seen_);
    x_ += a * (x - x_);
    y_ += a * (y - y_);
    length_ += a * (std::sqrt(x * x + y * y) - length_);
  }
  [[nodiscard]] double phase_rad() const noexcept { return atan2(y_, x_); }
  /// 1: all in one direction, 0: in all directions alike.
  [[nodiscard]] double steadiness() const noexcept {
    return length_ > 0.0 ? std::min(std::sqrt(x_ * x_ + y_ * y_) / length_, 1.0) : 0.0;
  }

 private:
  double alpha_;
  double seen_ = 0.0;
  double x_ = 0.0;
  double y_ = 0.0;
  double length_ = 0.0;
};

}  // namespace surefoot::dsp
