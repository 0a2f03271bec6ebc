// SPDX-License-Identifier: MIT
#include <surefoot/emi/principal_decays.hpp>

#include <surefoot/dsp/cholesky.hpp>

#include <algorithm>
#include <array>
#include <cmath>

namespace surefoot::emi {

PrincipalDecays::PrincipalDecays(Index n_gates, Index n_modes, Arena& arena) noexcept
    : n_gates_(n_gates),
      n_modes_(n_modes),
      nnls_(3 * n_gates, 3 * n_modes, 0, arena),
      a_(arena.take<double>(9 * n_gates * n_modes)),
      b_(arena.take<double>(3 * n_gates)),
      x_(arena.take<double>(3 * n_modes)) {}

bool PrincipalDecays::fit(const Matrix3& axes, std::span<const Symmetric3> q, std::span<const double> weight,
                          std::span<const double> basis, std::span<const double> information,
                          std::span<Vector3> curves) noexcept {
  constexpr std::array<std::array<std::size_t, 2>, 6> place_of{{{0, 0}, {0, 1}, {0, 2}, {1, 1}, {1, 2}, {2, 2}}};
  // N T, and T^T N T = L L^T: with whitened coordinates z = L^T l the fit is a plain sum of squares.
  std::array<double, 18> nt{};
  std::array<double, 9> l{};
  for (std::size_t i = 0; i < 6; ++i)
    for (std::size_t k = 0; k < 3; ++k)
      for (std::size_t j = 0; j < 6; ++j)
        nt[3 * i + k] += information[6 * i + j] * axes[3 * place_of[j][0] + k] * axes[3 * place_of[j][1] + k];
  for (std::size_t k = 0; k < 3; ++k)
    for (std::size_t m = 0; m < 3; ++m)
      for (std::size_t i = 0; i < 6; ++i)
        l[3 * k + m] += axes[3 * place_of[i][0] + k] * axes[3 * place_of[i][1] + k] * nt[3 * i + m];
  if (!dsp::cholesky<double>(l, 3)) return false;

  std::fill(a_.begin(), a_.end(), 0.0);
  std::fill(b_.begin(), b_.end(), 0.0);
  const Index rows = 3 * n_gates_;
  bool any = false;
  for (Index g = 0; g < n_gates_; ++g) {
    const Symmetric3& m = q[to_size(g)];
    const double w = weight[to_size(g)];
    const bool usable = w > 0.0 && std::isfinite(w) &&
                        std::all_of(m.begin(), m.end(), [](double x) noexcept { return std::isfinite(x); });
    if (!usable) continue;
    any = true;
    std::array<double, 3> z{};
    for (std::size_t k = 0; k < 3; ++k)
      for (std::size_t i = 0; i < 6; ++i) z[k] += w * nt[3 * i + k] * m[i];
    dsp::solve_lower<double>(l, 3, z);  // L^-1 T^T N q
    for (Index r = 0; r < 3; ++r) {
      b_[to_size(3 * g + r)] = z[to_size(r)];
      for (Index k = 0; k < n_modes_; ++k)
        for (Index axis = r; axis < 3; ++axis)
          a_[to_size((3 * k + axis) * rows + 3 * g + r)] =
              w * basis[to_size(k * n_gates_ + g)] * l[to_size(3 * axis + r)];
    }
  }
  if (!any) return false;
  nnls_.set_matrix(a_);
  const bool converged = nnls_.solve(b_, x_);
  for (Index g = 0; g < n_gates_; ++g)
    for (Index axis = 0; axis < 3; ++axis) {
      double sum = 0.0;
      for (Index k = 0; k < n_modes_; ++k) sum += amplitude(axis, k) * basis[to_size(k * n_gates_ + g)];
      curves[to_size(g)][to_size(axis)] = sum;
    }
  return converged;
}

}  // namespace surefoot::emi
