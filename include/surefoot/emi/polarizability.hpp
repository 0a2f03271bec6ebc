// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/arena.hpp>
#include <surefoot/dsp/joint_diagonalisation.hpp>
#include <surefoot/physics/sensing.hpp>

#include <array>
#include <span>

namespace surefoot::emi {

using physics::Matrix3;
using physics::Symmetric3;

/// A symmetric matrix as nine numbers by rows.
[[nodiscard]] constexpr Matrix3 full(const Symmetric3& m) noexcept {
  return {m[0], m[1], m[2], m[1], m[3], m[4], m[2], m[4], m[5]};
}

/// Eigenvalues, largest first, and the axis of each as a column.
struct Eigen3 {
  Vector3 values{};
  Matrix3 axes{};
};
/// Accuracy  a few rounding errors of the largest eigenvalue. NaN in, NaN out.
[[nodiscard]] Eigen3 eigen_of(const Symmetric3& m) noexcept;

/// The positive-semidefinite matrix nearest to m in the sum of squares of all nine differences: negative eigenvalues become 0.
///
/// Not       the best fit to data: errors of the elements are neither equal nor independent. For that, PsdFit.
/// @source   Higham (1988), Linear Algebra Appl. 103
[[nodiscard]] Symmetric3 nearest_psd(const Symmetric3& m) noexcept;

/// Principal polarizability curves over gates: the same three axes for all of them.
struct PrincipalCurves {
  Matrix3 axes{};         ///< columns: unit vectors of axis 1, 2, 3
  double residual = 0.0;  ///< of the joint diagonalisation, each gate weighted: 0 for a body whose axes do not turn
  bool converged = false;
};
/// curves[g] = (a_i^T M_g a_i, i = 1, 2, 3), axes by joint diagonalisation of weight_g M_g; axis 1 is the one whose curve has
/// the greatest weighted sum of squares, so that L1 >= L2 >= L3 as a whole. Curves may cross; axes do not swap.
///
/// Shape     m, weight and curves of one length; scratch at least 9 times that. weight 1 / noise of a gate; empty: all 1.
/// Complex   tensors M(w): give the real and the imaginary part of tone k as m[2k] and m[2k + 1], as a DipoleInversion has them,
///           and read the curves in the same way. Both parts then belong to one axis.
/// Edges     a gate with NaN has no say in the axes and NaN in its curves; so has one whose weight is not above 0.
[[nodiscard]] PrincipalCurves principal_curves(std::span<const Symmetric3> m, std::span<const double> weight,
                                               std::span<Vector3> curves, std::span<double> scratch) noexcept;

/// Standard deviation of a^T M a for the covariance of vech(M), 6 x 6 by rows.
[[nodiscard]] double deviation_along(const Vector3& axis, std::span<const double> covariance) noexcept;

/// What a constrained fit came to.
struct PsdSolution {
  double cost = 0.0;  ///< 1/2 x^T H x - c^T x at the solution
  double gap = 0.0;   ///< the cost is at most so far above the least one there is
  Index steps = 0;
  bool converged = false;
};

/// Least squares for symmetric 3x3 matrices that must be positive semidefinite:
///
///   min 1/2 x^T H x - c^T x,  x = (vech(Q_1), ..., vech(Q_K)),  each Q_k >= 0
///
/// With one matrix: the polarizability of a gate, H = G^T W G, c = G^T W y. With K: a decay q(t) = sum Q_k e^{-t/tau_k}, the
/// exact form of any passive target (decay_normal_equations): monotone in time along every direction.
///
/// Method    the free solution where it is positive. Else an interior point: x minimises the cost - mu sum ln det Q_k by Newton's
///           method, mu falls by 10 until the duality gap 3 K mu is below 1e-12 max|c|^2 / max|H|. The problem is convex, the
///           gap is its certificate: S_k = mu Q_k^-1 is the multiplier, gradient - S = 0, S >= 0, <S, Q> = 3 mu.
/// Shape     H (6K, 6K) by rows, symmetric and positive definite or semidefinite; c (6K).
/// Edges     H or c with NaN, or H zero: not converged and zeros. A solution on the border of the cone is met from inside, to
///           about the square root of the gap where the multiplier is zero too.
/// Cost      about 60 Newton steps of 2 (6K)^3 operations; 2 (6K)^2 + 66 K doubles. Allocates nothing after construction.
/// @source   Boyd and Vandenberghe, Convex Optimization (2004), 11.6 and 11.8; the model: Ledger and Lionheart,
///           doi 10.1002/mma.5830
class PsdFit {
 public:
  PsdFit(Index most_matrices, Arena& arena) noexcept;

  PsdSolution solve(std::span<const double> h, std::span<const double> c, std::span<Symmetric3> q) noexcept;

 private:
  [[nodiscard]] bool centre(Index k, double mu, double centred, PsdSolution& solution) noexcept;
  [[nodiscard]] double merit(Index k, double mu, std::span<const double> x) const noexcept;

  std::span<double> h_;
  std::span<double> c_;
  std::span<double> newton_;
  std::span<double> x_;
  std::span<double> change_;
  std::span<double> trial_;
  std::span<double> step_;
};

/// H and c of a decay: what PsdFit needs for q(t) = sum_k Q_k f_k(t) to fit polarizabilities q_g at gates g, whose errors have
/// the information matrix w_g^2 N, N = G^T G of whitened channels.
///
///   H = [sum_g w_g^2 f_k(g) f_l(g)] (x) N,   c_k = N sum_g w_g^2 f_k(g) q_g
///
/// Shape     basis (K, gates) by rows: f_k(g) = e^{-t_g/tau_k} or its mean over the gate; information 6 x 6 by rows; h (6K)^2,
///           c 6K. Gates with NaN or a weight not above 0 are left out.
void decay_normal_equations(std::span<const Symmetric3> q, std::span<const double> weight,
                            std::span<const double> basis, std::span<const double> information, std::span<double> h,
                            std::span<double> c) noexcept;

}  // namespace surefoot::emi
