// SPDX-License-Identifier: MIT
#include <surefoot/dsp/window.hpp>

#include <surefoot/dsp/math.hpp>

#include <algorithm>
#include <cmath>

namespace surefoot::dsp {

double window_weight(Window window, Index k, Index n, double kaiser_beta) noexcept {
  if (n <= 1) return 1.0;
  // Mirrored by construction, so that the second half has the bits of the first.
  const double u = static_cast<double>(std::min(k, n - 1 - k)) / static_cast<double>(n - 1);
  const double c = cos(2.0 * pi * u);
  switch (window) {
    case Window::rectangular: return 1.0;
    case Window::hann: return 0.5 - 0.5 * c;
    case Window::hamming: return 0.54 - 0.46 * c;
    case Window::blackman: return std::max(0.0, 0.42 - 0.5 * c + 0.08 * cos(4.0 * pi * u));
    case Window::kaiser: {
      const double x = 2.0 * u - 1.0;
      return bessel_i0(kaiser_beta * std::sqrt(std::max(0.0, 1.0 - x * x))) / bessel_i0(kaiser_beta);
    }
  }
  return 1.0;
}

double bessel_i0(double x) noexcept {
  const double quarter = 0.25 * x * x;
  double term = 1.0;
  double sum = 1.0;
  for (int k = 1; term > 1e-17 * sum && k < 2000; ++k) {
    term *= quarter / (static_cast<double>(k) * static_cast<double>(k));
    sum += term;
  }
  return sum;
}

}  // namespace surefoot::dsp
