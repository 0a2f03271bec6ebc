// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/dsp/math.hpp>
#include <surefoot/sim/scene.hpp>

#include <array>
#include <optional>
#include <string>

/// What the simulated lines of all scenes have in common: their head, the places of their traces and their truth.
namespace surefoot::sim {

/// Where a line leads from its origin.
class Heading {
 public:
  explicit Heading(const std::optional<OriginOptions>& origin) {
    if (!origin) return;
    constexpr double degree = dsp::pi / 180.0;
    east_ = dsp::sin(origin->azimuth_deg * degree);
    north_ = dsp::cos(origin->azimuth_deg * degree);
    up_ = 0.0;
  }
  /// East, north and up of a place along the line and to its left; not known without an origin.
  [[nodiscard]] std::array<double, 3> place(double along_m, double left_m = 0.0) const noexcept {
    return {along_m * east_ - left_m * north_, along_m * north_ + left_m * east_, up_};
  }

 private:
  double east_ = unknown;
  double north_ = unknown;
  double up_ = unknown;
};

/// Provenance, origin, and the steps from trace to trace.
template <class Scene>
void set_head(const Scene& scene, double trace_spacing_m, double trace_interval_s, Line& line) {
  line.trace_spacing_m = trace_spacing_m;
  line.trace_interval_s = trace_interval_s;
  line.provenance = {scene.name, "simulated", scene.instrument};
  if (scene.origin)
    line.origin = GeoOrigin{scene.origin->latitude_deg, scene.origin->longitude_deg, scene.origin->height_m};
}

/// The row of an object in truth.csv. SceneTarget or MetalTarget.
template <class SceneObject>
[[nodiscard]] Target known_target(const std::string& line, const SceneObject& target) {
  return {line,        target.options.x_m,     target.options.depth_m,  target.kind,
          target.name, target.options.width_m, target.options.height_m, target.metal};
}

}  // namespace surefoot::sim
