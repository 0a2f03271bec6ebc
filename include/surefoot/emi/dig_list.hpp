// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/fields.hpp>
#include <surefoot/base/types.hpp>

#include <array>
#include <cstdint>
#include <span>

namespace surefoot::emi {

/// One candidate of a survey: what the machine thinks, and what a dig showed, if there was one.
struct Candidate {
  double score = 0.0;        ///< larger is more like a target of interest
  double probability = 0.0;  ///< calibrated chance of being one, 0 to 1; for the rule `expected`
  bool can_analyse = true;   ///< false: bad data, cannot tell
  bool dug = false;
  bool is_target = false;  ///< what the dig showed; only with dug
};

/// Where to stop digging.
enum class StopRule : std::uint8_t {
  margin,        ///< a fixed score: everything at or above it is dug
  expected,      ///< when the expected number of targets left is small
  verification,  ///< after enough digs below the line that showed none
};
inline constexpr std::array stop_rule_words{"margin", "expected", "verification"};

struct DigOptions {
  StopRule rule = StopRule::margin;
  double threshold = 0.5;       ///< margin: score of the line
  double expected_left = 0.05;  ///< expected: targets that may be left
  double target_rate = 0.01;    ///< verification: share of targets below the line that may be left
  double confidence = 0.95;     ///< of that
};

template <class V>
void fields(V& v, DigOptions& o) {
  v(o.rule, "rule", stop_rule_words, "What decides where digging stops.");
  v(o.threshold, "threshold", Unit::none, finite(), "Score at and above which everything is dug.");
  v(o.expected_left, "expected_left", Unit::none, at_least(0.0), "Targets that may be expected among what is left.");
  v(o.target_rate, "target_rate", Unit::none, above_to(0.0, 0.5), "Share of targets that may be left below the line.");
  v(o.confidence, "confidence", Unit::none, between(0.5, 0.999999), "Confidence of the bound on that share.");
}

[[nodiscard]] inline Problem validate(const DigOptions& options) noexcept { return check_ranges(options); }

/// The order in which to dig: what cannot be analysed first, then by falling score; candidates that are equal keep their order.
/// NaN as a score is taken as cannot analyse.
///
/// Shape     order at least as long as candidates: order[k] is the index of the k-th to dig.
/// Cost      n log n; allocates nothing.
void rank(std::span<const Candidate> candidates, std::span<Index> order) noexcept;

/// Where the list stops.
struct StopPoint {
  Index n_dig = 0;              ///< the first so many of the order are dug
  double expected_left = 0.0;   ///< sum of the probabilities of the rest; NaN where one is not in 0..1
  Index verification_digs = 0;  ///< below the line that showed no target, one after the other: what the bound rests on
  double target_bound =
      1.0;  ///< upper confidence bound on the share of targets below the line: Clopper and Pearson's, 3/n at 95 %
  bool reached = false;  ///< false: everything must be dug, or digs are missing for the rule
};

/// Apply the rule to a ranked list.
///
///   margin        dig all that cannot be analysed and all with score >= threshold
///   expected      the shortest list for which sum of probabilities of the rest < expected_left
///   verification  below the last target that was dug, n digs without one bound the share of targets left by
///                 1 - (1 - confidence)^(1/n), about 3/n at 95 %; the list stops where that is at most target_rate
///
/// Edges     what cannot be analysed is never left. No candidates: reached, nothing to dig. A probability outside 0..1 or NaN:
///           `expected` is not reached. Verification counts digs in the order of the list only as far as they follow each other
///           without a gap; a target that was found further down, also beyond a gap, takes the line back.
/// Not       a proof of clearance: `expected` is as good as the calibration of the probabilities, `verification` assumes that
///           what lies deeper in the list is no more likely a target than what was dug.
/// @source   emi.md F20; Clopper and Pearson (1934), Biometrika 26
[[nodiscard]] StopPoint stop_point(const DigOptions& options, std::span<const Candidate> candidates,
                                   std::span<const Index> order) noexcept;

/// Digs without a target that bound their share by `rate`: the least n with 1 - (1 - confidence)^(1/n) <= rate.
[[nodiscard]] Index digs_needed(double rate, double confidence) noexcept;

/// The interval of a share of which k of n were seen, both sides exact.
struct Interval {
  double low = 0.0;
  double high = 1.0;
};
/// Clopper and Pearson's. Edges: n <= 0, or k outside 0..n: 0 to 1.
[[nodiscard]] Interval clopper_pearson(Index k, Index n, double confidence) noexcept;

/// One point of the score curve: after so many digs.
struct CurvePoint {
  Index n_dug = 0;
  Index targets_found = 0;
  Index clutter_dug = 0;
};
/// What a list is worth, when all truth is known.
struct DigScore {
  Index n_targets = 0;
  Index n_clutter = 0;
  Index digs_for_all = 0;         ///< down to the last target
  Index clutter_left = 0;         ///< below it
  double clutter_rejected = 0.0;  ///< clutter_left / n_clutter; NaN without clutter
  Interval rejected_interval;     ///< Clopper and Pearson's at the confidence asked for
  bool all_truth = true;          ///< false: some candidates were not dug; they count as neither
};
/// Targets found against clutter dug along the list, point k after k digs (k = 0 .. n), and clutter rejected at 100 % of the
/// targets.
///
/// Shape     curve empty, or n + 1 points.
/// Edges     no targets: nothing need be dug, all clutter is rejected.
DigScore score_list(std::span<const Candidate> candidates, std::span<const Index> order, double confidence,
                    std::span<CurvePoint> curve) noexcept;

}  // namespace surefoot::emi
