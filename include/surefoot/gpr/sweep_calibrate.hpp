// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/fields.hpp>
#include <surefoot/base/stage_kinds.hpp>

#include <array>
#include <cstdint>

namespace surefoot::gpr {

enum class SweepReference : std::uint8_t { none, subtract, divide, subtract_and_divide };
inline constexpr std::array sweep_reference_words{"none", "subtract", "divide", "subtract_and_divide"};

struct SweepCalibrateOptions {
  SweepReference reference = SweepReference::subtract;
  Index reference_traces = 10;
  double water_level = 1e-3;
  double delay_s = 0.0;
  double low_hz = 0.0;
  double high_hz = 0.0;
};

template <class V>
void fields(V& v, SweepCalibrateOptions& o) {
  v(o.reference, "reference", Words(sweep_reference_words),
    "What to do with the reference: subtract what antennas and standing parts answer, divide by what the instrument "
    "does "
    "to a signal, both, or none.");
  v(o.reference_traces, "reference_traces", Unit::traces, between(1.0, 1e6),
    "Traces at the start whose mean is the reference: an air shot, or a stretch without targets.");
  v(o.water_level, "water_level", Unit::none, between(0.0, 1.0),
    "For dividing: magnitudes of the reference below this share of its largest count as that, so that empty "
    "frequencies "
    "do not explode.");
  v(o.delay_s, "delay_s", Unit::second, between(-1e-3, 1e-3),
    "Delay to take out, of cables and antennas: echoes come so much earlier.");
  v(o.low_hz, "low_hz", Unit::hertz, at_least(0.0), "Lowest frequency to keep.");
  v(o.high_hz, "high_hz", Unit::hertz, at_least(0.0), "Highest frequency to keep; 0: all up to the end.");
}

/// The problem with these options on this input, if any.
[[nodiscard]] Problem validate(const SweepCalibrateOptions& options, const StreamSpec& in) noexcept;

/// Calibrate stepped-frequency sweeps against a reference sweep, take out a delay, restrict the band.
///
///   subtract             y_k = (S_k - R_k) d_k
///   divide               y_k = S_k / Q_k d_k
///   subtract_and_divide  y_k = (S_k - R_k) / Q_k d_k,   none: y_k = S_k d_k
///   R = mean of the first reference_traces usable traces,   1 / Q_k = conj R_k / max(|R_k|, water_level max|R|)^2
///   d_k = e^(+j 2 pi f_k delay_s)
///
/// A signal that comes delay_s late has the factor e^(-j 2 pi f delay_s): d takes it out and what was at t is at t - delay_s.
/// Only frequencies in [low_hz, high_hz] come out: the axis starts at the first of them, so that the window and scale of
/// gpr.sfcw stand on the band that is there. max|R| is taken over that band.
///
/// Axis      AxisKind::sweep in and out, shape (2 n_frequencies): pairs of real and imaginary part.
/// First     while the reference is being gathered it is the mean of the traces so far, this one included; those traces are
///           flagged Quality::warming_up (not with none). Traces that carry nothing do not count. Afterwards it stays.
/// Edges     where R is 0 on the whole band, dividing gives 0.
/// Units     input unit kept by subtract and none; divide gives a ratio.
/// Non-finite input marks the whole trace Quality::non_finite; output is then zero.
/// Cost      O(n_frequencies), latency 0 traces, no allocation after construction.
/// Not       a full two-port calibration (short, open, load): one reference knows no mismatch. Subtracting removes targets
///           that lie in the reference stretch.
/// @throws ConfigError  (from the pipeline) unless the axis is a sweep; if the band holds fewer than 2 of its frequencies.
/// @source   practice of vector network analysers; GPR-Uniandes subtracts an air shot likewise; the water level: Clayton and
///           Wiggins, Geophys. J. R. astr. Soc. 47, 1976
class SweepCalibrate final : public CausalStage {
 public:
  SweepCalibrate(const SweepCalibrateOptions& options, const StreamSpec& in, Arena& arena) noexcept;

 private:
  void step(ConstTraceRef in, TraceRef out, TraceTag& tag) noexcept override;
  void forget() noexcept override;
  void remember(StateArchive& archive) noexcept override;
  void take_reference(ConstTraceRef band) noexcept;

  SweepReference reference_;
  Index reference_traces_;
  double water_level_;
  std::size_t first_;         // sample of the band's first frequency
  std::span<double> delay_;   // d, pairs
  std::span<double> sum_;     // of the reference traces, pairs
  std::span<double> offset_;  // R or 0, pairs
  std::span<double> factor_;  // d, or d / Q, pairs
  Index n_gathered_ = 0;
};

}  // namespace surefoot::gpr
