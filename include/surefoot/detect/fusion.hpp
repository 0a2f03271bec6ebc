// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/arena.hpp>
#include <surefoot/base/fuser.hpp>
#include <surefoot/detect/fusion_model.hpp>

namespace surefoot::detect {

/// Put alarms of a metal detector and a radar together: one record for each object, with the evidence of both.
///
///   place     of a sensor = place in the tag + its lever arm; time of the radar = time in the tag - lag_s
///   record    begun by the first alarm of either sensor; an alarm of the other sensor within gate_m joins the nearest record that
///             has none of that sensor's. Alarms of one sensor never share a record
///   told      revision 0 at once, with the evidence of the sensor that raised it; then, once usable traces of the other sensor lay
///             within gate_m and one beyond it, or wait_s after (or at finish()), again with the evidence of both; and again
///             for each alarm that joins, with what was seen so far, and each further record of a detector. An alarm that joins closes
///             nothing: what the sensor that does not lead has not passed yet is waited for
///   z         of the sensor that leads: of its alarm; of the other one: the mean of its scores within sight_m, because the highest of
///             many would be high over nothing; with search_m the largest such mean around its traces so near, for a metal alarm
///             over a lying pin is up to 13 cm off. Where the radar's evidence tells an echo from under the surface
///             (detect.contrast), that takes the place of its scores, also where radar leads:
///             max(0, echo_z + gpr_phase_z min(1, echo_z) cos(echo_phase_rad - gpr_phase_rad)). Of a sensor that has raised an
///           alarm, but none of whose traces there is remembered and usable, what the alarm says
///   odds      weigh(), from both z, the phase of an alarm of the metal detector, the gaps in place and depth, and the share that the soil took
///
/// Policy    **An alarm of the metal detector is ranked; it is never cancelled, never held back and never moved**, whatever radar
///           sees or does not see. It is told in the push that raised it, at its own place, and no option changes that. So is an
///           alarm of radar alone: a mine may have next to no metal. `rank` makes score the log odds and threshold those of
///           likely_probability, so that a list sorts by what both sensors say; rank is then the place among the records that are
///           remembered. `label` leaves score and threshold as the sensor gave them; rank is 1 for likely and 2 for unlikely.
///           A score below the threshold and a rank of 2 say "less likely", never "nothing there".
/// Record    of the metal detector where it raised the alarm, else of the radar: place, time, trace numbers, extent, phase, kept
///           share. sensors: whose detector raised it; gpr_z, emi_z: what each saw, NaN where it saw nothing; depth: of the
///           sensor that leads, else of the other; evidence of the radar, echo_z and echo_phase_rad of the strongest echo of those
///           that gave gpr_z; evidence.probability fused; conflict: Dempster's K.
///           active is 1 until the evidence of both is in.
///           A conflict near 1 says that the sensors see different objects: look at both.
/// Quality   every flag of both alarms and of the other sensor's traces within gate_m.
/// Missing   a sensor that had no usable trace within gate_m (or only warming up or bad ones, or scores that are no numbers) is no
///           evidence against anything: its term is left out.
/// Axis      across traces. Gap of two places: from x and y where both are known, else from the distances, else from the times and
///           speed_m_per_s. The direction of travel is that of the last step of 1 mm or more; lever arms count from then on.
/// Cost      O(1) a trace plus O(open records); O(memory_traces) an alarm, with search_m times the traces within it that lie 1 mm
///           or more from the one before. No allocation after construction.
/// Edges     where memory for records runs out the oldest is told for the last time and forgotten; an alarm is then new.
/// Not       a tracker of objects over several passes, and no veto. Two objects within gate_m of which each sensor sees another
///           one become one record: conflict and position gap are the only signs of it.
/// @throws ConfigError  if an option is out of its range or lists do not fit each other.
/// @source   rules of combination as in weigh(); gate, record and policy: our own (src/decisions/0020-fusion.md)
class Fusion final : public Fuser {
 public:
  Fusion(const FusionOptions& options, const StreamSpec& emi, Arena& arena) noexcept;

  void sense(Sensors sensor, const TraceTag& tag) noexcept override;
  void claim(Sensors sensor, const Alarm& alarm) noexcept override;
  bool pull(Alarm& alarm) noexcept override;
  void finish() noexcept override;
  void reset() noexcept override;
  void state(StateArchive& archive) noexcept override;
  [[nodiscard]] double gpr_lag_s() const noexcept override { return options_.lag_s; }
  [[nodiscard]] std::int64_t overflow() const noexcept override { return overflow_; }

