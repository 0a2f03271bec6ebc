// SPDX-License-Identifier: MIT
#include <surefoot/sim/wavelet.hpp>

#include <surefoot/dsp/math.hpp>

namespace surefoot::sim {

double wavelet(WaveletKind kind, double t_s, double centre_frequency_hz) noexcept {
  const double phase = dsp::pi * centre_frequency_hz * t_s;
  if (kind == WaveletKind::ricker) {
    const double a = phase * phase;
    return (1.0 - 2.0 * a) * dsp::exp(-a);
  }
  const double b = 2.0 * phase;
  return -b * dsp::exp(0.5 - 0.5 * b * b);
}

double wavelet_half_length_s(double centre_frequency_hz) noexcept { return 1.5 / centre_frequency_hz; }

}  // namespace surefoot::sim
