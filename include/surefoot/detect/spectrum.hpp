// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/fields.hpp>
#include <surefoot/base/stage_kinds.hpp>

namespace surefoot::detect {

struct SpectrumOptions {
  double start_s = 0.0;
  double end_s = 1e-6;
  double slab_s = 3e-9;
  double low_hz = 3e8;
  double high_hz = 2.7e9;
  Index bands = 4;
  double rate = 0.02;
  double freeze_score = 3.0;
  Index warm_up_traces = 20;
};

template <class V>
void fields(V& v, SpectrumOptions& o) {
  v(o.start_s, "start_s", Unit::second, finite(), "Two-way time at which the first slab of depths begins.");
  v(o.end_s, "end_s", Unit::second, finite(),
    "Two-way time beyond which no slab reaches; the trace's end at the latest.");
  v(o.slab_s, "slab_s", Unit::second, above(0.0), "Length of a slab: frequencies are told apart by its inverse.");
  v(o.low_hz, "low_hz", Unit::hertz, between(0.0, 1e12), "Lower end of the lowest band.");
  v(o.high_hz, "high_hz", Unit::hertz, between(0.0, 1e12),
    "Upper end of the highest band, below half the sampling rate.");
  v(o.bands, "bands", Unit::none, between(1, 16), "Bands of equal width between both.");
  v(o.rate, "rate", Unit::none, above_to(0.0, 1.0), "Rate a trace at which the ground's spectrum is followed.");
  v(o.freeze_score, "freeze_score", Unit::none, finite(), "Traces with this score or more teach nothing.");
  v(o.warm_up_traces, "warm_up_traces", Unit::traces, between(1, 1000000),
    "So many traces teach by their plain mean and are flagged warming_up.");
}

[[nodiscard]] Problem validate(const SpectrumOptions& options, const StreamSpec& in) noexcept;

/// Energy in bands of frequency and slabs of depth, against that of the ground before: features for detect.logistic.
///
///   X(f) = sum_i h_i x_i e^(-2 pi j f i dt) over a slab, h Hann's window, f the multiples of 1 / (samples dt) of the slab in a band
///   E = ln(mean over the band of |X|^2);   feature = E - m;   m += a (E - m), a = 1/n for the first warm_up_traces, then rate
///
/// Axis      along time, its statistics across traces. Shape (n_samples) in, (slabs bands) out, of the kind channel: slab by slab.
///           Whole slabs between start_s and end_s; a band without a frequency of its own takes the nearest one to its middle.
/// Units     nepers of power: 2.3 is ten times the ground's. A constant factor on all traces changes nothing.
/// Edges     the first trace has features of zero. A slab of zeros has features of zero and teaches nothing.
/// Quality   warming_up for the first warm_up_traces that teach.
/// Non-finite input: flagged, features 0, nothing is learnt.
/// Cost      2 samples a frequency of each slab, about 1 us for 512 samples; latency 0 traces; no allocation after construction; the
///           same bits everywhere.
/// Not       a detector: what an antenna rings at and how high it is carried are in these numbers too. Put it after the score, whose
///           alarms freeze it.
/// @throws ConfigError  (from the pipeline) if no whole slab fits, or the bands do not lie between 0 and half the sampling rate.
/// @source   energy density spectra as in Ho et al., IEEE TGRS 46(4), 2008, in outline; bands and ratio our own
class Spectrum final : public CausalStage {
 public:
  Spectrum(const SpectrumOptions& options, const StreamSpec& in, Arena& arena) noexcept;

 private:
  void step(ConstTraceRef in, TraceRef out, TraceTag& tag) noexcept override;
  void forget() noexcept override;
  void remember(StateArchive& archive) noexcept override;
  [[nodiscard]] double power(ConstTraceRef slab, Index tone) const noexcept;

  Index first_;
  Index length_;  // samples of a slab
  Index slabs_;
  Index bands_;
  Index n_tones_;
  double rate_;
  double freeze_score_;
  Index warm_up_;
  std::span<Index> band_of_tone_;
  std::span<Index> tones_of_band_;
  std::span<float> table_;  // window times cosine, window times sine, a tone after the other
  std::span<double> now_;   // power of each band of a slab
  std::span<double> mean_;
  std::span<Index> lessons_;
  Index taught_ = 0;  // traces
};

}  // namespace surefoot::detect
