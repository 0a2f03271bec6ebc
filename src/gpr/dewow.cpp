// SPDX-License-Identifier: MIT
#include <surefoot/gpr/dewow.hpp>

#include <algorithm>

namespace surefoot::gpr {

Problem validate(const DewowOptions& options, const StreamSpec& in) noexcept {
  if (const Problem problem = check_ranges(options)) return problem;
  const double two_samples = 2.0 * in.axis.step;
  if (!(options.window_s >= two_samples))
    return {"window_s", "must span at least two samples", options.window_s, at_least(two_samples), Unit::second};
  return {};
}

Dewow::Dewow(const DewowOptions& options, const StreamSpec& in, Arena& arena) noexcept
    : TraceMap(in, in, arena),
      // A window longer than twice the trace is the trace: the bound keeps the conversion to a count safe.
      half_window_(static_cast<Index>(
          std::min(options.window_s / in.axis.step / 2.0 + 1e-9, static_cast<double>(in.n_samples)))),
      running_sum_(arena.take<double>(in.n_samples + 1)) {}

void Dewow::map(ConstTraceRef in, TraceRef out) noexcept {
  const Index n = in.n();
  double sum = 0.0;
  running_sum_[0] = 0.0;
  for (Index i = 0; i < n; ++i) {
    sum += static_cast<double>(in[to_size(i)]);
    running_sum_[to_size(i + 1)] = sum;
  }
  for (Index i = 0; i < n; ++i) {
    const Index a = std::max<Index>(0, i - half_window_);
    const Index b = std::min(n, i + half_window_ + 1);
    const double mean = (running_sum_[to_size(b)] - running_sum_[to_size(a)]) / static_cast<double>(b - a);
    out[to_size(i)] = static_cast<Sample>(static_cast<double>(in[to_size(i)]) - mean);
  }
}

}  // namespace surefoot::gpr
