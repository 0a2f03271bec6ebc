// SPDX-License-Identifier: MIT
#include <surefoot/detect/hog.hpp>

#include <algorithm>

namespace surefoot::detect {
namespace {

dsp::GradientCells cells_of(const HogOptions& o, const StreamSpec& in) noexcept {
  return {o.cells_along, o.cells_down, o.patch.width_traces / o.cells_along,
          patch_samples(o.patch, in).count / o.cells_down, o.bins};
}

StreamSpec output_of(const HogOptions& o, const StreamSpec& in) noexcept {
  StreamSpec out = in;
  out.axis = {AxisKind::channel, 0.0, 1.0};
  out.n_samples = cells_of(o, in).features();
  out.n_channels = 1;
  return out;
}

}  // namespace

Problem validate(const HogOptions& options, const StreamSpec& in) noexcept {
  if (const Problem p = check_ranges(options)) return p;
  return validate(options.patch, in, 2 * options.cells_down);
}

Hog::Hog(const HogOptions& options, const StreamSpec& in, Arena& arena) noexcept
    : WindowStage(in, output_of(options, in), Patch::before(options.patch), Patch::after(options.patch), arena),
      patch_(options.patch, in, arena),
      cells_(cells_of(options, in)),
      histograms_(arena.take<double>(cells_.size())) {}

void Hog::look(const TraceWindow& window, TraceRef out, TraceTag& tag) noexcept {
  if (!patch_.wanted(tag)) {
    std::fill(out.begin(), out.end(), 0.0F);
    return;
  }
  dsp::cell_histograms(patch_.cut(window), cells_, histograms_);
  dsp::block_features(histograms_, cells_, out);
}

}  // namespace surefoot::detect
