// SPDX-License-Identifier: MIT
#include <surefoot/gpr/crop.hpp>

#include <algorithm>
#include <cmath>

namespace surefoot::gpr {
namespace {

struct Stretch {
  Index begin = 0;
  Index end = 0;
};

// The samples in [start, end] of the axis.
Stretch samples_kept(const CropOptions& options, const StreamSpec& in) noexcept {
  const bool depth = in.axis.kind == AxisKind::depth;
  const double start = depth ? options.start_m : options.start_s;
  const double end = depth ? options.end_m : options.end_s;
  const double n = static_cast<double>(in.n_samples);
  const double a = std::ceil((start - in.axis.start) / in.axis.step - 1e-6);
  const double b = std::floor((end - in.axis.start) / in.axis.step + 1e-6) + 1.0;
  return {static_cast<Index>(std::clamp(a, 0.0, n)), static_cast<Index>(std::clamp(b, 0.0, n))};
}

StreamSpec output_of(const CropOptions& options, const StreamSpec& in) noexcept {
  const Stretch kept = samples_kept(options, in);
  StreamSpec out = in;
  out.axis.start = in.axis.at(kept.begin);
  out.n_samples = kept.end - kept.begin;
  if (in.max_traces > 0) out.max_traces = std::min(in.max_traces - 1, options.last_trace) - options.first_trace + 1;
  return out;
}

}  // namespace

Problem validate(const CropOptions& options, const StreamSpec& in) noexcept {
  if (const Problem problem = check_ranges(options)) return problem;
  const bool depth = in.axis.kind == AxisKind::depth;
  const char* const end_name = depth ? "end_m" : "end_s";
  const Unit unit = depth ? Unit::metre : Unit::second;
  if (!depth && in.axis.kind != AxisKind::two_way_time && in.axis.kind != AxisKind::gate_time)
    return {"start_s", "needs an axis of time or depth", options.start_s, finite(), unit};
  const Stretch kept = samples_kept(options, in);
  if (kept.begin >= kept.end) {
    const double start = depth ? options.start_m : options.start_s;
    const double last = in.axis.at(in.n_samples - 1);
    // Which of the two borders leaves nothing.
    if (start > last)
      return {depth ? "start_m" : "start_s", "lies after the last sample", start, between(in.axis.start, last), unit};
    return {end_name, "leaves no sample of the trace", depth ? options.end_m : options.end_s,
            between(std::max(start, in.axis.start), last), unit};
  }
  if (options.last_trace < options.first_trace)
    return {"last_trace", "must not lie before first_trace", static_cast<double>(options.last_trace),
            between(static_cast<double>(options.first_trace), 1e9), Unit::traces};
  if (in.max_traces > 0 && options.first_trace >= in.max_traces)
    return {"first_trace", "lies after the last trace of the line", static_cast<double>(options.first_trace),
            between(0.0, static_cast<double>(in.max_traces - 1)), Unit::traces};
  return {};
}

Crop::Crop(const CropOptions& options, const StreamSpec& in, Arena& arena) noexcept
    : EditStage(in, output_of(options, in), arena),
      first_sample_(samples_kept(options, in).begin),
      first_trace_(options.first_trace),
      last_trace_(options.last_trace),
      kept_(arena.take<Sample>(output_of(options, in).n_samples)) {}

void Crop::take(ConstTraceRef trace, const TraceTag& tag) noexcept {
  full_ = seen_ >= first_trace_ && seen_ <= last_trace_;
  if (seen_ <= last_trace_) ++seen_;
  if (!full_) return;
  tag_ = tag;
  if (!trace.empty()) std::copy_n(trace.begin() + first_sample_, kept_.size(), kept_.begin());
}

void Crop::give(TraceRef out, TraceTag& tag) noexcept {
  std::copy(kept_.begin(), kept_.end(), out.begin());
  tag = tag_;
  full_ = false;
}

void Crop::forget() noexcept {
  seen_ = 0;
  full_ = false;
}

void Crop::remember(StateArchive& archive) noexcept {
  archive.index(seen_, last_trace_ + 2);
  archive(full_);
  archive(tag_);
  archive(kept_);
}

}  // namespace surefoot::gpr
