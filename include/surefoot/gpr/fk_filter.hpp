// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/fields.hpp>
#include <surefoot/base/whole_line.hpp>
#include <surefoot/dsp/complex_fft.hpp>
#include <surefoot/dsp/real_fft.hpp>

#include <array>
#include <complex>
#include <cstdint>

namespace surefoot::gpr {

enum class FkDomain : std::uint8_t { velocity, wavenumber };
inline constexpr std::array fk_domain_words{"velocity", "wavenumber"};

enum class FkKeep : std::uint8_t { inside, outside };
inline constexpr std::array fk_keep_words{"inside", "outside"};

struct FkFilterOptions {
  FkDomain domain = FkDomain::velocity;
  FkKeep keep = FkKeep::inside;
  double min_velocity_m_per_s = 0.03e9;
  double max_velocity_m_per_s = 0.0;
  double min_wavenumber_per_m = 0.5;
  double max_wavenumber_per_m = 0.0;
  double taper = 0.25;
};

template <class V>
void fields(V& v, FkFilterOptions& o) {
  v(o.domain, "domain", Words(fk_domain_words),
    "velocity: a fan of apparent velocities (dips); wavenumber: a band of wavenumbers across traces, at all "
    "frequencies.");
  v(o.keep, "keep", Words(fk_keep_words), "inside keeps the band and removes the rest, outside the other way round.");
  v(o.min_velocity_m_per_s, "min_velocity_m_per_s", Unit::metre_per_second, at_least(0.0),
    "velocity: lowest apparent velocity of the band; 0 for no lower bound.");
  v(o.max_velocity_m_per_s, "max_velocity_m_per_s", Unit::metre_per_second, at_least(0.0),
    "velocity: highest apparent velocity of the band; 0 for no upper bound, so that what is flat belongs to it.");
  v(o.min_wavenumber_per_m, "min_wavenumber_per_m", Unit::per_metre, at_least(0.0),
    "wavenumber: lowest of the band, in cycles per metre; 0 for no lower bound.");
  v(o.max_wavenumber_per_m, "max_wavenumber_per_m", Unit::per_metre, at_least(0.0),
    "wavenumber: highest of the band, in cycles per metre; 0 for no upper bound.");
  v(o.taper, "taper", Unit::none, between(0.01, 10.0),
    "Width of the edges of the band, outside of it: from a bound to the bound over or times 1 + taper.");
}

/// The problem with these options on this input, if any: the band must exist and lie below the Nyquist wavenumber, the axis
/// must be two-way time, the spacing of the traces known.
[[nodiscard]] Problem validate(const FkFilterOptions& options, const StreamSpec& in) noexcept;

/// Keep or remove a fan of dips, or a band of wavenumbers, of the whole line.
///
///   Y(f, k) = w(q) X(f, k),  q = |f| / |k| (velocity) or |k| (wavenumber),  k in cycles per metre across traces
///   w = 1 in [min, max]; in [min / (1 + taper), min] and [max, (1 + taper) max] half a cosine in log q; 0 beyond.
///   keep = outside takes 1 - w.
///
/// q is infinite at k = 0. The apparent velocity is that of an event in the radargram, dx over d(two-way time): half the wave
/// velocity for the flanks of a diffraction, infinite for what is flat. So it may exceed that of light.
///
/// Axis      along time and across traces. Shape (n_samples) in, the same out.
/// Edges     the line is continued by at least half of itself in both directions, over which its end fades into its beginning
///           (half a cosine): no step arises and what is constant along the line stays constant. What reaches beyond
///           the continuation wraps around. Unusable traces are bridged by their neighbours before, and come out as zero.
/// Notes     spacing_error: by what share the distances in the tags differ from trace_spacing_m over 32 traces at worst; a
///           warning above 0.05.
/// Accuracy  float32 transforms: about 1e-6 of the largest sample. Bits as the FFT back end gives them.
/// Cost      two transforms of each trace and of each frequency; latency: the whole line, kept twice more as its spectrum.
/// Not       live. Not for unequal spacing: resample first. Steep events above the Nyquist wavenumber lie in the wrong fan.
/// @throws ConfigError  (from the pipeline) if the spacing is unknown or the band is empty or lies outside the axes.
/// @source   fan filter: Embree, Burg and Backus, Geophysics 28(6), 1963; taper and continuation: our own
class FkFilter final : public WholeLine {
 public:
  FkFilter(const FkFilterOptions& options, const StreamSpec& in, Arena& arena) noexcept;

 private:
  [[nodiscard]] Index findings(std::span<Note> out) const noexcept override;
  void process(ColumnRing& line) noexcept override;
  [[nodiscard]] bool bridge(ColumnRing& line) noexcept;
  void to_spectrum(const ColumnRing& line) noexcept;
  void from_spectrum(ColumnRing& line) noexcept;
  void weigh(Index frequency) noexcept;
  [[nodiscard]] double weight(double q) const noexcept;

  FkFilterOptions options_;
  double trace_spacing_m_;
  double spacing_error_ = 0.0;
  Index n_samples_;
  Index n_time_;    // samples with the continuation
  Index n_across_;  // traces with the continuation
  double frequency_step_hz_;
  double wavenumber_step_per_m_;
  dsp::RealFft along_;
  dsp::ComplexFft across_;
  std::span<std::complex<float>> spectrum_;  // frequency after frequency
  std::span<std::complex<float>> columns_;   // spectra of some traces
  std::span<float> trace_;
  std::span<float> fade_;  // the continuation of a trace: from its end, 1, to its beginning, 0
  std::span<float> weights_;
};

}  // namespace surefoot::gpr
