// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/types.hpp>

#include <array>

/// Normalised least-mean-squares predictors side by side: each lane is one predictor whose m equations share L weights.
///
///   e = x - sum_j w_j u_j                  (nlms_residual)
///   w_j += mu  u_j' e / sum_j |u_j|^2      (nlms_adapt; 0 < mu < 2)
///
/// Shape     x, e and each past[j] are (equations, lanes), a row holding one equation of all lanes; w is (L, lanes);
///           lanes is a multiple of nlms_block, unused lanes are zero.
/// Edges     a lane whose gain is 0 keeps its weights.
/// Cost      2 m L operations a lane each; no allocation. Products in float32, the update of a weight in double. Each lane
///           adds in the order of its equations, so neither vector width nor compiler changes the bits.
/// @source   Haykin, Adaptive Filter Theory, ch. 6; several equations a step: Torrione et al., IEEE TAES 42(2), 2006
namespace surefoot::dsp {

/// Lanes that are treated together.
inline constexpr Index nlms_block = 8;

struct NlmsShape {
  Index equations = 1;
  Index lanes = nlms_block;
};

/// Lanes rounded up to whole blocks.
[[nodiscard]] constexpr Index nlms_lanes(Index n) noexcept { return (n + nlms_block - 1) / nlms_block * nlms_block; }

using NlmsPast = std::span<const Sample* const>;

inline void nlms_residual(NlmsShape shape, const Sample* x, NlmsPast past, const float* w, Sample* e) noexcept {
  for (Index b = 0; b < shape.lanes; b += nlms_block)
    for (Index i = 0; i < shape.equations; ++i) {
      const Index at = i * shape.lanes + b;
      std::array<float, nlms_block> rest{};
      for (std::size_t l = 0; l < rest.size(); ++l) rest[l] = x[to_size(at) + l];
      const float* wj = w + b;
      for (const Sample* u : past) {
        for (std::size_t l = 0; l < rest.size(); ++l) rest[l] -= wj[l] * u[to_size(at) + l];
        wj += shape.lanes;
      }
      for (std::size_t l = 0; l < rest.size(); ++l) e[to_size(at) + l] = rest[l];
    }
}

/// gain[lane] = mu / (energy of the lane's past), or 0.
inline void nlms_adapt(NlmsShape shape, const Sample* e, NlmsPast past, const double* gain, float* w) noexcept {
  for (Index b = 0; b < shape.lanes; b += nlms_block) {
    float* wj = w + b;
    for (const Sample* u : past) {
      std::array<float, nlms_block> correlation{};
      for (Index i = 0; i < shape.equations; ++i) {
        const std::size_t at = to_size(i * shape.lanes + b);
        for (std::size_t l = 0; l < correlation.size(); ++l) correlation[l] += u[at + l] * e[at + l];
      }
      for (std::size_t l = 0; l < correlation.size(); ++l)
        wj[l] =
            static_cast<float>(static_cast<double>(wj[l]) + gain[to_size(b) + l] * static_cast<double>(correlation[l]));
      wj += shape.lanes;
    }
  }
}

/// Sum of squares of each lane, in double. Shape (equations, lanes) in, (lanes) out.
inline void lane_energy(NlmsShape shape, const Sample* x, double* energy) noexcept {
  for (Index b = 0; b < shape.lanes; b += nlms_block) {
    std::array<double, nlms_block> sum{};
    for (Index i = 0; i < shape.equations; ++i)
      for (std::size_t l = 0; l < sum.size(); ++l) {
        const auto v = static_cast<double>(x[to_size(i * shape.lanes + b) + l]);
        sum[l] += v * v;
      }
    for (std::size_t l = 0; l < sum.size(); ++l) energy[to_size(b) + l] = sum[l];
  }
}

}  // namespace surefoot::dsp
