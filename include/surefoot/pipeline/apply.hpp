// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/alarm.hpp>
#include <surefoot/base/line.hpp>
#include <surefoot/pipeline/pipeline.hpp>

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace surefoot {

/// What a pipeline makes of a whole line.
struct Run {
  Line traces;                         ///< the last stage's output, with its tags (scores included)
  std::vector<float> scores;           ///< one a trace: traces.tags[i].score
  std::vector<Alarm> alarms;           ///< one an id: the last record of each, in order of id
  std::vector<Alarm> alarm_records;    ///< all of them, as they were told
  std::string description;             ///< canonical text
  std::uint64_t description_hash = 0;  ///< of it and of the version of the library
  Index latency = 0;
  std::vector<StageNote> notes;  ///< what the stages had to say about their work, warnings included
};

/// Called now and then with (traces done, traces in all); return false to stop early, which throws Error.
using Progress = std::function<bool(Index, Index)>;

/// Run a pipeline over a line: push and pull, trace by trace. This is the only batch path there is.
/// The line must not change until it returns, not even in `progress`: stages look at its traces where they lie.
/// @throws ConfigError  if the description does not fit the line
[[nodiscard]] Run run(const Description& description, const Line& line, const Progress& progress = {});
[[nodiscard]] Run run(std::string_view name_path_or_text, const Line& line, const Progress& progress = {});

/// The last record of each id, in order of id.
[[nodiscard]] std::vector<Alarm> latest_alarms(std::span<const Alarm> records);

/// One stage over a line. @throws ConfigError
[[nodiscard]] Line apply(const Step<StageEntry>& stage, const Line& line);

}  // namespace surefoot
