// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/fields.hpp>
#include <surefoot/base/stage_kinds.hpp>

namespace surefoot::gpr {

struct DewowOptions {
  double window_s = 3e-9;
};

template <class V>
void fields(V& v, DewowOptions& o) {
  v(o.window_s, "window_s", Unit::second, above(0.0), "Length of the running mean along time.");
}

/// The problem with these options on this input, if any: the window must span at least two samples.
[[nodiscard]] Problem validate(const DewowOptions& options, const StreamSpec& in) noexcept;

/// Subtract a running mean along time from each trace (removes the slow "wow" of the receiver).
///
///   y[i] = x[i] - mean(x[a..b]),  a = max(0, i-h),  b = min(n-1, i+h),  h = floor(window_s / sample_interval_s / 2)
///
/// Axis      along time; traces are independent. Shape (n_samples) in, the same out.
/// Edges     the window shrinks to what exists; no padding is invented.
/// Units     input unit kept; window_s in seconds.
/// Non-finite input marks the whole trace Quality::non_finite; output is then zero.
/// Cost      O(n_samples) whatever the window; about 0.3 us for 512 samples; latency 0 traces, no allocation after construction.
/// Not       a band-pass; not across traces (that is gpr.background).
/// @throws ConfigError  (from the pipeline) if window_s spans fewer than two samples.
/// @source   our own edge rule; practice as in GPRPy and RGPR.
class Dewow final : public TraceMap {
 public:
  Dewow(const DewowOptions& options, const StreamSpec& in, Arena& arena) noexcept;

 private:
  void map(ConstTraceRef in, TraceRef out) noexcept override;

  Index half_window_;
  std::span<double> running_sum_;    // running_sum_[i] = x[0] + ... + x[i-1]
  std::span<double> inverse_count_;  // inverse_count_[c] = 1 / c
};

}  // namespace surefoot::gpr
