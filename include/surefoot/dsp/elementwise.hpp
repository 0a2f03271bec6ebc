// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/arena.hpp>
#include <surefoot/base/types.hpp>

#include <span>

namespace surefoot::dsp {

/// One operation a sample, made fit to be stored (tidy.hpp) in the same pass; the same bits at any vector width.
///
/// Shape     the same number of samples everywhere; out may be x.
/// Cost      about 0.03 us for 512 samples.
/// @source   our own

/// out[i] = x[i] factor[i], in float32
void multiply(ConstTraceRef x, ConstTraceRef factor, TraceRef out) noexcept;
/// sum[i] += x[i]
void add(ConstTraceRef x, std::span<double> sum) noexcept;
/// out[i] = x[i] - offset, to one rounding of |x[i] - offset| and one of the result; exact where it is zero
void subtract(ConstTraceRef x, double offset, TraceRef out) noexcept;
/// sum of x[i] in double, in an order as that of reduce.hpp, but with 64 lanes
[[nodiscard]] double sum_in_double(ConstTraceRef x) noexcept;

/// An offset for each sample, in double, kept as two float32 numbers: subtracting one after the other costs no conversion and is
/// as good as in double, but for a second rounding of the result.
class SplitOffsets {
 public:
  SplitOffsets(Index n_samples, Arena& arena) noexcept
      : high_(arena.take<Sample>(n_samples)), low_(arena.take<Sample>(n_samples)) {}

  void set(std::size_t i, double offset) noexcept {
    high_[i] = static_cast<Sample>(offset);
    low_[i] = static_cast<Sample>(offset - static_cast<double>(high_[i]));
  }
  /// out[i] = (x[i] - high[i]) - low[i]
  void subtract_from(ConstTraceRef x, TraceRef out) const noexcept;

 private:
  std::span<Sample> high_;
  std::span<Sample> low_;
};

}  // namespace surefoot::dsp
