// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/eval/roc.hpp>

#include <string>
#include <vector>

/// Thresholds that were fixed before the ground was seen. Splits that draw encounters at random are not offered: passes over
/// one object, and the ground of one lane, would then stand on both sides (measured: AUC 0.79 instead of 0.69).
namespace surefoot::eval {

/// How a threshold is fixed on the training lanes.
struct Criterion {
  enum class Kind : std::uint8_t {
    far,  ///< the lowest with at most this false alarm rate
    pd    ///< the highest with at least this probability of detection; all alarms where it is not reached
  };
  Kind kind = Kind::far;
  double value = 0.0;
};

/// The threshold itself; -infinity: every alarm is sounded. With a false alarm rate it lies just above the highest score that
/// would exceed the rate, so as low as may be: what is in doubt is sounded.
[[nodiscard]] double threshold_for(const LaneScores& training, const Criterion& criterion);

/// One part held out: what the threshold promised on the others, and what it gave here.
struct HeldOut {
  std::string name;
  OperatingPoint training;
  OperatingPoint test;
  Index n_targets = 0;
  double exposure = unknown;
};

struct HoldOut {
  Criterion criterion;
  std::vector<HeldOut> parts;
  OperatingPoint achieved;  ///< all parts together, each with its own threshold; its threshold is NaN
  Index n_targets = 0;
  double exposure = unknown;
  std::vector<Index> missed;  ///< objects, as they stand in Matched::outcomes
};

/// Leave one lane out.
/// @throws ConfigError  if there are fewer than two lanes, or a criterion that cannot be (a rate below 0, a probability outside
///         (0, 1], a rate where the scanned ground is not known)
[[nodiscard]] HoldOut leave_one_lane_out(const Matched& matched, const Criterion& criterion, double confidence = 0.95);

/// Leave one group of lanes out: a site, a soil. `groups` has a name for each of Matched::lanes.
[[nodiscard]] HoldOut leave_one_group_out(const Matched& matched, const std::vector<std::string>& groups,
                                          const Criterion& criterion, double confidence = 0.95);
/// The same of lanes that are known by their scores alone: `missed` stays empty, for nobody says which object a score is of.
[[nodiscard]] HoldOut leave_one_group_out(const std::vector<LaneScores>& lanes, const std::vector<std::string>& groups,
                                          const Criterion& criterion, double confidence = 0.95);

}  // namespace surefoot::eval
