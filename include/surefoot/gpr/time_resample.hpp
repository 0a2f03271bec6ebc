// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/fields.hpp>
#include <surefoot/base/stage_kinds.hpp>

namespace surefoot::gpr {

struct TimeResampleOptions {
  double sample_interval_s = 0.1e-9;
};

template <class V>
void fields(V& v, TimeResampleOptions& o) {
  v(o.sample_interval_s, "sample_interval_s", Unit::second, above(0.0),
    "Time from sample to sample of the output, from 1/64 of the input's to 64 times it.");
}

/// The problem with these options on this input, if any.
[[nodiscard]] Problem validate(const TimeResampleOptions& options, const StreamSpec& in) noexcept;

/// Resample each trace to another interval along time: band-limited, with an anti-alias filter if it gets coarser.
///
///   y[i] = sum_j g_i(j) x[j],   g_i(j) = w(u) sinc(c u) / sum_j w(u) sinc(c u),   u = i d - j,  d = new / old interval
///   w(u) = kaiser(c u / 16, beta = 8) for |c u| < 16,   c = 1 for d <= 1,  c = 0.84 / d for d > 1
///
/// Axis      along time; traces are independent. The axis keeps its start; n = floor((n_samples - 1) / d) + 1 samples, those
///           that lie within the input.
/// Edges     beyond its ends the trace is taken to stay at its first and last sample: a constant stays constant, and an
///           offset rings nowhere. Within 16 / c samples of an end the band limit is therefore not exact.
/// Accuracy  frequency response within 2e-4 of 1 up to 0.8 (finer) or 0.67 (coarser) of the lower of the two Nyquist
///           frequencies; what lies above the new Nyquist frequency is 80 dB down. Sums of float32 products: 3e-7 of the
///           largest sample. Where the two intervals have samples in common (finer), those are kept within that.
/// Units     input unit kept; seconds.
/// Non-finite input marks the whole trace Quality::non_finite; output is then zero.
/// Cost      32 max(1, d / 0.84) multiplications a sample; latency 0 traces. Coefficients: one row for each of the
///           positions between samples that occur (L for d = M / L), 32 max(1, d / 0.84) float32 each.
/// Not       a way to get information that was not recorded. Pulses with content near the Nyquist frequency ring.
/// @throws ConfigError  (from the pipeline) unless the axis is one of time and the interval within 1/64 to 64 times its own.
/// @source   Crochiere and Rabiner, Multirate Digital Signal Processing (1983), ch. 4; Kaiser (1974) for the window
class TimeResample final : public TraceMap {
 public:
  TimeResample(const TimeResampleOptions& options, const StreamSpec& in, Arena& arena) noexcept;

 private:
  void map(ConstTraceRef in, TraceRef out) noexcept override;
  void by_rows(TraceRef out) noexcept;
  void by_samples(TraceRef out) noexcept;

  Index n_in_;
  double ratio_;     // new / old interval
  Index half_;       // taps on each side of a position
  Index n_rows_;     // rows of coefficients: output i uses row i mod n_rows_
  Index row_shift_;  // input samples from one round of rows to the next
  // Where many outputs share a row, the trace is dealt out to row_shift_ streams; else these are 0 and empty.
  Index taps_a_stream_;
  Index stream_length_;
  std::span<Index> first_;    // for each row of the first round: padded sample of its first tap
  std::span<float> table_;    // the coefficients of each row
  std::span<Sample> padded_;  // the trace with its end samples repeated half_ times
  std::span<Sample> streams_;
  std::span<float> sums_;  // of the outputs of a row
};

}  // namespace surefoot::gpr
