// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/edit_stage.hpp>
#include <surefoot/base/fields.hpp>
#include <surefoot/base/ring.hpp>
#include <surefoot/dsp/tone_bank.hpp>
#include <surefoot/emi/order.hpp>

#include <array>
#include <cstdint>

namespace surefoot::emi {

enum class LockInFilter : std::uint8_t { boxcar, hann, blackman, lowpass };
inline constexpr std::array lock_in_filter_words{"boxcar", "hann", "blackman", "lowpass"};

struct LockInOptions {
  NumberList tones_hz{2425.0, 19225.0};
  double output_interval_s = 0.01;
  LockInFilter filter = LockInFilter::boxcar;
  double integration_s = 0.04;
  double time_constant_s = 0.02;
  double mains_hz = 50.0;
  double rail = 0.0;
};

template <class V>
void fields(V& v, LockInOptions& o) {
  v(o.tones_hz, "tones_hz", Unit::hertz, above(0.0), "Frequencies that are demodulated at once, rising.");
  v(o.output_interval_s, "output_interval_s", Unit::second, above_to(0.0, 100.0),
    "Time from one result to the next, rounded to whole samples.");
  v(o.filter, "filter", Words(lock_in_filter_words),
    "What weighs the samples of a result: all the same, a Hann or Blackman window, or the mean of an output interval "
    "and then two first-order low-passes.");
  v(o.integration_s, "integration_s", Unit::second, above_to(0.0, 100.0),
    "Length of the boxcar or window, rounded to whole output intervals, at most 64; lowpass does not use it. Whole "
    "cycles of every tone and of the mains keep them apart exactly.");
  v(o.time_constant_s, "time_constant_s", Unit::second, above_to(0.0, 1000.0),
    "lowpass: time constant of each of the two low-passes.");
  v(o.mains_hz, "mains_hz", Unit::hertz, between(0.0, 1000.0),
    "Mains frequency whose harmonics the notes speak of; it changes no result. 0: none.");
  v(o.rail, "rail", Unit::none, at_least(0.0),
    "Magnitude at which the converter clips, in units of the samples (32767 for raw 16 bit); 0: not known.");
}

/// The problem with these options on this input, if any.
[[nodiscard]] Problem validate(const LockInOptions& options, const StreamSpec& in) noexcept;

/// What comes of a line that is offset_hz away from a tone, as a share of its amplitude: 1 at 0 Hz.
[[nodiscard]] double lock_in_response(const LockInOptions& options, double rate_hz, double offset_hz) noexcept;
/// One-sided noise bandwidth of the filter in hertz.
[[nodiscard]] double lock_in_noise_bandwidth_hz(const LockInOptions& options, double rate_hz) noexcept;

/// Demodulate the samples of receivers at several tones at once: in-phase and quadrature of each, at a lower rate.
///
///   z_k = 2 / (sum w) sum_n w[n - n0] x[n] e^(-2 pi i n f_k / f_s),   sample 2k = Re z_k, sample 2k + 1 = Im z_k
///   boxcar w = 1;  hann w = 1/2 - 1/2 cos u;  blackman w = 0.42 - 0.5 cos u + 0.08 cos 2u,  u = 2 pi (m + 1/2) / N
///   lowpass  c = boxcar of one output interval H;  a += g (c - a);  z += g (a - z),  g = 1 - e^(-H / (f_s time_constant_s))
///
/// A line A cos(2 pi f_k t + phi) gives A e^(i phi). n counts the samples since the first one of the block with index 0: the
/// phase comes from integers (dsp/turns.hpp), not from what came before. So lost blocks do not turn it, a stage that begins
/// in the middle of a stream agrees with one that saw it all, and f_s / f_k need not be whole.
/// Noise     independent samples of deviation s give s sqrt(4 B / f_s) in each of I and Q; B, the one-sided noise bandwidth, is
///           f_s / (2 N) for boxcar, so s sqrt(2 / N); hann 1.5, blackman 1.727 times that; lowpass
///           f_s / (2 H) g^4 (1 + q) / (1 - q)^3, q = (1 - g)^2.
/// Axis      AxisKind::sample_time in: one stretch of samples a receiver, block after block without a pause (trace_interval_s is
///           not read). AxisKind::sweep out with the tones as places, as many receivers. Results end at multiples of the output
///           interval since index 0 and are numbered by them: one block may give several, or several blocks one.
/// Tags      time is that of the middle of the window (of the interval for lowpass, which lags two time constants more), if a
///           tag's time is that of the block's first sample; place and standoff are means over the blocks.
/// Flags     a result is zero and dropped if a sample of its window is missing or was unusable; nothing is given for an
///           interval without any. A block that comes again or too late is left out and what comes next is flagged
///           out_of_order; where the count goes on from a lower number (order.hpp), all begins anew. |x| >= rail flags
///           saturated. All flags of the blocks in the window; for lowpass those of the last ten time constants. The first
///           results, whose window is not yet full, are dropped and warming_up; lowpass begins anew after a gap and warms up
///           for six time constants.
/// Units     input unit, as amplitude; tags in seconds and metres.
/// Notes     noise_bandwidth; leak_of_tones and leak_of_mains: the largest share that another tone, an image or DC, or a
///           harmonic of the mains has in a tone.
/// Cost      dsp/tone_bank.hpp, in bench/emi; hann takes 3 times as long, blackman 5 times. No allocation after construction.
///           Latency: until the block that completes the interval.
/// Not       a phase-locked loop: tones must be those that are sent, of the same clock. Not exact for tones that the notes show to
///           leak: choose whole cycles, or a window. A target that passes within the integration is smeared.
/// @throws ConfigError  (from the pipeline) unless the axis is sample_time with equal steps; for tones above half the sampling
///           rate or closer to each other, to 0 or to half the rate than the filter resolves.
/// @source   textbook demodulation; noise bandwidths: Harris, Proc. IEEE 66(1), 1978; two low-passes in a row: quartiq/idsp
class LockIn final : public EditStage {
 public:
  LockIn(const LockInOptions& options, const StreamSpec& in, Arena& arena) noexcept;
  [[nodiscard]] Index latency() const noexcept override { return latency_; }
  [[nodiscard]] Index most_at_once() const noexcept override { return done_.capacity(); }
  [[nodiscard]] Index notes(std::span<Note> out) const noexcept override;

