// SPDX-License-Identifier: MIT
#include <surefoot/detect/patch.hpp>

#include <algorithm>
#include <cmath>

namespace surefoot::detect {

PatchSamples patch_samples(const PatchOptions& options, const StreamSpec& in) noexcept {
  const auto sample_at = [&](double time_s) {
    const double i = std::ceil((time_s - in.axis.start) / in.axis.step - 1e-6);
    return static_cast<Index>(std::clamp(i, 0.0, static_cast<double>(in.n_samples)));
  };
  const Index first = sample_at(options.start_s);
  return {first, std::max<Index>(0, sample_at(options.end_s) - first)};
}

Problem validate(const PatchOptions& options, const StreamSpec& in, Index least_samples) noexcept {
  if (const Problem p = check_ranges(options)) return p;
  if (in.axis.kind != AxisKind::two_way_time || !(in.axis.step > 0.0))
    return {"start_s", "needs an axis of two-way time with equal steps", options.start_s, {}, Unit::second};
  if (patch_samples(options, in).count < least_samples)
    return {"end_s", "leaves too few samples for the patch", options.end_s,
            at_least(options.start_s + static_cast<double>(least_samples) * in.axis.step), Unit::second};
  return {};
}

Patch::Patch(const PatchOptions& options, const StreamSpec& in, Arena& arena) noexcept
    : options_(options),
      samples_(patch_samples(options, in)),
      pixels_(arena.take<float>(options.width_traces * samples_.count)) {}

bool Patch::wanted(const TraceTag& tag) const noexcept {
  return !unusable(tag.quality) && !(static_cast<double>(tag.score) < options_.least_score);
}

void Patch::copy(const TraceWindow& window, Index k, Index from) noexcept {
  const ConstTraceRef trace = window.trace(from).subspan(to_size(samples_.first), to_size(samples_.count));
  std::copy(trace.begin(), trace.end(), pixels_.begin() + (k + before(options_)) * samples_.count);
}

dsp::Picture Patch::cut(const TraceWindow& window) noexcept {
  Index from = 0;  // the trace itself is usable
  for (Index k = 0; k <= after(options_); ++k) {
    if (window.usable(k)) from = k;
    copy(window, k, from);
  }
  from = 0;
  for (Index k = -1; k >= -before(options_); --k) {
    if (window.usable(k)) from = k;
    copy(window, k, from);
  }
  dsp::to_unit_rms(pixels_);
  return {pixels_, options_.width_traces, samples_.count};
}

}  // namespace surefoot::detect
