// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/eval/roc.hpp>

#include <array>
#include <string>
#include <vector>

/// The probability of detection of parts: one number over all soils and all mines hides the part that matters.
namespace surefoot::eval {

/// Never shown without n.
struct Stratum {
  std::string by;    ///< class, depth, soil, surface, operator, or clutter
  std::string name;  ///< "AP minimum-metal", "5-10 cm", ...
  Index n = 0;
  Index detected = 0;
  double pd = unknown;
  Interval pd_interval;  ///< Clopper-Pearson
  Interval pd_wilson;
};

/// Everything that a target's kind and metal say of its class.
///
///   mine-AP with metal none or minimum: AP minimum-metal; more: AP metal; unknown: AP
///   mine-AT with metal high: AT metal; less: AT plastic; unknown: AT
[[nodiscard]] std::string class_of(const Target& target);
/// Depth to the top: "0-5 cm", "5-10 cm", "10-15 cm", "15-20 cm" (the upper end belongs to each), "over 20 cm" or "not said".
[[nodiscard]] std::string depth_class_of(const Target& target);

/// Objects that count, by class, depth, soil, surface and operator, at one threshold; then emplaced clutter that raised alarms,
/// with and without metal.
///
/// Passes    an object that was passed over in two soils, or by two operators, counts once in each, with the passes there.
/// Unknown   "not said"; a division of which nothing is said of any object is left out.
[[nodiscard]] std::vector<Stratum> strata(const Matched& matched, double threshold, double confidence = 0.95);

}  // namespace surefoot::eval
