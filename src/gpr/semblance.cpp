// SPDX-License-Identifier: MIT
#include <surefoot/gpr/semblance.hpp>

#include <surefoot/dsp/thresholds.hpp>

namespace surefoot::gpr {

double semblance_chance(double semblance, Index n_traces, double n_samples) noexcept {
  return dsp::semblance_false_alarm(n_traces, n_samples, semblance);
}

double semblance_threshold(double chance, Index n_traces, double n_samples) noexcept {
  return dsp::semblance_threshold(n_traces, n_samples, chance);
}

}  // namespace surefoot::gpr
