// SPDX-License-Identifier: MIT
#include <surefoot/gpr/background.hpp>

#include <surefoot/gpr/background_mean.hpp>
#include <surefoot/gpr/background_median.hpp>
#include <surefoot/gpr/background_recursive.hpp>
#include <surefoot/gpr/background_reference.hpp>

namespace surefoot::gpr {

Problem validate(const BackgroundOptions& options, const StreamSpec& in) noexcept {
  if (const Problem problem = check_ranges(options)) return problem;
  const double two_samples = 2.0 * in.axis.step;
  const bool freezes = options.method == BackgroundMethod::exponential || options.method == BackgroundMethod::kalman;
  if (freezes && !(options.segment_s >= two_samples))
    return {"segment_s", "must span at least two samples", options.segment_s, at_least(two_samples), Unit::second};
  if (options.method == BackgroundMethod::running_median) {
    const Index longest = longest_running_median / (options.two_sided ? 2 : 1);
    if (options.length_traces > longest) {
      return {"length_traces", "is longer than a running median may be", static_cast<double>(options.length_traces),
              between(1.0, static_cast<double>(longest)), Unit::traces};
    }
  }
  if (options.method == BackgroundMethod::reference && in.max_traces > 0) {
    const Index room = in.max_traces - options.reference_first_trace;
    if (room < 1) {
      return {"reference_first_trace", "must lie on the line", static_cast<double>(options.reference_first_trace),
              between(0.0, static_cast<double>(in.max_traces - 1)), Unit::traces};
    }
    if (options.reference_traces > room) {
      return {"reference_traces", "must end on the line", static_cast<double>(options.reference_traces),
              between(1.0, static_cast<double>(room)), Unit::traces};
    }
  }
  return {};
}

Stage* make_background(const BackgroundOptions& options, const StreamSpec& in, Arena& arena) noexcept {
  switch (options.method) {
    case BackgroundMethod::running_mean: return arena.emplace<RunningMeanBackground>(options, in, arena);
    case BackgroundMethod::mean: return arena.emplace<MeanBackground>(in, arena);
    case BackgroundMethod::running_median: return arena.emplace<RunningMedianBackground>(options, in, arena);
    case BackgroundMethod::median: return arena.emplace<MedianBackground>(in, arena);
    case BackgroundMethod::reference: return arena.emplace<ReferenceBackground>(options, in, arena);
    case BackgroundMethod::exponential:
    case BackgroundMethod::kalman: return arena.emplace<RecursiveBackground>(options, in, arena);
  }
  return nullptr;
}

}  // namespace surefoot::gpr
