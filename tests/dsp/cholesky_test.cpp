// SPDX-License-Identifier: MIT
#include <surefoot/dsp/cholesky.hpp>

#include <surefoot/sim/random.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <complex>
#include <limits>
#include <vector>

namespace surefoot::dsp {
namespace {

template <class T>
T draw(sim::Random& random) {
  if constexpr (std::is_same_v<T, double>) return random.normal();
  else {
    const double re = random.normal();
    return {re, random.normal()};
  }
}
template <class T>
T conj_of(T v) {
  if constexpr (std::is_same_v<T, double>) return v;
  else return std::conj(v);
}

// A A^H of random A with n + 3 columns, and the checks by plain sums.
template <class T>
void solves(Index n) {
  sim::Random random(11, static_cast<std::uint64_t>(n));
  const std::size_t size = to_size(n);
  const std::size_t columns = size + 3;
  std::vector<T> a(size * columns);
  for (T& v : a) v = draw<T>(random);
  std::vector<T> s(size * size);
  for (std::size_t i = 0; i < size; ++i)
    for (std::size_t j = 0; j < size; ++j)
      for (std::size_t k = 0; k < columns; ++k) s[i * size + j] += a[i * columns + k] * conj_of(a[j * columns + k]);
  std::vector<T> l = s;
  ASSERT_TRUE(cholesky<T>(l, n));
  for (std::size_t i = 0; i < size; ++i)
    for (std::size_t j = 0; j <= i; ++j) {
      T sum{};
      for (std::size_t k = 0; k <= j; ++k) sum += l[i * size + k] * conj_of(l[j * size + k]);
      ASSERT_LT(std::abs(sum - s[i * size + j]), 1e-13 * static_cast<double>(columns)) << i << " " << j;
    }
  std::vector<T> x(size);
  for (T& v : x) v = draw<T>(random);
  std::vector<T> b(size);
  for (std::size_t i = 0; i < size; ++i)
    for (std::size_t j = 0; j < size; ++j) b[i] += s[i * size + j] * x[j];
  solve_lower<T>(l, n, b);
  solve_lower_adjoint<T>(l, n, b);
  std::vector<T> inverse(size * size);
  invert_from_cholesky<T>(l, n, inverse);
  for (std::size_t i = 0; i < size; ++i) {
    EXPECT_LT(std::abs(b[i] - x[i]), 1e-9) << i;
    for (std::size_t j = 0; j < size; ++j) {
      T sum{};
      for (std::size_t k = 0; k < size; ++k)
        sum += s[i * size + k] * (k >= j ? inverse[k * size + j] : conj_of(inverse[j * size + k]));
      EXPECT_LT(std::abs(sum - (i == j ? 1.0 : 0.0)), 1e-9) << i << " " << j;
    }
  }
}

TEST(Cholesky, SolvesRealAndComplexSystems) {
  for (const Index n : {1, 2, 3, 5, 8, 21}) {
    solves<double>(n);
    solves<std::complex<double>>(n);
  }
}

TEST(Cholesky, RefusesWhatIsNotPositiveDefinite) {
  std::vector<double> a{1.0, 0.0, 2.0, 1.0};  // eigenvalues 3 and -1
  EXPECT_FALSE(cholesky<double>(a, 2));
  std::vector<double> singular{1.0, 0.0, 1.0, 1.0};
  EXPECT_FALSE(cholesky<double>(singular, 2));
  std::vector<double> bad{1.0, 0.0, std::numeric_limits<double>::quiet_NaN(), 1.0};
  EXPECT_FALSE(cholesky<double>(bad, 2));
  std::vector<double> zero(4);
  EXPECT_FALSE(cholesky<double>(zero, 2));
}

template <class T>
void orthonormal(Index n, Index k) {
  sim::Random random(12, static_cast<std::uint64_t>(n));
  std::vector<T> v(to_size(n * k));
  for (T& value : v) value = draw<T>(random);
  // Vector 1 is nearly vector 0, vector 2 is a sum of both: one of the three goes.
  for (Index i = 0; i < n; ++i) {
    v[to_size(n + i)] = v[to_size(i)] + 1e-6 * v[to_size(n + i)];
    v[to_size(2 * n + i)] = 3.0 * v[to_size(i)] - v[to_size(n + i)];
  }
  const std::vector<T> before = v;
  const Index kept = orthonormalize<T>(v, n);
  ASSERT_EQ(kept, k - 1);
  const auto inner = [&](const T* a, const T* b) {
    T sum{};
    for (Index i = 0; i < n; ++i) sum += conj_of(a[i]) * b[i];
    return sum;
  };
  for (Index i = 0; i < kept; ++i)
    for (Index j = 0; j < kept; ++j)
      EXPECT_LT(std::abs(inner(v.data() + i * n, v.data() + j * n) - (i == j ? 1.0 : 0.0)), 1e-14) << i << " " << j;
  for (Index j = 0; j < k; ++j) {  // each is a sum of the basis
    std::vector<T> rest(before.begin() + j * n, before.begin() + (j + 1) * n);
    for (Index i = 0; i < kept; ++i) {
      const T share = inner(v.data() + i * n, rest.data());
      for (Index m = 0; m < n; ++m) rest[to_size(m)] -= share * v[to_size(i * n + m)];
    }
    EXPECT_LT(std::abs(inner(rest.data(), rest.data())), 1e-18) << j;
  }
}

TEST(Orthonormalize, GivesABasisAndLeavesOutWhatIsInIt) {
  orthonormal<double>(12, 5);
  orthonormal<std::complex<double>>(12, 5);
  std::vector<double> zero(8);
  EXPECT_EQ(orthonormalize<double>(zero, 4), 0);
}

}  // namespace
}  // namespace surefoot::dsp
