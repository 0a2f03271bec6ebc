// SPDX-License-Identifier: MIT
#include <surefoot/dsp/ray.hpp>

#include <algorithm>
#include <cmath>

namespace surefoot::dsp {

double two_way_time(double x_m, double depth_m, double offset_m, double velocity_m_s) noexcept {
  const double to = x_m - 0.5 * offset_m;
  const double from = x_m + 0.5 * offset_m;
  return (std::sqrt(to * to + depth_m * depth_m) + std::sqrt(from * from + depth_m * depth_m)) / velocity_m_s;
}

Ray trace_ray(double distance_m, std::span<const Slab> slabs) noexcept {
  const double distance = std::abs(distance_m);
  double fastest = 0.0;
  for (const Slab& slab : slabs)
    if (slab.thickness_m > 0.0) fastest = std::max(fastest, slab.velocity_m_s);
  if (fastest == 0.0) return {};

  double u = 0.0;
  constexpr int most_steps = 64;
  for (int step = 0; step < most_steps; ++step) {
    double covered = 0.0;
    double slope = 0.0;
    for (const Slab& slab : slabs) {
      if (!(slab.thickness_m > 0.0)) continue;
      const double r = slab.velocity_m_s / fastest;
      const double under = 1.0 + u * u * (1.0 - r * r);
      const double a = slab.thickness_m * r / std::sqrt(under);
      covered += a * u;
      slope += a / under;
    }
    const double next = u + (distance - covered) / slope;
    if (!(next > u)) break;  // the last digit has been reached
    u = next;
  }

  const double u_hypotenuse = std::sqrt(1.0 + u * u);
  Ray ray;
  ray.slowness_s_m = u / (u_hypotenuse * fastest);
  for (const Slab& slab : slabs) {
    if (!(slab.thickness_m > 0.0)) continue;
    const double r = slab.velocity_m_s / fastest;
    const double length = slab.thickness_m * u_hypotenuse / std::sqrt(1.0 + u * u * (1.0 - r * r));
    ray.length_m += length;
    ray.time_s += length / slab.velocity_m_s;
    ray.attenuation_np += length * slab.attenuation_np_m;
  }
  return ray;
}

}  // namespace surefoot::dsp
