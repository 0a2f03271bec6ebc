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
  double hold_s = 1.0;
  Index repeat_traces = 25;
  double position_error_m = 0.05;
  double velocity_m_per_s = 1e8;
  double ground_time_s = 0.0;
  Index capacity = 64;
};

template <class V>
void fields(V& v, PeakAlarmOptions& o) {
  v(o.threshold, "threshold", Unit::none, above(0.0), "Score that a trace must reach to begin an alarm.");
  v(o.release, "release", Unit::none, above_to(0.0, 1.0),
    "An alarm is active until the score falls below this share of the threshold; after it has ended the score must "
    "fall "
    "so low, or rise anew by the inverse, before the next.");
  v(o.footprint, "footprint", Unit::none, above_to(0.0, 1.0),
    "The footprint is where the score is at least this share of the peak.");
  v(o.suppression_m, "suppression_m", Unit::metre, at_least(0.0),
    "Of peaks closer than this only the highest becomes an alarm; one that comes back so near updates it.");
  v(o.suppression_traces, "suppression_traces", Unit::traces, between(0, 100000),
    "The same in traces, for lines without distance and position.");
  v(o.hold_traces, "hold_traces", Unit::traces, between(1, 100000),
    "An alarm is told at the latest so many traces after the threshold was reached, even if the head stands still.");
  v(o.hold_s, "hold_s", Unit::second, above_to(0.0, 3600.0),
    "The same in seconds, where the time from trace to trace is known; what comes first counts.");
  v(o.repeat_traces, "repeat_traces", Unit::traces, between(0, 1000000),
    "While the head stays over it, an alarm is told again each so many traces; 0: only when it ends.");
  v(o.position_error_m, "position_error_m", Unit::metre, between(0.0, 1000.0),
    "Standard deviation of the positions themselves, for the covariance of the place.");
  v(o.velocity_m_per_s, "velocity_m_per_s", Unit::metre_per_second, between(1e7, 3e8),
    "Wave speed in the ground, for the depth.");
  v(o.ground_time_s, "ground_time_s", Unit::second, finite(), "Two-way time of the ground surface, for the depth.");
  v(o.capacity, "capacity", Unit::none, between(1, 100000), "Records that can wait to be pulled.");
}

[[nodiscard]] Problem validate(const PeakAlarmOptions& options, const StreamSpec& in) noexcept;

