// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

namespace surefoot {

/// One known object under a line, as truth.csv has it.
///
/// Units     metres; x_m along the line to the object's centre; depth_m from the ground to its top.
struct Target {
  std::string line;
  double x_m = 0.0;
  double depth_m = 0.0;
  std::string kind;  ///< mine-AP, mine-AT, ordnance or clutter
  std::string name;
  double width_m = 0.0;
  double height_m = 0.0;
  std::string metal;  ///< none, minimum, low, small or high
};

using Truth = std::vector<Target>;

}  // namespace surefoot
