// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/fields.hpp>
#include <surefoot/base/stage_kinds.hpp>
#include <surefoot/dsp/biquad.hpp>

#include <array>
#include <cstdint>

namespace surefoot::gpr {

enum class BandpassMethod : std::uint8_t { zero_phase, causal };
inline constexpr std::array bandpass_method_words{"zero_phase", "causal"};

/// With which memory a causal filter starts a trace.
enum class FilterStart : std::uint8_t { steady, rest, previous_trace };
inline constexpr std::array filter_start_words{"steady", "rest", "previous_trace"};

struct BandpassOptions {
  BandpassMethod method = BandpassMethod::zero_phase;
  double low_hz = 300e6;
  double high_hz = 2.5e9;
  Index order = 4;
  FilterStart start = FilterStart::steady;
};

template <class V>
void fields(V& v, BandpassOptions& o) {
  v(o.method, "method", Words(bandpass_method_words),
    "zero_phase runs forwards and backwards and moves nothing in time; causal runs once, delays, and keeps what comes "
    "before an echo free of ringing.");
  v(o.low_hz, "low_hz", Unit::hertz, above(0.0), "Lower corner: -3 dB for causal, -6 dB for zero_phase.");
  v(o.high_hz, "high_hz", Unit::hertz, above(0.0), "Upper corner, below half the sampling rate.");
  v(o.order, "order", Unit::none, between(1.0, 8.0),
    "Order of the Butterworth prototype: so many poles at each corner.");
  v(o.start, "start", Words(filter_start_words),
    "Memory at the first sample of a trace, for causal: steady, as if that sample had lasted for ever; rest, zeros; "
    "previous_trace, what the previous trace left.");
}

/// The problem with these options on this input, if any.
[[nodiscard]] Problem validate(const BandpassOptions& options, const StreamSpec& in) noexcept;

/// Butterworth band-pass along time.
///
///   |H(f)|^2 = 1 / (1 + ((w^2 - w_low w_high) / (w (w_high - w_low)))^(2 order)),  w = tan(pi f sample_interval_s)
///
/// zero_phase gives |H|^2 and no phase: scipy.signal.sosfiltfilt with its defaults. causal gives H: scipy.signal.sosfilt.
///
/// Axis      along time; traces are independent, except with start = previous_trace. Shape (n_samples) in, the same out.
/// Edges     zero_phase: both ends are extended by 3 (2 order + 1) samples, point-mirrored at the end sample, and the filter
///           starts settled; a trace that is not longer than the extension is refused.
///           causal: see start. steady has no transient for a constant offset; rest shows a step at the first sample;
///           previous_trace fits instruments whose sampler runs on from trace to trace. There the first trace starts as
///           steady, and a trace that carries nothing (dropped, non_finite) leaves the memory as it was.
/// Units     input unit kept; corners in hertz.
/// Non-finite input marks the whole trace Quality::non_finite; output is then zero.
/// Cost      O(n_samples order), latency 0 traces, no allocation after construction; about 3 us for 512 samples, order 4,
///           zero_phase. Outputs too small for a normal float32 become zero.
/// Not       for corners below about 1e-6 of the sampling rate: refused where rounding in double would show.
///           zero_phase rings before an echo as much as after it.
/// @throws ConfigError  (from the pipeline) unless low_hz < high_hz < half the sampling rate; if a trace is too short for
///                      zero_phase; if double precision is not enough.
/// @source   dsp/iir_design.hpp; Gustafsson's and other edge rules were not taken: SciPy's default is what people compare with
class Bandpass final : public CausalStage {
 public:
  Bandpass(const BandpassOptions& options, const StreamSpec& in, Arena& arena) noexcept;

 private:
  void step(ConstTraceRef in, TraceRef out, TraceTag& tag) noexcept override;
  void forget() noexcept override;
  void remember(StateArchive& archive) noexcept override;

  BandpassMethod method_;
  FilterStart start_;
  bool started_ = false;  // previous_trace: a trace has gone through
  Index padding_;
  dsp::BiquadCascade cascade_;
  std::span<double> work_;  // padding, the trace, padding
};

}  // namespace surefoot::gpr
