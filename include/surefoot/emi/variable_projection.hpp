// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/arena.hpp>
#include <surefoot/dsp/tall_qr.hpp>
#include <surefoot/emi/dipole_model.hpp>

#include <span>

namespace surefoot::emi {

/// Columns of data that have the same channels: whitened numbers (channels, columns), and each channel's weight on G.
///
/// A channel that a block does not have has the weight 0 and zeros in its data.
struct DataBlock {
  dsp::Columns y;
  std::span<const double> weight;
};

/// How unknowns belong together: each source has so many linear ones (columns of G) and so many others, on which only its own
/// columns depend.
struct ProjectionShape {
  Index sources = 1;
  Index linear = 6;
  Index parameters = 3;
};

/// What is left of whitened data when each column may take the best polarizabilities of K dipoles at given places, and its
/// exact derivatives by the places.
///
///   C(r) = 1/2 sum_b |P(r) Y_b|^2,  P = 1 - G G^+,  G = diag(weight) [G(r_1) ... G(r_K)] = Q R
///   J_p  = -P (d_p G) q - (G^+)^T (d_p G)^T P Y,   q = G^+ Y      (Kaufman's term and the second of Golub and Pereyra)
///
/// One QR of G a block serves all its columns. The two terms of J are orthogonal: J^T J is the sum of both, and the gradient
/// of C needs the first only.
///
/// Shape     K places; normal matrix 3K x 3K by rows; polarizabilities (6K, columns), those of dipole k in rows 6k .. 6k+5.
/// Edges     where the columns of G depend on each other (smallest over largest diagonal of R below 1e-9), or G is not
///           finite, the cost is infinite: no minimum there.
/// Cost      a cost: 2 n (6K)^2 + 24 K n columns operations; a linearisation about four times that. Allocates nothing.
/// @source   Golub and Pereyra (1973), SIAM J. Numer. Anal. 10(2); Kaufman (1975), BIT 15
class VariableProjection {
 public:
  VariableProjection(Index n_channels, Index most_columns, Index most_sources, Arena& arena) noexcept;

  /// C at the places.
  [[nodiscard]] double cost(DipoleModel& model, std::span<const DataBlock> blocks,
                            std::span<const Vector3> places_m) noexcept;
  /// C, its gradient, J^T J, and the part of J^T J of Kaufman's term alone: the information of the data about the places.
  [[nodiscard]] double linearise(DipoleModel& model, std::span<const DataBlock> blocks,
                                 std::span<const Vector3> places_m, std::span<double> gradient,
                                 std::span<double> normal, std::span<double> information) noexcept;

  // The same for any model: fill model_matrix() (n x linear, for each source) and slope(p) (n x linear, for each parameter,
  // source by source), unweighted, before each call. At most 6 sources columns and max(3 sources, 6) parameters.
  [[nodiscard]] double* model_matrix() noexcept { return model_.data(); }
  [[nodiscard]] double* slope(Index p, Index linear) noexcept { return slopes_.data() + p * linear * n_; }
  [[nodiscard]] double cost(const ProjectionShape& shape, std::span<const DataBlock> blocks) noexcept;
  [[nodiscard]] double linearise(const ProjectionShape& shape, std::span<const DataBlock> blocks,
                                 std::span<double> gradient, std::span<double> normal,
                                 std::span<double> information) noexcept;

  /// Of the last block of the last linearise(): the factored G, and the best polarizabilities of its columns.
  [[nodiscard]] dsp::Columns factored() const noexcept { return g_; }
  [[nodiscard]] dsp::Columns polarizabilities() const noexcept { return q_; }
  /// Q^T Y of that block: rows 6K .. n are what the dipoles cannot explain.
  [[nodiscard]] dsp::Columns rotated() const noexcept { return c_; }
  /// -G^+ (d_p G) q of one column of that block: how its linear unknowns answer to an error of parameter p. Shape (6K, 3K).
  void sensitivity(Index column, const dsp::Columns& out) const noexcept;

 private:
  [[nodiscard]] bool factor(const DataBlock& block) noexcept;
  [[nodiscard]] double project(const DataBlock& block) noexcept;
  void differentiate(const DataBlock& block) noexcept;

  Index n_ = 0;
  ProjectionShape shape_;     // of the last call
  std::span<double> model_;   // G at the places, unweighted
  std::span<double> slopes_;  // its derivatives, (n, 6) for each coordinate of each source
  std::span<double> tau_;
  std::span<double> g_data_;
  std::span<double> e_data_;  // Q^T d_p G
  std::span<double> c_data_;
  std::span<double> q_data_;
  std::span<double> a_data_;  // (Q^T d_p G) q
  std::span<double> w_data_;  // R^-T (d_p G)^T P Y
  dsp::Columns g_{};          // QR of the weighted G
  dsp::Columns c_{};          // Q^T Y
  dsp::Columns q_{};          // R^-1 of its upper rows
};

}  // namespace surefoot::emi
