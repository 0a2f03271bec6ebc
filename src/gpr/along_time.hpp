// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/fields.hpp>
#include <surefoot/base/spec.hpp>

#include <algorithm>
#include <cmath>

/// What the stages with a window along time, given in seconds and centred on each sample, have in common.
namespace surefoot::gpr {

/// h = floor(window_s / sample_interval_s / 2): the window has 2h+1 samples.
inline Index half_window(double window_s, const StreamSpec& in) noexcept {
  // A window longer than twice the trace is the trace: the bound keeps the conversion to a count safe.
  return static_cast<Index>(std::min(window_s / in.axis.step / 2.0 + 1e-9, static_cast<double>(in.n_samples)));
}

/// The problem with a window of less than two samples, or one that is longer than the trace.
inline Problem check_window(double window_s, const StreamSpec& in) noexcept {
  const double two_samples = 2.0 * in.axis.step;
  const double trace = std::max(2.0, static_cast<double>(in.n_samples)) * in.axis.step;
  if (!(window_s >= two_samples))
    return {"window_s", "must span at least two samples", window_s, between(two_samples, trace), Unit::second};
  if (!(window_s <= trace * (1.0 + 1e-9)))
    return {"window_s", "must not be longer than the trace", window_s, between(two_samples, trace), Unit::second};
  return {};
}

/// The samples of the axis in [start_s, end_s]; a time that misses a sample by rounding takes it.
struct Gate {
  Index first = 0;
  Index count = 0;
};
inline Gate gate_of(double start_s, double end_s, const StreamSpec& in) noexcept {
  const auto n = static_cast<double>(in.n_samples);
  const double low = std::ceil((start_s - in.axis.start) / in.axis.step - 1e-6);
  const double high = std::floor((end_s - in.axis.start) / in.axis.step + 1e-6);
  const auto first = static_cast<Index>(std::clamp(low, 0.0, n));
  const auto last = static_cast<Index>(std::clamp(high, -1.0, n - 1.0));
  return {first, std::max<Index>(0, last - first + 1)};
}

/// The problem with a gate that is turned around or holds fewer samples than are needed.
inline Problem check_gate(double start_s, double end_s, Index needed, const StreamSpec& in) noexcept {
  if (!(start_s < end_s)) {
    return {"start_s", "must be below end_s", start_s, Range{.high = end_s, .low_open = true, .high_open = true},
            Unit::second};
  }
  if (gate_of(start_s, end_s, in).count < needed) {
    const bool late = start_s > in.axis.start;
    return {late ? "start_s" : "end_s", "leaves too few samples in the gate", late ? start_s : end_s,
            between(in.axis.start, in.axis.at(in.n_samples - 1)), Unit::second};
  }
  return {};
}

}  // namespace surefoot::gpr
