// SPDX-License-Identifier: MIT
#include <surefoot/gpr/dewow.hpp>

#include "along_time.hpp"

#include <surefoot/dsp/prefix_sum.hpp>
#include <surefoot/dsp/tidy.hpp>

#include <algorithm>

namespace surefoot::gpr {

Problem validate(const DewowOptions& options, const StreamSpec& in) noexcept {
  if (const Problem problem = check_ranges(options)) return problem;
  return check_window(options.window_s, in);
}

Dewow::Dewow(const DewowOptions& options, const StreamSpec& in, Arena& arena) noexcept
    : TraceMap(in, in, arena),
      half_window_(half_window(options.window_s, in)),
      method_(options.method),
      running_sum_(arena.take<double>(in.n_samples + 1)),
      inverse_count_(arena.take<double>(in.n_samples + 1)),
      median_(in.n_samples, method_ == DewowMethod::median ? half_window_ : 0, arena) {
  if (!arena.ok()) return;
  for (Index c = 1; c <= in.n_samples; ++c) inverse_count_[to_size(c)] = 1.0 / static_cast<double>(c);
}

void Dewow::map(ConstTraceRef in, TraceRef out) noexcept {
  const std::size_t n = in.size();
  if (method_ == DewowMethod::median) {
    median_.run(in, running_sum_);
    for (std::size_t i = 0; i < n; ++i) out[i] = static_cast<Sample>(static_cast<double>(in[i]) - running_sum_[i]);
    dsp::tidy(out);
    return;
  }
  dsp::prefix_sums(in, running_sum_);
  const std::size_t h = to_size(half_window_);
  const Sample* x = in.data();
  const double* sum = running_sum_.data();
  const double* inverse = inverse_count_.data();
  Sample* y = out.data();
  // The window [a, b) is cut at the left for i < h, and at the right for i >= n - h; between them it is whole.
  const std::size_t both = h < n ? n - h : 0;  // from here on the right end is n
  std::size_t i = 0;
  for (; i < std::min(h, both); ++i)
    y[i] = static_cast<Sample>(static_cast<double>(x[i]) - sum[i + h + 1] * inverse[i + h + 1]);
  for (; i < std::min(h, n); ++i) y[i] = static_cast<Sample>(static_cast<double>(x[i]) - sum[n] * inverse[n]);
  if (h < both) {
    const double inverse_whole = inverse[2 * h + 1];
    for (; i < both; ++i)
      y[i] = static_cast<Sample>(static_cast<double>(x[i]) - (sum[i + h + 1] - sum[i - h]) * inverse_whole);
  }
  for (; i < n; ++i) y[i] = static_cast<Sample>(static_cast<double>(x[i]) - (sum[n] - sum[i - h]) * inverse[n - i + h]);
  dsp::tidy(out);
}

}  // namespace surefoot::gpr
