// SPDX-License-Identifier: MIT
#include "line_matrix.hpp"

#include <surefoot/dsp/tidy.hpp>

namespace surefoot::gpr {
namespace {

Index usable_traces(const ColumnRing& line) noexcept {
  Index n = 0;
  for (Index k = 0; k < line.size(); ++k) n += unusable(line.tag(k).quality) ? 0 : 1;
  return n;
}

}  // namespace

dsp::Dense pack(const ColumnRing& line, Index n_samples, std::span<double> values) noexcept {
  const Index n_traces = usable_traces(line);
  const bool traces_are_rows = n_traces >= n_samples;
  const dsp::Dense matrix{values.data(), std::max(n_traces, n_samples), std::min(n_traces, n_samples)};
  std::fill(matrix.data, matrix.data + matrix.rows * matrix.stride(), 0.0);
  Index to = 0;
  for (Index k = 0; k < line.size(); ++k) {
    if (unusable(line.tag(k).quality)) continue;
    const ConstTraceRef x = line.column(k);
    double* const first = traces_are_rows ? matrix.row(to) : matrix.data + to;
    const Index step = traces_are_rows ? 1 : matrix.stride();
    for (Index i = 0; i < n_samples; ++i) first[i * step] = static_cast<double>(x[to_size(i)]);
    ++to;
  }
  return matrix;
}

void unpack(const dsp::Dense& matrix, Index n_samples, ColumnRing& line) noexcept {
  const bool traces_are_rows = usable_traces(line) >= n_samples;
  Index from = 0;
  for (Index k = 0; k < line.size(); ++k) {
    if (unusable(line.tag(k).quality)) continue;
    const TraceRef x = line.column(k);
    const double* const first = traces_are_rows ? matrix.row(from) : matrix.data + from;
    const Index step = traces_are_rows ? 1 : matrix.stride();
    for (Index i = 0; i < n_samples; ++i) x[to_size(i)] = static_cast<Sample>(first[i * step]);
    dsp::tidy(x);
    ++from;
  }
}

}  // namespace surefoot::gpr
