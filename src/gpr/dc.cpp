// SPDX-License-Identifier: MIT
#include <surefoot/gpr/dc.hpp>

#include "along_time.hpp"

#include <surefoot/dsp/elementwise.hpp>
#include <surefoot/dsp/sliding_median.hpp>

#include <algorithm>

namespace surefoot::gpr {
namespace {

Gate gate_for(const DcOptions& options, const StreamSpec& in) noexcept {
  if (options.over == DcGate::trace) return {0, in.n_samples};
  return gate_of(options.start_s, options.end_s, in);
}

}  // namespace

Problem validate(const DcOptions& options, const StreamSpec& in) noexcept {
  if (const Problem problem = check_ranges(options)) return problem;
  if (options.over == DcGate::trace) return {};
  if (in.axis.kind != AxisKind::two_way_time && in.axis.kind != AxisKind::gate_time)
    return {"start_s", "needs an axis of time", options.start_s, finite(), Unit::second};
  return check_gate(options.start_s, options.end_s, 1, in);
}

Dc::Dc(const DcOptions& options, const StreamSpec& in, Arena& arena) noexcept
    : TraceMap(in, in, arena),
      first_(gate_for(options, in).first),
      count_(gate_for(options, in).count),
      work_(arena.take<Sample>(options.method == DcMethod::median ? count_ : 0)) {}

void Dc::map(ConstTraceRef in, TraceRef out) noexcept {
  const Sample* gate = in.data() + first_;
  double offset = 0.0;
  if (work_.empty()) {
    offset = dsp::sum_in_double(ConstTraceRef(gate, to_size(count_))) / static_cast<double>(count_);
  } else {
    std::copy_n(gate, to_size(count_), work_.begin());
    offset = dsp::median(work_);
  }
  dsp::subtract(in, offset, out);
}

}  // namespace surefoot::gpr
