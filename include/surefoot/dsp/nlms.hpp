// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/types.hpp>

/// Normalised least-mean-squares predictors side by side: each lane is one predictor whose m equations share L weights.
///
///   e = x - sum_j w_j u_j                  (nlms_residual)
///   w_j += mu  u_j' e / sum_j |u_j|^2      (nlms_adapt; 0 < mu < 2)
///
/// Shape     x and each past[j] are (equations, stride), of each row the first `lanes` numbers are used, one equation of all
///           lanes; e is (equations, lanes), w is (L, lanes); lanes is a multiple of nlms_block, unused lanes are zero.
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
  Index stride = 0;  ///< of x and past; 0: lanes

  [[nodiscard]] constexpr Index row() const noexcept { return stride > 0 ? stride : lanes; }
};

/// Lanes rounded up to whole blocks.
[[nodiscard]] constexpr Index nlms_lanes(Index n) noexcept { return (n + nlms_block - 1) / nlms_block * nlms_block; }

using NlmsPast = std::span<const Sample* const>;

void nlms_residual(NlmsShape shape, const Sample* x, NlmsPast past, const float* w, Sample* e) noexcept;

/// gain[lane] = mu / (energy of the lane's past), or 0.
void nlms_adapt(NlmsShape shape, const Sample* e, NlmsPast past, const double* gain, float* w) noexcept;

/// Sum of squares of each lane, in double. Shape (equations, stride) in, (lanes) out.
void lane_energy(NlmsShape shape, const Sample* x, double* energy) noexcept;

/// Samples of segments that lie one after the other, (lanes, equations), to (equations, stride): lane by lane a row apart.
void nlms_rows(NlmsShape shape, const Sample* segments, Sample* rows) noexcept;

/// True if every number is below `limit` in magnitude, none of them NaN.
[[nodiscard]] bool all_within(std::span<const float> numbers, float limit) noexcept;

}  // namespace surefoot::dsp
