// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/fields.hpp>
#include <surefoot/base/stage_kinds.hpp>

#include <array>
#include <cstdint>

namespace surefoot::gpr {

enum class DcMethod : std::uint8_t { mean, median };
inline constexpr std::array dc_method_words{"mean", "median"};

/// From which samples the offset is measured.
enum class DcGate : std::uint8_t { trace, gate };
inline constexpr std::array dc_gate_words{"trace", "gate"};

struct DcOptions {
  DcMethod method = DcMethod::mean;
  DcGate over = DcGate::trace;
  double start_s = 0.0;
  double end_s = 10e-9;
};

template <class V>
void fields(V& v, DcOptions& o) {
  v(o.method, "method", Words(dc_method_words),
    "What the offset is: the mean, or the median, which a few echoes do not move.");
  v(o.over, "over", Words(dc_gate_words),
    "From which samples the offset is measured: the whole trace, or those from start_s to end_s.");
  v(o.start_s, "start_s", Unit::second, finite(), "For gate: two-way time at which it begins.");
  v(o.end_s, "end_s", Unit::second, finite(), "For gate: two-way time at which it ends.");
}

/// The problem with these options on this input, if any.
[[nodiscard]] Problem validate(const DcOptions& options, const StreamSpec& in) noexcept;

/// Subtract from each trace its own offset.
///
///   y[i] = x[i] - m,  m = mean or median of x[a..b]: all samples, or those with start_s <= t <= end_s
///
/// The median of an even count is the mean of the two in the middle.
///
/// Axis      along time; traces are independent. Shape (n_samples) in, the same out.
/// Edges     the gate takes what lies on the axis and must hold a sample. A constant trace becomes zeros.
/// Units     input unit kept; times in seconds, as the axis has them.
/// Non-finite input marks the whole trace Quality::non_finite; output is then zero.
/// Cost      O(n_samples), latency 0 traces, no allocation after construction; about 0.3 us for 512 samples, median 2 us.
/// Not       a dewow: a slow drift stays. Not across traces.
/// @throws ConfigError  (from the pipeline) unless start_s < end_s and a sample lies between them.
/// @source   our own; practice as in RGPR ("dcshift") and ReflexW ("subtract-DC-shift")
class Dc final : public TraceMap {
 public:
  Dc(const DcOptions& options, const StreamSpec& in, Arena& arena) noexcept;

 private:
  void map(ConstTraceRef in, TraceRef out) noexcept override;

  Index first_;
  Index count_;
  std::span<Sample> work_;  // median
};

}  // namespace surefoot::gpr
