// SPDX-License-Identifier: MIT
#include <surefoot/detect/image_contrast.hpp>

#include <surefoot/dsp/math.hpp>

#include <algorithm>
#include <cmath>

namespace surefoot::detect {
namespace {

constexpr Index fewest_traces = 3;

DepthOptions depths_of(const ImageContrastOptions& o) noexcept {
  return {.start_s = o.start_s, .end_s = o.end_s, .segment_s = o.segment_s, .top_segments = o.top_segments};
}

DepthSegments segments_of(const ImageContrastOptions& o, const StreamSpec& in) noexcept {
  return depth_segments(depths_of(o), in.axis, in.n_samples);
}

dsp::HyperbolaBankOptions bank_of(const ImageContrastOptions& o) noexcept {
  return bank_options(o.curves, dsp::CurveMatch::semblance,
                      o.coherence ? dsp::CurveScore::product : dsp::CurveScore::energy);
}

// Whole traces in a length of line, at most so many.
Index traces_in(double length_m, double spacing_m, Index most) noexcept {
  return static_cast<Index>(std::min(length_m / spacing_m * (1.0 + 1e-9), static_cast<double>(most)));
}

template <class T>
T quantile_of(std::span<T> values, double quantile) noexcept {
  if (values.empty()) return T{};
  const auto at = static_cast<std::ptrdiff_t>(quantile * static_cast<double>(values.size() - 1) + 0.5);
  std::nth_element(values.begin(), values.begin() + at, values.end());
  return values[to_size(at)];
}

}  // namespace

Problem validate(const ImageContrastOptions& o, const StreamSpec& in) noexcept {
  if (const Problem problem = check_ranges(o)) return problem;
  if (const Problem problem = validate(depths_of(o), in)) return problem;
  return curve_problem(o.curves, segments_of(o, in), in);
}

ImageContrast::ImageContrast(const ImageContrastOptions& options, const StreamSpec& in, Arena& arena) noexcept
    : WholeLine(in, arena),
      options_(options),
      in_(in),
      segments_(segments_of(options, in)),
      half_(dsp::HyperbolaBank::half(bank_of(options), in.trace_spacing_m)),
      bank_(bank_of(options), apex_gate(segments_, in), arena),
      image_(arena.take<float>(segments_.count * in.max_traces)),
      row_(arena.take<float>(in.max_traces)),
      levels_(arena.take<double>(options.background_m > 0.0 ? in.max_traces : 0)),
      column_(arena.take<double>(segments_.count)),
      sorted_(arena.take<double>(segments_.count)) {}

float& ImageContrast::pixel(Index segment, Index trace) noexcept {
  return image_[to_size(segment * in_.max_traces + trace)];
}

// Call look(n) for each usable trace, the bank having looked at it.
template <class Look>
void ImageContrast::for_each_trace(const ColumnRing& line, Look&& look) noexcept {
  bank_.clear();
  for (Index k = 0; k < line.size() + half_; ++k) {
    if (k < line.size() && !unusable(line.tag(k).quality)) bank_.push(line.column(k));
    else bank_.push_absent();
    const Index n = k - half_;
    if (n < 0 || unusable(line.tag(n).quality)) continue;
    bank_.look();
    look(n);
  }
}

// The quantile of a row of pixels over the usable traces from first to last but those within guard of the centre.
double ImageContrast::level(const ColumnRing& line, Index segment, Index first, Index last, Index guard,
                            Index centre) noexcept {
  std::size_t n = 0;
  for (Index k = std::max<Index>(first, 0); k <= std::min(last, line.size() - 1); ++k)
    if (!unusable(line.tag(k).quality) && (k < centre - guard || k > centre + guard)) row_[n++] = pixel(segment, k);
  return n < to_size(fewest_traces) ? unknown : static_cast<double>(quantile_of(row_.first(n), options_.quantile));
}

void ImageContrast::contrast(const ColumnRing& line) noexcept {
  // Silent columns have no say in the floor: where most are, as in the sparse part of a line, it would be zero, and no target
  // stands out of that.
  std::size_t n = 0;
  for (Index k = 0; k < line.size(); ++k) {
    if (unusable(line.tag(k).quality)) continue;
    float strongest = 0.0F;
    for (Index s = 0; s < segments_.count; ++s) strongest = std::max(strongest, pixel(s, k));
    if (strongest > 0.0F) row_[n++] = strongest;
  }
  const double floor = static_cast<double>(quantile_of(row_.first(n), 0.5)) * dsp::pow(10.0, 0.1 * options_.floor_db);
  const bool local = options_.background_m > 0.0;
  const Index reach = traces_in(options_.background_m, in_.trace_spacing_m, line.size());
  const Index guard = traces_in(options_.guard_m, in_.trace_spacing_m, line.size());
  for (Index s = 0; s < segments_.count; ++s) {
    // No trace is left out of the whole line's level: its centre lies outside.
    const double whole = level(line, s, 0, line.size() - 1, 0, -1);
    for (Index k = 0; local && k < line.size(); ++k) {
      if (unusable(line.tag(k).quality)) continue;
      const double near = level(line, s, k - reach, k + reach, guard, k);
      levels_[to_size(k)] = near - near == 0.0 ? near : whole;
    }
    for (Index k = 0; k < line.size(); ++k) {
      const double beside = (local ? levels_[to_size(k)] : whole) + floor;
      const double here = static_cast<double>(pixel(s, k)) + floor;
      pixel(s, k) = beside > 0.0 && here > 0.0 ? static_cast<float>(dsp::log(here / beside)) : 0.0F;
    }
  }
}

void ImageContrast::process(ColumnRing& line) noexcept {
  velocity_ = unknown;
  Index usable = 0;
  for (Index k = 0; k < line.size(); ++k) {
    usable += unusable(line.tag(k).quality) ? 0 : 1;
    line.tag(k).score = 0.0F;
    line.tag(k).score_time_s = unknown;
    line.tag(k).evidence = {};
  }
  if (usable < fewest_traces) {
    for (Index k = 0; k < line.size(); ++k) line.tag(k).quality |= Quality::warming_up;
    return;
  }
  for_each_trace(line, [&](Index n) noexcept {
    Index apex = -1;
    for (Index s = 0; s < segments_.count; ++s) pixel(s, n) = static_cast<float>(bank_.best_of_segment(s, apex));
  });
  contrast(line);
  const auto top = to_size(std::min(options_.top_segments, segments_.count));
  for_each_trace(line, [&](Index n) noexcept {
    TraceTag& tag = line.tag(n);
    for (Index s = 0; s < segments_.count; ++s)
      column_[to_size(s)] = sorted_[to_size(s)] = static_cast<double>(pixel(s, n));
    std::partial_sort(sorted_.begin(), sorted_.begin() + static_cast<std::ptrdiff_t>(top), sorted_.end(),
                      [](double a, double b) { return a > b; });
    double sum = 0.0;
    for (const double c : sorted_.first(top)) sum += c;
    tag.score = static_cast<float>(sum / static_cast<double>(top));
    const double centre =
        in_.axis.at(segments_.first) + 0.5 * static_cast<double>(segments_.length - 1) * in_.axis.step;
    const double step = static_cast<double>(segments_.length) * in_.axis.step;
    set_profile(tag.evidence, column_, centre, step);
    tag.evidence.background_traces = static_cast<double>(usable);
    const auto best = static_cast<Index>(std::max_element(column_.begin(), column_.end()) - column_.begin());
    Index apex = -1;
    (void)bank_.best_of_segment(best, apex);
    tag.score_time_s = centre + static_cast<double>(best) * step;
    write_fit(bank_, apex, tag);
  });
  find_velocity(line);
}

// Beside its apex a hyperbola fits others as well, with other velocities: only traces that no neighbour exceeds are asked.
void ImageContrast::find_velocity(const ColumnRing& line) noexcept {
  float most = 0.0F;
  for (Index k = 0; k < line.size(); ++k) most = std::max(most, line.tag(k).score);
  std::size_t n = 0;
  for (Index k = 0; k < line.size(); ++k) {
    const TraceTag& tag = line.tag(k);
    const double velocity = tag.evidence.hyperbola_velocity_m_per_s;
    bool peak = tag.score >= 0.5F * most && velocity > 0.0;
    for (Index j = std::max<Index>(0, k - half_); peak && j <= std::min(line.size() - 1, k + half_); ++j)
      peak = line.tag(j).score <= tag.score;
    if (peak) row_[n++] = static_cast<float>(velocity);
  }
  if (n > 0) velocity_ = static_cast<double>(quantile_of(row_.first(n), 0.5));
}

Index ImageContrast::findings(std::span<Note> out) const noexcept {
  if (out.size() < 2) return 0;
  out[0] = {"templates", static_cast<double>(bank_.templates()), Unit::none, nullptr};
  const CurveOptions& c = options_.curves;
  const bool bound = c.n_velocities > 1 && (velocity_ <= c.min_velocity_m_per_s * (1.0 + 1e-6) ||
                                            velocity_ >= c.max_velocity_m_per_s * (1.0 - 1e-6));
  out[1] = {"velocity_m_per_s", velocity_, Unit::metre_per_second,
            bound ? "The velocity is at an end of the scan: widen it, or the flanks are too short to tell." : nullptr};
  return 2;
}

}  // namespace surefoot::detect
