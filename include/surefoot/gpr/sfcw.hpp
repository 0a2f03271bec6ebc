// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/fields.hpp>
#include <surefoot/base/stage_kinds.hpp>
#include <surefoot/dsp/chirp_z.hpp>
#include <surefoot/dsp/window.hpp>

#include <array>
#include <cstdint>

namespace surefoot::gpr {

enum class SfcwOutput : std::uint8_t { real, envelope };
inline constexpr std::array sfcw_output_words{"real", "envelope"};

enum class SfcwScale : std::uint8_t { unit_echo, spectrum };
inline constexpr std::array sfcw_scale_words{"unit_echo", "spectrum"};

struct SfcwOptions {
  dsp::Window window = dsp::Window::hann;
  double kaiser_beta = 6.0;
  SfcwOutput output = SfcwOutput::real;
  SfcwScale scale = SfcwScale::unit_echo;
  double start_s = 0.0;
  double length_s = 0.0;
  double sample_interval_s = 0.0;
  double oversampling = 2.0;
};

template <class V>
void fields(V& v, SfcwOptions& o) {
  v(o.window, "window", Words(dsp::window_words),
    "Weights over the band: rectangular has the narrowest pulse and ringing of -13 dB, hann -31 dB, hamming -43 dB, "
    "blackman -58 dB, kaiser what kaiser_beta says.");
  v(o.kaiser_beta, "kaiser_beta", Unit::none, between(0.0, 100.0),
    "Shape of the Kaiser window: 0 is rectangular, 6 has ringing of -44 dB, 8.6 of -66 dB.");
  v(o.output, "output", Words(sfcw_output_words), "The real signal, as an impulse radar gives it, or its envelope.");
  v(o.scale, "scale", Words(sfcw_scale_words),
    "unit_echo: S = e^(-j 2 pi f tau) gives a peak of 1 at tau; spectrum: the inverse Fourier integral over the band, "
    "S "
    "in V/Hz gives V.");
  v(o.start_s, "start_s", Unit::second, between(-1e-3, 1e-3), "Two-way time of the first sample.");
  v(o.length_s, "length_s", Unit::second, at_least(0.0),
    "Length of the output; 0: all of 1 / step, after which the signal repeats.");
  v(o.sample_interval_s, "sample_interval_s", Unit::second, at_least(0.0),
    "Between output samples, at most 1 / (2 highest frequency); 0: as oversampling says.");
  v(o.oversampling, "oversampling", Unit::none, between(1.0, 64.0),
    "Output samples a second over twice the highest frequency, rounded up to a fast transform; for sample_interval_s = "
    "0.");
}

/// The problem with these options on this input, if any.
[[nodiscard]] Problem validate(const SfcwOptions& options, const StreamSpec& in) noexcept;

/// Turn stepped-frequency sweeps into traces along two-way time.
///
///   z(t) = sum_k e_k w_k S_k e^(+j 2 pi f_k t),  f_k = start + k step,  e_k = 1/2 if f_k = 0, else 1
///   real: Re z,  envelope: |z|;  times  1 / sum_k e_k w_k  (unit_echo)  or  2 step  (spectrum)
///
/// The band lies where it is: any start frequency, whether or not it is a multiple of the step, and any time grid give the
/// sum above (a chirp-z transform), so that the phase of the carrier does not turn with delay. A real signal has every
/// frequency but 0 twice, as f and -f: hence e_k. An echo that comes tau later has the phase -2 pi f tau; a device with the
/// other sign gives times that run backwards: conjugate its sweeps.
///
/// Axis      in AxisKind::sweep, shape (2 n_frequencies): pairs of real and imaginary part; out two-way time from start_s in
///           steps of sample_interval_s.
/// Edges     the signal repeats every 1 / step (the unambiguous range): later echoes fold back. Windows stand on the whole
///           band that comes in; hann and blackman give the outermost frequencies no weight.
/// Units     input unit kept (unit_echo); seconds, hertz.
/// Non-finite input marks the whole trace Quality::non_finite; output is then zero.
/// Cost      two complex transforms of n_frequencies + n_samples (or one of 1 / (step sample_interval_s)), O(n log n);
///           latency 0 traces, no allocation after construction. Of the host: it needs a Fourier transform.
///           Accurate to 1e-6 of the largest output.
/// Not       a calibration (gpr.sweep_calibrate), nor for sweeps whose steps are uneven.
/// @throws ConfigError  (from the pipeline) unless the axis is a sweep of at least 2 frequencies from 0 Hz up; if the window
///                      leaves nothing; if the sampling is too coarse or the output longer than 1 / step.
/// @source   Noon, Stepped-Frequency Radar Design and Signal Processing (thesis, 1996), ch. 3; placement of the band and
///           the weight of 0 Hz: our own
class Sfcw final : public CausalStage {
 public:
  Sfcw(const SfcwOptions& options, const StreamSpec& in, Arena& arena) noexcept;

 private:
  void step(ConstTraceRef in, TraceRef out, TraceTag& tag) noexcept override;
  void forget() noexcept override {}
  void remember(StateArchive&) noexcept override {}

  SfcwOutput output_;
  dsp::ChirpZ transform_;
};

}  // namespace surefoot::gpr
