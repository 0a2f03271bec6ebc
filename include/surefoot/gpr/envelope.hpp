// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/fields.hpp>
#include <surefoot/base/stage_kinds.hpp>
#include <surefoot/dsp/hilbert.hpp>

#include <array>
#include <cstdint>

namespace surefoot::gpr {

enum class Attribute : std::uint8_t { envelope, phase, frequency, cosine_phase };
inline constexpr std::array attribute_words{"envelope", "phase", "frequency", "cosine_phase"};

struct EnvelopeOptions {
  Attribute output = Attribute::envelope;
};

template <class V>
void fields(V& v, EnvelopeOptions& o) {
  v(o.output, "output", Words(attribute_words),
    "What is given: the envelope, the instantaneous phase in radians, the instantaneous frequency in hertz, or the "
    "cosine of "
    "the phase.");
}

/// The problem with these options on this input, if any.
[[nodiscard]] Problem validate(const EnvelopeOptions& options, const StreamSpec& in) noexcept;

/// Instantaneous attributes of each trace, from its analytic signal z = x + j hilbert(x).
///
///   envelope      |z[i]|
///   phase         arg z[i], in (-pi, pi]
///   frequency     arg(z[i+1] conj z[i] + z[i] conj z[i-1]) / (2 pi sample_interval_s);  at both ends the one product there is
///   cosine_phase  Re z[i] / |z[i]|
///
/// The frequency needs no unwrapping: it is the mean turn from sample to sample on both sides, weighted by amplitude, and
/// unambiguous up to the Nyquist frequency. It can be negative where two echoes beat.
///
/// Axis      along time, or along depth after a migration (frequency: time only); traces are independent. Shape (n_samples)
///           in, the same out.
/// Edges     dsp/hilbert.hpp: the trace is taken as periodic over fft_size(n_samples). Remove the offset (gpr.dc) and the wow
///           first: neither has a phase. Where |z| is zero, so in a trace of zeros, phase, frequency and cosine_phase are 0.
/// Units     envelope: input unit; phase: radians; frequency: hertz; cosine_phase: plain numbers in [-1, 1].
/// Non-finite input marks the whole trace Quality::non_finite; output is then zero. If the transform's memory could not be
/// had when the pipeline was built, each trace is flagged Quality::dropped.
/// Cost      O(n log n); latency 0 traces, no allocation after construction; for 512 samples about 2 us, phase 2.5 us,
///           frequency 3 us. Needs the Fourier transform: of the host, not of the microcontroller's core.
/// Not       a measure where there is no signal: phase, frequency and cosine_phase of noise are noise at full scale, also 120 dB
///           below an echo, where rounding of the transform decides.
/// @throws ConfigError  (from the pipeline) if the axis is neither two-way time nor depth, or depth with frequency.
/// @source   Taner, Koehler, Sheriff, Geophysics 44(6), 1979; frequency: Kay, IEEE Trans. ASSP 37(12), 1989 (his estimator
///           over two neighbouring differences)
class Envelope final : public CausalStage {
 public:
  Envelope(const EnvelopeOptions& options, const StreamSpec& in, Arena& arena) noexcept;

 private:
  void step(ConstTraceRef in, TraceRef out, TraceTag& tag) noexcept override;
  void forget() noexcept override {}
  void remember(StateArchive&) noexcept override {}

  Attribute output_;
  double hertz_;  // 1 / (2 pi sample_interval_s)
  dsp::Hilbert hilbert_;
  std::span<Sample> quadrature_;
};

}  // namespace surefoot::gpr
