// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/eval/compare.hpp>
#include <surefoot/eval/match.hpp>
#include <surefoot/eval/roc.hpp>
#include <surefoot/eval/split.hpp>
#include <surefoot/eval/strata.hpp>

#include <string>
#include <vector>

/// All that is said of a run, in one piece: as JSON for machines and as a table for people. No number stands without n and interval.
namespace surefoot::eval {

/// Stands in every report: software is one of the three factors that reliability depends on (CWA 14747, ITEP).
inline constexpr const char* first_factor =
    "These are the scores of software, the first of three factors only: intrinsic capability, application factors "
    "(terrain, soil, "
    "procedure) and the human factor together decide what a deminer finds.";

/// A trial with what was made of it. Copies share nothing.
struct Evaluation {
  Trial trial;
  Matched matched;
  std::vector<LaneScores> lanes;
  Roc curve;
};
/// @throws ConfigError  as match() and roc()
[[nodiscard]] Evaluation evaluate(Trial trial, const MatchOptions& options = {}, double confidence = 0.95);

/// The longest latency of the lines.
struct Latency {
  bool known = false;
  bool whole_line = false;
  Index traces = 0;
  double metres = unknown;  ///< traces times their spacing; NaN where that is not known
};
[[nodiscard]] Latency latency_of(const Trial& trial) noexcept;

/// How far the counting alarms lie from the centres of what they found.
struct PlaceErrors {
  Index n = 0;
  double mean_m = unknown;  ///< signed along the line; on the ground the mean distance
  double rms_m = unknown;
  double largest_m = unknown;
  Index n_depth = 0;
  double depth_mean_m = unknown;
  double depth_rms_m = unknown;
};
[[nodiscard]] PlaceErrors place_errors(const Matched& matched, double threshold) noexcept;

/// False alarm rates that tables give, by the unit: 0.1, 0.25, 0.5 and 1 a metre; 0.01, 0.1 and 0.5 a square metre.
[[nodiscard]] std::vector<double> usual_rates(ExposureUnit unit);
/// End of the partial area: 1 a metre, 0.1 a square metre.
[[nodiscard]] double usual_area_rate(ExposureUnit unit) noexcept;

/// "12 of 12 shows 0.779 or more (one-sided, 95 %); 0.90 needs 29, 0.95 59, 0.99 299, 0.996 748". Beside each 100 %.
[[nodiscard]] std::string zero_miss_remark(Index n, double confidence = 0.95);

struct ReportOptions {
  double threshold =
      -std::numeric_limits<double>::infinity();  ///< of strata, halo sweep and lists; -infinity: all alarms
  std::vector<double> rates;                     ///< false alarm rates; empty: usual_rates()
  std::vector<double> probabilities{0.90, 0.95, 0.98, 1.00};
  double area_rate = 0.0;  ///< end of the partial area; 0: usual_area_rate()
  BootstrapOptions bootstrap;
};

/// One JSON object (RFC 8259). What is not known, and a threshold that is infinite, is null.
[[nodiscard]] std::string to_json(const Evaluation& evaluation, const ReportOptions& options = {});
/// Lines of at most about 120 columns.
[[nodiscard]] std::string to_text(const Evaluation& evaluation, const ReportOptions& options = {});

// The second of two runs against the first; `evaluation` is either of them, for the names of the objects.
[[nodiscard]] std::string to_json(const Comparison& comparison, const Evaluation& evaluation);
[[nodiscard]] std::string to_text(const Comparison& comparison, const Evaluation& evaluation);

[[nodiscard]] std::string to_json(const ClutterRejection& rejection);
[[nodiscard]] std::string to_text(const ClutterRejection& rejection);

}  // namespace surefoot::eval