 private:
  static constexpr std::size_t n_sensors = 2;  // 0: metal detector, which leads; 1: radar

  struct Place {
    double x_m = unknown;
    double y_m = unknown;
    double along_m = unknown;
    double time_s = unknown;  // at which the head itself was there
  };
  struct Seen {  // what is kept of a trace
    Place place{};
    std::array<double, 2> lever_m{};
    double z = 0.0;  // its score, or what its echo comes to
    double echo_z = unknown;
    double echo_phase_rad = unknown;
    double depth_m = unknown;
    double kept_share = unknown;
    std::int64_t index = 0;
    Quality quality = Quality::good;
    std::uint32_t reserved = 0;  // keeps the bytes of a saved state free of padding
  };
  struct Side {              // one sensor
    std::span<Seen> seen{};  // a ring
    Index newest = 0;
    Index count = 0;
    std::array<double, 2> last_m{unknown, unknown};
    std::array<double, 2> ahead{};  // direction of travel; zero: not known yet
  };
  struct Sight {  // what a sensor saw within the gate around a place
    double z = unknown;
    double gap_m = unknown;  // to the highest score within the gate
    double depth_m = unknown;
    double kept_share = unknown;
    double echo_z = unknown;  // of its strongest echo
    double echo_phase_rad = unknown;
    Quality quality = Quality::good;
  };
  struct Claim {  // what a sensor's detector said
    Alarm alarm{};
    Place place{};
  };
  struct Record {
    std::array<Claim, n_sensors> claims{};
    std::int64_t id = 0;
    std::int64_t told = 0;  // so many times
    double deadline_s = unknown;
    double log_odds = 0.0;
    std::array<std::uint8_t, n_sensors> raised{};  // whose detector
    std::uint8_t covered = 0;                      // the other sensor has been within the gate
    std::uint8_t open = 0;                         // waits for the other sensor
    std::uint32_t reserved = 0;                    // keeps the bytes of a saved state free of padding

    [[nodiscard]] std::size_t lead() const noexcept { return raised[0] != 0 ? 0 : 1; }
  };

  [[nodiscard]] double clock(std::size_t s, double time_s) const noexcept;
  [[nodiscard]] std::array<double, 2> lever(std::size_t s) const noexcept;
  void turn(Side& side, const TraceTag& tag) noexcept;
  template <class Tagged>
  [[nodiscard]] Place place_of(std::size_t s, const Tagged& tagged, std::array<double, 2> lever_m) const noexcept;
  [[nodiscard]] double gap(const Place& a, const Place& b) const noexcept;
  [[nodiscard]] const Seen& seen(std::size_t s, Index back) const noexcept;
  [[nodiscard]] double z_of(std::size_t s, float score, const Evidence& evidence) const noexcept;
  [[nodiscard]] bool beside(const Seen& trace, const Place& place, const Place& centre) const noexcept;
  [[nodiscard]] double mean_around(std::size_t s, const Place& place, const Place& centre, Index newest,
                                   Index oldest) const noexcept;
  [[nodiscard]] Sight look(std::size_t s, const Place& place) const noexcept;

  [[nodiscard]] Record& record(Index i) const noexcept;
  [[nodiscard]] Record* find(std::size_t s, const Alarm& alarm, const Place& place) const noexcept;
  Record& add() noexcept;
  [[nodiscard]] bool passed(Record& record) noexcept;
  void settle(Record& record) noexcept;
  void tell(Record& record) noexcept;
  [[nodiscard]] std::int64_t rank(const Record& told, double probability) const noexcept;

  FusionOptions options_;
  std::array<Side, n_sensors> sides_{};
  std::span<Record> records_;  // a ring, oldest first
  std::span<Alarm> waiting_;   // a ring of records not yet pulled
  Index first_record_ = 0;
  Index n_records_ = 0;
  Index first_waiting_ = 0;
  Index n_waiting_ = 0;
  double now_s_ = unknown;
  std::int64_t next_id_ = 1;
  std::int64_t overflow_ = 0;
};

}  // namespace surefoot::detect
