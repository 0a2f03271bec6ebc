// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/dsp/reduce.hpp>

#include <algorithm>

/// One step of a normalised least-mean-squares predictor whose m equations share the same L weights.
///
///   e = x - sum_j w_j u_j          (nlms_residual)
///   w_j += mu  u_j' e / sum_j |u_j|^2   (nlms_adapt; 0 < mu < 2)
///
/// Shape     x, e and each u_j have m samples; past(j) gives a pointer to u_j, j = 0..L-1; w has L weights.
/// Edges     power = 0 leaves the weights as they are.
/// Cost      2 m L operations each; no allocation. Products in float32, the update of a weight in double.
/// @source   Haykin, Adaptive Filter Theory, ch. 6; several equations a step as in detection.md 2.2
namespace surefoot::dsp {

template <class Past>
inline void nlms_residual(ConstTraceRef x, Past past, std::span<const float> w, TraceRef e) noexcept {
  std::copy(x.begin(), x.end(), e.begin());
  const std::size_t m = x.size();
  for (std::size_t j = 0; j < w.size(); ++j) {
    const Sample* u = past(static_cast<Index>(j));
    for (std::size_t i = 0; i < m; ++i) e[i] -= w[j] * u[i];
  }
}

template <class Past>
inline void nlms_adapt(ConstTraceRef e, Past past, double power, double mu, std::span<float> w) noexcept {
  if (!(power > 0.0)) return;
  const double gain = mu / power;
  for (std::size_t j = 0; j < w.size(); ++j) {
    const float correlation = dot({past(static_cast<Index>(j)), e.size()}, e);
    w[j] = static_cast<float>(static_cast<double>(w[j]) + gain * static_cast<double>(correlation));
  }
}

}  // namespace surefoot::dsp
