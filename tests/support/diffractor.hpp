// SPDX-License-Identifier: MIT
#pragma once

#include "support/lines.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

/// Lines over point diffractors, made in double from geometry alone: the truth that imaging is measured against.
namespace surefoot::test {

inline constexpr double light_m_per_s = 299792458.0;

struct Point {
  double x_m = 0.0;
  double depth_m = 0.2;
  double amplitude = 1.0;
  double y_m = 0.0;
};

struct PointScene {
  double velocity_m_per_s = 1e8;
  double antenna_offset_m = 0.0;  ///< transmitter at x - offset/2, receiver at x + offset/2, along the line
  double standoff_m = 0.0;        ///< antennas above a flat ground; 0: on it
  double centre_hz = 1e9;         ///< of a Ricker wave, whose peak lies at the travel time
  double start_s = 0.0;
  double sample_interval_s = 0.05e-9;
  Index n_samples = 512;
  double first_x_m = -1.0;
  double spacing_m = 0.02;
  Index n_traces = 101;
  double y_m = 0.0;
  double spreading = 0.5;  ///< amplitude (depth / path)^spreading on each way: 0.5 for a line scatterer, 1 for a point

  [[nodiscard]] double x(Index trace) const { return first_x_m + spacing_m * static_cast<double>(trace); }
  [[nodiscard]] double wavelength_m() const { return velocity_m_per_s / centre_hz; }
};

/// Seconds from an antenna at height `standoff` over the ground to a point `across` metres away and `depth` below it: the
/// least time over all points of refraction (Fermat), found by golden sections.
inline double one_way_time(double across, double depth, double standoff, double velocity) {
  if (standoff <= 0.0) return std::hypot(across, depth) / velocity;
  const auto time = [=](double u) {
    return std::hypot(u, standoff) / light_m_per_s + std::hypot(across - u, depth) / velocity;
  };
  double a = 0.0;
  double b = across;
  const double golden = 0.5 * (std::sqrt(5.0) - 1.0);
  for (int k = 0; k < 80; ++k) {
    const double c = b - golden * (b - a);
    const double d = a + golden * (b - a);
    if (time(c) < time(d)) b = d;
    else a = c;
  }
  return time(0.5 * (a + b));
}

/// Two-way time of a point under antennas whose midpoint is at (x, scene.y_m).
inline double two_way_time(const PointScene& s, const Point& p, double x) {
  const double h = 0.5 * s.antenna_offset_m;
  const double dy = s.y_m - p.y_m;
  return one_way_time(std::hypot(x - h - p.x_m, dy), p.depth_m, s.standoff_m, s.velocity_m_per_s) +
         one_way_time(std::hypot(x + h - p.x_m, dy), p.depth_m, s.standoff_m, s.velocity_m_per_s);
}

/// The line: no noise, no direct wave. Tags have index, distance, position and standoff.
inline Line point_line(const PointScene& s, const std::vector<Point>& points) {
  Line line;
  line.axis = {AxisKind::two_way_time, s.start_s, s.sample_interval_s};
  line.trace_spacing_m = s.spacing_m;
  line.trace_interval_s = 0.01;
  line.samples.setZero(s.n_samples, s.n_traces);
  line.tags = plain_tags(s.n_traces, line.spec());
  for (Index j = 0; j < s.n_traces; ++j) {
    TraceTag& tag = line.tags[to_size(j)];
    tag.position_m = {s.x(j), s.y_m, 0.0};
    tag.standoff_m = s.standoff_m;
    for (const Point& p : points) {
      const double t = two_way_time(s, p, s.x(j));
      const double least = two_way_time(s, p, p.x_m);
      const double a = p.amplitude * std::pow(least / t, 2.0 * s.spreading);
      for (Index i = 0; i < s.n_samples; ++i)
        line.samples(i, j) += static_cast<Sample>(a * ricker(line.axis.at(i) - t, s.centre_hz));
    }
  }
  return line;
}

}  // namespace surefoot::test
