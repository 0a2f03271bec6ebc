// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/fields.hpp>
#include <surefoot/eval/roc.hpp>

#include <vector>

/// Two runs over the same ground and targets, and how far a number of one run moves when other lanes had been walked.
namespace surefoot::eval {

struct BootstrapOptions {
  Index draws = 1000;
  Index seed = 1;
  double confidence = 0.95;
  bool targets = true;
};
template <class V>
void fields(V& v, BootstrapOptions& o) {
  v(o.draws, "draws", Unit::none, between(10, 1e6), "Times that lanes are drawn anew.");
  v(o.seed, "seed", Unit::none, between(0, 1e9), "The same seed draws the same lanes everywhere.");
  v(o.confidence, "confidence", Unit::none, between(0.5, 0.9999), "Share of the draws inside an interval.");
  v(o.targets, "targets",
    "Of one run: in each drawn lane its targets are drawn anew too, as if others had lain there.");
}
[[nodiscard]] Problem validate(const BootstrapOptions& options) noexcept;

/// A number with the interval of its draws.
struct Drawn {
  double value = unknown;  ///< of the lanes as they are
  Interval interval;       ///< percentiles of the draws
  double p = unknown;      ///< two-sided: 2 min(draws <= 0, draws >= 0), each with one added; of a difference only
  Index draws = 0;         ///< that could be used: with targets and ground in them
};

/// Partial area to `far` of one run: lanes are drawn with replacement, then in each lane its targets, unless options.targets
/// is false: then the interval is that of other lanes with these targets, and shorter.
///
/// Not       narrower by many passes over few objects: those are one target each. With fewer than about 8 lanes the interval
///           is too short.
/// @throws ConfigError  an option out of range
/// @source   Efron, Annals of Statistics 7, 1979; two levels as in Davison and Hinkley (1997), 3.8
[[nodiscard]] Drawn bootstrap_partial_area(const Matched& matched, double far, const BootstrapOptions& options = {});
/// The same of lanes that are known by their scores alone.
[[nodiscard]] Drawn bootstrap_partial_area(const std::vector<LaneScores>& lanes, double far,
                                           const BootstrapOptions& options = {});

/// Which of two runs is better on the same targets.
struct Comparison {
  double far = 0.0;  ///< false alarm rate at which targets are compared
  OperatingPoint first;
  OperatingPoint second;
  Index n_targets = 0;            ///< that count in both runs
  std::vector<Index> only_first;  ///< found by the first alone: places in the truth's objects
  std::vector<Index> only_second;
  double mcnemar_p = 1.0;  ///< exact, two-sided
  Drawn area_difference;   ///< partial area of the second less that of the first, by lane
  double area_far = 0.0;
  BootstrapOptions bootstrap;  ///< as it was drawn
};

/// Compare at equal false alarm rate: each run has the lowest threshold that does not exceed `far`. The difference of the partial
/// areas to `area_far` is drawn by lanes, the same lanes for both.
///
/// Targets   those that count in both runs: one that the second never scanned is left out, and n_targets says so.
/// @throws ConfigError  if the runs are not over the same objects and lanes, no rate is known, or an option is out of range
/// @source   McNemar, Psychometrika 12, 1947 (exact form)
[[nodiscard]] Comparison compare(const Matched& first, const Matched& second, double far, double area_far,
                                 const BootstrapOptions& options = {});

}  // namespace surefoot::eval
