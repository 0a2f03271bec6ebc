// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/types.hpp>

#include <cstdint>

namespace surefoot::dsp {

// Thresholds of the statistics in detection.hpp for an asked false-alarm rate, and the rate of a given threshold: exact for
// Gaussian noise, not for many samples or high thresholds only.
//
// Noise     white (or whitened) and Gaussian; complex data circular, with E|x|^2 = sigma^2. Real receivers have heavier tails:
//           check on target-free ground.
// Accuracy  1e-12 relative in the threshold for rates from 0.5 to 1e-12; rates of thresholds likewise, down to 1e-100.
// Edges     NaN for a shape that cannot be (fewer training vectors than channels, no free dimension left), for a rate that is
//           not inside (0, 1) and for a threshold that is not a number. A threshold of 0 or less has the rate 1.
// Cost      a rate 1 to 300 us, a threshold about 10 rates: when settings change, not for each trace. No allocation.

/// Real samples, or complex ones with an in-phase and a quadrature part.
enum class Field : std::uint8_t { real, complex };

/// Energy over known noise, sum |x|^2 / sigma^2 of n samples: chi-square with n degrees, for complex data half of 2n.
[[nodiscard]] double energy_false_alarm(Field field, Index n, double threshold) noexcept;
[[nodiscard]] double energy_threshold(Field field, Index n, double false_alarm) noexcept;

/// Energy over estimated noise, the mean of |x|^2 over n samples over that of m samples of noise alone: F.
[[nodiscard]] double energy_ratio_false_alarm(Field field, Index n, Index m, double threshold) noexcept;
[[nodiscard]] double energy_ratio_threshold(Field field, Index n, Index m, double false_alarm) noexcept;

/// n samples, a target in a known span of p dimensions, a nuisance in one of t (not counted twice).
struct SubspaceShape {
  Field field = Field::real;
  Index samples = 0;
  Index target = 1;
  Index nuisance = 0;
};

/// The generalised likelihood ratio test (GLRT) of a target in a subspace with known noise, |G^H P x|^2 / sigma^2: chi-square
/// with p degrees, for complex data half of 2p.
/// @source   Scharf and Friedlander, IEEE Trans. Signal Processing 42(8), 1994
[[nodiscard]] double subspace_known_false_alarm(const SubspaceShape& shape, double threshold) noexcept;
[[nodiscard]] double subspace_known_threshold(const SubspaceShape& shape, double false_alarm) noexcept;
/// The same with unknown noise, ((n-t-p)/p) |G^H P x|^2 / (|P x|^2 - |G^H P x|^2): F with p and n-t-p degrees, twice that for
/// complex data. It is the GLRT and uniformly most powerful among tests that do not depend on the noise level.
/// @source   the same
[[nodiscard]] double subspace_unknown_false_alarm(const SubspaceShape& shape, double threshold) noexcept;
[[nodiscard]] double subspace_unknown_threshold(const SubspaceShape& shape, double false_alarm) noexcept;

/// Statistics with a covariance from training vectors; the formulas are in detection.hpp.
enum class AdaptiveTest : std::uint8_t {
  kelly,  ///< the GLRT of one vector beside the training vectors
  amf,    ///< adaptive matched filter
  ace,    ///< adaptive cosine (coherence) estimator: the GLRT when its noise level differs from that of the training
};

/// N channels, K training vectors, a target in a span of p dimensions (1: a known direction).
struct AdaptiveShape {
  Field field = Field::real;
  Index channels = 0;
  Index training = 0;
  Index target = 1;
};

/// Rate and threshold for S = sum x x^H over the training, not divided by K (AMF's threshold times K is that for S / K).
///
///   L = K - N + 1, r = 1 for complex and 1/2 for real data, T(t) = P(F_{2rp,2rL} > L t / p), b ~ Beta(r (L+p), r (N-p))
///   Kelly: T(h / (1-h));  AMF: E[T(h b)];  ACE: E[T(h (1-b) / (1-h))]
///
/// For complex data and p = 1, T(t) = (1+t)^-L and these are (1-h)^L, 2F1(L, L+1; K+1; -h) and
/// (1-h)^L 2F1(L, L+1; K+1; h). Where the training vectors had their own mean taken off, K is one less, and x less that mean
/// must be divided by sqrt(1 + 1/vectors), which ACE does not notice.
/// Not       -ln P_FA, the limit for endless training: with N = 8, K = 24 it alarms 44 times as often as the asked 1e-3.
/// @source   Kelly, IEEE Trans. AES 22(1), 1986; Robey, Fuhrmann, Kelly and Nitzberg, AES 28(1), 1992; Kraut, Scharf and
///           McWhorter, IEEE Trans. Signal Processing 49(1), 2001. The expectation by the trapezoidal rule in ln(b / (1-b)),
///           which converges exponentially
[[nodiscard]] double adaptive_false_alarm(AdaptiveTest test, const AdaptiveShape& shape, double threshold) noexcept;
[[nodiscard]] double adaptive_threshold(AdaptiveTest test, const AdaptiveShape& shape, double false_alarm) noexcept;

/// The cosine itself, with its sign: real data, one target direction; the rate of one side, so below 1/2 where the threshold
/// is above zero.
[[nodiscard]] double cosine_false_alarm(const AdaptiveShape& shape, double threshold) noexcept;
[[nodiscard]] double cosine_threshold(const AdaptiveShape& shape, double false_alarm) noexcept;

/// The anomaly detector of Reed and Yu (RX): D^2 = (f - mu)^T S^-1 (f - mu), with the mean and the covariance (divided by n - 1) of n
/// cells of p Gaussian features beside the one under test: p (n+1) (n-1) / (n (n-p)) times F with p and n - p degrees.
///
/// Edges     NaN for n <= p or p < 1.
/// Not       chi-square with p degrees, the limit for endless n: p = 8, n = 60 it alarms 4.5 times as often as the asked 1e-2.
///           Not for a covariance that is shrunk (fewer alarms than asked) or cells that are correlated or trimmed (more).
/// @source   Hotelling's T^2: Anderson, An Introduction to Multivariate Statistical Analysis (2003), 5.2; Reed and Yu, IEEE Trans.
///           ASSP 38(10), 1990
[[nodiscard]] double rx_false_alarm(Index features, Index cells, double threshold) noexcept;
[[nodiscard]] double rx_threshold(Index features, Index cells, double false_alarm) noexcept;

/// Correlation coefficient of n pairs, the means taken off both, one side: r sqrt(n-2) / sqrt(1-r^2) is Student's t with n-2
/// degrees. For a template of zero mean along a curve, n is the number of independent samples under it.
/// @source   Student (1908); Kendall and Stuart, The Advanced Theory of Statistics, vol. 1, 16.28
[[nodiscard]] double correlation_false_alarm(Index n, double threshold) noexcept;
[[nodiscard]] double correlation_threshold(Index n, double false_alarm) noexcept;

/// Semblance S = sum_t (sum_i y_ti)^2 / (M sum_ti y_ti^2) of M traces and T independent samples: Beta(T/2, T(M-1)/2). The same for
/// weights a_i in the stack and sum a_i^2 in place of M below it.
///
/// T is the length of the gate times twice the bandwidth, not the samples of a record that was sampled finer. A scan over
/// many velocities and times tries many times: divide the rate by the number of independent trials.
/// @source   ratio of quadratic forms of normal variables (Cochran); Neidell and Taner, Geophysics 36(3), 1971 (semblance)
[[nodiscard]] double semblance_false_alarm(Index traces, double samples, double threshold) noexcept;
[[nodiscard]] double semblance_threshold(Index traces, double samples, double false_alarm) noexcept;

/// How the level of the cells around is made from them.
enum class Cfar : std::uint8_t {
  cell_average,  ///< CA: their mean
  greatest,      ///< GO: the greater of the means of the two halves
  smallest,      ///< SO: the smaller of these
  ordered,       ///< OS: the rank-th smallest of them
};

/// Cells around the one under test; freedom: real degrees of freedom of one cell. 2 for |x|^2 of a complex sample (square-law
/// detector, an exponential distribution); m for the energy of m independent real samples, or for correlated ones with
/// covariance C the effective (tr C)^2 / tr C^2.
struct CfarShape {
  Cfar kind = Cfar::cell_average;
  Index cells = 0;
  Index rank = 0;  ///< of ordered
  double freedom = 2.0;
};

/// The number of independent samples that have the same scatter of energy as correlated ones: (tr C)^2 / tr C^2.
///
/// Shape     C: the covariance of a cell's samples, n rows of n, of which the lower triangle is read.
/// Edges     white samples give n, wholly dependent ones 1; NaN for C = 0.
/// Accuracy  the energy's first two moments are right; far out in its tail the rate is not: AR(1) with 0.7, m = 20, N = 16 at 1e-2
///           alarms at 0.9e-2 to 1.5e-2.
/// @source   Satterthwaite, Biometrics Bulletin 2(6), 1946
[[nodiscard]] double effective_freedom(std::span<const double> covariance, Index n) noexcept;

/// The cell is an alarm where it is above factor times the level.
///
///   CA: F with m and mN degrees; for m = 2, factor = N (P^(-1/N) - 1)
///   GO, SO with m = 2: P = 2 (1+c)^-M I_q(M, M), M = N/2, c = factor/M, q = 1/(2+c) for GO and (1+c)/(2+c) for SO
///   OS with m = 2: P = prod_{i<k} (N-i) / (N-i+factor);  others by the trapezoidal rule in the logarithm of the level
///
/// Not       for cells that are correlated or not alike: edges of clutter, other targets.
/// @source   Finn and Johnson, RCA Review 29(3), 1968 (CA); Hansen, 1973, and Trunk, AES 14(5), 1978 (GO, SO); Rohling, AES
///           19(4), 1983 (OS); the form with I_q is our own
[[nodiscard]] double cfar_false_alarm(const CfarShape& shape, double factor) noexcept;
[[nodiscard]] double cfar_factor(const CfarShape& shape, double false_alarm) noexcept;

}  // namespace surefoot::dsp
