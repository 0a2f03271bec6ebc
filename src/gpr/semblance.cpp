// SPDX-License-Identifier: MIT
#include <surefoot/gpr/semblance.hpp>

#include <surefoot/dsp/beta.hpp>

#include <limits>

namespace surefoot::gpr {

double semblance_chance(double semblance, Index n_traces, double n_samples) noexcept {
  if (n_traces < 2 || !(n_samples > 0.0)) return std::numeric_limits<double>::quiet_NaN();
  const double a = 0.5 * n_samples;
  // I_{1-s}(b, a) = 1 - I_s(a, b), without losing a small probability in a difference.
  return dsp::incomplete_beta(a * static_cast<double>(n_traces - 1), a, 1.0 - semblance);
}

double semblance_threshold(double chance, Index n_traces, double n_samples) noexcept {
  if (n_traces < 2 || !(n_samples > 0.0) || !(chance > 0.0) || !(chance < 1.0))
    return std::numeric_limits<double>::quiet_NaN();
  double low = 0.0;
  double high = 1.0;
  for (int i = 0; i < 60; ++i) {
    const double middle = 0.5 * (low + high);
    (semblance_chance(middle, n_traces, n_samples) > chance ? low : high) = middle;
  }
  return 0.5 * (low + high);
}

}  // namespace surefoot::gpr
