// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/types.hpp>

#include <span>

/// How the evidence of one sensor is weighed, and how that of two is put together. Plain functions on numbers: no sensor, no
/// state, no memory. All logarithms are natural; log odds and log-likelihood ratios have no unit.
///
/// Same bits everywhere; nothing allocates.
namespace surefoot::detect {

/// Log-likelihood ratio of a number by the histograms of two classes over the same bins, with one example more in each bin.
///
///   ln [(t_k + 1) / (sum t + B)] - ln [(c_k + 1) / (sum c + B)],   k the bin of x, B bins
///
/// Shape     edges rising, target and clutter counts: one edge fewer than bins. Bin 0 is below edges[0], bin k from
///           edges[k-1] on, the last from the last edge on.
/// Edges     NaN for NaN and for shapes that do not fit. Bounded: no example is ever impossible, and with few examples nothing is sure.
/// @source   add-one (Laplace) smoothing; Manning and Schuetze (1999), 6.2.2
[[nodiscard]] double histogram_llr(double x, std::span<const double> edges, std::span<const double> target,
                                   std::span<const double> clutter) noexcept;

/// The same over two numbers, x and y: the bins of y lie side by side, in bin i of x the counts from i (m + 1) on, m edges of y.
///
/// Edges     where y is NaN the bins of y are put together: sums of t + 1 and c + 1. NaN for NaN in x and for shapes that do not fit.
/// @source   add-one smoothing as above; what is not known is summed over
[[nodiscard]] double histogram_llr(double x, double y, std::span<const double> x_edges, std::span<const double> y_edges,
                                   std::span<const double> target, std::span<const double> clutter) noexcept;

/// Beliefs of one source about target or clutter; what it leaves open is 1 minus both.
struct Masses {
  double target = 0.0;
  double clutter = 0.0;

  [[nodiscard]] constexpr double open() const noexcept { return 1.0 - target - clutter; }
};

/// A source that is right with probability `reliability`: what it claims shrinks, what it leaves open grows.
///
///   m'(target) = r m(target),  m'(clutter) = r m(clutter),  m'(open) = 1 - r + r m(open)
///
/// @source   Shafer, A Mathematical Theory of Evidence (1976), 11.5
[[nodiscard]] Masses discount(const Masses& masses, double reliability) noexcept;

/// Two sources put together, and how much they contradict each other.
struct Combination {
  Masses masses;
  double conflict = 0.0;  ///< K, 0 to 1
};

/// Dempster's rule on {target, clutter}.
///
///   K = a(T) b(C) + a(C) b(T);   m(T) = [a(T) b(T) + a(T) b(open) + a(open) b(T)] / (1 - K),  m(C) likewise
///
/// Edges     total contradiction (K = 1) leaves all open. The order of the sources does not matter.
/// @source   Shafer (1976), 3.1
[[nodiscard]] Combination combine(const Masses& a, const Masses& b) noexcept;

}  // namespace surefoot::detect
