// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/types.hpp>

#include <complex>
#include <span>

namespace surefoot::dsp {

// Small dense systems, real and complex, in place and without memory of their own: T is double or std::complex<double>.
// Square matrices are n rows of n, one after the other; of triangular ones only their triangle is read and written.

/// Cholesky's factor of a Hermitian matrix that is positive definite, A = L L^H: the lower triangle of a becomes L.
///
/// False     where A is not positive definite: a pivot is below n 2^-52 of its diagonal entry. a is then partly overwritten.
/// Accuracy  L L^H is A to n rounding errors; solutions lose the condition number of A.
/// Edges     NaN or infinity give false.
/// Cost      n^3 / 3 operations (complex: four times). The same bits everywhere.
/// @source   Golub and Van Loan, Matrix Computations (2013), 4.2.5
template <class T>
[[nodiscard]] bool cholesky(std::span<T> a, Index n) noexcept;
/// x becomes L^-1 x.
template <class T>
void solve_lower(std::span<const T> l, Index n, std::span<T> x) noexcept;
/// x becomes L^-H x. After solve_lower x is A^-1 x.
template <class T>
void solve_lower_adjoint(std::span<const T> l, Index n, std::span<T> x) noexcept;
/// a becomes A^-1 (its lower triangle), from the factor in l. l and a must not overlap.
template <class T>
void invert_from_cholesky(std::span<const T> l, Index n, std::span<T> a) noexcept;

/// An orthonormal basis of the span of k vectors of n numbers, one after the other in v, in place, by the modified
/// Gram-Schmidt process done twice. It stays orthogonal to the first `fixed` ones, which must be orthonormal already.
///
/// Returns the number of vectors kept, the fixed ones included; these are the first ones in v. A vector is left out where less
/// than `least` of its length sticks out of those before it.
/// Accuracy  orthonormal to a few rounding errors.
/// Cost      4 n k^2 operations.
/// @source   Giraud, Langou and Rozloznik, Computers & Mathematics with Applications 50, 2005: twice is enough
template <class T>
[[nodiscard]] Index orthonormalize(std::span<T> v, Index n, Index fixed = 0, double least = 1e-10) noexcept;

}  // namespace surefoot::dsp
