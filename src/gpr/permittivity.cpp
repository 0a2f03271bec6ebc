// SPDX-License-Identifier: MIT
#include <surefoot/gpr/permittivity.hpp>

#include <surefoot/dsp/plane_wave.hpp>
#include <surefoot/dsp/ray.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace surefoot::gpr {
namespace {

constexpr double no_answer = std::numeric_limits<double>::quiet_NaN();

bool inside(double x, double low, double high) noexcept { return x >= low && x <= high; }

bool is_sound(const CrimSoil& soil) noexcept {
  return inside(soil.porosity, 0.0, 1.0) && soil.grain_permittivity >= 1.0 && soil.water_permittivity >= 1.0;
}

bool is_sound(const GroundPath& path) noexcept {
  return path.velocity_m_per_s > 0.0 && path.velocity_m_per_s <= dsp::speed_of_light_m_s &&
         path.antenna_offset_m >= 0.0 && path.standoff_m >= 0.0;
}

// The ray to a mirror goes down half the offset and comes up the other half.
dsp::Ray half_way(double depth_m, const GroundPath& path) noexcept {
  const std::array<dsp::Slab, 2> slabs{
      dsp::Slab{.thickness_m = path.standoff_m, .velocity_m_s = dsp::speed_of_light_m_s},
      dsp::Slab{.thickness_m = depth_m, .velocity_m_s = path.velocity_m_per_s}};
  return dsp::trace_ray(0.5 * path.antenna_offset_m, slabs);
}

}  // namespace

double topp_permittivity(double w) noexcept {
  if (!inside(w, 0.0, 1.0)) return no_answer;
  return 3.03 + w * (9.3 + w * (146.0 - 76.7 * w));
}

double topp_water_content(double e) noexcept {
  if (!inside(e, 1.0, 81.0)) return no_answer;
  return std::max(0.0, -5.3e-2 + e * (2.92e-2 + e * (-5.5e-4 + 4.3e-6 * e)));
}

double crim_permittivity(double water_content, const CrimSoil& soil) noexcept {
  if (!is_sound(soil) || !inside(water_content, 0.0, soil.porosity)) return no_answer;
  const double root = (1.0 - soil.porosity) * std::sqrt(soil.grain_permittivity) +
                      water_content * std::sqrt(soil.water_permittivity) + (soil.porosity - water_content);
  return root * root;
}

double crim_water_content(double permittivity, const CrimSoil& soil) noexcept {
  if (!is_sound(soil) || !(permittivity >= 1.0)) return no_answer;
  const double dry = (1.0 - soil.porosity) * std::sqrt(soil.grain_permittivity) + soil.porosity;
  const double water = (std::sqrt(permittivity) - dry) / (std::sqrt(soil.water_permittivity) - 1.0);
  constexpr double rounding = 1e-12;  // dry and saturated soils are answers, whatever the last digit says
  if (!inside(water, -rounding, soil.porosity + rounding)) return no_answer;
  return std::clamp(water, 0.0, soil.porosity);
}

double water_permittivity(double t) noexcept {
  if (!inside(t, 0.0, 100.0)) return no_answer;
  return 87.740 + t * (-0.40008 + t * (9.398e-4 - 1.410e-6 * t));
}

double velocity_of_permittivity(double permittivity) noexcept {
  return permittivity >= 1.0 ? dsp::speed_of_light_m_s / std::sqrt(permittivity) : no_answer;
}

double permittivity_of_velocity(double v) noexcept {
  if (!(v > 0.0) || !(v <= dsp::speed_of_light_m_s)) return no_answer;
  const double index = dsp::speed_of_light_m_s / v;
  return index * index;
}

double time_of_depth(double depth_m, const GroundPath& path) noexcept {
  if (!is_sound(path) || !(depth_m >= 0.0)) return no_answer;
  if (path.standoff_m == 0.0) {
    const double s = path.antenna_offset_m;
    return std::sqrt(4.0 * depth_m * depth_m + s * s) / path.velocity_m_per_s;
  }
  return 2.0 * half_way(depth_m, path).time_s;
}

double depth_of_time(double two_way_time_s, const GroundPath& path) noexcept {
  const double first = time_of_depth(0.0, path);
  if (!(two_way_time_s >= first)) return no_answer;
  const double way = path.velocity_m_per_s * two_way_time_s;
  if (path.standoff_m == 0.0) return 0.5 * std::sqrt((way - path.antenna_offset_m) * (way + path.antenna_offset_m));
  // The time grows with depth and is convex in it: Newton's steps from above fall to the root and never pass it.
  double depth = 0.5 * way;
  constexpr int most_steps = 64;
  for (int step = 0; step < most_steps; ++step) {
    const dsp::Ray ray = half_way(depth, path);
    const double sine = ray.sine(path.velocity_m_per_s);
    const double slope = 2.0 * std::sqrt(1.0 - sine * sine) / path.velocity_m_per_s;  // by Fermat: only the leg grows
    const double next = depth - (2.0 * ray.time_s - two_way_time_s) / slope;
    if (!(next < depth) || !(next > 0.0)) return std::max(0.0, std::min(next, depth));
    depth = next;
  }
  return depth;
}

}  // namespace surefoot::gpr
