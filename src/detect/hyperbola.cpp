// SPDX-License-Identifier: MIT
#include <surefoot/detect/hyperbola.hpp>

#include <algorithm>

namespace surefoot::detect {
namespace {

dsp::HyperbolaBankOptions bank_of(const HyperbolaOptions& o) noexcept {
  return bank_options(o.curves, o.match, o.score);
}

DepthSegments segments_of(const HyperbolaOptions& o, const StreamSpec& in) noexcept {
  return depth_segments(o.depth, in.axis, in.n_samples);
}

}  // namespace

Problem validate(const HyperbolaOptions& o, const StreamSpec& in) noexcept {
  if (const Problem problem = check_ranges(o)) return problem;
  if (const Problem problem = validate(o.depth, in)) return problem;
  return curve_problem(o.curves, segments_of(o, in), in);
}

Hyperbola::Hyperbola(const HyperbolaOptions& options, const StreamSpec& in, Arena& arena) noexcept
    : WindowStage(in, DepthScore::output(options.depth, in), 0,
                  dsp::HyperbolaBank::half(bank_of(options), in.trace_spacing_m), arena),
      half_(latency()),
      score_(options.depth, in, arena, half_),
      bank_(bank_of(options), apex_gate(segments_of(options, in), in), arena) {}

void Hyperbola::take_in(const TraceWindow& window, Index k) noexcept {
  const bool usable = window.usable(k);
  const Ground ground = usable ? score_.arrive(window.trace(k), window.tag(k)) : score_.arrive_unusable();
  if (ground == Ground::same) return;
  if (usable) bank_.push(window.trace(k));
  else bank_.push_absent();
  newer_ = std::min(newer_ + 1, half_ + 1);
}

void Hyperbola::look(const TraceWindow& window, TraceRef out, TraceTag& tag) noexcept {
  if (!begun_)
    for (Index k = 0; k < half_; ++k) take_in(window, k);
  begun_ = true;
  take_in(window, half_);
  const bool same = score_.answer() == Ground::same;
  if (!same) newer_ = std::max<Index>(newer_ - 1, 0);
  if (!window.usable(0)) return;

  if (same) bank_.push_aside(window.trace(0));
  bank_.look(std::min(newer_, half_), same);
  const DepthSegments& s = score_.segments();
  Index apex = -1;
  for (Index k = 0; k < s.count; ++k) score_.set_energy(k, bank_.best_of_segment(k, apex));
  score_.finish_trace(window.trace(0), out, tag);
  (void)bank_.best_of_segment(score_.strongest(), apex);
  write_fit(bank_, apex, tag);
}

Index Hyperbola::notes(std::span<Note> out) const noexcept {
  if (out.empty()) return 0;
  out[0] = {"templates", static_cast<double>(bank_.templates()), Unit::none, nullptr};
  return 1;
}

void Hyperbola::forget() noexcept {
  score_.clear();
  bank_.clear();
  begun_ = false;
  newer_ = 0;
}

void Hyperbola::remember(StateArchive& archive) noexcept {
  score_.state(archive);
  bank_.state(archive);
  archive(begun_);
  archive.index(newer_, half_ + 2);
}

}  // namespace surefoot::detect
