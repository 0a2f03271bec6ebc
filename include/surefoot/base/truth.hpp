// SPDX-License-Identifier: MIT
#pragma once

#include <limits>
#include <string>
#include <vector>

namespace surefoot {

/// One known object under a line, as truth.csv has it: what was buried, where, and what is known of the place.
///
/// Units     metres; x_m along the line, or east in the frame of the targets, to the object's centre; y_m north, NaN where it is
///           only known along the line; depth_m from the ground to its top.
/// Unknown   an empty word, a size of 0, a depth of NaN.
struct Target {
  std::string line;
  double x_m = 0.0;
  double depth_m = 0.0;
  std::string kind;  ///< mine-AP, mine-AT, ordnance or clutter
  std::string name;
  double width_m = 0.0;
  double height_m = 0.0;
  std::string metal;  ///< none, minimum, low, small or high
  std::string id{};   ///< rows with the same id are passes over one object; empty: an object of its own
  double y_m = std::numeric_limits<double>::quiet_NaN();
  double length_m = 0.0;  ///< across the line, or along y; 0: round, as wide as it is long
  std::string lane{};     ///< the ground under it: lines over the same ground share it
  std::string soil{};
  std::string surface{};  ///< flat, rough, grass, ...
  std::string user{};     ///< who held the detector: the column `operator`
};

using Truth = std::vector<Target>;

}  // namespace surefoot
