// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/types.hpp>

#include <span>

namespace surefoot::dsp {

/// What a joint diagonalisation came to.
struct JointDiagonal {
  double residual = 0.0;   ///< sqrt(off-diagonal energy / whole energy) of all matrices in the common axes, 0 to 1
  Index sweeps = 0;        ///< over all pairs of axes
  bool converged = false;  ///< the last sweep turned nothing that counts
};

/// The one set of orthogonal axes in which a set of real symmetric matrices is as diagonal as it can be.
///
///   minimises sum_t sum_{p != q} (V^T M_t V)_pq^2 by Jacobi rotations of pairs of axes, each by the angle
///   theta = 1/4 atan2(2 G_01, G_00 - G_11),  G = sum_t g g^T,  g = (m_pp - m_qq, 2 m_pq)
///
/// Shape     matrices: count n x n matrices one after the other, by rows; they become V^T M_t V. axes: n x n by rows, column i
///           is axis i. Complex symmetric matrices: give their real and imaginary parts as matrices of their own. A matrix
///           counts by its size: scale it by the inverse of its noise first.
/// Order     axes by sum_t of the squares of their diagonal elements, largest first (the earlier one first where equal); the
///           largest component of each axis is positive. An axis is a line and not an arrow: the three may be left-handed.
/// Edges     axes whose diagonal elements are equal in all matrices are any axes of their plane; all matrices zero: unit axes,
///           residual 0. A NaN or infinity anywhere: unit axes, residual 1, not converged, matrices left alone.
/// Cost      about 6 sweeps of n (n - 1) / 2 rotations of count (4 n + 6) operations each. Allocates nothing.
/// Not       a decomposition of each matrix: eigenvalues sorted matrix by matrix change their axes where curves cross.
/// @source   Cardoso and Souloumiac (1996), SIAM J. Matrix Anal. Appl. 17(1), the real case
[[nodiscard]] JointDiagonal joint_diagonalise(std::span<double> matrices, Index n, std::span<double> axes) noexcept;

}  // namespace surefoot::dsp
