// SPDX-License-Identifier: MIT
#include <surefoot/gpr/kirchhoff.hpp>

#include "imaging/places.hpp"

namespace surefoot::gpr {
namespace {

imaging::DelaySumOptions sum_options(const KirchhoffOptions& o, const StreamSpec& in) noexcept {
  imaging::DelaySumOptions sum = imaging::sum_options(o, in, in.max_traces);
  sum.weighting = imaging::Weighting::kirchhoff;
  sum.alias_hz = o.alias_hz;
  return sum;
}

}  // namespace

Problem validate(const KirchhoffOptions& options, const StreamSpec& in) noexcept {
  if (const Problem problem = check_ranges(options)) return problem;
  return imaging::check_input(options.places, in);
}

Kirchhoff::Kirchhoff(const KirchhoffOptions& options, const StreamSpec& in, Arena& arena) noexcept
    : WholeLineTo(in, imaging::image_spec(options, in), arena),
      options_(options),
      trace_spacing_m_(in.trace_spacing_m),
      sum_(arena.emplace<imaging::DelaySum>(sum_options(options, in), in, arena)),
      places_(arena.take<imaging::Place>(in.max_traces)) {}

Kirchhoff::~Kirchhoff() {
  if (sum_ != nullptr) sum_->~DelaySum();
}

void Kirchhoff::process(ColumnRing& line, ColumnRing& made) noexcept {
  unknown_places_ = imaging::along_the_line(line, options_.places, trace_spacing_m_, options_.topography, places_);
  for (Index m = 0; m < line.size(); ++m) made.push(line.tag(m));
  sum_->run(line, places_.first(to_size(line.size())), {}, made);
}

Index Kirchhoff::findings(std::span<Note> out) const noexcept { return imaging::notes_of(*sum_, unknown_places_, out); }

}  // namespace surefoot::gpr
