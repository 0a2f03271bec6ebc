// SPDX-License-Identifier: MIT
#include <surefoot/dsp/diffraction.hpp>

#include <surefoot/dsp/plane_wave.hpp>
#include <surefoot/dsp/ray.hpp>

#include <algorithm>
#include <array>
#include <cmath>

namespace surefoot::dsp {

namespace {

std::array<Slab, 2> slabs_of(const DiffractionPath& path) noexcept {
  return {Slab{path.standoff_m, speed_of_light_m_s, 0.0, 1.0}, Slab{path.depth_m, path.velocity_m_per_s, 0.0, 1.0}};
}

}  // namespace

double diffraction_time(double x_m, const DiffractionPath& path) noexcept {
  if (!(path.standoff_m > 0.0)) return two_way_time(x_m, path.depth_m, path.antenna_offset_m, path.velocity_m_per_s);
  const std::array slabs = slabs_of(path);
  const double half = 0.5 * path.antenna_offset_m;
  return trace_ray(x_m - half, slabs).time_s + trace_ray(x_m + half, slabs).time_s;
}

double diffraction_cosines(double x_m, const DiffractionPath& path) noexcept {
  const double half = 0.5 * path.antenna_offset_m;
  if (!(path.standoff_m > 0.0)) {
    const double z = path.depth_m;
    const double to = x_m - half;
    const double from = x_m + half;
    return z * z / std::sqrt((to * to + z * z) * (from * from + z * z));
  }
  const std::array slabs = slabs_of(path);
  double product = 1.0;
  for (const double x : {x_m - half, x_m + half}) {
    const double sine = trace_ray(x, slabs).sine(speed_of_light_m_s);
    product *= std::sqrt(std::max(0.0, 1.0 - sine * sine));
  }
  return product;
}

double surface_time(const DiffractionPath& path) noexcept {
  return std::sqrt(4.0 * path.standoff_m * path.standoff_m + path.antenna_offset_m * path.antenna_offset_m) /
         speed_of_light_m_s;
}

double diffraction_depth(double time_s, const DiffractionPath& path, double least_m) noexcept {
  DiffractionPath p = path;
  const auto late = [&](double depth) noexcept {
    p.depth_m = depth;
    return diffraction_time(0.0, p) > time_s;
  };
  double low = least_m;
  double high = std::max(least_m, 0.5 * time_s * path.velocity_m_per_s);  // as if there were neither air nor offset
  if (!(high > low) || late(low)) return low;
  for (int i = 0; i < 60 && high - low > 1e-13; ++i) {
    const double middle = 0.5 * (low + high);
    (late(middle) ? high : low) = middle;
  }
  return 0.5 * (low + high);
}

}  // namespace surefoot::dsp
