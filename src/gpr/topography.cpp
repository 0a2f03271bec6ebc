// SPDX-License-Identifier: MIT
#include <surefoot/gpr/topography.hpp>

#include <surefoot/dsp/tidy.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace surefoot::gpr {
namespace {

double samples_a_metre(const TopographyOptions& options, const StreamSpec& in) noexcept {
  return in.axis.kind == AxisKind::depth ? 1.0 / in.axis.step : 2.0 / options.velocity_m_per_s / in.axis.step;
}
double added_samples(const TopographyOptions& options, const StreamSpec& in) noexcept {
  return std::ceil(options.relief_m * samples_a_metre(options, in));
}
StreamSpec output_of(const TopographyOptions& options, const StreamSpec& in) noexcept {
  StreamSpec out = in;
  out.n_samples += static_cast<Index>(added_samples(options, in));
  return out;
}

}  // namespace

Problem validate(const TopographyOptions& options, const StreamSpec& in) noexcept {
  if (const Problem problem = check_ranges(options)) return problem;
  if (in.axis.kind != AxisKind::two_way_time && in.axis.kind != AxisKind::depth)
    return {"datum_m", "needs an axis of two-way time or depth", options.datum_m, finite(), Unit::metre};
  constexpr double most = 1048576.0;
  const double room = most - static_cast<double>(in.n_samples);
  if (added_samples(options, in) > room)
    return {"relief_m", "makes traces of more than 1048576 samples", options.relief_m,
            above_to(0.0, room / samples_a_metre(options, in)), Unit::metre};
  return {};
}

Stage* make_topography(const TopographyOptions& options, const StreamSpec& in, Arena& arena) noexcept {
  if (options.reference == TopographyReference::highest) return arena.emplace<LineTopography>(options, in, arena);
  return arena.emplace<LiveTopography>(options, in, arena);
}

StaticShift::StaticShift(const TopographyOptions& options, const StreamSpec& in, Arena& arena) noexcept
    : relief_m_(options.relief_m), samples_a_metre_(samples_a_metre(options, in)), delay_(in.n_samples, arena) {}

void StaticShift::apply(ConstTraceRef in, double reference_m, TraceRef out, TraceTag& tag) noexcept {
  const double depth = reference_m - tag.position_m[2];
  if (std::isfinite(depth)) deepest_ = std::max(deepest_, depth);
  if (depth >= 0.0 && depth <= relief_m_) last_shift_ = depth * samples_a_metre_;
  else tag.quality |= Quality::time_zero_lost;
  delay_.load(in);
  delay_.read(-last_shift_, out);
  dsp::tidy(out);
}

void StaticShift::remember(StateArchive& archive) noexcept {
  archive(last_shift_);
  archive(deepest_);
}

Index StaticShift::notes(std::span<Note> out) const noexcept {
  if (out.empty()) return 0;
  out[0] = {"relief", deepest_, Unit::metre,
            deepest_ > relief_m_ ? "Traces lay farther below the reference than relief_m and could not be shifted."
                                 : nullptr};
  return 1;
}

LiveTopography::LiveTopography(const TopographyOptions& options, const StreamSpec& in, Arena& arena) noexcept
    : CausalStage(in, output_of(options, in), arena), datum_m_(options.datum_m), shift_(options, in, arena) {}

LineTopography::LineTopography(const TopographyOptions& options, const StreamSpec& in, Arena& arena) noexcept
    : WholeLineTo(in, output_of(options, in), arena), shift_(options, in, arena) {}

void LineTopography::process(ColumnRing& line, ColumnRing& made) noexcept {
  double highest = -std::numeric_limits<double>::infinity();
  for (Index k = 0; k < line.size(); ++k) {
    const double z = line.tag(k).position_m[2];
    if (!unusable(line.tag(k).quality) && std::isfinite(z)) highest = std::max(highest, z);
  }
  shift_.forget();
  for (Index k = 0; k < line.size(); ++k) {
    const TraceRef out = made.push(line.tag(k));
    TraceTag& tag = made.tag(made.size() - 1);
    if (unusable(tag.quality)) std::fill(out.begin(), out.end(), 0.0F);
    else shift_.apply(std::as_const(line).column(k), highest, out, tag);
  }
}

}  // namespace surefoot::gpr
