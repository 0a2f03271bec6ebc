// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/fields.hpp>
#include <surefoot/base/spec.hpp>

#include <algorithm>

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

}  // namespace surefoot::gpr
