// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/fields.hpp>
#include <surefoot/base/stage_kinds.hpp>
#include <surefoot/dsp/sliding_median.hpp>

#include <array>
#include <cstdint>

namespace surefoot::gpr {

enum class DewowMethod : std::uint8_t { mean, median };
inline constexpr std::array dewow_method_words{"mean", "median"};

struct DewowOptions {
  double window_s = 3e-9;
  DewowMethod method = DewowMethod::mean;
};

template <class V>
void fields(V& v, DewowOptions& o) {
  v(o.window_s, "window_s", Unit::second, above(0.0), "Length of the running mean or median along time.");
  v(o.method, "method", Words(dewow_method_words),
    "What is subtracted: the mean of the window, or its median, which leaves no dips beside a strong echo.");
}

/// The problem with these options on this input, if any: the window must span at least two samples and fit the trace.
[[nodiscard]] Problem validate(const DewowOptions& options, const StreamSpec& in) noexcept;

/// Subtract a running mean or median along time from each trace (removes the slow "wow" of the receiver).
///
///   y[i] = x[i] - mean(x[a..b]),  a = max(0, i-h),  b = min(n-1, i+h),  h = floor(window_s / sample_interval_s / 2)
///   method = median: median(x[a..b]) in place of the mean; an even count, as at the edges: mean of the two in the middle
///
/// Axis      along time; traces are independent. Shape (n_samples) in, the same out.
/// Edges     the window shrinks to what exists; no padding is invented.
/// Units     input unit kept; window_s in seconds.
/// Non-finite input marks the whole trace Quality::non_finite; output is then zero.
/// Cost      mean: O(n_samples) whatever the window, about 0.3 us for 512 samples; median: dsp/sliding_median.hpp, about 10 us
///           for 512 samples and a window of 31. Latency 0 traces, no allocation after construction.
/// Not       a band-pass; not across traces (that is gpr.background). The median is not linear: spectra after it mean little.
/// @throws ConfigError  (from the pipeline) if window_s spans fewer than two samples or more than the trace.
/// @source   our own edge rule; practice as in GPRPy and RGPR.
class Dewow final : public TraceMap {
 public:
  Dewow(const DewowOptions& options, const StreamSpec& in, Arena& arena) noexcept;

 private:
  void map(ConstTraceRef in, TraceRef out) noexcept override;

  Index half_window_;
  DewowMethod method_;
  std::span<double> running_sum_;    // running_sum_[i] = x[0] + ... + x[i-1]; the medians
  std::span<double> inverse_count_;  // inverse_count_[c] = 1 / c
  dsp::SlidingMedian median_;
};

}  // namespace surefoot::gpr
