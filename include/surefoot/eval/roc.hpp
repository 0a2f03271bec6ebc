// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/eval/match.hpp>

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

/// Probability of detection against false alarms, at every threshold that the alarms allow.
namespace surefoot::eval {

/// All that a curve needs of one lane: what a study keeps that pools, repeats or splits runs by rules of its own.
struct LaneScores {
  std::vector<double> targets;  ///< highest score in the halo of each object that counts; -infinity: no alarm
  std::vector<double> false_alarms;
  double exposure = unknown;  ///< m or m^2
};

/// What counts of a matched trial, lane by lane. Objects that no line passed are not in it.
[[nodiscard]] std::vector<LaneScores> scores_of(const Matched& matched);
/// Several lanes as one.
[[nodiscard]] LaneScores pooled(const std::vector<LaneScores>& lanes);

/// What an alarm threshold gives: alarms with a score of `threshold` or more are sounded.
struct OperatingPoint {
  double threshold = std::numeric_limits<double>::infinity();
  Index detected = 0;
  Index false_alarms = 0;
  double pd = unknown;
  Interval pd_interval;  ///< Clopper-Pearson
  Interval pd_wilson;
  double far = unknown;   ///< false alarms for each m or m^2
  Interval far_interval;  ///< exact Poisson
};

[[nodiscard]] OperatingPoint operating_point(double threshold, Index detected, Index false_alarms, Index n_targets,
                                             double exposure, double confidence) noexcept;

/// A curve and what is read off it. Between its points nothing is invented: Pd at a false alarm rate is the best that some
/// threshold reaches without exceeding that rate.
///
/// Intervals pointwise: each is right for a threshold that was fixed beforehand, not for one that was chosen on this curve.
struct Roc {
  std::vector<OperatingPoint> points;  ///< by falling threshold; the first alarms at nothing, the last at all there is
  Index n_targets = 0;
  double exposure = unknown;
  double confidence = 0.95;

  /// With the lowest threshold whose false alarm rate is at most `far`.
  [[nodiscard]] const OperatingPoint& at_far(double far) const noexcept;
  /// With the highest threshold whose probability of detection is at least `pd`; nullptr if none reaches it.
  [[nodiscard]] const OperatingPoint* at_pd(double pd) const noexcept;
  /// With a given threshold.
  [[nodiscard]] const OperatingPoint& at_threshold(double threshold) const noexcept;
  /// Mean of Pd over false alarm rates from 0 to `far`, so from 0 to 1: the area under the steps, divided by `far`. Beyond the
  /// last point Pd stays as it is: the run sounded no more. NaN where there are no targets or rates are not known.
  [[nodiscard]] double partial_area(double far) const noexcept;
};

/// @throws ConfigError  if the confidence is not inside (0, 1)
[[nodiscard]] Roc roc(const LaneScores& scores, double confidence = 0.95);

/// partial_area() without the curve, for the thousands of draws of a bootstrap.
[[nodiscard]] double partial_area(const LaneScores& scores, double far);

/// Pd and false alarms as the halo grows, at one threshold; `partial_area` to `far` at all of them.
struct HaloPoint {
  double halo_m = 0.0;
  OperatingPoint point;
  double partial_area = unknown;
};
/// The ten radii of 0.05 to 0.5 m: a Pd that still climbs there tells of poor places, not of poor scores.
[[nodiscard]] std::vector<double> usual_halos();
[[nodiscard]] std::vector<HaloPoint> halo_sweep(const Trial& trial, const MatchOptions& options,
                                                const std::vector<double>& halos_m, double threshold, double far);

/// How many alarms of a metal detector a second score may silence with (nearly) every mine kept that the metal detector found.
struct ClutterRejection {
  double kept_asked = 1.0;
  Index mines = 0;  ///< that the metal detector found
  Index mines_kept = 0;
  Index clutter_alarms = 0;  ///< of the metal detector, on clutter or on nothing
  Index rejected = 0;
  double threshold =
      unknown;             ///< of the second score; -infinity: a mine has no second alarm, so nothing may be silenced
  double share = unknown;  ///< rejected / clutter_alarms
  Interval interval;       ///< Clopper-Pearson
  double kept_shows = unknown;  ///< one-sided bound on the share of mines kept, at that many of that many
};

/// The metal detector's alarms, ranked by the highest alarm of `ranked` within `radius_m` of each.
///
///   threshold = the highest t at which at least ceil(kept mines) of the mines that `metal` found have a ranked alarm >= t in their halo
///   an alarm of `metal` that belongs to no mine is rejected  <=>  no ranked alarm >= t lies within radius_m of it
///
/// A run that ranks its own metal alarms is given as both. Alarms of a line are compared with those of the same line.
/// @throws ConfigError  if the trials do not have the same lines and truth, or kept is not in (0, 1]
[[nodiscard]] ClutterRejection clutter_rejection(const Trial& metal, const Trial& ranked, const MatchOptions& options,
                                                 double radius_m, double kept, double confidence = 0.95);

}  // namespace surefoot::eval
