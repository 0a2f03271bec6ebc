// SPDX-License-Identifier: MIT
#pragma once

#include <span>

namespace surefoot::dsp {

/// Solve T x = b with T[i][j] = r[|i-j|], symmetric and positive definite: Levinson's recursion, in double.
///
/// Returns true if it went through. False: T is not positive definite (to rounding), and x is zero.
///
/// Shape     n values in r, b and x; work has 2 n. r may be longer.
/// Accuracy  about the condition number of T times 1e-16. Prewhitening, a share p added to r[0], bounds it by n / p.
/// Cost      4 n^2 operations: about 3 us for n = 32. No allocation.
/// @source   Golub and Van Loan, Matrix Computations (2013), 4.7.4
[[nodiscard]] bool solve_toeplitz(std::span<const double> r, std::span<const double> b, std::span<double> x,
                                  std::span<double> work) noexcept;

}  // namespace surefoot::dsp
