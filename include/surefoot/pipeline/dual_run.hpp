// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/pipeline/apply.hpp>
#include <surefoot/pipeline/dual_pipeline.hpp>

#include <vector>

namespace surefoot {

/// What a dual pipeline makes of a line of each sensor.
struct DualRun {
  Line emi;  ///< the output of each last stage, with its tags (scores included)
  Line gpr;
  std::vector<Alarm> alarms;         ///< one an id: the last record of each, in order of id
  std::vector<Alarm> alarm_records;  ///< all of them, as they were told
  std::string description;           ///< canonical text
  std::uint64_t description_hash = 0;
  Index emi_latency = 0;
  Index gpr_latency = 0;
  std::vector<StageNote> emi_notes;
  std::vector<StageNote> gpr_notes;
};

/// Run a dual pipeline over two lines, in the order of the times of their tags (the radar's less lag_s of the fuser), of their
/// distances where times are missing; of equal ones the metal detector comes first.
/// Progress is told in traces of both.
/// @throws ConfigError  if the description does not fit the lines
/// @throws Error        if neither times nor distances of all traces are known
[[nodiscard]] DualRun run_dual(const DualDescription& description, const Line& emi, const Line& gpr,
                               const Progress& progress = {});

}  // namespace surefoot
