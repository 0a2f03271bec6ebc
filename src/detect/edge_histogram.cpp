// SPDX-License-Identifier: MIT
#include <surefoot/detect/edge_histogram.hpp>

#include <algorithm>

namespace surefoot::detect {
namespace {

StreamSpec output_of(const StreamSpec& in) noexcept {
  StreamSpec out = in;
  out.axis = {AxisKind::channel, 0.0, 1.0};
  out.n_samples = EdgeHistogram::n_slabs * dsp::n_edge_kinds;
  out.n_channels = 1;
  return out;
}

}  // namespace

Problem validate(const EdgeHistogramOptions& options, const StreamSpec& in) noexcept {
  if (const Problem p = check_ranges(options)) return p;
  return validate(options.patch, in, 2);
}

EdgeHistogram::EdgeHistogram(const EdgeHistogramOptions& options, const StreamSpec& in, Arena& arena) noexcept
    : WindowStage(in, output_of(in), Patch::before(options.patch), Patch::after(options.patch), arena),
      patch_(options.patch, in, arena),
      slab_traces_(options.patch.width_traces / 8),
      threshold_(static_cast<float>(options.threshold)) {}

void EdgeHistogram::look(const TraceWindow& window, TraceRef out, TraceTag& tag) noexcept {
  if (!patch_.wanted(tag)) {
    std::fill(out.begin(), out.end(), 0.0F);
    return;
  }
  const dsp::Picture picture = patch_.cut(window);
  for (Index k = 0; k < n_slabs; ++k)
    dsp::edge_histogram(picture, k * slab_traces_, 2 * slab_traces_, threshold_,
                        out.subspan(to_size(k * dsp::n_edge_kinds), to_size(dsp::n_edge_kinds)));
}

}  // namespace surefoot::detect
