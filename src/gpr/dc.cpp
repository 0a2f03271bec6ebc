// SPDX-License-Identifier: MIT
#include <surefoot/gpr/dc.hpp>

#include <surefoot/dsp/reduce.hpp>
#include <surefoot/dsp/sliding_median.hpp>
#include <surefoot/dsp/tidy.hpp>

#include <algorithm>
#include <cmath>

namespace surefoot::gpr {
namespace {

struct Gate {
  Index first;
  Index count;
};

// Samples of the axis in [start_s, end_s]; a time that misses a sample by rounding takes it.
Gate gate_of(const DcOptions& options, const StreamSpec& in) noexcept {
  if (options.over == DcGate::trace) return {0, in.n_samples};
  const auto n = static_cast<double>(in.n_samples);
  const double low = std::ceil((options.start_s - in.axis.start) / in.axis.step - 1e-6);
  const double high = std::floor((options.end_s - in.axis.start) / in.axis.step + 1e-6);
  const auto first = static_cast<Index>(std::clamp(low, 0.0, n));
  const auto last = static_cast<Index>(std::clamp(high, -1.0, n - 1.0));
  return {first, std::max<Index>(0, last - first + 1)};
}

}  // namespace

Problem validate(const DcOptions& options, const StreamSpec& in) noexcept {
  if (const Problem problem = check_ranges(options)) return problem;
  if (options.over == DcGate::trace) return {};
  if (!(options.start_s < options.end_s)) {
    return {"start_s", "must be below end_s", options.start_s,
            Range{.high = options.end_s, .low_open = true, .high_open = true}, Unit::second};
  }
  if (gate_of(options, in).count < 1) {
    const bool late = options.start_s > in.axis.start;
    const double last = in.axis.at(in.n_samples - 1);
    return {late ? "start_s" : "end_s", "leaves no sample in the gate", late ? options.start_s : options.end_s,
            between(in.axis.start, last), Unit::second};
  }
  return {};
}

Dc::Dc(const DcOptions& options, const StreamSpec& in, Arena& arena) noexcept
    : TraceMap(in, in, arena),
      first_(gate_of(options, in).first),
      count_(gate_of(options, in).count),
      work_(arena.take<Sample>(options.method == DcMethod::median ? count_ : 0)) {}

void Dc::map(ConstTraceRef in, TraceRef out) noexcept {
  const Sample* gate = in.data() + first_;
  double offset = 0.0;
  if (work_.empty()) {
    offset = dsp::reduce(count_, [gate](Index i) noexcept { return static_cast<double>(gate[i]); }) /
             static_cast<double>(count_);
  } else {
    std::copy_n(gate, to_size(count_), work_.begin());
    offset = dsp::median(work_);
  }
  const Sample* x = in.data();
  Sample* y = out.data();
  const std::size_t n = in.size();
  for (std::size_t i = 0; i < n; ++i) y[i] = static_cast<Sample>(static_cast<double>(x[i]) - offset);
  dsp::tidy(out);
}

}  // namespace surefoot::gpr
