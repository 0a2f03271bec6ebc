// SPDX-License-Identifier: MIT
#pragma once

#include "support/stage_run.hpp"

#include <surefoot/base/note.hpp>

#include <array>
#include <string>

namespace surefoot::test {

struct WholeLineResult {
  std::vector<std::vector<Sample>> traces;
  std::vector<TraceTag> tags;
  std::vector<Note> notes;

  [[nodiscard]] Note note(const std::string& name) const {
    for (const Note& n : notes)
      if (name == n.name) return n;
    return {"no such note", unknown, Unit::none, "no such note"};
  }
};

/// Push a line through a stage that needs the whole of it; traces whose number is in `dropped` carry nothing.
template <class StageType, class Options>
WholeLineResult run_whole_line(const Options& options, const StreamSpec& in,
                               const std::vector<std::vector<Sample>>& line,
                               const std::vector<std::size_t>& dropped = {}) {
  Single<StageType> stage(options, in);
  for (std::size_t k = 0; k < line.size(); ++k) {
    TraceTag tag;
    for (const std::size_t d : dropped)
      if (d == k) tag.quality |= Quality::dropped;
    stage.push(line[k], tag);
  }
  stage->finish();
  stage.pull();
  WholeLineResult result{stage.traces, stage.tags, {}};
  std::array<Note, most_notes> notes;
  const Index n = stage->notes(notes);
  result.notes.assign(notes.begin(), notes.begin() + n);
  return result;
}

}  // namespace surefoot::test
