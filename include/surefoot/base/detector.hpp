// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/alarm.hpp>
#include <surefoot/base/spec.hpp>
#include <surefoot/base/state.hpp>

namespace surefoot {

/// The end of a pipeline: scored traces in, alarms out. Nothing allocates after construction.
///
/// The capacity for alarms that wait to be pulled is fixed; those that do not fit are counted, and the count is reported.
class Detector {
 public:
  Detector() = default;
  Detector(const Detector&) = delete;
  Detector& operator=(const Detector&) = delete;
  virtual ~Detector() = default;

  /// The tag carries score, score time, place and quality; the samples are the trace that was scored.
  virtual void push(ConstTraceRef trace, const TraceTag& tag) noexcept = 0;
  virtual bool pull(Alarm& alarm) noexcept = 0;
  /// No more input: what is still being followed becomes an alarm now.
  virtual void finish() noexcept = 0;
  virtual void reset() noexcept = 0;
  virtual void state(StateArchive& archive) noexcept = 0;
  /// Alarms that were lost because nobody pulled them in time.
  [[nodiscard]] virtual std::int64_t overflow() const noexcept = 0;

  static void operator delete(void*) noexcept {}
};

}  // namespace surefoot
