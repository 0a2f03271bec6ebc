// SPDX-License-Identifier: MIT
#include <surefoot/eval/split.hpp>

#include <surefoot/base/error.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

namespace surefoot::eval {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

OperatingPoint point_at(const LaneScores& scores, double threshold, double confidence) {
  const auto reaches = [&](double s) { return s > -infinity && s >= threshold; };
  const auto n = static_cast<Index>(scores.targets.size());
  const auto detected = static_cast<Index>(std::count_if(scores.targets.begin(), scores.targets.end(), reaches));
  const auto noise = static_cast<Index>(std::count_if(scores.false_alarms.begin(), scores.false_alarms.end(), reaches));
  return operating_point(threshold, detected, noise, n, scores.exposure, confidence);
}

}  // namespace

double threshold_for(const LaneScores& training, const Criterion& criterion) {
  const Roc curve = roc(training);
  if (criterion.kind == Criterion::Kind::pd) {
    const OperatingPoint* point = curve.at_pd(criterion.value);
    return point == nullptr ? -infinity : point->threshold;
  }
  const OperatingPoint& last = curve.at_far(criterion.value);
  const auto next = static_cast<std::size_t>(&last - curve.points.data()) + 1;
  return next < curve.points.size() ? std::nextafter(curve.points[next].threshold, infinity) : -infinity;
}

HoldOut leave_one_group_out(const std::vector<LaneScores>& lanes, const std::vector<std::string>& groups,
                            const Criterion& criterion, double confidence) {
  if (groups.size() != lanes.size())
    throw ConfigError("groups",
                      std::to_string(groups.size()) + " names for " + std::to_string(lanes.size()) + " lanes");
  const bool by_rate = criterion.kind == Criterion::Kind::far;
  if (by_rate ? !(criterion.value >= 0.0) : !(criterion.value > 0.0 && criterion.value <= 1.0))
    throw ConfigError("criterion", by_rate ? "a false alarm rate must be at least 0"
                                           : "a probability of detection must be above 0 and at most 1");
  if (by_rate && !(pooled(lanes).exposure > 0.0))
    throw ConfigError("criterion", "the scanned ground is not known, so there is no false alarm rate");
  std::vector<std::string> names;
  for (const std::string& g : groups)
    if (std::find(names.begin(), names.end(), g) == names.end()) names.push_back(g);
  if (names.size() < 2) throw ConfigError("lanes", "one lane cannot be held out from itself; at least 2 are needed");

  HoldOut out;
  out.criterion = criterion;
  Index detected = 0;
  Index noise = 0;
  out.exposure = 0.0;
  for (const std::string& name : names) {
    std::vector<LaneScores> rest;
    std::vector<LaneScores> held;
    for (std::size_t i = 0; i < lanes.size(); ++i) (groups[i] == name ? held : rest).push_back(lanes[i]);
    const LaneScores training = pooled(rest);
    const LaneScores test = pooled(held);
    const double threshold = threshold_for(training, criterion);
    out.parts.push_back({name, point_at(training, threshold, confidence), point_at(test, threshold, confidence),
                         static_cast<Index>(test.targets.size()), test.exposure});
    detected += out.parts.back().test.detected;
    noise += out.parts.back().test.false_alarms;
    out.n_targets += out.parts.back().n_targets;
    out.exposure += test.exposure;
  }
  out.achieved = operating_point(unknown, detected, noise, out.n_targets, out.exposure, confidence);
  return out;
}

HoldOut leave_one_group_out(const Matched& matched, const std::vector<std::string>& groups, const Criterion& criterion,
                            double confidence) {
  HoldOut out = leave_one_group_out(scores_of(matched), groups, criterion, confidence);
  for (std::size_t i = 0; i < matched.outcomes.size(); ++i) {
    const Outcome& o = matched.outcomes[i];
    if (!Matched::counts(o) || o.lane < 0) continue;
    const auto part = std::find_if(out.parts.begin(), out.parts.end(),
                                   [&](const HeldOut& p) { return p.name == groups[to_size(o.lane)]; });
    if (!o.found(part->test.threshold)) out.missed.push_back(static_cast<Index>(i));
  }
  return out;
}

HoldOut leave_one_lane_out(const Matched& matched, const Criterion& criterion, double confidence) {
  // Each lane by its number: two lanes may have one name.
  std::vector<std::string> groups;
  for (std::size_t i = 0; i < matched.lanes.size(); ++i) groups.push_back(std::to_string(i));
  HoldOut out = leave_one_group_out(matched, groups, criterion, confidence);
  for (std::size_t i = 0; i < out.parts.size(); ++i) out.parts[i].name = matched.lanes[i].name;
  return out;
}

}  // namespace surefoot::eval
