// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/arena.hpp>
#include <surefoot/base/fields.hpp>
#include <surefoot/dsp/line_spectrum.hpp>

#include <array>
#include <complex>

namespace surefoot::emi {

struct SpectrumOptions {
  double decades_past = 1.0;
  Index grid_points = 100;
  Index most_lines = 6;
  bool any_sign = false;
  bool refine = true;
  bool known_noise = false;
};

template <class V>
void fields(V& v, SpectrumOptions& o) {
  v(o.decades_past, "decades_past", Unit::none, between(0.1, 3.0),
    "How far the grid of relaxations reaches past the data.");
  v(o.grid_points, "grid_points", Unit::none, between(10.0, 1000.0),
    "Points of the grid, evenly spaced in the logarithm.");
  v(o.most_lines, "most_lines", Unit::none, between(1.0, static_cast<double>(dsp::LineSpectrum::most_lines)),
    "At most so many relaxations.");
  v(o.any_sign, "any_sign", "Strengths may be negative, as between two axes or for a sum of unlike targets.");
  v(o.refine, "refine", "Relaxations leave the grid for the place that fits best.");
  v(o.known_noise, "known_noise",
    "Weights are one over the standard deviation of the noise; otherwise it is estimated.");
}

[[nodiscard]] Problem validate(const SpectrumOptions& options) noexcept;
/// The same, and at least 3 tones above zero in ascending order; at least 3 gates in ascending order, the first from 0 s on.
[[nodiscard]] Problem validate_tones(const SpectrumOptions& options, std::span<const double> frequencies_hz) noexcept;
[[nodiscard]] Problem validate_gates(const SpectrumOptions& options, std::span<const double> edges_s) noexcept;

/// One relaxation of a response over frequency.
struct RelaxationLine {
  double zeta_rad_s = 0.0;        ///< relaxation frequency 1 / tau
  double strength = 0.0;          ///< c_k
  double log10_zeta_sigma = 0.0;  ///< standard error of log10(zeta), in decades
  double strength_sigma = 0.0;
};

/// Discrete spectrum of relaxation frequencies (DSRF) of one response over the tones of a continuous-wave detector.
///
///   H(w) = c0 + sum c_k / (1 + i w / zeta_k), c_k >= 0 unless any_sign; c0 of any sign
///   grid of zeta from w_first / 10^p to w_last 10^p, p = decades_past; search, merging, refining and choice of the number of
///   lines as in dsp/line_spectrum.hpp, on the real and imaginary parts of all tones
///
/// Shape     3 tones or more in ascending order, complex values in theirs; one weight a tone, for both of its parts.
/// Units     hertz; H and c in any unit; zeta in rad/s.
/// Edges     validate_tones() says what cannot be; false and no lines for a value that is not finite. A response without relaxation (a ferrite, air) has no line and
///           c0 alone. A line beside the band whose curvature the noise hides comes with a large sigma, or not at all.
/// Accuracy  that which noise allows (the bound of Cramer and Rao): with 21 tones from 330 Hz to 90.03 kHz, lines at 1 and 12 kHz
///           (strengths 1 and 0.6, c0 = -0.8), median error of log10(zeta) 2e-5 and 3e-5 at 80 dB, 2e-3 and 3e-3 at 40 dB.
/// Cost      42 x 102: 40 to 110 us on a desktop core. No allocation after construction; the same bits everywhere.
/// Not       soil: its log-frequency slope comes out as a comb of lines; take it out first. Not for saturated or uncalibrated
///           phases: a phase error turns the constant into lines.
/// @source   Wei, Scott and McClellan, IEEE TGRS 48(3), 2010; any_sign: greedy choice instead of their l_p norm (ICASSP 2010)
class RelaxationSpectrum {
 public:
  RelaxationSpectrum(std::span<const double> frequencies_hz, const SpectrumOptions& options, Arena& arena) noexcept;

  /// Weights of the tones (one over the noise, in any scale unless known_noise); all 1 at first.
  void set_weights(std::span<const double> weights) noexcept;
  [[nodiscard]] bool fit(std::span<const std::complex<double>> response) noexcept;

  /// In ascending order of zeta.
  [[nodiscard]] std::span<const RelaxationLine> lines() const noexcept {
    return {lines_.data(), spectrum_.lines().size()};
  }
  [[nodiscard]] double constant() const noexcept { return spectrum_.free()[0]; }
  [[nodiscard]] double constant_sigma() const noexcept { return spectrum_.free_sigma()[0]; }
  /// Weighted sum of squares of what is left, and its degrees of freedom.
  [[nodiscard]] double rest() const noexcept { return spectrum_.rest(); }
  [[nodiscard]] Index degrees() const noexcept { return spectrum_.degrees(); }

 private:
  static void shape(const void* self, double log_zeta, std::span<double> value, std::span<double> slope) noexcept;

  std::span<double> omega_;
  dsp::LineSpectrum spectrum_;
  std::span<double> parts_;    // real and imaginary part of each tone
  std::span<double> weights_;  // of these
  std::span<double> ones_;     // the column of c0
  std::array<RelaxationLine, dsp::LineSpectrum::most_lines> lines_{};
};

/// One exponential of a decay.
struct DecayLine {
  double tau_s = 0.0;
  double strength = 0.0;         ///< Q_k, at t = 0
  double log10_tau_sigma = 0.0;  ///< standard error of log10(tau), in decades
  double strength_sigma = 0.0;
};

/// The same for the gates of a pulse-induction detector: decay constants of a sum of exponentials.
///
///   y_g = sum Q_k (tau_k / d_g) (e^{-a_g/tau_k} - e^{-b_g/tau_k}), the means over gates from a_g to b_g = a_g + d_g; with
///   `offset` plus a constant; grid of tau from max(a_0, d_0) / 10^(p/2) to b_last 10^p
///
/// Shape     n gates, n + 1 edges in ascending order; one weight a gate.
/// Units     edges in seconds after switch-off; y and Q in any unit.
/// Edges     validate_gates() says what cannot be; else as RelaxationSpectrum. Shorter exponentials than the grid has are gone before the first gate.
/// Not       for ramps, long pulses and receiver poles: strengths are those of the receiver's voltage at t = 0; viscous soil
///           (1/t) comes out as a comb of lines; take it out first.
/// @source   as RelaxationSpectrum; emi.md F4
class DecaySpectrum {
 public:
  DecaySpectrum(std::span<const double> edges_s, bool offset, const SpectrumOptions& options, Arena& arena) noexcept;

  void set_weights(std::span<const double> weights) noexcept;
  [[nodiscard]] bool fit(std::span<const double> gates) noexcept;

  /// In ascending order of tau.
  [[nodiscard]] std::span<const DecayLine> lines() const noexcept { return {lines_.data(), spectrum_.lines().size()}; }
  [[nodiscard]] double offset() const noexcept { return spectrum_.free().empty() ? 0.0 : spectrum_.free()[0]; }
  [[nodiscard]] double rest() const noexcept { return spectrum_.rest(); }
  [[nodiscard]] Index degrees() const noexcept { return spectrum_.degrees(); }

 private:
  static void shape(const void* self, double log_tau, std::span<double> value, std::span<double> slope) noexcept;

  std::span<double> edges_;
  dsp::LineSpectrum spectrum_;
  std::span<double> ones_;
  std::array<DecayLine, dsp::LineSpectrum::most_lines> lines_{};
};

}  // namespace surefoot::emi
