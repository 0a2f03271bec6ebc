// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/spec.hpp>
#include <surefoot/base/two_pass.hpp>
#include <surefoot/dsp/dense.hpp>

#include <algorithm>

namespace surefoot::gpr {

// The usable traces of a line as a matrix in double whose columns are the shorter side: samples, or traces if those are fewer.
// So its Gram matrix is the small one, and what is done to rows need not know which they are.

[[nodiscard]] inline Index shorter_side(const StreamSpec& in) noexcept { return std::min(in.n_samples, in.max_traces); }
[[nodiscard]] inline Index longer_side(const StreamSpec& in) noexcept { return std::max(in.n_samples, in.max_traces); }
/// Values in such a matrix, enough for any number of usable traces.
[[nodiscard]] inline Index matrix_values(const StreamSpec& in) noexcept {
  return longer_side(in) * dsp::padded(shorter_side(in));
}

/// values has room for matrix_values() numbers.
[[nodiscard]] dsp::Dense pack(const KeptColumns& line, Index n_samples, std::span<double> values) noexcept;
/// Usable trace k of the matrix, rounded once.
void unpack(const dsp::Dense& matrix, Index k, TraceRef out) noexcept;

}  // namespace surefoot::gpr
