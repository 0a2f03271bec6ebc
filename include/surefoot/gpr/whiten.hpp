// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/fields.hpp>
#include <surefoot/base/stage_kinds.hpp>
#include <surefoot/dsp/real_fft.hpp>

namespace surefoot::gpr {

struct WhitenOptions {
  double low_hz = 300e6;
  double high_hz = 2.5e9;
  double width_hz = 200e6;
  double taper_hz = 100e6;
  double stabilisation = 0.01;
};

template <class V>
void fields(V& v, WhitenOptions& o) {
  v(o.low_hz, "low_hz", Unit::hertz, above(0.0), "Lower end of the band that is made flat and kept.");
  v(o.high_hz, "high_hz", Unit::hertz, above(0.0), "Upper end of that band, below half the sampling rate.");
  v(o.width_hz, "width_hz", Unit::hertz, at_least(0.0),
    "Width over which the spectrum is smoothed before it is divided out; 0: each frequency by its own amplitude.");
  v(o.taper_hz, "taper_hz", Unit::hertz, at_least(0.0), "Width of the cosine flank beside each end of the band.");
  v(o.stabilisation, "stabilisation", Unit::none, between(1e-6, 1.0),
    "Share of the band's mean amplitude that is added before dividing: weaker frequencies are not raised to full.");
}

/// The problem with these options on this input, if any.
[[nodiscard]] Problem validate(const WhitenOptions& options, const StreamSpec& in) noexcept;

/// Spectral whitening: all frequencies of a band at one amplitude, each trace by its own smoothed spectrum.
///
///   y = inverse(X W),  X = forward(x with zeros up to N),  N = fft_size(2 n_samples),  f_k = k / (N sample_interval_s)
///   W[k] = B(f_k) m / (S[k] + stabilisation m)
///   S[k] = mean(|X[a..b]|),  a = max(0, k-h),  b = min(N/2, k+h),  h = floor(width_hz N sample_interval_s / 2)
///   m = mean of S over low_hz <= f_k <= high_hz
///   B(f) = 1 in the band, (1 + cos(pi d / taper_hz)) / 2 at a distance d < taper_hz outside it, otherwise 0
///
/// The phase is kept and no echo moves. The level is kept roughly: W is near 1 where the spectrum has its mean amplitude.
///
/// Axis      along time; traces are independent. Shape (n_samples) in, the same out.
/// Edges     zeros follow the trace, as many as it has samples; what W spreads beyond them is lost. Remove the offset first:
///           the step at both ends of a trace has all frequencies. A trace without energy in the band becomes zeros.
/// Units     input unit kept; frequencies in hertz.
/// Non-finite input marks the whole trace Quality::non_finite; output is then zero. If the transform's memory could not be
/// had when the pipeline was built, each trace is flagged Quality::dropped.
/// Cost      O(n log n); latency 0 traces, no allocation after construction; about 5 us for 512 samples. Needs the Fourier
///           transform: of the host, not of the microcontroller's core.
/// Not       for traces to be compared with each other: the filter follows each trace, a target included. It raises noise to
///           the level of echoes wherever the band holds nothing else. For a filter that stays, see gpr.deconvolution, wavelet.
/// @throws ConfigError  (from the pipeline) unless low_hz < high_hz < half the sampling rate, a frequency of the transform lies
///                      in the band, and width_hz and taper_hz are at most half the sampling rate.
/// @source   our own; practice as in seismic interferometry: Bensen et al., Geophys. J. Int. 169(3), 2007, 2.3
class Whiten final : public CausalStage {
 public:
  Whiten(const WhitenOptions& options, const StreamSpec& in, Arena& arena) noexcept;

 private:
  void step(ConstTraceRef in, TraceRef out, TraceTag& tag) noexcept override;
  void forget() noexcept override {}
  void remember(StateArchive&) noexcept override {}

  double stabilisation_;
  Index half_width_;  // h
  Index first_;       // frequencies of the band
  Index end_;
  dsp::RealFft fft_;
  std::span<std::complex<float>> spectrum_;
  std::span<double> band_;  // B
  std::span<Sample> amplitude_;
  std::span<double> sums_;  // sums_[k] = |X[0]| + ... + |X[k-1]|
  std::span<double> smooth_;
};

}  // namespace surefoot::gpr
