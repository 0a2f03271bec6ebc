// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/fields.hpp>
#include <surefoot/base/whole_line.hpp>
#include <surefoot/dsp/kaiser_bessel.hpp>
#include <surefoot/gpr/wavenumber_line.hpp>

#include <array>
#include <cstdint>

namespace surefoot::gpr {

enum class MigrationOutput : std::uint8_t { depth, time };
inline constexpr std::array migration_output_words{"depth", "time"};

struct StoltOptions {
  double velocity_m_per_s = 1e8;
  MigrationOutput output = MigrationOutput::depth;
  double largest_angle_deg = 90.0;
  double time_padding = 0.5;
  double trace_padding = 1.0;
  Index taper_traces = 0;
};

template <class V>
void fields(V& v, StoltOptions& o) {
  v(o.velocity_m_per_s, "velocity_m_per_s", Unit::metre_per_second, above_to(0.0, 299792458.0),
    "Velocity of the waves in the ground, the same everywhere.");
  v(o.output, "output", Words(migration_output_words),
    "Axis of the image: depth in metres, or two-way time as it came in; the samples are the same.");
  v(o.largest_angle_deg, "largest_angle_deg", Unit::degree, above_to(0.0, 90.0),
    "Waves that come up at more than this angle from the vertical are left out.");
  v(o.time_padding, "time_padding", Unit::none, between(0.5, 8.0),
    "Zeros after each trace, as a share of its length, so that nothing comes round from the other end.");
  v(o.trace_padding, "trace_padding", Unit::none, between(0.0, 8.0),
    "Zeros beside the line, as a share of the greatest depth that the traces reach; 1 keeps the ends apart.");
  v(o.taper_traces, "taper_traces", Unit::traces, between(0, 1e9),
    "Traces over which the line fades out at each end; what lies there fades too.");
}

/// The problem with these options on this input, if any.
[[nodiscard]] Problem validate(const StoltOptions& options, const StreamSpec& in) noexcept;

/// Stolt's migration: put every echo where it came from, for one velocity, by one mapping between frequency and depth.
///
///   U(k, w) = sum of u(x, t) e^(-i (k x + w t)),  c = velocity / 2  (exploding reflectors)
///   image(x, z) = sum over k, q of A(k c / w) |q / w| U(k, w(q)) e^(i (k x + q z / c)),  w(q) = sign(q) sqrt(q^2 + (c k)^2)
///
/// |q / w| is the cosine of the angle in the ground, the Jacobian dw/dq of the change of variable from w to q = c k_z: with
/// it a dipping layer keeps its amplitude. A(s) is 1 up to s = 0.9 sin(largest_angle), falls as 1 - x^2 (3 - 2 x) and is 0
/// from sin(largest_angle) on. Frequencies w above half the sampling rate are not there and count as zero.
///
/// U between its frequencies is read by dsp::KaiserBessel from the record shifted to lie around sample 0: error 1e-5.
///
/// Axis      across and along traces. n_samples as it came in; row i of the image is row i of the trace: depth
///           velocity (start + i step) / 2. Samples before time zero are mapped upwards in the same way and do not
///           reach the depths below zero; a line that starts after time zero is taken as zero before.
/// Scale     a flat layer keeps its amplitude and its wave. A point's image is not calibrated: its height depends on the
///           angles that the line covers.
/// Padding   with the defaults what wraps round is below -40 dB of the image's peak wherever the point lies (tested at
///           both ends and at the bottom); time_padding is counted on top of what a late start asks for.
/// Edges     the line is zero beyond its ends: a strong flat layer leaves smiles there, so subtract the background first or
///           taper. Unusable traces count as zero traces and stay zero and flagged. A line of one trace has no angles: it
///           comes out as it came in. Computed values too small for a normal float32 become zero.
/// Notes     spacing_error: by what share the distances in the tags differ from trace_spacing_m over 32 traces at worst; a
///           warning above 0.05.
/// Units     input unit kept; image depth in metres or time in seconds.
/// Cost      about 25 ns a sample on one core, latency the whole line, memory of three lines and the padding; nothing
///           allocates after construction. dsp::set_threads() shares it; the bits do not depend on it.
/// Not       for velocity that varies (gpr.phase_shift) or antennas over the ground (gpr.kirchhoff): the formula has
///           transmitter and receiver in one place on the ground. Antennas that stand apart need gpr.antenna_separation
///           before, which is exact for flat layers only, or gpr.kirchhoff, which is exact for points. Not for traces further apart than
///           velocity / (4 f sin(angle)) at frequency f: steep echoes are then aliased and imaged at wrong angles.
///           Not live.
/// @throws ConfigError  (from the pipeline) without an axis of two-way time or without trace_spacing_m; if the padded line
///                      has more than 2^22 traces or samples.
/// @source   Stolt, Migration by Fourier transform, Geophysics 43(1), 1978; Yilmaz, Seismic Data Analysis (2001), ch. 4;
///           reading between the bins: dsp/kaiser_bessel.hpp; padding by the reach of the waves and A: our own
class Stolt final : public WholeLine {
 public:
  Stolt(const StoltOptions& options, const StreamSpec& in, Arena& arena) noexcept;

 private:
  [[nodiscard]] Index findings(std::span<Note> out) const noexcept override;
  void process(ColumnRing& line) noexcept override;
  void migrate(Index k, Index worker) noexcept;

  struct Place {
    std::int32_t bin;  // whole part of the frequency that q comes from
    float rest;        // and its fraction
    float re;          // what its value is multiplied by
    float im;
  };

  double trace_spacing_m_;
  double spacing_error_ = 0.0;
  Index n_samples_;
  Index n_bins_;          // samples with their padding
  double first_sample_;   // start of the axis in samples
  double bins_a_number_;  // c |k| in frequency bins, for wavenumber 1
  double largest_sine_;
  Index taper_traces_;
  WavenumberLine waves_;
  dsp::KaiserBessel kernel_;
  WorkerFfts transforms_;
  std::span<float> correction_;               // 1 / transform() of the kernel, by sample
  std::span<std::complex<float>> spectra_;    // a worker: n_bins
  std::span<std::array<float, 4>> mirrored_;  // a worker: bins p and -p side by side
  std::span<Place> places_;                   // a worker: n_bins/2 + 1
};

}  // namespace surefoot::gpr
