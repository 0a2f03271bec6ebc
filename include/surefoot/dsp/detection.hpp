// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/arena.hpp>
#include <surefoot/dsp/thresholds.hpp>

#include <complex>
#include <span>

namespace surefoot::dsp {

// Statistics of one vector of samples, whose thresholds are in thresholds.hpp. T is double or std::complex<double>. All are
// pure arithmetic in a fixed order: the same bits everywhere.
//
// Edges     a vector with NaN or infinity gives NaN; a vector of zeros gives 0. What divides by a rest that is exactly zero
//           gives infinity.

/// Energy, sum |x|^2.
[[nodiscard]] double energy(std::span<const double> x) noexcept;
[[nodiscard]] double energy(std::span<const std::complex<double>> x) noexcept;

/// Matched subspace detector: how much of x lies in the span of a target, once what lies in a nuisance (soil, drift) is taken out.
///
///   P = 1 - Q Q^H, Q a basis of the nuisance; G a basis of P times the target
///   known noise: |G^H P x|^2 / sigma^2;  unknown: ((n-t-p)/p) |G^H P x|^2 / |P x - G G^H P x|^2
///
/// Shape     vectors of n numbers; the target p of them, the nuisance t, one after the other.
/// Units     x in any, sigma in the same (root of the mean of |x|^2, for complex data of both parts together).
/// Edges     as above. set() is false, and scores are zero, where the target has no part outside the nuisance or too few
///           dimensions are left; dimensions that are repeated count once (target_dimensions(), nuisance_dimensions()).
/// Cost      2 n (p + t) operations a vector, complex four times; set() 4 n (p+t)^2. No allocation after construction.
/// Not       for coloured noise: whiten vectors, target and nuisance first, or use AdaptiveDetector.
/// @source   Scharf and Friedlander, IEEE Trans. Signal Processing 42(8), 1994
template <class T>
class MatchedSubspace {
 public:
  MatchedSubspace(Index samples, Index most_target, Index most_nuisance, Arena& arena) noexcept;

  /// Take a new target and nuisance, at most as many as there is room for.
  [[nodiscard]] bool set(std::span<const T> target, std::span<const T> nuisance) noexcept;
  [[nodiscard]] double known(std::span<const T> x, double sigma) noexcept;
  [[nodiscard]] double unknown(std::span<const T> x) noexcept;

  [[nodiscard]] Index target_dimensions() const noexcept { return target_; }
  [[nodiscard]] Index nuisance_dimensions() const noexcept { return nuisance_; }
  /// What the thresholds need.
  [[nodiscard]] SubspaceShape shape() const noexcept;
  /// Share of the energy of a target vector that the nuisance leaves: |P s|^2 / |s|^2.
  [[nodiscard]] double kept_share(std::span<const T> s) noexcept;

 private:
  struct Parts {
    double inside;
    double outside;
  };
  [[nodiscard]] Parts split(std::span<const T> x) noexcept;

  Index samples_;
  Index target_ = 0;
  Index nuisance_ = 0;
  std::span<T> basis_;  // of the nuisance, then of the target outside it
  std::span<T> rest_;
};

/// The scores of AdaptiveDetector.
struct AdaptiveScores {
  double kelly;  ///< kappa / (1 + q), in [0, 1]
  double amf;    ///< kappa, from 0
  double ace;    ///< kappa / q, in [0, 1]
  double
      cosine;  ///< its root with the sign of the target, in [-1, 1] (complex: real part of the coherence); one direction only
};

/// Detectors that learn the covariance of the noise from training vectors.
///
///   S = sum x x^H = L L^H;  q = x^H S^-1 x = |L^-1 x|^2;  kappa = |W^H L^-1 x|^2, W a basis of L^-1 times the target
///
/// Shape     vectors of n channels; the target p of them (1: a known direction).
/// Units     any, the same in training and test; scores have none.
/// Edges     as above. A training vector that is not finite is left out and not counted. factor() is false, and the scores
///           are zero, with fewer training vectors than channels or a singular covariance.
/// Cost      score: n^2/2 + n p operations (complex four times); train: n^2/2; factor: n^3/3. No allocation after construction.
/// Not       robust: a target among the training vectors hides itself. S has no memory that fades; clear() and train anew.
/// @source   Kelly, IEEE Trans. AES 22(1), 1986; Robey et al., AES 28(1), 1992; Kraut and Scharf, IEEE Trans. Signal Processing
///           47(9), 1999
template <class T>
class AdaptiveDetector {
 public:
  AdaptiveDetector(Index channels, Index most_target, Arena& arena) noexcept;

  void clear() noexcept;
  void train(std::span<const T> x) noexcept;
  /// Take over what was trained, and the target.
  [[nodiscard]] bool factor(std::span<const T> target) noexcept;
  [[nodiscard]] AdaptiveScores score(std::span<const T> x) noexcept;

  /// Training vectors counted since clear().
  [[nodiscard]] Index training() const noexcept { return training_; }
  /// What the thresholds need.
  [[nodiscard]] AdaptiveShape shape() const noexcept;

 private:
  Index channels_;
  Index training_ = 0;
  Index factored_ = 0;  // training vectors in factor_
  Index target_ = 0;
  std::span<T> sum_;  // S, its lower triangle
  std::span<T> factor_;
  std::span<T> basis_;
  std::span<T> white_;
};

/// The level of the cells around one, as CfarShape tells: the first half of the cells lies before it, the second after it.
/// Compare the cell with cfar_factor() times this.
///
/// Shape     shape.cells numbers; work the same (used by `ordered` only).
/// Edges     a cell that is not finite gives NaN, which nothing is above.
/// Cost      one pass; ordered: a selection.
[[nodiscard]] double cfar_level(const CfarShape& shape, std::span<const double> cells, std::span<double> work) noexcept;

/// cfar_level of each score in a row, divided into it: out = score / level, to be compared with the factor.
///
/// Shape     out has as many numbers as scores; guard cells on each side of the one under test are left out. work 2 cells.
/// Edges     near an end, and where a side has fewer than half of the cells, the other side gives the rest, so that the factor
///           stays right. A row shorter than cells + 2 guard + 1 gives zeros. A level of zero gives infinity, or 0 for a score
///           of zero; cells that are not finite make what sees them NaN.
/// Cost      the cells, for each score.
void cfar_ratios(const CfarShape& shape, Index guard, std::span<const double> scores, std::span<double> out,
                 std::span<double> work) noexcept;

}  // namespace surefoot::dsp
