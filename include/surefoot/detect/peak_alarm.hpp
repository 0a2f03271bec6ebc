// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/arena.hpp>
#include <surefoot/base/detector.hpp>
#include <surefoot/base/fields.hpp>

namespace surefoot::detect {

struct PeakAlarmOptions {
  double threshold = 6.0;
  double release = 0.7;
  double footprint = 0.5;
  double suppression_m = 0.25;
  Index suppression_traces = 12;
  Index hold_traces = 60;
  double velocity_m_per_s = 1e8;
  double ground_time_s = 0.0;
  Index capacity = 64;
};

template <class V>
void fields(V& v, PeakAlarmOptions& o) {
  v(o.threshold, "threshold", Unit::none, above(0.0), "Score that a trace must reach to begin an alarm.");
  v(o.release, "release", Unit::none, above_to(0.0, 1.0),
    "After an alarm the score must fall below this share of the threshold, or rise anew by its inverse, before the "
    "next.");
  v(o.footprint, "footprint", Unit::none, above_to(0.0, 1.0),
    "The footprint is where the score is at least this share of the peak.");
  v(o.suppression_m, "suppression_m", Unit::metre, at_least(0.0),
    "Of peaks closer than this only the highest becomes an alarm.");
  v(o.suppression_traces, "suppression_traces", Unit::traces, between(0, 100000),
    "The same in traces, for lines without distance.");
  v(o.hold_traces, "hold_traces", Unit::traces, between(1, 100000),
    "An alarm is given at the latest so many traces after the threshold was reached, even if the head stands still.");
  v(o.velocity_m_per_s, "velocity_m_per_s", Unit::metre_per_second, between(1e7, 3e8),
    "Wave speed in the ground, for the depth.");
  v(o.ground_time_s, "ground_time_s", Unit::second, finite(), "Two-way time of the ground surface, for the depth.");
  v(o.capacity, "capacity", Unit::none, between(1, 100000), "Alarms that can wait to be pulled.");
}

[[nodiscard]] Problem validate(const PeakAlarmOptions& options, const StreamSpec& in) noexcept;

/// Turn scores into alarms: one alarm for each peak above the threshold, given once, never taken back.
///
///   begin     score >= threshold
///   peak      the highest score since; of equal ones the first
///   give      when the head is suppression_m past the peak and the score below footprint * peak, or hold_traces after the
///             beginning (not if the head never left the last alarm's neighbourhood and this peak is no higher)
///   next      after score < release * threshold; or score >= threshold after a rise to valley / release, or suppression_m
///             beyond the place where the last alarm was given: a score above the threshold is never left without an alarm
///             for longer
///   place     sum(score * place) / sum(score) over the footprint: the traces around the peak with score >= footprint * peak
///   depth     that of the peak's tag; else velocity_m_per_s * (score_time_s - ground_time_s) / 2, not below 0
///
/// Axis      across traces. Places are tag.distance_m; else trace counts times the spacing; else trace counts.
/// Units     metres and seconds; extent_m is the length of the footprint. NaN where distance or score time is not known.
///           trace_index and time_s are those of the highest score, position and distance those of the footprint's centre.
/// Edges     unusable traces neither begin nor end anything; finish() gives what is still being followed. The footprint
///           reaches back at most memory() traces. Where measured distances begin in the middle of a line, what is
///           followed is given at once and places start anew; where they end, the spacing carries them on.
/// Quality   the alarm carries every flag of every trace of its footprint.
/// Cost      O(1) a trace, O(memory) once an alarm; latency at most hold_traces; no allocation after construction.
/// Not       a merger of passes: each pass over an object gives an alarm of its own. Not a separator: two objects between
///           which the score stays above footprint * peak are one alarm with the extent of both.
/// @throws ConfigError  if an option is out of its range.
/// @source   our own; non-maximum suppression along the track is common practice of vehicle prescreeners
class PeakAlarm final : public Detector {
 public:
  PeakAlarm(const PeakAlarmOptions& options, const StreamSpec& in, Arena& arena) noexcept;

  void push(ConstTraceRef trace, const TraceTag& tag) noexcept override;
  bool pull(Alarm& alarm) noexcept override;
  void finish() noexcept override;
  void reset() noexcept override;
  void state(StateArchive& archive) noexcept override;
  [[nodiscard]] std::int64_t overflow() const noexcept override { return overflow_; }

  /// Traces that the footprint can reach back: twice hold_traces and one.
  [[nodiscard]] Index memory() const noexcept { return static_cast<Index>(recent_.size()); }

 private:
  struct Seen {  // what is kept of a trace
    TraceTag tag;
    double place = 0.0;  // metres or traces along the line
  };
  enum class Phase : std::int32_t { idle, following, releasing };

  [[nodiscard]] double place_of(const TraceTag& tag) noexcept;
  [[nodiscard]] double suppression() const noexcept;
  [[nodiscard]] Seen& recent(Index back) noexcept;
  void start_anew() noexcept;
  void begin() noexcept;
  void give() noexcept;

  PeakAlarmOptions options_;
  double spacing_m_;
  std::span<Seen> recent_;    // ring of the last traces
  std::span<Alarm> waiting_;  // ring of alarms not yet pulled
  Index newest_ = 0;
  Index seen_ = 0;  // traces in the ring
  Index first_waiting_ = 0;
  Index n_waiting_ = 0;
  Phase phase_ = Phase::idle;
  bool metric_ = false;    // places are metres
  bool placed_ = false;    // a place is known
  bool measured_ = false;  // the places are those of the tags
  Index since_begin_ = 0;
  Index since_peak_ = 0;
  float peak_score_ = 0.0F;
  float valley_ = 0.0F;
  double peak_place_ = 0.0;
  double last_place_ = 0.0;
  bool near_given_ = false;  // the head has not been suppression_m away from the last alarm since
  float given_score_ = 0.0F;
  double given_place_ = 0.0;
  double given_end_ = 0.0;  // where the head was when it was given
  std::int64_t next_id_ = 1;
  std::int64_t overflow_ = 0;
};

}  // namespace surefoot::detect
