// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/arena.hpp>
#include <surefoot/dsp/nnls.hpp>
#include <surefoot/emi/polarizability.hpp>

#include <span>

namespace surefoot::emi {

/// Principal polarizability curves that a passive body can have: along each of three given axes a decay with positive amplitudes.
///
///   L_i(t_g) = sum_k a_ik f_k(t_g), a_ik >= 0:  min sum_g w_g^2 (T l_g - q_g)^T N (T l_g - q_g)
///
/// T l = vech(sum_i l_i v_i v_i^T) for the axes v_i, N the information of one gate about vech(M) (G^T G of whitened channels).
/// Smooth, never negative and falling by construction: late gates borrow from their neighbours, so that their errors are a
/// fraction of those gate by gate. The tensor is positive semidefinite at every gate, a special case of PsdFit with common axes.
///
/// Shape     q, weight (1 / noise of a gate) and curves: n_gates. basis (modes, gates) by rows: e^{-t_g/tau_k}, or its mean over
///           the gate; information 6 x 6 by rows; axes by columns.
/// Edges     gates with NaN or a weight not above 0 have no say, but get a value. False: nothing usable, or the search did not end.
/// Cost      non-negative least squares of 3 n_gates x 3 n_modes: 0.2 to 1 ms for 30 gates and 20 modes. Allocates nothing.
/// Not       for a body that keeps a magnetisation or is driven: those do not decay.
/// @source   Lawson and Hanson (1974), chapter 23; the model: emi.md F18
class PrincipalDecays {
 public:
  PrincipalDecays(Index n_gates, Index n_modes, Arena& arena) noexcept;

  [[nodiscard]] bool fit(const Matrix3& axes, std::span<const Symmetric3> q, std::span<const double> weight,
                         std::span<const double> basis, std::span<const double> information,
                         std::span<Vector3> curves) noexcept;
  /// a_ik of the last fit, axis i, mode k.
  [[nodiscard]] double amplitude(Index axis, Index mode) const noexcept { return x_[to_size(3 * mode + axis)]; }

 private:
  Index n_gates_;
  Index n_modes_;
  dsp::Nnls nnls_;
  std::span<double> a_;
  std::span<double> b_;
  std::span<double> x_;
};

}  // namespace surefoot::emi
