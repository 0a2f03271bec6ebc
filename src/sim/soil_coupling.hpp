// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/sim/metal_model.hpp>

#include <vector>

namespace surefoot::sim {

/// Mutual inductance of each channel's receiver with the image of its transmitter in the ground.
///
/// Units     henry. Exact as physics::mutual_inductance.
[[nodiscard]] std::vector<double> image_mutual(const CoilArray& array, const std::vector<CoilChannel>& channels,
                                               const HeadPose& pose);

/// Integral of s M(height + s) ds over s from 0 of that mutual inductance M: what a conducting ground adds.
///
/// Units     H m^2. Exact to 1e-6.
[[nodiscard]] std::vector<double> conducting_mutual(const CoilArray& array, const std::vector<CoilChannel>& channels,
                                                    const HeadPose& pose);

/// Product of the upward moments per ampere of transmitter and receiver of each channel, m^4.
[[nodiscard]] std::vector<double> upward_moments(const CoilArray& array, const std::vector<CoilChannel>& channels,
                                                 const physics::Matrix3& rotation);

/// How far the lowest wire of a turned head lies below its origin, at least 0.
[[nodiscard]] double reach_m(const CoilArray& array, const physics::Matrix3& rotation) noexcept;

}  // namespace surefoot::sim
