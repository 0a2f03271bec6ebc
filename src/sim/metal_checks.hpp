// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/sim/dual_scene.hpp>
#include <surefoot/sim/metal_scene.hpp>

namespace surefoot::sim {

/// All of validate() that needs no array. @throws ConfigError
void check_without_array(const MetalScene& scene);
void check_without_array(const DualScene& scene);

/// The array with the scene's own tones or gates in place of its own.
[[nodiscard]] CoilArray driven_array(const MetalScene& scene);

}  // namespace surefoot::sim