 private:
  /// What is known of one output interval beside its sums.
  struct Cell {
    std::int64_t number = 0;
    Index filled = 0;  ///< samples that could be used
    Index seen = 0;    ///< samples that came
    Quality quality = Quality::good;
    std::array<double, 6> place{};  ///< sums over what came: time, distance, standoff, position
  };

  void take(ConstTraceRef trace, const TraceTag& tag) noexcept override;
  [[nodiscard]] bool ready() const noexcept override { return !done_.empty(); }
  void give(TraceRef out, TraceTag& tag) noexcept override;
  void close() noexcept override;
  void forget() noexcept override;
  void remember(StateArchive& archive) noexcept override;

  void open_cell(std::int64_t number) noexcept;
  void close_cell() noexcept;
  void add_piece(ConstTraceRef trace, Index from, Index n, std::int64_t first, const TraceTag& tag) noexcept;
  void flush() noexcept;
  void window(TraceTag& tag, TraceRef out) noexcept;
  void low_pass(TraceTag& tag, TraceRef out) noexcept;
  void combine(TraceRef out) noexcept;
  [[nodiscard]] Index slot(std::int64_t number) const noexcept;
  [[nodiscard]] std::span<double> sums(Index of_slot) noexcept;

  Index n_tones_;
  Index n_channels_;
  Index block_;     // samples of a channel in a block
  Index interval_;  // samples of an output interval
  Index cells_;     // output intervals in a window
  LockInFilter filter_;
  Index latency_;
  double rail_;
  double step_s_;
  double gain_;                   // g of the low-passes
  Index warm_cells_;              // until the low-passes have settled
  Index hold_cells_;              // until they have forgotten
  std::array<double, 3> told_{};  // values of the notes
  dsp::ToneBank bank_;            // each tone, and beside it what the cosines of the window shift it to
  std::span<Cell> ring_;          // the latest cells, by number
  std::span<double> sums_;        // of the bank, for each of them
  std::span<double> total_;       // of a window
  std::span<double> first_pass_;  // state of the low-passes
  std::span<double> second_pass_;
  ColumnRing done_;

  Order order_;
  bool begun_ = false;
  bool open_ = false;             // the present cell has been begun
  std::int64_t next_ = 0;         // number of the sample that should come next
  std::int64_t first_whole_ = 0;  // first cell that lies wholly in the stream
  std::int64_t now_ = 0;          // the present cell
  std::int64_t wait_from_ = 0;    // number of the first sample that waits in the bank
  Index waiting_ = 0;
  Quality late_ = Quality::good;
  Quality held_ = Quality::good;  // flags that the low-passes still remember
  Index holding_ = 0;
  Index passed_ = 0;  // cells since the low-passes began
  std::int64_t last_passed_ = 0;
};

}  // namespace surefoot::emi
