// SPDX-License-Identifier: MIT
#include "line_matrix.hpp"

#include <surefoot/dsp/tidy.hpp>

#include <algorithm>

namespace surefoot::gpr {

dsp::Dense pack(const KeptColumns& line, Index n_samples, std::span<double> values) noexcept {
  Index n_traces = 0;
  for (Index k = 0; k < line.size(); ++k) n_traces += line.usable(k) ? 1 : 0;
  const bool traces_are_rows = n_traces >= n_samples;
  const dsp::Dense matrix{values.data(), std::max(n_traces, n_samples), std::min(n_traces, n_samples)};
  std::fill(matrix.data, matrix.data + matrix.rows * matrix.stride(), 0.0);
  Index to = 0;
  for (Index k = 0; k < line.size(); ++k) {
    if (!line.usable(k)) continue;
    const ConstTraceRef x = line.column(k);
    double* const first = traces_are_rows ? matrix.row(to) : matrix.data + to;
    const Index step = traces_are_rows ? 1 : matrix.stride();
    for (Index i = 0; i < n_samples; ++i) first[i * step] = static_cast<double>(x[to_size(i)]);
    ++to;
  }
  return matrix;
}

void unpack(const dsp::Dense& matrix, Index k, TraceRef out) noexcept {
  const bool traces_are_rows = matrix.columns == out.n();
  const double* const first = traces_are_rows ? matrix.row(k) : matrix.data + k;
  const Index step = traces_are_rows ? 1 : matrix.stride();
  for (Index i = 0; i < out.n(); ++i) out[to_size(i)] = static_cast<Sample>(first[i * step]);
  dsp::tidy(out);
}

}  // namespace surefoot::gpr
