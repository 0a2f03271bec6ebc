// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/fields.hpp>
#include <surefoot/base/stage_kinds.hpp>

#include <array>
#include <cstdint>

namespace surefoot::gpr {

enum class BackgroundMethod : std::uint8_t {
  running_mean,
  exponential,
  mean,
  running_median,
  median,
  reference,
  kalman
};
inline constexpr std::array background_methods{"running_mean", "exponential", "mean",  "running_median",
                                               "median",       "reference",   "kalman"};

struct BackgroundOptions {
  BackgroundMethod method = BackgroundMethod::running_mean;
  Index length_traces = 100;
  Index guard_traces = 5;
  bool two_sided = false;
  double rate = 0.02;
  double process_ratio = 4e-4;
  double freeze_z = 3.0;
  Index freeze_limit_traces = 3000;
  double hover_limit_s = 60.0;
  double segment_s = 2e-9;
  Index reference_first_trace = 0;
  Index reference_traces = 50;
};

template <class V>
void fields(V& v, BackgroundOptions& o) {
  v(o.method, "method", Words(background_methods),
    "Mean of the last traces, exponential mean that freezes on alarm, mean of the whole line, median of the last "
    "traces, "
    "median of the whole line, mean of a stretch that was measured as reference, or Kalman filter.");
  v(o.length_traces, "length_traces", Unit::traces, between(1, 1e6),
    "running_mean, running_median: traces in the window (on each side); three times the longest target, or more.");
  v(o.guard_traces, "guard_traces", Unit::traces, between(0, 1e6),
    "running_mean, running_median, exponential, kalman: traces next to the present one that are kept out; half the "
    "longest "
    "target.");
  v(o.two_sided, "two_sided",
    "running_mean, running_median: take as many later traces as earlier ones; costs length_traces + guard_traces of "
    "latency.");
  v(o.rate, "rate", Unit::none, above_to(0.0, 1.0), "exponential: share of each new trace in the background.");
  v(o.process_ratio, "process_ratio", Unit::none, above_to(0.0, 1e6),
    "kalman: variance of the step of the background from trace to trace, over the variance of the noise of one trace.");
  v(o.freeze_z, "freeze_z", Unit::none, above(0.0),
    "exponential, kalman: anomaly of a trace, in standard deviations, above which the background is not updated.");
  v(o.freeze_limit_traces, "freeze_limit_traces", Unit::traces, between(0, 1e9),
    "exponential, kalman: most traces in a row without an update (trace rate times the longest hover); 0 never "
    "freezes.");
  v(o.hover_limit_s, "hover_limit_s", Unit::second, between(0.0, 1e6),
    "exponential, kalman, where the time is known and the distance is not: for so long in a row, at most, a head that "
    "seems to stand still by its traces teaches nothing; 0: it always does.");
  v(o.segment_s, "segment_s", Unit::second, above(0.0),
    "exponential, kalman: length along time of the depth segments whose energies decide on the freeze.");
  v(o.reference_first_trace, "reference_first_trace", Unit::traces, between(0, 1e9),
    "reference: usable traces that pass before the reference begins.");
  v(o.reference_traces, "reference_traces", Unit::traces, between(1, 1e9),
    "reference: usable traces whose mean is the reference.");
}

/// The most traces that a running median may have in its window, both sides together.
inline constexpr Index longest_running_median = 10000;

/// The problem with these options on this input, if any: a depth segment must span at least two samples, a running median
/// at most longest_running_median traces, a reference must fit on the line.
[[nodiscard]] Problem validate(const BackgroundOptions& options, const StreamSpec& in) noexcept;

/// The stage that options.method asks for: see background_mean.hpp, background_median.hpp, background_recursive.hpp and
/// background_reference.hpp, with formula, edges, cost and source of each.
/// @source   named in each of those headers
[[nodiscard]] Stage* make_background(const BackgroundOptions& options, const StreamSpec& in, Arena& arena) noexcept;

}  // namespace surefoot::gpr
