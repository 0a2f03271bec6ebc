// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/alarm.hpp>
#include <surefoot/base/arena.hpp>
#include <surefoot/base/fields.hpp>
#include <surefoot/base/state.hpp>

#include <array>

namespace surefoot::detect {

struct PassMergerOptions {
  double gate = 9.2103403719761836;
  double position_error_m = 0.1;
  bool along_line = false;
  Index objects = 64;
  Index capacity = 64;
};

template <class V>
void fields(V& v, PassMergerOptions& o) {
  v(o.gate, "gate", Unit::none, above_to(0.0, 1e6),
    "Squared Mahalanobis distance up to which two places are of one object; 9.21 keeps 99 % of what belongs together.");
  v(o.position_error_m, "position_error_m", Unit::metre, above_to(0.0, 1000.0),
    "Standard deviation of the place of an alarm that does not say how sure it is.");
  v(o.along_line, "along_line",
    "Alarms without a position are compared by their distance: for several passes over one and the same line.");
  v(o.objects, "objects", Unit::none, between(1, 100000),
    "Objects that are remembered; then the one heard of least lately goes.");
  v(o.capacity, "capacity", Unit::none, between(1, 100000), "Records that can wait to be pulled.");
}

[[nodiscard]] Problem validate(const PassMergerOptions& options) noexcept;

/// Join alarms of several passes or lines that are of one object: one alarm an object, updated as passes come.
///
///   d^2 = (p - q)^T (P + Q)^-1 (p - q),  p, P place and covariance of the alarm, q, Q of the object;  joined if d^2 <= gate
///   object:  Q^-1 = sum P_i^-1,  q = Q sum P_i^-1 p_i  over its passes
///
/// For Gaussian errors d^2 of one object's alarms is chi-squared with two degrees of freedom: the gate of 9.21 = -2 ln 0.01 tears 1 %
/// of them apart.
///
/// Which     of several objects within the gate the nearest by d^2, of equally near ones the one with the lower id. Alarms of one
///           pass are never joined: their detector found them to be different. A later record of an alarm (same pass, same id)
///           replaces the earlier one, and stays with its object wherever it now lies.
/// Record    id of the object, from 1, in the order of first alarms; revision counts its records. Place and covariance are joined
///           (z from the highest alarm); score, trace numbers, depth, evidence and the rest are those of the alarm with the highest
///           score, of equal ones the earlier; passes and hits are added up, flags and sensors joined; gpr_z and emi_z are the
///           highest; active if any pass is.
/// Unplaced  an alarm without x and y is an object of its own, unless along_line is set.
/// Frame     all positions must be in one local frame: merge_alarms() sees to it for lines.
/// Edges     covariances that are NaN or not positive definite: position_error_m in all directions. More than most_passes passes of
///           an object: the oldest stays in the sums, and what it says later is taken for another pass. Beyond `objects` the
///           object that was heard of least lately is forgotten, and counted: what comes back there is new. Beyond `capacity`
///           a record is lost and counted, unless the newest that waits is of the same object.
/// Order     the result depends on the order in which alarms come: sorted lists, or time, make it repeatable.
/// Cost      O(objects) a record; no allocation after construction.
/// Not       a tracker: objects do not move. Passes whose positions share an error (an antenna put up wrong) are joined as if
///           they were independent: the covariance is then too small.
/// @source   inverse-covariance combination and gate: Bar-Shalom et al., Estimation with Applications to Tracking and
///           Navigation, 2001, ch. 6; object bookkeeping our own
class PassMerger {
 public:
  static constexpr Index most_passes = 8;

  PassMerger(const PassMergerOptions& options, Arena& arena) noexcept;

  /// A record of the alarm alarm.id of a pass or line; `pass` is any number that tells passes apart.
  void push(std::int64_t pass, const Alarm& alarm) noexcept;
  bool pull(Alarm& alarm) noexcept;
  void reset() noexcept;
  void state(StateArchive& archive) noexcept;
  /// Records that were lost because nobody pulled them in time.
  [[nodiscard]] std::int64_t overflow() const noexcept { return overflow_; }
  /// Objects that were forgotten because there was no room.
  [[nodiscard]] std::int64_t forgotten() const noexcept { return forgotten_; }

 private:
  struct Place {
    std::array<double, 2> at{unknown, unknown};
    std::array<double, 3> covariance{};  // xx, xy, yy
  };
  struct Sums {                           // over passes
    std::array<double, 3> information{};  // of P^-1: xx, xy, yy
    std::array<double, 2> weighted{};     // of P^-1 p
  };
  struct Pass {
    std::int64_t pass = 0;
    Alarm alarm{};
    Place place{};
  };
  struct Object {
    std::int64_t id = 0;
    std::int64_t told = 0;
    std::int64_t heard = 0;  // when, by the count of records
    std::int64_t n_passes = 0;
    std::array<Pass, to_size(most_passes)> passes{};
    Sums folded{};  // of passes that have no room any more
    std::int64_t folded_passes = 0;
    std::int64_t folded_hits = 0;
    Alarm best{};  // the highest of them
  };

  [[nodiscard]] Place place_of(const Alarm& alarm) const noexcept;
  [[nodiscard]] static bool placed(const Place& place) noexcept;
  static void add(Sums& sums, const Place& place) noexcept;
  [[nodiscard]] static Place joined(const Object& object) noexcept;
  [[nodiscard]] Object& object(Index i) noexcept { return objects_[to_size(i)]; }
  [[nodiscard]] Object& begin() noexcept;
  static void take(Object& object, std::int64_t pass, const Alarm& alarm, const Place& place) noexcept;
  void tell(Object& object) noexcept;

  PassMergerOptions options_;
  std::span<Object> objects_;
  std::span<Alarm> waiting_;  // a ring
  Index n_objects_ = 0;
  Index first_waiting_ = 0;
  Index n_waiting_ = 0;
  std::int64_t next_id_ = 1;
  std::int64_t heard_ = 0;
  std::int64_t overflow_ = 0;
  std::int64_t forgotten_ = 0;
};

}  // namespace surefoot::detect
