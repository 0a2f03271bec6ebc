// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/fields.hpp>
#include <surefoot/base/stage_kinds.hpp>
#include <surefoot/dsp/fractional_delay.hpp>
#include <surefoot/gpr/first_break.hpp>

#include <array>

namespace surefoot::gpr {

enum class TimeZeroMethod : std::uint8_t { threshold, cross_correlation, coppens, energy_ratio, peak, fixed };
inline constexpr std::array<const char*, 6> time_zero_methods{
    "threshold", "cross_correlation", "coppens", "energy_ratio", "peak", "fixed"};

struct TimeZeroOptions {
  TimeZeroMethod method = TimeZeroMethod::threshold;
  double gate_start_s = -1e-6;
  double gate_end_s = 1e-6;
  double threshold = 0.5;
  Index median_traces = 5;
  double max_shift_s = 1e-9;
  double before_zero_s = 1e-9;
  double wave_s = 2e-9;
  double min_correlation = 0.5;
  double reference_rate = 0.02;
  Index relock_traces = 200;
  double energy_window_s = 1e-9;
  double smoothing_s = 1e-9;
  double zero_s = 0.0;
};

template <class V>
void fields(V& v, TimeZeroOptions& o) {
  v(o.method, "method", Words(time_zero_methods),
    "First crossing of a share of the largest sample, likeness to a mean of earlier aligned traces, first break by a "
    "ratio of energies, the largest sample, or one time that is known, for all traces.");
  v(o.gate_start_s, "gate_start_s", Unit::second, finite(),
    "Start of the search on the input's axis; the gate is cut to the trace.");
  v(o.gate_end_s, "gate_end_s", Unit::second, finite(), "End of the search on the input's axis.");
  v(o.threshold, "threshold", Unit::none, between(0.01, 0.99),
    "Share of the largest magnitude in the gate that marks time zero on the rising flank.");
  v(o.median_traces, "median_traces", Unit::traces, between(1, 1001),
    "Time zero is the median over so many traces, this one and those before it.");
  v(o.max_shift_s, "max_shift_s", Unit::second, above(0.0),
    "Farther than this from the slow mean of time zero the wave counts as lost: it is another wave.");
  v(o.before_zero_s, "before_zero_s", Unit::second, at_least(0.0),
    "Time kept before time zero, rounded to whole samples.");
  v(o.wave_s, "wave_s", Unit::second, above(0.0),
    "cross_correlation: length of the reference wave, one to two periods and at least four samples; a quarter lies "
    "before time zero.");
  v(o.min_correlation, "min_correlation", Unit::none, between(0.0, 1.0),
    "cross_correlation: correlation coefficient below which the wave counts as lost.");
  v(o.reference_rate, "reference_rate", Unit::none, above_to(0.0, 1.0),
    "Share of each good trace in the slow mean of time zero and in the reference wave.");
  v(o.relock_traces, "relock_traces", Unit::traces, between(1, 1e9),
    "After so many lost traces in a row the wave is looked for anew.");
  v(o.energy_window_s, "energy_window_s", Unit::second, above(0.0),
    "coppens, energy_ratio: length of the windows whose energies are compared, about one period of the wave.");
  v(o.smoothing_s, "smoothing_s", Unit::second, at_least(0.0),
    "coppens: length of the edge-preserving smoothing, about one period; 0 for none.");
  v(o.zero_s, "zero_s", Unit::second, finite(),
    "fixed: the time on the input's axis that becomes zero; it may lie before the first sample.");
}

/// The problem with these options on this input, if any: the gate must hold three samples, the wave must fit into the
/// trace, and the part before time zero must be shorter than it.
[[nodiscard]] Problem validate(const TimeZeroOptions& options, const StreamSpec& in) noexcept;

/// Shift each trace so that time zero, the arrival of the reference wave, lies at t = 0 for all of them.
///
///   y[i] = x(t0 + i step - before),  t0 = median of the last median_traces measured arrivals,  before = before_zero_s
///
/// threshold          the first sample in the gate with |x| > threshold * max|x| (the peak refined by a parabola), the
///                    crossing refined by a cubic through four samples
/// cross_correlation  the lag of the largest correlation coefficient with a reference wave, refined by a parabola twice; the
///                    arrival is the threshold crossing of the reference, which is the mean of earlier aligned good traces
/// coppens            the steepest rise of the smoothed ratio of the energy in a window to all energy so far
/// energy_ratio       the largest product of |x| and the ratio of the energy behind to that in front (MER)
/// peak               the largest |x|, refined by a parabola
/// fixed              t0 = zero_s for all traces: from a picked line, a header, or -s/c to count from the emission where the
///                    direct wave of antennas at a distance s stands at 0. Nothing is looked for, so nothing is lost; the one
///                    method for gathers whose antennas move apart (CMP, WARR)
/// gpr/first_break.hpp has the formulas and their sources. All work on either polarity of the wave. The methods mark different
/// places of it: the first breaks lie up to half a period before the peak; do not mix them in one survey.
///
/// Axis      along time. Shape (n_samples) in, the same out; the output axis starts at -before, a whole number of samples.
/// Edges     samples from beyond the ends of the input are zero: nothing is invented. Non-whole shifts: dsp::FractionalDelay.
/// Memory    the median looks back only: a real step of the arrival takes effect median_traces / 2 traces later, a single
///           wrong one never. Quality::warming_up until the median is full. fixed has none.
/// Lost      Quality::time_zero_lost, and the last good shift is kept (before any: the input's own zero), when nothing crosses
///           the threshold inside the gate (the trace is silent, or already over it at the gate's start), no ratio rises, the
///           correlation is too small, or the median is farther than max_shift_s from the slow mean of the arrivals. This,
///           with the median, is what keeps a strong shallow target from being taken for the ground. After relock_traces lost ones in a row
///           the search starts anew, so that a changed antenna is not lost for ever.
/// Accuracy  without noise, 10 samples a period: 0.02 samples (threshold, cross_correlation, peak 0.05, coppens and
///           energy_ratio 0.2); at 20 dB 0.33 (threshold
///           0.7) and 0.09 samples rms for a single trace.
/// Cost      about three passes and a delay of 12 taps; cross_correlation adds wave * (2 max_shift + 1) products, both in samples;
///           coppens 4 smoothing products a sample of the gate.
/// Noise     a Ricker wave has lobes of 0.446 in front of its peak: at 20 dB take a threshold of 0.7, not the default.
/// Overlap   a strong echo inside the reference wave pulls the correlation: keep wave_s short of the shallowest target.
/// Not       a velocity or height correction: it moves traces, it does not say what moved them.
/// @source   our own; half maximum in a gate and a median over traces are common practice in ground alignment
class TimeZero final : public CausalStage {
 public:
  TimeZero(const TimeZeroOptions& options, const StreamSpec& in, Arena& arena) noexcept;

