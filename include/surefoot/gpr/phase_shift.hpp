// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/fields.hpp>
#include <surefoot/base/whole_line.hpp>
#include <surefoot/dsp/kaiser_bessel.hpp>
#include <surefoot/gpr/wavenumber_line.hpp>

#include <array>
#include <cstdint>

namespace surefoot::gpr {

struct PhaseShiftOptions {
  NumberList layer_top_m{0.0};
  NumberList velocity_m_per_s{1e8};
  double depth_step_m = 0.0;
  double max_depth_m = 0.0;
  double largest_angle_deg = 70.0;
  double trace_padding = 1.0;
  Index taper_traces = 0;
};

template <class V>
void fields(V& v, PhaseShiftOptions& o) {
  v(o.layer_top_m, "layer_top_m", Unit::metre, at_least(0.0),
    "Depth of the top of each layer, from 0 downwards; the last layer has no bottom.");
  v(o.velocity_m_per_s, "velocity_m_per_s", Unit::metre_per_second, above_to(0.0, 299792458.0),
    "Velocity of the waves in each layer, as many as layer_top_m has.");
  v(o.depth_step_m, "depth_step_m", Unit::metre, at_least(0.0),
    "Distance between the samples of the image; 0 takes half the sample interval times the lowest velocity.");
  v(o.max_depth_m, "max_depth_m", Unit::metre, at_least(0.0),
    "Depth of the image; 0 takes as deep as the traces reach.");
  v(o.largest_angle_deg, "largest_angle_deg", Unit::degree, above_to(0.0, 85.0),
    "Waves that travel at more than this angle from the vertical, in any layer above, are left out.");
  v(o.trace_padding, "trace_padding", Unit::none, between(0.0, 8.0),
    "Zeros beside the line, as a share of how far the waves can come from; 1 keeps the ends apart.");
  v(o.taper_traces, "taper_traces", Unit::traces, between(0, 1e9),
    "Traces over which the line fades out at each end; what lies there fades too.");
}

/// The problem with these options on this input, if any.
[[nodiscard]] Problem validate(const PhaseShiftOptions& options, const StreamSpec& in) noexcept;

/// Gazdag's migration by phase shift: put every echo where it came from, for a velocity that changes with depth.
///
///   U(k, w) = sum of u(x, t) e^(-i (k x + w t)),  c_l = velocity_l / 2 in layer l  (exploding reflectors)
///   image(x, z) = sum over k, w of A(k max c / w) U(k, w) e^(i (k x + phi(z)))
///   phi(z) = sign(w) integral_0^z sqrt((w / c)^2 - k^2) dz
///
/// max c is over the layers down to z. A(s) is 1 up to s = 0.9 sin(largest_angle), falls as 1 - x^2 (3 - 2 x) and is 0 from
/// sin(largest_angle) on, so that evanescent waves (s > 1) are never used. Layers meet where layer_top_m says, not at the
/// next sample. Phases are taken in double from the surface for each layer: nothing accumulates.
///
/// Within a layer the sum over w is a transform at unequal vertical wavenumbers: it is added to an even grid by
/// dsp::KaiserBessel and transformed, instead of multiplied on from depth to depth; error 1e-5. So a layer costs as much
/// as a Stolt mapping, and not a pass over all frequencies for each depth.
///
/// Axis      out: AxisKind::depth from 0 in steps of depth_step_m, floor(max_depth_m / depth_step_m) + 1 samples. Across
///           traces nothing changes. Samples before time zero do not reach the image.
/// Scale     a flat layer keeps its amplitude, and its wave keeps its length in time: it is longer in depth where it is
///           fast. Losses at the borders of layers are not made up for. A point's image is not calibrated.
/// Padding   traces are followed by zeros up to what the largest angle makes of the greatest depth, so that nothing comes
///           round in time; beside the line by trace_padding. With the defaults what comes round is below -40 dB of the peak.
/// Edges     the line is zero beyond its ends: a strong flat layer leaves smiles there, so subtract the background first or
///           taper. Unusable traces count as zero traces and stay zero and flagged. A line of one trace is taken as flat
///           layers. Computed values too small for a normal float32 become zero.
/// Notes     spacing_error: by what share the distances in the tags differ from trace_spacing_m over 32 traces at worst; a
///           warning above 0.05.
/// Units     input unit kept; image depth in metres.
/// Cost      on one core about 50 ns a sample for one layer and 30 for each further one, latency the whole line, memory of
///           the line, the image and the padding; nothing allocates after construction. dsp::set_threads() shares it; the
///           bits do not depend on it.
/// Not       for velocity that changes along the line, nor for antennas over the ground (gpr.kirchhoff). Antennas that stand
///           apart: as for gpr.stolt. Not for traces further apart than velocity / (4 f sin(angle)) at
///           frequency f: steep echoes are then imaged at wrong angles. A depth_step_m above velocity / (4 f) undersamples
///           the image. Not live.
/// @throws ConfigError  (from the pipeline) without an axis of two-way time or without trace_spacing_m; if the layers do not
///                      start at 0, do not go down, or are not as many as the velocities; if max_depth_m lies below what
///                      the traces reach; if the image has more than 2^20 samples or the padding more than 2^22.
/// @source   Gazdag, Wave equation migration with the phase-shift method, Geophysics 43(7), 1978; Yilmaz, Seismic Data
///           Analysis (2001), ch. 4; transform at unequal points: Dutt and Rokhlin, SIAM J. Sci. Comput. 14(6), 1993;
///           padding by the largest angle: our own
class PhaseShift final : public WholeLineTo {
 public:
  PhaseShift(const PhaseShiftOptions& options, const StreamSpec& in, Arena& arena) noexcept;
  [[nodiscard]] bool one_to_one() const noexcept override { return true; }

