// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/arena.hpp>
#include <surefoot/base/fields.hpp>
#include <surefoot/base/stage_kinds.hpp>

#include <array>

namespace surefoot::detect {

/// What detect.logistic makes of the score.
enum class LogisticScore : std::uint8_t { keep, log_odds };
inline constexpr std::array logistic_scores{"keep", "log_odds"};

struct LogisticOptions {
  LongList weights{};
  double bias = 0.0;
  double slope = 1.0;
  double offset = 0.0;
  double least_score = 0.0;
  LogisticScore score = LogisticScore::keep;
};

template <class V>
void fields(V& v, LogisticOptions& o) {
  v(o.weights, "weights", Unit::none, finite(),
    "Weight of each sample of the trace, one a feature in their order; empty: there is no model, and nothing is told.");
  v(o.bias, "bias", Unit::none, finite(), "Margin where all features are zero.");
  v(o.slope, "slope", Unit::none, finite(), "Platt's calibration: log odds are offset plus slope times the margin.");
  v(o.offset, "offset", Unit::none, finite(), "Its offset.");
  v(o.least_score, "least_score", Unit::none, finite(), "Of traces with a lower score nothing is told.");
  v(o.score, "score", logistic_scores, "Keep the score, or put the log odds in its place.");
}

/// Features as they come from detect.hog and the like are one number a sample: there must be as many weights as samples.
[[nodiscard]] Problem validate(const LogisticOptions& options, const StreamSpec& in) noexcept;

/// The probability of a target from the features of a trace: a logistic model that the text of the pipeline carries.
///
///   margin f = bias + sum_j weights[j] x[j];   log odds = offset + slope f;   probability = 1 / (1 + e^-(log odds))
///
/// Axis      any; shape (n_samples) in, the same out.
/// Tag       evidence.probability, which a detector gives on to the alarm at its highest trace; with score = "log_odds" also the score.
/// Units     weights per unit of their feature. Training with scaled features folds the scale into them (surefoot.training).
/// Edges     without weights, and below least_score, the probability stays as it was (unknown) and the score too. Log odds are
///           held within +-700.
/// Non-finite input: flagged, zero, nothing is told.
/// Cost      n_samples multiplications, about 0.2 us for 324 features; latency 0 traces; no allocation after construction; the
///           same bits everywhere.
/// Not       better than its examples: a model of one soil or antenna says little about another. A low probability silences no
///           alarm.
/// @throws ConfigError  (from the pipeline) if the number of weights is not that of the samples.
/// @source   Platt (1999); Hastie, Tibshirani and Friedman, Elements of Statistical Learning (2009), 4.4
class Logistic final : public CausalStage {
 public:
  Logistic(const LogisticOptions& options, const StreamSpec& in, Arena& arena) noexcept;

 private:
  void step(ConstTraceRef in, TraceRef out, TraceTag& tag) noexcept override;
  void forget() noexcept override {}
  void remember(StateArchive&) noexcept override {}

  std::span<double> weights_;
  double bias_;
  double slope_;
  double offset_;
  double least_score_;
  bool to_score_;
};

}  // namespace surefoot::detect
