// SPDX-License-Identifier: MIT
#include <surefoot/dsp/toeplitz.hpp>

#include <surefoot/dsp/reduce.hpp>

#include <algorithm>

namespace surefoot::dsp {

bool solve_toeplitz(std::span<const double> r, std::span<const double> b, std::span<double> x,
                    std::span<double> work) noexcept {
  const std::size_t n = x.size();
  if (n == 0) return true;
  const std::span<double> a = work.first(n);            // a[0] = 1: predicts a value from those before it
  const std::span<double> turned = work.subspan(n, n);  // r in reverse: sums then run over neighbours
  for (std::size_t i = 0; i < n; ++i) turned[i] = r[n - 1 - i];
  const auto with_r = [&](std::span<const double> v, std::size_t first, std::size_t m) {
    // v[first] r[m - first] + ... + v[m-1] r[1]
    const double* from = turned.data() + (n - 1 - m);
    const double* with = v.data();
    return reduce(static_cast<Index>(m - first), [=](Index j) noexcept {
      const std::size_t k = first + to_size(j);
      return with[k] * from[k];
    });
  };

  double error = r[0];
  const double least = 1e-15 * error;
  bool definite = error > 0.0;
  if (definite) {
    a[0] = 1.0;
    x[0] = b[0] / error;
  }
  for (std::size_t m = 1; m < n && definite; ++m) {
    const double k = -(r[m] + with_r(a, 1, m)) / error;
    for (std::size_t i = 1, j = m - 1; i <= j; ++i, --j) {
      const double low = a[i];
      const double high = a[j];
      a[i] = low + k * high;
      a[j] = high + k * low;
    }
    a[m] = k;
    error *= 1.0 - k * k;
    definite = error > least;
    if (!definite) break;
    const double mu = (b[m] - with_r(x, 0, m)) / error;
    for (std::size_t i = 0; i < m; ++i) x[i] += mu * a[m - i];
    x[m] = mu;
  }
  if (!definite) std::fill(x.begin(), x.end(), 0.0);
  return definite;
}

}  // namespace surefoot::dsp
