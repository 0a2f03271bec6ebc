// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/types.hpp>

namespace surefoot::eval {

// How sure a counted share or rate is. Without such an interval a probability of detection says nothing.
//
// Edges     nothing tried: [0, 1]; no ground: [0, infinity). NaN for counts that cannot be or a confidence outside (0, 1).
// Accuracy  1e-12 relative; the same bits everywhere where dsp/distributions.hpp promises them.
// Cost      microseconds.

struct Interval {
  double low = 0.0;
  double high = 0.0;
};

/// Two-sided interval of a probability, from `hits` of `n`: never covers less often than it says, often more.
///
///   low = x with I_x(k, n-k+1) = a/2,  high = x with I_x(k+1, n-k) = 1 - a/2,  a = 1 - confidence
///
/// Not       for encounters of one target that depend on each other: count targets.
/// @source   Clopper and Pearson, Biometrika 26, 1934
[[nodiscard]] Interval clopper_pearson(Index hits, Index n, double confidence = 0.95) noexcept;

/// The same by the score test: shorter, covers about as often as it says, at times less.
/// @source   Wilson, J. American Statistical Association 22, 1927
[[nodiscard]] Interval wilson(Index hits, Index n, double confidence = 0.95) noexcept;

/// Two-sided interval of a rate, from `events` in `exposure` (m^2, m): exact for independent events.
///
///   low = chi2(a/2, 2k) / 2A,  high = chi2(1 - a/2, 2k+2) / 2A
///
/// @source   Garwood, Biometrika 28, 1936
[[nodiscard]] Interval poisson_rate(Index events, double exposure, double confidence = 0.95) noexcept;

/// How many targets must be found, and none missed, to show with one-sided confidence that the probability of detection is at
/// least `probability`: the smallest n with probability^n <= 1 - confidence. 0 where no number will do.
[[nodiscard]] Index zero_miss_sample_size(double probability, double confidence = 0.95) noexcept;
/// What n found of n shows, one-sided: (1 - confidence)^(1/n). Beside each "100 %".
[[nodiscard]] double zero_miss_shows(Index n, double confidence = 0.95) noexcept;

/// Two-sided exact test that either of two outcomes is as likely: P of a split of b + c at least as uneven as b : c.
/// 1 where there is nothing to compare.
/// @source   McNemar, Psychometrika 12, 1947, with the exact binomial distribution
[[nodiscard]] double mcnemar(Index b, Index c) noexcept;

}  // namespace surefoot::eval
