// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/edit_stage.hpp>
#include <surefoot/base/fields.hpp>
#include <surefoot/base/ring.hpp>
#include <surefoot/emi/order.hpp>

#include <array>
#include <cstdint>

namespace surefoot::emi {

enum class StackRejection : std::uint8_t { none, clip, biweight };
inline constexpr std::array stack_rejection_words{"none", "clip", "biweight"};

struct PulseStackOptions {
  Index length_traces = 8;
  bool bipolar = true;
  StackRejection rejection = StackRejection::clip;
  double reject_z = 6.0;
  double least_share = 0.5;
  double mains_hz = 50.0;
};

template <class V>
void fields(V& v, PulseStackOptions& o) {
  v(o.length_traces, "length_traces", Unit::traces, between(2, 1024), "Pulses in a stack.");
  v(o.bipolar, "bipolar", "Pulses alternate in sign: those with an odd index are negative.");
  v(o.rejection, "rejection", Words(stack_rejection_words),
    "How samples unlike the others of their sign are treated: all count; those beyond reject_z do not; or weights that "
    "fall to zero there (Tukey).");
  v(o.reject_z, "reject_z", Unit::none, between(1.0, 1e6),
    "Distance from the median, in robust standard deviations, from which on a sample does not count.");
  v(o.least_share, "least_share", Unit::none, between(0.0, 1.0),
    "A stack with fewer usable pulses than this share of its length is dropped.");
  v(o.mains_hz, "mains_hz", Unit::hertz, between(0.0, 1000.0),
    "Mains frequency that the notes speak of; it changes no result. 0: none.");
}

/// The problem with these options on this input, if any.
[[nodiscard]] Problem validate(const PulseStackOptions& options, const StreamSpec& in) noexcept;

/// Amplitude with which a line at hum_hz comes through a whole stack of n pulses that are interval_s apart, against a decay: 0 to 1.
///
///   | 1/n sum_j s_j e^(2 pi i hum_hz interval_s j) |,  s_j = (-1)^j if bipolar, else 1
[[nodiscard]] double pulse_stack_response(Index n, bool bipolar, double interval_s, double hum_hz) noexcept;

/// Stack the decays of pulses, of alternating sign or not, without those samples that are unlike the others.
///
///   y[i] = (L+[i] - L-[i]) / 2,   L+, L- the location of sample i over the pulses of even and odd index;  y = L+ if not bipolar
///   none      L = mean
///   clip      L = mean of those with |x - m| <= reject_z 1.4826 d,  m = median x, d = median |x - m|
///   biweight  L = sum w x / sum w,  w = (1 - u^2)^2 for |u| < 1, u = (x - L) / (reject_z 1.4826 d), from L = m in 5 steps
///
/// What is the same in all pulses cancels exactly, also where pulses are missing: an offset, and hum whose cycles are whole in
/// the time from pulse to pulse. With an odd multiple of half a cycle the hum changes sign with the pulses and adds up in full;
/// the note mains_gain says which.
/// Signs     follow the index of a pulse, not the count: a lost pulse turns no sign.
/// Axis      AxisKind::gate_time or gates; (n_samples) in, the same out, one trace for the pulses n g .. n g + n - 1 by index,
///           numbered g; interval and spacing are n times as long.
/// Tags      time, place and standoff are the means over the usable pulses of the stack (over all, if none is usable).
/// Flags     all those of the stack. Pulses that are missing or unusable do not count: repaired, or dropped if less than
///           least_share, or none of one sign, is there. Rejected samples: repaired. A pulse that comes again or too late is left out;
///           the next result is flagged out_of_order; where the count goes on from a lower number (order.hpp), a
///           stack begins anew. The first and last stack, where pulses are missing: warming_up.
/// Edges     with less than 3 pulses of a sign nothing is rejected; where d = 0 only samples equal to m count.
/// Notes     rejected_share of all samples; mains_gain in decibel, if the interval is known.
/// Units     input unit kept.
/// Cost      a sorting network over 16 samples at a time (dsp/lane_sort.hpp); none: one pass. Memory of n traces; latency n - 1.
/// Not       a cure for hum that is not synchronous (emi.mains_notch). Rejection of what most pulses have is impossible.
/// @throws ConfigError  (from the pipeline) unless the axis is gate_time or gates; if bipolar pulses are stacked in odd numbers.
/// @source   biweight: Mosteller and Tukey, Data Analysis and Regression, 1977, 10; 1.4826: Hampel, 1974; synchronous stacking:
///           practice of transient electromagnetics
class PulseStack final : public EditStage {
 public:
  PulseStack(const PulseStackOptions& options, const StreamSpec& in, Arena& arena) noexcept;
  [[nodiscard]] Index latency() const noexcept override { return options_.length_traces - 1; }
  [[nodiscard]] Index most_at_once() const noexcept override { return done_.capacity(); }
  [[nodiscard]] Index notes(std::span<Note> out) const noexcept override;

 private:
  void take(ConstTraceRef trace, const TraceTag& tag) noexcept override;
  [[nodiscard]] bool ready() const noexcept override { return !done_.empty(); }
  void give(TraceRef out, TraceTag& tag) noexcept override;
  void close() noexcept override;
  void forget() noexcept override;
  void remember(StateArchive& archive) noexcept override;

  void stack(bool last) noexcept;
  [[nodiscard]] bool negative(std::int64_t index) const noexcept { return options_.bipolar && index % 2 != 0; }
  /// Locations of the pulses of one sign, added to out with a factor; false if there are none.
  bool add_sign(bool negative_sign, double factor) noexcept;
  void locate(Index n, std::array<double, 16>& location) noexcept;

  PulseStackOptions options_;
  double mains_gain_;
  ColumnRing group_;
  ColumnRing done_;
  std::span<double> sum_;
  std::span<float> values_;  // 16 samples of each pulse
  std::span<float> deviations_;
  bool begun_ = false;
  Order order_;
  std::int64_t number_ = 0;       // of the present group
  std::int64_t first_whole_ = 0;  // first group that lies wholly in the stream
  Quality late_ = Quality::good;
  double n_seen_ = 0.0;  // samples that could be rejected
  double n_rejected_ = 0.0;
  bool rejected_ = false;  // in the present group
};

}  // namespace surefoot::emi
