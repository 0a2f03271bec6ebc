// SPDX-License-Identifier: MIT
#include <surefoot/gpr/back_projection.hpp>

#include "imaging/places.hpp"

namespace surefoot::gpr {

Problem validate(const BackProjectionOptions& options, const StreamSpec& in) noexcept {
  if (const Problem problem = check_ranges(options)) return problem;
  return imaging::check_input(options.places, in);
}

BackProjection::BackProjection(const BackProjectionOptions& options, const StreamSpec& in, Arena& arena) noexcept
    : WholeLineTo(in, imaging::image_spec(options, in), arena),
      options_(options),
      trace_spacing_m_(in.trace_spacing_m),
      sum_(arena.emplace<imaging::DelaySum>(imaging::focusing_options(options, in, in.max_traces), in, arena)),
      places_(arena.take<imaging::Place>(in.max_traces)) {}

BackProjection::~BackProjection() {
  if (sum_ != nullptr) sum_->~DelaySum();
}

void BackProjection::process(ColumnRing& line, ColumnRing& made) noexcept {
  unknown_places_ = imaging::on_the_ground(line, options_.places, trace_spacing_m_, options_.standoff_m, places_);
  for (Index m = 0; m < line.size(); ++m) made.push(line.tag(m));
  sum_->run(line, places_.first(to_size(line.size())), {}, made);
}

Index BackProjection::findings(std::span<Note> out) const noexcept {
  return imaging::notes_of(*sum_, unknown_places_, out);
}

}  // namespace surefoot::gpr
