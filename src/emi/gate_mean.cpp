// SPDX-License-Identifier: MIT
#include <surefoot/emi/gate_mean.hpp>

#include <surefoot/dsp/math.hpp>

namespace surefoot::emi {

GateMean gate_mean(double tau_s, double a_s, double b_s) noexcept {
  const double d = (b_s - a_s) / tau_s;
  const double at = dsp::exp(-a_s / tau_s);
  // (1 - e^-d) / d, and that less e^-d: differences of nearly equal numbers where d is small.
  double mean = 0.0;
  double bend = 0.0;
  if (d < 0.5) {
    double power = 1.0;  // (-d)^n / n!
    for (double n = 0.0; n < 16.0; n += 1.0) {
      mean += power / (n + 1.0);
      bend -= power * n / (n + 1.0);
      power *= -d / (n + 1.0);
    }
  } else {
    const double left = dsp::exp(-d);
    mean = (1.0 - left) / d;
    bend = mean - left;
  }
  return {at * mean, at * (a_s / tau_s * mean + bend)};
}

}  // namespace surefoot::emi