 private:
  struct Layer {
    Index first = 0;  // row of the image
    Index last = 0;   // one past its last row
    double top_m = 0.0;
    double thickness_m = 0.0;        // infinite for the last one
    double c_m_per_s = 0.0;          // half the velocity
    double largest_c_m_per_s = 0.0;  // of this layer and those above
  };
  struct Layers {
    std::array<Layer, to_size(NumberList::capacity)> layers{};
    Index count = 0;  // those that the image reaches
  };
  struct Field {
    std::complex<float> up;    // U at frequency w
    std::complex<float> down;  // and at -w
    double turns = 0.0;        // phi at the top of the layer / 2 pi, and what puts time zero back to its place
  };

  [[nodiscard]] Index findings(std::span<Note> out) const noexcept override;
  void process(ColumnRing& line, ColumnRing& made) noexcept override;
  void migrate(Index k, Index worker) noexcept;
  void image_layer(const Layer& layer, double k_per_m, std::span<std::complex<float>> trace, Index worker) noexcept;
  [[nodiscard]] Layers layers_of(const PhaseShiftOptions& options) const noexcept;
  [[nodiscard]] Index most_rows() const noexcept;

  Index n_samples_;
  Index n_depths_;
  double depth_step_m_;
  double first_sample_;  // start of the axis in samples
  double largest_sine_;
  double trace_spacing_m_;
  double spacing_error_ = 0.0;
  double sample_interval_s_;
  Index taper_traces_;
  Layers layers_;
  Index n_bins_;     // frequencies: samples with their padding
  Index most_rows_;  // of a layer
  Index n_grid_;     // vertical wavenumbers
  WavenumberLine waves_;
  dsp::KaiserBessel kernel_;
  WorkerFfts along_time_;
  WorkerFfts along_depth_;
  std::span<float> correction_;             // 1 / transform() of the kernel, by row of a layer, and the scale
  std::span<std::complex<float>> spectra_;  // a worker: n_bins or n_grid
  std::span<Field> fields_;                 // a worker: n_bins/2 + 1
  std::span<std::array<float, 4>> grids_;   // a worker: vertical wavenumber p for U(w) and for U(-w) side by side
};

}  // namespace surefoot::gpr
