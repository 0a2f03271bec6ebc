// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/fields.hpp>
#include <surefoot/base/stage_kinds.hpp>
#include <surefoot/emi/reference_check.hpp>

#include <array>
#include <cstdint>

namespace surefoot::emi {

enum class CalibrationSource : std::uint8_t { given, ferrite };
inline constexpr std::array calibration_source_words{"given", "ferrite"};

struct CalibrationOptions {
  CalibrationSource source = CalibrationSource::given;
  NumberList factor_in_phase{};
  NumberList factor_quadrature{};
  bool per_frequency = false;
  double receiver_time_constant_s = 0.0;
  Index air_traces = 10;
  Index ferrite_traces = 10;
  double ferrite_moment_m3 = 1e-6;
  double least_snr = 100.0;
  Index q_coil_traces = 0;
  double q_coil_corner_hz = 10e3;
  double corner_tolerance = 0.01;
  double phase_tolerance_deg = 0.2;
  double amplitude_tolerance = 0.03;
};

template <class V>
void fields(V& v, CalibrationOptions& o) {
  v(o.source, "source", Words(calibration_source_words),
    "given: the factors below; ferrite: from the first traces, air and then a ferrite before the head.");
  v(o.factor_in_phase, "factor_in_phase", Unit::none, finite(),
    "given: real part of the factor of each tone, for all channels; empty: 1.");
  v(o.factor_quadrature, "factor_quadrature", Unit::none, finite(),
    "given: imaginary part of the factor of each tone, for all channels; empty: 0.");
  v(o.per_frequency, "per_frequency",
    "given: also divide by i w, which turns induced voltages into polarizability but for a real scale.");
  v(o.receiver_time_constant_s, "receiver_time_constant_s", Unit::second, between(0.0, 1.0),
    "given: time constant of the receiver's first-order pole, which is taken out; 0: none. A ferrite takes it out by "
    "itself.");
  v(o.air_traces, "air_traces", Unit::traces, between(0, 1e6),
    "ferrite: traces at the start without any metal, whose mean is subtracted from the references.");
  v(o.ferrite_traces, "ferrite_traces", Unit::traces, between(2, 1e6), "ferrite: traces after those with the ferrite.");
  v(o.ferrite_moment_m3, "ferrite_moment_m3", Unit::cubic_metre, above(0.0),
    "ferrite: what it shall give at every tone: its polarizability, or 1.");
  v(o.least_snr, "least_snr", Unit::none, between(1.0, 1e9),
    "ferrite: a tone whose reference is not so many times its own standard error makes the calibration unfit.");
  v(o.q_coil_traces, "q_coil_traces", Unit::traces, between(0, 1e6),
    "ferrite: traces after those with a shorted coil, by which the calibration is judged; 0: it is not.");
  v(o.q_coil_corner_hz, "q_coil_corner_hz", Unit::hertz, above(0.0), "R / (2 pi L) of the shorted coil.");
  v(o.corner_tolerance, "corner_tolerance", Unit::none, above_to(0.0, 1.0),
    "Share by which the corner that is measured may differ from the known one.");
  v(o.phase_tolerance_deg, "phase_tolerance_deg", Unit::degree, above_to(0.0, 90.0),
    "Phase by which the coil's response may differ from its pole at any tone.");
  v(o.amplitude_tolerance, "amplitude_tolerance", Unit::none, above_to(0.0, 1.0),
    "Share by which the coil's amplitude may differ from its pole's at any tone.");
}

/// The problem with these options on this input, if any.
[[nodiscard]] Problem validate(const CalibrationOptions& options, const StreamSpec& in) noexcept;

/// A complex factor for each tone and channel: responses become those of polarizability, with a ferrite at phase 0.
///
///   y = F x
///   given    F_k = (factor_in_phase_k + i factor_quadrature_k) (1 + i w_k receiver_time_constant_s) [/ (i w_k) if per_frequency]
///   ferrite  F_ck = ferrite_moment_m3 / (mean of the ferrite's traces - mean of the air's)
///
/// A ferrite's moment is real, positive and the same at every tone: dividing by its response takes out w, gains, delays and poles of
/// the whole chain at once. A shorted coil, -i w L/R / (1 + i w L/R), then tests what came out: all channels must give its corner,
/// and its phase and amplitude at every tone (reference_check.hpp).
/// Axis      AxisKind::sweep in and out; each channel has its own factors from a ferrite.
/// First     the references in this order: air, ferrite, Q-coil. Their traces come out with the factors known so far (1 before the
///           ferrite is done), flagged warming_up and uncalibrated. Traces that carry nothing do not count; nor do those that come
///           again or after a later one, which are flagged out_of_order in that time.
/// Flags     uncalibrated on every trace while there is no accepted calibration: before it, and for ever after a ferrite without
///           response or below least_snr, a saturated reference, or a Q-coil outside the tolerances. The factors are applied
///           all the same, except where there is no response: those are 0.
/// Units     given: as the factors say; ferrite: m^3.
/// Notes     accepted (1, or 0 with the reason), worst_snr, and with a Q-coil q_coil_corner, q_coil_phase, q_coil_amplitude, q_coil_residual: of the
///           channel that is worst.
/// Cost      one complex multiplication a tone; latency 0 traces, no allocation after construction.
/// Not       a correction of drift; not of use where the ferrite saturates or lies off its mark. It does not subtract the air from
///           later traces: that is emi.baseline.
/// @throws ConfigError  (from the pipeline) unless the axis is a sweep of rising frequencies above 0; for lists of another
///         length.
/// @source   emi.md F12; ferrite and shorted coil: practice of wideband heads (GEM-3, Georgia Tech)
class Calibration final : public CausalStage {
 public:
  Calibration(const CalibrationOptions& options, const StreamSpec& in, Arena& arena) noexcept;
  [[nodiscard]] Index notes(std::span<Note> out) const noexcept override;

 private:
  void step(ConstTraceRef in, TraceRef out, TraceTag& tag) noexcept override;
  void forget() noexcept override;
  void remember(StateArchive& archive) noexcept override;

  void gather(ConstTraceRef in, const TraceTag& tag) noexcept;
  void end_ferrite() noexcept;
  void end_q_coil() noexcept;

  enum class Verdict : std::uint8_t {
    open,
    accepted,
    no_response,
    noisy,
    saturated,
    no_pole,
    corner,
    phase,
    amplitude
  };

  CalibrationOptions options_;
  Index n_channels_;
  Index n_references_;  // traces of all references
  std::span<double> tones_;
  std::span<double> given_;    // factors at the start
  std::span<double> factor_;   // pairs of all channels
  std::span<double> air_;      // sums, then means
  std::span<double> sum_;      // of the present reference
  std::span<double> squares_;  // a tone each
  std::span<double> air_squares_;
  std::span<double> response_;  // of the Q-coil
  Index n_gathered_ = 0;
  std::int64_t last_ = 0;
  Verdict verdict_ = Verdict::open;
  double worst_snr_ = 0.0;
  QCoilFit fit_{};
};

}  // namespace surefoot::emi
