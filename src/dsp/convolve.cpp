// SPDX-License-Identifier: MIT
#include <surefoot/dsp/convolve.hpp>

#include "../base/lanes.hpp"

#include <array>

namespace surefoot::dsp {
namespace {

struct Correlate {
  /// `Side` vectors of outputs from i on: their additions hide each other's latency.
  template <int Bytes, std::size_t Side>
  [[gnu::always_inline]] static void block(const double* x, const double* taps, std::size_t m, double* y) noexcept {
    using Vector = Lanes<double, Bytes>;
    constexpr std::size_t width = Bytes / sizeof(double);
    std::array<Vector, Side> sum{};
    for (std::size_t k = 0; k < m; ++k) {
      const double tap = taps[k];
      for (std::size_t l = 0; l < Side; ++l) {
        Vector from;
        load(from, x + k + l * width);
        sum[l] += from * tap;
      }
    }
    for (std::size_t l = 0; l < Side; ++l) store(y + l * width, sum[l]);
  }

  /// All outputs, if they fill a block. The last block begins early and computes some again, with the same result.
  template <int Bytes, std::size_t Side>
  [[gnu::always_inline]] static bool blocks(const double* x, const double* taps, std::size_t m, double* y,
                                            std::size_t n) noexcept {
    constexpr std::size_t size = Side * Bytes / sizeof(double);
    if (n < size) return false;
    std::size_t i = 0;
    for (; i + size <= n; i += size) block<Bytes, Side>(x + i, taps, m, y + i);
    if (i < n) block<Bytes, Side>(x + (n - size), taps, m, y + (n - size));
    return true;
  }

  template <int Bytes>
  [[gnu::always_inline]] static void run(const double* x, const double* taps, std::size_t m, double* y,
                                         std::size_t n) noexcept {
    if (blocks<Bytes, 4>(x, taps, m, y, n) || blocks<Bytes, 1>(x, taps, m, y, n)) return;
    for (std::size_t i = 0; i < n; ++i) {
      double sum = 0.0;
      for (std::size_t k = 0; k < m; ++k) sum += taps[k] * x[i + k];
      y[i] = sum;
    }
  }
};

}  // namespace

void correlate(std::span<const double> x, std::span<const double> taps, std::span<double> y) noexcept {
  dispatch<Correlate>(x.data(), taps.data(), taps.size(), y.data(), y.size());
}

}  // namespace surefoot::dsp
