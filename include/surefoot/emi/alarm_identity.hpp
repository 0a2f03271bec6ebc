// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/alarm.hpp>
#include <surefoot/emi/spectrum_identity.hpp>

namespace surefoot::emi {

/// A scored line whose traces are free of drift, as emi.baseline and emi.target_score leave them: columns one after the other.
struct ScoredTraces {
  std::span<const Sample> samples;  ///< tags.size() columns
  std::span<const TraceTag> tags;
};

/// Most pairs of quiet traces that teach the ground of an alarm.
inline constexpr Index ground_pairs = 400;
/// Most quiet traces on each side of an alarm that say what would be there without it.
inline constexpr Index beside_traces = 10;

/// Identity of one alarm of a line, and the probability of each entry, with a new `identity`.
///
///   signal  x_i - r_i of each trace of the footprint, r between the means of the beside_traces nearest quiet traces before and
///           after it
///   noise   (3/4)^(1/2) (x_j - x_{j+k}),  k the length of the footprint, over the nearest ground_pairs pairs of quiet traces
///
/// So drift and slow changes of the ground count only as far as they happen within a footprint. A trace is quiet if its score
/// is below `quiet_score`, no flag says that it is not to be trusted, and it lies farther from each alarm than that alarm's
/// footprint is long.
///
/// Shape     scratch of three traces.
/// Edges     too few quiet traces, or samples that do not fit the tags: cannot_tell. Quiet traces on one side only: their mean.
/// Not       live: it looks at the whole line. A live host learns and asks as it goes (SpectrumIdentity).
/// @source   differences at a lag as covariance: the structure function of geostatistics; the rest our own
[[nodiscard]] IdentityResult identify_alarm(SpectrumIdentity& identity, const ScoredTraces& line,
                                            std::span<const Alarm> alarms, const Alarm& alarm, double quiet_score,
                                            std::span<Sample> scratch, std::span<double> probabilities) noexcept;

}  // namespace surefoot::emi
