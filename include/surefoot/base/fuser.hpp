// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/alarm.hpp>
#include <surefoot/base/state.hpp>

namespace surefoot {

/// Where the alarms of two sensors meet: scored traces and alarms of both in, alarms with the evidence of both out.
///
/// Order     the host pushes the traces of both sensors in the order of time; what comes out depends on that order and on nothing
///           else. Nothing allocates after construction.
/// Records   an alarm is told at once when one sensor raises it and again, with the same id and a higher revision, when the other
///           sensor's evidence is there. No fuser may hold back, change the place of or leave out an alarm of the metal detector.
class Fuser {
 public:
  Fuser() = default;
  Fuser(const Fuser&) = delete;
  Fuser& operator=(const Fuser&) = delete;
  virtual ~Fuser() = default;

  /// A trace of one sensor has been scored.
  virtual void sense(Sensors sensor, const TraceTag& tag) noexcept = 0;
  /// The detector of one sensor raised an alarm, or told more of one that it had raised.
  virtual void claim(Sensors sensor, const Alarm& alarm) noexcept = 0;
  virtual bool pull(Alarm& alarm) noexcept = 0;
  /// No more traces: what waits for the other sensor is told as it stands.
  virtual void finish() noexcept = 0;
  virtual void reset() noexcept = 0;
  virtual void state(StateArchive& archive) noexcept = 0;
  /// By how much the clock of the radar's tags is ahead of that of the metal detector's.
  [[nodiscard]] virtual double gpr_lag_s() const noexcept = 0;
  /// Records that were lost because nobody pulled them in time.
  [[nodiscard]] virtual std::int64_t overflow() const noexcept = 0;

  static void operator delete(void*) noexcept {}
};

}  // namespace surefoot