/// Turn scores into alarms: one alarm for each peak above the threshold, told once, never taken back; later evidence updates it.
///
///   begin     score >= threshold
///   peak      the highest score since; of equal ones the first
///   tell      when the head is suppression_m past the peak and the score below footprint * peak, or has since been below both that
///             and release * threshold; or after hold_traces or hold_s, then as active if the score has not fallen below
///             release * threshold. So does a peak whose place a higher one takes from less than suppression_m away, once that has
///             moved on so far: it had ended between, and has a tenth of the other's score, as lobes of a strong object have not
///   active    until the score falls below release * threshold, or the head is past it as above. Meanwhile a higher peak becomes
///             the alarm's, its footprint grows, and each repeat_traces it is told again; a last record ends it
///   update    a peak closer than suppression_m to where the last alarm was first told is that alarm: it is told again, with its id
///             and the next revision, if it is higher, its footprint wider, or the head has been away. An update never shrinks:
///             first and last trace, extent, hits and flags are of all it was seen by; the rest is of the highest peak
///   next      after score < release * threshold; or score >= threshold after a rise to valley / release, or suppression_m
///             beyond the place where the last alarm was told: a score above the threshold is never left without an alarm
///             for longer
///   place     sum(w * place) / sum(w) over the footprint, the traces around the peak with score >= footprint * peak; w is the
///             score times the way of the trace, half of that to either neighbour: standing still adds nothing. Where there is
///             no way, w is the score
///   variance  that of the place under w, both ways of position added up, plus position_error_m squared; the same in all
///             directions (a footprint is taken for round)
///   depth     that of the peak's tag; else velocity_m_per_s * (score_time_s - ground_time_s) / 2, not below 0
///
/// Axis      across traces. How far two traces are apart is told by their positions; else by tag.distance_m; else by trace counts
///           times the spacing; else by trace counts. Where it is only counted, a head that stands still seems to move: such an
///           alarm stays one as long as it is active, but a rise by 1 / release is a new one.
/// Units     metres and seconds; extent_m is the length of the footprint. NaN where distance or score time is not known.
///           trace_index and time_s are those of the highest score, position and distance those of the footprint's centre.
/// Edges     unusable traces neither begin nor end anything; finish() tells what is still being followed. The footprint
///           reaches back at most memory() traces. Where measured distances begin in the middle of a line, what is
///           followed is told at once and places start anew; where they end, the spacing carries them on.
/// Order     records come in the order of what they tell; of equal scores the earlier trace counts. What was pulled when changes
///           nothing, but where more than `capacity` wait: then the newest is dropped and counted, unless it and the newest that
///           waits are of one id: then it takes its place.
/// Quality   the alarm carries every flag of every trace of its footprint.
/// Cost      O(1) a trace, O(memory) a record; latency at most hold_traces; no allocation after construction.
/// Not       a merger of passes that knows more than the last alarm: see PassMerger. Not a separator: two objects between
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

  /// Traces that the footprint can reach back: twice the hold and one.
  [[nodiscard]] Index memory() const noexcept { return static_cast<Index>(recent_.size()); }

 private:
  struct Seen {  // what is kept of a trace
    std::int64_t index = 0;
    std::array<double, 3> position_m{unknown, unknown, unknown};
    double distance_m = unknown;
    double place = 0.0;  // metres or traces along the line
    float score = 0.0F;
    Quality quality = Quality::good;
  };
  struct Footprint {
    Seen first{};
    Seen last{};
    std::int64_t hits = 0;
    double weight = 0.0;
    double place = 0.0;  // sums of w times the difference from the peak's
    double place_square = 0.0;
    std::array<double, 3> position{};
    double position_square = 0.0;
    double plain_weight = 0.0;  // the same with w = score
    double plain_place = 0.0;
    std::array<double, 3> plain_position{};
    Quality quality = Quality::good;
    Quality pending = Quality::good;  // of unusable traces after the last one: theirs only if another follows
    std::uint32_t open = 0;           // 1: no trace below the level has come after the last one
    std::uint32_t reserved = 0;       // keeps the bytes of a saved state free of padding
  };
  enum class Phase : std::int32_t { idle, following, active, releasing };

  [[nodiscard]] double place_of(const TraceTag& tag) noexcept;
  [[nodiscard]] double suppression() const noexcept;
  [[nodiscard]] bool apart(const Seen& a, const Seen& b) const noexcept;
  [[nodiscard]] const Seen& recent(Index back) const noexcept;
  [[nodiscard]] bool inside(const Seen& seen, float level) const noexcept;
  void follow(const Seen& now, const TraceTag& tag, bool usable) noexcept;
  void stay(const Seen& now, const TraceTag& tag, bool usable) noexcept;
  void begin(const Seen& now, const TraceTag& tag) noexcept;
  [[nodiscard]] bool rises(const TraceTag& tag) const noexcept;
  void raise(const Seen& now, const TraceTag& tag) noexcept;
  void add(const Seen& seen) noexcept;
  void weigh(const Seen& seen, double way) noexcept;
  void settle() noexcept;
  void hide() noexcept;
  void tell_hidden(float higher) noexcept;
  void extend(const Seen& now) noexcept;
  void tell(bool active) noexcept;
  void update(bool active, bool another_pass) noexcept;
  void describe() noexcept;
  void record(bool active) noexcept;
  void start_anew() noexcept;

  PeakAlarmOptions options_;
  double spacing_m_;
  Index hold_;                // traces
  std::span<Seen> recent_;    // ring of the last traces
  std::span<Alarm> waiting_;  // ring of records not yet pulled
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
  Index since_told_ = 0;
  TraceTag top_{};  // of the peak that is followed or active
  Seen peak_{};
  bool settled_ = false;  // the footprint is known up to the newest trace
  Footprint footprint_{};
  bool hidden_ = false;  // a peak before the one that is followed, lower, which had ended: told if the other lies apart
  TraceTag hidden_top_{};
  Seen hidden_peak_{};
  Footprint hidden_footprint_{};
  float valley_ = 0.0F;  // lowest score since the peak that is followed, or since it was told
  double last_place_ = 0.0;
  bool has_alarm_ = false;  // something may still be the last alarm
  bool away_ = false;       // the head has been suppression_m away from it
  Alarm alarm_{};           // as it was told last
  double low_ = 0.0;        // places between which its footprints lie
  double high_ = 0.0;
  Seen anchor_{};   // its peak when it was first told
  Seen told_at_{};  // where the head was when it was told
  std::int64_t next_id_ = 1;
  std::int64_t overflow_ = 0;
};

}  // namespace surefoot::detect
