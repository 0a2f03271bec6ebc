// SPDX-License-Identifier: MIT
#include <surefoot/gpr/back_projection.hpp>

#include "imaging/places.hpp"

namespace surefoot::gpr {
namespace {

imaging::DelaySumOptions sum_options(const BackProjectionOptions& o, const StreamSpec& in) noexcept {
  return {.weighting = imaging::Weighting::mean,
          .envelope = o.output == ImageOutput::envelope,
          .coherence = o.coherence,
          .velocity_m_per_s = o.velocity_m_per_s,
          .antenna_offset_m = o.antenna_offset_m,
          .time_zero = o.time_zero,
          .aperture_deg = o.aperture_deg,
          .aperture_m = o.aperture_m,
          .taper = o.taper,
          .depth_step_m = imaging::depth_step(o.depth_step_m, o.velocity_m_per_s, in),
          .n_depths = imaging::n_depths(o.n_depths, in),
          .most_columns = in.max_traces};
}

StreamSpec image_spec(const BackProjectionOptions& o, const StreamSpec& in) noexcept {
  StreamSpec out = in;
  out.axis = {AxisKind::depth, 0.0, imaging::depth_step(o.depth_step_m, o.velocity_m_per_s, in)};
  out.n_samples = imaging::n_depths(o.n_depths, in);
  return out;
}

}  // namespace

Problem validate(const BackProjectionOptions& options, const StreamSpec& in) noexcept {
  if (const Problem problem = check_ranges(options)) return problem;
  return imaging::check_input(options.places, in);
}

BackProjection::BackProjection(const BackProjectionOptions& options, const StreamSpec& in, Arena& arena) noexcept
    : WholeLineTo(in, image_spec(options, in), arena),
      options_(options),
      trace_spacing_m_(in.trace_spacing_m),
      sum_(arena.emplace<imaging::DelaySum>(sum_options(options, in), in, arena)),
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
