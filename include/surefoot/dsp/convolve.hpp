// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/types.hpp>

#include <array>
#include <span>

namespace surefoot::dsp {

/// Slide taps along a trace: the direct form, in double.
///
///   y[i] = taps[0] x[i] + taps[1] x[i+1] + ... + taps[m-1] x[i+m-1]
///
/// Each output adds its products in this order, one after the other; eight outputs side by side hide the latency and fill
/// vector registers without changing a bit. Double, because a filter that stops an offset of 2^15 counts must not leave the
/// rounding of float32 in place of an echo of a few counts.
///
/// Shape     x has y.size() + taps.size() - 1 samples. With taps reversed it is a convolution.
/// Cost      one multiplication and one addition a tap and sample, vectorised: about 7 us for 512 samples and 101 taps.
/// @source   our own
inline void correlate(std::span<const double> x, std::span<const double> taps, std::span<double> y) noexcept {
  constexpr std::size_t side = 8;
  const std::size_t m = taps.size();
  std::size_t i = 0;
  for (; i + side <= y.size(); i += side) {
    std::array<double, side> sum{};
    const double* from = x.data() + i;
    for (std::size_t k = 0; k < m; ++k)
      for (std::size_t l = 0; l < side; ++l) sum[l] += taps[k] * from[k + l];
    for (std::size_t l = 0; l < side; ++l) y[i + l] = sum[l];
  }
  for (; i < y.size(); ++i) {
    double sum = 0.0;
    for (std::size_t k = 0; k < m; ++k) sum += taps[k] * x[i + k];
    y[i] = sum;
  }
}

}  // namespace surefoot::dsp