 private:
  // A position in samples of the input; found is false if there is none.
  struct Arrival {
    double at = 0.0;
    bool found = false;
  };

  void step(ConstTraceRef in, TraceRef out, TraceTag& tag) noexcept override;
  void forget() noexcept override;
  void remember(StateArchive& archive) noexcept override;

  [[nodiscard]] Arrival pick(ConstTraceRef in) noexcept;
  [[nodiscard]] Arrival correlate() noexcept;
  [[nodiscard]] bool start_reference(ConstTraceRef in) noexcept;
  void update_reference() noexcept;
  [[nodiscard]] double median_with(double arrival) noexcept;
  void begin_anew() noexcept;

  TimeZeroOptions options_;
  Index gate_begin_;
  Index gate_end_;
  Index before_;        // samples kept before time zero
  double max_shift_;    // samples
  Index most_lag_;      // the same, whole
  Index wave_;          // samples of the reference wave
  Index wave_before_;   // of which before its time zero
  double first_shift_;  // the input's own zero, in samples
  Index most_updates_;  // 1/rate, rounded up
  double last_good_;    // the shift in use
  double mean_ = 0.0;   // slow mean of the arrivals
  Index updates_ = 0;   // of it, up to most_updates_
  Index lost_in_a_row_ = 0;
  Index n_arrivals_ = 0;
  Index next_arrival_ = 0;
  bool has_reference_ = false;
  double crossing_ = 0.0;  // time zero on the reference wave, in samples from its start
  std::span<double> arrivals_;
  std::span<double> sorted_;
  std::span<double> reference_;
  std::span<double> correlation_;  // per lag
  std::span<double> energy_;       // of the trace under the wave, per lag
  std::span<Sample> search_;       // the stretch in which the wave is looked for
  std::span<Sample> aligned_;      // the wave of this trace, with one sample more on each side
  Index energy_window_;            // samples
  Index smoothing_;                // samples
  BreakScratch scratch_;
  dsp::FractionalDelay delay_;
};

}  // namespace surefoot::gpr
