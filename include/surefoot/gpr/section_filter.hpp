// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/fields.hpp>
#include <surefoot/base/stage_kinds.hpp>
#include <surefoot/dsp/biquad.hpp>

#include <array>
#include <cstdint>

namespace surefoot::gpr {

enum class FilterMethod : std::uint8_t { zero_phase, causal };
inline constexpr std::array filter_method_words{"zero_phase", "causal"};

/// With which memory a causal filter starts a trace.
enum class FilterStart : std::uint8_t { steady, rest, previous_trace };
inline constexpr std::array filter_start_words{"steady", "rest", "previous_trace"};

/// The largest share of the output that rounding to double may change: 120 dB down, below any converter.
inline constexpr double largest_rounding_error = 1e-6;

/// Samples by which zero_phase extends each end of a trace; 0 for causal. The trace must be longer.
[[nodiscard]] Index padding_of(FilterMethod method, const dsp::Sections& sections) noexcept;

/// What recursive filters along time have in common: gpr.bandpass and gpr.notch say which sections.
///
/// zero_phase runs forwards and backwards: scipy.signal.sosfiltfilt with its defaults. causal runs once: scipy.signal.sosfilt.
///
/// Edges     zero_phase: both ends are extended by padding_of() samples, point-mirrored at the end sample, and the filter
///           starts settled. causal: see FilterStart. steady has no transient for a constant offset; rest shows a step at the
///           first sample; previous_trace fits instruments whose sampler runs on from trace to trace. There the first trace
///           starts as steady, and a trace that carries nothing (dropped, non_finite) leaves the memory as it was.
/// Cost      O(n_samples sections), latency 0 traces, no allocation after construction. Outputs too small for a normal
///           float32 become zero.
/// @source   Gustafsson's and other edge rules were not taken: SciPy's default is what people compare with
class SectionFilter : public CausalStage {
 protected:
  SectionFilter(const dsp::Sections& sections, FilterMethod method, FilterStart start, const StreamSpec& in,
                Arena& arena) noexcept;

 private:
  void step(ConstTraceRef in, TraceRef out, TraceTag& tag) noexcept final;
  void forget() noexcept final;
  void remember(StateArchive& archive) noexcept final;

  FilterMethod method_;
  FilterStart start_;
  bool started_ = false;  // previous_trace: a trace has gone through
  Index padding_;
  dsp::BiquadCascade cascade_;
  std::span<double> work_;  // padding, the trace, padding
};

}  // namespace surefoot::gpr
