// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/alarm.hpp>
#include <surefoot/base/fields.hpp>
#include <surefoot/base/truth.hpp>
#include <surefoot/eval/region.hpp>

#include <array>
#include <string>
#include <vector>

/// Alarms against known targets, by the halo rule. This is the one place where it is decided what was found, what was missed
/// and what was false; every curve, table and comparison starts from it.
namespace surefoot::eval {

/// What an alarm on emplaced clutter is.
enum class ClutterRule : std::uint8_t {
  own_class,   ///< neither found nor false: clutter has its own line in the tables
  false_alarm  ///< a false alarm, as the ground under it is dug for nothing
};
inline constexpr std::array<const char*, 2> clutter_rule_words{"own_class", "false_alarm"};

/// How places are compared.
enum class Frame : std::uint8_t {
  automatic,  ///< on the ground if every target knows its y_m, else along the line
  along,      ///< by distance along the line, in metres
  ground      ///< by x and y, in square metres
};
inline constexpr std::array<const char*, 3> frame_words{"automatic", "along", "ground"};

/// What ground a false alarm rate is over.
enum class ExposureRule : std::uint8_t {
  outside_halos,  ///< scanned ground without halos and zones: where a false alarm could be
  scanned         ///< scanned ground without zones: a lower rate, for comparison with others' numbers
};
inline constexpr std::array<const char*, 2> exposure_rule_words{"outside_halos", "scanned"};

struct MatchOptions {
  double halo_m = 0.10;
  ClutterRule clutter = ClutterRule::own_class;
  Frame frame = Frame::automatic;
  ExposureRule exposure = ExposureRule::outside_halos;
  double footprint_m = 0.0;
  double max_gap_m = 0.25;
  double edge_m = 0.0;
};
template <class V>
void fields(V& v, MatchOptions& o) {
  v(o.halo_m, "halo_m", Unit::metre, between(0, 100),
    "An alarm this near a target's nearest edge belongs to the target.");
  v(o.clutter, "clutter", Words(clutter_rule_words), "What an alarm on emplaced clutter counts as.");
  v(o.frame, "frame", Words(frame_words), "Compare places along the line or on the ground.");
  v(o.exposure, "exposure", Words(exposure_rule_words), "Ground that the false alarm rate is over.");
  v(o.footprint_m, "footprint_m", Unit::metre, between(0, 100),
    "Width on the ground that the sensor sees; must be above 0 for a swept area.");
  v(o.max_gap_m, "max_gap_m", Unit::metre, above_to(0, 1000), "Ground between traces further apart was not scanned.");
  v(o.edge_m, "edge_m", Unit::metre, between(0, 100), "Alarms this near the ends of what a line scanned are ignored.");
}
[[nodiscard]] Problem validate(const MatchOptions& options) noexcept;

/// What a run gave on one line, and where it looked. Distances of alarms and scan are the line's own; `start_m` moves them into the
/// frame of the truth, in which `ignored` stands.
struct ScoredLine {
  std::string line;  ///< as in the truth
  std::vector<Alarm> alarms;
  Scan scan;                      ///< where there were traces; empty: not known, then every target counts as covered
  double start_m = 0.0;           ///< where the line's distance 0 lies in the truth's x_m, along the line
  double area_m2 = unknown;       ///< scanned ground, where somebody knows it better than the scan
  double length_m = unknown;      ///< the same along the line, where the scan is not known
  std::vector<Interval> ignored;  ///< pieces along the line that are not scored
  std::string lane;               ///< lines that pass over the same ground share it; empty: see match()
  Index latency_traces = -1;      ///< from a trace to its score; -1: not known, or whole_line
  bool whole_line = false;        ///< the run waits for the end of the line: no live result
  double trace_spacing_m = 0.0;   ///< 0: not known
};

struct Trial {
  std::vector<ScoredLine> lines;
  Truth truth;
  std::vector<Polygon> ignored;  ///< ground that is not scored, in the frame of the targets
  double area_m2 = unknown;      ///< scanned ground of all lines: shared by their scanned length, else equally
  double length_m = unknown;     ///< the same along the lines, where no scan is known: shared equally
};

enum class Coverage : std::uint8_t { covered, uncovered, ignored };
inline constexpr std::array<const char*, 3> coverage_words{"covered", "uncovered", "ignored"};

/// An alarm of a trial by its place in it; line -1: none.
struct AlarmRef {
  Index line = -1;
  Index alarm = -1;
  [[nodiscard]] explicit operator bool() const noexcept { return line >= 0; }
};

/// What became of one object, over all the lines that pass over it.
struct Outcome {
  Target target;    ///< its first row of the truth
  Index lane = -1;  ///< in Matched::lanes; -1 where no line passed
  bool clutter = false;
  Coverage coverage = Coverage::covered;
  Index passes = 0;  ///< lines that scanned it
  Index detected_passes = 0;
  AlarmRef alarm;             ///< the highest score in its halo
  double score = 0.0;         ///< of that alarm; -infinity where there is none
  double offset_m = unknown;  ///< of that alarm: signed along the line, or the distance on the ground, from the centre
  double depth_error_m = unknown;  ///< of that alarm: its depth less that of the target's top
  Index extra = 0;                 ///< further alarms in the halo: neither found nor false

