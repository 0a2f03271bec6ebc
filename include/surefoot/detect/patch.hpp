// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/fields.hpp>
#include <surefoot/base/stage_kinds.hpp>
#include <surefoot/dsp/gradient_histogram.hpp>

/// The piece of a radargram around a trace that features of its shape are taken from.
namespace surefoot::detect {

struct PatchOptions {
  Index width_traces = 16;
  double start_s = 0.0;
  double end_s = 8e-9;
  double least_score = 0.0;
};

template <class V>
void fields(V& v, PatchOptions& o) {
  v(o.width_traces, "width_traces", Unit::traces, between(8, 256),
    "Traces of the patch, half of them before the one that is looked at.");
  v(o.start_s, "start_s", Unit::second, finite(), "Two-way time at which the patch begins.");
  v(o.end_s, "end_s", Unit::second, finite(), "Two-way time at which the patch ends; the trace's end at the latest.");
  v(o.least_score, "least_score", Unit::none, finite(),
    "Traces with a lower score are not looked at: their features are zero.");
}

/// The samples that a patch covers: [first, first + count).
struct PatchSamples {
  Index first = 0;
  Index count = 0;
};
[[nodiscard]] PatchSamples patch_samples(const PatchOptions& options, const StreamSpec& in) noexcept;
/// At least `least_samples` samples on a radar's axis must lie between start_s and end_s.
[[nodiscard]] Problem validate(const PatchOptions& options, const StreamSpec& in, Index least_samples) noexcept;

/// Cuts the patch around each trace out of a window, scaled to a root mean square of one. Row i of the picture is trace i.
///
///   picture(i, k) = x(n - before + i, first + k) / rms,  rms over the patch
///
/// Shape     (width_traces, samples between start_s and end_s).
/// Units     none after scaling: a constant factor on the input changes nothing.
/// Edges     a trace that is missing or unusable is replaced by the nearest usable one towards the middle: it adds no edge.
/// Not       a normalisation of depths: give it traces that are aligned and of which all depths are alike (gpr.time_zero,
///           gpr.background, gpr.gain).
/// Cost      one copy and one pass over the patch; no allocation after construction.
/// @throws ConfigError  (from the pipeline) if there are too few samples between start_s and end_s, or the axis is no two-way time.
/// @source   centring and scaling of a patch: reference/detection 2.8; the stand-in for missing traces is our own
class Patch {
 public:
  Patch(const PatchOptions& options, const StreamSpec& in, Arena& arena) noexcept;

  [[nodiscard]] static Index before(const PatchOptions& o) noexcept { return o.width_traces / 2; }
  [[nodiscard]] static Index after(const PatchOptions& o) noexcept { return o.width_traces - 1 - o.width_traces / 2; }
  /// False where the trace's score is below least_score.
  [[nodiscard]] bool wanted(const TraceTag& tag) const noexcept;
  [[nodiscard]] dsp::Picture cut(const TraceWindow& window) noexcept;

 private:
  void copy(const TraceWindow& window, Index k, Index from) noexcept;

  PatchOptions options_;
  PatchSamples samples_;
  std::span<float> pixels_;
};

}  // namespace surefoot::detect
