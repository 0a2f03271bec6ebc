// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/types.hpp>

namespace surefoot::gpr {

/// How likely noise alone reaches a semblance, and which semblance it reaches with a given probability.
///
///   S = sum_t (sum_i y_ti)^2 / (M sum_t sum_i y_ti^2)  over M traces and T samples of independent normal noise of one level
///   is distributed as Beta(T / 2, T (M - 1) / 2); its mean is 1 / M
///   chance(s) = 1 - I_s(T / 2, T (M - 1) / 2)
///
/// T is the number of independent samples in the gate: its length times twice the bandwidth, not the samples of a record that
/// was sampled finer. A scan over many velocities and times tries many times over: divide the probability by the number of
/// independent trials.
///
/// Edges     chance is 1 for s <= 0, 0 for s >= 1; NaN unless M >= 2 and T > 0 and the probability lies in (0, 1).
/// Not       for what remains after a background removal or a gain across traces: the noise is then no longer independent.
/// @source   ratio of quadratic forms of normal variables (Cochran); Neidell and Taner, Geophysics 36(3), 1971 (semblance)
[[nodiscard]] double semblance_chance(double semblance, Index n_traces, double n_samples) noexcept;
[[nodiscard]] double semblance_threshold(double chance, Index n_traces, double n_samples) noexcept;

}  // namespace surefoot::gpr