  [[nodiscard]] bool found(double threshold) const noexcept { return bool(alarm) && score >= threshold; }
};

/// One row of the truth on one line: an encounter with an object.
struct Pass {
  std::size_t outcome = 0;  ///< the object
  std::size_t line = 0;
  Target target;
  Coverage coverage = Coverage::covered;
  bool alarmed = false;
  double score = 0.0;  ///< highest in its halo; -infinity where there is none
};

/// An alarm that belongs to no target.
struct FalseAlarm {
  AlarmRef alarm;
  double score = 0.0;
  Index lane = -1;
  Index clutter = -1;  ///< outcome of the clutter under it, with ClutterRule::false_alarm
  bool placed = true;  ///< false: nobody knows where it was
};

/// One stretch of ground that is held out or drawn as a whole.
struct Lane {
  std::string name;
  std::vector<std::string> lines;
  double exposure = unknown;  ///< m or m^2 where a false alarm could have been; NaN where not known
};

enum class ExposureUnit : std::uint8_t { unknown, metre, square_metre };

struct Matched {
  MatchOptions options;
  Frame frame = Frame::along;     ///< as it was decided
  std::vector<Outcome> outcomes;  ///< in the order of the truth, each object once
  std::vector<Pass> passes;
  std::vector<FalseAlarm> false_alarms;
  std::vector<AlarmRef> on_clutter;  ///< alarms that belong to emplaced clutter, with ClutterRule::own_class
  std::vector<AlarmRef> ignored;     ///< alarms in zones and at ends that are not scored
  std::vector<Lane> lanes;
  ExposureUnit unit = ExposureUnit::unknown;
  double exposure = unknown;  ///< of all lanes
  Index n_alarms = 0;
  std::vector<std::string> notes;  ///< what a reader of the numbers must know, one sentence each

  /// Objects that count for the probability of detection: no clutter, covered, not ignored.
  [[nodiscard]] static bool counts(const Outcome& o) noexcept { return !o.clutter && o.coverage == Coverage::covered; }
};

/// Which records a later one of the same alarm replaces: the same id with a higher revision.
[[nodiscard]] std::vector<bool> replaced_records(const std::vector<Alarm>& alarms);

/// Decide which alarm belongs to which target.
///
///   an alarm lies in a halo  <=>  distance to the target's nearest edge <= halo_m (+ 1 nm for rounding)
///
/// Counting  several alarms in one halo are one detection: the highest score counts, the others neither found nor false.
///           An alarm in two halos belongs to the target whose edge is nearer, inside both to the one whose centre is. An
///           alarm without a place is false. With ClutterRule::false_alarm clutter takes part in this, but what belongs to it
///           is false, each alarm. Of several records of
///           one alarm the last counts: the same id with a higher revision.
/// Ignored   alarms in zones and near the ends are ignored wherever a target is; a target whose centre lies in a zone, or near
///           an end, is not scored; both are listed. An alarm without a place cannot be ignored.
/// Edges     along the line: width_m about x_m. On the ground: a disc of diameter width_m, or a box of width_m along x and
///           length_m along y if length_m is not 0.
/// Covered   a target is covered where any part of it lies in what a line scanned; else it is listed as uncovered and counts
///           neither way. A target on a line that is not in the trial is uncovered.
/// Objects   rows of the truth with the same id are one object; lines that pass over one object are one lane, also where they
///           say different lanes. A row without a line belongs to all lines (only on the ground).
/// Exposure  the union of scanned ground without halos (of what absorbs alarms; unless ExposureRule::scanned) and zones: metres along the line, m^2 on the
///           ground from the swept footprint, or area_m2 less the halos where it is given.
/// Cost      alarms times targets of a line; the swept area milliseconds a metre.
/// @throws ConfigError  an option out of range, a score that is NaN, one name for two lines, an object that is two things at
///         once, exposures of different units
/// @source   CWA 14747 (halo by the nearest edge); what belongs to what, and what is ignored, is our own
[[nodiscard]] Matched match(const Trial& trial, const MatchOptions& options = {});

}  // namespace surefoot::eval
