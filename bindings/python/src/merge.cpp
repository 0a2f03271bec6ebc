// SPDX-License-Identifier: MIT
// Alarms of several passes or lines, joined: a thin face of detect::PassMerger.
#include "module.hpp"

#include <surefoot/base/error.hpp>
#include <surefoot/base/line.hpp>
#include <surefoot/detect/pass_merger.hpp>
#include <surefoot/io/geodesy.hpp>
#include <surefoot/pipeline/apply.hpp>

#include <pybind11/stl.h>

#include <algorithm>
#include <string>
#include <vector>

namespace surefoot::python {
namespace {

using Passes = std::vector<std::vector<Alarm>>;

// Into the frame of the first line: all lines know where on Earth they lie, or none does.
void into_one_frame(Passes& passes, const std::vector<const Line*>& lines) {
  if (lines.empty()) return;
  if (lines.size() != passes.size())
    throw ConfigError("merge_alarms.lines",
                      std::to_string(lines.size()) + " lines do not fit " + std::to_string(passes.size()) + " passes");
  const bool placed = lines[0]->origin.has_value();
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (lines[i]->origin.has_value() != placed)
      throw ConfigError("merge_alarms.lines[" + std::to_string(i) + "]",
                        placed ? "does not say where on Earth it lies, as the first line does"
                               : "says where on Earth it lies, but the first line does not");
    if (!placed || i == 0) continue;
    for (Alarm& alarm : passes[i])
      if (const auto point = io::to_geodetic(*lines[i]->origin, alarm.position_m)) {
        const double height = alarm.position_m[2];
        alarm.position_m = io::to_local(*lines[0]->origin, *point);
        if (height != height) alarm.position_m[2] = height;
      }
  }
}

std::vector<Alarm> merge_alarms(Passes passes, const std::vector<const Line*>& lines, const py::kwargs& given) {
  detect::PassMergerOptions options;
  read_options("merge_alarms", given, [&](FieldVisitor& v) { fields(v, options); });
  std::size_t n = 1;
  for (std::vector<Alarm>& pass : passes) {
    pass = latest_alarms(pass);
    n += pass.size();
  }
  if (!given.contains("objects")) options.objects = static_cast<Index>(std::min<std::size_t>(n, 100000));
  if (const Problem problem = validate(options))
    throw ConfigError(std::string("merge_alarms.") + problem.field, to_text(problem));
  into_one_frame(passes, lines);
  const py::gil_scoped_release released;
  Arena counting = Arena::counting({});
  { const detect::PassMerger counted(options, counting); }
  std::vector<std::byte> memory(counting.needed());
  Arena arena(memory);
  detect::PassMerger merger(options, arena);
  std::vector<Alarm> records;
  Alarm record;
  for (std::size_t i = 0; i < passes.size(); ++i)
    for (const Alarm& alarm : passes[i]) {
      merger.push(static_cast<std::int64_t>(i), alarm);
      while (merger.pull(record)) records.push_back(record);
    }
  return latest_alarms(records);
}

}  // namespace

void bind_merge(py::module_& m) {
  detect::PassMergerOptions usual;
  m.def(
      "merge_alarms", &merge_alarms, py::arg("passes"), py::kw_only(), py::arg("lines") = std::vector<const Line*>(),
      ("Join alarms of several passes or lines that are of one object: one alarm an object, in the order of the first "
       "ones; of each pass the last record of each id counts.\n\npasses: a list of alarms for each pass, all "
       "positions in one frame; or lines: the Line of each pass, whose origins bring them into the frame of the first "
       "(all lines must have one, or none). Alarms without x and y stand alone, unless along_line is "
       "set.\n\nOptions\n" +
       options_text([&](FieldVisitor& v) { fields(v, usual); }) + "objects is the number of alarms if it is not given.")
          .c_str());
}

}  // namespace surefoot::python
