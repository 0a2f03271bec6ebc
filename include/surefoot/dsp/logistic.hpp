// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/arena.hpp>

#include <span>

namespace surefoot::dsp {

/// 1 / (1 + e^-x), the probability that has the log odds x.
/// Edges     0 and 1 at the ends, NaN for NaN; accurate to 2 ulp also where the result is tiny. The same bits everywhere.
[[nodiscard]] double logistic(double x) noexcept;
/// ln(p / (1 - p)), the inverse. Edges: -inf at 0, inf at 1, NaN outside.
[[nodiscard]] double log_odds(double p) noexcept;
/// ln(1 + e^x) without overflow.
[[nodiscard]] double softplus(double x) noexcept;

/// What examples of two classes are to be called, so that a fit of few of them stays away from 0 and 1.
///
///   positive = (N+ + 1) / (N+ + 2),  negative = 1 / (N- + 2)
///
/// @source   Platt, Probabilistic outputs for support vector machines (1999)
struct PlattTargets {
  double positive = 1.0;
  double negative = 0.0;
};
[[nodiscard]] PlattTargets platt_targets(Index n_positive, Index n_negative) noexcept;

/// How a fit ended.
struct LogisticResult {
  bool converged = false;
  Index iterations = 0;
  double loss = 0.0;  ///< sum of cross entropies plus the penalty
};

/// Logistic regression with an L2 penalty, by Newton's method with backtracking; with one feature, l2 = 0 and Platt's targets it
/// is Platt's calibration (A = -weight, B = -bias).
///
///   minimise  sum_i [softplus(f_i) - t_i f_i] + l2/2 sum_j w_j^2,   f_i = b + sum_j w_j x_ij;  the bias b is not penalised
///
/// Shape     x is n rows of p features, one after the other; targets n numbers in [0, 1]; weights p numbers and the bias last:
///           the start on entry, the answer on return.
/// Units     weights per unit of their feature.
/// Edges     not converged, weights as they were at best: numbers that are not finite, no row, features that are constant or
///           depend on each other while l2 is 0, classes that a plane separates while l2 is 0 and the targets are 0 and 1.
/// Accuracy  the loss is within 1e-14 of its minimum before the last step, which is then exact to rounding; the function is convex,
///           so the answer is the only one.
/// Cost      n p^2 / 2 operations an iteration, mostly 5 to 12; (p+1)(p+4) doubles from the arena.
/// Not       for the live path: it is what makes the numbers that a description carries.
/// @source   Newton with backtracking: Lin, Lin and Weng, Machine Learning 68, 2007
class LogisticFit {
 public:
  LogisticFit(Index n_features, Arena& arena) noexcept;
  [[nodiscard]] LogisticResult fit(std::span<const double> x, std::span<const double> targets, double l2,
                                   std::span<double> weights) noexcept;

 private:
  [[nodiscard]] double score(const double* row, std::span<const double> weights) const noexcept;
  [[nodiscard]] double loss(std::span<const double> x, std::span<const double> targets, double l2,
                            std::span<const double> weights) const noexcept;
  void derivatives(std::span<const double> x, std::span<const double> targets, double l2,
                   std::span<const double> weights) noexcept;

  Index n_features_;
  std::span<double> hessian_;  // (p+1)^2
  std::span<double> gradient_;
  std::span<double> step_;
  std::span<double> trial_;
};

}  // namespace surefoot::dsp
