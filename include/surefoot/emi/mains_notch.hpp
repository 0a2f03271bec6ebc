// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/edit_stage.hpp>
#include <surefoot/base/fields.hpp>
#include <surefoot/base/ring.hpp>
#include <surefoot/dsp/harmonic_fit.hpp>
#include <surefoot/emi/order.hpp>

#include <cstdint>

namespace surefoot::emi {

struct MainsNotchOptions {
  double mains_hz = 50.0;
  double search_hz = 0.05;
  Index n_harmonics = 10;
  double fit_s = 0.08;
};

template <class V>
void fields(V& v, MainsNotchOptions& o) {
  v(o.mains_hz, "mains_hz", Unit::hertz, above_to(0.0, 1000.0), "Nominal frequency of the mains.");
  v(o.search_hz, "search_hz", Unit::hertz, between(0.0, 5.0),
    "How far from it the frequency may lie, on both sides; 0 takes it as it is.");
  v(o.n_harmonics, "n_harmonics", Unit::none, between(1, 100), "Harmonics that are removed, from the first on.");
  v(o.fit_s, "fit_s", Unit::second, above_to(0.0, 60.0),
    "Length of each fit, rounded up to whole blocks: at least two cycles of the mains.");
}

/// The problem with these options on this input, if any.
[[nodiscard]] Problem validate(const MainsNotchOptions& options, const StreamSpec& in) noexcept;

/// Remove mains hum from raw samples: harmonics of one frequency, fitted by least squares and subtracted.
///
///   y[n] = x[n] - sum_h a_h cos(2 pi h f n / f_s) + b_h sin(2 pi h f n / f_s)
///   f common to all harmonics and channels, a, b of each channel by least squares, a constant beside them (dsp/harmonic_fit.hpp)
///
/// Each stretch of fit_s, counted from the block with index 0, is fitted alone: what was wrong with one does no harm to the next.
/// Axis      AxisKind::sample_time with equal steps, in and out; traces are blocks that follow one another without a pause.
/// Tags      those of the blocks.
/// Flags     all those of the usable blocks of a fit, on each block of it: they had a part in the hum. Missing and unusable blocks
///           do not count; the fit knows where they were. A stretch with less than two cycles of samples comes out as it came in,
///           flagged warming_up. not_converged: the frequency lies at the end of the search, and the hum is not noise. A block
///           that comes again or too late is left out; the next one out is flagged out_of_order; where the count goes on
///           from a lower number (order.hpp), a fit begins anew.
/// Units     input unit kept.
/// Notes     mains_frequency and hum_share (of the energy beside the mean), of the last fit.
/// Cost      bench/emi; no allocation after construction. Latency: the blocks of a fit less one; they come out together.
/// Not       to be used where a tone that is sent lies within 1 / fit_s of a harmonic: the fit takes it for hum and removes it. It
///           takes 2 n_harmonics + 1 of the samples' degrees of freedom in each fit, also of targets that pass in that time. Where the
///           pulses or the windows are synchronous with the mains (emi.pulse_stack, emi.lock_in) it is not needed.
/// @throws ConfigError  (from the pipeline) unless the axis is sample_time with equal steps; if fit_s spans less than two cycles, the
///           highest harmonic lies above 0.45 of the sampling rate, or search_hz is too wide for fit_s and n_harmonics.
/// @source   emi.md F14; see dsp/harmonic_fit.hpp
class MainsNotch final : public EditStage {
 public:
  MainsNotch(const MainsNotchOptions& options, const StreamSpec& in, Arena& arena) noexcept;
  [[nodiscard]] Index latency() const noexcept override { return n_blocks_ - 1; }
  [[nodiscard]] Index most_at_once() const noexcept override { return 2 * n_blocks_; }
  [[nodiscard]] Index notes(std::span<Note> out) const noexcept override;

 private:
  void take(ConstTraceRef trace, const TraceTag& tag) noexcept override;
  [[nodiscard]] bool ready() const noexcept override { return n_ready_ > 0; }
  void give(TraceRef out, TraceTag& tag) noexcept override;
  void close() noexcept override;
  void forget() noexcept override;
  void remember(StateArchive& archive) noexcept override;
  void clean() noexcept;

  MainsNotchOptions options_;
  double rate_hz_;
  Index block_;     // samples of a channel in a block
  Index n_blocks_;  // in a fit
  dsp::HarmonicFit fit_;
  ColumnRing blocks_;  // those of the last fit that wait to be pulled, then those of the present one
  std::span<dsp::HarmonicRun> runs_;
  Index n_ready_ = 0;
  bool begun_ = false;
  std::int64_t group_ = 0;
  Order order_;
  Quality late_ = Quality::good;
  double frequency_hz_ = 0.0;
  double hum_share_ = 0.0;
};

}  // namespace surefoot::emi
