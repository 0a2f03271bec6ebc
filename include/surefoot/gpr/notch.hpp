// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/gpr/section_filter.hpp>

namespace surefoot::gpr {

struct NotchOptions {
  double frequency_hz = 900e6;
  double quality = 10.0;
  FilterMethod method = FilterMethod::zero_phase;
  FilterStart start = FilterStart::steady;
};

template <class V>
void fields(V& v, NotchOptions& o) {
  v(o.frequency_hz, "frequency_hz", Unit::hertz, above(0.0), "The frequency that is removed.");
  v(o.quality, "quality", Unit::none, above_to(0.0, 1e4),
    "frequency_hz divided by the width of the notch between its -3 dB points (zero_phase: -6 dB).");
  v(o.method, "method", Words(filter_method_words),
    "zero_phase runs forwards and backwards and moves nothing in time; causal runs once.");
  v(o.start, "start", Words(filter_start_words),
    "Memory at the first sample of a trace, for causal: steady, as if that sample had lasted for ever; rest, zeros; "
    "previous_trace, what the previous trace left.");
}

/// The problem with these options on this input, if any.
[[nodiscard]] Problem validate(const NotchOptions& options, const StreamSpec& in) noexcept;

/// Remove one frequency along time: a transmitter beside the lane, a clock of the instrument.
///
///   H(z) = g (1 - 2 c/z + 1/z^2) / (1 - 2 g c/z + (2 g - 1)/z^2),  c = cos(2 pi f T),  g = 1 / (1 + tan(pi f T / quality)),
///   f = frequency_hz, T = sample_interval_s
///
/// zero_phase gives |H|^2 and no phase: scipy.signal.filtfilt with its defaults. causal gives H: scipy.signal.lfilter; both of
/// scipy.signal.iirnotch.
///
/// Axis      along time; traces are independent, except with start = previous_trace. Shape (n_samples) in, the same out.
/// Edges     those of SectionFilter; zero_phase extends both ends by 9 samples, and a trace that is not longer is refused.
/// Units     input unit kept; frequency in hertz.
/// Non-finite input marks the whole trace Quality::non_finite; output is then zero.
/// Cost      O(n_samples), latency 0 traces, no allocation after construction; about 3 us for 512 samples, zero_phase.
/// Not       without a price: an echo rings at the notch for about quality / (pi f) seconds, on both sides with zero_phase.
///           A window of a few periods cannot resolve a narrow notch: with quality above about f times the trace's length the
///           filter does not settle within a trace, unless start = previous_trace.
/// @throws ConfigError  (from the pipeline) unless frequency_hz and frequency_hz / quality are below half the sampling rate;
///                      if a trace is too short for zero_phase; if double precision is not enough.
/// @source   dsp/iir_design.hpp
class Notch final : public SectionFilter {
 public:
  Notch(const NotchOptions& options, const StreamSpec& in, Arena& arena) noexcept;
};

}  // namespace surefoot::gpr
