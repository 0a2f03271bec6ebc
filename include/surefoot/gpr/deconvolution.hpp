// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/fields.hpp>
#include <surefoot/base/stage_kinds.hpp>

#include <array>
#include <cstdint>

namespace surefoot::gpr {

enum class DeconvolutionMethod : std::uint8_t { spiking, predictive, wavelet };
inline constexpr std::array deconvolution_method_words{"spiking", "predictive", "wavelet"};

/// Which wavelet is inverted.
enum class WaveletSource : std::uint8_t { ricker, direct_wave, samples };
inline constexpr std::array wavelet_source_words{"ricker", "direct_wave", "samples"};

struct DeconvolutionOptions {
  DeconvolutionMethod method = DeconvolutionMethod::spiking;
  double length_s = 3e-9;
  double gap_s = 0.5e-9;
  double prewhitening = 0.001;
  WaveletSource wavelet = WaveletSource::ricker;
  double centre_hz = 1e9;
  double start_s = -1e-9;
  double end_s = 2e-9;
  double share = 0.02;
  NumberList amplitudes{-0.5, 1.0, -0.5};
};

template <class V>
void fields(V& v, DeconvolutionOptions& o) {
  v(o.method, "method", Words(deconvolution_method_words),
    "spiking and predictive take off what earlier samples of the trace foretell, from one sample or from gap_s on; "
    "wavelet "
    "inverts a known wavelet.");
  v(o.length_s, "length_s", Unit::second, above(0.0), "Length of the filter: of wavelet, to each side of an echo.");
  v(o.gap_s, "gap_s", Unit::second, above(0.0),
    "For predictive: how far ahead is foretold; what returns later than that is taken off, the wavelet itself stays.");
  v(o.prewhitening, "prewhitening", Unit::none, between(1e-6, 1.0),
    "Share of the energy that is added to the autocorrelation at lag 0: more is safer and sharpens less.");
  v(o.wavelet, "wavelet", Words(wavelet_source_words),
    "For wavelet, what is inverted: a Ricker wavelet of centre_hz, the running mean of the traces from start_s to "
    "end_s, or "
    "amplitudes.");
  v(o.centre_hz, "centre_hz", Unit::hertz, above(0.0), "For ricker: the frequency at which its spectrum is largest.");
  v(o.start_s, "start_s", Unit::second, finite(), "For direct_wave: two-way time at which the wavelet begins.");
  v(o.end_s, "end_s", Unit::second, finite(), "For direct_wave: two-way time at which the wavelet ends.");
  v(o.share, "share", Unit::none, above_to(0.0, 1.0),
    "For direct_wave: share of each new trace in the running mean; 1 takes the wavelet of each trace by itself.");
  v(o.amplitudes, "amplitudes", Unit::none, between(-1e6, 1e6),
    "For samples: the wavelet, one number a sample of the trace.");
}

/// The problem with these options on this input, if any.
[[nodiscard]] Problem validate(const DeconvolutionOptions& options, const StreamSpec& in) noexcept;

/// Deconvolution along time by least squares: sharpen the wavelet, or take off its reverberations.
///
///   spiking, predictive   y[i] = x[i] - sum over k of a[k] x[i - gap - k],  k = 0..length-1,  x = 0 before the trace,
///     R a = (r[gap], ..., r[gap+length-1]),  r[l] = sum over i of x[i] x[i+l],  gap = 1 for spiking
///   wavelet   y[i] = sum over j of f[j] x[i-j] / sum over j of f[j] w[-j],  j = -length..length,  x = 0 outside the trace,
///     R f = g,  g[j] = w[-j],  r[l] = sum over i of w[i] w[i+l]
///   R[i][j] = r[|i-j|], with r[0] (1 + prewhitening) on the diagonal; length and gap are the times in whole samples, rounded
///
/// The wavelet w has its time 0 at its largest magnitude, 1 there; so an echo a w comes out with the height a, where its
/// largest magnitude was. ricker: w(t) = (1 - 2 u) e^-u, u = (pi centre_hz t)^2.
///
/// Axis      along time; traces are independent, but for direct_wave with share < 1. Shape (n_samples) in, the same out.
/// Edges     zeros lie beyond both ends: remove the offset first (gpr.dc).
///           direct_wave: causal across traces; the mean takes this trace with weight max(share, 1/k) for the k-th one, and is
///           flagged Quality::warming_up until 1/share traces were seen. A trace that carries nothing teaches nothing.
///           A trace of zeros stays so. If the wavelet is zero, or the equations cannot be solved, the trace passes unchanged
///           and is flagged Quality::not_converged.
/// Units     input unit kept; times in seconds.
/// Non-finite input marks the whole trace Quality::non_finite; output is then zero.
/// Cost      O(n_samples length + length^2), in double; latency 0 traces, no allocation after construction. For 512 samples and
///           a length of 30: about 5 us, wavelet 2.5 us (direct_wave 6 us), with AVX-512.
/// Not       a way around noise: frequencies that the wavelet does not have are divided by prewhitening alone. spiking and
///           predictive assume a wavelet of minimum phase and echoes without order; after a zero-phase filter no wavelet has
///           minimum phase. Amplitudes after them are not comparable between traces: each has its own filter.
/// @throws ConfigError  (from the pipeline) if the filter (with gap) is longer than the trace, centre_hz is above half the
///                      sampling rate, the gate holds fewer than two samples, or amplitudes are all zero.
/// @source   Robinson and Treitel, Geophysical Signal Analysis (1980), 6 and 7; Peacock and Treitel, Geophysics 34(2), 1969;
///           Levinson's recursion: dsp/toeplitz.hpp
class Deconvolution final : public CausalStage {
 public:
  Deconvolution(const DeconvolutionOptions& options, const StreamSpec& in, Arena& arena) noexcept;

 private:
  void step(ConstTraceRef in, TraceRef out, TraceTag& tag) noexcept override;
  void forget() noexcept override;
  void remember(StateArchive& archive) noexcept override;

  bool learn_wavelet(ConstTraceRef in, TraceTag& tag) noexcept;
  bool invert_wavelet() noexcept;
  bool predict() noexcept;

  DeconvolutionMethod method_;
  WaveletSource source_;
  double prewhitening_;
  double share_;
  Index start_up_;
  Index seen_ = 0;
  bool ready_ = false;  // wavelet: filter_ holds the inverse
  std::size_t gap_;
  std::size_t gate_;           // direct_wave: first sample of the gate
  std::size_t margin_ = 0;     // zeros on each side of the trace
  std::size_t length_ = 0;     // samples of the wavelet
  std::span<double> mean_;     // direct_wave
  std::span<double> wavelet_;  // scaled, and in zeros for the autocorrelation
  std::span<double> padded_;   // the trace between zeros
  std::span<double> lags_;     // r
  std::span<double> right_;    // g
  std::span<double> solution_;
  std::span<double> work_;
  std::span<double> filter_;  // as correlate() takes it
  std::span<double> filtered_;
};

}  // namespace surefoot::gpr
