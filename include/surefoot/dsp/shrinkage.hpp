// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/types.hpp>

#include <array>
#include <cstdint>
#include <span>

namespace surefoot::dsp {

// Covariances of few observations made well-conditioned: S* = (1 - r) S + r (tr S / p) 1.
//
// Shape     S: p rows of p, one after the other, of which only the lower triangle is read and written; from n observations
//           less their mean, divided by n. The shares do not change where S is divided by n - 1 only in shrink().
// Units     any; shares have none and lie in [0, 1].
// Edges     S = 0: oas_share 1, ledoit_wolf_share 0 (scikit-learn's choices). NaN stays NaN.
// Accuracy  1e-12 against NumPy, as long as S is not a multiple of the identity to as many digits.
// Cost      O(p^2); no allocation. The same bits everywhere.

/// How the share r is chosen.
enum class Shrinkage : std::uint8_t { none, fixed, oas, ledoit_wolf };
inline constexpr std::array shrinkage_words{"none", "fixed", "oas", "ledoit_wolf"};

/// Oracle approximating shrinkage, for Gaussian observations.
///
///   r = min(1, ((1 - 2/p) tr S^2 + (tr S)^2) / ((n + 1 - 2/p) (tr S^2 - (tr S)^2 / p)))
///
/// Not       scikit-learn's OAS: that leaves out both 2/p and shrinks less, the more so the fewer features there are (0.2976 for
///           0.3098 on one draw of 40 with 8).
/// @source   Chen, Wiesel, Eldar and Hero, IEEE Trans. Signal Processing 58(10), 2010, equation 23
[[nodiscard]] double oas_share(std::span<const double> s, Index p, Index n) noexcept;

/// Ledoit's and Wolf's share, for observations x_i of any distribution, which enter by their fourth powers.
///
///   r = min(b2, d2) / d2,  d2 = |S - (tr S / p) 1|_F^2 / p,
///   b2 = sum_i |x_i x_i^T - S|_F^2 / (n^2 p) = (sum_i |x_i|^4 - n |S|_F^2) / (n^2 p)
///
/// fourth_powers is sum_i |x_i|^4 over the observations less their mean.
/// @source   Ledoit and Wolf, J. Multivariate Analysis 88, 2004, lemmas 3.2 to 3.4
[[nodiscard]] double ledoit_wolf_share(std::span<const double> s, Index p, Index n, double fourth_powers) noexcept;

/// S becomes S*.
void shrink(std::span<double> s, Index p, double share) noexcept;

}  // namespace surefoot::dsp
